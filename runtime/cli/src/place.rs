//! Where files are: on this machine, or in a workspace.

use std::{ffi::OsString, path::PathBuf};

use clap::builder::{OsStringValueParser, StringValueParser, TypedValueParser};
use pydio_cli::Failed;
use pydio_client::NodePath;

/// A node of a workspace: `my-files:/photos`, or `/photos` in the workspace that is set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Remote {
    /// The slug or id; `None` for the workspace that is set.
    pub(crate) workspace: Option<String>,
    pub(crate) path: NodePath,
    /// Whether a slash at its end says that it is a folder.
    pub(crate) is_folder: bool,
}

impl Remote {
    /// Returns the parser of arguments that are nodes.
    pub(crate) fn parser() -> impl TypedValueParser<Value = Self> {
        StringValueParser::new().try_map(|text| Self::parse(&text).ok_or(NOT_A_NODE))
    }

    fn parse(text: &str) -> Option<Self> {
        let (workspace, path) = match text.split_once(":/") {
            Some((workspace, path)) if !workspace.contains('/') => (workspace, path),
            _ => ("", text.strip_prefix('/')?),
        };
        let is_folder = path.is_empty() || path.ends_with('/');
        let path = format!("/{}", path.trim_end_matches('/'));
        let workspace = Some(workspace).filter(|name| !name.is_empty()).map(str::to_owned);
        Some(Self { workspace, path: path.into(), is_folder })
    }

    /// Refuses the root of a workspace, where it cannot be used.
    pub(crate) fn refuse_root(&self, why: &str, tip: &str) -> Result<(), Failed> {
        if self.path.parent().is_some() {
            return Ok(());
        }
        let name = self.workspace.as_deref().unwrap_or_default();
        let message = format!("`{name}:/` is the root of a workspace, which {why}");
        Err(Failed::usage(message).tip(tip))
    }
}

const NOT_A_NODE: &str = "a node is `/PATH`, or `WORKSPACE:/PATH`";

/// A file or a folder here, or a node of a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    Local(PathBuf),
    /// `-`: standard input or standard output.
    Standard,
    Remote(Remote),
}

impl Place {
    /// Returns the parser of arguments that are either.
    pub(crate) fn parser() -> impl TypedValueParser<Value = Self> {
        OsStringValueParser::new().try_map(|text| match text.is_empty() {
            true => Err("the path is empty"),
            false => Ok(Self::of(text)),
        })
    }

    /// Returns the node, if it is one.
    pub(crate) fn remote(&self) -> Option<&Remote> {
        match self {
            Self::Remote(node) => Some(node),
            Self::Local(_) | Self::Standard => None,
        }
    }

    /// Takes `NAME:/PATH` and `:/PATH` for nodes, and everything else for local paths. On Windows, a
    /// single letter is a drive.
    fn of(text: OsString) -> Self {
        if text == "-" {
            return Self::Standard;
        }
        let remote = text.to_str().and_then(|text| {
            let (workspace, _) = text.split_once(":/")?;
            let is_drive = cfg!(windows) && workspace.len() == 1;
            if workspace.contains(['/', '\\']) || is_drive { None } else { Remote::parse(text) }
        });
        remote.map_or_else(|| Self::Local(text.into()), Self::Remote)
    }
}

#[cfg(test)]
mod tests {
    use super::{Place, Remote};

    fn remote(workspace: Option<&str>, path: &str, is_folder: bool) -> Remote {
        Remote { workspace: workspace.map(str::to_owned), path: path.into(), is_folder }
    }

    #[test]
    fn a_node_names_its_workspace_or_none() {
        assert_eq!(Remote::parse("my-files:/a b/"), Some(remote(Some("my-files"), "/a b", true)));
        assert_eq!(Remote::parse("/a:/b"), Some(remote(None, "/a:/b", false)));
        assert_eq!(Remote::parse(":/a"), Some(remote(None, "/a", false)));
        assert_eq!(Remote::parse("my-files:/"), Some(remote(Some("my-files"), "/", true)));
        assert_eq!(Remote::parse("a"), None);
    }

    #[test]
    fn only_a_colon_and_a_slash_make_a_node() {
        let is_local = |text: &str| Place::of(text.into()) == Place::Local(text.into());
        assert!(["a", "/a", "./a:/b", "a:b", "/a:/b"].into_iter().all(is_local));
        assert_eq!(Place::of("-".into()), Place::Standard);
        assert!(is_local("./-"));
        assert_eq!(Place::of("w:/".into()), Place::Remote(remote(Some("w"), "/", true)));
    }
}
