//! Deviations from the specification: the findings, and the repaired document.

use super::{all_found, found_and_outcome, indented, swagger2};

const HEAD: &str = "info: {title: t, version: '1'}";

fn operation(title: &'static str, operation: &str) -> (&'static str, String) {
    let text = format!(
        "openapi: 3.0.3\n{HEAD}\npaths:\n  /a/{{id}}:\n    parameters: [{{name: id, in: path, required: true, \
         schema: {{type: string}}}}]\n    post:\n{}",
        indented(operation, 6)
    );
    (title, text)
}

fn schema(title: &'static str, schema: &str) -> (&'static str, String) {
    let text =
        format!("openapi: 3.0.3\n{HEAD}\npaths: {{}}\ncomponents:\n  schemas:\n    A: {schema}\n");
    (title, text)
}

#[test]
fn operations() {
    let cases = [
        operation("no responses", "summary: s"),
        operation("a broken body", "tags: [a]\noperationId: x\nrequestBody: []"),
        operation("a body without content", "requestBody: {description: d}"),
        operation(
            "a broken parameter",
            "operationId: x\nparameters: [{name: q, in: query, style: odd}]",
        ),
        operation(
            "a parameter that leads nowhere",
            "parameters: [{$ref: '#/components/parameters/No'}]",
        ),
        operation(
            "a response that leads nowhere",
            "responses: {200: {$ref: '#/components/responses/No'}}",
        ),
        operation("a response that is none", "responses: {200: 5, 201: {description: d}, 2xx: {}}"),
        operation("keys that are empty", "description:\nparameters:\ntags:\nsecurity:\nresponses:"),
        operation(
            "other types",
            "operationId: 5\ntags: one\ndeprecated: 'true'\nsummary: 1.10\nresponses: {}",
        ),
        operation("callbacks", "responses: {}\ncallbacks: {a: {'{$url}': {post: {responses: 5}}}}"),
    ];
    insta::assert_snapshot!(all_found(&cases, "/paths"));
}

#[test]
fn parameters() {
    let param = |title, parameters: &str| {
        operation(title, &format!("responses: {{}}\nparameters:\n{parameters}"))
    };
    let q = "- {name: q, in: query, schema: {type: string}}";
    let cases = [
        param("twice alike", &format!("{q}\n{q}")),
        param(
            "twice otherwise",
            &format!("{q}\n- {{name: q, in: query, schema: {{type: integer}}}}"),
        ),
        param(
            "that of the operation",
            "- {name: id, in: path, required: true, schema: {type: integer}}",
        ),
        param("not required in a path", "- {name: id, in: path, schema: {type: integer}}"),
        param("of no path", "- {name: other, in: path, required: true, schema: {type: string}}"),
        param(
            "as of Swagger 2.0",
            "- {name: q, in: query, type: integer, format: int64, description: d}",
        ),
        param("without a schema", "- {name: q, in: query}"),
        param("with both", "- {name: q, in: query, schema: {}, content: {text/plain: {}}}"),
        param("a style of another place", "- {name: q, in: query, style: simple, schema: {}}"),
        param("in other letters", "- {name: q, in: Query, schema: {type: String}}"),
    ];
    insta::assert_snapshot!(all_found(&cases, "/paths/~1a~1{id}/post/parameters"));
}

/// From Pydio 8.2.1: the parameter of the operation takes precedence, whatever the names of the
/// variables are.
#[test]
fn parameters_of_paths_and_operations() {
    let text = format!(
        "swagger: '2.0'\n{HEAD}
parameters:
  of-path: {{name: q, in: query, type: string}}
  of-operation: {{name: q, in: query, type: integer}}
paths:
  /a:
    parameters: [{{$ref: '#/parameters/of-path'}}]
    get: {{parameters: [{{$ref: '#/parameters/of-operation'}}], responses: {{}}}}
    put: {{responses: {{}}}}
"
    );
    insta::assert_snapshot!(found_and_outcome(&text, "/paths"));
}

#[test]
fn schemas() {
    let cases = [
        schema("a list of schemas for items", "{type: array, items: [{type: string}]}"),
        schema("null", ""),
        schema("a number", "5"),
        schema("a type that is none", "{type: date, description: d}"),
        schema("properties that are none", "{type: object, properties: [a]}"),
        schema("required of a property", "{properties: {a: {type: string, required: true}}}"),
        schema("keys that are not known", "{type: object, optional: true, propertes: {}}"),
        schema("values of another type", "{type: string, enum: [1, true, 1.50, a]}"),
        schema("numbers as text", "{type: integer, enum: ['1', 2]}"),
        schema("a reference that is none", "{$ref: 5, type: string}"),
        schema(
            "constraints of any type",
            "{type: string, maxLength: -1, pattern: 5, minimum: 99999999999999999999}",
        ),
        schema("a file", "{type: file}"),
        schema(
            "a discriminator of Swagger 2.0",
            "{properties: {k: {type: string}}, discriminator: k}",
        ),
        schema(
            "a discriminator of nothing",
            "{properties: {k: {type: string}}, discriminator: {mapping: {}}}",
        ),
    ];
    insta::assert_snapshot!(all_found(&cases, "/components/schemas"));
}

#[test]
fn values_that_may_be_null() {
    let cases = [
        schema("an empty type", "{type: 'null'}"),
        schema("among types", "{type: [string, 'null'], enum: [a, null]}"),
        schema("among alternatives", "{anyOf: [{type: string}, {type: 'null', description: d}]}"),
        schema(
            "as a value",
            "{oneOf: [{$ref: '#/components/schemas/B'}, {enum: [null]}]}\n    B: {type: string}",
        ),
        schema(
            "as a value that may be null",
            "{oneOf: [{type: string}, {nullable: true, enum: [null]}]}",
        ),
        schema(
            "deep down",
            "{type: array, items: {type: object, additionalProperties: {anyOf: [{type: 'null'}, {type: integer}]}}}",
        ),
        schema(
            "among all",
            "{allOf: [{$ref: '#/components/schemas/B'}, {nullable: true}]}\n    B: {type: string}",
        ),
        schema(
            "by name",
            "{properties: {a: {oneOf: [{type: string}, {$ref: '#/components/schemas/Nothing'}]}}}\n    Nothing: {type: 'null'}",
        ),
        schema("alone", "{enum: [null]}"),
        schema(
            "with conditions",
            "{type: [array, object, 'null'], items: {type: string}, maxItems: 3, properties: {a: {}}}",
        ),
    ];
    insta::assert_snapshot!(all_found(&cases, "/components/schemas"));
}

#[test]
fn parts_that_say_nothing_of_the_values() {
    let cases = [
        schema(
            "a scalar with a condition",
            "{allOf: [{$ref: '#/components/schemas/B'}, {minLength: 2, description: d}]}\n    B: {type: string}",
        ),
        schema("scalars alone", "{allOf: [{type: string, maxLength: 5}, {minLength: 2}]}"),
        schema(
            "the type beside",
            "{type: string, allOf: [{$ref: '#/components/schemas/B'}]}\n    B: {type: string}",
        ),
        schema("nothing", "{allOf: [{}], description: d}"),
    ];
    insta::assert_snapshot!(all_found(&cases, "/components/schemas/A"));
}

#[test]
fn properties_by_pattern() {
    let cases = [
        schema("one", "{type: object, patternProperties: {'^a': {type: string}}}"),
        schema(
            "and no other",
            "{type: object, patternProperties: {'^a': {type: string}}, additionalProperties: false}",
        ),
        schema(
            "several",
            "{type: object, patternProperties: {'^a': {type: string}, '^b': {type: integer}}}",
        ),
    ];
    insta::assert_snapshot!(all_found(&cases, "/components/schemas"));
}

#[test]
fn documents() {
    let cases = [
        ("no info", "openapi: 3.0.3\npaths: {}".to_owned()),
        (
            "other types",
            "openapi: 3.0\ninfo: {title: 5, version: 1.10, license: {}}\npaths: {}".to_owned(),
        ),
        (
            "unknown keys",
            format!("openapi: 3.0.3\n{HEAD}\npath: {{}}\nbasePath: /a\npaths: {{}}\n"),
        ),
        (
            "servers",
            format!(
                "openapi: 3.0.3\n{HEAD}\npaths: {{}}\nservers: [{{}}, 5, {{url: /a}}, {{url: '/{{v}}', variables: {{v: {{enum: [b, c]}}}}}}]\n"
            ),
        ),
        (
            "tags",
            format!(
                "openapi: 3.0.3\n{HEAD}\npaths: {{}}\ntags: [a, {{name: b}}, {{description: c}}]\n"
            ),
        ),
        (
            "ways to authenticate",
            format!(
                "openapi: 3.1.0\n{HEAD}\ncomponents: {{securitySchemes: {{a: {{type: mutualTLS}}, b: {{type: odd}}, c: {{type: http}}, d: {{type: oauth2, flows: {{implicit: {{}}}}}}, e: {{$ref: '#/components/securitySchemes/f'}}, f: {{type: http, scheme: basic}}}}}}\n"
            ),
        ),
        (
            "keys that stand twice",
            format!(
                "openapi: 3.0.3\n{HEAD}\npaths:\n  /a: {{get: {{responses: {{}}}}}}\n  /a: {{put: {{responses: {{}}}}}}\n"
            ),
        ),
        (
            "a later version",
            format!("openapi: 3.2.0\n{HEAD}\npaths: {{/a: {{query: {{}}, get: {{}}}}}}\n"),
        ),
    ];
    insta::assert_snapshot!(all_found(&cases, ""));
}

#[test]
fn swagger() {
    let cases = [
        (
            "a body of a GET",
            swagger2("get", "parameters: [{name: b, in: body, schema: {type: object}}]", ""),
        ),
        (
            "a file in a PATCH",
            swagger2(
                "patch",
                "parameters: [{name: f, in: formData, type: file}, {name: a, in: formData, type: string}]",
                "",
            ),
        ),
        (
            "lists of another style",
            swagger2(
                "get",
                "parameters: [{name: q, in: query, type: array, items: {type: array, collectionFormat: pipes, items: {type: string}}, collectionFormat: tsv}]",
                "",
            ),
        ),
        (
            "references in items",
            swagger2(
                "get",
                "parameters: [{name: q, in: query, type: array, items: {$ref: '#/definitions/A'}}]",
                "definitions: {A: {type: string}}",
            ),
        ),
        (
            "a body as of OpenAPI 3",
            swagger2("post", "operationId: x\nrequestBody: {content: {}}", ""),
        ),
    ];
    insta::assert_snapshot!(all_found(&cases, "/paths/~1a"));
}

#[test]
fn swagger_that_borrows() {
    let schemas = "
OneOf: {oneOf: [{type: string}, {$ref: '#/definitions/Any'}]}
Any: {anyOf: [{type: string}, {type: 'null'}]}
Nullable: {type: string, nullable: true, const: a}
Vendor: {type: string, x-nullable: true}
File: {type: object, properties: {a: {type: file}}}
Kinds: {type: object, discriminator: {propertyName: k, mapping: {a: '#/definitions/Any'}}, properties: {k: {type: string}}}
";
    let text =
        format!("swagger: '2.0'\n{HEAD}\npaths: {{}}\ndefinitions:\n{}", indented(schemas, 2));
    insta::assert_snapshot!(found_and_outcome(&text, "/components/schemas"));
}

/// Numbers of any size, merged maps, tags, and keys other than text.
#[test]
fn yaml() {
    let text = "
common: &common {a: 1, b: 2}
other: &other {b: 3, c: 4}
merged: {<<: *common, a: 5}
both: {<<: [*common, *other]}
plain: {<<: 5}
keys: {200: a, true: b, null: c, 1.10: d, 2020-01-02: e}
large: [9223372036854776000, -9223372036854776000, 99999999999999999999999999999999999999999]
odd: [.inf, -.inf, .nan, 2020-01-02, 0x1F]
tagged: !thing {a: !!str 5}
";
    let value = super::source("a.yaml", text).value;
    insta::assert_snapshot!(serde_json::to_string_pretty(&value).unwrap());
}
