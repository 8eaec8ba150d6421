use semver::Version;
use serde_json::{Value, json};

use super::Overlay;
use crate::diagnostic::{Diagnostic, SourceFile};

const HEAD: &str = "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n";

/// Returns an overlay of actions in YAML, each with evidence.
fn overlay(actions: &[&str]) -> Overlay {
    let actions: String =
        actions.iter().map(|action| format!("- {{{action}, x-evidence: measured}}\n")).collect();
    parse(&format!("{HEAD}{actions}")).unwrap_or_else(|error| panic!("{}", error.render(false)))
}

fn parse(text: &str) -> Result<Overlay, Diagnostic> {
    Overlay::parse(&SourceFile::new("overlay.yaml", text))
}

fn spec() -> Value {
    json!({
        "info": { "title": "t", "tags": ["a"] },
        "paths": { "/fs/{path}": { "get": { "parameters": [
            { "name": "meta", "required": true },
            { "name": "children", "type": "string" },
            { "name": "recursive", "type": "string" },
        ] } } },
    })
}

fn apply(actions: &[&str], version: &str) -> Result<(Value, Vec<super::Applied>), String> {
    let mut spec = spec();
    let version = Version::parse(version).unwrap();
    match overlay(actions).apply(&mut spec, &version) {
        Ok(applied) => Ok((spec, applied)),
        Err(found) => {
            assert_eq!(spec, self::spec(), "nothing is applied where something fails");
            Err(found.iter().map(|one| one.render(false)).collect::<Vec<_>>().join("\n"))
        }
    }
}

#[test]
fn maps_are_merged_lists_grow_and_scalars_are_replaced() {
    let actions = [
        "target: $.info, update: {title: new, tags: [b], license: {name: MIT}}",
        r#"target: "$.paths['/fs/{path}'].get.parameters", update: {name: page}"#,
        r#"target: "$..parameters[?@.name=='meta'].required", update: false"#,
        "target: $, update: {host: localhost}",
    ];
    let (spec, applied) = apply(&actions, "8.2.5").unwrap();
    let expected = json!({
        "host": "localhost",
        "info": { "title": "new", "tags": ["a", "b"], "license": { "name": "MIT" } },
        "paths": { "/fs/{path}": { "get": { "parameters": [
            { "name": "meta", "required": false },
            { "name": "children", "type": "string" },
            { "name": "recursive", "type": "string" },
            { "name": "page" },
        ] } } },
    });
    assert_eq!(spec, expected);
    let pointers: Vec<_> = applied.iter().flat_map(|one| &one.pointers).collect();
    let parameters = "/paths/~1fs~1{path}/get/parameters";
    assert_eq!(pointers, ["/info", parameters, &format!("{parameters}/0/required"), ""]);
    assert_eq!(applied[3].evidence, "measured");
}

#[test]
fn several_items_of_a_list_are_removed_at_once() {
    let actions = [
        r#"target: "$..parameters[?@.type=='string']", remove: true"#,
        "target: $.info.title, remove: true",
        r#"target: "$.paths['/fs/{path}','/gone']", update: {x-a: 1}"#,
    ];
    let (spec, applied) = apply(&actions, "8.2.5").unwrap();
    let path = json!({
        "x-a": 1,
        "get": { "parameters": [{ "name": "meta", "required": true }] },
    });
    assert_eq!(spec, json!({ "info": { "tags": ["a"] }, "paths": { "/fs/{path}": path } }));
    assert_eq!(applied[0].pointers.len(), 2);
}

#[test]
fn parts_of_a_removed_value_are_removed_with_it() {
    let (spec, _) = apply(&[r#"target: "$..['paths','get']", remove: true"#], "8.2.5").unwrap();
    assert_eq!(spec, json!({ "info": { "title": "t", "tags": ["a"] } }));
}

#[test]
fn actions_apply_to_their_versions() {
    let actions = [
        "target: $.info, update: {a: 1}, x-versions: '>=8.0.2, <9'",
        "target: $.info, update: {b: 1}, x-versions: [=7.0.4, '>=9']",
        "target: $.nowhere, update: {c: 1}, x-versions: <7",
    ];
    let applied = |version| {
        let applied = apply(&actions, version).unwrap().1;
        applied.iter().map(|one| one.index).collect::<Vec<_>>()
    };
    assert_eq!(applied("8.2.5"), [0]);
    assert_eq!(applied("7.0.4"), [1]);
    assert!(applied("8.0.1").is_empty());
    assert!(apply(&actions, "6.5.4").is_err());
}

/// Returns a spec that declares a parameter of one name in every possible location.
fn shared() -> Value {
    json!({
        "parameters": {
            "first": { "name": "path", "in": "path" },
            "second": { "$ref": "#/parameters/first" },
            "round": { "$ref": "#/parameters/round" },
        },
        "paths": {
            "/own": { "get": { "parameters": [{ "name": "page" }, { "name": "path", "in": "path" }] } },
            "/ref": {
                "get": { "parameters": [{ "$ref": "#/parameters/second" }, { "$ref": "#/parameters/round" }] },
                "put": { "parameters": [{ "$ref": "#/parameters/first" }] },
            },
            "/path": {
                "parameters": [{ "$ref": "#/parameters/first" }, { "name": "page", "in": "query" }],
                "get": { "parameters": [{ "name": "page", "in": "query", "type": "integer" }] },
                "put": {},
            },
        },
    })
}

fn corrected(actions: &[&str]) -> (Value, Vec<super::Applied>) {
    let mut spec = shared();
    let applied = overlay(actions).apply(&mut spec, &Version::new(8, 2, 5));
    (spec, applied.unwrap_or_else(|found| panic!("{}", found[0].render(false))))
}

#[test]
fn a_parameter_is_found_by_its_name_wherever_it_is_declared() {
    let action = |path: &str| {
        format!("target: \"$.paths['{path}'].get\", x-parameter: path, update: {{x-a: 1}}")
    };
    let right = json!({ "name": "path", "in": "path", "x-a": 1 });
    for (path, index) in [("/own", 1), ("/ref", 0), ("/path", 1)] {
        let (spec, applied) = corrected(&[&action(path)]);
        let at = format!("/paths/{}/get/parameters/{index}", path.replace('/', "~1"));
        assert_eq!(spec.pointer(&at), Some(&right), "{path}");
        assert_eq!(applied[0].pointers, [at], "{path}");
        assert_eq!(spec["parameters"], shared()["parameters"], "{path}");
    }
}

#[test]
fn a_parameter_is_corrected_for_one_operation_and_not_for_its_neighbours() {
    let (spec, _) = corrected(&[
        "target: \"$.paths['/ref','/path'].get\", x-parameter: [path, page], remove: true",
    ]);
    let first = json!({ "$ref": "#/parameters/first" });
    let expected = json!({
        "/own": shared()["paths"]["/own"],
        "/ref": {
            "get": { "parameters": [{ "$ref": "#/parameters/round" }] },
            "put": { "parameters": [first] },
        },
        "/path": {
            "get": { "parameters": [] },
            "put": { "parameters": [first, { "name": "page", "in": "query" }] },
        },
    });
    assert_eq!(spec["paths"], expected);
}

#[test]
fn operations_are_found_by_their_ids() {
    let mut spec = json!({ "paths": { "/a": { "get": {
        "operationId": "list", "parameters": [{ "name": "page" }],
    } } } });
    let actions = overlay(&[
        "target: \"$.paths[*][?@.operationId=='list']\", x-parameter: page, update: {type: integer}",
    ]);
    actions.apply(&mut spec, &Version::new(8, 2, 5)).unwrap();
    assert_eq!(spec["paths"]["/a"]["get"]["parameters"][0]["type"], "integer");
}

#[test]
fn a_parameter_that_no_operation_has_is_an_error() {
    let actions = [
        "target: \"$.paths['/fs/{path}'].get\", x-parameter: [nothing, neither], remove: true",
        "target: $.info, x-parameter: title, remove: true",
        "target: \"$.paths['/fs/{path}'].get\", x-parameter: meta, update: {required: true}",
    ];
    insta::assert_snapshot!(apply(&actions, "8.2.5").unwrap_err());
}

#[test]
fn actions_that_do_nothing_are_errors() {
    let found = apply(
        &[
            "target: $.nowhere, remove: true",
            "target: $.info, update: {title: t}",
            "target: $.info, update: {title: fine}",
            r#"target: "$..parameters", update: [{name: a}]"#,
            "target: $.info, update: {title: {a: b}}",
            "target: $.info, update: text",
            "target: $, remove: true",
        ],
        "8.2.5",
    );
    insta::assert_snapshot!(found.unwrap_err());
}

#[test]
fn what_is_not_understood_is_refused() {
    let action = |action: &str| format!("{HEAD}- {action}\n");
    let texts = [
        "info: {title: t}".to_owned(),
        "overlay: 2.0.0\ninfo: {title: t, version: '1'}\nactions: [{target: $, x-evidence: e}]"
            .to_owned(),
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions: []".to_owned(),
        action("{target: $.a, update: {}}"),
        action("{target: $.a, update: {}, x-evidence: ' '}"),
        action("{target: '$.a[', update: {}, x-evidence: e}"),
        action("{target: $.paths./fs, update: {}, x-evidence: e}"),
        action("{target: $.a, x-evidence: e}"),
        action("{target: $.a, remove: false, x-evidence: e}"),
        action("{target: $.a, update: {}, remove: true, x-evidence: e}"),
        action("{target: $.a, updates: {}, x-evidence: e}"),
        action("{target: $.a, update: {}, x-evidence: e, x-version: '>=8'}"),
        action("{target: $.a, update: {}, x-evidence: e, x-parameter: ''}"),
        action("{target: $.a, update: {}, x-evidence: e, x-parameter: []}"),
        action("{target: $.a, update: {}, x-evidence: e, x-parameter: {name: a}}"),
        action("{target: $.a, update: {}, x-evidence: e, x-versions: eight}"),
        action("{target: $.a, update: {}, x-evidence: e, x-versions: ['>=8', 7.x.y]}"),
        action("{target: $.a, update: {}, x-evidence: e, x-versions: []}"),
        action("{target: $.a, update: {}, x-evidence: e, x-versions: 8}"),
    ];
    let found = texts.map(|text| match parse(&text) {
        Ok(_) => format!("not refused: {text}"),
        Err(error) => error.render(false),
    });
    insta::assert_snapshot!(found.join("\n\n"));
}
