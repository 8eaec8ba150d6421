//! The server's files, by path.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use bytes::Bytes;
use md5::{Digest as _, Md5};

/// The content of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    Bytes(Bytes),
    /// This many bytes of the pattern, which need no memory.
    Pattern(u64),
}

#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) content: Content,
    pub(crate) modified: u64,
    inode: u64,
}

#[derive(Debug, Default)]
pub(crate) struct Store {
    files: BTreeMap<String, File>,
    folders: BTreeSet<String>,
    now: u64,
}

const PERIOD: usize = 251;

/// The number of bytes of the pattern that are compared at once.
const CHUNK: usize = 64 * 1024;

static PATTERN: LazyLock<Bytes> =
    LazyLock::new(|| (0..CHUNK + PERIOD).map(|index| (index % PERIOD) as u8).collect());

/// Returns the bytes of the pattern from `offset` on, at most one chunk.
fn pattern(offset: u64, length: usize) -> Bytes {
    let start = usize::try_from(offset % PERIOD as u64).unwrap();
    PATTERN.slice(start..start + length)
}

/// Returns whether the bytes match the pattern.
pub(crate) fn is_pattern(offset: u64, bytes: &[u8]) -> bool {
    let offsets = (offset..).step_by(CHUNK);
    bytes.chunks(CHUNK).zip(offsets).all(|(chunk, offset)| *chunk == pattern(offset, chunk.len()))
}

impl Content {
    pub(crate) fn length(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Pattern(length) => *length,
        }
    }

    /// Returns some bytes from `offset` on, at most one chunk.
    pub(crate) fn read(&self, offset: u64) -> Bytes {
        let left = self.length().saturating_sub(offset).min(CHUNK as u64);
        let length = usize::try_from(left).unwrap();
        match self {
            Self::Bytes(bytes) => {
                let start = usize::try_from(offset).unwrap().min(bytes.len());
                bytes.slice(start..start + length)
            }
            Self::Pattern(_) => pattern(offset, length),
        }
    }

    fn append(&mut self, more: Self) {
        match (self, more) {
            (Self::Bytes(bytes), Self::Bytes(more)) => *bytes = [&bytes[..], &more].concat().into(),
            (Self::Pattern(length), Self::Pattern(more)) => *length += more,
            _ => panic!("contents of two kinds"),
        }
    }

    pub(crate) fn md5(&self) -> String {
        let mut digest = Md5::new();
        let mut offset = 0;
        while offset < self.length() {
            let chunk = self.read(offset);
            digest.update(&chunk);
            offset += chunk.len() as u64;
        }
        digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Store {
    pub(crate) fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }

    pub(crate) fn paths(&self) -> Vec<&str> {
        self.files.keys().map(String::as_str).collect()
    }

    pub(crate) fn is_folder(&self, path: &str) -> bool {
        matches!(path, "" | "/") || self.folders.contains(path)
    }

    pub(crate) fn make_folder(&mut self, path: &str) {
        self.folders.insert(path.to_owned());
    }

    /// Writes a file, and returns whether it existed.
    pub(crate) fn put(&mut self, path: &str, content: Content) -> bool {
        self.now += 1;
        let file = File { content, modified: 1_795_425_000 + self.now, inode: self.now };
        self.files.insert(path.to_owned(), file).is_some()
    }

    /// Appends to a file, if it exists.
    pub(crate) fn append(&mut self, path: &str, content: Content) -> bool {
        let Some(file) = self.files.get_mut(path) else { return false };
        file.content.append(content);
        true
    }

    pub(crate) fn rename(&mut self, from: &str, to: &str) -> bool {
        let content = self.remove(from).expect("a file to rename");
        self.put(to, content)
    }

    pub(crate) fn remove(&mut self, path: &str) -> Option<Content> {
        self.files.remove(path).map(|file| file.content)
    }

    /// Returns a free path: `a-1.txt` if `a.txt` is taken.
    pub(crate) fn free(&self, path: &str) -> String {
        let (stem, ending) = path.rsplit_once('.').unwrap_or((path, ""));
        let numbered = (1..).map(|number| format!("{stem}-{number}.{ending}"));
        let mut paths = std::iter::once(path.to_owned()).chain(numbered);
        paths.find(|path| self.get(path).is_none()).unwrap()
    }

    /// Returns the `stat` of a node, optionally with its checksum.
    pub(crate) fn stat(&self, path: &str, with_hash: bool) -> String {
        let Some(file) = self.get(path) else { return "{}".to_owned() };
        let (size, mtime) = (file.content.length(), file.modified);
        let hash = match with_hash {
            true => format!(",\"hash\":\"{0}\",\"13\":\"{0}\"", file.content.md5()),
            false => String::new(),
        };
        let inode = file.inode;
        format!(
            "{{\"1\":{inode},\"7\":{size},\"9\":{mtime},\"ino\":{inode},\"size\":{size},\
             \"mtime\":{mtime}{hash}}}"
        )
    }
}
