//! One run of the console: each user, each workspace, and what is printed for them.

use std::{fs, path::Path};

use super::{
    actions::{self, Job},
    arguments::Arguments,
};
use crate::{ADMIN, ALICE, Account, BOB, COMMON_ID};

static ACCOUNTS: [Account; 3] = [ADMIN, ALICE, BOB];

/// A workspace with files, as the console has it: on a disk, since each run is a process.
#[derive(PartialEq, Eq)]
struct Workspace {
    id: &'static str,
    slug: &'static str,
    label: &'static str,
    /// Whether every user has a disk of their own.
    personal: bool,
}

const MINE: Workspace = Workspace { id: "1", slug: "my-files", label: "My Files", personal: true };

const COMMON: Workspace =
    Workspace { id: COMMON_ID, slug: "common", label: "Common", personal: false };

/// The administration, without files.
const SETTINGS: Workspace =
    Workspace { id: "ajxp_conf", slug: "settings", label: "Settings", personal: false };

static WORKSPACES: [Workspace; 3] = [MINE, COMMON, SETTINGS];

const STARS: &str = "*****************************";

/// All that is printed.
pub(super) fn run(world: &Path, asked: &Arguments) -> String {
    if asked.is_global {
        return "Console Tool\n".to_owned();
    }
    let find = |login: &str| ACCOUNTS.iter().find(|account| account.login == login);
    let password = asked.option("p");
    let caller = find(asked.option("u")).filter(|account| account.password == password);
    let Some(caller) = caller.filter(|_| !matches!(password, "" | "0")) else {
        if !asked.option("s").is_empty() {
            // Nothing but the console's own log would tell.
            let _ = fs::write(asked.option("s"), "ERROR:Authentication Failed.");
        }
        return "Authentication Failed\n".to_owned();
    };
    let users: Vec<&str> = match asked.option("i") {
        "" => vec![caller.login],
        _ if !is_admin(caller) => vec![caller.login],
        "*" | "**/*" => ACCOUNTS.iter().map(|account| account.login).collect(),
        // Neither a pattern nor a name.
        odd if odd.contains('*') => Vec::new(),
        list => list.split(',').collect(),
    };
    let mut state = State::default();
    let runs = users.into_iter().map(|login| {
        let banner = format!("{STARS}\nCurrent User is '{login}'\n{STARS}\n");
        match find(login).ok_or_else(|| format!("Cannot find user {login}")) {
            Ok(user) => banner + &of_user(world, asked, user, &mut state),
            Err(message) => format!("{banner}USER: {message}\n"),
        }
    });
    runs.collect::<String>() + "\n"
}

/// What one workspace leaves behind for the next in the same run, as measured on 8.2.5.
#[derive(Default)]
struct State {
    /// After a failure the next one is not run, and nothing is printed for it.
    skips: bool,
    /// After a report, what the next one has in XML is no document, and a failure is printed.
    has_reported: bool,
}

const BROKEN: &str = "<message type=\"ERROR\">DOMDocument::loadXML(): Extra content at the end of \
                      the document in Entity, line: 1</message>\n<?xml version=\"1.0\"?>\n";

fn of_user(world: &Path, asked: &Arguments, user: &Account, state: &mut State) -> String {
    let workspaces = match workspaces_of(asked.option("r"), user) {
        Ok(workspaces) => workspaces,
        Err(message) => return format!("USER: {message}\n"),
    };
    let action = asked.option("a");
    let runs = workspaces.into_iter().map(|workspace| {
        let Workspace { id, label, .. } = workspace;
        let folder =
            if workspace.personal { format!("{id}/{}", user.login) } else { id.to_string() };
        let job =
            Job { asked, disk: world.join(folder), label, may_write: may_write(user, workspace) };
        let is_skipped = std::mem::take(&mut state.skips);
        let printed = match (!is_skipped).then(|| actions::run(action, &job)) {
            None => String::new(),
            Some(Ok(answer)) => {
                let is_report = asked.parameter("format") == "xml" && answer.contains("<message ");
                let is_broken = is_report && std::mem::replace(&mut state.has_reported, true);
                if is_broken { BROKEN.to_owned() } else { answer }
            }
            Some(Err(message)) => {
                state.skips = true;
                format!("{}: {message}", asked.option("k"))
            }
        };
        format!("Applying action '{action}' on workspace {label} ({id})\n{}\n", formatted(&printed))
    });
    runs.collect()
}

/// All of them, or the first that is not there: then none is run.
fn workspaces_of(asked: &str, user: &Account) -> Result<Vec<&'static Workspace>, String> {
    if asked == "*" {
        return Ok(WORKSPACES.iter().filter(|workspace| **workspace != SETTINGS).collect());
    }
    let mut found: Vec<&Workspace> = Vec::new();
    for name in asked.split(',') {
        let is_named = |workspace: &&Workspace| workspace.slug == name || workspace.id == name;
        let workspace = match name {
            "pydio" => WORKSPACES.first(),
            _ => WORKSPACES.iter().find(is_named),
        };
        let workspace = workspace.filter(|found| **found != SETTINGS || is_admin(user));
        let unknown = || format!("Could not find workspace with id/alias {name}");
        let workspace = workspace.ok_or_else(unknown)?;
        if !found.contains(&workspace) {
            found.push(workspace);
        }
    }
    Ok(found)
}

fn is_admin(account: &Account) -> bool {
    *account == ADMIN
}

/// Bob may only read what is common.
fn may_write(account: &Account, workspace: &Workspace) -> bool {
    *account != BOB || workspace.slug != "common"
}

/// The console's own markup, taken out of whatever is printed.
fn formatted(text: &str) -> String {
    let styles = ["info", "comment", "error", "question"];
    let tags = styles.iter().flat_map(|style| [format!("<{style}>"), format!("</{style}>")]);
    let text = tags.fold(text.to_owned(), |text, tag| text.replace(&tag, ""));
    text.replace("</>", "").replace("\\<", "<")
}
