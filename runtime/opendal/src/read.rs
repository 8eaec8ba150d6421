//! Reading files, whole or in ranges.

use std::sync::{Mutex, PoisonError};

use opendal_core::{
    Buffer, BytesRange, Error, ErrorKind, MetadataBuilder, Result,
    raw::{RpRead, Timestamp, oio},
};
use pydio_client::{NodePath, response::Download, v1::access_fs};
use tokio::sync::OnceCell;

use crate::{
    error::{converted, is_a_directory, not_found, unsupported},
    files::PydioFiles,
};

/// Reads a file. The first range also asks whether it is one: the server would send an archive of a
/// folder.
pub struct PydioReader {
    files: PydioFiles,
    node: NodePath,
    is_file: OnceCell<()>,
}

impl PydioReader {
    pub(crate) fn new(files: PydioFiles, node: NodePath) -> Self {
        Self { files, node, is_file: OnceCell::new() }
    }

    async fn check(&self) -> Result<()> {
        match self.files.find(&self.node).await? {
            None => Err(not_found(&self.node)),
            Some(node) if !node.is_file() => Err(is_a_directory(&self.node)),
            Some(_) => Ok(()),
        }
    }
}

impl oio::StreamRead for PydioReader {
    async fn open(&self, range: BytesRange) -> Result<(RpRead, Box<dyn oio::ReadStreamDyn>)> {
        self.is_file.get_or_try_init(|| self.check()).await?;
        let BytesRange::Range { offset, size } = range else {
            return Err(unsupported(
                "the server takes a suffix range for the beginning of the file",
            ));
        };
        if size == Some(0) {
            return Ok((RpRead::default(), Box::new(Buffer::new())));
        }
        let call = access_fs::download(&self.node);
        let download = self.files.workspace().download(call).open(range.to_range()).await;
        let download = download.map_err(converted)?;
        if let Some(total) = download.total()
            && offset > total
        {
            let message =
                format!("{} has {total} bytes, and byte {offset} was asked for", self.node);
            return Err(Error::new(ErrorKind::RangeNotSatisfied, message));
        }
        Ok((described(&download), Box::new(PydioStream(Mutex::new(download)))))
    }
}

/// Returns what the server tells of the file besides its bytes.
fn described(download: &Download) -> RpRead {
    let Some(total) = download.total() else { return RpRead::default() };
    let mut metadata = MetadataBuilder::file(total);
    let modified = download.last_modified().and_then(|time| Timestamp::parse_rfc2822(time).ok());
    if let Some(time) = modified {
        metadata.last_modified(time);
    }
    RpRead::new(metadata.build())
}

/// The bytes of a range. Never locked: the mutex makes it `Sync`, which the body of a response is not.
struct PydioStream(Mutex<Download>);

impl oio::ReadStream for PydioStream {
    async fn read(&mut self) -> Result<Buffer> {
        let download = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        let chunk = download.chunk().await.map_err(converted)?;
        Ok(chunk.map_or_else(Buffer::new, Buffer::from))
    }
}
