//! Bodies that are read from files and readers, with tokio.

use std::{
    io,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task,
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::{TryStreamExt as _, stream};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _};

use super::{Body, Chunks, Content, Store, StoredLength};
use crate::types::BoxError;

/// How much of a file or reader is read at once, in bytes.
const CHUNK: usize = 256 * 1024;

impl Body {
    /// Returns a body of `length` bytes that are read from `reader` while they are sent.
    pub fn reader(length: u64, reader: impl AsyncRead + Send + 'static) -> Self {
        Self(Content::Stream { length, stream: Box::pin(Shared::new(chunks(reader))) })
    }

    /// Returns the content of a file, which is read while it is sent. The length is fixed now; the
    /// file is opened again whenever it is sent.
    ///
    /// # Errors
    ///
    /// If the file does not exist, is not a file, or cannot be read.
    pub async fn file(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_owned();
        let metadata = tokio::fs::metadata(&path).await?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is not a file"));
        }
        // While it is sent, a file that cannot be read would appear as a broken connection.
        tokio::fs::File::open(&path).await?;
        let store = Arc::new(StoredFile(path));
        Ok(Self(Content::Part { store, offset: 0, length: metadata.len() }))
    }
}

/// A file of this computer.
struct StoredFile(PathBuf);

impl Store for StoredFile {
    fn read(&self, offset: u64, length: u64) -> Chunks {
        let path = self.0.clone();
        let open = async move {
            let mut file = tokio::fs::File::open(path).await?;
            file.seek(io::SeekFrom::Start(offset)).await?;
            Ok::<_, BoxError>(chunks(file.take(length)))
        };
        Box::pin(Shared::new(stream::once(open).try_flatten()))
    }

    fn length(&self) -> StoredLength<'_> {
        Box::pin(async { Ok(tokio::fs::metadata(&self.0).await?.len()) })
    }
}

/// Reads a reader in chunks, each as large as the reader returns.
fn chunks(
    reader: impl AsyncRead + Send + 'static,
) -> impl Stream<Item = Result<Bytes, BoxError>> + Send {
    let state = (Box::pin(reader), BytesMut::new());
    stream::try_unfold(state, |(mut reader, mut buffer)| async {
        if buffer.capacity() == 0 {
            buffer.reserve(CHUNK);
        }
        let length = reader.read_buf(&mut buffer).await?;
        let chunk = buffer.split().freeze();
        Ok((length > 0).then_some((chunk, (reader, buffer))))
    })
}

/// A stream that only one thread at a time polls, so that several may hold it.
struct Shared<S>(Mutex<Pin<Box<S>>>);

impl<S> Shared<S> {
    fn new(stream: S) -> Self {
        Self(Mutex::new(Box::pin(stream)))
    }
}

impl<S: Stream> Stream for Shared<S> {
    type Item = S::Item;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> task::Poll<Option<Self::Item>> {
        self.0.get_mut().unwrap_or_else(PoisonError::into_inner).as_mut().poll_next(cx)
    }
}
