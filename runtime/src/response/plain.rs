//! Responses that are JSON or text.

use std::{
    fmt::Write as _,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::Bytes;

use super::{
    Accept, Decoding, FromResponse, Origin, Response,
    any::Kind,
    envelope::{refusal, server_error},
    raw::not_api,
    xml,
};
use crate::{
    json::{FromJson, Json, JsonError, Members, Value},
    types::{Error, ErrorKind},
};

/// Plain text, such as the link that `share` returns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Text(pub String);

/// The texts by which actions report a failure: the action, the text, and what it means.
const FAILURES: [(&str, &str, &str); 4] = [
    ("pass_change", "PASS_ERROR", "PASS_ERROR"),
    ("reset-password", "PASS_ERROR", "PASS_ERROR"),
    ("put_content", "1001", "1001: the user may not write this file"),
    ("put_content", "1002", "1002: the file cannot be written, or is a folder"),
];

/// Refuses a text by which the action reports a failure.
pub(super) fn refuse_failure(origin: &Origin, text: &str) -> Result<(), Error> {
    let is_it = |(action, failure, _): &&(&str, &str, &str)| {
        origin.endpoint.id == *action && text.trim() == *failure
    };
    match FAILURES.iter().find(is_it) {
        Some((.., meaning)) => Err(Error::new(ErrorKind::Server, origin.failure(*meaning))),
        None => Ok(()),
    }
}

impl FromResponse for Text {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let media_type = response.media_type();
            let (origin, bytes) = response.whole().await?;
            if !origin.server().reports_in_success() {
                return text(&origin, bytes.into()).map(Self);
            }
            // Over HTTP even an empty body has a type; on the command line some actions print
            // nothing else.
            if media_type.is_empty() && bytes.is_empty() {
                return Err(Error::new(
                    ErrorKind::Empty,
                    origin.failure("expected text, but the response is empty"),
                ));
            }
            if Kind::of(&media_type, &bytes) == Kind::Xml {
                xml::read_document(&origin, bytes.clone()).await?;
            }
            if media_type == "text/html" && is_web_page(&bytes) {
                return Err(not_api(&origin));
            }
            let text = text(&origin, bytes.into())?;
            refuse_failure(&origin, &text)?;
            Ok(Self(text))
        })
    }
}

pub(super) fn is_web_page(bytes: &[u8]) -> bool {
    let begins_with = |prefix: &str| {
        let head = bytes.trim_ascii_start().get(..prefix.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    begins_with("<!doctype html") || begins_with("<html")
}

/// Returns whether a text is a message with a status behind it, such as
/// `You must select a file (410)`.
pub(super) fn ends_with_code(bytes: &[u8]) -> bool {
    let text = bytes.trim_ascii();
    let code = text.strip_suffix(b")").and_then(|text| text.split_last_chunk());
    code.is_some_and(|(message, code): (_, &[u8; 3])| {
        message.ends_with(b" (")
            && !message.starts_with(b"<")
            && code.starts_with(b"4")
            && code.iter().all(u8::is_ascii_digit)
    })
}

/// Every type that can be read from JSON is a response.
impl<T: FromJson + Send> FromResponse for T {
    const ACCEPT: Accept = Accept::Json;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(Typed { body: body(response), read: typed })
    }
}

/// A JSON document that is being read into a type. Written by hand, and the only code that depends
/// on the type, since crates that make calls compile it once for each of their types.
struct Typed<T> {
    body: Decoding<Received>,
    read: fn(Received) -> Result<T, Error>,
}

impl<T> Future for Typed<T> {
    type Output = Result<T, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.body.as_mut().poll(context).map(|body| (self.read)(body?))
    }
}

fn typed<T: FromJson>(received: Received) -> Result<T, Error> {
    let json = received.document(takes_message::<T>)?;
    let is_null = matches!(json, Some(Value::Null));
    let value = match json {
        None => T::absent().ok_or(None),
        Some(json) => T::from_json(json).map_err(Some),
    };
    value.map_err(|error| received.misread(is_null, error))
}

/// A response that is not XML. Separate from [`typed`] is what is the same for all types.
struct Received {
    origin: Origin,
    media_type: String,
    bytes: Bytes,
}

impl Received {
    /// Returns the document; `None` if the response is empty.
    fn document(&self, takes: TakesMessage) -> Result<Option<Value<'_>>, Error> {
        let Self { origin, media_type, bytes } = self;
        match Kind::of(media_type, bytes) {
            Kind::Empty => Ok(None),
            // Declared as text, it is a message of PHP.
            Kind::Text if media_type == "text/plain" && origin.server().reports_in_success() => {
                match parse(origin, bytes, takes) {
                    Err(error) if error.kind() == ErrorKind::Malformed => {
                        let text = text(origin, bytes.clone().into())?;
                        Err(Error::new(ErrorKind::Server, origin.failure(text.trim())))
                    }
                    json => json.map(Some),
                }
            }
            _ => {
                let json = parse(origin, bytes, takes)?;
                origin.expected.check_json(origin, &json)?;
                Ok(Some(json))
            }
        }
    }

    /// Returns the error for a document that does not match its type, or for none.
    fn misread(self, is_null: bool, error: Option<JsonError>) -> Error {
        match error {
            None => empty(&self.origin, "nothing"),
            // This is the response for a task that does not exist.
            Some(_) if is_null => empty(&self.origin, "`null`"),
            Some(error) => {
                let failure = self.origin.failure(error.to_string()).source(error);
                Error::new(ErrorKind::Malformed, failure.with_body(self.bytes))
            }
        }
    }
}

fn empty(origin: &Origin, came: &str) -> Error {
    let mut text = format!("expected JSON, but received {came}");
    if let Some(path) = origin.expected.folder() {
        // Measured on 8.2.5: PHP writes nothing at all then.
        let _ = write!(text, "; the server cannot write a name that is not UTF-8, see `{path}`");
    }
    Error::new(ErrorKind::Empty, origin.failure(text))
}

/// Reads a response whole, and refuses what can be no JSON. Boxed here, so that crates that make
/// calls do not compile it for each of their types.
fn body(response: Response) -> Decoding<Received> {
    Box::pin(read_body(response))
}

async fn read_body(response: Response) -> Result<Received, Error> {
    let media_type = response.media_type();
    let (origin, bytes) = response.whole().await?;
    match Kind::of(&media_type, &bytes) {
        // Early failures are XML whatever format was requested.
        Kind::Xml => {
            xml::read_document(&origin, bytes.clone()).await?;
            Err(Error::new(ErrorKind::Malformed, origin.failure("expected JSON, but received XML")))
        }
        Kind::Text if bytes.trim_ascii_start().starts_with(b"<") => Err(not_api(&origin)),
        _ => Ok(Received { origin, media_type, bytes }),
    }
}

/// Whether a bare message is a value of the type that is read.
type TakesMessage = fn(&Value<'_>) -> bool;

/// Returns whether the type needs a `message`, as the reports about teams do. An ended session has
/// one without text.
fn takes_message<T: FromJson>(value: &Value<'_>) -> bool {
    let is_needed = T::from_json(Value::Object(Members::default())).is_err();
    is_needed
        && value.get("message").and_then(Value::as_text) != Some("")
        && T::from_json(value.clone()).is_ok()
}

/// Parses JSON, and refuses the report of a failure.
pub(super) fn json(origin: &Origin, bytes: &[u8]) -> Result<Json, Error> {
    parse(origin, bytes, |_| false).map(Value::into_json)
}

/// Returns a document without what 6.5 prints behind it if PHP fails then.
fn before_failure(bytes: &[u8]) -> &[u8] {
    let document = bytes.strip_suffix(xml::after::FAILED_AFTER.as_bytes());
    document
        .filter(|document| document.ends_with(b"}") || document.ends_with(b"]"))
        .unwrap_or(bytes)
}

fn parse<'b>(origin: &Origin, bytes: &'b [u8], takes: TakesMessage) -> Result<Value<'b>, Error> {
    let value = Value::from_slice(before_failure(bytes))
        .or_else(|error| changes(bytes).ok_or(error))
        .map_err(|error| {
            let failure = origin.failure(error.to_string()).cut_short(error.is_eof());
            Error::new(ErrorKind::Malformed, failure.source(error))
        })?;
    match failure(origin, &value, takes).filter(|_| origin.server().reports_in_success()) {
        Some(error) => Err(error),
        None => Ok(value),
    }
}

/// Converts the response of `changes` with `stream`, one change per line and the last number at the
/// end, to the document without `stream`.
fn changes(bytes: &[u8]) -> Option<Value<'_>> {
    let text = std::str::from_utf8(bytes).ok()?.trim_end();
    let (changes, end) = text.rsplit_once('\n').unwrap_or(("", text));
    let last: i64 = end.strip_prefix("LAST_SEQ:")?.trim().parse().ok()?;
    let changes = changes.lines().filter(|line| !line.is_empty());
    let changes = changes.map(|line| Value::from_slice(line.as_bytes()));
    let changes = Value::List(changes.collect::<Result<_, _>>().ok()?);
    let last = Value::Number(last.into());
    let document = [("changes".into(), changes), ("last_seq".into(), last)];
    Some(Value::Object(document.into_iter().collect()))
}

/// The failure that a JSON response reports: `{"level":"Error","message":…}`, alone or as the
/// `message` among other parts, a bare `{"message":…}` for a missing right unless it is a value of
/// the type, and a bare
/// `{"ERROR":…}` for a role that could not be saved (`updateRole`, and `post_json_role` in v1).
fn failure(origin: &Origin, value: &Value<'_>, takes: TakesMessage) -> Option<Error> {
    let parts = value.as_object()?;
    if let (Some(Value::Text(text)), 1) = (parts.get("ERROR"), parts.len()) {
        return Some(server_error(origin, text.trim()));
    }
    let message = parts.get("message")?;
    if let (Value::Text(text), 1) = (message, parts.len()) {
        if takes(value) {
            return None;
        }
        let reasons = [text.trim()];
        let reasons = if reasons[0].is_empty() { &[] } else { &reasons[..] };
        return Some(refusal(origin, true, reasons, None));
    }
    let part = message.as_object().unwrap_or(parts);
    let text_of = |name: &str| part.get(name).and_then(Value::as_text).unwrap_or_default();
    let is_error = text_of("level").eq_ignore_ascii_case("error");
    let text = text_of("message");
    is_error.then(|| server_error(origin, text.trim()))
}

pub(super) fn text(origin: &Origin, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|error| {
        Error::new(ErrorKind::Malformed, origin.failure("the text is not UTF-8").source(error))
    })
}
