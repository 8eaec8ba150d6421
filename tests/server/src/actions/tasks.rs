//! Background tasks and their list: `compress`, `cross_copy` and the tasks.

use serde_json::Value;

use super::{Answer, Call, Outcome, admin::scheduler, error, json, success};
use crate::{
    envelope::Envelope,
    names::{base, join},
    pack,
    php::json_encode,
    reply::Reply,
    selection::Selection,
    tasks::{Task, Work, WorkKind},
};

/// Queues work, and returns only that it has been scheduled.
pub(super) fn start(call: Call<'_>, action: &str, label: &str, kind: WorkKind) -> Answer {
    begin(call, action, label, Some(kind), None)
}

/// Queues a task that never ends.
pub(super) fn start_in_vain(call: Call<'_>, action: &str, label: &str) -> Answer {
    begin(call, action, label, None, None)
}

/// Queues a task with a parameter without a name, which REST v1 adds for an empty path. The
/// background console refuses it, so that the task never ends.
pub(super) fn start_without_name(call: Call<'_>, action: &str, label: &str) -> Answer {
    begin(call, action, label, None, Some(""))
}

fn begin(
    call: Call<'_>,
    action: &str,
    label: &str,
    kind: Option<WorkKind>,
    added: Option<&str>,
) -> Answer {
    let mut parameters = call.parameters.json();
    if let Value::Object(fields) = &mut parameters {
        for secret in ["secure_token", "get_action", "auth_token", "auth_hash"] {
            fields.remove(secret);
        }
        fields.extend(added.map(|name| (name.to_owned(), Value::from(""))));
    }
    let steps = call.world.settings.task_steps;
    let work = kind.map(|kind| Work { kind, disk: call.disk_name.to_owned(), steps });
    let message = match work {
        Some(_) => format!(
            "User '{}' - Applying action '{action}' on workspace {} ({})",
            call.user.login, call.workspace.label, call.workspace.id
        ),
        None => "Starting...".to_owned(),
    };
    let (login, workspace) = (call.user.login, call.workspace);
    let task = Task {
        id: call.world.ids.uuid(),
        label: format!("Launching task {label} in background"),
        action: action.to_owned(),
        parameters,
        message,
        work,
        login,
        workspace: workspace.id,
        ..Task::new(call.world.clock.now())
    };
    call.world.tasks.0.push(task);
    Ok(Envelope { background: true, ..Envelope::default() }.into())
}

/// Packs nodes into an archive in `dir`.
pub(super) fn compress(call: Call<'_>) -> Answer {
    call.selection()?;
    let selection = Selection::in_background(call.dialect(), call.parameters)?;
    let paths = selection.paths().to_vec();
    let folder = call.path("dir")?.unwrap_or_else(|| "/".to_owned());
    let named = format!("{}.zip", if folder == "/" { "Files" } else { base(&folder) });
    let name = call.text("archive_name").unwrap_or(&named).to_owned();
    // One that is there is replaced.
    let archive = join(&folder, base(&name));
    let is_flat = call.parameters.has("compress_flat");
    if !call.dialect().works_in_background {
        let content = pack::zip(call.disk, &paths, is_flat);
        call.disk.write(&archive, content);
        let added = call.changed(&archive, None);
        return Ok(Envelope { added, ..Envelope::default() }.into());
    }
    start(call, "compress", "Compress...", WorkKind::Compress { paths, archive, is_flat })
}

/// Copies nodes to another workspace, or moves them with `moving_files=true`.
pub(super) fn cross_copy(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let paths = selection.paths().to_vec();
    let folder = call.path("dest")?.unwrap_or_else(|| "/".to_owned());
    let id = call.text("dest_repository_id").unwrap_or_default();
    let Some(other) = call.world.workspace(&call.user, id) else {
        return error(format!("Could not find workspace with id/alias {id}"));
    };
    if !call.world.people.may_write(&call.user, &other) {
        return error("You are not allowed to write in the target workspace");
    }
    let inside = other.part.as_ref().map_or("", |part| &part.path);
    let named = folder.clone();
    let folder = join(inside, folder.trim_start_matches('/'));
    let (to, is_move) = (other.disk(&call.user.login), call.parameters.is_true("moving_files"));
    let verb = if is_move { "moved" } else { "copied" };
    let report = |path: &String| {
        format!("The file {} has been {verb} into the directory {named}", base(path))
    };
    let report: Vec<_> = paths.iter().map(report).collect();
    let is_at_once = !call.dialect().works_in_background;
    let work = WorkKind::Transfer { paths, to, folder, is_move };
    let started = start(call, "cross_copy", "Copy", work)?;
    if is_at_once { success(report.join("\n")) } else { Ok(started) }
}

/// Returns the user's unfinished tasks, optionally only those of one workspace. Administrators can
/// ask for those of others.
pub(super) fn list(call: Call<'_>) -> Answer {
    let named = call.text("workspaceId").and_then(|name| call.world.workspace(&call.user, name));
    let scope = call.text("scope").filter(|_| call.user.is_admin());
    let is_shown = |task: &&Task| {
        let is_there = named.as_ref().is_none_or(|workspace| task.workspace == workspace.id);
        let is_asked = match scope {
            None => task.login == call.user.login,
            Some("user") => Some(&*task.login) == call.text("user_id"),
            Some("repository") => Some(&*task.workspace) == call.text("repository_id"),
            Some(_) => true,
        };
        // Neither one that is complete nor one that was stopped.
        is_there && is_asked && matches!(task.status, 1 | 2 | 8 | 16)
    };
    let tasks = call.world.tasks.0.iter().filter(is_shown).map(Task::json);
    json(json_encode(&tasks.collect()))
}

/// Returns a task; `null` if it does not exist.
pub(super) fn info(call: Call<'_>) -> Answer {
    let id = call.text("taskId").unwrap_or_default();
    let now = call.world.clock.now();
    let scheduled = call.world.scheduled.get(id).map(|task| scheduler::task(id, task, now));
    let task = call.world.tasks.0.iter().find(|task| task.id == id).cloned().or(scheduled);
    json(json_encode(&task.map_or(Value::Null, |task| task.json())))
}

/// Creates a task from the parameter `task`; ignores the body.
pub(super) fn create(call: Call<'_>) -> Answer {
    let id = call.text("taskId").map(str::to_owned);
    let definition = call.text("task").and_then(|text| serde_json::from_str(text).ok());
    let Some(Value::Object(fields)) = definition else {
        return error("Invalid argument supplied for foreach()");
    };
    if fields.contains_key("schedule") {
        return error(
            "Argument 2 passed to createTask() must be an instance of Schedule, array given",
        );
    }
    let text = |name: &str| fields.get(name).and_then(Value::as_str).unwrap_or_default();
    if !fields.contains_key("statusMessage") {
        return error("NOT NULL constraint failed: ajxp_tasks.status_msg");
    }
    let nodes = fields.get("nodes").and_then(Value::as_array).into_iter().flatten();
    let nodes = nodes.filter_map(Value::as_str).map(|path| call.internal_url(path)).collect();
    let now = call.world.clock.now();
    let task = Task {
        id: id.unwrap_or_else(|| call.world.ids.uuid()),
        label: text("label").to_owned(),
        action: text("action").to_owned(),
        parameters: fields.get("parameters").cloned().unwrap_or_else(|| Value::Array(Vec::new())),
        message: text("statusMessage").to_owned(),
        progress: fields.get("progress").cloned().unwrap_or_else(|| (-1).into()),
        nodes,
        login: call.user.login,
        workspace: call.workspace.id,
        ..Task::new(now)
    };
    // The response has no dates yet.
    let answer = json_encode(&Task { created: None, ..task.clone() }.json());
    call.world.tasks.0.retain(|other| other.id != task.id);
    call.world.tasks.0.push(task);
    json(answer)
}

/// Changes a task from a JSON body, or from `request_body[…]`.
pub(super) fn update(call: Call<'_>) -> Answer {
    let body = call.request_body();
    let id = call.text("taskId").unwrap_or_default().to_owned();
    let now = call.world.clock.now();
    let (Some(task), Some(body)) = (call.world.tasks.0.iter_mut().find(|task| task.id == id), body)
    else {
        return error(
            "ReflectionObject::__construct() expects parameter 1 to be object, null given",
        );
    };
    for (name, field) in [
        ("label", &mut task.label),
        ("statusMessage", &mut task.message),
        ("action", &mut task.action),
    ] {
        if let Some(text) = body[name].as_str() {
            text.clone_into(field);
        }
    }
    if let Some(status) = body["status"].as_i64() {
        task.status = status;
    }
    if let Some(progress) = body.get("progress") {
        task.progress = progress.clone();
    }
    task.created = Some(now);
    json(json_encode(&task.json()))
}

/// Sets the status of a task, if it exists.
pub(super) fn toggle_status(call: Call<'_>) -> Answer {
    let id = call.parameters.text("taskId").unwrap_or_default();
    let status = call.text("status").and_then(|status| status.parse().ok()).unwrap_or_default();
    let Some(task) = call.world.tasks.0.iter_mut().find(|task| task.id == id) else {
        return Ok(Outcome::Reply(Reply::empty()));
    };
    task.status = status;
    Ok(Envelope { background: true, ..Envelope::default() }.into())
}

/// Removes a task, and with it the rest of its work.
pub(super) fn delete(call: Call<'_>) -> Answer {
    let id = call.text("taskId").unwrap_or_default().to_owned();
    call.world.tasks.0.retain(|task| task.id != id);
    Ok(Outcome::Reply(Reply::empty()))
}
