//! The tests that `generate --with-tests` writes: they compile, pass, and fail when the bindings do
//! not send or read what was declared.

use std::{fs, process::Output};

use pydio_codegen::Generator;
use pydio_tests::scratch::{Scratch, project, text};

/// The crates, each with its tests.
const CRATES: [&str; 6] = ["actions", "people", "sessions", "styles", "security", "responses"];

fn scratch() -> Scratch {
    let scratch = Scratch::empty(env!("CARGO_TARGET_TMPDIR"), "checks");
    let spec = |name: &str| {
        let specs = project().join("generator/tests/suite/specs");
        Generator::new().spec(specs.join(format!("{name}.yaml")))
    };
    let plugins = ["access.fs/*", "conf.sql/*", "authfront.session_login/*", "action.share/share"];
    let actions = Generator::new().version("8.2.5").plugins(plugins).tags(["Task"]);
    scratch.generate_with_tests("actions", actions);
    // Where logins begin with a slash on the wire.
    let people = Generator::new().version("7.0.4").plugins(["conf.sql/*"]).tags(["Provisioning"]);
    scratch.generate_with_tests("people", people);
    // Where a session first asks for the ids of workspaces.
    let sessions = Generator::new().version("6.4.2").plugins(["conf.serial/*", "access.fs/*"]);
    scratch.generate_with_tests("sessions", sessions);
    CRATES[3..].iter().for_each(|name| scratch.generate_with_tests(name, spec(name)));
    scratch.finish_with_tests();
    scratch
}

fn edit(scratch: &Scratch, path: &str, change: impl Fn(&str) -> String) {
    let path = scratch.root.join(path);
    let before = fs::read_to_string(&path).unwrap();
    let after = change(&before);
    assert_ne!(before, after, "{}", path.display());
    fs::write(path, after).unwrap();
}

fn run(scratch: &Scratch) -> (Output, String) {
    let output = scratch.test(&CRATES.map(str::to_owned));
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
    edit(&scratch, "security/src/security.rs", |text| text.replace("X-API-Key", "X-Key"));
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
