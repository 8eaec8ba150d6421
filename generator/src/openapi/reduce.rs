//! Reduces a spec to the facts that generation needs, without the original prose.

use serde_json::{Map, Value, json};

use super::{
    pointer::At,
    shape::{Kind, walk_mut},
    shape_of,
    version::dialect,
};

/// Removes the descriptions, examples and third-party extensions of a spec.
///
/// Names, types and constraints stay, and the extensions `x-pydio-…` and `x-nullable`; a required
/// description becomes empty. Anything other than a spec is returned unchanged.
pub fn reduce(value: &Value) -> Value {
    let mut reduced = value.clone();
    if let Ok((dialect, _)) = dialect(value) {
        walk_mut(&mut reduced, shape_of(dialect), &At::ROOT, &mut |kind, value, _| {
            if let Some(object) = value.as_object_mut() {
                strip(kind, object);
            }
        });
    }
    reduced
}

fn strip(kind: Kind, object: &mut Map<String, Value>) {
    object.retain(|key, _| !key.starts_with("x-") || is_fact(key));
    let prose: &[&str] = match kind {
        // Their keys are names.
        Kind::Paths | Kind::Callback => &[],
        Kind::Info => {
            return object.retain(|key, _| matches!(&**key, "title" | "version") || is_fact(key));
        }
        Kind::Schema => {
            &["title", "description", "example", "examples", "externalDocs", "$comment"]
        }
        _ => &["summary", "description", "example", "examples", "externalDocs"],
    };
    let is_response = kind == Kind::Response && !object.contains_key("$ref");
    object.retain(|key, _| !prose.contains(&&**key));
    if is_response {
        object.insert("description".to_owned(), json!(""));
    }
}

/// Returns whether an extension describes the API.
fn is_fact(extension: &str) -> bool {
    extension == "x-nullable" || extension.starts_with("x-pydio-")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::reduce;
    use crate::{diagnostic::SourceFile, openapi::parse};

    #[test]
    fn prose_goes_and_names_stay() {
        let small = SourceFile::new("small.json", include_str!("tests/small.json"));
        let facts = reduce(&parse(&small).unwrap().value);
        insta::assert_snapshot!(serde_json::to_string_pretty(&facts).unwrap());
    }

    #[test]
    fn openapi_3_too() {
        let content = json!({ "a/b": { "schema": { "title": "t" }, "examples": {} } });
        let spec = json!({
            "openapi": "3.0.0",
            "info": { "title": "t", "version": "1", "description": "d" },
            "servers": [{ "url": "/", "description": "d" }],
            "paths": { "/a": { "get": { "summary": "s", "responses": {
                "200": { "description": "d", "content": content },
            } } } },
            "components": { "examples": { "a": { "value": 1 } } },
        });
        let facts = json!({
            "openapi": "3.0.0",
            "info": { "title": "t", "version": "1" },
            "servers": [{ "url": "/" }],
            "paths": { "/a": { "get": { "responses": {
                "200": { "description": "", "content": { "a/b": { "schema": {} } } },
            } } } },
            "components": {},
        });
        assert_eq!(reduce(&spec), facts);
    }

    #[test]
    fn other_documents_stay_unchanged() {
        for value in [Value::Null, json!({ "description": "d" })] {
            assert_eq!(reduce(&value), value);
        }
    }
}
