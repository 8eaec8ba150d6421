//! The steps that annotate nodes as a recorded response shows them.

use pydio_tests::{leaked, recordings::Recording};
use quick_xml::{Reader, events::Event};
use serde_json::Value;

use super::recipes::Step::{self, Call, LogIn, Within};

/// The fields of metadata that the recorded servers have in `common`.
pub(super) const FIELDS: Step = Call(
    "admin",
    "GET",
    "/api/settings/meta_source_edit/413dafb20ca535193e9e024464a577fa/meta.user/\
     %7B%22meta_fields%22%3A%22tags%22%2C%22meta_fields_1%22%3A%22stars%22%2C\
     %22meta_fields_2%22%3A%22note%22%7D",
    "",
);

/// Annotations of a node: the attribute that shows one, and the action that makes it.
const ANNOTATIONS: [(&str, &str); 6] = [
    ("md5", "stat_hash"),
    ("meta_watched", "toggle_watch"),
    ("tags", "edit_user_meta"),
    ("stars", "edit_user_meta"),
    ("note", "edit_user_meta"),
    ("ajxp_shared", "share/public"),
];

/// Returns the steps before a recording whose response shows annotated nodes.
pub(super) fn steps(recording: &Recording) -> Vec<Step> {
    let mut steps = visits(recording);
    steps.extend(refusals(recording));
    steps.extend(bookmarks(recording));
    if String::from_utf8_lossy(&recording.response.body).contains("already exists, ") {
        steps.push(Step::Again);
    }
    for attributes in described(recording) {
        let value = |wanted: &str| {
            let found = attributes.iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
        };
        let Some(path) = value("filename").or(value("path")) else { continue };
        for (attribute, action) in ANNOTATIONS {
            let Some(value) = value(attribute) else { continue };
            let encoded: String = url::form_urlencoded::byte_serialize(value.as_bytes()).collect();
            let target = format!("/api/common/{action}{}", in_path(path));
            steps.push(Call("alice", "POST", leaked(&target), leaked(&format!("{attribute}={encoded}"))));
        }
        if value("ajxp_bookmarked").is_some() {
            steps.extend([LogIn("alice"), IN_COMMON, bookmark(path)]);
        }
    }
    steps
}

const IN_COMMON: Step =
    Within("get_action=switch_repository&repository_id=413dafb20ca535193e9e024464a577fa");

fn bookmark(path: &str) -> Step {
    let path: String = url::form_urlencoded::byte_serialize(path.as_bytes()).collect();
    Within(leaked(&format!("get_action=get_bookmarks&bm_action=add_bookmark&bm_path={path}")))
}

/// Returns the steps that add the bookmarks of a response, in the session of the request.
fn bookmarks(recording: &Recording) -> Vec<Step> {
    let text = String::from_utf8_lossy(&recording.response.body);
    let paths = text.split("<bookmark path=\"").skip(1);
    paths.filter_map(|rest| rest.split('"').next()).map(bookmark).collect()
}

/// Returns the steps that visit the workspaces with a time of the last visit in a response.
fn visits(recording: &Recording) -> Vec<Step> {
    let text = String::from_utf8_lossy(&recording.response.body);
    let workspaces = text.split("access_type").skip(1);
    let visited = workspaces.filter_map(|workspace| {
        let before = workspace.split("repositorySlug").next().unwrap_or_default();
        let id = before.split("id\":\"").nth(1).or(before.split(" id=\"").nth(1))?;
        before.contains("last_connection").then(|| id.split('"').next().unwrap_or_default())
    });
    let visits = visited.map(|id| {
        Within(leaked(&format!("get_action=get_xml_registry&xPath=user&tmp_repository_id={id}")))
    });
    let visits: Vec<_> = visits.collect();
    if visits.is_empty() || recording.is_session() {
        return visits;
    }
    [LogIn("alice")].into_iter().chain(visits).collect()
}

/// Returns the step that takes the right on a workspace that a user may not enter.
fn refusals(recording: &Recording) -> Option<Step> {
    let text = String::from_utf8_lossy(&recording.response.body);
    let (_, named) = text.split_once("Cannot access to workspace with id/alias ").unwrap_or_default();
    let of_session = named.split('<').next().filter(|name| !name.is_empty());
    let is_refused = recording.response.status == 401
        && recording.user.as_deref() == Some("alice")
        && recording.response.header("www-authenticate").is_none();
    let of_rest = recording.target.split('/').nth(2).filter(|_| is_refused);
    let name = of_session.or(of_rest).filter(|name| !["v2", "common"].contains(name))?;
    Some(Step::Grant("alice", leaked(name), ""))
}

/// Encodes a path such that every generation reads it alike.
fn in_path(path: &str) -> String {
    let names = path.split('/').map(|name| {
        let encoded: String = url::form_urlencoded::byte_serialize(name.as_bytes()).collect();
        encoded.replace('+', "%20")
    });
    names.collect::<Vec<_>>().join("/")
}

/// Returns the attributes of each node in a response.
fn described(recording: &Recording) -> Vec<Vec<(String, String)>> {
    let text = String::from_utf8_lossy(&recording.response.body);
    let mut found = Vec::new();
    if let Ok(json) = serde_json::from_str::<Value>(&text) {
        in_json(&json, &mut found);
        return found;
    }
    let mut reader = Reader::from_str(&text);
    while let Ok(event) = reader.read_event() {
        match event {
            Event::Start(start) | Event::Empty(start) if start.name().as_ref() == "tree" => {
                let attributes = start.html_attributes().filter_map(Result::ok);
                let pairs = attributes.map(|attribute| {
                    let value = quick_xml::escape::unescape(&attribute.value);
                    let value = value.map_or_else(|_| attribute.value.to_string(), Into::into);
                    (attribute.key.as_ref().to_owned(), value)
                });
                found.push(pairs.collect());
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

fn in_json(json: &Value, found: &mut Vec<Vec<(String, String)>>) {
    match json {
        Value::Object(fields) => {
            let texts = fields.iter().filter_map(|(name, value)| {
                Some((name.clone(), value.as_str()?.to_owned()))
            });
            found.push(texts.collect());
            fields.values().for_each(|value| in_json(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| in_json(value, found)),
        _ => {}
    }
}
