//! The builder of the service.

use std::fmt;

use opendal_core::{Builder, Error, ErrorKind, Result, raw::normalize_root};
use pydio_client::{Pydio, Workspace, keystore::KeyPair};

use crate::{PydioConfig, error::converted, files::PydioFiles, service::PydioService};

/// Builds the service: one workspace of a server, or a folder in it.
///
/// ```no_run
/// use opendal_core::Operator;
/// use pydio_opendal::PydioBuilder;
///
/// # fn main() -> opendal_core::Result<()> {
/// let builder = PydioBuilder::default()
///     .endpoint("https://files.example.org/pydio")
///     .user("alice")
///     .password("secret")
///     .workspace("my-files")
///     .root("/photos");
/// let files = Operator::new(builder)?;
/// # let _ = files; Ok(())
/// # }
/// ```
///
/// Nothing is sent until the first operation. For proxies, certificates, timeouts and other settings
/// of a connection, build it with [`Pydio::builder`] and pass its workspace to
/// [`PydioBuilder::from_workspace`].
#[derive(Default)]
pub struct PydioBuilder {
    pub(crate) config: PydioConfig,
    pub(crate) connected: Option<Workspace>,
}

impl PydioBuilder {
    /// Returns a builder on a connection that you have built. Only [`Self::root`] can be set.
    ///
    /// ```
    /// use opendal_core::Operator;
    /// use pydio_client::Pydio;
    /// use pydio_opendal::PydioBuilder;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let pydio = Pydio::builder("https://files.example.org").login("alice", "secret").build()?;
    /// let files = Operator::new(PydioBuilder::from_workspace(pydio.workspace("my-files")))?;
    /// # let _ = files; Ok(())
    /// # }
    /// ```
    pub fn from_workspace(workspace: Workspace) -> Self {
        Self { config: PydioConfig::default(), connected: Some(workspace) }
    }

    /// Sets the URL of the web interface, with its prefix if it has one.
    #[must_use]
    pub fn endpoint(mut self, url: &str) -> Self {
        self.config.endpoint = Some(url.to_owned());
        self
    }

    /// Sets the slug or id of the workspace, which is case-sensitive.
    #[must_use]
    pub fn workspace(mut self, workspace: &str) -> Self {
        self.config.workspace = Some(workspace.to_owned());
        self
    }

    /// Sets the folder that all paths are relative to. It is created by the first write.
    #[must_use]
    pub fn root(mut self, folder: &str) -> Self {
        self.config.root = Some(folder.to_owned());
        self
    }

    /// Sets the login of the user.
    #[must_use]
    pub fn user(mut self, login: &str) -> Self {
        self.config.user = Some(login.to_owned());
        self
    }

    /// Sets the password of the user.
    #[must_use]
    pub fn password(mut self, password: &str) -> Self {
        self.config.password = Some(password.to_owned());
        self
    }

    /// Sets a key pair, which signs every request, in place of a user and a password.
    #[must_use]
    pub fn key_pair(mut self, token: &str, secret: &str) -> Self {
        self.config.key_token = Some(token.to_owned());
        self.config.key_secret = Some(secret.to_owned());
        self
    }
}

/// Without the password and the secret.
impl fmt::Debug for PydioBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PydioBuilder")
            .field("config", &self.config)
            .field("connected", &self.connected)
            .finish_non_exhaustive()
    }
}

impl Builder for PydioBuilder {
    type Config = PydioConfig;

    fn build(self) -> Result<impl opendal_core::raw::Service> {
        let root = normalize_root(self.config.root.as_deref().unwrap_or_default());
        let workspace = match self.connected {
            Some(workspace) => {
                let alone = PydioConfig { root: self.config.root.clone(), ..Default::default() };
                if self.config != alone {
                    return Err(invalid("a workspace was passed; only `root` can be set besides"));
                }
                workspace
            }
            None => connect(&self.config)?,
        };
        Ok(PydioService::new(PydioFiles::new(workspace, root)?))
    }
}

fn connect(config: &PydioConfig) -> Result<Workspace> {
    let given = |value: &Option<String>| value.clone().filter(|value| !value.is_empty());
    let endpoint = given(&config.endpoint)
        .ok_or_else(|| invalid("no endpoint given; set it to the URL of the web interface"))?;
    let workspace = given(&config.workspace)
        .ok_or_else(|| invalid("no workspace given; set it to the slug of a workspace"))?;
    let builder = Pydio::builder(endpoint);
    let user = given(&config.user);
    let builder = match (user, &config.password, given(&config.key_token), &config.key_secret) {
        (Some(user), Some(password), None, None) => builder.login(user, password.clone()),
        (None, None, Some(token), Some(secret)) => {
            builder.key_pair(KeyPair::new(token, secret.clone()))
        }
        _ => {
            return Err(invalid(
                "set either `user` and `password`, or `key_token` and `key_secret`",
            ));
        }
    };
    Ok(builder.build().map_err(converted)?.workspace(workspace))
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::ConfigInvalid, message)
}
