//! Users and groups.

#[cfg(not(since = "8.0.2"))]
use pydio_client::v2::models::CreatePeopleResourceType;
#[cfg(since = "8.0.2")]
use pydio_client::v2::models::{NewPerson, NewPersonResourceType};
use pydio_client::{
    Pydio,
    v2::{
        models::{PeoplePatch, PeoplePatchParameterName, PeoplePatchResourceType, PersonList},
        provisioning,
    },
};

use crate::{
    Scene, Trouble,
    people::check_login,
    trouble::{ensure, equal, given},
};

/// The number of users that a page shows at most.
const PAGE: i64 = 50;

/// The number of pages that the users of the scenario take. Before 8, servers show the first page
/// whatever is asked for, so the users have to be on it.
const PAGES: i64 = if cfg!(since = "8.0.0") { 2 } else { 1 };

pub(super) async fn run(scene: &Scene) -> Result<(), Trouble> {
    let admin = scene.admin()?;
    let group = scene.name("v2group");
    remove_person(scene, admin, &group);
    scene.operation(admin, new_group(&group)).await?;
    let mut logins = Vec::new();
    for _ in 0..(PAGES - 1) * PAGE + 1 {
        let login = scene.name("v2user");
        let path = format!("{group}/{login}");
        remove_person(scene, admin, &path);
        scene.operation(admin, new_user(&path, scene.password())).await?;
        logins.push(login);
    }
    let mut found = Vec::new();
    for page in 1..=PAGES {
        let listed = people(scene.operation(admin, listed(&group, page)).await?);
        ensure(
            listed.len() <= PAGE.try_into().unwrap_or_default(),
            format!("{} users are on one page", listed.len()),
        )?;
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
    check_login(scene, login, &password).await?;
    scene.operation(admin, provisioning::delete_people(&path)).await?;
    scene.removed(&person(&path));
    let listed = people(scene.operation(admin, listed(&group, 1)).await?);
    ensure(!listed.contains(login), "the removed user is still listed")
}

#[cfg(since = "8.0.0")]
fn listed(group: &str, page: i64) -> provisioning::GetPeople {
    provisioning::get_people(group).page(page)
}

#[cfg(not(since = "8.0.0"))]
fn listed(group: &str, _: i64) -> provisioning::GetPeople {
    provisioning::get_people(group)
}

#[cfg(since = "8.0.2")]
fn new_group(path: &str) -> provisioning::CreatePeople {
    let mut new = NewPerson::new(NewPersonResourceType::Group);
    new.group_label = Some("Live group".to_owned());
    provisioning::create_people(path, &new)
}

#[cfg(since = "8.0.2")]
fn new_user(path: &str, password: String) -> provisioning::CreatePeople {
    let mut new = NewPerson::new(NewPersonResourceType::User);
    new.user_pass = Some(password.into());
    provisioning::create_people(path, &new)
}

/// Older servers read a form.
#[cfg(not(since = "8.0.2"))]
fn new_group(path: &str) -> provisioning::CreatePeople {
    provisioning::create_people(path, CreatePeopleResourceType::Group).group_label("Live group")
}

#[cfg(not(since = "8.0.2"))]
fn new_user(path: &str, password: String) -> provisioning::CreatePeople {
    provisioning::create_people(path, CreatePeopleResourceType::User).user_pass(password)
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
