//! `pydio-codegen.toml`: the settings of a project, so that a plain `generate` is sufficient.

use crate::support::{Place, words};

const SETTINGS: &str = "pydio = \"server\"\nversion = \"8.2.5\"\nplugins = [\"acme.*\"]\n\
    out = \"crates/my-pydio\"\ncrate-name = \"my-pydio\"\nrepository = \"https://example.org/x\"\n\
    changelog = true\n";

fn project() -> Place {
    let place = Place::new();
    place.plugin("project/server", "acme.one", &["stamp", "seal"]);
    place.plugin("project/server", "other.one", &["ls"]);
    place.write("project/pydio-codegen.toml", SETTINGS);
    place.write("project/deep/down/here.txt", "");
    place
}

#[track_caller]
fn generate(place: &Place, directory: &str, arguments: &str) -> String {
    let run = place.run_in(directory, &words(arguments));
    run.done()
}

#[test]
fn plain_generate_follows_the_settings() {
    let place = project();
    generate(&place, "project", "generate");
    let made = place.files("project/crates/my-pydio");
    assert_eq!(
        place.actions("project/crates/my-pydio"),
        ["acme.one/seal", "acme.one/stamp"].map(str::to_owned).into()
    );
    let manifest = place.read("project/crates/my-pydio/Cargo.toml");
    assert!(manifest.contains("name = \"my-pydio\"\n"), "{manifest}");
    assert!(manifest.contains("repository = \"https://example.org/x\"\n"), "{manifest}");
    // From any subdirectory, paths are relative to the file, and nothing changes.
    generate(&place, "project/deep/down", "generate --check");
    generate(&place, "project/deep/down", "generate");
    assert_eq!(place.files("project/crates/my-pydio"), made);
    assert!(!place.path("project/deep/down/crates").exists());
    // From elsewhere, you can name the file.
    generate(&place, "", "generate --check --config project/pydio-codegen.toml");
}

#[test]
fn the_command_line_overrides_the_settings() {
    let place = project();
    generate(&place, "project", "generate --plugins other.one --out other --crate-name other");
    assert_eq!(place.actions("project/other"), ["other.one/ls".to_owned()].into());
    generate(&place, "project", "generate --no-config --pydio server --version 8.2.5 --out all");
    assert_eq!(place.actions("project/all").len(), 3);
    assert!(!place.path("project/crates").exists());
}

#[test]
fn the_readme_contains_the_command() {
    let place = project();
    generate(&place, "project", "generate");
    let readme = place.read("project/crates/my-pydio/README.md");
    let command = "pydio-codegen generate --pydio PYDIO --version 8.2.5 --plugins 'acme.*' \
                   --crate-name my-pydio --out .\n";
    assert!(readme.contains(command), "{readme}");
    assert!(readme.contains("Pydio 8.2.5") && readme.contains("2 actions of 1 plugin"), "{readme}");
    assert!(!readme.contains(&*place.path("").to_string_lossy()), "{readme}");
    // An existing custom README stays unchanged, and is not an error.
    place.write("project/crates/my-pydio/README.md", "# Mine\n");
    generate(&place, "project", "generate");
    generate(&place, "project", "generate --check");
    assert_eq!(place.read("project/crates/my-pydio/README.md"), "# Mine\n");
}

#[test]
fn changes_for_programs_are_recorded_once() {
    let place = project();
    let log = "project/crates/my-pydio/CHANGELOG.md";
    generate(&place, "project", "generate");
    generate(&place, "project", "generate");
    assert!(!place.path(log).exists(), "nothing has changed yet");
    place.plugin("project/server", "acme.one", &["stamp", "seal", "open"]);
    generate(&place, "project", "generate");
    place.plugin("project/server", "acme.one", &["stamp", "open"]);
    let dry = generate(&place, "project", "generate --dry-run");
    assert!(dry.contains("would write project/crates/my-pydio/CHANGELOG.md\n"), "{dry}");
    generate(&place, "project", "generate");
    generate(&place, "project", "generate");
    let text = place.read(log);
    assert!(text.starts_with("# Changes of my-pydio\n\n## "), "{text}");
    let (removed, added) = (text.find("`acme.one/seal`: "), text.find("`acme.one/open`: "));
    assert!(removed.is_some() && removed < added, "the newest is first:\n{text}");
    assert_eq!(text.matches("\n## ").count(), 2, "{text}");
    assert_eq!(text.matches("`acme.one/").count(), 2, "{text}");
    // Existing text in the file stays unchanged.
    place.write(
        log,
        &format!("# Our log\n\nFor everybody.\n\n{}", &text[text.find("## ").unwrap()..]),
    );
    place.plugin("project/server", "acme.one", &["stamp"]);
    generate(&place, "project", "generate");
    let text = place.read(log);
    assert!(text.starts_with("# Our log\n\nFor everybody.\n\n## "), "{text}");
    assert_eq!(text.matches("\n## ").count(), 3, "{text}");
}

#[test]
fn invalid_settings_are_refused_with_their_location() {
    let place = project();
    for (settings, place_of, what) in [
        ("version = \"8.2.5\"\nplugin = [\"acme.*\"]\n", ":2:1", "unknown setting `plugin`"),
        ("rest-only = \"yes\"\n", ":1:13", "expected a boolean"),
        ("plugins = [\n", ":1:", "array"),
        ("pydio = \"a\"\nspec = \"b\"\n", ":2:1", "only one of `pydio`, `manifests` and `spec`"),
        (
            "crate-name = \"no name\"\n",
            ":1:",
            "`crate-name`: the name of a crate begins with a letter",
        ),
    ] {
        place.write("project/pydio-codegen.toml", settings);
        let run = place.run_in("project", &["generate", "--out", "out"]);
        assert_eq!(run.status, 1, "{settings}");
        assert!(run.err.contains("error[settings]"), "{}", run.err);
        assert!(run.err.contains(what) && run.err.contains(place_of), "{settings}: {}", run.err);
        assert!(!place.path("project/out").exists());
    }
    let missing = place.run_in("", &["generate", "--config", "nowhere.toml"]);
    assert!(missing.status == 1 && missing.err.contains("`nowhere.toml` cannot be read"));
}

#[test]
fn an_undeclared_feature_gates_nothing() {
    let place = project();
    generate(&place, "project", "generate");
    let gate = "#[cfg(feature = \"other\")]\npub mod other_one;";
    let manifest = "project/crates/my-pydio/Cargo.toml";
    place.write("project/pydio-codegen.toml", &SETTINGS.replace("acme.*", "*"));
    let run = place.run_in("project", &["generate"]);
    assert_eq!(run.status, 0);
    let said = "warning[features]: `Cargo.toml` does not declare the features `other`";
    assert!(run.err.contains(said) && run.err.contains("add `other = []`"), "{}", run.err);
    assert!(!place.read("project/crates/my-pydio/src/v1.rs").contains(gate));
    // A declared feature behaves like the others; without any, no message mentions one.
    let text = place.read(manifest);
    place.write(manifest, &text.replace("acme = []", "acme = []\nother = []"));
    generate(&place, "project", "generate");
    assert!(place.read("project/crates/my-pydio/src/v1.rs").contains(gate));
    place.write(manifest, "[package]\nname = \"my-pydio\"\n");
    generate(&place, "project", "generate");
    assert!(!place.read("project/crates/my-pydio/src/v1.rs").contains("#[cfg("));
    place.write(manifest, "[package\n");
    let run = place.run_in("project", &["generate"]);
    assert!(run.status == 1 && run.err.contains("Cargo.toml:1:"), "{}", run.err);
}
