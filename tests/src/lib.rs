//! Shared helpers for tests that span several crates.
//!
//! * [`live`]: the scenarios that run against any server;
//! * [`sweep`]: runs of a program behind the [`proxy`], in which each request fails once;
//! * [`scratch`]: workspaces of generated crates that a test compiles;
//! * [`recordings`]: the recorded exchanges, and [`suite`], which runs the tests that need them.
//!
//! The in-memory server is a separate crate, `pydio-test-server`, re-exported here.

mod any_call;
pub mod recordings;
pub mod scratch;
pub mod suite;
pub mod sweep;

pub use any_call::{AnyCall, NOWHERE, Untyped, lasting, leaked};
pub use pydio_live as live;
pub use pydio_test_server::{
    ADMIN, ALICE, Account, BOB, Builder, COMMON_ID, Canned, Fault, Flood, Front, Seen, Server,
    Version, check, console, multipart, proxy, server, stub,
};

/// Compiles the code in the documents for people here, since it uses the bindings.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../README.md")]
    mod readme {}
    #[doc = include_str!("../../generated/README.md")]
    mod client {}
    #[doc = include_str!("../../runtime/src/guide/first_listing.md")]
    mod first_listing {}
    #[doc = include_str!("../../runtime/src/guide/access_methods.md")]
    mod access_methods {}
    #[doc = include_str!("../../runtime/src/guide/calls.md")]
    mod calls {}
    #[doc = include_str!("../../runtime/src/guide/connections.md")]
    mod connections {}
    #[doc = include_str!("../../runtime/src/guide/nodes.md")]
    mod nodes {}
    #[doc = include_str!("../../runtime/src/guide/lists.md")]
    mod lists {}
    #[doc = include_str!("../../runtime/src/guide/models.md")]
    mod models {}
    #[doc = include_str!("../../runtime/src/guide/transfers.md")]
    mod transfers {}
    #[doc = include_str!("../../runtime/src/guide/background.md")]
    mod background {}
    #[doc = include_str!("../../runtime/src/guide/errors.md")]
    mod errors {}
    #[doc = include_str!("../../runtime/src/guide/troubleshooting.md")]
    mod troubleshooting {}
    #[doc = include_str!("../../runtime/src/guide/limits.md")]
    mod limits {}
    #[doc = include_str!("../../runtime/src/guide/releases.md")]
    mod releases {}
    #[doc = include_str!("../../runtime/src/guide/leaving.md")]
    mod leaving {}
    #[doc = include_str!("../../runtime/src/guide/command_line.md")]
    mod command_line {}
    #[doc = include_str!("../../runtime/src/guide/regenerating.md")]
    mod regenerating {}
    #[doc = include_str!("../../runtime/src/guide/specs.md")]
    mod specs {}
    #[doc = include_str!("../../runtime/src/guide/corrections.md")]
    mod corrections {}
    #[doc = include_str!("../../runtime/src/guide/checking.md")]
    mod checking {}
    #[doc = include_str!("../../runtime/src/guide/testing.md")]
    mod testing {}
    #[doc = include_str!("../../runtime/src/guide/features.md")]
    mod features {}
}
