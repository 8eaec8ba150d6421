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

    /// Names the workspace of a request on a session by its slug, if it is named by this id.
    pub(crate) fn rename(&mut self, id: &str, slug: &str) {
        let field = |id: &str| format!("tmp_repository_id={id}");
        let renamed = |text: &str| {
            let fields = text
                .split('&')
                .map(|one| if one == field(id) { field(slug) } else { one.to_owned() });
            fields.collect::<Vec<_>>().join("&")
        };
        if let Some((path, query)) = self.target.split_once('?') {
            self.target = format!("{path}?{}", renamed(query));
        }
        let Ok(text) = std::str::from_utf8(&self.body) else { return };
        let part = |id: &str| format!("name=\"tmp_repository_id\"\r\n\r\n{id}\r\n");
        self.body = renamed(text).replace(&part(id), &part(slug)).into();
    }

    /// Returns whether a session asks for the ids of workspaces with it: releases before 6.5 know no slugs
    /// there.
    pub(crate) fn is_look_up(&self) -> bool {
        let (_, query) = self.target.split_once('?').unwrap_or_default();
        let is_of_ids =
            |field: &str| matches!(field, "xPath=user/repositories" | "xPath=user%2Frepositories");
        query.split('&').any(is_of_ids) && self.calls("get_xml_registry")
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
