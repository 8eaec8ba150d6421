//! The requests that a server received, byte for byte.

use bytes::Bytes;
use http::{HeaderMap, Method};

/// A received request.
#[derive(Clone, Debug)]
pub struct Seen {
    /// The method.
    pub method: Method,
    /// The target of the request line: path and query as sent.
    pub target: String,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl Seen {
    /// Returns the value of a header; `None` if it is missing or not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the body as text, with invalid bytes replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// Returns whether it calls an action, over REST or on a session.
    pub(crate) fn calls(&self, action: &str) -> bool {
        let (path, query) = self.target.split_once('?').unwrap_or((&self.target, ""));
        let body = self.text();
        let named = |fields: &str| {
            fields.split('&').any(|field| field.strip_prefix("get_action=") == Some(action))
        };
        let part = format!("name=\"get_action\"\r\n\r\n{action}\r\n");
        path.split('/').any(|segment| segment == action)
            || named(query)
            || named(&body)
            || body.contains(&part)
    }
}
