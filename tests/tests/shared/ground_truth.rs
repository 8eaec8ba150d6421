//! Compares the data read from three published releases with an independent inventory.

use std::{fs, path::Path};

use pydio_codegen::{input::Installation, inspect::inspect, lower, manifest, pipeline};
use pydio_tests::suite::shared;
use serde_json::{Value, json};

use crate::published::release;

fn read(version: &str) -> Value {
    let installation = Installation::open(&release(version)).expect("an installation");
    let set = manifest::read(&installation).expect("a listing of the plugins");
    assert_eq!(set.diagnostics, []);
    let raw = inspect(&lower::manifests(version, &set), true).expect("JSON");
    serde_json::from_str(&raw).expect("JSON")
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], |list| list)
}

fn named<'v>(values: &'v [Value], key: &str, name: &Value) -> Option<&'v Value> {
    values.iter().find(|value| value[key] == *name)
}

/// Returns the facts of our action in the terms of the inventory.
fn ours(action: &Value) -> Value {
    let params = list(action, "params")
        .iter()
        .map(|param| json!([param["name"], param["type"], param["required"], param["default"]]));
    json!({
        "name": action["name"],
        "method": action["callback"],
        "rest": action["rest_params"],
        "rights": if action["rights"].is_null() { json!({}) } else { action["rights"].clone() },
        "check": action["check_params"],
        "params": params.collect::<Vec<_>>(),
        "output": action["output"],
    })
}

/// Returns the same facts of an action of the inventory.
fn theirs(action: &Value) -> Value {
    let params = list(action, "params").iter().map(|param| {
        let mandatory = param["mandatory"] == "true" || param["mandatory"] == true;
        json!([param["name"], param["type"], mandatory, param["default"]])
    });
    json!({
        "name": action["name"],
        "method": action["methodName"],
        "rest": action["restParams"],
        "rights": if action["rights"].is_null() { json!({}) } else { action["rights"].clone() },
        "check": action["checkParams"] == "true",
        "params": params.collect::<Vec<_>>(),
        "output": list(action, "outputs").first().map_or(Value::Null, |output| output["type"].clone()),
    })
}

fn differences(read: &Value, inventory: &Value) -> Vec<String> {
    let mut differences = Vec::new();
    let (plugins, known) = (list(read, "plugins"), list(inventory, "plugins"));
    if plugins.len() != known.len() {
        differences.push(format!("{} plugins, not {}", plugins.len(), known.len()));
    }
    for plugin in known {
        let id = &plugin["id"];
        let Some(found) = named(plugins, "id", id) else {
            differences.push(format!("no plugin {id}"));
            continue;
        };
        let (with, without): (Vec<_>, Vec<_>) = list(plugin, "actions")
            .iter()
            .partition(|action| action["has_server_callback"] == true);
        let names: Vec<_> = without.iter().map(|action| &action["name"]).collect();
        let mut expected: Vec<_> = with.into_iter().map(theirs).collect();
        expected.sort_by_key(|action| action["name"].to_string());
        let mut actions: Vec<_> = list(found, "actions").iter().map(ours).collect();
        actions.sort_by_key(|action| action["name"].to_string());
        if actions != expected {
            differences.push(format!("{id}:\n{actions:#?}\nis not\n{expected:#?}"));
        }
        let mut client_only: Vec<_> = list(found, "client_only").iter().collect();
        client_only.retain(|name| !names.contains(name));
        if list(found, "client_only").len() != names.len() || !client_only.is_empty() {
            differences.push(format!("{id}: actions of the interface: {names:?}"));
        }
    }
    differences
}

fn compare(version: &str) -> Value {
    let inventory = shared().join("inventory").join(format!("{version}.json"));
    let inventory = fs::read_to_string(inventory).expect("the inventory");
    let inventory = serde_json::from_str(&inventory).expect("JSON");
    let read = read(version);
    let differences = differences(&read, &inventory);
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    read
}

pub(crate) fn release_8_2_5() {
    let read = compare("8.2.5");
    let summary = &read["summary"];
    let figures = ["plugins", "actions", "rest_actions", "distinct_names"].map(|f| &summary[f]);
    assert_eq!(figures, [119, 498, 344, 282]);
}

pub(crate) fn release_7_0_4() {
    compare("7.0.4");
}

pub(crate) fn release_6_4_2() {
    compare("6.4.2");
}

/// No correction claims a version in which its target is missing or already correct.
pub(crate) fn corrections_apply_to_their_versions() {
    for (version, least) in [("6.4.2", 14), ("7.0.4", 100), ("8.2.5", 110)] {
        let request = pipeline::Request {
            installation: Some(release(version)),
            version: Some(version.to_owned()),
            from: Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(),
            ..pipeline::Request::default()
        };
        let input = pipeline::read(&request).expect("manifests");
        let applied = input.corrected().expect("corrections that fit").applied;
        assert!(applied.len() >= least, "{version}: only {}", applied.len());
    }
}
