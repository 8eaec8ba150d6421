//! Many of something at once, and what happens to a server between two calls.

use super::{Server, lock};
use crate::{
    node::Comment,
    shares::{Kind, Share},
};

impl Server {
    /// Shares a file of a workspace through a public link of this user, and returns the hash of the
    /// link. Does nothing but that: no event, no guest.
    pub fn add_link(&self, workspace: &str, path: &str, owner: &str) -> String {
        let mut world = lock(&self.shared.world);
        let id = world.workspaces.named(workspace).map(|found| found.id.clone());
        // Longer than that of a link, so that thousands differ.
        let (hash, repository) = (world.ids.hex(12), world.ids.hex(32));
        let guest = world.ids.hex(8);
        world.shares.add(Share {
            hash: hash.clone(),
            kind: Kind::Link,
            owner: owner.to_owned(),
            workspace: id.unwrap_or_default(),
            disk: workspace.to_owned(),
            path: path.to_owned(),
            is_file: true,
            repository,
            label: path.rsplit('/').next().unwrap_or_default().to_owned(),
            description: String::new(),
            password: None,
            expires: None,
            download_limit: None,
            downloads: 0,
            entries: vec![(guest, "r".to_owned())],
            is_view_only: false,
            targets: Vec::new(),
            is_watched: false,
            is_listed: true,
        });
        hash
    }

    /// Adds comments on a node, all of this author, each with its number as text. Their times are
    /// this many seconds apart: the server joins those of one minute.
    pub fn add_comments(&self, workspace: &str, path: &str, author: &str, count: u64, apart: i64) {
        let mut world = lock(&self.shared.world);
        let begin = world.clock.now();
        let disk = world.disk(workspace);
        // No two comments of a server have one number.
        let mut last = 0;
        if let Some(root) = disk.get("/") {
            root.walk("/", &mut |_, node| {
                last = node.notes.comments.iter().map(|comment| comment.id).fold(last, u64::max);
            });
        }
        let Some(node) = disk.get_mut(path) else { return };
        let first = last + 1;
        node.notes.comments.extend((first..first + count).zip(1..).map(|(id, step)| Comment {
            id,
            date: begin + step * apart,
            author: author.to_owned(),
            content: id.to_string(),
        }));
    }

    /// Removes a user, as an administrator would.
    pub fn remove_user(&self, login: &str) {
        lock(&self.shared.world).people.users.remove(login);
    }

    /// Forgets all changes of all workspaces, as when the database of the server is recreated: their
    /// numbers begin again.
    pub fn forget_changes(&self) {
        lock(&self.shared.world).journal.forget();
    }
}
