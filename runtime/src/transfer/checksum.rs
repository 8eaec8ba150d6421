//! The checksum by which the server compares contents.

use std::{io, path::Path};

use futures_util::StreamExt as _;
use tokio::io::AsyncReadExt as _;

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
