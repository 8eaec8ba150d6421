//! Operations of v2.

use serde_json::{Map, Value, json};

use super::{Paths, action::describe, responses, schema};
use crate::model::{Body, Operation, OperationParam, OperationPlace, Reply, Spelling, Type};

/// What the tag of a spec is called beside the plugins.
pub(super) fn tag(tag: &str) -> String {
    format!("v2 {tag}")
}

pub(super) fn add(operation: &Operation, paths: &mut Paths) {
    let path = operation.full_path().replace("+}", "}");
    let method = operation.method.to_ascii_lowercase();
    paths.add(&path, &method, &operation.id, value(operation));
}

fn value(operation: &Operation) -> Value {
    let is_form = |param: &&OperationParam| param.place == OperationPlace::Form;
    let params = operation.params.iter().filter(|param| !is_form(param));
    let fixed = operation.query.iter().map(|(name, text)| {
        let schema = json!({ "type": "string", "enum": [text] });
        json!({ "name": name, "in": "query", "required": true, "schema": schema })
    });
    let params: Vec<_> = params.map(|param| parameter(operation, param)).chain(fixed).collect();
    let mut value = json!({
        "operationId": operation.id,
        "tags": [tag(&operation.tag)],
        "parameters": params,
        "responses": responses(answer(operation)),
        "x-pydio": { "action": operation.action },
    });
    let fields: Vec<_> = operation.params.iter().filter(is_form).collect();
    match &operation.body {
        Some(body) => value["requestBody"] = request_body(body),
        None if !fields.is_empty() => value["requestBody"] = form(&fields),
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
        OperationPlace::Query | OperationPlace::Form => "query",
        OperationPlace::Header => "header",
    };
    let name = match param.spelling {
        Spelling::Brackets => format!("{}[]", param.name),
        _ => param.name.clone(),
    };
    let mut value = json!({
        "name": name,
        "in": place,
        "required": param.required || place == "path",
        "schema": typed(param),
    });
    if let Some(doc) = &param.doc {
        value["description"] = json!(doc.text);
    }
    if place == "path" && operation.path.contains(&format!("{{{}+}}", param.name)) {
        value["x-catch-all"] = json!(true);
    }
    value
}

fn typed(param: &OperationParam) -> Value {
    match (param.spelling, &param.kind) {
        (Spelling::Flag, _) => json!({ "type": "string", "enum": ["true"] }),
        (Spelling::Json, _) => json!({ "type": "string", "contentMediaType": "application/json" }),
        (Spelling::Joined(_), Type::List(_)) => json!({ "type": "string" }),
        (_, kind) => schema::of(kind, false),
    }
}

fn form(fields: &[&OperationParam]) -> Value {
    let properties: Map<String, Value> =
        fields.iter().map(|param| (param.name.clone(), typed(param))).collect();
    let required: Vec<_> = fields.iter().filter(|p| p.required).map(|p| &p.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    json!({ "content": { "application/x-www-form-urlencoded": { "schema": schema } } })
}

fn request_body(body: &Body) -> Value {
    let (media, schema, required, doc) = match body {
        Body::Json { kind, required, doc, .. } => {
            ("application/json", schema::of(kind, false), *required, doc)
        }
        Body::Raw { doc, .. } => ("application/octet-stream", schema::bytes(), true, doc),
    };
    let mut value = json!({ "required": required, "content": { media: { "schema": schema } } });
    if let Some(doc) = doc {
        value["description"] = json!(doc.text);
    }
    value
}

fn answer(operation: &Operation) -> Value {
    let description = operation.docs.answer.clone().unwrap_or_else(|| "Success.".to_owned());
    let (media, schema) = match &operation.answer {
        Reply::Json(kind) => ("application/json", schema::of(kind, false)),
        Reply::Envelope => ("text/xml", json!({})),
        Reply::Stream => ("application/octet-stream", schema::bytes()),
        Reply::Text => ("text/plain", json!({ "type": "string" })),
        // Exported are the operations of a Pydio, of which nothing depends on the status.
        Reply::Nothing | Reply::Head | Reply::ByStatus(_) => {
            return json!({ "description": description });
        }
    };
    json!({ "description": description, "content": { media: { "schema": schema } } })
}
