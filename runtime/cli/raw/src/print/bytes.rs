//! Downloads, into a file or to standard output.

use std::{
    io::{self, Write as _},
    path::Path,
};

use pydio_runtime::{
    Error, ErrorKind,
    response::Download,
    transfer::{Downloaded, FileDownload},
};
use serde_json::json;

use super::{Output, beside, compared, say, to_stdout, to_terminal};
use crate::Failed;

/// The source of bytes.
pub(crate) enum Bytes {
    /// A download that resumes where it broke off.
    Transfer(Box<FileDownload>),
    /// A response that turned out to be bytes.
    Answer(Box<Download>),
}

impl Output {
    /// Writes all bytes. A file gets its name only when it is complete.
    pub(crate) async fn bytes(&self, bytes: Bytes) -> Result<(), Failed> {
        match (bytes, &self.file) {
            (Bytes::Transfer(download), Some(path)) => {
                let Downloaded { bytes, resumed, md5, .. } = download.to_file(path).await?;
                self.arrived(path, (bytes, resumed), md5.as_deref())
            }
            (Bytes::Transfer(download), None) => {
                let arrived = download.to_writer(tokio::io::stdout()).await;
                let Downloaded { bytes, md5, .. } =
                    arrived.map_err(|error| match local(&error) {
                        Some(local) => not_whole(local),
                        None => error.into(),
                    })?;
                if md5.is_none() {
                    say(format_args!("{bytes} bytes, {}", compared(None)));
                }
                Ok(())
            }
            (Bytes::Answer(_), None) if self.is_refused_by_terminal() => Err(to_terminal()),
            (Bytes::Answer(mut download), None) => {
                let mut stdout = io::stdout().lock();
                while let Some(chunk) = download.chunk().await? {
                    stdout.write_all(&chunk).map_err(|error| not_whole(&error))?;
                }
                stdout.flush().map_err(|error| not_whole(&error))
            }
            (Bytes::Answer(download), Some(path)) => self.write(*download, path).await,
        }
    }

    async fn write(&self, mut download: Download, path: &Path) -> Result<(), Failed> {
        let local = |error| Failed::local(path.display(), &error);
        let mut file = beside(path).map_err(local)?;
        let mut bytes = 0;
        while let Some(chunk) = download.chunk().await? {
            file.write_all(&chunk).map_err(local)?;
            bytes += chunk.len() as u64;
        }
        self.keep(file, path).map_err(local)?;
        self.arrived(path, (bytes, 0), None)
    }

    fn arrived(
        &self,
        path: &Path,
        (bytes, resumed): (u64, u64),
        md5: Option<&str>,
    ) -> Result<(), Failed> {
        let path = path.display().to_string();
        if self.is_json {
            let json = json!({ "file": path, "bytes": bytes, "resumed": resumed, "md5": md5 });
            return to_stdout(format!("{json:#}\n").as_bytes());
        }
        say(format_args!("{bytes} bytes in {path}, {}", compared(md5)));
        Ok(())
    }
}

/// Bytes are useful only as a whole: unlike with text, a closed reader is an error.
fn not_whole(error: &io::Error) -> Failed {
    Failed::local("standard output", error)
}

/// Returns the local error, if it is one.
fn local(error: &Error) -> Option<&io::Error> {
    match error.kind() {
        ErrorKind::LocalFile => error.cause()?.downcast_ref(),
        _ => None,
    }
}
