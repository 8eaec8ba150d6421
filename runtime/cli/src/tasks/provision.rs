//! Creates users from a CSV file.

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error as StdError,
    io,
};

use pydio_client::{
    ErrorKind, Json, Pydio,
    v1::{
        access_ajxp_conf,
        models::{RolePost, RoleSheet},
    },
};
use pydio_runtime::{json::Object, tasks::set};

use super::{
    from_task,
    people::{self, AMBIGUOUS_CASE},
};
use crate::{reach::Reach, tree::is_in};

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

/// What a run did, or would do.
#[derive(Debug, Default)]
pub struct Report {
    /// Groups that were created, or would be.
    pub groups: Vec<String>,
    /// Users that were created, or would be. One that is not as described is also in `failed`.
    pub made: Vec<String>,
    /// Existing users that got a missing name or address, or would.
    pub updated: Vec<String>,
    /// Existing users that are as described, and stay as they are.
    pub kept: Vec<String>,
    /// Failures, by login or group. Those of a dry run are known before anything is sent.
    pub failed: BTreeMap<String, pydio_cli::Failed>,
}

type Failed = Box<dyn StdError + Send + Sync>;

/// The exit status if the server was not reached.
const UNREACHED: u8 = 3;

/// What is to be done about a user of the file.
enum Step<'p> {
    Create,
    /// Add these parameters, which the user has no value for.
    Update(Vec<(&'static str, &'p str)>),
    Keep,
    /// The user exists and differs.
    Refuse(String),
}

/// Creates the users of a CSV file, or with `is_dry` only determines what is to be done.
///
/// # Errors
///
/// Returns an error if the file has an invalid line, or the server does not list its users; nothing
/// is changed then.
pub async fn run(pydio: &Pydio, file: impl io::Read, is_dry: bool) -> Result<Report, Failed> {
    let people = read(file).map_err(|error| pydio_cli::Failed::usage(error.to_string()))?;
    let mut known = Known::read(pydio).await?;
    if people.iter().any(|person| known.user(&person.login).is_none()) {
        // Where it cannot be read, the server refuses to create those who exist.
        known.strays = people::address_book(pydio).await.unwrap_or_default();
    }
    known.refuse_without_password(&people)?;
    let mut wanted = wanted_groups(&people);
    known.refuse_twins(&wanted)?;
    wanted.retain(|group| !known.groups.contains(group));
    let steps: Vec<_> = people.iter().map(|person| (person, known.step(person))).collect();
    if is_dry {
        return Ok(Report::dry(wanted, steps));
    }
    let mut report = Report::default();
    let reach = Reach::default();
    for group in wanted {
        let made = match report.lacks(&group) {
            Some(above) => Err(not_tried(above)),
            None => make_group(pydio, &reach, &group).await,
        };
        match made {
            Ok(()) => report.groups.push(group),
            Err(error) => drop(report.failed.insert(group, from_task(error))),
        }
    }
    let mut sent = Vec::new();
    for (person, step) in steps {
        let login = person.login.clone();
        let done = match &step {
            Step::Keep => {
                report.kept.push(login);
                continue;
            }
            Step::Refuse(why) => {
                report.failed.insert(login, pydio_cli::Failed::refused(why));
                continue;
            }
            Step::Update(lacking) => describe(pydio, &reach, person, lacking).await,
            Step::Create => match report.lacks(&person.group) {
                Some(group) => Err(not_tried(group)),
                None => make_user(pydio, &reach, person).await,
            },
        };
        if let Err(error) = done {
            report.failed.insert(login, from_task(error));
        }
        sent.push((person, matches!(step, Step::Create)));
    }
    if !sent.is_empty() || !report.groups.is_empty() {
        report.read_back(&sent, &Known::read(pydio).await);
    }
    Ok(report)
}

/// Users added to a missing group appear in no list, and cannot be found again.
fn not_tried(group: &str) -> Failed {
    format!("not tried, since there is no group `{group}`").into()
}

impl Report {
    /// Returns the report of a dry run.
    fn dry(groups: BTreeSet<String>, steps: Vec<(&Person, Step<'_>)>) -> Self {
        let mut report = Self { groups: groups.into_iter().collect(), ..Self::default() };
        for (person, step) in steps {
            let login = person.login.clone();
            match step {
                Step::Create => report.made.push(login),
                Step::Update(_) => report.updated.push(login),
                Step::Keep => report.kept.push(login),
                Step::Refuse(why) => {
                    report.failed.insert(login, pydio_cli::Failed::refused(why));
                }
            }
        }
        report
    }

    /// Returns the group that could not be created, among a group and its ancestors.
    fn lacks(&self, group: &str) -> Option<&str> {
        let is_it = |failed: &&String| group == *failed || is_in(group, failed);
        self.failed.keys().filter(|failed| failed.starts_with('/')).find(is_it).map(String::as_str)
    }

    /// Records which users and groups exist now, and those that differ from the file as failed.
    /// `sent` has the users that something was sent for, and whether they were to be created.
    fn read_back(&mut self, sent: &[(&Person, bool)], known: &Result<Known, Failed>) {
        for (person, is_new) in sent {
            let (login, has_failed) = (&person.login, self.failed.contains_key(&person.login));
            let difference = match known {
                Err(error) => Some(unread(error)),
                Ok(known) => {
                    // One that was created without everything is there all the same.
                    if *is_new && known.user(login).is_some() {
                        self.made.push(login.clone());
                    }
                    known.difference(person).map(pydio_cli::Failed::refused)
                }
            };
            match difference {
                _ if has_failed => {}
                Some(why) => drop(self.failed.insert(login.clone(), why)),
                None if !is_new => self.updated.push(login.clone()),
                None => {}
            }
        }
        for group in std::mem::take(&mut self.groups) {
            let why = match known {
                Ok(known) if known.groups.contains(&group) => {
                    self.groups.push(group);
                    continue;
                }
                Ok(_) => {
                    pydio_cli::Failed::refused("the server reports success, but does not list it")
                }
                Err(error) => unread(error),
            };
            self.failed.insert(group, why);
        }
    }
}

/// Returns the failure of a change that cannot be verified.
fn unread(error: &Failed) -> pydio_cli::Failed {
    let message = format!("the server reports success, but it could not be read back: {error}");
    let status = error.downcast_ref::<pydio_cli::Failed>().map(pydio_cli::Failed::status);
    match status {
        Some(UNREACHED) => pydio_cli::Failed::unreached(message),
        _ => pydio_cli::Failed::refused(message),
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

    /// Returns what differs on the server, of the group and the given parameters.
    fn difference(&self, user: &Json, of: &[(&'static str, &str)]) -> Option<String> {
        let wanted = if self.group.is_empty() { "/" } else { &self.group };
        let group = text(user, "group");
        if group != wanted {
            return Some(format!("is in the group `{group}` instead of `{wanted}`"));
        }
        let (name, value) = of.iter().find(|(name, value)| parameter(user, name) != *value)?;
        Some(format!("has the {name} `{}` instead of `{value}`", parameter(user, name)))
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
    } else if !password.is_empty() && password.len() < 8 {
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
    /// The logins in the address book, also of users whom no group lists.
    strays: BTreeSet<String>,
}

impl Known {
    async fn read(pydio: &Pydio) -> Result<Self, Failed> {
        let people = people::everybody(pydio).await;
        if let Some((group, error)) = people.unread.into_iter().next() {
            let failed = from_task(error).about(format!("the people of the group `{group}`"));
            return Err(failed.into());
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
            strays: BTreeSet::new(),
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

    /// Refuses users who are to be created and have no password in the file.
    fn refuse_without_password(&self, people: &[Person]) -> Result<(), pydio_cli::Failed> {
        let is_new = |login: &str| self.user(login).is_none() && !self.is_stray(login);
        let lacking = people.iter().filter(|one| one.password.is_empty() && is_new(&one.login));
        let fault = |one: &Person| format!("`{}` does not exist and has no password", one.login);
        let faults: Vec<_> = lacking.map(fault).collect();
        if faults.is_empty() { Ok(()) } else { Err(pydio_cli::Failed::usage(faults.join("\n"))) }
    }

    fn user(&self, login: &str) -> Option<&Json> {
        self.users.get(&login.to_lowercase())
    }

    fn is_stray(&self, login: &str) -> bool {
        self.strays.iter().any(|stray| stray.eq_ignore_ascii_case(login))
    }

    /// Returns what is to be done about a user.
    fn step<'p>(&self, person: &'p Person) -> Step<'p> {
        let Some(user) = self.user(&person.login) else {
            return match self.is_stray(&person.login) {
                true => Step::Refuse(format!("the user exists, but {}", people::STRAY)),
                false => Step::Create,
            };
        };
        let (lacking, mut described) = (person.lacking(user), person.described());
        described.retain(|one| !lacking.contains(one));
        match self.unclear(user).or_else(|| person.difference(user, &described)) {
            Some(why) => Step::Refuse(why),
            None if lacking.is_empty() => Step::Keep,
            None => Step::Update(lacking),
        }
    }

    /// Returns what differs from the file for a user.
    fn difference(&self, person: &Person) -> Option<String> {
        match self.user(&person.login) {
            None => Some("no group of the server lists this user".to_owned()),
            Some(user) => {
                self.unclear(user).or_else(|| person.difference(user, &person.described()))
            }
        }
    }

    /// Returns why the group of a user is not known.
    fn unclear(&self, user: &Json) -> Option<String> {
        let why = self.unclear.get(text(user, "object_id"))?;
        Some(format!("the group is not known: {why}"))
    }
}

async fn make_group(pydio: &Pydio, reach: &Reach, path: &str) -> Result<(), Failed> {
    reach.check()?;
    let label = path.rsplit('/').next().unwrap_or(path);
    let made = pydio.workspace("settings").call(access_ajxp_conf::create_group(label, path)).await;
    reach.saw(&made);
    match made {
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
///
/// By the actions of v1: `createPeople` of 7.0 takes no JSON, and makes a group of a user.
async fn make_user(pydio: &Pydio, reach: &Reach, person: &Person) -> Result<(), Failed> {
    reach.check()?;
    let mut call = access_ajxp_conf::edit_create_user(&*person.login, person.password.clone());
    if !person.group.is_empty() {
        call = call.group_path(&*person.group);
    }
    let made = pydio.workspace("settings").call(call).await;
    reach.saw(&made);
    match made {
        Err(error) if error.may_be_done() => {
            let known = Known::read(pydio).await;
            if !known.is_ok_and(|known| known.user(&person.login).is_some()) {
                return Err(error.into());
            }
        }
        made => drop(made?),
    }
    let described = describe(pydio, reach, person, &person.described()).await;
    let lacks = "created, but without name and address";
    described.map_err(|error| from_task(error).about(lacks).into())
}

/// Writes name and address into the role of a user, the only place they are read from.
async fn describe(
    pydio: &Pydio,
    reach: &Reach,
    person: &Person,
    parameters: &[(&'static str, &str)],
) -> Result<(), Failed> {
    if parameters.is_empty() {
        return Ok(());
    }
    reach.check()?;
    let (id, sheet) = sheet(pydio, &person.login).await?;
    let mut role = sheet.role;
    for (name, value) in parameters {
        set(&mut role.parameters, ["AJXP_REPO_SCOPE_ALL", "core.conf"], name, value);
    }
    let post = RolePost::new(Object::new(), role);
    let call = access_ajxp_conf::post_json_role(id, &post);
    let saved = pydio.workspace("settings").call(call).await;
    reach.saw(&saved);
    match saved? {
        saved if saved.success == Some(true) => Ok(()),
        saved => Err(saved.error.unwrap_or_else(|| "the role was not saved".to_owned()).into()),
    }
}

/// Returns the own role of a user, with its id. Most servers store logins in lower case.
async fn sheet(pydio: &Pydio, login: &str) -> Result<(String, RoleSheet), Failed> {
    let settings = pydio.workspace("settings");
    for login in [login.to_owned(), login.to_lowercase()] {
        let id = format!("AJXP_USR_/{login}");
        match settings.call(access_ajxp_conf::edit_role(&*id)).await {
            Ok(sheet) if sheet.user.as_ref().is_some_and(|user| user.roles.contains(&id)) => {
                return Ok((id, sheet));
            }
            Err(error) if error.kind() != ErrorKind::Server => return Err(error.into()),
            _ => {}
        }
    }
    Err("the server has no role of this user".into())
}
