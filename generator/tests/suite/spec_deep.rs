//! Circular and nested schemas terminate: each is processed once, and one that is too deep for any
//! stack is reported.

use std::{fmt::Write as _, thread};

use pydio_codegen::{
    diagnostic::{Severity, SourceFile},
    ir::{Shape, Type},
    pipeline::{External, external},
};

use crate::cli::Place;

const HEAD: &str = r#"{"openapi": "3.0.3", "info": {"title": "t", "version": "1"}"#;

/// Returns a spec with these schemas, and an operation with a body of one of them.
fn spec(schemas: &str, media_type: &str) -> String {
    format!(
        r##"{HEAD}, "paths": {{"/f": {{"post": {{"operationId": "f", "requestBody": {{"content": {{
        "{media_type}": {{"schema": {{"$ref": "#/components/schemas/A0"}}}}}}}}, "responses": {{}}}}}}}},
        "components": {{"schemas": {{{schemas}}}}}}}"##
    )
}

/// Reads it with the default stack size of a thread.
fn read(schemas: &str, media_type: &str) -> External {
    let file = SourceFile::new("spec.json", spec(schemas, media_type));
    thread::spawn(move || external(&file, &[]).expect("a spec")).join().expect("an end")
}

fn reference(number: usize) -> String {
    format!(r##"{{"$ref": "#/components/schemas/A{number}"}}"##)
}

/// Returns the target of each alias.
fn aliases(read: &External) -> Vec<(&str, &Type)> {
    let models = read.api.models.iter();
    models
        .filter_map(|model| match &model.shape {
            Shape::Alias(kind) => Some((&*model.name, kind)),
            _ => None,
        })
        .collect()
}

#[test]
fn mutually_recursive_alternatives_terminate() {
    for key in ["oneOf", "anyOf"] {
        let one_of = |number: usize, others: [usize; 2]| {
            let [first, second] = others.map(reference);
            format!(r#""A{number}": {{"{key}": [{first}, {second}]}}"#)
        };
        let circle = [one_of(0, [1, 2]), one_of(1, [0, 2]), one_of(2, [0, 1])].join(", ");
        let read = read(&circle, "application/json");
        assert_eq!(aliases(&read), [("A0", &Type::Any), ("A1", &Type::Any), ("A2", &Type::Any)]);
        let untyped = ["A0", "A1", "A2"].map(|name| format!("/components/schemas/{name}"));
        assert_eq!(read.api.untyped, untyped);
    }
}

/// Returns schemas that each refer to the next one twice.
fn twice(key: &str, last: &str) -> String {
    let mut schemas = String::new();
    for number in 0..60 {
        let next = reference(number + 1);
        write!(schemas, r#""A{number}": {{"{key}": [{next}, {next}]}}, "#).expect("text");
    }
    format!(r#"{schemas}"A60": {last}"#)
}

#[test]
fn repeated_schemas_are_processed_once() {
    for key in ["oneOf", "anyOf"] {
        let read = read(&twice(key, r#"{"type": "string", "enum": ["a"]}"#), "text/plain");
        let models = read.api.models.iter();
        assert_eq!(models.filter(|m| m.shape == Shape::Choice(vec!["a".to_owned()])).count(), 61);
    }
    let object = r#"{"type": "object", "properties": {"b": {"type": "string"}}}"#;
    let read = read(&twice("allOf", object), "application/x-www-form-urlencoded");
    let params: Vec<_> = read.api.endpoints[0].params.iter().map(|p| &*p.name).collect();
    assert_eq!(params, ["b"]);
    // Combines all of them, sent as text.
    let all: Vec<_> = (0..30).map(reference).collect();
    let each = (0..30).map(|number| format!(r#""A{number}": {{"anyOf": [{}]}}"#, all.join(", ")));
    let read = self::read(&each.collect::<Vec<_>>().join(", "), "text/plain");
    assert_eq!(read.api.models.len(), 30);
}

/// Wraps a text `count` times.
fn nested(open: &str, close: &str, count: usize) -> String {
    format!("{}{{\"type\": \"string\"}}{}", open.repeat(count), close.repeat(count))
}

const LIST: &str = r#"{"type": "array", "items": "#;
const MAP: &str = r#"{"type": "object", "additionalProperties": "#;
const OBJECT: &str = r#"{"type": "object", "properties": {"a": "#;

/// The outcome is the same each time, whatever the threads do.
#[test]
fn nested_lists_fit_or_are_reported_as_too_deep() {
    let place = Place::new();
    for (open, close, fits) in [(LIST, "}", 110), (MAP, "}", 110), (OBJECT, "}}", 55)] {
        for count in [fits, 120, 200, 3_000] {
            let schemas = format!(r#""A0": {}"#, nested(open, close, count));
            let deep = read(&schemas, "application/json");
            let said: Vec<_> =
                deep.findings.iter().filter(|found| found.code == "spec-too-deep").collect();
            assert_eq!(said.len(), usize::from(count > fits), "{open} {count}");
            assert!(said.iter().all(|found| found.severity == Severity::Warning));
            place.write("spec.json", &spec(&schemas, "application/json"));
            for _ in 0..3 {
                let run = place.run("generate --spec spec.json --out out");
                assert_eq!(run.status, 0, "{open} {count}: {}", run.err);
            }
        }
    }
}

/// The deepest allowed schemas, each composed of the next.
#[test]
fn deeply_composed_schemas_fit() {
    for (open, close, count) in [
        (LIST, "}", 108),
        (MAP, "}", 108),
        (OBJECT, "}}", 54),
        (r#"{"allOf": [{"type": "object"}, "#, "]}", 54),
    ] {
        let own = r#"{"type": "object", "properties": {"b": {"type": "string"}}}"#;
        let mut schemas = String::new();
        for number in 0..70 {
            let next = format!(r#"{{"allOf": [{}, {own}]}}"#, reference(number + 1));
            let (open, close) = (open.repeat(count), close.repeat(count));
            write!(schemas, r#""A{number}": {open}{next}{close}, "#).expect("text");
        }
        let read = read(&format!(r#"{schemas}"A70": {own}"#), "application/json");
        assert!(read.api.models.len() >= 71, "{open}");
    }
}

/// The target of a replaced reference keeps its enclosing schemas.
#[test]
fn chains_of_replaced_references_are_not_too_deep() {
    let mut schemas = String::new();
    for number in 0..60 {
        let next = format!(
            r##"{{"type": "object", "properties": {{"$ref": "#/components/schemas/A{}/properties"}}}}"##,
            number + 1
        );
        let (open, close) = (OBJECT.repeat(50), "}}".repeat(50));
        write!(schemas, r#""A{number}": {open}{next}{close}, "#).expect("text");
    }
    let own = r#"{"type": "object", "properties": {"b": {"type": "string"}}}"#;
    let read = read(&format!(r#"{schemas}"A60": {own}"#), "application/json");
    let deep: Vec<_> = read.findings.iter().filter(|one| one.code == "spec-too-deep").collect();
    assert_eq!(deep.len(), 59, "{:?}", deep.first());
    let message = "`#/components/schemas/A1/properties` nests lists and maps too deeply here; it \
                   is left out";
    assert!(deep[0].message.starts_with(message), "{}", deep[0].message);
}
