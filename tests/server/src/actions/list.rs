//! Reads nodes: `ls` and `stat`.

use http::header::USER_AGENT;

use super::{Answer, Call, Outcome, error};
use crate::{
    describe::{Described, Role, object, quote},
    disk::{Disk, RECYCLE_BIN},
    envelope::{Listing, Page},
    identifiers::md5_hex,
    names::join,
    node::{Content, Node},
    pack::unzip,
    reply::Reply,
    selection::Selection,
    workspaces::Driver,
};

/// Clients that get no `<pagination>` on a single page.
const NAIVE_CLIENTS: [&str; 4] =
    ["python-requests", "Apache-HttpClient", "Pydio-Native", "ajaxplorer-ios-client"];

/// Lists a folder, or describes the selected nodes.
pub(super) fn ls(call: Call<'_>) -> Answer {
    let is_v2 = call.input.is_v2;
    let selection = match is_v2 {
        true => call.selection()?,
        false => Selection::of(call.dialect(), call.parameters)?,
    };
    if !selection.paths().is_empty() {
        return Ok(Outcome::Listing(picked(&call, selection.paths())));
    }
    let (folder, page) = split_page(call.text("dir").unwrap_or("/"));
    let folder = match is_v2 || !call.dialect().refuses_characters {
        true => call.secure(folder)?,
        false => call.secure(&cleaned(folder))?,
    };
    let is_hidden = folder.contains("/.");
    // Archives are listed like folders.
    let archive = archive(&call, &folder);
    let packed = archive.as_ref().and_then(|(disk, inside)| disk.get(inside));
    let listed = call.disk.get(&folder).filter(|node| !node.is_file()).or(packed);
    // Pydio 6.0 to 6.4 let such a folder be made, but cannot open it.
    let is_unreadable = !call.dialect().refuses_characters && folder.contains('\\');
    match listed.filter(|node| !node.is_file() && !is_hidden && !is_unreadable) {
        Some(node) => {
            let listing = Lister::new(&call).list(&folder, node, page, 1);
            // From the first listing on, the recycle bin is marked as such.
            call.disk.is_untouched = false;
            Ok(Outcome::Listing(listing))
        }
        None => error(format!(
            "There was a problem trying to open folder {}, please check your Administrator",
            call.internal_url(&folder)
        )),
    }
}

/// Returns the content of the zip that a path leads into, and the rest of the path.
pub(super) fn archive(call: &Call<'_>, path: &str) -> Option<(Disk, String)> {
    let (archive, inside) = match path.find(".zip/") {
        Some(end) => path.split_at(end + ".zip".len()),
        None => (path.ends_with(".zip").then_some(path)?, "/"),
    };
    let content = call.disk.get(archive)?.bytes()?;
    Some((unzip(content, call.world.clock.clone())?, inside.to_owned()))
}

/// Returns the folder that v1 lists: the sibling whose name is left after cleaning.
fn cleaned(folder: &str) -> String {
    let folder = folder.split('?').next().unwrap_or_default();
    folder.replace(['"', '|', '\\'], "")
}

/// Adds whether the user has a bookmark on a listed node, and whether it is shared.
fn marked(call: &Call<'_>, path: &str, described: Described) -> Described {
    let mut bookmarks = call.user.bookmarks.iter();
    let is_bookmarked =
        bookmarks.any(|mark| mark.workspace == call.workspace.id && mark.path == path);
    let described = if is_bookmarked { described.bookmarked() } else { described };
    let is_shared = call.world.shares.of(call.disk_name, path).any(|share| share.is_listed);
    if is_shared { described.shared() } else { described }
}

fn picked(call: &Call<'_>, paths: &[String]) -> Listing {
    let nodes = paths.iter().filter_map(|path| Some((path, call.disk.remembered(path)?)));
    let options = Options::of(call);
    let children = nodes.map(|(path, node)| {
        Listing::leaf(Described::new(path, node, Role::Picked, call.detail(options.full)))
    });
    Listing::of(Described::nowhere(), children.collect())
}

/// Splits the page off a folder: `/many%232` requests the second page of `/many`.
fn split_page(folder: &str) -> (&str, Option<usize>) {
    match folder.rsplit_once("%23").map(|(folder, page)| (folder, page.parse().ok())) {
        Some((folder, Some(page))) => (folder, Some(page)),
        _ => (folder, None),
    }
}

/// The options encoded as letters in `options`.
#[derive(Clone, Copy)]
struct Options {
    folders: bool,
    files: bool,
    full: bool,
    /// Whether files are excluded even from the count.
    counts_folders: bool,
}

impl Options {
    fn of(call: &Call<'_>) -> Self {
        let letters = call.text("options").unwrap_or(call.dialect().default_letters);
        let has = |letter| letters.contains(['a', letter]);
        Self {
            folders: has('d'),
            files: has('f'),
            full: letters.contains('l'),
            counts_folders: letters.trim_end_matches('l') == "d",
        }
    }

    fn shows(self, node: &Node) -> bool {
        if node.is_file() { self.files } else { self.folders }
    }
}

struct Lister<'l, 'c> {
    call: &'l Call<'c>,
    options: Options,
    recursive: bool,
    max_depth: Option<usize>,
    max_nodes: Option<usize>,
    is_descending: bool,
    pages_single: bool,
}

impl<'l, 'c> Lister<'l, 'c> {
    fn new(call: &'l Call<'c>) -> Self {
        let agent = call.headers.get(USER_AGENT).and_then(|agent| agent.to_str().ok());
        let agent = agent.unwrap_or_default();
        Self {
            call,
            options: Options::of(call),
            recursive: call.parameters.is_true("recursive"),
            max_depth: call.text("max_depth").and_then(|depth| depth.parse().ok()),
            max_nodes: call.text("max_nodes").and_then(|nodes| nodes.parse().ok()),
            is_descending: call.text("order_direction") == Some("desc"),
            pages_single: !NAIVE_CLIENTS.iter().any(|client| agent.contains(client)),
        }
    }

    fn list<'n>(
        &'n self,
        path: &str,
        node: &'n Node,
        asked: Option<usize>,
        depth: usize,
    ) -> Listing {
        let mut children = node.children();
        children.retain(|(name, _)| !name.starts_with('.'));
        if self.is_descending {
            children.reverse();
        }
        // The bin comes last, whatever its name.
        children.sort_by_key(|(name, _)| join(path, name) == RECYCLE_BIN);
        let folders = children.iter().filter(|(_, node)| !node.is_file()).count();
        let count = if self.options.counts_folders { folders } else { children.len() };
        let settings = &self.call.world.settings;
        let (is_paged, size) = (children.len() > settings.paged_above, settings.page);
        let total = if is_paged { children.len() / size + 1 } else { 1 };
        let current = asked.unwrap_or(1);
        let is_deep_enough = self.max_depth.is_some_and(|most| depth >= most)
            || self.max_nodes.is_some_and(|most| children.len() > most);
        let shown: Vec<_> = match (is_paged, current) {
            (false, _) => children,
            (true, 0) => Vec::new(),
            (true, page) => {
                children.into_iter().skip((page - 1).saturating_mul(size)).take(size).collect()
            }
        };
        let lists_none = self.options.counts_folders && self.call.dialect().lists_no_folders_alone;
        let is_bin = |name: &str| join(path, name) == RECYCLE_BIN;
        let always_bin = self.call.dialect().lists_no_folders_alone;
        let shown = shown.into_iter().filter(|(name, node)| {
            (self.options.shows(node) || always_bin && is_bin(name)) && !lists_none
        });
        let detail = self.call.detail(self.options.full);
        let is_in_archive = path.contains(".zip");
        let child = |(name, file): (&str, &Node)| match is_in_archive && file.is_file() {
            // In an archive, the server lists the folder in place of a file whose name has one
            // byte.
            true if name.len() == 1 => {
                Listing::leaf(Described::new(path, node, Role::Child, detail))
            }
            // The path ends at a question mark, and only the label does not.
            _ => match name.split_once('?') {
                None => self.child(&join(path, name), file, depth, is_deep_enough),
                Some((kept, _)) => {
                    let path = format!("{}/{kept}", path.trim_end_matches('/'));
                    let described = Described::new(&path, file, Role::Child, detail);
                    Listing::leaf(described.with_label(name))
                }
            },
        };
        let children = shown.map(child).collect();
        let page = Page {
            count,
            total,
            asked: asked.filter(|_| is_paged),
            folders: Some(folders),
            is_descending: self.is_descending,
            has_order: self.has_order(),
        };
        Listing {
            page: (is_paged || self.pages_single).then_some(page),
            ..Listing::of(Described::new(path, node, Role::Folder, detail), children)
        }
    }

    fn is_old_recursion(&self) -> bool {
        self.call.input.is_v2 && self.call.dialect().labels_nested_folders
    }

    /// Returns whether the workspace has a default order: not if its column is set to nothing.
    fn has_order(&self) -> bool {
        if self.call.workspace.driver == Driver::Inbox {
            return false;
        }
        let column = self.call.workspace.parameters.get("REMOTE_SORTING_DEFAULT_COLUMN");
        column.and_then(|column| column.as_str()) != Some("")
    }

    fn child(&self, path: &str, node: &Node, depth: usize, is_deep_enough: bool) -> Listing {
        let goes_in = self.recursive && !node.is_file() && path != RECYCLE_BIN;
        if goes_in && !is_deep_enough {
            let listing = self.list(path, node, None, depth + 1);
            return match self.is_old_recursion() {
                true => Listing { node: listing.node.labelled_anyway(), ..listing },
                false => listing,
            };
        }
        let detail = self.call.detail(self.options.full);
        let cached = self.call.disk.cached(path, node);
        let described = Described::new(path, cached, Role::Child, detail);
        let described = marked(self.call, path, described);
        Listing::leaf(match node.bytes() {
            Some(content) if self.recursive && !self.is_old_recursion() => {
                described.with("md5", md5_hex(content))
            }
            None if goes_in => {
                let has_children = if node.children().is_empty() { "false" } else { "true" };
                described.with("ajxp_has_children", has_children)
            }
            _ => described,
        })
    }
}

/// Returns the result of PHP's `stat`: an object for one node, a map by path for several.
pub(super) fn stat(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let mut stat = |path: &String| match call.disk.stale(path) {
        Some(stale) => fields(&stale.node),
        None => {
            let node = call.disk.get(path).map(|node| call.disk.cached(path, node));
            node.map_or_else(|| "{}".to_owned(), fields)
        }
    };
    let body = match selection.paths() {
        [one] => stat(one),
        many => object(many.iter().map(|path| (path, stat(path)))),
    };
    Ok(Outcome::Reply(Reply::json(body)))
}

/// Returns `stat` with a hash of the content. For a file changed outside the server, returns the
/// old size and the hash of the current content; this refreshes the cache.
pub(super) fn stat_hash(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    for path in selection.paths() {
        if let Some(stale) = call.disk.stale(path) {
            stale.is_broken = true;
            return error(call.stat_failed(path));
        }
    }
    let stat = |path: &String| {
        let Some(node) = call.disk.get(path) else { return "{}".to_owned() };
        let hash = node.bytes().map_or_else(|| "directory".to_owned(), |bytes| md5_hex(bytes));
        let fields = fields(call.disk.cached(path, node));
        let fields = fields.trim_end_matches('}');
        format!("{fields},\"hash\":{0},\"13\":{0}}}", quote(&hash))
    };
    let body = match selection.paths() {
        [one] => stat(one),
        many => object(many.iter().map(|path| (path, stat(path)))),
    };
    for path in selection.paths() {
        call.disk.refresh(path);
        if let Some(node) = call.disk.get_mut(path) {
            node.notes.is_hashed = true;
        }
    }
    super::json(body)
}

/// Returns every field under its number and under its name.
fn fields(node: &Node) -> String {
    let (kind, links, size) = match &node.content {
        Content::File(bytes) => (0o100_000, 1, bytes.len() as i64),
        Content::Folder(_) => (0o040_000, 2, 4096),
    };
    let time = node.modified;
    let facts = [
        ("dev", 65024),
        ("ino", 1_206_908),
        ("mode", kind | i64::from(node.mode)),
        ("nlink", links),
        ("uid", 33),
        ("gid", 33),
        ("rdev", 0),
        ("size", size),
        ("atime", time),
        ("mtime", time),
        ("ctime", time),
        ("blksize", 4096),
        ("blocks", (size + 4095) / 4096 * 8),
    ];
    let numbered = facts.iter().enumerate().map(|(n, (_, value))| (n.to_string(), *value));
    let named = facts.iter().map(|(name, value)| ((*name).to_owned(), *value));
    let all = numbered.chain(named).map(|(name, value)| format!("{}:{value}", quote(&name)));
    format!("{{{}}}", all.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::split_page;

    #[test]
    fn a_page_follows_an_encoded_hash() {
        assert_eq!(split_page("/many%232"), ("/many", Some(2)));
        for plain in ["/many#2", "/many", "/%23pagelike.txt", "/a%23"] {
            assert_eq!(split_page(plain), (plain, None));
        }
    }
}
