//! The configuration of the service.

use std::{collections::HashMap, fmt};

use opendal_core::{Configurator, OperatorUri, Result, raw::percent_decode_path};
use serde::{Deserialize, Serialize};

use crate::PydioBuilder;

/// The settings of [`PydioBuilder`], as text.
///
/// [`Operator::via_iter`](opendal_core::Operator::via_iter) takes them by the names of the fields.
/// [`Operator::from_uri`](opendal_core::Operator::from_uri) takes them as options of a URI, in which
/// the host is the endpoint, over HTTPS, the first segment of the path is the workspace, and the rest
/// of the path is the root:
///
/// ```
/// use opendal_core::{Configurator as _, OperatorUri};
/// use pydio_opendal::PydioConfig;
///
/// # fn main() -> opendal_core::Result<()> {
/// let uri = OperatorUri::new("pydio://alice@files.example.org/my-files/photos?password=secret", [])?;
/// let config = PydioConfig::from_uri(&uri)?;
/// assert_eq!(config.endpoint.as_deref(), Some("https://files.example.org"));
/// assert_eq!(config.workspace.as_deref(), Some("my-files"));
/// assert_eq!(config.root.as_deref(), Some("photos"));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct PydioConfig {
    /// The URL of the web interface, with its prefix if it has one.
    pub endpoint: Option<String>,
    /// The slug or id of the workspace, which is case-sensitive.
    pub workspace: Option<String>,
    /// The folder that all paths are relative to: the root of the workspace unless set.
    pub root: Option<String>,
    /// The login of the user.
    pub user: Option<String>,
    /// The password of the user.
    pub password: Option<String>,
    /// The token of a key pair, in place of a user and a password.
    pub key_token: Option<String>,
    /// The secret of the key pair.
    pub key_secret: Option<String>,
}

/// Without the password and the secret.
impl fmt::Debug for PydioConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PydioConfig")
            .field("endpoint", &self.endpoint)
            .field("workspace", &self.workspace)
            .field("root", &self.root)
            .field("user", &self.user)
            .finish_non_exhaustive()
    }
}

impl Configurator for PydioConfig {
    type Builder = PydioBuilder;

    fn from_uri(uri: &OperatorUri) -> Result<Self> {
        let mut settings: HashMap<String, String> = uri.options().clone();
        let mut set = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                settings.entry(name.to_owned()).or_insert(value);
            }
        };
        set("endpoint", uri.authority().map(|host| format!("https://{host}")));
        set("user", uri.username().map(percent_decode_path));
        set("password", uri.password().map(percent_decode_path));
        let (workspace, root) = match uri.root() {
            Some(path) => match path.split_once('/') {
                Some((workspace, root)) => (Some(workspace), Some(root)),
                None => (Some(path), None),
            },
            None => (None, None),
        };
        set("workspace", workspace.map(str::to_owned));
        set("root", root.map(str::to_owned));
        Self::from_iter(settings)
    }

    fn into_builder(self) -> PydioBuilder {
        PydioBuilder { config: self, connected: None }
    }
}
