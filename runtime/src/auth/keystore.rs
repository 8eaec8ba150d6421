//! Credentials that sign with a key pair, and create one if there is none.

use std::{fmt, sync::Arc};

use secrecy::SecretString;
use url::Url;

use super::{KeyPairId, KeyPairStore, MemoryStore};

/// Credentials that sign with a key pair, and create one if there is none.
///
/// The first call that needs the pair looks it up in a [`KeyPairStore`], or creates it with the login
/// and the password, for the device. If the server no longer accepts it (it was revoked, replaced
/// by another program under the same device, or ended with a change of the password), the call is
/// sent once more with the store's newer pair or with a new one. Parallel calls wait for one pair
/// and do not create several. A body that is a stream cannot be sent twice: its call fails with
/// [`ErrorKind::BadCredentials`](crate::ErrorKind::BadCredentials), and the next one works.
///
/// A server that issues no pairs returns an empty response to the request for one: the connection
/// then sends login and password with every call, as [`Builder::login`](crate::Builder::login)
/// does.
///
/// The device identifies this installation of the program: the server keeps one pair for each user
/// and device, so two programs with the same name revoke each other's pair.
///
/// ```
/// use pydio_runtime::{Pydio, keystore::{FileStore, Keystore}};
///
/// # fn demo(password: String, file: std::path::PathBuf) -> Result<Pydio, pydio_runtime::Error> {
/// let keystore = Keystore::new("alice", password, "backup.laptop").store(FileStore::new(file));
/// Pydio::builder("https://files.example.org").keystore(keystore).build()
/// # }
/// # #[cfg(feature = "http")]
/// # assert!(demo(String::new(), "pairs.json".into()).is_ok());
/// ```
#[derive(Clone)]
pub struct Keystore {
    pub(crate) login: String,
    pub(crate) password: SecretString,
    pub(crate) device: String,
    pub(crate) store: Arc<dyn KeyPairStore>,
    pub(crate) is_on_session: bool,
}

impl Keystore {
    /// Creates credentials for a pair of this user for this device, kept in memory. The name of the
    /// device consists of letters, digits, `_`, `.` and `-`.
    pub fn new(
        login: impl Into<String>,
        password: impl Into<SecretString>,
        device: impl Into<String>,
    ) -> Self {
        Self {
            login: login.into(),
            password: password.into(),
            device: device.into(),
            store: Arc::new(MemoryStore::default()),
            is_on_session: false,
        }
    }

    /// Creates the pair in a session, which is ended immediately, instead of with the password over
    /// REST.
    ///
    /// Use this if the web server does not pass the `Authorization` header to PHP, or truncates a
    /// password in it: a session and a signature need no header. A refused login counts as one
    /// failed login.
    ///
    /// ```
    /// use pydio_runtime::{Pydio, keystore::Keystore};
    ///
    /// # fn demo(password: String) -> Result<Pydio, pydio_runtime::Error> {
    /// let keystore = Keystore::new("alice", password, "backup.laptop").on_session();
    /// Pydio::builder("https://files.example.org").keystore(keystore).build()
    /// # }
    /// # #[cfg(feature = "http")]
    /// # assert!(demo(String::new()).is_ok());
    /// ```
    #[must_use]
    pub fn on_session(mut self) -> Self {
        self.is_on_session = true;
        self
    }

    /// Sets the store that keeps the pair.
    #[must_use]
    pub fn store(mut self, store: impl KeyPairStore + 'static) -> Self {
        self.store = Arc::new(store);
        self
    }

    /// Returns the credentials for creating a pair.
    pub(crate) fn login_and_password(&self) -> (&String, &SecretString) {
        (&self.login, &self.password)
    }

    /// Returns why a pair cannot be created, if so.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        match self.login.contains(':') && !self.is_on_session {
            true => Some(
                "HTTP Basic, which is used to request the pair, cannot carry a login \
                          with a `:`",
            ),
            false => device_fault(&self.device),
        }
    }

    /// Returns the key under which the pair for the server at that address is stored.
    pub(crate) fn key(&self, base: &Url) -> KeyPairId {
        KeyPairId::new(base.as_str(), &*self.login, &*self.device)
    }
}

impl fmt::Debug for Keystore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keystore")
            .field("login", &self.login)
            .field("device", &self.device)
            .finish_non_exhaustive()
    }
}

/// Returns what is wrong with the name of a device, if anything.
pub(crate) fn device_fault(device: &str) -> Option<&'static str> {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.' | b'-');
    match device {
        "" | "." | ".." => Some("a device needs a name, other than `.` and `..`"),
        _ if !device.bytes().all(is_plain) => {
            Some("the name of a device consists of letters, digits, `_`, `.` and `-`")
        }
        _ => None,
    }
}
