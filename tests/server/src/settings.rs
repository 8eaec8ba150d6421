//! What an administrator, or the web server in front, decides on.

use crate::{Front, Version};

/// How a server behaves; a test sets it before the start, some of it later as well.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) version: Version,
    /// The path below which Pydio is installed.
    pub(crate) prefix: String,
    /// The largest file that is taken, in bytes.
    pub(crate) upload_limit: usize,
    /// What stands in front of it, from the outside in.
    pub(crate) fronts: Vec<Front>,
    /// How much a workspace with the quota feature may hold, in bytes.
    pub(crate) quota: usize,
    /// Whether key/secret pairs are given out.
    pub(crate) grants_pairs: bool,
    /// Whether a session that holds a token gets another one.
    pub(crate) renews_tokens: bool,
    /// Whether what `stat` tells is cached (APCu), as the installer of the real one sets it up: a part
    /// that has become a file is still told of.
    pub(crate) caches_stats: bool,
    /// Whether users are cached with their roles (APCu), as the installer of the real one sets it up.
    pub(crate) caches_users: bool,
    /// How many later requests a task in the background stays unfinished for.
    pub(crate) task_steps: u32,
    /// Folders with more nodes than this are paged.
    pub(crate) paged_above: usize,
    /// How many nodes a page has.
    pub(crate) page: usize,
    /// What the clock shows at the start, in seconds since 1970.
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
            grants_pairs: true,
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
