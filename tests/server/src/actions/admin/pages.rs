//! The pages of the administration in Pydio 6 and 7.

use crate::{
    describe::{Described, Value},
    envelope::{Columns, Listing},
    names::parent,
};

/// A page: its path, name, icon and kind.
type Page = [&'static str; 4];

static PAGES: &[Page] = &[
    ["/data", "Workspaces & Users", "user.png", ""],
    ["/data/repositories", "Workspaces", "hdd_external_unmount.png", "workspaces_zone"],
    ["/data/users", "People", "users-folder.png", "users_zone"],
    ["/data/roles", "Roles", "user-acl.png", "roles_zone"],
    ["/config", "Application Parameters", "preferences_desktop.png", "plugins_zone"],
    ["/config/core", "Application Core", "preferences_desktop.png", "plugins_zone"],
    ["/config/plugins", "Feature plugins", "folder_development.png", "plugins_zone"],
    ["/config/core_plugins", "Other plugins", "folder_development.png", "plugins_zone"],
    ["/admin", "Logs & Other Data", "toggle_log.png", ""],
    ["/admin/logs", "Logs", "toggle_log.png", ""],
    ["/admin/diagnostic", "Diagnostic", "susehelpcenter.png", ""],
    ["/admin/scheduler", "Scheduler", "scheduler/ICON_SIZE/player_time.png", "scheduler_zone"],
    ["/developer", "Developer Resources", "applications_engineering.png", ""],
    ["/developer/actions", "Actions API", "book.png", ""],
    ["/developer/hooks", "Hooks Definitions", "book.png", ""],
];

/// The page of the scheduler, which 6.0 to 6.4 do not have.
pub(super) const SCHEDULER: &str = "/admin/scheduler";

/// Kinds of plugins with their names.
static PLUGINS: [[&str; 2]; 4] = [
    ["access", "Workspaces Drivers"],
    ["action", "Action plugins"],
    ["meta", "Workspace Meta Aspects"],
    ["uploader", "Uploaders"],
];

pub(super) static PLUGIN_COLUMNS: Columns = Columns {
    grid_mode: "filelist",
    display_mode: "detail",
    template: "ajxp_conf.plugins_folder",
    columns: &[
        ["ajxp_conf.101", "ajxp_label", ""],
        ["ajxp_conf.103", "plugin_description", ""],
        ["ajxp_conf.102", "plugin_id", ""],
    ],
};

/// Returns the pages of a group, each with its own pages; without those that are hidden.
pub(super) fn below(group: &str, is_hidden: &impl Fn(&str) -> bool) -> Vec<Listing> {
    let is_below =
        |page: &&Page| parent(page[0]) == group && page[0] != group && !is_hidden(page[0]);
    let listed = PAGES.iter().filter(is_below).map(|page| {
        let pages = below(page[0], is_hidden);
        match pages.is_empty() {
            true => Listing::leaf(described(page)),
            false => Listing::of(described(page), pages),
        }
    });
    listed.collect()
}

/// Returns whether a page has pages of its own.
pub(super) fn is_group(path: &str) -> bool {
    PAGES.iter().any(|page| page[0] == path && parent(path) == "/")
}

fn described([path, label, icon, mime]: &Page) -> Described {
    let mut attributes = vec![("description", Value::from(*label)), ("icon", Value::from(*icon))];
    if *path == "/data/users" {
        attributes.push(("remote_indexation", "admin_search_users".into()));
    }
    if !mime.is_empty() {
        attributes.push(("ajxp_mime", Value::from(*mime)));
    }
    Described::other(Some(path), label, attributes).typed(false)
}

/// Returns the kinds of plugins.
pub(super) fn plugins() -> Vec<Listing> {
    let kinds = PLUGINS.iter().map(|[id, label]| {
        let attributes = vec![
            ("icon", Value::from("folder_development.png")),
            ("plugin_id", Value::from(*id)),
            ("plugin_description", Value::from(*label)),
        ];
        let path = format!("/config/plugins/{id}");
        Listing::leaf(Described::other(Some(&path), label, attributes).typed(false))
    });
    kinds.collect()
}
