//! Captures the request that the client sends for a call.

use bytes::Bytes;
use pydio_client::{Error, ErrorKind, Method, RestCall};
use pydio_tests::{Untyped, recordings::Recorded};

use super::{
    asked::{Asked, Files, form_of, without_own},
    made::Made,
};
use crate::{
    replay::{address::Fields, wire::Wire},
    ways::session::script::Script,
};

/// A request as it was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) path: String,
    pub(super) query: String,
    pub(super) body: Vec<u8>,
    pub(super) is_form: bool,
    /// The recorded fields as the client sends them.
    pub(super) fields: Fields,
    pub(super) is_renamed: bool,
    /// The fields of a form with files.
    pub(super) parts: Option<Fields>,
    pub(super) files: Files,
    pub(super) switches: Vec<String>,
}

/// Returns the request that the client sends, or `None` if it refuses.
pub(super) async fn sent(asked: &Asked, made: Made) -> Option<Sent> {
    let call = Untyped::new(made.request.clone());
    let sent = match asked.is_session() {
        true => on_session(asked, call).await?,
        false => wire(&asked.workspace, asked.verb, call).await?,
    };
    let Made { fields, is_renamed, switches, .. } = made;
    Some(Sent { fields, is_renamed, switches, ..sent })
}

/// Returns the request that the client sends for a call, or `None` if it refuses.
pub(super) async fn wire<C: RestCall>(workspace: &str, verb: Method, call: C) -> Option<Sent> {
    let wire = Wire::default();
    let result = wire.connect().workspace(workspace).method(verb).call(call).await;
    let sent = wire.take();
    assert_eq!(
        result.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidRequest),
        sent.is_none()
    );
    Some(Sent::new(&sent?))
}

/// Returns the request that a session sends for a call, or `None` if it refuses.
async fn on_session(asked: &Asked, call: Untyped) -> Option<Sent> {
    let script = Script::always(Recorded::empty()).with_workspace(&asked.workspace);
    let session = script.session().await;
    let result = match &*asked.workspace {
        "" => session.call(call).await,
        workspace => session.workspace(workspace).call(call).await,
    };
    let sent = script.last(&asked.action);
    let is_refused = |error: &Error| error.kind() == ErrorKind::InvalidRequest;
    assert_eq!(result.as_ref().is_err_and(is_refused), sent.is_none(), "{result:?}");
    let sent = Sent::new(&sent?);
    let query = String::from_utf8(without_own(sent.query.as_bytes())).unwrap_or_default();
    Some(Sent { query, body: without_own(&sent.body), ..sent })
}

impl Sent {
    fn new(request: &http::Request<Bytes>) -> Self {
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let kind = request.headers().get(http::header::CONTENT_TYPE);
        let kind = kind.map_or("", |kind| kind.to_str().unwrap());
        let (parts, files) = form_of(kind, request.body()).unzip();
        Self {
            path: path.to_owned(),
            query: query.to_owned(),
            // The multipart boundary is different each time.
            body: if parts.is_none() { request.body().to_vec() } else { Vec::new() },
            is_form: kind == "application/x-www-form-urlencoded" || parts.is_some(),
            fields: Fields::new(),
            is_renamed: false,
            files: files.unwrap_or_default(),
            parts,
            switches: Vec::new(),
        }
    }
}
