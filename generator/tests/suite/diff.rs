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

/// Returns a manifest with actions that have a parameter of the same name.
fn choices(plugin: &str, actions: &[&str]) -> String {
    let action = |name: &&str| {
        format!(
            "<action name=\"{name}\"><processing><serverCallback methodName=\"m\" restParams=\"/\">\
             <input_param name=\"format\" type=\"json|xml\"/></serverCallback></processing></action>"
        )
    };
    let actions: String = actions.iter().map(action).collect();
    format!(
        "<ajxp_plugin id=\"{plugin}\"><registry_contributions><actions>{actions}</actions>\
         </registry_contributions></ajxp_plugin>"
    )
}

/// An action that is added renames the enumeration of its neighbour.
#[test]
fn a_neighbour_that_is_renamed_breaks() {
    let place = place();
    for (name, actions) in [("old", &["bookmarks"][..]), ("new", &["bookmarks", "pages"])] {
        for file in ["conf/VERSION.php", "plugins/access.fs/manifest.xml"] {
            place.write(&format!("{name}/{file}"), &place.read(&format!("pydio/{file}")));
        }
        let manifest = choices("acme.one", actions);
        place.write(&format!("{name}/plugins/acme.one/manifest.xml"), &manifest);
    }
    let Run { status, out, .. } = place.run("diff old new");
    assert_eq!(status, 3, "{out}");
    let renamed = "the enumeration of `format` is `BookmarksFormat`, was `Format` [enum-renamed]";
    assert!(out.contains(renamed), "{out}");
    for line in [
        "was Bookmarks::format(self, value: Format) -> Bookmarks",
        "is Bookmarks::format(self, value: BookmarksFormat) -> Bookmarks",
        "old/plugins/acme.one/manifest.xml:1:",
        "new/plugins/acme.one/manifest.xml:1:",
    ] {
        assert!(out.contains(line), "{line}: {out}");
    }
}

#[test]
fn another_method_is_a_change() {
    let place = place();
    let spec = |method: &str| {
        format!(
            "{{\"openapi\": \"3.0.0\", \"info\": {{\"title\": \"T\", \"version\": \"1\"}},\n \
             \"paths\": {{\"/a\": {{\n  \"{method}\": {{\"operationId\": \"a\", \
             \"responses\": {{\"200\": {{\"description\": \"\"}}}}}}}}}}}}"
        )
    };
    place.write("post.json", &spec("post"));
    place.write("get.json", &spec("get"));
    let Run { status, out, .. } = place.run("diff post.json get.json");
    assert_eq!(status, 0, "{out}");
    assert!(out.contains("its method is `GET`, was `POST` [method-changed]"), "{out}");
    assert!(out.contains("was at post.json:3:") && out.contains("is at get.json:3:"), "{out}");
    place.done("generate --spec post.json --out post");
    place.done("generate --spec get.json --out get");
    let crates = place.run("diff post get");
    assert!(crates.out.contains("[method-changed]"), "{}", crates.out);
    assert!(crates.out.contains("was at post/api.json:"), "{}", crates.out);
}

#[test]
fn what_is_accepted_does_not_count() {
    let place = place();
    let json = |run: Run| serde_json::from_str::<Value>(&run.out).expect("JSON");
    let told = json(place.run("diff old.json new.json --format json"));
    let mut text = String::new();
    for change in told["changes"].as_array().expect("changes") {
        assert!(change["places"].is_object() && change["rust"].is_object(), "{change}");
        let fingerprint = change["fingerprint"].as_str().expect("a fingerprint");
        if change["class"] == "breaking" {
            text += &format!(
                "[[allow]]\nfingerprint = \"{fingerprint}\"\nreason = \"R\"\nexpires = 9999-12-31\n"
            );
        }
    }
    place.write("all.toml", &text);
    let Run { status, out, err } = place.run("diff old.json new.json --allow all.toml");
    assert_eq!((status, &*err), (0, ""), "{out}");
    assert!(out.contains("\nAccepted (") && out.contains("until 9999-12-31: R"), "{out}");
    assert!(out.contains("all breaking changes are accepted"), "{out}");
    let log = json(place.run("diff old.json new.json --allow all.toml --format sarif"));
    let results = log["runs"][0]["results"].as_array().expect("results");
    assert_eq!(results.len(), told["changes"].as_array().expect("changes").len());
    let has_reason = |result: &&Value| result["suppressions"][0]["justification"] == "R";
    assert_eq!(results.iter().filter(has_reason).count(), text.matches("[[allow]]").count());
    place.write("old.toml", &text.replace("9999", "2001"));
    let Run { status, err, .. } = place.run("diff old.json new.json --allow old.toml");
    assert_eq!(status, 3);
    assert!(err.contains("warning[allow-expired]") && err.contains("old.toml:1:"), "{err}");
    place.write(
        "bad.toml",
        "[[allow]]\ncode = \"enum-renamd\"\nreason = \"R\"\nexpires = 2030-01-01\n",
    );
    let error = place.failed("diff old.json new.json --allow bad.toml");
    assert!(error.contains("did you mean `enum-renamed`?"), "{error}");
}

#[test]
fn codes_are_explained() {
    let place = place();
    let one = place.done("explain-finding enum-renamed");
    assert!(one.starts_with("enum-renamed: ") && one.contains("Side: rust."), "{one}");
    assert!(place.done("explain-finding path-undeclared").contains("it is treated as"));
    let all = place.done("explain-finding");
    assert!(all.contains("\nmethod-changed ") && all.contains("\npath-undeclared "), "{all}");
    let listed: Value =
        serde_json::from_str(&place.done("explain-finding --format json")).expect("JSON");
    assert!(listed["diff"].as_array().expect("codes").len() >= 80);
    let schema: Value =
        serde_json::from_str(&place.done("explain-finding --schema")).expect("JSON");
    assert_eq!(schema["properties"]["format"]["const"], 2);
    let error = place.failed("explain-finding method-chnged");
    assert!(error.contains("did you mean `method-changed`?"), "{error}");
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
    assert!(out.contains("rights: `adminOnly` is `true`, was unset"), "{out}");
    let back = place.run("diff later pydio");
    assert_eq!(back.status, 3);
    assert!(back.out.contains("no longer reachable over REST"), "{}", back.out);
    assert!(back.out.contains("rights: `adminOnly` is unset, was `true`"), "{}", back.out);
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

#[test]
fn another_kind_of_credentials_breaks() {
    let spec = |scheme: &str| {
        let head = "{\"openapi\": \"3.0.3\", \"info\": {\"title\": \"T\", \"version\": \"1\"}, ";
        let paths = "\"paths\": {\"/a\": {\"get\": {\"operationId\": \"getA\", \"responses\": \
                     {\"200\": {\"description\": \"\"}}}}}, \"security\": [{\"who\": []}], ";
        format!(
            "{head}{paths}\"components\": {{\"securitySchemes\": {{\"who\": {{\"type\": \"http\", \
             \"scheme\": \"{scheme}\"}}}}}}}}"
        )
    };
    let place = Place::new();
    place.write("basic.json", &spec("basic"));
    place.write("bearer.json", &spec("bearer"));
    let Run { status, out, err } = place.run("diff basic.json bearer.json");
    assert_eq!((status, &*err), (3, ""), "{out}");
    assert!(out.contains("[scheme-sent-changed]"), "{out}");
}
