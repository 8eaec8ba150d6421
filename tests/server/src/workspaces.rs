//! Workspaces: built-in and created ones.

use serde_json::{Map, Value, json};

use crate::dialect::Dialect;

/// The id of the workspace `common`, as it was recorded.
pub const COMMON_ID: &str = "413dafb20ca535193e9e024464a577fa";

/// The description of a workspace that was created without one.
pub(crate) const DESCRIPTION: &str = "Created today at 09:15";

/// A workspace, which clients address by slug or id.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Workspace {
    pub(crate) id: String,
    pub(crate) slug: String,
    pub(crate) label: String,
    pub(crate) description: String,
    pub(crate) driver: Driver,
    /// Whether every user has a separate disk.
    pub(crate) personal: bool,
    pub(crate) is_template: bool,
    /// Whether an administrator created it and can change it.
    pub(crate) is_editable: bool,
    /// Settings of the driver, by name.
    pub(crate) parameters: Map<String, Value>,
    /// Settings of the features, by the id of their plugin.
    pub(crate) features: Map<String, Value>,
    /// The user who created it from a template.
    pub(crate) owner: Option<String>,
    /// The folder of another disk that it shows, if it is a share.
    pub(crate) part: Option<Part>,
}

/// A folder that a user shared as a workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) owner: String,
    pub(crate) disk: String,
    pub(crate) path: String,
}

/// The plugin behind a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Driver {
    /// `access.fs`: files.
    Fs,
    /// `access.ajxp_conf`: the administration.
    Settings,
    /// `access.ajxp_home`: the page after login.
    Home,
    /// `access.inbox`: nodes shared by others.
    Inbox,
    /// `access.mysql`: the tables of a database.
    Tables,
}

impl Driver {
    /// Returns the name of the driver: that of its plugin after `access.`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fs => "fs",
            Self::Settings => "ajxp_conf",
            Self::Home => "ajxp_home",
            Self::Inbox => "inbox",
            Self::Tables => "mysql",
        }
    }

    /// Returns its label in the administration.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Fs => "File System (Standard)",
            Self::Settings => "Settings",
            Self::Home => "Welcome Page",
            Self::Inbox => "Inbox Workspace",
            Self::Tables => "MySQL Database",
        }
    }
}

impl Workspace {
    /// Creates a file workspace without features.
    pub(crate) fn new(id: &str, slug: &str, label: &str) -> Self {
        Self {
            id: id.to_owned(),
            slug: slug.to_owned(),
            label: label.to_owned(),
            description: String::new(),
            driver: Driver::Fs,
            personal: false,
            is_template: false,
            is_editable: false,
            parameters: Map::new(),
            features: Map::new(),
            owner: None,
            part: None,
        }
    }

    /// Returns the name of the disk that a user sees.
    pub(crate) fn disk(&self, login: &str) -> String {
        match (&self.part, self.personal) {
            (Some(part), _) => part.disk.clone(),
            (None, true) => format!("{}/{login}", self.slug),
            (None, false) => self.slug.clone(),
        }
    }

    pub(crate) fn has(&self, feature: &str) -> bool {
        self.features.contains_key(feature)
    }

    /// Adds the default features of a workspace created by an administrator.
    pub(crate) fn with_usual_features(self) -> Self {
        self.with(&USUAL_FEATURES)
    }

    fn with(mut self, features: &[&str]) -> Self {
        self.features = features.iter().map(|id| ((*id).to_owned(), json!({}))).collect();
        self
    }
}

/// All workspaces, in listing order.
#[derive(Debug)]
pub(crate) struct Workspaces(Vec<Workspace>);

impl Workspaces {
    /// Creates the workspaces of a new installation, and `common`.
    pub(crate) fn new(dialect: &Dialect) -> Self {
        let mut bundled = BUNDLED_FEATURES.to_vec();
        if dialect.bundles_comments {
            bundled.push("meta.comments");
        }
        let common = Workspace::new("0", "default", "Common Files");
        let mine = Workspace::new("1", "my-files", "My Files");
        let home = Workspace::new("ajxp_home", "welcome", "Home");
        let inbox = Workspace::new("inbox", "inbox", "Shared Files");
        let settings = Workspace::new("ajxp_conf", "settings", "Settings");
        let template = Workspace::new("fs_template", "sample-template", "Sample Template");
        let described = |workspace: Workspace, description: &str| Workspace {
            description: description.to_owned(),
            ..workspace
        };
        Self(vec![
            described(common, "Files shared amongst all users").with(&bundled),
            Workspace { personal: true, ..described(mine, "Your personal workspace") }
                .with(&bundled),
            Workspace { driver: Driver::Home, ..described(home, "Welcome page") },
            Workspace {
                driver: Driver::Inbox,
                personal: true,
                ..described(inbox, "Files shared with me by other users")
            }
            .with(&["metastore.serial", "meta.watch"]),
            Workspace {
                driver: Driver::Settings,
                ..described(settings, "Application parameters (users, workspaces, configurations)")
            },
            Workspace { is_template: true, ..template },
            recorded_common(),
        ])
    }
}

/// The default features of a workspace created by an administrator.
pub(crate) const USUAL_FEATURES: [&str; 4] =
    ["metastore.serial", "meta.watch", "meta.syncable", "meta.filehasher"];

/// The features of the workspaces bundled with Pydio.
const BUNDLED_FEATURES: [&str; 7] = [
    "metastore.serial",
    "meta.user",
    "meta.filehasher",
    "meta.watch",
    "meta.syncable",
    "meta.exif",
    "index.lucene",
];

/// Returns the workspace used for the recordings, with every feature that they need.
fn recorded_common() -> Workspace {
    let parameters = json!({
        "CREATION_TIME": 1_795_424_267,
        "CHMOD_VALUE": "0666",
        "CREATE": true,
        "DEFAULT_RIGHTS": "",
        "PAGINATION_NUMBER": 200,
        "PAGINATION_THRESHOLD": 500,
        "PATH": "AJXP_DATA_PATH/files_common",
        "RECYCLE_BIN": "recycle_bin",
        "REMOTE_SORTING": true,
        "REMOTE_SORTING_DEFAULT_COLUMN": "ajxp_label",
        "REMOTE_SORTING_DEFAULT_DIRECTION": "asc",
    });
    let mut user = Map::new();
    let fields = ["tags", "stars_rate", "css_label", "comment_note"];
    let types = ["tags", "stars_rate", "css_label", "textarea"];
    let labels = ["Tags", "Stars", "Label", "Note"];
    for (n, ((field, kind), label)) in fields.into_iter().zip(types).zip(labels).enumerate() {
        let suffix = if n == 0 { String::new() } else { format!("_{n}") };
        for (name, value) in [
            ("meta_fields", field),
            ("meta_types", kind),
            ("meta_labels", label),
            ("meta_visibility", "visible"),
        ] {
            user.insert(format!("{name}{suffix}"), value.into());
        }
    }
    let features = json!({
        "metastore.serial":
            {"METADATA_FILE_LOCATION": "infolders", "METADATA_FILE": ".ajxp_meta"},
        "meta.comments": {},
        "meta.exif": {
            "meta_fields": "COMPUTED_GPS.GPS_Latitude,COMPUTED_GPS.GPS_Longitude",
            "meta_labels": "Latitude,Longitude",
        },
        "meta.filehasher": {},
        "meta.quota": {"DEFAULT_QUOTA": "500M"},
        "meta.simple_lock": {},
        "meta.syncable": {
            "REPO_SYNCABLE": "true",
            "OBSERVE_STORAGE_CHANGES": "false",
            "OBSERVE_STORAGE_EVERY": "5",
        },
        "meta.user": user,
        "meta.watch": {},
        "index.lucene": {"index_content": true, "index_meta_fields": "tags", "auto_wildcard": true},
    });
    let map = |value: Value| value.as_object().cloned().unwrap_or_default();
    Workspace {
        description: "Created today at 08:57".to_owned(),
        is_editable: true,
        parameters: map(parameters),
        features: map(features),
        ..Workspace::new(COMMON_ID, "common", "Common")
    }
}

impl Workspaces {
    pub(crate) fn all(&self) -> impl Iterator<Item = &Workspace> {
        self.0.iter()
    }

    /// Returns the workspace with that slug or id; case matters.
    pub(crate) fn named(&self, name: &str) -> Option<&Workspace> {
        self.0.iter().find(|w| w.slug == name || w.id == name)
    }

    pub(crate) fn by_id(&self, id: &str) -> Option<&Workspace> {
        self.0.iter().find(|w| w.id == id)
    }

    pub(crate) fn by_id_mut(&mut self, id: &str) -> Option<&mut Workspace> {
        self.0.iter_mut().find(|w| w.id == id)
    }

    /// Adds a workspace, under another slug if its own is taken.
    pub(crate) fn add(&mut self, mut workspace: Workspace) {
        let wanted = workspace.slug.clone();
        let mut numbers = 1..;
        while self.0.iter().any(|other| other.slug == workspace.slug) {
            workspace.slug = format!("{wanted}-{}", numbers.next().unwrap_or_default());
        }
        self.0.push(workspace);
    }

    /// Removes a workspace if that is permitted; returns whether it did.
    pub(crate) fn remove(&mut self, id: &str) -> bool {
        let before = self.0.len();
        self.0.retain(|w| w.id != id || !(w.is_editable || w.part.is_some()));
        self.0.len() < before
    }
}

/// Returns the slug of a label: `My Files!` becomes `my-files`.
pub(crate) fn slug(label: &str) -> String {
    let parts = label.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("-").to_lowercase()
}

#[cfg(test)]
mod tests {
    use crate::Version;

    use super::{COMMON_ID, Workspace, Workspaces, slug};

    #[test]
    fn workspaces_are_named_by_slug_or_id() {
        let mut workspaces = Workspaces::new(Version::V8_2.dialect());
        assert_eq!(workspaces.named(COMMON_ID), workspaces.named("common"));
        assert_eq!(workspaces.named("Common"), None);
        workspaces.add(Workspace::new("a", "common", "Mine"));
        assert_eq!(workspaces.by_id("a").map(|w| &*w.slug), Some("common-1"));
        assert!(!workspaces.remove("1") && workspaces.remove(COMMON_ID));
        assert_eq!(slug("My Files!"), "my-files");
    }

    #[test]
    fn a_personal_workspace_has_a_disk_for_each_user() {
        let workspaces = Workspaces::new(Version::V8_2.dialect());
        let disk = |name| workspaces.named(name).unwrap().disk("bob");
        assert_eq!((disk("my-files"), disk("common")), ("my-files/bob".into(), "common".into()));
    }
}
