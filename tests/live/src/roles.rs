//! Roles, and the rights they grant.

use std::time::Duration;

use pydio_client::{
    Rights, Workspace,
    v1::{
        access_ajxp_conf::{self, DataType, UpdateRoleAction},
        access_fs,
    },
};
#[cfg(since = "6.2.0")]
use pydio_client::{
    json::{Map, Object},
    v1::models::{Role, RolePost},
};

use super::{
    Need, Scenario, Scene, Trouble,
    people::add_user,
    trouble::{equal, refused},
};

const ROLES: &str =
    "the administrator needs the workspace `settings`, and the right to change roles";

pub(super) static SCENARIOS: &[Scenario] = &[Scenario {
    name: "a role gives a right to its users",
    needs: &[Need::Admin],
    help: ROLES,
    run: |scene| Box::pin(over_v1(scene)),
}];

/// Long enough for the next second to begin.
pub(super) const A_SECOND_LATER: Duration = Duration::from_millis(1100);

async fn over_v1(scene: &Scene) -> Result<(), Trouble> {
    let settings = scene.settings()?;
    let workspace = &scene.known()?.id;
    let (role, login, password) = (scene.name("role"), scene.name("user"), scene.password());
    add_user(scene, &login, &password).await?;
    let (own, name, what) = (settings.clone(), role.clone(), format!("the role {role}"));
    scene.later(&what, async move {
        own.call(access_ajxp_conf::delete(DataType::Role, name)).await.map(|_| ())
    });
    settings.call(access_ajxp_conf::create_role(&role)).await?;
    #[cfg(since = "8.0.0")]
    settings
        .call(access_ajxp_conf::role_update_right(workspace, &role, Rights::READ | Rights::WRITE))
        .await?;
    // The action has other parameters at first, and fails always from 6.5.1 on.
    #[cfg(not(since = "8.0.0"))]
    save(&settings, &role, workspace, Rights::READ | Rights::WRITE).await?;
    let sheet = settings.call(access_ajxp_conf::edit_role(&role)).await?;
    let right = sheet.role.acl.get(workspace);
    equal("the right of the role", right, Some(&(Rights::READ | Rights::WRITE)))?;

    let files = scene.connect(&login, &password)?.workspace(workspace);
    let change = |action| access_ajxp_conf::user_update_role(&login, action, &role);
    settings.call(change(UpdateRoleAction::Add)).await?;
    files.call(access_fs::ls("/")).await?;

    // With caching on, the server keeps using the user's cached roles unless a role was written in
    // a later second than the user, however long after.
    tokio::time::sleep(A_SECOND_LATER).await;
    save(&settings, &role, workspace, Rights::NONE).await?;
    refused("to enter by a role without a right", files.call(access_fs::ls("/")).await)?;
    settings.call(change(UpdateRoleAction::Remove)).await?;
    settings.call(access_ajxp_conf::delete(DataType::Role, &role)).await?;
    scene.removed(&what);
    let gone = settings.call(access_ajxp_conf::delete(DataType::Role, &role)).await;
    refused("to remove a role that is gone", gone)?;
    Ok(())
}

/// Saves a role with one right. Without `APPLIES`, its users could not log in.
#[cfg(since = "6.2.0")]
pub(super) async fn save(
    settings: &Workspace,
    role: &str,
    workspace: &str,
    right: Rights,
) -> Result<(), Trouble> {
    let acl = Map::from([(workspace.to_owned(), right)]);
    let mut changed = Role::new(acl, Object::new(), Vec::new(), Object::new());
    changed.masks = Some(Object::new());
    let changed = RolePost::new(Object::new(), changed);
    let saved = settings.call(access_ajxp_conf::post_json_role(role, &changed)).await?;
    equal("whether the role was saved", saved.success, Some(true))
}

/// Saves a role with one right. The first servers take no JSON for it.
#[cfg(not(since = "6.2.0"))]
async fn save(
    settings: &Workspace,
    role: &str,
    workspace: &str,
    right: Rights,
) -> Result<(), Trouble> {
    settings.call(access_ajxp_conf::role_update_right(role, right, workspace)).await?;
    Ok(())
}
