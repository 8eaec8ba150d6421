//! Shares: through a link, or between users.

use serde_json::{Map, Value, json};

use crate::clock;

/// All shares.
#[derive(Debug, Default)]
pub(crate) struct Shares(Vec<Share>);

/// A shared node.
#[derive(Clone, Debug)]
pub(crate) struct Share {
    /// Its name in the URL of a link, and in lists.
    pub(crate) hash: String,
    pub(crate) kind: Kind,
    pub(crate) owner: String,
    /// The id of the workspace that contains the node.
    pub(crate) workspace: String,
    pub(crate) disk: String,
    pub(crate) path: String,
    pub(crate) is_file: bool,
    /// The id of the workspace created for the share.
    pub(crate) repository: String,
    pub(crate) label: String,
    pub(crate) description: String,
    pub(crate) password: Option<String>,
    /// When it expires.
    pub(crate) expires: Option<i64>,
    pub(crate) download_limit: Option<u64>,
    pub(crate) downloads: u64,
    /// Users with their rights; a link has only its own guest user.
    pub(crate) entries: Vec<(String, String)>,
    /// Whether a link permits no downloads.
    pub(crate) is_view_only: bool,
    /// The people that a link is meant for.
    pub(crate) targets: Vec<String>,
    pub(crate) is_watched: bool,
    /// Whether lists include it.
    pub(crate) is_listed: bool,
}

/// The kind of a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Link,
    Users,
}

/// The seconds of a day.
pub(crate) const DAY: i64 = 86_400;

impl Shares {
    pub(crate) fn all(&self) -> impl Iterator<Item = &Share> {
        self.0.iter()
    }

    pub(crate) fn add(&mut self, share: Share) {
        self.0.push(share);
    }

    /// Returns the shares of a node.
    pub(crate) fn of<'s>(
        &'s self,
        disk: &'s str,
        path: &'s str,
    ) -> impl Iterator<Item = &'s Share> {
        self.0.iter().filter(move |share| share.disk == disk && share.path == path)
    }

    pub(crate) fn by_hash_mut(&mut self, hash: &str) -> Option<&mut Share> {
        self.0.iter_mut().find(|share| share.hash == hash)
    }

    /// Removes the shares that match, and returns them.
    pub(crate) fn take(&mut self, is_wanted: impl Fn(&Share) -> bool) -> Vec<Share> {
        let (taken, kept) = std::mem::take(&mut self.0).into_iter().partition(is_wanted);
        self.0 = kept;
        taken
    }
}

impl Share {
    pub(crate) fn is_expired(&self, now: i64) -> bool {
        self.expires.is_some_and(|end| end <= now)
            || self.download_limit.is_some_and(|limit| self.downloads >= limit)
    }

    /// Returns how many days are left; 0 if it does not expire.
    pub(crate) fn days(&self, now: i64) -> i64 {
        self.expires.map_or(0, |end| ((end - now).max(0) + DAY - 1) / DAY)
    }

    /// Returns the URL of the link for a browser.
    pub(crate) fn link(&self, url: &str) -> String {
        format!("{url}/public/{}", self.hash)
    }

    /// Describes the share as a whole.
    pub(crate) fn json(&self, url: &str, now: i64) -> Value {
        let is_link = self.kind == Kind::Link;
        let name = crate::workspaces::slug(&self.label);
        let entries = self.entries.iter().map(|(id, right)| match is_link {
            true => json!({
                "ID": id,
                "TYPE": "tmp_user",
                "LABEL": format!("[Minisite User] {}", self.label),
                "RIGHT": right,
                "HIDDEN": true,
                "AVATAR": "",
            }),
            false => {
                json!({"ID": id, "TYPE": "user", "LABEL": id, "RIGHT": right, "AVATAR": ""})
            }
        });
        let inner = format!("/{}/{}", &self.repository[..10], self.label);
        let filter = self.is_file.then(|| {
            let (outer, inner) = (self.path.as_str(), inner.as_str());
            let pair = |from: &str, to: &str| Map::from_iter([(from.to_owned(), to.into())]);
            json!({"filters": pair(outer, inner), "virtualPaths": pair(inner, outer)})
        });
        let links = match is_link {
            true => json!({&self.hash: self.link_json(url, now)}),
            false => json!([]),
        };
        json!({
            "repositoryId": self.repository,
            "users_number": self.entries.len(),
            "label": self.label,
            "description": self.description,
            "entries": entries.collect::<Vec<_>>(),
            "element_watch": self.is_watched,
            "repository_url": format!("{url}/ws-{name}/"),
            "content_filter": filter,
            "share_owner": self.owner,
            "share_scope": "private",
            "links": links,
        })
    }

    fn link_json(&self, url: &str, now: i64) -> Value {
        let is_number = self.hash.bytes().all(|byte| byte.is_ascii_digit());
        let hash = match self.hash.parse::<u64>() {
            Ok(number) if is_number => json!(number),
            _ => json!(self.hash),
        };
        let mut json = json!({
            "public": if self.password.is_some() { "false" } else { "true" },
            "disable_download": self.is_view_only,
            "hash": hash,
            "hash_is_shorten": false,
            "internal_user_id": self.entries.first().map(|(id, _)| id),
            "public_link": self.link(url),
            "expire_after": self.days(now),
            "is_expired": self.is_expired(now),
        });
        if let Some(expires) = self.expires {
            json["expire_time"] = clock::date(expires).into();
        }
        if self.password.is_some() {
            json["has_password"] = true.into();
        }
        if let (Some(limit), false) = (self.download_limit, self.is_view_only) {
            json["download_limit"] = limit.into();
            json["download_counter"] = self.downloads.into();
        }
        json
    }
}
