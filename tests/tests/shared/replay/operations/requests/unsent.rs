//! Why no call makes a recorded request of the v2 API, found out from it and the declarations.

use pydio_client::Json;
use pydio_codegen::model::{Body, Content, Operation, OperationPlace, Shape, Spelling, Type};
use pydio_tests::recordings::Recording;

use super::likeness::{is_of_signature, pairs};
use crate::replay::declared::Declared;

/// The reason; `None` where the bindings ought to have a call.
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
            None => "the address is no operation's",
        });
    };
    if operation.retired.is_some() {
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
        let mut headers = recording.headers.iter();
        let found = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-type"));
        let media_type = found.map_or("", |(_, value)| value).to_owned();
        let is_form = media_type == "application/x-www-form-urlencoded";
        let form = if is_form { pairs(&recording.body) } else { Vec::new() };
        Self { query: pairs(query.join("&").as_bytes()), form, media_type }
    }
}

fn of_body(operation: &Operation, recording: &Recording, asked: &Asked) -> Option<&'static str> {
    let is_read = match operation.body.as_ref().map(|body| &body.content) {
        Some(Content::Json(_)) => asked.media_type == "application/json",
        // What is called one of these is read as such.
        Some(Content::Text | Content::Raw) => {
            let is_other = |kind: &str| asked.media_type.starts_with(kind);
            !["application/json", "application/x-www", "multipart/"].into_iter().any(is_other)
        }
        None => recording.method == "POST" && !asked.form.is_empty(),
    };
    (!recording.body.is_empty() && !is_read)
        .then_some("a body that the server does not read, or takes for something else")
}

fn of_fields(
    operation: &Operation,
    before: Option<&Operation>,
    asked: &Asked,
) -> Option<&'static str> {
    for (name, value) in asked.query.iter().chain(&asked.form) {
        let is_own = |operation: &Operation| {
            let is_field = |place| matches!(place, OperationPlace::Query | OperationPlace::Form);
            operation.params.iter().any(|param| param.name == *name && is_field(param.place))
        };
        let is_constant = operation.query.iter().any(|(own, _)| own == name);
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
    operation: &Operation,
    recording: &Recording,
    asked: &Asked,
) -> Option<&'static str> {
    const MISSING: &str = "without what the operation needs";
    for param in &operation.params {
        let fields = || asked.query.iter().chain(&asked.form);
        let value = fields().find(|(name, _)| *name == param.name).map(|(_, value)| value);
        let is_field = matches!(param.place, OperationPlace::Query | OperationPlace::Form);
        if param.required && is_field && value.is_none() {
            return Some(MISSING);
        }
        let document = value.filter(|_| param.spelling == Spelling::Json);
        let document = document.and_then(|text| serde_json::from_str(text).ok());
        if document.is_some_and(|document| lacks(declared, &param.kind, &document)) {
            return Some(MISSING);
        }
    }
    let Some(Body { content: Content::Json(kind), required, .. }) = &operation.body else {
        return None;
    };
    let document: Option<Json> = serde_json::from_slice(&recording.body).ok();
    let is_missing = match document {
        Some(document) => lacks(declared, kind, &document),
        None => *required,
    };
    is_missing.then_some(MISSING)
}

/// Whether a document has not all fields that its model needs.
fn lacks(declared: &Declared, kind: &Type, document: &Json) -> bool {
    let Type::Model(name) = kind else { return false };
    let Some(Shape::Struct { fields, .. }) = declared.shape(name) else { return false };
    fields.iter().any(|field| field.required && document.get(&field.name).is_none())
}
