//! Diagnosis of refused calls.

use std::{env, ffi::OsString, fmt, path::Path};

use http::header::ACCEPT;

use super::{Pydio, release::web_settings};
use crate::{
    auth::Credentials,
    connection::{self, Connection},
    keystore_pair::asks_for_pair,
    response::{self, Accept, Origin, PYDIO_REALM, Response, Sent, is_own_404},
    session::{LoginError, is_login},
    types::{
        ANY_RELEASE, Body, Endpoint, Error, ErrorKind, Method, Param, Release, Request,
        ServerRelease, causes,
    },
};

mod advice;

/// What the server says, in every language.
const NO_WORKSPACE: &str = "No active workspace found for user";

/// The reason why a call was refused, as far as the client can find out.
///
/// Its [`Display`](fmt::Display) describes what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Diagnosis {
    /// The connection has no credentials.
    NoCredentials,
    /// The login or the password is wrong, or it never arrived: Pydio responds to both alike.
    /// [`Pydio::diagnose_by_login`] distinguishes them.
    PasswordOrHeader,
    /// The login or the password is wrong, or an administrator has locked the account.
    BadCredentials,
    /// A server in front of Pydio, such as a reverse proxy, requires separate credentials.
    FrontServer,
    /// The key pair is no longer valid, or it signed another path than the server saw.
    PairRefused,
    /// A token was sent, which Pydio 6–8 does not accept.
    TokenRefused,
    /// The login or the password is wrong, and after three failures from this IP address the server
    /// no longer reports it.
    LockedOut,
    /// The credentials are right, but the user may not enter the workspace or use the action.
    Forbidden,
    /// The web server does not pass the `Authorization` header to PHP, or truncates a password in
    /// it.
    HeaderLost,
    /// Pydio is running, but the web server does not route the paths of its API to it.
    RewritingOff,
    /// The API is running, but something refuses this one path.
    AddressRefused,
    /// Pydio is running, but caches the routes of another prefix.
    PrefixMoved,
    /// There is no Pydio at the address.
    WrongAddress,
    /// The server redirects the call to another address.
    Moved,
    /// The web server failed, or something between it and Pydio did.
    WebServer,
    /// A proxy got no response from the server, or none in time. The work may have been done.
    Gateway,
    /// A TLS port was called with `http://`.
    PlainToTls,
    /// The address could not be reached, or the connection broke.
    NotReached,
    /// The certificate of the server is from an unknown authority, or for another name.
    Certificate,
    /// The same, and `SSL_CERT_FILE` names a file that does not exist.
    CertificateFile,
    /// The certificate of the server is a CA certificate.
    CertificateOfAuthority,
    /// The bindings are of another release than the server.
    OtherRelease {
        /// The release that the bindings were generated for.
        bindings: Release,
        /// The release of the server.
        server: ServerRelease,
    },
    /// The user may enter no workspace at all.
    NoActiveWorkspace,
    /// The error has nothing to do with access.
    Unrelated,
}

impl Diagnosis {
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::NoCredentials => advice::NO_CREDENTIALS,
            Self::PasswordOrHeader => advice::PASSWORD_OR_HEADER,
            Self::BadCredentials => advice::BAD_CREDENTIALS,
            Self::FrontServer => advice::FRONT_SERVER,
            Self::PairRefused => advice::PAIR_REFUSED,
            Self::TokenRefused => advice::TOKEN_REFUSED,
            Self::LockedOut => advice::LOCKED_OUT,
            Self::Forbidden => advice::FORBIDDEN,
            Self::HeaderLost => advice::HEADER_LOST,
            Self::RewritingOff => advice::REWRITING_OFF,
            Self::AddressRefused => advice::ADDRESS_REFUSED,
            Self::PrefixMoved => advice::PREFIX_MOVED,
            Self::Moved => advice::MOVED,
            Self::WebServer => advice::WEB_SERVER,
            Self::Gateway => advice::GATEWAY,
            Self::PlainToTls => advice::PLAIN_TO_TLS,
            Self::NotReached => advice::NOT_REACHED,
            Self::Certificate => advice::CERTIFICATE,
            Self::CertificateFile => advice::CERTIFICATE_FILE,
            Self::CertificateOfAuthority => advice::CERTIFICATE_OF_AUTHORITY,
            Self::WrongAddress => advice::WRONG_ADDRESS,
            Self::OtherRelease { .. } => advice::OTHER_RELEASE,
            Self::NoActiveWorkspace => advice::NO_ACTIVE_WORKSPACE,
            Self::Unrelated => advice::UNRELATED,
        }
    }
}

impl Diagnosis {
    /// Returns the reason why a connection could not be established.
    pub(crate) fn of_connection(failure: &Error) -> Self {
        let is_about = |text: &str| failure.message().contains(text);
        let is_missing = |path: OsString| !path.is_empty() && !Path::new(&path).exists();
        match () {
            () if is_about("CaUsedAsEndEntity") => Self::CertificateOfAuthority,
            () if !is_about("certificate") => Self::NotReached,
            () if env::var_os("SSL_CERT_FILE").is_some_and(is_missing) => Self::CertificateFile,
            () => Self::Certificate,
        }
    }
}

impl fmt::Display for Diagnosis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::OtherRelease { bindings, server } = self {
            write!(f, "the bindings are for {bindings}, but the server is {server}: ")?;
        }
        f.write_str(self.advice())
    }
}

/// An action that every user has and that changes nothing: it reads the user's own settings.
static STATE: Endpoint = Endpoint::action(&ANY_RELEASE, Method::Get, "core.conf", "state")
    .params(&[Param::rest_of_path("xPath")]);

impl Pydio {
    /// Finds out why a call of this connection was refused: one status, 401, has many reasons.
    ///
    /// If the error itself does not contain the reason, this method asks the server, by requests
    /// that change nothing, contain no password that may be wrong, and do not count as a failed
    /// login:
    ///
    /// * Which server requires the credentials? The realm of the challenge distinguishes Pydio from
    ///   a server in front of it.
    /// * Is a right missing, or is the IP address locked out? The web interface tells every client
    ///   whether the next login requires a captcha. Only if it does, when another failed login
    ///   changes nothing, the user's own workspace is requested with the connection's credentials.
    /// * Is the API switched off, or is there no Pydio? The settings of the web interface are
    ///   available to everybody.
    /// * Is the server of another release than the bindings? These settings contain the release, and
    ///   are requested for an unknown action and for a response that cannot be read.
    ///
    /// The error itself shows a certificate that is not accepted, a gateway that gave up and a
    /// wrong URL scheme; no requests are sent for these.
    ///
    /// This cannot distinguish a wrong login from one that never arrived
    /// ([`Diagnosis::PasswordOrHeader`]): [`Self::diagnose_by_login`] can.
    ///
    /// The differences between the responses were measured on 6.4.2, 7.0.4 and 8.2.5, behind nginx
    /// and Apache.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Transport`] when the server cannot be asked, and any other [`Error`] that has
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
        match error.kind() {
            ErrorKind::BadCredentials => bad_credentials(connection, error).await,
            ErrorKind::Forbidden if error.status() == Some(401) => refused(connection).await,
            ErrorKind::Forbidden => Ok(Diagnosis::Forbidden),
            ErrorKind::AuthenticationRequired => Ok(Diagnosis::Forbidden),
            ErrorKind::UnexpectedContentType => not_api(connection).await,
            ErrorKind::Redirected => Ok(Diagnosis::Moved),
            ErrorKind::Server if error.message().contains(NO_WORKSPACE) => {
                Ok(Diagnosis::NoActiveWorkspace)
            }
            ErrorKind::Transport => Ok(Diagnosis::of_connection(error)),
            ErrorKind::Status => match error.status() {
                Some(400) if connection.base.scheme() == "http" => Ok(Diagnosis::PlainToTls),
                Some(400) => Ok(Diagnosis::WebServer),
                Some(500) => failed(connection).await,
                Some(502 | 504) => Ok(Diagnosis::Gateway),
                _ => Ok(Diagnosis::Unrelated),
            },
            ErrorKind::UnknownAction | ErrorKind::Malformed | ErrorKind::Empty => {
                other_release(self, error).await
            }
            _ => Ok(Diagnosis::Unrelated),
        }
    }

    /// Like [`Self::diagnose`], but if that cannot distinguish a wrong password from one that does
    /// not arrive, logs in in a session, which needs no header, and ends it immediately.
    ///
    /// With a wrong password, this counts as one more failed login: the third locks out the IP
    /// address.
    ///
    /// # Errors
    /// Returns the errors of [`Self::diagnose`].
    pub async fn diagnose_by_login(&self, error: &Error) -> Result<Diagnosis, Error> {
        let diagnosis = self.diagnose(error).await?;
        let (login, password) = match &self.connection().credentials {
            Some(Credentials::Basic { login, password }) => (login, password),
            Some(Credentials::Keystore(keystore)) => keystore.login_and_password(),
            _ => return Ok(diagnosis),
        };
        if diagnosis != Diagnosis::PasswordOrHeader {
            return Ok(diagnosis);
        }
        match self.session().login(login, password.clone()).await {
            Ok(session) => {
                // A session that cannot be closed expires on the server.
                let _ = session.logout().await;
                Ok(Diagnosis::HeaderLost)
            }
            Err(LoginError::Captcha(_)) => Ok(Diagnosis::LockedOut),
            Err(LoginError::Refused(..)) => Ok(Diagnosis::BadCredentials),
            Err(LoginError::Failed(error)) => Err(error),
        }
    }
}

/// Compares the release of the server with that of the bindings of the call.
async fn other_release(pydio: &Pydio, failure: &Error) -> Result<Diagnosis, Error> {
    let Some(bindings) = failure.bindings() else { return Ok(Diagnosis::Unrelated) };
    let server = match pydio.connection().release.get() {
        Some(known) => known,
        None => pydio.release().await?,
    };
    Ok(match server.may_be(bindings) {
        true => Diagnosis::Unrelated,
        false => Diagnosis::OtherRelease { bindings, server },
    })
}

/// Returns whether this one call fails, or the whole API, as with a wrong rewrite rule.
async fn failed(connection: &Connection) -> Result<Diagnosis, Error> {
    let is_routed = realm(connection).await?.is_some();
    Ok(match !is_routed && web_settings(connection).await?.is_ok() {
        true => Diagnosis::RewritingOff,
        false => Diagnosis::WebServer,
    })
}

async fn not_api(connection: &Connection) -> Result<Diagnosis, Error> {
    let Err(bytes) = web_settings(connection).await? else {
        return Ok(match realm(connection).await?.as_deref() {
            Some(PYDIO_REALM) => Diagnosis::AddressRefused,
            _ => Diagnosis::RewritingOff,
        });
    };
    Ok(if is_own_404(&bytes) { Diagnosis::PrefixMoved } else { Diagnosis::WrongAddress })
}

/// Returns the realm of the server that requires credentials; `None` if none does.
async fn realm(connection: &Connection) -> Result<Option<String>, Error> {
    let answer = ask(connection, "api/pydio/state/user/active_repo").await?;
    Ok(response::realm(answer.headers()))
}

async fn bad_credentials(connection: &Connection, failure: &Error) -> Result<Diagnosis, Error> {
    if is_login(failure) {
        return Ok(Diagnosis::BadCredentials);
    }
    let is_basic = match &connection.credentials {
        None => return Ok(Diagnosis::NoCredentials),
        Some(Credentials::Bearer(_) | Credentials::Key(_)) => return Ok(Diagnosis::TokenRefused),
        Some(Credentials::Pair(_)) => false,
        Some(Credentials::Basic { .. }) => true,
        // The password is sent to request a pair, and if the server has none.
        Some(Credentials::Keystore(_)) => asks_for_pair(failure) || !has_pair(connection).await?,
    };
    if !is_basic {
        return Ok(Diagnosis::PairRefused);
    }
    Ok(match realm(connection).await?.as_deref() {
        None | Some(PYDIO_REALM) => Diagnosis::PasswordOrHeader,
        Some(_) => Diagnosis::FrontServer,
    })
}

async fn has_pair(connection: &Connection) -> Result<bool, Error> {
    match &connection.key_pair {
        Some(source) => source.has_pair().await,
        None => Ok(false),
    }
}

async fn refused(connection: &Connection) -> Result<Diagnosis, Error> {
    if is_free_to_log_in(connection).await? {
        return Ok(Diagnosis::Forbidden);
    }
    let request = Request::new(&STATE).text("xPath", "user/active_repo");
    match connection::rest(connection, "pydio", request, Accept::Xml, &Sent::default()).await {
        Ok(_) => Ok(Diagnosis::Forbidden),
        Err(error) if matches!(error.kind(), ErrorKind::Forbidden | ErrorKind::BadCredentials) => {
            Ok(Diagnosis::LockedOut)
        }
        Err(error) => Err(error),
    }
}

/// Returns whether the server does not suspect this IP address of guessing passwords. It then
/// returns a bare seed, and otherwise JSON with a seed and a captcha.
async fn is_free_to_log_in(connection: &Connection) -> Result<bool, Error> {
    let (_, bytes) = ask(connection, "index.php?get_action=get_seed").await?.held().await?;
    let seed = bytes.trim_ascii();
    Ok(!seed.is_empty() && seed.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-'))
}

/// Returns the response to that request, whatever it is.
pub(super) async fn ask(connection: &Connection, target: &str) -> Result<Response, Error> {
    let mut origin = Origin::new(&STATE, "");
    origin.task = Some("diagnosis");
    let address = connection.base.join(target);
    let address = address.map_err(|error| {
        Error::new(ErrorKind::InvalidRequest, origin.failure(error.to_string()))
    })?;
    let request = http::Request::builder()
        .uri(address.as_str())
        .header(ACCEPT, "*/*")
        .body(Body::empty())
        .map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, origin.failure(error.to_string()).source(error))
        })?;
    let answer = connection.transport.send(request).await.map_err(|error| {
        let message = causes(&*error);
        Error::new(ErrorKind::Transport, origin.failure(message).source(error))
    })?;
    let (head, body) = answer.into_parts();
    origin.status = Some(head.status);
    Ok(Response::new(origin, head.headers, body, connection.max_response_size))
}

#[cfg(test)]
mod tests;
