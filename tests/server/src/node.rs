//! Files and folders, and their annotations.

use std::collections::BTreeMap;

use bytes::Bytes;

/// A file or folder.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    /// Its id on its disk, which stays the same when it is moved.
    pub(crate) id: u64,
    pub(crate) content: Content,
    pub(crate) modified: i64,
    pub(crate) mode: u32,
    pub(crate) notes: Notes,
}

/// The content of a node.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    File(Bytes),
    Folder(BTreeMap<String, Node>),
}

/// The users' annotations of a node; they move with it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Notes {
    /// `meta.user`: values by name.
    pub(crate) metadata: BTreeMap<String, String>,
    /// `meta.simple_lock`: the user who holds the lock.
    pub(crate) lock: Option<String>,
    /// `meta.comments`, oldest first.
    pub(crate) comments: Vec<Comment>,
    /// `meta.filehasher`: whether the hash of its content is known.
    pub(crate) is_hashed: bool,
    /// `meta.watch`: the users who are notified, and of what: `META_WATCH_CHANGE`.
    pub(crate) watchers: BTreeMap<String, String>,
}

/// A comment on a node.
#[derive(Clone, Debug)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    pub(crate) date: i64,
    pub(crate) author: String,
    pub(crate) content: String,
}

impl Node {
    pub(crate) fn folder(modified: i64) -> Self {
        Self::new(Content::Folder(BTreeMap::new()), modified, 0o777)
    }

    pub(crate) fn file(content: impl Into<Bytes>, modified: i64) -> Self {
        Self::new(Content::File(content.into()), modified, 0o666)
    }

    fn new(content: Content, modified: i64, mode: u32) -> Self {
        Self { id: 0, content, modified, mode, notes: Notes::default() }
    }

    pub(crate) fn bytes(&self) -> Option<&Bytes> {
        match &self.content {
            Content::File(bytes) => Some(bytes),
            Content::Folder(_) => None,
        }
    }

    pub(crate) fn is_file(&self) -> bool {
        self.bytes().is_some()
    }

    /// Returns the size of a file, or of all files below a folder.
    pub(crate) fn usage(&self) -> usize {
        match &self.content {
            Content::File(bytes) => bytes.len(),
            Content::Folder(children) => children.values().map(Self::usage).sum(),
        }
    }

    /// Returns the number of files in or below the node.
    pub(crate) fn file_count(&self) -> usize {
        match &self.content {
            Content::File(_) => 1,
            Content::Folder(children) => children.values().map(Self::file_count).sum(),
        }
    }

    /// Returns the nodes in a folder with their names, folders first; none for a file.
    pub(crate) fn children(&self) -> Vec<(&str, &Self)> {
        let Content::Folder(children) = &self.content else { return Vec::new() };
        let mut children: Vec<_> = children.iter().map(|(name, node)| (&**name, node)).collect();
        children.sort_by_key(|(name, node)| (node.is_file(), name.to_lowercase()));
        children
    }

    pub(crate) fn child_mut(&mut self, name: &str) -> Option<&mut Self> {
        match &mut self.content {
            Content::File(_) => None,
            Content::Folder(children) => children.get_mut(name),
        }
    }

    /// Calls a function on the node and its descendants, with their paths.
    pub(crate) fn walk<'n>(&'n self, path: &str, visit: &mut dyn FnMut(&str, &'n Self)) {
        visit(path, self);
        for (name, child) in self.children() {
            child.walk(&format!("{}/{name}", path.trim_end_matches('/')), visit);
        }
    }

    /// Turns a copy into a separate node: assigns new ids, and removes locks, comments and watches.
    pub(crate) fn renumber(&mut self, next: &mut dyn FnMut() -> u64) {
        self.id = next();
        let metadata = std::mem::take(&mut self.notes.metadata);
        self.notes = Notes { metadata, ..Notes::default() };
        if let Content::Folder(children) = &mut self.content {
            children.values_mut().for_each(|child| child.renumber(next));
        }
    }
}
