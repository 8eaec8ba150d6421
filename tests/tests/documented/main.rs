//! The examples in the documentation of the calls: every one compiles, does its work on a server,
//! and returns the result that the documentation shows.
//!
//! `INSTA_UPDATE=always` writes the results to `manifests/docs/results.yaml`; run `generate` then.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::PathBuf,
};

use pydio_codegen::{
    Generator,
    example::{self, ERROR, Example},
    ir::Api,
};
use pydio_tests::scratch::{self, Scratch, project};

mod shown;

/// The scratch program.
const PROGRAM: &str = "documented";

/// The release whose examples run.
const RELEASE: &str = "8.2.5";

/// The examples that cannot succeed on the server here, with the reason.
const IMPOSSIBLE: &[(&str, &str)] = &[];

fn model() -> Api {
    Generator::new().from_directory(project()).version(RELEASE).model().unwrap().api
}

/// Returns the source of a module with the examples as functions.
fn module(examples: &[Example]) -> String {
    let mut text = "//! The examples, as the documentation shows them.\n\nuse crate::{Example, Error, Pydio};\n\n".to_owned();
    let mut table = String::new();
    for (index, one) in examples.iter().enumerate() {
        let end = match one.result {
            Some(ERROR) => "Ok(error.to_string())".to_owned(),
            Some(name) => format!("Ok(format!(\"{{{name}:?}}\"))"),
            None => "Ok(String::new())".to_owned(),
        };
        let code = one.code().join("\n    ");
        text += &format!(
            "async fn example_{index}(pydio: Pydio) -> Result<String, Error> {{\n    {code}\n    {end}\n}}\n\n"
        );
        let Example { name, user, .. } = one;
        table += &format!("    ({name:?}, {user:?}, |pydio| Box::pin(example_{index}(pydio))),\n");
    }
    text + &format!("pub const ALL: &[Example] = &[\n{table}];\n")
}

/// Writes, compiles and runs the program, and returns the results by name.
fn run(examples: &[Example]) -> BTreeMap<String, Result<String, String>> {
    let scratch = Scratch::empty(env!("CARGO_TARGET_TMPDIR"), PROGRAM);
    scratch.write("src/examples.rs", &module(examples));
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/documented/program");
    for file in ["main.rs", "fixture.rs"] {
        scratch.write(&format!("src/{file}"), &fs::read_to_string(own.join(file)).unwrap());
    }
    let local = |path: &str| project().join(path);
    let manifest = format!(
        "[package]\nname = {PROGRAM:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\ntokio = {{ version = \"1\", features = [\"macros\", \"rt\", \"time\"] }}\n\
         pydio-test-server = {{ path = {:?}, default-features = false }}\n\n\
         [dependencies.pydio-client]\npath = {:?}\ndefault-features = false\nfeatures = [\"http\", \
         \"access\", \"action\", \"auth\", \"core\", \"editor\", \"meta\", \"v2\"]\n\n\
         [lints.rust]\ndeprecated = \"allow\"\n\n[profile.dev]\ndebug = false\n",
        local("tests/server"),
        local("generated"),
    );
    scratch.write("Cargo.toml", &manifest);
    fs::copy(local("Cargo.lock"), scratch.root.join("Cargo.lock")).unwrap();
    let mut cargo = scratch::cargo(&scratch.root);
    let output = cargo.args(["run", "--offline", "--quiet"]).output().unwrap();
    scratch::assert_success(&output);
    let lines = String::from_utf8(output.stdout).unwrap();
    let result = |line: &str| {
        let (name, succeeded, text): (String, bool, String) = serde_json::from_str(line).unwrap();
        (name, if succeeded { Ok(text) } else { Err(text) })
    };
    lines.lines().map(result).collect()
}

/// The file with the results that the documentation shows.
fn results_file() -> PathBuf {
    project().join("manifests/docs/results.yaml")
}

fn results_text(results: &BTreeMap<String, String>) -> String {
    let head = "# What the examples of calls return, as the suite `documented` of the tests found it.\n\
                # Do not edit: run it with INSTA_UPDATE=always.\n";
    let results = serde_json::json!({"release": RELEASE, "results": results});
    head.to_owned() + &serde_yaml::to_string(&results).unwrap()
}

#[test]
fn every_example_does_its_work_and_returns_what_is_shown() {
    let api = model();
    let examples = example::all(&api, "pydio-client");
    assert_eq!(examples.len(), api.endpoints.len(), "every call has an example");
    let results = run(&examples);
    assert_eq!(results.len(), examples.len());
    let impossible: BTreeSet<_> = IMPOSSIBLE.iter().map(|(name, _)| *name).collect();
    let mut wrong = Vec::new();
    let mut shown = BTreeMap::new();
    for (name, result) in &results {
        match (result, impossible.contains(&**name)) {
            (Ok(text), false) if !text.is_empty() => {
                shown.insert(name.clone(), shown::shorten(text));
            }
            (Ok(_), false) | (Err(_), true) => {}
            (Ok(_), true) => wrong.push(format!("{name}: succeeds, and is listed as impossible")),
            (Err(why), false) => wrong.push(format!("{name}: {why}")),
        }
    }
    let gone = impossible.iter().filter(|name| !results.contains_key(**name));
    wrong.extend(gone.map(|name| format!("{name}: is listed as impossible, and no call")));
    let text = results_text(&shown);
    let is_updated = env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    if is_updated {
        fs::write(results_file(), &text).unwrap();
    }
    assert!(wrong.is_empty(), "{} examples:\n{}", wrong.len(), wrong.join("\n"));
    let kept = fs::read_to_string(results_file()).unwrap_or_default();
    assert!(kept == text, "the results differ from `manifests/docs/results.yaml`");
}
