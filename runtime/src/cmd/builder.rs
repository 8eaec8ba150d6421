//! The settings of a command line.

use std::{fmt, sync::Arc, time::Duration};

use secrecy::{ExposeSecret as _, SecretString};

use super::{CommandLine, launch::Launch};
use crate::{
    encode::value_fault,
    hook::{Hook, Hooks},
    types::{Error, ErrorKind, Failure},
};

/// How the arguments of a call, including the password, are passed to PHP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ArgumentPassing {
    /// Over standard input, where no process list shows them and no limit on the length of a
    /// command line applies. The command runs `php -r` with a line that reads them, so the prefix
    /// has to end with PHP, and has to pass on standard input (`docker exec -i`).
    #[default]
    StandardInput,
    /// On the command line, for a prefix that accepts only `cmd.php`, such as a rule of `sudo` for
    /// it: everyone who may list processes sees the password while the call runs.
    Arguments,
}

/// The login of a call.
#[derive(Clone)]
pub(crate) enum Login {
    Password { login: String, password: SecretString },
    Token { user: SecretString, token: SecretString },
}

/// The settings of every call on a command line.
pub(crate) struct Settings {
    pub(crate) launch: Launch,
    pub(crate) login: Login,
    pub(crate) timeout: Duration,
    pub(crate) max_response_size: u64,
    pub(crate) hooks: Hooks,
}

/// The settings of a command line.
pub struct Builder {
    launch: Launch,
    login: Option<Login>,
    timeout: Duration,
    max_response_size: u64,
    hooks: Hooks,
}

impl Builder {
    pub(crate) fn new(script: String) -> Self {
        let prefix = vec!["php".to_owned()];
        let passing = ArgumentPassing::default();
        Self {
            launch: Launch { prefix, shell: Vec::new(), script, passing },
            login: None,
            timeout: Duration::from_secs(600),
            max_response_size: 256 * 1024 * 1024,
            hooks: Hooks::default(),
        }
    }

    /// Sets the command that runs a PHP script, as a list of arguments: `["php"]` unless set. It is
    /// not passed to a shell.
    ///
    /// `["sudo", "-n", "-u", "www-data", "php"]` runs it as the web server's user, which is
    /// necessary if that user owns the data; `["docker", "exec", "-i", "pydio", "php"]` in a
    /// container. The last argument is the name of PHP itself, or of PHP with options.
    pub fn prefix<S: Into<String>>(mut self, prefix: impl IntoIterator<Item = S>) -> Self {
        self.launch.prefix = prefix.into_iter().map(Into::into).collect();
        self
    }

    /// Runs everything through a command that passes its last argument to a POSIX shell, as `ssh`
    /// does: `["ssh", "-o", "BatchMode=yes", "files.example.org"]`. Every argument of the prefix
    /// and of the call is quoted for that shell.
    pub fn ssh<S: Into<String>>(mut self, ssh: impl IntoIterator<Item = S>) -> Self {
        self.launch.shell = ssh.into_iter().map(Into::into).collect();
        self
    }

    /// Authenticates as this user.
    pub fn login(mut self, login: impl Into<String>, password: impl Into<SecretString>) -> Self {
        self.login = Some(Login::Password { login: login.into(), password: password.into() });
        self
    }

    /// Authenticates with a token in place of a password (`-t`), and the encrypted login that
    /// belongs to it (`-u`). Pydio creates such pairs for its own background tasks and issues none
    /// to others.
    pub fn token(mut self, user: impl Into<SecretString>, token: impl Into<SecretString>) -> Self {
        self.login = Some(Login::Token { user: user.into(), token: token.into() });
        self
    }

    /// Sets how the arguments are passed to PHP: over standard input unless set.
    pub fn argument_passing(mut self, passing: ArgumentPassing) -> Self {
        self.launch.passing = passing;
        self
    }

    /// Sets how long a call may take, from start to end: 10 minutes unless set. Long actions run
    /// until they are complete here, so give them the time they need.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Sets the longest output that is held in memory, in bytes, of all users and workspaces
    /// together: 256 MiB unless set.
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Calls this hook before and after each run of the command: see [`hook`](crate::hook).
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.hooks.0.push(Arc::new(hook));
        self
    }

    /// Builds the command line. Nothing runs until the first call.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the script, the prefix or the login is missing or cannot be an
    /// argument, and for a password that the console does not accept: an empty one, or `0`.
    pub fn build(self) -> Result<CommandLine, Error> {
        let Self { launch, login, timeout, max_response_size, hooks } = self;
        let settings = |message: String| Error::new(ErrorKind::Config, Failure::new(message));
        if let Some(fault) = launch.fault() {
            return Err(settings(fault.to_owned()));
        }
        let login = login.ok_or_else(|| settings("no user to call as; set a login".to_owned()))?;
        if let Some(fault) = login.fault() {
            return Err(settings(fault));
        }
        Ok(CommandLine::new(Settings { launch, login, timeout, max_response_size, hooks }))
    }
}

impl Login {
    /// Returns why the console cannot read it, if so. Never contains the secret.
    fn fault(&self) -> Option<String> {
        let (user, secret, what) = match self {
            Self::Password { login, password } => (&**login, password, "password"),
            Self::Token { user, token } => (user.expose_secret(), token, "token"),
        };
        let secret = secret.expose_secret();
        if user.is_empty() {
            return Some("the login is empty".to_owned());
        }
        if matches!(secret, "" | "0") {
            return Some(format!("the command line treats this {what} as missing"));
        }
        let fault = |what, value| value_fault(false, value).map(|why| format!("the {what}: {why}"));
        fault("login", user).or_else(|| fault(what, secret))
    }

    /// Returns the login as it is shown; empty for an encrypted one.
    pub(crate) fn user(&self) -> String {
        match self {
            Self::Password { login, .. } => login.clone(),
            Self::Token { .. } => String::new(),
        }
    }

    /// Returns the text without the secret, which PHP prints in the arguments of a stack trace,
    /// truncated after 15 characters.
    pub(crate) fn redact(&self, text: &str) -> String {
        let (Self::Password { password: secret, .. } | Self::Token { token: secret, .. }) = self;
        let secret = secret.expose_secret();
        let text = text.replace(secret, "***");
        match secret.char_indices().nth(15) {
            Some((cut, _)) => text.replace(&secret[..cut], "***"),
            None => text,
        }
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Password { login, .. } => {
                f.debug_struct("Password").field("login", login).finish_non_exhaustive()
            }
            Self::Token { .. } => f.debug_struct("Token").finish_non_exhaustive(),
        }
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("script", &self.launch.script)
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("script", &self.launch.script)
            .field("login", &self.login)
            .finish_non_exhaustive()
    }
}
