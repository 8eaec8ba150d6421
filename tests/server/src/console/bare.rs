//! The console of Pydio 6.0 to 6.4: it prints a bare response, and a failure is a fatal error of PHP.

use std::net::IpAddr;

use super::{arguments::Arguments, run::parameters};
use crate::{
    Seen,
    actions::{Outcome, Refusal},
    catalog,
    envelope::Format,
    reply::Reply,
    world::{Input, World},
};

/// The status of a reply that PHP ended with a fatal error: the body is what it says of that.
pub(super) const FATAL: u16 = 500;

/// The status of a reply that refuses an action: the console exits with 1.
pub(super) const REFUSED: u16 = 403;

/// Returns the output for the first of the workspaces: the others are left to other processes.
pub(super) fn enter(world: &mut World, seen: &Seen, peer: IpAddr, asked: &Arguments) -> Reply {
    let (login, password) = (asked.option("u"), asked.option("p"));
    let (action, name) = (asked.option("a"), asked.option("r"));
    let print = |text: String| Reply::new(200, "text/plain", text);
    let document = |text: &str| {
        print(format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree >{text}</tree>"))
    };
    if asked.is_global || login.is_empty() {
        return print(String::new());
    }
    let user = world.people.users.get(login).filter(|user| user.password == password).cloned();
    let Some(user) = user else { return document("<logging_result value=\"-1\"/>") };
    let name = name.split(',').next().unwrap_or_default();
    let workspace = world.workspace(&user, name);
    let workspace = workspace.filter(|found| world.people.may_enter(&user, found));
    let Some(workspace) = workspace else {
        return fatal("AJXP_Exception", "Trying to switch to an unauthorized repository");
    };
    let version = world.settings.version;
    if catalog::find(version, &workspace, action, user.is_admin()).is_none() {
        return print(String::new());
    }
    let format = Format::Xml;
    let input = Input {
        seen,
        peer,
        parameters: parameters(asked),
        uploads: Vec::new(),
        format,
        session: None,
        is_rest: false,
        is_v2: false,
    };
    let answer = world.perform(action, user, workspace, input);
    world.finish_tasks();
    match answer {
        Ok(Outcome::Envelope(envelope)) if envelope.error.is_some() => {
            fatal("Exception", &envelope.error.unwrap_or_default())
        }
        Ok(outcome) => Reply::new(200, "text/plain", outcome.reply(version.dialect(), format).body),
        Err(Refusal::Error(message)) => fatal("Exception", &message),
        Err(Refusal::Hidden(name)) => fatal("Exception", &format!("{name} Forbidden")),
        Err(Refusal::NoWriting) => {
            let report = "<message type=\"ERROR\">You have no write permission on this folder\
                          </message><require_auth/>";
            let mut refused = document(report);
            refused.status = REFUSED;
            refused
        }
        Err(Refusal::NoLogin | Refusal::Never) => fatal("Exception", ""),
    }
}

fn fatal(kind: &str, message: &str) -> Reply {
    let place = "/srv/pydio/core/classes/class.AJXP_Controller.php";
    let text = format!(
        "PHP Fatal error:  Uncaught {kind}: {message} in {place}:442\nStack trace:\n\
         #0 /srv/pydio/cmd.php(208): AJXP_Controller::findActionAndApply()\n#1 {{main}}\n  \
         thrown in {place} on line 442\n"
    );
    Reply::new(FATAL, "text/plain", text)
}
