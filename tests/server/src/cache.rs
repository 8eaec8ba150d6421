//! The users and their roles in the server's cache (APCu), which may be outdated.

use std::{
    collections::BTreeMap,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::roles::Role;

/// The cached users, and the times of role changes.
///
/// Times are whole seconds of the real clock, as on a real server. A user is read again if one of
/// their roles was written in a later second than the user was cached; in the same second, and
/// after a role is deleted, the cached data stays valid indefinitely.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    users: BTreeMap<String, Cached>,
    written: BTreeMap<String, u64>,
}

#[derive(Debug)]
struct Cached {
    at: u64,
    roles: Vec<(String, Role)>,
}

impl Cache {
    /// Returns the cached roles of a user, in ascending priority.
    pub(crate) fn roles(&self, login: &str) -> Option<&[(String, Role)]> {
        self.users.get(login).map(|cached| &*cached.roles)
    }

    /// Records that a role was written.
    pub(crate) fn wrote(&mut self, role: &str) {
        self.written.insert(role.to_owned(), now());
    }

    /// Caches a user with these roles, unless the cached entry is still valid.
    pub(crate) fn load(&mut self, login: &str, roles: Vec<(String, Role)>) {
        let counts = self.users.get(login).is_some_and(|cached| {
            let mut written = cached.roles.iter().filter_map(|(name, _)| self.written.get(name));
            written.all(|at| *at <= cached.at)
        });
        if !counts {
            self.users.insert(login.to_owned(), Cached { at: now(), roles });
        }
    }

    /// Records that a user with these roles was written. Roles that are already cached stay
    /// unchanged, even those that no longer exist.
    pub(crate) fn saved(
        &mut self,
        login: &str,
        roles: Vec<(String, Role)>,
        exists: impl Fn(&str) -> bool,
    ) {
        let is_in = |roles: &[(String, Role)], name: &str| roles.iter().any(|(own, _)| own == name);
        let mut kept = self.users.remove(login).map(|user| user.roles).unwrap_or_default();
        kept.retain(|(name, _)| !exists(name) || is_in(&roles, name));
        for (name, role) in roles {
            if !is_in(&kept, &name) {
                kept.push((name, role));
            }
        }
        self.users.insert(login.to_owned(), Cached { at: now(), roles: kept });
    }

    /// Removes a user who was deleted or moved.
    pub(crate) fn forget(&mut self, login: &str) {
        self.users.remove(login);
    }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs())
}
