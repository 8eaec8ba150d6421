//! A captcha: its picture, and the login with its text.

use std::fmt;

use bytes::Bytes;

use super::{
    LoginError, Session,
    actions::GET_CAPTCHA,
    live::{Live, origin},
    login::LoginProof,
};
use crate::{
    response::Accept,
    types::{Error, ErrorKind, Request},
};

/// A login that requires a captcha.
///
/// The server requires one after three failed logins from an IP address, and no longer
/// distinguishes a wrong password from a wrong text: both return another challenge.
///
/// ```no_run
/// # use pydio_runtime::{LoginError, Pydio, Session};
/// # async fn ask_the_user(_: bytes::Bytes) -> String { String::new() }
/// # async fn demo(pydio: Pydio) -> Result<Session, LoginError> {
/// let mut outcome = pydio.session().login("alice", "secret").await;
/// while let Err(LoginError::Captcha(challenge)) = outcome {
///     let picture = challenge.image().await?;
///     outcome = challenge.answer(&ask_the_user(picture.bytes).await).await;
/// }
/// outcome
/// # }
/// ```
pub struct Challenge {
    session: Session,
    waiting: Box<(Live, LoginProof)>,
}

/// The picture of a [`Challenge`].
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Captcha {
    /// The media type of the picture, such as `image/png`.
    pub media_type: String,
    /// The picture.
    pub bytes: Bytes,
}

impl Challenge {
    pub(super) fn new(session: Session, live: Live, proof: LoginProof) -> Self {
        Self { session, waiting: Box::new((live, proof)) }
    }

    /// Fetches the picture. Each call returns a new one, and only the last one counts.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Malformed`] if the response is not a picture, and any other [`Error`] of the
    /// request.
    pub async fn image(&self) -> Result<Captcha, Error> {
        let request = Request::new(&GET_CAPTCHA);
        let origin = origin(&request, None);
        let response = self.waiting.0.respond(request, Accept::Any).await?;
        let declared = response.media_type();
        let bytes = response.bytes().await?;
        // The server's own script for it does not always declare what it sends.
        match kind_of(&bytes).or(declared.starts_with("image/").then_some(&*declared)) {
            Some(kind) => Ok(Captcha { media_type: kind.to_owned(), bytes }),
            None => {
                let message = format!("expected a picture, but received `{declared}`");
                Err(Error::new(ErrorKind::Malformed, origin.failure(message)))
            }
        }
    }

    /// Logs in with the text of the picture.
    ///
    /// # Errors
    ///
    /// [`LoginError::Captcha`] with another challenge when the text or the password is wrong, and
    /// any other [`LoginError`].
    pub async fn answer(self, text: &str) -> Result<Session, LoginError> {
        let Self { session, waiting } = self;
        let (live, proof) = *waiting;
        let flight = session.renewal().await;
        session.attempt(live, proof, Some(text)).await?;
        drop(flight);
        Ok(session)
    }
}

/// Guesses the media type of a picture from its first bytes.
fn kind_of(bytes: &[u8]) -> Option<&'static str> {
    const KINDS: [(&[u8], &str); 3] =
        [(b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif")];
    KINDS.iter().find(|(start, _)| bytes.starts_with(start)).map(|(_, kind)| *kind)
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge").field("user", &self.session.user()).finish_non_exhaustive()
    }
}

impl fmt::Debug for Captcha {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Captcha")
            .field("media_type", &self.media_type)
            .field("length", &self.bytes.len())
            .finish()
    }
}
