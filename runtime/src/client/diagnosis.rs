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
    /// The error has nothing to do with access.
    Unrelated,
}

impl Diagnosis {
    pub(crate) const fn advice(self) -> &'static str {
        match self {
            Self::NoCredentials => {
                "the connection has no credentials; set them with `login`, `key_pair` or \
                 `keystore`"
            }
            Self::PasswordOrHeader => {
                "the login or password is wrong, or the web server does not pass the \
                 `Authorization` header on to PHP: Pydio responds in the same way to both. \
                 Check the password; if it is right, log in with a session, which does not \
                 need the header. The server locks out an IP address after three failures"
            }
            Self::BadCredentials => {
                "the login or password is wrong, or the account is locked; check them \
                 before you retry, because the server locks out an IP address after three \
                 failures"
            }
            Self::FrontServer => {
                "a server in front of Pydio, such as a reverse proxy, requires a separate \
                 password; bypass that server, or configure it to let these URLs through"
            }
            Self::PairRefused => {
                "the key pair is not accepted: it was revoked, replaced by another pair for \
                 the same device, or invalidated by a change of the password; create a new \
                 one. If new pairs are refused too, or only for some names, a proxy changes \
                 the signed path; use the URL that the server itself sees"
            }
            Self::TokenRefused => {
                "a bearer token was sent, which Pydio 6-8 does not accept; use a login and \
                 password, or a key pair"
            }
            Self::LockedOut => {
                "the login or password is wrong, and after three failures from this IP \
                 address the server no longer says so; correct them, because the right ones \
                 are still accepted over REST. The web interface requires a captcha for the \
                 next login"
            }
            Self::Forbidden => {
                "the credentials are right, but the user may not enter this workspace or \
                 use this action; an administrator can grant the right. Slugs are \
                 case-sensitive"
            }
            Self::HeaderLost => {
                "the password is right, but the web server does not pass the \
                 `Authorization` header on to PHP, or truncates a password that contains a \
                 `:`; on Apache, set `CGIPassAuth On`, or put a rewrite rule for \
                 `HTTP_AUTHORIZATION` on a separate line. A session does not need the \
                 header, and neither does a key pair that was created in one \
                 (`Keystore::on_session`, `--pair-on-session`)"
            }
            Self::RewritingOff => {
                "Pydio is there, but the web server does not route `/api/` to it; turn on \
                 URL rewriting (on Apache, mod_rewrite, `AllowOverride All` and a \
                 `RewriteBase` that is the prefix; on nginx, rules in the site), or use a \
                 session"
            }
            Self::AddressRefused => {
                "the API is there, but the web server refuses this URL: Apache does so for \
                 a `/` in a parameter of the path (`%2F`) unless it has \
                 `AllowEncodedSlashes NoDecode`. A session does not use such URLs"
            }
            Self::PrefixMoved => {
                "Pydio is there, but keeps its routes under another prefix, under which it \
                 was reached before; delete `data/cache/plugins_*routes*.php` on the server"
            }
            Self::Moved => {
                "the server redirects the call to another URL, which the error names; use \
                 that one"
            }
            Self::WebServer => {
                "the web server failed, or something between it and Pydio did; see its log \
                 for the reason. Apache with mod_fcgid accepts no request of more than 128 \
                 KiB unless `FcgidMaxRequestLen` allows it"
            }
            Self::Gateway => {
                "a proxy in front of Pydio got no response from it, or none in time; the \
                 work may be done or still running, so check before you repeat the call"
            }
            Self::PlainToTls => {
                "the web server refuses the request, as for an `http://` URL with a port \
                 that expects TLS; try `https://`"
            }
            Self::NotReached => {
                "nothing responds at this URL, or the connection broke; check `http` or \
                 `https`, the name, the port and the network"
            }
            Self::Certificate => {
                "the certificate of the server is not accepted: its authority is unknown \
                 here, or this name or IP address is not among its alternative names. For a \
                 private authority on Linux, set the environment variable `SSL_CERT_FILE` \
                 to the file with its certificate"
            }
            Self::CertificateFile => {
                "the certificate of the server is not accepted, and the environment \
                 variable `SSL_CERT_FILE` names a file that does not exist, which is \
                 otherwise ignored; set it to the file with the certificate of the \
                 authority"
            }
            Self::CertificateOfAuthority => {
                "the server uses the certificate of an authority (`CA:TRUE`) as its own, as \
                 created by `openssl req -x509` by default, and such a certificate is not \
                 accepted; create one with `CA:FALSE`, and set the environment variable \
                 `SSL_CERT_FILE` to it"
            }
            Self::WrongAddress => {
                "there is no Pydio at this URL; check the host, the port and the prefix \
                 that the web interface shows in the browser"
            }
            Self::OtherRelease { .. } => {
                "generate bindings for the release of the server: between releases, actions, \
                 parameters, responses and the encoding of names differ"
            }
            Self::Unrelated => "the error has nothing to do with credentials, rights or routing",
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
