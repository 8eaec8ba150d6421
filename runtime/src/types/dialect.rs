//! What the client does differently by the release of the server: everything that depends on it is
//! decided here. The guide states the same table in its chapter about releases.

use super::{Release, refuse_blanked};

/// What differs between releases. Measured on 6.0.8, 6.4.2, 6.5.5, 7.0.4, 8.0.2 and 8.2.5; where a
/// behavior begins between two of these is from the source of the servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dialect {
    /// How the server splits the path of a REST v1 call.
    pub(crate) paths: PathRules,
    /// Whether names are cut at `<` and lose `>`: `lt<x>` then names `lt`.
    pub(crate) cuts_tags: bool,
    /// Whether some characters are dropped from the names of new nodes, and the success does not show
    /// it: `mkfile` of `a"b` makes `ab`. Later releases refuse such names.
    pub(crate) changes_new_names: bool,
    /// Whether a session runs a call in its current workspace unless the id of another one is
    /// given: slugs and unknown workspaces are ignored.
    pub(crate) takes_ids_only: bool,
    /// Whether the response to an unknown action is an empty success.
    pub(crate) ignores_unknown_actions: bool,
    /// Whether the console prints bare responses, and failures as fatal errors of PHP.
    pub(crate) has_bare_console: bool,
    /// Whether the server has a list of the tasks that it works on.
    pub(crate) lists_tasks: bool,
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

/// The actions and parameters that name a new node.
const NEW_NAMES: [(&str, &str); 9] = [
    ("compress", "archive_name"),
    ("compression", "archive_name"),
    ("mkdir", "dirname"),
    ("mkfile", "filename"),
    ("mkfile", "node"),
    ("precompress", "archive_name"),
    ("rename", "filename_new"),
    ("upload", "urlencoded_filename"),
    ("upload_chunks_unify_plupload", "name"),
];

impl Dialect {
    /// Refuses a path that no transport carries so that the server reads the same one.
    pub(crate) fn refuse_node(&self, path: &str) -> Result<(), &'static str> {
        if self.cuts_tags && path.contains(['<', '>']) {
            return Err("releases before 6.5 cut names at `<` and change `>`");
        }
        refuse_blanked(path)
    }

    /// Refuses a value that the server would change before it names a node by it.
    pub(crate) fn refuse_new_name(
        &self,
        action: &str,
        param: &str,
        value: &str,
    ) -> Result<(), &'static str> {
        if !self.changes_new_names || !NEW_NAMES.contains(&(action, param)) {
            return Ok(());
        }
        let name = value.rsplit('/').next().unwrap_or_default();
        if name.contains(['"', '\\', '|', '?', '<', '>']) {
            return Err(
                "releases before 6.5 drop some of `\"`, `\\`, `|`, `?`, `<` and `>` from new \
                        names",
            );
        }
        if is_entity(name) {
            return Err("releases before 6.5 decode `&…;` in new names");
        }
        Ok(())
    }

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
            changes_new_names: is_old,
            takes_ids_only: is_old,
            ignores_unknown_actions: is_old,
            has_bare_console: is_old,
            lists_tasks: !is_old,
            hides_bare_logins: release.is_before(ADDS_SLASH),
        }
    }
}

/// Returns whether a text contains an entity of HTML, such as `&amp;`.
fn is_entity(text: &str) -> bool {
    let mut after = text.split('&').skip(1);
    after.any(|rest| {
        let name = rest.split_once(';').map_or("", |(name, _)| name);
        !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#')
    })
}

#[cfg(test)]
mod tests {
    use super::{Dialect, PathRules};
    use crate::types::Release;

    #[test]
    fn each_release_has_its_dialect() {
        for (release, paths, is_old, hides) in [
            ("6.0.0", PathRules::SplitThenDecode, true, true),
            ("6.4.2", PathRules::SplitThenDecode, true, true),
            ("6.5.1", PathRules::DecodeTwice, false, true),
            ("7.0.3", PathRules::DecodeTwice, false, true),
            ("7.0.4", PathRules::DecodeThenSplit, false, true),
            ("8.0.1", PathRules::DecodeThenSplit, false, true),
            ("8.0.2", PathRules::DecodeThenSplit, false, false),
            ("8.2.5", PathRules::DecodeThenSplit, false, false),
        ] {
            let dialect = Dialect::of(Release::lenient(release));
            assert_eq!(dialect.paths, paths, "{release}");
            for old in [
                dialect.cuts_tags,
                dialect.changes_new_names,
                dialect.takes_ids_only,
                dialect.ignores_unknown_actions,
                dialect.has_bare_console,
                !dialect.lists_tasks,
            ] {
                assert_eq!(old, is_old, "{release}");
            }
            assert_eq!(dialect.hides_bare_logins, hides, "{release}");
        }
        assert_eq!(Dialect::NEWEST, Dialect::of(Release::lenient("8.2.5")));
    }

    /// Measured on 6.4.2: each of them is made under another name, and reported as made.
    #[test]
    fn a_new_name_that_the_server_would_change_is_refused() {
        let old = Dialect::of(Release::new(6, 4, 2));
        for name in ["a\"b", "a\\b", "a|b", "a?b", "a<x>b", "a>b", "a&amp;b", "&#38;"] {
            for (action, param, value) in [
                ("rename", "filename_new", name.to_owned()),
                ("mkfile", "node", format!("/d/{name}")),
                ("upload", "urlencoded_filename", name.to_owned()),
                ("compression", "archive_name", name.to_owned()),
            ] {
                assert!(old.refuse_new_name(action, param, &value).is_err(), "{action} {value}");
                assert_eq!(Dialect::NEWEST.refuse_new_name(action, param, &value), Ok(()));
            }
            // An existing node is found under that name.
            assert_eq!(old.refuse_new_name("delete", "file", name), Ok(()));
        }
        for name in ["a b", "a&b c;", "R&D", "a;b", "100%", "a'b", "é*:", "&;"] {
            assert_eq!(old.refuse_new_name("rename", "filename_new", name), Ok(()), "{name}");
        }
    }
}
