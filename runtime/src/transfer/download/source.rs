//! The call that a download is made of.

use std::ops::RangeBounds;

use http::HeaderValue;

use crate::{
    response::Download,
    transfer::{files::Files, retry::Retries, stat::Lookup},
    types::{Error, Failure, NodePath, Request},
};

/// What is called, as often as it takes.
#[derive(Clone)]
pub(super) struct Source {
    pub(super) files: Files,
    pub(super) request: Request,
}

impl Source {
    /// Asks for a range of the file: where a version is named, of that one, and for all of any other.
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

    /// What tells one version of the file from another, and from other files: what is called, the
    /// length, and the `ETag` or the time of the last change.
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

    /// Whether the server packs what is downloaded: several nodes, or one that is a folder, which
    /// shows in the name it proposes.
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

    /// The one file that is downloaded, with what tells its size.
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

/// What a version can be asked for by, if that is anything that `If-Range` takes.
fn validator(version: &str) -> Option<HeaderValue> {
    let validator = version.lines().last()?;
    let is_one = is_strong(validator) || httpdate::parse_http_date(validator).is_ok();
    HeaderValue::from_str(validator).ok().filter(|_| is_one)
}

/// The nodes a call is about.
enum Selected {
    One(NodePath),
    Several,
    Unknown,
}

impl Selected {
    /// Those of a list go before the one in the path.
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
