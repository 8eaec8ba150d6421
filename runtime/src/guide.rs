//! A guide to the longer matters, for people with a Pydio and something to do.
//!
//! * [`ways_in`]: REST, sessions, the command line, and what proves who is calling.
//! * [`nodes`]: paths, names, listings and their pages.
//! * [`transfers`]: files up and down.
//! * [`errors`]: what they mean, and what to do.
//! * [`corrections`]: when a server does otherwise than it declares.
//! * [`regenerating`]: bindings for a server of one's own.
//! * [`command_line`]: every action and operation from a terminal.
//! * [`leaving`]: everything out of a Pydio, and how to know that it is everything.
//! * [`checking`]: bindings of one's own in the CI of a project.
//!
//! Nothing here is code; the examples are written with `pydio_client`, and compiled.

// Compiled by `pydio-tests`, since the examples name bindings that this crate knows nothing of.

#[cfg_attr(not(doctest), doc = include_str!("guide/ways_in.md"))]
pub mod ways_in {}

#[cfg_attr(not(doctest), doc = include_str!("guide/nodes.md"))]
pub mod nodes {}

#[cfg_attr(not(doctest), doc = include_str!("guide/transfers.md"))]
pub mod transfers {}

#[cfg_attr(not(doctest), doc = include_str!("guide/errors.md"))]
pub mod errors {}

#[cfg_attr(not(doctest), doc = include_str!("guide/corrections.md"))]
pub mod corrections {}

#[cfg_attr(not(doctest), doc = include_str!("guide/regenerating.md"))]
pub mod regenerating {}

#[cfg_attr(not(doctest), doc = include_str!("guide/command_line.md"))]
pub mod command_line {}

#[cfg_attr(not(doctest), doc = include_str!("guide/leaving.md"))]
pub mod leaving {}

#[cfg_attr(not(doctest), doc = include_str!("guide/checking.md"))]
pub mod checking {}
