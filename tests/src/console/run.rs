//! One run of the console: each user, each workspace, and what is printed for them.

use std::{fs, path::Path};

use super::{
    actions::{self, Job},
    arguments::Arguments,
};
use crate::{
    ADMIN, ALICE, Account, BOB,
    workspaces::{self, Workspace},
};

static ACCOUNTS: [Account; 3] = [ADMIN, ALICE, BOB];

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
    let runs = users.into_iter().map(|login| {
        let banner = format!("{STARS}\nCurrent User is '{login}'\n{STARS}\n");
        match find(login).ok_or_else(|| format!("Cannot find user {login}")) {
            Ok(user) => banner + &of_user(world, asked, user),
            Err(message) => format!("{banner}USER: {message}\n"),
        }
    });
    runs.collect::<String>() + "\n"
}

fn of_user(world: &Path, asked: &Arguments, user: &Account) -> String {
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
            Job { asked, disk: world.join(folder), label, may_write: user.may_write(workspace) };
        let printed = match actions::run(action, &job) {
            Ok(answer) => answer,
            Err(message) => format!("{}: {message}", asked.option("k")),
        };
        format!("Applying action '{action}' on workspace {label} ({id})\n{}\n", formatted(&printed))
    });
    runs.collect()
}

/// All of them, or the first that is not there: then none is run.
fn workspaces_of(asked: &str, user: &Account) -> Result<Vec<&'static Workspace>, String> {
    if asked == "*" {
        return Ok(workspaces::with_files().collect());
    }
    let mut found: Vec<&Workspace> = Vec::new();
    for name in asked.split(',') {
        let workspace = workspaces::find(name).filter(|workspace| user.may_enter(workspace));
        let unknown = || format!("Could not find workspace with id/alias {name}");
        let workspace = workspace.ok_or_else(unknown)?;
        if !found.contains(&workspace) {
            found.push(workspace);
        }
    }
    Ok(found)
}

fn is_admin(account: &Account) -> bool {
    workspaces::find("settings").is_some_and(|workspace| account.may_enter(workspace))
}

/// The console's own markup, taken out of whatever is printed.
fn formatted(text: &str) -> String {
    let styles = ["info", "comment", "error", "question"];
    let tags = styles.iter().flat_map(|style| [format!("<{style}>"), format!("</{style}>")]);
    let text = tags.fold(text.to_owned(), |text, tag| text.replace(&tag, ""));
    text.replace("</>", "").replace("\\<", "<")
}
