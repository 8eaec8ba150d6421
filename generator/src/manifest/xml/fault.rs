//! Describes what makes a file ill-formed, with our own messages and the bytes concerned.
//!
//! quick-xml reports positions relative to the beginning of a tag or a value, and none at all for
//! some errors: this module converts them to spans of the file.

use std::ops::Range;

use quick_xml::{
    Error, XmlVersion,
    errors::{IllFormedError, SyntaxError},
    escape::EscapeError,
    events::attributes::{AttrError, Attribute},
};

use super::Element;

/// Something that makes a file ill-formed.
pub(super) struct Fault {
    pub(super) message: String,
    pub(super) span: Range<usize>,
}

/// Returns whether XML 1.0 allows the character.
pub(super) fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..) && !matches!(c, '\u{fffe}' | '\u{ffff}')
}

pub(super) fn of_character(c: char, span: Range<usize>) -> Fault {
    Fault { message: format!("the character U+{:04X} is not allowed", u32::from(c)), span }
}

pub(super) fn unknown_entity(name: &str) -> String {
    match name.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | ':')) {
        true => format!("the entity `&{name};` is not declared here as plain text"),
        false => LONE_AMPERSAND.to_owned(),
    }
}

/// Converts an error of reading at `at`; `open` is the innermost element that is not closed yet.
pub(super) fn of_event(error: &Error, at: usize, text: &str, open: Option<&Element>) -> Fault {
    let message = match error {
        Error::IllFormed(error) => ill_formed(error, open),
        Error::Syntax(error) => unclosed(error),
        other => other.to_string(),
    };
    let end = match error {
        Error::IllFormed(
            IllFormedError::MismatchedEndTag { .. } | IllFormedError::UnmatchedEndTag(_),
        ) => text.get(at..).and_then(|rest| rest.find('>')).map_or(at, |end| at + end + 1),
        _ => at + 1,
    };
    Fault { message, span: at..end.max(at + 1) }
}

fn ill_formed(error: &IllFormedError, open: Option<&Element>) -> String {
    match (error, open) {
        (IllFormedError::MismatchedEndTag { expected, found }, Some(open)) => {
            let (line, _) = open.file.line_column(open.span.start);
            format!("`<{expected}>` of line {line} is closed by `</{found}>`")
        }
        (IllFormedError::UnmatchedEndTag(name), _) => format!("`</{name}>` closes nothing"),
        (IllFormedError::DoubleHyphenInComment, _) => "`--` inside of a comment".to_owned(),
        (IllFormedError::UnclosedReference, _) => LONE_AMPERSAND.to_owned(),
        (other, _) => other.to_string(),
    }
}

const LONE_AMPERSAND: &str = "`&` does not begin a reference; write it as `&amp;`";

fn unclosed(error: &SyntaxError) -> String {
    match error {
        SyntaxError::InvalidBangMarkup => "unknown markup after `<!`",
        SyntaxError::UnclosedPI | SyntaxError::UnclosedXmlDecl => "`<?` without its `?>`",
        SyntaxError::UnclosedComment => "`<!--` without its `-->`",
        SyntaxError::UnclosedDoctype => "`<!DOCTYPE` without its `>`",
        SyntaxError::UnclosedCData => "`<![CDATA[` without its `]]>`",
        SyntaxError::UnclosedTag => "`<` without its `>`",
        SyntaxError::UnclosedSingleQuotedAttributeValue
        | SyntaxError::UnclosedDoubleQuotedAttributeValue => "a tag with an unclosed quote",
    }
    .to_owned()
}

/// Converts an error about the attributes of the tag `source` that begins at `start`.
pub(super) fn of_attribute(error: &AttrError, source: &str, start: usize) -> Fault {
    // Positions do not count the `<`.
    let (message, at) = match error {
        AttrError::ExpectedEq(at) => ("an attribute without `=` and a value", at + 1),
        AttrError::ExpectedValue(at) => ("an attribute without a value after `=`", at + 1),
        AttrError::UnquotedValue(at) => ("an attribute's value without quotes", at + 1),
        AttrError::ExpectedQuote(at, _) => ("an unclosed quote", at + 1),
        AttrError::Duplicated(at, _) => ("an attribute that the element already has", at + 1),
    };
    let rest = source.get(at..).unwrap_or_default();
    let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '=' | '/' | '>'));
    let length = end.unwrap_or(rest.len()).max(1);
    Fault { message: message.to_owned(), span: start + at..start + at + length }
}

/// Returns the value of an attribute of the tag `source` that begins at `start`.
pub(super) fn value_of(
    attribute: &Attribute<'_>,
    source: &str,
    start: usize,
) -> Result<String, Fault> {
    let raw = &*attribute.value;
    // A rejected value is the first one with its text: an equal one before it would have been
    // rejected.
    let place = |range: Range<usize>| {
        let value = source.find(raw).map_or(start, |at| start + at);
        value + range.start..value + range.end.max(range.start + 1)
    };
    if let Some(at) = raw.find('<') {
        let message = "`<` inside a value; write it as `&lt;`, or close the quote".to_owned();
        return Err(Fault { message, span: place(at..at + 1) });
    }
    match attribute.normalized_value(XmlVersion::Explicit1_0) {
        Ok(value) => match value.chars().find(|c| !is_allowed(*c)) {
            Some(c) => Err(of_character(c, place(0..raw.len()))),
            None => Ok(value.into_owned()),
        },
        Err(Error::Escape(error)) => {
            let (message, range) = reference(&error, raw);
            Err(Fault { message, span: place(range) })
        }
        Err(other) => Err(Fault { message: other.to_string(), span: place(0..raw.len()) }),
    }
}

/// Describes an error in a reference in the value `raw`, and where in it.
fn reference(error: &EscapeError, raw: &str) -> (String, Range<usize>) {
    match error {
        EscapeError::UnrecognizedEntity(name, text) => {
            (unknown_entity(text), name.start.saturating_sub(1)..name.end + 1)
        }
        EscapeError::UnterminatedEntity(range) => {
            (LONE_AMPERSAND.to_owned(), range.start..range.start + 1)
        }
        other => (other.to_string(), raw.find("&#").unwrap_or(0)..raw.len()),
    }
}
