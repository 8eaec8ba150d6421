//! Workspaces and their features over v2.

use pydio_client::{
    json::Object,
    v2::{
        models::{AdminWorkspace, NewWorkspace, WorkspacePatch},
        provisioning,
    },
};

use crate::{
    Scene, Trouble,
    trouble::{ensure, equal, given},
    workspaces::settings,
};

pub(super) async fn run(scene: &Scene) -> Result<(), Trouble> {
    let admin = scene.admin()?;
    let label = scene.name("v2workspace");
    let mut new = NewWorkspace::new("fs", &*label);
    new.parameters = Some(settings(scene)?);
    let made = scene.operation(admin, provisioning::admin_create_workspace(&new)).await?;
    let id = made.reload.and_then(|reload| reload.pending_selection);
    let id = given("the id of the new workspace", id)?;
    let (own, name, what) = (admin.clone(), id.clone(), format!("the workspace {label}"));
    scene.later(&what, async move {
        own.call(provisioning::admin_delete_workspace(name)).await.map(|_| ())
    });
    equal("its name", read(scene, &id).await?.display, &*label)?;
    let is_listed = listed(scene).await?.contains(&id);
    ensure(is_listed, "the new workspace is not listed")?;

    for by_id in [true, false] {
        let renamed = scene.name("v2renamed");
        let mut change = WorkspacePatch::new(Object::new());
        change.display = Some(renamed.clone());
        match by_id {
            true => {
                let edit = provisioning::admin_edit_workspace(&id, &change);
                scene.operation(admin, edit).await?;
            }
            false => {
                let update = provisioning::admin_update_workspace(&id, &change);
                scene.operation(admin, update).await?;
            }
        }
        equal("its new name", read(scene, &id).await?.display, &*renamed)?;
    }
    feature(scene, &id).await?;

    scene.operation(admin, provisioning::admin_delete_workspace(&id)).await?;
    scene.removed(&what);
    ensure(!listed(scene).await?.contains(&id), "the removed workspace is still listed")
}

async fn feature(scene: &Scene, id: &str) -> Result<(), Trouble> {
    const FEATURE: &str = "meta.quota";
    let admin = scene.admin()?;
    let quota = |size: &str| Object::from_iter([("DEFAULT_QUOTA".to_owned(), size.into())]);
    let add = provisioning::admin_add_workspace_feature(id, FEATURE, &quota("1G"));
    scene.operation(admin, add).await?;
    let edit = provisioning::admin_edit_workspace_feature(id, FEATURE, &quota("2G"));
    scene.operation(admin, edit).await?;
    let features = read(scene, id).await?.features.unwrap_or_default();
    let size = features.get(FEATURE).and_then(|feature| feature["DEFAULT_QUOTA"].as_str());
    equal("the quota", size, Some("2G"))?;
    let remove = provisioning::admin_remove_workspace_feature(id, FEATURE);
    scene.operation(admin, remove).await?;
    let features = read(scene, id).await?.features.unwrap_or_default();
    ensure(!features.contains_key(FEATURE), "the feature is still there")
}

async fn read(scene: &Scene, id: &str) -> Result<AdminWorkspace, Trouble> {
    scene.operation(scene.admin()?, provisioning::admin_get_workspace(id)).await
}

/// Returns the ids of all workspaces, paged or not.
async fn listed(scene: &Scene) -> Result<Vec<String>, Trouble> {
    let list = scene.operation(scene.admin()?, provisioning::admin_list_workspaces()).await?;
    let of_page = list.data.and_then(|page| page.children);
    let workspaces = list.children.or(of_page).unwrap_or_default().into_values();
    Ok(workspaces.filter_map(|workspace| workspace.repository_id).collect())
}
