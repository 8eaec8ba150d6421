//! Key pairs on the server: create, list and revoke them.

use std::fmt;

use super::Pydio;
use crate::{
    auth::{Credentials, KeyPair, device_fault},
    json::{Fields, FromJson, Json, JsonError, Object, Value},
    keystore_pair::{GENERATE, OWN, generate, given},
    response::{Accept, FromResponse, Origin},
    session::Session,
    types::{ANY_RELEASE, Endpoint, Error, ErrorKind, Failure, Method, Param, Request},
};

/// The workspace of administrators: other users cannot enter it, whereas in any other workspace the
/// server would return the pairs of the caller.
const ADMINISTRATION: &str = "settings";

static LIST: Endpoint =
    Endpoint::action(&ANY_RELEASE, Method::Get, PLUGIN, "keystore_list_tokens").params(&[USER]);
static REVOKE: Endpoint =
    Endpoint::action(&ANY_RELEASE, Method::Post, PLUGIN, "keystore_revoke_tokens")
        .params(&[Param::form("key_id"), USER]);

const PLUGIN: &str = "authfront.keystore";
const USER: Param = Param::form("user_id");

/// The key pairs of a user: the caller, or with [`KeyPairs::of`] another one.
///
/// Created by [`Pydio::key_pairs`]. Its calls are sent with the connection's credentials, whatever they
/// are.
#[derive(Clone, Debug)]
pub struct KeyPairs {
    pydio: Pydio,
    user: Option<String>,
}

/// A pair that the server knows, without its secret, and information about the program that
/// requested it.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyPairInfo {
    /// The token, which [`KeyPairs::revoke`] takes.
    pub token: String,
    /// The device it was created for; `None` for pairs without one.
    pub device: Option<String>,
    /// The user agent of the program.
    pub user_agent: Option<String>,
    /// The IP address the program called from.
    pub address: Option<String>,
    /// The server's description of the user agent.
    pub description: Option<String>,
    /// The operating system, as guessed by the server from the user agent.
    pub system: Option<String>,
    /// All other fields that the server sends.
    pub other: Object,
}

impl Pydio {
    /// Returns the key pairs of the calling user.
    pub fn key_pairs(&self) -> KeyPairs {
        KeyPairs { pydio: self.clone(), user: None }
    }
}

impl Session {
    /// Creates a key pair of the user for a device, in place of its previous one; `None` if the
    /// server issues none. It needs no `Authorization` header, which some web servers do not pass
    /// to PHP.
    ///
    /// ```no_run
    /// # async fn demo(session: pydio_runtime::Session) -> Result<(), pydio_runtime::Error> {
    /// use pydio_runtime::Pydio;
    ///
    /// if let Some(pair) = session.generate_key_pair("backup.laptop").await? {
    ///     let pydio = Pydio::builder("https://files.example.org").key_pair(pair).build()?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors of [`KeyPairs::generate`].
    pub async fn generate_key_pair(&self, device: &str) -> Result<Option<KeyPair>, Error> {
        if let Some(fault) = device_fault(device) {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                Origin::new(&GENERATE, "").failure(fault),
            ));
        }
        given(self.ask(generate(device)).await)
    }
}

impl KeyPairs {
    /// Selects the pairs of another user, for administrators. The calls go to the workspace
    /// `settings`, so other users get [`ErrorKind::Forbidden`].
    #[must_use]
    pub fn of(mut self, login: impl Into<String>) -> Self {
        self.user = Some(login.into());
        self
    }

    /// Creates a pair for a device, in place of its previous one; `None` if the server issues none,
    /// so that you have to use login and password. The name of the device consists of letters,
    /// digits, `_`, `.` and `-`.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] when the device cannot be called that, and any other [`Error`] of the
    /// request.
    pub async fn generate(&self, device: &str) -> Result<Option<KeyPair>, Error> {
        if let Some(fault) = device_fault(device) {
            return Err(Error::new(ErrorKind::InvalidRequest, self.failure(&GENERATE, fault)));
        }
        given(self.ask(generate(device)).await)
    }

    /// Returns the pairs, ordered by token.
    ///
    /// # Errors
    ///
    /// Any [`Error`] of the request.
    pub async fn list(&self) -> Result<Vec<KeyPairInfo>, Error> {
        self.ask::<Listed>(Request::new(&LIST)).await.map(|list| list.0)
    }

    /// Revokes the pair with this token: requests that it signs are refused from then on. The
    /// server does not report if there was no such pair.
    ///
    /// A connection that revokes its own pair removes it from its
    /// [`KeyPairStore`](crate::keystore::KeyPairStore), and creates a new one when it is used again.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] when the token is empty, [`ErrorKind::Server`] when the server could not,
    /// and any other [`Error`] of the request.
    pub async fn revoke(&self, token: &str) -> Result<(), Error> {
        if token.is_empty() {
            return Err(Error::new(
                ErrorKind::InvalidRequest,
                self.failure(&REVOKE, "the token is empty"),
            ));
        }
        self.revoked(Request::new(&REVOKE).text("key_id", token), Some(token)).await
    }

    /// Revokes every pair of the user, including the connection's own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Server`] when the server could not, and any other [`Error`] of the exchange.
    pub async fn revoke_all(&self) -> Result<(), Error> {
        self.revoked(Request::new(&REVOKE), None).await
    }

    async fn revoked(&self, request: Request, token: Option<&str>) -> Result<(), Error> {
        let report: Json = self.ask(request).await?;
        if report["result"] != "SUCCESS" {
            let said = report["message"].as_str().unwrap_or("the server does not confirm it");
            return Err(Error::new(ErrorKind::Server, self.failure(&REVOKE, said)));
        }
        let connection = self.pydio.connection();
        match (&connection.credentials, &connection.key_pair) {
            (Some(Credentials::Keystore(keystore)), Some(source))
                if self.is_about(&keystore.login) =>
            {
                source.forget(connection, token).await
            }
            _ => Ok(()),
        }
    }

    /// Returns whether these are the pairs of the calling user, who has this login.
    fn is_about(&self, login: &str) -> bool {
        self.user.as_deref().is_none_or(|user| user == login)
    }

    async fn ask<A: FromResponse>(&self, request: Request) -> Result<A, Error> {
        let request = match &self.user {
            Some(user) => request.text("user_id", user),
            None => request,
        };
        let response = self.pydio.send(self.workspace(), request, Accept::Json).await?;
        A::decode(response).await
    }

    fn workspace(&self) -> &'static str {
        if self.user.is_some() { ADMINISTRATION } else { OWN }
    }

    fn failure(&self, endpoint: &'static Endpoint, message: &str) -> Failure {
        Origin::new(endpoint, self.workspace()).failure(message)
    }
}

/// A map by token, which PHP writes as a list when it is empty.
struct Listed(Vec<KeyPairInfo>);

impl FromJson for Listed {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        match json {
            Value::List(none) if none.is_empty() => Ok(Self(Vec::new())),
            Value::Object(pairs) => {
                let pairs = pairs.into_iter();
                let pairs = pairs.map(|(token, info)| KeyPairInfo::read(token.into_owned(), info));
                let mut pairs = pairs.collect::<Result<Vec<_>, _>>()?;
                pairs.sort_unstable_by(|one, other| one.token.cmp(&other.token));
                Ok(Self(pairs))
            }
            other => Err(JsonError::expected("a map of key pairs", &other)),
        }
    }
}

impl KeyPairInfo {
    /// Creates information about a pair of which only the token is known, for example in a test.
    pub fn new(token: impl Into<String>) -> Self {
        Self {
            token: token.into(),
            device: None,
            user_agent: None,
            address: None,
            description: None,
            system: None,
            other: Object::new(),
        }
    }

    /// The token names a pair, so the error does not contain it.
    fn read(token: String, info: Value<'_>) -> Result<Self, JsonError> {
        let mut fields = Fields::of_lenient(info)?;
        let mut text = |name: &str| fields.optional(name);
        Ok(Self {
            token,
            device: text("DEVICE_ID")?,
            user_agent: text("DEVICE_UA")?,
            address: text("DEVICE_IP")?,
            description: text("DEVICE_DESC")?,
            system: text("DEVICE_OS")?,
            other: fields.rest(),
        })
    }
}

impl fmt::Debug for KeyPairInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPairInfo")
            .field("device", &self.device)
            .field("address", &self.address)
            .field("description", &self.description)
            .finish_non_exhaustive()
    }
}
