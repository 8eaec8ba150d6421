//! Tests of the checker against types.

use serde_json::{Value, json};

use super::Checker;
use crate::ir::{Api, EndpointKind, Type};

fn checked(value: &Value, kind: &Type) -> Result<(), String> {
    let api = Api::default();
    Checker::new(&api, EndpointKind::Action).check(value, kind)
}

#[test]
fn php_forms_are_accepted_as_the_runtime_accepts_them() {
    let lenient = |kind| Type::Lenient(Box::new(kind));
    let list = |kind| Type::List(Box::new(kind));
    let map = |kind| Type::Map(Box::new(kind));
    for (kind, values) in [
        (Type::Text, json!(["a", 1])),
        (Type::Integer, json!([1, "1", " 2 ", 3.0, "4.0"])),
        (Type::Unsigned, json!([1, "1"])),
        (Type::Float, json!([1, 1.5, "1.5"])),
        (Type::Boolean, json!([true, 0, 1, "true", "false", ""])),
        (Type::Object, json!([{"a": 1}, []])),
        (list(Type::Integer), json!([[1], [], {"3": 1, "4": 2}])),
        (map(Type::Text), json!([{"a": "b"}, []])),
        (Type::Nullable(Box::new(Type::Text)), json!([null, false, "a"])),
        (lenient(Type::Text), json!([true, "a", 1])),
        (lenient(Type::Integer), json!([true, 1, "1"])),
        (lenient(list(Type::Text)), json!([null, "a", ["a"], {"0": "a"}])),
        (lenient(map(Type::Text)), json!([null, [], ["a"], {"a": "b"}])),
    ] {
        let Value::Array(values) = values else { unreachable!("lists") };
        for value in values {
            assert_eq!(checked(&value, &kind), Ok(()), "{value} as {kind:?}");
        }
    }
}

#[test]
fn what_the_runtime_cannot_read_is_a_mismatch_without_values() {
    let list = Type::List(Box::new(Type::Integer));
    for (kind, value, expected) in [
        (Type::Text, json!(true), "the document: expected text, found a boolean"),
        (Type::Integer, json!("secret"), "the document: expected an integer, found text"),
        (Type::Unsigned, json!(-1), "the document: expected an integer, found a number"),
        (Type::Boolean, json!(2), "the document: expected true or false, found a number"),
        (Type::Object, json!(["secret"]), "the document: expected an object, found a list"),
        (list.clone(), json!(["secret"]), "`[]`: expected an integer, found text"),
        (
            Type::Map(Box::new(list)),
            json!({"secret": [null]}),
            "`{}[]`: expected an integer, found null",
        ),
    ] {
        assert_eq!(checked(&value, &kind), Err(expected.to_owned()));
    }
}
