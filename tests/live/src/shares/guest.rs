//! A folder that another user may read.

use pydio_client::Rights;
use pydio_client::v1::{
    access_fs,
    action_share::{self, SimpleShareType, SubAction},
    conf_sql,
};

use crate::{
    Scene, Trouble,
    trouble::{ensure, equal, given, refused},
};

pub(super) async fn run(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let login = scene.name("guest");
    let password = scene.password();
    crate::people::add_user(scene, &login, &password).await?;
    let shared = folder.join(&scene.name("shared"));
    files.call(access_fs::mkdir(&shared)).await?;
    files.call(access_fs::mkfile(shared.join("a.txt")).content("for you")).await?;
    let what = format!("the share of {shared}");
    let (own, path) = (files.clone(), shared.clone());
    scene.later(&what, async move { own.call(action_share::unshare(path)).await.map(|_| ()) });
    let share = action_share::share(SimpleShareType::Public, &shared);
    let share = share.sub_action(SubAction::DelegateRepo).repo_label(shared.name());
    let share = share.user(0, &*login).entry_type(0, "user").right_read(0, "true");
    files.call(share).await?;
    let share = files.call(action_share::load_shared_element_data(&shared)).await?;
    let entry = share.entries.iter().find(|entry| entry.id == login);
    equal("the guest's right", &given("the guest in the share", entry)?.right, &Rights::READ)?;

    let guest = scene.connect(&login, &password)?;
    let state = guest.workspace("pydio").call(conf_sql::state("user/repositories")).await?;
    let workspaces = given("the guest's workspaces", state.repositories)?.repo.unwrap_or_default();
    let is_there = workspaces.iter().any(|repo| repo.id == share.repository_id);
    ensure(is_there, "the guest does not see the share")?;
    let theirs = guest.workspace(&share.repository_id);
    let content = theirs.call(access_fs::get_content("/a.txt")).await?.bytes(100).await?;
    equal("what the guest reads", &*content, b"for you")?;
    refused("to write with a right to read", theirs.call(access_fs::mkfile("/b.txt")).await)?;

    files.call(action_share::unshare(&shared)).await?;
    scene.removed(&what);
    refused("to read what is no longer shared", theirs.call(access_fs::ls("/")).await)?;
    Ok(())
}
