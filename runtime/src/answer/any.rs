//! Whatever an action answers that declares nothing.

use bytes::Bytes;

use super::{Answer, Decoding, Download, Element, Envelope, plain, xml};
use crate::{Accept, Error, Json, Response, response::Origin};

/// The answer of an action whose manifest does not say what it answers, told apart by what came.
#[derive(Debug)]
#[non_exhaustive]
pub enum AnyAnswer {
    /// Nothing: some actions answer a success with an empty body, others do so when they did
    /// nothing.
    Empty,
    /// The usual envelope.
    Envelope(Envelope),
    /// XML of another kind.
    Xml(Element),
    /// JSON.
    Json(Json),
    /// Text, HTML included.
    Text(String),
    /// Anything else, unread.
    Bytes(Download),
}

impl AnyAnswer {
    /// The envelope, when it is one.
    pub fn envelope(&self) -> Option<&Envelope> {
        match self {
            Self::Envelope(envelope) => Some(envelope),
            _ => None,
        }
    }
}

impl Answer for AnyAnswer {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(read(response))
    }
}

async fn read(response: Response) -> Result<AnyAnswer, Error> {
    let media_type = response.media_type();
    if !is_text(&media_type) || Download::is_announced(&response) {
        return Download::decode(response).await.map(AnyAnswer::Bytes);
    }
    let (origin, bytes) = whole(response).await?;
    match bytes.trim_ascii_start().first() {
        None => Ok(AnyAnswer::Empty),
        Some(b'<') if media_type.ends_with("xml") => xml::read_document(&origin, &bytes).await,
        Some(b'{' | b'[') if media_type != "text/plain" => {
            plain::json(&origin, &bytes).map(AnyAnswer::Json)
        }
        Some(_) => plain::text(&origin, bytes.into()).map(AnyAnswer::Text),
    }
}

fn is_text(media_type: &str) -> bool {
    matches!(media_type, "" | "text/xml" | "application/xml" | "application/json")
        || matches!(media_type, "text/html" | "text/plain")
}

pub(super) async fn whole(response: Response) -> Result<(Origin, Bytes), Error> {
    let origin = response.origin.clone();
    Ok((origin, response.bytes().await?))
}
