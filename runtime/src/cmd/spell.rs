//! Spelling a call as the arguments of `cmd.php`.
//!
//! Whatever the console would read back as something else is refused here, before anything runs.

use std::borrow::Cow;

use secrecy::{ExposeSecret as _, SecretString};

use super::{CommandLine, builder::Login};
use crate::{
    Accept, Request,
    request::{Argument, Value},
    spell::paged,
};

/// An action that there is not.
pub(crate) const NO_ACTION: &str = "no_such_action";

/// Whom and what a call is run for.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) users: As,
    pub(crate) on: On,
}

/// As whom.
#[derive(Clone, Debug)]
pub(crate) enum As {
    Caller,
    Users(Vec<String>),
    Group,
    Everyone,
}

/// On which workspaces.
#[derive(Clone, Debug)]
pub(crate) enum On {
    Workspaces(Vec<String>),
    Every,
}

/// The console's own options, next to those that begin with `cli_`. The last one is a parameter
/// that makes it print what it does after an answer.
const OWN_OPTIONS: [&str; 8] =
    ["help", "quiet", "verbose", "version", "ansi", "no-ansi", "no-interaction", "cli-show-hooks"];

/// The arguments of one run, or why it cannot be.
pub(crate) fn spell(
    line: &CommandLine,
    target: &Target,
    request: &Request,
    accept: Accept,
) -> Result<Vec<SecretString>, String> {
    let action = request.action();
    if let Some(why) = request.why_not_sent() {
        return Err(why);
    }
    if !request.attached.files.is_empty() {
        return Err("the command line carries no files: use REST or a session".to_owned());
    }
    if action.bindings.version.starts_with("6.") {
        return Err("the console of Pydio 6 has another language".to_owned());
    }
    let format = match accept {
        Accept::Xml => "xml",
        Accept::Json => "json",
        Accept::Any => {
            return Err("the command line carries no files: use REST or a session".to_owned());
        }
    };
    let mut arguments = beginning(line, target, action.name)?;
    let options = [("-s", "status_file", &line.status_file), ("-k", "task", &line.task)];
    for (option, name, value) in options {
        if let Some(value) = value {
            arguments.push(pair(option, name, value)?);
        }
    }
    let given = with_page(request)?;
    let fields = fields(&given)?;
    for (name, value) in &fields {
        arguments.push(pair(&format!("--{name}"), name, value)?);
    }
    if !fields.iter().any(|(name, _)| name == "format") {
        arguments.push(format!("--format={format}").into());
    }
    Ok(arguments)
}

/// The arguments of a run that does nothing, and prints for whom and where it would have been: no
/// plugin has that action.
pub(crate) fn spell_places(
    line: &CommandLine,
    target: &Target,
) -> Result<Vec<SecretString>, String> {
    beginning(line, target, NO_ACTION)
}

/// Who calls, for whom and where, and the action.
fn beginning(
    line: &CommandLine,
    target: &Target,
    action: &str,
) -> Result<Vec<SecretString>, String> {
    let mut arguments = login(&line.settings.login);
    arguments.extend(target.spell()?);
    arguments.push(format!("-a={action}").into());
    Ok(arguments)
}

/// What keeps the console from reading a value back.
pub(crate) fn value_fault(value: &str) -> Option<&'static str> {
    if value.starts_with('=') {
        Some("the console eats the `=` that a value begins with")
    } else if value.contains('\0') {
        Some("no argument of a command can hold a NUL")
    } else {
        None
    }
}

fn login(login: &Login) -> Vec<SecretString> {
    let option = |name: &str, value: &str| SecretString::from(format!("{name}={value}"));
    match login {
        Login::Password { login, password } => {
            vec![option("-u", login), option("-p", password.expose_secret())]
        }
        Login::Token { user, token } => {
            vec![option("-u", user.expose_secret()), option("-t", token.expose_secret())]
        }
    }
}

fn pair(option: &str, name: &str, value: &str) -> Result<SecretString, String> {
    match value_fault(value) {
        Some(why) => Err(format!("`{name}` cannot be sent: {why}")),
        None => Ok(format!("{option}={value}").into()),
    }
}

/// The arguments, with the number of a page at the end of the folder that is listed.
fn with_page(request: &Request) -> Result<Cow<'_, [Argument]>, String> {
    match request.action().route() {
        Some(route) => paged(&route, request),
        None if request.page_suffix().is_some() => {
            Err("there is no folder whose page could be asked for".to_owned())
        }
        None => Ok(request.arguments().into()),
    }
}

/// Names with their values, nodes spelt as the console reads them: `nodes[]` it does not.
fn fields(arguments: &[Argument]) -> Result<Vec<(Cow<'_, str>, &str)>, String> {
    let is_list = |argument: &Argument| matches!(argument.value, Value::List(_));
    let selects = arguments.iter().any(is_list);
    let mut fields = Vec::new();
    for Argument { name, value, .. } in arguments {
        match value {
            Value::Text(_) if selects && name == "file" => {
                // A selection replaces it over HTTP as well.
            }
            Value::Text(value) => {
                refuse_name(name)?;
                fields.push((Cow::Borrowed(&**name), &**value));
            }
            Value::List(values) => match &**values {
                _ if name != "nodes" => {
                    return Err(format!("`{name}` is a list, which the console does not read"));
                }
                [] => {
                    let why = "the server would take the root";
                    return Err(format!("`{name}` selects nothing: {why}"));
                }
                [only] => fields.push((Cow::Borrowed("file"), only)),
                several => fields.extend(
                    several
                        .iter()
                        .enumerate()
                        .map(|(index, value)| (Cow::Owned(format!("file_{index}")), &**value)),
                ),
            },
        }
    }
    Ok(fields)
}

/// Refuses the name of a parameter that is no parameter for the console.
fn refuse_name(name: &str) -> Result<(), String> {
    if OWN_OPTIONS.contains(&name) || name.starts_with("cli_") {
        return Err(format!("`{name}` is an option of the console itself"));
    }
    // PHP takes `0` for no name at all.
    if matches!(name, "" | "0") || name.starts_with('-') || name.contains(['=', '\0']) {
        return Err(format!("the console does not take {name:?} for the name of a parameter"));
    }
    Ok(())
}

impl Target {
    /// The users that were asked for, where they were.
    pub(crate) fn logins(&self) -> Option<&[String]> {
        match &self.users {
            As::Users(users) => Some(users),
            As::Caller | As::Group | As::Everyone => None,
        }
    }

    /// The workspaces as the console takes them, and as errors show them.
    pub(crate) fn workspaces(&self) -> String {
        match &self.on {
            On::Workspaces(ids) => ids.join(","),
            On::Every => "*".to_owned(),
        }
    }

    fn spell(&self) -> Result<Vec<SecretString>, String> {
        let mut arguments = Vec::new();
        let users = match &self.users {
            As::Caller => None,
            As::Users(users) => Some(list(users, "login")?),
            As::Group => Some("*".to_owned()),
            As::Everyone => Some("**/*".to_owned()),
        };
        if let Some(users) = users {
            arguments.push(format!("-i={users}").into());
        }
        let workspaces = match &self.on {
            On::Workspaces(ids) => list(ids, "workspace")?,
            On::Every => "*".to_owned(),
        };
        arguments.push(format!("-r={workspaces}").into());
        Ok(arguments)
    }
}

/// Several logins or workspaces with commas between them.
fn list(names: &[String], what: &str) -> Result<String, String> {
    if names.is_empty() {
        return Err(format!("no {what} was named"));
    }
    for name in names {
        if name.is_empty() || name.contains([',', '*']) {
            return Err(format!("the console does not take {name:?} for a {what}"));
        }
        if let Some(why) = value_fault(name) {
            return Err(format!("{name:?} cannot be sent: {why}"));
        }
    }
    Ok(names.join(","))
}
