//! A console whose actions run in the world of a [`Server`](crate::Server): the arguments are sent
//! there, to a door that no Pydio has, and what comes back is printed.

use std::{
    io::{self, Read as _, Write as _},
    net::{IpAddr, TcpStream},
};

use super::{
    Printed,
    arguments::{self, Arguments},
};
use crate::{
    Seen,
    actions::{Answer, Outcome, Refusal},
    catalog,
    envelope::Format,
    parameters::Parameters,
    people::User,
    reply::Reply,
    workspaces::Workspace,
    world::{Input, World},
};

/// The door, below the prefix of the server.
pub(crate) const DOOR: &str = "/-console";

const STARS: &str = "*****************************";

/// Has a server run the arguments.
pub(super) fn ask(server: &str, arguments: &[String]) -> Printed {
    match post(server, arguments.join("\0").as_bytes()) {
        Ok(stdout) => Printed { stdout, ..Printed::default() },
        Err(error) => {
            Printed { stderr: format!("{server}: {error}\n"), status: 69, ..Printed::default() }
        }
    }
}

fn post(server: &str, body: &[u8]) -> io::Result<Vec<u8>> {
    let rest = server.trim_start_matches("http://");
    let (address, prefix) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let mut stream = TcpStream::connect(address)?;
    let length = body.len();
    write!(
        stream,
        "POST {prefix}{DOOR} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\
         Content-Length: {length}\r\n\r\n"
    )?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    match end {
        Some(end) if answer.starts_with(b"HTTP/1.1 200 ") => Ok(answer.split_off(end + 4)),
        _ => Err(io::Error::other(String::from_utf8_lossy(&answer).into_owned())),
    }
}

/// What the console prints.
pub(crate) fn enter(world: &mut World, seen: &Seen, peer: IpAddr) -> Reply {
    let text = seen.text();
    let words: Vec<String> = text.split('\0').map(str::to_owned).collect();
    match arguments::read(&words) {
        Ok(asked) => Reply::new(200, "text/plain", run(world, &asked, seen, peer)),
        Err(message) => Reply::new(400, "text/plain", message),
    }
}

fn run(world: &mut World, asked: &Arguments, seen: &Seen, peer: IpAddr) -> String {
    let login = asked.option("u");
    let password = asked.option("p");
    let caller = world.people.users.get(login).filter(|user| user.password == password).cloned();
    let Some(caller) = caller else { return "Authentication Failed\n".to_owned() };
    let logins: Vec<&str> = match asked.option("i") {
        "" => vec![login],
        _ if !caller.is_admin() => vec![login],
        list => list.split(',').collect(),
    };
    let runs = logins.into_iter().map(|login| {
        let banner = format!("{STARS}\nCurrent User is '{login}'\n{STARS}\n");
        banner
            + &match world.people.users.get(login).cloned() {
                Some(user) => of_user(world, asked, &user, seen, peer),
                None => format!("USER: Cannot find user {login}\n"),
            }
    });
    runs.collect::<String>() + "\n"
}

/// Nothing runs where one of the workspaces is not there.
fn of_user(world: &mut World, asked: &Arguments, user: &User, seen: &Seen, peer: IpAddr) -> String {
    let find = |name: &str| {
        let found = world.workspace(user, name);
        let found = found.filter(|workspace| world.people.may_enter(user, workspace));
        found.ok_or_else(|| format!("USER: Could not find workspace with id/alias {name}\n"))
    };
    let found: Result<Vec<Workspace>, String> = asked.option("r").split(',').map(find).collect();
    let workspaces = match found {
        Ok(workspaces) => workspaces,
        Err(message) => return message,
    };
    let action = asked.option("a");
    let runs = workspaces.into_iter().map(|workspace| {
        let applying = format!(
            "Applying action '{action}' on workspace {} ({})\n",
            workspace.label, workspace.id
        );
        let parameters = parameters(asked);
        let is_json = parameters.text("format") == Some("json");
        let format = if is_json { Format::Json } else { Format::Xml };
        let uploads = Vec::new();
        let input = Input {
            seen,
            peer,
            parameters,
            uploads,
            format,
            session: None,
            is_rest: false,
            is_v2: false,
        };
        let version = world.settings.version;
        let answer = match catalog::find(version, &workspace, action, user.is_admin()) {
            Some(_) => world.perform(action, user.clone(), workspace, input),
            None => Err(Refusal::Error(format!("Could not find action {action}"))),
        };
        // What goes on in the background elsewhere is done here before the console ends.
        world.finish_tasks();
        applying + &printed(asked, answer, format) + "\n"
    });
    runs.collect()
}

fn parameters(asked: &Arguments) -> Parameters {
    let mut parameters = Parameters::default();
    for (name, value) in &asked.parameters {
        parameters.set(name.clone(), value.clone());
    }
    parameters
}

/// A failure is printed in a text of its own, behind the id of the task.
fn printed(asked: &Arguments, answer: Answer, format: Format) -> String {
    let failed = |message: &str| format!("{}: {message}", asked.option("k"));
    match answer {
        Ok(Outcome::Envelope(envelope)) if envelope.error.is_some() => {
            failed(&envelope.error.unwrap_or_default())
        }
        Ok(outcome) => String::from_utf8_lossy(&outcome.reply(format).body).into_owned(),
        Err(Refusal::Error(message)) => failed(&message),
        Err(Refusal::Hidden(name)) => failed(&format!("{name} Forbidden")),
        Err(Refusal::NoWriting) => failed("You have no write permission on this folder"),
    }
}
