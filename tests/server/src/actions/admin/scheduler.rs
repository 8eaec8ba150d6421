//! Scheduled tasks.

use serde_json::{Map, Value as Json};

use super::{Answer, Call, done, error};
use crate::{
    actions::{Outcome, json},
    describe::{Described, Value},
    envelope::{Columns, Envelope, Listing},
    names::join,
    php::json_encode,
    reply::Reply,
    tasks::{Scheduled, Task},
};

/// The state of a task that waits for its time.
const SCHEDULED: i64 = 32;

/// Adds a scheduled task, or changes the one that `task_id` names.
pub(super) fn add(call: Call<'_>) -> Answer {
    let text = |name: &str| call.text(name).unwrap_or_default().to_owned();
    let schedule = text("schedule");
    if schedule.split_whitespace().count() != 5 {
        return error(format!("{schedule} is not a valid CRON expression"));
    }
    let first = call.text("param_name").zip(call.parameters.raw("param_value"));
    let more = (1..).map_while(|n| {
        let value = call.parameters.raw(&format!("param_value_{n}"));
        call.text(&format!("param_name_{n}")).zip(value)
    });
    let parameters = first.into_iter().chain(more);
    let parameters = parameters.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let more = (1..).map_while(|n| call.text(&format!("repository_id_{n}")));
    let workspaces = call.text("repository_id").into_iter().chain(more);
    let scheduled = Scheduled {
        label: text("label"),
        action: text("action_name"),
        login: text("user_id"),
        workspaces: workspaces.map(str::to_owned).collect(),
        schedule,
        parameters,
        last_run: None,
    };
    let id = call.parameters.text("task_id").map(str::to_owned);
    let id = id.unwrap_or_else(|| call.world.ids.uuid());
    call.world.scheduled.insert(id, scheduled);
    done("Successfully added/edited task", [""])
}

/// Returns a task as the fields of its form.
pub(super) fn load(call: Call<'_>) -> Answer {
    let id = call.text("task_id").unwrap_or_default();
    let Some(task) = call.world.scheduled.get(id) else { return error("Cannot find task") };
    let mut fields = Map::new();
    for (name, value) in [
        ("task_id", id),
        ("action_name", &task.action),
        ("label", &task.label),
        ("schedule", &task.schedule),
        ("user_id", &task.login),
    ] {
        fields.insert(name.to_owned(), value.into());
    }
    let suffixed = |name: &str, n: usize| match n {
        0 => name.to_owned(),
        n => format!("{name}_{n}"),
    };
    for (n, (name, value)) in task.parameters.iter().enumerate() {
        fields.insert(suffixed("param_name", n), name.as_str().into());
        fields.insert(suffixed("param_value", n), value.as_str().into());
    }
    for (n, id) in task.workspaces.iter().enumerate() {
        fields.insert(suffixed("repository_id", n), id.as_str().into());
    }
    json(json_encode(&Json::Object(fields)))
}

/// Removes a task, and succeeds even if it does not exist.
pub(super) fn remove(call: Call<'_>) -> Answer {
    let id = call.parameters.text("task_id").unwrap_or_default();
    call.world.scheduled.remove(id);
    done("Successfully removed task", [""])
}

/// Starts a task, whatever its schedule.
pub(super) fn run_task(call: Call<'_>) -> Answer {
    let id = call.parameters.text("task_id").unwrap_or_default();
    let now = call.world.clock.now();
    let Some(task) = call.world.scheduled.get_mut(id) else {
        return error("Call to a member function getChildrenTasks() on null");
    };
    task.last_run = Some(now);
    // The message of the job reaches only the channel of the user it runs as.
    let background = task.login == call.user.login;
    let envelope = Envelope::success("Launching task now");
    Ok(Envelope { background, reload: vec![String::new()], ..envelope }.into())
}

/// Starts the tasks that are due: those for every minute, once a minute.
pub(super) fn run_all(call: Call<'_>) -> Answer {
    let now = call.world.clock.now();
    let mut started = String::new();
    for task in call.world.scheduled.values_mut() {
        let is_due = task.last_run.is_none_or(|last| last / 60 < now / 60);
        if task.schedule == "* * * * *" && is_due {
            task.last_run = Some(now);
            started += &format!("Launching {} \n ", task.label);
        }
    }
    done(if started.is_empty() { "Nothing to do".to_owned() } else { started }, [""])
}

pub(super) fn check_config(_: Call<'_>) -> Answer {
    json(r#"{"OK":true}"#)
}

/// Waits, but only as a task.
pub(super) fn fake_long_task(_: Call<'_>) -> Answer {
    error("Cannot find task with this id")
}

/// Returns a line for a crontab.
pub(super) fn cron_expression(_: Call<'_>) -> Answer {
    let line = "*/5 * * * * php /var/www/pydio/cmd.php -r=ajxp_conf -u=admin \
                -p=YOUR_PASSWORD_HERE -a=scheduler_runAll";
    Ok(Outcome::Reply(Reply::new(200, "text/plain; charset=UTF-8", line)))
}

/// Returns a scheduled task as the list of tasks shows it.
pub(crate) fn task(id: &str, scheduled: &Scheduled, now: i64) -> Task {
    let parameters = scheduled.parameters.iter();
    let parameters = parameters.map(|(name, value)| (name.clone(), value.as_str().into()));
    Task {
        id: id.to_owned(),
        login: scheduled.login.clone(),
        workspace: scheduled.workspaces.join(","),
        label: scheduled.label.clone(),
        action: scheduled.action.clone(),
        parameters: Json::Object(parameters.collect()),
        status: SCHEDULED,
        message: "Scheduled".to_owned(),
        schedule: scheduled.schedule.clone(),
        ..Task::new(now)
    }
}

/// The columns of the list in Pydio 6 and 7.
static COLUMNS: Columns = Columns {
    grid_mode: "filelist",
    display_mode: "list",
    template: "action.scheduler_list",
    columns: &[
        ["action.scheduler.12", "ajxp_label", ""],
        ["action.scheduler.2", "schedule", ""],
        ["action.scheduler.1", "action_name", ""],
        ["action.scheduler.4s", "repository_id", ""],
        ["action.scheduler.17", "user_id", ""],
        ["action.scheduler.3", "NEXT_EXECUTION", ""],
        ["action.scheduler.14", "LAST_EXECUTION", ""],
        ["action.scheduler.13", "STATUS", ""],
    ],
};

/// Lists the scheduled tasks.
pub(super) fn list(call: &Call<'_>) -> Listing {
    let is_old = call.dialect().has_old_pages;
    let folder = if is_old { "/admin/scheduler" } else { "/parameters/scheduler" };
    let root = call.root(Some(folder));
    let tasks = call.world.scheduled.iter().map(|(id, task)| {
        let parameters = task.parameters.iter();
        let parameters = parameters.map(|(name, value)| (name.clone(), value.as_str().into()));
        let parameters = json_encode(&Json::Object(parameters.collect()));
        let attributes = vec![
            ("task_id", Value::from(&**id)),
            ("icon", "scheduler/ICON_SIZE/task.png".into()),
            ("ajxp_mime", "scheduler_task".into()),
            ("schedule", task.schedule.as_str().into()),
            ("label", task.label.as_str().into()),
            ("action_name", task.action.as_str().into()),
            ("repository_id", task.workspaces.join(",").into()),
            ("user_id", task.login.as_str().into()),
            ("parameters", parameters.into()),
            ("STATUS", "Scheduled".into()),
            ("NEXT_EXECUTION", "2026/11/28 19:03".into()),
            ("LAST_EXECUTION", task.last_run.map_or("-", |_| "2026/11/28 19:01").into()),
        ];
        Listing::leaf(Described::other(Some(&join(folder, id)), "", attributes))
    });
    let columns = is_old.then_some(&COLUMNS);
    Listing { columns, ..Listing::of(root, tasks.collect()) }
}
