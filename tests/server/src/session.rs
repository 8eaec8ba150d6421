//! Sessions of the web interface: who is logged in, with which tokens, and in which workspace.

use std::collections::BTreeMap;

/// What a server remembers of its sessions.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    /// By the value of the cookie.
    open: BTreeMap<String, Session>,
    /// Who is remembered, by the value of the other cookie.
    pub(crate) remembered: BTreeMap<String, String>,
}

/// A session; nobody is logged in at first.
#[derive(Clone, Debug, Default)]
pub(crate) struct Session {
    pub(crate) login: Option<String>,
    /// All tokens that were given out. Once there is one, every action needs one of them.
    pub(crate) tokens: Vec<String>,
    /// The id of the workspace that actions run in.
    pub(crate) workspace: Option<String>,
    /// What the next password is hashed with.
    pub(crate) seed: Option<String>,
    /// What is written on the picture that was shown.
    pub(crate) captcha: Option<String>,
    /// Files that are downloaded in parts, by the id of the download.
    pub(crate) downloads: BTreeMap<String, Download>,
}

/// A file that is downloaded in parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Download {
    pub(crate) path: String,
    pub(crate) parts: usize,
}

impl Sessions {
    /// The session of a cookie, which begins when there is none.
    pub(crate) fn get(&mut self, cookie: &str) -> &mut Session {
        self.open.entry(cookie.to_owned()).or_default()
    }

    /// Gives a session another cookie.
    pub(crate) fn rename(&mut self, old: &str, new: &str) {
        if let Some(session) = self.open.remove(old) {
            self.open.insert(new.to_owned(), session);
        }
    }

    /// Ends a session.
    pub(crate) fn end(&mut self, cookie: &str) {
        self.open.remove(cookie);
    }

    /// Ends all sessions, as time does. Those who are remembered still are.
    pub(crate) fn expire(&mut self) {
        self.open.clear();
    }

    /// Takes none of the tokens any more that were given out so far.
    pub(crate) fn void_tokens(&mut self) {
        for token in self.open.values_mut().flat_map(|session| &mut session.tokens) {
            token.insert(0, '-');
        }
    }

    /// What is written on the picture that was shown last.
    pub(crate) fn captcha(&self) -> Option<String> {
        self.open.values().find_map(|session| session.captcha.clone())
    }
}
