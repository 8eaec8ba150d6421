//! The server to test, and the logins to use.

use std::{env, fmt};

/// A server to run scenarios against.
#[derive(Clone, Debug)]
pub struct Target {
    /// The URL of its web interface.
    pub url: String,
    /// A user with read and write access to the workspace.
    pub user: Login,
    /// An administrator; if unset, the user if they are one.
    pub admin: Option<Login>,
    /// The slug or id of the workspace to use.
    pub workspace: String,
    /// The words of a command that runs `cmd.php`, with the script last.
    pub command: Option<Vec<String>>,
}

/// A login with its password, which is never displayed.
#[derive(Clone)]
pub struct Login {
    pub(super) name: String,
    pub(super) password: String,
}

impl Login {
    /// Creates a login with its password.
    pub fn new(name: impl Into<String>, password: impl Into<String>) -> Self {
        Self { name: name.into(), password: password.into() }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Target {
    /// Creates a target without an administrator or a command line, and with the workspace
    /// `my-files`.
    pub fn new(url: impl Into<String>, user: Login) -> Self {
        let workspace = "my-files".to_owned();
        Self { url: url.into(), user, admin: None, workspace, command: None }
    }

    /// Sets the workspace, by its slug or id.
    #[must_use]
    pub fn workspace(mut self, workspace: impl Into<String>) -> Self {
        self.workspace = workspace.into();
        self
    }

    /// Sets the administrator.
    #[must_use]
    pub fn admin(mut self, admin: Login) -> Self {
        self.admin = Some(admin);
        self
    }

    /// Sets the command that runs `cmd.php`, quoted as in a shell.
    ///
    /// # Errors
    ///
    /// Returns a sentence that says what is wrong with the command.
    pub fn command(mut self, line: &str) -> Result<Self, String> {
        self.command = Some(command(line)?);
        Ok(self)
    }

    /// Returns the server configured in the environment; `None` without `PYDIO_URL`.
    ///
    /// | variable | |
    /// |---|---|
    /// | `PYDIO_URL` | the URL of the web interface |
    /// | `PYDIO_USER`, `PYDIO_USER_PASSWORD` | a user with read and write access to the workspace |
    /// | `PYDIO_ADMIN`, `PYDIO_ADMIN_PASSWORD` | an administrator; optional |
    /// | `PYDIO_WORKSPACE` | the slug or id of the workspace; `my-files` by default |
    /// | `PYDIO_CMD` | a command that runs `cmd.php`, quoted as in a shell: `sudo -n -u www-data php /var/www/pydio/cmd.php`; optional |
    ///
    /// # Errors
    ///
    /// Returns a sentence that says which variable is missing or invalid.
    pub fn from_env() -> Result<Option<Self>, String> {
        let read = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        Self::from_variables(&read)
    }

    fn from_variables(read: &dyn Fn(&str) -> Option<String>) -> Result<Option<Self>, String> {
        let Some(url) = read("PYDIO_URL") else { return Ok(None) };
        let login = |name: &str| {
            let Some(user) = read(name) else { return Ok(None) };
            let variable = format!("{name}_PASSWORD");
            let missing = || format!("`{variable}` is missing, the password of `{name}`");
            Ok::<_, String>(Some(Login::new(user, read(&variable).ok_or_else(missing)?)))
        };
        let missing = "`PYDIO_USER` is missing: whom should the scenarios work as?";
        let mut target = Self::new(url, login("PYDIO_USER")?.ok_or(missing)?);
        target.admin = login("PYDIO_ADMIN")?;
        if let Some(workspace) = read("PYDIO_WORKSPACE") {
            target.workspace = workspace;
        }
        target.command = read("PYDIO_CMD").map(|line| command(&line)).transpose()?;
        Ok(Some(target))
    }
}

/// Splits a command line into words like a shell.
///
/// # Errors
///
/// Returns a sentence that says what is wrong with it.
fn command(line: &str) -> Result<Vec<String>, String> {
    let words = shlex::split(line).unwrap_or_default();
    if words.len() < 2 {
        return Err(format!("the command `{line}` should be a program and the path of `cmd.php`"));
    }
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::Target;

    fn read(variables: &[(&str, &str)]) -> Result<Option<Target>, String> {
        Target::from_variables(&|name| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn the_environment_configures_a_server() {
        assert!(read(&[]).unwrap().is_none());
        let user = [("PYDIO_URL", "http://x"), ("PYDIO_USER", "a"), ("PYDIO_USER_PASSWORD", "b")];
        let target = read(&user).unwrap().unwrap();
        assert_eq!((&*target.workspace, target.admin.is_none()), ("my-files", true));
        let more = [("PYDIO_WORKSPACE", "w"), ("PYDIO_CMD", "sudo -u 'a b' php /x/cmd.php")];
        let target = read(&[&user[..], &more].concat()).unwrap().unwrap();
        assert_eq!(target.workspace, "w");
        assert_eq!(target.command.unwrap(), ["sudo", "-u", "a b", "php", "/x/cmd.php"]);
    }

    #[test]
    fn missing_settings_are_reported_without_secrets() {
        let url = ("PYDIO_URL", "http://x");
        let user = [url, ("PYDIO_USER", "a"), ("PYDIO_USER_PASSWORD", "s3cr3t")];
        assert!(read(&[url]).unwrap_err().contains("PYDIO_USER"));
        assert!(read(&user[..2]).unwrap_err().contains("PYDIO_USER_PASSWORD"));
        let admin = [&user[..], &[("PYDIO_ADMIN", "root")]].concat();
        let error = read(&admin).unwrap_err();
        assert!(error.contains("PYDIO_ADMIN_PASSWORD") && !error.contains("s3cr3t"));
        assert!(read(&[&user[..], &[("PYDIO_CMD", "php")]].concat()).is_err());
        assert!(!format!("{:?}", read(&user)).contains("s3cr3t"));
    }
}
