//! The surface of bindings: what a Rust program sees of them, and what goes over the wire.
//!
//! It consists of [`Item`]s: the bindings as a whole, their modules, calls and models. An item has
//! facts, which are values of a [`Property`] each; at most one type; and parts, such as the
//! parameters of a call. `emit` makes it with the names and the descriptions that it emits, so that
//! it cannot differ from the code.
//!
//! Generated crates contain theirs in [`FILE`], so that they can be compared with one another.

mod file;
mod item;
mod terms;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use item::{Fact, Held, Item, Part, Property};
pub(crate) use terms::{action_kind, location};

/// The name of the file in a generated crate.
pub const FILE: &str = "api.json";

/// The format of [`Surface::to_text`].
pub const FORMAT: u32 = 2;

/// Everything that can be called, and the models that calls use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Surface {
    /// The format version of the file.
    pub format: u32,
    /// The title of the API, such as `Pydio 8.2.5`.
    pub title: String,
    /// The server version.
    pub version: String,
    /// The bindings as a whole.
    pub bindings: Item,
    /// The modules of plugins and tags, as `plugin access.fs` and `tag File`.
    pub modules: BTreeMap<String, Item>,
    /// By `plugin/action`.
    pub actions: BTreeMap<String, Item>,
    /// By id.
    pub operations: BTreeMap<String, Item>,
    /// By name; those of the spec begin with `v2::`.
    pub models: BTreeMap<String, Item>,
}

/// Returns a hash that is the same on every platform and in every version: FNV-1a with 64 bits.
pub(crate) fn hash(text: &str) -> String {
    let mixed = text.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{mixed:016x}")
}
