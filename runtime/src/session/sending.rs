//! One call in a session, sent again with another token or after another login.

use std::{sync::Arc, time::Duration};

use http::StatusCode;

use super::{
    Live, Session,
    actions::why_own,
    live::{Token, encoded, origin},
};
use crate::{
    connection::{Attempts, InFlight, timed_out},
    encode::{Attached, SessionCall},
    response::{Accept, Origin, Response},
    types::{Error, ErrorKind, Request},
};

/// A token and a login may both be stale, and other calls may renew them meanwhile. A call that
/// fails more often than this cannot be recovered.
const MOST_SENDS: u32 = 4;

/// A form of this many bytes is within PHP's `post_max_size` everywhere.
const SMALL_FORM: u64 = 1024 * 1024;

/// The server's message for a missing or wrong token, in every language.
const WRONG_TOKEN: &str = "You are not allowed to access this resource.";

pub(super) struct Sending<'s> {
    session: &'s Session,
    call: SessionCall,
    origin: Origin,
    /// The attachments for the next attempt; `None` once a stream has been sent.
    attached: Option<Attached>,
    /// Size of its files in bytes.
    file_bytes: u64,
    pub(super) seen: Seen,
    sent: u32,
    has_new_token: bool,
    has_logged_in: bool,
    /// Those after failures that may pass.
    attempts: Option<Attempts>,
}

/// The state of a session when a call was sent. If it has changed since, nothing has to be renewed.
#[derive(Clone)]
pub(super) struct Seen {
    pub(super) live: Arc<Live>,
    pub(super) token: Token,
    /// How many logins have failed so far.
    pub(super) failures: u64,
}

/// The call that has logged in again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Renewal {
    /// This call.
    Own,
    /// Another one, in the meantime.
    Others,
    /// None: there are no credentials to log in with, or the login has just failed for another
    /// call.
    None,
}

/// An error that another token or another login may fix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Recoverable {
    Token,
    /// It may be the token: before 6.5 a wrong one is a failure of PHP, without a message if PHP shows
    /// no errors (measured on 6.0.8 and 6.4.2).
    MaybeToken,
    Expired,
}

impl Recoverable {
    fn of(error: &Error, accept: Accept) -> Option<Self> {
        let is_whole = error.partial().is_none();
        match error.kind() {
            ErrorKind::Server if is_whole && error.message() == WRONG_TOKEN => Some(Self::Token),
            ErrorKind::AuthenticationRequired if is_whole => Some(Self::Expired),
            ErrorKind::Status if error.status() == Some(500) && error.body().is_none() => {
                Some(Self::MaybeToken)
            }
            ErrorKind::Empty if accept == Accept::Any => Some(Self::Expired),
            _ => None,
        }
    }
}

impl<'s> Sending<'s> {
    /// Creates a call by a user of the session.
    pub(super) fn new(
        session: &'s Session,
        workspace: Option<&str>,
        request: Request,
    ) -> Result<Self, Error> {
        match why_own(request.endpoint()) {
            Some(why) => {
                Err(Error::new(ErrorKind::InvalidRequest, origin(&request, workspace).failure(why)))
            }
            None => Self::own(session, workspace, request),
        }
    }

    /// Creates a call by the session itself.
    pub(super) fn own(
        session: &'s Session,
        workspace: Option<&str>,
        request: Request,
    ) -> Result<Self, Error> {
        let current = session.current_workspace();
        let origin = origin(&request, workspace.or(current.as_deref()));
        let attempts = Attempts::begin(session.options.retry.as_ref(), request.endpoint());
        request
            .check_for(session.release())
            .map_err(|why| Error::new(ErrorKind::InvalidRequest, origin.failure(why)))?;
        let (call, attached) = encoded(&origin, workspace, request)?;
        let seen = session.seen();
        let file_bytes = attached.files.iter().map(|(_, file, _)| file.body.length()).sum();
        Ok(Self {
            session,
            call,
            origin,
            attached: Some(attached),
            file_bytes,
            seen,
            sent: 0,
            has_new_token: false,
            has_logged_in: false,
            attempts,
        })
    }

    /// Returns how long the call may take with all its attempts.
    pub(super) fn timeout(&self) -> Option<Duration> {
        self.session.options.timeout
    }

    pub(super) fn timed_out(&self, timeout: Duration) -> Error {
        timed_out(self.origin.endpoint, &self.origin.workspace, timeout)
    }

    /// Sets the name of the workspace for errors, as the caller gave it.
    pub(super) fn on(mut self, workspace: &str) -> Self {
        workspace.clone_into(&mut self.origin.workspace);
        self
    }

    /// Boxed, like `recover`, so that neither is compiled in every crate that makes calls.
    pub(super) fn send(&mut self, accept: Accept) -> InFlight<'_> {
        Box::pin(self.send_once(accept))
    }

    async fn send_once(&mut self, accept: Accept) -> Result<Response, Error> {
        self.seen = self.session.seen();
        self.sent += 1;
        let attached = self.attached.take().unwrap_or_default();
        self.attached = attached.copy();
        let Seen { live, token, .. } = &self.seen;
        let headers = &self.session.options.headers;
        let (origin, call) = (self.origin.clone(), &self.call);
        live.send((call, headers), origin, token, attached, accept).await
    }

    /// Recovers from an error so that the call can be sent again, or returns why it cannot.
    pub(super) fn recover(&mut self, error: Error, accept: Accept) -> InFlight<'_, ()> {
        Box::pin(self.recover_inner(error, accept))
    }

    async fn recover_inner(&mut self, error: Error, accept: Accept) -> Result<(), Error> {
        let recoverable = match Recoverable::of(&error, accept) {
            Some(Recoverable::MaybeToken) => {
                self.is_token_refused().await.then_some(Recoverable::Token)
            }
            recoverable => recoverable,
        };
        if self.attached.is_none() {
            // A stream is sent only once: renew the session for the next call.
            let _ = match recoverable {
                Some(Recoverable::Token) => self.session.renew_token(&self.seen).await,
                Some(Recoverable::Expired) => self.session.renew_login(&self.seen).await,
                Some(Recoverable::MaybeToken) | None => Ok(Renewal::None),
            };
            return Err(match recoverable {
                Some(Recoverable::Token) if self.file_bytes > SMALL_FORM => {
                    self.token_refused(error)
                }
                _ => error,
            });
        }
        match recoverable {
            Some(Recoverable::Token) => self.recover_token(error).await,
            Some(Recoverable::Expired) => self.recover_login(error).await,
            Some(Recoverable::MaybeToken) | None => Attempts::wait(&mut self.attempts, error).await,
        }
    }

    /// Returns whether a call that changes nothing fails alike with this token. The server checks
    /// the token before everything else, so that it has not begun the call.
    async fn is_token_refused(&self) -> bool {
        let Seen { live, token, .. } = &self.seen;
        live.probe(token).await.is_err_and(|error| error.status() == Some(500))
    }

    async fn recover_token(&mut self, error: Error) -> Result<(), Error> {
        if self.has_new_token || self.sent >= MOST_SENDS {
            return Err(self.token_refused(error));
        }
        match self.session.renew_token(&self.seen).await {
            Ok(Renewal::Own) => self.has_new_token = true,
            Ok(_) => {}
            Err(refusal) => match Recoverable::of(&refusal, Accept::Xml) {
                // An expired session issues no token.
                Some(Recoverable::Expired) => return self.recover_login(refusal).await,
                // Neither does a server that requires a token for the request for one.
                Some(Recoverable::Token) => return Err(self.token_refused(error)),
                Some(Recoverable::MaybeToken) | None => return Err(refusal),
            },
        }
        Ok(())
    }

    async fn recover_login(&mut self, error: Error) -> Result<(), Error> {
        if self.has_logged_in || self.sent >= MOST_SENDS {
            return Err(error);
        }
        match self.session.renew_login(&self.seen).await? {
            Renewal::Own => self.has_logged_in = true,
            Renewal::Others => {}
            Renewal::None => return Err(self.expired(error)),
        }
        Ok(())
    }

    /// The error for a rejected token. PHP drops a form that is too large together with its token.
    fn token_refused(&self, error: Error) -> Error {
        if error.kind() != ErrorKind::Server {
            return error;
        }
        if self.file_bytes <= SMALL_FORM {
            return error.with_kind(ErrorKind::InvalidToken);
        }
        let message = format!(
            "{} PHP drops a form larger than its `post_max_size`, including the token; the file \
             in this form has {} bytes, so send smaller parts",
            error.message(),
            self.file_bytes
        );
        Error::new(ErrorKind::InvalidToken, self.origin_of(&error).failure(message))
    }

    /// Returns the call, with the status of a failure.
    fn origin_of(&self, failure: &Error) -> Origin {
        let status = failure.status();
        let status = status.and_then(|status| StatusCode::from_u16(status).ok());
        Origin { status, ..self.origin.clone() }
    }

    fn expired(&self, error: Error) -> Error {
        let origin = self.origin_of(&error);
        let message = "the session has no credentials to log in again, or a login has just \
                       failed; use `Session::log_in`";
        Error::new(ErrorKind::SessionExpired, origin.failure(message).source(error))
    }
}
