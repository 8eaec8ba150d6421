//! `diff`: what changes for callers, for every kind of input.

use insta::assert_snapshot;
use serde_json::Value;

use crate::cli::{Place, Run};

const OLD: &str = r##"{"swagger": "2.0", "info": {"title": "Files", "version": "1"}, "basePath": "/api",
 "paths": {
  "/node": {"get": {"operationId": "getNode", "tags": ["File"],
    "parameters": [
      {"name": "path", "in": "query", "required": true, "type": "string"},
      {"name": "depth", "in": "query", "type": "integer"},
      {"name": "kind", "in": "query", "type": "string", "enum": ["file", "folder"]}],
    "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/Node"}}}}},
  "/nodes": {"get": {"operationId": "listNodes", "tags": ["File"],
    "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/Nodes"}}}}},
  "/gone": {"delete": {"operationId": "drop", "tags": ["File"], "responses": {"200": {"description": ""}}}}},
 "definitions": {
  "Nodes": {"type": "array", "items": {"$ref": "#/definitions/Node"}},
  "Node": {"type": "object", "required": ["id", "name"], "properties": {
    "id": {"type": "integer"}, "name": {"type": "string"}, "size": {"type": "integer"}, "old": {"type": "string"}}}}}"##;

const NEW: &str = r##"{"swagger": "2.0", "info": {"title": "Files", "version": "2"}, "basePath": "/api/v2",
 "paths": {
  "/node": {"get": {"operationId": "getNode", "tags": ["Node"],
    "parameters": [
      {"name": "path", "in": "header", "required": true, "type": "string"},
      {"name": "depth", "in": "query", "required": true, "type": "integer"},
      {"name": "kind", "in": "query", "type": "string", "enum": ["file", "link"]}],
    "responses": {"200": {"description": "", "schema": {"$ref": "#/definitions/Node"}}}}},
  "/nodes": {"get": {"operationId": "listNodes", "tags": ["File"],
    "responses": {"200": {"description": "", "schema": {"type": "string"}}}}},
  "/made": {"post": {"operationId": "make", "tags": ["File"], "responses": {"200": {"description": ""}}}}},
 "definitions": {
  "Node": {"type": "object", "required": ["id", "size"], "properties": {
    "id": {"type": "string"}, "name": {"type": "string"}, "size": {"type": "integer"}, "new": {"type": "string"}}}}}"##;

fn place() -> Place {
    let place = Place::new();
    place.write("old.json", OLD);
    place.write("new.json", NEW);
    place
}

#[test]
fn what_changes_between_two_specs_is_told_with_its_class() {
    let Run { status, out, err } = place().run("diff old.json new.json");
    assert_eq!((status, &*err), (3, ""));
    assert_snapshot!(out);
}

#[test]
fn json_and_text_have_the_same_content() {
    let place = place();
    let Run { status, out, .. } = place.run("diff old.json new.json --format json");
    let told: Value = serde_json::from_str(&out).expect("JSON");
    let changes = told["changes"].as_array().expect("changes");
    assert_eq!((status, changes.is_empty()), (3, false));
    let human = place.run("diff old.json new.json").out;
    let markdown = place.run("diff old.json new.json --format markdown").out;
    for change in changes {
        let what = change["what"].as_str().expect("what");
        assert!(human.contains(what) && markdown.contains(what), "{what}");
    }
}

#[test]
fn changes_of_rights_and_rest_are_reported() {
    let place = place();
    let manifest = |rights: &str, rest: &str| {
        format!(
            "<ajxp_plugin><registry_contributions><actions><action name=\"share\">\
             <rightsContext {rights}/><processing><serverCallback methodName=\"m\" {rest}/>\
             </processing></action></actions></registry_contributions></ajxp_plugin>"
        )
    };
    place.write("pydio/plugins/action.share/manifest.xml", &manifest("read=\"true\"", ""));
    for file in ["conf/VERSION.php", "plugins/access.fs/manifest.xml"] {
        place.write(&format!("later/{file}"), &place.read(&format!("pydio/{file}")));
    }
    let later = manifest("read=\"true\" adminOnly=\"true\"", "restParams=\"/\"");
    place.write("later/plugins/action.share/manifest.xml", &later);
    let out = place.done("diff pydio later");
    assert!(out.contains("reachable over REST"), "{out}");
    assert!(out.contains("rights: `adminOnly` is `true`, was nothing"), "{out}");
    let back = place.run("diff later pydio");
    assert_eq!(back.status, 3);
    assert!(back.out.contains("no longer reachable over REST"), "{}", back.out);
    assert!(back.out.contains("rights: `adminOnly` is nothing, was `true`"), "{}", back.out);
}

#[test]
fn a_generated_crate_can_be_compared() {
    let place = place();
    place.done("generate --pydio pydio --out out");
    let same = place.done("diff out pydio");
    assert_eq!(place.done("diff pydio out"), same);
    place.plugin("action.share", "");
    let fewer = place.run("diff out pydio");
    assert!(fewer.status == 3 && fewer.out.contains("share"), "{}", fewer.out);
    // The file belongs to something else, or to another version of the tool.
    for text in ["{}", "no JSON"] {
        place.write("out/api.json", text);
        assert!(place.failed("diff out pydio").contains("api.json"), "{text}");
    }
}

#[test]
fn an_invalid_side_is_an_error() {
    let place = place();
    let error = place.failed("diff 8.2.6 pydio");
    assert!(error.contains("8.2.6") && error.contains("0.0.0"), "{error}");
    place.write("broken.json", "{");
    assert!(place.failed("diff old.json broken.json").contains("broken.json"));
    place.write("pydio/plugins/broken.one/manifest.xml", "<");
    let partly = place.run("diff pydio pydio");
    assert!(partly.status == 0 && partly.err.contains("broken.one"), "{}", partly.err);
}
