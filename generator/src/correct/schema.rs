//! That the JSON Schemas for editors know what the readers know, no more and no less.

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::{Map, Value, json};

use super::{actions, overlay};
use crate::openapi::{Object, Shape};

fn schema(name: &str) -> Value {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests/corrections/schema");
    let text = fs::read_to_string(directory.join(format!("{name}.schema.json"))).expect("a schema");
    serde_json::from_str(&text).expect("JSON")
}

/// A schema beside the table that a file is checked by.
struct Pair<'s> {
    root: &'s Value,
    differences: Vec<String>,
}

impl<'s> Pair<'s> {
    fn compare(name: &str, shape: &Shape) -> Vec<String> {
        let root = schema(name);
        let mut pair = Pair { root: &root, differences: Vec::new() };
        pair.same(shape, &root, name);
        pair.differences
    }

    fn resolve(&self, schema: &'s Value) -> &'s Value {
        match schema["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
            Some(pointer) => self.root.pointer(pointer).expect("a definition"),
            None => schema,
        }
    }

    fn expect(&mut self, is_right: bool, at: &str, what: &str) {
        if !is_right {
            self.differences.push(format!("{at}: {what}"));
        }
    }

    fn same(&mut self, shape: &Shape, schema: &'s Value, at: &str) {
        let schema = self.resolve(schema);
        let of_type = |name: &str| schema["type"] == name;
        match shape {
            Shape::Any => self.expect(schema.get("type").is_none(), at, "anything"),
            Shape::Text => self.expect(of_type("string"), at, "text"),
            Shape::Bool => self.expect(of_type("boolean"), at, "a boolean"),
            Shape::Count => self.expect(of_type("integer"), at, "a number"),
            Shape::Word(words) => {
                let known: Vec<_> = list(schema, "enum").filter_map(Value::as_str).collect();
                self.expect(known == *words, at, &format!("{words:?}, not {known:?}"));
            }
            Shape::List(items) => self.same(items, &schema["items"], &format!("{at}[]")),
            Shape::Map(values) => {
                self.same(values, &schema["additionalProperties"], &format!("{at}.*"));
            }
            Shape::Is(object) => self.same_object(object, schema, at),
            Shape::Either(shapes) => self.same_choice(shapes, schema, at),
            Shape::Null | Shape::Ref(_) => self.expect(false, at, "never used"),
        }
    }

    fn same_object(&mut self, object: &Object, schema: &'s Value, at: &str) {
        let none = Map::new();
        let properties = schema["properties"].as_object().unwrap_or(&none);
        let known: BTreeSet<&str> = properties.keys().map(String::as_str).collect();
        let keys: BTreeSet<&str> = object.keys.iter().map(|(key, _)| *key).collect();
        self.expect(known == keys, at, &format!("the keys {keys:?}, not {known:?}"));
        let required: BTreeSet<_> = list(schema, "required").filter_map(Value::as_str).collect();
        let needed: BTreeSet<&str> = object.required.iter().copied().collect();
        self.expect(required == needed, at, &format!("{needed:?} required, not {required:?}"));
        let others = schema["additionalProperties"] == false;
        self.expect(others, at, "no other keys");
        let takes_extensions = schema["patternProperties"] == json!({ "^x-": true });
        self.expect(takes_extensions != object.is_closed, at, "extensions");
        for (key, shape) in object.keys {
            if let Some(schema) = schema["properties"].get(key) {
                self.same(shape, schema, &format!("{at}.{key}"));
            }
        }
    }

    fn same_choice(&mut self, shapes: &[Shape], schema: &'s Value, at: &str) {
        if matches!(shapes, [Shape::Text, Shape::Null]) {
            return self.expect(schema["type"] == json!(["string", "null"]), at, "text or null");
        }
        let choices: Vec<&Value> = list(schema, "oneOf").collect();
        self.expect(choices.len() == shapes.len(), at, "as many choices");
        for (index, (shape, schema)) in shapes.iter().zip(choices).enumerate() {
            self.same(shape, schema, &format!("{at}|{index}"));
        }
    }
}

fn list<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value[key].as_array().into_iter().flatten()
}

#[test]
fn the_schema_of_actions_knows_what_the_reader_knows() {
    assert_eq!(Pair::compare("actions", &actions::table::FILE), [""; 0]);
}

#[test]
fn the_schema_of_overlays_knows_what_the_reader_knows() {
    assert_eq!(Pair::compare("overlay", &overlay::table::OVERLAY), [""; 0]);
}

#[test]
fn a_difference_is_found() {
    assert_ne!(Pair::compare("overlay", &actions::table::FILE), [""; 0]);
    let other = |schema: Value, shape: &Shape| {
        let mut pair = Pair { root: &schema, differences: Vec::new() };
        pair.same(shape, &schema, "it");
        pair.differences
    };
    static FLAG: Shape = Shape::Bool;
    static OBJECT: Object =
        Object::new(crate::openapi::Kind::Part("x"), &["a"], &[("a", Shape::Text)]);
    let object = json!({
        "type": "object",
        "additionalProperties": false,
        "patternProperties": { "^x-": true },
        "required": ["a"],
        "properties": { "a": { "type": "string" } },
    });
    assert_eq!(other(object.clone(), &Shape::Is(&OBJECT)), [""; 0]);
    for (pointer, value) in [
        ("/additionalProperties", json!(true)),
        ("/patternProperties", json!({})),
        ("/required", json!([])),
        ("/properties", json!({})),
        ("/properties", json!({ "a": { "type": "string" }, "b": true })),
        ("/properties/a/type", json!("boolean")),
    ] {
        let mut object = object.clone();
        *object.pointer_mut(pointer).expect("a key") = value;
        assert_eq!(other(object, &Shape::Is(&OBJECT)).len(), 1, "{pointer}");
    }
    assert_eq!(other(json!({ "items": { "type": "string" } }), &Shape::List(&FLAG)).len(), 1);
    assert_eq!(other(json!({ "enum": ["a"] }), &Shape::Word(&["a", "b"])).len(), 1);
}
