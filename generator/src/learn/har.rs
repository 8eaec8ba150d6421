//! HAR 1.2: traffic as browsers save it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::Value;

use super::{
    exchange::{Answer, Exchange, Http, header, is_attachment},
    fields::{self, Sent, decoded},
};

/// A HAR file. An entry is read when all are, so that one bad entry spoils no other.
#[derive(Debug, Deserialize)]
pub(super) struct Log {
    pub(super) entries: Vec<Value>,
}

#[derive(Debug, Deserialize)]
struct Entry {
    request: Request,
    response: Response,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    post_data: Option<PostData>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    #[serde(default)]
    params: Vec<Param>,
    #[serde(default)]
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Param {
    name: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    file_name: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Pair {
    name: String,
    value: String,
}

#[derive(Debug, Deserialize)]
struct Response {
    /// Some browsers write a negative number for a request without a response.
    status: i64,
    #[serde(default)]
    headers: Vec<Pair>,
    #[serde(default)]
    content: Content,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Content {
    size: i64,
    mime_type: String,
    text: Option<String>,
    encoding: Option<String>,
}

/// Returns the exchange of an entry.
///
/// # Errors
///
/// If it is not an entry of a HAR file.
pub(super) fn exchange(name: String, entry: Value) -> Result<Exchange, serde_json::Error> {
    let Entry { request, response } = serde_json::from_value(entry)?;
    let response_headers = pairs(response.headers);
    let answer = Answer {
        status: response.status.try_into().unwrap_or(0),
        content_type: match &*response.content.mime_type {
            "" => header(&response_headers, "content-type").unwrap_or_default().to_owned(),
            kind => kind.to_owned(),
        },
        is_attachment: is_attachment(&response_headers),
        body: response.content.bytes(),
    };
    let mut http = Http {
        method: request.method,
        url: request.url,
        headers: pairs(request.headers),
        ..Http::default()
    };
    if let Some(post) = request.post_data {
        let body = post.text.into_bytes();
        // Browsers differ in whether they decode the fields that they list; the text is as sent.
        http.fields = fields::form(&post.mime_type, &body);
        if http.fields.is_empty() {
            http.fields = post.params.into_iter().map(Param::sent).collect();
        }
        http.headers.retain(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
    }
    Ok(Exchange::over_http(name, http, answer))
}

impl Param {
    fn sent(self) -> Sent {
        let is_file = self.file_name.is_some();
        let value = if is_file { String::new() } else { decoded(self.value.as_bytes()) };
        Sent { name: decoded(self.name.as_bytes()), value, is_file }
    }
}

impl Content {
    /// Returns the body; `None` if it was not saved.
    fn bytes(self) -> Option<Vec<u8>> {
        match (self.text, self.encoding.as_deref()) {
            (Some(text), Some("base64")) => STANDARD.decode(text.trim()).ok(),
            (Some(text), _) => Some(text.into_bytes()),
            (None, _) => (self.size <= 0).then(Vec::new),
        }
    }
}

fn pairs(headers: Vec<Pair>) -> Vec<(String, String)> {
    headers.into_iter().map(|header| (header.name, header.value)).collect()
}
