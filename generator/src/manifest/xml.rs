//! XML with positions: a small tree of elements, attributes and where they stand.
//!
//! The text of elements is not kept, since manifests carry everything in attributes.

use std::{ops::Range, sync::Arc};

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use crate::diagnostic::{Diagnostic, SourceFile};

/// A parsed file.
#[derive(Debug)]
pub struct Document {
    /// Where it came from.
    pub file: Arc<SourceFile>,
    /// Its outermost element.
    pub root: Element,
}

/// An element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element {
    /// The file it stands in; elements of several files meet in one action.
    pub file: Arc<SourceFile>,
    /// Its name, prefix included.
    pub name: String,
    /// The bytes of its start tag.
    pub span: Range<usize>,
    /// Its attributes, in order.
    pub attributes: Vec<Attribute>,
    /// Its child elements, in order.
    pub children: Vec<Element>,
}

/// An attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// Its name, prefix included.
    pub name: String,
    /// Its value, with references resolved.
    pub value: String,
}

impl Element {
    /// The value of the attribute called `name`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.name == name).map(|a| &*a.value)
    }

    /// The child elements called `name`.
    pub fn children_named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// An error about this element.
    pub fn error(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message).at(&self.file, self.span.clone())
    }
}

/// Manifests nest some ten elements deep; templates of the web interface a few more.
const MAX_DEPTH: usize = 100;

/// No element of any release has more than thirty.
const MAX_ATTRIBUTES: usize = 200;

/// Parses a file.
///
/// # Errors
///
/// The first thing that makes it ill-formed, or that a manifest has no business to hold: a DTD,
/// an entity of its own, nesting without end.
pub fn parse(file: &Arc<SourceFile>) -> Result<Document, Diagnostic> {
    let mut parser = Parser { file, open: Vec::new(), root: None };
    let mut reader = Reader::from_str(&file.text);
    loop {
        let start = offset(reader.buffer_position());
        let event = reader.read_event().map_err(|error| {
            let end = offset(reader.error_position());
            let at = end.max(start)..offset(reader.buffer_position()).max(end);
            parser.ill_formed(error.to_string(), at)
        })?;
        let span = start..offset(reader.buffer_position());
        match event {
            Event::Start(tag) => parser.start(&tag, span)?,
            Event::Empty(tag) => {
                parser.start(&tag, span)?;
                parser.end();
            }
            Event::End(_) => parser.end(),
            Event::Text(text) => parser.text(&text, span)?,
            Event::GeneralRef(reference) => parser.reference(&reference, span)?,
            Event::DocType(_) => return Err(parser.doctype(span)),
            Event::CData(_) | Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
            Event::Eof => return parser.finish(),
        }
    }
}

fn offset(position: u64) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}

struct Parser<'f> {
    file: &'f Arc<SourceFile>,
    open: Vec<Element>,
    root: Option<Element>,
}

impl Parser<'_> {
    fn start(&mut self, tag: &BytesStart<'_>, span: Range<usize>) -> Result<(), Diagnostic> {
        if self.open.is_empty() && self.root.is_some() {
            return Err(self.ill_formed("a second outermost element".to_owned(), span));
        }
        if self.open.len() >= MAX_DEPTH {
            let message = format!("elements nested deeper than {MAX_DEPTH}");
            return Err(self.error("xml-too-deep", message, span));
        }
        let mut attributes = Vec::new();
        for attribute in tag.attributes() {
            let attribute = match attribute {
                Ok(attribute) => attribute,
                Err(error) => return Err(self.ill_formed(error.to_string(), span)),
            };
            if attributes.len() >= MAX_ATTRIBUTES {
                let message = format!("an element with more than {MAX_ATTRIBUTES} attributes");
                return Err(self.error("xml-too-many-attributes", message, span));
            }
            let value = match attribute.normalized_value(XmlVersion::Explicit1_0) {
                Ok(value) => value.into_owned(),
                Err(error) => return Err(self.ill_formed(error.to_string(), span)),
            };
            attributes.push(Attribute { name: attribute.key.as_ref().to_owned(), value });
        }
        self.open.push(Element {
            file: Arc::clone(self.file),
            name: tag.name().as_ref().to_owned(),
            span,
            attributes,
            children: Vec::new(),
        });
        Ok(())
    }

    fn end(&mut self) {
        if let Some(closed) = self.open.pop() {
            match self.open.last_mut() {
                Some(parent) => parent.children.push(closed),
                None => self.root = Some(closed),
            }
        }
    }

    fn text(&self, text: &str, span: Range<usize>) -> Result<(), Diagnostic> {
        let is_bom = span.start == 0 && text.trim_start_matches('\u{feff}').trim().is_empty();
        if self.open.is_empty() && !text.trim().is_empty() && !is_bom {
            return Err(self.ill_formed("text outside of the outermost element".to_owned(), span));
        }
        Ok(())
    }

    fn reference(&self, name: &str, span: Range<usize>) -> Result<(), Diagnostic> {
        let known = matches!(name, "lt" | "gt" | "amp" | "apos" | "quot");
        if known || name.starts_with('#') {
            return Ok(());
        }
        Err(self.ill_formed(format!("the entity `&{name};` is declared nowhere"), span))
    }

    fn doctype(&self, span: Range<usize>) -> Diagnostic {
        self.error("xml-dtd", "a document type declaration".to_owned(), span).help(
            "manifests have none: take it out, and write entities as the characters they stand for",
        )
    }

    fn finish(mut self) -> Result<Document, Diagnostic> {
        let end = self.file.text.len();
        if let Some(open) = self.open.pop() {
            let message = format!("`<{}>` is never closed", open.name);
            return Err(self.ill_formed(message, open.span));
        }
        match self.root.take() {
            Some(root) => Ok(Document { file: Arc::clone(self.file), root }),
            None => Err(self.ill_formed("no element at all".to_owned(), 0..end.min(1))),
        }
    }

    fn ill_formed(&self, message: String, span: Range<usize>) -> Diagnostic {
        self.error("xml-ill-formed", format!("not well-formed XML: {message}"), span).help(
            "mend the file, or leave the plugin out with `--keep-going`: the server cannot read it either",
        )
    }

    fn error(&self, code: &'static str, message: String, span: Range<usize>) -> Diagnostic {
        Diagnostic::error(code, message).at(self.file, span)
    }
}
