//! What an action reports, in XML or JSON.

use crate::{
    describe::{Described, object, quote},
    php::html_special_chars,
    reply::Reply,
};

/// The format of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Xml,
    Json,
}

/// A report: a message, changed nodes, and a hint that the work goes on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Envelope {
    pub(crate) success: Option<String>,
    pub(crate) error: Option<String>,
    pub(crate) added: Vec<Described>,
    pub(crate) updated: Vec<Described>,
    pub(crate) removed: Vec<Described>,
    pub(crate) background: bool,
    pub(crate) require_auth: bool,
}

/// A folder with its children, or a node without.
#[derive(Clone, Debug)]
pub(crate) struct Listing {
    pub(crate) node: Described,
    pub(crate) page: Option<Page>,
    /// `None` for a node that is not gone into.
    pub(crate) children: Option<Vec<Listing>>,
}

/// One page of a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) count: usize,
    pub(crate) total: usize,
    /// The page that was asked for, if one was.
    pub(crate) asked: Option<usize>,
    pub(crate) folders: usize,
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
        for (kind, text) in [("SUCCESS", &self.success), ("ERROR", &self.error)] {
            if let Some(text) = text {
                xml += &format!("<message type=\"{kind}\">{}</message>", html_special_chars(text));
            }
        }
        let parts = self.diff();
        if !parts.is_empty() {
            xml.push_str("<nodes_diff>");
            for (name, nodes) in parts {
                let nodes: String =
                    nodes.iter().map(|node| format!("<tree{}/>", node.xml())).collect();
                xml += &format!("<{name}>{nodes}</{name}>");
            }
            xml.push_str("</nodes_diff>");
        }
        if self.background {
            xml.push_str("<consume_channel/>");
        }
        xml + "</tree>"
    }

    /// A single part stands by itself, several have keys.
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
        match (&mut parts[..], &self.error) {
            (_, Some(text)) if self.require_auth => object([("message", quote(text))]),
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
    /// A node that is not gone into.
    pub(crate) fn leaf(node: Described) -> Self {
        Self { node, page: None, children: None }
    }

    pub(crate) fn reply(&self, format: Format) -> Reply {
        match format {
            Format::Xml => xml_reply(&self.xml()),
            Format::Json => json_reply(self.json()),
        }
    }

    fn xml(&self) -> String {
        let attributes = self.node.xml();
        let Some(children) = &self.children else { return format!("<tree{attributes}/>") };
        let page = self.page.map(|page| page.xml()).unwrap_or_default();
        let children: String = children.iter().map(Self::xml).collect();
        format!("<tree{attributes}>{page}{children}</tree>")
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

impl Page {
    fn xml(self) -> String {
        let Self { count, total, asked, folders } = self;
        let current = asked.unwrap_or(1);
        format!(
            "<pagination count=\"{count}\" total=\"{total}\" current=\"{current}\" \
             overflowMessage=\"{current}/{total}\" icon=\"folder.png\" openicon=\"folder_open.png\" \
             dirsCount=\"{folders}\" remote_order='true' currentOrderCol='ajxp_label' \
             currentOrderDir='asc'/>"
        )
    }

    fn json(self) -> String {
        let sort =
            r#"{"remote_order":"true","currentOrderCol":"ajxp_label","currentOrderDir":"asc"}"#;
        object([
            ("count", self.count.to_string()),
            ("current", self.asked.map_or_else(|| "1".to_owned(), |page| format!("\"{page}\""))),
            ("total", self.total.to_string()),
            ("dirs", self.folders.to_string()),
            ("remoteSort", sort.to_owned()),
        ])
    }
}

/// A document with the declaration it always has.
pub(crate) fn xml_reply(document: &str) -> Reply {
    let text = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{document}");
    Reply::new(200, "text/xml; charset=UTF-8", text)
}

fn json_reply(body: String) -> Reply {
    Reply::new(200, "application/json; charset=UTF-8", body)
}
