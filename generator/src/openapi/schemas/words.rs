//! Keys of a schema that OpenAPI 3.0 expresses differently.

use serde_json::{Map, Value, json};

use super::rename;

/// Rewrites the keys of a schema.
pub(super) fn rewrite(schema: &mut Map<String, Value>) {
    if let Some(value) = schema.remove("const") {
        schema.insert("enum".to_owned(), json!([value]));
    }
    enumeration(schema);
    examples(schema);
    content(schema);
    if schema.get("type").is_some_and(|kind| kind == "file") {
        schema.insert("type".to_owned(), json!("string"));
        schema.insert("format".to_owned(), json!("binary"));
    }
    if let Some(property) = schema.get("discriminator").filter(|property| property.is_string()) {
        let discriminator = json!({ "propertyName": property });
        schema.insert("discriminator".to_owned(), discriminator);
    }
    rename(schema, "collectionFormat", "x-collection-format");
}

/// Converts `null` among the values of an enumeration to a nullable value.
fn enumeration(schema: &mut Map<String, Value>) {
    let Some(Value::Array(values)) = schema.get_mut("enum") else { return };
    let had = values.len();
    values.retain(|value| !value.is_null());
    let (is_empty, is_nullable) = (values.is_empty(), values.len() < had);
    if is_empty {
        schema.remove("enum");
    }
    if is_nullable {
        schema.insert("nullable".to_owned(), json!(true));
        if is_empty {
            schema.remove("type");
        }
    }
}

/// Uses the first example as the only one, and keeps the others under a sibling key.
fn examples(schema: &mut Map<String, Value>) {
    let Some(Value::Array(examples)) = schema.remove("examples") else { return };
    if let [first, others @ ..] = &*examples {
        schema.entry("example").or_insert_with(|| first.clone());
        if !others.is_empty() {
            schema.insert("x-examples".to_owned(), Value::Array(examples));
        }
    }
}

/// Converts bytes in text, and text that is bytes.
fn content(schema: &mut Map<String, Value>) {
    let encoding = schema.remove("contentEncoding");
    let media_type = schema.remove("contentMediaType");
    let is_bytes = media_type.as_ref().and_then(Value::as_str).is_some_and(|media_type| {
        let kinds = ["application/octet-stream", "image/", "audio/", "video/"];
        kinds.iter().any(|kind| media_type.starts_with(kind))
    });
    let format = match encoding.as_ref().and_then(Value::as_str) {
        Some("base64") => Some("byte"),
        None if is_bytes => Some("binary"),
        _ => None,
    };
    match (format, encoding) {
        (Some(format), _) => drop(schema.entry("format").or_insert_with(|| json!(format))),
        (None, Some(other)) => drop(schema.insert("x-content-encoding".to_owned(), other)),
        (None, None) => {}
    }
    if let Some(media_type) = media_type {
        schema.insert("x-content-media-type".to_owned(), media_type);
    }
}
