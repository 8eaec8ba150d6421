//! Files of any size, up and down, in little memory.
//!
//! [`Workspace::download`](crate::Workspace::download) takes any call that answers bytes, and
//! [`Workspace::upload`](crate::Workspace::upload) the call that sends a file. So do
//! [`SessionWorkspace::download`](crate::SessionWorkspace::download) and
//! [`SessionWorkspace::upload`](crate::SessionWorkspace::upload) on a session:
//!
//! ```text
//! files.download(access_fs::download("/big.iso")).progress(show).to_file("big.iso").await?;
//! files.upload(access_fs::upload("/", "big.iso", Body::file("big.iso").await?)).await?;
//! ```
//!
//! Both go on where a connection broke off, tell how far they are, and look at the end whether the
//! other side has as many bytes, and the same checksum where the server computes one. What did not
//! arrive whole is an error, and never has the name of the file that it was to become.
//!
//! Which actions tell sizes and checksums, and how parts of a file are announced, is in the
//! bindings: [`TransferActions`](crate::TransferActions) describes it.

mod checksum;
mod download;
mod files;
mod partial;
mod progress;
mod retry;
mod sink;
mod stat;
mod upload;
mod zip;

pub use download::{Downloaded, FileDownload};
pub use progress::Progress;
pub use upload::{Existing, FileUpload, Resume, Uploaded};

/// How a file that was transferred is compared with the one on the other side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// By its size. Some servers cache sizes, and tell an old one: see [`Check::HashIfKnown`].
    Size,
    /// By its size, and by its MD5 checksum where the server can compute one: that takes the
    /// plugin `meta.filehasher`, and a while. Only a checksum tells that a file changed on the
    /// server's disk and not through Pydio, or that two uploads got mixed.
    #[default]
    HashIfKnown,
    /// By its size and its MD5 checksum: where the server tells none, it is an error. That is so
    /// without the plugin, of an archive, and of a download by an operation.
    Hash,
}
