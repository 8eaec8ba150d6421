//! The settings of a new session.

use secrecy::SecretString;

use super::{LoginError, Session, Settings, login::LoginProof};
use crate::connection::Connection;

/// The settings of a new session, created by [`Pydio::session`](crate::Pydio::session).
#[derive(Clone, Debug)]
#[must_use = "nobody is logged in before `login`"]
pub struct SessionBuilder {
    connection: Connection,
    settings: Settings,
}

impl SessionBuilder {
    pub(crate) fn new(connection: Connection) -> Self {
        let settings = Settings { keeps_password: true, is_remembered: false };
        Self { connection, settings }
    }

    /// Sets whether the session keeps the password, to log in again when it has expired: yes unless
    /// set. The password is held in memory that is zeroed afterwards, unlike the form of a login
    /// that it is copied into, and forgotten when the server refuses it and at [`Session::logout`].
    /// Without it, an expired session is an
    /// [`ErrorKind::SessionExpired`](crate::ErrorKind::SessionExpired), and you can continue with
    /// [`Session::log_in`].
    pub fn keep_password(mut self, keep: bool) -> Self {
        self.settings.keeps_password = keep;
        self
    }

    /// Asks the server for the remember-me cookie, valid for ten days by default. A session that
    /// does not keep the password uses it to log in again; it is not kept beyond the session. Not
    /// every server issues one.
    pub fn remember_me(mut self, remember: bool) -> Self {
        self.settings.is_remembered = remember;
        self
    }

    /// Opens a session and logs in.
    ///
    /// The password is sent unencrypted, in a form: over plain `http://`, everybody on the network
    /// path can read it. Version 6 may require a salted hash of it instead.
    ///
    /// # Errors
    ///
    /// [`LoginError::Captcha`] if the server requires a captcha first, [`LoginError::Refused`]
    /// when it refuses, [`LoginError::Failed`] when it did not come to that.
    pub async fn login(
        self,
        login: impl Into<String>,
        password: impl Into<SecretString>,
    ) -> Result<Session, LoginError> {
        let session = Session::new(self.connection, login.into(), self.settings);
        let flight = session.renewal().await;
        session.enter(LoginProof::Password(password.into())).await?;
        drop(flight);
        Ok(session)
    }
}
