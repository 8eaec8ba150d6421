//! The usual values of parameters, for examples that give none: by name and kind, as they exist on
//! a server with some files and users.

use crate::ir::{Kind, Param};

/// The workspace of the examples.
pub(crate) const WORKSPACE: &str = "my-files";

/// The workspace of administrators.
pub(crate) const SETTINGS: &str = "settings";

/// Texts by the name of the parameter.
const TEXTS: [(&str, &str); 22] = [
    ("dest", "/archive"),
    ("dest_repository_id", "common"),
    ("dir", "/photos"),
    ("filename", "notes.txt"),
    ("filename_new", "renamed.jpg"),
    ("group_path", "/staff"),
    ("groupPath", "/staff"),
    ("group_id", "staff"),
    ("lang", "en"),
    ("login", "alice"),
    ("query", "beach"),
    ("repository_id", "common"),
    ("role_id", "editors"),
    ("roleId", "editors"),
    ("user", "alice"),
    ("user_id", "alice"),
    ("userid", "alice"),
    ("userId", "alice"),
    ("user_login", "alice"),
    ("workspaceId", WORKSPACE),
    ("path", "photos/beach.jpg"),
    ("search_query", "beach"),
];

/// Returns the usual text of a parameter: the declared default, one of the declared values, or what
/// its name and kind suggest.
pub(super) fn text(param: &Param) -> String {
    let default = param.default.as_deref().filter(|default| !default.is_empty());
    let declared = default.or(param.values.first().map(|one| &*one.value));
    let named = TEXTS.iter().find(|(name, _)| *name == param.name).map(|(_, text)| *text);
    let by_kind = match param.kind {
        Kind::Node | Kind::Nodes => "/photos/beach.jpg",
        _ if param.is_secret() => "secret",
        _ => "value",
    };
    declared.or(named).unwrap_or(by_kind).to_owned()
}

/// Returns the usual number of a parameter.
pub(super) fn number(param: &Param) -> usize {
    param.default.as_deref().and_then(|default| default.parse().ok()).unwrap_or(1)
}
