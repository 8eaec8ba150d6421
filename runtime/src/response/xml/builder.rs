//! Builds a document from the events of its parser.

use quick_xml::{
    XmlVersion,
    events::{BytesStart, Event},
};

use super::{
    Document, Fault, MAX_DEPTH, Reading, is_blank,
    parts::{attributes, element, is_html, pagination, reload, resolve},
};
use crate::{
    response::{envelope::Report, utf8::DAMAGED},
    types::{Attributes, Element, Message, Node, Severity},
};

/// An element that has been opened and not yet closed.
pub(super) enum Open {
    Node(Node),
    Message(Severity, String),
    /// HTML in a message; only its text is kept.
    Markup,
    Diff,
    Section(Section),
    Element(Element),
    /// A marker without content of its own.
    Marker,
    /// A node whose name is not UTF-8, with everything in it.
    Unreadable,
}

#[derive(Clone, Copy)]
pub(super) enum Section {
    Add,
    Update,
    Remove,
}

/// Builds a document from the events of its parser.
pub(super) struct Builder {
    pub(super) reading: Reading,
    pub(super) open: Vec<Open>,
    pub(super) report: Report,
    pub(super) document: Option<Document>,
    /// Whether the report of a failure has more behind its end, which may lack a root of its own.
    pub(super) is_continued: bool,
}

impl Builder {
    pub(super) fn new(reading: Reading) -> Self {
        let report = Report::default();
        Self { reading, open: Vec::new(), report, document: None, is_continued: false }
    }

    /// Processes an event; `is_damaged` tells whether bytes of it were not UTF-8.
    pub(super) fn accept(&mut self, event: Event<'_>, is_damaged: bool) -> Result<(), Fault> {
        let is_tag = matches!(event, Event::Start(_) | Event::Empty(_));
        if is_damaged && !is_tag {
            return Err(Fault::Malformed("bytes that are not UTF-8".to_owned()));
        }
        match event {
            Event::Start(tag) => self.start(&tag, is_damaged),
            Event::Empty(tag) => {
                self.start(&tag, is_damaged)?;
                self.end();
                Ok(())
            }
            Event::End(tag) if self.open.is_empty() => match self.has_failed() {
                true => Ok(()),
                false => {
                    let name = tag.name();
                    Err(Fault::Malformed(format!("`</{}>` ends nothing", name.as_ref())))
                }
            },
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Text(text) => self.text(&text.xml_content(XmlVersion::Explicit1_0)),
            Event::CData(data) => self.text(&data.xml_content(XmlVersion::Explicit1_0)),
            Event::GeneralRef(reference) => {
                self.text(resolve(&reference)?.encode_utf8(&mut [0; 4]))
            }
            Event::DocType(kind) if is_html(kind.split_ascii_whitespace().next()) => {
                Err(Fault::WebPage)
            }
            // One that declares nothing: what it refers to is never fetched.
            Event::DocType(kind) if !kind.contains('[') => Ok(()),
            Event::DocType(_) => Err(Fault::Malformed("a DOCTYPE with declarations".to_owned())),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, is_damaged: bool) -> Result<(), Fault> {
        let name = tag.name();
        let name = name.as_ref();
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::Malformed(format!("elements nested deeper than {MAX_DEPTH}")));
        }
        if self.open.is_empty() && is_html(Some(name)) {
            return Err(Fault::WebPage);
        }
        if let Some(document) = self.document.take() {
            self.reopen(document, name)?;
            if name == "tree" {
                return Ok(());
            }
        }
        let attributes = attributes(tag)?;
        let open = match self.reading {
            _ if is_damaged => self.unreadable(name, &attributes)?,
            Reading::Envelope => self.begun(name, attributes)?,
            Reading::Elements => element(name, attributes),
        };
        self.open.push(open);
        Ok(())
    }

    /// Leaves out a node with a name that is not UTF-8, which no call can name.
    fn unreadable(&mut self, name: &str, attributes: &Attributes) -> Result<Open, Fault> {
        let path = attributes.get("filename").filter(|_| name == "tree");
        match (self.open.last(), path) {
            (Some(Open::Unreadable), _) => {}
            (Some(Open::Node(_)), Some(path)) => {
                self.report.unreadable.push(path.replace(char::from(DAMAGED), "\u{fffd}"));
            }
            _ => return Err(Fault::Malformed("bytes that are not UTF-8".to_owned())),
        }
        Ok(Open::Unreadable)
    }

    /// Determines the meaning of an element from its parent.
    fn begun(&mut self, name: &str, attributes: Attributes) -> Result<Open, Fault> {
        let depth = self.open.len();
        Ok(match (self.open.last_mut(), name) {
            // The server gives every node in a list its path. Without one it would be taken for the
            // root, which would then be deleted in its place.
            (Some(Open::Node(_) | Open::Section(_)), "tree")
                if attributes.get("filename").is_none() =>
            {
                return Err(Fault::Malformed("a node without a path".to_owned()));
            }
            (None | Some(Open::Node(_) | Open::Section(_)), "tree") => {
                Open::Node(Node { attributes, ..Node::default() })
            }
            (Some(Open::Message(..) | Open::Markup), _) => Open::Markup,
            (Some(Open::Unreadable), _) => Open::Unreadable,
            (Some(Open::Node(node)), "pagination") => {
                node.pagination = Some(pagination(&attributes)?);
                Open::Marker
            }
            (Some(Open::Node(_)), "message") if depth == 1 => {
                let severity = Severity::from(attributes.get("type").unwrap_or_default());
                Open::Message(severity, String::new())
            }
            (Some(Open::Node(_)), "nodes_diff") if depth == 1 => Open::Diff,
            (Some(Open::Diff), "add") => Open::Section(Section::Add),
            (Some(Open::Diff), "update") => Open::Section(Section::Update),
            (Some(Open::Diff), "remove") => Open::Section(Section::Remove),
            (Some(Open::Node(_)), "reload_instruction") if depth == 1 => {
                self.report.envelope.reloads.push(reload(&attributes));
                Open::Marker
            }
            (Some(Open::Node(_)), "consume_channel") if depth == 1 => {
                self.report.envelope.background = true;
                Open::Marker
            }
            (Some(Open::Node(_)), "require_auth") if depth == 1 => {
                self.report.require_auth = true;
                Open::Marker
            }
            _ => element(name, attributes),
        })
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        match self.open.iter_mut().rfind(|open| !matches!(open, Open::Markup)) {
            Some(Open::Message(_, content)) => content.push_str(text),
            Some(Open::Element(element)) => element.text.push_str(text),
            _ if text.trim_matches(is_blank).is_empty() => {}
            None if self.document.is_some() => return self.text_after(text),
            // PHP's warnings are printed there, and the rest of the response is then unreliable.
            _ => {
                return Err(Fault::Malformed(
                    "text outside the elements that may contain it".to_owned(),
                ));
            }
        }
        Ok(())
    }

    /// Adds a closed element to its parent.
    fn end(&mut self) {
        let Some(closed) = self.open.pop() else { return };
        match (closed, self.open.last_mut()) {
            (Open::Node(node), Some(Open::Node(parent))) => parent.children.push(node),
            (Open::Node(node), Some(Open::Section(section))) => {
                let diff = &mut self.report.envelope.diff;
                match section {
                    Section::Add => diff.added.push(node),
                    Section::Update => diff.updated.push(node),
                    Section::Remove => diff.removed.push(node),
                }
            }
            (Open::Node(root), None) => {
                let mut report = std::mem::take(&mut self.report);
                report.envelope.root = root;
                self.document = Some(Document::Report(report));
            }
            (Open::Message(severity, text), _) => {
                let text = text.trim().to_owned();
                self.report.envelope.messages.push(Message { severity, text });
            }
            (Open::Element(element), Some(Open::Element(parent))) => parent.children.push(element),
            (Open::Element(element), Some(Open::Node(parent))) => parent.elements.push(element),
            (Open::Element(element), None) => self.document = Some(Document::Element(element)),
            (Open::Element(element), Some(_)) => {
                // Inside a diff or a marker: keep it where it can be found.
                if let Some(Open::Node(root)) = self.open.first_mut() {
                    root.elements.push(element);
                }
            }
            (
                Open::Node(_)
                | Open::Diff
                | Open::Section(_)
                | Open::Marker
                | Open::Markup
                | Open::Unreadable,
                _,
            ) => {}
        }
    }

    /// Returns a closed node whose only parent is the root.
    pub(super) fn take_node(&mut self) -> Option<Node> {
        match &mut self.open[..] {
            [Open::Node(root)] => root.children.pop(),
            _ => None,
        }
    }

    /// Returns the root, while it is open.
    pub(super) fn root(&self) -> Option<&Node> {
        match self.open.first() {
            Some(Open::Node(root)) => Some(root),
            _ => None,
        }
    }

    pub(super) fn finish(mut self) -> Result<Document, Fault> {
        if self.is_continued {
            while !self.open.is_empty() {
                self.end();
            }
        }
        if self.open.is_empty() {
            self.document.ok_or(Fault::Nothing)
        } else {
            Err(Fault::CutShort("the response is truncated"))
        }
    }
}
