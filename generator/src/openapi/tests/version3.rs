//! OpenAPI 3.0 unchanged, and 3.1 as far as 3.0 can express it.

use super::{found_and_outcome, indented, outcome};

const HEAD: &str = "info: {title: t, version: '1'}";

#[test]
fn what_is_not_a_schema_is_no_reference_in_the_end() {
    let text = format!(
        "openapi: 3.0.2\n{HEAD}
components:
  parameters:
    id: {{name: id, in: path, required: true, schema: {{type: string}}}}
    again: {{$ref: '#/components/parameters/id'}}
  responses:
    fine: {{description: fine, headers: {{X-A: {{$ref: '#/components/headers/a'}}}}}}
  headers:
    a: {{schema: {{$ref: '#/components/schemas/A'}}}}
  requestBodies:
    body: {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/A', title: t}}}}}}}}
  schemas:
    A: {{type: boolean, format: boolean}}
paths:
  /a/{{id}}:
    parameters: [{{$ref: '#/components/parameters/again'}}]
    put:
      requestBody: {{$ref: '#/components/requestBodies/body'}}
      responses: {{200: {{$ref: '#/components/responses/fine'}}}}
"
    );
    insta::assert_snapshot!(outcome(&text, "/paths"));
}

#[test]
fn version_31_in_other_words() {
    let schemas = "
Nullable: {type: [string, 'null'], format: date}
Several: {type: [string, integer, 'null'], description: d}
Const: {const: a}
Above: {type: number, exclusiveMinimum: 3, exclusiveMaximum: 9}
AboveBoth: {type: number, exclusiveMinimum: 3, minimum: 5}
Examples: {type: string, examples: [a, b]}
Bytes: {type: string, contentEncoding: base64}
Binary: {type: string, contentMediaType: application/octet-stream}
JsonText: {type: string, contentMediaType: application/json}
All: true
None: false
Comment: {$comment: c, type: string}
NullOrOne: {anyOf: [{type: 'null'}, {$ref: '#/components/schemas/Const'}]}
NullOrTwo: {oneOf: [{$ref: '#/components/schemas/Const'}, {type: 'null'}, {type: string}]}
Sibling: {type: object, properties: {a: {$ref: '#/components/schemas/Const', description: d}}}
";
    let text = format!(
        "openapi: 3.1.0\ninfo: {{title: t, version: '1', summary: s, license: {{name: MIT, \
         identifier: MIT}}}}\njsonSchemaDialect: https://spec.openapis.org/oas/3.1/dialect/base\n\
         webhooks: {{}}\ncomponents:\n  schemas:\n{}",
        indented(schemas, 4)
    );
    insta::assert_snapshot!(outcome(&text, ""));
}

#[test]
fn version_31_without_other_words() {
    let schemas = "
Defs: {$defs: {}}
If: {if: {}, then: {}}
Tuple: {type: array, prefixItems: []}
Unevaluated: {type: object, unevaluatedProperties: false}
OnlyNull: {type: 'null'}
Several: {type: [string, integer], minLength: 3}
";
    let text = format!(
        "openapi: 3.1.0\n{HEAD}\njsonSchemaDialect: https://example.org/mine\nwebhooks: {{a: {{}}}}\n\
         components:\n  pathItems: {{a: {{}}}}\n  schemas:\n{}",
        indented(schemas, 4)
    );
    insta::assert_snapshot!(found_and_outcome(&text, "/components/schemas"));
}

#[test]
fn version_30_that_borrows_from_31() {
    let schemas = "
Nullable: {type: [string, 'null']}
Const: {const: a}
Above: {type: number, exclusiveMinimum: 3}
All: true
";
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1', summary: s}}\nwebhooks: {{}}\n\
         components:\n  schemas:\n{}",
        indented(schemas, 4)
    );
    insta::assert_snapshot!(found_and_outcome(&text, "/components/schemas"));
}
