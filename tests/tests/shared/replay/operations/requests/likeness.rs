//! Compares a v2 request with the recorded one.

use bytes::Bytes;
use pydio_client::Json;
use pydio_codegen::ir::{Endpoint, Location};
use pydio_tests::recordings::Recording;

use crate::replay::targets;

/// Names and values, with whitespace removed from JSON values.
pub(super) type KeyPairs = Vec<(String, String)>;

/// Returns the table row for the difference between the sent and the recorded request.
pub(super) fn of(
    before: Option<&Endpoint>,
    recording: &Recording,
    sent: &http::Request<Bytes>,
) -> Result<String, String> {
    if sent.method().as_str() != recording.method {
        return Err(format!("{} for {}", sent.method(), recording.method));
    }
    let target = sent.uri().path_and_query().map_or("", |target| target.as_str());
    let likeness = requests_alike(recording, target, sent.body())?;
    Ok(format!("{likeness}{}", asides(before, recording, sent)?))
}

fn requests_alike(
    recording: &Recording,
    target: &str,
    body: &[u8],
) -> Result<&'static str, String> {
    let (own_path, own_query) = apart(&recording.target);
    let (path, query) = apart(target);
    if targets::decode(path) != targets::decode(own_path) {
        return Err(format!("{target} for {}", recording.target));
    }
    let signed = own_query.split('&').filter(|pair| is_of_signature(pair)).count();
    let own_query = own_query.split('&').filter(|pair| !is_of_signature(pair));
    let own_query = own_query.collect::<Vec<_>>().join("&");
    let (own, other) = (pairs(own_query.as_bytes()), pairs(query.as_bytes()));
    let is_body = recording.body == *body;
    let is_same = path == own_path && query == own_query && is_body;
    let is_alike = own == other && document(body) == document(&recording.body);
    match (is_same, is_alike) {
        (true, _) if signed > 0 => Ok("the same target, the signature aside, and the same body"),
        (true, _) => Ok("the same target and body"),
        (false, true) if query == own_query => {
            Ok("the same target, the same JSON with other spaces or order")
        }
        (false, true) => Ok("the same path and body, the query escaped otherwise"),
        (false, false) => otherwise(own, other, recording, body)
            .ok_or_else(|| format!("{target} with {body:?} for {}", recording.target)),
    }
}

/// Returns the differences caused by the format and the location of the parameters.
fn otherwise(
    own: KeyPairs,
    other: KeyPairs,
    recording: &Recording,
    body: &[u8],
) -> Option<&'static str> {
    let is_format = |pair: &&(String, String)| pair.0 == "format";
    let unformatted = |pairs: &KeyPairs| -> KeyPairs {
        pairs.iter().filter(|pair| !is_format(pair)).cloned().collect()
    };
    let is_body = recording.body == *body;
    if is_body && own == unformatted(&other) {
        Some("the same with `format=json`, which the client adds")
    } else if is_body && unformatted(&own) == other {
        Some("the same without `format=json`, which the client asks for by a header")
    } else if other.is_empty() && recording.body.is_empty() && own == pairs(body) {
        Some("the same parameters, in a form instead of the query")
    } else {
        None
    }
}

/// Returns the headers that the server does not read, or that limit the range of a file.
fn asides(
    before: Option<&Endpoint>,
    recording: &Recording,
    sent: &http::Request<Bytes>,
) -> Result<&'static str, String> {
    const ALWAYS: [&str; 8] = [
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
    ];
    let mut aside = "";
    for (name, _) in &recording.headers {
        let name = name.to_ascii_lowercase();
        let is_declared = before.is_some_and(|operation| {
            let mut params = operation.params.iter();
            params.any(|param| {
                param.location == Location::Header && param.name.to_ascii_lowercase() == name
            })
        });
        let is_usual = ALWAYS.contains(&&*name) || name == "transfer-encoding";
        aside = match &*name {
            _ if is_usual || sent.headers().contains_key(&*name) => aside,
            "range" => ", the range aside",
            _ if is_declared => ", a header aside that the server does not read",
            other => return Err(format!("the header {other} is not sent")),
        };
    }
    Ok(aside)
}

fn apart(target: &str) -> (&str, &str) {
    target.split_once('?').unwrap_or((target, ""))
}

pub(super) fn is_of_signature(pair: &str) -> bool {
    pair.starts_with("auth_token=") || pair.starts_with("auth_hash=")
}

/// Returns the pairs of a query or form.
pub(super) fn pairs(text: &[u8]) -> KeyPairs {
    let plain = |value: String| match serde_json::from_str::<Json>(&value) {
        Ok(json) => json.to_string(),
        Err(_) => value,
    };
    url::form_urlencoded::parse(text)
        .into_owned()
        .map(|(name, value)| (name, plain(value)))
        .collect()
}

/// Parses a body as a JSON document, or as the pairs of a form.
fn document(body: &[u8]) -> Result<Json, KeyPairs> {
    serde_json::from_slice(body).map_err(|_| pairs(body))
}
