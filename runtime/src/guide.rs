#![doc = include_str!("guide/links.md")]
#![cfg_attr(not(doctest), doc = include_str!("guide/README.md"))]

// The same chapters are a book: `mdbook build runtime`. A chapter says at its end where its links
// lead there. Here they lead to what `links.md` says, which comes first and so counts, and which
// rustdoc checks.
//
// The examples are compiled by `pydio-tests`, since they name bindings that this crate knows
// nothing of.

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/first_listing.md"))]
pub mod first_listing {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/access_methods.md"))]
pub mod access_methods {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/calls.md"))]
pub mod calls {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/connections.md"))]
pub mod connections {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/nodes.md"))]
pub mod nodes {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/lists.md"))]
pub mod lists {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/models.md"))]
pub mod models {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/transfers.md"))]
pub mod transfers {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/background.md"))]
pub mod background {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/errors.md"))]
pub mod errors {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/troubleshooting.md"))]
pub mod troubleshooting {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/limits.md"))]
pub mod limits {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/releases.md"))]
pub mod releases {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/leaving.md"))]
pub mod leaving {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/command_line.md"))]
pub mod command_line {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/regenerating.md"))]
pub mod regenerating {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/specs.md"))]
pub mod specs {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/corrections.md"))]
pub mod corrections {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/checking.md"))]
pub mod checking {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/testing.md"))]
pub mod testing {}

#[doc = include_str!("guide/links.md")]
#[cfg_attr(not(doctest), doc = include_str!("guide/features.md"))]
pub mod features {}
