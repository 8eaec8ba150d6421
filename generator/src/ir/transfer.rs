//! The actions that file transfers use.

use serde::{Deserialize, Serialize};

/// Which actions and parameters the runtime's transfers use, by their names on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Transfer {
    /// Sends the file in its path.
    pub download: ActionRef,
    /// Returns the size of the node in its path.
    pub stat: ActionRef,
    /// Returns the checksum of the node in its path, too.
    pub hash: ActionRef,
    /// Makes the node in its path an empty file.
    pub create: ActionRef,
    /// The flag of that action by which it replaces a file.
    pub replace: String,
    /// Where the size of the largest file is said.
    pub limit: Limit,
    /// Sends a file in a form.
    pub upload: Upload,
    /// Sends a file as it is.
    pub raw: RawUpload,
    /// How a part of a file is announced.
    pub parts: Parts,
}

/// An action.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ActionRef {
    /// A plugin that has it.
    pub plugin: String,
    /// Its name.
    pub action: String,
}

/// Where the size of the largest file is said.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Limit {
    /// Returns a part of the server's registry.
    pub role: ActionRef,
    /// What it is asked for, in its path.
    pub path: String,
    /// The property that is the size.
    pub property: String,
}

/// The action that sends a file in a form, by the names of its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Upload {
    /// The action.
    pub role: ActionRef,
    /// The folder.
    pub folder: String,
    /// The name of the file.
    pub name: String,
    /// The file.
    pub file: String,
    /// The flag by which a file of that name is kept.
    pub keep_both: String,
}

/// The operation that sends a file as it is, by the names of its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RawUpload {
    /// Its `operationId`.
    pub operation: String,
    /// The workspace.
    pub workspace: String,
    /// The node.
    pub node: String,
    /// The header by which a file of that name is kept.
    pub keep_both: String,
}

/// How a part of a file is announced, by the names of parameters of both.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Parts {
    /// The flag by which what is sent is a part.
    pub is_part: String,
    /// The size of the whole file.
    pub size: String,
    /// The name of the file that the part is added to.
    pub append_to: String,
    /// What the name of the file ends with until it is whole.
    pub suffix: String,
}
