//! Errors of calls, by what the caller can do about them.

use std::{error, fmt, sync::Arc, time::Duration};

use bytes::Bytes;

use super::{Envelope, Release};
use crate::json::{self, FromJson, JsonError, Readable};

/// An error of any type, as the source of an [`Error`].
pub type BoxError = Box<dyn error::Error + Send + Sync>;

/// Why a call failed: what kind of failure, which call, and what happened.
///
/// [`Error::kind`] is what a program acts on. The text names the call, the workspace and the status,
/// with the server's own words if it sent any. It never contains a secret or the value of a
/// parameter, except for what the server itself wrote into its message.
///
/// ```
/// use pydio_runtime::{Error, ErrorKind};
///
/// fn advice(error: &Error) -> &'static str {
///     match error.kind() {
///         ErrorKind::BadCredentials => "check the password",
///         ErrorKind::UnknownWorkspace => "check the slug",
///         _ if error.may_be_done() => "look before you try again",
///         _ => "see the message",
///     }
/// }
/// # let _ = advice;
/// ```
#[derive(Clone, Debug)]
pub struct Error {
    kind: ErrorKind,
    failure: Failure,
}

/// The kind of an [`Error`].
///
/// Pydio answers nearly every failure with status 200, and 401 for several different reasons, so
/// the kind is determined from the response, not from the status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The settings of the connection are invalid; nothing was sent.
    Config,
    /// The call cannot be encoded so that the server understands it; nothing was sent.
    InvalidRequest,
    /// The connection's [`KeyPairStore`](crate::keystore::KeyPairStore) could not be read or written.
    KeyPairStore,
    /// The server was not reached, or the connection broke.
    Transport,
    /// The login or the password is wrong, or the key pair is no longer valid: 401 with a
    /// `WWW-Authenticate` header, or any 401 of a server other than Pydio 6–8.
    /// [`Pydio::diagnose`](crate::Pydio::diagnose) finds out more.
    BadCredentials,
    /// The user lacks the right to the workspace, the node or the action: a refusal with the server's
    /// reason, or 401 without that header, which is also the response to a wrong password after three
    /// failures from the same IP address.
    Forbidden,
    /// No workspace has that id or slug.
    UnknownWorkspace,
    /// The action or operation does not exist, is not active in the workspace, or is not reachable
    /// over REST. Releases 6.0 to 6.4 return nothing then, which is this error unless the action may
    /// return nothing. If the release of the server is known, and the bindings are of another one,
    /// the message contains both: see [`Pydio::release`](crate::Pydio::release).
    UnknownAction,
    /// The server requires a login and gives no other reason (`<require_auth/>` without a message): no
    /// user is logged in, or the call is for users of another kind. A right that a known user lacks is
    /// [`Forbidden`](Self::Forbidden).
    AuthenticationRequired,
    /// The session has ended, and there are no credentials to log in again. An empty response where
    /// a download was expected means the same.
    SessionExpired,
    /// The server accepts none of the secure tokens it has issued for the session.
    InvalidToken,
    /// After failed logins from this IP address, the server requires a captcha before the next
    /// login: [`Session::log_in`](crate::Session::log_in) returns it.
    CaptchaRequired,
    /// The server reports that the work failed. It may have been done in part: see
    /// [`Error::partial`].
    Server,
    /// An HTTP status that Pydio itself does not use here, from a proxy or from a failure of PHP.
    /// Its message contains the first words of the response, if any. On the command line, an
    /// unsuccessful exit status.
    Status,
    /// A web page instead of a response of the API: URL rewriting is off, the address is not that
    /// of a Pydio, or something in between responded.
    UnexpectedContentType,
    /// The server redirects the call, and the call cannot safely be repeated there.
    Redirected,
    /// An empty success, although the action returns something.
    Empty,
    /// The response is not what it claims to be: ill-formed XML or JSON, or truncated.
    Malformed,
    /// The response is longer than the connection's limit for responses held in memory.
    TooLarge,
    /// The transferred file is incomplete or differs from the other side: too few bytes, too many,
    /// another checksum, or a file that changed during the transfer.
    Incomplete,
    /// A local file could not be read or written.
    LocalFile,
    /// Work in the background was still going on at the deadline of
    /// [`Wait`](crate::background::Wait). The server continues the work.
    Unfinished,
    /// The server reports that work is complete, but it has not done it: what the work creates is
    /// missing or differs from the request, or what it removes is still there.
    NotDone,
    /// Work in the background or a task may be done, but nothing shows whether it is.
    Unverified,
    /// A task found that it would not do what it says, and changed nothing: what it creates exists
    /// already, or what it needs is missing.
    Precondition,
    /// The server has no change of the number that a feed is to be read on from: its record of
    /// changes has begun again, so changes may be missing. List what you follow, then read the feed
    /// from 0: see [`ChangeFeed`](crate::ChangeFeed).
    UnknownSequence,
}

impl ErrorKind {
    fn headline(self) -> &'static str {
        match self {
            Self::Config => "invalid configuration",
            Self::InvalidRequest => "not sent",
            Self::KeyPairStore => "the store of key pairs",
            Self::Transport => "connection failed",
            Self::BadCredentials => "bad credentials",
            Self::Forbidden => "forbidden",
            Self::UnknownWorkspace => "unknown workspace",
            Self::UnknownAction => "unknown action",
            Self::AuthenticationRequired => "authentication required",
            Self::SessionExpired => "session expired",
            Self::InvalidToken => "invalid secure token",
            Self::CaptchaRequired => "captcha required",
            Self::Server => "the server reports",
            Self::Status => "unexpected status",
            Self::UnexpectedContentType => "unexpected content type",
            Self::Redirected => "redirected",
            Self::Empty => "empty response",
            Self::Malformed => "malformed response",
            Self::TooLarge => "response too large",
            Self::Incomplete => "incomplete transfer",
            Self::LocalFile => "local file",
            Self::Unfinished => "not finished",
            Self::NotDone => "not done",
            Self::Unverified => "not verified",
            Self::Precondition => "nothing was changed",
            Self::UnknownSequence => "unknown sequence number",
        }
    }
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, failure: Failure) -> Self {
        Self { kind, failure }
    }

    /// Returns what kind of failure it is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Returns the failure as one of another kind.
    pub(crate) fn with_kind(self, kind: ErrorKind) -> Self {
        Self { kind, ..self }
    }

    /// Returns the failure with what the server did before it.
    pub(crate) fn with_partial(self, partial: Option<Envelope>) -> Self {
        Self { failure: self.failure.with_partial(partial), ..self }
    }

    /// Returns whether the server may have done the work although the call failed: the connection
    /// broke, a proxy gave up waiting for the server (502, 504), the response is incomplete, or work
    /// in the background goes on.
    ///
    /// Check before you repeat a call that changes something. After any other error the server has
    /// refused the call or reports how far it got.
    ///
    /// ```
    /// # use pydio_runtime::{Call, Error, RestCall, Workspace};
    /// # async fn demo<C: RestCall>(files: Workspace, copy: C) -> Result<(), Error> {
    /// match files.call(copy).await {
    ///     Err(error) if error.may_be_done() => eprintln!("{error}; check whether the copy exists"),
    ///     outcome => drop(outcome?),
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn may_be_done(&self) -> bool {
        match self.kind {
            ErrorKind::Status => matches!(self.status(), Some(502 | 504)),
            ErrorKind::Transport | ErrorKind::Malformed | ErrorKind::TooLarge => true,
            ErrorKind::Incomplete | ErrorKind::Empty => true,
            ErrorKind::Unfinished | ErrorKind::Unverified => true,
            _ => false,
        }
    }

    /// Returns whether other credentials, or a new login, may help.
    pub fn is_auth(&self) -> bool {
        matches!(
            self.kind,
            ErrorKind::BadCredentials
                | ErrorKind::Forbidden
                | ErrorKind::AuthenticationRequired
                | ErrorKind::SessionExpired
                | ErrorKind::InvalidToken
                | ErrorKind::CaptchaRequired
        )
    }

    pub(crate) fn failure(&self) -> &Failure {
        &self.failure
    }

    /// Returns the call, as `plugin/action` or the id of an operation; empty if nothing was called.
    pub fn call_name(&self) -> &str {
        &self.failure.0.call
    }

    /// Returns the workspace of the call, as named by the caller; empty if there is none.
    pub fn workspace(&self) -> &str {
        &self.failure.0.workspace
    }

    /// Returns the release that the bindings of the call were generated for.
    pub(crate) fn bindings(&self) -> Option<Release> {
        self.failure.0.bindings
    }

    /// Returns the HTTP status, if there was a response.
    pub fn status(&self) -> Option<u16> {
        self.failure.0.status
    }

    /// Returns how long the server asks to wait before the next attempt (`Retry-After`), if its
    /// response has an unexpected status.
    pub fn retry_after(&self) -> Option<Duration> {
        self.failure.0.retry_after
    }

    /// Returns whether the document in the response ends before it is complete: a response without a
    /// length that breaks off looks like one that has ended.
    pub(crate) fn is_cut_short(&self) -> bool {
        self.failure.0.is_cut_short
    }

    /// Returns what happened, in the server's words if it sent any.
    pub fn message(&self) -> &str {
        &self.failure.0.message
    }

    /// Returns the body of an unsuccessful response, up to 256 KiB, or of one that is JSON and not
    /// of the declared type; `None` if it is empty or longer, or for any other failure.
    pub fn body(&self) -> Option<&[u8]> {
        Some(&*self.failure.0.body.0).filter(|body| !body.is_empty())
    }

    /// Reads the body of an unsuccessful response as JSON. The documentation of an operation
    /// declares its type.
    ///
    /// # Errors
    ///
    /// If there is no body, or it does not match the type.
    pub fn json<T: FromJson>(&self) -> Result<T, JsonError> {
        let body = self.body().ok_or_else(|| JsonError::new("the response has no body"))?;
        json::from_slice(body)
    }

    /// Returns what can be read of a response in which some locations do not match, together with
    /// these locations: the rest of a list is not lost because of one item.
    ///
    /// ```
    /// # use pydio_runtime::{Call, Error, ErrorKind, Workspace, RestCall, json::{FromJson, Readable}};
    /// # async fn demo<T: FromJson, C>(files: Workspace, call: C) -> Result<(), Box<dyn std::error::Error>>
    /// # where C: RestCall<Response = Vec<T>> {
    /// let list = match files.call(call).await {
    ///     Err(error) if error.kind() == ErrorKind::Malformed => {
    ///         let Readable { value, skipped, .. } = error.readable::<Vec<T>>()?;
    ///         skipped.iter().for_each(|place| eprintln!("skipped {place}"));
    ///         value
    ///     }
    ///     list => list?,
    /// };
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// If there is no body, or the document as a whole does not match.
    pub fn readable<T: FromJson>(&self) -> Result<Readable<T>, JsonError> {
        Readable::of(self.json()?)
    }

    /// Returns the error that caused this one, such as an [`io::Error`](std::io::Error), for its
    /// type. Its text is part of the message.
    pub fn cause(&self) -> Option<&(dyn error::Error + Send + Sync + 'static)> {
        self.failure.0.source.as_deref()
    }

    /// Returns what the server did before it failed, if its response reports it: some multi-node
    /// actions stop half-way and report the nodes they had already changed.
    pub fn partial(&self) -> Option<&Envelope> {
        self.failure.0.partial.as_ref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind.headline(), self.failure)
    }
}

/// The source is the first cause whose text is not part of the message, so that a report of the
/// whole chain repeats nothing. [`Error::cause`] returns the cause itself.
impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        let mut next = self.cause().map(|cause| cause as &(dyn error::Error + 'static));
        while let Some(cause) = next {
            if !self.message().contains(&cause.to_string()) {
                break;
            }
            next = cause.source();
        }
        next
    }
}

/// The circumstances of an [`Error`] that is being created.
#[derive(Clone, Debug)]
pub(crate) struct Failure(Box<Circumstances>);

#[derive(Clone, Debug, Default)]
struct Circumstances {
    call: String,
    workspace: String,
    /// The release that the bindings of the call were generated for.
    bindings: Option<Release>,
    status: Option<u16>,
    message: String,
    retry_after: Option<Duration>,
    partial: Option<Envelope>,
    body: ErrorBody,
    is_cut_short: bool,
    source: Option<Arc<dyn error::Error + Send + Sync>>,
}

/// The body of a response, of which [`Debug`](fmt::Debug) shows only the length.
#[derive(Clone, Default)]
struct ErrorBody(Bytes);

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

impl Failure {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(Box::new(Circumstances { message: message.into(), ..Circumstances::default() }))
    }

    pub(crate) fn call(mut self, call: impl Into<String>, workspace: impl Into<String>) -> Self {
        self.0.call = call.into();
        self.0.workspace = workspace.into();
        self
    }

    pub(crate) fn bindings(mut self, release: Option<Release>) -> Self {
        self.0.bindings = release;
        self
    }

    pub(crate) fn status(mut self, status: http::StatusCode) -> Self {
        self.0.status = Some(status.as_u16());
        self
    }

    pub(crate) fn source(mut self, source: impl Into<BoxError>) -> Self {
        self.0.source = Some(source.into().into());
        self
    }

    /// Records that the document in the response ends before it is complete.
    pub(crate) fn cut_short(mut self, is_cut_short: bool) -> Self {
        self.0.is_cut_short = is_cut_short;
        self
    }

    pub(crate) fn retry_after(mut self, wait: Option<Duration>) -> Self {
        self.0.retry_after = wait;
        self
    }

    pub(crate) fn with_partial(mut self, partial: Option<Envelope>) -> Self {
        self.0.partial = partial;
        self
    }

    pub(crate) fn with_body(mut self, body: Bytes) -> Self {
        self.0.body = ErrorBody(body);
        self
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Circumstances { call, workspace, status, message, .. } = &*self.0;
        if !call.is_empty() {
            write!(f, "{call}")?;
            if !workspace.is_empty() {
                write!(f, " on workspace `{workspace}`")?;
            }
            if let Some(status) = status {
                write!(f, " (HTTP {status})")?;
            }
            f.write_str(": ")?;
        }
        f.write_str(if message.is_empty() { "no message given" } else { message })
    }
}

/// Formats an error with its causes, since the outermost one contains little.
pub(crate) fn causes(error: &(dyn error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::{error::Error as _, io};

    use super::{Error, ErrorKind, Failure, causes};

    #[test]
    fn possibly_completed_calls_differ_from_refused_ones() {
        let status = |status| {
            let status = http::StatusCode::from_u16(status).unwrap();
            Error::new(ErrorKind::Status, Failure::new("").status(status))
        };
        let failure = || Failure::new("");
        for (error, may_be_done) in [
            (Error::new(ErrorKind::Transport, failure()), true),
            (Error::new(ErrorKind::Malformed, failure()), true),
            (Error::new(ErrorKind::Empty, failure()), true),
            (status(502), true),
            (status(504), true),
            (status(413), false),
            (status(500), false),
            (status(503), false),
            (Error::new(ErrorKind::Server, failure()), false),
            (Error::new(ErrorKind::BadCredentials, failure()), false),
            (Error::new(ErrorKind::InvalidRequest, failure()), false),
        ] {
            assert_eq!(error.may_be_done(), may_be_done, "{error:?}");
        }
    }

    #[test]
    fn a_chain_of_causes_has_no_repetitions() {
        let inner = || io::Error::other("disk on fire");
        let told =
            Error::new(ErrorKind::LocalFile, Failure::new("/f: disk on fire").source(inner()));
        assert!(told.source().is_none(), "{}", causes(&told));
        let cause = told.cause().unwrap();
        assert!(cause.downcast_ref::<io::Error>().is_some());

        let untold =
            Error::new(ErrorKind::SessionExpired, Failure::new("log in again").source(told));
        assert_eq!(causes(&untold), "session expired: log in again: local file: /f: disk on fire");
        assert!(untold.source().unwrap().source().is_none());
    }
}
