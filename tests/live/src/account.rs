//! Reads the user's own data and that of the workspace.

use pydio_client::{
    Pydio,
    v1::conf_sql,
    v2::{user_account, workspace},
};

use super::{
    Scenario, Scene, Trouble,
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
    let user = scene.operation(pydio, user_account::user_info()).await?.user;
    equal("the login", &*user.id, &*scene.target().user.name)?;
    let active = pydio.workspace("pydio").call(conf_sql::state("user/active_repo")).await?;
    let active = given("the active workspace", active.active_repo)?;
    let by_v2 = scene.operation(pydio, user_account::user_workspaces()).await?;
    let by_v2 = by_v2.repositories.repo.unwrap_or_default();
    let by_v1 = pydio.workspace("pydio").call(conf_sql::state("user/repositories")).await?;
    let by_v1 = given("the list of workspaces", by_v1.repositories)?.repo.unwrap_or_default();
    equal(
        "the list of workspaces over v2",
        by_v2.iter().map(|repo| &*repo.id).collect::<Vec<_>>(),
        by_v1.iter().map(|repo| &*repo.id).collect::<Vec<_>>(),
    )?;
    ensure(by_v1.iter().any(|repo| repo.id == active.id), "the active workspace is not listed")?;
    let name = scene.workspace();
    let mut own = by_v1.iter().filter(|repo| {
        repo.id == name || repo.repository_slug.as_deref() == Some(name) || name == "pydio"
    });
    ensure(own.next().is_some(), format!("the workspace `{name}` is none of the user's"))?;
    let preferences = scene.operation(pydio, user_account::user_preferences()).await?;
    let preferences = preferences.preferences.pref.unwrap_or_default();
    ensure(preferences.iter().any(|pref| pref.name == "lang"), "no language is set or unset")
}

async fn workspace_info(scene: &Scene) -> Result<(), Trouble> {
    let call = workspace::get_workspace_info(scene.workspace());
    let by_v2 = scene.operation(scene.user(), call).await?.core_users;
    let by_v1 = scene.files().call(conf_sql::load_repository_info()).await?.core_users;
    let by_v2 = given("who can see it, over v2", by_v2)?;
    equal("the number of users over v2", by_v2.users, Some(by_v1.users))?;
    equal("the number of groups over v2", by_v2.groups, by_v1.groups)?;
    let call = workspace::get_workspace_info(scene.workspace()).collect(true);
    let collected = scene.operation(scene.user(), call).await?;
    match collected.meta_quota {
        Some(quota) => ensure(quota.usage >= 0, "less than nothing is used"),
        None => Ok(()),
    }
}

async fn directory(scene: &Scene) -> Result<(), Trouble> {
    let own: &Pydio = scene.user();
    let login = &scene.target().user.name;
    let call = conf_sql::user_list_authorized_users(login).existing_only(true).users_only(true);
    let found = own.workspace("pydio").call(call).await?;
    let is_own = found.iter().any(|user| user.id == *login);
    // Some servers omit the current user; then the client must not invent one.
    let is_nobody = found.is_empty();
    ensure(is_own || is_nobody, "the search found others than who was asked for")
}
