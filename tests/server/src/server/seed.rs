//! What a test puts on a server before its program runs, and looks at afterwards.

use std::net::{IpAddr, Ipv4Addr};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method,
    header::{AUTHORIZATION, CONTENT_TYPE},
};

use super::{Server, lock};
use crate::{
    Seen,
    keystore::Pair,
    login,
    people::User,
    php::raw_url_encode,
    roles::Role,
    workspaces::{DESCRIPTION, Workspace},
};

impl Server {
    /// Puts a file and its parent folders on the disk of a workspace. The personal workspace of a
    /// user is `my-files/alice`.
    ///
    /// U+FFFD in a name stands for a byte that is not UTF-8: XML then has that byte and is
    /// ill-formed, and a response in JSON is empty.
    pub fn put(&self, workspace: &str, path: &str, content: impl AsRef<[u8]>) {
        self.seed(workspace, path, Some(content.as_ref()));
    }

    /// Bypasses Pydio, which records no change.
    fn seed(&self, workspace: &str, path: &str, content: Option<&[u8]>) {
        let mut world = lock(&self.shared.world);
        let disk = world.disk(workspace);
        disk.seed(path, content);
        disk.take_changes();
    }

    /// Changes a file on the disk of a workspace without Pydio, whose cache keeps reporting the
    /// previous state unless caching is off: see [`Builder::caches_stats`](crate::Builder::caches_stats).
    pub fn change_past(&self, workspace: &str, path: &str, content: impl AsRef<[u8]>) {
        let before = lock(&self.shared.world).disk(workspace).get(path).cloned();
        self.put(workspace, path, content);
        let mut world = lock(&self.shared.world);
        if let (Some(before), true) = (before, world.settings.caches_stats) {
            world.disk(workspace).keep_cached(path, before);
        }
    }

    /// Removes a file or folder from the disk of a workspace without Pydio, whose shares and metadata
    /// of it stay.
    pub fn remove_past(&self, workspace: &str, path: &str) {
        let mut world = lock(&self.shared.world);
        let disk = world.disk(workspace);
        disk.remove(path);
        disk.take_changes();
    }

    /// Removes the workspace of a share, by the hash of the share, whose record stays.
    pub fn orphan_share(&self, hash: &str) {
        if let Some(share) = lock(&self.shared.world).shares.by_hash_mut(hash) {
            share.repository.clear();
        }
    }

    /// Makes a file on the disk of a workspace one that the server may only read.
    pub fn write_protect(&self, workspace: &str, path: &str) {
        if let Some(node) = lock(&self.shared.world).disk(workspace).get_mut(path) {
            node.mode = 0o444;
        }
    }

    /// Puts a folder and its parent folders on the disk of a workspace.
    pub fn folder(&self, workspace: &str, path: &str) {
        self.seed(workspace, path, None);
    }

    /// Returns the content of a file on the disk of a workspace; `None` if it does not exist.
    pub fn content(&self, workspace: &str, path: &str) -> Option<Vec<u8>> {
        lock(&self.shared.world).disk(workspace).content(path).map(<[u8]>::to_vec)
    }

    /// Returns whether a file or folder exists on the disk of a workspace.
    pub fn has(&self, workspace: &str, path: &str) -> bool {
        lock(&self.shared.world).disk(workspace).get(path).is_some()
    }
}

impl Server {
    /// Resets the disk of a workspace to its state before the first access: the first listing shows
    /// its recycle bin as an ordinary folder.
    pub fn untouched(&self, workspace: &str) {
        lock(&self.shared.world).disk(workspace).is_untouched = true;
    }

    /// Adds a user with only the default rights.
    pub fn add_user(&self, login: &str, password: &str) {
        let user = User::new(login, password);
        lock(&self.shared.world).people.users.insert(login.to_owned(), user);
    }

    /// Sets a user's right in a workspace, by its slug: `r`, `w`, `rw`, or nothing. Administrators
    /// have all rights. Does nothing if the user or workspace does not exist.
    pub fn grant(&self, login: &str, workspace: &str, right: &str) {
        let mut world = lock(&self.shared.world);
        let Some(id) = world.workspaces.named(workspace).map(|found| found.id.clone()) else {
            return;
        };
        if let Some(own) = world.people.role_mut(&format!("AJXP_USR_/{login}")) {
            own.acl.insert(id, right.to_owned());
        }
    }

    /// Adds an empty file workspace with this slug, which only administrators may enter: see
    /// [`Self::grant`]. If the slug is taken, appends a number to it.
    pub fn add_workspace(&self, slug: &str) {
        let mut world = lock(&self.shared.world);
        let id = world.ids.hex(32);
        let workspace = Workspace {
            is_editable: true,
            description: DESCRIPTION.to_owned(),
            ..Workspace::new(&id, slug, slug)
        };
        world.workspaces.add(workspace.with_usual_features());
    }

    /// Locks a user: completely with `logout`, until they change their password with `pass_change`.
    pub fn lock_user(&self, login: &str, kind: &str) {
        if let Some(user) = lock(&self.shared.world).people.users.get_mut(login) {
            user.lock = Some(kind.to_owned());
        }
    }

    /// Changes a password, which revokes the key pairs of the user.
    pub fn set_password(&self, login: &str, password: &str) {
        let mut world = lock(&self.shared.world);
        world.keystore.revoke(login, None);
        if let Some(user) = world.people.users.get_mut(login) {
            password.clone_into(&mut user.password);
        }
    }

    /// Adds a given key pair.
    pub fn add_pair(&self, login: &str, device: &str, token: &str, secret: &str) {
        let pair = Pair {
            login: login.to_owned(),
            secret: secret.to_owned(),
            device: Some(device.to_owned()),
            agent: String::new(),
            address: String::new(),
        };
        lock(&self.shared.world).keystore.add(token.to_owned(), pair);
    }

    /// Returns the valid key pairs, as `login/device`.
    pub fn key_pairs(&self) -> Vec<String> {
        let world = lock(&self.shared.world);
        let pairs = world.keystore.pairs.values();
        let device = |pair: &Pair| pair.device.clone().unwrap_or_default();
        let mut pairs: Vec<_> =
            pairs.map(|pair| format!("{}/{}", pair.login, device(pair))).collect();
        pairs.sort();
        pairs
    }

    /// Revokes all key pairs of a user.
    pub fn revoke_pairs(&self, login: &str) {
        lock(&self.shared.world).keystore.revoke(login, None);
    }

    /// Adds a group, by its path such as `/staff/paris`.
    pub fn add_group(&self, path: &str, label: &str) {
        lock(&self.shared.world).people.groups.insert(path.to_owned(), label.to_owned());
    }

    /// Moves a user into a group. Does nothing if there is no such user.
    pub fn set_group(&self, login: &str, path: &str) {
        let mut world = lock(&self.shared.world);
        if let Some(user) = world.people.users.get_mut(login) {
            path.clone_into(&mut user.group);
            world.people.forget(login);
        }
    }

    /// Adds a role with rights in workspaces, by their slugs: `r`, `w` or `rw`. Workspaces that do not
    /// exist are ignored.
    pub fn add_role(&self, name: &str, rights: &[(&str, &str)]) {
        let mut world = lock(&self.shared.world);
        let mut role = Role::new(&[], &[("ROLE_DISPLAY_NAME", name)]);
        for (workspace, right) in rights {
            let found = world.workspaces.named(workspace).map(|found| found.id.clone());
            role.acl.extend(found.map(|id| (id, (*right).to_owned())));
        }
        world.people.roles.insert(name.to_owned(), role);
    }

    /// Assigns a role to a user. Does nothing if there is no such user.
    pub fn assign_role(&self, login: &str, role: &str) {
        let mut world = lock(&self.shared.world);
        if let Some(user) = world.people.users.get_mut(login) {
            user.set_role(role.to_owned(), true);
            world.people.forget(login);
        }
    }

    /// Runs an action as a user, like a `POST` to REST v1 that is not recorded and meets no fault, and
    /// returns the body: for what has no function of its own, such as shares, metadata and tasks.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use pydio_test_server::{Server, Version};
    ///
    /// let server = Server::start(Version::V8_2).await?;
    /// server.put("common", "/a.txt", "hello");
    /// let share = [("sub_action", "create_minisite"), ("file", "/a.txt"), ("create_guest_user", "true")];
    /// let link = server.run("alice", "common", "share", &share).unwrap();
    /// assert!(link.contains("/public/"), "{link}");
    /// assert!(server.seen().is_empty());
    ///
    /// let refused = server.run("bob", "common", "mkdir", &[("dir", "/"), ("dirname", "new")]);
    /// assert!(refused.unwrap_err().contains("no write permission"));
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the body if it reports a failure, and says so if there is no such user.
    pub fn run(
        &self,
        login: &str,
        workspace: &str,
        action: &str,
        parameters: &[(&str, &str)],
    ) -> Result<String, String> {
        let mut world = lock(&self.shared.world);
        let Some(user) = world.people.users.get(login) else {
            return Err(format!("there is no user {login:?}"));
        };
        let basic = login::header(login, &user.password);
        let prefix = world.settings.prefix.clone();
        let encoded = |(name, value): &(&str, &str)| {
            format!("{}={}", raw_url_encode(name), raw_url_encode(value))
        };
        let form = parameters.iter().map(encoded).collect::<Vec<_>>().join("&");
        let mut headers = HeaderMap::new();
        headers.extend(HeaderValue::try_from(basic).ok().map(|value| (AUTHORIZATION, value)));
        let media_type = "application/x-www-form-urlencoded";
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        let seen = Seen {
            method: Method::POST,
            target: format!(
                "{prefix}/api/{}/{}/",
                raw_url_encode(workspace),
                raw_url_encode(action)
            ),
            headers,
            body: Bytes::from(form),
        };
        let reply = world.answer(&seen, IpAddr::V4(Ipv4Addr::LOCALHOST));
        let body = String::from_utf8_lossy(&reply.body).into_owned();
        let has_failed = reply.status >= 400
            || body.contains("<message type=\"ERROR\">")
            || body.contains("<require_auth/>");
        if has_failed { Err(body) } else { Ok(body) }
    }
}
