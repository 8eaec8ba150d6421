//! The users and workspaces of a call, as the arguments of `cmd.php`.

use secrecy::{ExposeSecret as _, SecretString};

use super::{CommandLine, builder::Login};
use crate::{
    encode::{console, value_fault},
    response::Accept,
    types::Request,
};

/// An action that does not exist.
pub(crate) const NO_ACTION: &str = "no_such_action";

/// The users and workspaces of a call.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) users: As,
    pub(crate) on: On,
}

/// The users to call as.
#[derive(Clone, Debug)]
pub(crate) enum As {
    Caller,
    Users(Vec<String>),
    Group,
    Everyone,
}

/// The workspaces.
#[derive(Clone, Debug)]
pub(crate) enum On {
    Workspaces(Vec<String>),
    Every,
}

/// Returns the arguments of one run, or why it is impossible.
pub(crate) fn arguments(
    line: &CommandLine,
    target: &Target,
    request: &Request,
    accept: Accept,
) -> Result<Vec<SecretString>, String> {
    let endpoint = request.endpoint();
    let format = match accept {
        Accept::Xml => "xml",
        Accept::Json => "json",
        Accept::Any => {
            return Err("the command line cannot transfer files; use REST or a session".to_owned());
        }
    };
    if request.has_files() {
        return Err("the command line cannot transfer files; use REST or a session".to_owned());
    }
    let fields = console(request.clone())?;
    let is_bare = endpoint.bindings.dialect.has_bare_console;
    let mut arguments = match is_bare {
        true => bare_beginning(line, target, endpoint.id)?,
        false => beginning(line, target, endpoint.id)?,
    };
    let options = [("-s", "status_file", &line.status_file), ("-k", "task", &line.task)];
    for (option, name, value) in options {
        if let Some(value) = value {
            arguments.push(pair(is_bare, option, name, value)?);
        }
    }
    for (name, value) in &fields {
        arguments.push(format!("--{name}={value}").into());
    }
    // 6.0 to 6.4 know no formats: an action that reads the parameter declares it.
    if !is_bare && !fields.iter().any(|(name, _)| name == "format") {
        arguments.push(format!("--format={format}").into());
    }
    Ok(arguments)
}

/// Returns the arguments of a run that does nothing, and prints the users and workspaces: no plugin
/// has that action.
pub(crate) fn probe_arguments(
    line: &CommandLine,
    target: &Target,
) -> Result<Vec<SecretString>, String> {
    beginning(line, target, NO_ACTION)
}

/// Returns the caller, the users, the workspaces, and the action.
fn beginning(
    line: &CommandLine,
    target: &Target,
    action: &str,
) -> Result<Vec<SecretString>, String> {
    let mut arguments = login(&line.settings.login);
    arguments.extend(target.arguments()?);
    arguments.push(format!("-a={action}").into());
    Ok(arguments)
}

/// Returns the same for the console of 6.0 to 6.4, which calls as its user on one workspace: it runs
/// the action on others, or as others, in the background.
fn bare_beginning(
    line: &CommandLine,
    target: &Target,
    action: &str,
) -> Result<Vec<SecretString>, String> {
    if !matches!(target.users, As::Caller) {
        return Err("the command line of 6.0 to 6.4 calls only as the user who logs in".to_owned());
    }
    let workspace = match &target.on {
        On::Workspaces(ids) if ids.len() == 1 => list(ids, "workspace")?,
        On::Workspaces(_) | On::Every => {
            return Err(
                "the command line of 6.0 to 6.4 needs exactly one workspace; name it".to_owned()
            );
        }
    };
    if line.task.is_some() {
        return Err("the command line of 6.0 to 6.4 does not support tasks".to_owned());
    }
    if let Login::Password { login, password } = &line.settings.login {
        if login.contains(',') || login.starts_with("queue:") {
            return Err(
                "the command line of 6.0 to 6.4 would treat this login as several".to_owned()
            );
        }
        for (what, value) in [("login", &**login), ("password", password.expose_secret())] {
            if let Some(why) = value_fault(true, value) {
                return Err(format!("the {what} cannot be sent: {why}"));
            }
        }
    }
    if let Some(why) = value_fault(true, &workspace) {
        return Err(format!("{workspace:?} cannot be sent: {why}"));
    }
    let mut arguments = login(&line.settings.login);
    arguments.extend([format!("-r={workspace}").into(), format!("-a={action}").into()]);
    Ok(arguments)
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

fn pair(is_bare: bool, option: &str, name: &str, value: &str) -> Result<SecretString, String> {
    match value_fault(is_bare, value) {
        Some(why) => Err(format!("`{name}` cannot be sent: {why}")),
        None => Ok(format!("{option}={value}").into()),
    }
}

impl Target {
    /// Returns the users, if they were named.
    pub(crate) fn logins(&self) -> Option<&[String]> {
        match &self.users {
            As::Users(users) => Some(users),
            As::Caller | As::Group | As::Everyone => None,
        }
    }

    /// Returns the workspaces as the console accepts them, and as errors show them.
    pub(crate) fn workspaces(&self) -> String {
        match &self.on {
            On::Workspaces(ids) => ids.join(","),
            On::Every => "*".to_owned(),
        }
    }

    fn arguments(&self) -> Result<Vec<SecretString>, String> {
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

/// Joins several logins or workspaces with commas.
fn list(names: &[String], what: &str) -> Result<String, String> {
    if names.is_empty() {
        return Err(format!("no {what} given"));
    }
    for name in names {
        if name.is_empty() || name.contains([',', '*']) {
            return Err(format!("the command line does not accept {name:?} as a {what}"));
        }
        if let Some(why) = value_fault(false, name) {
            return Err(format!("{name:?} cannot be sent: {why}"));
        }
    }
    Ok(names.join(","))
}
