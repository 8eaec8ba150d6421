//! Determines what a response is: a failure, or which kind of success.

use quick_xml::{Reader, events::Event};
use serde_json::{Map, Value};

use super::exchange::{Answer, Exchange};

/// The outcome of a call.
#[derive(Clone, Debug)]
pub(super) enum Outcome {
    /// It succeeded.
    Success(Success),
    /// It failed: nothing is learnt from the response.
    Failure,
    /// The response cannot be judged, and why.
    Unjudged(&'static str),
}

/// The response of a call that succeeded.
#[derive(Clone, Debug)]
pub(super) struct Success {
    pub(super) class: Class,
    /// The document, if the response is JSON of any class.
    pub(super) json: Option<Value>,
}

/// The classes of responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    /// An empty body.
    Nothing,
    /// Only the hint that there is a message to fetch.
    Hint,
    /// Messages, nodes that changed, instructions.
    Envelope,
    /// A list of nodes.
    Listing,
    /// A tree of XML with other elements than those of an envelope.
    Tree,
    /// Other XML.
    Xml,
    /// An empty JSON object, which may stand for XML that has no other form.
    EmptyJson,
    /// Only a message in JSON, without its level: a failure in many cases.
    Message,
    /// Other JSON.
    Json,
    /// A page or a script in HTML: a response in text, or something for people to read.
    Page,
    /// Text.
    Text,
    /// A file.
    Bytes,
}

impl Class {
    /// Returns the name to show.
    pub(super) fn text(self) -> &'static str {
        match self {
            Self::Nothing => "an empty body",
            Self::Hint => "only the hint `consume_channel`",
            Self::Envelope => "an envelope",
            Self::Listing => "a listing",
            Self::Tree => "a tree of XML that is not an envelope",
            Self::Xml => "XML",
            Self::EmptyJson => "an empty JSON object",
            Self::Message => "a message in JSON",
            Self::Json => "JSON",
            Self::Page => "a page or a script in HTML",
            Self::Text => "text",
            Self::Bytes => "a file",
        }
    }
}

/// Judges the response of an exchange.
pub(super) fn judge(exchange: &Exchange) -> Outcome {
    let answer = &exchange.response;
    if exchange.is_console() {
        return Outcome::Unjudged("a call of the console, whose output has no marks");
    }
    if exchange.method == "HEAD" {
        return Outcome::Unjudged("a response to HEAD has no body");
    }
    match answer.status {
        200..=203 | 205 | 206 => {}
        // An unknown action of a session.
        204 | 400.. => return Outcome::Failure,
        304 => return Outcome::Unjudged("not modified"),
        300..400 => return Outcome::Unjudged("a redirect"),
        _ => return Outcome::Unjudged("no response"),
    }
    let kind = answer.content_type.to_ascii_lowercase();
    let is_file = answer.is_attachment || kind.contains("name=") || is_binary(&kind);
    match &answer.body {
        _ if is_file => success(Class::Bytes),
        None => Outcome::Unjudged("the body was not recorded"),
        Some(body) if body.iter().all(u8::is_ascii_whitespace) => success(Class::Nothing),
        Some(body) => of_body(answer, &kind, body),
    }
}

fn is_binary(kind: &str) -> bool {
    let textual = ["text/", "application/json", "application/xml", "application/xhtml"];
    let is_text = kind.is_empty() || textual.iter().any(|start| kind.starts_with(start));
    !is_text && !kind.contains("+json") && !kind.contains("+xml") && !kind.contains("javascript")
}

fn success(class: Class) -> Outcome {
    Outcome::Success(Success { class, json: None })
}

fn of_body(answer: &Answer, kind: &str, body: &[u8]) -> Outcome {
    let Ok(text) = std::str::from_utf8(body) else {
        return if kind.starts_with("text/plain") {
            success(Class::Bytes)
        } else {
            Outcome::Unjudged("a body that is not UTF-8")
        };
    };
    let text = text.trim_start_matches('\u{feff}').trim();
    let is_json = kind.contains("json");
    if is_json || text.starts_with(['{', '[']) {
        match serde_json::from_str(text) {
            Ok(json) => return of_json(json),
            Err(_) if is_json => return Outcome::Unjudged("ill-formed JSON"),
            Err(_) => {}
        }
    }
    let is_xml = kind.contains("xml") || text.starts_with("<?xml") || text.starts_with("<tree");
    if is_xml {
        of_xml(text)
    } else if answer.status == 200 {
        of_text(text)
    } else {
        success(Class::Bytes)
    }
}

/// An upload is refused as text that ends in a status in parentheses.
fn of_text(text: &str) -> Outcome {
    let status = text.strip_suffix(')').and_then(|text| text.rsplit_once('('));
    let is_status = |code: &str| code.len() == 3 && code.starts_with(['4', '5']);
    match status {
        Some((_, code)) if is_status(code) => Outcome::Failure,
        _ if text.starts_with("PASS_ERROR") || text.starts_with("ERROR") => Outcome::Failure,
        _ if text.starts_with('<') => success(Class::Page),
        _ => success(Class::Text),
    }
}

fn of_json(json: Value) -> Outcome {
    let class = match &json {
        Value::Object(fields) if is_error(fields) => return Outcome::Failure,
        Value::Object(fields) => class_of(fields),
        _ => Class::Json,
    };
    Outcome::Success(Success { class, json: Some(json) })
}

fn is_error(fields: &Map<String, Value>) -> bool {
    let is_error = |fields: &Map<String, Value>| {
        let level = fields.get("level").and_then(Value::as_str);
        level.is_some_and(|level| level.eq_ignore_ascii_case("error"))
            && fields.contains_key("message")
    };
    is_error(fields)
        || fields.get("message").and_then(Value::as_object).is_some_and(is_error)
        || fields.get("ERROR").is_some_and(Value::is_string)
        || fields.len() == 2
            && fields.get("success") == Some(&Value::Bool(false))
            && fields.contains_key("message")
}

fn class_of(fields: &Map<String, Value>) -> Class {
    let only = |known: &[&str]| {
        fields.keys().all(|key| known.contains(&&**key) || key.parse::<u32>().is_ok())
    };
    let has = |key: &str| fields.contains_key(key);
    let is_object = |key: &str| fields.get(key).is_some_and(Value::is_object);
    let is_list = |key: &str| fields.get(key).is_some_and(Value::is_array);
    let is_listing = |fields: &Map<String, Value>| {
        let has_node = fields.get("node").is_some_and(Value::is_object);
        has_node && fields.get("children").is_some_and(|all| all.is_object() || all.is_array())
    };
    let parts = ["message", "reload", "nodesDiff", "mq", "consume_channel", "taskList", "bgAction"];
    match fields.len() {
        0 => Class::EmptyJson,
        1 if has("consume_channel") => Class::Hint,
        1 if fields.get("message").is_some_and(Value::is_string) => Class::Message,
        _ if only(&["level", "message"]) && has("level") => Class::Envelope,
        _ if only(&parts) && (is_object("message") || has("nodesDiff") || has("reload")) => {
            Class::Envelope
        }
        _ if only(&["add", "update", "remove"])
            && ["add", "update", "remove"].iter().any(|k| is_list(k)) =>
        {
            Class::Envelope
        }
        _ if only(&["node", "pendingSelection"]) && has("pendingSelection") => Class::Envelope,
        _ if is_listing(fields) => Class::Listing,
        _ if fields.get("data").and_then(Value::as_object).is_some_and(is_listing) => {
            Class::Listing
        }
        _ => Class::Json,
    }
}

/// The elements of an envelope.
const PARTS: [&str; 7] = [
    "message",
    "nodes_diff",
    "reload_instruction",
    "consume_channel",
    "prompt",
    "taskList",
    "trigger_bg_action",
];

/// What an XML document consists of, near its root.
#[derive(Default)]
struct Outline {
    root: String,
    has_attributes: bool,
    is_node: bool,
    children: Vec<String>,
    is_error: bool,
}

fn of_xml(text: &str) -> Outcome {
    let Some(outline) = outline(text) else { return Outcome::Unjudged("ill-formed XML") };
    let Outline { root, has_attributes, is_node, children, is_error } = outline;
    if is_error {
        return Outcome::Failure;
    }
    let has = |name: &str| children.iter().any(|child| child == name);
    let is_part = |child: &String| PARTS.contains(&&**child);
    success(match &*root {
        "tree" if is_node || has("tree") || has("client_configs") => Class::Listing,
        "tree" if has_attributes => Class::Tree,
        "tree" if !children.is_empty() && children.iter().all(|c| c == "consume_channel") => {
            Class::Hint
        }
        "tree" if children.iter().all(is_part) => Class::Envelope,
        "tree" => Class::Tree,
        _ => Class::Xml,
    })
}

/// Reads the first two levels of a document; `None` if it is ill-formed.
fn outline(text: &str) -> Option<Outline> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().expand_empty_elements = true;
    let mut outline = Outline::default();
    let mut depth = 0_usize;
    loop {
        match reader.read_event().ok()? {
            Event::Start(element) => {
                let name = element.name().as_ref().to_owned();
                let mut attributes = element.attributes().flatten().peekable();
                if name == "require_auth" {
                    outline.is_error = true;
                }
                if depth == 0 && outline.root.is_empty() {
                    outline.has_attributes = attributes.peek().is_some();
                    outline.is_node = attributes.any(|one| one.key.as_ref() == "filename");
                    outline.root = name;
                } else if depth == 1 {
                    let is_type = |one: &quick_xml::events::attributes::Attribute<'_>| {
                        one.key.as_ref() == "type" && &*one.value == "ERROR"
                    };
                    outline.is_error |= name == "message" && attributes.any(|one| is_type(&one));
                    if !outline.children.contains(&name) {
                        outline.children.push(name);
                    }
                }
                depth += 1;
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Eof => return (depth == 0 && !outline.root.is_empty()).then_some(outline),
            _ => {}
        }
    }
}

#[cfg(test)]
#[path = "outcome_tests.rs"]
mod tests;
