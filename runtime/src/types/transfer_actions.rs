//! The actions and parameters that transfers of files use.

use super::Endpoint;

/// The actions and parameters that transfers of files use, besides the call itself.
#[derive(Debug)]
pub struct TransferActions {
    pub(crate) download: &'static Endpoint,
    pub(crate) stat: &'static Endpoint,
    pub(crate) hash: Option<&'static Endpoint>,
    pub(crate) create: &'static Endpoint,
    /// The flag of [`Self::create`] by which it replaces a file.
    pub(crate) replace: &'static str,
    pub(crate) limit: Option<UploadLimit>,
    pub(crate) upload: FormUpload,
    pub(crate) raw: Option<RawUpload>,
    pub(crate) parts: FileParts,
}

impl TransferActions {
    /// Creates the description: `download` sends the file in its path, `stat` returns the size and
    /// times of the node in its path, and `create` makes the node in its path an empty file, which
    /// replaces one of that name with the flag `replace`.
    pub const fn new(
        download: &'static Endpoint,
        stat: &'static Endpoint,
        create: &'static Endpoint,
        replace: &'static str,
        upload: FormUpload,
        parts: FileParts,
    ) -> Self {
        Self { download, stat, hash: None, create, replace, limit: None, upload, raw: None, parts }
    }

    /// Sets the action that returns the MD5 checksum of a file, besides what `stat` does.
    #[must_use]
    pub const fn hash(mut self, hash: Option<&'static Endpoint>) -> Self {
        self.hash = hash;
        self
    }

    /// Sets where the size of the largest upload is found.
    #[must_use]
    pub const fn limit(mut self, limit: Option<UploadLimit>) -> Self {
        self.limit = limit;
        self
    }

    /// Sets the operation that takes a file as a bare body.
    #[must_use]
    pub const fn raw(mut self, raw: Option<RawUpload>) -> Self {
        self.raw = raw;
        self
    }
}

/// Where the size of the largest file is found that the server takes in one request.
#[derive(Clone, Copy, Debug)]
pub struct UploadLimit {
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) path: &'static str,
    pub(crate) property: &'static str,
}

impl UploadLimit {
    /// Creates the description: `endpoint` returns the part of the server's registry at `path`,
    /// in which `property` is the size in bytes.
    pub const fn new(
        endpoint: &'static Endpoint,
        path: &'static str,
        property: &'static str,
    ) -> Self {
        Self { endpoint, path, property }
    }
}

/// The action that takes a file in a form, by the names of its parameters.
#[derive(Clone, Copy, Debug)]
pub struct FormUpload {
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) folder: &'static str,
    pub(crate) name: &'static str,
    pub(crate) file: &'static str,
    pub(crate) keep_both: &'static str,
}

impl FormUpload {
    /// Creates the description: the parameters for the folder, the name and the content of the
    /// file, and the flag that keeps a file of that name and gives the new one another.
    pub const fn new(
        endpoint: &'static Endpoint,
        folder: &'static str,
        name: &'static str,
        file: &'static str,
        keep_both: &'static str,
    ) -> Self {
        Self { endpoint, folder, name, file, keep_both }
    }
}

/// The operation that takes a file as a bare body, by the names of its parameters.
#[derive(Clone, Copy, Debug)]
pub struct RawUpload {
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) workspace: &'static str,
    pub(crate) node: &'static str,
    pub(crate) keep_both: &'static str,
}

impl RawUpload {
    /// Creates the description: the parameters for the workspace and the node, both in the path,
    /// and the header that keeps a file of that name and gives the new one another.
    pub const fn new(
        endpoint: &'static Endpoint,
        workspace: &'static str,
        node: &'static str,
        keep_both: &'static str,
    ) -> Self {
        Self { endpoint, workspace, node, keep_both }
    }
}

/// How a part of a file is announced, by the names of parameters of both uploads.
#[derive(Clone, Copy, Debug)]
pub struct FileParts {
    pub(crate) is_part: &'static str,
    pub(crate) size: &'static str,
    pub(crate) append_to: &'static str,
    pub(crate) suffix: &'static str,
}

impl FileParts {
    /// Creates the description: the flag that marks a part, the size of the whole file, the name
    /// of the file that the part is added to, and how that file's name ends until it is whole.
    pub const fn new(
        is_part: &'static str,
        size: &'static str,
        append_to: &'static str,
        suffix: &'static str,
    ) -> Self {
        Self { is_part, size, append_to, suffix }
    }
}
