//! Describes nodes: as attributes in XML, as fields in JSON.

use serde_json::Value as Json;

use crate::{
    dialect::Dialect,
    disk::RECYCLE_BIN,
    identifiers::md5_hex,
    names::base,
    node::Node,
    php::{attribute, json_encode},
};

/// The description of a node, with its attributes in the order of the XML.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    attributes: Vec<(String, Value)>,
    path: Option<String>,
    is_file: bool,
    label: String,
    /// Whether it is listed below a folder; only then does JSON contain labels.
    is_listed: bool,
    /// Whether JSON contains whether it is a leaf.
    is_typed: bool,
    /// Whether JSON contains its label even without a path.
    is_labelled: bool,
    /// Whether it has only the attributes that were set.
    is_bare: bool,
}

/// The value of an attribute.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Text(String),
    Number(i64),
    /// `1` or empty in XML.
    Flag(bool),
    /// Empty in XML.
    Null,
    /// `Array` in XML, since PHP cannot convert it.
    Array(Json),
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Why a node is described, which determines some attributes and their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role<'r> {
    /// It is the listed folder.
    Folder,
    /// It is in the listed folder.
    Child,
    /// It was requested by name.
    Picked,
    /// An action changed it in the workspace with that id, and moved it if `original` is set.
    Changed { workspace: &'r str, original: Option<&'r str> },
    /// It was found by a search.
    Found,
}

/// How much detail a description has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Detail<'d> {
    pub(crate) dialect: &'static Dialect,
    /// All attributes, rather than path, size and date.
    pub(crate) is_full: bool,
    /// Whether the user may not change it.
    pub(crate) is_read_only: bool,
    /// Whether nodes can be commented on.
    pub(crate) has_comments: bool,
    /// The user who receives the description.
    pub(crate) login: &'d str,
    /// Whether this is the first access to the workspace, when its recycle bin is not yet marked as
    /// one.
    pub(crate) is_first_look: bool,
}

/// The fixed time of all events, as text.
const WHEN: &str = "today at 09:15";

impl Described {
    pub(crate) fn new(path: &str, node: &Node, role: Role<'_>, detail: Detail<'_>) -> Self {
        let is_bin = path == RECYCLE_BIN && !detail.is_first_look;
        let label = if is_bin { "Recycle Bin" } else { base(path) };
        let is_old = detail.dialect.has_old_nodes;
        let mut described = Self {
            attributes: Vec::new(),
            path: Some(path.to_owned()),
            is_file: node.is_file(),
            label: label.to_owned(),
            is_listed: matches!(role, Role::Child | Role::Found) || is_bin,
            is_typed: true,
            is_labelled: false,
            is_bare: false,
        };
        described.identity(role, detail);
        let size = node.bytes().map_or(0, |bytes| bytes.len() as i64);
        if detail.is_full || is_bin {
            described.kind(node, is_bin, is_old);
            described.rights(node, detail);
            described.number("ajxp_modiftime", node.modified);
            described.number("bytesize", size);
            if detail.has_comments {
                described.text("ajxp_has_comments_feed", "true");
            }
        } else {
            described.number("bytesize", size);
            described.number("ajxp_modiftime", node.modified);
        }
        if node.notes.is_hashed && detail.dialect.lists_hashes {
            let hash = node.bytes().map_or_else(|| "directory".to_owned(), |bytes| md5_hex(bytes));
            described.text("md5", hash);
        }
        if detail.is_full {
            described.metadata(node);
        }
        if is_bin {
            described.text("text", label);
        }
        if detail.is_full || is_bin || !is_old {
            described.times(node, is_old);
        }
        if detail.is_full {
            described.lock(node, detail.login);
        }
        described.watch(node, detail.login);
        if detail.is_full && !matches!(role, Role::Folder | Role::Found) && !is_bin {
            described.text("mimestring", kind_of(node, path).2);
        }
        if role == Role::Found {
            described.text("search_score", "1.00");
        }
        described.ending(role, node.modified, is_bin, detail);
        described
    }

    /// Describes a removed node by its path only.
    pub(crate) fn removed(path: &str) -> Self {
        let bare = Self { path: Some(path.to_owned()), is_listed: false, ..Self::bare() };
        bare.with("filename", path).with("ajxp_im_time", Value::Number(1_795_425_359))
    }

    /// Returns a root without attributes.
    pub(crate) fn bare() -> Self {
        Self { is_bare: true, ..Self::other(None, "", Vec::new()) }.without(|_| true)
    }

    /// Describes something other than a file or folder, such as a user in a list of users. Without
    /// a path it is the root.
    pub(crate) fn other(path: Option<&str>, label: &str, attributes: Vec<(&str, Value)>) -> Self {
        let attributes = attributes.into_iter().map(|(name, value)| (name.to_owned(), value));
        Self {
            attributes: attributes.collect(),
            path: path.map(str::to_owned),
            is_file: true,
            label: label.to_owned(),
            is_listed: true,
            is_typed: false,
            is_labelled: false,
            is_bare: false,
        }
        .with("filename", path.unwrap_or("/"))
        .with("text", label)
    }

    /// Shows another label than the name in its path.
    pub(crate) fn with_label(mut self, label: &str) -> Self {
        label.clone_into(&mut self.label);
        self.with("text", label)
    }

    /// Omits its label in JSON.
    pub(crate) fn unlabelled(mut self) -> Self {
        self.is_listed = false;
        self
    }

    /// Includes its label in JSON even if it is a listed folder itself.
    pub(crate) fn labelled_anyway(mut self) -> Self {
        self.is_listed = true;
        self
    }

    /// Includes whether it is a leaf, in XML and in JSON.
    pub(crate) fn typed(mut self, is_leaf: bool) -> Self {
        (self.is_file, self.is_typed) = (is_leaf, true);
        self
    }

    /// Includes its label in JSON even without a path.
    pub(crate) fn labelled(mut self) -> Self {
        self.is_labelled = true;
        self
    }

    /// Sets an attribute.
    pub(crate) fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.set(name, value.into());
        self
    }

    /// Returns the root of a list that is not of a folder.
    pub(crate) fn root() -> Self {
        Self::other(None, "", Vec::new()).typed(false)
    }

    /// Returns the placeholder for the folder if nodes were requested by name.
    pub(crate) fn nowhere() -> Self {
        Self { is_listed: false, ..Self::other(None, "", Vec::new()) }
    }

    /// Adds that the user has a bookmark on it.
    pub(crate) fn bookmarked(mut self) -> Self {
        let before = |name: &str| *name == *"search_score" || *name == *"text";
        let at = self.attributes.iter().position(|(name, _)| before(name));
        let at = at.unwrap_or(self.attributes.len());
        self.attributes.insert(at, ("ajxp_bookmarked".to_owned(), Value::from("true")));
        for (name, overlay) in
            [("overlay_icon", "bookmark.png"), ("overlay_class", "icon-bookmark-empty")]
        {
            self.overlay(name, overlay);
        }
        self
    }

    /// Adds that the node is shared.
    pub(crate) fn shared(mut self) -> Self {
        self.text("ajxp_shared", "true");
        self.overlay("overlay_icon", "shared.png");
        self.overlay("overlay_class", "mdi mdi-share-variant");
        let kind = if self.is_file { "file" } else { "public" };
        self.text("ajxp_shared_minisite", kind);
        self
    }

    /// Adds an overlay of the icon to those that there are.
    fn overlay(&mut self, name: &str, value: &str) {
        let known = self.attributes.iter_mut().find(|(known, _)| known == name);
        match known {
            Some((_, Value::Text(text))) => *text += &format!(",{value}"),
            _ => self.text(name, value),
        }
    }

    fn watch(&mut self, node: &Node, login: &str) {
        let Some(kind) = node.notes.watchers.get(login) else { return };
        self.text("meta_watched", kind.clone());
        self.overlay("overlay_icon", "meta.watch/ICON_SIZE/watch.png");
        self.overlay("overlay_class", "icon-eye-open");
    }

    /// Removes attributes.
    pub(crate) fn without(mut self, is_unwanted: impl Fn(&str) -> bool) -> Self {
        self.attributes.retain(|(name, _)| !is_unwanted(name));
        self
    }

    fn text(&mut self, name: &str, value: impl Into<String>) {
        self.set(name, Value::Text(value.into()));
    }

    fn number(&mut self, name: &str, value: i64) {
        self.set(name, Value::Number(value));
    }

    /// Sets an attribute in its place if it is there, like PHP in an array; else adds it.
    fn set(&mut self, name: &str, value: Value) {
        match self.attributes.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.attributes.push((name.to_owned(), value)),
        }
    }

    fn identity(&mut self, role: Role<'_>, detail: Detail<'_>) {
        let path = self.path.clone().unwrap_or_default();
        if role == Role::Folder && path == "/" && !detail.is_first_look {
            let bin = if detail.dialect.has_old_nodes { "true" } else { RECYCLE_BIN };
            self.text("repo_has_recycle", bin);
        }
        let is_bin = path == RECYCLE_BIN && !detail.is_first_look;
        if role == Role::Child && !self.is_file && !is_bin {
            self.text("text", self.label.clone());
        }
        self.text("is_file", if self.is_file { "true" } else { "false" });
        if role == Role::Child && self.is_file {
            self.text("text", self.label.clone());
        }
        let is_unnamed = detail.dialect.has_old_nodes && role == Role::Folder && path == "/";
        self.text("filename", if is_unnamed { "" } else { &path });
    }

    fn kind(&mut self, node: &Node, is_bin: bool, is_old: bool) {
        if is_bin {
            let icon =
                if node.children().is_empty() { "trashcan.png" } else { "trashcan_full.png" };
            self.text("icon", icon);
            self.text("fonticon", "delete");
            match is_old {
                true => self.text("mimestring", "Recycle Bin"),
                false => self.number("mimestring_id", 122),
            }
            return self.text("ajxp_mime", "ajxp_recycle");
        }
        let (id, icon, _) = kind_of(node, self.path.as_deref().unwrap_or_default());
        self.number("mimestring_id", id);
        self.text("icon", icon);
        if node.is_file() {
            let (font, mime) = match id {
                10 => ("file-document", None),
                19 => ("archive", Some("ajxp_browsable_archive")),
                _ => ("file", None),
            };
            self.text("fonticon", font);
            return mime.map_or((), |mime| self.text("ajxp_mime", mime));
        }
        self.text("fonticon", "folder");
        self.text("openicon", "folder_open.png");
        self.text("ajxp_mime", "ajxp_folder");
    }

    fn rights(&mut self, node: &Node, detail: Detail<'_>) {
        for name in ["file_group", "file_owner"] {
            self.set(name, Value::Flag(true));
        }
        self.text("ajxp_readonly", if detail.is_read_only { "true" } else { "false" });
        self.text("file_perms", format!("{:04o}", node.mode));
    }

    fn times(&mut self, node: &Node, is_old: bool) {
        self.text("ajxp_relativetime", WHEN);
        self.text("ajxp_description", format!("Modified {WHEN}"));
        if let Some(size) = node.bytes().map(bytes::Bytes::len).filter(|size| *size > 0) {
            self.text("filesize", human(size));
        } else if is_old {
            self.text("filesize", if node.is_file() { "0 B" } else { "-" });
        }
    }

    /// Adds the users' annotations.
    fn metadata(&mut self, node: &Node) {
        for (name, value) in &node.notes.metadata {
            self.text(name, value.clone());
        }
    }

    fn lock(&mut self, node: &Node, login: &str) {
        let Some(holder) = &node.notes.lock else { return };
        let is_mine = holder == login;
        self.label = match is_mine {
            true => format!("{} (locked by you)", self.label),
            false => format!("{} (locked by {holder})", self.label),
        };
        self.text("sl_locked", "true");
        if is_mine {
            self.text("sl_mylock", "true");
        }
        let icon = if is_mine { "lock_my.png" } else { "lock.png" };
        self.overlay("overlay_icon", &format!("meta_simple_lock/ICON_SIZE/{icon}"));
        self.overlay("overlay_class", "icon-lock");
    }

    fn ending(&mut self, role: Role<'_>, modified: i64, is_bin: bool, detail: Detail<'_>) {
        if let Role::Changed { workspace, original } = role {
            if detail.dialect.tells_workspace {
                self.text("node_repository_id", workspace);
            }
            if let Some(original) = original {
                self.text("original_path", original);
            }
        }
        if role != Role::Child && !is_bin {
            self.text("text", self.label.clone());
        }
        self.number("ajxp_im_time", modified);
    }

    /// Returns the attributes of a `<tree>`, each preceded by a space.
    pub(crate) fn xml(&self) -> String {
        let mut xml = String::new();
        for (name, value) in &self.attributes {
            xml += &match value {
                Value::Text(text) => format!(" {name}=\"{}\"", attribute(text)),
                Value::Number(number) => format!(" {name}=\"{number}\""),
                Value::Flag(true) => format!(" {name}=\"1\""),
                Value::Flag(false) | Value::Null => format!(" {name}=\"\""),
                Value::Array(_) => format!(" {name}=\"Array\""),
            };
        }
        let has = |wanted: &str| self.attributes.iter().any(|(name, _)| name == wanted);
        if !has("is_file") && !self.is_bare {
            xml += &format!(" is_file=\"{}\"", self.is_file);
        }
        if !has("ajxp_im_time") && !self.is_bare {
            xml += " ajxp_im_time=\"1795425359\"";
        }
        xml
    }

    /// Returns the fields as one JSON object.
    pub(crate) fn json(&self) -> String {
        let is_hidden = |name: &str| match name {
            "is_file" | "filename" | "text" => true,
            // Only what was removed keeps the time of the response.
            "ajxp_im_time" => !self.is_bare,
            _ => false,
        };
        let attributes = self.attributes.iter().filter(|(name, _)| !is_hidden(name));
        let mut fields: Vec<_> = attributes.map(|(name, value)| (&**name, value.json())).collect();
        fields.push(("path", self.path.as_deref().map_or_else(|| "null".to_owned(), quote)));
        if self.is_typed {
            fields.push(("type", quote(if self.is_file { "leaf" } else { "collection" })));
        }
        let has_label = self.path.is_some() || self.is_typed || self.is_labelled;
        if self.is_listed && has_label {
            fields.push(("label", quote(&self.label)));
        }
        object(fields)
    }

    pub(crate) fn path(&self) -> &str {
        self.path.as_deref().unwrap_or_default()
    }
}

impl Value {
    fn json(&self) -> String {
        match self {
            Self::Text(text) => quote(text),
            Self::Number(number) => number.to_string(),
            Self::Flag(flag) => flag.to_string(),
            Self::Null => "null".to_owned(),
            Self::Array(json) => json_encode(json),
        }
    }
}

/// Returns the id, icon and name of the node's kind.
fn kind_of(node: &Node, path: &str) -> (i64, &'static str, &'static str) {
    match node.is_file() {
        false => (8, "folder.png", "Directory"),
        true if path.ends_with(".txt") => (10, "txt2.png", "Text file"),
        true if path.ends_with(".zip") => (19, "zip.png", "ZIP file"),
        true => (23, "mime_empty.png", "File"),
    }
}

fn human(size: usize) -> String {
    let scaled = |unit: usize| size as f64 / unit as f64;
    match size {
        0..1024 => format!("{size} B"),
        1024..1_048_576 => format!("{:.2} KB", scaled(1024)),
        _ => format!("{:.2} MB", scaled(1_048_576)),
    }
}

/// Encodes text like PHP's `json_encode`, except that it keeps non-ASCII characters.
pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('/', "\\/")
}

/// Returns a JSON object of values that are already JSON.
pub(crate) fn object<K: AsRef<str>>(fields: impl IntoIterator<Item = (K, String)>) -> String {
    let fields =
        fields.into_iter().map(|(name, value)| format!("{}:{value}", quote(name.as_ref())));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}
