//! Settings of an administrator, or of the web server in front.

use crate::{Front, Version};

/// The settings of a server; a test sets them before the start, and some also later.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) version: Version,
    /// The path that Pydio is installed at.
    pub(crate) prefix: String,
    /// The largest accepted file, in bytes.
    pub(crate) upload_limit: usize,
    /// The components in front of it, from the outside in.
    pub(crate) fronts: Vec<Front>,
    /// The quota of workspaces that have the quota feature, in bytes.
    pub(crate) quota: usize,
    /// Whether a session hashes passwords with a seed, and REST accepts none then.
    pub(crate) hashes_passwords: bool,
    /// Whether key pairs are issued.
    pub(crate) grants_pairs: bool,
    /// Whether it finds them afterwards.
    pub(crate) finds_pairs: bool,
    /// Whether a session that has a token can get another one.
    pub(crate) renews_tokens: bool,
    /// Whether `stat` results are cached (APCu), as the installer of a real server configures: the
    /// cache still reports a part that has become a file.
    pub(crate) caches_stats: bool,
    /// Whether users are cached with their roles (APCu), as the installer of a real server
    /// configures.
    pub(crate) caches_users: bool,
    /// For how many further requests a background task stays unfinished.
    pub(crate) task_steps: u32,
    /// Folders with more nodes than this are paged.
    pub(crate) paged_above: usize,
    /// The number of nodes per page.
    pub(crate) page: usize,
    /// The initial time of the clock, in seconds since 1970.
    pub(crate) start: i64,
}

impl Settings {
    pub(crate) fn new(version: Version) -> Self {
        Self {
            version,
            prefix: String::new(),
            upload_limit: 1 << 30,
            fronts: Vec::new(),
            quota: 500 << 20,
            hashes_passwords: false,
            grants_pairs: true,
            finds_pairs: true,
            renews_tokens: true,
            caches_stats: true,
            caches_users: true,
            task_steps: 1,
            paged_above: 500,
            page: 200,
            start: 1_795_425_357,
        }
    }
}
