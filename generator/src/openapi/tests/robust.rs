//! The same spec in different notations, and damaged specs.

use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_oneof, proptest};
use serde_json::Value;

use super::{converted, parse, source, to_openapi};
use crate::{
    diagnostic::SourceFile,
    openapi::{Source, reduce},
};

/// A small spec with one of everything.
const SMALL: &str = include_str!("small.json");

fn small() -> Source {
    source("small.json", SMALL)
}

fn bytes(source: &Source) -> String {
    let spec = converted(source).unwrap_or_else(|found| panic!("{found}"));
    serde_json::to_string(&spec.api).expect("an API is JSON")
}

/// Returns JSON with the keys of each map in an order that depends on `seed`.
fn shuffled(value: &Value, seed: u64) -> String {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            entries.sort_by_key(|(key, _)| {
                key.bytes().fold(seed, |hash, byte| {
                    hash.rotate_left(7).wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ u64::from(byte)
                })
            });
            let entries = entries.into_iter().map(|(key, value)| {
                format!("{}:{}", Value::from(key.clone()), shuffled(value, seed))
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(",\n"))
        }
        Value::Array(list) => {
            let items = list.iter().map(|value| shuffled(value, seed));
            format!("[{}]", items.collect::<Vec<_>>().join(","))
        }
        _ => value.to_string(),
    }
}

#[test]
fn the_order_of_keys_is_nothing() {
    let expected = bytes(&small());
    for seed in [1, 0xDEAD_BEEF, u64::MAX / 3] {
        let text = shuffled(&small().value, seed);
        assert_eq!(bytes(&source("spec.json", &text)), expected);
    }
}

#[test]
fn yaml_is_json() {
    let text = serde_yaml::to_string(&small().value).expect("JSON is YAML");
    let again = source("spec.yaml", &text);
    assert_eq!(again.value, small().value);
    assert_eq!(bytes(&again), bytes(&small()));
}

/// Every pointer of a spec leads to the same value in JSON and in YAML.
#[test]
fn every_location_is_found() {
    let json = small();
    let text = serde_yaml::to_string(&json.value).expect("JSON is YAML");
    let yaml = source("small.yaml", &text);
    let mut pointers = Vec::new();
    collect(&json.value, String::new(), &mut pointers);
    for (pointer, value) in pointers {
        for spec in [&json, &yaml] {
            let place = spec.error("here", "here", &pointer).place.expect("a place");
            let shown = place.file.text[place.span].trim_matches(['"', '\'']);
            let key = pointer.rsplit('/').next().unwrap_or_default();
            let key = key.replace("~1", "/").replace("~0", "~");
            match &value {
                Value::String(text) => assert!(text.starts_with(shown), "{pointer}: {shown}"),
                Value::Bool(_) | Value::Number(_) => assert_eq!(shown, value.to_string()),
                _ if key.parse::<usize>().is_ok_and(|index| index < 100) => {}
                _ => assert!(key == shown || pointer.is_empty(), "{pointer}: {shown}"),
            }
        }
    }
}

fn collect(value: &Value, pointer: String, all: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                collect(value, crate::openapi::join(&pointer, key), all);
            }
        }
        Value::Array(list) => {
            for (index, value) in list.iter().enumerate() {
                collect(value, format!("{pointer}/{index}"), all);
            }
        }
        _ => {}
    }
    all.push((pointer, value.clone()));
}

/// Returns a spec as OpenAPI 3.0.
fn as_version3(spec: &Source) -> Source {
    let api = converted(spec).unwrap_or_else(|found| panic!("{found}")).api;
    let mut value = serde_json::to_value(api).expect("an API is JSON");
    without_null(&mut value);
    source("spec.json", &serde_json::to_string(&value).expect("JSON is JSON"))
}

/// Removes the nulls that the types of `openapiv3` write for absent values.
fn without_null(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|key, value| key != "contentType" || !value.is_null());
            map.values_mut().for_each(without_null);
        }
        Value::Array(list) => list.iter_mut().for_each(without_null),
        _ => {}
    }
}

#[test]
fn what_came_out_goes_in_again() {
    assert_eq!(bytes(&as_version3(&small())), bytes(&small()));
}

/// Generates a replacement for a part of a spec.
fn other() -> impl Strategy<Value = Value> {
    let reference = |to: &'static str| Just(serde_json::json!({ "$ref": to }));
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::String),
        prop::sample::select(vec![
            "array", "object", "string", "file", "body", "formData", "query", "path", "3.0.0",
            "2.0",
        ])
        .prop_map(Value::from),
        Just(serde_json::json!({})),
        Just(serde_json::json!([])),
        Just(serde_json::json!([{ "a": [{}] }])),
        reference("#/definitions/Node"),
        reference("#/parameters/list"),
        reference("#/definitions/NodeList"),
        reference("#/definitions/~1"),
        reference("#"),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// A spec with replaced parts is read, or refused with a location.
    #[test]
    fn no_change_causes_a_panic(
        version3: bool,
        changes in prop::collection::vec((any::<prop::sample::Index>(), other()), 1..4),
    ) {
        let mut spec = if version3 { as_version3(&small()) } else { small() };
        for (index, value) in changes {
            let mut pointers = Vec::new();
            collect(&spec.value, String::new(), &mut pointers);
            let (pointer, _) = index.get(&pointers);
            if let Some(target) = spec.value.pointer_mut(pointer) {
                *target = value;
            }
        }
        reduce(&spec.value);
        if let Err(found) = to_openapi(&spec) {
            assert!(!found.is_empty());
            for one in found {
                assert!(one.place.is_some());
                one.render(false);
            }
        }
    }

    /// Text with lost or doubled bytes is read or refused.
    #[test]
    fn no_text_causes_a_panic(start in 0..4000_usize, length in 0..40_usize, yaml: bool) {
        let (name, text) = match yaml {
            true => {
                let value = small().value;
                ("small.yaml", serde_yaml::to_string(&value).expect("JSON is YAML"))
            }
            false => ("small.json", SMALL.to_owned()),
        };
        let start = start.min(text.len());
        let end = (start + length).min(text.len());
        let without = format!("{}{}", &text[..start], &text[end..]);
        let doubled = format!("{}{}", &text[..end], &text[start..]);
        for broken in [without, doubled] {
            match parse(&SourceFile::new(name, broken)) {
                Ok(spec) => drop(to_openapi(&spec).map_err(|found| super::rendered(&found))),
                Err(error) => drop(error.render(false)),
            }
        }
    }

    /// Anything that is not a spec at all.
    #[test]
    fn noise_is_refused(text in "[ -~\\n]{0,60}", yaml: bool) {
        let name = if yaml { "noise.yaml" } else { "noise.json" };
        if let Ok(spec) = parse(&SourceFile::new(name, text)) {
            assert!(to_openapi(&spec).is_err());
        }
    }
}
