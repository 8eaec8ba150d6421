//! A file that is sent with a call.

use crate::Body;

/// The default media type of a file.
pub(crate) const BYTES: &str = "application/octet-stream";

/// A file as a part of a form: what a browser sends for an `<input type="file">`.
///
/// ```
/// use pydio_runtime::{Body, FilePart};
///
/// let notes = FilePart::new("notes.txt", Body::from("buy milk")).media_type("text/plain");
/// # let _ = notes;
/// ```
#[derive(Debug)]
pub struct FilePart {
    pub(crate) file_name: String,
    /// `application/octet-stream`, or what the call declares, unless it is set.
    pub(crate) media_type: Option<String>,
    pub(crate) body: Body,
}

impl FilePart {
    /// Creates a file with this name and content.
    pub fn new(file_name: impl Into<String>, body: impl Into<Body>) -> Self {
        Self { file_name: file_name.into(), media_type: None, body: body.into() }
    }

    /// Sets its media type; by default, it is the type that the call declares, or else
    /// `application/octet-stream`.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// Returns a copy of the file, unless its content is a stream.
    pub(crate) fn copy(&self) -> Option<Self> {
        let body = self.body.copy()?;
        Some(Self { file_name: self.file_name.clone(), media_type: self.media_type.clone(), body })
    }
}

/// A file whose name does not matter, since an argument of the call contains it.
impl<B: Into<Body>> From<B> for FilePart {
    fn from(body: B) -> Self {
        Self::new("file", body)
    }
}
