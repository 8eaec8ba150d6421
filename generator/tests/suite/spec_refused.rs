//! Unsupported constructs are errors with their location.

use insta::assert_snapshot;
use pydio_codegen::{
    diagnostic::{Severity, SourceFile},
    ir::Dialect,
    pipeline::external,
};

use crate::specs::{NOTHING, read, rendered};

/// Returns the messages about an operation with these lines.
fn refused(operation: &str) -> String {
    refused_spec(&format!(
        "paths:\n  /a/{{id}}:\n    post:\n      operationId: a\n{}",
        indented(operation, 6)
    ))
}

/// Returns the messages about schemas.
fn refused_schemas(schemas: &str) -> String {
    refused_spec(&format!("paths: {{}}\ncomponents:\n  schemas:\n{}", indented(schemas, 4)))
}

fn indented(text: &str, by: usize) -> String {
    text.lines().map(|line| format!("{}{line}\n", " ".repeat(by))).collect()
}

fn refused_spec(text: &str) -> String {
    let text = format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\n{text}");
    said(&text)
}

fn said(text: &str) -> String {
    let found = read(&SourceFile::new("spec.yaml", text), Dialect::Other).expect_err("a refusal");
    rendered(&found)
}

const ID: &str = "- {name: id, in: path, required: true, schema: {type: string}}";

/// Returns the messages about a parameter.
fn refused_param(param: &str) -> String {
    refused(&format!("parameters:\n  {ID}\n  - {param}\n{NOTHING}"))
}

#[test]
fn parameters() {
    let all = [
        "{name: a b, in: header, schema: {type: string}}",
        "{name: a, in: query, schema: {type: string}, x-pydio-json: {$ref: '#/components/schemas/No'}}",
    ];
    assert_snapshot!(all.map(refused_param).join("\n=====\n"));
}

#[test]
fn path_parameters() {
    let all = [
        "parameters: [{name: other, in: path, required: true, schema: {type: string}}]",
        "x-pydio-path: '/a/{id'\nparameters: [{name: id, in: path, required: true, schema: {type: string}}]",
        "servers: [{url: 'wss://other.example.org/'}]\nparameters: [{name: id, in: path, required: true, schema: {type: string}}]",
        "servers: [{url: '/a?b'}]\nparameters: [{name: id, in: path, required: true, schema: {type: string}}]",
    ];
    let said = all.map(|operation| refused(&format!("{operation}\n{NOTHING}")));
    assert_snapshot!(said.join("\n=====\n"));
}

#[test]
fn paths() {
    let said = ["/a?b={c", "/a}b"].map(|path| {
        refused_spec(&format!("paths:\n  '{path}':\n    get: {{operationId: a, {NOTHING}}}\n"))
    });
    assert_snapshot!(said.join("\n=====\n"));
}

/// Ignored declarations that do not change what is sent.
#[test]
fn notes() {
    let noted = |operation: &str| {
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n  /a/{{id}}:\n    post:\n      \
             operationId: a\n{}",
            indented(operation, 6)
        );
        let read = external(&SourceFile::new("spec.yaml", text), &[]).expect("a spec");
        assert_eq!(read.api.endpoints.len(), 1);
        assert!(read.findings.iter().all(|found| found.severity == Severity::Note));
        rendered(&read.findings)
    };
    let param = |param: &str| noted(&format!("parameters:\n  {ID}\n  - {param}\n{NOTHING}"));
    let body = |content: &str| {
        noted(&format!(
            "parameters: [{}]\nrequestBody:\n  content:\n    {content}\n{NOTHING}",
            &ID[2..]
        ))
    };
    let all = [
        param("{name: accept, in: header, schema: {type: string}}"),
        param("{name: Content-Type, in: header, schema: {type: string}}"),
        param("{name: AUTHORIZATION, in: header, required: true, schema: {type: string}}"),
        body(
            "application/json: {schema: {type: object}}\n    application/xml: {schema: {type: object}}",
        ),
        body("multipart/form-data: {}\n    multipart/mixed: {}\n    text/plain: {}"),
        body("multipart/mixed: {schema: {type: object}}"),
        body("{}"),
        body(
            "multipart/form-data:\n      schema: {type: object, properties: {a: {type: string}, b: {type: string, readOnly: true}}}\n\
             \u{20}     encoding: {a: {headers: {X-A: {schema: {type: string}}, content-type: {schema: {type: string}}}}}",
        ),
        noted(&format!(
            "parameters: [{}]\nresponses: {{'200': {{description: '', content: {{text/csv: {{schema: {{type: string}}}}, \
             application/json: {{schema: {{type: integer}}}}, image/png: {{}}}}}}}}",
            &ID[2..]
        )),
    ];
    assert_snapshot!(all.join("\n=====\n"));
}

/// Declarations that servers may interpret differently.
#[test]
fn doubtful_encodings() {
    let nested =
        "{name: a, in: query, schema: {type: array, items: {type: array, items: {type: string}}}}";
    let object = "{name: a, in: query, schema: {type: object, properties: {b: {type: array, items: {type: string}}}}}";
    let part = format!(
        "parameters: [{}]\nrequestBody:\n  content:\n    multipart/form-data:\n      \
         schema: {{type: object, properties: {{a: {{type: string}}}}}}\n      \
         encoding: {{a: {{headers: {{X-A: {{required: true, schema: {{type: string}}}}}}}}}}\n{NOTHING}",
        &ID[2..]
    );
    let swagger = |place: &str, rest: &str| {
        said(&format!(
            "swagger: '2.0'\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    post:\n      \
             parameters: [{{name: a, in: {place}, type: array, {rest}}}]\n      {NOTHING}\n"
        ))
    };
    let items = "items: {type: string}";
    let all = [
        refused_param(nested),
        refused_param(object),
        refused(&part),
        swagger("header", &format!("collectionFormat: multi, {items}")),
        swagger("query", &format!("items: {{type: array, {items}}}")),
        swagger("query", &format!("items: {{type: array, collectionFormat: multi, {items}}}")),
    ];
    assert_snapshot!(all.join("\n=====\n"));
}

#[test]
fn security_schemes() {
    let all = ["{type: http, scheme: digest}", "{type: apiKey, in: header, name: 'a b'}"];
    let said = all.map(|scheme| {
        refused_spec(&format!("paths: {{}}\ncomponents: {{securitySchemes: {{a: {scheme}}}}}\n"))
    });
    assert_snapshot!(said.join("\n=====\n"));
}

#[test]
fn schemas() {
    let all = [
        "A: {allOf: [{type: string}, {type: object}]}",
        "A: {type: object, properties: {a: {allOf: [{type: string}, {type: integer}]}}}",
        "A: {type: string}\nB: {allOf: [{$ref: '#/components/schemas/A'}, {type: integer}]}",
        "A: {type: string, allOf: [{type: integer}]}",
        "A: {type: object, properties: {a: {type: string}}}\n\
         B: {allOf: [{$ref: '#/components/schemas/A'}, {type: object, properties: {a: {type: integer}}}]}\n\
         C: {allOf: [{type: object, properties: {a: {type: boolean}}}, {$ref: '#/components/schemas/A'}]}",
        "A: {type: string}\nB: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {a: {}}}]}",
        "A: {properties: {a: {allOf: [{$ref: '#/components/schemas/A'}, {properties: {b: {}}}]}}}",
        "A: {type: array, items: {type: string}, x-pydio-lenient: true}\n\
         B: {properties: {a: {allOf: [{$ref: '#/components/schemas/A'}], x-pydio-lenient: true}}}",
    ];
    assert_snapshot!(all.map(refused_schemas).join("\n=====\n"));
}

#[test]
fn operations_of_one_id() {
    let twice = format!(
        "paths:\n  /a:\n    get: {{operationId: a, {NOTHING}}}\n    put: {{operationId: a, {NOTHING}}}\n"
    );
    let unsaid = format!(
        "paths:\n  /a:\n    get: {{{NOTHING}}}\n    put: {{operationId: GET /a, {NOTHING}}}\n"
    );
    let said = [refused_spec(&twice), refused_spec(&unsaid)];
    assert_snapshot!(said.join("\n=====\n"));
}

#[test]
fn swagger2() {
    let of = |operation: &str| {
        said(&format!(
            "swagger: '2.0'\ninfo: {{title: t, version: '1'}}\npaths:\n  /a:\n    post:\n      \
             operationId: a\n      {NOTHING}\n{}",
            indented(operation, 6)
        ))
    };
    let all = [
        "x-pydio-answer: else",
        "parameters:\n  - {name: a, in: query, type: string, x-pydio-json: {$ref: '#/definitions/No'}}",
    ];
    assert_snapshot!(all.map(of).join("\n=====\n"));
}

/// Everything is reported at once, in the order of the file's paths.
#[test]
fn several_things() {
    let text = format!(
        "paths:\n  /b:\n    get:\n      parameters: [{{name: a b, in: header, schema: {{type: string}}}}]\n      \
         {NOTHING}\n  /a:\n    get:\n      parameters: [{{name: c d, in: header, schema: {{type: string}}}}]\n      \
         {NOTHING}\n"
    );
    assert_snapshot!(refused_spec(&text));
}

/// Chains and nets of `allOf` take time in proportion to their size.
#[test]
fn depth_is_limited() {
    let chain = |length: usize| -> String {
        let links = (1..length).map(|n| {
            format!("A{n}: {{allOf: [{{$ref: '#/components/schemas/A{}'}}, {{properties: {{b: {{}}}}}}]}}\n", n - 1)
        });
        format!("A0: {{properties: {{a: {{}}}}}}\n{}", links.collect::<String>())
    };
    // Starts at the far end, which differs from the order of the names.
    let reversed = chain(2_000).replace("A0:", "A:").replace("/A0'", "/A'");
    assert!(refused_schemas(&reversed).contains("64 levels deep"));
    // Each refers to the previous one twice: 2^50 steps without memoisation.
    let twice = |n: usize| format!("{{$ref: '#/components/schemas/A{n}'}}");
    let net: String = (1..50)
        .map(|n| format!("A{n}: {{allOf: [{}, {}]}}\n", twice(n - 1), twice(n - 1)))
        .collect();
    let net = format!("A0: {{properties: {{a: {{}}}}}}\n{net}");
    let text = format!(
        "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\ncomponents:\n  schemas:\n{}",
        indented(&net, 4)
    );
    let api = read(&SourceFile::new("spec.yaml", text), Dialect::Other).expect("a net");
    assert_eq!(api.models.len(), 50);
}

/// Deep chains of fields, aliases and lists neither fail the build nor overflow the stack.
#[test]
fn long_chains_do_not_recurse() {
    let count = 20_000;
    let fields = (0..count).map(|n| {
        let next = (n + 1) % count;
        format!(
            "\"F{n}\":{{\"properties\":{{\"a\":{{\"$ref\":\"#/components/schemas/F{next}\"}}}}}},"
        )
    });
    let aliases = (0..count).map(|n| {
        let next = (n + 1) % count;
        format!("\"A{n}\":{{\"type\":\"array\",\"items\":{{\"$ref\":\"#/components/schemas/A{next}\"}}}},")
    });
    let schemas: String = fields.chain(aliases).collect();
    let text = format!(
        "{{\"openapi\":\"3.0.3\",\"info\":{{\"title\":\"t\",\"version\":\"1\"}},\"paths\":{{}},\
         \"components\":{{\"schemas\":{{{}}}}}}}",
        schemas.trim_end_matches(',')
    );
    let api = read(&SourceFile::new("spec.json", text), Dialect::Other).expect("a chain");
    assert_eq!(api.models.len(), 2 * count);
    assert_eq!(api.untyped.len(), 1);
}
