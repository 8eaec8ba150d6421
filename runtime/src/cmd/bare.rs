//! Reads the output of the console of 6.0 to 6.4: the bare response of the action, nothing if there
//! is no such action, and failures as uncaught exceptions of PHP.

use super::run::{Run, first_words};
use crate::{
    response::{Response, reported, server_error, unknown_action},
    types::{Error, ErrorKind},
};

/// The exceptions for a workspace that does not exist, or that the user may not enter: of 6.2 to 6.4
/// (measured on 6.4.2), and of 6.0 (measured on 6.0.8).
const NO_WORKSPACE: [&str; 2] = [
    "Trying to switch to an unauthorized repository",
    "Call to a member function getAccessType() on null",
];

/// The beginning of the response to a login that is refused. The console then calls as a guest.
const REFUSED: &[u8] = b"<tree ><logging_result ";

impl Run<'_> {
    /// Returns the response of the action.
    pub(super) async fn bare_response(&self) -> Result<Response, Error> {
        let printed = self.stdout.trim_ascii();
        if is_login_refused(printed) {
            let message = "the command line does not accept the login and password";
            return Err(Error::new(ErrorKind::BadCredentials, self.failure(message)));
        }
        if !self.exit.success() {
            return Err(self.bare_failure(printed).await);
        }
        if printed.is_empty() && self.origin.endpoint.response.is_never_empty() {
            let text = "the command line printed nothing, as for an action that does not exist \
                        or is switched off, and on 6.0 for a workspace that the user may not enter";
            return Err(unknown_action(&self.origin, text));
        }
        Ok(self.response_of(printed))
    }

    /// Returns the failure of a run that did not succeed: its exception, or the report that it
    /// printed.
    async fn bare_failure(&self, printed: &[u8]) -> Error {
        let streams = [&*self.stderr, printed];
        if let Some(message) = streams.into_iter().find_map(exception) {
            let message = self.line.settings.login.redact(&message);
            return match NO_WORKSPACE.contains(&&*message) {
                true => {
                    let message = format!(
                        "{message}: the workspace does not exist, or the user may not \
                                 enter it"
                    );
                    Error::new(ErrorKind::UnknownWorkspace, self.origin.failure(message))
                }
                false => server_error(&self.origin, &message),
            };
        }
        match reported(self.response_of(printed)).await {
            Some(error) => error,
            None => self.unsuccessful(streams.into_iter().find_map(first_words)),
        }
    }
}

fn is_login_refused(printed: &[u8]) -> bool {
    let root = match printed.strip_prefix(b"<?xml") {
        Some(declared) => declared.splitn(2, |byte| *byte == b'>').nth(1).unwrap_or_default(),
        None => printed,
    };
    root.trim_ascii_start().starts_with(REFUSED)
}

/// Returns the message of an uncaught exception, as PHP 7 and 5 print it.
fn exception(printed: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(printed);
    let (_, thrown) = text.split_once("Uncaught ")?;
    let thrown = thrown.split("\nStack trace:").next()?;
    let (thrown, _place) = thrown.rsplit_once(" in ")?;
    let message = match thrown.split_once("' with message '") {
        Some((_, message)) => message.trim_end_matches('\''),
        None => thrown.split_once(": ")?.1,
    };
    Some(message.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::{exception, is_login_refused};

    #[test]
    fn an_uncaught_exception_has_its_message() {
        for (printed, message) in [
            (
                "PHP Fatal error:  Uncaught AJXP_Exception: Cannot find file /absent in \
                 /var/www/pydio/plugins/access.fs/class.fsAccessDriver.php:507\nStack trace:\n#0 x",
                "Cannot find file /absent",
            ),
            (
                "\nFatal error: Uncaught exception 'Exception' with message 'not in here: it's' in \
                 /p/a.php:3\nStack trace:\n#0 {main}",
                "not in here: it's",
            ),
        ] {
            assert_eq!(exception(printed.as_bytes()).as_deref(), Some(message));
        }
        for printed in ["", "PHP Fatal error:  Allowed memory size exhausted in /a.php on line 3"] {
            assert_eq!(exception(printed.as_bytes()), None);
        }
    }

    #[test]
    fn a_refused_login_is_seen_at_the_beginning_only() {
        let tree = r#"<tree ><logging_result value="-1"/></tree>"#;
        let declared = format!(r#"<?xml version="1.0" encoding="UTF-8"?>{tree}"#);
        assert!(is_login_refused(tree.as_bytes()) && is_login_refused(declared.as_bytes()));
        assert!(!is_login_refused(format!("<tree ><message/></tree>{tree}").as_bytes()));
        assert!(!is_login_refused(b"") && !is_login_refused(b"<?xml"));
    }
}
