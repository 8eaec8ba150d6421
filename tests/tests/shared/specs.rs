//! The specs that Pydio publishes: reading them loses nothing, whatever their formatting, and our
//! corrections apply to them.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use openapiv3::{OpenAPI, Parameter, ReferenceOr, Schema, SchemaKind, Type};
use pydio_codegen::{
    correct::overlay::Overlay,
    diagnostic::{Diagnostic, Severity, SourceFile},
    emit::{Options, emit},
    openapi::{Source, parse, reduce, to_openapi},
    pipeline::external,
    write::Files,
};
use pydio_tests::suite::shared;
use semver::Version;
use serde_json::Value;

use crate::published::release;

/// The specs, each with the numbers of its operations and definitions: those of the v2 API of Pydio
/// 7 and 8, and that of Cells.
const SPECS: [(&str, usize, usize); 3] = [
    ("7.0.4/plugins/core.ajaxplorer/routes/api2.json", 34, 12),
    ("8.2.5/plugins/core.ajaxplorer/routes/api2.json", 36, 21),
    (CELLS, 108, 244),
];
const CELLS: &str = "cells-4.0.2/rest.swagger.json";

/// Returns the path of the spec of Cells.
pub(crate) fn cells() -> PathBuf {
    release(CELLS)
}

/// Returns a spec by its path below the published releases.
fn spec(path: &str) -> Source {
    let text = fs::read_to_string(release(path)).expect(path);
    source(path, text)
}

fn specs() -> [Source; 3] {
    SPECS.map(|(path, ..)| spec(path))
}

fn source(name: &str, text: String) -> Source {
    let file = SourceFile::new(name, text);
    parse(&file).unwrap_or_else(|error| panic!("{}", error.render(false)))
}

/// Formats findings.
pub(crate) fn rendered(found: &[Diagnostic]) -> String {
    found.iter().map(|one| one.render(false)).collect::<Vec<_>>().join("\n")
}

/// The number of parameters by location.
type Counts = BTreeMap<&'static str, usize>;

fn api(source: &Source) -> OpenAPI {
    let spec = to_openapi(source).unwrap_or_else(|found| panic!("{}", rendered(&found)));
    spec.api
}

/// Counts the declared parameters by the location they will be sent in.
fn declared(spec: &Value) -> Counts {
    let mut counts = Counts::new();
    for item in spec["paths"].as_object().unwrap().values() {
        for (method, operation) in item.as_object().unwrap() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let shared = parameter["$ref"].as_str().map(|r| spec.pointer(&r[1..]).unwrap());
                let place = shared.unwrap_or(parameter)["in"].as_str().unwrap();
                let place = match (place, &**method) {
                    ("formData", "post") => "form",
                    ("formData" | "query", _) => "query",
                    ("path", _) => "path",
                    ("header", _) => "header",
                    _ => "body",
                };
                *counts.entry(place).or_default() += 1;
            }
        }
    }
    counts
}

/// Counts the parameters after conversion.
fn kept(api: &OpenAPI) -> Counts {
    let mut counts = Counts::new();
    for (_, _, operation) in api.operations() {
        for parameter in &operation.parameters {
            let place = match parameter.as_item().expect("no reference is left") {
                Parameter::Query { .. } => "query",
                Parameter::Header { .. } => "header",
                Parameter::Path { .. } => "path",
                Parameter::Cookie { .. } => "cookie",
            };
            *counts.entry(place).or_default() += 1;
        }
        let Some(body) = &operation.request_body else { continue };
        let body = body.as_item().expect("no reference is left");
        let (media_type, content) = body.content.first().expect("a body has content");
        let form = content.schema.as_ref().and_then(ReferenceOr::as_item).and_then(properties);
        match form.filter(|_| media_type.contains("form")) {
            Some(properties) => *counts.entry("form").or_default() += properties,
            None => *counts.entry("body").or_default() += 1,
        }
    }
    counts
}

fn properties(schema: &Schema) -> Option<usize> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Some(object.properties.len()),
        _ => None,
    }
}

pub(crate) fn nothing_is_lost() {
    for (path, operations, definitions) in SPECS {
        let source = spec(path);
        let api = api(&source);
        assert_eq!(api.operations().count(), operations, "{path}");
        assert_eq!(api.components.as_ref().map(|all| all.schemas.len()), Some(definitions));
        assert_eq!(kept(&api), declared(&source.value), "{path}");
    }
}

/// Every schema node of the definitions is kept, with its type and format.
pub(crate) fn no_type_is_lost() {
    fn count(value: &Value, counts: &mut BTreeMap<String, usize>) {
        if let Some(kind) = value.get("type").and_then(Value::as_str) {
            let format = value.get("format").and_then(Value::as_str).unwrap_or_default();
            *counts.entry(format!("{kind} {format}")).or_default() += 1;
        }
        if value.get("$ref").is_some_and(Value::is_string) {
            *counts.entry("reference".to_owned()).or_default() += 1;
        }
        match value {
            Value::Object(map) => map.values().for_each(|value| count(value, counts)),
            Value::Array(list) => list.iter().for_each(|value| count(value, counts)),
            _ => {}
        }
    }
    let source = spec(CELLS);
    let converted = serde_json::to_value(api(&source)).unwrap();
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    count(&source.value["definitions"], &mut before);
    count(&converted["components"]["schemas"], &mut after);
    assert_eq!(before, after);
}

pub(crate) fn facts_are_enough() {
    for source in specs() {
        let facts = reduce(&source.value);
        assert!(facts.to_string().len() < source.value.to_string().len());
        assert_eq!(reduce(&facts), facts, "reduced once and for all");
        let mut reduced = source.clone();
        reduced.value = facts;
        assert_eq!(kept(&api(&reduced)), declared(&source.value), "{}", source.file.name);
    }
}

fn bytes(source: &Source) -> String {
    serde_json::to_string(&api(source)).expect("an API is JSON")
}

/// Formats JSON with the keys of each map in an order that depends on `seed`.
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

const SEEDS: [u64; 3] = [1, 0xDEAD_BEEF, u64::MAX / 3];

pub(crate) fn the_order_of_keys_does_not_matter() {
    for spec in specs() {
        let expected = bytes(&spec);
        for seed in SEEDS {
            let text = shuffled(&spec.value, seed);
            assert_eq!(bytes(&source("spec.json", text)), expected, "{}", spec.file.name);
        }
    }
}

pub(crate) fn yaml_is_json() {
    for spec in specs() {
        let text = serde_yaml::to_string(&spec.value).expect("JSON is YAML");
        let again = source("spec.yaml", text);
        assert_eq!(again.value, spec.value, "{}", spec.file.name);
        assert_eq!(bytes(&again), bytes(&spec), "{}", spec.file.name);
    }
}

/// Removes the nulls that the types of `openapiv3` write for missing values.
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

pub(crate) fn output_can_be_read_again() {
    for spec in specs() {
        let mut value = serde_json::to_value(api(&spec)).expect("an API is JSON");
        without_null(&mut value);
        let again = source("spec.json", value.to_string());
        assert_eq!(bytes(&again), bytes(&spec), "{}", spec.file.name);
    }
}

/// Returns the crate generated from the text of a spec, which may cause notes only.
fn files(name: &str, text: String) -> Files {
    let read = external(&SourceFile::new(name, text), &[]);
    let read = read.unwrap_or_else(|found| panic!("{name}: {}", rendered(&found)));
    let is_wrong = read.findings.iter().any(|found| found.severity > Severity::Note);
    assert!(!is_wrong, "{name}: {}", rendered(&read.findings));
    let api = read.api;
    emit(&api, &Options { crate_name: "x".to_owned() }).expect("Rust")
}

pub(crate) fn the_crate_does_not_depend_on_formatting() {
    let text = fs::read_to_string(cells()).expect("the spec of Cells");
    let value = source(CELLS, text.clone()).value;
    let expected = files("x.json", text.clone());
    assert!(expected == files("x.json", text), "again");
    for seed in SEEDS {
        assert!(expected == files("x.json", shuffled(&value, seed)), "shuffled by {seed}");
    }
    assert!(expected == files("x.yaml", serde_yaml::to_string(&value).expect("YAML")), "as YAML");
    let pretty = serde_json::to_string_pretty(&value).expect("JSON");
    assert!(expected == files("x.json", pretty), "as JSON");
}

/// Every correction of ours applies to something in a published spec.
pub(crate) fn our_corrections_apply_to_published_specs() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests/corrections/v2.yaml");
    let text = fs::read_to_string(path).expect("our corrections");
    let overlay = Overlay::parse(&SourceFile::new("v2.yaml", text))
        .unwrap_or_else(|error| panic!("{}", error.render(false)));
    let places = ["plugins/core.ajaxplorer/routes/api2.json", "core/doc/api2.json"];
    let mut corrected = Vec::new();
    for entry in fs::read_dir(shared().join("upstream")).expect("published releases") {
        let entry = entry.expect("a release");
        let version = entry.file_name().into_string().expect("UTF-8");
        let Ok(semantic) = Version::parse(&version) else { continue };
        for place in places.iter().filter(|place| entry.path().join(place).is_file()) {
            let mut source = spec(&format!("{version}/{place}"));
            if let Err(found) = overlay.apply(&mut source.value, &semantic) {
                panic!("{version}: {}", rendered(&found));
            }
            assert!(to_openapi(&source).is_ok(), "{version}");
            corrected.push(version.clone());
        }
    }
    let is_corrected = |version: &&str| corrected.iter().any(|one| one == *version);
    assert!(["7.0.4", "8.2.5"].iter().all(is_corrected), "{corrected:?}");
}
