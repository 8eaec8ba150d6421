//! Roles, and the rights they grant.

use std::time::Duration;

use pydio_client::{
    json::{Map, Object},
    v1::{
        access_ajxp_conf::{self, DataType, UpdateRoleAction},
        access_fs,
        models::{Role as OwnRole, RolePost},
    },
    v2::{models::Role, provisioning},
};

use super::{
    Need, Scenario, Scene, Trouble,
    people::add_user,
    trouble::{ensure, equal, given, refused},
};

const ROLES: &str =
    "the administrator needs the workspace `settings`, and the right to change roles";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "a role gives a right to whoever has it",
        needs: &[Need::Admin],
        help: ROLES,
        run: |scene| Box::pin(over_v1(scene)),
    },
    Scenario {
        name: "roles over v2",
        needs: &[Need::Admin],
        help: ROLES,
        run: |scene| Box::pin(over_v2(scene)),
    },
];

/// Long enough for the next second to begin.
const A_SECOND_LATER: Duration = Duration::from_millis(1100);

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
    settings.call(access_ajxp_conf::role_update_right(workspace, &role, "rw")).await?;
    let sheet = settings.call(access_ajxp_conf::edit_role(&role)).await?;
    let right = sheet.role.acl.get(workspace).map(String::as_str);
    equal("the right of the role", right, Some("rw"))?;

    let files = scene.connect(&login, &password)?.workspace(workspace);
    let change = |action| access_ajxp_conf::user_update_role(&login, action, &role);
    settings.call(change(UpdateRoleAction::Add)).await?;
    files.call(access_fs::ls("/")).await?;

    // With caching on, the server keeps using the user's cached roles unless a role was written in
    // a later second than the user, however long after.
    tokio::time::sleep(A_SECOND_LATER).await;
    let changed = RolePost::new(Object::new(), own_role(workspace, "n"));
    let saved = settings.call(access_ajxp_conf::post_json_role(&role, &changed)).await?;
    equal("whether the role was saved", saved.success, Some(true))?;
    refused("to enter by a role without a right", files.call(access_fs::ls("/")).await)?;
    settings.call(change(UpdateRoleAction::Remove)).await?;
    settings.call(access_ajxp_conf::delete(DataType::Role, &role)).await?;
    scene.removed(&what);
    let gone = settings.call(access_ajxp_conf::delete(DataType::Role, &role)).await;
    refused("to remove a role that is gone", gone)?;
    Ok(())
}

/// Returns a role with one right, in JSON. Without `APPLIES`, its users could not log in.
fn own_role(workspace: &str, right: &str) -> OwnRole {
    let acl = Map::from([(workspace.to_owned(), right.to_owned())]);
    let mut role = OwnRole::new(acl, Object::new(), Vec::new(), Object::new());
    role.masks = Some(Object::new());
    role
}

async fn over_v2(scene: &Scene) -> Result<(), Trouble> {
    let admin = scene.admin()?;
    let workspace = &scene.known()?.id;
    let role = scene.name("v2role");
    let (own, name, what) = (admin.clone(), role.clone(), format!("the role {role}"));
    scene.later(&what, async move { own.call(provisioning::delete_role(name)).await.map(|_| ()) });
    scene.operation(admin, provisioning::create_role(&role)).await?;
    let mut changed = Role::new([].into(), Object::new(), Vec::new(), Object::new());
    changed.acl.insert(workspace.clone(), "r".to_owned());
    scene.operation(admin, provisioning::update_role(&role, &changed)).await?;
    let found = scene.operation(admin, provisioning::get_role(&role)).await?;
    let acl = given("what the role allows", found.acl)?;
    equal("the right of the role", acl.get(workspace).map(String::as_str), Some("r"))?;
    let full = provisioning::get_role(&role).load_fill_values(true);
    let full = scene.operation(admin, full).await?;
    ensure(full.all.is_some(), "what a form about a role needs is missing")?;
    let all = scene.operation(admin, provisioning::get_roles()).await?;
    let all = all.children.unwrap_or_default();
    let is_listed = all.values().any(|known| known.role_id == role);
    ensure(is_listed, "the role is not listed")?;
    scene.operation(admin, provisioning::delete_role(&role)).await?;
    scene.removed(&what);
    let all = scene.operation(admin, provisioning::get_roles()).await?;
    let all = all.children.unwrap_or_default();
    ensure(all.values().all(|known| known.role_id != role), "the removed role is still listed")
}
