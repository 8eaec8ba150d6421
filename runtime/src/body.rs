//! What is sent along with a request.

use std::{fmt, pin::Pin, task};

use bytes::Bytes;
use futures_core::Stream;

use crate::BoxError;

/// A body of known length: bytes at hand, or a stream of them.
///
/// PHP servers need to know the length before the first byte, so a stream comes with it; one that
/// turns out shorter or longer is an error of the transport.
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
    Stream { length: u64, stream: Chunks },
}

type Chunks = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send + Sync>>;

impl Body {
    /// No body.
    pub fn empty() -> Self {
        Self(Content::Bytes(Bytes::new()))
    }

    /// A body of `length` bytes that are read while they are sent.
    pub fn stream(
        length: u64,
        stream: impl Stream<Item = Result<Bytes, BoxError>> + Send + Sync + 'static,
    ) -> Self {
        Self(Content::Stream { length, stream: Box::pin(stream) })
    }

    /// How many bytes it has.
    pub fn length(&self) -> u64 {
        match &self.0 {
            Content::Bytes(bytes) => bytes.len() as u64,
            Content::Stream { length, .. } => *length,
        }
    }

    /// The bytes, unless it is a stream.
    pub fn as_bytes(&self) -> Option<&Bytes> {
        match &self.0 {
            Content::Bytes(bytes) => Some(bytes),
            Content::Stream { .. } => None,
        }
    }

    /// The bytes as a stream.
    pub fn into_stream(self) -> impl Stream<Item = Result<Bytes, BoxError>> + Send + Sync {
        match self.0 {
            Content::Bytes(bytes) => {
                BodyStream { left: bytes.len() as u64, source: Source::Once(Some(bytes)) }
            }
            Content::Stream { length, stream } => {
                BodyStream { left: length, source: Source::Chunks(stream) }
            }
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

/// The chunks of a body, held to its length.
struct BodyStream {
    left: u64,
    source: Source,
}

impl Stream for BodyStream {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> task::Poll<Option<Self::Item>> {
        let chunk = match &mut self.source {
            Source::Once(bytes) => bytes.take().filter(|bytes| !bytes.is_empty()).map(Ok),
            Source::Chunks(stream) => task::ready!(stream.as_mut().poll_next(cx)),
        };
        task::Poll::Ready(match chunk {
            Some(Ok(chunk)) => match self.left.checked_sub(chunk.len() as u64) {
                Some(left) => {
                    self.left = left;
                    Some(Ok(chunk))
                }
                None => Some(Err("the body is longer than was announced".into())),
            },
            Some(Err(error)) => Some(Err(error)),
            None if self.left > 0 => {
                self.left = 0;
                Some(Err("the body is shorter than was announced".into()))
            }
            None => None,
        })
    }
}
