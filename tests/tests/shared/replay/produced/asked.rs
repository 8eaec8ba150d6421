//! A recorded request, parsed like the server does.

use pydio_client::Method;
use pydio_tests::{multipart, recordings::Recording};

use super::reason::Reason;
use crate::replay::targets;

/// Names and values, in order.
pub(super) type KeyPairs = Vec<(String, String)>;

/// The parameters of a recorded request.
pub(super) struct Asked {
    pub(super) verb: Method,
    pub(super) workspace: String,
    /// The target, without the signature of a key pair.
    pub(super) path: String,
    pub(super) query: String,
    pub(super) body: Vec<u8>,
    /// Whether the content type announces a form.
    pub(super) is_form: bool,
    /// The decoded part of the path after the action.
    pub(super) rest: String,
    /// The fields of the query, then those of the form.
    pub(super) fields: KeyPairs,
    /// The files of a form, by name.
    pub(super) files: Files,
}

pub(super) type Files = Vec<(String, Vec<u8>)>;

impl Asked {
    pub(super) fn read(recording: &Recording) -> Result<Self, Reason> {
        let verb = match &*recording.method {
            "GET" => Method::Get,
            "POST" => Method::Post,
            _ => return Err(Reason::OtherMethod),
        };
        let (path, query) = recording.target.split_once('?').unwrap_or((&recording.target, ""));
        let mut parts = path.strip_prefix("/api/").ok_or(Reason::NoAddress)?.splitn(3, '/');
        let (workspace, action) = (parts.next(), parts.next());
        let (Some(workspace), Some(_)) =
            (workspace.filter(|w| !w.is_empty()), action.filter(|a| !a.is_empty()))
        else {
            return Err(Reason::NoAddress);
        };
        let rest = targets::decode(parts.next().unwrap_or_default());
        let query = unsigned(query);
        let media_type = media_type(recording);
        let (form, files) = match media_type.split(';').next().unwrap_or_default() {
            "application/x-www-form-urlencoded" => (pairs(&recording.body), Files::new()),
            "" if recording.body.is_empty() => (KeyPairs::new(), Files::new()),
            "multipart/form-data" => form_of(&media_type, &recording.body).ok_or(Reason::NoBody)?,
            _ => return Err(Reason::OtherBody),
        };
        let fields = pairs(query.as_bytes()).into_iter().chain(form);
        Ok(Self {
            verb,
            workspace: workspace.to_owned(),
            path: path.to_owned(),
            fields: fields.collect(),
            query,
            body: recording.body.clone(),
            is_form: !media_type.is_empty(),
            rest,
            files,
        })
    }
}

/// Returns the query without the two fields of a signature.
fn unsigned(query: &str) -> String {
    let is_own = |pair: &&str| !pair.starts_with("auth_token=") && !pair.starts_with("auth_hash=");
    query.split('&').filter(is_own).collect::<Vec<_>>().join("&")
}

fn media_type(recording: &Recording) -> String {
    let mut headers = recording.headers.iter();
    let found = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
    found.map(|(_, value)| value.clone()).unwrap_or_default()
}

/// Returns the fields and the files of a multipart form; `None` if it was not recorded.
pub(super) fn form_of(media_type: &str, body: &[u8]) -> Option<(KeyPairs, Files)> {
    let boundary = multipart::boundary(media_type)?;
    let is_whole = body.trim_ascii_end().ends_with(format!("--{boundary}--").as_bytes());
    let form = is_whole.then(|| multipart::parse(&body.to_vec().into(), boundary))?;
    let files = form.files.into_iter().map(|file| (file.field, file.content.to_vec()));
    Some((form.fields, files.collect()))
}

/// Returns the pairs of a query or form.
pub(super) fn pairs(text: &[u8]) -> KeyPairs {
    url::form_urlencoded::parse(text).into_owned().collect()
}
