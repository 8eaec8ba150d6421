//! The destination of a download.

use std::io;

use bytes::Bytes;
use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::{checksum::Checksum, zip};

/// A destination for the bytes of a download, in order.
pub(super) trait Sink: Send {
    /// Returns how many bytes it has.
    fn length(&self) -> u64;

    /// Returns the version of the file whose beginning it has.
    fn version(&self) -> Option<&str>;

    /// Returns whether it has the beginning of that version of the file; always true while it is
    /// empty.
    fn is_of(&self, version: Option<&str>) -> bool {
        self.length() == 0 || version.is_some() && version == self.version()
    }

    /// Discards its content; `false` if it cannot.
    fn restart(&mut self) -> impl Future<Output = io::Result<bool>> + Send;

    /// Stores the version of the bytes that follow.
    fn begin(&mut self, version: Option<&str>) -> impl Future<Output = io::Result<()>> + Send;

    fn write(&mut self, chunk: Bytes) -> impl Future<Output = io::Result<()>> + Send;

    fn flush(&mut self) -> impl Future<Output = io::Result<()>> + Send;

    /// Returns the checksum of its content.
    fn checksum(&mut self) -> impl Future<Output = io::Result<String>> + Send;

    /// Returns the last bytes of its content, as many as the end of a zip can have.
    fn tail(&self) -> impl Future<Output = io::Result<Vec<u8>>> + Send;
}

/// A writer of the caller. Written bytes cannot be taken back.
pub(super) struct Writer<W> {
    writer: W,
    length: u64,
    version: Option<String>,
    checksum: Checksum,
    tail: Vec<u8>,
}

impl<W> Writer<W> {
    pub(super) fn new(writer: W) -> Self {
        let (version, checksum, tail) = (None, Checksum::default(), Vec::new());
        Self { writer, length: 0, version, checksum, tail }
    }
}

impl<W: AsyncWrite + Unpin + Send + Sync> Sink for Writer<W> {
    fn length(&self) -> u64 {
        self.length
    }

    fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    async fn restart(&mut self) -> io::Result<bool> {
        Ok(self.length == 0)
    }

    async fn begin(&mut self, version: Option<&str>) -> io::Result<()> {
        self.version = version.map(str::to_owned);
        Ok(())
    }

    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        self.writer.write_all(&chunk).await?;
        self.length += chunk.len() as u64;
        self.checksum.update(&chunk);
        self.tail.extend_from_slice(&chunk[chunk.len().saturating_sub(zip::LONGEST_END)..]);
        self.tail.drain(..self.tail.len().saturating_sub(zip::LONGEST_END));
        Ok(())
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.writer.flush().await
    }

    async fn checksum(&mut self) -> io::Result<String> {
        Ok(self.checksum.clone().hex())
    }

    async fn tail(&self) -> io::Result<Vec<u8>> {
        Ok(self.tail.clone())
    }
}
