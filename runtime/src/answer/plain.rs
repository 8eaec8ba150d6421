//! Answers that are JSON or text by themselves.

use super::{
    Answer, Decoding,
    any::{Kind, whole},
    envelope::server_error,
    xml,
};
use crate::{
    Accept, Error, Json, Response,
    json::{FromJson, JsonError},
    response::{Origin, not_api},
};

/// Text as it came, such as the link that `share` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub String);

impl Answer for Text {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let media_type = response.media_type();
            let (origin, bytes) = whole(response).await?;
            if Kind::of(&media_type, &bytes) == Kind::Xml {
                xml::read_document(&origin, &bytes).await?;
            }
            if media_type == "text/html" && is_web_page(&bytes) {
                return Err(not_api(&origin));
            }
            text(&origin, bytes.into()).map(Self)
        })
    }
}

fn is_web_page(bytes: &[u8]) -> bool {
    let begins_with = |prefix: &str| {
        let head = bytes.trim_ascii_start().get(..prefix.len());
        head.is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
    };
    begins_with("<!doctype html") || begins_with("<html")
}

/// Everything that can be read from JSON is an answer.
impl<T: FromJson> Answer for T {
    const ACCEPT: Accept = Accept::Json;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let (origin, json) = document(response).await?;
            match json {
                None => T::absent().ok_or_else(|| empty(&origin, "nothing")),
                // So a task that is not there is answered.
                Some(Json::Null) => T::from_json(Json::Null).map_err(|_| empty(&origin, "`null`")),
                Some(json) => T::from_json(json).map_err(|error| malformed(&origin, error)),
            }
        })
    }
}

fn empty(origin: &Origin, came: &str) -> Error {
    Error::Empty(origin.failure(format!("JSON was expected, and {came} came")))
}

fn malformed(origin: &Origin, error: JsonError) -> Error {
    Error::Malformed(origin.failure(error.to_string()).source(error))
}

/// The document of an answer, boxed here so that reading it is not compiled for each type.
fn document(response: Response) -> Decoding<(Origin, Option<Json>)> {
    let origin = response.origin.clone();
    Box::pin(async { Ok((origin, read_json(response).await?)) })
}

/// The document of an answer; `None` when there is nothing in it.
async fn read_json(response: Response) -> Result<Option<Json>, Error> {
    let media_type = response.media_type();
    let (origin, bytes) = whole(response).await?;
    match Kind::of(&media_type, &bytes) {
        Kind::Empty => Ok(None),
        // Early failures come as XML whatever format was asked for.
        Kind::Xml => {
            xml::read_document(&origin, &bytes).await?;
            Err(Error::Malformed(origin.failure("JSON was expected, and XML came")))
        }
        Kind::Text if bytes.trim_ascii_start().starts_with(b"<") => Err(not_api(&origin)),
        // Declared as text, it is what PHP had to say.
        Kind::Text if media_type == "text/plain" && origin.server.reports_in_success() => {
            match json(&origin, &bytes) {
                Err(Error::Malformed(_)) => {
                    let text = text(&origin, bytes.into())?;
                    Err(Error::Server(origin.failure(text.trim())))
                }
                json => json.map(Some),
            }
        }
        Kind::Json | Kind::Text => json(&origin, &bytes).map(Some),
    }
}

/// Parses JSON, and refuses the report of a failure.
pub(super) fn json(origin: &Origin, bytes: &[u8]) -> Result<Json, Error> {
    let value: Json = serde_json::from_slice(bytes)
        .map_err(|error| Error::Malformed(origin.failure(error.to_string()).source(error)))?;
    match failure(origin, &value).filter(|_| origin.server.reports_in_success()) {
        Some(error) => Err(error),
        None => Ok(value),
    }
}

/// The failure that a JSON answer reports: `{"level":"Error","message":…}`, by itself or as the
/// `message` among other parts, a bare `{"message":…}` for a missing right, and a bare
/// `{"ERROR":…}` for a role that could not be saved (`updateRole`, and `post_json_role` in v1).
fn failure(origin: &Origin, value: &Json) -> Option<Error> {
    let parts = value.as_object()?;
    if let (Some(Json::String(text)), 1) = (parts.get("ERROR"), parts.len()) {
        return Some(server_error(origin.failure(text.trim())));
    }
    let message = parts.get("message")?;
    if let (Json::String(text), 1) = (message, parts.len()) {
        return Some(Error::AuthenticationRequired(origin.failure(text.trim())));
    }
    let part = if message.is_object() { message } else { value };
    let is_error = part["level"].as_str().is_some_and(|l| l.eq_ignore_ascii_case("error"));
    let text = part["message"].as_str().unwrap_or_default();
    is_error.then(|| server_error(origin.failure(text.trim())))
}

pub(super) fn text(origin: &Origin, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes)
        .map_err(|error| Error::Malformed(origin.failure("the text is not UTF-8").source(error)))
}
