//! The features of a generated crate: each alone, none and all of them compile without warnings,
//! and disabled items do not exist.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    sync::LazyLock,
};

use pydio_codegen::{Generator, emit};
use pydio_tests::scratch::{self, project};

/// The crate generated from the newest bundle.
const BUNDLED: &str = "bundled-features";

/// The programs that use it with less than the whole client.
const PROGRAMS: &str = "programs";

/// The crate generated from [`PLUGINS`].
const SMALL: &str = "small-features";

static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join("features");
    let _ = fs::remove_dir_all(&root);
    let installation = root.join("installation");
    for (plugin, contributions) in PLUGINS {
        let directory = installation.join("plugins").join(plugin);
        fs::create_dir_all(&directory).unwrap();
        let text = format!(
            "<ajxp_plugin><registry_contributions>{contributions}</registry_contributions>\
             </ajxp_plugin>"
        );
        fs::write(directory.join("manifest.xml"), text).unwrap();
    }
    write(&root, BUNDLED, &Generator::new());
    let small = Generator::new().installation(&installation).version("6.0.0");
    write(&root, SMALL, &small.without_own_corrections());
    let project = project();
    let workspace = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\"{BUNDLED}\", \"{SMALL}\", \"{PROGRAMS}\"]\n\n\
         [patch.crates-io]\npydio-runtime = {{ path = {:?} }}\npydio-cli = {{ path = {:?} }}\n",
        project.join("runtime"),
        project.join("runtime/cli/raw")
    );
    fs::write(root.join("Cargo.toml"), workspace).unwrap();
    programs(&root.join(PROGRAMS));
    fs::copy(project.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    root
});

/// An action shared by plugins of five groups, one of them the home plugin in a chain, and plugins
/// of a custom type and name.
const PLUGINS: [(&str, &str); 8] = [
    ("access.one", SHARED),
    ("action.one", SHARED),
    ("auth.one", SHARED),
    ("conf.one", SHARED),
    (
        "editor.one",
        "<actions><action name=\"edit\"><processing><serverCallback methodName=\"edit\"/></processing></action></actions>",
    ),
    ("index.one", SHARED),
    (
        "acme.own",
        "<external_file filename=\"plugins/editor.one/manifest.xml\" include=\"registry_contributions/actions/*\" exclude=\"\"/>",
    ),
    ("default.one", OWN),
];

const SHARED: &str = "<actions><action name=\"shared\"><processing>\
    <serverCallback methodName=\"shared\" restParams=\"/\">\
    <input_param name=\"mode\" type=\"fast|slow\"/></serverCallback></processing></action></actions>";

const OWN: &str = "<actions><action name=\"own\"><processing>\
    <serverCallback methodName=\"own\" restParams=\"/\"/></processing></action></actions>";

fn write(root: &Path, name: &str, generator: &Generator) {
    let directory = root.join(name);
    let generator = generator.clone().crate_name(name).from_directory(project());
    let report = generator.write_crate(&directory).unwrap();
    assert!(report.findings.is_empty(), "{:?}", report.findings);
}

/// Writes the crate of the programs, each of which has the features of its name.
fn programs(directory: &Path) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/features/programs");
    let bins = ["types", "client", "http"].map(|name| {
        let path = source.join(name).with_extension("rs");
        let needs = if name == "types" { String::new() } else { format!("{name:?}") };
        format!("[[bin]]\nname = {name:?}\npath = {path:?}\nrequired-features = [{needs}]\n")
    });
    let text = format!(
        "[package]\nname = {PROGRAMS:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [features]\nclient = [\"bindings/client\"]\nhttp = [\"bindings/http\", \"bindings/blocking\"]\n\n\
         [dependencies]\nbytes = \"1\"\nfutures-core = {{ version = \"0.3\", default-features = false }}\n\
         http = \"1\"\nbindings = {{ package = {BUNDLED:?}, path = \"../{BUNDLED}\", \
         default-features = false, features = [\"access\", \"v2\"] }}\n\n{}",
        bins.join("\n")
    );
    fs::create_dir_all(directory).unwrap();
    fs::write(directory.join("Cargo.toml"), text).unwrap();
}

#[test]
fn bindings_without_files_have_no_tasks() {
    let has_tasks = |name: &str| ROOT.join(name).join("src/tasks.rs").exists();
    assert_eq!([BUNDLED, SMALL].map(has_tasks), [true, false]);
}

/// Returns a cargo command for a crate with some of its features.
fn cargo(command: &str, name: &str, features: &str) -> Command {
    let mut cargo = scratch::cargo(&ROOT);
    cargo.args([command, "--quiet", "-p", name, "--no-default-features", "--features", features]);
    cargo
}

fn clippy(name: &str, features: &str) -> Output {
    let mut clippy = cargo("clippy", name, features);
    clippy.args(["--offline", "--no-deps", "--", "-D", "warnings"]).output().unwrap()
}

/// Returns the features that a crate declares, except `default`.
fn declared(name: &str) -> BTreeSet<String> {
    let text = fs::read_to_string(ROOT.join(name).join("Cargo.toml")).unwrap();
    let features = text.split("[features]").nth(1).unwrap().split("\n[").next().unwrap();
    let names = features.lines().filter_map(|line| line.split_once(" = ")).map(|(name, _)| name);
    names.filter(|name| *name != "default").map(str::to_owned).collect()
}

#[track_caller]
fn assert_each_compiles(name: &str) {
    // The library that this one binds has to be installed.
    let declared: BTreeSet<_> =
        declared(name).into_iter().filter(|feature| feature != "native-tls").collect();
    let all = declared.iter().map(String::as_str).collect::<Vec<_>>().join(",");
    for features in declared.iter().map(String::as_str).chain(["", &*all]) {
        let output = clippy(name, features);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name} with `{features}`:\n{said}");
    }
}

/// Returns these features and those that bindings of actions always have.
fn with_common(groups: &[&str]) -> BTreeSet<String> {
    let common = [
        "client",
        "http",
        "rustls",
        "native-tls",
        "blocking",
        "tracing",
        "serde",
        "jiff",
        "time",
        "cmd",
        "cli",
    ];
    groups.iter().chain(&common).map(|name| (*name).to_owned()).collect()
}

#[test]
fn each_feature_of_the_bundle_compiles_alone() {
    let known = ["access", "action", "auth", "core", "editor", "meta", "v2"];
    assert_eq!(declared(BUNDLED), with_common(&known));
    assert_each_compiles(BUNDLED);
}

#[test]
fn features_with_shared_actions_compile_alone() {
    let known = ["access", "acme", "action", "auth", "core", "editor", "meta", "other"];
    assert_eq!(declared(SMALL), with_common(&known));
    assert_each_compiles(SMALL);
    let index = fs::read_to_string(ROOT.join(SMALL).join("src/v1.rs")).unwrap();
    assert!(index.contains("any(\n        feature = \"access\",\n"), "{index}");
    let fmt = scratch::cargo(&ROOT).args(["fmt", "--check"]).output().unwrap();
    assert!(fmt.status.success(), "{}", String::from_utf8_lossy(&fmt.stdout));
}

#[test]
fn disabled_items_do_not_exist() {
    let example = ROOT.join(BUNDLED).join("examples");
    fs::create_dir_all(&example).unwrap();
    for (call, feature, other) in [
        ("v1::access_fs::ls(\"/\")", "access", "meta"),
        ("v1::meta_quota::monitor_quota()", "meta", "access"),
        // Its home plugin belongs to another group.
        ("v1::action_scheduler::scheduler_run_all()", "action", "core"),
        ("v2::user_account::user_info()", "v2", "access"),
    ] {
        let text = format!("fn main() {{\n    let _ = bundled_features::{call};\n}}\n");
        fs::write(example.join("call.rs"), text).unwrap();
        let check = |features: &str| {
            let mut check = cargo("check", BUNDLED, features);
            check.args(["--offline", "--example", "call"]).output().unwrap()
        };
        let with = check(feature);
        assert!(with.status.success(), "{call}: {}", String::from_utf8_lossy(&with.stderr));
        let without = check(other);
        let said = String::from_utf8_lossy(&without.stderr);
        assert!(!without.status.success() && said.contains("is gated"), "{call}: {said}");
    }
    fs::remove_dir_all(&example).unwrap();
}

#[test]
fn a_program_runs_with_the_types_alone_and_with_less_than_the_whole_client() {
    for (program, feature) in [("types", ""), ("client", "client"), ("http", "http")] {
        let mut run = cargo("run", PROGRAMS, feature);
        let output = run.args(["--offline", "--bin", program]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{program}:\n{said}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), format!("{program}\n"));
    }
}

#[test]
fn what_is_left_out_is_not_depended_on() {
    let crates = |features: &str| -> BTreeSet<String> {
        // Cargo fetches even what is not built, native-tls for one.
        let mut tree = cargo("tree", BUNDLED, features);
        let output = tree.args(["-e", "normal", "--prefix", "none"]).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect()
    };
    for (features, there, left_out) in [
        ("access,v2", &["http", "quick-xml"][..], &["tokio", "url", "idna", "http-body"][..]),
        ("client", &["tokio", "url"], &["reqwest", "hyper", "http-body"]),
        ("http,blocking", &["reqwest", "hyper"], &["rustls", "ring", "native-tls"]),
        ("rustls", &["rustls", "ring"], &["native-tls"]),
        ("native-tls", &["native-tls"], &["rustls", "ring"]),
    ] {
        let crates = crates(features);
        for name in there {
            assert!(crates.contains(*name), "{features}: {name} is missing: {crates:?}");
        }
        for name in left_out {
            assert!(!crates.contains(*name), "{features} depends on {name}: {crates:?}");
        }
    }
}

#[test]
fn the_client_declares_the_features_of_its_bindings() {
    let api = Generator::new().from_directory(project()).model().unwrap().api;
    let manifest = fs::read_to_string(project().join("generated/Cargo.toml")).unwrap();
    let default = manifest.lines().find(|line| line.starts_with("default = ")).unwrap();
    let features = emit::features(&api);
    assert!(features.len() > 5, "{features:?}");
    for feature in features.keys() {
        assert!(manifest.contains(&format!("\n{feature} = []\n")), "{feature}");
        assert!(default.contains(&format!("\"{feature}\"")), "{feature}");
    }
    // What a new crate is written with.
    let new = fs::read_to_string(ROOT.join(BUNDLED).join("Cargo.toml")).unwrap();
    let without_docs = |text: &str| -> Vec<String> {
        let section = text.split("[features]\n").nth(1).unwrap().split("\n[").next().unwrap();
        section.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
    };
    assert_eq!(without_docs(&manifest), without_docs(&new));
}
