//! Workspaces that users create for themselves from templates.

use super::{
    Answer, Call, Outcome,
    admin::{document, people::options},
    error,
};
use crate::{
    element::Element,
    envelope::Envelope,
    reply::Reply,
    workspaces::{DESCRIPTION, Workspace, slug},
};

/// Creates a workspace of the user from a template.
pub(super) fn create(call: Call<'_>) -> Answer {
    let id = call.text("template_id").unwrap_or_default();
    let Some(template) = call.world.workspaces.by_id(id).filter(|w| w.is_template).cloned() else {
        return error("Call to a member function createTemplateChild() on null");
    };
    let label = call.text("DISPLAY").unwrap_or("Workspace").to_owned();
    let mut parameters = template.parameters;
    parameters.extend(options(&call).into_iter().map(|(name, value)| (name, value.into())));
    let id = call.world.ids.hex(32);
    call.world.workspaces.add(Workspace {
        owner: Some(call.user.login.clone()),
        features: template.features,
        is_editable: true,
        description: DESCRIPTION.to_owned(),
        parameters,
        ..Workspace::new(&id, &slug(&label), &label)
    });
    if let Some(user) = call.world.people.users.get_mut(&call.user.login) {
        user.own.acl.insert(id.clone(), "rw".to_owned());
    }
    let message = "The workspace is now created, it is added to your workspace list.";
    let envelope = Envelope::success(message);
    Ok(Envelope { reload: vec![id], reloads_workspaces: true, ..envelope }.into())
}

/// Deletes a workspace of the user.
pub(super) fn delete(call: Call<'_>) -> Answer {
    let id = call.parameters.text("repository_id").unwrap_or_default();
    let owner = call.world.workspaces.by_id(id).and_then(|workspace| workspace.owner.as_ref());
    if owner != Some(&call.user.login) {
        return error("You are not allowed to perform this operation!");
    }
    call.world.workspaces.remove(id);
    let envelope = Envelope::success("The workspace was successfully deleted");
    Ok(Envelope { reloads_workspaces: true, ..envelope }.into())
}

/// The settings that a user can choose for a workspace.
const SETTINGS: [(&str, &str, &str); 2] =
    [("CHMOD_VALUE", "string", "0666"), ("RECYCLE_BIN", "string", "recycle_bin")];

/// Returns the templates with the settings that users choose.
pub(super) fn definitions(call: Call<'_>) -> Answer {
    let templates = call.world.workspaces.all();
    let templates = templates.filter(|workspace| workspace.is_template && workspace.is_editable);
    let templates = templates.map(|workspace| {
        let settings = SETTINGS.map(|(name, kind, default)| {
            Element::new("param").attributes(&[
                ("name", name),
                ("type", kind),
                ("label", name),
                ("description", name),
                ("default", default),
            ])
        });
        Element::new("template")
            .attribute("repository_id", &workspace.id)
            .attribute("repository_label", &workspace.label)
            .attribute("repository_type", workspace.driver.name())
            .children(settings)
    });
    document(&call, &Element::new("repository_templates").children(templates))
}

/// Returns the picture of a template: the default one.
pub(super) fn logo(call: Call<'_>) -> Answer {
    let id = call.text("template_id").unwrap_or_default();
    if call.world.workspaces.by_id(id).is_none() {
        return error("Call to a member function getContextOption() on null");
    }
    let size = if call.text("icon_format") == Some("big") { "" } else { "-22" };
    let kind = format!("image/png; name=\"default_template_logo{size}.png\"");
    let reply = Reply::new(200, &kind, &b"\x89PNG\r\n\x1a\n"[..]);
    Ok(Outcome::Reply(reply.header("Cache-Control", "public")))
}
