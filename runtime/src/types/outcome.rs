//! What the work of a call leaves on the server.

/// What the work of a call leaves on the server, by the names of its parameters.
///
/// [`Background::wait`](crate::response::Background::wait) looks for it, since servers report some
/// work as complete that they have not done.
///
/// ```
/// use pydio_runtime::{Bindings, Endpoint, Method, Outcome, Param};
///
/// static BINDINGS: Bindings = Bindings::pydio("8.2.5");
///
/// static COMPRESS: Endpoint =
///     Endpoint::action(&BINDINGS, Method::Get, "access.fs", "compress")
///         .params(&[
///             Param::rest_of_path("file").nodes().numbered(),
///             Param::form("dir").node(),
///             Param::form("archive_name"),
///         ])
///         .in_background()
///         .outcome(Outcome::creates("dir", "archive_name").unnamed("Files.zip"));
///
/// assert!(COMPRESS.known_outcome().is_some());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome(pub(crate) OutcomeKind);

/// The kinds of an [`Outcome`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OutcomeKind {
    /// A file in a folder.
    Creates {
        folder: &'static str,
        name: &'static str,
        /// Its name at the root if none is given; elsewhere it has that of the folder.
        unnamed: Option<&'static str>,
    },
    /// A file in the folder of the first of some nodes.
    CreatesBeside { nodes: &'static str, name: &'static str },
    /// A file in a folder, with the last segment of an address as its name.
    Fetches { folder: &'static str, address: &'static str },
    /// A folder that is named like an archive, next to it.
    Unpacks { archive: &'static str },
    /// The nodes are no longer there.
    Removes { nodes: &'static str },
    /// The nodes are in a folder.
    Copies {
        nodes: &'static str,
        folder: &'static str,
        /// The parameter with the new name of a single node.
        name: Option<&'static str>,
        /// The parameter with the workspace of the folder, if it is another one.
        workspace: Option<&'static str>,
        moves: Moves,
    },
    /// A node at its path: a new one, or another one that was copied or moved.
    Places {
        node: &'static str,
        /// The parameter with the other node, behind its workspace.
        copied: &'static str,
        /// The flag by which the other one is removed.
        moves_with: &'static str,
    },
    /// The recycle bin is empty.
    EmptiesRecycleBin,
}

/// Whether copied nodes are removed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Moves {
    Never,
    Always,
    /// With this flag.
    With(&'static str),
}

impl Outcome {
    /// A file in the folder that `folder` names, or in the root without it, with the name in
    /// `name`.
    pub const fn creates(folder: &'static str, name: &'static str) -> Self {
        Self(OutcomeKind::Creates { folder, name, unnamed: None })
    }

    /// A file in the folder of the first node in `nodes`, with the name in `name`.
    pub const fn creates_beside(nodes: &'static str, name: &'static str) -> Self {
        Self(OutcomeKind::CreatesBeside { nodes, name })
    }

    /// A file in the folder in `folder`, with the last segment of the URL in `address` as its name.
    pub const fn fetches(folder: &'static str, address: &'static str) -> Self {
        Self(OutcomeKind::Fetches { folder, address })
    }

    /// A folder next to the archive in `archive`, named like it without its extension; the server
    /// numbers it if there is one already.
    pub const fn unpacks(archive: &'static str) -> Self {
        Self(OutcomeKind::Unpacks { archive })
    }

    /// The nodes in `nodes` are no longer there.
    pub const fn removes(nodes: &'static str) -> Self {
        Self(OutcomeKind::Removes { nodes })
    }

    /// The nodes in `nodes` are also in the folder in `folder`.
    pub const fn copies(nodes: &'static str, folder: &'static str) -> Self {
        let (name, workspace, moves) = (None, None, Moves::Never);
        Self(OutcomeKind::Copies { nodes, folder, name, workspace, moves })
    }

    /// The nodes in `nodes` are in the folder in `folder` instead.
    pub const fn moves(nodes: &'static str, folder: &'static str) -> Self {
        let (name, workspace, moves) = (None, None, Moves::Always);
        Self(OutcomeKind::Copies { nodes, folder, name, workspace, moves })
    }

    /// The node in `node`. It is new, or a copy of the one in `copied`, which names the workspace
    /// before the path; with the flag `moves_with`, that one is gone.
    pub const fn places(
        node: &'static str,
        copied: &'static str,
        moves_with: &'static str,
    ) -> Self {
        Self(OutcomeKind::Places { node, copied, moves_with })
    }

    /// The recycle bin is empty.
    pub const fn empties_recycle_bin() -> Self {
        Self(OutcomeKind::EmptiesRecycleBin)
    }

    /// Sets the name that a created file has at the root if none is given; in a folder it then has
    /// the folder's name, with the same extension.
    #[must_use]
    pub const fn unnamed(self, at_root: &'static str) -> Self {
        match self.0 {
            OutcomeKind::Creates { folder, name, .. } => {
                Self(OutcomeKind::Creates { folder, name, unnamed: Some(at_root) })
            }
            other => Self(other),
        }
    }

    /// Sets the parameter with the new name of a single copied node.
    #[must_use]
    pub const fn named(self, param: &'static str) -> Self {
        match self.0 {
            OutcomeKind::Copies { nodes, folder, workspace, moves, .. } => {
                let name = Some(param);
                Self(OutcomeKind::Copies { nodes, folder, name, workspace, moves })
            }
            other => Self(other),
        }
    }

    /// Sets the parameter with the workspace that nodes are copied into.
    #[must_use]
    pub const fn into_workspace(self, param: &'static str) -> Self {
        match self.0 {
            OutcomeKind::Copies { nodes, folder, name, moves, .. } => {
                let workspace = Some(param);
                Self(OutcomeKind::Copies { nodes, folder, name, workspace, moves })
            }
            other => Self(other),
        }
    }

    /// Sets the flag by which copied nodes are removed.
    #[must_use]
    pub const fn moves_with(self, flag: &'static str) -> Self {
        match self.0 {
            OutcomeKind::Copies { nodes, folder, name, workspace, .. } => {
                let moves = Moves::With(flag);
                Self(OutcomeKind::Copies { nodes, folder, name, workspace, moves })
            }
            other => Self(other),
        }
    }
}
