//! What the client does differently by the release of the server: everything that depends on it is
//! decided here. The guide states the same table in its chapter about releases.

use super::Release;

/// What differs between releases. Measured on 6.0.8, 6.4.2, 6.5.5, 7.0.4, 8.0.2 and 8.2.5; where a
/// behavior begins between two of these is from the source of the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// How the server splits the path of a REST v1 call.
    pub(crate) paths: PathRules,
    /// Whether names are cut at `<` and lose `>`: `lt<x>` then names `lt`.
    pub(crate) cuts_tags: bool,
    /// Whether a session runs a call in its current workspace unless the id of another one is
    /// given: slugs and unknown workspaces are ignored.
    pub(crate) takes_ids_only: bool,
    /// Whether the response to an unknown action is an empty success.
    pub(crate) ignores_unknown_actions: bool,
    /// Whether the console prints bare responses, and failures as fatal errors of PHP.
    pub(crate) has_bare_console: bool,
    /// Whether a user or group that v2 makes by a name without a slash at its beginning is in a group
    /// that no list shows (`/.`).
    pub(crate) hides_bare_logins: bool,
}

/// How a server splits the path of a REST v1 call. It changed twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PathRules {
    /// Splits at the slashes, then urldecodes each value (`+` is a space).
    SplitThenDecode,
    /// Decodes the whole path, splits, and urldecodes each value again.
    DecodeTwice,
    /// Decodes the whole path, then splits.
    DecodeThenSplit,
}

/// The first release with the code base of 7: namespaces, REST v2, and a console with options.
const WITH_V2: Release = Release::new(6, 5, 0);
const DECODES_ONCE: Release = Release::new(7, 0, 4);
const ADDS_SLASH: Release = Release::new(8, 0, 2);

impl Dialect {
    /// The dialect of the newest releases.
    pub(crate) const NEWEST: Self = Self::of(Release::new(u32::MAX, 0, 0));

    /// Returns the dialect of a release.
    pub(crate) const fn of(release: Release) -> Self {
        let is_old = release.is_before(WITH_V2);
        Self {
            paths: if is_old {
                PathRules::SplitThenDecode
            } else if release.is_before(DECODES_ONCE) {
                PathRules::DecodeTwice
            } else {
                PathRules::DecodeThenSplit
            },
            cuts_tags: is_old,
            takes_ids_only: is_old,
            ignores_unknown_actions: is_old,
            has_bare_console: is_old,
            hides_bare_logins: release.is_before(ADDS_SLASH),
        }
    }
}
