//! The administration: the tree of `settings`, users, roles, workspaces and the rest.

mod pages;
pub(super) mod people;
mod plugins;
mod repositories;
mod roles;
pub(super) mod scheduler;
mod tree;

use serde_json::Value;

use super::{Action, Answer, Call, Outcome, error};
use crate::{
    element::Element,
    envelope::{Envelope, Format, json_reply, xml_reply},
    reply::Reply,
};

/// The actions of the administration, and whether they need write access.
pub(super) static ACTIONS: &[(&str, bool, Action)] = &[
    ("admin_search_users", false, people::search),
    ("analytic_list_queries", false, plugins::analytic_list_queries),
    ("analytic_query", false, plugins::analytic_query),
    ("cache_service_clear_cache", false, plugins::clear_cache),
    ("clear_plugins_cache", false, plugins::clear_plugins_cache),
    ("cli_update_user_list", false, super::facts::nothing),
    ("create_group", false, people::create_group),
    ("create_repository", false, repositories::create_repository),
    ("create_role", false, roles::create_role),
    ("create_user", false, people::create_user),
    ("delete", false, delete),
    ("delete_repository", false, repositories::delete_repository),
    ("delete_role", false, roles::delete_role),
    ("edit", false, edit),
    ("edit_repository", false, repositories::edit_repository),
    ("edit_repository_label", false, repositories::edit_repository_label),
    ("edit_role", false, roles::edit_role),
    ("export_acl_list", false, plugins::export_acl_list),
    ("generate_api_docs", false, plugins::generate_api_docs),
    ("get_plugin_manifest", false, plugins::get_plugin_manifest),
    ("get_version_info", false, plugins::get_version_info),
    ("list_all_plugins_actions", false, plugins::list_all_plugins_actions),
    ("list_all_plugins_parameters", false, plugins::list_all_plugins_parameters),
    ("list_all_repositories_json", false, repositories::list_all_repositories_json),
    ("list_people", false, people::list_people),
    ("list_repositories", false, tree::list_repositories),
    ("list_roles", false, tree::list_roles),
    ("ls", false, tree::ls),
    ("meta_source_add", false, repositories::meta_source_add),
    ("meta_source_delete", false, repositories::meta_source_delete),
    ("meta_source_edit", false, repositories::meta_source_edit),
    ("parameters_to_form_definitions", false, plugins::parameters_to_form_definitions),
    ("patch_repository", false, repositories::patch_repository),
    ("people-create-resource", false, people::create_resource),
    ("people-delete-resource", false, people::delete_resource),
    ("people-patch-resource", false, people::patch_resource),
    ("post_json_role", false, roles::post_json_role),
    ("post_repository", false, repositories::post_repository),
    ("role_update_right", false, roles::role_update_right),
    ("run_plugin_action", false, plugins::run_plugin_action),
    ("save_user_preference", false, people::save_user_preference),
    ("scheduler_addTask", false, scheduler::add),
    ("scheduler_checkConfig", false, scheduler::check_config),
    ("scheduler_fakeLongTask", false, scheduler::fake_long_task),
    ("scheduler_generateCronExpression", false, scheduler::cron_expression),
    ("scheduler_listRepositories", false, repositories::scheduler_list),
    ("scheduler_loadTask", false, scheduler::load),
    ("scheduler_removeTask", false, scheduler::remove),
    ("scheduler_runAll", false, scheduler::run_all),
    ("scheduler_runTask", false, scheduler::run_task),
    ("stat", false, tree::stat),
    ("user_set_lock", false, people::user_set_lock),
    ("user_update_group", false, people::user_update_group),
    ("user_update_right", false, people::user_update_right),
    ("user_update_role", false, people::user_update_role),
];

/// The actions that `edit` dispatches to.
static EDITS: &[(&str, Action)] = &[
    ("change_admin_right", people::change_admin_right),
    ("create_repository", repositories::create_repository),
    ("create_user", people::create_user),
    ("edit_plugin_options", plugins::edit_plugin_options),
    ("edit_repository", repositories::edit_repository),
    ("edit_repository_data", repositories::edit_repository_data),
    ("edit_repository_label", repositories::edit_repository_label),
    ("edit_role", roles::edit_role),
    ("get_drivers_definition", plugins::get_drivers_definition),
    ("get_templates_definition", plugins::get_templates_definition),
    ("meta_source_add", repositories::meta_source_add),
    ("meta_source_delete", repositories::meta_source_delete),
    ("meta_source_edit", repositories::meta_source_edit),
    ("post_json_role", roles::post_json_role),
    ("save_custom_user_params", people::save_custom_user_params),
    ("update_user_pwd", people::update_user_pwd),
    ("user_add_role", people::user_add_role),
    ("user_delete_role", people::user_delete_role),
    ("user_reorder_roles", people::user_reorder_roles),
    ("user_set_lock", people::user_set_lock),
    ("users_bulk_update_roles", people::users_bulk_update_roles),
];

/// Runs the action that `sub_action` names; without one that exists, the response is empty.
fn edit(call: Call<'_>) -> Answer {
    let name = call.text("sub_action").unwrap_or_default();
    match EDITS.iter().find(|(known, _)| *known == name) {
        _ if name == "clear_plugins_cache" && call.dialect().has_old_administration => {
            plugins::clear_plugins_cache(call)
        }
        Some((_, action)) => action(call),
        None => super::facts::nothing(call),
    }
}

/// Deletes an object by its type; makes a best effort if the type is unknown.
fn delete(call: Call<'_>) -> Answer {
    match call.text("data_type") {
        Some("user") => people::delete_user(call),
        Some("group") => people::delete_group(call),
        Some("role") => roles::delete_role(call),
        Some("repository") => repositories::delete_repository(call),
        None => delete_by_ids(call),
        Some(_) if call.dialect().goes_on_after_errors => Ok(refused_and_done()),
        Some(_) => done("", [""]),
    }
}

/// Deletes the objects of one kind whose ids are given, up to the first one that is an error.
fn delete_by_ids(mut call: Call<'_>) -> Answer {
    type Delete = fn(&mut Call<'_>, &str) -> Answer;
    let kinds: [(&str, Delete); 4] = [
        ("repository_id", repositories::delete_by_id),
        ("role_id", roles::delete_by_id),
        ("group", people::delete_group_at),
        ("user_id", people::delete_by_login),
    ];
    let Some((name, delete)) = kinds.into_iter().find(|(name, _)| call.parameters.has(name)) else {
        return done("", [""]);
    };
    let ids: Vec<String> = match call.parameters.list(name) {
        Some(ids) => ids.to_vec(),
        None => call.text(name).map(str::to_owned).into_iter().collect(),
    };
    let mut last = done("", [""])?;
    for id in &ids {
        last = delete(&mut call, id)?;
    }
    let count = ids.len();
    match name {
        "group" => done(format!("Successfully deleted group ({count})"), [""]),
        "user_id" => done(format!("User successfully erased ({count})"), [""]),
        _ => Ok(last),
    }
}

/// Returns a refusal, followed by the report that the user was deleted.
fn refused_and_done() -> Outcome {
    Outcome::Reply(xml_reply(
        "<tree ><message type=\"ERROR\">Wrong arguments!</message></tree>\
         <message type=\"SUCCESS\">User successfully erased</message>\
         <reload_instruction object=\"data\" node=\"\" file=\"\"/></tree>",
    ))
}

/// Returns a message, followed by the lists to reload.
pub(super) fn done<const N: usize>(message: impl Into<String>, pending: [&str; N]) -> Answer {
    let reload = pending.map(str::to_owned).to_vec();
    Ok(Envelope { reload, ..Envelope::success(message) }.into())
}

/// Returns a list to reload, followed by a message.
fn created(message: &str, pending: &str) -> Answer {
    let reload = vec![pending.to_owned()];
    Ok(Envelope { reload, reload_first: true, ..Envelope::success(message) }.into())
}

/// Returns a document that has no JSON form: in JSON it is an empty object.
pub(super) fn document(call: &Call<'_>, element: &Element) -> Answer {
    match call.format {
        Format::Xml => xml(element),
        Format::Json => Ok(Outcome::Reply(json_reply("{}".to_owned()))),
    }
}

/// Returns a document without an envelope.
fn xml(element: &Element) -> Answer {
    let text = format!("<?xml version=\"1.0\"?>\n{}\n", element.xml());
    Ok(Outcome::Reply(Reply::new(200, "text/xml; charset=UTF-8", text)))
}

fn wrong_arguments() -> Answer {
    error("Wrong arguments!")
}

impl Call<'_> {
    /// Returns a JSON body. It is read only with exactly that media type.
    pub(super) fn json_body(&self) -> Option<Value> {
        let seen = self.input.seen;
        let is_json = seen.header("content-type") == Some("application/json");
        is_json.then(|| serde_json::from_slice(&seen.body).ok())?
    }

    /// Returns the body of a REST v2 request; other requests send its fields as `request_body[…]`.
    pub(super) fn request_body(&self) -> Option<Value> {
        let fields = || self.parameters.fields("request_body");
        self.json_body().or_else(|| fields().filter(|_| !self.input.is_v2))
    }

    /// Returns a parameter that is an id, with or without the path shown in lists.
    fn id(&self, name: &str) -> String {
        let id = self.text(name).unwrap_or_default();
        id.rsplit_once("/data/")
            .map_or(id, |(_, rest)| rest.split_once('/').map_or(rest, |(_, id)| id))
            .trim_matches('/')
            .to_owned()
    }
}
