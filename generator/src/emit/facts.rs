//! The generated documentation of an endpoint: where it works, for whom, what it returns.

use super::doc::{self, code};
use crate::ir::{DeclaredValue, Endpoint, Kind, Paging, Param, Response, Text, Type, sentence};

/// Returns everything known about an endpoint in general; `returned` replaces what it returns.
pub(super) fn of(endpoint: &Endpoint, returned: Option<String>) -> Vec<String> {
    let mut facts = match endpoint.is_action() {
        true => vec![transports(endpoint), rights(endpoint)],
        false => vec![operation(endpoint)],
    };
    facts.push(returned.unwrap_or_else(|| response(endpoint)));
    facts.extend(endpoint.paging.as_ref().map(paging));
    facts.extend(endpoint.needs_texts());
    facts.extend(endpoint.releases.words().map(|words| format!("Declared {words}.")));
    facts.extend(work(endpoint));
    facts
}

/// Documents when the work is done, and how the client finds out.
fn work(endpoint: &Endpoint) -> Option<String> {
    let wait = "[`wait`](rt::response::Background::wait)";
    match (endpoint.background, &endpoint.outcome) {
        (true, outcome) => {
            let looks = outcome.as_ref().map(|one| format!(" and checks for {}", one.text()));
            Some(format!(
                "The server may continue the work after it has responded: {wait} waits until the work \
                 has ended{}.",
                looks.unwrap_or_default()
            ))
        }
        (false, Some(outcome)) => Some(format!(
            "The work is done when the server responds: {wait} checks for {}.",
            outcome.text()
        )),
        (false, None) => None,
    }
}

/// Returns which plugins declare an action: often a long list, which goes last.
pub(super) fn declared_by(action: &Endpoint) -> Option<String> {
    if !action.is_action() {
        return None;
    }
    let others: Vec<_> = action.shared_with.iter().map(|plugin| code(plugin)).collect();
    let others = match others.is_empty() {
        true => String::new(),
        false => format!(", shared with {}", others.join(", ")),
    };
    Some(format!("Action {} of {}{others}.", code(&action.id), code(&action.group)))
}

fn transports(action: &Endpoint) -> String {
    match action.address().map(|address| code(&address)) {
        None => "Works in a session and on the command line, not over REST.".to_owned(),
        Some(address) if action.has_file() => {
            format!("Works over REST v1 ({address}) and in a session.")
        }
        Some(address) => {
            format!("Works over REST v1 ({address}), in a session and on the command line.")
        }
    }
}

fn rights(action: &Endpoint) -> String {
    let Some(rights) = &action.rights else {
        return "The manifest requires no rights.".to_owned();
    };
    if rights.has("adminOnly") {
        return "Requires an administrator.".to_owned();
    }
    let access = match (rights.has("read"), rights.has("write")) {
        (true, true) => Some("read and write access to the workspace"),
        (true, false) => Some("read access to the workspace"),
        (false, true) => Some("write access to the workspace"),
        (false, false) => None,
    };
    let login = "a logged-in user if the server has user accounts";
    match (access, rights.needs_login()) {
        (Some(access), true) => format!("Requires {access}, and {login}."),
        (Some(access), false) => format!("Requires {access}."),
        (None, true) => format!("Requires {login}, but no access to the workspace."),
        (None, false) => "Requires no access to the workspace.".to_owned(),
    }
}

fn operation(operation: &Endpoint) -> String {
    let address = code(&operation.address().unwrap_or_default());
    let by = match &operation.action {
        Some(action) => format!(", which runs the action {}", code(action)),
        None => String::new(),
    };
    format!("Operation {}: {address}{by}.", code(&operation.id))
}

fn response(endpoint: &Endpoint) -> String {
    let kind = match &endpoint.response {
        Response::Undeclared if endpoint.docs.response.is_none() => {
            return "The manifest does not declare what it returns.".to_owned();
        }
        Response::Listing => "a list of nodes",
        Response::Json(Type::Nullable(_)) => "JSON, or nothing",
        Response::Json(_) | Response::OneOrMany(_) => "JSON",
        Response::Xml => "XML",
        Response::Text => "text",
        Response::Bytes => "a stream",
        Response::Envelope => "a report of what was done",
        Response::EnvelopeOrNothing => "a report of what was done, or nothing",
        Response::Nothing => "nothing",
        Response::Head if endpoint.returns_redirect() => "a redirect, which is not followed",
        Response::Head => "headers",
        Response::ByStatus(_) => "a response that depends on the status",
        Response::Undeclared => "a response of an undeclared kind",
    };
    match (&endpoint.docs.response, &endpoint.response) {
        (None, _) => format!("Returns {kind}."),
        // The text says what the body is, which is all that there is to say.
        (Some(more), Response::Nothing | Response::Text) => format!("Returns {}", continued(more)),
        (Some(more), _) => {
            let is_said = more.contains("nothing") || more.contains("empty body");
            let kind = kind.strip_suffix(", or nothing").filter(|_| is_said).unwrap_or(kind);
            format!("Returns {kind}: {}", continued(more))
        }
    }
}

/// Continues a sentence with a text.
fn continued(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next();
    let is_word = letters.clone().next().is_none_or(|second| !second.is_ascii_uppercase());
    let first = first.map(|letter| if is_word { letter.to_ascii_lowercase() } else { letter });
    first.into_iter().chain(letters).collect()
}

/// Documents how a list is returned in pages, and what reads them.
fn paging(paging: &Paging) -> String {
    let read = match paging.is_feed() {
        true => "the method `changes` of a connection continues from there",
        false => "the method `items` of a connection reads all items, one by one",
    };
    format!("{}: {read}.", paging.text().trim_end_matches('.'))
}

/// Documents a parameter, with everything declared about it.
pub(super) fn param(param: &Param) -> String {
    let text = match &param.kind {
        Kind::MediaType { default: Some(default), .. } => {
            format!("The media type of the body; {} by default.", code(default))
        }
        Kind::MediaType { .. } => "The media type of the body.".to_owned(),
        _ => Member {
            name: &param.name,
            text: param.doc.as_ref(),
            default: param.default.as_deref(),
            // The variants of an enumeration document its values.
            values: if param.choice().is_some() { &[] } else { &param.values },
            deprecated: param.deprecated,
        }
        .docs(),
    };
    let refused = param
        .refused
        .iter()
        .map(|(value, why)| format!("{} is refused: {}", code(value), sentence(why)));
    let declared = param.releases.words().map(|words| format!("Declared {words}."));
    let text = match param.refused.is_empty() && declared.is_none() {
        true => text,
        false => sentence(&text),
    };
    std::iter::once(text).chain(refused).chain(declared).collect::<Vec<_>>().join(" ")
}

/// A parameter or a field of a model.
pub(super) struct Member<'t> {
    /// Its name on the wire.
    pub(super) name: &'t str,
    pub(super) text: Option<&'t Text>,
    pub(super) default: Option<&'t str>,
    /// The declared values, where they have no type of their own.
    pub(super) values: &'t [DeclaredValue],
    pub(super) deprecated: bool,
}

impl Member<'_> {
    /// Documents it, with everything declared about it.
    pub(super) fn docs(&self) -> String {
        let mut text = match self.text {
            Some(Text { text, external: true }) => doc::escape(text),
            Some(Text { text, .. }) => text.clone(),
            None => format!("The value of {}.", code(self.name)),
        };
        if let Some(default) = self.default.filter(|default| !default.is_empty()) {
            text = format!("{} Declared default: {}.", sentence(&text), code(default));
        }
        if self.deprecated {
            text = format!("{} Deprecated.", sentence(&text));
        }
        if !self.values.is_empty() {
            let values: Vec<_> = self.values.iter().map(value).collect();
            text = format!("{} Declared values: {}.", sentence(&text), values.join(", "));
        }
        text
    }
}

/// Documents a declared value, with its name.
fn value(one: &DeclaredValue) -> String {
    let name = one.name.as_deref().map(code);
    let doc = one.doc.as_deref().map(|text| doc::escape(doc::one_line(text).trim_end_matches('.')));
    match (name, doc) {
        (None, None) => code(&one.value),
        (Some(text), None) | (None, Some(text)) => format!("{} ({text})", code(&one.value)),
        (Some(name), Some(doc)) => format!("{} ({name}: {doc})", code(&one.value)),
    }
}
