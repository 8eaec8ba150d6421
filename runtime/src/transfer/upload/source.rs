//! The bytes of an upload, in pieces.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task,
};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt as _;

use crate::{
    Body, BoxError,
    transfer::{checksum::Checksum, progress::Listener},
};

/// The source of the bytes.
pub(super) enum Source {
    /// Bytes in memory or a file: any piece, repeatedly.
    Again(Body),
    /// A stream: one piece after the other, each only once.
    Once { length: u64, rest: Arc<Mutex<Rest>> },
}

/// The part of a stream that has not been sent.
pub(super) struct Rest {
    stream: Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>,
    /// The rest of the chunk in which a piece ended.
    over: Bytes,
    /// Of the bytes that were sent.
    checksum: Checksum,
}

impl Source {
    pub(super) fn new(body: Body) -> Self {
        if let Some(body) = body.copy() {
            return Self::Again(body);
        }
        let length = body.length();
        let stream = Box::pin(body.into_stream());
        let rest = Rest { stream, over: Bytes::new(), checksum: Checksum::default() };
        Self::Once { length, rest: Arc::new(Mutex::new(rest)) }
    }

    pub(super) fn length(&self) -> u64 {
        match self {
            Self::Again(body) => body.length(),
            Self::Once { length, .. } => *length,
        }
    }

    /// Returns whether a piece can be sent twice.
    pub(super) fn can_repeat(&self) -> bool {
        matches!(self, Self::Again(_))
    }

    /// Returns `length` bytes from `offset` on; for a stream, always the next ones.
    pub(super) fn piece(&self, offset: u64, length: u64, listener: &Listener) -> Body {
        let (listener, total) = (listener.clone(), self.length());
        let mut gone = offset;
        let tell = move |chunk: &Result<Bytes, BoxError>| {
            if let Ok(chunk) = chunk {
                gone += chunk.len() as u64;
                listener.tell(gone, Some(total));
            }
        };
        match self {
            Self::Again(body) => match body.slice(offset, length) {
                Some(slice) => Body::made(length, move || {
                    let bytes = slice.copy().unwrap_or_else(Body::empty);
                    bytes.into_stream().inspect(tell.clone())
                }),
                None => Body::empty(),
            },
            Self::Once { rest, .. } => {
                let next = Next { rest: Arc::clone(rest), left: length };
                Body::stream(length, next.inspect(tell))
            }
        }
    }

    /// Returns the checksum of the first `length` bytes; for a stream, of those that were sent.
    pub(super) async fn checksum(&self, length: u64) -> Result<String, BoxError> {
        match self {
            Self::Again(body) => {
                Checksum::of_body(body.slice(0, length).unwrap_or_else(Body::empty)).await
            }
            Self::Once { rest, .. } => Ok(lock(rest).checksum.clone().hex()),
        }
    }

    /// Returns whether the bytes are still those at the beginning of the upload.
    pub(super) async fn is_unchanged(&self) -> io::Result<bool> {
        match self {
            Self::Again(body) => body.is_unchanged().await,
            Self::Once { .. } => Ok(true),
        }
    }
}

/// The next bytes of a stream.
struct Next {
    rest: Arc<Mutex<Rest>>,
    left: u64,
}

impl Stream for Next {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> task::Poll<Option<Self::Item>> {
        let this = &mut *self;
        if this.left == 0 {
            return task::Poll::Ready(None);
        }
        let mut rest = lock(&this.rest);
        if rest.over.is_empty() {
            match task::ready!(rest.stream.as_mut().poll_next(cx)) {
                Some(Ok(chunk)) => rest.over = chunk,
                end => return task::Poll::Ready(end),
            }
        }
        let length = usize::try_from(this.left).unwrap_or(usize::MAX).min(rest.over.len());
        let chunk = rest.over.split_to(length);
        rest.checksum.update(&chunk);
        this.left -= length as u64;
        task::Poll::Ready(Some(Ok(chunk)))
    }
}

fn lock(rest: &Mutex<Rest>) -> MutexGuard<'_, Rest> {
    rest.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::{StreamExt as _, stream};
    use proptest::prelude::*;

    use super::Source;
    use crate::{
        Body, BoxError,
        testing::{ready, repeatable},
        transfer::{checksum::Checksum, progress::Listener},
    };

    fn content(body: Body) -> Vec<u8> {
        let chunks: Vec<Result<Bytes, BoxError>> = ready(body.into_stream().collect());
        chunks.into_iter().flat_map(|chunk| chunk.unwrap().to_vec()).collect()
    }

    proptest! {
        #![proptest_config(repeatable(200))]

        /// However a stream is chunked and cut, every byte is in exactly one piece.
        #[test]
        fn pieces_are_what_the_body_is(
            chunks in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..9), 0..9),
            size in 1..12_u64,
        ) {
            let whole = chunks.concat();
            let length = whole.len() as u64;
            let stream = stream::iter(chunks.into_iter().map(|chunk| Ok(chunk.into())));
            let once = Source::new(Body::stream(length, stream));
            let again = Source::new(Body::from(whole.clone()));
            prop_assert!(again.can_repeat() && !once.can_repeat());
            for source in [once, again] {
                let mut read = Vec::new();
                while (read.len() as u64) < length {
                    let offset = read.len() as u64;
                    let size = size.min(length - offset);
                    let piece = source.piece(offset, size, &Listener::default());
                    prop_assert_eq!(piece.length(), size);
                    read.extend(content(piece));
                }
                prop_assert_eq!(&read, &whole);
                let checksum = ready(source.checksum(length)).unwrap();
                prop_assert_eq!(checksum, ready(Checksum::of_body(whole.clone().into())).unwrap());
            }
        }
    }
}
