//! Looking for what the work of a call leaves on the server.

use std::collections::BTreeMap;

use super::goal::{Goal, Is, Numbered, There, is_same, parent};
use crate::{
    response::{Begun, Listing},
    types::{
        ANY_RELEASE, Bindings, Endpoint, Error, ErrorKind, Method, Node, NodePath, Pagination,
        Param, PathRules, Request, ResponseKind, Timestamp,
    },
};

/// What a look at the server shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Look {
    /// All of it is done. The sizes and times of the nodes that are there change while a file is
    /// being written.
    Done(Vec<(Option<u64>, Option<Timestamp>)>),
    /// This is missing, or still there.
    Not(String),
    /// This is there, and older than the call by the server's clock.
    Old(String),
    /// It cannot be seen.
    Hidden(String),
}

/// Looks for what a call is to achieve.
pub(super) struct Looking<'w> {
    pub(super) begun: &'w Begun,
    pub(super) goal: &'w Goal,
    /// What is new is not older than this, by the server's clock.
    pub(super) since: Option<Timestamp>,
}

/// As many nodes as are described at once.
const MOST_NODES: usize = 200;

/// The type that the server gives the recycle bin.
const RECYCLE_BIN: &str = "ajxp_recycle";

/// Describes nodes, without those that do not exist. It is the same in all releases, and has no
/// parameter in its path.
static DESCRIBE: Endpoint =
    listing(&ANY_RELEASE, &[Param::form("nodes").nodes().brackets(), Param::form("options")]);
/// Returns the checksum of a node. The server reads it from its disk for that, and then knows the
/// time of its last change again, which its cache may have kept from before.
static HASH: Endpoint =
    Endpoint::action(&ANY_RELEASE, Method::Post, "meta.filehasher", "stat_hash")
        .params(&[Param::form("nodes").nodes().brackets()])
        .returns(ResponseKind::Json)
        .repeatable();

static SPLITTING_FIRST: Bindings = Bindings::pydio("6.4.2");
static DECODING_TWICE: Bindings = Bindings::pydio("6.5.5");
static DECODING_FIRST: Bindings = Bindings::pydio("8.2.5");
/// Lists a folder, whose path is encoded for the release.
static FOLDER_SPLITTING_FIRST: Endpoint = listing(&SPLITTING_FIRST, OF_FOLDER);
static FOLDER_DECODING_TWICE: Endpoint = listing(&DECODING_TWICE, OF_FOLDER);
static FOLDER_DECODING_FIRST: Endpoint = listing(&DECODING_FIRST, OF_FOLDER);
const OF_FOLDER: &[Param] = &[Param::rest_of_path("dir"), Param::form("options")];

const fn listing(bindings: &'static Bindings, params: &'static [Param]) -> Endpoint {
    Endpoint::action(bindings, Method::Post, "access.fs", "ls")
        .params(params)
        .returns(ResponseKind::Listing)
        .repeatable()
}

/// All nodes with their sizes and times.
const OPTIONS: &str = "al";

impl Looking<'_> {
    /// Looks once.
    ///
    /// # Errors
    ///
    /// Those of the calls, if they may succeed later or the workspace of the call is concerned.
    pub(super) async fn look(&self) -> Result<Look, Error> {
        if self.goal.is_bin_empty {
            return self.is_bin_empty().await;
        }
        let own = &*self.begun.workspace;
        let elsewhere = self.goal.workspace.as_deref();
        let mut paths: Vec<&NodePath> = self.goal.gone.iter().collect();
        let there = self.goal.there.iter();
        paths.extend(there.clone().filter_map(There::source));
        if elsewhere.is_none() {
            paths.extend(there.clone().map(|there| &there.path));
        }
        let mut nodes = self.describe(own, &paths).await?;
        for path in &self.goal.gone {
            // A cache may still have it.
            if nodes.remove(path).is_some() && self.is_listed(path).await? {
                return Ok(Look::Not(format!("`{path}` still exists")));
            }
        }
        let others = match elsewhere {
            None => BTreeMap::new(),
            Some(workspace) => {
                let paths: Vec<_> = there.clone().map(|there| &there.path).collect();
                match self.describe(workspace, &paths).await {
                    Err(error) if is_out_of_reach(&error) => {
                        return Ok(Look::Hidden(format!("`{workspace}` cannot be read: {error}")));
                    }
                    nodes => nodes?,
                }
            }
        };
        let mut seen = Vec::new();
        for there in there {
            let found = if elsewhere.is_none() { &nodes } else { &others };
            let node = found.get(&there.path);
            let source = there.source().and_then(|path| nodes.get(path));
            match self.compare(there, node, source).await? {
                Ok(node) => seen.push((node.size(), node.modified())),
                Err(look) => return Ok(look),
            }
        }
        for numbered in &self.goal.numbered {
            if let Some(look) = self.missing(numbered).await? {
                return Ok(look);
            }
        }
        Ok(Look::Done(seen))
    }

    /// Compares a node with what it is to be, and with what it is a copy of.
    async fn compare(
        &self,
        there: &There,
        node: Option<&Node>,
        source: Option<&Node>,
    ) -> Result<Result<Node, Look>, Error> {
        let path = &there.path;
        let Some(node) = node else {
            return Ok(Err(Look::Not(format!("`{path}` does not exist"))));
        };
        if self.fits(there, node, source) {
            return Ok(Ok(node.clone()));
        }
        // A cache may still have the node that was there before.
        let workspace = self.goal.workspace.as_deref().unwrap_or(&self.begun.workspace);
        let checksum = self.checksum(workspace, path).await?;
        let nodes = self.describe(workspace, &[path]).await?;
        let Some(node) = nodes.get(path) else {
            return Ok(Err(Look::Not(format!("`{path}` does not exist"))));
        };
        if self.fits(there, node, source) {
            return Ok(Ok(node.clone()));
        }
        let Some(checksum) = checksum else {
            return Ok(Err(Look::Hidden(format!(
                "the `{path}` that the server lists is older than the call, but its cache may be \
                 out of date"
            ))));
        };
        match source {
            Some(source) if source.size() != node.size() => {
                Ok(Err(Look::Not(format!("`{path}` differs in size from the original"))))
            }
            // The server may give a copy the time of what it copies.
            Some(source)
                if self.checksum(&self.begun.workspace, &source.path()).await?
                    == Some(checksum) =>
            {
                Ok(Ok(node.clone()))
            }
            Some(_) => Ok(Err(Look::Not(format!("`{path}` differs in content from the original")))),
            None => Ok(Err(Look::Old(format!("the existing `{path}` is older than the call")))),
        }
    }

    fn fits(&self, there: &There, node: &Node, source: Option<&Node>) -> bool {
        match (&there.is, source) {
            (Is::New, _) => self.is_new(node),
            (Is::CopyOf(_), Some(source)) if source.is_file() => {
                node.size() == source.size() && self.is_new(node)
            }
            // The size of a folder tells nothing.
            (Is::CopyOf(_) | Is::Moved, _) => true,
        }
    }

    /// Returns whether a node has changed since the call. Without the times of both, it may have.
    fn is_new(&self, node: &Node) -> bool {
        match (self.since, node.modified()) {
            (Some(since), Some(modified)) => modified >= since,
            _ => true,
        }
    }

    /// Returns what is missing of a node that the server numbers.
    async fn missing(&self, numbered: &Numbered) -> Result<Option<Look>, Error> {
        let nodes = self.list(&numbered.folder).await?;
        let source = numbered.source.as_ref();
        let source = source.and_then(|path| nodes.iter().find(|node| is_same(&node.path(), path)));
        let is_copy = |node: &Node| match source {
            Some(source) if source.is_file() => node.is_file() && node.size() == source.size(),
            _ => true,
        };
        let found = nodes
            .iter()
            .find(|node| numbered.is(&node.path()) && self.is_new(node) && is_copy(node));
        let Some(node) = found else {
            return Ok(Some(Look::Not(format!("there is no new `{}`", numbered.path()))));
        };
        // An archive that cannot be read, or does not exist, is unpacked into an empty folder.
        let is_unpacked = numbered.source.is_none();
        let is_empty = is_unpacked && self.list(&node.path()).await?.is_empty();
        Ok(is_empty.then(|| {
            let path = node.path();
            Look::Hidden(format!("`{path}` is empty, as the archive may be, if there is one"))
        }))
    }

    async fn is_bin_empty(&self) -> Result<Look, Error> {
        let root = self.list(&NodePath::root()).await?;
        let Some(bin) = root.iter().find(|node| node.mime() == Some(RECYCLE_BIN)) else {
            return Ok(Look::Hidden("no recycle bin is listed".to_owned()));
        };
        let left = self.list(&bin.path()).await?;
        Ok(match left.first() {
            None => Look::Done(Vec::new()),
            Some(node) => Look::Not(format!("`{}` is still there", node.path())),
        })
    }

    /// Returns the nodes that exist, by path. Paths are compared without slashes at their ends.
    async fn describe(
        &self,
        workspace: &str,
        paths: &[&NodePath],
    ) -> Result<BTreeMap<NodePath, Node>, Error> {
        let mut found = BTreeMap::new();
        for paths in paths.chunks(MOST_NODES) {
            let nodes = Request::new(&DESCRIBE).nodes("nodes", paths);
            let request = self.prepared(nodes.text("options", OPTIONS));
            let Listing { nodes, .. } = self.begun.listing(workspace, request).await?;
            for path in paths {
                let node = nodes.iter().find(|node| is_same(&node.path(), path));
                found.extend(node.map(|node| (NodePath::clone(path), node.clone())));
            }
        }
        Ok(found)
    }

    /// Returns whether a node is in the listing of its folder, which is read from the disk.
    async fn is_listed(&self, path: &NodePath) -> Result<bool, Error> {
        match self.list(&parent(path)).await {
            Ok(nodes) => Ok(nodes.iter().any(|node| is_same(&node.path(), path))),
            // The folder is gone too.
            Err(error) if error.kind() == ErrorKind::Server => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Lists a folder with all its pages.
    async fn list(&self, folder: &NodePath) -> Result<Vec<Node>, Error> {
        let endpoint = match self.begun.request.endpoint().bindings.dialect.paths {
            PathRules::SplitThenDecode => &FOLDER_SPLITTING_FIRST,
            PathRules::DecodeTwice => &FOLDER_DECODING_TWICE,
            PathRules::DecodeThenSplit => &FOLDER_DECODING_FIRST,
        };
        let request = Request::new(endpoint).node("dir", folder).text("options", OPTIONS);
        let mut request = self.prepared(request);
        let mut found = Vec::new();
        loop {
            let workspace = &*self.begun.workspace;
            let page = self.begun.listing(workspace, request.clone()).await?;
            found.extend(page.nodes);
            match page.pagination.filter(Pagination::has_more) {
                Some(pagination) => {
                    let next = u32::try_from(pagination.current + 1).unwrap_or(u32::MAX);
                    request = request.page(next);
                }
                None => return Ok(found),
            }
        }
    }

    /// Makes the server read a node from its disk, and returns its checksum; `None` if the server
    /// computes none. A folder has the same as any other.
    async fn checksum(&self, workspace: &str, path: &NodePath) -> Result<Option<String>, Error> {
        let request = self.prepared(Request::new(&HASH).nodes("nodes", [path]));
        match self.begun.json(workspace, request).await {
            Ok(described) => Ok(described["hash"].as_str().map(str::to_owned)),
            Err(error) if is_out_of_reach(&error) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Sends a call by the method of the call that is waited for, if that is an action: see
    /// `Workspace::method`.
    fn prepared(&self, request: Request) -> Request {
        let call = &self.begun.request;
        if call.endpoint().is_operation() { request } else { request.method(call.sent_method()) }
    }
}

/// Returns whether the server has no such action or workspace, or not for the user. A proxy may keep
/// an address out of reach by a status or an empty response.
pub(super) fn is_out_of_reach(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::UnknownWorkspace
        | ErrorKind::UnknownAction
        | ErrorKind::Forbidden
        | ErrorKind::AuthenticationRequired
        | ErrorKind::Empty => true,
        ErrorKind::Status => matches!(error.status(), Some(403..=405 | 410 | 501)),
        _ => false,
    }
}
