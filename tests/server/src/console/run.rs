//! One run of the console: every user, every workspace, and the output for them.

use std::{mem, net::IpAddr};

use super::{
    arguments::{self, Arguments},
    bare,
};
use crate::{
    Seen,
    actions::{Answer, Outcome, Refusal},
    catalog,
    dialect::Dialect,
    envelope::Format,
    parameters::Parameters,
    people::User,
    reply::Reply,
    workspaces::{Driver, Workspace},
    world::{Input, World},
};

/// The path of the console endpoint, below the prefix of the server.
pub(crate) const PATH: &str = "/-console";

/// The whole output if the login fails.
pub(super) const REFUSED: &str = "Authentication Failed\n";

const STARS: &str = "*****************************";

/// Returns the output of the console.
pub(crate) fn enter(world: &mut World, seen: &Seen, peer: IpAddr) -> Reply {
    let text = seen.text();
    let words: Vec<String> = text.split('\0').map(str::to_owned).collect();
    match arguments::read(&words) {
        Ok(asked) if world.settings.version.dialect().has_bare_console => {
            bare::enter(world, seen, peer, &asked)
        }
        Ok(asked) => {
            let mut run = Run { world, asked: &asked, seen, peer, skips: false, reported: false };
            Reply::new(200, "text/plain", run.print())
        }
        Err(message) => Reply::new(400, "text/plain", message),
    }
}

struct Run<'r> {
    world: &'r mut World,
    asked: &'r Arguments,
    seen: &'r Seen,
    peer: IpAddr,
    // State that one workspace leaves for the next in the same run, as measured on 8.2.5:
    /// After a failure, the console skips the next workspace and prints nothing for it.
    skips: bool,
    /// After a report, the next XML response is not a valid document, and a failure is printed.
    reported: bool,
}

const BROKEN: &str = "<message type=\"ERROR\">DOMDocument::loadXML(): Extra content at the end of \
                      the document in Entity, line: 1</message>\n<?xml version=\"1.0\"?>\n";

impl Run<'_> {
    fn print(&mut self) -> String {
        if self.asked.is_global {
            return "Console Tool\n".to_owned();
        }
        let (login, password) = (self.asked.option("u"), self.asked.option("p"));
        let users = &self.world.people.users;
        let caller = users.get(login).filter(|user| user.password == password);
        let Some(caller) = caller.filter(|_| !matches!(password, "" | "0")) else {
            return REFUSED.to_owned();
        };
        let logins: Vec<String> = match self.asked.option("i") {
            "" => vec![login.to_owned()],
            _ if !caller.is_admin() => vec![login.to_owned()],
            "*" | "**/*" => users.keys().cloned().collect(),
            // Neither a pattern nor a name.
            odd if odd.contains('*') => Vec::new(),
            list => list.split(',').map(str::to_owned).collect(),
        };
        let mut printed = String::new();
        for login in logins {
            printed += &format!("{STARS}\nCurrent User is '{login}'\n{STARS}\n");
            let user = self.world.people.users.get(&login).cloned();
            let user = user.ok_or_else(|| format!("Cannot find user {login}"));
            match user.and_then(|user| Ok((self.workspaces(&user)?, user))) {
                Ok((workspaces, user)) => {
                    for workspace in workspaces {
                        printed += &self.apply(&user, workspace);
                    }
                }
                Err(message) => printed += &format!("USER: {message}\n"),
            }
        }
        printed + "\n"
    }

    /// Returns all workspaces of a user, or the named ones; none if one of them does not exist.
    fn workspaces(&self, user: &User) -> Result<Vec<Workspace>, String> {
        let world = &self.world;
        let asked = self.asked.option("r");
        if asked == "*" {
            let all = world.workspaces.all().filter(|workspace| {
                let has_files = workspace.driver == Driver::Fs && !workspace.is_template;
                has_files && world.people.may_enter(user, workspace)
            });
            return Ok(all.cloned().collect());
        }
        let mut found: Vec<Workspace> = Vec::new();
        for name in asked.split(',') {
            let workspace = world.workspace(user, name);
            let workspace = workspace.filter(|found| world.people.may_enter(user, found));
            let unknown = || format!("Could not find workspace with id/alias {name}");
            let workspace = workspace.ok_or_else(unknown)?;
            if !found.iter().any(|other| other.id == workspace.id) {
                found.push(workspace);
            }
        }
        Ok(found)
    }

    fn apply(&mut self, user: &User, workspace: Workspace) -> String {
        let action = self.asked.option("a");
        let Workspace { id, label, .. } = &workspace;
        let applying = format!("Applying action '{action}' on workspace {label} ({id})\n");
        let printed = match mem::take(&mut self.skips) {
            true => String::new(),
            false => match self.answer(user, workspace) {
                Ok(text) => {
                    let is_xml = self.asked.parameter("format") == "xml";
                    let is_report = is_xml && text.contains("<message ");
                    let is_broken = is_report && mem::replace(&mut self.reported, true);
                    if is_broken { BROKEN.to_owned() } else { text }
                }
                // A failure is printed as a separate text, after the id of the task.
                Err(message) => {
                    self.skips = true;
                    format!("{}: {message}", self.asked.option("k"))
                }
            },
        };
        format!("{applying}{}\n", formatted(&printed))
    }

    fn answer(&mut self, user: &User, workspace: Workspace) -> Result<String, String> {
        let action = self.asked.option("a");
        let parameters = parameters(self.asked);
        let is_json = parameters.text("format") == Some("json");
        let format = if is_json { Format::Json } else { Format::Xml };
        let version = self.world.settings.version;
        if catalog::find(version, &workspace, action, user.is_admin()).is_none() {
            return Err(format!("Could not find action {action}"));
        }
        let input = Input {
            seen: self.seen,
            peer: self.peer,
            parameters,
            uploads: Vec::new(),
            format,
            session: None,
            is_rest: false,
            is_v2: false,
        };
        let answer = self.world.perform(action, user.clone(), workspace, input);
        // Work that runs in the background elsewhere finishes here before the console ends.
        self.world.finish_tasks();
        let text = said(version.dialect(), answer, format)?;
        // Recorded: `share` prints nothing.
        Ok(if action == "share" { String::new() } else { text })
    }
}

pub(super) fn parameters(asked: &Arguments) -> Parameters {
    let mut parameters = Parameters::default();
    for (name, value) in &asked.parameters {
        parameters.set(name.clone(), value.clone());
    }
    parameters
}

fn said(dialect: &Dialect, answer: Answer, format: Format) -> Result<String, String> {
    match answer {
        Ok(Outcome::Envelope(envelope)) if envelope.error.is_some() => {
            Err(envelope.error.unwrap_or_default())
        }
        Ok(outcome) => {
            Ok(String::from_utf8_lossy(&outcome.reply(dialect, format).body).into_owned())
        }
        Err(Refusal::Error(message)) => Err(message),
        Err(Refusal::Hidden(name)) => Err(format!("{name} Forbidden")),
        Err(Refusal::NoWriting) => Err("You have no write permission on this folder".to_owned()),
        Err(Refusal::NoLogin | Refusal::Never) => Err(String::new()),
    }
}

/// Removes the console's own markup from the output.
fn formatted(text: &str) -> String {
    let styles = ["info", "comment", "error", "question"];
    let tags = styles.iter().flat_map(|style| [format!("<{style}>"), format!("</{style}>")]);
    let text = tags.fold(text.to_owned(), |text, tag| text.replace(&tag, ""));
    text.replace("</>", "").replace("\\<", "<")
}
