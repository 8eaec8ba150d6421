//! A recorded request, parsed like the server does.

use pydio_client::Method;
use pydio_tests::{multipart, recordings::Recording};

use super::reason::Reason;
use crate::replay::{
    address::{Address, Fields, is_own},
    targets,
};

/// The parameters of a recorded request.
pub(super) struct Asked {
    pub(super) verb: Method,
    pub(super) action: String,
    /// Empty for none, which only a session allows.
    pub(super) workspace: String,
    /// The target, without the signature of a key pair or the token of a session.
    pub(super) path: String,
    pub(super) query: String,
    pub(super) body: Vec<u8>,
    /// Whether the content type announces a form.
    pub(super) is_form: bool,
    /// The decoded part of the path after the action; `None` on a session.
    pub(super) rest: Option<String>,
    /// The fields of the query, then those of the form.
    pub(super) fields: Fields,
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
        let address = Address::of(recording).ok_or(Reason::NoAddress)?;
        let (path, query) = recording.target.split_once('?').unwrap_or((&recording.target, ""));
        let media_type = recording.header("content-type").unwrap_or_default();
        let body = match media_type.split(';').next().unwrap_or_default() {
            "application/x-www-form-urlencoded" => without_own(&recording.body),
            "" if recording.body.is_empty() => Vec::new(),
            "multipart/form-data" => recording.body.clone(),
            _ => return Err(Reason::OtherBody),
        };
        let files = match multipart::boundary(media_type) {
            Some(_) => form_of(media_type, &recording.body).ok_or(Reason::NoBody)?.1,
            None => Files::new(),
        };
        let form = if media_type.starts_with("multipart/") { &[] } else { &body[..] };
        if [path, query, &String::from_utf8_lossy(form)].into_iter().any(is_binary) {
            return Err(Reason::Bytes);
        }
        let query = String::from_utf8(without_own(query.as_bytes())).unwrap_or_default();
        let fields = address.fields.into_iter().filter(|(name, _)| !is_signature(name));
        Ok(Self {
            verb,
            action: address.action,
            workspace: address.workspace,
            path: path.to_owned(),
            fields: fields.collect(),
            query,
            body,
            is_form: !media_type.is_empty(),
            rest: address.rest,
            files,
        })
    }

    /// Returns whether it was sent on a session.
    pub(super) fn is_session(&self) -> bool {
        self.rest.is_none()
    }
}

/// Returns whether a field is a part of the signature of a key pair.
fn is_signature(name: &str) -> bool {
    matches!(name, "auth_token" | "auth_hash")
}

/// Returns the encoded fields without signature and token.
pub(super) fn without_own(encoded: &[u8]) -> Vec<u8> {
    let is_kept = |pair: &&[u8]| {
        let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
        !is_signature(&String::from_utf8_lossy(name)) && name != b"secure_token"
    };
    let kept: Vec<_> = encoded.split(|byte| *byte == b'&').filter(is_kept).collect();
    kept.join(&b'&')
}

/// Returns whether text stands for bytes that are not UTF-8.
fn is_binary(encoded: &str) -> bool {
    String::from_utf8(targets::bytes(encoded)).is_err()
}

/// Returns the fields and the files of a multipart form; `None` if it was not recorded.
pub(super) fn form_of(media_type: &str, body: &[u8]) -> Option<(Fields, Files)> {
    let boundary = multipart::boundary(media_type)?;
    let is_whole = body.trim_ascii_end().ends_with(format!("--{boundary}--").as_bytes());
    let form = is_whole.then(|| multipart::parse(&body.to_vec().into(), boundary))?;
    let files = form.files.into_iter().map(|file| (file.field, file.content.to_vec()));
    let fields = form.fields.into_iter().filter(|(name, _)| !is_own(name));
    Some((fields.collect(), files.collect()))
}
