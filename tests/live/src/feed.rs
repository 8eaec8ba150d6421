//! The feed that clients synchronize with.

use pydio_client::v1::{access_fs, meta_syncable};

use super::{
    Need, Scenario, Scene, Trouble,
    trouble::{ensure, equal},
};

pub(super) static SCENARIOS: &[Scenario] = &[Scenario {
    name: "changes from a saved point",
    needs: &[Need::Feature("meta.syncable")],
    help: "add the feature `meta.syncable` to the workspace, with its tables in the database",
    run: |scene| Box::pin(changes(scene)),
}];

async fn changes(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    files.call(access_fs::mkfile(folder.join("before.txt"))).await?;
    let point = files.call(meta_syncable::changes(0).filter(&folder)).await?.last_seq;
    let (old, new) = (folder.join("old.txt"), folder.join("new.txt"));
    files.call(access_fs::mkfile(&old)).await?;
    files.call(access_fs::rename(&old, "new.txt")).await?;
    files.call(access_fs::mkfile(folder.join("gone.txt"))).await?;
    files.call(access_fs::delete([folder.join("gone.txt")]).force_deletion(true)).await?;

    let told = files.call(meta_syncable::changes(point).filter(&folder)).await?;
    let is_new = told.changes.iter().all(|change| change.seq > point);
    ensure(is_new, "changes from before the saved point came again")?;
    ensure(told.last_seq > point, "the point did not move")?;
    let ends =
        |path: &Option<String>, end: &str| path.as_deref().is_some_and(|path| path.ends_with(end));
    let renamed = told
        .changes
        .iter()
        .any(|change| ends(&change.source, "/old.txt") && ends(&change.target, "/new.txt"));
    let made = told.changes.iter().any(|change| ends(&change.target, "/new.txt"));
    ensure(renamed || made, format!("nobody was told of {new}"))?;
    let after = files.call(meta_syncable::changes(told.last_seq).filter(&folder)).await?;
    equal("the number of changes since", after.changes.len(), 0)?;

    #[cfg(since = "6.5.1")]
    {
        use pydio_client::v2::workspace;
        let call = workspace::changes(scene.workspace(), point, point).filter(&folder);
        let by_v2 = scene.operation(scene.user(), call).await?;
        equal(
            "the changes over v2",
            by_v2.changes.iter().map(|change| change.seq).collect::<Vec<_>>(),
            told.changes.iter().map(|change| change.seq).collect::<Vec<_>>(),
        )?;
    }
    Ok(())
}
