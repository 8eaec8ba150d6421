//! The channel that notifies the web interface of changes.

use super::{Answer, Call};
use crate::{element::Element, envelope::Envelope, php::json_encode, tasks::Task};

/// Returns the messages for the web interface: its tasks, and a change of workspace.
pub(super) fn consume(call: Call<'_>) -> Answer {
    if !call.dialect().works_in_background {
        return super::facts::nothing(call);
    }
    let mut elements = Vec::new();
    let looked_at = call.text("channel").and_then(|channel| channel.strip_prefix("nodes:"));
    if looked_at.is_some_and(|id| id != call.workspace.id) {
        let reload = Element::new("require_registry_reload");
        elements.push(reload.attribute("repositoryId", &call.workspace.id));
    }
    let tasks = call.world.tasks.0.iter().filter(|task| task.login == call.user.login);
    let tasks = json_encode(&tasks.map(Task::json).collect());
    elements.push(Element::new("taskList").cdata(format!(" {tasks} ")));
    Ok(Envelope { elements, ..Envelope::default() }.into())
}
