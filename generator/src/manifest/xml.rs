//! XML with positions: a small tree of elements and attributes with their locations.
//!
//! The text of elements is not kept, because manifests carry everything in attributes.

mod entities;
mod fault;

use std::{ops::Range, sync::Arc};

use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use crate::diagnostic::{Diagnostic, Place, SourceFile};
use entities::Entities;
use fault::Fault;

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
    /// The file that contains it; elements of several files meet in one action.
    pub file: Arc<SourceFile>,
    /// Its name, prefix included.
    pub name: String,
    /// The bytes of its start tag.
    pub span: Range<usize>,
    /// Whether it is in a default namespace: the server looks for elements without one.
    pub namespaced: bool,
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
    /// Returns the value of the attribute called `name`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|a| a.name == name).map(|a| &*a.value)
    }

    /// Returns the child elements called `name`.
    pub fn children_named<'e>(&'e self, name: &'e str) -> impl Iterator<Item = &'e Element> {
        self.children.iter().filter(move |child| child.is(name))
    }

    /// Returns whether it is called `name` and has no namespace.
    pub fn is(&self, name: &str) -> bool {
        self.name == name && !self.namespaced
    }

    /// Returns where it is.
    pub fn place(&self) -> Place {
        Place { file: Arc::clone(&self.file), span: self.span.clone() }
    }

    /// Creates a warning about this element.
    pub fn warning(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::warning(code, message).at(&self.file, self.span.clone())
    }

    /// Creates an error about this element.
    pub fn error(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        Diagnostic::error(code, message).at(&self.file, self.span.clone())
    }
}

/// Manifests nest about ten elements deep; templates of the web interface a few more.
const MAX_DEPTH: usize = 100;

/// No element of any release has more than sixteen.
const MAX_ATTRIBUTES: usize = 200;

/// No attribute of any release has more than 622.
const MAX_VALUE: usize = 64 * 1024;

/// Parses a file.
///
/// Of a document type declaration, only entities that are declared as plain text are read, and
/// never another file.
///
/// # Errors
///
/// Returns the first thing that makes it ill-formed, or that no manifest has: endless nesting, an
/// attribute of megabytes.
pub fn parse(file: &Arc<SourceFile>) -> Result<Document, Diagnostic> {
    let entities = Entities::default();
    let mut parser = Parser { file, open: Vec::new(), root: None, entities };
    parser.characters()?;
    let mut reader = Reader::from_str(&file.text);
    // The server's parser also rejects such comments.
    reader.config_mut().check_comments = true;
    loop {
        let start = offset(reader.buffer_position());
        let event = reader.read_event().map_err(|error| {
            let place = offset(reader.error_position()).max(start);
            parser.refuse(fault::of_event(&error, place, &file.text, parser.open.last()))
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
            Event::CData(_) => parser.inside(span)?,
            Event::DocType(declaration) => parser.entities = Entities::declared(&declaration),
            Event::Comment(_) | Event::PI(_) | Event::Decl(_) => {}
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
    entities: Entities,
}

impl Parser<'_> {
    /// Rejects characters that XML does not allow, which quick-xml accepts.
    fn characters(&self) -> Result<(), Diagnostic> {
        let text = &self.file.text;
        if text.starts_with('\u{feff}') {
            let message = "a second byte order mark".to_owned();
            return Err(self.refuse(Fault { message, span: 0..'\u{feff}'.len_utf8() }));
        }
        match text.char_indices().find(|(_, c)| !fault::is_allowed(*c)) {
            Some((at, c)) => Err(self.refuse(fault::of_character(c, at..at + c.len_utf8()))),
            None => Ok(()),
        }
    }

    fn start(&mut self, tag: &BytesStart<'_>, span: Range<usize>) -> Result<(), Diagnostic> {
        if self.open.is_empty() && self.root.is_some() {
            let message = "a second outermost element".to_owned();
            return Err(self.refuse(Fault { message, span }));
        }
        if self.open.len() >= MAX_DEPTH {
            let message = format!("elements nested deeper than {MAX_DEPTH}");
            return Err(self.beyond("xml-too-deep", message, span));
        }
        let attributes = self.attributes(tag, &span)?;
        let outer = self.open.last().is_some_and(|open| open.namespaced);
        let own = attributes.iter().find(|attribute| attribute.name == "xmlns");
        self.open.push(Element {
            file: Arc::clone(self.file),
            name: tag.name().as_ref().to_owned(),
            span,
            namespaced: own.map_or(outer, |attribute| !attribute.value.is_empty()),
            attributes,
            children: Vec::new(),
        });
        Ok(())
    }

    fn attributes(
        &mut self,
        tag: &BytesStart<'_>,
        span: &Range<usize>,
    ) -> Result<Vec<Attribute>, Diagnostic> {
        let mut attributes = Vec::new();
        let source = &self.file.text[span.clone()];
        for attribute in tag.attributes() {
            let attribute = attribute
                .map_err(|error| self.refuse(fault::of_attribute(&error, source, span.start)))?;
            let name = attribute.key.as_ref().to_owned();
            if attributes.len() >= MAX_ATTRIBUTES {
                let message = format!("an element with more than {MAX_ATTRIBUTES} attributes");
                return Err(self.beyond("xml-too-many-attributes", message, span.clone()));
            }
            if attribute.value.len() > MAX_VALUE {
                let message =
                    format!("the attribute `{name}` exceeds the limit of {MAX_VALUE} bytes");
                return Err(self.beyond("xml-attribute-too-large", message, span.clone()));
            }
            let attribute = self.entities.resolved(attribute);
            let value = fault::value_of(&attribute, source, span.start);
            attributes.push(Attribute { name, value: value.map_err(|f| self.refuse(f))? });
        }
        Ok(attributes)
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
        let space = text.len() - text.trim_start().len();
        match text.trim().len() {
            0 => Ok(()),
            length => self.inside(span.start + space..span.start + space + length),
        }
    }

    /// Rejects text outside of any element.
    fn inside(&self, span: Range<usize>) -> Result<(), Diagnostic> {
        if self.open.is_empty() {
            let message = "text outside the root element".to_owned();
            return Err(self.refuse(Fault { message, span }));
        }
        Ok(())
    }

    fn reference(&self, reference: &BytesRef<'_>, span: Range<usize>) -> Result<(), Diagnostic> {
        let message = match reference.resolve_char_ref() {
            Ok(Some(_)) => return self.inside(span),
            Ok(None) if matches!(&**reference, "lt" | "gt" | "amp" | "apos" | "quot") => {
                return self.inside(span);
            }
            Ok(None) if self.entities.has(reference) => return self.inside(span),
            Ok(None) => fault::unknown_entity(reference),
            Err(error) => error.to_string(),
        };
        Err(self.refuse(Fault { message, span }))
    }

    fn finish(mut self) -> Result<Document, Diagnostic> {
        if let Some(open) = self.open.pop() {
            let message = format!("`<{}>` is never closed", open.name);
            return Err(self.refuse(Fault { message, span: open.span }));
        }
        match self.root.take() {
            Some(root) => Ok(Document { file: Arc::clone(self.file), root }),
            None => {
                let message = "no element at all".to_owned();
                Err(self.refuse(Fault { message, span: 0..self.file.text.len().min(1) }))
            }
        }
    }

    fn refuse(&self, Fault { message, span }: Fault) -> Diagnostic {
        self.error("xml-ill-formed", format!("not well-formed XML: {message}"), span)
            .help("fix the file: the server cannot read it either")
    }

    fn beyond(&self, code: &'static str, message: String, span: Range<usize>) -> Diagnostic {
        self.error(code, message, span)
            .help("no manifest of any release is similar: check that this is the right file")
    }

    fn error(&self, code: &'static str, message: String, span: Range<usize>) -> Diagnostic {
        Diagnostic::error(code, message).at(self.file, span)
    }
}
