//! Reading XML answers while they arrive, without a tree of what is not kept.

use quick_xml::{
    XmlVersion,
    errors::SyntaxError,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    AnyAnswer, Attributes, Element, Envelope, Message, Node, Pagination, Reload, Severity,
    envelope::Report,
};
use crate::{
    Error, NodePath, Response,
    response::{Origin, Reader, read_error},
};

/// Deeper nesting than any folder tree: a server that sends it is not answering.
const MAX_DEPTH: usize = 512;

/// What the outermost element made of the document.
enum Document {
    /// `<tree>`: the envelope.
    Report(Report),
    /// Any other root.
    Element(Element),
}

pub(super) async fn read_envelope(response: Response) -> Result<Envelope, Error> {
    let (origin, reader) = response.reader();
    match parse(&origin, reader).await? {
        Document::Report(report) => report.settle(&origin),
        Document::Element(element) => Err(Error::Malformed(
            origin.failure(format!("a `<tree>` was expected, and `<{}>` came", element.name)),
        )),
    }
}

pub(super) async fn read_element(response: Response) -> Result<Element, Error> {
    let (origin, reader) = response.reader();
    match parse(&origin, reader).await? {
        Document::Element(element) => Ok(element),
        Document::Report(report) => Ok(as_element(report.settle(&origin)?)),
    }
}

pub(super) async fn read_document(origin: &Origin, bytes: &[u8]) -> Result<AnyAnswer, Error> {
    match parse(origin, Box::pin(std::io::Cursor::new(bytes.to_vec()))).await? {
        Document::Report(report) => report.settle(origin).map(AnyAnswer::Envelope),
        Document::Element(element) => Ok(AnyAnswer::Xml(element)),
    }
}

/// An error for a document that is the envelope of one; `Ok` for anything else.
///
/// Early failures come as XML whatever format was asked for.
pub(super) async fn refuse_errors(origin: &Origin, bytes: &[u8]) -> Result<(), Error> {
    let text = bytes.trim_ascii_start();
    if text.starts_with(b"<?xml") || text.starts_with(b"<tree") {
        read_document(origin, bytes).await?;
    }
    Ok(())
}

/// The envelope of an action that promised XML of its own and had nothing to put into it.
fn as_element(envelope: Envelope) -> Element {
    let Node { attributes, elements, .. } = envelope.root;
    Element { name: "tree".to_owned(), attributes, children: elements, text: String::new() }
}

async fn parse(origin: &Origin, reader: Reader) -> Result<Document, Error> {
    let mut reader = quick_xml::Reader::from_reader(reader);
    let mut buffer = Vec::new();
    let mut builder = Builder::default();
    loop {
        buffer.clear();
        let event = reader.read_event_into_async(&mut buffer).await;
        let event = event.map_err(|error| xml_error(origin, reader.buffer_position(), error))?;
        if matches!(event, Event::Eof) {
            break;
        }
        builder.accept(event).map_err(|fault| fault.at(origin, reader.buffer_position()))?;
    }
    builder.finish().map_err(|fault| fault.at(origin, reader.buffer_position()))
}

fn xml_error(origin: &Origin, position: u64, error: quick_xml::Error) -> Error {
    match error {
        quick_xml::Error::Io(error) => {
            let kind = error.kind();
            let owned = std::sync::Arc::try_unwrap(error)
                .unwrap_or_else(|shared| std::io::Error::new(kind, shared.to_string()));
            read_error(origin, owned)
        }
        quick_xml::Error::Syntax(SyntaxError::UnclosedTag) => {
            Fault::Malformed("the answer ends inside a tag".to_owned()).at(origin, position)
        }
        other => Fault::Malformed(other.to_string()).at(origin, position),
    }
}

/// Why a document is not taken.
enum Fault {
    Malformed(String),
    WebPage,
    Nothing,
}

impl Fault {
    fn at(self, origin: &Origin, position: u64) -> Error {
        match self {
            Self::Malformed(what) => {
                Error::Malformed(origin.failure(format!("{what}, at byte {position} of the XML")))
            }
            Self::WebPage => Error::NotApi(
                origin.failure("a web page came: check the server's address and its URL rewriting"),
            ),
            Self::Nothing => Error::Empty(origin.failure("XML was expected, and nothing came")),
        }
    }
}

impl<E: std::error::Error> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// An element that has been opened and not yet closed.
enum Open {
    Node(Node),
    Message(Severity, String),
    Diff,
    Section(Section),
    Element(Element),
    /// A marker without content of its own.
    Marker,
}

#[derive(Clone, Copy)]
enum Section {
    Add,
    Update,
    Remove,
}

/// Puts a document together from the events of its reader.
#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    report: Report,
    document: Option<Document>,
}

impl Builder {
    fn accept(&mut self, event: Event<'_>) -> Result<(), Fault> {
        match event {
            Event::Start(tag) => self.start(&tag),
            Event::Empty(tag) => {
                self.start(&tag)?;
                self.end();
                Ok(())
            }
            Event::End(_) => {
                self.end();
                Ok(())
            }
            Event::Text(text) => self.text(&text.xml_content(XmlVersion::Explicit1_0)),
            Event::CData(data) => self.text(&data.xml_content(XmlVersion::Explicit1_0)),
            Event::GeneralRef(reference) => {
                self.text(resolve(&reference)?.encode_utf8(&mut [0; 4]))
            }
            Event::DocType(_) => Err(Fault::WebPage),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Eof => Ok(()),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>) -> Result<(), Fault> {
        let name = tag.name();
        let name = name.as_ref();
        if self.open.len() >= MAX_DEPTH {
            return Err(Fault::Malformed(format!("elements nested deeper than {MAX_DEPTH}")));
        }
        if self.open.is_empty() && (self.document.is_some() || name.eq_ignore_ascii_case("html")) {
            return Err(Fault::WebPage);
        }
        let mut attributes = Attributes::default();
        for attribute in tag.attributes() {
            let attribute = attribute?;
            let value = attribute.normalized_value(XmlVersion::Explicit1_0)?;
            attributes.push(attribute.key.as_ref(), &value);
        }
        let open = self.opened(name, attributes);
        self.open.push(open);
        Ok(())
    }

    /// What an element stands for, given what it stands in.
    fn opened(&mut self, name: &str, attributes: Attributes) -> Open {
        let depth = self.open.len();
        match (self.open.last_mut(), name) {
            (None | Some(Open::Node(_) | Open::Section(_)), "tree") => {
                Open::Node(Node { attributes, ..Node::default() })
            }
            (Some(Open::Node(node)), "pagination") => {
                node.pagination = Some(pagination(&attributes));
                Open::Marker
            }
            (Some(Open::Node(_)), "message") if depth == 1 => {
                let severity = Severity::from_type(attributes.get("type").unwrap_or_default());
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
            _ => Open::Element(Element { name: name.to_owned(), attributes, ..Element::default() }),
        }
    }

    fn text(&mut self, text: &str) -> Result<(), Fault> {
        match self.open.last_mut() {
            Some(Open::Message(_, content)) => content.push_str(text),
            Some(Open::Element(element)) => element.text.push_str(text),
            None if !text.trim().is_empty() => {
                return Err(Fault::Malformed("text outside of the XML document".to_owned()));
            }
            _ => {}
        }
        Ok(())
    }

    /// Hands a closed element to the one it stands in.
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
                // Inside a diff or a marker: kept where it can be found.
                if let Some(Open::Node(root)) = self.open.first_mut() {
                    root.elements.push(element);
                }
            }
            (Open::Node(_) | Open::Diff | Open::Section(_) | Open::Marker, _) => {}
        }
    }

    fn finish(self) -> Result<Document, Fault> {
        if self.open.is_empty() {
            self.document.ok_or(Fault::Nothing)
        } else {
            Err(Fault::Malformed("the answer is cut short".to_owned()))
        }
    }
}

fn resolve(reference: &BytesRef<'_>) -> Result<char, Fault> {
    if let Some(char) = reference.resolve_char_ref()? {
        return Ok(char);
    }
    let name: &str = reference;
    match name {
        "lt" => Ok('<'),
        "gt" => Ok('>'),
        "amp" => Ok('&'),
        "apos" => Ok('\''),
        "quot" => Ok('"'),
        other => Err(Fault::Malformed(format!("unknown entity `&{other};`"))),
    }
}

fn pagination(attributes: &Attributes) -> Pagination {
    let number = |name| attributes.get(name).and_then(|value| value.parse().ok());
    Pagination {
        count: number("count").unwrap_or_default(),
        total: number("total").unwrap_or_default(),
        current: number("current").unwrap_or_default(),
    }
}

fn reload(attributes: &Attributes) -> Reload {
    let path = |name| attributes.get(name).filter(|path| !path.is_empty()).map(NodePath::from);
    Reload {
        object: attributes.get("object").unwrap_or_default().to_owned(),
        node: path("node"),
        file: path("file"),
    }
}
