//! Tests of what is concluded from values.

use serde_json::{Value, json};

use super::{Inference, Inferred, Kind};
use crate::learn::{secret::People, shape::Shape};

fn inferred(values: &[Value]) -> (Inferred, Vec<String>) {
    let people = People::default();
    let mut shape = Shape::default();
    values.iter().for_each(|value| shape.add(value));
    let mut inference = Inference::new(&people);
    (inference.infer(&shape, "value"), inference.doubts)
}

/// Formats a type briefly: `~` marks a lenient one, `?` a nullable one.
fn text(inferred: &Inferred) -> String {
    let kind = match &inferred.kind {
        Kind::List(item) => format!("[{}]", text(item)),
        Kind::Map(value) => format!("{{*: {}}}", text(value)),
        Kind::Choice(values) => values.join("|"),
        Kind::Struct(fields) => {
            let field = |field: &super::Field| {
                let required = if field.required { "" } else { "-" };
                format!("{}{required}: {}", field.name, text(&field.inferred))
            };
            format!("{{{}}}", fields.iter().map(field).collect::<Vec<_>>().join(", "))
        }
        other => format!("{other:?}"),
    };
    let lenient = if inferred.lenient { "~" } else { "" };
    let nullable = if inferred.nullable { "?" } else { "" };
    format!("{kind}{lenient}{nullable}")
}

#[test]
fn scalars_are_concluded_from_all_forms() {
    for (values, expected) in [
        (json!(["a", "b"]), "Text"),
        (json!([1, 2]), "Integer"),
        (json!([1, "2"]), "Integer~"),
        (json!([1, 2.5]), "Number"),
        (json!([1, "2.5"]), "Number~"),
        (json!([true, false]), "Boolean"),
        (json!([true, 1, "false"]), "Boolean~"),
        (json!(["true", "false"]), "Boolean~"),
        (json!([true, 7]), "Integer~"),
        (json!(["a", 7]), "Text~"),
        (json!(["a", true]), "Text~"),
        (json!(["a", null]), "Text?"),
        (json!(["a", false]), "Text?"),
        (json!(["12", "13"]), "Text"),
        (json!([null]), "Any"),
        (json!([{"a": 1}, "x"]), "Any"),
    ] {
        let Value::Array(values) = values else { unreachable!("lists") };
        assert_eq!(text(&inferred(&values).0), expected, "{values:?}");
    }
}

#[test]
fn lists_maps_and_objects_are_distinguished() {
    for (values, expected) in [
        (json!([[1], []]), "[Integer]"),
        (json!([[]]), "Any"),
        (json!([{"a": 1}, {"a": 2}, {"a": 3, "b": "x"}]), "{a: Integer, b-: Text}"),
        (json!([{"a": 1}]), "{a-: Integer}"),
        (json!([{"/a/b": {"x": 1}}, []]), "{*: {x-: Integer}}~"),
        (json!([{"7": "x", "12": "y"}]), "{*: Text}"),
        (json!([{"0": "x", "1": "y"}, ["z"]]), "{*: Text}~"),
        (json!([{"a": 1, "0": 1}]), "{a-: Integer}"),
        (json!([{"x": 1}, [{"x": 2}, {"x": 3}]]), "[{x: Integer}]~"),
        (json!([{"x": 1}, []]), "Object~"),
        (json!([{"mara": {"x": 1}}]), "{*: {x-: Integer}}"),
        (json!([{"data": {"x": 1}}]), "{data-: {x-: Integer}}"),
        (
            json!([{"mara": {"label": "M", "size": 1}, "theo": {"label": "T", "size": 2}}]),
            "{*: {label-: Text, size-: Integer}}",
        ),
        (
            json!([{"from": {"a": 1, "b": 2}, "to": {"c": 1, "d": 2}}]),
            "{from-: {a-: Integer, b-: Integer}, to-: {c-: Integer, d-: Integer}}",
        ),
        (json!([[1], {"a": 1}]), "Any"),
    ] {
        let Value::Array(values) = values else { unreachable!("lists") };
        assert_eq!(text(&inferred(&values).0), expected, "{values:?}");
    }
}

#[test]
fn a_few_values_of_a_category_are_an_enumeration() {
    let of = |name: &str, values: &[&str]| {
        let all: Vec<_> = values.iter().cycle().take(9).map(|v| json!({ name: v })).collect();
        text(&inferred(&all).0)
    };
    assert_eq!(of("status", &["open", "closed"]), "{status: closed|open}");
    assert_eq!(of("anything", &["RUNNING", "PAUSED"]), "{anything: PAUSED|RUNNING}");
    // Free text, a single value, secrets, and what could be about somebody.
    assert_eq!(of("label", &["open", "closed"]), "{label: Text}");
    assert_eq!(of("status", &["open"]), "{status: Text}");
    assert_eq!(of("token_type", &["open", "closed"]), "{token_type: Text}");
    assert_eq!(of("type", &["a@example.org", "b@example.org"]), "{type: Text}");
}

#[test]
fn doubts_have_a_location_without_values() {
    let (_, doubts) = inferred(&[json!({"a": {"/mara/x": {"list": []}}, "b": null})]);
    assert_eq!(
        doubts,
        [
            "`a{}.list` was always an empty list, which may also be an empty map",
            "`b` was always `null`"
        ]
    );
}
