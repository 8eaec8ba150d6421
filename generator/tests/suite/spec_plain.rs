//! Unusual notations and missing declarations in specs: paths, servers, names.

use pydio_codegen::{
    diagnostic::{Diagnostic, Severity, SourceFile},
    ir::{Endpoint, Kind, Location, Param},
    pipeline::external,
};

use crate::{
    cli::Place,
    specs::{NOTHING, read_headed as read},
};

/// Returns the findings as code, line below the head, and column.
fn found(findings: &[Diagnostic], least: Severity) -> Vec<String> {
    let found = findings.iter().filter(|found| found.severity >= least);
    found
        .map(|found| {
            let place = found.place.as_ref().expect("a place");
            let (line, column) = place.file.line_column(place.span.start);
            format!("{} {}:{column}", found.code, line - 2)
        })
        .collect()
}

fn warnings(text: &str) -> Vec<String> {
    found(&read(text).findings, Severity::Warning)
}

/// Returns the only operation of a spec.
fn operation(text: &str) -> Endpoint {
    let mut read = read(text);
    assert!(read.api.skipped.is_empty(), "{text}: {:?}", read.findings);
    assert_eq!(read.api.endpoints.len(), 1, "{text}");
    read.api.endpoints.remove(0)
}

/// Returns the path of an operation, the constants in its query, and its parameters.
fn sent(path: &str, params: &[&str]) -> String {
    let params = params.iter().map(|name| {
        format!("{{name: {name}, in: path, required: true, schema: {{type: string}}}}")
    });
    let params = params.collect::<Vec<_>>().join(", ");
    let operation = operation(&format!(
        "paths:\n  '{path}':\n    get: {{parameters: [{params}], {NOTHING}}}\n"
    ));
    let query = operation.params.iter().filter_map(|param| match &param.kind {
        Kind::Constant(value) => Some(format!(" {}={value}", param.name)),
        _ => None,
    });
    let query = query.collect::<String>();
    let params = operation.params.iter().filter(|param| !param.is_constant()).map(|param| {
        let is_path = matches!(param.location, Location::Path | Location::RestOfPath);
        let place = if is_path { "path" } else { "query" };
        format!(" {place}:{}{}", param.name, if param.required { "" } else { "?" })
    });
    format!("{}{query}{}", operation.path, params.collect::<String>())
}

#[test]
fn paths_in_other_notations() {
    assert_eq!(sent("/v1/{name=projects/*}:cancel", &["name"]), "/v1/{name+}:cancel path:name");
    assert_eq!(sent("/v1/{+name}/x", &["name"]), "/v1/{name+}/x path:name");
    assert_eq!(sent("/v1/{id=*}", &["id"]), "/v1/{id} path:id");
    assert_eq!(sent("/a?action=x&b={b}", &["b"]), "/a action=x query:b");
    assert_eq!(sent("/a?c={b}#other", &["b"]), "/a query:c");
    assert_eq!(sent("/a{?b}", &["b"]), "/a query:b");
    assert_eq!(sent("/a{?b}", &[]), "/a query:b?");
    assert_eq!(sent("/a/{b}.{c}", &["c", "b"]), "/a/{b}.{c} path:b path:c");
    assert_eq!(sent("/x;v={v}", &["v"]), "/x;v={v} path:v");
}

#[test]
fn paths_without_a_plain_form_are_skipped() {
    for path in ["/a?b=x{c}", "/a?b={c", "/{?a}/b", "/{a"] {
        let read = read(&format!("paths:\n  '{path}':\n    get: {{operationId: a, {NOTHING}}}\n"));
        let skipped: Vec<_> = read.api.skipped.iter().map(|one| &*one.id).collect();
        assert_eq!(skipped, ["a"], "{path}");
    }
}

#[test]
fn unusable_operation_ids() {
    for id in ["''", "日本", "' '", "-"] {
        let operation =
            operation(&format!("paths:\n  /files: {{get: {{operationId: {id}, {NOTHING}}}}}\n"));
        assert_eq!(operation.id, "GET /files", "{id}");
    }
    let text = format!("paths:\n  /files: {{get: {{operationId: 日本, {NOTHING}}}}}\n");
    assert_eq!(found(&read(&text).findings, Severity::Note), ["operation-id-ignored 2:31"]);
}

#[test]
fn a_version_that_is_a_number() {
    for (version, title) in [("1.10", "t 1.10"), ("2", "t 2"), ("'3'", "t 3"), ("[]", "t")] {
        let text = format!("openapi: 3.0.3\ninfo: {{title: t, version: {version}}}\npaths: {{}}\n");
        let read = external(&SourceFile::new("spec.yaml", text), &[]).expect("a spec");
        assert_eq!(read.api.title, title);
    }
    let place = Place::new();
    let paths = format!("paths:\n  /a: {{get: {{{NOTHING}}}}}\n");
    place.write("spec.yaml", &format!("openapi: 3.0.3\ninfo: {{title: t, version: 1.0}}\n{paths}"));
    let said = place.done("generate --spec spec.yaml --out out");
    assert!(said.starts_with("t 1.0: 1 operation, "), "{said}");
}

#[test]
fn undeclared_security_schemes() {
    let paths = format!(
        "security: [{{a: []}}, {{b: []}}]\npaths:\n  /a:\n    get:\n      security: [5, {{a: [], c: []}}, {{}}]\n      {NOTHING}\n"
    );
    let schemes =
        "components: {securitySchemes: {a: {type: http, scheme: basic}, b: {type: odd}}}\n";
    assert_eq!(
        found(&read(&format!("{paths}{schemes}")).findings, Severity::Note),
        ["spec-type 5:18", "security-undeclared 5:29", "spec-type 7:74"]
    );
    let swagger =
        "swagger: '2.0'\ninfo: {title: t, version: '1'}\nsecurity: [{a: []}]\npaths: {}\n";
    let read = external(&SourceFile::new("spec.yaml", swagger), &[]).expect("a spec");
    assert_eq!(found(&read.findings, Severity::Note), ["security-undeclared 1:13"]);
}

#[test]
fn discriminators_without_a_target() {
    let text = "paths: {}\ncomponents:\n  schemas:\n    A:\n      oneOf: [{$ref: '#/components/schemas/B'}]\n      \
                discriminator: {propertyName: k, mapping: {b: B, c: '#/components/schemas/B', d: D, e: \
                '#/components/schemas/E', f: '#/paths/F'}}\n    B: {type: object, properties: {k: {type: string}}}\n";
    assert_eq!(
        warnings(text),
        ["ref-unresolved 6:88", "ref-unresolved 6:94", "ref-unresolved 6:123"]
    );
}

#[test]
fn servers_with_invalid_urls() {
    let text = |url: &str| format!("servers: [{{url: /fine}}, {{url: '{url}'}}]\npaths: {{}}\n");
    for url in ["not a url {", "https://", "://a", "https://{}/", "https://{a{b}}/", "/a}b", "a\\b"]
    {
        assert_eq!(warnings(&text(url)), ["server-unsupported 1:31"], "{url}");
    }
    for url in
        ["", "/", "v1", "https://a", "//a/b", "{scheme}://{host}:{port}/{base}", "api.test/v1"]
    {
        assert!(warnings(&text(url)).is_empty(), "{url}");
    }
}

/// An operation whose server has a variable without a known value is generated, and the caller has
/// to set it.
#[test]
fn servers_with_open_variables() {
    let of = |servers: &str| {
        operation(&format!(
            "servers: [{{url: 'https://api.test'}}]\npaths:\n  /a:\n    get:\n      servers: {servers}\n      {NOTHING}\n"
        ))
    };
    let own = |servers: &str| of(servers).own_server.unwrap_or_default();
    assert_eq!(own("[{url: 'https://{region}.test'}]"), "https://{region}.test");
    assert_eq!(own("[{url: 'https://{region}.test/v{n}/'}]"), "https://{region}.test/v{n}");
    let variables = |region: &str| {
        own(&format!("[{{url: 'https://{{region}}.test', variables: {{region: {region}}}}}]"))
    };
    assert_eq!(variables("{enum: [eu, us]}"), "https://eu.test");
    assert_eq!(variables("{default: us, enum: [eu, us]}"), "https://us.test");
    assert_eq!(variables("{description: d}"), "https://{region}.test");
    let text = format!(
        "servers: [{{url: 'https://api.test'}}]\npaths:\n  /a:\n    get:\n      servers: [{{url: 'https://{{region}}.test'}}]\n      {NOTHING}\n"
    );
    let read = read(&text);
    assert_eq!(found(&read.findings, Severity::Note), ["server-variable 4:5"]);
    // The server of all operations is the one that a client is created for.
    let all = operation(&format!(
        "servers: [{{url: 'https://{{host}}/v1'}}]\npaths:\n  /a: {{get: {{{NOTHING}}}}}\n"
    ));
    assert_eq!((all.base.as_str(), all.own_server), ("/v1", None));
    let only = operation(&format!(
        "paths:\n  /a: {{get: {{servers: [{{url: 'https://{{host}}/v1'}}], {NOTHING}}}}}\n"
    ));
    assert_eq!((only.base.as_str(), only.own_server), ("/v1", None));
}

/// Declarations that no release uses are reported, and bindings are generated anyway.
#[test]
fn manifests_with_unknown_declarations() {
    let place = Place::new();
    place.plugin(
        "access.odd",
        "<action name=\"a\"><processing><serverCallback methodName=\"a\" restParams=\"/p\">\n\
         <input_param name=\"p\" type=\"zork\" mandatory=\"maybe\"/>\n\
         <input_param name=\"q\" type=\"String\" mandatory=\"false\"/>\n\
         <output type=\"WEIRD\"/>\n</serverCallback></processing></action>",
    );
    let run = place.run(
        "generate --pydio pydio --version 8.2.5 --out out --no-corrections --strict --plugins access.odd --format json",
    );
    assert_eq!(run.status, 0, "{}", run.err);
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let found = json["findings"].as_array().expect("a list").iter().map(|found| {
        let text = |key: &str| found[key].as_str().unwrap_or_default().to_owned();
        format!("{} {} {}", text("severity"), text("code"), found["line"])
    });
    let found: Vec<_> = found.collect();
    let lines: Vec<_> =
        found.iter().map(|one| one.rsplit_once(' ').map_or("", |(head, _)| head)).collect();
    assert_eq!(
        lines,
        ["note type-unknown", "note mandatory-unknown", "note output-unknown"],
        "{found:?}"
    );
    assert_eq!(json["actions"], 1);
}

/// Returns an installation with one plugin, which includes a file.
fn including(file: &str, include: &str) -> Place {
    let place = Place::new();
    place.plugin(
        "access.a",
        "<action name=\"a\"><processing><serverCallback methodName=\"a\"/></processing></action>",
    );
    let manifest = place.read("pydio/plugins/access.a/manifest.xml");
    let include = format!(
        "<registry_contributions><external_file filename=\"{file}\" include=\"{include}\"/>\
         </registry_contributions>"
    );
    let at = manifest.find("<registry_contributions").expect("contributions");
    place.write(
        "pydio/plugins/access.a/manifest.xml",
        &format!("{}{include}{}", &manifest[..at], &manifest[at..]),
    );
    place
}

/// An expression that cannot be evaluated selects nothing here, but may select something on the
/// server.
#[test]
fn includes_that_cannot_be_evaluated_are_counted() {
    let place = including("plugins/access.a/more.xml", "actions/action[string-length(@name)=3]");
    place.write(
        "pydio/plugins/access.a/more.xml",
        "<x><actions><action name=\"one\"/></actions></x>",
    );
    let command = "generate --pydio pydio --version 8.2.5 --out out --no-corrections";
    let said = place.run(command).err;
    let last = said.trim_end().lines().next_back().unwrap_or_default();
    assert!(last.contains("1 include that cannot be read (plugins/access.a/more.xml)"), "{said}");
    assert!(!said.contains("comma"), "{said}");
}

/// A file that cannot be included is counted and listed.
#[test]
fn missing_includes_are_counted() {
    let place = including("plugins/access.b/none.xml", "actions/*");
    let command = "generate --pydio pydio --version 8.2.5 --out out --no-corrections";
    let said = place.run(command).err;
    let last = said.trim_end().lines().next_back().unwrap_or_default();
    assert!(last.contains("1 include that cannot be read (plugins/access.b/none.xml)"), "{said}");
    let json = place.run(&format!("{command} --format json")).out;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["skipped"][0]["kind"], "include");
    assert_eq!(json["skipped"][0]["name"], "plugins/access.b/none.xml");
    // Parts that are not selected are not counted.
    place.plugin(
        "access.c",
        "<action name=\"c\"><processing><serverCallback methodName=\"c\"/></processing></action>",
    );
    let said = place.run(&format!("{command} --plugins access.c")).err;
    assert!(!said.contains("include"), "{said}");
}

/// A Swagger 2.0 body that is an object is sent as the declared form.
#[test]
fn a_body_is_sent_as_its_declared_form() {
    for (consumes, schema, sent) in [
        (
            "[application/x-www-form-urlencoded]",
            "{type: object, properties: {a: {type: string}}}",
            "a=1",
        ),
        (
            "[multipart/form-data, application/json]",
            "{type: object, properties: {a: {type: string}}}",
            "json",
        ),
        ("[application/x-www-form-urlencoded]", "{type: array, items: {type: string}}", "json"),
    ] {
        let text = format!(
            "swagger: '2.0'\ninfo: {{title: t, version: '1'}}\npaths: {{/a: {{post: {{operationId: a, \
             consumes: {consumes}, parameters: [{{name: b, in: body, required: true, schema: {schema}}}], \
             responses: {{'200': {{description: ''}}}}}}}}}}\n"
        );
        let read = external(&SourceFile::new("spec.yaml", text), &[]).expect("a spec");
        let is_form = read.api.endpoints[0].params.iter().any(|param| param.name == "a");
        assert_eq!(is_form, sent == "a=1", "{consumes} {schema}");
        let has_body = read.api.endpoints[0].params.iter().any(Param::is_body);
        assert_eq!(!has_body, sent == "a=1", "{consumes} {schema}");
    }
}

#[test]
fn an_error_body_without_a_declared_shape_is_told_by_none_of_the_operations_that_share_it() {
    let error = "'404': {description: no, content: {application/json: {schema: {type: object}}}}";
    let responses = format!("responses: {{'204': {{description: ok}}, {error}}}");
    let read =
        read(&format!("paths:\n  /a:\n    get: {{{responses}}}\n    put: {{{responses}}}\n"));
    let bodies: Vec<_> = read.api.endpoints.iter().map(|one| one.errors.len()).collect();
    assert_eq!(bodies, [0, 0]);
}

#[test]
fn what_an_extension_says_of_an_operation_has_to_fit_it() {
    for (extension, code) in [
        ("x-pydio-outcome: {removes: nodes}", "outcome-unknown"),
        ("x-pydio-outcome: {vanishes: nodes}", "outcome-unknown"),
        ("x-pydio-paging: {by: {page: page}}", "paging-unknown"),
        ("x-pydio-paging: {by: {book: page}}", "paging-unknown"),
    ] {
        let text = format!("paths:\n  /a:\n    get: {{{extension}, {NOTHING}}}\n");
        let found = warnings(&text);
        assert!(matches!(&found[..], [one] if one.starts_with(code)), "{extension}: {found:?}");
        let api = read(&text).api;
        assert!(api.untyped.is_empty(), "{extension}: a schema without a type");
        assert!(api.endpoints[0].outcome.is_none() && api.endpoints[0].paging.is_none());
    }
}
