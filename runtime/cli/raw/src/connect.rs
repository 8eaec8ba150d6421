//! The caller, the server, and the access method.

use std::path::PathBuf;

use clap::ArgMatches;
#[cfg(feature = "cmd")]
use pydio_runtime::cmd;
use pydio_runtime::{
    Builder, Credentials, Method, Pydio, Session, SessionWorkspace, Workspace, hidden,
    keystore::{FileStore, KeyPair, KeyPairId, KeyPairStore as _, Keystore},
};
use secrecy::SecretString;

use super::{
    Entry, Failed, args, captcha,
    input::{self, Input},
    profile::{self, Config, Profile},
};

/// The settings of the connection: from the command line, from a profile, or from the environment.
#[derive(Debug)]
pub struct Settings {
    /// The profile that the other settings come from, with its file.
    profile: Option<(Config, Profile)>,
    url: Option<String>,
    user: Option<String>,
    password_file: Option<PathBuf>,
    token_file: Option<PathBuf>,
    keystore: Option<PathBuf>,
    is_pair_on_session: bool,
    device: String,
    workspace: Option<String>,
    /// Whether the workspace was given on the command line.
    is_workspace_said: bool,
    is_session: bool,
    is_json: bool,
    #[cfg_attr(not(feature = "cmd"), allow(dead_code, reason = "the option is not there"))]
    command: Option<String>,
}

/// The default device of a key pair.
const DEVICE: &str = "pydio-command-line";

/// A connection by one access method, to one workspace or to none in particular.
pub(super) enum Way {
    Rest(Workspace),
    Session(Session, Option<SessionWorkspace>),
    #[cfg(feature = "cmd")]
    Command(cmd::Workspace),
}

impl Settings {
    /// Reads the settings of a command from the arguments of the program and its own.
    ///
    /// An option overrides the profile requested by `--profile` or PYDIO_PROFILE, which overrides
    /// the environment, which overrides the default profile. The default profile is not used at
    /// all if a server is given.
    ///
    /// # Errors
    ///
    /// Returns an error if a setting is not text, or the profile cannot be read.
    pub fn of(top: &ArgMatches, leaf: &ArgMatches) -> Result<Self, Failed> {
        let asked = Self::profile_name(top, leaf)?;
        let has_url = args::either::<String>(top, leaf, args::URL).is_some();
        let is_asked = asked.is_some();
        if is_asked && has_url {
            return Err(Failed::usage("a profile names its server: omit `--url` or `--profile`"));
        }
        let is_given = has_url || input::variable("PYDIO_URL")?.is_some();
        Self::read(top, leaf, profile::chosen(asked, is_given)?, is_asked)
    }

    /// Reads the settings of a command that no profile may add to.
    ///
    /// # Errors
    ///
    /// Returns an error if a setting is not text.
    pub fn without_profile(top: &ArgMatches, leaf: &ArgMatches) -> Result<Self, Failed> {
        Self::read(top, leaf, None, false)
    }

    /// Returns the name of the requested profile.
    ///
    /// # Errors
    ///
    /// Returns an error if it is not text.
    pub fn profile_name(top: &ArgMatches, leaf: &ArgMatches) -> Result<Option<String>, Failed> {
        match args::either(top, leaf, args::PROFILE) {
            None => input::variable("PYDIO_PROFILE"),
            some => Ok(some),
        }
    }

    fn read(
        top: &ArgMatches,
        leaf: &ArgMatches,
        chosen: Option<(Config, Profile)>,
        is_asked: bool,
    ) -> Result<Self, Failed> {
        let said = |id| args::either::<String>(top, leaf, id);
        let kept = chosen.as_ref().map(|(_, profile)| profile);
        let or = |id, name, of_profile: Option<String>| -> Result<_, Failed> {
            let of_environment = input::variable(name)?;
            Ok(said(id).or_else(|| match is_asked {
                true => of_profile.or(of_environment),
                false => of_environment.or(of_profile),
            }))
        };
        let path = |id| args::either::<PathBuf>(top, leaf, id);
        Ok(Self {
            url: or(args::URL, "PYDIO_URL", kept.map(|kept| kept.url.clone()))?,
            user: or(args::USER, "PYDIO_USER", kept.map(|kept| kept.user.clone()))?,
            password_file: path(args::PASSWORD_FILE),
            token_file: path(args::TOKEN_FILE),
            keystore: path(args::KEYSTORE),
            is_pair_on_session: args::is_on(top, leaf, args::PAIR_ON_SESSION),
            device: said(args::DEVICE).unwrap_or_else(|| DEVICE.to_owned()),
            workspace: or(
                args::WORKSPACE,
                "PYDIO_WORKSPACE",
                kept.and_then(|kept| kept.workspace.clone()),
            )?,
            is_workspace_said: said(args::WORKSPACE).is_some(),
            is_session: args::is_on(top, leaf, args::SESSION),
            is_json: args::is_on(top, leaf, args::JSON),
            command: said(args::COMMAND),
            profile: chosen,
        })
    }

    /// Connects over REST for a task.
    ///
    /// # Errors
    ///
    /// Returns an error if the server or the user is not given, or there are no credentials.
    pub fn connect_for_task(
        &self,
        adjust: impl FnOnce(Builder) -> Result<Builder, Failed>,
    ) -> Result<Pydio, Failed> {
        if self.is_session || self.command.is_some() {
            let message = "tasks run over REST: omit `--session` and `--cmd`";
            return Err(Failed::usage(message));
        }
        let builder = Pydio::builder(self.url()?);
        let credentials = self.credentials(&Input::default())?;
        Ok(adjust(builder)?.credentials(credentials).build()?)
    }

    /// Returns the login and the password, for what a key pair cannot do.
    ///
    /// # Errors
    ///
    /// Returns an error if either is not given.
    pub fn login_and_password(&self) -> Result<(String, SecretString), Failed> {
        Ok((self.user()?.to_owned(), self.password(&Input::default())?))
    }

    /// Returns whether the output is to be JSON.
    pub fn is_json(&self) -> bool {
        self.is_json
    }

    /// Returns the file of the profile in use, and the profile.
    pub fn profile(&self) -> Option<&(Config, Profile)> {
        self.profile.as_ref()
    }

    /// Returns whether an option asks to create key pairs on a session.
    pub fn is_pair_on_session(&self) -> bool {
        self.is_pair_on_session
    }

    /// Connects for an action. Sends nothing except the login of a session.
    pub(super) async fn way(&self, entry: &Entry, input: &Input) -> Result<Way, Failed> {
        if self.is_session && self.command.is_some() {
            return Err(Failed::usage("`--session` and `--cmd` cannot be combined"));
        }
        let is_rest = !self.is_session && self.command.is_none();
        if !is_rest && (self.token_file.is_some() || self.keystore.is_some()) {
            let message =
                "tokens and key pairs are for REST; `--session` and `--cmd` require a password";
            let tip = "`--pair-on-session` in place of `--session` creates the pair in a session";
            return Err(match (self.is_session, &self.keystore) {
                (true, Some(_)) => Failed::usage(message).tip(tip),
                _ => Failed::usage(message),
            });
        }
        #[cfg(feature = "cmd")]
        if let Some(command) = &self.command {
            return self.command_line(command, input);
        }
        if self.is_session {
            return self.session(entry, input).await;
        }
        if !entry.endpoint.is_rest() {
            let message =
                format!("REST does not reach `{}` of {}", entry.name, entry.endpoint.plugin());
            return Err(Failed::usage(message).tip(NOT_REST));
        }
        Ok(Way::Rest(self.connect(input)?.workspace(self.workspace()?)))
    }

    /// Returns the connection for an operation.
    pub(super) fn rest(&self, input: &Input) -> Result<Pydio, Failed> {
        if self.is_session || self.command.is_some() {
            let message = "operations are called over REST: omit `--session` and `--cmd`";
            return Err(Failed::usage(message));
        }
        if self.is_workspace_said {
            let message = "an operation takes its workspace as an argument: omit `-w`";
            return Err(Failed::usage(message));
        }
        self.connect(input)
    }

    /// Returns the workspace to use.
    ///
    /// # Errors
    ///
    /// Returns an error if none is given.
    pub fn workspace(&self) -> Result<&str, Failed> {
        self.workspace.as_deref().ok_or_else(|| {
            let tip = "`pydio v2 user-account userWorkspaces` lists them; the administration is \
                       the workspace `settings`";
            Failed::usage("no workspace given; pass `-w SLUG` or set PYDIO_WORKSPACE").tip(tip)
        })
    }

    async fn session(&self, entry: &Entry, input: &Input) -> Result<Way, Failed> {
        // Only calls that read may leave the choice of the workspace to the server.
        let workspace = match (&self.workspace, entry.endpoint.method()) {
            (None, Method::Get) => None,
            _ => Some(self.workspace()?),
        };
        let pydio = Pydio::builder(self.url()?).build()?;
        let password = self.password(input)?;
        let user = self.user()?;
        let outcome = pydio.session().keep_password(false).login(user, password).await;
        let session = captcha::answered(outcome, user).await?;
        let workspace = workspace.map(|id| session.workspace(id));
        Ok(Way::Session(session, workspace))
    }

    #[cfg(feature = "cmd")]
    fn command_line(&self, command: &str, input: &Input) -> Result<Way, Failed> {
        let workspace = self.workspace()?;
        let words = shlex::split(command).filter(|words| words.len() > 1);
        let Some((script, prefix)) = words.as_deref().and_then(<[String]>::split_last) else {
            let message = "`--cmd` requires a command that ends with the path of `cmd.php`";
            return Err(Failed::usage(message).tip("--cmd 'sudo -n -u www-data php /srv/cmd.php'"));
        };
        let builder = cmd::CommandLine::builder(script).prefix(prefix);
        let line = builder.login(self.user()?, self.password(input)?).build()?;
        Ok(Way::Command(line.workspace(workspace)))
    }

    /// Returns the address of the web interface.
    ///
    /// # Errors
    ///
    /// Returns an error if none is given, or it has no scheme.
    pub fn url(&self) -> Result<&str, Failed> {
        let tip = "pass the address of the web interface, such as https://example.org/pydio";
        match self.url.as_deref() {
            None => Err(Failed::usage("no server given; pass `--url` or set PYDIO_URL").tip(tip)),
            Some(url) if !url.contains("://") => {
                let message = "the address of the server must begin with http:// or https://";
                Err(Failed::usage(message).tip(tip))
            }
            Some(url) => Ok(url),
        }
    }

    /// Returns the login of the user.
    ///
    /// # Errors
    ///
    /// Returns an error if none is given.
    pub fn user(&self) -> Result<&str, Failed> {
        let message = "no user given; pass `--user` or set PYDIO_USER";
        self.user.as_deref().ok_or_else(|| Failed::usage(message))
    }

    fn connect(&self, input: &Input) -> Result<Pydio, Failed> {
        let builder = Pydio::builder(self.url()?);
        Ok(builder.credentials(self.credentials(input)?).build()?)
    }

    fn credentials(&self, input: &Input) -> Result<Credentials, Failed> {
        if let Some(token) = self.token(input)? {
            return Ok(Credentials::Bearer(token));
        }
        let login = self.user()?.to_owned();
        let Some(path) = &self.keystore else {
            if self.is_pair_on_session {
                return Err(Failed::usage("`--pair-on-session` needs `--keystore FILE`"));
            }
            let password = match self.known_password(input)? {
                Some(password) => password,
                None => match self.pair_of_profile(&login)? {
                    Some(pair) => return Ok(Credentials::Pair(pair)),
                    None => self.password(input)?,
                },
            };
            return Ok(Credentials::Basic { login, password });
        };
        let store = FileStore::new(path);
        // Prompts for the password if there is no pair yet.
        let kept = match self.known_password(input)? {
            Some(password) => Err(password),
            None => match self.kept(&store, &login)? {
                Some(pair) => Ok(pair),
                None => Err(self.password(input)?),
            },
        };
        Ok(match kept {
            Ok(pair) => pair,
            Err(password) => {
                let keystore = Keystore::new(login, password, &*self.device).store(store);
                Credentials::Keystore(match self.is_pair_on_session {
                    true => keystore.on_session(),
                    false => keystore,
                })
            }
        })
    }

    /// Returns the pair of the profile, unless an option names another server or user.
    fn pair_of_profile(&self, login: &str) -> Result<Option<KeyPair>, Failed> {
        match &self.profile {
            Some((config, profile)) if (&*profile.url, &*profile.user) == (self.url()?, login) => {
                config.pair(profile)
            }
            _ => Ok(None),
        }
    }

    /// Returns the pair that an earlier call has stored.
    fn kept(&self, store: &FileStore, login: &str) -> Result<Option<Credentials>, Failed> {
        let base = hidden::base(self.url()?)?;
        let pair = store.load(&KeyPairId::new(base.as_str(), login, &*self.device));
        let pair = pair.map_err(Failed::key_pairs)?;
        Ok(pair.map(Credentials::Pair))
    }

    fn token(&self, input: &Input) -> Result<Option<SecretString>, Failed> {
        match &self.token_file {
            Some(path) => from_file("--token-file", path, input).map(Some),
            None => Ok(input::variable("PYDIO_TOKEN")?.map(SecretString::from)),
        }
    }

    fn password(&self, input: &Input) -> Result<SecretString, Failed> {
        if let Some(password) = self.known_password(input)? {
            return Ok(password);
        }
        let user = self.user()?;
        input::ask(&format!("Password of {user}"))?.ok_or_else(|| {
            let tip = "set PYDIO_PASSWORD, or pass `--password-file FILE`, if there is no \
                       terminal to ask on";
            Failed::usage(format!("no password of {user}")).tip(tip)
        })
    }

    /// Returns the password, if it is known without a prompt.
    fn known_password(&self, input: &Input) -> Result<Option<SecretString>, Failed> {
        match &self.password_file {
            Some(path) => from_file("--password-file", path, input).map(Some),
            None => Ok(input::variable("PYDIO_PASSWORD")?.map(SecretString::from)),
        }
    }
}

/// Reads a required secret: sending an empty one would count as a failed login.
fn from_file(name: &str, path: &PathBuf, input: &Input) -> Result<SecretString, Failed> {
    let secret = input.secret(name, Some(path))?.filter(|secret| !input::is_empty(secret));
    secret.ok_or_else(|| {
        Failed::usage(format!("`{name}`: the first line of {} is empty", path.display()))
    })
}

/// What to do about an action without `restParams`.
const NOT_REST: &str = if cfg!(feature = "cmd") {
    "call it with `--session`, or on the server with `--cmd`"
} else {
    "call it with `--session`"
};
