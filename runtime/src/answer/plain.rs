//! Answers that are JSON or text by themselves.

use super::{Answer, Decoding, any, envelope::server_error, xml};
use crate::{Accept, Error, Json, Response, response::Origin};

/// Text as it came, such as the link that `share` answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text(pub String);

impl Answer for Text {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let (origin, bytes) = any::whole(response).await?;
            xml::refuse_errors(&origin, &bytes).await?;
            text(&origin, bytes.into()).map(Self)
        })
    }
}

impl Answer for Json {
    const ACCEPT: Accept = Accept::Json;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let (origin, bytes) = any::whole(response).await?;
            if bytes.is_empty() {
                return Err(Error::Empty(origin.failure("JSON was expected, and nothing came")));
            }
            xml::refuse_errors(&origin, &bytes).await?;
            json(&origin, &bytes)
        })
    }
}

/// Parses JSON, and refuses `{"level":"Error","message":…}`.
pub(super) fn json(origin: &Origin, bytes: &[u8]) -> Result<Json, Error> {
    let value: Json = serde_json::from_slice(bytes)
        .map_err(|error| Error::Malformed(origin.failure(error.to_string()).source(error)))?;
    match (value.get("level"), value.get("message")) {
        (Some(Json::String(level)), Some(Json::String(message)))
            if level.eq_ignore_ascii_case("error") =>
        {
            Err(server_error(origin, message, None))
        }
        _ => Ok(value),
    }
}

pub(super) fn text(origin: &Origin, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes)
        .map_err(|error| Error::Malformed(origin.failure("the text is not UTF-8").source(error)))
}
