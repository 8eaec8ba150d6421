//! Nothing in a spec is dropped silently: each operation that is not generated is counted, each
//! finding has the right location, and all of them are reported at once.

use pydio_codegen::{
    diagnostic::{Severity, SourceFile},
    pipeline::{External, external},
};
use serde_json::Value;

use crate::{
    cli::Place,
    specs::{HEAD, NOTHING, read_headed as read},
};

/// Returns the code and location of each finding above a note: the line of the text, and the
/// column.
fn found(read: &External) -> Vec<String> {
    let warnings = read.findings.iter().filter(|found| found.severity > Severity::Note);
    warnings
        .map(|found| {
            let place = found.place.as_ref().expect("a place");
            let (line, column) = place.file.line_column(place.span.start);
            let head = if place.file.text.starts_with(HEAD) { 2 } else { 0 };
            format!("{} {}:{column}", found.code, line - head)
        })
        .collect()
}

fn skipped(read: &External) -> Vec<&str> {
    read.api.skipped.iter().map(|one| &*one.id).collect()
}

fn generated(read: &External) -> Vec<&str> {
    read.api.operations().map(|one| &*one.id).collect()
}

/// Asserts the findings in paths, and the operations skipped in them, next to one that is
/// generated.
fn assert_lost(paths: &str, findings: &[&str], lost: &[&str]) {
    let text = format!("paths:\n{paths}\n  /fine: {{get: {{operationId: fine, {NOTHING}}}}}\n");
    let read = read(&text);
    assert_eq!(found(&read), findings, "{paths}");
    assert_eq!(skipped(&read), lost, "{paths}");
    assert!(generated(&read).contains(&"fine"), "{paths}");
}

#[test]
fn invalid_operations_are_counted() {
    assert_lost("  /a: {get: 3}", &["spec-type 2:13"], &["GET /a"]);
    assert_lost("  /b: []", &["spec-type 2:3"], &["/b"]);
    assert_lost("  /b: text", &["spec-type 2:7"], &["/b"]);
    assert_lost(
        "  /a:\n    query: {operationId: q, responses: {}}\n    x-a: {responses: {}}",
        &["spec-key 3:5"],
        &["q"],
    );
    assert_lost("  /a:\n    GET: {responses: {}}", &["spec-key 3:5"], &["GET /a"]);
    assert_lost(
        "  /a:\n    additionalOperations: {COPY: {responses: {}}, LOCK: {operationId: lock}}",
        &["spec-key 3:5"],
        &["COPY /a", "lock"],
    );
    assert_lost("  /a:\n    summary: {responses: {}}", &[], &[]);
}

#[test]
fn operations_that_lead_nowhere_are_counted() {
    assert_lost("  /a: {$ref: '#/paths/~1none'}", &["ref-unresolved 2:3"], &["/a"]);
    assert_lost("  /a: {$ref: none.yaml}", &["ref-unresolved 2:14"], &["/a"]);
    assert_lost("  /a: {$ref: 5}", &["ref-unresolved 2:14"], &["/a"]);
    assert_lost(
        "  /a: {$ref: '#/paths/~1b'}\n  /b: {$ref: '#/paths/~1a'}",
        &["ref-circular 2:3", "ref-circular 3:3"],
        &["/a", "/b"],
    );
    assert_lost(
        "  /a: {get: {$ref: '#/paths/~1none/get', operationId: a}}",
        &["ref-unresolved 2:8"],
        &["a"],
    );
    // The siblings of such a reference are kept.
    let beside = format!("  /a: {{$ref: '#/paths/~1none', put: {{operationId: put, {NOTHING}}}}}");
    assert_lost(&beside, &["ref-unresolved 2:3"], &["/a"]);
}

#[test]
fn an_empty_operation_is_generated() {
    let read = read("paths:\n  /a: {get: }\n");
    assert_eq!((generated(&read), skipped(&read)), (vec!["GET /a"], vec![]));
}

#[test]
fn repeated_paths_are_counted() {
    let first = format!("  /a: {{get: {{operationId: first, {NOTHING}}}, put: {{{NOTHING}}}}}");
    let second = format!("  /a: {{get: {{operationId: second, {NOTHING}}}}}");
    assert_lost(&format!("{first}\n{second}"), &["spec-key-repeated 3:3"], &["first", "PUT /a"]);
    // Identical duplicates lose nothing.
    assert_lost(&format!("{second}\n{second}"), &["spec-key-repeated 3:3"], &[]);
    assert_lost(
        &format!("  /a:\n    get: {{operationId: first}}\n    get: {{operationId: x, {NOTHING}}}"),
        &["spec-key-repeated 4:5"],
        &["first"],
    );
    let json = r#"{"openapi": "3.0.0", "info": {"title": "t", "version": "1"}, "paths": {
        "/a": {"get": {"operationId": "first", "responses": {}}},
        "/a": {"get": {"operationId": "second", "responses": {}}}}}"#;
    let read = external(&SourceFile::new("spec.json", json), &[]).expect("a spec");
    assert_eq!(found(&read), ["spec-key-repeated 3:9"]);
    assert_eq!((generated(&read), skipped(&read)), (vec!["second"], vec!["first"]));
}

#[test]
fn the_last_line_and_the_list_have_them() {
    let place = Place::new();
    let paths = format!("/a: {{get: 3, put: {{operationId: fine, {NOTHING}}}}}\n  /b: []\n");
    place.write("spec.yaml", &format!("{HEAD}paths:\n  {paths}"));
    let said = place.run("generate --spec spec.yaml --out out").err;
    let last = said.trim_end().lines().next_back().unwrap_or_default();
    assert_eq!(last, "left out: 2 operations that are not supported (GET /a, /b)", "{said}");
    let json = place.run("generate --spec spec.yaml --out out --format json").out;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    let names: Vec<_> = json["skipped"].as_array().expect("a list").iter().collect();
    assert_eq!(names.len(), 2);
    assert_eq!(names[0]["name"], "GET /a");
    assert_eq!(names[1]["name"], "/b");
    place.failed("generate --spec spec.yaml --out strict --strict");
    assert!(!place.path("strict").exists());
}

/// Operations that are not selected are not checked, whatever is wrong with them.
#[test]
fn selection_comes_first() {
    let place = Place::new();
    let text = format!(
        "{HEAD}paths:\n  /t: {{get: {{operationId: t, tags: [t], security: [{{s: []}}], {NOTHING}}}}}\n  \
         /a: {{get: 5}}\n  /b: []\n  /c: {{$ref: '#/paths/~1none'}}\n  /d: {{$ref: '#/paths/~1d'}}\n  \
         /e: {{query: {{tags: [u], responses: 5}}}}\n  /f: {{parameters: [3]}}\n  \
         /g: {{get: {{tags: [u], callbacks: {{a: {{}}}}}}}}\n  \
         /g: {{get: {{tags: [u], parameters: 5, operationId: g, operationId: g2}}}}\n\
         components: {{securitySchemes: {{s: {{type: http, scheme: bearer}}, broken: {{type: odd}}}}}}\n"
    );
    place.write("spec.yaml", &text);
    let json = place.run("generate --spec spec.yaml --out out --tags t --strict --format json").out;
    let json: Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["findings"], Value::Array(Vec::new()));
    assert_eq!(json["skipped"], Value::Array(Vec::new()));
    assert_eq!(json["operations"], 1);
    // Without a selection, everything is checked.
    let read = external(&SourceFile::new("spec.yaml", text), &[]).expect("a spec");
    assert_eq!(skipped(&read).len(), 7, "{:?}", skipped(&read));
}

/// An unused security scheme is not checked either if all operations are selected.
#[test]
fn selecting_everything_skips_unused_schemes() {
    let place = Place::new();
    let text = format!(
        "{HEAD}paths:\n  /t: {{get: {{tags: [t], {NOTHING}}}}}\n\
         components: {{securitySchemes: {{broken: {{type: odd}}}}}}\n"
    );
    place.write("spec.yaml", &text);
    place.done("generate --spec spec.yaml --out out --tags t --strict");
    place.failed("generate --spec spec.yaml --out out --strict");
}

/// A finding has the right location, whatever was removed from enclosing lists.
#[test]
fn locations_are_those_in_the_file() {
    let good = |name: &str| format!("{{name: {name}, in: query, schema: {{type: string}}}}");
    let text = format!(
        "paths:\n  /a:\n    get:\n      parameters:\n      - 3\n      - {}\n      - {}\n      - {}\n      \
         - {{name: bad, in: query, style: odd}}\n      \
         - {{name: deep, in: query, schema: {{oneOf: [3, {{allOf: [5, {{required: [{{}}, a, []]}}]}}]}}}}\n      \
         tags: [{{}}, fine, []]\n      security: [5, {{s: []}}, 7]\n      servers: [5, {{url: /}}, {{}}]\n      \
         {NOTHING}\ncomponents:\n  securitySchemes: {{s: {{type: http, scheme: basic}}}}\n",
        good("a"),
        good("b"),
        good("c"),
    );
    let places: Vec<_> = found(&read(&text));
    assert_eq!(
        places,
        [
            "spec-type 5:9",
            "parameter-schema 9:9",
            "spec-type 9:39",
            "spec-type 10:50",
            "spec-type 10:62",
            "spec-type 10:77",
            "spec-type 10:84",
            "spec-type 12:18",
            "spec-type 12:30",
            "spec-type 13:17",
            "spec-missing 13:30",
        ]
    );
}

/// Findings after a shortened list, and inside of it, have the right location.
#[test]
fn later_stages_report_locations_too() {
    let text = format!(
        "paths:\n  /a/{{b}}:\n    get:\n      parameters:\n      - {{name: a, in: query, style: simple, schema: \
         {{type: string}}}}\n      - {{name: c, in: path, required: true, schema: {{type: string}}}}\n      \
         {NOTHING}\n      tags: [[], {{}}, b]\ncomponents:\n  schemas:\n    A:\n      allOf:\n      - 5\n      \
         - {{type: object, properties: {{a: {{anyOf: [3, {{type: 'null'}}, {{patternProperties: \
         {{a: {{type: string}}, b: {{type: integer}}}}}}]}}}}}}\n"
    );
    assert_eq!(
        found(&read(&text)),
        [
            "path-variable 2:3",
            "parameter-style 5:37",
            "path-variable 6:9",
            "spec-type 13:9",
            "spec-type 14:49",
            "schema-unsupported 14:69",
        ]
    );
}

/// An operation that is skipped for one reason is still checked for all others.
#[test]
fn all_findings_are_reported_at_once() {
    let broken = "  /a/{b}/{c}:\n    parameters: [{name: c, in: path, style: odd}]\n    get:\n      \
                  operationId: same\n      parameters:\n      - {name: d, in: query, style: odd, schema: {}}\n      \
                  - {name: d, in: query, schema: {type: string}}\n      - {name: e, in: query, style: matrix, schema: {}}\n      \
                  - {name: f g, in: header, schema: {}}\n      - {name: h, in: path, schema: {}}\n      \
                  requestBody: []\n      responses: {}\n";
    let text = format!(
        "paths:\n{broken}  /z: {{get: {{operationId: same, {NOTHING}}}}}\ncomponents:\n  schemas:\n    \
         A: {{$ref: '#/components/schemas/None', properties: {{a: {{$ref: '#/components/schemas/No'}}}}}}\n"
    );
    let read = read(&text);
    assert_eq!(
        found(&read),
        [
            "path-variable 2:3",
            "parameter-schema 3:18",
            "spec-type 3:45",
            "spec-type 7:37",
            "parameter-repeated 8:9",
            "parameter-style 9:37",
            "path-variable 11:9",
            "spec-type 12:7",
            "operation-id-repeated 14:27",
            "ref-unresolved 17:15",
            "ref-unresolved 17:67",
            "operation-unsupported 10:9",
        ]
    );
    assert_eq!(skipped(&read), ["same"]);
    // An unreadable parameter may be the one that the path requires.
    for parameter in
        ["3", "{in: path}", "{name: b, in: odd}", "{$ref: '#/components/parameters/No'}"]
    {
        let paths = format!(
            "  /a/{{b}}: {{get: {{operationId: a, parameters: [{parameter}], {NOTHING}}}}}"
        );
        let read = self::read(&format!("paths:\n{paths}\n"));
        let is_said = found(&read).iter().any(|found| found.starts_with("path-variable"));
        assert!(!is_said && skipped(&read) == ["a"], "{parameter}: {:?}", found(&read));
    }
}

/// An endless part affects only itself, and later parts have the right location.
#[test]
fn endless_yaml_is_cut() {
    let paths = format!("paths:\n  /a: {{get: 3}}\n  /b: {{get: {{operationId: b, {NOTHING}}}}}\n");
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(3_000), close.repeat(3_000));
    let block: String = (0..300).map(|depth| format!("  {}-\n", " ".repeat(depth))).collect();
    let values = [
        ("x-a: &a [*a]\n".to_owned(), "1:1"),
        ("x-a: &a [b, *a, c, *a]\n".to_owned(), "1:13"),
        ("x-a: &a {b: *a, c: {d: *a}}\n".to_owned(), "1:13"),
        (format!("x-a: [1, {}]\n", deep("[", "]")), ""),
        (format!("x-a: {}\n", deep("{a: ", "}")), ""),
        (format!("x-a:\n{block}"), "1:1"),
    ];
    for (value, place) in values {
        let lines = value.lines().count();
        let read = read(&format!("{value}{paths}"));
        let findings = read.findings.iter().filter(|found| found.code == "spec-too-deep");
        let places = findings.map(|found| {
            let place = found.place.as_ref().expect("a place");
            let (line, column) = place.file.line_column(place.span.start);
            format!("{}:{column}", line - 2)
        });
        let places: Vec<_> = places.collect();
        let shown: String = value.chars().take(40).collect();
        assert!(
            !places.is_empty() && places.iter().all(|place| place.starts_with("1:")),
            "{shown}: {places:?}"
        );
        assert!(place.is_empty() || places.iter().any(|one| one == place), "{shown}: {places:?}");
        assert!(
            found(&read).contains(&format!("spec-type {}:13", lines + 2)),
            "{shown}: {:?}",
            found(&read)
        );
        assert_eq!((generated(&read), skipped(&read)), (vec!["b"], vec!["GET /a"]), "{shown}");
    }
}

#[test]
fn endless_json_is_cut() {
    let deep = |open: &str, close: &str| format!("{}1{}", open.repeat(3_000), close.repeat(3_000));
    let text = format!(
        "{{\"openapi\": \"3.0.3\", \"info\": {{\"title\": \"t\", \"version\": \"1\"}},\n \"x-a\": {},\n \"paths\": \
         {{\"/a\": {{\"get\": 3}},\n \"/b\": {{\"get\": {{\"operationId\": \"b\", \"responses\": {{}}}}}}}},\n \
         \"components\": {{\"schemas\": {{\"A\": {{\"example\": {}}},\n \"B\": {{\"items\": {}}}}}}}}}",
        deep("[", "]"),
        deep("{\"a\": ", "}"),
        deep("{\"items\": ", "}"),
    );
    let read = external(&SourceFile::new("spec.json", text), &[]).expect("a spec");
    let deep = read.findings.iter().filter(|found| found.code == "spec-too-deep");
    let lines = deep.map(|found| {
        let place = found.place.as_ref().expect("a place");
        (found.severity, place.file.line_column(place.span.start).0)
    });
    let lines: Vec<_> = lines.collect();
    assert_eq!(lines, [(Severity::Note, 2), (Severity::Warning, 6)]);
    assert_eq!((generated(&read), skipped(&read)), (vec!["b"], vec!["GET /a"]));
}

/// More aliases than any real document has do not require reading on.
#[test]
fn alias_bombs_are_refused() {
    let lines = (1..12).map(|n| {
        let before = format!("*x{}", n - 1);
        format!("x-{n}: &x{n} [{}]\n", [&*before; 10].join(", "))
    });
    let text = format!("{HEAD}x-0: &x0 [1]\n{}paths: {{}}\n", lines.collect::<String>());
    let found = external(&SourceFile::new("spec.yaml", text), &[]).expect_err("a refusal");
    assert_eq!(found[0].code, "spec-ill-formed");
}

/// References into other files, with findings located in those files.
#[test]
fn references_into_other_files_are_shown_as_written() {
    let place = Place::new();
    let schemas = "    A: {$ref: 'sub/s.yaml#/T'}\n    B: {$ref: 'sub/s.yaml#Anch'}\n    \
                   C: {$ref: 'sub/s.yaml#There'}\n    D: {$ref: 'sub/s.yaml#/Free'}\n";
    place.write("spec.yaml", &format!("{HEAD}paths: {{}}\ncomponents:\n  schemas:\n{schemas}"));
    let sub = "Free: {properties: {any: {}, more: {$ref: '#None'}}}\n\
               Other: {$anchor: There, type: string, enum: [a]}\n";
    place.write("sub/s.yaml", sub);
    let run = place.run("generate --spec spec.yaml --out out --report-untyped");
    assert_eq!(run.status, 0, "{}", run.err);
    let said = |line: &str| assert!(run.err.contains(line), "{line}: {}", run.err);
    said("warning[ref-unresolved]: `sub/s.yaml#/T` leads to no schema");
    said("spec.yaml:6:15");
    said("warning[ref-unresolved]: `sub/s.yaml#Anch` leads to no schema");
    said("spec.yaml:7:15");
    said("warning[ref-unresolved]: `#None` leads nowhere");
    said("sub/s.yaml:1:43");
    assert!(!run.err.contains("x-other-files"), "{}", run.err);
    let untyped: Vec<_> = run.out.lines().filter(|line| line.starts_with("untyped")).collect();
    let schema = |name: &str| format!("untyped /components/schemas/{name}");
    let expected = [
        schema("A"),
        schema("B"),
        "untyped sub/s.yaml#/Free/properties/any".to_owned(),
        "untyped sub/s.yaml#/Free/properties/more".to_owned(),
    ];
    assert_eq!(untyped, expected, "{}", run.out);
    // An anchor leads to only its own part.
    let code = place.read("out/src/models.rs");
    assert!(code.contains("pub enum C"), "{code}");
}

/// No file is read for an extension, unless a reference leads into it.
#[test]
fn referenced_extensions_are_followed() {
    let place = Place::new();
    let text = "paths: {}\ncomponents: {schemas: {A: {$ref: '#/x-local/Loc'}}}\n\
                x-local:\n  Loc: {properties: {l: {$ref: 'sub/d.yaml'}}}\n  \
                Aside: {$ref: 'sub/none.yaml'}\n";
    place.write("spec.yaml", &format!("{HEAD}{text}"));
    place.write(
        "sub/d.yaml",
        "properties: {e: {$ref: '#/x-more/E'}}\nx-more: {E: {$ref: e.yaml}}\n",
    );
    place.write("sub/e.yaml", "{type: string, enum: [from_e]}\n");
    place.done("generate --spec spec.yaml --out out");
    assert!(place.read("out/src/models.rs").contains("from_e"));
}

/// Nothing else is reported about a part that was cut.
#[test]
fn cut_parts_are_reported_once() {
    let object = "{properties: {a: ".repeat(60);
    let text = format!(
        "paths: {{}}\ncomponents: {{schemas: {{A: {object}{{type: string}}{}}}}}\n",
        "}}".repeat(60)
    );
    let read = read(&text);
    let codes: Vec<_> = read.findings.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["spec-too-deep"]);
}

/// An empty document is refused.
#[test]
fn empty_documents_after_the_first_are_ignored() {
    let paths = format!("paths: {{/a: {{get: {{operationId: a, {NOTHING}}}}}}}\n");
    for end in ["---\n", "...\n---\n", "---\n# nothing\n---\n", "---\n~\n"] {
        let read = read(&format!("{paths}{end}"));
        assert_eq!((generated(&read), found(&read).len()), (vec!["a"], 0), "{end}");
    }
    for end in ["---\na: 1\n", "---\n---\n- a\n", "---\n[\n"] {
        let file = SourceFile::new("spec.yaml", format!("{HEAD}{paths}{end}"));
        let refused = external(&file, &[]).expect_err("a refusal");
        assert_eq!(refused[0].code, "spec-ill-formed", "{end}");
    }
}
