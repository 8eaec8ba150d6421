//! Where the bytes of a download go.

use std::io;

use tokio::io::{AsyncWrite, AsyncWriteExt as _};

use super::{checksum::Checksum, zip};

/// Something that takes the bytes of a download, in order.
pub(super) trait Sink: Send {
    /// How many bytes it has.
    fn length(&self) -> u64;

    /// The version of the file that it has the beginning of.
    fn version(&self) -> Option<&str>;

    /// Whether what it has is the beginning of that version of the file; always, while it has
    /// nothing.
    fn is_of(&self, version: Option<&str>) -> bool {
        self.length() == 0 || version.is_some() && version == self.version()
    }

    /// Forgets what it has; `false` when it cannot.
    fn restart(&mut self) -> impl Future<Output = io::Result<bool>> + Send;

    /// Remembers the version of what is about to come.
    fn begin(&mut self, version: Option<&str>) -> impl Future<Output = io::Result<()>> + Send;

    fn write(&mut self, chunk: &[u8]) -> impl Future<Output = io::Result<()>> + Send;

    fn flush(&mut self) -> impl Future<Output = io::Result<()>> + Send;

    /// The checksum of what it has.
    fn checksum(&self) -> impl Future<Output = io::Result<String>> + Send;

    /// The last bytes of what it has, as many as the end of a zip can be long.
    fn tail(&self) -> impl Future<Output = io::Result<Vec<u8>>> + Send;
}

/// A writer of the caller's. What went into it cannot be taken back.
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

    async fn write(&mut self, chunk: &[u8]) -> io::Result<()> {
        self.writer.write_all(chunk).await?;
        self.length += chunk.len() as u64;
        self.checksum.update(chunk);
        self.tail.extend_from_slice(&chunk[chunk.len().saturating_sub(zip::LONGEST_END)..]);
        self.tail.drain(..self.tail.len().saturating_sub(zip::LONGEST_END));
        Ok(())
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.writer.flush().await
    }

    async fn checksum(&self) -> io::Result<String> {
        Ok(self.checksum.clone().hex())
    }

    async fn tail(&self) -> io::Result<Vec<u8>> {
        Ok(self.tail.clone())
    }
}
