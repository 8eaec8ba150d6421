//! Reads all users of a server, group by group.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error as StdError,
};

use pydio_client::{Error, ErrorKind, Json, Pydio, v1::conf_sql, v2::provisioning};

use super::raw::{AsText, Raw};

type Failed = Box<dyn StdError + Send + Sync>;

/// The path of the root group in the administration's tree.
const ROOT: &str = "/data/users";

/// The prefix of a group's role; the path of the group follows.
const GROUP_ROLE: &str = "AJXP_GRP_";

/// The users and groups that a server lists.
#[derive(Default)]
pub struct People {
    /// The users, each once and with the path of their group as `group`, or null if it is unknown.
    pub users: Vec<Json>,
    /// Why the group of a user is unknown, by login.
    pub unclear: BTreeMap<String, String>,
    /// The groups below the root.
    pub groups: Vec<Json>,
    /// Paths that the server lists as groups although some may not exist; those that differ only by
    /// case are together.
    pub doubtful: Vec<Vec<String>>,
    /// The groups whose members could not be read, and why.
    pub unread: Vec<(String, Failed)>,
}

/// Reads every group from the root down.
///
/// A group is identified by its `path`: the `object_id` of a nested group is only its last name.
///
/// Most databases ignore the case of a requested group: the members of `/staff` and of the groups
/// below it are also listed in `/Staff`. Only the user's own record shows which one is right.
pub async fn everybody(pydio: &Pydio) -> People {
    let mut people = People::default();
    let mut listed: BTreeMap<String, (Json, BTreeSet<String>)> = BTreeMap::new();
    let mut groups = BTreeMap::new();
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
        for member in members {
            let is_group = member["ajxp_mime"] == "group";
            let id = member[if is_group { "path" } else { "object_id" }].as_str();
            match id.map(str::to_owned) {
                Some(path) if is_group => {
                    left.push(path.clone());
                    groups.insert(path, member);
                }
                Some(login) => {
                    let (_, places) = listed.entry(login).or_insert((member, BTreeSet::new()));
                    places.insert(group.clone());
                }
                None => {
                    let what = if is_group {
                        "a group in it has no path"
                    } else {
                        "a user in it has no id"
                    };
                    people.unread.push((group.clone(), what.into()));
                }
            }
        }
    }
    for (login, (mut user, places)) in listed {
        match place(pydio, &login, &places).await {
            Ok(group) => user["group"] = group.into(),
            Err(why) => {
                user["group"] = Json::Null;
                people.unclear.insert(login, why.to_string());
            }
        }
        people.users.push(user);
    }
    people.sort(groups);
    people
}

impl People {
    /// Returns why a user is a stray, who may be in a list that could not be read.
    pub fn why_stray(&self) -> &'static str {
        if self.unread.is_empty() { STRAY } else { "in none of the lists that were read" }
    }

    /// Returns the users whom no group lists, such as those in a group that was deleted.
    ///
    /// # Errors
    ///
    /// Returns an error if the address book cannot be read.
    pub async fn strays(&self, pydio: &Pydio) -> Result<BTreeSet<String>, Error> {
        let listed = self.users.iter().filter_map(|user| user["object_id"].as_str());
        let listed: BTreeSet<_> = listed.collect();
        let mut strays = address_book(pydio).await?;
        strays.retain(|login| !listed.contains(&**login));
        Ok(strays)
    }

    /// Separates the groups that exist from those that the server may list only by mistake.
    ///
    /// Groups below one with a unique case exist, and so do those that have a member.
    fn sort(&mut self, groups: BTreeMap<String, Json>) {
        let mut twins: BTreeMap<String, usize> = BTreeMap::new();
        for path in groups.keys() {
            *twins.entry(path.to_lowercase()).or_default() += 1;
        }
        let in_use = self.users.iter().filter_map(|user| user["group"].as_str());
        let in_use: BTreeSet<_> = in_use.flat_map(with_those_above).map(str::to_owned).collect();
        let mut doubtful: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (path, group) in groups {
            let above = path.rsplit_once('/').map_or("", |(above, _)| above).to_lowercase();
            if in_use.contains(&path) || twins.get(&above).is_none_or(|many| *many == 1) {
                self.groups.push(group);
            } else {
                doubtful.entry(path.to_lowercase()).or_default().push(path);
            }
        }
        self.doubtful = doubtful.into_values().collect();
    }
}

/// Why a user is not among those of the groups.
pub const STRAY: &str = "no group lists them, since their group no longer exists";

/// What is unknown without the address book.
pub const WHETHER_STRAYS: &str = "whether there are users whom no group lists";

/// Returns the logins of all users in the caller's address book, whatever their group.
///
/// # Errors
///
/// Returns an error if a page of it cannot be read.
pub async fn address_book(pydio: &Pydio) -> Result<BTreeSet<String>, Error> {
    // The largest page that servers return by default.
    const PAGE: usize = 20;
    let settings = pydio.workspace("settings");
    let mut logins = BTreeSet::new();
    // Pages may omit users whom the caller must not see, and some releases return everybody on each.
    let (mut start, mut same) = (0, 0);
    while same < 2 {
        let call = conf_sql::user_list_authorized_users("")
            .users_only(true)
            .existing_only(true)
            .exclude_current(false)
            .range(format!("{start}-{}", start + PAGE));
        let before = logins.len();
        match settings.call(call.clone()).await {
            Ok(page) => logins.extend(page.into_iter().map(|user| user.id)),
            // Before 8.0, the list is HTML.
            Err(error) if error.kind() == ErrorKind::UnexpectedContentType => {
                let page = settings.call(AsText(call)).await?;
                logins.extend(logins_in(&page.0).map(str::to_owned));
            }
            Err(error) => return Err(error),
        }
        same = if logins.len() == before { same + 1 } else { 0 };
        start += PAGE;
    }
    Ok(logins)
}

/// Returns the logins in the address book of releases before 8.0: items of a list of HTML. The server
/// does not escape a login, so that its end is known only by what follows.
fn logins_in(html: &str) -> impl Iterator<Item = &str> {
    let items = html.split("<li class='complete_user_entry' ").skip(1);
    items.filter_map(|item| {
        let (attributes, _) = item.split_once("'><span class='user_entry_label'>")?;
        Some(attributes.split_once(" data-entry_id='")?.1)
    })
}

/// Returns the group of a user, among those that list the user.
async fn place(pydio: &Pydio, login: &str, places: &BTreeSet<String>) -> Result<String, Failed> {
    if let (Some(only), 1) = (places.first(), places.len()) {
        return Ok(only.clone());
    }
    let listed = either(places);
    let role = provisioning::get_role(format!("AJXP_USR_/{login}")).load_fill_values(true);
    let role = pydio.call(Raw(role)).await;
    let role = role.map_err(|error| format!("{AMBIGUOUS_CASE}: it is {listed} ({error})"))?;
    // The roles of a user begin with those of the group and its ancestors.
    let roles = role["USER"]["ROLES"].as_array().into_iter().flatten();
    let groups = roles.filter_map(|role| role.as_str()?.strip_prefix(GROUP_ROLE));
    let group = groups.max_by_key(|group| group.len()).filter(|group| places.contains(*group));
    Ok(group.ok_or_else(|| format!("{AMBIGUOUS_CASE}: it is {listed}"))?.to_owned())
}

/// Why a fact about groups is unknown.
pub const AMBIGUOUS_CASE: &str = "the server does not distinguish groups that differ only by case";

/// Joins names of which one applies.
pub fn either<'p>(paths: impl IntoIterator<Item = &'p String>) -> String {
    let quoted: Vec<_> = paths.into_iter().map(|path| format!("`{path}`")).collect();
    quoted.join(" or ")
}

/// Returns the path of a group preceded by those of its ancestors; nothing for the root.
pub fn with_those_above(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').skip(1).map(|(end, _)| end);
    let above = ends.map(|end| &path[..end]);
    above.chain([path]).filter(|path| !path.trim_matches('/').is_empty())
}

/// Returns the users and groups directly in a group.
async fn members(pydio: &Pydio, group: &str) -> Result<Vec<Json>, Failed> {
    let all = pages(async |page| {
        let answer = pydio.call(Raw(provisioning::get_people(group).page(page))).await?;
        let shown = page_of(&answer)["node"]["path"].as_str().unwrap_or_default();
        let expected = if group == "/" { ROOT } else { group };
        // For a missing group, the server returns another, empty node.
        match shown == expected {
            true => Ok(answer),
            false => Err(format!("the server returned `{shown}` instead").into()),
        }
    });
    all.await
}

/// Returns all items of a paged JSON list.
pub async fn pages(
    mut load: impl AsyncFnMut(i64) -> Result<Json, Failed>,
) -> Result<Vec<Json>, Failed> {
    let first = load(1).await?;
    let mut all = children(&first);
    let number = |name: &str| first["pagination"][name].as_i64();
    for page in 2..=number("total").unwrap_or(1) {
        all.extend(children(&load(page).await?));
    }
    // Groups are not counted: they come besides, on the first page.
    let users = all.iter().filter(|item| item["ajxp_mime"] != "group").count();
    match number("count") {
        Some(count) if count != i64::try_from(users)? => {
            Err(format!("{users} of {count} came").into())
        }
        _ => Ok(all),
    }
}

/// Returns the items of a list: a map by path.
pub fn children(answer: &Json) -> Vec<Json> {
    let children = page_of(answer)["children"].as_object();
    children.map(|children| children.values().cloned().collect()).unwrap_or_default()
}

/// Returns the list itself, which is below `data` if it is paged.
fn page_of(answer: &Json) -> &Json {
    if answer["data"].is_object() { &answer["data"] } else { answer }
}
