//! What the work of a call leaves on the server.

use serde::{Deserialize, Serialize};

/// What the work of a call leaves on the server, by which its end is verified: the names are those
/// of parameters on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Outcome {
    /// A new file in a folder.
    Creates(Created),
    /// A new file in the folder of the first of some nodes.
    CreatesBeside {
        /// The nodes.
        nodes: String,
        /// Its name.
        name: String,
    },
    /// A new file in a folder, with the last segment of an address as its name.
    Fetches {
        /// The folder.
        folder: String,
        /// The address.
        address: String,
    },
    /// A new folder next to this archive, named like it without its extension.
    Unpacks(String),
    /// These nodes are no longer there.
    Removes(String),
    /// Some nodes are also in a folder.
    Copies(Copied),
    /// Some nodes are in a folder instead of where they were.
    Moves(Copied),
    /// A node at its path: a new one, or another one that was copied or moved.
    Places(Placed),
    /// The recycle bin is empty.
    EmptiesRecycleBin,
}

/// A new file in a folder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Created {
    /// The folder; the root if it is not sent.
    pub folder: String,
    /// The name of the file.
    pub name: String,
    /// The name of a file at the root if none is sent. In a folder, it then has the name of the
    /// folder, with the same extension.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unnamed: Option<String>,
}

/// Nodes that are copied or moved into a folder.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Copied {
    /// The nodes.
    pub nodes: String,
    /// The folder.
    pub folder: String,
    /// The new name of a single node.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The workspace of the folder, if it is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub workspace: Option<String>,
    /// The flag by which copied nodes are moved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub moves_with: Option<String>,
}

/// A node at its path.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Placed {
    /// The node.
    pub node: String,
    /// Another one, behind its workspace, that is copied there; without it, the node is new.
    pub copied: String,
    /// The flag by which the other one is moved.
    pub moves_with: String,
}

impl Outcome {
    /// Returns the names of the parameters.
    pub fn params(&self) -> Vec<&String> {
        match self {
            Self::Creates(Created { folder, name, .. }) => vec![folder, name],
            Self::CreatesBeside { nodes, name } => vec![nodes, name],
            Self::Fetches { folder, address } => vec![folder, address],
            Self::Unpacks(one) | Self::Removes(one) => vec![one],
            Self::Copies(copied) | Self::Moves(copied) => {
                let optional = [&copied.name, &copied.workspace, &copied.moves_with];
                let optional = optional.into_iter().flatten();
                [&copied.nodes, &copied.folder].into_iter().chain(optional).collect()
            }
            Self::Places(Placed { node, copied, moves_with }) => vec![node, copied, moves_with],
            Self::EmptiesRecycleBin => Vec::new(),
        }
    }

    /// Describes what is checked for, as the object of a sentence.
    pub fn text(&self) -> String {
        match self {
            Self::Creates(Created { folder, name, .. }) => {
                format!("a new file `{name}` in `{folder}`")
            }
            Self::CreatesBeside { nodes, name } => {
                format!("a new file `{name}` next to the first node in `{nodes}`")
            }
            Self::Fetches { folder, address } => {
                format!("a new file in `{folder}`, named by the last segment of `{address}`")
            }
            Self::Unpacks(archive) => format!("a new folder next to `{archive}`"),
            Self::Removes(nodes) => format!("the absence of the nodes in `{nodes}`"),
            Self::Copies(copied) => format!("the nodes in {}", place(copied)),
            Self::Moves(copied) => {
                format!("the nodes in {} and their absence at their former paths", place(copied))
            }
            Self::Places(Placed { node, .. }) => format!("the node in `{node}`"),
            Self::EmptiesRecycleBin => "an empty recycle bin".to_owned(),
        }
    }
}

fn place(copied: &Copied) -> String {
    match &copied.workspace {
        Some(workspace) => format!("`{}` of `{workspace}`", copied.folder),
        None => format!("`{}`", copied.folder),
    }
}
