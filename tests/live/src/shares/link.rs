//! A public link.

use pydio_client::v1::{
    access_fs,
    action_share::{self, SimpleShareType},
    models::{Share, ShareLink},
};

use crate::{
    Scene, Trouble,
    trouble::{ensure, equal, given, refused},
};

fn only_link(share: &Share) -> Result<&ShareLink, Trouble> {
    equal("the number of links", share.links.len(), 1)?;
    given("the link", share.links.values().next())
}

pub(super) async fn run(scene: &Scene) -> Result<(), Trouble> {
    let (files, folder) = (scene.files(), scene.folder().await?);
    let path = folder.join("shared é.txt");
    files.call(access_fs::mkfile(&path).content("shared")).await?;
    let what = format!("the link to {path}");
    let (own, shared) = (files.clone(), path.clone());
    scene.later(&what, async move { own.call(action_share::unshare(shared)).await.map(|_| ()) });
    let share = action_share::share(SimpleShareType::Private, &path);
    let share = share.guest_user_pass(scene.password()).expiration(7);
    let address = files.call(share).await?.0;
    let share = files.call(action_share::load_shared_element_data(&path)).await?;
    equal("the owner", &*share.share_owner, &*scene.target().user.name)?;
    let link = only_link(&share)?;
    equal("the address of the link", &*link.public_link, &*address)?;
    equal("whether it has a password", link.has_password, Some(true))?;
    equal("the days until it ends", link.expire_after, 7)?;
    ensure(!link.is_expired, "the link has ended already")?;

    let change = action_share::share(SimpleShareType::Private, &path).link_hash(&link.hash);
    let change = change.guest_user_pass(scene.password()).expiration(3);
    files.call(change).await?;
    let changed = files.call(action_share::load_shared_element_data(&path)).await?;
    let changed = only_link(&changed)?;
    equal("the hash after the change", &*changed.hash, &*link.hash)?;
    equal("the days after the change", changed.expire_after, 3)?;

    let listed = files.call(action_share::sharelist_load()).await?;
    let is_listed = listed.nodes.iter().any(|node| {
        node.attributes.get("shared_element_hash") == Some(&link.hash)
            || node.attributes.get("original_path") == Some(path.as_str())
    });
    let message = "the link is not in the list of shares: with some builds of SQLite, the server finds \
                   no shares of a user";
    ensure(is_listed, message)?;
    let unshare = action_share::unshare(&path).element_id(&link.hash);
    files.call(unshare).await?;
    scene.removed(&what);
    let gone = files.call(action_share::load_shared_element_data(&path)).await;
    refused("to read a link that was removed", gone)?;
    Ok(())
}
