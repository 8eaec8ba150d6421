//! Users, groups, teams and roles, and their rights.

use std::collections::BTreeMap;

use crate::{
    cache::Cache,
    login::{ADMIN, ALICE, Account, BOB},
    names::{base, parent},
    roles::{self, Role},
    workspaces::{COMMON_ID, Driver, Workspace},
};

/// All users, groups, teams and roles of a server.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) users: BTreeMap<String, User>,
    /// Labels of groups by their path: `/staff/paris`.
    pub(crate) groups: BTreeMap<String, String>,
    pub(crate) roles: BTreeMap<String, Role>,
    /// Teams by id.
    pub(crate) teams: BTreeMap<String, Team>,
    /// The cached users, on a server that has a cache.
    pub(crate) cache: Option<Cache>,
    /// The keys for new passwords, and the users to whom they were issued.
    pub(crate) reset_keys: BTreeMap<String, String>,
    /// Whether a role was saved without `APPLIES`, after which no request can load its user.
    pub(crate) is_broken: bool,
}

/// A user.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) login: String,
    pub(crate) password: String,
    /// The path of their group: `/` for users without one.
    pub(crate) group: String,
    /// `standard`, `admin` or `shared`.
    pub(crate) profile: String,
    /// The names of the roles assigned to them.
    pub(crate) roles: Vec<String>,
    /// Their personal role.
    pub(crate) own: Role,
    /// A pending restriction: `logout` or `pass_change`.
    pub(crate) lock: Option<String>,
    pub(crate) preferences: BTreeMap<String, String>,
    pub(crate) bookmarks: Vec<Bookmark>,
    /// The user who created them to share with; nobody else sees them.
    pub(crate) parent: Option<String>,
    pub(crate) last_connection: Option<i64>,
    /// What they chose for WebDAV.
    pub(crate) webdav: WebDav,
    /// The times when they opened workspaces other than the session's, by id.
    pub(crate) visited: BTreeMap<String, i64>,
}

/// A user's access over WebDAV.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct WebDav {
    /// `None` before the first choice.
    pub(crate) is_active: Option<bool>,
    pub(crate) has_password: bool,
}

/// A bookmark on a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bookmark {
    pub(crate) workspace: String,
    pub(crate) path: String,
    pub(crate) title: String,
}

/// A named set of users in a user's address book.
#[derive(Clone, Debug)]
pub(crate) struct Team {
    pub(crate) owner: String,
    pub(crate) label: String,
    pub(crate) users: Vec<String>,
}

impl User {
    pub(crate) fn new(login: &str, password: &str) -> Self {
        Self {
            login: login.to_owned(),
            password: password.to_owned(),
            group: "/".to_owned(),
            profile: "standard".to_owned(),
            roles: Vec::new(),
            own: Role::default(),
            lock: None,
            preferences: BTreeMap::new(),
            bookmarks: Vec::new(),
            parent: None,
            last_connection: None,
            webdav: WebDav::default(),
            visited: BTreeMap::new(),
        }
    }

    fn seed(account: &Account, own: Role) -> Self {
        Self { own, ..Self::new(account.login, account.password) }
    }

    pub(crate) fn is_admin(&self) -> bool {
        self.profile == "admin"
    }

    /// Returns the name that others see.
    pub(crate) fn label(&self) -> &str {
        self.own.parameter("USER_DISPLAY_NAME").unwrap_or(&self.login)
    }

    pub(crate) fn is_locked_out(&self) -> bool {
        self.lock.as_deref() == Some("logout")
    }

    /// Returns whether the user first has to accept the disclaimer or change the password. Measured with
    /// both, the second on 7.0.4 and 8.2.5.
    pub(crate) fn is_held_up(&self) -> bool {
        matches!(self.lock.as_deref(), Some("validate_disclaimer" | "pass_change"))
    }

    /// Adds a role as the last one, or removes it.
    pub(crate) fn set_role(&mut self, role: String, adds: bool) {
        self.roles.retain(|known| *known != role);
        if adds {
            self.roles.push(role);
        }
    }
}

impl Default for People {
    fn default() -> Self {
        let named = |name| Role::new(&[], &[("USER_DISPLAY_NAME", name)]);
        let alice_acl = [("0", "rw"), (COMMON_ID, "rw")];
        let alice_conf = [("email", "alice@example.com"), ("USER_DISPLAY_NAME", "Alice Doe")];
        let admin = User::seed(&ADMIN, named("Administrator"));
        let users = [
            User { profile: "admin".to_owned(), ..admin },
            User::seed(&ALICE, Role::new(&alice_acl, &alice_conf)),
            User::seed(&BOB, Role::new(&[(COMMON_ID, "r")], &[])),
        ];
        Self {
            users: users.into_iter().map(|user| (user.login.clone(), user)).collect(),
            groups: BTreeMap::new(),
            roles: roles::seeds(),
            teams: BTreeMap::new(),
            cache: None,
            reset_keys: BTreeMap::new(),
            is_broken: false,
        }
    }
}

impl People {
    /// Merges all roles of a user into one.
    pub(crate) fn merged(&self, user: &User) -> Role {
        let mut merged = Role::default();
        match self.cache.as_ref().and_then(|cache| cache.roles(&user.login)) {
            Some(roles) => roles.iter().for_each(|(_, role)| merged.overlay(role)),
            None => self.held(user).for_each(|(_, role)| merged.overlay(role)),
        }
        merged.overlay(&user.own);
        merged
    }

    /// Returns the roles that a user has in addition to the personal one, in ascending priority.
    fn held(&self, user: &User) -> impl Iterator<Item = (String, &Role)> {
        let groups = ancestors(&user.group).map(|path| format!("AJXP_GRP_{path}"));
        let names = groups.chain(user.roles.iter().cloned());
        names.filter_map(|name| self.roles.get(&name).map(|role| (name, role)))
    }

    fn copies(&self, login: &str) -> Vec<(String, Role)> {
        let held = self.users.get(login).into_iter().flat_map(|user| self.held(user));
        held.map(|(name, role)| (name, role.clone())).collect()
    }

    /// Loads a user, as every request does.
    pub(crate) fn load(&mut self, login: &str) {
        let roles = self.copies(login);
        if let Some(cache) = &mut self.cache {
            cache.load(login, roles);
        }
    }

    /// Removes a deleted or moved user from the cache.
    pub(crate) fn forget(&mut self, login: &str) {
        if let Some(cache) = &mut self.cache {
            cache.forget(login);
        }
    }

    /// Records that an administrator saved a user.
    pub(crate) fn saved(&mut self, login: &str) {
        self.load(login);
        let roles = self.copies(login);
        if let Some(cache) = &mut self.cache {
            cache.saved(login, roles, |name| self.roles.contains_key(name));
        }
    }

    /// Returns a user's right in a workspace: `rw`, `r`, `w` or nothing.
    pub(crate) fn right(&self, user: &User, workspace: &Workspace) -> String {
        if workspace.driver == Driver::Settings || user.is_admin() {
            return if user.is_admin() { "rw" } else { "" }.to_owned();
        }
        self.merged(user).acl.get(&workspace.id).cloned().unwrap_or_default()
    }

    pub(crate) fn may_enter(&self, user: &User, workspace: &Workspace) -> bool {
        self.right(user, workspace).contains(['r', 'w'])
    }

    pub(crate) fn may_write(&self, user: &User, workspace: &Workspace) -> bool {
        self.right(user, workspace).contains('w')
    }

    /// Returns a role by its name, including those of users and groups.
    pub(crate) fn role(&self, name: &str) -> Option<&Role> {
        match name.strip_prefix("AJXP_USR_/") {
            Some(login) => self.users.get(login).map(|user| &user.own),
            None => self.roles.get(name),
        }
    }

    /// Returns a role for writing.
    pub(crate) fn role_mut(&mut self, name: &str) -> Option<&mut Role> {
        match name.strip_prefix("AJXP_USR_/") {
            Some(login) => {
                self.saved(login);
                self.users.get_mut(login).map(|user| &mut user.own)
            }
            None => {
                if let Some(cache) = &mut self.cache {
                    cache.wrote(name);
                }
                self.roles.get_mut(name)
            }
        }
    }

    /// Returns whether a group of that path exists: the database ignores the case.
    pub(crate) fn lists_group(&self, path: &str) -> bool {
        self.groups.keys().any(|group| group.eq_ignore_ascii_case(path))
    }

    /// Returns the groups directly in a group, and in those that differ from it only by case, by
    /// their last name and with their label.
    pub(crate) fn groups_in(&self, path: &str) -> BTreeMap<&str, &str> {
        let groups = self.groups.iter();
        let groups = groups.filter(|(group, _)| parent(group).eq_ignore_ascii_case(path));
        groups.map(|(group, label)| (base(group), &**label)).collect()
    }

    /// Removes a group with its groups and users.
    pub(crate) fn remove_group(&mut self, path: &str) {
        let is_in = |group: &str| group == path || group.starts_with(&format!("{path}/"));
        self.groups.retain(|group, _| !is_in(group));
        self.users.retain(|_, user| !is_in(&user.group));
        self.roles.retain(|name, _| !name.strip_prefix("AJXP_GRP_").is_some_and(is_in));
    }
}

/// Returns a path and its ancestors, the root first.
pub(crate) fn ancestors(path: &str) -> impl Iterator<Item = String> {
    let names: Vec<_> = path.split('/').filter(|name| !name.is_empty()).collect();
    let paths: Vec<_> = (0..=names.len()).map(|n| format!("/{}", names[..n].join("/"))).collect();
    paths.into_iter()
}

#[cfg(test)]
mod tests {
    use crate::Version;

    use super::{People, ancestors};
    use crate::{roles::Role, workspaces::Workspaces};

    #[test]
    fn rights_come_from_groups_roles_and_the_own_role() {
        let mut people = People::default();
        let workspaces = Workspaces::new(Version::V8_2.dialect());
        let right = |people: &People, login: &str, workspace: &str| {
            people.right(&people.users[login], workspaces.named(workspace).unwrap())
        };
        assert_eq!(right(&people, "admin", "settings"), "rw");
        assert_eq!(right(&people, "alice", "common"), "rw");
        assert_eq!(right(&people, "bob", "common"), "r");
        assert_eq!(right(&people, "bob", "default"), "");
        assert_eq!(right(&people, "bob", "my-files"), "rw");
        assert_eq!(right(&people, "bob", "settings"), "");
        people.roles.insert("AJXP_GRP_/staff".into(), Role::new(&[("0", "r")], &[]));
        people.users.get_mut("bob").unwrap().group = "/staff/paris".into();
        assert_eq!(right(&people, "bob", "default"), "r");
        people.roles.insert("more".into(), Role::new(&[("0", "rw")], &[]));
        people.users.get_mut("bob").unwrap().roles.push("more".into());
        assert_eq!(right(&people, "bob", "default"), "rw");
        let default = workspaces.named("default").unwrap();
        assert!(people.may_enter(&people.users["bob"], default));
        let own = &mut people.users.get_mut("bob").unwrap().own;
        own.acl.insert("0".into(), "n".into());
        assert!(!people.may_enter(&people.users["bob"], default));
    }

    #[test]
    fn removing_a_group_removes_its_content() {
        let mut people = People::default();
        people.groups.extend([("/a".into(), "A".into()), ("/a/b".into(), "B".into())]);
        people.groups.insert("/ab".into(), "AB".into());
        people.users.get_mut("bob").unwrap().group = "/a/b".into();
        people.remove_group("/a");
        assert_eq!(people.groups.keys().collect::<Vec<_>>(), ["/ab"]);
        assert!(!people.users.contains_key("bob"));
        assert_eq!(ancestors("/a/b").collect::<Vec<_>>(), ["/", "/a", "/a/b"]);
    }
}
