//! Reads what administrators see.

use std::collections::BTreeSet;

use pydio_client::{
    NodePath,
    json::Object,
    response::Node,
    v1::{access_ajxp_conf, log_sql},
};

use super::Sweep;
#[cfg(since = "6.5.1")]
use super::v2;
use crate::{Scene, Trouble, trouble::ensure};

/// The maximum number of folders to list, since logs grow daily.
const FOLDERS: usize = 300;

/// What the administration lists.
#[derive(Default)]
pub(super) struct Seen {
    pub(super) roles: BTreeSet<String>,
    pub(super) workspaces: BTreeSet<String>,
    plugins: BTreeSet<String>,
}

/// Reads the administration, from its root down.
pub(super) async fn all(sweep: &mut Sweep, scene: &Scene) -> Result<(), Trouble> {
    let settings = scene.settings()?;
    let mut seen = Seen::default();
    let mut left = vec![NodePath::root()];
    let mut count = 0;
    while let Some(folder) = left.pop() {
        count += 1;
        let Some(listing) = sweep.act(&settings, &folder, access_ajxp_conf::ls(&folder)).await
        else {
            continue;
        };
        for node in &listing.nodes {
            seen.note(node);
            if !node.is_file() && node.path() != folder && count + left.len() < FOLDERS {
                left.push(node.path());
            }
        }
    }
    let actions = sweep.act(&settings, "", access_ajxp_conf::list_all_plugins_actions()).await;
    seen.plugins.extend(actions.map(|all| all.list).unwrap_or_default().into_keys());
    let names = sweep.act(&settings, "", access_ajxp_conf::list_all_repositories_json()).await;
    seen.workspaces.extend(names.map(|all| all.list).unwrap_or_default().into_keys());
    for id in &seen.workspaces {
        sweep.act(&settings, id, access_ajxp_conf::edit_repository(id)).await;
    }
    for id in &seen.plugins {
        sweep.act(&settings, id, access_ajxp_conf::get_plugin_manifest(id)).await;
    }
    sweep.act(&settings, "", access_ajxp_conf::list_all_plugins_parameters()).await;
    sweep.act(&settings, "", access_ajxp_conf::edit_get_drivers_definition()).await;
    sweep.act(&settings, "", access_ajxp_conf::edit_get_templates_definition()).await;
    #[cfg(since = "8.2.3")]
    {
        use pydio_client::v1::action_updater;
        sweep.act(&settings, "", action_updater::get_version_info()).await;
        sweep.act(&settings, "", access_ajxp_conf::export_acl_list("")).await;
        sweep.act(&settings, "", access_ajxp_conf::export_acl_list_csv("")).await;
    }
    #[cfg(since = "6.2.0")]
    {
        use pydio_client::v1::action_updater::display_upgrade_note;
        #[cfg(since = "8.0.0")]
        let note = display_upgrade_note();
        // Older servers read the note from an address, which nobody else should be asked for.
        #[cfg(not(since = "8.0.0"))]
        let note = display_upgrade_note("none");
        sweep.act(&settings, "", note).await;
    }
    #[cfg(since = "6.5.1")]
    sweep.act(&settings, "a", access_ajxp_conf::admin_search_users("a")).await;
    #[cfg(since = "6.4.0")]
    {
        use pydio_client::v1::conf_sql;
        sweep.act(&settings, "ajxp_users", conf_sql::ajxp_table_exists("ajxp_users")).await;
    }
    let form = Object::new().into();
    sweep.act(&settings, "", access_ajxp_conf::parameters_to_form_definitions(&form)).await;
    #[cfg(since = "6.2.0")]
    {
        use pydio_client::v1::action_share::{UserContext, sharelist_load};
        let global = sharelist_load().user_context(UserContext::Global);
        sweep.act(&settings, "global", global).await;
    }
    #[cfg(since = "6.4.2")]
    sweep.act(&settings, "", pydio_client::v1::core_cache::cache_service_expose_stats()).await;
    let all = sweep.act(&settings, "", log_sql::analytic_list_queries()).await;
    let names = all.unwrap_or_default().into_iter().filter_map(|statistic| statistic.name);
    let names: Vec<_> = names.collect();
    for name in &names {
        sweep.act(&settings, name, log_sql::analytic_query(name, 0, 30)).await;
    }
    #[cfg(since = "6.4.2")]
    {
        let names = names.join(",");
        sweep.act(&settings, &names, log_sql::analytic_queries(&*names, 0, 30)).await;
    }
    #[cfg(since = "6.5.1")]
    v2::administration(sweep, scene.admin()?, &mut seen).await?;
    ensure(!seen.roles.is_empty(), "the administration lists no roles")?;
    for id in &seen.roles {
        sweep.act(&settings, id, access_ajxp_conf::edit_role(id)).await;
    }
    Ok(())
}

impl Seen {
    fn note(&mut self, node: &Node) {
        let attribute = |name: &str| node.attributes.get(name).map(str::to_owned);
        self.roles.extend(attribute("role_id"));
        if attribute("ajxp_mime").is_some_and(|kind| kind.starts_with("user")) {
            // Every user has a role of their own.
            self.roles.extend(attribute("object_id").map(|login| format!("AJXP_USR_/{login}")));
        }
        self.workspaces.extend(attribute("repository_id"));
        // Older servers list their types in the same way.
        self.plugins.extend(attribute("plugin_id").filter(|id| id.contains('.')));
    }
}
