//! Makes users from a CSV file, with a dry run before.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=admin      # the password is asked for
//! cargo run --release -p pydio-tests --example provision -- people.csv            # only shows
//! cargo run --release -p pydio-tests --example provision -- people.csv --apply    # does it
//! ```
//!
//! The file begins with the line `login,password,group,display_name,email`; `group` is a path such
//! as `/staff/paris`, or empty for none. Users that exist already are left alone, missing groups
//! are made. All of the file is checked before anything is sent: one line that cannot work, and
//! nothing is done. Keep the file to yourself, and have people change their passwords: Pydio sends
//! them no invitation this way.
//!
//! The exit status is 0 when every user of the file is on the server, or would be; 1 when something
//! went wrong for some of them, who are made by running it again; 2 when nothing was done.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    error::Error as StdError,
    fs::File,
    io,
    process::ExitCode,
};

use pydio_client::{
    Json, Pydio,
    v1::access_ajxp_conf,
    v2::{
        models::{
            NewPerson, NewPersonResourceType, PeoplePatch, PeoplePatchParameterName,
            PeoplePatchResourceType,
        },
        provisioning,
    },
};

#[path = "shared/account.rs"]
mod account;

/// A line of the file. Has no `Debug`, which would show the password.
struct Person {
    login: String,
    password: String,
    group: String,
    display_name: String,
    email: String,
}

/// What becomes of each user.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Groups that were made, or would be.
    pub groups: Vec<String>,
    /// Users that were made, or would be.
    pub made: Vec<String>,
    /// Users that were there already.
    pub kept: Vec<String>,
    /// What went wrong, by login or group.
    pub failed: BTreeMap<String, String>,
}

type Failed = Box<dyn StdError + Send + Sync>;

/// Makes the users of a CSV file, or with `is_dry` only finds out what there is to do.
///
/// # Errors
///
/// When the file has a line that cannot work, or the server does not tell whom it has; nothing is
/// changed then.
pub async fn run(pydio: &Pydio, file: impl io::Read, is_dry: bool) -> Result<Report, Failed> {
    let people = read(file)?;
    let (users, groups) = known(pydio).await?;
    let mut report = Report::default();
    for group in wanted_groups(&people) {
        if !groups.contains(&group) {
            let made = if is_dry { Ok(()) } else { make_group(pydio, &group).await };
            match made {
                Ok(()) => report.groups.push(group),
                Err(error) => drop(report.failed.insert(group, error.to_string())),
            }
        }
    }
    for person in people {
        if users.contains(&person.login) {
            report.kept.push(person.login);
            continue;
        }
        let made = if is_dry { Ok(()) } else { make_user(pydio, &person).await };
        match made {
            Ok(()) => report.made.push(person.login),
            Err(error) => drop(report.failed.insert(person.login, error.to_string())),
        }
    }
    Ok(report)
}

/// Reads the whole file; an error names every line that cannot work.
fn read(file: impl io::Read) -> Result<Vec<Person>, Failed> {
    let mut reader = csv::Reader::from_reader(file);
    let expected = ["login", "password", "group", "display_name", "email"];
    if reader.headers()?.iter().ne(expected) {
        let expected = expected.join(",");
        return Err(format!("the file has to begin with the line `{expected}`, with commas").into());
    }
    let (mut people, mut logins, mut faults) = (Vec::new(), BTreeSet::new(), Vec::new());
    for record in reader.records() {
        // The text of an error of the reader holds no field.
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
            faults.push(format!("line {line}: `{}` is there twice", person.login));
        }
        people.push(person);
    }
    if faults.is_empty() { Ok(people) } else { Err(faults.join("\n").into()) }
}

/// What the server would not take, or would take for something else.
fn fault(person: &Person) -> Option<String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.@".contains(c);
    let Person { login, password, group, .. } = person;
    if login.is_empty() || !login.chars().all(is_plain) {
        Some(format!("`{login}` is no login: letters, digits, `-`, `_`, `.` and `@` make one"))
    } else if password.len() < 8 {
        Some(format!("the password of `{login}` has less than 8 characters"))
    } else if !group.is_empty() && (!group.starts_with('/') || group.ends_with('/')) {
        Some(format!("`{group}` is no path of a group, such as `/staff/paris`"))
    } else {
        None
    }
}

/// The groups that the people are in, those above first.
fn wanted_groups(people: &[Person]) -> BTreeSet<String> {
    let mut groups = BTreeSet::new();
    for person in people {
        let ends = person.group.match_indices('/').skip(1).map(|(end, _)| end);
        let above = ends.map(|end| &person.group[..end]);
        groups.extend(above.chain([&*person.group]).filter(|g| !g.is_empty()).map(str::to_owned));
    }
    groups
}

/// The logins and groups of the server.
async fn known(pydio: &Pydio) -> Result<(BTreeSet<String>, BTreeSet<String>), Failed> {
    let (mut users, mut groups) = (BTreeSet::new(), BTreeSet::new());
    let mut left = vec!["/".to_owned()];
    while let Some(group) = left.pop() {
        let mut page = 1;
        loop {
            let list = pydio.call(provisioning::get_people(&*group).page(page)).await?;
            let children = list.data.and_then(|data| data.children).or(list.children);
            for person in children.unwrap_or_default().into_values() {
                let id = person.object_id.ok_or("the server does not tell who is in its list")?;
                if person.ajxp_mime.as_deref() == Some("group") {
                    left.push(id.clone());
                    groups.insert(id);
                } else {
                    users.insert(id);
                }
            }
            if list.pagination.is_none_or(|pages| page >= pages.total) {
                break;
            }
            page += 1;
        }
    }
    Ok((users, groups))
}

async fn make_group(pydio: &Pydio, path: &str) -> Result<(), Failed> {
    let label = path.rsplit('/').next().unwrap_or(path);
    let settings = pydio.workspace("settings");
    settings.call(access_ajxp_conf::create_group(label, path)).await?;
    Ok(())
}

async fn make_user(pydio: &Pydio, person: &Person) -> Result<(), Failed> {
    let path = format!("{}/{}", person.group, person.login);
    let mut new = NewPerson::new(NewPersonResourceType::User);
    new.user_pass = Some(person.password.clone());
    pydio.call(provisioning::create_people(&*path, &new)).await?;
    let preferences: serde_json::Map<String, Json> =
        [("USER_DISPLAY_NAME", &person.display_name), ("email", &person.email)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name.to_owned(), Json::from(&**value)))
            .collect();
    if !preferences.is_empty() {
        let patch = PeoplePatch::new(
            PeoplePatchParameterName::UserPreferences,
            preferences.into(),
            PeoplePatchResourceType::User,
        );
        let patched = pydio.call(provisioning::patch_people(&*path, &patch)).await;
        patched.map_err(|error| format!("made, but without name and address: {error}"))?;
    }
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok((report, is_dry)) => {
            let done = if is_dry { "would make" } else { "made" };
            report.groups.iter().for_each(|group| println!("{done} the group {group}"));
            report.made.iter().for_each(|login| println!("{done} {login}"));
            report.kept.iter().for_each(|login| println!("is there already: {login}"));
            report.failed.iter().for_each(|(who, why)| eprintln!("FAILED {who}: {why}"));
            let Report { groups, made, kept, failed } = &report;
            eprintln!(
                "users: {done} {}, {} there already; groups: {done} {}; failed: {}",
                made.len(),
                kept.len(),
                groups.len(),
                failed.len(),
            );
            if is_dry {
                eprintln!("nothing was done yet: `--apply` does it");
            }
            ExitCode::from(u8::from(!report.failed.is_empty()))
        }
        Err(error) => {
            eprintln!("nothing was done:\n{error}");
            ExitCode::from(2)
        }
    }
}

async fn begin() -> Result<(Report, bool), Failed> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (file, is_dry) = match &arguments[..] {
        [file] => (file, true),
        [file, apply] if apply == "--apply" => (file, false),
        _ => return Err("usage: provision FILE.csv [--apply]".into()),
    };
    let opened = File::open(file).map_err(|error| format!("{file}: {error}"))?;
    let pydio = account::Account::ask()?.connect()?;
    Ok((run(&pydio, opened, is_dry).await?, is_dry))
}
