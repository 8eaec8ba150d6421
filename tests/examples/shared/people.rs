//! Everybody that a server knows, group by group.

use std::{collections::BTreeSet, error::Error as StdError};

use pydio_client::{Json, Pydio, v2::provisioning};

use super::raw::Raw;

type Failed = Box<dyn StdError + Send + Sync>;

/// The path of the root group among the nodes of the administration.
const ROOT: &str = "/data/users";

/// The users and groups of a server, as it lists them.
#[derive(Default)]
pub struct People {
    /// The users, each with the path of the group that lists them as `group`.
    pub users: Vec<Json>,
    /// The groups below the root.
    pub groups: Vec<Json>,
    /// The groups whose members could not be read, and why.
    pub unread: Vec<(String, Failed)>,
}

/// Reads every group from the root down.
///
/// A group is known by its `path`: the `object_id` of one inside another is only its last name.
pub async fn everybody(pydio: &Pydio) -> People {
    let mut people = People::default();
    let (mut left, mut seen) = (vec!["/".to_owned()], BTreeSet::new());
    while let Some(group) = left.pop() {
        if !seen.insert(group.clone()) {
            continue;
        }
        let members = match members(pydio, &group).await {
            Ok(members) => members,
            Err(error) => {
                people.unread.push((group, error));
                continue;
            }
        };
        for mut member in members {
            if member["ajxp_mime"] != "group" {
                member["group"] = group.clone().into();
                people.users.push(member);
                continue;
            }
            match member["path"].as_str() {
                Some(path) => left.push(path.to_owned()),
                None => people.unread.push((group.clone(), "a group in it has no path".into())),
            }
            people.groups.push(member);
        }
    }
    people
}

/// The users and groups directly in a group.
async fn members(pydio: &Pydio, group: &str) -> Result<Vec<Json>, Failed> {
    let all = pages(async |page| {
        let answer = pydio.call(Raw(provisioning::get_people(group).page(page))).await?;
        let shown = page_of(&answer)["node"]["path"].as_str().unwrap_or_default();
        let expected = if group == "/" { ROOT } else { group };
        // A group that is not there is answered too, as another node that nobody is in.
        match shown == expected {
            true => Ok(answer),
            false => Err(format!("the server answered with `{shown}` instead").into()),
        }
    });
    all.await
}

/// Everything in a list in JSON that comes in pages.
pub async fn pages(
    mut load: impl AsyncFnMut(i64) -> Result<Json, Failed>,
) -> Result<Vec<Json>, Failed> {
    let first = load(1).await?;
    let mut all = children(&first);
    let number = |name: &str| first["pagination"][name].as_i64();
    for page in 2..=number("total").unwrap_or(1) {
        all.extend(children(&load(page).await?));
    }
    match number("count") {
        Some(count) if count != i64::try_from(all.len())? => {
            Err(format!("{} of {count} came", all.len()).into())
        }
        _ => Ok(all),
    }
}

/// What is in a list: a map by path.
pub fn children(answer: &Json) -> Vec<Json> {
    let children = page_of(answer)["children"].as_object();
    children.map(|children| children.values().cloned().collect()).unwrap_or_default()
}

/// A list that comes in pages is below `data`.
fn page_of(answer: &Json) -> &Json {
    if answer["data"].is_object() { &answer["data"] } else { answer }
}
