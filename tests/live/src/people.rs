//! Users and groups in the administration.

use pydio_client::{
    Error, NodePath, Pydio, Workspace,
    v1::{
        access_ajxp_conf::{self, DataType},
        access_fs,
    },
    v2::{
        models::{
            NewPerson, NewPersonResourceType, PeoplePatch, PeoplePatchParameterName,
            PeoplePatchResourceType, PersonList,
        },
        provisioning,
    },
};

use super::{
    Need, Scenario, Scene, Trouble,
    trouble::{ensure, equal, given, refused},
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
    Scenario {
        name: "users over v2, in pages",
        needs: &[Need::Admin],
        help: "before 8.0.2 the server takes no JSON for new users: update, or use v1",
        run: |scene| Box::pin(over_v2(scene)),
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
    let again = settings.call(access_ajxp_conf::create_group("Again", &group)).await;
    refused("a second group of that name", again)?;

    let (login, password) = (scene.name("user"), scene.password());
    add_user(scene, &login, &password).await?;
    let again = settings.call(access_ajxp_conf::create_user(&login, "x")).await;
    refused("a second user of that name", again)?;
    equal("who is in the group", members(&settings, &group).await?, [""; 0])?;
    settings.call(access_ajxp_conf::user_update_group(&login, &group)).await?;
    equal("who is in the group", members(&settings, &group).await?, [&*login])?;
    settings.call(access_ajxp_conf::admin_search_users(&login)).await?;

    let new = scene.password();
    let fields = [("user_id", &*login), ("user_pwd", &*new)];
    settings.call(access_ajxp_conf::edit("update_user_pwd").fields(fields)).await?;
    let user = scene.connect(&login, &new)?;
    user.call(pydio_client::v2::user_account::user_info()).await?;

    delete(&settings, DataType::User, &login).await?;
    scene.removed(&format!("the user {login}"));
    equal("who is left in the group", members(&settings, &group).await?, [""; 0])?;
    delete(&settings, DataType::Group, &group).await?;
    scene.removed(&what);
    Ok(())
}

async fn rights(scene: &Scene) -> Result<(), Trouble> {
    let settings = scene.settings()?;
    let (login, password) = (scene.name("user"), scene.password());
    add_user(scene, &login, &password).await?;
    let workspace = &scene.known()?.id;
    let right =
        |right: &str| settings.call(access_ajxp_conf::user_update_right(workspace, &login, right));
    let files = scene.connect(&login, &password)?.workspace(workspace);
    right("r").await?;
    files.call(access_fs::ls("/")).await?;
    let made = files.call(access_fs::mkdir(format!("/{}", scene.name("never")))).await;
    refused("to write with a right to read", made)?;
    right("rw").await?;
    let theirs = NodePath::root().join(&scene.name("theirs"));
    let what = scene.remove_from(&files, &theirs);
    files.call(access_fs::mkdir(&theirs)).await?;
    files.call(access_fs::delete([&theirs]).force_deletion(true)).await?;
    scene.removed(&what);
    right("n").await?;
    refused("to enter without a right", files.call(access_fs::ls("/")).await)?;
    Ok(())
}

const PAGE: usize = 50;

async fn over_v2(scene: &Scene) -> Result<(), Trouble> {
    let admin = scene.admin()?;
    let group = scene.name("v2group");
    let mut new = NewPerson::new(NewPersonResourceType::Group);
    new.group_label = Some("Live group".to_owned());
    remove_person(scene, admin, &group);
    scene.operation(admin, provisioning::create_people(&group, &new)).await?;
    let mut logins = Vec::new();
    for _ in 0..=PAGE {
        let login = scene.name("v2user");
        let path = format!("{group}/{login}");
        let mut new = NewPerson::new(NewPersonResourceType::User);
        new.user_pass = Some(scene.password().into());
        remove_person(scene, admin, &path);
        scene.operation(admin, provisioning::create_people(&path, &new)).await?;
        logins.push(login);
    }
    let mut found = Vec::new();
    for page in 1..=2 {
        let call = provisioning::get_people(&group).page(page);
        let listed = people(scene.operation(admin, call).await?);
        ensure(listed.len() <= PAGE, format!("{} users are on one page", listed.len()))?;
        found.extend(listed);
    }
    found.sort();
    logins.sort();
    equal("who is in the group, page by page", &found, &logins)?;

    let login = given("a user", logins.first())?;
    let path = format!("{group}/{login}");
    let password = scene.password();
    let name = PeoplePatchParameterName::UserPass;
    let kind = PeoplePatchResourceType::User;
    let patch = PeoplePatch::new(name, password.as_str(), kind);
    scene.operation(admin, provisioning::patch_people(&path, &patch)).await?;
    let user = scene.connect(login, &password)?;
    user.call(pydio_client::v2::user_account::user_info()).await?;
    scene.operation(admin, provisioning::delete_people(&path)).await?;
    scene.removed(&person(&path));
    let call = provisioning::get_people(&group).page(1);
    let listed = people(scene.operation(admin, call).await?);
    ensure(!listed.contains(login), "the removed user is still listed")
}

fn person(path: &str) -> String {
    format!("the user or group {path}")
}

fn remove_person(scene: &Scene, admin: &Pydio, path: &str) {
    let (admin, own) = (admin.clone(), path.to_owned());
    scene.later(person(path), async move {
        admin.call(provisioning::delete_people(own)).await.map(|_| ())
    });
}

/// Returns the logins of a list, paged or not.
fn people(list: PersonList) -> Vec<String> {
    let of_page = list.data.and_then(|page| page.children);
    let people = list.children.or(of_page).unwrap_or_default().into_values();
    people.filter_map(|person| person.object_id).collect()
}
