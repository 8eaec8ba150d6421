#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod arrange;
mod builder;
mod config;
mod delete;
mod error;
mod files;
mod list;
mod read;
mod service;
mod write;

pub use builder::PydioBuilder;
pub use config::PydioConfig;

use opendal_core::OperatorRegistry;

/// The scheme of the service, in URIs and for [`Operator::via_iter`](opendal_core::Operator::via_iter).
pub const PYDIO_SCHEME: &str = "pydio";

/// Registers the service, so that operators can be built from its scheme or a URI.
///
/// ```
/// use opendal_core::OperatorRegistry;
///
/// pydio_opendal::register(OperatorRegistry::get());
/// assert!(OperatorRegistry::get().schemes().contains(pydio_opendal::PYDIO_SCHEME));
/// ```
pub fn register(registry: &OperatorRegistry) {
    registry.register::<PydioBuilder>(PYDIO_SCHEME);
}
