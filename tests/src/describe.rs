//! What the server says of a node: attributes in XML, fields in JSON.

use crate::{
    disk::{Node, RECYCLE_BIN},
    names::base,
    php::html_special_chars,
};

/// A node as it is described, with its attributes in the order of the XML.
#[derive(Clone, Debug)]
pub(crate) struct Described {
    attributes: Vec<(&'static str, Value)>,
    path: Option<String>,
    is_file: bool,
    label: String,
    /// Whether it is listed below a folder, where alone JSON has labels.
    is_listed: bool,
}

#[derive(Clone, Debug)]
enum Value {
    Text(String),
    Number(i64),
    /// `1` in XML, `true` in JSON.
    Yes,
}

/// Why a node is described, which decides on some attributes and on their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role<'r> {
    /// It is the folder that is listed.
    Folder,
    /// It is in the folder that is listed.
    Child,
    /// It was asked for by name.
    Picked,
    /// An action changed it, in the workspace with that id; it was elsewhere before.
    Changed { workspace: &'r str, original: Option<&'r str> },
}

/// How much is said of a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Detail {
    /// Everything, rather than path, size and date.
    pub(crate) is_full: bool,
    /// Whether the user may not change it.
    pub(crate) is_read_only: bool,
}

/// When everything happened, in words.
const WHEN: &str = "today at 09:15";

impl Described {
    pub(crate) fn new(path: &str, node: &Node, role: Role<'_>, detail: Detail) -> Self {
        let is_bin = path == RECYCLE_BIN;
        let label = if is_bin { "Recycle Bin" } else { base(path) };
        let mut described = Self {
            attributes: Vec::new(),
            path: Some(path.to_owned()),
            is_file: node.is_file(),
            label: label.to_owned(),
            is_listed: matches!(role, Role::Child | Role::Picked),
        };
        described.identity(role);
        let size = node.bytes().map_or(0, |bytes| bytes.len() as i64);
        if detail.is_full || is_bin {
            described.kind(node, is_bin);
            described.rights(node, detail);
            described.number("ajxp_modiftime", node.modified);
            described.number("bytesize", size);
            described.text("ajxp_has_comments_feed", "true");
        } else {
            described.number("bytesize", size);
            described.number("ajxp_modiftime", node.modified);
        }
        if is_bin {
            described.text("text", label);
        }
        described.times(node);
        if detail.is_full && role != Role::Folder && !is_bin {
            described.text("mimestring", kind_of(node, path).2);
        }
        described.ending(role, node.modified);
        described
    }

    /// The stand-in for the folder when nodes were asked for by name.
    pub(crate) fn nowhere() -> Self {
        let text = |name, value: &str| (name, Value::Text(value.to_owned()));
        let attributes = vec![text("filename", "/"), text("text", ""), text("is_file", "true")];
        let mut nowhere =
            Self { attributes, path: None, is_file: true, label: String::new(), is_listed: false };
        nowhere.number("ajxp_im_time", 1_795_425_359);
        nowhere
    }

    fn text(&mut self, name: &'static str, value: impl Into<String>) {
        self.attributes.push((name, Value::Text(value.into())));
    }

    fn number(&mut self, name: &'static str, value: i64) {
        self.attributes.push((name, Value::Number(value)));
    }

    fn identity(&mut self, role: Role<'_>) {
        let path = self.path.clone().unwrap_or_default();
        if role == Role::Folder && path == "/" {
            self.text("repo_has_recycle", RECYCLE_BIN);
        }
        if role == Role::Child && !self.is_file && path != RECYCLE_BIN {
            self.text("text", self.label.clone());
        }
        self.text("is_file", if self.is_file { "true" } else { "false" });
        if role == Role::Child && self.is_file {
            self.text("text", self.label.clone());
        }
        self.text("filename", path);
    }

    fn kind(&mut self, node: &Node, is_bin: bool) {
        if is_bin {
            let icon =
                if node.children().is_empty() { "trashcan.png" } else { "trashcan_full.png" };
            self.text("icon", icon);
            self.text("fonticon", "delete");
            self.number("mimestring_id", 122);
            return self.text("ajxp_mime", "ajxp_recycle");
        }
        let (id, icon, _) = kind_of(node, self.path.as_deref().unwrap_or_default());
        self.number("mimestring_id", id);
        self.text("icon", icon);
        if node.is_file() {
            return self.text("fonticon", if id == 10 { "file-document" } else { "file" });
        }
        self.text("fonticon", "folder");
        self.text("openicon", "folder_open.png");
        self.text("ajxp_mime", "ajxp_folder");
    }

    fn rights(&mut self, node: &Node, detail: Detail) {
        self.attributes.push(("file_group", Value::Yes));
        self.attributes.push(("file_owner", Value::Yes));
        self.text("ajxp_readonly", if detail.is_read_only { "true" } else { "false" });
        self.text("file_perms", format!("{:04o}", node.mode));
    }

    fn times(&mut self, node: &Node) {
        self.text("ajxp_relativetime", WHEN);
        self.text("ajxp_description", format!("Modified {WHEN}"));
        if let Some(size) = node.bytes().map(bytes::Bytes::len).filter(|size| *size > 0) {
            self.text("filesize", human(size));
        }
    }

    fn ending(&mut self, role: Role<'_>, modified: i64) {
        if let Role::Changed { workspace, original } = role {
            self.text("node_repository_id", workspace);
            if let Some(original) = original {
                self.text("original_path", original);
            }
        }
        if role != Role::Child && self.path.as_deref() != Some(RECYCLE_BIN) {
            self.text("text", self.label.clone());
        }
        self.number("ajxp_im_time", modified);
    }

    /// The attributes of a `<tree>`, each with a space before it.
    pub(crate) fn xml(&self) -> String {
        let attributes = self.attributes.iter().map(|(name, value)| match value {
            Value::Text(text) => format!(" {name}=\"{}\"", html_special_chars(text)),
            Value::Number(number) => format!(" {name}=\"{number}\""),
            Value::Yes => format!(" {name}=\"1\""),
        });
        attributes.collect()
    }

    /// The fields as one JSON object.
    pub(crate) fn json(&self) -> String {
        let hidden = ["is_file", "filename", "text", "ajxp_im_time"];
        let attributes = self.attributes.iter().filter(|(name, _)| !hidden.contains(name));
        let mut fields: Vec<_> = attributes.map(|(name, value)| (*name, value.json())).collect();
        let Some(path) = &self.path else { return r#"{"path":null}"#.to_owned() };
        fields.push(("path", quote(path)));
        fields.push(("type", quote(if self.is_file { "leaf" } else { "collection" })));
        if self.is_listed {
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
            Self::Yes => "true".to_owned(),
        }
    }
}

/// The id, icon and name of what a node is.
fn kind_of(node: &Node, path: &str) -> (i64, &'static str, &'static str) {
    match node.is_file() {
        false => (8, "folder.png", "Directory"),
        true if path.ends_with(".txt") => (10, "txt2.png", "Text file"),
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

/// Text as PHP's `json_encode` writes it, apart from characters that are no ASCII.
pub(crate) fn quote(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('/', "\\/")
}

/// A JSON object of values that are JSON already.
pub(crate) fn object<K: AsRef<str>>(fields: impl IntoIterator<Item = (K, String)>) -> String {
    let fields =
        fields.into_iter().map(|(name, value)| format!("{}:{value}", quote(name.as_ref())));
    format!("{{{}}}", fields.collect::<Vec<_>>().join(","))
}
