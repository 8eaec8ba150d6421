//! Users and groups in the administration.

use pydio_client::{
    Error, NodePath, Rights, Workspace,
    v1::{
        access_ajxp_conf::{self, DataType},
        access_fs,
    },
};

use super::{
    Need, Scenario, Scene, Trouble,
    trouble::{equal, refused},
};

const PEOPLE: &str = "the administrator needs the workspace `settings`, and the source of users \
                      has to be one that Pydio may write to (`auth.sql`)";

pub(super) static SCENARIOS: &[Scenario] = &[
    Scenario {
        name: "users and groups: made, moved, listed, removed",
        needs: &[Need::Admin],
        help: PEOPLE,
        run: |scene| Box::pin(users(scene)),
    },
    Scenario {
        name: "a new user gets a right, and loses it",
        needs: &[Need::Admin],
        help: PEOPLE,
        run: |scene| Box::pin(rights(scene)),
    },
];

/// Creates a user, and schedules their removal.
pub(super) async fn add_user(scene: &Scene, login: &str, password: &str) -> Result<(), Trouble> {
    let (settings, name) = (scene.settings()?, login.to_owned());
    scene.later(format!("the user {login}"), {
        let settings = settings.clone();
        async move { delete(&settings, DataType::User, &name).await }
    });
    settings.call(access_ajxp_conf::create_user(login, password)).await?;
    Ok(())
}

async fn delete(settings: &Workspace, kind: DataType, id: &str) -> Result<(), Error> {
    settings.call(access_ajxp_conf::delete(kind, id)).await.map(|_| ())
}

/// Returns the logins in a group, from all its pages.
async fn members(settings: &Workspace, group: &str) -> Result<Vec<String>, Trouble> {
    let mut logins = Vec::new();
    for page in 1.. {
        let call = access_ajxp_conf::ls(format!("/data/users/{group}")).page(page);
        let listing = settings.call(call).await?;
        let shown = listing.nodes.iter().filter_map(|node| node.attributes.get("object_id"));
        logins.extend(shown.map(str::to_owned));
        if !listing.pagination.is_some_and(|pagination| pagination.has_more()) {
            break;
        }
    }
    Ok(logins)
}

async fn users(scene: &Scene) -> Result<(), Trouble> {
    let settings = scene.settings()?;
    let group = scene.name("group");
    let (own, name) = (settings.clone(), group.clone());
    let what = format!("the group {group}");
    scene.later(&what, async move { delete(&own, DataType::Group, &name).await });
    settings.call(access_ajxp_conf::create_group("Live é group", &group)).await?;
    // The first servers take it for a change.
    #[cfg(since = "6.2.0")]
    {
        let again = settings.call(access_ajxp_conf::create_group("Again", &group)).await;
        refused("a second group of that name", again)?;
    }

    let (login, password) = (scene.name("user"), scene.password());
    add_user(scene, &login, &password).await?;
    let again = settings.call(access_ajxp_conf::create_user(&login, "x")).await;
    refused("a second user of that name", again)?;
    equal("who is in the group", members(&settings, &group).await?, [""; 0])?;
    settings.call(access_ajxp_conf::user_update_group(&login, &group)).await?;
    equal("who is in the group", members(&settings, &group).await?, [&*login])?;
    #[cfg(since = "6.5.1")]
    settings.call(access_ajxp_conf::admin_search_users(&login)).await?;

    let new = scene.password();
    let fields = [("user_id", &*login), ("user_pwd", &*new)];
    settings.call(access_ajxp_conf::edit("update_user_pwd").fields(fields)).await?;
    check_login(scene, &login, &new).await?;

    delete(&settings, DataType::User, &login).await?;
    scene.removed(&format!("the user {login}"));
    equal("who is left in the group", members(&settings, &group).await?, [""; 0])?;
    delete(&settings, DataType::Group, &group).await?;
    scene.removed(&what);
    Ok(())
}

/// Logs a user in, who has to be able to read something: some servers tell a user without any
/// workspace nothing but that.
pub(super) async fn check_login(scene: &Scene, login: &str, password: &str) -> Result<(), Trouble> {
    let workspace = &scene.known()?.id;
    grant(&scene.settings()?, login, workspace, Rights::READ).await?;
    scene.connect(login, password)?.workspace(workspace).call(access_fs::ls("/")).await?;
    Ok(())
}

/// Gives a user a right to a workspace: by their own role where the action for it fails always.
async fn grant(
    settings: &Workspace,
    login: &str,
    workspace: &str,
    right: Rights,
) -> Result<(), Trouble> {
    #[cfg(any(since = "8.0.0", not(since = "6.5.1")))]
    settings.call(access_ajxp_conf::user_update_right(workspace, login, right)).await?;
    #[cfg(all(since = "6.5.1", not(since = "8.0.0")))]
    {
        tokio::time::sleep(super::roles::A_SECOND_LATER).await;
        super::roles::save(settings, &format!("AJXP_USR_/{login}"), workspace, right).await?;
    }
    Ok(())
}

async fn rights(scene: &Scene) -> Result<(), Trouble> {
    let settings = scene.settings()?;
    let (login, password) = (scene.name("user"), scene.password());
    add_user(scene, &login, &password).await?;
    let workspace = &scene.known()?.id;
    let right = |right| grant(&settings, &login, workspace, right);
    let files = scene.connect(&login, &password)?.workspace(workspace);
    right(Rights::READ).await?;
    files.call(access_fs::ls("/")).await?;
    let made = files.call(access_fs::mkdir(format!("/{}", scene.name("never")))).await;
    refused("to write with a right to read", made)?;
    right(Rights::READ | Rights::WRITE).await?;
    let theirs = NodePath::root().join(&scene.name("theirs"));
    let what = scene.remove_from(&files, &theirs);
    files.call(access_fs::mkdir(&theirs)).await?;
    files.call(access_fs::delete([&theirs]).force_deletion(true)).await?;
    scene.removed(&what);
    right(Rights::NONE).await?;
    refused("to enter without a right", files.call(access_fs::ls("/")).await)?;
    Ok(())
}
