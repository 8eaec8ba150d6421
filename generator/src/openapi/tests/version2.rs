//! Swagger 2.0, one construct at a time.

use super::{indented, outcomes, swagger2};

fn operations(cases: &[(&'static str, &str, &str)]) -> String {
    let cases: Vec<_> = cases
        .iter()
        .map(|(title, method, operation)| (*title, swagger2(method, operation, "")))
        .collect();
    outcomes(&cases, "/paths/~1a")
}

#[test]
fn parameters_by_place() {
    insta::assert_snapshot!(operations(&[
        (
            "a form of a GET is a query",
            "get",
            "parameters: [{name: q, in: formData, type: string}]"
        ),
        ("and of a PATCH", "patch", "parameters: [{name: q, in: formData, type: string}]"),
        (
            "and of a DELETE, with a default",
            "delete",
            "parameters: [{name: q, in: formData, type: string, required: true, default: x}]",
        ),
        (
            "headers",
            "get",
            "parameters: [{name: X-Some, in: header, type: integer, format: int64}]",
        ),
        (
            "constraints go to the schema, the rest stays",
            "get",
            "parameters: [{name: q, in: query, type: integer, minimum: 1, exclusiveMinimum: true, \
             enum: [1, 2], allowEmptyValue: true, x-pydio-flag: true, description: d}]",
        ),
    ]));
}

#[test]
fn lists_in_parameters() {
    let list = |place: &str, format: &str| {
        format!(
            "parameters: [{{name: q, in: {place}, type: array, items: {{type: string}}{format}}}]"
        )
    };
    let cases = [
        ("by default with commas", "get", list("query", "")),
        ("repeated", "get", list("query", ", collectionFormat: multi")),
        ("with spaces", "get", list("query", ", collectionFormat: ssv")),
        ("with bars", "get", list("query", ", collectionFormat: pipes")),
        ("in a header", "get", list("header", ", collectionFormat: csv")),
        ("in a form", "post", list("formData", ", collectionFormat: multi")),
    ];
    let cases: Vec<_> =
        cases.iter().map(|(title, method, text)| (*title, *method, &**text)).collect();
    insta::assert_snapshot!(operations(&cases));
}

#[test]
fn bodies() {
    let bodies = [
        ("no media type is JSON", "", "schema: {type: object}"),
        (
            "that of a form is not a media type of a body",
            "consumes: [multipart/form-data]",
            "schema: {}",
        ),
        ("several", "consumes: [application/json, application/xml]", "schema: {type: object}"),
        ("text without a media type is bytes", "", "schema: {$ref: '#/definitions/InputStream'}"),
        ("text of JSON is text", "consumes: [application/json]", "schema: {type: string}"),
        (
            "binary is bytes",
            "consumes: [application/json]",
            "schema: {type: string, format: binary}",
        ),
        ("a choice of words is JSON", "", "schema: {type: string, enum: [a, b]}"),
    ];
    let cases: Vec<_> = bodies
        .iter()
        .map(|(title, consumes, schema)| {
            let body =
                "parameters: [{name: patch-tuple, in: body, required: true, description: d, ";
            let operation = format!("{consumes}\n{body}{schema}}}]");
            (*title, swagger2("post", &operation, "definitions: {InputStream: {type: string}}"))
        })
        .collect();
    insta::assert_snapshot!(outcomes(&cases, "/paths/~1a/post"));
}

#[test]
fn forms() {
    let two = "{name: b, in: formData, type: string, required: true, description: d}, \
               {name: a, in: formData, type: integer, default: 3, allowEmptyValue: true}";
    let file = "{name: f, in: formData, type: file, description: d}";
    insta::assert_snapshot!(operations(&[
        ("url-encoded", "post", &format!("parameters: [{two}]")),
        ("with a file", "post", &format!("parameters: [{two}, {file}]")),
        (
            "multipart where nothing else is consumed",
            "post",
            &format!("consumes: [multipart/form-data]\nparameters: [{two}]"),
        ),
        ("declared as JSON", "post", &format!("consumes: [application/json]\nparameters: [{two}]"),),
    ]));
}

#[test]
fn shared_parameters_are_copied_to_where_they_are_sent() {
    let text = "
swagger: '2.0'
info: {title: t, version: '1'}
parameters:
  id: {name: id, in: path, required: true, type: string}
  form: {name: form, in: formData, type: string}
  body: {name: body, in: body, schema: {type: object}}
  of-path: {name: both, in: query, type: string}
paths:
  /a/{id}:
    parameters: [{$ref: '#/parameters/id'}, {$ref: '#/parameters/of-path'}]
    get:
      parameters: [{$ref: '#/parameters/form', description: of this use}]
      responses: {200: {description: fine}}
    post:
      parameters: [{name: both, in: query, type: integer}, {$ref: '#/parameters/form'}]
      responses: {200: {description: fine}}
    put:
      parameters: [{$ref: '#/parameters/body'}]
      responses: {200: {description: fine}}
";
    insta::assert_snapshot!(super::outcome(text, "/paths"));
}

#[test]
fn responses() {
    let responses = [
        ("media types of the operation", "200: {description: d, schema: {type: object}}"),
        ("no schema", "401: {description: d}"),
        ("a shared one", "default: {$ref: '#/responses/shared'}"),
        (
            "examples, with and without a media type",
            "200: {description: d, schema: {}, examples: {application/json: {a: 1}, node: {b: 2}}}",
        ),
        ("headers", "200: {description: d, headers: {X-A: {type: array, items: {type: string}}}}"),
        (
            "inline",
            "200: {description: d, schema: {type: array, items: {properties: {a: {type: string}}}}}",
        ),
    ];
    let document = |produces: &str, responses: &str| {
        format!(
            "swagger: '2.0'\ninfo: {{title: t, version: '1'}}\nresponses:\n  shared: {{description: \
             shared, schema: {{type: string, format: int64}}}}\npaths:\n  /a:\n    get:\n      \
             {produces}\n      responses:\n{}",
            indented(responses, 8)
        )
    };
    let both = "produces: [application/json, application/xml]";
    let mut cases: Vec<_> =
        responses.iter().map(|(title, one)| (*title, document(both, one))).collect();
    let file = "200: {description: d, schema: {type: file}}";
    cases.push(("a file", document("", file)));
    cases.push(("a file by its media type", document("produces: [application/pdf]", file)));
    cases.push(("a file declared as JSON", document("produces: [application/json]", file)));
    cases.push(("no media type", document("", responses[0].1)));
    insta::assert_snapshot!(outcomes(&cases, "/paths/~1a/get"));
}

#[test]
fn schemas() {
    let schemas = "
Free: {type: object}
FreeToo: {type: object, properties: {}}
Any: {}
Typeless: {properties: {a: {type: string}}, required: [a]}
TypelessMap: {additionalProperties: {type: string}}
TypelessList: {items: {type: string}}
Node: {type: object, properties: {children: {$ref: '#/definitions/NodeList'}}}
NodeList: {type: object, properties: {data: {type: array, items: {$ref: '#/definitions/Node'}}}}
Contexts: {type: object, properties: {'@context': {type: string}, context: {type: string}}}
Titled: {type: object, properties: {a: {$ref: '#/definitions/Node', title: of this use}}}
NullableReference: {type: object, properties: {a: {$ref: '#/definitions/Node', x-nullable: true}}}
Int64: {type: string, format: int64}
RealInt64: {type: integer, format: int64}
TextBoolean: {type: string, format: boolean}
Boolean: {type: boolean, format: boolean}
Choice: {type: string, enum: [a, b], default: a}
Closed: {type: object, properties: {a: {type: string}}, additionalProperties: false}
Animal: {type: object, discriminator: kind, required: [kind], properties: {kind: {type: string}}}
Cat: {allOf: [{$ref: '#/definitions/Animal'}, {properties: {b: {type: integer}}}]}
Xml: {type: object, xml: {name: node}, x-nullable: true, x-pydio-open: true}
a b/c~d: {type: string}
Escaped: {type: object, properties: {a: {$ref: '#/definitions/a%20b~1c~0d'}}}
";
    let text = format!(
        "swagger: '2.0'\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ndefinitions:\n{}",
        indented(schemas, 2)
    );
    insta::assert_snapshot!(super::outcome(&text, "/components/schemas"));
}

#[test]
fn names_of_schemas_are_read_from_references() {
    let name = |reference| crate::openapi::schema_name(reference);
    assert_eq!(name("#/components/schemas/Node").as_deref(), Some("Node"));
    assert_eq!(name("#/components/schemas/a b~1c~0d").as_deref(), Some("a b/c~d"));
    assert_eq!(name("#/components/parameters/Node"), None);
}

#[test]
fn the_document() {
    let text = "
swagger: '2.0'
info: {title: t, version: '1', x-of: info}
host: files.example.org
basePath: /api/v2
schemes: [http, https]
tags: [{name: File, description: d}]
externalDocs: {url: https://docs.example.org}
x-root: kept
security: [{token: []}]
securityDefinitions:
  basic: {type: basic}
  token: {type: apiKey, name: Authorization, in: header}
  implicit: {type: oauth2, flow: implicit, authorizationUrl: /auth, scopes: {a: all}}
  application: {type: oauth2, flow: application, tokenUrl: /token}
  code: {type: oauth2, flow: accessCode, authorizationUrl: /auth, tokenUrl: /token, scopes: {}}
paths:
  x-paths: kept
  /a:
    x-path: kept
    get:
      schemes: [wss]
      x-pydio-action: ls
      produces: [application/json]
      responses: {200: {description: fine}}
";
    insta::assert_snapshot!(super::outcome(text, ""));
}

#[test]
fn schemes_without_a_host_are_kept() {
    let text = "swagger: '2.0'\ninfo: {title: t, version: '1'}\nschemes: [https]\npaths: {}";
    insta::assert_snapshot!(super::outcome(text, ""));
}
