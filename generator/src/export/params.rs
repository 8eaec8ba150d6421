//! Parameters, forms and bodies in OpenAPI.

use serde_json::{Map, Value, json};

use super::schema;
use crate::ir::{
    Api, Endpoint, EndpointKind, Kind, Location, OpenApiStyle, Param, Shape, Style, StyleName, Type,
};

/// Returns a parameter outside of the body; `None` where it has no name of its own.
pub(super) fn parameter(param: &Param) -> Option<Value> {
    let location = match param.location {
        Location::Path | Location::RestOfPath => "path",
        Location::Header => "header",
        Location::Cookie => "cookie",
        _ => "query",
    };
    let mut value = json!({
        "name": name(param)?,
        "in": location,
        "required": is_required(param) || param.location.is_path(),
        "schema": schema(param),
    });
    if let Some(style) = style(param) {
        value["style"] = json!(style.name.text());
        value["explode"] = json!(style.explode);
        if style.reserved {
            value["allowReserved"] = json!(true);
        }
        if style.empty {
            value["allowEmptyValue"] = json!(true);
        }
    }
    if param.location == Location::RestOfPath {
        value["x-catch-all"] = json!(true);
    }
    Some(described(param, value))
}

/// Returns whether every call sends it: callers have to set it, or it always has the same value.
fn is_required(param: &Param) -> bool {
    param.required || param.is_constant()
}

/// Returns the name on the wire; `None` where there is none.
fn name(param: &Param) -> Option<String> {
    match (&param.kind, &param.style) {
        (Kind::Fields | Kind::FileFields | Kind::Page, _) | (_, Style::Indexed(_)) => None,
        (_, Style::Brackets) => Some(format!("{}[]", param.name)),
        _ => Some(param.name.clone()),
    }
}

fn described(param: &Param, mut value: Value) -> Value {
    if let Some(doc) = &param.doc {
        value["description"] = json!(doc.text);
    }
    value
}

/// Returns the style of a parameter that is more than text. OpenAPI 3 has no style for tabs.
fn style(param: &Param) -> Option<OpenApiStyle> {
    match param.style {
        Style::Styled(style) | Style::Flattened(style) => {
            Some(style).filter(|style| style.name != StyleName::TabDelimited)
        }
        _ => None,
    }
}

fn schema(param: &Param) -> Value {
    let text = || json!({ "type": "string" });
    let mut schema = match (&param.kind, &param.style) {
        (_, Style::EncodedTwice) => json!({ "type": "string", "x-percent-encoded": true }),
        (Kind::Value(kind), _) if style(param).is_some() => schema::of(kind, OPERATION),
        (Kind::Value(_), Style::Json) => {
            json!({ "type": "string", "contentMediaType": "application/json" })
        }
        (
            Kind::Value(Type::List(_)),
            Style::Joined(_) | Style::Styled(_) | Style::Nested(..) | Style::Series,
        ) => text(),
        (_, Style::Sum) => json!({ "type": "integer" }),
        (Kind::Value(kind), _) => schema::of(kind, OPERATION),
        (Kind::Choice(values), _) => schema::open_choice(values),
        (Kind::Constant(value), _) => json!({ "type": "string", "enum": [value] }),
        (Kind::Flag, _) => json!({ "type": "string", "enum": ["true"] }),
        (Kind::On, _) => json!({ "type": "string", "enum": ["on"] }),
        (Kind::Nodes, Style::Brackets) => json!({ "type": "array", "items": text() }),
        (Kind::File | Kind::Bytes, _) => schema::bytes(),
        (Kind::Files, _) => json!({ "type": "array", "items": schema::bytes() }),
        _ => text(),
    };
    let is_text = param.kind == Kind::TEXT && param.style == Style::Plain;
    if let Some(default) = param.default.as_ref().filter(|_| is_text) {
        schema["default"] = json!(default);
    }
    schema
}

/// Only operations have parameters of models.
const OPERATION: EndpointKind = EndpointKind::Operation;

/// Returns the schema of a form: fields that hold files are parts of it.
pub(super) fn form(endpoint: &Endpoint, fields: &[&Param]) -> Value {
    let (mut properties, mut encodings) = (Map::new(), Map::new());
    let (mut numbered, mut required) = (Map::new(), Vec::new());
    let mut others = endpoint.is_action().then_some(json!(false));
    for param in fields {
        let is_numbered = param.style == Style::Numbered;
        match (&param.kind, &param.style) {
            (Kind::Fields, _) => others = Some(json!({ "type": "string" })),
            (Kind::FileFields, _) => others = Some(json!(true)),
            (_, Style::Indexed(prefix)) => {
                numbered.insert(format!("{prefix}0"), described(param, json!({})));
            }
            (_, Style::Numbered) => {
                numbered.insert(format!("{}_0", param.name), described(param, schema(param)));
            }
            (_, Style::Series) => {
                numbered.insert(format!("{}_1", param.name), described(param, schema(param)));
            }
            _ => {}
        }
        let Some(name) = name(param) else { continue };
        // One node of a selection is sent under the name itself, several under numbered names.
        if is_required(param) && !is_numbered {
            required.push(name.clone());
        }
        encodings.extend(encoding(param).map(|encoding| (name.clone(), encoding)));
        properties.insert(name, described(param, schema(param)));
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if !numbered.is_empty() {
        others = Some(json!({ "type": "string" }));
        schema["x-numbered"] = json!(numbered);
    }
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if let Some(others) = others {
        schema["additionalProperties"] = others;
    }
    let mut content = json!({ "schema": schema });
    if !encodings.is_empty() {
        content["encoding"] = Value::Object(encodings);
    }
    let is_part = |param: &&Param| param.location == Location::Part || param.kind.is_file();
    let media = match &endpoint.content_type {
        _ if fields.iter().any(is_part) => "multipart/form-data",
        Some(media) => media,
        None => "application/x-www-form-urlencoded",
    };
    json!({ "required": fields.iter().any(|param| is_required(param)), "content": { media: content } })
}

/// Returns the encoding of a form field, where it is not the usual one.
fn encoding(param: &Param) -> Option<Value> {
    let mut value = Map::new();
    if let Some(style) = style(param) {
        value.insert("style".to_owned(), json!(style.name.text()));
        value.insert("explode".to_owned(), json!(style.explode));
    }
    if let Some(media_type) = &param.content_type {
        value.insert("contentType".to_owned(), json!(media_type));
    }
    (!value.is_empty()).then_some(Value::Object(value))
}

/// Returns a body as a whole.
pub(super) fn body(body: &Param, endpoint: &Endpoint, api: &Api) -> Value {
    let schema = match (&body.kind, &body.style) {
        (Kind::Value(kind), Style::Json) => schema::of(kind, endpoint.kind),
        _ => schema(body),
    };
    let chosen = endpoint.params.iter().find_map(|param| match &param.kind {
        Kind::MediaType { choice, .. } => Some(choice.as_deref()),
        _ => None,
    });
    let types = match chosen {
        None => body.content_type.iter().map(String::as_str).collect(),
        Some(None) => vec!["*/*"],
        Some(Some(choice)) => match api.model(endpoint.kind, choice).map(|model| &model.shape) {
            Some(Shape::Choice(types)) => types.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        },
    };
    let content = types.into_iter().map(|one| (one.to_owned(), json!({ "schema": schema })));
    let content: Map<String, Value> = content.collect();
    described(body, json!({ "required": body.required, "content": content }))
}
