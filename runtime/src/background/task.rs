//! Tasks as the server lists them, and which one belongs to a call.

use std::borrow::Cow;

use super::goal::Placed;
use crate::{
    json::Json,
    response::Begun,
    types::{
        ANY_RELEASE, Endpoint, Given, Method, OutcomeKind, Param, Request, ResponseKind, Timestamp,
        Value,
    },
};

/// A task of the server.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct TaskInfo {
    /// Its id.
    pub id: String,
    /// Its name, in the user's language.
    pub label: String,
    /// Its status.
    pub status: TaskStatus,
    /// What it is doing, or why it failed, in the server's words.
    pub message: String,
    /// How much of it is done, from 0 to 100; `None` for the many tasks that do not tell.
    pub percent: Option<u8>,
    /// When it was created, by the server's clock.
    pub created: Option<Timestamp>,
    /// When it last changed.
    changed: Option<i64>,
    /// Whether it has a parameter without a name, which REST v1 adds for an empty path.
    pub(super) is_nameless: bool,
}

/// The status of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TaskStatus {
    /// 1: it has not begun.
    Pending,
    /// 2: it is running, or about to.
    Running,
    /// 4: it has ended. The server does not list it any more.
    Complete,
    /// 8: it has failed. The server lists it until it is deleted.
    Failed,
    /// 16: it is stopped for a while.
    Paused,
    /// 64: it was stopped. The server does not list it any more.
    Interrupted,
    /// Any other status.
    Other(i64),
}

impl TaskStatus {
    const fn of(code: i64) -> Self {
        match code {
            1 => Self::Pending,
            2 => Self::Running,
            4 => Self::Complete,
            8 => Self::Failed,
            16 => Self::Paused,
            64 => Self::Interrupted,
            other => Self::Other(other),
        }
    }

    /// Returns whether it ended without its work being done.
    pub const fn has_failed(self) -> bool {
        matches!(self, Self::Failed | Self::Interrupted)
    }
}

impl TaskInfo {
    /// Reads a task; `None` for `null`, and for anything without an id.
    pub(super) fn read(json: &Json) -> Option<Self> {
        let text = |name: &str| json[name].as_str().unwrap_or_default().to_owned();
        let percent = number(&json["progress"]).and_then(|percent| u8::try_from(percent).ok());
        Some(Self {
            id: json["id"].as_str()?.to_owned(),
            label: text("label"),
            status: TaskStatus::of(number(&json["status"])?),
            message: text("statusMessage"),
            percent: percent.filter(|percent| *percent <= 100),
            created: number(&json["creationDate"]).and_then(Timestamp::from_secs),
            changed: number(&json["statusChangeDate"]),
            is_nameless: json["parameters"].get("").is_some(),
        })
    }
}

/// Reads a number, which PHP may write as text.
fn number(json: &Json) -> Option<i64> {
    json.as_i64().or_else(|| json.as_str()?.parse().ok())
}

type Report = Box<dyn FnMut(&TaskInfo) + Send>;

/// Calls a function when a task has changed.
#[derive(Default)]
pub(super) struct Progress {
    report: Option<Report>,
    last: Option<TaskInfo>,
}

impl Progress {
    pub(super) fn of(report: Report) -> Self {
        Self { report: Some(report), last: None }
    }

    pub(super) fn report(&mut self, task: &TaskInfo) {
        let Some(report) = &mut self.report else { return };
        if self.last.as_ref() != Some(task) {
            report(task);
            self.last = Some(task.clone());
        }
    }
}

/// The list of tasks over REST; the server leaves out those of other users and workspaces.
static LIST: Endpoint = task_operation("listTasks", "/api/v2/tasks")
    .params(&[Param::query("workspaceId").required()])
    .returns(ResponseKind::Json)
    .repeatable();
static INFO: Endpoint = task_operation("getTaskInfo", "/api/v2/tasks/{taskId}")
    .params(&[Param::path("taskId").required()])
    .returns(ResponseKind::OptionalJson)
    .repeatable();
/// The same in a session, where neither is reached over REST v1.
static LIST_ACTION: Endpoint = task_action("tasks_list").returns(ResponseKind::Json).repeatable();
static INFO_ACTION: Endpoint = task_action("task_info")
    .params(&[Param::form("taskId").required()])
    .returns(ResponseKind::OptionalJson)
    .repeatable();

const fn task_operation(id: &'static str, path: &'static str) -> Endpoint {
    Endpoint::operation(&ANY_RELEASE, Method::Get, id, path)
}

const fn task_action(name: &'static str) -> Endpoint {
    Endpoint::action(&ANY_RELEASE, Method::Post, "core.tasks", name).session_only()
}

/// Returns the call that lists the tasks of a workspace.
pub(super) fn list_request(workspace: &str, is_rest: bool) -> Request {
    match is_rest {
        true => Request::new(&LIST).text("workspaceId", workspace),
        false => Request::new(&LIST_ACTION),
    }
}

/// Returns the call that describes a task.
pub(super) fn info_request(id: &str, is_rest: bool) -> Request {
    Request::new(if is_rest { &INFO } else { &INFO_ACTION }).text("taskId", id)
}

/// The task that a call was answered with a promise of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sought {
    /// Its id, where the caller chose it.
    pub(super) id: Option<String>,
    /// Its action, and another one that the server may make of it.
    actions: Vec<String>,
    parameters: Vec<(String, String)>,
    /// Paths of nodes, whose parameters the server may name otherwise.
    nodes: Vec<String>,
}

impl Sought {
    pub(super) fn of(begun: &Begun) -> Self {
        let request = &begun.request;
        let endpoint = request.endpoint();
        let definition = request.values.iter().find_map(|given| match &given.value {
            Value::Json(json) if given.name == "task" => Some(json),
            _ => None,
        });
        if let Some(definition) = definition {
            return Self::defined(request, definition);
        }
        let outcome = endpoint.outcome.map(|known| known.0);
        if let Some(OutcomeKind::Places { node, copied, .. }) = outcome
            && let Some(placed) = Placed::of(request, node, copied)
        {
            return Self::placed(placed);
        }
        let actions = match outcome {
            // Into the recycle bin it is a move.
            Some(OutcomeKind::Removes { .. }) => vec!["delete", "move", endpoint.id],
            _ => vec![endpoint.id],
        };
        let mut sought = Self {
            id: None,
            actions: actions.into_iter().map(str::to_owned).collect(),
            parameters: Vec::new(),
            nodes: Vec::new(),
        };
        for Given { name, value, .. } in &request.values {
            match value {
                // Those of an operation may be read by the routing of the server.
                Value::Text(_) if endpoint.is_operation() => {}
                Value::Text(text) => sought.parameters.push((name.to_string(), text.clone())),
                Value::Node(path) => sought.nodes.push(path.clone()),
                Value::Nodes(paths) => sought.nodes.extend(paths.iter().cloned()),
                _ => {}
            }
        }
        sought
    }

    /// A copy or move that the server makes of another call.
    fn placed(placed: Placed) -> Self {
        let Placed { source, folder, name } = placed;
        Self {
            id: None,
            actions: vec!["copy".to_owned(), "move".to_owned()],
            parameters: vec![("targetBaseName".to_owned(), name)],
            nodes: vec![source.to_string(), folder.to_string()],
        }
    }

    /// A task that the caller defines.
    fn defined(request: &Request, definition: &Json) -> Self {
        let action = definition["action"].as_str().unwrap_or_default().to_owned();
        let parameters = definition["parameters"].as_object().into_iter().flatten();
        let parameters =
            parameters.filter_map(|(name, value)| Some((name.clone(), text(value)?.into_owned())));
        Self {
            id: request.text_of("taskId").map(str::to_owned),
            actions: vec![action],
            parameters: parameters.collect(),
            nodes: Vec::new(),
        }
    }

    /// Returns whether a task does the same.
    pub(super) fn is_like(&self, task: &Json) -> bool {
        let parameters = &task["parameters"];
        let values = || parameters.as_object().into_iter().flat_map(serde_json::Map::values);
        let is_same = |(name, value): &(String, String)| {
            text(&parameters[&**name]).is_some_and(|own| own == **value)
        };
        let has_node = |path: &String| {
            let is_it = |value: &Json| {
                value.as_str().is_some_and(|own| own.trim_matches('/') == path.trim_matches('/'))
            };
            values().any(|value| match value {
                Json::Array(items) => items.iter().any(is_it),
                value => is_it(value),
            })
        };
        self.actions.iter().any(|action| task["action"] == **action)
            && self.parameters.iter().all(is_same)
            && self.nodes.iter().all(has_node)
    }
}

/// Returns the text of a value, as it was sent.
fn text(json: &Json) -> Option<Cow<'_, str>> {
    match json {
        Json::String(text) => Some(Cow::from(text)),
        Json::Number(_) | Json::Bool(_) => Some(Cow::from(json.to_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Sought, TaskInfo, TaskStatus};
    use crate::{
        client::Pydio,
        json::Json,
        response::Begun,
        testing::{BINDINGS, Server, action},
        types::{Endpoint, Method, Outcome, Param, Request},
    };

    static COMPRESS: Endpoint = action(
        &BINDINGS,
        "compress",
        Method::Get,
        &[
            Param::rest_of_path("file").nodes().numbered(),
            Param::form("dir").node(),
            Param::form("archive_name"),
        ],
    );
    static DELETE: Endpoint = action(
        &BINDINGS,
        "delete",
        Method::Post,
        &[Param::form("file").nodes().numbered(), Param::form("force_deletion").flag()],
    )
    .outcome(Outcome::removes("file"));

    static CREATE: Endpoint =
        Endpoint::operation(&BINDINGS, Method::Post, "createNode", "/api/v2/fs/w/{path+}")
            .params(&[
                Param::rest_of_path("path").node(),
                Param::form("copy_source"),
                Param::form("delete_source").flag(),
            ])
            .in_background()
            .outcome(Outcome::places("path", "copy_source", "delete_source"));

    fn sought(request: &Request) -> Sought {
        let pydio =
            Pydio::builder("http://pydio.test").transport(Server::new([]).0).build().unwrap();
        Sought::of(&Begun::new(Arc::new(pydio.connection().clone()), "files", request))
    }

    fn task(action: &str, parameters: &str) -> Json {
        let task = format!(r#"{{"action": "{action}", "parameters": {parameters}}}"#);
        serde_json::from_str(&task).unwrap()
    }

    /// The parameters are those that an 8.2.5 lists.
    #[test]
    fn a_task_does_the_same_if_all_values_are_its_own() {
        let request = Request::new(&COMPRESS).nodes("file", ["/d1/a.bin", "/d1/b.bin"]);
        let request = request.node("dir", "/d1/").text("archive_name", "a.zip");
        let sought = sought(&request);
        for (action, parameters, is_like) in [
            (
                "compress",
                r#"{"file": "/d1/a.bin", "file_0": "/d1/b.bin", "dir": "/d1", "archive_name": "a.zip",
                    "auth_token": "x"}"#,
                true,
            ),
            (
                "compress",
                r#"{"nodes": ["/d1/a.bin", "/d1/b.bin"], "dir": "/d1", "archive_name": "a.zip"}"#,
                true,
            ),
            (
                "compress",
                r#"{"file": "/d1/a.bin", "file_0": "/d1/b.bin", "dir": "/d1", "archive_name": "b.zip"}"#,
                false,
            ),
            ("compress", r#"{"file": "/d1/a.bin", "dir": "/d1", "archive_name": "a.zip"}"#, false),
            (
                "precompress",
                r#"{"file": "/d1/a.bin", "file_0": "/d1/b.bin", "dir": "/d1", "archive_name": "a.zip"}"#,
                false,
            ),
            ("compress", "[]", false),
        ] {
            assert_eq!(sought.is_like(&task(action, parameters)), is_like, "{action} {parameters}");
        }
    }

    #[test]
    fn a_deletion_into_the_recycle_bin_is_a_move() {
        let sought = sought(&Request::new(&DELETE).nodes("file", ["/a"]));
        let moved = r#"{"file": "/a", "dest": "/recycle_bin"}"#;
        assert!(sought.is_like(&task("move", moved)) && sought.is_like(&task("delete", moved)));
        assert!(!sought.is_like(&task("copy", moved)));
    }

    /// The parameters are those that a 7.0.4 lists.
    #[test]
    fn a_placed_node_is_a_copy_or_a_move() {
        let request = Request::new(&CREATE).node("path", "/c.bin").text("copy_source", "1/b.bin");
        let sought = sought(&request);
        let task = |action, name| {
            let parameters =
                format!(r#"{{"dest": "/", "targetBaseName": "{name}", "file": "/b.bin"}}"#);
            task(action, &parameters)
        };
        assert!(sought.is_like(&task("copy", "c.bin")) && sought.is_like(&task("move", "c.bin")));
        assert!(
            !sought.is_like(&task("copy", "d.bin")) && !sought.is_like(&task("delete", "c.bin"))
        );
    }

    #[test]
    fn a_task_is_read_whether_php_writes_numbers_or_text() {
        let json = r#"{"id": "A1", "status": "8", "statusMessage": "no", "progress": 40,
            "creationDate": "1796030661", "label": null}"#;
        let task = TaskInfo::read(&serde_json::from_str(json).unwrap()).unwrap();
        assert_eq!((task.status, task.percent), (TaskStatus::Failed, Some(40)));
        assert_eq!(
            (task.created, &*task.message),
            (crate::Timestamp::from_secs(1_796_030_661), "no")
        );
        for (progress, percent) in [("-1", None), ("100", Some(100)), ("101", None), ("null", None)]
        {
            let json = format!(r#"{{"id": "A1", "status": 2, "progress": {progress}}}"#);
            let task = TaskInfo::read(&serde_json::from_str(&json).unwrap()).unwrap();
            assert_eq!(task.percent, percent, "{progress}");
        }
        assert_eq!(TaskInfo::read(&Json::Null), None);
    }
}
