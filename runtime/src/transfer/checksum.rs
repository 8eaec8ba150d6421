//! The checksum by which the server compares contents.

use std::{io, mem, path::Path};

use bytes::Bytes;
use futures_util::StreamExt as _;
use tokio::{
    io::AsyncReadExt as _,
    task::{JoinHandle, spawn_blocking},
};

use crate::types::{Body, BoxError};

/// An MD5 checksum that is being computed.
#[derive(Clone)]
pub(super) struct Checksum(md5::Context);

impl Default for Checksum {
    fn default() -> Self {
        Self(md5::Context::new())
    }
}

impl Checksum {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.consume(bytes);
    }

    /// Returns it in lower case, as the server writes it.
    pub(super) fn hex(self) -> String {
        format!("{:x}", self.0.finalize())
    }

    pub(super) async fn of_body(body: Body) -> Result<String, BoxError> {
        let mut checksum = Self::default();
        let mut stream = Box::pin(body.into_stream());
        while let Some(chunk) = stream.next().await {
            checksum.update(&chunk?);
        }
        Ok(checksum.hex())
    }

    pub(super) async fn of_file(path: &Path) -> io::Result<String> {
        let mut checksum = Self::default();
        let mut file = tokio::fs::File::open(path).await?;
        // Each read is a task of its own for tokio.
        let mut buffer = vec![0; 256 * 1024];
        loop {
            match file.read(&mut buffer).await? {
                0 => return Ok(checksum.hex()),
                length => checksum.update(&buffer[..length]),
            }
        }
    }
}

/// How many bytes are passed to the other thread at once.
const BATCH: usize = 1024 * 1024;

/// A checksum that another thread computes while the next bytes arrive: it takes about as long as
/// receiving them.
#[derive(Default)]
pub(super) struct Beside {
    running: Option<JoinHandle<Checksum>>,
    batch: Vec<Bytes>,
    size: usize,
}

impl Beside {
    pub(super) async fn update(&mut self, chunk: Bytes) -> io::Result<()> {
        self.size += chunk.len();
        self.batch.push(chunk);
        match self.size < BATCH {
            true => Ok(()),
            false => self.pass().await,
        }
    }

    async fn pass(&mut self) -> io::Result<()> {
        let mut checksum = self.passed().await?;
        let batch = mem::take(&mut self.batch);
        self.size = 0;
        self.running = Some(spawn_blocking(move || {
            batch.iter().for_each(|chunk| checksum.update(chunk));
            checksum
        }));
        Ok(())
    }

    /// Returns the checksum of what has been passed.
    async fn passed(&mut self) -> io::Result<Checksum> {
        match self.running.take() {
            Some(running) => Ok(running.await?),
            None => Ok(Checksum::default()),
        }
    }

    /// Returns the checksum of everything so far; ends it.
    pub(super) async fn hex(mut self) -> io::Result<String> {
        let mut checksum = self.passed().await?;
        self.batch.iter().for_each(|chunk| checksum.update(chunk));
        Ok(checksum.hex())
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::{BATCH, Beside, Checksum};

    #[tokio::test]
    async fn another_thread_computes_the_same_checksum() {
        for sizes in [&[][..], &[3], &[BATCH], &[1, BATCH - 1, 2, BATCH, 7, BATCH * 2]] {
            let (mut beside, mut alone) = (Beside::default(), Checksum::default());
            for (index, size) in sizes.iter().enumerate() {
                let chunk = Bytes::from(vec![index as u8; *size]);
                alone.update(&chunk);
                beside.update(chunk).await.unwrap();
            }
            assert_eq!(beside.hex().await.unwrap(), alone.hex());
        }
    }
}
