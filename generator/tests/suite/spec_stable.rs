//! The same spec produces the same bytes, whatever its notation.

use std::{fs, path::Path};

use pydio_codegen::{
    diagnostic::SourceFile,
    emit::{Options, emit},
    ir::Dialect,
    openapi,
    write::Files,
};
use serde_json::Value;

use crate::specs::{SPECS, dialect, made, text};

fn files(name: &str, text: String, dialect: Dialect) -> Files {
    let api = made(&SourceFile::new(name, text), dialect);
    emit(&api, &Options { crate_name: "x".to_owned() }).expect("Rust")
}

/// Returns JSON with the keys of every object in another order: backwards, or rotated by `by`.
fn shuffled(value: &Value, by: usize) -> String {
    match value {
        Value::Object(map) => {
            let mut entries: Vec<_> = map.iter().collect();
            let middle = by % entries.len().max(1);
            match by {
                0 => entries.reverse(),
                _ => entries.rotate_left(middle),
            }
            let entries = entries.into_iter().map(|(key, value)| {
                format!("{}:{}", Value::from(key.as_str()), shuffled(value, by))
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(","))
        }
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| shuffled(item, by)).collect();
            format!("[{}]", items.join(","))
        }
        other => other.to_string(),
    }
}

/// Asserts that every notation of a spec produces the same output.
#[track_caller]
fn assert_stable(name: &str, text: &str, dialect: Dialect) {
    let value = openapi::parse(&SourceFile::new(name, text)).expect("a spec").value;
    let expected = files(name, text.to_owned(), dialect);
    assert!(expected == files(name, text.to_owned(), dialect), "{name} again");
    for by in [0, 1, 7] {
        let json = shuffled(&value, by);
        assert!(expected == files("x.json", json, dialect), "{name} shuffled by {by}");
    }
    let yaml = serde_yaml::to_string(&value).expect("YAML");
    assert!(expected == files("x.yaml", yaml, dialect), "{name} as YAML");
    let pretty = serde_json::to_string_pretty(&value).expect("JSON");
    assert!(expected == files("x.json", pretty, dialect), "{name} as JSON");
}

#[test]
fn small_specs() {
    for name in SPECS {
        assert_stable(&format!("{name}.yaml"), &text(name), dialect(name));
    }
}

#[test]
fn the_bundled_spec() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests/8.2.5/openapi.json");
    // The published spec has many forms: it is used unchanged, before any correction.
    let text = fs::read_to_string(path).expect("the bundled spec");
    assert_stable("openapi.json", &text, Dialect::Pydio);
}
