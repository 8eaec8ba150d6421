//! Writing files of any size, of which a part is in memory at a time.

use opendal_core::{
    Buffer, Error, ErrorKind, Metadata, MetadataBuilder, Result,
    raw::oio::{self, QueueBuf},
};
use pydio_client::{
    NodePath,
    transfer::{Existing, Uploaded},
    v1::access_fs,
};

use crate::{
    arrange::{Staging, move_to},
    error::{converted, unsupported},
    files::PydioFiles,
};

/// The size of a part, in bytes.
const PART: usize = 8 * 1024 * 1024;

/// Writes a file. What fits into one part replaces the file in one upload. More of it is collected in
/// a staging folder part by part, and replaces the file when the writer is closed.
pub struct PydioWriter {
    files: PydioFiles,
    node: NodePath,
    appends: bool,
    /// What has not been sent. A part of it is removed when the server has it, so that an operation
    /// can be repeated after an error.
    buffer: QueueBuf,
    growing: Option<Growing>,
}

/// A file on the server that parts are appended to.
struct Growing {
    node: NodePath,
    size: u64,
    /// Whether the last part may have arrived although its upload failed.
    is_unsure: bool,
    staging: Option<Staging>,
}

impl PydioWriter {
    pub(crate) fn new(files: PydioFiles, node: NodePath, appends: bool) -> Self {
        Self { files, node, appends, buffer: QueueBuf::new(), growing: None }
    }

    /// Sends the next bytes, and removes them from the buffer.
    async fn flush(&mut self, length: usize) -> Result<()> {
        let part = self.buffer.clone().collect().slice(..length);
        if self.growing.is_none() {
            self.growing = Some(self.begin().await?);
        }
        if let Some(growing) = &mut self.growing {
            growing.append(&self.files, part).await?;
        }
        self.buffer.advance(length);
        Ok(())
    }

    async fn begin(&self) -> Result<Growing> {
        let existing = self.files.make_room(&self.node).await?;
        let (node, size, staging) = if self.appends {
            (self.node.clone(), existing.and_then(|node| node.size()).unwrap_or(0), None)
        } else {
            let staging = Staging::create(&self.files).await?;
            (staging.path(self.node.name()), 0, Some(staging))
        };
        Ok(Growing { node, size, is_unsure: false, staging })
    }

    /// Writes what fits into one part.
    async fn write_whole(&mut self) -> Result<u64> {
        self.files.make_room(&self.node).await?;
        let content = self.buffer.clone().collect();
        let done = upload(&self.files, &self.node, content, Existing::Replace).await?;
        self.buffer.clear();
        Ok(done.bytes)
    }
}

impl oio::Write for PydioWriter {
    async fn write(&mut self, bs: Buffer) -> Result<()> {
        // Before the new bytes are taken, because they are passed again after an error.
        while self.buffer.len() >= PART {
            self.flush(PART).await?;
        }
        self.buffer.push(bs);
        Ok(())
    }

    async fn close(&mut self) -> Result<Metadata> {
        if self.growing.is_none() && !self.appends {
            let size = self.write_whole().await?;
            return Ok(MetadataBuilder::file(size).build());
        }
        while self.growing.is_none() || !self.buffer.is_empty() {
            self.flush(self.buffer.len().min(PART)).await?;
        }
        let Some(growing) = &mut self.growing else {
            return Err(Error::new(ErrorKind::Unexpected, "the writer is closed"));
        };
        if growing.staging.is_some() {
            move_to(&self.files, &growing.node, &self.node, growing.size).await?;
        }
        if let Some(staging) = growing.staging.take() {
            staging.remove().await;
        }
        Ok(MetadataBuilder::file(growing.size).build())
    }

    async fn abort(&mut self) -> Result<()> {
        self.buffer.clear();
        match self.growing.take() {
            Some(Growing { staging: Some(staging), .. }) => {
                staging.remove().await;
                Ok(())
            }
            Some(_) => Err(unsupported("what was appended stays in the file")),
            None => Ok(()),
        }
    }
}

impl Growing {
    async fn append(&mut self, files: &PydioFiles, part: Buffer) -> Result<()> {
        let size = self.size + part.len() as u64;
        if self.is_unsure {
            let there = files.find(&self.node).await?.and_then(|node| node.size()).unwrap_or(0);
            if there == size {
                (self.size, self.is_unsure) = (size, false);
                return Ok(());
            }
            self.expect(self.size, there)?;
        }
        self.is_unsure = true;
        let done = upload(files, &self.node, part, Existing::Append).await?;
        self.expect(size, done.bytes)?;
        (self.size, self.is_unsure) = (size, false);
        Ok(())
    }

    fn expect(&self, size: u64, there: u64) -> Result<()> {
        if size == there {
            return Ok(());
        }
        let node = &self.node;
        let message = format!(
            "{node} has {there} bytes instead of {size}: something else has written to it, or a part \
             has arrived incompletely"
        );
        Err(Error::new(ErrorKind::Unexpected, message))
    }
}

/// Uploads bytes, and verifies that the server has them under that path.
async fn upload(
    files: &PydioFiles,
    node: &NodePath,
    content: Buffer,
    existing: Existing,
) -> Result<Uploaded> {
    let folder = node.parent().unwrap_or_else(NodePath::root);
    let call = access_fs::upload(folder, node.name(), content.to_bytes());
    let done = files.workspace().upload(call).existing(existing).await.map_err(converted)?;
    if done.node != *node {
        let message = format!(
            "the server stores {node} as {}: it does not keep names like this one",
            done.node
        );
        return Err(unsupported(message));
    }
    Ok(done)
}
