//! The files of a workspace, in memory.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::names::{base, join, parent};

/// The folder that deleted nodes are moved to.
pub(crate) const RECYCLE_BIN: &str = "/recycle_bin";

/// The disk of a workspace.
#[derive(Debug)]
pub(crate) struct Disk {
    root: Node,
    now: i64,
    /// Where the nodes in the recycle bin were before.
    origins: BTreeMap<String, String>,
}

/// A file or folder.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) content: Content,
    pub(crate) modified: i64,
    pub(crate) mode: u32,
}

/// What a node holds.
#[derive(Clone, Debug)]
pub(crate) enum Content {
    File(Bytes),
    Folder(BTreeMap<String, Node>),
}

impl Node {
    fn folder(modified: i64) -> Self {
        Self { content: Content::Folder(BTreeMap::new()), modified, mode: 0o777 }
    }

    pub(crate) fn file(content: impl Into<Bytes>, modified: i64) -> Self {
        Self { content: Content::File(content.into()), modified, mode: 0o666 }
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

    /// The size of a file; that of all files below a folder.
    pub(crate) fn usage(&self) -> usize {
        match &self.content {
            Content::File(bytes) => bytes.len(),
            Content::Folder(children) => children.values().map(Self::usage).sum(),
        }
    }

    /// How many files it is or has below it.
    pub(crate) fn file_count(&self) -> usize {
        match &self.content {
            Content::File(_) => 1,
            Content::Folder(children) => children.values().map(Self::file_count).sum(),
        }
    }

    /// The nodes in a folder with their names, folders first; none in a file.
    pub(crate) fn children(&self) -> Vec<(&str, &Self)> {
        let Content::Folder(children) = &self.content else { return Vec::new() };
        let mut children: Vec<_> = children.iter().map(|(name, node)| (&**name, node)).collect();
        children.sort_by_key(|(name, node)| (node.is_file(), name.to_lowercase()));
        children
    }

    fn child_mut(&mut self, name: &str) -> Option<&mut Self> {
        match &mut self.content {
            Content::File(_) => None,
            Content::Folder(children) => children.get_mut(name),
        }
    }
}

impl Default for Disk {
    fn default() -> Self {
        let now = 1_795_425_357;
        let mut disk = Self { root: Node::folder(now), now, origins: BTreeMap::new() };
        disk.root.mode = 0o755;
        disk.seed(RECYCLE_BIN, None);
        if let Some(bin) = disk.get_mut(RECYCLE_BIN) {
            bin.mode = 0o755;
        }
        disk
    }
}

/// The names along a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|name| !name.is_empty())
}

impl Disk {
    pub(crate) fn get(&self, path: &str) -> Option<&Node> {
        names(path).try_fold(&self.root, |node, name| match &node.content {
            Content::File(_) => None,
            Content::Folder(children) => children.get(name),
        })
    }

    pub(crate) fn get_mut(&mut self, path: &str) -> Option<&mut Node> {
        names(path).try_fold(&mut self.root, |node, name| node.child_mut(name))
    }

    pub(crate) fn is_folder(&self, path: &str) -> bool {
        self.get(path).is_some_and(|node| !node.is_file())
    }

    pub(crate) fn content(&self, path: &str) -> Option<&[u8]> {
        self.get(path)?.bytes().map(|bytes| &**bytes)
    }

    /// The time, which passes with every change.
    fn tick(&mut self) -> i64 {
        self.now += 1;
        self.now
    }

    /// Puts a node at a path, whose folder exists; whether it did.
    fn insert(&mut self, path: &str, node: Node) -> bool {
        match self.get_mut(parent(path)).map(|folder| &mut folder.content) {
            Some(Content::Folder(children)) if !base(path).is_empty() => {
                children.insert(base(path).to_owned(), node);
                true
            }
            _ => false,
        }
    }

    /// Makes a folder in one that exists; whether it did.
    pub(crate) fn make_folder(&mut self, path: &str) -> bool {
        let folder = Node::folder(self.tick());
        self.insert(path, folder)
    }

    /// Writes a file in a folder that exists; whether it did.
    pub(crate) fn write(&mut self, path: &str, content: impl Into<Bytes>) -> bool {
        let file = Node::file(content, self.tick());
        self.insert(path, file)
    }

    /// Copies a node; whether the folder of the copy exists.
    pub(crate) fn copy(&mut self, from: &str, to: &str) -> bool {
        let Some(mut node) = self.get(from).cloned() else { return false };
        node.modified = self.tick();
        self.insert(to, node)
    }

    /// Moves a node into a folder that exists; whether it did.
    pub(crate) fn rename(&mut self, from: &str, to: &str) -> bool {
        if !self.is_folder(parent(to)) {
            return false;
        }
        let Some(node) = self.remove(from) else { return false };
        self.insert(to, node)
    }

    /// Takes a node off the disk.
    pub(crate) fn remove(&mut self, path: &str) -> Option<Node> {
        match &mut self.get_mut(parent(path))?.content {
            Content::File(_) => None,
            Content::Folder(children) => children.remove(base(path)),
        }
    }

    /// Moves a node into the recycle bin, under a name that is free there, and tells its path.
    pub(crate) fn recycle(&mut self, path: &str) -> Option<String> {
        let to = self.free(RECYCLE_BIN, base(path));
        self.rename(path, &to).then(|| {
            self.origins.insert(to.clone(), path.to_owned());
            to
        })
    }

    /// Moves a node out of the recycle bin to where it was, and tells where that is.
    pub(crate) fn restore(&mut self, path: &str) -> Option<String> {
        let origin = self.origins.get(path)?.clone();
        self.rename(path, &origin).then(|| {
            self.origins.remove(path);
            origin
        })
    }

    /// A path in a folder that is free: `a-1.txt` where `a.txt` is taken.
    pub(crate) fn free(&self, folder: &str, name: &str) -> String {
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
            _ => (name, String::new()),
        };
        let numbered = (1..).map(|n| join(folder, &format!("{stem}-{n}{extension}")));
        let mut paths = std::iter::once(join(folder, name)).chain(numbered);
        paths.find(|path| self.get(path).is_none()).unwrap_or_default()
    }

    /// Puts a file, or without content a folder, and the folders above it.
    pub(crate) fn seed(&mut self, path: &str, content: Option<&[u8]>) {
        let folder = if content.is_some() { parent(path) } else { path };
        let mut made = String::new();
        for name in names(folder) {
            made = made + "/" + name;
            if self.get(&made).is_none() {
                self.make_folder(&made);
            }
        }
        if let Some(content) = content {
            self.write(path, content.to_vec());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Disk;

    #[test]
    fn a_deleted_node_goes_back_to_where_it_was() {
        let mut disk = Disk::default();
        disk.seed("/a/b.txt", Some(b"x"));
        assert_eq!(disk.recycle("/a/b.txt").as_deref(), Some("/recycle_bin/b.txt"));
        disk.seed("/a/b.txt", Some(b"y"));
        assert_eq!(disk.recycle("/a/b.txt").as_deref(), Some("/recycle_bin/b-1.txt"));
        assert_eq!(disk.restore("/recycle_bin/b.txt").as_deref(), Some("/a/b.txt"));
        assert_eq!(disk.content("/a/b.txt"), Some(&b"x"[..]));
        assert_eq!(disk.restore("/recycle_bin/b.txt"), None);
    }

    #[test]
    fn nothing_is_put_where_there_is_no_folder() {
        let mut disk = Disk::default();
        disk.seed("/f", Some(b""));
        for path in ["/absent/a", "/f/a", "/"] {
            assert!(!disk.write(path, ""), "{path}");
            assert!(!disk.make_folder(path), "{path}");
        }
        assert!(!disk.rename("/f", "/absent/f") && disk.get("/f").is_some());
    }
}
