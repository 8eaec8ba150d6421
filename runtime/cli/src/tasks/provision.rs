//! Creates users from a CSV file.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error as StdError,
    io,
};

use pydio_client::{
    Json, Pydio,
    v1::access_ajxp_conf,
    v2::{
        models::{NewPerson, NewPersonResourceType, Role},
        provisioning,
    },
};
use pydio_runtime::json::FromJson as _;
use serde_json::json;

use super::{
    people::{self, AMBIGUOUS_CASE},
    raw,
};
use crate::tree::is_in;

/// The columns of the file.
pub(crate) const COLUMNS: [&str; 5] = ["login", "password", "group", "display_name", "email"];

/// A line of the file. It does not implement `Debug`, which would show the password.
struct Person {
    login: String,
    password: String,
    group: String,
    display_name: String,
    email: String,
}

/// The outcome for each user.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Groups that were created, or would be.
    pub groups: Vec<String>,
    /// Users that were created, or would be.
    pub made: Vec<String>,
    /// Users that already existed.
    pub kept: Vec<String>,
    /// Failures, by login or group.
    pub failed: BTreeMap<String, String>,
}

type Failed = Box<dyn StdError + Send + Sync>;

/// Creates the users of a CSV file, or with `is_dry` only determines what is to be done.
///
/// # Errors
///
/// Returns an error if the file has an invalid line, or the server does not list its users; nothing
/// is changed then.
pub async fn run(pydio: &Pydio, file: impl io::Read, is_dry: bool) -> Result<Report, Failed> {
    let people = read(file)?;
    let known = Known::read(pydio).await?;
    let wanted = wanted_groups(&people);
    known.refuse_twins(&wanted)?;
    let mut report = Report::default();
    for group in wanted {
        if !known.groups.contains(&group) {
            let made = match report.lacks(&group) {
                Some(above) => Err(not_tried(above)),
                None if is_dry => Ok(()),
                None => make_group(pydio, &group).await,
            };
            match made {
                Ok(()) => report.groups.push(group),
                Err(error) => drop(report.failed.insert(group, error.to_string())),
            }
        }
    }
    for person in &people {
        let login = person.login.clone();
        let found = known.user(&login);
        let made = match found {
            _ if is_dry => Ok(()),
            Some(user) => describe(pydio, person, &person.lacking(user)).await,
            None => match report.lacks(&person.group) {
                Some(group) => Err(not_tried(group)),
                None => make_user(pydio, person).await,
            },
        };
        match made {
            Ok(()) if found.is_some() => report.kept.push(login),
            Ok(()) => report.made.push(login),
            Err(error) => drop(report.failed.insert(login, error.to_string())),
        }
    }
    if !is_dry {
        report.check(&people, &Known::read(pydio).await);
    }
    Ok(report)
}

/// Users added to a missing group appear in no list, and cannot be found again.
fn not_tried(group: &str) -> Failed {
    format!("not tried, since there is no group `{group}`").into()
}

impl Report {
    /// Returns the group that could not be created, among a group and its ancestors.
    fn lacks(&self, group: &str) -> Option<&str> {
        let is_it = |failed: &&String| group == *failed || is_in(group, failed);
        self.failed.keys().filter(|failed| failed.starts_with('/')).find(is_it).map(String::as_str)
    }

    /// Marks users as failed whose data on the server differs from the file.
    fn check(&mut self, people: &[Person], known: &Result<Known, Failed>) {
        let difference = |person: &Person| match known {
            Err(error) => Some(format!("could not be read back: {error}")),
            Ok(known) => match known.user(&person.login) {
                None => Some("no group of the server lists this user".to_owned()),
                Some(user) => match known.unclear.get(text(user, "object_id")) {
                    Some(why) => Some(format!("the group is not known: {why}")),
                    None => person.difference(user),
                },
            },
        };
        for person in people {
            if self.failed.contains_key(&person.login) {
                continue;
            }
            if let Some(why) = difference(person) {
                self.made.retain(|login| *login != person.login);
                self.kept.retain(|login| *login != person.login);
                self.failed.insert(person.login.clone(), why);
            }
        }
        let is_there = |group: &String| known.as_ref().is_ok_and(|k| k.groups.contains(group));
        let groups = std::mem::take(&mut self.groups);
        let (there, gone): (Vec<_>, Vec<_>) = groups.into_iter().partition(is_there);
        self.groups = there;
        let why = || "created, but not listed by the server".to_owned();
        self.failed.extend(gone.into_iter().map(|group| (group, why())));
    }
}

impl Person {
    /// Returns the parameters of the user's role that hold the name and the address.
    fn described(&self) -> Vec<(&'static str, &str)> {
        let all = [("USER_DISPLAY_NAME", &*self.display_name), ("email", &*self.email)];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Returns those of the parameters that a user has no value for.
    fn lacking(&self, user: &Json) -> Vec<(&'static str, &str)> {
        let lacks = |name: &str| parameter(user, name).is_empty();
        self.described().into_iter().filter(|(name, _)| lacks(name)).collect()
    }

    /// Returns what differs on the server.
    fn difference(&self, user: &Json) -> Option<String> {
        let wanted = if self.group.is_empty() { "/" } else { &self.group };
        let group = text(user, "group");
        if group != wanted {
            return Some(format!("is in the group `{group}` instead of `{wanted}`"));
        }
        let other = self.described().into_iter().find(|(name, v)| parameter(user, name) != *v)?;
        Some(format!("has the {} `{}` instead of `{}`", other.0, parameter(user, other.0), other.1))
    }
}

fn text<'u>(user: &'u Json, name: &str) -> &'u str {
    user[name].as_str().unwrap_or_default()
}

/// Returns a parameter of `core.conf` among all that a user gets from their roles.
pub(crate) fn parameter<'u>(user: &'u Json, name: &str) -> &'u str {
    let all = &user["json_merged_role"]["PARAMETERS"]["AJXP_REPO_SCOPE_ALL"]["core.conf"];
    all[name].as_str().unwrap_or_default()
}

/// Reads the whole file; the error lists every invalid line.
fn read(file: impl io::Read) -> Result<Vec<Person>, Failed> {
    let mut reader = csv::Reader::from_reader(file);
    if reader.headers()?.iter().ne(COLUMNS) {
        let expected = COLUMNS.join(",");
        return Err(format!("the file has to begin with the line `{expected}`, with commas").into());
    }
    let (mut people, mut logins, mut faults) = (Vec::new(), BTreeSet::new(), Vec::new());
    let mut groups: BTreeMap<String, String> = BTreeMap::new();
    for record in reader.records() {
        // The text of a reader's error contains no field.
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                faults.push(error.to_string());
                continue;
            }
        };
        let line = record.position().map_or(0, csv::Position::line);
        let field = |index: usize| record[index].trim().to_owned();
        let person = Person {
            login: field(0),
            password: record[1].to_owned(),
            group: field(2),
            display_name: field(3),
            email: field(4),
        };
        if let Some(fault) = fault(&person) {
            faults.push(format!("line {line}: {fault}"));
        } else if !logins.insert(person.login.to_lowercase()) {
            faults.push(format!("line {line}: `{}` occurs twice", person.login));
        } else if let Some((group, other)) = twin(&person.group, &mut groups) {
            faults.push(format!(
                "line {line}: the file has `{other}` and `{group}`: {AMBIGUOUS_CASE}"
            ));
        }
        people.push(person);
    }
    if faults.is_empty() { Ok(people) } else { Err(faults.join("\n").into()) }
}

/// Returns a path and an earlier one that differs from it only by case.
fn twin<'p>(path: &'p str, before: &mut BTreeMap<String, String>) -> Option<(&'p str, String)> {
    people::with_those_above(path).find_map(|group| {
        let first = before.entry(group.to_lowercase()).or_insert_with(|| group.to_owned());
        (first != group).then(|| (group, first.clone()))
    })
}

/// Returns why the server would refuse or misread a line.
fn fault(person: &Person) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    let is_name = |name: &str| {
        !matches!(name, "" | "." | "..")
            && name.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
    };
    let is_group = |path: &str| path.split('/').all(is_name);
    let is_address = |text: &str| {
        let is_bad = |c: char| c.is_whitespace() || c.is_control();
        let parts: Vec<_> = text.split('@').collect();
        parts.len() == 2 && parts.iter().all(|part| !part.is_empty()) && !text.contains(is_bad)
    };
    let Person { login, password, group, email, .. } = person;
    if matches!(&**login, "" | "." | "..") || !login.chars().all(is_plain) {
        Some(format!("`{login}` is not a login: letters, digits, `-`, `_`, `.` and `@` make one"))
    } else if password.len() < 8 {
        Some(format!("the password of `{login}` has fewer than 8 characters"))
    } else if !group.is_empty() && !group.strip_prefix('/').is_some_and(is_group) {
        Some(format!(
            "`{group}` is not a path of a group, such as `/staff/paris`: letters, digits, `-`, `_` and \
             `.` make a name, the server cuts all others; `.` and `..` alone are none"
        ))
    } else if !email.is_empty() && !is_address(email) {
        Some(format!(
            "`{email}` is not an address: it needs one `@` with a name on both sides, and no blank"
        ))
    } else {
        None
    }
}

/// Returns the groups of the given people, ancestors first.
fn wanted_groups(people: &[Person]) -> BTreeSet<String> {
    let mut groups = BTreeSet::new();
    for person in people {
        groups.extend(people::with_those_above(&person.group).map(str::to_owned));
    }
    groups
}

/// The users and groups of the server.
struct Known {
    users: BTreeMap<String, Json>,
    /// Why the group of a user is unknown.
    unclear: BTreeMap<String, String>,
    /// All listed groups, including those that may not exist.
    groups: BTreeSet<String>,
}

impl Known {
    async fn read(pydio: &Pydio) -> Result<Self, Failed> {
        let people = people::everybody(pydio).await;
        if let Some((group, error)) = people.unread.into_iter().next() {
            return Err(format!("the people of the group `{group}`: {error}").into());
        }
        let id = |of: &Json, name: &str| {
            let id = of[name].as_str().map(str::to_owned);
            id.ok_or("the server does not report who is in its list")
        };
        let users = people.users.into_iter();
        let users = users.map(|user| Ok((id(&user, "object_id")?.to_lowercase(), user)));
        let groups = people.groups.iter().map(|group| id(group, "path"));
        let groups = groups.chain(people.doubtful.into_iter().flatten().map(Ok));
        Ok(Self {
            unclear: people.unclear,
            users: users.collect::<Result<_, &str>>()?,
            groups: groups.collect::<Result<_, _>>()?,
        })
    }

    /// Refuses groups that differ only by case from a listed one.
    fn refuse_twins(&self, wanted: &BTreeSet<String>) -> Result<(), Failed> {
        let faults = wanted.iter().filter_map(|group| {
            let is_twin = |other: &&String| *other != group && other.eq_ignore_ascii_case(group);
            let other = self.groups.iter().find(is_twin)?;
            Some(format!("the server lists `{other}`, the file has `{group}`: {AMBIGUOUS_CASE}"))
        });
        let faults: Vec<_> = faults.collect();
        if faults.is_empty() { Ok(()) } else { Err(faults.join("\n").into()) }
    }

    fn user(&self, login: &str) -> Option<&Json> {
        self.users.get(&login.to_lowercase())
    }
}

async fn make_group(pydio: &Pydio, path: &str) -> Result<(), Failed> {
    let label = path.rsplit('/').next().unwrap_or(path);
    let settings = pydio.workspace("settings");
    match settings.call(access_ajxp_conf::create_group(label, path)).await {
        Err(error) if error.may_be_done() => {
            let is_there = Known::read(pydio).await.is_ok_and(|known| known.groups.contains(path));
            if is_there { Ok(()) } else { Err(error.into()) }
        }
        made => {
            made?;
            Ok(())
        }
    }
}

/// Creates a user. `Users::create_user` reads the list of the group for each user, which takes too
/// long for thousands of them: this program reads all people once before and once after.
async fn make_user(pydio: &Pydio, person: &Person) -> Result<(), Failed> {
    let path = format!("{}/{}", person.group, person.login);
    let mut new = NewPerson::new(NewPersonResourceType::User);
    new.user_pass = Some(person.password.clone().into());
    match pydio.call(provisioning::create_people(&*path, &new)).await {
        Err(error) if error.may_be_done() => {
            let known = Known::read(pydio).await;
            if !known.is_ok_and(|known| known.user(&person.login).is_some()) {
                return Err(error.into());
            }
        }
        made => drop(made?),
    }
    let described = describe(pydio, person, &person.described()).await;
    described.map_err(|error| format!("created, but without name and address: {error}").into())
}

/// Writes name and address into the role of a user, the only place they are read from.
async fn describe(
    pydio: &Pydio,
    person: &Person,
    parameters: &[(&'static str, &str)],
) -> Result<(), Failed> {
    if parameters.is_empty() {
        return Ok(());
    }
    let id = format!("AJXP_USR_/{}", person.login);
    let role = pydio.call(raw::Raw(provisioning::get_role(&*id))).await?;
    let mut role = Role::from_json(role.into())?;
    let scope = role.parameters.entry("AJXP_REPO_SCOPE_ALL").or_insert(Json::Null);
    let own = map(&mut map(scope)["core.conf"]);
    for (name, value) in parameters {
        own[*name] = (*value).into();
    }
    pydio.call(provisioning::update_role(&*id, &role)).await?;
    Ok(())
}

/// Returns the value as a map: PHP writes an empty one as a list, or omits it.
fn map(value: &mut Json) -> &mut Json {
    if !value.is_object() {
        *value = json!({});
    }
    value
}
