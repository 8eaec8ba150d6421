//! Bodies that are read from files and readers, with tokio.

use std::{
    fs::Metadata,
    io,
    path::{Path, PathBuf},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task,
    time::SystemTime,
};

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncSeekExt as _};

use super::{Body, Chunks, Content, Store, Unchanged};
use crate::types::BoxError;

/// How much of a file or reader is read at once, in bytes.
const CHUNK: usize = 256 * 1024;

impl Body {
    /// Returns a body of `length` bytes that are read from `reader` while they are sent.
    pub fn reader(length: u64, reader: impl AsyncRead + Send + 'static) -> Self {
        Self(Content::Stream { length, stream: Box::pin(Shared::new(chunks(reader))) })
    }

    /// Returns the content of a file, which is read while it is sent. The file is opened again
    /// whenever it is sent. If its length or its time of modification is no longer what it is now,
    /// reading it ends with an error before the last bytes, so that a server never gets a mixture.
    ///
    /// # Errors
    ///
    /// If the file does not exist, is not a file, cannot be read, or has content although its size
    /// is 0, as files of `/proc` have.
    pub async fn file(path: impl AsRef<Path>) -> io::Result<Self> {
        let path = path.as_ref().to_owned();
        let metadata = tokio::fs::metadata(&path).await?;
        if !metadata.is_file() {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is not a file"));
        }
        // While it is sent, a file that cannot be read would appear as a broken connection.
        let mut file = tokio::fs::File::open(&path).await?;
        // As files of `/proc` have.
        if metadata.len() == 0 && file.read(&mut [0]).await? > 0 {
            let message = "the file has content, but its size is reported as 0";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let store = Arc::new(StoredFile { path, version: Version::of(&metadata) });
        Ok(Self(Content::Part { store, offset: 0, length: metadata.len() }))
    }
}

/// A file of this computer.
struct StoredFile {
    path: PathBuf,
    version: Version,
}

/// What distinguishes the content of a file from a later one.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Version {
    length: u64,
    /// `None` where the file system keeps no times.
    modified: Option<SystemTime>,
}

impl Version {
    fn of(metadata: &Metadata) -> Self {
        Self { length: metadata.len(), modified: metadata.modified().ok() }
    }

    async fn is_of(self, path: &Path) -> io::Result<bool> {
        Ok(Self::of(&tokio::fs::metadata(path).await?) == self)
    }
}

impl Store for StoredFile {
    fn read(&self, offset: u64, length: u64) -> Chunks {
        let (path, version) = (self.path.clone(), self.version);
        let open = async move {
            let mut file = tokio::fs::File::open(&path).await?;
            file.seek(io::SeekFrom::Start(offset)).await?;
            let end = stream::once(async move {
                match version.is_of(&path).await? {
                    true => Ok(Bytes::new()),
                    false => Err("the file changed while it was read".into()),
                }
            });
            Ok::<_, BoxError>(chunks(file.take(length)).chain(end))
        };
        Box::pin(Shared::new(stream::once(open).try_flatten()))
    }

    fn is_unchanged(&self) -> Unchanged<'_> {
        Box::pin(self.version.is_of(&self.path))
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
