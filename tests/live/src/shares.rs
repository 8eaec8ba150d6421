//! Sharing through a link and with users.

use pydio_client::{
    Workspace,
    v1::{
        access_fs,
        action_share::{self, SimpleShareType, SubAction},
        conf_sql,
        models::{Share, ShareLink},
    },
    v2::provisioning,
};

use super::{
    Need, Scenario, Scene, Trouble,
    trouble::{ensure, equal, given, refused},
};

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "a link with a password and an end: made, changed, read, removed",
        needs: &[],
        help: "`action.share` has to be active, and the user's role has to allow public links",
        run: |scene| Box::pin(link(scene)),
    },
    Scenario {
        name: "a folder is shared with a user",
        needs: &[Need::Admin],
        help: "`action.share` has to be active, and the user's role has to allow shared workspaces",
        run: |scene| Box::pin(with_user(scene)),
    },
    Scenario {
        name: "operations on shares that v2 only declares",
        needs: &[],
        help: "the bindings are of another version than the server: generate them for yours",
        run: |scene| Box::pin(declared_only(scene)),
    },
];

async fn loaded(files: &Workspace, path: &pydio_client::NodePath) -> Result<Share, Trouble> {
    Ok(files.call(action_share::load_shared_element_data(path)).await?)
}

fn only_link(share: &Share) -> Result<&ShareLink, Trouble> {
    equal("the number of links", share.links.len(), 1)?;
    given("the link", share.links.values().next())
}

async fn link(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let path = folder.join("shared é.txt");
    files.call(access_fs::mkfile(&path).content("shared")).await?;
    let what = format!("the link to {path}");
    let (own, shared) = (files.clone(), path.clone());
    scene.later(&what, async move { own.call(action_share::unshare(shared)).await.map(|_| ()) });
    let share = action_share::share(SimpleShareType::Private, &path);
    let share = share.guest_user_pass(scene.password()).expiration(7);
    let address = files.call(share).await?.0;
    let share = loaded(&files, &path).await?;
    equal("the owner", &*share.share_owner, &*scene.target().user.name)?;
    let link = only_link(&share)?;
    equal("the address of the link", &*link.public_link, &*address)?;
    equal("whether it has a password", link.has_password, Some(true))?;
    equal("the days until it ends", link.expire_after, 7)?;
    ensure(!link.is_expired, "the link has ended already")?;

    let change = action_share::share(SimpleShareType::Private, &path).hash_(&link.hash);
    let change = change.guest_user_pass(scene.password()).expiration(3);
    files.call(change).await?;
    let changed = loaded(&files, &path).await?;
    let changed = only_link(&changed)?;
    equal("the hash after the change", &*changed.hash, &*link.hash)?;
    equal("the days after the change", changed.expire_after, 3)?;

    let listed = files.call(action_share::sharelist_load()).await?;
    let is_listed = listed.nodes.iter().any(|node| {
        node.attributes.get("shared_element_hash") == Some(&link.hash)
            || node.attributes.get("original_path") == Some(path.as_str())
    });
    ensure(is_listed, "the link is not in the list of shares")?;
    let unshare = action_share::unshare(&path).element_id(&link.hash);
    files.call(unshare).await?;
    scene.removed(&what);
    let gone = files.call(action_share::load_shared_element_data(&path)).await;
    refused("to read a link that was removed", gone)?;
    Ok(())
}

async fn with_user(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let login = scene.name("guest");
    let password = scene.password();
    super::people::add_user(scene, &login, &password).await?;
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
    let share = loaded(&files, &shared).await?;
    let entry = share.entries.iter().find(|entry| entry.id == login);
    equal("the guest's right", &*given("the guest in the share", entry)?.right, "r")?;

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

#[expect(deprecated, reason = "that they are not sent is what is tested")]
async fn declared_only(scene: &Scene) -> Result<(), Trouble> {
    scene.unsupported(provisioning::admin_load_share_list(scene.workspace())).await?;
    let share = provisioning::admin_load_shared_element_data(scene.workspace(), "a");
    scene.unsupported(share).await?;
    // Tests the error for unshared nodes instead of the second call.
    let (files, folder) = (scene.files(), scene.folder().await?);
    let call = action_share::load_shared_element_data(&folder);
    refused("to read a share that is none", files.call(call).await)?;
    Ok(())
}
