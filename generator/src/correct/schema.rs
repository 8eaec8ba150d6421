//! The JSON Schemas that editors use to complete corrections, generated from the types that read
//! them.

use std::{env, fs, path::Path};

use schemars::{JsonSchema, Schema, generate::SchemaSettings, transform::RecursiveTransform};
use serde_json::{Value, json};

use super::{actions, overlay};

/// Removes `null` from the types of a key: a key that may be omitted is still not `null`, unless it
/// is marked as `nullable`.
pub(super) fn not_null(schema: &mut Schema) {
    let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
    for property in properties.into_iter().flat_map(|map| map.values_mut()) {
        let Some(property) = property.as_object_mut() else { continue };
        property.remove("default");
        if property.remove("nullable").is_some() {
            continue;
        }
        if let Some([of, Value::String(null)]) =
            property.get("type").and_then(Value::as_array).map(|types| &types[..])
            && null == "null"
        {
            property["type"] = of.clone();
        }
        let any = property.get("anyOf").and_then(Value::as_array).map(|any| &any[..]);
        if let Some([Value::Object(of), null]) = any
            && *null == json!({ "type": "null" })
        {
            let of = of.clone();
            property.remove("anyOf");
            property.extend(of);
        }
    }
}

/// Allows keys that begin with `x-`.
pub(super) fn with_extensions(schema: &mut Schema) {
    schema.insert("patternProperties".to_owned(), json!({ "^x-": true }));
}

/// Puts the description of each part on one line.
fn on_one_line(schema: &mut Schema) {
    if let Some(Value::String(text)) = schema.get_mut("description") {
        *text = text.replace('\n', " ");
    }
}

/// Compares a schema with its file, or writes it where `INSTA_UPDATE` is `always`.
#[track_caller]
fn same<T: JsonSchema>(name: &str) {
    let settings = SchemaSettings::draft07().with_transform(RecursiveTransform(on_one_line));
    let generated = settings.into_generator().into_root_schema_for::<T>();
    let generated = serde_json::to_string_pretty(&generated).expect("JSON") + "\n";
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests/corrections/schema");
    let path = directory.join(format!("{name}.schema.json"));
    if env::var_os("INSTA_UPDATE").is_some_and(|update| update == "always") {
        fs::write(&path, &generated).expect("a file that can be written");
    }
    let kept = fs::read_to_string(&path).expect("a schema");
    let path = path.display();
    assert!(kept == generated, "{path} is not what the types say; INSTA_UPDATE=always writes it");
}

#[test]
fn the_schema_of_actions_matches_the_types() {
    same::<actions::File>("actions");
}

#[test]
fn the_schema_of_overlays_matches_the_types() {
    same::<overlay::File>("overlay");
}
