//! The in-memory files of a workspace.

use std::collections::BTreeMap;

use bytes::Bytes;

use crate::{
    clock::Clock,
    names::{base, join, parent},
    node::{Content, Node},
};

/// The folder that deleted nodes are moved to.
pub(crate) const RECYCLE_BIN: &str = "/recycle_bin";

/// The disk of a workspace.
#[derive(Debug)]
pub(crate) struct Disk {
    root: Node,
    clock: Clock,
    last_id: u64,
    /// The original locations of the nodes in the recycle bin.
    origins: BTreeMap<String, String>,
    /// The changes since the last query.
    changes: Vec<Change>,
    /// The whole disk, while only a part of it is the root.
    around: Option<Box<Node>>,
    /// Whether it was never accessed through Pydio.
    pub(crate) is_untouched: bool,
    /// What the server's cache contains for deleted nodes, by path.
    stale: BTreeMap<String, Stale>,
    /// What the server's cache contains for files changed outside it, by path.
    outdated: BTreeMap<String, Node>,
}

/// What the server's cache contains for a deleted node.
#[derive(Debug)]
pub(crate) struct Stale {
    pub(crate) node: Node,
    /// Whether reading its content has failed since.
    pub(crate) is_broken: bool,
}

/// A change of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Change {
    pub(crate) node: u64,
    pub(crate) kind: Kind,
    /// The old path; `None` if the node is new.
    pub(crate) from: Option<String>,
    /// The new path; `None` if the node is gone.
    pub(crate) to: Option<String>,
}

/// The kinds of changes in the feed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Create,
    Content,
    Path,
    Delete,
}

/// Returns whether a path is the recycle bin or in it.
pub(crate) fn is_recycled(path: &str) -> bool {
    path.strip_prefix(RECYCLE_BIN).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// Returns the names along a path.
fn names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|name| !name.is_empty())
}

impl Disk {
    /// Returns a disk that contains only an empty recycle bin.
    pub(crate) fn new(clock: Clock) -> Self {
        let now = clock.now();
        let mut disk = Self {
            root: Node { mode: 0o755, ..Node::folder(now) },
            clock,
            last_id: 0,
            origins: BTreeMap::new(),
            changes: Vec::new(),
            around: None,
            is_untouched: false,
            stale: BTreeMap::new(),
            outdated: BTreeMap::new(),
        };
        // The ids of nodes created through Pydio begin with 1.
        let bin = Node { id: u64::MAX, mode: 0o755, ..Node::folder(now) };
        disk.insert(RECYCLE_BIN, bin);
        disk
    }

    /// Makes a folder the root until [`Self::widen`]; returns whether it exists.
    pub(crate) fn narrow(&mut self, path: &str) -> bool {
        let Some(part) = self.get_mut(path) else { return false };
        let part = std::mem::replace(part, Node::folder(0));
        self.around = Some(Box::new(std::mem::replace(&mut self.root, part)));
        true
    }

    /// Puts the part taken by [`Self::narrow`] back to its path.
    pub(crate) fn widen(&mut self, path: &str) {
        let Some(around) = self.around.take() else { return };
        let part = std::mem::replace(&mut self.root, *around);
        if let Some(place) = self.get_mut(path) {
            *place = part;
        }
        self.changes.clear();
    }

    /// Returns the changes since the last call.
    pub(crate) fn take_changes(&mut self) -> Vec<Change> {
        std::mem::take(&mut self.changes)
    }

    fn changed(&mut self, node: u64, kind: Kind, from: Option<&str>, to: Option<&str>) {
        // Changes in the recycle bin are not reported.
        let seen = |path: Option<&str>| path.filter(|p| !is_recycled(p)).map(str::to_owned);
        let (from, to) = (seen(from), seen(to));
        let kind = match (&from, &to, kind) {
            (None, None, _) => return,
            (None, Some(_), Kind::Path) => Kind::Create,
            (Some(_), None, Kind::Path) => Kind::Delete,
            (.., kind) => kind,
        };
        self.changes.push(Change { node, kind, from, to });
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Node> {
        names(path).try_fold(&self.root, |node, name| match &node.content {
            Content::File(_) => None,
            Content::Folder(children) => children.get(name),
        })
    }

    pub(crate) fn get_mut(&mut self, path: &str) -> Option<&mut Node> {
        names(path).try_fold(&mut self.root, |node, name| node.child_mut(name))
    }

    /// Makes the cache report the node at `now` under `path` as well.
    pub(crate) fn keep_stat(&mut self, path: &str, now: &str) {
        if let Some(node) = self.get(now).cloned() {
            self.stale.insert(path.to_owned(), Stale { node, is_broken: false });
        }
    }

    /// Makes the cache keep reporting a node that was deleted.
    pub(crate) fn keep_deleted(&mut self, path: &str, node: Node) {
        self.stale.insert(path.to_owned(), Stale { node, is_broken: false });
    }

    /// Returns a node as the cache reports it, also one that was deleted.
    pub(crate) fn remembered(&self, path: &str) -> Option<&Node> {
        match self.get(path) {
            Some(node) => Some(self.cached(path, node)),
            None => self.stale.get(path).filter(|stale| !stale.is_broken).map(|stale| &stale.node),
        }
    }

    /// Returns what the cache contains for a deleted node.
    pub(crate) fn stale(&mut self, path: &str) -> Option<&mut Stale> {
        if self.get(path).is_some() {
            return None;
        }
        self.stale.get_mut(path)
    }

    pub(crate) fn forget_stat(&mut self, path: &str) {
        self.stale.remove(path);
    }

    /// Makes the cache keep reporting the previous state of a file.
    pub(crate) fn keep_cached(&mut self, path: &str, before: Node) {
        self.outdated.insert(path.to_owned(), before);
    }

    /// Returns a node as the cache reports it.
    pub(crate) fn cached<'d>(&'d self, path: &str, node: &'d Node) -> &'d Node {
        self.outdated.get(path).unwrap_or(node)
    }

    /// Refreshes the cache for a file.
    pub(crate) fn refresh(&mut self, path: &str) {
        self.outdated.remove(path);
    }

    /// Returns the size of all files.
    pub(crate) fn usage(&self) -> usize {
        self.root.usage()
    }

    pub(crate) fn is_folder(&self, path: &str) -> bool {
        self.get(path).is_some_and(|node| !node.is_file())
    }

    pub(crate) fn content(&self, path: &str) -> Option<&[u8]> {
        self.get(path)?.bytes().map(|bytes| &**bytes)
    }

    /// Puts a node at a path in an existing folder; returns whether it succeeded.
    fn insert(&mut self, path: &str, mut node: Node) -> bool {
        if node.id == 0 {
            self.last_id += 1;
            node.id = self.last_id;
        }
        match self.get_mut(parent(path)).map(|folder| &mut folder.content) {
            Some(Content::Folder(children)) if !base(path).is_empty() => {
                children.insert(base(path).to_owned(), node);
                true
            }
            _ => false,
        }
    }

    /// Records that a node and its descendants were created.
    fn created(&mut self, path: &str) -> bool {
        let mut found = Vec::new();
        if let Some(node) = self.get(path) {
            node.walk(path, &mut |path, node| found.push((path.to_owned(), node.id)));
        }
        for (path, id) in &found {
            self.changed(*id, Kind::Create, None, Some(path));
        }
        !found.is_empty()
    }

    /// Creates a folder in an existing folder; returns whether it succeeded.
    pub(crate) fn make_folder(&mut self, path: &str) -> bool {
        let folder = Node::folder(self.clock.tick());
        self.insert(path, folder) && self.created(path)
    }

    /// Writes or replaces a file in an existing folder; returns whether it succeeded.
    pub(crate) fn write(&mut self, path: &str, content: impl Into<Bytes>) -> bool {
        let file = Node::file(content, self.clock.tick());
        self.refresh(path);
        let Some(old) = self.get_mut(path).filter(|node| node.is_file()) else {
            return self.insert(path, file) && self.created(path);
        };
        (old.content, old.modified) = (file.content, file.modified);
        let id = old.id;
        self.changed(id, Kind::Content, Some(path), Some(path));
        true
    }

    /// Copies a node; returns whether the target folder exists.
    pub(crate) fn copy(&mut self, from: &str, to: &str) -> bool {
        let Some(mut node) = self.get(from).cloned() else { return false };
        node.modified = self.clock.tick();
        self.place(to, node)
    }

    /// Puts a copy of a node, possibly from another disk, into an existing folder; returns whether
    /// it succeeded.
    pub(crate) fn place(&mut self, to: &str, mut node: Node) -> bool {
        let mut last = self.last_id;
        node.renumber(&mut || {
            last += 1;
            last
        });
        self.last_id = last;
        self.insert(to, node) && self.created(to)
    }

    /// Moves a node into an existing folder; returns whether it succeeded.
    pub(crate) fn rename(&mut self, from: &str, to: &str) -> bool {
        if !self.is_folder(parent(to)) {
            return false;
        }
        let Some(node) = self.detach(from) else { return false };
        let id = node.id;
        self.insert(to, node);
        self.changed(id, Kind::Path, Some(from), Some(to));
        true
    }

    fn detach(&mut self, path: &str) -> Option<Node> {
        match &mut self.get_mut(parent(path))?.content {
            Content::File(_) => None,
            Content::Folder(children) => children.remove(base(path)),
        }
    }

    /// Removes a node.
    pub(crate) fn remove(&mut self, path: &str) -> Option<Node> {
        let node = self.detach(path)?;
        self.changed(node.id, Kind::Delete, Some(path), None);
        Some(node)
    }

    /// Permanently deletes the content of the recycle bin.
    pub(crate) fn empty_recycle_bin(&mut self) {
        if let Some(bin) = self.get_mut(RECYCLE_BIN) {
            bin.content = Content::Folder(BTreeMap::new());
        }
        self.origins.clear();
    }

    /// Moves a node into the recycle bin, where it replaces one of the same name (measured on 7.0.4 and
    /// 8.2.5), and returns its path there.
    pub(crate) fn recycle(&mut self, path: &str) -> Option<String> {
        let to = join(RECYCLE_BIN, base(path));
        self.rename(path, &to).then(|| {
            self.origins.insert(to.clone(), path.to_owned());
            to
        })
    }

    /// Returns the original path of a node in the recycle bin.
    pub(crate) fn origin(&self, path: &str) -> Option<&str> {
        self.origins.get(path).map(String::as_str)
    }

    /// Moves a node from the recycle bin to its original path, and returns that path.
    pub(crate) fn restore(&mut self, path: &str) -> Option<String> {
        let origin = self.origins.get(path)?.clone();
        self.rename(path, &origin).then_some(origin)
    }

    /// Returns a free path in a folder: `a-1.txt` if `a.txt` is taken.
    pub(crate) fn free(&self, folder: &str, name: &str) -> String {
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, format!(".{extension}")),
            _ => (name, String::new()),
        };
        let numbered = (1..).map(|n| join(folder, &format!("{stem}-{n}{extension}")));
        let mut paths = std::iter::once(join(folder, name)).chain(numbered);
        paths.find(|path| self.get(path).is_none()).unwrap_or_default()
    }

    /// Puts a file, or without content a folder, and its parent folders.
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
    use super::{Change, Disk, Kind};
    use crate::clock::Clock;

    fn disk() -> Disk {
        Disk::new(Clock::new(0))
    }

    #[test]
    fn changes_are_reported_once_and_end_at_the_recycle_bin() {
        let mut disk = disk();
        disk.seed("/a/b.txt", Some(b"x"));
        assert_eq!(disk.take_changes().len(), 2);
        disk.write("/a/b.txt", "y");
        disk.rename("/a/b.txt", "/a/c.txt");
        disk.recycle("/a/c.txt");
        disk.restore("/recycle_bin/c.txt");
        disk.copy("/a", "/d");
        let kinds: Vec<_> = disk.take_changes().iter().map(|change| change.kind).collect();
        let (create, gone) = (Kind::Create, Kind::Delete);
        assert_eq!(kinds, [Kind::Content, Kind::Path, gone, create, create, create]);
        let id = disk.get("/d/c.txt").unwrap().id;
        disk.remove("/d/c.txt");
        let change = Change { node: id, kind: gone, from: Some("/d/c.txt".into()), to: None };
        assert_eq!((disk.take_changes(), disk.take_changes()), (vec![change], vec![]));
    }

    #[test]
    fn a_folder_can_be_the_root_temporarily() {
        let mut disk = disk();
        disk.seed("/s/a.txt", Some(b"x"));
        assert!(disk.narrow("/s") && disk.write("/b.txt", "y"));
        assert_eq!(disk.content("/a.txt"), Some(&b"x"[..]));
        disk.widen("/s");
        assert_eq!(disk.content("/s/b.txt"), Some(&b"y"[..]));
        assert!(!disk.narrow("/absent"));
    }

    #[test]
    fn a_deleted_node_is_restored_to_its_original_path() {
        let mut disk = disk();
        disk.seed("/a/b.txt", Some(b"x"));
        assert_eq!(disk.recycle("/a/b.txt").as_deref(), Some("/recycle_bin/b.txt"));
        disk.seed("/a/b.txt", Some(b"y"));
        assert_eq!(disk.recycle("/a/b.txt").as_deref(), Some("/recycle_bin/b.txt"));
        assert_eq!(disk.restore("/recycle_bin/b.txt").as_deref(), Some("/a/b.txt"));
        assert_eq!(disk.content("/a/b.txt"), Some(&b"y"[..]));
        assert_eq!(disk.restore("/recycle_bin/b.txt"), None);
    }

    #[test]
    fn nothing_is_stored_in_a_missing_folder() {
        let mut disk = disk();
        disk.seed("/f", Some(b""));
        for path in ["/absent/a", "/f/a", "/"] {
            assert!(!disk.write(path, ""), "{path}");
            assert!(!disk.make_folder(path), "{path}");
        }
        assert!(!disk.rename("/f", "/absent/f") && disk.get("/f").is_some());
    }
}
