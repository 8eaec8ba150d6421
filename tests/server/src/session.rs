//! Sessions of the web interface: the user, the tokens, and the workspace.

use std::collections::BTreeMap;

/// The sessions of a server.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    /// By the value of the cookie.
    open: BTreeMap<String, Session>,
    /// The remembered users, by the value of the other cookie.
    pub(crate) remembered: BTreeMap<String, String>,
}

/// A session, initially without a user.
#[derive(Clone, Debug, Default)]
pub(crate) struct Session {
    pub(crate) login: Option<String>,
    /// All issued tokens. Once there is one, every action requires one of them.
    pub(crate) tokens: Vec<String>,
    /// The id of the workspace that actions run in.
    pub(crate) workspace: Option<String>,
    /// The seed for hashing the next password.
    pub(crate) seed: Option<String>,
    /// The text of the captcha that was shown.
    pub(crate) captcha: Option<String>,
    /// Downloads in parts, by their id.
    pub(crate) downloads: BTreeMap<String, Download>,
}

/// A file that is downloaded in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Download {
    pub(crate) path: String,
    pub(crate) parts: usize,
}

impl Sessions {
    /// Returns the session of a cookie, and creates it if necessary.
    pub(crate) fn get(&mut self, cookie: &str) -> &mut Session {
        self.open.entry(cookie.to_owned()).or_default()
    }

    /// Moves a session to another cookie.
    pub(crate) fn rename(&mut self, old: &str, new: &str) {
        if let Some(session) = self.open.remove(old) {
            self.open.insert(new.to_owned(), session);
        }
    }

    /// Ends a session.
    pub(crate) fn end(&mut self, cookie: &str) {
        self.open.remove(cookie);
    }

    /// Expires all sessions. Remembered users stay remembered.
    pub(crate) fn expire(&mut self) {
        self.open.clear();
    }

    /// Invalidates all tokens issued so far.
    pub(crate) fn void_tokens(&mut self) {
        for token in self.open.values_mut().flat_map(|session| &mut session.tokens) {
            token.insert(0, '-');
        }
    }

    /// Returns the text of the last captcha.
    pub(crate) fn captcha(&self) -> Option<String> {
        self.open.values().find_map(|session| session.captcha.clone())
    }
}
