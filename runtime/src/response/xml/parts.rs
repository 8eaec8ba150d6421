//! The parts of a document: tags with their attributes, and references.

use std::borrow::Cow;

use quick_xml::{
    escape::unescape,
    events::{BytesRef, BytesStart},
};

use super::{super::envelope::refusal, Fault, MAX_TAG, Open, Origin};
use crate::{
    json::Seen,
    types::{Attributes, Element, Error, NodePath, Pagination, Reload, Severity},
};

pub(super) fn resolve(reference: &BytesRef<'_>) -> Result<char, Fault> {
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

/// Returns the attributes unchanged, without XML's normalisation: the server writes names of files
/// as they are. A line break in one is not a space, and a control character, which XML does not
/// allow, is a part of the name.
pub(super) fn attributes(tag: &BytesStart<'_>) -> Result<Attributes, Fault> {
    if tag.len() > MAX_TAG {
        return Err(Fault::Malformed(format!("a tag of more than {} MiB", MAX_TAG >> 20)));
    }
    let mut attributes = Attributes::with_room(tag.len());
    let has_references = tag.contains('&');
    let mut seen = Seen::default();
    for attribute in tag.attributes().with_checks(false) {
        let attribute = attribute?;
        let name = attribute.key.as_ref();
        if seen.record(name) && attributes.get(name).is_some() {
            return Err(Fault::Malformed(format!("a duplicate of the attribute `{name}`")));
        }
        if has_references {
            attributes.push(name, &unescape(&line_breaks(&attribute.value))?);
        } else {
            attributes.push(name, &attribute.value);
        }
    }
    Ok(attributes)
}

/// Returns a value without references to line breaks. Releases 6 to 8 write a line feed as `&#13;` and
/// a carriage return as `&#10;`, each as the other: `core`'s `StringHelper::xmlEntities`, and measured
/// on 8.2.5 with names of files.
fn line_breaks(value: &str) -> Cow<'_, str> {
    match value.contains("&#1") {
        true => Cow::Owned(value.replace("&#13;", "\n").replace("&#10;", "\r")),
        false => Cow::Borrowed(value),
    }
}

pub(super) fn element(name: &str, attributes: Attributes) -> Open {
    Open::Element(Element { name: name.to_owned(), attributes, ..Element::default() })
}

pub(super) fn is_html(name: Option<&str>) -> bool {
    name.is_some_and(|name| name.eq_ignore_ascii_case("html"))
}

/// Reads the pagination. A list whose pages cannot be counted would be taken for complete.
pub(super) fn pagination(attributes: &Attributes) -> Result<Pagination, Fault> {
    let number = |name: &str| {
        let value = attributes.get(name).unwrap_or_default();
        let fault = || Fault::Malformed(format!("`{name}` of `<pagination>` is not a number"));
        value.parse().map_err(|_| fault())
    };
    Ok(Pagination { count: number("count")?, total: number("total")?, current: number("current")? })
}

pub(super) fn reload(attributes: &Attributes) -> Reload {
    let path = |name| attributes.get(name).filter(|path| !path.is_empty()).map(NodePath::from);
    Reload {
        object: attributes.get("object").unwrap_or_default().to_owned(),
        node: path("node"),
        file: path("file"),
    }
}

/// Refuses an element of another name that reports a failure the way an envelope does.
pub(super) fn refuse_report(origin: &Origin, element: Element) -> Result<Element, Error> {
    match reported(&element) {
        Some((require_auth, errors)) => Err(refusal(origin, require_auth, &errors, None)),
        None => Ok(element),
    }
}

/// Returns the failure that an element reports the way an envelope does: whether a login is asked
/// for, and the errors.
pub(super) fn reported(element: &Element) -> Option<(bool, Vec<&str>)> {
    let require_auth = element.child("require_auth").is_some();
    let is_error = |e: &&Element| {
        let kind = e.attributes.get("type").unwrap_or_default();
        e.name == "message" && Severity::from(kind) == Severity::Error
    };
    let errors: Vec<_> = element.children.iter().filter(is_error).map(|e| e.text.trim()).collect();
    (require_auth || !errors.is_empty()).then_some((require_auth, errors))
}
