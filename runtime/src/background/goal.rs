//! What is to be there, and what is not, when the work of a call is done.

use crate::types::{Moves, NodePath, OutcomeKind, Request, Value};

/// What is to be there, and what is not, when the work of a call is done.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Goal {
    /// The workspace of the nodes that are to be there, if it is another one.
    pub(super) workspace: Option<String>,
    pub(super) there: Vec<There>,
    /// Nodes that the server numbers if there are some of that name.
    pub(super) numbered: Vec<Numbered>,
    pub(super) gone: Vec<NodePath>,
    /// Whether the recycle bin is to be empty.
    pub(super) is_bin_empty: bool,
    /// Whether the existence of a node shows that it is complete.
    pub(super) is_whole: bool,
}

/// A node that is to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct There {
    pub(super) path: NodePath,
    /// How it is distinguished from one that existed before.
    pub(super) is: Is,
}

impl There {
    /// Returns the node that it is a copy of.
    pub(super) fn source(&self) -> Option<&NodePath> {
        match &self.is {
            Is::CopyOf(node) => Some(node),
            Is::New | Is::Moved => None,
        }
    }
}

/// How a node is distinguished from one that existed before the call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Is {
    /// It is not older than the call.
    New,
    /// It has the content of this one.
    CopyOf(NodePath),
    /// It was moved, and keeps the time of its last change, or may have been there before.
    Moved,
}

/// A new node of this name, or of the name with a number: `name-1.txt`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Numbered {
    pub(super) folder: NodePath,
    stem: String,
    /// With its dot.
    extension: String,
    /// The node that it is a copy of, whose own name it cannot have.
    pub(super) source: Option<NodePath>,
}

impl Numbered {
    /// A file `a.txt` has the copy `a-1.txt`.
    fn copy_of(node: &NodePath, folder: &NodePath) -> Self {
        let name = node.name();
        let (stem, extension) = name.split_at(name.rfind('.').unwrap_or(name.len()));
        let (stem, extension) = (stem.to_owned(), extension.to_owned());
        Self { folder: folder.clone(), stem, extension, source: Some(node.clone()) }
    }

    /// Returns whether a node is one of them: a folder keeps what follows a dot before the number.
    pub(super) fn is(&self, node: &NodePath) -> bool {
        let Self { folder, stem, extension, source } = self;
        let whole = format!("{stem}{extension}");
        let is_number = |text: &str| {
            text.strip_prefix('-').is_some_and(|digits| {
                !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
            })
        };
        let name = node.name();
        let numbered =
            [(&**stem, &**extension), (&*whole, "")].into_iter().any(|(stem, extension)| {
                let rest = name.strip_prefix(stem).and_then(|rest| rest.strip_suffix(extension));
                rest.is_some_and(is_number)
            });
        let is_named = numbered || (source.is_none() && name == whole);
        node.parent().as_ref() == Some(folder) && is_named
    }

    /// Returns its name without a number, for messages.
    pub(super) fn path(&self) -> NodePath {
        self.folder.join(&format!("{}{}", self.stem, self.extension))
    }
}

impl Goal {
    /// Returns what the call is to achieve; `None` if that is not known.
    pub(super) fn of(request: &Request) -> Option<Self> {
        let is_list = |name: &str| name.starts_with("nodes");
        if request.endpoint().is_operation() && request.values.iter().any(|g| is_list(&g.name)) {
            // A list of an operation replaces the node in its path.
            return None;
        }
        let whole = Self { is_whole: true, ..Self::default() };
        Some(match request.endpoint().outcome?.0 {
            OutcomeKind::Creates { folder, name, unnamed } => {
                let folder = NodePath::from(request.text_of(folder).unwrap_or_default());
                let name = match request.text_of(name) {
                    Some(name) => name.to_owned(),
                    None => default_name(&folder, unnamed?),
                };
                let created = There { path: folder.join(&name), is: Is::New };
                Self { there: vec![created], ..whole }
            }
            OutcomeKind::CreatesBeside { nodes, name } => {
                let path = first_folder(request, nodes)?.join(request.text_of(name)?);
                Self { there: vec![There { path, is: Is::New }], ..whole }
            }
            OutcomeKind::Fetches { folder, address } => {
                let address = url::Url::parse(request.text_of(address)?).ok()?;
                let name = address.path().rsplit('/').find(|segment| !segment.is_empty())?;
                let path = NodePath::from(request.text_of(folder)?).join(name);
                Self { there: vec![There { path, is: Is::New }], ..whole }
            }
            OutcomeKind::Unpacks { archive } => {
                let archive = nodes(request, archive).into_iter().next()?;
                let stem = [".tar", ".tar.gz", ".tar.bz2"]
                    .iter()
                    .find_map(|extension| archive.name().strip_suffix(extension))?;
                let (stem, extension) = (stem.to_owned(), String::new());
                let folder = parent(&archive);
                let folder = Numbered { folder, stem, extension, source: None };
                Self { numbered: vec![folder], ..Self::default() }
            }
            OutcomeKind::Removes { nodes: removed } => {
                Self { gone: nodes(request, removed), ..whole }
            }
            OutcomeKind::Copies { nodes: copied, folder, name, workspace, moves } => {
                let is_move = match moves {
                    Moves::Never => false,
                    Moves::Always => true,
                    Moves::With(flag) => request.text_of(flag).is_some(),
                };
                let folder = NodePath::from(request.text_of(folder)?);
                let workspace = match workspace {
                    Some(param) => Some(request.text_of(param)?.to_owned()),
                    None => None,
                };
                let name = name.and_then(|param| request.text_of(param));
                let mut goal = Self { workspace, ..whole };
                goal.copies(nodes(request, copied), &folder, name);
                if is_move { goal.moved() } else { goal }
            }
            OutcomeKind::Places { node, copied, moves_with } => {
                let mut goal = whole;
                let Some(placed) = Placed::of(request, node, copied) else {
                    let made = nodes(request, node).into_iter().next()?;
                    goal.there.push(There { path: made, is: Is::Moved });
                    return Some(goal);
                };
                goal.copies(vec![placed.source], &placed.folder, Some(&placed.name));
                if request.text_of(moves_with).is_some() { goal.moved() } else { goal }
            }
            OutcomeKind::EmptiesRecycleBin => Self { is_bin_empty: true, ..whole },
        })
    }

    /// Makes the copies moved nodes.
    fn moved(mut self) -> Self {
        for there in &mut self.there {
            if let Is::CopyOf(node) = std::mem::replace(&mut there.is, Is::Moved) {
                self.gone.push(node);
            }
        }
        self
    }

    fn copies(&mut self, nodes: Vec<NodePath>, folder: &NodePath, name: Option<&str>) {
        let name = name.filter(|_| nodes.len() == 1);
        for node in nodes {
            let path = folder.join(name.unwrap_or(node.name()));
            if self.workspace.is_none() && is_same(&path, &node) {
                self.numbered.push(Numbered::copy_of(&node, &parent(&node)));
            } else {
                self.there.push(There { path, is: Is::CopyOf(node) });
            }
        }
    }
}

/// A node that is copied or moved to a path.
pub(super) struct Placed {
    pub(super) source: NodePath,
    pub(super) folder: NodePath,
    pub(super) name: String,
}

impl Placed {
    /// Returns what the call copies or moves; `None` if it makes a new node.
    pub(super) fn of(request: &Request, node: &str, copied: &str) -> Option<Self> {
        let (_, source) = request.text_of(copied)?.trim_start_matches('/').split_once('/')?;
        let node = nodes(request, node).into_iter().next()?;
        let (source, folder) = (NodePath::root().join(source), parent(&node));
        Some(Self { source, folder, name: node.name().to_owned() })
    }
}

/// Returns the name of an archive that is given none: that of its folder.
fn default_name(folder: &NodePath, at_root: &str) -> String {
    let extension = at_root.rfind('.').map_or("", |dot| &at_root[dot..]);
    match folder.name() {
        "" => at_root.to_owned(),
        name => format!("{name}{extension}"),
    }
}

fn first_folder(request: &Request, param: &str) -> Option<NodePath> {
    nodes(request, param).first().map(parent)
}

/// Returns the folder of a node; the root is its own.
pub(super) fn parent(node: &NodePath) -> NodePath {
    node.parent().unwrap_or_else(NodePath::root)
}

/// Returns whether both paths lead to the same node.
pub(super) fn is_same(one: &NodePath, other: &NodePath) -> bool {
    one.as_str().trim_end_matches('/') == other.as_str().trim_end_matches('/')
}

/// Returns the nodes that a parameter of the request names.
fn nodes(request: &Request, param: &str) -> Vec<NodePath> {
    let given = request.values.iter().filter(|given| given.name == param);
    let paths = given.flat_map(|given| match &given.value {
        Value::Node(path) | Value::Text(path) => std::slice::from_ref(path),
        Value::Nodes(paths) => paths,
        _ => &[],
    });
    paths.map(NodePath::from).collect()
}

#[cfg(test)]
mod tests {
    use super::{Goal, Is, Numbered, There};
    use crate::{
        testing::{BINDINGS, action},
        types::{Endpoint, Method, NodePath, Outcome, Param, Request},
    };

    const PARAMS: &[Param] = &[
        Param::form("file").nodes().numbered(),
        Param::form("dir").node(),
        Param::form("dest").node(),
        Param::form("name"),
        Param::form("ws"),
        Param::form("moving").flag(),
    ];

    fn endpoint(outcome: Outcome) -> &'static Endpoint {
        Box::leak(Box::new(action(&BINDINGS, "x", Method::Post, PARAMS).outcome(outcome)))
    }

    fn goal(outcome: Outcome, fill: impl FnOnce(Request) -> Request) -> Option<Goal> {
        Goal::of(&fill(Request::new(endpoint(outcome))))
    }

    fn there(goal: &Goal) -> Vec<&str> {
        goal.there.iter().map(|there| there.path.as_str()).collect()
    }

    fn paths(nodes: &[NodePath]) -> Vec<&str> {
        nodes.iter().map(NodePath::as_str).collect()
    }

    #[test]
    fn an_archive_without_a_name_has_that_of_its_folder() {
        let outcome = Outcome::creates("dir", "name").unnamed("Files.zip");
        for (dir, name, archive) in [
            (Some("/a"), Some("x.zip"), "/a/x.zip"),
            (Some("/a/b/"), None, "/a/b/b.zip"),
            (Some("/"), None, "/Files.zip"),
            (None, None, "/Files.zip"),
            (None, Some("x.zip"), "/x.zip"),
        ] {
            let fill = |request: Request| {
                let request =
                    dir.into_iter().fold(request, |request, dir| request.node("dir", dir));
                name.into_iter().fold(request, |request, name| request.text("name", name))
            };
            let goal = goal(outcome, fill).unwrap();
            assert_eq!(there(&goal), [archive], "{dir:?} {name:?}");
            assert_eq!(goal.there[0].is, Is::New);
        }
        assert_eq!(goal(Outcome::creates("dir", "name"), |request| request), None);
    }

    #[test]
    fn an_archive_may_be_next_to_what_it_packs() {
        let of = |request: Request| request.nodes("file", ["/a/b.txt", "/c"]).text("name", "x.tar");
        let goal = goal(Outcome::creates_beside("file", "name"), of).unwrap();
        assert_eq!(there(&goal), ["/a/x.tar"]);
    }

    #[test]
    fn moved_nodes_are_gone_and_copied_ones_are_compared() {
        let of = |request: Request| request.nodes("file", ["/a/b.txt", "/c"]).node("dest", "/d");
        let copied = goal(Outcome::copies("file", "dest"), of).unwrap();
        assert_eq!(there(&copied), ["/d/b.txt", "/d/c"]);
        assert_eq!(copied.there[0].is, Is::CopyOf(NodePath::from("/a/b.txt")));
        assert!(copied.gone.is_empty());
        let moved = goal(Outcome::moves("file", "dest"), of).unwrap();
        assert_eq!((there(&moved), paths(&moved.gone)), (there(&copied), vec!["/a/b.txt", "/c"]));
        assert_eq!(moved.there[0].is, Is::Moved);
        let with = Outcome::copies("file", "dest").into_workspace("ws").moves_with("moving");
        let moved = |flag| goal(with, |r| of(r).text("ws", "w2").flag("moving", flag)).unwrap();
        assert_eq!(moved(false).workspace.as_deref(), Some("w2"));
        assert!(moved(false).gone.is_empty() && moved(true).gone.len() == 2);
        assert_eq!(goal(with, of), None, "it is not said where to");
    }

    #[test]
    fn a_single_node_may_have_a_new_name() {
        let outcome = Outcome::moves("file", "dest").named("name");
        let of = |nodes: &[&str]| {
            let fill =
                |r: Request| r.nodes("file", nodes.to_vec()).node("dest", "/d").text("name", "n");
            goal(outcome, fill).unwrap()
        };
        assert_eq!(there(&of(&["/a"])), ["/d/n"]);
        assert_eq!(there(&of(&["/a", "/b"])), ["/d/a", "/d/b"]);
        let renamed =
            goal(outcome, |r| r.nodes("file", ["/d/a"]).node("dest", "/d").text("name", "n"));
        assert_eq!(there(&renamed.unwrap()), ["/d/n"]);
    }

    #[test]
    fn a_placed_node_is_new_or_a_copy_of_one_in_a_workspace() {
        let outcome = Outcome::places("dir", "name", "moving");
        let of = |source: Option<&str>, is_move| {
            let fill = |request: Request| {
                let request = request.node("dir", "/d/b.txt").flag("moving", is_move);
                source.into_iter().fold(request, |request, path| request.text("name", path))
            };
            goal(outcome, fill).unwrap()
        };
        let made = of(None, false);
        assert_eq!((there(&made), &made.there[0].is), (vec!["/d/b.txt"], &Is::Moved));
        let copied = of(Some("1/a/x.txt"), false);
        assert_eq!(there(&copied), ["/d/b.txt"]);
        assert_eq!(copied.there[0].is, Is::CopyOf(NodePath::from("/a/x.txt")));
        let moved = of(Some("/1/a/x.txt"), true);
        assert_eq!((there(&moved), paths(&moved.gone)), (vec!["/d/b.txt"], vec!["/a/x.txt"]));
        let onto_itself = of(Some("1/d/b.txt"), false);
        assert!(onto_itself.there.is_empty() && onto_itself.numbered.len() == 1);
    }

    #[test]
    fn a_copy_in_its_own_folder_is_numbered() {
        let of = |request: Request| request.nodes("file", ["/d/a.txt"]).node("dest", "/d");
        let goal = goal(Outcome::copies("file", "dest"), of).unwrap();
        assert_eq!(goal.there, [] as [There; 0]);
        let [copy] = &goal.numbered[..] else { panic!("{goal:?}") };
        for (path, is_it) in [
            ("/d/a.txt", false),
            ("/d/a-1.txt", true),
            ("/d/a.txt-12", true),
            ("/d/a-1", false),
            ("/d/a-.txt", false),
            ("/d/ab-1.txt", false),
            ("/e/a-1.txt", false),
        ] {
            assert_eq!(copy.is(&NodePath::from(path)), is_it, "{path}");
        }
    }

    #[test]
    fn an_archive_is_unpacked_next_to_it() {
        let of = |archive: &'static str| {
            goal(Outcome::unpacks("file"), |request| request.nodes("file", [archive]))
        };
        let goal = of("/a/x.y.tar.gz").unwrap();
        assert!(!goal.is_whole, "the folder is there before it is full");
        let folder: &Numbered = &goal.numbered[0];
        assert_eq!(folder.path().as_str(), "/a/x.y");
        assert!(folder.is(&NodePath::from("/a/x.y")));
        assert!(folder.is(&NodePath::from("/a/x.y-3")));
        assert_eq!(of("/a/x.zip"), None);
    }

    #[test]
    fn removed_nodes_are_gone() {
        let goal = goal(Outcome::removes("file"), |r| r.nodes("file", ["/a", "/b/c"])).unwrap();
        assert_eq!(paths(&goal.gone), ["/a", "/b/c"]);
        assert!(super::Goal::of(&Request::new(&crate::testing::LS)).is_none());
    }
}
