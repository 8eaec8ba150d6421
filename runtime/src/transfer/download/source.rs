//! The call of a download.

use std::ops::RangeBounds;

use http::HeaderValue;

use crate::{
    response::Download,
    transfer::{files::Files, retry::Retries, stat::Lookup},
    types::{Error, Failure, NodePath, Request},
};

/// The call, sent as often as necessary.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) files: Files,
    pub(super) request: Request,
}

impl Source {
    /// Requests a range of the file. If a version is named, requests that range of this version,
    /// and all of any other.
    pub(super) async fn open(
        &self,
        range: impl RangeBounds<u64> + Send,
        version: Option<&str>,
    ) -> Result<Download, Error> {
        let request = self.request.clone().range(range).if_range(version.and_then(validator));
        self.files.call(request).await
    }

    pub(super) fn failure(&self, message: impl Into<String>) -> Failure {
        Failure::new(message).call(self.request.endpoint().to_string(), self.files.id())
    }

    /// Returns what distinguishes a version of the file from others, and from other files: the
    /// call, the length, and the `ETag` or the time of the last change.
    pub(super) fn version(&self, download: &Download) -> Option<String> {
        let total = download.total()?;
        let tag = download.headers().get(http::header::ETAG).and_then(|tag| tag.to_str().ok());
        let validator = tag.filter(|tag| is_strong(tag)).or(download.last_modified())?;
        let base = self.files.base();
        let what = match &self.files {
            Files::Operations(_) => {
                let values: Vec<_> = self.request.texts_given().collect();
                format!("{} {}", self.request.endpoint(), values.join(" "))
            }
            files => {
                let (_, node) = self.node(Retries::default())?;
                format!("{} {node}", files.id())
            }
        };
        Some(format!("{base} {what}\n{total} bytes\n{validator}\n"))
    }

    /// Returns whether the server packs the download: several nodes, or a folder, which shows in
    /// the name it proposes.
    pub(super) fn is_archive(&self, download: &Download) -> bool {
        let is_packed = |node: NodePath| {
            let name = download.file_name().filter(|name| *name != node.name());
            name.is_some_and(|name| name.ends_with(".zip"))
        };
        match Selected::of(&self.request) {
            Selected::One(node) => is_packed(node),
            Selected::Several => true,
            Selected::Unknown => false,
        }
    }

    /// Returns the single file of the download, with a way to look up its size.
    pub(super) fn node(&self, retries: Retries) -> Option<(Lookup<'_>, NodePath)> {
        let Self { files, request } = self;
        let actions = request.endpoint().transfer()?;
        match Selected::of(request) {
            Selected::One(node) if actions.download.is(request.endpoint()) => {
                Some((Lookup { files, actions, retries }, node))
            }
            _ => None,
        }
    }
}

fn is_strong(tag: &str) -> bool {
    tag.starts_with('"')
}

/// Returns the validator of a version, if `If-Range` accepts it.
fn validator(version: &str) -> Option<HeaderValue> {
    let validator = version.lines().last()?;
    let is_one = is_strong(validator) || httpdate::parse_http_date(validator).is_ok();
    HeaderValue::from_str(validator).ok().filter(|_| is_one)
}

/// The nodes of a call.
enum Selected {
    One(NodePath),
    Several,
    Unknown,
}

impl Selected {
    /// Nodes of a list take precedence over the one in the path.
    fn of(request: &Request) -> Self {
        let nodes: Vec<&String> = request.listed_nodes().collect();
        match nodes[..] {
            [] => request.node_in_path().map_or(Self::Unknown, |path| Self::One(path.into())),
            [node] => Self::One(NodePath::from(node)),
            _ => Self::Several,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::validator;

    #[test]
    fn only_what_if_range_takes_is_asked_for() {
        for (line, is_taken) in [
            ("\"abc\"", true),
            ("Sat, 28 Nov 2026 21:43:43 GMT", true),
            ("W/\"abc\"", false),
            ("Mon, 23 Nov 2026 00:00:00 GMT+1", false),
        ] {
            let version = format!("http://pydio.test/ w /f\n9 bytes\n{line}\n");
            let taken = validator(&version);
            assert_eq!(taken.is_some_and(|value| value == line), is_taken, "{line}");
        }
    }
}
