//! What the usual tasks of bindings need besides calls: the connections they run on, pages, errors,
//! and reading back what they changed.
//!
//! Bindings have a module `tasks` with one method per task, such as `Files::list`. Each method sends
//! the calls of the bindings; nothing here names an action.

#[cfg(feature = "blocking")]
mod blocking;
mod page;

use std::{fmt, path::Path, pin::Pin, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};

#[cfg(feature = "blocking")]
pub use blocking::BlockingWorkspace;
pub use page::NodePage;

use crate::{
    call::{PagedCall, RestCall},
    client::{Items, Workspace},
    json::{Json, Object},
    response::Download,
    session::SessionWorkspace,
    transfer::{FileDownload, FileUpload},
    types::{Body, Error, ErrorKind, Failure, FilePart, Node, NodePath, NodePaths},
};

/// The future of a task, which can be sent to another thread.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

/// The number of nodes that are described in one call; the server accepts no more.
pub const MOST_NODES: usize = 200;

/// The number of times that a folder is listed while it changes.
const MOST_LISTINGS: u32 = 3;

/// The number of times that a change is read back while reading fails.
const MOST_READS: u32 = 4;

/// The first pause before a change is read back again. Each pause is twice as long as the one before.
const PAUSE: Duration = Duration::from_millis(300);

mod sealed {
    pub trait Sealed {}
}

/// A workspace that tasks run on: over REST v1, or in a session.
pub trait Connected: sealed::Sealed + Clone + Send + Sync + 'static {
    /// Sends a call and reads its response.
    fn ask<C: RestCall<Response: 'static>>(&self, call: C) -> Pending<'_, C::Response>;

    /// Reads a list item by item.
    fn items_of<C: RestCall + PagedCall>(&self, call: C) -> Items<C::Item>;

    /// Returns an upload by the call that sends a file.
    fn sending<C: RestCall>(&self, call: C) -> FileUpload;

    /// Returns a download by the call that returns a file.
    fn receiving<C: RestCall<Response = Download>>(&self, call: C) -> FileDownload;

    /// Reads all nodes of a list. If it changes in the meantime, it is read again, up to three times.
    fn all_nodes<C>(&self, call: C) -> Pending<'_, Vec<Node>>
    where
        C: RestCall + PagedCall<Item = Node> + Clone + Send + 'static,
    {
        Box::pin(async move {
            let mut listings = 1;
            loop {
                let mut items = self.items_of(call.clone());
                let mut nodes = Vec::new();
                while let Some(node) = items.next().await? {
                    nodes.push(node);
                }
                if !items.has_changed() || listings == MOST_LISTINGS {
                    return Ok(nodes);
                }
                listings += 1;
            }
        })
    }
}

impl sealed::Sealed for Workspace {}

impl Connected for Workspace {
    fn ask<C: RestCall<Response: 'static>>(&self, call: C) -> Pending<'_, C::Response> {
        Box::pin(self.ask(call.into_request()))
    }

    fn items_of<C: RestCall + PagedCall>(&self, call: C) -> Items<C::Item> {
        self.items(call)
    }

    fn sending<C: RestCall>(&self, call: C) -> FileUpload {
        self.upload(call)
    }

    fn receiving<C: RestCall<Response = Download>>(&self, call: C) -> FileDownload {
        self.download(call)
    }
}

impl sealed::Sealed for SessionWorkspace {}

impl Connected for SessionWorkspace {
    fn ask<C: RestCall<Response: 'static>>(&self, call: C) -> Pending<'_, C::Response> {
        Box::pin(self.ask(call.into_request()))
    }

    fn items_of<C: RestCall + PagedCall>(&self, call: C) -> Items<C::Item> {
        self.items(call)
    }

    fn sending<C: RestCall>(&self, call: C) -> FileUpload {
        self.upload(call)
    }

    fn receiving<C: RestCall<Response = Download>>(&self, call: C) -> FileDownload {
        self.download(call)
    }
}

/// Returns the folder and the name of a node that is to be created.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`] for the root.
pub fn place(path: &NodePath) -> Result<(NodePath, String), Error> {
    let folder = path.parent().ok_or_else(|| invalid("`/` is not the path of a file"))?;
    Ok((folder, path.name().to_owned()))
}

/// Returns the content of a local file.
///
/// # Errors
///
/// [`ErrorKind::LocalFile`] if it does not exist or is not a file.
pub async fn local_file(path: &Path) -> Result<FilePart, Error> {
    let body = Body::file(path).await.map_err(|error| {
        let failure = Failure::new(format!("{}: {error}", path.display()));
        Error::new(ErrorKind::LocalFile, failure.source(error))
    })?;
    Ok(body.into())
}

/// Returns the paths of a folder and of those above it, outermost first, without the root.
pub fn with_ancestors(folder: &NodePath) -> Vec<NodePath> {
    let mut paths = Vec::new();
    let mut next = Some(folder.clone());
    while let Some(path) = next {
        next = path.parent();
        if next.is_some() {
            paths.push(path);
        }
    }
    paths.reverse();
    paths
}

/// Returns the folders that are missing.
///
/// # Errors
///
/// [`ErrorKind::Precondition`] if one is a file.
pub fn missing_folders(folders: &NodePaths, found: &[Option<Node>]) -> Result<NodePaths, Error> {
    let mut missing = Vec::new();
    for (folder, node) in folders.iter().zip(found) {
        match node {
            Some(node) if node.is_file() => {
                return Err(failed(ErrorKind::Precondition, format!("{folder} is a file")));
            }
            Some(_) => {}
            None => missing.push(folder),
        }
    }
    Ok(missing.into())
}

/// Returns the path of a node that gets another name.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`] for the root, and for a name that is none.
pub fn sibling(path: &NodePath, name: &str) -> Result<NodePath, Error> {
    if name.is_empty() || name.contains('/') {
        return Err(invalid(
            "the new name is empty or contains a `/`; move the node to another folder",
        ));
    }
    let folder = path.parent().ok_or_else(|| invalid("`/` cannot be renamed"))?;
    Ok(folder.join(name))
}

/// Checks the outcome of a task: `found` are the nodes of `there` and then those of `gone`.
///
/// # Errors
///
/// [`ErrorKind::NotDone`] with the first node that is missing, or still exists.
pub fn verify(there: &NodePaths, gone: &NodePaths, found: &[Option<Node>]) -> Result<(), Error> {
    let (these, those) = found.split_at(there.len().min(found.len()));
    let missing = there.iter().zip(these).find(|(_, node)| node.is_none());
    let left = gone.iter().zip(those).find(|(_, node)| node.is_some());
    let message = match (missing, left) {
        (Some((path, _)), _) => format!("{path} does not exist"),
        (None, Some((path, _))) => format!("{path} still exists"),
        (None, None) => return Ok(()),
    };
    Err(failed(ErrorKind::NotDone, message))
}

/// The number of bytes that a server moves before it responds.
const AT_ONCE: u64 = 10 * 1024 * 1024;

/// Which nodes are moved to a folder by the action `move`, and which by `rename`.
///
/// From 6.5.1 on, `move` of more than 10 MB becomes a task, which before 8.0.2 never starts over REST.
/// `rename` moves a node of any size before the response, but only to a free path.
#[derive(Debug)]
pub struct MovePlan {
    /// The nodes for one call of `move`.
    pub at_once: NodePaths,
    /// The nodes for one call of `rename` each.
    pub one_by_one: NodePaths,
}

impl MovePlan {
    /// Plans by what exists: `found` are the nodes, then what has their new paths, and then the folder.
    ///
    /// Nodes that do not exist, and all of them if the folder does not exist, are left to `move`, whose
    /// errors name them.
    pub fn new(nodes: &NodePaths, found: &[Option<Node>]) -> Self {
        let (sources, targets) = found.split_at(nodes.len().min(found.len()));
        // The size of a folder is unknown.
        let sizes = sources.iter().flatten().map(|node| node.size().filter(|_| node.is_file()));
        let is_small = sizes.sum::<Option<u64>>().is_some_and(|size| size <= AT_ONCE);
        let has_folder = targets.last().is_some_and(Option::is_some);
        let (mut at_once, mut one_by_one) = (Vec::new(), Vec::new());
        for (node, (source, target)) in nodes.iter().zip(sources.iter().zip(targets)) {
            let is_renamed = !is_small && has_folder && source.is_some() && target.is_none();
            if is_renamed { &mut one_by_one } else { &mut at_once }.push(node.clone());
        }
        Self { at_once: at_once.into(), one_by_one: one_by_one.into() }
    }
}

/// Refuses an empty password, which servers take for none.
///
/// # Errors
///
/// [`ErrorKind::InvalidRequest`] with this message.
pub fn refuse_empty(password: &SecretString, message: &str) -> Result<(), Error> {
    match password.expose_secret().is_empty() {
        true => Err(invalid(message)),
        false => Ok(()),
    }
}

/// Sets a text in nested objects, and creates those that are missing. PHP writes an empty object as
/// a list.
pub fn set(object: &mut Object, [outer, inner]: [&str; 2], name: &str, value: &str) {
    let outer = as_object(object.entry(outer).or_insert(Json::Null));
    let inner = as_object(outer.entry(inner).or_insert(Json::Null));
    inner.insert(name.to_owned(), value.into());
}

fn as_object(value: &mut Json) -> &mut Object {
    if !value.is_object() {
        *value = Json::Object(Object::new());
    }
    value.as_object_mut().unwrap_or_else(|| unreachable!("it was created as an object"))
}

/// Returns a text in nested objects.
pub fn get<'o>(object: &'o Object, [outer, inner]: [&str; 2], name: &str) -> Option<&'o str> {
    object.get(outer)?.get(inner)?.get(name)?.as_str()
}

/// Returns the nodes with these paths, in the order of the paths; `None` for one that is missing.
pub fn in_order(paths: &NodePaths, mut nodes: Vec<Node>) -> Vec<Option<Node>> {
    nodes.sort_by_cached_key(|node| trimmed(&node.path()));
    let find = |path: &NodePath| {
        let wanted = trimmed(path);
        let index = nodes.binary_search_by_key(&wanted, |node| trimmed(&node.path())).ok()?;
        Some(nodes[index].clone())
    };
    paths.iter().map(find).collect()
}

/// Returns a path without the slash at its end.
fn trimmed(path: &NodePath) -> String {
    path.as_str().trim_end_matches('/').to_owned()
}

/// Returns the error of a task whose arguments are wrong; nothing was sent.
pub fn invalid(message: impl Into<String>) -> Error {
    failed(ErrorKind::InvalidRequest, message)
}

/// Returns the error of a task, for a reason that no call reports.
pub fn failed(kind: ErrorKind, message: impl Into<String>) -> Error {
    Error::new(kind, Failure::new(message))
}

/// Returns the error of a call with what it means for the task.
pub fn explained(meaning: impl fmt::Display, error: Error) -> Error {
    let failure = Failure::new(format!("{meaning}: {error}")).source(error.clone());
    Error::new(error.kind(), failure)
}

/// Returns the error of a task of which nothing shows whether it is done, because this call failed.
pub fn unverified(meaning: impl fmt::Display, error: Error) -> Error {
    let failure = Failure::new(format!("{meaning}: {error}")).source(error);
    Error::new(ErrorKind::Unverified, failure)
}

/// Reads up to four times, since what a change left matters. A failure may be transient if it
/// concerns the connection, or has a status that Pydio does not send.
///
/// # Errors
///
/// The error of the last attempt.
pub async fn read_back<'a, T>(read: impl Fn() -> Pending<'a, T> + Send) -> Result<T, Error> {
    let mut pause = PAUSE;
    for _ in 1..MOST_READS {
        match read().await {
            Err(error) if error.may_be_done() || error.kind() == ErrorKind::Status => {}
            outcome => return outcome,
        }
        tokio::time::sleep(pause).await;
        pause *= 2;
    }
    read().await
}

/// Runs a call that creates a public link, at most one in a second: the server names the guest
/// account of a link after the second. Two links of one second share an account, so that the password
/// of one opens both, and both end with one of them (measured on 8.2.5).
pub async fn in_its_own_second<T>(call: impl Future<Output = T> + Send) -> T {
    const SECOND: Duration = Duration::from_secs(1);
    static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = TURN.lock().await;
    let called = call.await;
    // Until then, another call would be in the same second, even from another program.
    tokio::time::sleep(SECOND).await;
    called
}

#[cfg(test)]
mod tests {
    use super::{in_order, place, with_ancestors};
    use crate::types::{ErrorKind, Node, NodePath, NodePaths};

    #[test]
    fn a_folder_comes_after_those_above_it() {
        let paths = |folder: &str| -> Vec<String> {
            with_ancestors(&folder.into()).into_iter().map(String::from).collect()
        };
        assert_eq!(paths("/a/b/c"), ["/a", "/a/b", "/a/b/c"]);
        assert_eq!(paths("/"), [""; 0]);
    }

    #[test]
    fn described_nodes_are_in_the_order_asked() {
        let node = |path: &str| Node::new([("filename", path)]);
        let asked = NodePaths::from(["/b/", "/none", "/a", "/b", "/"]);
        let found = in_order(&asked, vec![node("/a"), node("/b"), node("/")]);
        let found: Vec<_> =
            found.into_iter().map(|node| node.map(|node| node.path().to_string())).collect();
        let some = |path: &str| Some(path.to_owned());
        assert_eq!(found, [some("/b"), None, some("/a"), some("/b"), some("/")]);
    }

    #[test]
    fn the_root_is_no_file() {
        let (folder, name) = place(&"/a/b.txt".into()).unwrap();
        assert_eq!((folder.as_str(), &*name), ("/a", "b.txt"));
        assert_eq!(place(&NodePath::root()).unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
}
