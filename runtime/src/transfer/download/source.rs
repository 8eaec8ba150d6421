//! The call that a download is made of.

use std::ops::RangeBounds;

use http::HeaderValue;

use crate::{
    Error, Failure, NodePath, OperationRequest, Place, Pydio, Request,
    answer::{Answer as _, Download},
    operation,
    request::Value,
    transfer::{files::Files, retry::Retries, stat::Lookup},
};

/// What is called, as often as it takes.
#[derive(Clone)]
pub(super) enum Source {
    Action { files: Files, request: Request },
    Operation { pydio: Pydio, request: OperationRequest },
}

impl Source {
    /// Asks for a range of the file: where a version is named, of that one, and for all of any other.
    pub(super) async fn open(
        &self,
        range: impl RangeBounds<u64> + Send,
        version: Option<&str>,
    ) -> Result<Download, Error> {
        let validator = version.and_then(validator);
        match self {
            Self::Action { files, request } => {
                files.call(request.clone().range(range).if_range(validator)).await
            }
            Self::Operation { pydio, request } => {
                let request = request.clone().range(range);
                let request = match validator.as_ref().and_then(|value| value.to_str().ok()) {
                    Some(value) => request.set(Place::Header, "If-Range", value),
                    None => request,
                };
                Download::decode(pydio.operate(request, Download::ACCEPT).await?).await
            }
        }
    }

    pub(super) fn failure(&self, message: impl Into<String>) -> Failure {
        let failure = Failure::new(message);
        match self {
            Self::Action { files, request } => {
                failure.call(request.action().to_string(), files.id())
            }
            Self::Operation { request, .. } => failure.call(request.operation().id, ""),
        }
    }

    /// What tells one version of the file from another, and from other files: what is called, the
    /// length, and the `ETag` or the time of the last change.
    pub(super) fn version(&self, download: &Download) -> Option<String> {
        let total = download.total()?;
        let tag = download.headers().get(http::header::ETAG).and_then(|tag| tag.to_str().ok());
        let validator = tag.filter(|tag| is_strong(tag)).or(download.last_modified())?;
        let (base, what) = match self {
            Self::Action { files, .. } => {
                let (_, node) = self.node(Retries::default())?;
                (files.base(), format!("{} {node}", files.id()))
            }
            Self::Operation { pydio, request } => {
                let values = request.arguments.iter().map(|argument| argument.value.text());
                let values = values.collect::<Vec<_>>().join(" ");
                (pydio.base(), format!("{} {values}", request.operation().id))
            }
        };
        Some(format!("{base} {what}\n{total} bytes\n{validator}\n"))
    }

    /// Whether the server packs what is downloaded: several nodes, or one that is a folder, which
    /// shows in the name it proposes.
    pub(super) fn is_archive(&self, download: &Download) -> bool {
        let node = match self {
            Self::Action { request, .. } => match Selected::of(request) {
                Selected::One(node) => Some(node),
                Selected::Several => return true,
                Selected::Unknown => None,
            },
            Self::Operation { request, .. } => {
                request.arguments.iter().find_map(|argument| match &argument.value {
                    operation::Value::Node(path) => Some(NodePath::from(path)),
                    _ => None,
                })
            }
        };
        let is_packed = |node: NodePath| {
            let name = download.file_name().filter(|name| *name != node.name());
            name.is_some_and(|name| name.ends_with(".zip"))
        };
        node.is_some_and(is_packed)
    }

    /// The one file that is downloaded, with what tells its size.
    pub(super) fn node(&self, retries: Retries) -> Option<(Lookup<'_>, NodePath)> {
        let Self::Action { files, request } = self else { return None };
        let roles = request.action().transfer()?;
        match Selected::of(request) {
            Selected::One(node) if roles.download.is(request.action()) => {
                Some((Lookup { files, roles, retries }, node))
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
        let lists = request.arguments().iter().filter_map(|argument| match &argument.value {
            Value::List(nodes) => Some(nodes),
            Value::Text(_) => None,
        });
        let nodes: Vec<&String> = lists.flatten().collect();
        match nodes[..] {
            [] => Self::in_path(request).map_or(Self::Unknown, Self::One),
            [node] => Self::One(NodePath::from(node)),
            _ => Self::Several,
        }
    }

    fn in_path(request: &Request) -> Option<NodePath> {
        let name = request.action().node_parameter()?;
        request.text_of(name).map(NodePath::from)
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
