//! Files with one JSON object a line.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Write as _},
    path::{Path, PathBuf},
};

use pydio_client::Json;

/// A JSON Lines file that gets its final name once it is complete.
pub(super) struct Lines {
    pub(super) kind: &'static str,
    pub(super) count: u64,
    file: BufWriter<File>,
    path: PathBuf,
}

impl Lines {
    pub(super) fn new(folder: &Path, kind: &'static str) -> io::Result<Self> {
        let path = folder.join(format!("{kind}.jsonl"));
        let file = BufWriter::new(File::create(path.with_extension("jsonl.part"))?);
        Ok(Self { kind, count: 0, file, path })
    }

    pub(super) fn write(&mut self, value: &Json) -> io::Result<()> {
        self.count += 1;
        writeln!(self.file, "{value}")
    }

    pub(super) fn close(mut self) -> io::Result<()> {
        self.file.flush()?;
        fs::rename(self.path.with_extension("jsonl.part"), self.path)
    }
}
