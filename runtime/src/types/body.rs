//! The body of a request.

#[cfg(feature = "client")]
mod file;

use std::{fmt, io, pin::Pin, sync::Arc, task};

use bytes::Bytes;
use futures_core::Stream;

use super::BoxError;

/// The bytes of a response, as they arrive.
pub type ResponseBody = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>;

/// A body of known length: bytes in memory, a file, or a stream.
///
/// PHP servers need to know the length before the first byte, so a stream has one; a stream that
/// turns out shorter or longer is an error of the transport. A stream is read once; bytes in memory
/// and files can be sent again, so that a broken upload can be resumed.
///
/// ```
/// use pydio_runtime::Body;
///
/// let body = Body::from("a few words");
/// assert_eq!(body.length(), 11);
/// ```
pub struct Body(Content);

enum Content {
    Bytes(Bytes),
    Stream {
        length: u64,
        stream: Chunks,
    },
    /// A stream that is restarted whenever it is read.
    Made {
        length: u64,
        make: Arc<dyn Fn() -> Chunks + Send + Sync>,
    },
    /// A part of data stored elsewhere, which is opened when it is read.
    Part {
        store: Arc<dyn Store>,
        offset: u64,
        length: u64,
    },
}

/// Bytes stored elsewhere, such as a file, which can be read repeatedly and in parts.
trait Store: Send + Sync {
    /// Reads `length` bytes from `offset` on.
    fn read(&self, offset: u64, length: u64) -> Chunks;

    /// Returns whether the bytes are still those that were there when the body was created.
    fn is_unchanged(&self) -> Unchanged<'_>;
}

type Unchanged<'a> = Pin<Box<dyn Future<Output = io::Result<bool>> + Send + 'a>>;

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send + Sync>>;

impl Body {
    /// Returns an empty body.
    pub fn empty() -> Self {
        Self(Content::Bytes(Bytes::new()))
    }

    /// Returns a body of `length` bytes that are read while they are sent.
    pub fn stream(
        length: u64,
        stream: impl Stream<Item = Result<Bytes, BoxError>> + Send + Sync + 'static,
    ) -> Self {
        Self(Content::Stream { length, stream: Box::pin(stream) })
    }

    /// Returns a body of `length` bytes that `make` starts to read whenever it is sent.
    pub(crate) fn made<S>(length: u64, make: impl Fn() -> S + Send + Sync + 'static) -> Self
    where
        S: Stream<Item = Result<Bytes, BoxError>> + Send + Sync + 'static,
    {
        Self(Content::Made { length, make: Arc::new(move || Box::pin(make())) })
    }

    /// Returns its length in bytes.
    pub fn length(&self) -> u64 {
        match &self.0 {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Stream { length, .. }
            | Content::Made { length, .. }
            | Content::Part { length, .. } => *length,
        }
    }

    /// Returns the bytes, unless it is a stream.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Content::Bytes(bytes) => Some(bytes),
            Content::Stream { .. } | Content::Made { .. } | Content::Part { .. } => None,
        }
    }

    /// Returns the bytes as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, BoxError>> + Send + Sync {
        match self.0 {
            Content::Bytes(bytes) => BodyStream::new(bytes.len() as u64, Source::Once(Some(bytes))),
            Content::Stream { length, stream } => BodyStream::new(length, Source::Chunks(stream)),
            Content::Made { length, make } => BodyStream::new(length, Source::Chunks(make())),
            Content::Part { store, offset, length } => {
                BodyStream::new(length, Source::Chunks(store.read(offset, length)))
            }
        }
    }

    /// Returns a copy of the body, unless it is a stream.
    pub(crate) fn copy(&self) -> Option<Self> {
        self.slice(0, self.length())
    }

    /// Returns `length` bytes from `offset` on, which the body has, unless it is a stream.
    pub(crate) fn slice(&self, offset: u64, length: u64) -> Option<Self> {
        match &self.0 {
            Content::Bytes(bytes) => {
                let start = usize::try_from(offset).ok()?;
                let end = start.checked_add(usize::try_from(length).ok()?)?;
                (end <= bytes.len()).then(|| bytes.slice(start..end).into())
            }
            Content::Part { store, offset: start, .. } => {
                let store = Arc::clone(store);
                Some(Self(Content::Part { store, offset: start + offset, length }))
            }
            Content::Made { length: whole, make } => {
                let is_whole = offset == 0 && length == *whole;
                is_whole.then(|| Self(Content::Made { length, make: Arc::clone(make) }))
            }
            Content::Stream { .. } => None,
        }
    }

    /// Returns whether a file still has the length and the time of modification it had when the body
    /// was created.
    pub(crate) async fn is_unchanged(&self) -> io::Result<bool> {
        match &self.0 {
            Content::Part { store, .. } => store.is_unchanged().await,
            Content::Bytes(_) | Content::Stream { .. } | Content::Made { .. } => Ok(true),
        }
    }

    /// Checks the end of an empty stream, which nothing else does: HTTP libraries stop reading once
    /// they have sent the announced length.
    #[cfg(any(feature = "http", test))]
    pub(crate) async fn checked(self) -> Result<Self, BoxError> {
        if self.length() > 0 || self.as_bytes().is_some() {
            return Ok(self);
        }
        let mut stream = Box::pin(self.into_stream());
        match std::future::poll_fn(|cx| stream.as_mut().poll_next(cx)).await {
            Some(Err(error)) => Err(error),
            Some(Ok(_)) | None => Ok(Self::empty()),
        }
    }
}

impl<B: Into<Bytes>> From<B> for Body {
    fn from(bytes: B) -> Self {
        Self(Content::Bytes(bytes.into()))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body").field("length", &self.length()).finish_non_exhaustive()
    }
}

enum Source {
    Once(Option<Bytes>),
    Chunks(Chunks),
}

/// The chunks of a body, checked against its length.
///
/// The last chunk is held back until the source has ended: the HTTP client stops reading after it,
/// and would silently truncate a longer body.
struct BodyStream {
    left: u64,
    /// The last chunk.
    last: Option<Bytes>,
    source: Source,
}

impl BodyStream {
    fn new(length: u64, source: Source) -> Self {
        Self { left: length, last: None, source }
    }

    fn poll_source(
        &mut self,
        cx: &mut task::Context<'_>,
    ) -> task::Poll<Option<Result<Bytes, BoxError>>> {
        match &mut self.source {
            Source::Once(bytes) => task::Poll::Ready(bytes.take().map(Ok)),
            Source::Chunks(stream) => stream.as_mut().poll_next(cx),
        }
    }

    /// Nothing follows an error.
    fn fail(&mut self, error: BoxError) -> Option<Result<Bytes, BoxError>> {
        (self.left, self.last, self.source) = (0, None, Source::Once(None));
        Some(Err(error))
    }
}

impl Stream for BodyStream {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> task::Poll<Option<Self::Item>> {
        loop {
            let chunk = task::ready!(self.poll_source(cx));
            return task::Poll::Ready(match chunk {
                Some(Ok(chunk)) if chunk.is_empty() => continue,
                Some(Ok(chunk)) => match self.left.checked_sub(chunk.len() as u64) {
                    None => self.fail("the body is longer than was announced".into()),
                    Some(0) => {
                        self.left = 0;
                        self.last = Some(chunk);
                        continue;
                    }
                    Some(left) => {
                        self.left = left;
                        Some(Ok(chunk))
                    }
                },
                Some(Err(error)) => self.fail(error),
                None if self.left > 0 => self.fail("the body is shorter than was announced".into()),
                None => {
                    self.source = Source::Once(None);
                    self.last.take().map(Ok)
                }
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::{StreamExt as _, stream};

    use super::Body;
    use crate::{BoxError, testing::ready};

    fn streamed(length: u64, chunks: &[&'static str]) -> Body {
        let chunks: Vec<Result<Bytes, BoxError>> =
            chunks.iter().map(|chunk| Ok(Bytes::from_static(chunk.as_bytes()))).collect();
        Body::stream(length, stream::iter(chunks))
    }

    /// Reads up to the first error and one step further.
    fn read(body: Body) -> Vec<String> {
        let mut stream = Box::pin(body.into_stream());
        let mut read = Vec::new();
        while let Some(chunk) = ready(stream.next()) {
            read.push(match chunk {
                Ok(chunk) => String::from_utf8(chunk.to_vec()).unwrap(),
                Err(error) => format!("error: {error}"),
            });
        }
        assert!(ready(stream.next()).is_none());
        read
    }

    const LONGER: &str = "error: the body is longer than was announced";
    const SHORTER: &str = "error: the body is shorter than was announced";

    #[test]
    fn bytes_in_memory_are_one_chunk() {
        let body = Body::from("abc");
        assert_eq!((body.length(), body.as_bytes().is_some()), (3, true));
        assert_eq!(read(body), ["abc"]);
        assert_eq!(read(Body::empty()), [""; 0]);
    }

    #[test]
    fn a_stream_of_the_right_length_is_handed_on() {
        let body = streamed(5, &["ab", "", "cde", ""]);
        assert_eq!((body.length(), body.as_bytes().is_some()), (5, false));
        assert_eq!(read(body), ["ab", "cde"]);
        assert_eq!(read(streamed(0, &[])), [""; 0]);
        assert_eq!(read(streamed(0, &["", ""])), [""; 0]);
    }

    /// The chunk that would complete the body is held back, because the client reads no further.
    #[test]
    fn a_longer_stream_never_looks_complete() {
        assert_eq!(read(streamed(3, &["ab", "cd"])), ["ab", LONGER]);
        assert_eq!(read(streamed(3, &["ab", "c", "d"])), ["ab", LONGER]);
        assert_eq!(read(streamed(3, &["ab", "c", "", "d", "e"])), ["ab", LONGER]);
        assert_eq!(read(streamed(0, &["", "a"])), [LONGER]);
    }

    #[test]
    fn a_shorter_stream_ends_in_an_error() {
        assert_eq!(read(streamed(3, &["ab"])), ["ab", SHORTER]);
        assert_eq!(read(streamed(1, &[])), [SHORTER]);
    }

    #[test]
    fn an_error_of_the_stream_ends_it() {
        let chunks: Vec<Result<Bytes, BoxError>> =
            vec![Ok("ab".into()), Err("disk".into()), Ok("c".into())];
        assert_eq!(read(Body::stream(3, stream::iter(chunks.into_iter()))), ["ab", "error: disk"]);
        let chunks: Vec<Result<Bytes, BoxError>> = vec![Ok("abc".into()), Err("disk".into())];
        assert_eq!(read(Body::stream(3, stream::iter(chunks))), ["error: disk"]);
    }

    #[test]
    fn an_empty_stream_is_checked_beforehand() {
        let checked = |body: Body| ready(body.checked()).map(|body| body.length());
        assert_eq!(checked(streamed(0, &[""])).unwrap(), 0);
        assert_eq!(checked(streamed(2, &[])).unwrap(), 2);
        assert_eq!(checked("ab".into()).unwrap(), 2);
        let error = checked(streamed(0, &["a"])).unwrap_err();
        assert_eq!(format!("error: {error}"), LONGER);
    }

    #[test]
    fn a_body_in_memory_can_be_sent_again_and_in_pieces() {
        let body = Body::from("abcdef");
        assert_eq!(read(body.copy().unwrap()), ["abcdef"]);
        assert_eq!(read(body.slice(2, 3).unwrap()), ["cde"]);
        assert!(body.slice(2, 5).is_none() && body.slice(u64::MAX, 1).is_none());
        assert!(streamed(2, &["ab"]).copy().is_none());
        let reader = Body::reader(3, std::io::Cursor::new("abc"));
        assert!(reader.copy().is_none());
        assert_eq!(read(reader), ["abc"]);
    }

    #[tokio::test]
    async fn a_file_is_opened_whenever_it_is_read() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("f");
        std::fs::write(&path, "abcdef").unwrap();
        let body = Body::file(&path).await.unwrap();
        assert_eq!((body.length(), body.as_bytes().is_none()), (6, true));
        let content = async |body: Option<Body>| {
            let chunks: Vec<_> = body.unwrap().into_stream().collect().await;
            let chunks: Result<Vec<_>, _> = chunks.into_iter().collect();
            chunks.map(|chunks| chunks.concat()).map_err(|error| error.to_string())
        };
        assert_eq!(content(body.copy()).await.unwrap(), b"abcdef");
        assert_eq!(content(body.slice(2, 3)).await.unwrap(), b"cde");
        assert_eq!(content(body.slice(2, 3).unwrap().slice(1, 2)).await.unwrap(), b"de");
        assert!(body.is_unchanged().await.unwrap());
        for other in ["abcdeg", "abc"] {
            let body = Body::file(&path).await.unwrap();
            // Later than the clock of the file system needs to distinguish two changes.
            std::fs::write(&path, other).unwrap();
            let later = std::time::SystemTime::now() + std::time::Duration::from_secs(9);
            std::fs::File::open(&path).unwrap().set_modified(later).unwrap();
            for read in [body.copy(), body.slice(2, 1)] {
                assert!(content(read).await.unwrap_err().contains("changed while it was read"));
            }
            assert!(!body.is_unchanged().await.unwrap());
        }
        std::fs::remove_file(&path).unwrap();
        assert!(content(body.copy()).await.is_err() && body.is_unchanged().await.is_err());
    }

    #[test]
    fn the_content_is_not_shown() {
        assert_eq!(format!("{:?}", Body::from("s3cr3t")), "Body { length: 6, .. }");
    }
}
