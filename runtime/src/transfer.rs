//! Uploads and downloads of files of any size, with little memory.
//!
//! [`Workspace::download`](crate::Workspace::download) takes any call that answers bytes, and
//! [`Workspace::upload`](crate::Workspace::upload) the call that sends a file. So do
//! [`SessionWorkspace::download`](crate::SessionWorkspace::download) and
//! [`SessionWorkspace::upload`](crate::SessionWorkspace::upload) in a session:
//!
//! ```text
//! files.download(access_fs::download("/big.iso")).progress(show).to_file("big.iso").await?;
//! files.upload(access_fs::upload("/", "big.iso", Body::file("big.iso").await?)).await?;
//! ```
//!
//! Both resume after a broken connection, report their progress, and finally check that the other
//! side has as many bytes, and the same checksum if the server computes one. An incomplete transfer
//! is an error, and its file never gets the final name.
//!
//! The bindings define which actions return sizes and checksums, and how parts of a file are
//! announced: see [`TransferActions`](crate::TransferActions).

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

/// How a transferred file is compared with the one on the other side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Check {
    /// By its size. Some servers cache sizes and may return an old one: see [`Check::HashIfKnown`].
    Size,
    /// By its size, and by its MD5 checksum if the server can compute one: that requires the plugin
    /// `meta.filehasher`, and takes a while. Only a checksum detects that a file was changed on the
    /// server's disk and not through Pydio, or that two uploads were mixed up.
    #[default]
    HashIfKnown,
    /// By its size and its MD5 checksum. It is an error if the server returns none: without the
    /// plugin, for an archive, and for a download by an operation.
    Hash,
}
