//! The workspaces every server has.

/// The id of the workspace `common`, as it was recorded.
pub const COMMON_ID: &str = "413dafb20ca535193e9e024464a577fa";

/// A workspace: what a client names by slug or id.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Workspace {
    pub(crate) id: &'static str,
    pub(crate) slug: &'static str,
    pub(crate) label: &'static str,
    pub(crate) driver: Driver,
    /// Whether every user has a disk of their own.
    pub(crate) personal: bool,
}

/// The plugin behind a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Driver {
    /// `access.fs`: files.
    Fs,
    /// `access.ajxp_conf`: the administration.
    Settings,
}

static ALL: [Workspace; 3] = [
    Workspace { id: "1", slug: "my-files", label: "My Files", driver: Driver::Fs, personal: true },
    Workspace {
        id: COMMON_ID,
        slug: "common",
        label: "Common",
        driver: Driver::Fs,
        personal: false,
    },
    Workspace {
        id: "ajxp_conf",
        slug: "settings",
        label: "Settings",
        driver: Driver::Settings,
        personal: false,
    },
];

/// Those with files in them.
pub(crate) fn with_files() -> impl Iterator<Item = &'static Workspace> {
    ALL.iter().filter(|workspace| workspace.driver == Driver::Fs)
}

/// The workspace with that slug or id, case mattering; `pydio` is a user's first one.
pub(crate) fn find(name: &str) -> Option<&'static Workspace> {
    let is_named = |w: &&Workspace| w.slug == name || w.id == name;
    if name == "pydio" { ALL.first() } else { ALL.iter().find(is_named) }
}
