//! Reads XML responses while they arrive, without a tree of what is not kept.

pub(super) mod after;
mod builder;
mod parts;

use std::pin::Pin;

use bytes::Bytes;
use quick_xml::{errors::SyntaxError, events::Event};

use self::{
    builder::{Builder, Open},
    parts::refuse_report,
};
use super::{
    AnyResponse, Origin, Response,
    any::Kind,
    envelope::Report,
    next_event, plain,
    raw::{Reader, not_api, read_error, reader_of},
};
use crate::types::{Element, Envelope, Error, ErrorKind, Node};

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
