//! The result of an action, in XML or JSON.

use crate::{
    describe::{Described, object, quote},
    dialect::Dialect,
    element::Element,
    php::html_special_chars,
    reply::Reply,
};

/// The format of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Xml,
    Json,
}

/// A report: a message, changed nodes, and a hint that work continues in the background.
#[derive(Clone, Debug, Default)]
pub(crate) struct Envelope {
    pub(crate) success: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) added: Vec<Described>,
    pub(crate) updated: Vec<Described>,
    pub(crate) removed: Vec<Described>,
    pub(crate) background: bool,
    pub(crate) require_auth: bool,
    /// The item to select when a list is reloaded, once per list.
    pub(crate) reload: Vec<String>,
    /// Whether the reload precedes the message.
    pub(crate) reload_first: bool,
    /// Whether the list of workspaces is to be reloaded too.
    pub(crate) reloads_workspaces: bool,
    /// Elements that only a few actions return.
    pub(crate) elements: Vec<Element>,
}

/// A folder with its children, or a node without.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub(crate) node: Described,
    pub(crate) page: Option<Page>,
    /// How the web interface shows each node; included only in XML.
    pub(crate) columns: Option<&'static Columns>,
    /// `None` for a node that is not listed further.
    pub(crate) children: Option<Vec<Listing>>,
}

/// The columns of a list in the web interface.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Columns {
    pub(crate) grid_mode: &'static str,
    pub(crate) display_mode: &'static str,
    pub(crate) template: &'static str,
    /// Message, attribute and width of each column.
    pub(crate) columns: &'static [[&'static str; 3]],
}

/// One page of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) count: usize,
    pub(crate) total: usize,
    /// The requested page, if any.
    pub(crate) asked: Option<usize>,
    /// The number of folders; `None` in a list without folders, which also has no order.
    pub(crate) folders: Option<usize>,
    pub(crate) is_descending: bool,
    /// Whether the workspace has a default order.
    pub(crate) has_order: bool,
}

impl Envelope {
    pub(crate) fn error(message: impl Into<String>) -> Self {
        Self { error: Some(message.into()), ..Self::default() }
    }

    pub(crate) fn success(message: impl Into<String>) -> Self {
        Self { success: Some(message.into()), ..Self::default() }
    }

    pub(crate) fn reply(&self, format: Format) -> Reply {
        match format {
            Format::Xml => xml_reply(&self.xml()),
            Format::Json => json_reply(self.json()),
        }
    }

    fn xml(&self) -> String {
        let mut xml = "<tree >".to_owned();
        if self.require_auth {
            xml.push_str("<require_auth/>");
        }
        let reload: String = self.reload.iter().map(|pending| reload_xml(pending)).collect();
        if self.reload_first {
            xml += &reload;
        }
        for (kind, text) in [("SUCCESS", &self.success), ("ERROR", &self.error)] {
            if let Some(text) = text {
                xml += &format!("<message type=\"{kind}\">{}</message>", html_special_chars(text));
            }
        }
        let parts = self.diff();
        if !parts.is_empty() {
            xml.push_str("<nodes_diff>");
            for (name, nodes) in parts {
                let nodes = nodes.iter();
                let nodes: String = nodes.map(|node| format!("<tree{}/>", node.xml())).collect();
                xml += &format!("<{name}>{nodes}</{name}>");
            }
            xml.push_str("</nodes_diff>");
        }
        if !self.reload_first {
            xml += &reload;
        }
        if self.reloads_workspaces {
            xml.push_str("<reload_instruction object=\"repository_list\"/>");
        }
        xml.extend(self.elements.iter().map(Element::xml));
        if self.background {
            xml.push_str("<consume_channel/>");
        }
        xml + "</tree>"
    }

    /// A single part is the value itself; several parts have keys.
    fn json(&self) -> String {
        let mut parts = Vec::new();
        for (level, text) in [("Info", &self.success), ("Error", &self.error)] {
            if let Some(text) = text {
                parts
                    .push(("message", object([("level", quote(level)), ("message", quote(text))])));
            }
        }
        let diff = self.diff().into_iter().map(|(name, nodes)| (name, array(nodes)));
        let diff: Vec<_> = diff.collect();
        if !diff.is_empty() {
            parts.push(("nodesDiff", object(diff)));
        }
        if self.background {
            parts.push(("mq", object([("consume_channel", quote("now"))])));
        }
        if let Some(pending) = self.reload.last() {
            let reload = object([("node", quote("")), ("pendingSelection", quote(pending))]);
            parts.insert(if self.reload_first { 0 } else { parts.len() }, ("reload", reload));
        }
        if self.reloads_workspaces {
            // It has no JSON form.
            parts.push(("0", "{}".to_owned()));
        }
        match (&mut parts[..], &self.error) {
            (_, text) if self.require_auth => {
                object([("message", quote(text.as_deref().unwrap_or_default()))])
            }
            ([(_, part)], _) => std::mem::take(part),
            _ => object(parts),
        }
    }

    fn diff(&self) -> Vec<(&'static str, &[Described])> {
        let parts = [("add", &self.added), ("update", &self.updated), ("remove", &self.removed)];
        let parts = parts.into_iter().filter(|(_, nodes)| !nodes.is_empty());
        parts.map(|(name, nodes)| (name, &**nodes)).collect()
    }
}

fn array(nodes: &[Described]) -> String {
    let nodes: Vec<_> = nodes.iter().map(Described::json).collect();
    format!("[{}]", nodes.join(","))
}

impl Listing {
    /// Returns a node that is not listed further.
    pub(crate) fn leaf(node: Described) -> Self {
        Self { node, page: None, columns: None, children: None }
    }

    /// Returns a list without pages.
    pub(crate) fn of(node: Described, children: Vec<Self>) -> Self {
        Self { children: Some(children), ..Self::leaf(node) }
    }

    pub(crate) fn reply(&self, dialect: &Dialect, format: Format) -> Reply {
        match format {
            Format::Xml => xml_reply(&self.xml(dialect)),
            Format::Json => json_reply(self.json()),
        }
    }

    fn xml(&self, dialect: &Dialect) -> String {
        let attributes = self.node.xml();
        let Some(children) = &self.children else { return format!("<tree{attributes}/>") };
        let page = self.page.map(|page| page.xml()).unwrap_or_default();
        let columns = self.columns.map(|columns| columns.xml(dialect)).unwrap_or_default();
        let children: String = children.iter().map(|child| child.xml(dialect)).collect();
        format!("<tree{attributes}>{page}{columns}{children}</tree>")
    }

    fn json(&self) -> String {
        let Some(children) = &self.children else { return self.node.json() };
        let children = match &children[..] {
            [] => "[]".to_owned(),
            children => object(children.iter().map(|child| (child.node.path(), child.json()))),
        };
        let data = object([("node", self.node.json()), ("children", children)]);
        match self.page {
            Some(page) => object([("pagination", page.json()), ("data", data)]),
            None => data,
        }
    }
}

impl Columns {
    fn xml(&self, dialect: &Dialect) -> String {
        let Self { grid_mode, display_mode, template, columns } = self;
        let is_old = dialect.has_old_columns;
        // 6.0 to 6.4 leave out what has no value, and name the width differently.
        let attribute = |name: &'static str, value: &str| match is_old && value.is_empty() {
            true => String::new(),
            false => format!("{name}=\"{value}\" "),
        };
        let width = if is_old { "defaultWidth" } else { "width" };
        let columns = columns.iter().map(|[message, name, size]| {
            format!(
                "<column messageId=\"{message}\" attributeName=\"{name}\" sortType=\"String\" {}/>",
                attribute(width, size)
            )
        });
        let columns: String = columns.collect();
        let shown_by = if dialect.has_old_pages { "className" } else { "component" };
        format!(
            "<client_configs ><component_config {shown_by}=\"FilesList\" ><columns {}{}{}>{columns}\
             </columns></component_config></client_configs>",
            attribute("switchGridMode", grid_mode),
            attribute("switchDisplayMode", display_mode),
            attribute("template_name", template),
        )
    }
}

impl Page {
    /// Returns the column and the direction of the order.
    fn order(self) -> Option<(&'static str, &'static str)> {
        let direction = if self.is_descending { "desc" } else { "asc" };
        self.has_order.then_some(("ajxp_label", direction))
    }

    fn xml(self) -> String {
        let Self { count, total, asked, folders, .. } = self;
        let current = asked.unwrap_or(1);
        let (column, direction) = self.order().unwrap_or_default();
        let order = format!(
            " remote_order='true' currentOrderCol='{column}' currentOrderDir='{direction}'"
        );
        let (folders, order) = match folders {
            Some(folders) => (folders.to_string(), order),
            None => ("-1".to_owned(), String::new()),
        };
        format!(
            "<pagination count=\"{count}\" total=\"{total}\" current=\"{current}\" \
             overflowMessage=\"{current}/{total}\" icon=\"folder.png\" openicon=\"folder_open.png\" \
             dirsCount=\"{folders}\"{order}/>"
        )
    }

    fn json(self) -> String {
        let order =
            self.order().map_or([None; 2], |(column, direction)| [Some(column), Some(direction)]);
        let [column, direction] = order.map(|text| text.map_or("null".to_owned(), quote));
        let sort = format!(
            r#"{{"remote_order":"true","currentOrderCol":{column},"currentOrderDir":{direction}}}"#
        );
        let (folders, sort) = match self.folders {
            Some(folders) => (folders.to_string(), sort),
            None => ("-1".to_owned(), "null".to_owned()),
        };
        object([
            ("count", self.count.to_string()),
            ("current", self.asked.map_or_else(|| "1".to_owned(), |page| format!("\"{page}\""))),
            ("total", self.total.to_string()),
            ("dirs", folders),
            ("remoteSort", sort),
        ])
    }
}

fn reload_xml(pending: &str) -> String {
    let pending = html_special_chars(pending);
    format!("<reload_instruction object=\"data\" node=\"\" file=\"{pending}\"/>")
}

/// Returns a document with the XML declaration.
pub(crate) fn xml_reply(document: &str) -> Reply {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{document}");
    Reply::new(200, "text/xml; charset=UTF-8", unreadable(&text))
}

/// The placeholder for bytes of a name that are not UTF-8.
const UNREADABLE: char = '\u{fffd}';

/// Writes such bytes as they are, which makes a document ill-formed.
fn unreadable(text: &str) -> Vec<u8> {
    let mut parts = text.split(UNREADABLE);
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(0xe9);
        bytes.extend(part.bytes());
    }
    bytes
}

/// Returns JSON with the character set in its media type. With bytes that are not UTF-8, PHP
/// encodes nothing.
pub(crate) fn json_reply(body: String) -> Reply {
    if body.contains(UNREADABLE) {
        return Reply::empty();
    }
    Reply::new(200, "application/json; charset=UTF-8", body)
}
