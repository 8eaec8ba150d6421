//! Lint findings, and their messages.

use std::{collections::BTreeSet, path::Path, process::Command};

use insta::assert_snapshot;
use pydio_codegen::{
    lint::{CODES, Report, lint},
    pipeline::{self, Corrections, Request},
};
use serde_json::{Value, json};

use crate::cli::Place;

const MANIFEST: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<ajxp_plugin id="action.other">
  <registry_contributions>
    <external_file filename="plugins/action.odd/shared.xml" include="actions/*"/>
    <external_file filename="plugins/action.odd/shared.xml" include="actions[id='none']"/>
    <actions>
      <action name="types"><processing>
        <serverCallback methodName="m" restParams="/dir/file+" developerComment="Says something.">
          <input_param name="untyped"/>
          <input_param name="of_user" type="AJXP_PERSON"/>
          <input_param name="bool" type="boolen"/>
          <input_param name="cased" type="String"/>
          <input_param name="number" type="Integer"/>
          <input_param name="any" type="ANY"/>
          <input_param name="data" type="FORM_DATA"/>
          <input_param name="user_[n]" type="string"/>
          <input_param name="file_0...N" type="AJXP_NODE"/>
          <input_param name="many" type="integer" default="many"/>
          <input_param name="on" type="boolean" default="yes"/>
          <input_param name="kind" type="a|b" default="c" mandatory="true"/>
          <input_param name="json" type="JSON" default="{}"/>
          <input_param name="seed" type="string" default="-1"/>
          <input_param name="seed" type="string"/>
          <output type="JSON|XML"/>
        </serverCallback>
      </processing></action>
      <action name="promised"><processing>
        <serverCallback methodName="m" developerComment="Use it over REST."/>
      </processing></action>
      <action name="silent"><processing>
        <serverCallback methodName="" restParams="/" preferredHttp="PUT"/>
      </processing></action>
      <action name="checked"><processing>
        <serverCallback methodName="m" restParams="/id" checkParams="true" developerComment="Checks.">
          <input_param name="known" type="string" mandatory="True"/>
          <output type="json|jpg"/>
        </serverCallback>
      </processing></action>
      <action name="old"><processing>
        <serverCallback methodName="m" restPath="/a" manadatory="true" developerComment="Old."/>
      </processing></action>
    </actions>
  </registry_contributions>
</ajxp_plugin>
"#;

const SHARED: &str = "<driver><actions><action name=\"plain\"><processing>\
    <serverCallback methodName=\"m\" restParams=\"/dir\" developerComment=\"Plain.\">\
    <input_param name=\"dir\" type=\"path\"/><output type=\"JSON\"/>\
    </serverCallback></processing></action></actions></driver>\n";

const ACTIONS: &str = "\
corrections: 1
title: Mine
actions:
  - action: types
    versions: '>=8'
    evidence: seen
    description: The types are others.
    change: { rest_params: '/file+', answer: text }
    params:
      remove: [any, dir]
      change:
        bool: { type: flag }
        untyped: { type: flag }
        cased: { type: node }
        kind: { required: false }
        many: { default: '5' }
  - action: checked
    versions: '>=8'
    evidence: seen
    description: Another one is read.
    params: { add: [{ name: more }] }
  - action: silent
    versions: '>=9'
    evidence: hoped
    description: It will be better.
    change: { answer: text }
  - action: old
    versions: '>=8'
    evidence: seen
    description: It does not work.
    change: { dead: 'It is gone.' }
";

const SPEC: &str = r##"{
  "swagger": "2.0",
  "info": { "title": "t", "version": "1" },
  "basePath": "/api/v2",
  "consumes": ["multipart/form-data"],
  "paths": {
    "/odd/{id}": {
      "get": {
        "operationId": "readOdd",
        "x-pydio-action": "types",
        "x-pydio-actoin": "types",
        "parameters": [
          { "name": "id", "in": "path", "required": true, "type": "string", "default": "a" },
          { "name": "form", "in": "formData", "type": "string" },
          { "name": "list", "in": "query", "type": "array", "items": { "type": "string" },
            "collectionFormat": "multi" },
          { "name": "number", "in": "query", "type": "integer", "default": "one" },
          { "name": "word", "in": "query", "type": "string", "enum": ["a"], "default": "b" },
          { "name": "number", "in": "query", "type": "integer" }
        ],
        "responses": { "200": { "description": "", "examples": { "plain": 1 } } }
      },
      "post": {
        "x-pydio-action": "tipes",
        "parameters": [
          { "name": "id", "in": "path", "required": true, "type": "string" },
          { "name": "body", "in": "body", "schema": { "$ref": "#/definitions/Odd" } }
        ],
        "responses": { "200": { "description": "", "schema": { "$ref": "#/definitions/Odd" } } }
      },
      "delete": {
        "operationId": "dropOdd",
        "parameters": [{ "name": "id", "in": "path", "required": true, "type": "string" }],
        "responses": {
          "200": { "description": "", "schema": { "type": "string" } },
          "404": { "description": "" }
        }
      }
    }
  },
  "definitions": {
    "Odd": {
      "properties": {
        "any": {},
        "open": { "type": "object", "properties": {} },
        "count": { "type": "string", "format": "int64" },
        "flag": { "type": "boolean", "format": "boolean", "default": "no" },
        "other": { "$ref": "#/definitions/Other", "title": "Another" }
      }
    },
    "Other": { "type": "object", "additionalProperties": { "type": "integer" } }
  }
}
"##;

const OVERLAY: &str = r##"overlay: 1.0.0
info: { title: t, version: '1' }
actions:
  - target: $.paths['/odd/{id}'].get.parameters[?@.name=='number']
    description: It is sent once, as text.
    remove: true
    x-evidence: seen
  - target: $.paths['/odd/{id}'].get.parameters
    description: It is sent once, as text.
    update: { name: number, in: query, type: string, format: hex }
    x-evidence: seen
  - target: $.paths['/odd/{id}'].delete
    description: It does not work.
    update: { x-pydio-retired: It is gone. }
    x-evidence: seen
  - target: $.definitions.Odd
    description: It is an object.
    update: { type: object }
    x-evidence: seen
  - target: $.definitions.Odd
    description: In a version to come.
    update: { title: later }
    x-versions: [">=9", "=5.3.4"]
    x-evidence: hoped
  - target: $.definitions.Odd.properties.any
    description: It may be anything, for now.
    update: { type: string, format: later }
    x-evidence: seen
  - target: $.definitions.Odd.properties.any.format
    description: It is text.
    remove: true
    x-evidence: seen
"##;

/// Returns an installation with every kind of problem.
fn place() -> Place {
    let place = Place::new();
    place.write("pydio/plugins/action.odd/manifest.xml", MANIFEST);
    place.write("pydio/plugins/action.odd/shared.xml", SHARED);
    place.write("pydio/openapi.json", SPEC);
    place.write("actions.yaml", ACTIONS);
    place.write("overlay.yaml", OVERLAY);
    place
}

const LINT: &str = "lint --pydio pydio --corrections actions.yaml --corrections overlay.yaml";

fn json_of(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[test]
fn everything_odd_is_found_with_what_corrects_it() {
    assert_snapshot!(place().done(&format!("{LINT} --level note")));
}

#[test]
fn nothing_is_corrected_without_corrections() {
    let report = json_of(&place().done("lint --pydio pydio --format json --level note"));
    assert_eq!(report["summary"]["corrected"], 0);
    assert_snapshot!(serde_json::to_string_pretty(&report["summary"]["codes"]).expect("JSON"));
}

#[test]
fn a_finding_in_json() {
    let report = json_of(&place().done(&format!("{LINT} --format json")));
    let findings = report["findings"].as_array().expect("findings");
    let of = |code: &str| findings.iter().find(|finding| finding["code"] == code);
    let shown = ["required-defaulted", "form-outside-post", "action-missing"].map(of);
    assert_snapshot!(serde_json::to_string_pretty(&shown).expect("JSON"));
    let notes = findings.iter().filter(|finding| finding["level"] == "note").count();
    assert_eq!(notes, 0);
}

#[test]
fn every_code_is_found_somewhere() {
    let place = place();
    let refused = SPEC.replace("\"in\": \"query\"", "\"in\": \"matrix\"");
    place.write("refused.json", &refused);
    place.write("pydio/plugins/ill.formed/manifest.xml", "<a>");
    let mut found = BTreeSet::new();
    for arguments in [LINT, "lint --spec refused.json"] {
        let report = json_of(&place.done(&format!("{arguments} --level note --format json")));
        for finding in report["findings"].as_array().expect("findings") {
            found.insert(finding["code"].as_str().expect("a code").to_owned());
        }
    }
    let known: BTreeSet<String> = CODES.iter().map(|code| code.name.to_owned()).collect();
    assert_eq!(found, known);
    assert_eq!(known.len(), CODES.len());
}

#[test]
fn the_codes_are_listed() {
    let place = place();
    let listed = place.done("lint --codes");
    assert_snapshot!(listed);
    let codes = json_of(&place.done("lint --codes --format json"));
    assert_eq!(codes.as_array().map(Vec::len), Some(listed.trim_end().lines().count()));
    assert_eq!(codes[0]["code"], "path-undeclared");
}

#[test]
fn what_is_denied_fails_unless_it_is_corrected() {
    let place = place();
    place.done(LINT);
    // Corrected, or never found.
    for code in ["type-missing", "action-missing", "output-choice", "spec-refused"] {
        place.done(&format!("{LINT} --deny {code}"));
    }
    let run = place.run(&format!("{LINT} --deny type-unknown,param-dropped --format json"));
    assert_eq!(run.status, 3);
    json_of(&run.out);
    assert_snapshot!(run.err);
    assert!(place.refused(&format!("{LINT} --deny all")).contains("versions-unmatched (2)"));
    assert!(!place.refused(&format!("{LINT} --deny all")).contains("type-free"));
    assert!(place.refused(&format!("{LINT} --deny all --level note")).contains("type-free"));
    assert!(place.refused(&format!("{LINT} --deny type-free")).contains("type-free (1)"));
    for usage in ["--deny tipe-free", "--format xml", "--level all", "--spec a --pydio b"] {
        assert_eq!(place.run(&format!("lint {usage}")).status, 2, "{usage}");
    }
    assert!(place.run("lint --deny tipe-free").err.contains("did you mean `type-free`?"));
}

#[test]
fn unreadable_parts_are_findings() {
    let place = place();
    place.write("pydio/plugins/broken.one/manifest.xml", "<ajxp_plugin>");
    let run = place.run("lint --pydio pydio");
    assert!(run.status == 0 && run.out.contains("is never closed"), "{}{}", run.out, run.err);
    assert!(place.refused("lint --pydio pydio --deny unreadable").contains("unreadable (1)"));
    place.write("pydio/openapi.json", "{");
    assert!(place.failed("lint --pydio pydio").contains("spec-ill-formed"));
    place.failed("lint --spec missing.json");
    place.failed("lint --pydio nowhere");
}

#[test]
fn a_spec_that_is_refused_may_be_corrected() {
    let place = place();
    place.write(
        "spec.yaml",
        "openapi: 3.0.3\ninfo: {title: Mine, version: '2'}\npaths:\n  /a:\n    get:\n      \
         operationId: a\n      requestBody: {content: {text/plain: {schema: {type: string}}}}\n      \
         responses: {'200': {description: ok, content: {text/plain: {schema: {type: string}}}}}\n    \
         put:\n      operationId: a\n      responses: {'204': {description: done}, default: {description: no}}\n",
    );
    place.write(
        "ids.yaml",
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  - target: $.paths['/a'].put\n    \
         description: Each has its own.\n    update: {operationId: b}\n    x-evidence: seen\n",
    );
    let said = [
        place.done("lint --spec spec.yaml --level note"),
        place.done("lint --spec spec.yaml --level note --corrections ids.yaml"),
    ];
    assert_snapshot!(said.join("=====\n"));
}

#[test]
fn findings_in_sarif() {
    let log = json_of(&place().done(&format!("{LINT} --format sarif --level note")));
    assert_eq!(log["version"], "2.1.0");
    assert!(
        log["$schema"].as_str().is_some_and(|schema| schema.ends_with("sarif-schema-2.1.0.json"))
    );
    let run = &log["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().expect("rules");
    assert_eq!(rules.len(), CODES.len());
    let results = run["results"].as_array().expect("results");
    for result in results {
        let index = result["ruleIndex"].as_u64().expect("an index");
        assert_eq!(rules[usize::try_from(index).expect("an index")]["id"], result["ruleId"]);
        assert!(result["message"]["text"].as_str().is_some_and(|text| !text.is_empty()));
        assert!(result["suppressions"].is_array());
        let location = &result["locations"][0]["physicalLocation"];
        assert!(location["artifactLocation"]["uri"].as_str().is_some_and(|uri| !uri.contains(' ')));
        let line = |key: &str| location["region"][key].as_u64().expect("a number");
        assert!(line("startLine") >= 1 && line("startColumn") >= 1);
        let (start, end) = (line("startLine"), line("endLine"));
        assert!(start < end || start == end && line("startColumn") <= line("endColumn"));
    }
    let suppressed = results.iter().filter(|result| result["suppressions"] != json!([]));
    assert!(suppressed.clone().count() > 5 && suppressed.clone().count() < results.len());
    let first = [rules.first(), results.iter().find(|r| r["ruleId"] == "required-defaulted")];
    assert_snapshot!(serde_json::to_string_pretty(&first).expect("JSON"));
}

#[test]
fn the_same_input_gives_the_same_report() {
    let place = place();
    for format in ["human", "json", "sarif"] {
        let arguments = format!("{LINT} --level note --format {format}");
        assert_eq!(place.done(&arguments), place.done(&arguments));
    }
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the number of findings of each code.
fn counts(report: &Report) -> Vec<(&'static str, usize)> {
    report.counts().iter().map(|count| (count.code.name, count.findings)).collect()
}

fn report(version: &str, without_own: bool) -> Report {
    let request = Request {
        version: Some(version.to_owned()),
        from: project().to_owned(),
        corrections: Corrections { without_own, ..Corrections::default() },
        without_spec: true,
        ..Request::default()
    };
    let input = pipeline::read(&request).expect("an input");
    lint(&input).unwrap_or_else(|found| panic!("{}", crate::specs::rendered(&found)))
}

#[test]
fn what_is_odd_in_the_bundle() {
    assert_snapshot!(format!("{:#?}", counts(&report("8.2.5", true))));
    let corrected = report("8.2.5", false);
    let of = |code: &str| {
        let counts = corrected.counts();
        let count = counts.iter().find(|count| count.code.name == code).expect("a count");
        (count.findings, count.corrected)
    };
    // Everything that would fail is corrected, and every correction matches a release.
    assert_eq!(of("consumes-missing"), (6, 6));
    assert_eq!(of("action-missing"), (2, 2));
    assert_eq!(of("action-unknown"), (1, 1));
    assert_eq!(of("object-open"), (15, 15));
    for code in ["versions-unmatched", "param-dropped", "spec-refused", "extension-unknown"] {
        assert!(corrected.counts().iter().all(|count| count.code.name != code), "{code}");
    }
    // It is in the repository, so that a run in CI shows it.
    let output = Command::new(env!("CARGO_BIN_EXE_pydio-codegen"))
        .args(["lint", "--version", "8.2.5", "--deny", "spec-refused,versions-unmatched"])
        .current_dir(project().join(".."))
        .output()
        .expect("the program");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let out = String::from_utf8(output.stdout).expect("UTF-8");
    assert!(out.contains("corrected by manifests/corrections/v2.yaml:"), "{out}");
    assert!(out.contains("  manifests/8.2.5/plugins/access.fs/fsActions.xml:"), "{out}");
}
