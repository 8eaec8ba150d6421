//! Reads XML responses while they arrive, without a tree of what is not kept.

pub(super) mod after;
mod parts;

use std::pin::Pin;

use bytes::Bytes;
use quick_xml::{
    XmlVersion,
    errors::SyntaxError,
    events::{BytesStart, Event},
};

use self::parts::{attributes, element, is_html, pagination, refuse_report, reload, resolve};
use super::{
    AnyResponse, Origin, Response,
    any::Kind,
    envelope::Report,
    next_event, plain,
    raw::{Reader, not_api, read_error, reader_of},
    utf8::DAMAGED,
};
use crate::types::{Attributes, Element, Envelope, Error, ErrorKind, Message, Node, Severity};

/// Deeper nesting than any folder tree: no valid response has it.
const MAX_DEPTH: usize = 512;

/// No file name or other attribute is longer.
const MAX_TAG: usize = 64 << 20;

/// The result of the outermost element.
enum Document {
    /// `<tree>`: the envelope.
    Report(Report),
    /// Any other root, or any root at all if elements are requested.
    Element(Element),
}

/// How to read a document.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reading {
    /// As an envelope.
    Envelope,
    /// As elements: never a [`Document::Report`].
    Elements,
}

pub(super) async fn read_envelope(response: Response) -> Result<Envelope, Error> {
    let (origin, document) = read(response, Reading::Envelope).await?;
    settled(&origin, document)
}

fn settled(origin: &Origin, document: Document) -> Result<Envelope, Error> {
    match document {
        Document::Report(report) => report.settle(origin),
        Document::Element(element) => {
            let element = refuse_report(origin, element)?;
            let message = format!("expected a `<tree>`, but received `<{}>`", element.name);
            Err(Error::new(ErrorKind::Malformed, origin.failure(message)))
        }
    }
}

/// Reads a listing, and the paths of nodes that were left out because their names are not UTF-8.
pub(super) async fn read_page(response: Response) -> Result<(Envelope, Vec<String>), Error> {
    let (origin, document) = read(response, Reading::Envelope).await?;
    listed(&origin, document)
}

fn listed(origin: &Origin, mut document: Document) -> Result<(Envelope, Vec<String>), Error> {
    let unreadable = match &mut document {
        Document::Report(report) => std::mem::take(&mut report.unreadable),
        Document::Element(_) => Vec::new(),
    };
    let envelope = settled(origin, document)?;
    origin.expected.check_root(origin, &envelope.root)?;
    Ok((envelope, unreadable))
}

pub(super) async fn read_element(response: Response) -> Result<Element, Error> {
    let (origin, document) = read(response, Reading::Elements).await?;
    match document {
        Document::Element(element) => refuse_report(&origin, element),
        Document::Report(_) => {
            Err(Error::new(ErrorKind::Malformed, origin.failure("an envelope came")))
        }
    }
}

/// Reads XML of any kind that is already in memory.
pub(super) async fn read_document(origin: &Origin, bytes: Bytes) -> Result<AnyResponse, Error> {
    match parse(origin, reader_of(bytes), Reading::Envelope).await? {
        Document::Report(report) => report.settle(origin).map(AnyResponse::Envelope),
        Document::Element(element) => refuse_report(origin, element).map(AnyResponse::Xml),
    }
}

/// Reads a response that should be XML.
async fn read(response: Response, reading: Reading) -> Result<(Origin, Document), Error> {
    let (origin, reader) = opened(response).await?;
    let document = parse(&origin, reader, reading).await?;
    Ok((origin, document))
}

/// Opens a response that should be XML, to be read while it arrives if its type is XML.
async fn opened(response: Response) -> Result<(Origin, Reader), Error> {
    let media_type = response.media_type();
    if media_type.ends_with("xml") {
        return Ok(response.reader());
    }
    let (origin, bytes) = response.whole().await?;
    let reader = match Kind::of(&media_type, &bytes) {
        Kind::Empty => Err(Fault::Nothing.at(&origin, 0)),
        Kind::Xml => Ok(reader_of(bytes)),
        Kind::Json => plain::json(&origin, &bytes).and_then(|_| {
            Err(Error::new(ErrorKind::Malformed, origin.failure("expected XML, but received JSON")))
        }),
        // The server refuses an upload this way; 6.4.2 does not declare the type.
        Kind::Text if media_type == "text/plain" || plain::ends_with_code(&bytes) => {
            let text = plain::text(&origin, bytes.into())?;
            Err(Error::new(ErrorKind::Server, origin.failure(text.trim())))
        }
        Kind::Text if matches!(&*media_type, "" | "text/html") => Err(not_api(&origin)),
        Kind::Text => {
            let message = format!("expected XML, but received `{media_type}`");
            Err(Error::new(ErrorKind::Malformed, origin.failure(message)))
        }
    };
    reader.map(|reader| (origin, reader))
}

/// Boxed, so that it is compiled once, and not into each function that waits for it.
fn parse(origin: &Origin, reader: Reader, reading: Reading) -> Parsing<'_> {
    Box::pin(async move {
        let mut parser = Parser::new(reader, reading);
        while parser.step(origin).await? {}
        parser.finish(origin)
    })
}

type Parsing<'a> = Pin<Box<dyn Future<Output = Result<Document, Error>> + Send + 'a>>;

/// A document that is being read.
struct Parser {
    reader: quick_xml::Reader<Reader>,
    buffer: Vec<u8>,
    builder: Builder,
}

impl Parser {
    fn new(reader: Reader, reading: Reading) -> Self {
        let mut reader = quick_xml::Reader::from_reader(reader);
        // Whether they are refused is up to the builder.
        reader.config_mut().allow_unmatched_ends = true;
        Self { reader, buffer: Vec::new(), builder: Builder::new(reading) }
    }

    /// Processes the next tag or text; false at the end.
    async fn step(&mut self, origin: &Origin) -> Result<bool, Error> {
        let Self { reader, buffer, builder } = self;
        buffer.clear();
        let event = next_event(reader, buffer).await;
        let event = event.map_err(|error| xml_error(origin, reader.buffer_position(), error))?;
        if matches!(event, Event::Eof) {
            return Ok(false);
        }
        let is_damaged = reader.get_mut().is_damaged();
        builder
            .accept(event, is_damaged)
            .map_err(|fault| fault.at(origin, reader.buffer_position()))?;
        Ok(true)
    }

    fn finish(self, origin: &Origin) -> Result<Document, Error> {
        let position = self.reader.buffer_position();
        self.builder.finish().map_err(|fault| fault.at(origin, position))
    }
}

/// An envelope whose nodes are returned while it arrives.
pub(crate) struct NodeReader {
    origin: Origin,
    parser: Parser,
}

impl NodeReader {
    /// Reads a response that should be an envelope.
    pub(crate) async fn of(response: Response) -> Result<Self, Error> {
        let (origin, reader) = opened(response).await?;
        Ok(Self { origin, parser: Parser::new(reader, Reading::Envelope) })
    }

    /// Returns the next node below the root; `None` when the response has ended.
    pub(crate) async fn next(&mut self) -> Result<Option<Node>, Error> {
        while self.parser.step(&self.origin).await? {
            if let Some(node) = self.parser.builder.take_node() {
                if let Some(root) = self.parser.builder.root() {
                    self.origin.expected.check_root(&self.origin, root)?;
                }
                self.parser.reader.get_mut().renew();
                return Ok(Some(node));
            }
        }
        Ok(None)
    }

    /// Returns the rest of the envelope after its end, unless it reports a failure, and the paths of
    /// nodes that were left out because their names are not UTF-8.
    pub(crate) fn rest(self) -> Result<(Envelope, Vec<String>), Error> {
        listed(&self.origin, self.parser.finish(&self.origin)?)
    }
}

fn xml_error(origin: &Origin, position: u64, error: quick_xml::Error) -> Error {
    match error {
        quick_xml::Error::Io(error) => {
            let kind = error.kind();
            let owned = std::sync::Arc::try_unwrap(error)
                .unwrap_or_else(|shared| std::io::Error::new(kind, shared.to_string()));
            read_error(origin, owned)
        }
        // All other errors of syntax are about markup that does not end.
        quick_xml::Error::Syntax(error) if error != SyntaxError::InvalidBangMarkup => {
            Fault::CutShort("the response ends inside markup").at(origin, position)
        }
        other => Fault::Malformed(other.to_string()).at(origin, position),
    }
}

/// Why a document is refused.
enum Fault {
    Malformed(String),
    CutShort(&'static str),
    WebPage,
    Nothing,
}

impl Fault {
    fn at(self, origin: &Origin, position: u64) -> Error {
        let malformed =
            |what: &str| origin.failure(format!("{what}, at byte {position} of the XML"));
        match self {
            Self::Malformed(what) => Error::new(ErrorKind::Malformed, malformed(&what)),
            Self::CutShort(what) => {
                Error::new(ErrorKind::Malformed, malformed(what).cut_short(true))
            }
            Self::WebPage => not_api(origin),
            Self::Nothing => Error::new(
                ErrorKind::Empty,
                origin.failure(
                    "expected XML, but the response is \
                                                             empty",
                ),
            ),
        }
    }
}

impl<E: std::error::Error> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Malformed(error.to_string())
    }
}

/// White space, and the byte order mark that a file of the server may begin with: the XML parser
/// recognises it only if it arrives in one piece.
fn is_blank(char: char) -> bool {
    char.is_whitespace() || char == '\u{feff}'
}

/// An element that has been opened and not yet closed.
enum Open {
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
enum Section {
    Add,
    Update,
    Remove,
}

/// Builds a document from the events of its parser.
struct Builder {
    reading: Reading,
    open: Vec<Open>,
    report: Report,
    document: Option<Document>,
    /// Whether the report of a failure has more behind its end, which may lack a root of its own.
    is_continued: bool,
}

impl Builder {
    fn new(reading: Reading) -> Self {
        let report = Report::default();
        Self { reading, open: Vec::new(), report, document: None, is_continued: false }
    }

    /// Processes an event; `is_damaged` tells whether bytes of it were not UTF-8.
    fn accept(&mut self, event: Event<'_>, is_damaged: bool) -> Result<(), Fault> {
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
    fn take_node(&mut self) -> Option<Node> {
        match &mut self.open[..] {
            [Open::Node(root)] => root.children.pop(),
            _ => None,
        }
    }

    /// Returns the root, while it is open.
    fn root(&self) -> Option<&Node> {
        match self.open.first() {
            Some(Open::Node(root)) => Some(root),
            _ => None,
        }
    }

    fn finish(mut self) -> Result<Document, Fault> {
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
