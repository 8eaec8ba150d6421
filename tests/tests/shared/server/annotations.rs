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

/// Returns the steps that give the user of a recording the workspaces of its response.
pub(super) fn workspaces(recording: &Recording) -> Vec<Step> {
    let text = String::from_utf8_lossy(&recording.response.body).into_owned();
    refusals(recording).into_iter().chain(unlisted(&text)).chain(visits(&text)).collect()
}

/// Returns the steps before a recording whose response shows annotated nodes.
pub(super) fn steps(recording: &Recording) -> Vec<Step> {
    let text = String::from_utf8_lossy(&recording.response.body).into_owned();
    let mut steps = Vec::new();
    if text.contains("already exists, ") {
        steps.push(Step::Again);
    }
    steps.extend(people(recording, &text));
    steps.extend(event(&text));
    if text.contains("Role already exists") {
        steps.push(WRITTEN_ROLE);
    }
    if text.contains("broken_link=") {
        steps.extend(BROKEN_LINK);
    }
    if text.contains("\"nodes\":[\"") {
        steps.push(TASK_ON_NODE);
    }
    steps.extend(bookmarks(recording));
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
            steps.push(Call(
                "alice",
                "POST",
                leaked(&target),
                leaked(&format!("{attribute}={encoded}")),
            ));
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
fn visits(text: &str) -> Vec<Step> {
    let workspaces = text.split("access_type").skip(1);
    let visited = workspaces.filter_map(|workspace| {
        let before = workspace.split("repositorySlug").next().unwrap_or_default();
        let id = before.split("id\":\"").nth(1).or(before.split(" id=\"").nth(1))?;
        before.contains("last_connection").then(|| id.split('"').next().unwrap_or_default())
    });
    let visits = visited
        .map(|id| Within(leaked(&format!("get_action=switch_repository&repository_id={id}"))));
    let visits: Vec<_> = visits.collect();
    if visits.is_empty() {
        return visits;
    }
    [LogIn("alice")].into_iter().chain(visits).collect()
}

/// Returns the step that takes the right on a workspace that a user may not enter.
fn refusals(recording: &Recording) -> Option<Step> {
    let text = String::from_utf8_lossy(&recording.response.body);
    let (_, named) =
        text.split_once("Cannot access to workspace with id/alias ").unwrap_or_default();
    let of_session = named.split('<').next().filter(|name| !name.is_empty());
    let is_refused = recording.response.status == 401
        && recording.user.as_deref() == Some("alice")
        && recording.response.header("www-authenticate").is_none();
    let of_rest = recording.target.split('/').nth(2).filter(|_| is_refused);
    let name = of_session.or(of_rest).filter(|name| !["v2", "common"].contains(name))?;
    Some(Step::Grant("alice", leaked(name), ""))
}

const WRITTEN_ROLE: Step = Call(
    "admin",
    "POST",
    "/api/settings/edit/post_json_role",
    "role_id=testrole&json_data=%7B%22ROLE%22%3A%7B%22ACL%22%3A%7B%221%22%3A%22r%22%7D%2C\
     %22MASKS%22%3A%7B%7D%2C%22ACTIONS%22%3A%7B%7D%2C%22PARAMETERS%22%3A%7B%7D%2C\
     %22APPLIES%22%3A%5B%5D%7D%2C%22METADATA%22%3A%7B%7D%7D",
);
const BROKEN_LINK: [Step; 3] = [
    Step::Disk(&["/sh/old.txt=1"]),
    Call("alice", "GET", "/api/common/share/public/sh/old.txt", ""),
    Call("alice", "POST", "/api/common/delete/", "file=/sh/old.txt"),
];
const TASK_ON_NODE: Step = Call(
    "alice",
    "POST",
    "/api/v2/tasks/rec-task-2?workspaceId=413dafb20ca535193e9e024464a577fa",
    "task=%7B%22action%22%3A%22ls%22%2C%22label%22%3A%22rec%22%2C%22statusMessage%22%3A\
     %22m%22%2C%22nodes%22%3A%5B%22%2Ftop.txt%22%5D%7D",
);

/// Returns the steps that take the rights on workspaces that a list of the user's does not have.
fn unlisted(text: &str) -> Vec<Step> {
    // A new task belongs to the first of them.
    let is_first_made = text.contains("\"statusChangeDate\":null") && text.contains("\"wsId\":\"");
    if !text.contains("repositorySlug") && !is_first_made {
        return Vec::new();
    }
    let slugs = ["default", "my-files", "welcome", "inbox"].into_iter();
    let slugs = slugs.filter(|slug| {
        let marks = ["repositorySlug=\"", "repositorySlug\":\""];
        !marks.iter().any(|mark| text.contains(&format!("{mark}{slug}\"")))
    });
    slugs.map(|slug| Step::Grant("alice", slug, "")).collect()
}

/// Returns the steps that make the users of a list: one who never logged in, if it has one.
fn people(recording: &Recording, text: &str) -> Vec<Step> {
    if !text.contains("json_merged_role") || !recording.target.contains("ls") {
        return Vec::new();
    }
    let users = text.split("json_merged_role").skip(1);
    let is_unseen =
        |user: &str| !user.split("filename").next().unwrap_or_default().contains("last_connection");
    let group = Call("admin", "GET", "/api/settings/create_group/My%20Group/mygroup", "");
    let in_root = Call("admin", "GET", "/api/settings/create_user/carol/new-Pass1234", "");
    let in_group =
        Call("admin", "GET", "/api/settings/create_user/gina/new-Pass1234?group_path=/mygroup", "");
    let mut steps = Vec::new();
    if text.contains("\"group\"") || recording.target.contains("mygroup") {
        steps.push(group);
    }
    steps.extend([in_root, in_group]);
    if !users.clone().any(is_unseen) {
        let seen = |login| Call(login, "GET", "/api/my-files/ls", "");
        steps.extend([seen("carol"), seen("gina")]);
    }
    steps
}

/// Returns the steps that make the file of the last event in a workspace.
fn event(text: &str) -> Vec<Step> {
    let Some((_, event)) = text.split_once("\"core.notifications\":[{") else { return Vec::new() };
    let Some((_, path)) = event.split_once("\"filename\":\"") else { return Vec::new() };
    let path = path.split('"').next().unwrap_or_default().replace("\\/", "/");
    let folder = path.rsplit_once('/').map_or("/", |(folder, _)| folder).to_owned();
    let content: &[u8] = if event.contains("\"bytesize\":0,") { b"" } else { b"content" };
    let mut steps = vec![
        Step::Disk(Box::leak(Box::new([leaked(&format!("{folder}/"))]))),
        Step::File("common", leaked(&path), content),
    ];
    if event.contains("\"md5\"") {
        let target = format!("/api/common/stat_hash{}", in_path(&path));
        steps.push(Call("alice", "GET", leaked(&target), ""));
    }
    steps
}

/// Returns the steps after what a request names by its id was made.
pub(super) fn after_made(recording: &Recording) -> Option<Step> {
    let text = String::from_utf8_lossy(&recording.response.body);
    let target = recording.target.replace("/meta_source_add/", "/meta_source_delete/");
    text.contains("Successfully added meta source")
        .then(|| Call("admin", "GET", leaked(&target), ""))
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
            let texts = fields
                .iter()
                .filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_owned())));
            found.push(texts.collect());
            fields.values().for_each(|value| in_json(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| in_json(value, found)),
        _ => {}
    }
}
