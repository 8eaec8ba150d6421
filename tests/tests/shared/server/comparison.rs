//! Compares two responses to the same request.

use pydio_tests::recordings::{Recorded, Recording};
use serde_json::Value;

/// Headers that have to be equal; the others belong to the web server.
pub(crate) const TELLING_HEADERS: [&str; 6] = [
    "content-type",
    "www-authenticate",
    "content-range",
    "content-disposition",
    "accept-ranges",
    "cache-control",
];

/// Returns the value of a header, unless it is empty.
pub(crate) fn header<'a>(answer: &'a Recorded, name: &str) -> Option<&'a str> {
    answer.header(name).filter(|value| !value.is_empty())
}

/// Returns the node with a non-empty `stat` in a recording, by the rules of 8.2.5.
pub(crate) fn path_of_node(recording: &Recording) -> Option<String> {
    let (_, path) = recording.target.split_once("/stat/")?;
    if recording.response.body.len() < 200 {
        return None;
    }
    let body = String::from_utf8_lossy(&recording.body).into_owned();
    let field = body.strip_prefix("nodes%5B%5D=").or(path.strip_prefix("?nodes[]="));
    let decoded = decode(&field.map_or(path.to_owned(), |field| field.replace('+', " ")));
    let path = decoded.split('?').next().unwrap_or_default();
    Some(format!("/{}", path.trim_start_matches('/')))
}

pub(crate) fn decode(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        rest = tail;
        let escape = tail.get(..2).filter(|_| *first == b'%');
        let escape =
            escape.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(escape.unwrap_or(*first));
        if escape.is_some() {
            rest = &tail[2..];
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns a body without the parts that differ between runs.
pub(crate) fn comparable(body: &[u8]) -> String {
    let text = String::from_utf8_lossy(body);
    match serde_json::from_str::<Value>(&text) {
        Ok(json) => normal(&plain(json).to_string()),
        Err(_) => normal(&text),
    }
}

/// Returns JSON without the numbers of a `stat`, except the size of a file.
fn plain(json: Value) -> Value {
    match json {
        Value::Object(fields) if fields.contains_key("nlink") => {
            let is_file = fields["nlink"] == 1;
            let fields = fields.into_iter().map(|(name, value)| match &*name {
                "size" if is_file => (name, value),
                _ => (name, Value::Null),
            });
            Value::Object(fields.collect())
        }
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (name, plain(value))).collect()
        }
        other => other,
    }
}

/// Returns text without its long numbers, times of day and links.
pub(crate) fn normal(text: &str) -> String {
    if let Some((_, link)) = text.split_once("/public/") {
        return format!("a link of {} characters", link.len());
    }
    let mut result = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let digits = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let length = if digits == 0 { first.len_utf8() } else { digits };
        result.push_str(if digits >= 6 { "#" } else { &rest[..length] });
        rest = &rest[length..];
        if result.ends_with("today at ") {
            rest = rest.get(5..).unwrap_or_default();
        }
    }
    result
}
