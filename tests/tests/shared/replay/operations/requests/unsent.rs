//! Determines why no call sends a recorded v2 request, from the request and the declarations.

use pydio_client::Json;
use pydio_codegen::ir::{Endpoint, Kind, Location, Model, Param, Shape, Style, Type};
use pydio_tests::recordings::Recording;

use super::likeness::{is_of_signature, pairs};
use crate::replay::declared::Declared;

/// Returns the reason, or `None` if the bindings should have a call.
pub(super) fn reason(
    declared: &Declared,
    before: &Declared,
    recording: &Recording,
) -> Option<&'static str> {
    if matches!(&*recording.method, "HEAD" | "OPTIONS") {
        return Some("another method");
    }
    let Some(operation) = declared.operation(recording) else {
        return Some(match before.operation(recording) {
            Some(_) => "without the slash after the workspace, another one answers",
            None => "the address belongs to no operation",
        });
    };
    if operation.unsupported.is_some() {
        return Some("the operation is retired");
    }
    let asked = Asked::of(recording);
    of_body(operation, recording, &asked)
        .or_else(|| of_fields(operation, before.same(operation), &asked))
        .or_else(|| missing(declared, operation, recording, &asked))
}

/// The parameters of a recording.
struct Asked {
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    media_type: String,
}

impl Asked {
    fn of(recording: &Recording) -> Self {
        let query = recording.target.split_once('?').map_or("", |(_, query)| query);
        let query: Vec<_> = query.split('&').filter(|pair| !is_of_signature(pair)).collect();
        let media_type = recording.header("content-type").unwrap_or_default().to_owned();
        let is_form = media_type == "application/x-www-form-urlencoded";
        let form = if is_form { pairs(&recording.body) } else { Vec::new() };
        Self { query: pairs(query.join("&").as_bytes()), form, media_type }
    }
}

fn of_body(operation: &Endpoint, recording: &Recording, asked: &Asked) -> Option<&'static str> {
    let is_read = match body(operation) {
        Some(body) if body.style == Style::Json => asked.media_type == "application/json",
        // Segments with one of these names have that meaning.
        Some(_) => {
            let is_other = |kind: &str| asked.media_type.starts_with(kind);
            !["application/json", "application/x-www", "multipart/"].into_iter().any(is_other)
        }
        None => recording.method == "POST" && !asked.form.is_empty(),
    };
    (!recording.body.is_empty() && !is_read)
        .then_some("a body that the server does not read, or takes for something else")
}

fn of_fields(
    operation: &Endpoint,
    before: Option<&Endpoint>,
    asked: &Asked,
) -> Option<&'static str> {
    for (name, value) in asked.query.iter().chain(&asked.form) {
        let is_own = |operation: &Endpoint| {
            operation
                .params
                .iter()
                .any(|param| param.name == *name && is_field(param) && !param.is_constant())
        };
        let constants = operation.params.iter().filter(|param| param.is_constant());
        let is_constant = constants.map(|param| &param.name).any(|own| own == name);
        match (is_own(operation) || is_constant, before.is_some_and(is_own)) {
            (true, _) => {}
            (false, _) if (&**name, &**value) == ("format", "json") => {}
            (false, true) => return Some("a parameter that the server does not read"),
            (false, false) => return Some("a parameter that nothing declares"),
        }
    }
    None
}

fn missing(
    declared: &Declared,
    operation: &Endpoint,
    recording: &Recording,
    asked: &Asked,
) -> Option<&'static str> {
    const MISSING: &str = "without what the operation needs";
    for param in operation.params.iter().filter(|param| is_field(param) && !param.is_constant()) {
        let fields = || asked.query.iter().chain(&asked.form);
        let value = fields().find(|(name, _)| *name == param.name).map(|(_, value)| value);
        if param.required && value.is_none() {
            return Some(MISSING);
        }
        let document = value.filter(|_| param.style == Style::Json);
        let document = document.and_then(|text| serde_json::from_str(text).ok());
        if document.is_some_and(|document| lacks(declared, param, &document)) {
            return Some(MISSING);
        }
    }
    let body = body(operation).filter(|body| body.style == Style::Json)?;
    let document: Option<Json> = serde_json::from_slice(&recording.body).ok();
    let is_missing = match &document {
        Some(document) => lacks(declared, body, document),
        None => body.required,
    };
    if is_missing {
        return Some(MISSING);
    }
    let is_refused = document.is_some_and(|document| has_refused(declared, body, &document));
    is_refused.then_some("a document that the server takes and does not do")
}

fn body(operation: &Endpoint) -> Option<&Param> {
    operation.params.iter().find(|param| param.is_body())
}

fn is_field(param: &Param) -> bool {
    matches!(param.location, Location::Query | Location::Form)
}

/// Returns the model of a parameter.
fn model<'d>(declared: &'d Declared, param: &Param) -> Option<&'d Model> {
    let Kind::Value(Type::Model(name)) = &param.kind else { return None };
    declared.model(name)
}

/// Returns whether a document lacks fields required by its model.
fn lacks(declared: &Declared, param: &Param, document: &Json) -> bool {
    match model(declared, param).map(|model| &model.shape) {
        Some(Shape::Struct { fields, .. }) => {
            fields.iter().any(|field| field.required && document.get(&field.name).is_none())
        }
        _ => false,
    }
}

/// Returns whether a document has what its model refuses.
fn has_refused(declared: &Declared, param: &Param, document: &Json) -> bool {
    let mut refused = model(declared, param).into_iter().flat_map(|model| &model.refused);
    refused.any(|one| {
        let found = document.pointer(&one.at);
        found.is_some_and(|found| one.value.as_ref().is_none_or(|value| found == value))
    })
}
