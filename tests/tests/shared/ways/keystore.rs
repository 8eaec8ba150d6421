//! The recorded exchanges with key pairs: the client repeats each request, which is compared with
//! the recorded one, and receives the recorded response.
//!
//! Tokens and hashes are masked in the recordings, so the recorded hashes cannot be verified. The
//! tests check that the client signs the recorded address the way the server accepted, in the
//! recorded location (or in a form if there is one), and changes nothing else.

pub(crate) mod verify;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use bytes::Bytes;
use futures_util::stream;
use pydio_client::{
    Body, Error, ErrorKind, Pydio,
    keystore::{KeyPair, KeyPairs},
    response::AnyResponse,
    transport::{Exchange, ResponseBody, Transport},
};
use pydio_runtime::{Endpoint, Method, Param, Request};
use pydio_tests::{
    AnyCall, Untyped, lasting, leaked,
    recordings::{self, Recorded, Recording},
};
use url::form_urlencoded;

use self::verify::{Parameters, is_signed};
use super::Count;

const TOKEN: &str = "tok";
const SECRET: &str = "sec";

/// A transport that always returns one response, and records the requests.
#[derive(Clone)]
struct Recorder {
    answer: Recorded,
    asked: Arc<Mutex<Vec<http::Request<Bytes>>>>,
}

impl Transport for Recorder {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        let request = request.map(|body| body.as_bytes().cloned().unwrap_or_default());
        self.asked.lock().unwrap().push(request);
        let mut response = http::Response::builder().status(self.answer.status);
        // Masking changes the length of a body.
        let is_kept = |name: &str| !name.eq_ignore_ascii_case("content-length");
        for (name, value) in self.answer.headers.iter().filter(|(name, _)| is_kept(name)) {
            response = response.header(name, value.as_bytes());
        }
        let body = Bytes::copy_from_slice(&self.answer.body);
        let body = Box::pin(stream::iter([Ok(body)])) as ResponseBody;
        Box::pin(async { Ok(response.body(body)?) })
    }
}

/// Returns a client that receives the recorded response.
fn connect(recording: &Recording) -> (Pydio, Recorder) {
    let recorder = Recorder { answer: recording.response.clone(), asked: Arc::default() };
    let builder = Pydio::builder("http://pydio.test").transport(recorder.clone());
    let pydio = match recording.user {
        Some(_) => builder.login("alice", "password"),
        None => builder.key_pair(KeyPair::new(TOKEN, SECRET)),
    };
    (pydio.build().unwrap(), recorder)
}

impl Recorder {
    /// Returns the method, target and body of the only request.
    fn only(&self) -> (http::Method, String, String) {
        let asked = self.asked.lock().unwrap();
        assert_eq!(asked.len(), 1);
        let target = asked[0].uri().path_and_query().unwrap().to_string();
        let body = String::from_utf8(asked[0].body().to_vec()).unwrap();
        (asked[0].method().clone(), target, body)
    }
}

/// Returns the client's call for a recorded request.
fn again(recording: &Recording) -> Untyped {
    let method = match &*recording.method {
        "GET" => Method::Get,
        "POST" => Method::Post,
        "DELETE" => Method::Delete,
        other => panic!("{}: {other} was not recorded", recording.name),
    };
    let (path, query) = recording.target.split_once('?').unwrap_or((&recording.target, ""));
    let mut params = Vec::new();
    let mut values = Vec::new();
    let mut add = |location: fn(&'static str) -> Param, (name, value): (&str, String)| {
        // Names may be repeated.
        let key = leaked(&format!("{name} {}", params.len()));
        params.push(location(leaked(name)).key(key));
        values.push((key, value));
    };
    fields(query).for_each(|field| add(Param::query, field));
    let body = std::str::from_utf8(&recording.body).unwrap();
    let has_form = !recording.body.is_empty() && is_form(recording);
    if has_form {
        fields(body).for_each(|field| add(Param::form, field));
    }
    params.push(Param::body("body").bytes());
    let bindings = &pydio_client::v2::BINDINGS;
    let endpoint = Endpoint::operation(bindings, method, "again", leaked(path));
    let mut request = Request::new(lasting(endpoint.params(params.leak())));
    for (key, value) in values {
        request = request.text(key, value);
    }
    if !recording.body.is_empty() && !has_form {
        request = request.bytes("body", body.to_owned());
    }
    AnyCall::new(request)
}

/// Returns the fields other than those of the signature.
fn fields(text: &str) -> impl Iterator<Item = (&'static str, String)> {
    let fields = form_urlencoded::parse(text.as_bytes()).into_owned();
    let fields = fields.filter(|(name, _)| !name.starts_with("auth_"));
    fields.map(|(name, value)| (&*Box::leak(name.into_boxed_str()), value))
}

fn is_form(recording: &Recording) -> bool {
    let is_type = |name: &str| name.eq_ignore_ascii_case("content-type");
    let kind = recording.headers.iter().find(|(name, _)| is_type(name));
    kind.is_some_and(|(_, kind)| kind == "application/x-www-form-urlencoded")
}

/// Returns where a request was signed, or why the client never sends such a request.
fn row(recording: &Recording) -> Result<&'static str, &'static str> {
    Ok(match recording.name.rsplit('/').next().unwrap() {
        "v1_no_hash" | "v1_hash_without_colon" => return Err("a hash that is none"),
        "v1_bad_hash" | "v1_plus_raw_signed_2B" => return Err("a hash of something else"),
        "v1_headers_documented" => return Err("headers, as documented"),
        "v1_basic_and_bad_token" => return Err("a bad token together with a login"),
        "v1_after_revoke" => "signed with a revoked pair",
        "v1_unknown_token" => "signed with an unknown pair",
        "v1_alice_settings" => "signed, without the right",
        _ if recording.user.is_some() => "sent with the login",
        _ if is_form(recording) => "signed in a form, recorded in the query",
        _ => "signed in the query",
    })
}

/// Repeats the request, and returns the result.
async fn replay(recording: &Recording) -> Result<String, String> {
    if let Some(row) = manage(recording).await? {
        return Ok(row);
    }
    let (pydio, recorder) = connect(recording);
    let outcome = pydio.call(again(recording)).await;
    let row = match row(recording) {
        Ok(row) => compare(recording, &recorder).map(|()| row.to_owned())?,
        Err(what) => format!("never sent ({what})"),
    };
    Ok(format!("{row}: {}", judge(recording, &outcome)?))
}

/// Checks that the outcome matches the recorded response.
fn judge(recording: &Recording, outcome: &Result<AnyResponse, Error>) -> Result<String, String> {
    let Recorded { status, .. } = recording.response;
    let is_challenge = recording.response.header("www-authenticate").is_some();
    match (status, outcome) {
        (200, Ok(AnyResponse::Empty)) => Err("an empty answer".to_owned()),
        (200, Ok(_)) => Ok("accepted".to_owned()),
        (401, Err(error)) if error.kind() == ErrorKind::BadCredentials && is_challenge => {
            Ok("refused".to_owned())
        }
        (401, Err(error)) if error.kind() == ErrorKind::Forbidden && !is_challenge => {
            Ok("forbidden".to_owned())
        }
        (status, outcome) => Err(format!("{status} and {outcome:?}")),
    }
}

/// Compares the request with the recorded one.
fn compare(recording: &Recording, recorder: &Recorder) -> Result<(), String> {
    let (method, target, body) = recorder.only();
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let (recorded_path, recorded_query) =
        recording.target.split_once('?').unwrap_or((&recording.target, ""));
    let own = |text: &str| fields(text).collect::<Vec<_>>();
    let recorded_body = std::str::from_utf8(&recording.body).unwrap();
    let is_same_body = match is_form(recording) {
        true => own(&body) == own(recorded_body),
        false => body == recorded_body,
    };
    if method != *recording.method || path != recorded_path || !is_same_body {
        return Err(format!("{method} {target} with {body:?} is another request"));
    }
    if own(query) != own(recorded_query) {
        return Err(format!("{query} is not {recorded_query}"));
    }
    if recording.user.is_some() {
        let is_signed = target.contains("auth_") || body.contains("auth_");
        return if is_signed { Err("signed with a login".to_owned()) } else { Ok(()) };
    }
    let names = |text: &str| {
        let fields = text.split('&').map(|field| field.split('=').next().unwrap().to_owned());
        fields.filter(|name| name.starts_with("auth_")).collect::<Vec<_>>()
    };
    let place = if is_form(recording) { &body } else { query };
    if names(place) != names(recorded_query) || names(place).len() != 2 {
        return Err(format!("{place} is not signed as {recorded_query}"));
    }
    verify(&target, place)
}

fn verify(target: &str, place: &str) -> Result<(), String> {
    let mut parameters = Parameters::default();
    parameters.read(place);
    let hash = parameters.get("auth_hash").ok_or("no hash")?;
    let (nonce, hex) = hash.split_once(':').ok_or("no nonce")?;
    let is_hex = hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    if nonce.is_empty() || !is_hex || parameters.get("auth_token") != Some(TOKEN) {
        return Err(format!("{place} is not a signature"));
    }
    match is_signed(target, hash, TOKEN, SECRET) {
        true => Ok(()),
        false => Err(format!("{place} does not sign {target}")),
    }
}

/// Makes the calls that manage pairs, with the client's own methods.
async fn manage(recording: &Recording) -> Result<Option<String>, String> {
    let (pydio, recorder) = connect(recording);
    let failed = |error: Error| error.to_string();
    let name = recording.name.rsplit('/').next().unwrap();
    let row = match name {
        "generate" => {
            let pair = pydio.key_pairs().generate("device-42").await.map_err(failed)?;
            let pair = pair.ok_or("no pair")?;
            assert_eq!(pair.token(), "*keystore-t*");
            "managed: made".to_owned()
        }
        "list" | "list_empty" | "list_after_revoke" | "keystore_list_other_user" => {
            let count = list(&pydio.key_pairs(), name).await.map_err(failed)?;
            format!("managed: {count} listed")
        }
        "revoke_one" => {
            pydio.key_pairs().revoke("nonexistent").await.map_err(failed)?;
            "managed: revoked".to_owned()
        }
        _ => return Ok(None),
    };
    let (_, target, body) = recorder.only();
    let query = recording.target.split_once('?').map_or("", |(_, query)| query);
    let path = recording.target.split('?').next().unwrap();
    // Changes are sent by POST, with their arguments in the body.
    let sent = match body.is_empty() {
        true => target.split_once('?').map_or("", |(_, query)| query),
        false => &body,
    };
    let is_same = target.split('?').next() == Some(path) && sent == query;
    if is_same { Ok(Some(row)) } else { Err(format!("{target} and {body} are another request")) }
}

/// Returns how many pairs are listed. Masked tokens are equal, and therefore count as one.
async fn list(pairs: &KeyPairs, name: &str) -> Result<usize, Error> {
    let listed = match name {
        "keystore_list_other_user" => pairs.clone().of("alice").list().await?,
        _ => pairs.list().await?,
    };
    for pair in &listed {
        assert_eq!(pair.user_agent.as_deref(), Some("pydio-recorder/1"));
        assert_eq!(pair.address.as_deref(), Some("127.0.0.1"));
        assert!(pair.description.is_some() && pair.system.is_some() && pair.other.is_empty());
    }
    assert_eq!(listed.is_empty(), name != "list");
    Ok(listed.len())
}

/// Replays every exchange with a pair.
pub(super) async fn all() -> Count {
    let mut recordings = recordings::below("v1/keystore").unwrap();
    recordings.extend(recordings::below("v2/keystore").unwrap());
    recordings.push(recordings::read("v1/admin/keystore_list_other_user").unwrap());
    let (mut counts, mut problems) = (BTreeMap::<String, usize>::new(), Vec::new());
    for recording in &recordings {
        match replay(recording).await {
            Ok(row) => *counts.entry(row).or_default() += 1,
            Err(problem) => problems.push(format!("{}: {problem}", recording.name)),
        }
    }
    for (row, count) in &counts {
        println!("{count:5}  {row}");
    }
    println!("{:5}  in all", recordings.len());
    let is_made = |row: &&String| !row.starts_with("never sent");
    let made = counts.keys().filter(is_made).map(|row| counts[row]).sum();
    Count { recorded: recordings.len(), made, answers: recordings.len(), problems }
}
