//! Operations that are not requested are not checked.

use super::{source, summary};
use crate::openapi::{select, to_openapi};

const SPEC: &str = "\
openapi: 3.0.3
info: {title: t, version: '1'}
paths:
  /a:
    get: {operationId: a, tags: [kept, other], responses: {'200': {$ref: '#/components/responses/A'}}}
    put: {tags: [gone], parameters: [{name: 5}], responses: {}}
  /b:
    get: {operationId: b, responses: {'200': {description: d, content: {application/json:
      {schema: {$ref: '#/paths/~1c/get/responses/200/content/text~1plain/schema'}}}}}}
  /c:
    get: {operationId: c, tags: gone, parameters: [{in: no}], responses: {'200': {description: d,
      content: {text/plain: {schema: {type: object, properties: {c: {type: string}}}}}}}}
  /d: {$ref: '#/components/pathItems/D'}
components:
  pathItems:
    D: {get: {operationId: d, tags: [gone], parameters: [{}], responses: {}}}
  responses:
    A: {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/A'}}}}
    Gone: {description: d, content: {application/json: {schema: {$ref: '#/components/schemas/Gone'}}}}
  schemas:
    A: {discriminator: {propertyName: k, mapping: {x: Mapped}}, oneOf: []}
    Mapped: {type: object, properties: {next: {$ref: '#/components/schemas/Next'}}}
    Next: {type: string}
    Gone: {type: nonsense}
";

#[test]
fn what_is_left() {
    let mut spec = source("spec.yaml", SPEC);
    let left_out = select(&mut spec, &|tag| matches!(tag, "kept" | "default"));
    assert_eq!(left_out, ["PUT /a", "c", "d"]);
    let spec = to_openapi(&spec).unwrap();
    let found: Vec<_> = spec.findings.iter().map(summary).collect();
    assert!(found.is_empty(), "{found:?}");
    let operations: Vec<_> =
        spec.api.operations().map(|(path, method, _)| (path, method)).collect();
    assert_eq!(operations, [("/a", "get"), ("/b", "get")]);
    let schemas = spec.api.components.unwrap().schemas;
    let names: Vec<_> = schemas.keys().map(String::as_str).collect();
    // One of them is the part of `c` that `b` refers to.
    assert_eq!(names, ["A", "Mapped", "Next", "cGet200TextPlain"]);
}

#[test]
fn without_a_selection_everything_is_checked() {
    let mut spec = source("spec.yaml", SPEC);
    assert!(select(&mut spec, &|_| true).is_empty());
    let spec = to_openapi(&spec).unwrap();
    assert_eq!(spec.api.operations().count(), 5);
    let schemas = spec.api.components.unwrap().schemas;
    assert!(schemas.contains_key("Gone"));
}

#[test]
fn other_documents_have_no_operations() {
    for text in ["[]", "paths: 5", "paths: {x-a: {get: {}}}", "paths: {/a: {}}"] {
        assert!(select(&mut source("spec.yaml", text), &|_| false).is_empty(), "{text}");
    }
}

#[test]
fn unreadable_operations_have_no_tag() {
    let text = "paths: {/a: 5, /b: {get: 1}, /c: {$ref: '#/paths/~1c'}}";
    let mut spec = source("spec.yaml", text);
    assert!(select(&mut spec, &|tag| tag == "default").is_empty());
    assert_eq!(select(&mut spec, &|_| false), ["/a", "GET /b", "/c"]);
}
