//! Workspaces and their features over v1.

use pydio_client::{
    Json,
    json::{Map, Object},
    v1::{
        access_ajxp_conf::{self, DataType},
        models::WorkspaceDefinition,
    },
};

use super::{
    Need, Scenario, Scene, Trouble,
    trouble::{ensure, given, refused},
};

pub(super) static SCENARIOS: &[Scenario] = &[Scenario {
    name: "a workspace with features: made, changed, listed, removed",
    needs: &[Need::Admin],
    help: "the administrator needs the workspace `settings`, and PHP its folder `data` writable",
    run: |scene| Box::pin(over_v1(scene)),
}];

/// Returns the settings of a new workspace. It uses the folder of the given workspace, so that the
/// server does not create a folder that nobody removes.
pub(super) fn settings(scene: &Scene) -> Result<Object, Trouble> {
    let known = &scene.known()?.parameters;
    let mut parameters = Object::new();
    let path = known.get("PATH").cloned().unwrap_or_else(|| "AJXP_DATA_PATH/files".into());
    parameters.insert("PATH".to_owned(), path);
    parameters.insert("CREATE".to_owned(), false.into());
    Ok(parameters)
}

async fn over_v1(scene: &Scene) -> Result<(), Trouble> {
    let admin = scene.settings()?;
    let label = scene.name("workspace");
    let mut definition = WorkspaceDefinition::new(label.as_str(), "fs");
    definition.driver_options = Some(settings(scene)?);
    let made = admin.call(access_ajxp_conf::create_repository(&definition)).await?;
    let id = made.reloads.iter().find_map(|reload| reload.file.clone());
    let id = given("the id of the new workspace", id)?.as_str().trim_start_matches('/').to_owned();
    let (own, name, what) = (admin.clone(), id.clone(), format!("the workspace {label}"));
    scene.later(&what, async move {
        own.call(access_ajxp_conf::delete(DataType::Repository, name)).await.map(|_| ())
    });
    let all = admin.call(access_ajxp_conf::list_all_repositories_json()).await?;
    let is_there = all.list.get(&id).is_some_and(|known| *known == label);
    ensure(is_there, "the new workspace is not listed")?;

    let renamed = scene.name("renamed");
    admin.call(access_ajxp_conf::edit_repository_label(&id, &renamed)).await?;
    let quota = |size: &str| Map::from([("DEFAULT_QUOTA".to_owned(), Json::from(size))]);
    let add = access_ajxp_conf::meta_source_add(&id, "meta.quota").json_data(&quota("1G"));
    admin.call(add).await?;
    let edit = access_ajxp_conf::meta_source_edit(&id, "meta.quota", &quota("2G"));
    admin.call(edit).await?;
    let found = admin.call(access_ajxp_conf::edit_repository(&id)).await?;
    let text = format!("{found:?}");
    ensure(text.contains(&*renamed), "the workspace does not have its new name")?;
    ensure(text.contains("meta.quota") && text.contains("2G"), "the feature is not as it was set")?;
    admin.call(access_ajxp_conf::meta_source_delete(&id, "meta.quota")).await?;
    let again = admin.call(access_ajxp_conf::meta_source_delete(&id, "meta.quota")).await;
    refused("to take away a feature that is gone", again)?;

    admin.call(access_ajxp_conf::delete(DataType::Repository, &id)).await?;
    scene.removed(&what);
    let all = admin.call(access_ajxp_conf::list_all_repositories_json()).await?;
    ensure(!all.list.contains_key(&id), "the removed workspace is still listed")
}
