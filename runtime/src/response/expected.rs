//! The nodes of a call, compared with those in the response.
//!
//! A server that drops characters of a path responds for another node: `ls` of `/a"b` lists `/ab`.

use super::Origin;
use crate::{
    json::{Members, Value},
    types::{Error, ErrorKind, Method, Node, Request, Server},
};

/// The nodes that a response has to be about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) enum Expected {
    /// The call names none, or its response does not repeat them.
    #[default]
    Nothing,
    /// The children of this folder, or the node itself if no children are requested.
    Folder { path: String, root: Root },
    /// Some of these nodes, by path.
    Nodes(Vec<String>),
}

/// What a listing with the root `/` is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    /// The root of the workspace.
    Itself,
    /// Any folder: the settings list their fixed folders like this.
    Anything,
}

impl Expected {
    /// Returns the nodes that a call asks about.
    pub(crate) fn of(request: &Request) -> Self {
        match request.endpoint().is_operation() {
            true => Self::of_operation(request),
            false => Self::of_action(request),
        }
    }

    /// Nodes of a list are returned below a root that is not a folder.
    fn of_action(request: &Request) -> Self {
        let nodes: Vec<&String> = request.listed_nodes().collect();
        let endpoint = request.endpoint();
        match (endpoint.id, request.text_of("dir")) {
            ("stat" | "stat_hash", _) if !nodes.is_empty() => {
                Self::Nodes(nodes.into_iter().cloned().collect())
            }
            ("ls", Some(path)) if nodes.is_empty() && request.text_of("file").is_none() => {
                let root = match endpoint.group {
                    "access.ajxp_conf" => Root::Anything,
                    _ => Root::Itself,
                };
                Self::Folder { path: path.to_owned(), root }
            }
            _ => Self::Nothing,
        }
    }

    /// An operation that reads a node, and names no others.
    fn of_operation(request: &Request) -> Self {
        let endpoint = request.endpoint();
        let is_reading =
            endpoint.bindings.server == Server::Pydio && endpoint.method == Method::Get;
        let has_list = request.values.iter().any(|given| given.name.starts_with("nodes"));
        match request.node_in_path() {
            Some(path) if is_reading && !has_list => {
                Self::Folder { path: path.to_owned(), root: Root::Itself }
            }
            _ => Self::Nothing,
        }
    }

    /// Returns the node that is read.
    pub(crate) fn folder(&self) -> Option<&str> {
        match self {
            Self::Folder { path, .. } => Some(path),
            Self::Nodes(_) | Self::Nothing => None,
        }
    }

    /// Refuses the listing of another folder, by its root.
    pub(crate) fn check_root(&self, origin: &Origin, root: &Node) -> Result<(), Error> {
        match root.attributes.get("filename") {
            Some(listed) => self.check_folder(origin, listed),
            None => Ok(()),
        }
    }

    /// Refuses a document about other nodes, where it names them.
    pub(crate) fn check_json(&self, origin: &Origin, json: &Value<'_>) -> Result<(), Error> {
        match self {
            Self::Nothing => Ok(()),
            Self::Folder { .. } => {
                let listed = json.get("data").and_then(path_of_node).and_then(Value::as_text);
                listed.map_or(Ok(()), |listed| self.check_folder(origin, listed))?;
                let described = json.get("children").and_then(Value::as_object);
                let is_described = path_of_node(json).is_some_and(Value::is_null);
                match described.filter(|nodes| is_described && nodes.len() == 1) {
                    Some(nodes) => {
                        nodes.iter().try_for_each(|(path, _)| self.check_folder(origin, path))
                    }
                    None => Ok(()),
                }
            }
            Self::Nodes(asked) => {
                let keys = json.as_object().into_iter().flat_map(Members::iter);
                let keys = keys.map(|(key, _)| key);
                let mut paths = keys.filter(|key| key.starts_with('/'));
                let other = paths.find(|path| !asked.iter().any(|asked| is_same(asked, path)));
                other.map_or(Ok(()), |other| Err(another(origin, other)))
            }
        }
    }

    fn check_folder(&self, origin: &Origin, listed: &str) -> Result<(), Error> {
        let Self::Folder { path, root } = self else { return Ok(()) };
        let is_any = *root == Root::Anything && is_same(listed, "/");
        if is_any || is_same(path, listed) {
            return Ok(());
        }
        Err(another(origin, listed))
    }
}

fn path_of_node<'v, 'a>(json: &'v Value<'a>) -> Option<&'v Value<'a>> {
    json.get("node")?.get("path")
}

/// Returns whether two paths lead to the same node, ignoring repeated slashes and those at the
/// ends.
fn is_same(one: &str, other: &str) -> bool {
    segments(one).eq(segments(other))
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

/// The path is text from the server: that of the call is not shown.
fn another(origin: &Origin, listed: &str) -> Error {
    Error::new(
        ErrorKind::Malformed,
        origin.failure(format!(
            "the response is about `{listed}` instead of the requested node; the server drops \
         characters from paths, so rename the node, or list the folder that it is in"
        )),
    )
}

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::is_same;
    use crate::{
        json::Json,
        response::Listing,
        testing::{BINDINGS, Canned, LS, Typed, connect, ready},
        types::{Endpoint, Error, ErrorKind, Method, Param, Request},
    };

    fn listed(dir: &str, xml: &str) -> [Result<usize, Error>; 2] {
        let call = || Typed::<Listing>(Request::new(&LS).node("dir", dir), PhantomData);
        let (pydio, _) = connect([Canned::xml(xml)]);
        let files = pydio.workspace("w");
        let whole = ready(files.call(call())).map(|listing| listing.nodes.len());
        let one_by_one = ready(async {
            let (mut nodes, mut count) = (files.nodes(call()), 0);
            while nodes.next().await?.is_some() {
                count += 1;
            }
            Ok(count)
        });
        [whole, one_by_one]
    }

    #[test]
    fn a_listing_of_a_sibling_is_an_error() {
        for xml in [
            r#"<tree filename="/dirdq"><tree filename="/dirdq/in"/></tree>"#,
            r#"<tree filename="/dirdq"/>"#,
            r#"<tree filename="/"><tree filename="/dirdq"/></tree>"#,
        ] {
            for outcome in listed("/dir\"dq", xml) {
                let failure = outcome.unwrap_err();
                assert_eq!(failure.kind(), ErrorKind::Malformed);
                let text = failure.message();
                assert!(text.contains("instead of the requested node"), "{text}");
                assert!(!text.contains('"'), "the argument is not shown: {text}");
            }
        }
    }

    #[test]
    fn the_folder_that_was_asked_for_is_listed_however_it_is_written() {
        for (dir, root) in [("/", "/"), ("/", ""), ("/a/", "/a"), ("/a", "/a/"), ("a//b", "/a/b")] {
            let xml = format!(r#"<tree filename="{root}"><tree filename="/x"/></tree>"#);
            for outcome in listed(dir, &xml) {
                assert_eq!(outcome.unwrap(), 1, "{dir} {root}");
            }
        }
        let unnamed = listed("/a", r#"<tree><tree filename="/x"/></tree>"#);
        assert!(unnamed.into_iter().all(|outcome| outcome.is_ok()), "nothing is said");
    }

    #[test]
    fn a_page_of_another_folder_is_an_error() {
        let page = |root: &str, current: u8| {
            Canned::xml(&format!(
                r#"<tree filename="{root}"><pagination count="2" total="2" current="{current}"/>
                <tree filename="{root}/x"/></tree>"#
            ))
        };
        let (pydio, _) = connect([page("/a", 1), page("/b", 2)]);
        let call = Typed::<Listing>(Request::new(&LS).node("dir", "/a"), PhantomData);
        let mut nodes = pydio.workspace("w").nodes(call);
        assert!(ready(nodes.next()).unwrap().is_some());
        assert!(
            ready(nodes.next()).as_ref().is_err_and(|error| error.kind() == ErrorKind::Malformed)
        );
    }

    #[test]
    fn v2_and_stats_are_compared_as_well() {
        static INFO: Endpoint =
            Endpoint::operation(&BINDINGS, Method::Get, "getNodeInfos", "/fs/{path+}")
                .params(&[Param::rest_of_path("path")]);
        let info = |json: &str| {
            let (pydio, _) = connect([Canned::json(json)]);
            let request = Request::new(&INFO).node("path", "/d");
            ready(pydio.call(Typed::<Json>(request, PhantomData)))
        };
        info(r#"{"data": {"node": {"path": "/d"}, "children": {"/d/x": {}}}}"#).unwrap();
        info(r#"{"node": {"path": null}, "children": {"/d": {}}}"#).unwrap();
        for other in [
            r#"{"data": {"node": {"path": "/e"}, "children": {"/e/x": {}}}}"#,
            r#"{"node": {"path": null}, "children": {"/e": {}}}"#,
        ] {
            assert!(
                info(other).as_ref().is_err_and(|error| error.kind() == ErrorKind::Malformed),
                "{other}"
            );
        }

        static STAT: Endpoint = Endpoint::action(&BINDINGS, Method::Get, "access.fs", "stat")
            .params(&[Param::rest_of_path("file"), Param::form("nodes").nodes().brackets()]);
        let stat = |json: &str| {
            let (pydio, _) = connect([Canned::json(json)]);
            let request = Request::new(&STAT).nodes("nodes", ["/a", "/b"]);
            ready(pydio.workspace("w").call(Typed::<Json>(request, PhantomData)))
        };
        stat(r#"{"/a": {"size": 1}, "/b": {}}"#).unwrap();
        assert!(
            stat(r#"{"/a": {"size": 1}, "/c": {}}"#)
                .as_ref()
                .is_err_and(|error| error.kind() == ErrorKind::Malformed)
        );
    }

    #[test]
    fn paths_are_compared_by_their_segments() {
        assert!(is_same("", "/") && is_same("/a//b/", "a/b"));
        assert!(!is_same("/a", "/a/b") && !is_same("/a", "/A") && !is_same("/", "/a"));
    }
}
