//! Reads the user's own data and that of the workspace.

use pydio_client::{Pydio, v1::conf_sql};
#[cfg(since = "6.5.1")]
use pydio_client::{
    v1::models::RegistryWorkspace,
    v2::{user_account, workspace},
};

use super::{
    Scenario, Scene, Trouble,
    stage::own_data,
    trouble::{ensure, equal, given},
};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "the user's state and preferences",
        needs: &[],
        help: "the action `state` gives the registry: look for PHP warnings in the server's log",
        run: |scene| Box::pin(state(scene)),
    },
    Scenario {
        name: "what a workspace tells about itself",
        needs: &[],
        help: "the name of the workspace has to be its slug or id, with its capitals",
        run: |scene| Box::pin(workspace_info(scene)),
    },
    Scenario {
        name: "other users are found",
        needs: &[],
        help: "the directory may be closed to users: see the settings of `core.conf`",
        run: |scene| Box::pin(directory(scene)),
    },
];

async fn state(scene: &Scene) -> Result<(), Trouble> {
    let pydio = scene.user();
    let user = given("the user's own data", own_data(pydio).await?)?;
    equal("the login", &*user.id, &*scene.target().user.name)?;
    let active = pydio.workspace("pydio").call(conf_sql::state("user/active_repo")).await?;
    let active = given("the active workspace", active.active_repo)?;
    let own = pydio.workspace("pydio").call(conf_sql::state("user/repositories")).await?;
    let own = given("the list of workspaces", own.repositories)?.repo.unwrap_or_default();
    ensure(own.iter().any(|repo| repo.id == active.id), "the active workspace is not listed")?;
    let name = scene.workspace();
    let mut named = own.iter().filter(|repo| {
        repo.id == name || repo.repository_slug.as_deref() == Some(name) || name == "pydio"
    });
    ensure(named.next().is_some(), format!("the workspace `{name}` is none of the user's"))?;
    let preferences = user.preferences.and_then(|preferences| preferences.pref);
    let is_set = preferences.unwrap_or_default().iter().any(|pref| pref.name == "lang");
    ensure(is_set, "no language is set or unset")?;
    #[cfg(since = "6.5.1")]
    state_over_v2(scene, &own).await?;
    Ok(())
}

#[cfg(since = "6.5.1")]
async fn state_over_v2(scene: &Scene, own: &[RegistryWorkspace]) -> Result<(), Trouble> {
    let pydio = scene.user();
    let user = scene.operation(pydio, user_account::user_info()).await?.user;
    equal("the login over v2", &*user.id, &*scene.target().user.name)?;
    let by_v2 = scene.operation(pydio, user_account::user_workspaces()).await?;
    equal(
        "the list of workspaces over v2",
        by_v2.repositories.repo.iter().flatten().map(|repo| &*repo.id).collect::<Vec<_>>(),
        own.iter().map(|repo| &*repo.id).collect::<Vec<_>>(),
    )?;
    let preferences = scene.operation(pydio, user_account::user_preferences()).await?;
    let preferences = preferences.preferences.pref.unwrap_or_default();
    let is_set = preferences.iter().any(|pref| pref.name == "lang");
    ensure(is_set, "no language is set or unset over v2")
}

async fn workspace_info(scene: &Scene) -> Result<(), Trouble> {
    let info = scene.files().call(conf_sql::load_repository_info()).await?;
    #[cfg(not(since = "6.4.0"))]
    ensure(info.core_users.internal > 0, "nobody can see the workspace")?;
    #[cfg(since = "6.4.0")]
    ensure(info.core_users.users > 0, "nobody can see the workspace")?;
    #[cfg(since = "6.5.1")]
    {
        let seen = info.core_users;
        let call = workspace::get_workspace_info(scene.workspace());
        let by_v2 = scene.operation(scene.user(), call).await?.core_users;
        let by_v2 = given("who can see it, over v2", by_v2)?;
        equal("the number of users over v2", by_v2.users, Some(seen.users))?;
        equal("the number of groups over v2", by_v2.groups, seen.groups)?;
        let call = workspace::get_workspace_info(scene.workspace()).collect(true);
        let collected = scene.operation(scene.user(), call).await?;
        let usage = collected.meta_quota.map_or(0, |quota| quota.usage);
        ensure(usage >= 0, "less than nothing is used")?;
    }
    Ok(())
}

/// Some servers omit the current user; then the client must not invent one.
async fn directory(scene: &Scene) -> Result<(), Trouble> {
    let own: &Pydio = scene.user();
    let login = &scene.target().user.name;
    let call = conf_sql::user_list_authorized_users(login).existing_only(true).users_only(true);
    let found = own.workspace("pydio").call(call).await?;
    #[cfg(since = "8.0.0")]
    let logins: Vec<_> = found.iter().map(|user| &*user.id).collect();
    #[cfg(not(since = "8.0.0"))]
    let logins = entries(&found.0);
    ensure(
        logins.is_empty() || logins.contains(&login.as_str()),
        "the search found others than who was asked for",
    )
}

/// Returns the logins in a list for the web interface, except for the one that was typed.
#[cfg(not(since = "8.0.0"))]
fn entries(markup: &str) -> Vec<&str> {
    let items = markup.split("<li").filter(|item| !item.contains("data-temporary='true'"));
    items.filter_map(|item| item.split("data-entry_id='").nth(1)?.split('\'').next()).collect()
}
