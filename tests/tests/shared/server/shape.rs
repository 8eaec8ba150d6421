//! The structure of a response: elements with their attributes, keys with their types; it ignores
//! ids, times, numbers, texts, and the number of repetitions.

use std::collections::BTreeSet;

use pydio_tests::recordings::Recorded;
use quick_xml::{Reader, events::Event};
use serde_json::Value;

/// What two responses must have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) status: u16,
    /// The media type without its parameters, or the body's first character if there is none.
    pub(crate) kind: String,
    /// Headers whose presence matters.
    headers: Vec<&'static str>,
    pub(crate) structure: BTreeSet<String>,
}

const TELLING: [&str; 3] = ["www-authenticate", "content-disposition", "content-range"];

/// Attributes whose value is part of the structure.
const TELLING_VALUES: [(&str, &str); 2] = [("message", "type"), ("logging_result", "value")];

/// Objects whose keys are names or ids rather than fields.
const MAPS: [&str; 9] = [
    "children",
    "links",
    "LIST",
    "REPOSITORIES",
    "REPOSITORIES_DETAILS",
    "ROLES_DETAILS",
    "filters",
    "virtualPaths",
    "webdav_repositories",
];

/// Settings: objects with arbitrary content.
const SETTINGS: [&str; 7] =
    ["ACL", "ACTIONS", "PARAMETERS", "parameters", "features", "MASKS", "client_settings"];

pub(crate) fn shape(answer: &Recorded, is_head: bool) -> Shape {
    let media_type = answer.header("content-type").unwrap_or_default();
    let kind = media_type.split(';').next().unwrap_or_default().trim().to_owned();
    let is_there = |name: &&str| answer.header(name).is_some_and(|value| !value.is_empty());
    let headers = TELLING.into_iter().filter(is_there).collect();
    let body = if is_head { &[][..] } else { &answer.body };
    Shape { status: answer.status, structure: structure(&kind, body), kind, headers }
}

fn structure(kind: &str, body: &[u8]) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    let text = String::from_utf8_lossy(body);
    if text.is_empty() {
        return lines;
    }
    match kind {
        "text/xml" => xml(&text, &mut lines),
        "application/json" => match serde_json::from_str::<Value>(&text) {
            Ok(value) => json(&value, "", &mut lines),
            Err(_) => each_line(&text, &mut lines),
        },
        _ => drop(lines.insert("something".to_owned())),
    }
    lines
}

fn each_line(text: &str, lines: &mut BTreeSet<String>) {
    for line in text.lines() {
        match serde_json::from_str::<Value>(line) {
            Ok(value) => json(&value, "line", lines),
            Err(_) => drop(lines.insert(line.split(':').next().unwrap_or_default().to_owned())),
        }
    }
}

fn xml(text: &str, lines: &mut BTreeSet<String>) {
    let mut reader = Reader::from_str(text);
    let mut path: Vec<String> = Vec::new();
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => {
                if !path.iter().any(|name| SETTINGS.contains(&&**name)) {
                    lines.insert(element(&path, &start));
                }
                path.push(name(&start));
            }
            Ok(Event::Empty(start)) => {
                if !path.iter().any(|name| SETTINGS.contains(&&**name)) {
                    lines.insert(element(&path, &start));
                }
            }
            Ok(Event::End(_)) => drop(path.pop()),
            Ok(Event::Eof) => return,
            Ok(_) => {}
            Err(error) => {
                lines.insert(format!("ill-formed: {error}"));
                return;
            }
        }
    }
}

fn name(start: &quick_xml::events::BytesStart<'_>) -> String {
    start.name().as_ref().to_owned()
}

fn element(path: &[String], start: &quick_xml::events::BytesStart<'_>) -> String {
    let name = name(start);
    let attributes = start.html_attributes().filter_map(Result::ok).map(|attribute| {
        let key = attribute.key.as_ref().to_owned();
        match TELLING_VALUES.contains(&(&*name, &*key)) {
            true => format!("{key}={}", attribute.value),
            false => key,
        }
    });
    let attributes: BTreeSet<_> = attributes.collect();
    let attributes: Vec<_> = attributes.into_iter().collect();
    format!("{}/{name}[{}]", path.join("/"), attributes.join(" "))
}

fn json(value: &Value, path: &str, lines: &mut BTreeSet<String>) {
    let last = path.rsplit('.').next().unwrap_or_default();
    match value {
        Value::Object(_) | Value::Array(_) if SETTINGS.contains(&last) => {
            lines.insert(format!("{path}: settings"));
        }
        Value::Object(fields) => {
            let is_map = MAPS.contains(&last) || fields.keys().any(|key| key.starts_with('/'));
            for (key, value) in fields {
                let key = if is_map || is_token(key) { "*" } else { key };
                json(value, &format!("{path}.{key}"), lines);
            }
            lines.insert(format!("{path}: object"));
        }
        Value::Array(values) => {
            for value in values {
                json(value, &format!("{path}[]"), lines);
            }
            lines.insert(format!("{path}: array"));
        }
        Value::String(text) if last == "level" => drop(lines.insert(format!("{path}: {text}"))),
        // A hash that consists of digits is a number.
        Value::Number(_) | Value::String(_) if last == "hash" => {
            lines.insert(format!("{path}: hash"));
        }
        Value::String(_) => drop(lines.insert(format!("{path}: string"))),
        Value::Number(_) => drop(lines.insert(format!("{path}: number"))),
        Value::Bool(_) => drop(lines.insert(format!("{path}: boolean"))),
        Value::Null => drop(lines.insert(format!("{path}: null"))),
    }
}

/// Returns whether a key is a secure token or one of a key pair; recordings mask those.
fn is_token(key: &str) -> bool {
    let is_random = key.len() == 24 && key.chars().all(|c| c.is_ascii_alphanumeric());
    is_random || key.starts_with('*')
}

/// Describes the difference of two shapes; returns `None` if they are equal.
pub(crate) fn difference(ours: &Shape, theirs: &Shape) -> Option<(&'static str, String)> {
    if ours.status != theirs.status {
        return Some(("status", format!("{} for {}", ours.status, theirs.status)));
    }
    if ours.kind != theirs.kind {
        return Some(("kind", format!("{} for {}", ours.kind, theirs.kind)));
    }
    if ours.structure.is_empty() != theirs.structure.is_empty() {
        let what = if ours.structure.is_empty() { "nothing" } else { "something" };
        return Some(("kind", format!("{what}, {:?} for {:?}", ours.structure, theirs.structure)));
    }
    if ours.headers != theirs.headers {
        return Some(("headers", format!("{:?} for {:?}", ours.headers, theirs.headers)));
    }
    let only = |a: &Shape, b: &Shape| {
        let lines: Vec<_> = a.structure.difference(&b.structure).cloned().collect();
        lines.join("\n      ")
    };
    let (more, less) = (only(ours, theirs), only(theirs, ours));
    let is_same = more.is_empty() && less.is_empty();
    (!is_same).then(|| ("structure", format!("\n    more: {more}\n    less: {less}")))
}

pub(crate) mod tests {
    use pydio_tests::recordings::Recorded;

    use super::{difference, shape};

    fn answer(kind: &str, body: &str) -> Recorded {
        Recorded {
            status: 200,
            headers: vec![("content-type".to_owned(), kind.to_owned())],
            body: body.into(),
            length: None,
            is_cut: false,
        }
    }

    pub(crate) fn only_structure_is_compared() {
        let differ = |kind: &str, a: &str, b: &str| {
            let (a, b) = (shape(&answer(kind, a), false), shape(&answer(kind, b), false));
            difference(&a, &b).map(|(class, _)| class)
        };
        assert_eq!(differ("text/xml", "<a b='1'/>", "<a b=\"2\"></a>"), None);
        assert_eq!(differ("text/xml", "<a b='1'/>", "<a c='1'/>"), Some("structure"));
        let message = |kind: &str| format!("<tree><message type=\"{kind}\"/></tree>");
        assert_eq!(differ("text/xml", &message("ERROR"), &message("SUCCESS")), Some("structure"));
        let json = "application/json";
        assert_eq!(differ(json, r#"{"/a":{"b":1}}"#, r#"{"/c":{"b":2},"/d":{"b":3}}"#), None);
        assert_eq!(differ(json, r#"{"b":1}"#, r#"{"b":"1"}"#), Some("structure"));
        assert_eq!(differ(json, "[]", "{}"), Some("structure"));
        assert_eq!(differ(json, "{\"a\":1}\nLAST_SEQ:1", "{\"a\":2}\n{\"a\":3}\nLAST_SEQ:2"), None);
        assert_eq!(differ("text/plain", "a", "b"), None);
        assert_eq!(differ("text/plain", "a", ""), Some("kind"));
    }
}
