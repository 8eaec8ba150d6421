//! Roles.

use pydio_client::{
    Rights,
    json::Object,
    v2::{models::Role, provisioning},
};

use crate::{
    Scene, Trouble,
    trouble::{ensure, equal, given},
};

pub(super) async fn run(scene: &Scene) -> Result<(), Trouble> {
    let admin = scene.admin()?;
    let workspace = &scene.known()?.id;
    let role = scene.name("v2role");
    let (own, name, what) = (admin.clone(), role.clone(), format!("the role {role}"));
    scene.later(&what, async move { own.call(provisioning::delete_role(name)).await.map(|_| ()) });
    scene.operation(admin, provisioning::create_role(&role)).await?;
    let mut changed = Role::new([].into(), Object::new(), Vec::new(), Object::new());
    changed.acl.insert(workspace.clone(), Rights::READ);
    scene.operation(admin, provisioning::update_role(&role, &changed)).await?;
    let found = scene.operation(admin, provisioning::get_role(&role)).await?;
    let acl = given("what the role allows", found.acl)?;
    equal("the right of the role", acl.get(workspace), Some(&Rights::READ))?;
    let full = provisioning::get_role(&role).load_fill_values(true);
    let full = scene.operation(admin, full).await?;
    ensure(full.all.is_some(), "what a form about a role needs is missing")?;
    let all = scene.operation(admin, provisioning::get_roles()).await?;
    let all = all.children.unwrap_or_default();
    let is_listed = all.values().any(|known| known.role_id == role);
    // 6.5 lists only the role of all users.
    ensure(is_listed || cfg!(not(since = "7.0.0")), "the role is not listed")?;
    scene.operation(admin, provisioning::delete_role(&role)).await?;
    scene.removed(&what);
    let all = scene.operation(admin, provisioning::get_roles()).await?;
    let all = all.children.unwrap_or_default();
    ensure(all.values().all(|known| known.role_id != role), "the removed role is still listed")
}
