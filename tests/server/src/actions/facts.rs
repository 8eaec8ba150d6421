//! Small responses about a workspace, and actions that return nothing.

use serde_json::{Value, json};

use super::{Answer, Call, Outcome, error, html, json, plain};
use crate::{
    disk::is_recycled, envelope::Envelope, names::base, php::json_encode, reply::Reply,
    workspaces::Workspace, world::World,
};

/// Returns the usage and the quota of the workspace.
pub(super) fn monitor_quota(call: Call<'_>) -> Answer {
    let usage = call.disk.usage();
    json(json!({"USAGE": usage, "TOTAL": call.world.settings.quota}).to_string())
}

/// Returns how many users share the workspace, and with `collect=true` data from its features.
pub(super) fn load_repository_info(call: Call<'_>) -> Answer {
    let users = users_of(call.world, &call.workspace);
    let mut info = json!({"core.users": {"users": users}});
    // Groups are not counted for a personal workspace.
    if !call.workspace.personal {
        info["core.users"]["groups"] = 0.into();
    }
    if call.parameters.is_true("collect") {
        if call.workspace.has("meta.quota") {
            let usage = call.disk.usage();
            let total = call.world.settings.quota;
            info["meta.quota"] = json!({"usage": usage, "total": total});
        }
        // Without an event, it is `null` rather than an empty list.
        info["core.notifications"] = last_event(&call).map(|event| vec![event]).into();
    }
    json(json_encode(&info))
}

/// Returns how many users may enter a workspace.
pub(super) fn users_of(world: &World, workspace: &Workspace) -> usize {
    let users = world.people.users.values().filter(|user| user.parent.is_none());
    users.filter(|user| world.people.may_enter(user, workspace)).count()
}

/// Returns the last event in the workspace.
pub(super) fn last_event(call: &Call<'_>) -> Option<Value> {
    let (path, modified) = events(call).into_iter().next()?;
    event(call, &path, modified)
}

/// Returns the nodes that there are events of, the newest first, with their times.
pub(super) fn events(call: &Call<'_>) -> Vec<(String, i64)> {
    let mut found = Vec::new();
    if let Some(root) = call.disk.get("/") {
        root.walk("/", &mut |path, node| {
            if path != "/" && !is_recycled(path) {
                found.push((path.to_owned(), node.modified));
            }
        });
    }
    found.sort_by_key(|(_, modified)| std::cmp::Reverse(*modified));
    found
}

/// Describes the event that made a node.
pub(super) fn event(call: &Call<'_>, path: &str, modified: i64) -> Option<Value> {
    let id = call.disk.get(path)?.id;
    let mut described = serde_json::from_str::<Value>(&call.changed(path, None).pop()?.json());
    let event = described.as_mut().ok()?;
    let author = call.user.label();
    for (name, value) in [
        ("is_file", json!(call.disk.get(path)?.is_file())),
        ("filename", json!(path)),
        ("event_description", json!(format!("Created by {author}"))),
        ("event_description_long", json!(format!("{} was created by {author}", base(path)))),
        ("event_date", json!("today at 09:15")),
        ("short_date", json!("today at 09:15")),
        ("event_time", json!(modified)),
        ("event_type", json!("notification")),
        ("event_id", json!(id)),
        ("repository_id", json!(call.workspace.id)),
        ("event_author", json!(call.user.login)),
        ("real_path", json!(path)),
        ("text", json!(base(path))),
    ] {
        event[name] = value;
    }
    if call.dialect().tells_files_by_text {
        event["is_file"] = json!(if event["is_file"] == true { "1" } else { "" });
    }
    if call.dialect().tells_event_actions {
        event["event_action"] = json!("add");
    }
    let fields = event.as_object_mut()?;
    for name in ["path", "type"] {
        fields.remove(name);
    }
    described.ok()
}

/// Does nothing and returns nothing.
pub(super) fn nothing(_: Call<'_>) -> Answer {
    Ok(Outcome::Reply(Reply::empty()))
}

/// Returns an empty list.
pub(super) fn empty_list(_: Call<'_>) -> Answer {
    json("[]")
}

/// Records a change that was made outside the server.
pub(super) fn lsync(call: Call<'_>) -> Answer {
    if let Some(path) = call.text("to").or(call.text("from")).map(str::to_owned) {
        call.disk.refresh(&path);
        let is_move = call.text("from").is_some() && call.text("to").is_some();
        return match is_move && call.dialect().works_in_background {
            true => Ok(Envelope { background: true, ..Envelope::default() }.into()),
            false => nothing(call),
        };
    }
    error(
        "No context found for hook node.change: please make sure to pass at list one \
         ContextInterface or Context Provider object",
    )
}

/// Returns a text about the server.
pub(super) fn display_doc(call: Call<'_>) -> Answer {
    match call.text("doc_file") {
        Some("CREDITS") if call.dialect().has_old_nodes => html("A server for tests."),
        Some("CREDITS") => plain("A server for tests."),
        _ => error("File not found"),
    }
}

/// Sends no mail, since there is no mailer.
pub(super) fn send_mail(call: Call<'_>) -> Answer {
    match call.parameters.list("emails") {
        Some(_) => error("No address found to send the email!"),
        None => error("array_map(): Expected parameter 2 to be an array, null given"),
    }
}
