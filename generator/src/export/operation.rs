//! Operations of v2.

use serde_json::{Map, Value, json};

use super::{Paths, action::describe, responses, schema};
use crate::model::{
    Api, Body, Content, MediaType, Operation, OperationParam, OperationPlace, Reply, Shape,
    Spelling, Style, StyleKind, Type,
};

/// What the tag of a spec is called beside the plugins.
pub(super) fn tag(tag: &str) -> String {
    format!("v2 {tag}")
}

pub(super) fn add(operation: &Operation, api: &Api, paths: &mut Paths) {
    let path = operation.full_path().replace("+}", "}");
    let method = operation.method.to_ascii_lowercase();
    paths.add(&path, &method, &operation.id, value(operation, api));
}

fn value(operation: &Operation, api: &Api) -> Value {
    let is_field = |param: &&OperationParam| {
        matches!(param.place, OperationPlace::Form | OperationPlace::Part)
    };
    let params = operation.params.iter().filter(|param| !is_field(param));
    let fixed = operation.query.iter().map(|(name, text)| {
        let schema = json!({ "type": "string", "enum": [text] });
        json!({ "name": name, "in": "query", "required": true, "schema": schema })
    });
    let params: Vec<_> = params.map(|param| parameter(operation, param)).chain(fixed).collect();
    let mut value = json!({
        "operationId": operation.id,
        "tags": [tag(&operation.tag)],
        "parameters": params,
        "responses": answers(operation),
        "x-pydio": { "action": operation.action },
    });
    let fields: Vec<_> = operation.params.iter().filter(is_field).collect();
    match &operation.body {
        Some(body) => value["requestBody"] = request_body(body, api),
        None if !fields.is_empty() => value["requestBody"] = form(operation, &fields),
        None => {}
    }
    describe(&mut value, &operation.docs, operation.retired.as_deref());
    if operation.deprecated {
        value["deprecated"] = json!(true);
    }
    value
}

fn parameter(operation: &Operation, param: &OperationParam) -> Value {
    let place = match param.place {
        OperationPlace::Path => "path",
        OperationPlace::Query | OperationPlace::Form | OperationPlace::Part => "query",
        OperationPlace::Header => "header",
        OperationPlace::Cookie => "cookie",
    };
    let name = match param.spelling {
        Spelling::Brackets => format!("{}[]", param.name),
        _ => param.name.clone(),
    };
    let mut value = json!({
        "name": name,
        "in": place,
        "required": param.required || place == "path",
    });
    match style(param) {
        Some(style) => {
            value["style"] = json!(style.kind.text());
            value["explode"] = json!(style.explode);
            if style.reserved {
                value["allowReserved"] = json!(true);
            }
            if style.empty {
                value["allowEmptyValue"] = json!(true);
            }
            value["schema"] = schema::of(&param.kind, false);
        }
        None => value["schema"] = typed(param),
    }
    if let Some(doc) = &param.doc {
        value["description"] = json!(doc.text);
    }
    if place == "path" && operation.path.contains(&format!("{{{}+}}", param.name)) {
        value["x-catch-all"] = json!(true);
    }
    value
}

/// The style of a parameter, where that is more than text. OpenAPI 3 has none with tabs.
fn style(param: &OperationParam) -> Option<Style> {
    match param.spelling {
        Spelling::Styled(style) | Spelling::Flattened(style) => {
            Some(style).filter(|style| style.kind != StyleKind::TabDelimited)
        }
        _ => None,
    }
}

fn typed(param: &OperationParam) -> Value {
    let text = || json!({ "type": "string" });
    match (&param.spelling, &param.kind) {
        (Spelling::Flag, _) => json!({ "type": "string", "enum": ["true"] }),
        (Spelling::Json, _) => json!({ "type": "string", "contentMediaType": "application/json" }),
        (Spelling::Joined(_) | Spelling::Styled(_) | Spelling::Nested(..), Type::List(_)) => text(),
        (Spelling::File, _) => schema::bytes(),
        (Spelling::Files, _) => json!({ "type": "array", "items": schema::bytes() }),
        (_, kind) => schema::of(kind, false),
    }
}

/// The fields of a form: those that hold files are its parts.
fn form(operation: &Operation, fields: &[&OperationParam]) -> Value {
    let (mut properties, mut encoding) = (Map::new(), Map::new());
    let mut schema = json!({ "type": "object" });
    for param in fields {
        match param.spelling {
            Spelling::Fields => schema["additionalProperties"] = json!({ "type": "string" }),
            Spelling::FileFields => schema["additionalProperties"] = json!(true),
            _ => {
                let one =
                    style(param).map_or_else(|| typed(param), |_| schema::of(&param.kind, false));
                properties.insert(param.name.clone(), one);
                let own = encoded(param);
                if own != json!({}) {
                    encoding.insert(param.name.clone(), own);
                }
            }
        }
    }
    schema["properties"] = Value::Object(properties);
    let required: Vec<_> = fields.iter().filter(|p| p.required).map(|p| &p.name).collect();
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    let mut content = json!({ "schema": schema });
    if !encoding.is_empty() {
        content["encoding"] = Value::Object(encoding);
    }
    let has_parts = fields.iter().any(|param| param.place == OperationPlace::Part);
    let media = match &operation.form_type {
        _ if has_parts => "multipart/form-data",
        Some(media) => media,
        None => "application/x-www-form-urlencoded",
    };
    json!({ "content": { media: content } })
}

/// How a field of a form is encoded, where that is not how it usually is.
fn encoded(param: &OperationParam) -> Value {
    let mut value = json!({});
    if let Some(style) = style(param) {
        value["style"] = json!(style.kind.text());
        value["explode"] = json!(style.explode);
    }
    if let Some(media_type) = &param.part_type {
        value["contentType"] = json!(media_type);
    }
    value
}

fn request_body(body: &Body, api: &Api) -> Value {
    let schema = match &body.content {
        Content::Json(kind) => schema::of(kind, false),
        Content::Text => json!({ "type": "string" }),
        Content::Raw => schema::bytes(),
    };
    let types = match &body.media_type {
        MediaType::Fixed(one) => vec![one.as_str()],
        MediaType::Any => vec!["*/*"],
        MediaType::Default { choice, .. } | MediaType::Chosen(choice) => listed(choice, api),
    };
    let content = types.into_iter().map(|one| (one.to_owned(), json!({ "schema": schema })));
    let content: Map<String, Value> = content.collect();
    let mut value = json!({ "required": body.required, "content": content });
    if let Some(doc) = &body.doc {
        value["description"] = json!(doc.text);
    }
    value
}

/// The media types that a model lists.
fn listed<'a>(model: &str, api: &'a Api) -> Vec<&'a str> {
    let model = api.spec.models.iter().find(|one| one.name == model);
    match model.map(|model| &model.shape) {
        Some(Shape::Choice(types)) => types.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The responses by status: a success is `default` where nothing else is said.
fn answers(operation: &Operation) -> Value {
    let Reply::ByStatus(all) = &operation.answer else {
        return responses(answer(&operation.answer, operation.docs.answer.as_deref()));
    };
    let all = all.iter().map(|one| (one.status.clone(), answer(&one.reply, one.doc.as_deref())));
    Value::Object(all.collect())
}

fn answer(reply: &Reply, description: Option<&str>) -> Value {
    let description = description.unwrap_or("Success.");
    let (media, schema) = match reply {
        Reply::Json(kind) => ("application/json", schema::of(kind, false)),
        Reply::Envelope => ("text/xml", json!({})),
        Reply::Stream => ("application/octet-stream", schema::bytes()),
        Reply::Text => ("text/plain", json!({ "type": "string" })),
        // What depends on the status is one reply for each.
        Reply::Nothing | Reply::Head | Reply::ByStatus(_) => {
            return json!({ "description": description });
        }
    };
    json!({ "description": description, "content": { media: { "schema": schema } } })
}
