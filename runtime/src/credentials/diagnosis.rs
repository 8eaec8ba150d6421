//! Why the server does not let a call in.

use std::fmt;

use http::{
    HeaderValue, StatusCode,
    header::{ACCEPT, AUTHORIZATION, WWW_AUTHENTICATE},
};

use super::Credentials;
use crate::{
    Accept, Action, Bindings, Body, Error, Failure, Json, PathRules, Pydio, Request, Response,
    Verb, client::Connection, error::causes, exchange, keystore,
};

/// What is behind a call that was not let in, as far as it can be told from outside.
///
/// Its [`Display`](fmt::Display) says what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Diagnosis {
    /// The connection has no credentials.
    NoCredentials,
    /// The login or the password is wrong, or an administrator has locked the account.
    BadCredentials,
    /// The key pair is no longer one, or what it signed is not what the server saw.
    PairRefused,
    /// A token was sent, which Pydio 6–8 does not take.
    TokenRefused,
    /// The login or the password is wrong, and after three failures from this address the server
    /// no longer says so.
    LockedOut,
    /// The credentials are good, and the user may not enter the workspace or use the action.
    Forbidden,
    /// The web server does not hand the `Authorization` header on to PHP.
    HeaderLost,
    /// Pydio is there, and the web server does not route the addresses of its API to it.
    RewritingOff,
    /// No Pydio is at the address.
    WrongAddress,
    /// The error has nothing to do with access.
    Unrelated,
}

impl Diagnosis {
    const fn advice(self) -> &'static str {
        match self {
            Self::NoCredentials => {
                "the connection has no credentials: give it some, with `login`, `pair` or `keystore`"
            }
            Self::BadCredentials => {
                "the login or the password is wrong, or the account is locked: check them before \
                 trying again, since the server locks an address out after three failures. Some \
                 web servers (plain FastCGI) cut a password at a `:`"
            }
            Self::PairRefused => {
                "the key pair is not accepted: it was revoked, replaced by another one of the same \
                 device, or ended with a change of the password, so make a new one. If new ones \
                 are refused too, a proxy changes the path that was signed: use the address that \
                 the server itself sees"
            }
            Self::TokenRefused => {
                "a bearer token was sent, which Pydio 6-8 does not take: use a login and password, \
                 or a key pair"
            }
            Self::LockedOut => {
                "the login or the password is wrong, and after three failures from this address \
                 the server no longer says so: correct them, since the right ones are still \
                 accepted here; logging in on the web page asks for a captcha"
            }
            Self::Forbidden => {
                "the credentials are good, but the user may not enter this workspace or use this \
                 action: an administrator can grant the right, and slugs are case-sensitive"
            }
            Self::HeaderLost => {
                "the web server does not hand the `Authorization` header on to PHP: let it \
                 (`CGIPassAuth On`, or a rewrite rule that sets `HTTP_AUTHORIZATION`, on Apache; \
                 `fastcgi_param HTTP_AUTHORIZATION` on nginx), or use a key pair or a session, \
                 which need no header"
            }
            Self::RewritingOff => {
                "Pydio is there, but the web server does not route `/api/` to it: switch URL \
                 rewriting on (mod_rewrite and `AllowOverride All` on Apache, rules of its own on \
                 nginx), or use a session"
            }
            Self::WrongAddress => {
                "no Pydio answers at this address: check the host, the port and the prefix that \
                 its web page has in the browser"
            }
            Self::Unrelated => "the error has nothing to do with credentials, rights or routing",
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.advice())
    }
}

/// An action that every user has and that changes nothing: it reads the user's own settings.
static STATE: Action = Action {
    bindings: &Bindings { version: "6.0.0", paths: PathRules::DecodeThenSplit, transfer: None },
    plugin: "core.conf",
    name: "state",
    verb: Verb::Get,
    rest_params: Some("/xPath+"),
};

impl Pydio {
    /// Finds out why a call of this connection was not let in: one status, 401, stands for most
    /// reasons.
    ///
    /// What the error itself does not tell is asked of the server, by requests that change
    /// nothing and hold no password that may be wrong:
    ///
    /// * Is the login wrong, or did it never arrive? A request with an `Authorization` header that
    ///   holds no login is answered differently from one without. At worst it counts as one failed
    ///   login, of which the third locks the address out.
    /// * Is a right missing, or the address locked out? The web interface tells everybody whether
    ///   the next login has to come with a captcha. Only if so, when another failed login changes
    ///   nothing, the user's own workspace is asked for with the connection's credentials.
    /// * Is the API switched off, or no Pydio there? The settings of the web interface are there
    ///   for everybody.
    ///
    /// How the answers differ was measured on 8.2.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] when the server cannot be asked, and any other [`Error`] that has
    /// nothing to do with the question.
    ///
    /// ```no_run
    /// # async fn demo(pydio: pydio_runtime::Pydio, error: pydio_runtime::Error) {
    /// match pydio.diagnose(&error).await {
    ///     Ok(diagnosis) => eprintln!("{error}\n{diagnosis}"),
    ///     Err(_) => eprintln!("{error}"),
    /// }
    /// # }
    /// ```
    pub async fn diagnose(&self, error: &Error) -> Result<Diagnosis, Error> {
        let connection = self.connection();
        match error {
            Error::BadCredentials(failure) => bad_credentials(connection, failure).await,
            Error::Refused(_) => refused(connection).await,
            Error::AuthenticationRequired(_) => Ok(Diagnosis::Forbidden),
            Error::NotApi(_) => Ok(match tells_settings(connection).await? {
                true => Diagnosis::RewritingOff,
                false => Diagnosis::WrongAddress,
            }),
            _ => Ok(Diagnosis::Unrelated),
        }
    }
}

async fn bad_credentials(connection: &Connection, failure: &Failure) -> Result<Diagnosis, Error> {
    let is_login = match &connection.credentials {
        None => return Ok(Diagnosis::NoCredentials),
        Some(Credentials::Bearer(_) | Credentials::Key(_)) => return Ok(Diagnosis::TokenRefused),
        Some(Credentials::Pair(_)) => false,
        Some(Credentials::Basic { .. }) => true,
        // The password goes out to ask for a pair, and where there are none.
        Some(Credentials::Keystore(_)) => {
            keystore::asks_for_pair(failure) || !connection.managed.holds_pair().await
        }
    };
    Ok(match is_login {
        false => Diagnosis::PairRefused,
        true if login_arrives(connection).await? => Diagnosis::BadCredentials,
        true => Diagnosis::HeaderLost,
    })
}

/// Whether an `Authorization` header reaches PHP: the server challenges whoever sends none, and
/// not whoever sends one without a login.
async fn login_arrives(connection: &Connection) -> Result<bool, Error> {
    // `-`, in place of a login, a colon and a password.
    let nobody = HeaderValue::from_static("Basic LQ==");
    let answer = ask(connection, "api/pydio/state/user/active_repo", Some(nobody)).await?;
    let is_challenge = answer.headers().contains_key(WWW_AUTHENTICATE);
    Ok(answer.origin.status != Some(StatusCode::UNAUTHORIZED) || !is_challenge)
}

async fn refused(connection: &Connection) -> Result<Diagnosis, Error> {
    if is_free_to_log_in(connection).await? {
        return Ok(Diagnosis::Forbidden);
    }
    let request = Request::new(&STATE).text("xPath", "user/active_repo");
    match exchange::rest(connection, "pydio", request, Accept::Xml).await {
        Ok(_) => Ok(Diagnosis::Forbidden),
        Err(Error::Refused(_) | Error::BadCredentials(_)) => Ok(Diagnosis::LockedOut),
        Err(error) => Err(error),
    }
}

/// Whether the server says that it does not suspect this address of guessing passwords. It then
/// gives a bare seed, and otherwise one among JSON, with a captcha.
async fn is_free_to_log_in(connection: &Connection) -> Result<bool, Error> {
    let (_, bytes) = ask(connection, "index.php?get_action=get_seed", None).await?.held().await?;
    let seed = bytes.trim_ascii();
    Ok(!seed.is_empty() && seed.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-'))
}

/// Whether a Pydio tells the settings of its web interface, which are there for everybody.
async fn tells_settings(connection: &Connection) -> Result<bool, Error> {
    let answer = ask(connection, "index.php?get_action=get_boot_conf", None).await?;
    let (_, bytes) = answer.held().await?;
    let settings: Option<Json> = serde_json::from_slice(&bytes).ok();
    Ok(settings.is_some_and(|settings| settings["SECURE_TOKEN"].is_string()))
}

/// What the server answers to that request, whatever it is.
async fn ask(
    connection: &Connection,
    target: &str,
    authorization: Option<HeaderValue>,
) -> Result<Response, Error> {
    let mut origin = STATE.origin("");
    "diagnosis".clone_into(&mut origin.call);
    let address = connection.base.join(target);
    let address = address.map_err(|error| Error::Unsendable(origin.failure(error.to_string())))?;
    let mut request = http::Request::builder().uri(address.as_str()).header(ACCEPT, "*/*");
    if let Some(authorization) = authorization {
        request = request.header(AUTHORIZATION, authorization);
    }
    let request = request
        .body(Body::empty())
        .map_err(|error| Error::Unsendable(origin.failure(error.to_string()).source(error)))?;
    let answer = connection.transport.send(request).await.map_err(|error| {
        let message = causes(&*error);
        Error::Transport(origin.failure(message).source(error))
    })?;
    let (head, body) = answer.into_parts();
    origin.status = Some(head.status);
    Ok(Response::new(origin, head.headers, body, connection.answer_limit))
}

#[cfg(test)]
mod tests;
