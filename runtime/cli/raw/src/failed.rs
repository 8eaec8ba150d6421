//! Error messages and exit statuses.

use std::{error::Error as StdError, fmt, io, process::ExitCode};

use pydio_runtime::{Diagnosis, Error, ErrorKind, LoginError, Pydio, hidden};

use super::{is_plain, print, say};

/// An error with advice on what to do about it.
#[derive(Debug)]
pub struct Failed {
    status: u8,
    message: String,
    tip: Option<String>,
    /// The work that was done before the failure, as lines.
    partial: String,
    error: Option<Box<Error>>,
}

const REFUSED: u8 = 1;
const USAGE: u8 = 2;
const UNREACHED: u8 = 3;
const LOCAL: u8 = 4;

impl Failed {
    fn new(status: u8, message: impl Into<String>) -> Self {
        Self { status, message: message.into(), tip: None, partial: String::new(), error: None }
    }

    /// The call cannot be made; nothing was sent.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(USAGE, message)
    }

    /// The server refused the call, or the existing files prevent it: something is missing, exists
    /// already, or is a file where a folder is needed.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(REFUSED, message)
    }

    /// The server was not reached.
    pub fn unreached(message: impl Into<String>) -> Self {
        Self::new(UNREACHED, message)
    }

    /// A local file failed.
    pub fn local(what: impl fmt::Display, error: &io::Error) -> Self {
        let failed = Self::new(local_status(error), format!("{what}: {error}"));
        Self { tip: local_tip(error).map(str::to_owned), ..failed }
    }

    /// The file of the key pairs cannot be read or written.
    pub(super) fn key_pairs(error: impl fmt::Display) -> Self {
        Self::new(LOCAL, format!("the key pairs: {error}"))
    }

    /// Sets the advice.
    #[must_use]
    pub fn tip(mut self, tip: impl Into<String>) -> Self {
        self.tip = Some(tip.into());
        self
    }

    /// Some of many pieces of work failed, which have been reported already: only the exit status is
    /// left, which is that of the gravest failure.
    pub fn reported(status: u8) -> Self {
        Self::new(status, "")
    }

    /// Replaces the message by one that says more.
    #[must_use]
    pub fn message_is(mut self, message: impl Into<String>) -> Self {
        self.message = message.into();
        self
    }

    /// Puts what the work was in front of the message.
    #[must_use]
    pub fn about(mut self, what: impl fmt::Display) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    /// Names the user, if the failure is a right that the user lacks.
    #[must_use]
    pub(super) fn of_user(mut self, user: impl FnOnce() -> Option<String>) -> Self {
        let is_right = |error: &Error| error.kind() == ErrorKind::Forbidden;
        if self.error.as_deref().is_some_and(is_right)
            && let Some(user) = user()
        {
            self.message = format!("{} (user `{user}`)", self.message);
        }
        self
    }

    /// Returns the exit status.
    pub fn status(&self) -> u8 {
        self.status
    }

    /// Returns the exit status of one failure of many: 2 promises that nothing was done, which then
    /// is not known.
    pub fn status_among_others(&self) -> u8 {
        if self.status == USAGE { REFUSED } else { self.status }
    }

    /// Returns whether the server may have changed something although the call failed: it was called.
    pub fn may_have_changed_something(&self) -> bool {
        let is_denied = |error: &Error| error.kind() == ErrorKind::Forbidden;
        let is_denied = self.error.as_deref().is_some_and(is_denied);
        matches!(self.status, REFUSED | UNREACHED) && !is_denied
    }

    /// Returns the message.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Adds advice if the failure is one of the kinds that bindings of another release cause, and the
    /// server is of another release.
    pub(super) async fn compared(self, pydio: &Pydio) -> Self {
        let Some(error) = &self.error else { return self };
        if !matches!(
            error.kind(),
            ErrorKind::UnknownAction | ErrorKind::Malformed | ErrorKind::Empty
        ) {
            return self;
        }
        match pydio.diagnose(error).await {
            Ok(diagnosis @ Diagnosis::OtherRelease { .. }) => self.tip(diagnosis.to_string()),
            // The server does not tell its release, or is not reached.
            _ => self,
        }
    }

    /// Prints the message and returns the exit status. Prints nothing if standard output is closed.
    pub fn report(&self) -> ExitCode {
        let (red, green, end) = match is_plain(&io::stderr()) {
            true => ("", "", ""),
            false => ("\x1b[1;31m", "\x1b[32m", "\x1b[0m"),
        };
        if !self.message.is_empty() {
            say(format_args!("{red}error:{end} {}", print::shown_lines(&self.message)));
        }
        if !self.partial.is_empty() {
            say(format_args!("done before that:\n{}", self.partial.trim_end()));
        }
        if let Some(tip) = &self.tip {
            say(format_args!("\n  {green}tip:{end} {tip}"));
        }
        ExitCode::from(self.status)
    }

    /// The reader closed standard output: there is nothing to print.
    pub fn closed() -> Self {
        Self::new(0, "")
    }

    /// Returns whether the reader closed standard output.
    pub fn is_closed(&self) -> bool {
        self.status == 0
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl StdError for Failed {}

impl From<Error> for Failed {
    fn from(error: Error) -> Self {
        let status = match error.kind() {
            ErrorKind::Config | ErrorKind::InvalidRequest => USAGE,
            ErrorKind::KeyPairStore => LOCAL,
            ErrorKind::LocalFile => local_cause(&error).map_or(LOCAL, local_status),
            _ if error.may_be_done() => UNREACHED,
            _ => REFUSED,
        };
        let partial = error.partial().map(print::envelope_lines).unwrap_or_default();
        let tip = tip(&error).map(str::to_owned);
        let message = error.to_string();
        Self { status, message, tip, partial, error: Some(Box::new(error)) }
    }
}

impl From<LoginError> for Failed {
    fn from(error: LoginError) -> Self {
        Error::from(error).into()
    }
}

fn local_cause(error: &Error) -> Option<&io::Error> {
    error.cause()?.downcast_ref()
}

/// Returns the status for a local file: it exists already, it is of another kind than needed, or it
/// cannot be read or written.
fn local_status(error: &io::Error) -> u8 {
    use io::ErrorKind::{AlreadyExists, IsADirectory, NotADirectory};
    match error.kind() {
        AlreadyExists | IsADirectory | NotADirectory => REFUSED,
        _ => LOCAL,
    }
}

/// Returns advice for a local file whose error says little.
fn local_tip(error: &io::Error) -> Option<&'static str> {
    use io::ErrorKind::{
        IsADirectory, NotADirectory, PermissionDenied, ReadOnlyFilesystem, StorageFull,
    };
    Some(match error.kind() {
        IsADirectory => "a file is needed there, and it is a folder: choose another path",
        NotADirectory => {
            "it, or a part of its path, is a file where a folder is needed: choose another path, or \
             move that file away"
        }
        PermissionDenied => "the local account that runs this program lacks the right",
        ReadOnlyFilesystem => "choose a path on a file system that can be written",
        StorageFull => "free space on that file system, and run the command again",
        _ => return None,
    })
}

/// Returns advice for an error, unless the error itself contains it.
fn tip(error: &Error) -> Option<&'static str> {
    let says = |text: &str| error.message().contains(text);
    Some(match error.kind() {
        ErrorKind::BadCredentials if says("in front of Pydio") => {
            "reach Pydio past that server, or configure it to let these addresses through: it \
             requires its own password"
        }
        ErrorKind::BadCredentials if says("key pair") => {
            "if a new pair is also refused, pass the address that the server itself sees as \
             `--url`, or omit `--keystore`"
        }
        ErrorKind::BadCredentials => {
            "check `--user` and the password (`--password-file`, PYDIO_PASSWORD); three failures \
             lock out the address for a while. If the web page accepts the same password, the \
             web server does not pass it to the API: add `--session`, or `--keystore FILE \
             --pair-on-session`"
        }
        ErrorKind::Forbidden if error.status() != Some(401) => {
            "the user lacks this right; an administrator can grant it"
        }
        ErrorKind::Forbidden => {
            "`pydio v2 user-account userWorkspaces` lists the workspaces of the user (Pydio 6.5.1 or \
             newer); after three failed logins, wait a while or log in with a browser"
        }
        ErrorKind::UnknownWorkspace => {
            "names are case-sensitive; `pydio v2 user-account userWorkspaces` lists the \
             workspaces (Pydio 6.5.1 or newer)"
        }
        ErrorKind::UnknownAction => {
            "the plugin may not be active in that workspace (`settings` is the one of the \
             administration), or REST may not reach the action: try `--session`"
        }
        ErrorKind::AuthenticationRequired => {
            "log in: check `--user` and the password (`--password-file`, PYDIO_PASSWORD)"
        }
        ErrorKind::CaptchaRequired => {
            "call it on a terminal, which prompts for the text of the picture, or without \
             `--session`; a login with a browser from this address also fixes it"
        }
        ErrorKind::Transport if error.status().is_some() => return None,
        ErrorKind::Transport => hidden::certificate_advice(error).unwrap_or(
            "check `--url` (http or https, the name, the port), and whether a browser reaches it",
        ),
        ErrorKind::UnexpectedContentType if says("routes of another prefix") => {
            "delete `data/cache/plugins_*routes*.php` on the server, or use the previous prefix"
        }
        ErrorKind::UnexpectedContentType if says("%2F") => {
            "add `--session`, which has no such paths"
        }
        ErrorKind::UnexpectedContentType => {
            "`--url` is the address of the web interface, with its prefix if it has one; if it is \
             correct, the web server does not route this call to Pydio: add `--session`"
        }
        ErrorKind::InvalidToken if says("post_max_size") => {
            "`--part-size BYTES` of `v1 access.fs upload` sets the size of one request"
        }
        ErrorKind::Status => match error.status()? {
            413 => "`--part-size BYTES` of `v1 access.fs upload` sets the size of one request",
            500 if says("mod_fcgid") => "`--part-size 100000` of an upload stays below that limit",
            405 | 501 => {
                "`--url` is the address of the web interface, with its prefix if it has one: what \
                 answers there may not be Pydio"
            }
            502 | 504 => {
                "a proxy gave up waiting for the server, which may continue: check whether the \
                 work is done before you try again"
            }
            _ => return None,
        },
        ErrorKind::LocalFile => local_tip(local_cause(error)?)?,
        ErrorKind::Redirected => "pass the address that it redirects to as `--url`",
        _ => return None,
    })
}
