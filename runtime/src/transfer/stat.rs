//! Size and checksum of nodes on the server, before and after a transfer.

use futures_util::future;

use super::{
    Check,
    files::Files,
    retry::{Retries, Retry},
};
use crate::{
    connection::may_pass,
    json::Json,
    response::FromResponse,
    types::{
        ANY_RELEASE, Element, Endpoint, Envelope, Error, ErrorKind, Method, NodePath, Param,
        Request, TransferActions,
    },
};

/// Size and times of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Stat {
    pub(super) size: u64,
    pub(super) is_folder: bool,
    inode: Option<i64>,
    modified: Option<i64>,
    hash: Option<String>,
}

/// Asks the server what it has, which is safe to repeat.
pub(super) struct Lookup<'w> {
    pub(super) files: &'w Files,
    pub(super) actions: &'static TransferActions,
    pub(super) retries: Retries,
}

impl Lookup<'_> {
    /// Returns size and times of a node; `None` if it does not exist.
    pub(super) async fn stat(&self, node: &NodePath) -> Result<Option<Stat>, Error> {
        let json: Json = self.ask(self.actions.stat, node.as_str()).await?;
        Ok(read(&json))
    }

    /// Returns size and checksum of a node.
    ///
    /// A server that caches the result of `stat` may still return the size of a file that was
    /// removed, or changed outside Pydio. The checksum is computed from the file on the disk.
    pub(super) async fn hashed(&self, node: &NodePath) -> Result<Hashed, Error> {
        let Some(endpoint) = self.actions.hash else { return Ok(Hashed::Unknown) };
        match self.ask::<Json>(endpoint, node.as_str()).await {
            Ok(json) => Ok(match read(&json) {
                Some(Stat { size, hash: Some(hash), .. }) => Hashed::Known { size, hash },
                Some(_) => Hashed::Unknown,
                None => Hashed::Absent,
            }),
            Err(error) if is_stale(&error) => Ok(Hashed::Absent),
            // The plugin is not active.
            Err(error) if error.kind() == ErrorKind::UnknownAction => Ok(Hashed::Unknown),
            Err(error) => Err(error),
        }
    }

    /// Returns size and checksum of a node, as far as `check` requires them.
    pub(super) async fn checked(&self, node: &NodePath, check: Check) -> Result<Hashed, Error> {
        if check == Check::Size {
            return Ok(Hashed::Unknown);
        }
        match self.hashed(node).await {
            // It may take longer than something in between waits for.
            Err(error) if check == Check::HashIfKnown && may_pass(&error) => Ok(Hashed::Unknown),
            hashed => hashed,
        }
    }

    /// Returns what [`Self::checked`] does, and `ours` if it may be compared. Both sides read a large
    /// file for seconds: at the same time.
    pub(super) async fn checked_beside<T>(
        &self,
        node: &NodePath,
        check: Check,
        ours: impl Future<Output = T>,
    ) -> Result<(Hashed, Option<T>), Error> {
        if check == Check::Size || self.actions.hash.is_none() {
            return Ok((Hashed::Unknown, None));
        }
        let (hashed, ours) = future::join(self.checked(node, check), ours).await;
        Ok((hashed?, Some(ours)))
    }

    /// Deletes a node permanently, if it exists and the server allows it.
    pub(super) async fn remove(&self, node: &NodePath) -> Result<(), Error> {
        let request = Request::new(&DELETE).nodes("file", [node]).flag("force_deletion", true);
        self.files.call::<Envelope>(request).await?;
        Ok(())
    }

    /// Renames a file in its folder.
    pub(super) async fn rename(&self, node: &NodePath, name: &str) -> Result<(), Error> {
        let request = Request::new(&RENAME).node("file", node).text("filename_new", name);
        self.files.call::<Envelope>(request).await?;
        Ok(())
    }

    /// Returns the size of the largest file that the server accepts in one request; `None` if it
    /// does not report it.
    pub(super) async fn largest(&self) -> Result<Option<u64>, Error> {
        let Some(limit) = &self.actions.limit else { return Ok(None) };
        match self.ask::<Element>(limit.endpoint, limit.path).await {
            Ok(registry) => Ok(property(&registry, limit.property).filter(|size| *size > 0)),
            Err(error)
                if matches!(error.kind(), ErrorKind::Transport | ErrorKind::BadCredentials) =>
            {
                Err(error)
            }
            // A user who may not read the registry gets the error from the upload itself.
            Err(_) => Ok(None),
        }
    }

    async fn ask<R: FromResponse>(
        &self,
        endpoint: &'static Endpoint,
        path: &str,
    ) -> Result<R, Error> {
        let mut retry = Retry::new(self.retries);
        loop {
            match self.files.call(about(endpoint, path)).await {
                Ok(answer) => return Ok(answer),
                Err(error) => retry.after(error).await?,
            }
        }
    }
}

/// The server's report about the content of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Hashed {
    /// The server computes no checksum.
    Unknown,
    /// There is no such file.
    Absent,
    Known {
        size: u64,
        hash: String,
    },
}

/// Returns whether the server failed because its cache contains a file that was removed. The
/// failure updates the cache.
pub(super) fn is_stale(error: &Error) -> bool {
    error.kind() == ErrorKind::Server && error.message().contains("stat failed for")
}

// These actions are the same in all versions, and have no parameter in their paths.
static DELETE: Endpoint = Endpoint::action(&ANY_RELEASE, Method::Post, "access.fs", "delete")
    .params(&[Param::form("file").nodes().numbered(), Param::form("force_deletion").flag()]);
static RENAME: Endpoint = Endpoint::action(&ANY_RELEASE, Method::Post, "access.fs", "rename")
    .params(&[Param::form("file").node().required(), Param::form("filename_new").required()]);

/// Returns a call of an action about the node in its path.
pub(super) fn about(endpoint: &'static Endpoint, node: &str) -> Request {
    let name = endpoint.rest_of_path().map_or("", |param| param.name);
    Request::new(endpoint).text(name, node)
}

/// The bits of a mode that tell folders from files.
const FILE_TYPE: i64 = 0o170_000;
const FOLDER: i64 = 0o040_000;

/// Reads a stat. A node that does not exist is an empty object, or the empty list that PHP makes of
/// it.
fn read(json: &Json) -> Option<Stat> {
    let number = |name: &str| match json.get(name)? {
        Json::String(text) => text.parse().ok(),
        number => number.as_i64(),
    };
    Some(Stat {
        size: number("size").and_then(|size| size.try_into().ok())?,
        is_folder: number("mode").is_some_and(|mode| mode & FILE_TYPE == FOLDER),
        inode: number("ino"),
        modified: number("mtime"),
        hash: json.get("hash").and_then(Json::as_str).map(str::to_ascii_lowercase),
    })
}

/// Returns the number in a property, anywhere in a part of the registry: as JSON, in which some
/// numbers are text.
fn property(element: &Element, name: &str) -> Option<u64> {
    if element.name == "property" && element.attributes.get("name") == Some(name) {
        return element.text.trim().trim_matches('"').parse().ok();
    }
    element.children.iter().find_map(|child| property(child, name))
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn a_missing_node_has_no_size() {
        for (json, size) in [
            (r#"{"size":20000,"mtime":1,"ino":2}"#, Some(20000)),
            (r#"{"size":"5368709120"}"#, Some(5_368_709_120)),
            (r#"{"size":0}"#, Some(0)),
            ("{}", None),
            ("[]", None),
            (r#"{"size":-1}"#, None),
        ] {
            let json = serde_json::from_str(json).unwrap();
            assert_eq!(read(&json).map(|stat| stat.size), size, "{json}");
        }
    }
}
