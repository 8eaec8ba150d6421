//! Which releases declare what: the file of the project, and the command that writes it.

use std::{collections::BTreeSet, fs, path::Path};

use pydio_codegen::{
    input::Library,
    ir::{Api, Endpoint},
    pipeline::{self, Request},
};
use semver::{Version, VersionReq};
use serde_json::Value;

use crate::{cli::Place, corrections::yaml};

fn manifests() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../manifests")
}

/// `manifests/releases.yaml`.
fn recorded() -> Value {
    yaml(&fs::read_to_string(manifests().join("releases.yaml")).expect("the file"))
}

fn version(text: &str) -> Version {
    Version::parse(text).expect("a version")
}

/// Returns whether one of the spans, such as `-7.0.4, 8.2.3-`, has a release.
fn has(spans: &Value, release: &str) -> bool {
    spans.as_str().expect("spans").split(", ").any(|span| {
        let (from, to) = span.split_once('-').unwrap_or((span, span));
        let release = version(release);
        (from.is_empty() || version(from) <= release) && (to.is_empty() || release <= version(to))
    })
}

/// Returns whether an entry says that a release has the call; one that says nothing says so, too.
fn is_in(entry: Option<&Value>, release: &str) -> bool {
    entry.and_then(|entry| entry.get("in")).is_none_or(|spans| has(spans, release))
}

/// Checks an entry against the declaration in a bundle.
fn check(entry: &Value, name: &str, declared: Option<&Endpoint>, release: &str) {
    assert_eq!(is_in(Some(entry), release), declared.is_some(), "{name} in {release}");
    let (Some(declared), Some(params)) = (declared, entry["params"].as_object()) else { return };
    for (param, spans) in params {
        let is_declared = declared.param(param).is_some();
        assert_eq!(has(spans, release), is_declared, "{param} of {name} in {release}");
    }
}

fn declared(release: &str) -> Api {
    let version = Some(release.to_owned());
    let request = Request { version, from: manifests(), ..Request::default() };
    pipeline::read(&request).expect("a bundle").declared()
}

#[test]
fn the_file_agrees_with_every_bundle() {
    let recorded = recorded();
    let known: BTreeSet<&str> = recorded["releases"]
        .as_array()
        .expect("releases")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    assert_eq!(known.len(), 35);
    for release in Library::above(&manifests()).versions() {
        assert!(known.contains(&*release), "{release}");
        let api = declared(&release);
        let mut checked = 0;
        for (plugin, actions) in recorded["actions"].as_object().expect("actions") {
            let members = api.plugins().find(|group| group.id == *plugin);
            for (name, entry) in actions.as_object().expect("actions") {
                let mut members = members.into_iter().flat_map(|group| api.members(group));
                let action = members.find(|one| one.id == *name);
                check(entry, &format!("{plugin}/{name}"), action, &release);
                checked += 1;
            }
        }
        for (id, entry) in recorded["operations"].as_object().expect("operations") {
            check(entry, id, api.operation(id).map(|(_, one)| one), &release);
            checked += 1;
        }
        assert!(checked > 300, "{checked}");
        // Nor is a call of the bundle missing from the file as if all releases had it.
        for plugin in api.plugins() {
            for action in api.members(plugin) {
                let entry = recorded["actions"].get(&plugin.id).and_then(|of| of.get(&action.id));
                assert!(is_in(entry, &release), "{}/{} in {release}", plugin.id, action.id);
            }
        }
    }
}

/// A correction of a bundled release has to fit; that of any other is compared with what the
/// releases declare.
#[test]
fn no_correction_claims_a_release_without_its_action() {
    let recorded = recorded();
    let mut claims = 0;
    for file in fs::read_dir(manifests().join("corrections/actions")).expect("a directory") {
        let path = file.expect("an entry").path();
        let value = yaml(&fs::read_to_string(&path).expect("a file"));
        for entry in value["actions"].as_array().into_iter().flatten() {
            let [plugin, action] = ["plugin", "action"].map(|key| entry[key].as_str());
            let name = entry["command_of"].as_str().or(action).expect("an action");
            // A definition of its own begins as that of the plugin it is shared with.
            let Some(plugin) = entry["shared_with"].as_str().or(plugin) else { continue };
            let of = recorded["actions"].get(plugin).and_then(|plugin| plugin.get(name));
            let versions = match &entry["versions"] {
                Value::Array(ranges) => ranges.iter().collect::<Vec<_>>(),
                range => vec![range],
            };
            let ranges = versions
                .into_iter()
                .map(|range| VersionReq::parse(range.as_str().expect("a range")).expect("a range"));
            let ranges: Vec<_> = ranges.collect();
            for release in recorded["releases"].as_array().expect("releases") {
                let release = release.as_str().expect("a release");
                if ranges.iter().any(|range| range.matches(&version(release))) {
                    assert!(is_in(of, release), "{plugin}/{name} in {release}: {}", path.display());
                    claims += 1;
                }
            }
        }
    }
    assert!(claims > 5000, "{claims}");
}

fn installations() -> Place {
    let place = Place::new();
    let manifest = |action: &str, params: &[&str]| {
        let params =
            params.iter().map(|name| format!("<input_param name=\"{name}\" type=\"string\"/>"));
        format!(
            "<plugin><registry_contributions><actions><action name=\"{action}\"><processing>\
             <serverCallback methodName=\"m\" restParams=\"/\">{}</serverCallback></processing></action>\
             </actions></registry_contributions></plugin>",
            params.collect::<String>()
        )
    };
    place.write("6.4.2/plugins/a.b/manifest.xml", &manifest("act", &["one"]));
    place.write("pydio-7.0.4/plugins/a.b/manifest.xml", &manifest("act", &["one", "two"]));
    place.write("pydio-7.0.4/plugins/a.c/manifest.xml", &manifest("new", &[]));
    place
}

#[test]
fn what_some_releases_lack_is_written() {
    let place = installations();
    let out = place.run("releases pydio-7.0.4 6.4.2").out;
    assert!(out.contains("releases: [6.4.2, 7.0.4]\n"), "{out}");
    assert!(out.contains("\"act\": { params: { \"two\": \"7.0.4-\" } }\n"), "{out}");
    assert!(out.contains("\"new\": { in: \"7.0.4-\" }\n"), "{out}");
    assert!(!out.contains("\"one\""), "{out}");
    // The other order gives the same file.
    place.done("releases 6.4.2 pydio-7.0.4 --out releases.yaml");
    assert_eq!(place.read("releases.yaml").trim_end(), out.trim_end());
    let said = place.failed("releases 6.4.2 6.4.2");
    assert!(said.contains("two of the inputs are 6.4.2"), "{said}");
}

/// The file of a project is read, and a plugin that it does not know is documented without it.
#[test]
fn bindings_say_since_when_a_call_is_declared() {
    let place = installations();
    for (from, to) in [("6.4.2", "6.4.2"), ("pydio-7.0.4", "7.0.4")] {
        for plugin in ["a.b", "a.c"] {
            let path = format!("{from}/plugins/{plugin}/manifest.xml");
            if place.path(&path).exists() {
                let text = place.read(&path);
                place.write(&format!("manifests/{to}/plugins/{plugin}/manifest.xml"), &text);
            }
        }
    }
    place.done("generate --version 7.0.4 --out before");
    assert!(!place.read("before/src/v1/a_c.rs").contains("since"));
    place.done("releases 6.4.2 pydio-7.0.4 --out manifests/releases.yaml");
    place.done("generate --version 7.0.4 --out out");
    let new = place.read("out/src/v1/a_c.rs");
    assert!(
        new.contains("/// * Declared since 7.0.4.\n") && new.contains(".since(\"7.0.4\")"),
        "{new}"
    );
    let act = place.read("out/src/v1/a_b.rs");
    assert!(act.contains("Declared since 7.0.4.") && !act.contains(".since("), "{act}");
    let library = place.read("out/src/lib.rs");
    assert!(
        library.contains("If only some of the releases from 6.4.2 to 7.0.4 declare"),
        "{library}"
    );
    place.write("manifests/releases.yaml", "releases: later\n");
    let said = place.failed("generate --version 7.0.4 --out out");
    assert!(said.contains("releases.yaml") && said.contains("pydio-codegen releases"), "{said}");
}
