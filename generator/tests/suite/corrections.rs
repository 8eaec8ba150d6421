//! The corrections of the project, the schemas for editors, and corrections of users.

use std::{
    fs,
    path::{Path, PathBuf},
};

use insta::assert_snapshot;
use jsonschema::Validator;
use pydio_codegen::openapi::EXTENSIONS;
use serde_json::{Value, json};

use crate::cli::Place;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests/corrections")
}

/// Returns the files in a directory and its subdirectories, in order.
fn files(directory: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).expect("a directory");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let nested = paths.iter().filter(|path| path.is_dir()).flat_map(|path| files(path, extension));
    let nested: Vec<_> = nested.collect();
    paths.retain(|path| path.extension().is_some_and(|found| found == extension));
    paths.extend(nested);
    paths
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("a file")
}

pub(crate) fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

pub(crate) fn validator(name: &str) -> Validator {
    let path = directory().join(format!("schema/{name}.schema.json"));
    let schema: Value = serde_json::from_str(&read(&path)).expect("JSON");
    jsonschema::meta::validate(&schema).expect("a JSON Schema");
    jsonschema::validator_for(&schema).expect("a JSON Schema")
}

/// Returns the schema that a file names for editors, relative to its own directory.
fn named_schema(path: &Path, text: &str) -> PathBuf {
    let first = text.lines().next().unwrap_or_default();
    let schema = first.strip_prefix("# yaml-language-server: $schema=");
    let schema = schema.unwrap_or_else(|| panic!("no schema in {}", path.display()));
    path.parent().expect("a directory").join(schema).canonicalize().expect("a schema")
}

/// How a file of models, which is an OpenAPI document, names the schema of OpenAPI 3.0.
const MODELS: &str =
    "# yaml-language-server: $schema=https://spec.openapis.org/oas/3.0/schema/2021-09-28";

#[test]
fn every_file_matches_its_schema() {
    let mut seen = Vec::new();
    for path in files(&directory(), "yaml") {
        let text = read(&path);
        let value = yaml(&text);
        if value.get("openapi").is_some() {
            let first = text.lines().next().unwrap_or_default();
            assert_eq!(first, MODELS, "{}", path.display());
            continue;
        }
        let name = if value.get("overlay").is_some() { "overlay" } else { "actions" };
        let found: Vec<_> = validator(name)
            .iter_errors(&value)
            .map(|e| format!("{}: {e}", e.instance_path()))
            .collect();
        assert!(found.is_empty(), "{}: {found:#?}", path.display());
        let expected = directory().join(format!("schema/{name}.schema.json"));
        assert_eq!(named_schema(&path, &text), expected.canonicalize().expect("a schema"));
        seen.push(name);
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen, ["actions", "overlay"]);
}

/// Returns a correction with an object of every kind.
fn whole() -> Value {
    yaml(
        "{corrections: 1, title: t, actions: [{action: a, plugin: p, versions: ['>=8'], evidence: e, \
         description: d, change: {rest_params: null, verb: GET, answer: {model: M}, background: true, \
         repeatable: true, dead: d}, params: {remove: [x], add: [{name: n, type: flag, required: true, \
         default: d}], change: {y: {type: {choice: [a]}}}}}]}",
    )
}

#[test]
fn the_schema_of_actions_rejects_the_same_files_as_the_reader() {
    let validator = validator("actions");
    assert!(validator.is_valid(&whole()));
    let entry = "/actions/0";
    let misspelt = [
        "",
        entry,
        "/actions/0/change",
        "/actions/0/change/answer",
        "/actions/0/params",
        "/actions/0/params/add/0",
        "/actions/0/params/change/y",
        "/actions/0/params/change/y/type",
    ];
    for pointer in misspelt {
        let mut value = whole();
        value.pointer_mut(pointer).expect("an object")["misspelt"] = json!(1);
        assert!(!validator.is_valid(&value), "{pointer}");
    }
    for (pointer, wrong) in [
        ("/corrections", json!(2)),
        ("/actions/0/versions", json!([])),
        ("/actions/0/evidence", json!(" ")),
        ("/actions/0/change/verb", json!("PUT")),
        ("/actions/0/change/answer", json!("texts")),
        ("/actions/0/change/rest_params", json!(5)),
        ("/actions/0/params/add/0/type", json!("files")),
        ("/actions/0/params/add/0/default", json!(5)),
    ] {
        let mut value = whole();
        *value.pointer_mut(pointer).expect("a value") = wrong;
        assert!(!validator.is_valid(&value), "{pointer}");
    }
    for key in ["action", "versions", "evidence", "description"] {
        let mut value = whole();
        value.pointer_mut(entry).and_then(Value::as_object_mut).expect("an entry").remove(key);
        assert!(!validator.is_valid(&value), "{key}");
    }
}

#[test]
fn the_schema_of_overlays_rejects_misspelt_keys() {
    let overlay = |action: &str| {
        yaml(&format!("{{overlay: 1.0.0, info: {{title: t, version: '1'}}, actions: [{action}]}}"))
    };
    let overlays = validator("overlay");
    assert!(
        overlays.is_valid(&overlay("{target: $, update: {}, x-evidence: e, x-versions: '>=8'}"))
    );
    assert!(overlays.is_valid(&overlay("{target: $, remove: true, x-evidence: e}")));
    for wrong in [
        "{target: $, updates: {}, x-evidence: e}",
        "{target: $, update: {}, x-evidence: e, x-version: '>=8'}",
        "{target: $, update: {}}",
        "{target: $, x-evidence: e}",
        "{target: $, remove: false, x-evidence: e}",
        "{target: $, update: {}, remove: true, x-evidence: e}",
        "{target: $, update: {}, x-evidence: e, x-versions: []}",
    ] {
        assert!(!overlays.is_valid(&overlay(wrong)), "{wrong}");
    }
}

const ENTRY: &str = "corrections: 1\ntitle: Mine\nactions:\n  - action: share\n    \
    plugin: action.share\n    versions: \">=8\"\n    evidence: seen\n    description: It answers text.\n";

/// Returns a directory with one of each kind of file.
fn place() -> Place {
    let place = Place::new();
    place.write(
        "mine.yaml",
        &format!("# a comment first\n{ENTRY}    change: {{ rest_params: \"/file+\", answer: {{ model: Mine }} }}\n"),
    );
    place.write(
        "models.yaml",
        "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\ncomponents:\n  schemas:\n    \
         Mine: {type: object, properties: {link: {type: string}}}\n",
    );
    place.write(
        "pydio/openapi.json",
        &json!({
            "swagger": "2.0",
            "info": { "title": "t", "version": "1" },
            "basePath": "/api/v2",
            "paths": { "/a": { "get": {
                "operationId": "readA",
                "x-pydio-action": "share",
                "responses": { "200": { "description": "" } },
            } } },
        })
        .to_string(),
    );
    place.write(
        "overlay.yaml",
        "overlay: 1.0.0\ninfo: {title: t, version: '1'}\nactions:\n  - target: $.paths['/a'].get\n    \
         description: It has another name.\n    update: {operationId: readIt}\n    x-evidence: seen\n",
    );
    place
}

const ALL: &str = "--corrections models.yaml --corrections overlay.yaml --corrections mine.yaml";

#[test]
fn users_add_corrections_of_every_kind_to_every_command() {
    let place = place();
    place.done(&format!("generate --pydio pydio --out out {ALL}"));
    assert!(place.read("out/src/v1/action_share.rs").contains("P::rest_of_path(\"file\")"));
    assert!(place.read("out/src/v2/default.rs").contains("pub fn read_it("));
    let inspected = place.done(&format!("inspect --pydio pydio {ALL} --format json"));
    assert!(inspected.contains("\"readIt\"") && inspected.contains("\"Mine\""), "{inspected}");
    assert!(place.done(&format!("explain share --pydio pydio {ALL}")).contains("at mine.yaml:5:5"));
    assert!(
        place.done(&format!("explain readIt --pydio pydio {ALL}")).contains("at overlay.yaml:4:5")
    );
    assert!(place.done(&format!("lint --pydio pydio {ALL}")).contains("Pydio 8.2.5: "));
    // Omits the project's own corrections, of which there are none here; those of the user still
    // apply.
    place.done(&format!("generate --pydio pydio --out alone --no-corrections {ALL}"));
    assert_eq!(place.tree("alone/src"), place.tree("out/src"));
    for usage in ["inspect --pydio pydio --raw --corrections mine.yaml", "lint --corrections"] {
        assert_eq!(place.run(usage).status, 2, "{usage}");
    }
}

#[test]
fn what_does_not_fit_ends_every_command() {
    let place = place();
    for command in ["generate --out out", "inspect", "explain share", "lint"] {
        let said = place.failed(&format!("{command} --pydio pydio --corrections mine.yaml"));
        assert!(said.contains("error[correction]: no model `Mine`"), "{command}: {said}");
    }
    assert!(!place.path("out").exists());
    place.write("other.yaml", &format!("{ENTRY}    change: {{ answer: any }}\n"));
    place.write("again.yaml", &place.read("models.yaml"));
    place.write("paths.yaml", "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {/a: {}}\n");
    place.write("none.yaml", "title: t\n");
    place.write("typo.yaml", &place.read("overlay.yaml").replace("operationId", "x-pydio-anser"));
    place.write("spec.yaml", "openapi: 3.0.3\ninfo: {title: t, version: '1'}\npaths: {}\n");
    let with = |files: &str| place.failed(&format!("lint --pydio pydio {files}"));
    let said = [
        with("--corrections other.yaml"),
        with("--corrections models.yaml --corrections again.yaml"),
        with("--corrections paths.yaml"),
        with("--corrections none.yaml"),
        with("--corrections typo.yaml"),
        place.failed("lint --spec spec.yaml --corrections mine.yaml"),
    ];
    assert_snapshot!(said.join("=====\n"));
}

#[test]
fn models_with_mistakes_are_refused() {
    let place = place();
    let model = |schema: &str| {
        let components = format!("components: {{schemas: {{A: {schema}}}}}");
        let text = format!(
            "openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths: {{}}\n{components}\n"
        );
        place.write("mine.yaml", &text);
    };
    model(
        "{type: object, properties: {a: {type: string, x-pydio-none: ['']}}, x-pydio-lenient: true}",
    );
    place.done("lint --pydio pydio --corrections mine.yaml");
    for (wrong, said) in [
        ("{type: object, propertys: {}}", "`propertys` is not a known key"),
        ("{type: text}", "`text`"),
        ("{type: object, x-pydio-lenent: true}", "did you mean `x-pydio-lenient`?"),
        ("{$ref: '#/definitions/A'}", "#/definitions/A"),
    ] {
        model(wrong);
        let told = place.failed("lint --pydio pydio --corrections mine.yaml");
        assert!(told.contains(said) && told.contains("mine.yaml:4:"), "{wrong}: {told}");
    }
}

#[test]
fn corrections_of_other_versions_are_skipped() {
    let place = place();
    place.write("old.yaml", &place.read("mine.yaml").replace(">=8", "<8"));
    let raw = place.done("explain share --pydio pydio");
    assert_eq!(place.done("explain share --pydio pydio --corrections old.yaml"), raw);
    // A requested version determines the corrections.
    let run = place.run("explain share --pydio pydio --version 7.0.4 --corrections old.yaml --corrections models.yaml");
    assert!(run.status == 0 && run.out.contains("at old.yaml:5:5"), "{}{}", run.out, run.err);
}

/// Returns the YAML blocks in a text.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    text.split("```yaml\n").skip(1).filter_map(|rest| rest.split("```").next())
}

#[test]
fn the_examples_in_the_readme_match_the_schemas() {
    let path = directory().join("README.md");
    let text = read(&path);
    let mut seen = Vec::new();
    for block in blocks(&text) {
        let name = if block.contains("\noverlay:") { "overlay" } else { "actions" };
        let validator = validator(name);
        let value = yaml(block);
        let found: Vec<_> = validator.iter_errors(&value).map(|error| error.to_string()).collect();
        assert!(found.is_empty(), "{found:?} in {block}");
        assert!(block.contains(&format!("schema/{name}.schema.json")), "{block}");
        seen.push(name);
    }
    assert_eq!(seen, ["actions", "actions", "actions", "overlay"]);
    let schema: Value =
        serde_json::from_str(&read(&directory().join("schema/actions.schema.json"))).expect("JSON");
    let at = |pointer: &str| schema.pointer(pointer).expect("a part of the schema").clone();
    let keys = |pointer: &str| -> Vec<String> {
        at(pointer).as_object().expect("an object").keys().cloned().collect()
    };
    let values = |pointer: &str| -> Vec<String> {
        let values = at(pointer).as_array().expect("a list").clone();
        let names = |value: &Value| match value["const"].as_str() {
            Some(value) => vec![value.to_owned()],
            None => value["properties"].as_object().expect("keys").keys().cloned().collect(),
        };
        values.iter().flat_map(names).collect()
    };
    let all = [
        keys("/definitions/Entry/properties"),
        keys("/definitions/Change/properties"),
        keys("/definitions/ParamChanges/properties"),
        keys("/definitions/NewParam/properties"),
        values("/definitions/Answer/oneOf"),
        values("/definitions/ParamType/oneOf"),
        EXTENSIONS.map(str::to_owned).to_vec(),
    ];
    for word in all.concat() {
        let is_said = ["`", ": ", "\"", " "].iter().any(|before| {
            ["`", ":", " ", "\"", ","]
                .iter()
                .any(|after| text.contains(&format!("{before}{word}{after}")))
        });
        assert!(is_said, "{word}");
    }
}
