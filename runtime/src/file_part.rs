//! A file that is sent along with a call.

use crate::Body;

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
    pub(crate) media_type: String,
    pub(crate) body: Body,
}

impl FilePart {
    /// A file of that name and content.
    pub fn new(file_name: impl Into<String>, body: impl Into<Body>) -> Self {
        let media_type = "application/octet-stream".to_owned();
        Self { file_name: file_name.into(), media_type, body: body.into() }
    }

    /// Says what kind of file it is: `application/octet-stream` unless set.
    #[must_use]
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = media_type.into();
        self
    }

    /// The same file once more, unless its content is a stream.
    pub(crate) fn copy(&self) -> Option<Self> {
        let body = self.body.copy()?;
        Some(Self { file_name: self.file_name.clone(), media_type: self.media_type.clone(), body })
    }
}

/// A file whose name does not matter, since an argument of the call has it.
impl<B: Into<Body>> From<B> for FilePart {
    fn from(body: B) -> Self {
        Self::new("file", body)
    }
}
