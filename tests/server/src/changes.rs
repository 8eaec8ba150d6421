//! The feed of changes that clients synchronize with, numbered across all workspaces.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::{
    disk::{Change, Disk, Kind},
    identifiers::md5_hex,
    node::Node,
};

/// All changes made through Pydio, in order.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<Entry>,
}

/// A change on a disk, with its number.
#[derive(Clone, Debug)]
struct Entry {
    number: u64,
    disk: String,
    change: Change,
}

/// A client's query of the feed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Query<'q> {
    /// The last sequence number that the client knows.
    pub(crate) after: u64,
    /// The watched folder; empty for all.
    pub(crate) folder: &'q str,
    /// Whether to merge several changes of a node.
    pub(crate) flatten: bool,
}

/// The changes sent to a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) changes: Vec<Value>,
    pub(crate) last: u64,
    /// Whether the client knows sequence numbers that do not exist yet.
    pub(crate) is_ahead: bool,
}

impl Journal {
    pub(crate) fn record(&mut self, disk: &str, changes: Vec<Change>) {
        for change in changes {
            let number = self.last() + 1;
            self.entries.push(Entry { number, disk: disk.to_owned(), change });
        }
    }

    /// Forgets all changes, as when the database of the server is recreated.
    pub(crate) fn forget(&mut self) {
        self.entries.clear();
    }

    /// Returns how many nodes of a disk were deleted.
    pub(crate) fn deleted(&self, disk: &str) -> usize {
        let deletes = |entry: &&Entry| entry.disk == disk && entry.change.kind == Kind::Delete;
        self.entries.iter().filter(deletes).count()
    }

    pub(crate) fn last(&self) -> u64 {
        self.entries.last().map_or(0, |entry| entry.number)
    }

    /// Returns the changes on a disk after a sequence number, ordered by node.
    pub(crate) fn tell(&self, name: &str, disk: &Disk, id: &str, query: Query<'_>) -> Told {
        let is_ahead = self.last() > 0 && query.after > self.last();
        let mut entries: Vec<_> = self
            .entries
            .iter()
            .filter(|entry| entry.disk == name && entry.number > query.after)
            .filter_map(|entry| below(entry.clone(), query.folder))
            .collect();
        entries.sort_by_key(|entry| (entry.change.node, entry.number));
        // Merged changes are told with the last number among them, others with that of all.
        let merged = entries.iter().map(|entry| entry.number).max().filter(|_| query.flatten);
        let last = if is_ahead { 1 } else { merged.unwrap_or(self.last()).max(1) };
        if query.flatten {
            let nodes = entries.chunk_by(|a, b| a.change.node == b.change.node);
            entries = nodes.filter_map(flat).collect();
        }
        let nodes = by_id(disk);
        let changes = entries.iter().map(|entry| entry.json(&nodes, id, query.folder)).collect();
        Told { changes, last, is_ahead }
    }
}

/// Returns the change as seen from inside a folder, or `None` if it is not visible there.
fn below(mut entry: Entry, folder: &str) -> Option<Entry> {
    let inside = |path: Option<String>| {
        path.and_then(|path| Some(path.strip_prefix(folder)?.to_owned())).filter(|p| !p.is_empty())
    };
    entry.change.from = inside(entry.change.from);
    entry.change.to = inside(entry.change.to);
    (entry.change.from.is_some() || entry.change.to.is_some()).then_some(entry)
}

/// Merges all changes of a node; `None` if they cancel out.
fn flat(entries: &[Entry]) -> Option<Entry> {
    let (first, last) = (entries.first()?, entries.last()?);
    let kind = match (first.change.kind, last.change.kind) {
        (Kind::Create, Kind::Delete) => return None,
        (Kind::Create, _) => Kind::Create,
        (_, kind) => kind,
    };
    let change = Change { from: first.change.from.clone(), kind, ..last.change.clone() };
    Some(Entry { change, ..last.clone() })
}

impl Entry {
    fn json(&self, nodes: &Nodes<'_>, workspace: &str, folder: &str) -> Value {
        let Change { node: id, kind, from, to } = &self.change;
        let kind = match kind {
            Kind::Create => "create",
            Kind::Content => "content",
            Kind::Path => "path",
            Kind::Delete => "delete",
        };
        let nowhere = || "NULL".to_owned();
        let mut node = json!({"bytesize": null, "md5": null, "mtime": null, "node_path": null});
        if let Some((path, found)) = nodes.get(id) {
            let path = path.strip_prefix(folder).unwrap_or(path);
            let (size, hash) = match found.bytes() {
                Some(bytes) => (bytes.len(), md5_hex(bytes)),
                None => (4096, "directory".to_owned()),
            };
            node =
                json!({"bytesize": size, "md5": hash, "mtime": found.modified, "node_path": path});
        }
        node["repository_identifier"] = workspace.into();
        json!({
            "seq": self.number,
            "node_id": id,
            "type": kind,
            "source": from.clone().unwrap_or_else(nowhere),
            "target": to.clone().unwrap_or_else(nowhere),
            "node": node,
        })
    }
}

/// The nodes of a disk by their ids, with their paths.
type Nodes<'d> = HashMap<u64, (String, &'d Node)>;

fn by_id(disk: &Disk) -> Nodes<'_> {
    let mut nodes = HashMap::new();
    if let Some(root) = disk.get("/") {
        root.walk("/", &mut |path, node| {
            nodes.insert(node.id, (path.to_owned(), node));
        });
    }
    nodes
}

#[cfg(test)]
mod tests {
    use super::{Journal, Query};
    use crate::{clock::Clock, disk::Disk};

    #[test]
    fn changes_are_reported_as_recorded() {
        let mut disk = Disk::new(Clock::new(0));
        let mut journal = Journal::default();
        disk.make_folder("/m");
        disk.write("/m/a.txt", "a");
        disk.write("/m/b.txt", "b");
        disk.rename("/m/b.txt", "/m/b2.txt");
        disk.recycle("/m/a.txt");
        journal.record("common", disk.take_changes());
        let tell = |after, folder, flatten| {
            let told = journal.tell("common", &disk, "id", Query { after, folder, flatten });
            let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
            let lines = told.changes.iter();
            let lines = lines.map(|c| format!("{} {}", text(&c["type"]), text(&c["target"])));
            (lines.collect::<Vec<_>>().join(", "), told.last)
        };
        assert_eq!(
            tell(0, "", false).0,
            "create /m, create /m/a.txt, delete NULL, create /m/b.txt, path /m/b2.txt"
        );
        assert_eq!(tell(0, "", true), ("create /m, create /m/b2.txt".to_owned(), 5));
        assert_eq!(tell(3, "/m", false).0, "delete NULL, path /b2.txt");
        assert_eq!(tell(9, "", false), (String::new(), 1));
        let other =
            journal.tell("other", &disk, "id", Query { after: 0, folder: "", flatten: false });
        assert_eq!((other.changes.len(), other.last), (0, 5));
    }
}
