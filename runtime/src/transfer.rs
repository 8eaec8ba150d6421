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
//! bindings: a [`Transfer`] says it.

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

use crate::{Action, Operation};

/// The actions that transfers are made of besides the one that is called.
#[derive(Debug)]
pub struct Transfer {
    /// Sends the file in its path.
    pub download: &'static Action,
    /// Tells size and times of the node in its path.
    pub stat: &'static Action,
    /// Tells the same, and the MD5 checksum of the content.
    pub hash: Option<&'static Action>,
    /// Makes the node in its path an empty file.
    pub create: &'static Action,
    /// The flag of that action by which it replaces a file.
    pub replace: &'static str,
    /// How much may be sent at once.
    pub limit: Option<Limit>,
    /// Sends a file in a form.
    pub upload: Upload,
    /// Sends a file as it is.
    pub raw: Option<RawUpload>,
    /// How a part of a file is announced, by either of them.
    pub parts: Parts,
}

/// Where the size of the largest file is said that the server takes at once.
#[derive(Debug)]
pub struct Limit {
    /// Answers a part of the server's registry.
    pub action: &'static Action,
    /// What it is asked for, in its path.
    pub path: &'static str,
    /// The property that is the size, in bytes.
    pub property: &'static str,
}

/// The action that sends a file in a form, by the names of its parameters.
#[derive(Debug)]
pub struct Upload {
    /// The action.
    pub action: &'static Action,
    /// The folder.
    pub folder: &'static str,
    /// The name of the file, which is sent percent-encoded.
    pub name: &'static str,
    /// The file.
    pub file: &'static str,
    /// The flag by which a file of that name is kept, and the new one gets another.
    pub keep_both: &'static str,
}

/// The operation that sends a file as it is, by the names of its parameters.
#[derive(Debug)]
pub struct RawUpload {
    /// The operation.
    pub operation: &'static Operation,
    /// The workspace, in its path.
    pub workspace: &'static str,
    /// The node, in its path.
    pub node: &'static str,
    /// The header by which a file of that name is kept, and the new one gets another.
    pub keep_both: &'static str,
}

/// How a part of a file is announced, by the names of parameters.
#[derive(Debug)]
pub struct Parts {
    /// The flag by which what is sent is a part.
    pub is_part: &'static str,
    /// How many bytes the whole file has.
    pub size: &'static str,
    /// The name of the file that the part is added to, which is sent percent-encoded.
    pub append_to: &'static str,
    /// What the name of the file ends with until it is whole.
    pub suffix: &'static str,
}

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
