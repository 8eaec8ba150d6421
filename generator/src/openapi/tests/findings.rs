//! Findings in invalid specs, their locations, and what remains.

use super::{converted, indented, parse, rendered, source, swagger2};
use crate::{diagnostic::SourceFile, openapi::UNSUPPORTED};

/// Returns the findings in specs, and the remaining operations.
fn found(texts: &[String]) -> String {
    let found = texts.iter().map(|text| {
        let read = parse(&SourceFile::new("spec.yaml", &**text));
        let read = read.map_err(|error| rendered(&[error])).and_then(|read| converted(&read));
        let Ok(spec) = &read else { return read.unwrap_err() };
        let operations = spec.api.operations().map(|(path, method, operation)| {
            let is_left = !operation.extensions.contains_key(UNSUPPORTED);
            format!("{method} {path}: {}", if is_left { "generated" } else { "skipped" })
        });
        let operations: Vec<_> = operations.collect();
        format!("{}\n{}", rendered(&spec.findings), operations.join("\n"))
    });
    found.collect::<Vec<_>>().join("\n=====\n")
}

fn operations(cases: &[(&str, &str)]) -> String {
    let texts = cases.iter().map(|(method, operation)| swagger2(method, operation, ""));
    found(&texts.collect::<Vec<_>>())
}

fn schemas(schemas: &str) -> String {
    let head = "swagger: '2.0'\ninfo: {title: t, version: '1'}\npaths: {}\ndefinitions:\n";
    found(&[format!("{head}{}", indented(schemas, 2))])
}

#[test]
fn parameters() {
    insta::assert_snapshot!(operations(&[
        ("get", "parameters: [{name: q, in: matrix, type: string}]"),
        ("get", "parameters: [{name: q, in: query}]"),
        ("get", "parameters: [{name: q, in: query, schema: {type: string}}]"),
        (
            "get",
            "parameters: [{name: q, in: query, type: array, items: {type: string}, \
             collectionFormat: tsv}]"
        ),
        (
            "get",
            "parameters: [{name: q, in: header, type: array, items: {type: string}, \
             collectionFormat: multi}]"
        ),
        (
            "get",
            "parameters: [{name: q, in: query, type: array, items: {type: array, items: {type: \
             string}}}]"
        ),
        ("put", "parameters: [{name: q, in: formData, type: file}]"),
        (
            "get",
            "parameters:\n- {name: q, in: formData, type: string}\n- {name: q, in: query, type: \
             string}"
        ),
        ("get", "parameters: [{name: q, in: path, required: true, type: string}]"),
        ("get", "parameters: [{name: q, in: body, schema: {type: object}}]"),
        (
            "post",
            "parameters:\n- {name: q, in: formData, type: string}\n- {name: b, in: body, schema: \
             {}}"
        ),
        ("post", "parameters: [{name: b, in: body}]"),
        ("get", "parameter: []"),
    ]));
}

#[test]
fn paths() {
    let responses = "responses: {200: {description: fine}}";
    let head = "swagger: '2.0'\ninfo: {title: t, version: '1'}\npaths:\n";
    insta::assert_snapshot!(found(&[
        format!("{head}  /a/{{b}}:\n    get: {{{responses}}}"),
        format!("{head}  a:\n    get: {{{responses}}}"),
        format!("{head}  /a:\n    $ref: '#/paths/~1b'"),
        format!("{head}  /a:\n    query: {{{responses}}}"),
        format!("{head}  /a:\n    get: {{responses: {{2000: {{description: d}}}}}}"),
        format!(
            "{head}  /a:\n    get: {{operationId: x, {responses}}}\n  /b:\n    get: \
             {{operationId: x, {responses}}}"
        ),
    ]));
}

#[test]
fn schemas_and_references() {
    insta::assert_snapshot!(schemas(
        "
Types: {type: [string, 'null']}
OneOf: {oneOf: [{type: string}]}
Count: {type: string, maxLength: -1}
Typo: {type: objet}
"
    ));
    insta::assert_snapshot!(schemas("File: {type: object, properties: {a: {type: file}}}"));
    insta::assert_snapshot!(schemas(
        "
External: {$ref: 'other.yaml#/definitions/A'}
Url: {$ref: 'https://example.org/a.json'}
Missing: {$ref: '#/definitions/Nowhere'}
Inside: {$ref: '#/definitions/External/properties/a'}
NoText: {$ref: '#/parameters/a'}
"
    ));
    insta::assert_snapshot!(schemas(
        "
A: {$ref: '#/definitions/B'}
B: {allOf: [{$ref: '#/definitions/C'}]}
C: {$ref: '#/definitions/A'}
"
    ));
    insta::assert_snapshot!(schemas(
        "
A: {type: string}
B: {type: object, properties: {a: {$ref: '#/definitions/A', type: string, title: kept}}}
"
    ));
}

#[test]
fn text() {
    let read = |name: &str, text: &str| match parse(&SourceFile::new(name, text)) {
        Err(error) => error.render(false),
        Ok(source) => format!("{}", source.value),
    };
    let json = |text: &str| read("spec.json", text);
    let yaml = |text: &str| read("spec.yaml", text);
    let all = [
        json("{\n  \"swagger\": \"2.0\",\n  \"ümlaut\": tru\n}"),
        json("{\n  \"info\": {\"title\": 1,\n  \"title\": 2}\n}"),
        json("{\"a\": 1} {"),
        json(""),
        yaml("a: [1\nb: 2"),
        yaml("info:\n  ümlaut: ü\n  title: 1\n  title: 2"),
        yaml("a:\n  - 1\n  - {true: 2}"),
        yaml("a:\n  ? [b]\n  : 1"),
        yaml("a: 1\n---\nb: 2"),
        yaml("a: !tag b"),
        yaml("a: .nan"),
    ];
    insta::assert_snapshot!(all.join("\n\n"));
}

#[test]
fn size_limits() {
    let deep = "[".repeat(200);
    assert!(parse(&SourceFile::new("a.json", &*deep)).is_err());
    assert!(parse(&SourceFile::new("a.yaml", &*deep)).is_err());
    let large = format!("\"{}\"", "a".repeat(64 << 20));
    let error = parse(&SourceFile::new("a.json", large)).unwrap_err();
    assert_eq!(error.code, "spec-too-large");
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let alias = format!("*a{}, ", level - 1).repeat(9);
        bomb += &format!("a{level}: &a{level} [{alias}*a{}]\n", level - 1);
    }
    let error = parse(&SourceFile::new("a.yaml", bomb)).unwrap_err();
    assert_eq!(error.code, "spec-ill-formed");
}

#[test]
fn versions() {
    let json = [
        "{\"swagger\": \"1.2\"}",
        "{\"openapi\": \"3.2.0\", \"info\": {\"title\": \"t\", \"version\": \"1\"}}",
        "{\"openapi\": \"4.0.0\"}",
        "{\"openapi\": \"3.0.0\", \"swagger\": \"2.0\"}",
        "{\"swagger\": 2.0, \"paths\": {}, \"info\": {\"title\": \"t\", \"version\": \"1\"}}",
        "{\"openapi\": \"3.0.0\", \"paths\": []}",
        "{\"openapi\": \"3.0.0\"}",
        "{\"info\": {}}",
        "[]",
    ];
    let found = json.map(|text| {
        let read = converted(&source("spec.json", text));
        read.map_or_else(|refused| refused, |spec| rendered(&spec.findings))
    });
    insta::assert_snapshot!(found.join("\n\n"));
}

/// Values that the tables accept and the types do not.
#[test]
fn what_depends_on_another_key() {
    let head = "openapi: 3.0.0\ninfo: {title: t, version: '1'}\n";
    insta::assert_snapshot!(found(&[
        format!("{head}paths: {{}}\ncomponents: {{securitySchemes: {{a: {{type: http}}}}}}"),
        format!("{head}paths: {{}}\ncomponents: {{headers: {{a: {{description: d}}}}}}"),
        format!("{head}paths: {{}}\ncomponents: {{links: {{a: {{description: d}}}}}}"),
        format!(
            "{head}paths:\n  /a:\n    get: {{responses: {{200: {{description: d, links: {{a: {{}}}}}}}}}}"
        ),
        format!(
            "{head}paths: {{}}\ncomponents: {{parameters: {{a: {{name: a, in: header, style: form, \
             schema: {{}}}}}}}}"
        ),
    ]));
}

/// A deep schema takes no more time than a wide one.
#[test]
fn depth_limits() {
    let schema = (0..55).fold("{type: string}".to_owned(), |inner, _| {
        format!("{{type: object, properties: {{a: {inner}}}}}")
    });
    let text = format!(
        "swagger: '2.0'\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ndefinitions: {{A: {schema}}}"
    );
    assert!(converted(&source("spec.yaml", &text)).is_ok());
}

/// The same finding in the same document, as JSON.
#[test]
fn places_in_json() {
    let text = r##"{
  "swagger": "2.0",
  "info": {"title": "ü \" {", "version": "1"},
  "definitions": {"A": {"type": "object", "properties": {"b\u0041": {"type": "thing"}}}},
  "paths": {
    "/a~/{b}": {
      "get": {
        "parameters": [{"name": "b", "in": "path"}, {"in": "q"}],
        "responses": {}
      }
    }
  }
}"##;
    let spec = converted(&source("spec.json", text)).unwrap();
    insta::assert_snapshot!(rendered(&spec.findings));
}

/// Locations are requested in terms of OpenAPI 3.0, and shown where the file declares them.
#[test]
fn places_of_what_was_moved() {
    let text = "\
swagger: '2.0'
info: {title: t, version: '1'}
parameters:
  form: {name: shared, in: formData, type: string}
definitions:
  A: {type: object, properties: {b: {$ref: '#/definitions/A', title: t}}}
paths:
  /a/{id}:
    parameters:
      - {name: id, in: path, required: true, type: string}
    post:
      parameters:
        - $ref: '#/parameters/form'
        - {name: own, in: formData, type: string}
        - {name: q, in: query, type: array, items: {type: string}}
      responses: {200: {description: d, schema: {type: array, items: {type: string}}}}
    put:
      parameters:
        - {name: b, in: body, schema: {type: object, properties: {c: {type: string}}}}
      responses: {200: {description: d}}
";
    let spec = converted(&source("spec.yaml", text)).unwrap();
    let form = "/paths/~1a~1{id}/post/requestBody/content/application~1x-www-form-urlencoded";
    let body = "/paths/~1a~1{id}/put/requestBody/content/application~1json";
    let cases = [
        ("/components/schemas/A/properties/b/allOf/0/$ref", "/definitions/A/properties/b/$ref"),
        (&format!("{form}/schema/properties/shared/type"), "/parameters/form/type"),
        (&format!("{form}/schema/properties/own"), "/paths/~1a~1{id}/post/parameters/1"),
        (
            &format!("{body}/schema/properties/c"),
            "/paths/~1a~1{id}/put/parameters/0/schema/properties/c",
        ),
        (
            "/paths/~1a~1{id}/post/parameters/0/schema/items",
            "/paths/~1a~1{id}/post/parameters/2/items",
        ),
        ("/paths/~1a~1{id}/post/parameters/1", "/paths/~1a~1{id}/parameters/0"),
        (
            "/paths/~1a~1{id}/post/responses/200/content/application~1json/schema/items",
            "/paths/~1a~1{id}/post/responses/200/schema/items",
        ),
    ];
    for (new, old) in cases {
        assert_eq!(spec.declared_at(new), old, "{new}");
    }
    let places = cases.map(|(new, _)| spec.error("here", "here", new).render(false));
    insta::assert_snapshot!(places.join("\n\n"));
}
