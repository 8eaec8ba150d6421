//! References: into schemas, into paths, by other names, and circular ones.

use super::{all_found, found_and_outcome, indented};

const HEAD: &str = "info: {title: t, version: '1'}";

/// Returns a document of schemas, and a path whose response refers to one of them.
fn schemas(version: &str, reference: &str, schemas: &str) -> String {
    format!(
        "openapi: {version}\n{HEAD}\npaths:\n  /a:\n    get:\n      responses:\n        '200':\n          \
         description: d\n          content: {{application/json: {{schema: {{$ref: '{reference}'}}}}}}\n\
         components:\n  schemas:\n{}",
        indented(schemas, 4)
    )
}

#[test]
fn into_schemas() {
    let a = "A: {type: object, properties: {b: {type: object, properties: {c: {type: string}}}, \
             list: {type: array, items: {type: integer}}}, allOf: [{properties: {d: {type: boolean}}}]}";
    let cases = [
        ("a property", schemas("3.0.3", "#/components/schemas/A/properties/b", a)),
        ("items", schemas("3.0.3", "#/components/schemas/A/properties/list/items", a)),
        ("a part", schemas("3.0.3", "#/components/schemas/A/allOf/0", a)),
        (
            "itself",
            schemas(
                "3.0.3",
                "#/components/schemas/A/properties/b",
                "A: {properties: {b: {properties: {c: {$ref: '#/components/schemas/A/properties/b'}}}}}",
            ),
        ),
        (
            "two of one name",
            schemas(
                "3.0.3",
                "#/components/schemas/A/properties/b",
                "A: {properties: {b: {type: string}}}\nAB: {type: integer}",
            ),
        ),
        ("nowhere", schemas("3.0.3", "#/components/schemas/A/properties/no", a)),
    ];
    insta::assert_snapshot!(all_found(&cases, "/components/schemas"));
}

#[test]
fn by_names_of_json_schema() {
    let cases = [
        (
            "definitions inside",
            schemas(
                "3.1.0",
                "#/components/schemas/A",
                "A: {$defs: {X: {type: string}}, properties: {c: {$ref: '#/components/schemas/A/$defs/X'}}}",
            ),
        ),
        (
            "an anchor and an id",
            schemas(
                "3.1.0",
                "https://example.org/a",
                "A: {$id: 'https://example.org/a', properties: {c: {$ref: '#word'}}}\n\
                 B: {properties: {d: {$anchor: word, type: string}}}",
            ),
        ),
        (
            "what is read in several ways",
            schemas(
                "3.1.0",
                "#/components/schemas/Tree",
                "Tree: {$dynamicAnchor: node, properties: {next: {$dynamicRef: '#node'}}}",
            ),
        ),
    ];
    insta::assert_snapshot!(all_found(&cases, "/components/schemas"));
}

#[test]
fn to_where_nothing_is_defined() {
    let text = format!(
        "openapi: 3.0.3\n{HEAD}
definitions:
  Old: {{type: object, properties: {{a: {{type: string}}}}}}
paths:
  /a:
    get:
      parameters: [{{name: q, in: query, schema: {{type: string}}}}]
      responses:
        '200':
          description: d
          content: {{application/json: {{schema: {{$ref: '#/definitions/Old'}}}}}}
  /b:
    get:
      parameters: [{{$ref: '#/paths/~1a/get/parameters/0'}}]
      responses:
        '200':
          $ref: '#/paths/~1a/get/responses/200'
        '400':
          description: d
          content:
            application/json:
              schema: {{$ref: '#/paths/~1a/get/responses/200/content/application~1json/schema'}}
"
    );
    insta::assert_snapshot!(found_and_outcome(&text, ""));
}

#[test]
fn paths() {
    let path = |paths: &str| {
        format!(
            "openapi: 3.0.3\n{HEAD}\npaths:\n{}components: {{pathItems: {{Shared: {{get: {{responses: \
             {{'200': {{description: d}}}}}}}}}}}}\n",
            indented(paths, 2)
        )
    };
    let cases = [
        ("another path", path("/a: {get: {responses: {}}}\n/b: {$ref: '#/paths/~1a'}")),
        ("a shared one", path("/a: {$ref: '#/components/pathItems/Shared', put: {responses: {}}}")),
        ("themselves", path("/a: {$ref: '#/paths/~1b'}\n/b: {$ref: '#/paths/~1a'}")),
        ("nowhere", path("/a: {$ref: '#/paths/~1b', get: {responses: {}}}")),
        ("an operation", path("/a: {get: {responses: {}}}\n/b: {put: {$ref: '#/paths/~1a/get'}}")),
    ];
    insta::assert_snapshot!(all_found(&cases, "/paths"));
}

/// Only the reference that closes a circle becomes free JSON.
#[test]
fn circles() {
    let cases = [
        (
            "by references alone",
            schemas(
                "3.0.3",
                "#/components/schemas/A",
                "A: {$ref: '#/components/schemas/B'}\nB: {$ref: '#/components/schemas/A'}\nC: {type: string}",
            ),
        ),
        (
            "of itself or null",
            schemas(
                "3.1.0",
                "#/components/schemas/A",
                "A: {anyOf: [{$ref: '#/components/schemas/A'}, {type: 'null'}]}",
            ),
        ),
        (
            "by `allOf`",
            schemas(
                "3.0.3",
                "#/components/schemas/A",
                "A: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {a: {type: string}}}]}",
            ),
        ),
    ];
    insta::assert_snapshot!(all_found(&cases, "/components/schemas"));
}

#[test]
fn siblings() {
    let of = |version: &str, property: &str| {
        schemas(
            version,
            "#/components/schemas/A",
            &format!(
                "N: {{type: object}}\nA: {{properties: {{a: {{$ref: '#/components/schemas/N', {property}}}}}}}"
            ),
        )
    };
    let cases = [
        ("annotations", of("3.0.3", "description: d, nullable: true, x-a: 1")),
        ("3.0 ignores the rest", of("3.0.3", "type: string, properties: {b: {}}")),
        ("3.1 ignores what constrains", of("3.1.0", "type: object, maxProperties: 4, $comment: c")),
        ("3.1 takes what shapes", of("3.1.0", "properties: {b: {const: x}}, required: [b]")),
    ];
    insta::assert_snapshot!(all_found(&cases, "/components/schemas/A/properties/a"));
}

#[test]
fn what_a_discriminator_maps_to() {
    let text = schemas(
        "3.0.3",
        "#/components/schemas/Pet",
        "Pet: {discriminator: {propertyName: kind, mapping: {cat: '#/components/schemas/Pets/properties/cat', \
         dog: Dog}}, oneOf: [{$ref: '#/components/schemas/Pets/properties/cat'}, {$ref: '#/components/schemas/Dog'}]}\n\
         Pets: {properties: {cat: {properties: {kind: {type: string}}}}}\nDog: {properties: {kind: {type: string}}}",
    );
    insta::assert_snapshot!(found_and_outcome(&text, "/components/schemas/Pet"));
}

/// The document does not grow with the square of its size, and a few copies are not an error.
#[test]
fn copies_are_limited() {
    let values: Vec<_> = (0..1_000_000).map(|n: u32| n.to_string()).collect();
    let paths: Vec<_> = (0..8)
        .map(|n| {
            format!(
                "\"/p{n}\":{{\"get\":{{\"parameters\":[{{\"$ref\":\"#/components/parameters/large\"}}],\
                 \"responses\":{{}}}}}}"
            )
        })
        .collect();
    let text = format!(
        "{{\"openapi\":\"3.0.3\",\"info\":{{\"title\":\"t\",\"version\":\"1\"}},\"components\":{{\"parameters\":\
         {{\"large\":{{\"name\":\"q\",\"in\":\"query\",\"schema\":{{\"enum\":[{}]}}}}}}}},\"paths\":{{{}}}}}",
        values.join(","),
        paths.join(",")
    );
    let spec = super::converted(&super::source("spec.json", &text)).unwrap();
    let codes: Vec<_> = spec.findings.iter().map(|found| found.code).collect();
    assert!(codes.len() > 1 && codes.len() < 8, "{codes:?}");
    assert!(codes.iter().all(|code| *code == "spec-too-large"), "{codes:?}");
}
