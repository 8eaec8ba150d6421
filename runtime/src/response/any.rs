//! Responses of actions without a declared response.

use super::{Accept, Decoding, Download, FromResponse, Response, plain, raw::not_api, xml};
use crate::{
    json::Json,
    types::{Element, Envelope, Error, ErrorKind},
};

/// The response of an action whose manifest declares no response type, typed by its content.
#[derive(Debug)]
#[non_exhaustive]
pub enum AnyResponse {
    /// Nothing: some actions return an empty body as a success, others if they did nothing.
    Empty,
    /// The usual envelope.
    Envelope(Envelope),
    /// XML of another kind.
    Xml(Element),
    /// JSON.
    Json(Json),
    /// Text, including fragments of HTML. A whole web page is [`ErrorKind::UnexpectedContentType`].
    Text(String),
    /// Anything else, unread.
    Bytes(Download),
}

impl AnyResponse {
    /// Returns the envelope, if it is one.
    pub fn envelope(&self) -> Option<&Envelope> {
        match self {
            Self::Envelope(envelope) => Some(envelope),
            _ => None,
        }
    }
}

impl FromResponse for AnyResponse {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(read(response))
    }
}

async fn read(response: Response) -> Result<AnyResponse, Error> {
    let media_type = response.media_type();
    if !is_text(&media_type) || Download::is_announced(&response) {
        return Download::decode(response).await.map(AnyResponse::Bytes);
    }
    let (origin, bytes) = response.whole().await?;
    match Kind::of(&media_type, &bytes) {
        Kind::Empty => Ok(AnyResponse::Empty),
        Kind::Xml => xml::read_document(&origin, bytes).await,
        Kind::Json => match plain::json(&origin, &bytes) {
            // One document per line, or text that happens to begin with a bracket.
            Err(error)
                if error.kind() == ErrorKind::Malformed
                    && (media_type == "text/html" || is_sequence(&bytes)) =>
            {
                plain::text(&origin, bytes.into()).map(AnyResponse::Text)
            }
            json => json.map(AnyResponse::Json),
        },
        // A page of the web server, or of a login in between: no action returns a whole page.
        Kind::Text if media_type == "text/html" && plain::is_web_page(&bytes) => {
            Err(not_api(&origin))
        }
        Kind::Text => {
            let text = plain::text(&origin, bytes.into())?;
            plain::refuse_failure(&origin, &text)?;
            Ok(AnyResponse::Text(text))
        }
    }
}

fn is_text(media_type: &str) -> bool {
    matches!(media_type, "" | "text/xml" | "application/xml" | "application/json")
        || matches!(media_type, "text/html" | "text/plain")
}

/// Returns whether a whole JSON document is followed by something else.
fn is_sequence(bytes: &[u8]) -> bool {
    matches!(serde_json::Deserializer::from_slice(bytes).into_iter::<Json>().next(), Some(Ok(_)))
}

/// The kind of a response by its media type, which PHP sets to `text/html` when an action sets
/// none, and by how it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Empty,
    Xml,
    Json,
    Text,
}

impl Kind {
    pub(super) fn of(media_type: &str, bytes: &[u8]) -> Self {
        let begins_with = |prefix: &[u8]| bytes.trim_ascii_start().starts_with(prefix);
        if bytes.trim_ascii().is_empty() {
            Self::Empty
        } else if media_type.ends_with("xml") {
            Self::Xml
        } else if media_type.ends_with("json") {
            Self::Json
        } else if media_type == "text/plain" {
            Self::Text
        } else if begins_with(b"<?xml") || begins_with(b"<tree") {
            Self::Xml
        } else if begins_with(b"{") || begins_with(b"[") {
            Self::Json
        } else {
            Self::Text
        }
    }
}
