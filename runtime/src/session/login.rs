//! Logging in: the seed, the password or the remembered cookie, and what the server says to it.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use super::{
    Challenge, Session,
    actions::{GET_SEED, LOGIN},
    live::{Live, origin},
};
use crate::{
    connection::Jar,
    json::Json,
    response::{Accept, AnyResponse, FromResponse, Origin},
    types::{Envelope, Error, ErrorKind, Request},
};

/// The result of a login or a logout: the `value` of the server's `logging_result`.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LoginResult {
    /// `1`: the session is the user's.
    LoggedIn,
    /// `2`: the session has ended.
    LoggedOut,
    /// `-1`: the login or the password is wrong, or the account is locked.
    BadCredentials,
    /// `-3`: the user has no workspace. Version 6 only.
    NoWorkspace,
    /// `-4`: a captcha is required, and without it even the right password is refused. So it is
    /// from the third failure from one address on.
    CaptchaRequired,
    /// `-5`: the cookie of remember-me is missing, or no longer good.
    BadRememberCookie,
    /// Any other value, as sent.
    Other(String),
}

impl From<&str> for LoginResult {
    fn from(value: &str) -> Self {
        match value {
            "1" => Self::LoggedIn,
            "2" => Self::LoggedOut,
            "-1" => Self::BadCredentials,
            "-3" => Self::NoWorkspace,
            "-4" => Self::CaptchaRequired,
            "-5" => Self::BadRememberCookie,
            other => Self::Other(other.to_owned()),
        }
    }
}

impl fmt::Display for LoginResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LoggedIn => "logged in",
            Self::LoggedOut => "logged out",
            Self::BadCredentials => "the login or the password is wrong, or the account is locked",
            Self::NoWorkspace => "the user has no workspace",
            Self::CaptchaRequired => {
                "a captcha is required after failed logins from this IP \
                                      address"
            }
            Self::BadRememberCookie => "the `remember_me` cookie is no longer valid",
            Self::Other(value) => return write!(f, "an unknown result, {value:?}"),
        })
    }
}

/// The reason why a login failed.
#[derive(Debug)]
#[non_exhaustive]
pub enum LoginError {
    /// The server requires a captcha first.
    Captcha(Challenge),
    /// The server refused the login.
    Refused(LoginResult, Error),
    /// The login had no result: the server was not reached, or its response is not that of a
    /// login.
    Failed(Error),
}

impl fmt::Display for LoginError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Captcha(_) => write!(f, "login refused: {}", LoginResult::CaptchaRequired),
            Self::Refused(_, error) => write!(f, "login refused: {}", error.failure()),
            Self::Failed(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for LoginError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Captcha(_) | Self::Refused(..) => None,
            Self::Failed(error) => error.source(),
        }
    }
}

impl From<Error> for LoginError {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// The error of a call that failed because of it. A challenge is lost.
impl From<LoginError> for Error {
    fn from(error: LoginError) -> Self {
        match error {
            LoginError::Captcha(_) => {
                let failure = origin(&Request::new(&LOGIN), None)
                    .failure(LoginResult::CaptchaRequired.to_string());
                Self::new(ErrorKind::CaptchaRequired, failure)
            }
            LoginError::Refused(_, error) | LoginError::Failed(error) => error,
        }
    }
}

/// Returns whether a login in a session failed.
pub(crate) fn is_login(error: &Error) -> bool {
    error.call_name() == origin(&Request::new(&LOGIN), None).call()
}

/// The credentials of a login.
#[derive(Clone)]
pub(super) enum LoginProof {
    Password(SecretString),
    /// The remember-me cookie, from the previous login.
    Cookie,
}

impl Session {
    /// Logs in on a new session of the server. The caller must hold the renewal lock.
    pub(super) async fn enter(&self, proof: LoginProof) -> Result<(), LoginError> {
        let cookies = match proof {
            LoginProof::Password(_) => Jar::default(),
            LoginProof::Cookie => self.live().cookies().lasting(),
        };
        let live = Live::open(self.connection(), cookies).await?;
        self.attempt(live, proof, None).await
    }

    /// Logs in on an open session of the server, with the text of a captcha if there is one, and
    /// switches to it.
    pub(super) async fn attempt(
        &self,
        live: Live,
        proof: LoginProof,
        captcha: Option<&str>,
    ) -> Result<(), LoginError> {
        let seed = live.seed().await?;
        if seed.needs_captcha && captcha.is_none() {
            return Err(LoginError::Captcha(Challenge::new(self.clone(), live, proof)));
        }
        let request = self.login_request(&proof, &seed.text, captcha);
        let (origin, result) = live.log_in(request).await?;
        match result {
            LoginResult::LoggedIn => Ok(self.settle(live, proof).await?),
            LoginResult::CaptchaRequired => {
                Err(LoginError::Captcha(Challenge::new(self.clone(), live, proof)))
            }
            other => {
                let kind = match other {
                    LoginResult::BadCredentials | LoginResult::BadRememberCookie => {
                        ErrorKind::BadCredentials
                    }
                    _ => ErrorKind::Forbidden,
                };
                let error = Error::new(kind, origin.failure(other.to_string()));
                Err(LoginError::Refused(other, error))
            }
        }
    }

    fn login_request(&self, proof: &LoginProof, seed: &str, captcha: Option<&str>) -> Request {
        let request = Request::new(&LOGIN);
        let request = match proof {
            LoginProof::Password(password) => request
                .text("userid", self.user())
                .text("password", sent_password(seed, password).expose_secret()),
            // The web interface sends this too: the server reads both from the cookie.
            LoginProof::Cookie => {
                let notify = request.text("userid", "notify").text("password", "notify");
                notify.flag("cookie_login", true)
            }
        };
        let request = request.text("login_seed", seed).flag("remember_me", self.is_remembered());
        match captcha {
            Some(text) => request.text("captcha_code", text),
            None => request,
        }
    }
}

/// How to send the password, and whether a captcha is required.
struct Seed {
    text: String,
    needs_captcha: bool,
}

/// The seed for sending the password in plain text.
const PLAIN: &str = "-1";

impl Live {
    async fn seed(&self) -> Result<Seed, Error> {
        let request = Request::new(&GET_SEED);
        let origin = origin(&request, None);
        let seed = match self.ask(request).await? {
            AnyResponse::Text(text) => Some(Seed { text, needs_captcha: false }),
            AnyResponse::Json(json) => match &json["seed"] {
                Json::String(text) => Some(text.clone()),
                Json::Number(number) => Some(number.to_string()),
                _ => None,
            }
            .map(|text| Seed { text, needs_captcha: json["captcha"] == true }),
            _ => None,
        };
        let seed = seed.map(|seed| Seed { text: seed.text.trim().to_owned(), ..seed });
        let is_seed = |text: &str| {
            text == PLAIN || !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric())
        };
        seed.filter(|seed| is_seed(&seed.text)).ok_or_else(|| {
            Error::new(
                ErrorKind::Malformed,
                origin.failure("the response is not a seed for the password"),
            )
        })
    }

    /// Sends the login, and stores the token of a success.
    async fn log_in(&self, request: Request) -> Result<(Origin, LoginResult), Error> {
        let response = self.respond(request, Accept::Xml).await?;
        let origin = response.origin.clone();
        let envelope = Envelope::decode(response).await?;
        let (result, token) = logging_result(&origin, &envelope)?;
        if result == LoginResult::LoggedIn {
            self.set_token(match token {
                Some(token) => token,
                None => self.fetch_token().await?,
            });
        }
        Ok((origin, result))
    }
}

/// Reads `<logging_result value="…" secure_token="…"/>`.
pub(super) fn logging_result(
    origin: &Origin,
    envelope: &Envelope,
) -> Result<(LoginResult, Option<SecretString>), Error> {
    let element = envelope.elements().iter().find(|element| element.name == "logging_result");
    let value = element.and_then(|element| element.attributes.get("value"));
    let (Some(element), Some(value)) = (element, value) else {
        return Err(Error::new(
            ErrorKind::Malformed,
            origin.failure("the response does not contain the result of the login"),
        ));
    };
    let token = element.attributes.get("secure_token").filter(|token| !token.is_empty());
    Ok((value.into(), token.map(SecretString::from)))
}

/// Returns the password as the server expects it for that seed: hashed if the seed is a real one,
/// as issued by version 6.
fn sent_password(seed: &str, password: &SecretString) -> SecretString {
    if seed == PLAIN {
        return password.clone();
    }
    let hashed = md5([password.expose_secret()]);
    md5([hashed.expose_secret(), seed])
}

/// MD5 in hexadecimal. It does not protect the password; those servers compare with it.
fn md5<const N: usize>(parts: [&str; N]) -> SecretString {
    let mut hash = md5::Context::new();
    for part in parts {
        hash.consume(part);
    }
    format!("{:x}", hash.finalize()).into()
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::{LoginResult, md5, sent_password};

    #[test]
    fn md5_is_md5() {
        for (text, digits) in [
            ("", "d41d8cd98f00b204e9800998ecf8427e"),
            ("message digest", "f96b697d7cb7938d525a2f31aaf161d0"),
        ] {
            assert_eq!(md5([text]).expose_secret(), digits);
        }
    }

    #[test]
    fn the_password_is_hashed_for_a_real_seed_only() {
        let password = "pässword".into();
        assert_eq!(sent_password("-1", &password).expose_secret(), "pässword");
        // md5(md5("pässword") . "1234567890")
        let hashed = sent_password("1234567890", &password);
        assert_eq!(hashed.expose_secret(), "23e9d3bc82dc72dd5982c0a5ed6bea10");
    }

    #[test]
    fn every_result_has_its_name() {
        for (value, result) in [
            ("1", LoginResult::LoggedIn),
            ("2", LoginResult::LoggedOut),
            ("-1", LoginResult::BadCredentials),
            ("-3", LoginResult::NoWorkspace),
            ("-4", LoginResult::CaptchaRequired),
            ("-5", LoginResult::BadRememberCookie),
            ("-2", LoginResult::Other("-2".to_owned())),
            ("", LoginResult::Other(String::new())),
        ] {
            assert_eq!(LoginResult::from(value), result);
            assert!(!result.to_string().is_empty());
        }
    }
}
