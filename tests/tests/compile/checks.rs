//! The tests that `generate --with-tests` writes: they compile, pass, and fail when the bindings do
//! not send or read what was declared.

use std::{fs, path::Path, process::Output};

use pydio_codegen::Generator;

use crate::scratch::{Scratch, project, text};

/// Generates crates with tests, each with its own manifest.
fn scratch() -> Scratch {
    let scratch = Scratch::empty("checks");
    let write = |name: &str, generator: Generator| {
        let generator = generator.from_directory(project()).crate_name(name).with_tests();
        generator.write_crate(scratch.root.join(name)).unwrap();
        // Neither TLS nor a command line is needed, and both take long to compile.
        edit(&scratch, &format!("{name}/Cargo.toml"), |text| {
            let slim = "{ version = \"0.1.0\", default-features = false, features = [\"http\"] }";
            let text =
                text.replace("pydio-runtime = \"0.1.0\"", &format!("pydio-runtime = {slim}"));
            let kept = |line: &&str| !line.contains("pydio-cli");
            let text = text.lines().filter(kept).collect::<Vec<_>>().join("\n");
            let bin = text.find("[[bin]]").map(|at| (at, text[at..].find("\n\n").unwrap() + at));
            bin.map_or(text.clone(), |(from, to)| [&text[..from], &text[to..]].concat())
        });
    };
    let spec = |name: &str| {
        let specs = project().join("generator/tests/suite/specs");
        Generator::new().spec(specs.join(format!("{name}.yaml")))
    };
    let plugins = ["access.fs/*", "conf.sql/*", "authfront.session_login/*", "action.share/share"];
    write("actions", Generator::new().version("8.2.5").plugins(plugins).tags(["Task"]));
    write("styles", spec("styles"));
    write("security", spec("security"));
    write("responses", spec("responses"));
    let local = |path: &str| project().join(path).display().to_string();
    scratch.write(
        "Cargo.toml",
        &format!(
            "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n\n[profile.dev]\ndebug = false\n\n\
             [patch.crates-io]\npydio-runtime = {{ path = {:?} }}\n\
             pydio-test-server = {{ path = {:?} }}\n",
            local("runtime"),
            local("tests/server"),
        ),
    );
    fs::copy(project().join("Cargo.lock"), scratch.root.join("Cargo.lock")).unwrap();
    scratch
}

fn edit(scratch: &Scratch, path: &str, change: impl Fn(&str) -> String) {
    let path = scratch.root.join(Path::new(path));
    let before = fs::read_to_string(&path).unwrap();
    let after = change(&before);
    assert_ne!(before, after, "{}", path.display());
    fs::write(path, after).unwrap();
}

fn run(scratch: &Scratch) -> (Output, String) {
    let packages = ["actions", "styles", "security", "responses"].map(str::to_owned);
    let mut cargo = scratch.cargo("test", &packages);
    let output = cargo.args(["--test", "calls", "--no-fail-fast"]).output().unwrap();
    let out = String::from_utf8_lossy(&output.stdout).into_owned();
    (output, out)
}

#[test]
fn emitted_tests_pass_and_find_what_is_not_as_declared() {
    let scratch = scratch();
    let (output, out) = run(&scratch);
    assert!(output.status.success(), "{}\n{out}", text(&output));
    let passed = |out: &str| -> usize {
        let results = out.lines().filter_map(|line| line.split_once("test result: "));
        let counts = results.filter_map(|(_, line)| line.split_once(". ")?.1.split(' ').next());
        counts.filter_map(|count| count.parse::<usize>().ok()).sum()
    };
    let all = passed(&out);
    assert!(all > 150, "{all}");

    // What an encoder or the generator could get wrong, one mistake a crate.
    edit(&scratch, "actions/src/v1/access_fs.rs", |text| {
        text.replace("P::form(\"dirname\")", "P::form(\"dir_name\")")
            .replace("P::form(\"options\")", "P::form(\"option\").key(\"options\")")
    });
    edit(&scratch, "styles/src/queries.rs", |text| text.replacen(".exploded()", "", 1));
    edit(&scratch, "responses/src/models.rs", |text| {
        text.replacen("required(\"", "required(\"x", 1)
    });
    edit(&scratch, "security/src/auth.rs", |text| text.replace("X-API-Key", "X-Key"));
    let (output, out) = run(&scratch);
    assert!(!output.status.success());
    for (failed, message) in [
        ("v1_access_fs::ls::everything", "the query is"),
        ("of_queries::", "the query is"),
        ("of_", "the call failed: malformed response"),
        ("credentials::key", "the header X-API-Key is `` instead of `secret"),
    ] {
        let is_named = out.lines().any(|line| line.contains(failed) && line.contains("panicked"));
        assert!(is_named && out.contains(message), "{failed}: {message}\n{out}");
    }
    assert!(passed(&out) + 4 <= all && passed(&out) > all / 2, "{}", passed(&out));
}
