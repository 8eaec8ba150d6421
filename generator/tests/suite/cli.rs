//! The command line, from end to end.

use std::{
    fs,
    os::unix::fs::{PermissionsExt as _, symlink},
    path::{Path, PathBuf},
    process::{Command, Output},
};

use insta::assert_snapshot;
use tempfile::TempDir;

use crate::installation::{Installation, action};

/// A directory to run in that contains an installation `pydio` of version 8.2.5.
pub(crate) struct Place(TempDir);

pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        let place = Self(tempfile::tempdir().expect("a temporary directory"));
        let list = action("ls", "restParams=\"/dir+\"", "<output type=\"JSON\"/>");
        place.write("pydio/conf/VERSION.php", "<?php define(\"AJXP_VERSION\", \"8.2.5\");");
        // A project of its own, without corrections.
        place.write("manifests/0.0.0/plugins/none.at_all/manifest.xml", "<ajxp_plugin/>");
        place.plugin("access.fs", &list);
        place.plugin("action.share", &action("share", "", ""));
        place
    }

    pub(crate) fn plugin(&self, id: &str, actions: &str) {
        let text = format!(
            "<ajxp_plugin>\n<registry_contributions><actions>{actions}</actions>\
             </registry_contributions>\n</ajxp_plugin>\n"
        );
        self.write(&format!("pydio/plugins/{id}/manifest.xml"), &text);
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a file")
    }

    pub(crate) fn run(&self, arguments: &str) -> Run {
        self.run_in("", arguments)
    }

    pub(crate) fn run_in(&self, directory: &str, arguments: &str) -> Run {
        let arguments: Vec<_> = arguments.split(' ').collect();
        let Run { status, out, err } = run_at(&self.path(directory), &arguments);
        let text = |text: String| text.replace(&self.path("").display().to_string(), "/here/");
        Run { status, out: text(out), err: text(err) }
    }

    /// Runs the tool successfully and without findings. Returns its output, or the final message.
    pub(crate) fn done(&self, arguments: &str) -> String {
        let Run { status, out, err } = self.run(arguments);
        assert!(status == 0 && !err.contains("warning["), "{arguments}: {out}{err}");
        out + &err
    }

    /// Runs the tool with a failure.
    pub(crate) fn failed(&self, arguments: &str) -> String {
        let Run { status, err, .. } = self.run(arguments);
        assert_eq!(status, 1, "{err}");
        err
    }

    /// Runs the tool successfully, with the exit status for a negative result.
    pub(crate) fn refused(&self, arguments: &str) -> String {
        let Run { status, err, .. } = self.run(arguments);
        assert_eq!(status, 3, "{err}");
        err
    }

    /// Returns every file below a directory, with its content.
    pub(crate) fn tree(&self, path: &str) -> Vec<(String, String)> {
        let mut files = Vec::new();
        collect(&self.path(path), &self.path(path), &mut files);
        files.sort();
        files
    }

    fn generate(&self) {
        self.done("generate --pydio pydio --out out");
    }
}

/// Runs the tool in a directory.
pub(crate) fn run_at(directory: &Path, arguments: &[&str]) -> Run {
    let Output { status, stdout, stderr } = Command::new(env!("CARGO_BIN_EXE_pydio-codegen"))
        .args(arguments)
        .current_dir(directory)
        .output()
        .expect("the program");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    Run { status: status.code().expect("a status"), out: text(stdout), err: text(stderr) }
}

fn collect(root: &Path, directory: &Path, files: &mut Vec<(String, String)>) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.push((format!("{}/", below(root, &path)), String::new()));
            collect(root, &path, files);
        } else {
            files.push((below(root, &path), fs::read_to_string(&path).unwrap_or_default()));
        }
    }
}

fn below(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).expect("a path below").display().to_string()
}

/// Returns a summary without the time it took.
pub(crate) fn untimed(text: &str) -> String {
    let lines = text.lines().map(|line| match line.split_once(" lines, ") {
        Some((before, after)) => {
            format!("{before} lines, {}", after.trim_start_matches(|c: char| c.is_ascii_digit()))
        }
        None => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn generate_then_check() {
    let place = Place::new();
    let out = place.done("generate --pydio pydio --out out");
    assert_snapshot!(untimed(&out), @"Pydio 8.2.5: 2 plugins, 2 actions, 420 lines,  ms; 10 files changed in out");
    let paths: Vec<_> = place.tree("out").into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "Cargo.toml",
            "README.md",
            "api.json",
            "bin/",
            "bin/pydio.rs",
            "rustfmt.toml",
            "src/",
            "src/cli.rs",
            "src/lib.rs",
            "src/v1.rs",
            "src/v1/",
            "src/v1/access_fs.rs",
            "src/v1/action_share.rs",
        ]
    );
    let mode = fs::metadata(place.path("out/src/lib.rs")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o644);
    let before = place.tree("out");
    place.done("generate --pydio pydio --out out --check");
    place.generate();
    assert_eq!(place.tree("out"), before);
}

/// Changes every line except those of the header.
fn edited_all(text: &str) -> String {
    let lines = text.lines().enumerate();
    lines
        .map(|(n, line)| if n < 3 { format!("{line}\n") } else { format!("{line} //\n") })
        .collect()
}

#[test]
fn check_shows_what_differs() {
    let place = Place::new();
    place.generate();
    let edited = place.read("out/src/v1/access_fs.rs").replace("fn ls(", "fn list(");
    place.write("out/src/v1/access_fs.rs", &edited);
    place.write("out/src/v1/gone.rs", "// @generated by pydio-codegen from something.\n");
    fs::remove_file(place.path("out/src/v1.rs")).expect("a file");
    let before = place.tree("out");
    let said = place.refused("generate --pydio pydio --out out --check");
    assert_eq!(place.tree("out"), before);
    assert!(said.lines().count() < 75, "{said}");
    let edited: String = untimed(&said).lines().take(10).map(|line| format!("{line}\n")).collect();
    assert_snapshot!(edited);
    assert!(said.contains("+++ src/v1.rs") && !said.contains("… and so on"));
    assert!(said.contains("files that differ: 2, that are stale: 1"), "{said}");
    place.write("out/src/v1/access_fs.rs", &edited_all(&place.read("out/src/v1/access_fs.rs")));
    let said = place.refused("generate --pydio pydio --out out --check");
    assert!(said.lines().count() < 75 && said.contains("\n… and so on\n"), "{said}");
}

#[test]
fn stale_files_are_removed_and_other_files_stay() {
    let place = Place::new();
    place.plugin("old.one", &action("ls", "", ""));
    place.generate();
    place.write("out/src/v1/mine.rs", "// my own\n");
    place.write("out/src/deep/er/old.rs", "// @generated by pydio-codegen from x.\n");
    place.write("out/Cargo.toml", "# mine too\n");
    fs::remove_dir_all(place.path("pydio/plugins/old.one")).expect("a directory");
    place.generate();
    let paths: Vec<_> = place.tree("out").into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "Cargo.toml",
            "README.md",
            "api.json",
            "rustfmt.toml",
            "src/",
            "src/lib.rs",
            "src/v1.rs",
            "src/v1/",
            "src/v1/access_fs.rs",
            "src/v1/action_share.rs",
            "src/v1/mine.rs",
        ]
    );
    assert_eq!(place.read("out/Cargo.toml"), "# mine too\n");
    assert_eq!(place.read("out/src/v1/mine.rs"), "// my own\n");
}

#[test]
fn foreign_files_in_the_way_are_refused() {
    let place = Place::new();
    place.write("out/src/v1/action_share.rs", "// my own\n");
    let before = place.tree("out");
    let mut said = place.failed("generate --pydio pydio --out out");
    assert_eq!(place.tree("out"), before);
    place.write("directory/src/lib.rs/file", "");
    said += &place.failed("generate --pydio pydio --out directory");
    place.write("file", "");
    said += &place.failed("generate --pydio pydio --out file");
    said += &place.failed("generate --pydio pydio --out file/below");
    assert_snapshot!(said);
}

#[test]
fn a_failed_write_leaves_no_files() {
    let place = Place::new();
    // Neither a directory nor missing: creating anything below it fails for every user.
    place.write("out/src/keep.rs", "// my own\n");
    symlink("nowhere/at/all", place.path("out/src/v1")).expect("a link");
    let before = place.tree("out/src");
    let said = place.failed("generate --pydio pydio --out out");
    assert!(said.contains("nothing was written"), "{said}");
    assert_eq!(place.tree("out/src"), before);
    assert!(!place.path("out/rustfmt.toml").exists() && !place.path("out/Cargo.toml").exists());
}

#[test]
fn a_dry_run_writes_nothing() {
    let place = Place::new();
    let out = place.done("generate --pydio pydio --out out --dry-run");
    assert!(!place.path("out").exists());
    assert_snapshot!(untimed(&out));
    place.generate();
    let out = place.done("generate --pydio pydio --out out --dry-run");
    assert_eq!(out.lines().count(), 1, "{out}");
}

#[test]
fn a_broken_plugin_is_left_out_and_strict_refuses_it() {
    let place = Place::new();
    place.write("pydio/plugins/broken.one/manifest.xml", "<ajxp_plugin>\n");
    let refused = place.failed("generate --pydio pydio --out out --strict");
    assert!(!place.path("out").exists());
    let Run { status, out, err } = place.run("generate --pydio pydio --out out");
    assert_eq!(status, 0);
    assert!(place.path("out/src/v1/access_fs.rs").exists());
    assert_snapshot!(format!("{refused}=====\n{out}=====\n{}", untimed(&err)));
    // The old name of the default behaviour.
    assert_eq!(place.run("generate --pydio pydio --out out --check --keep-going").status, 0);
    assert!(!place.run("generate --help").out.contains("keep-going"));
}

#[test]
fn only_the_selection_is_checked() {
    let place = Place::new();
    place.write("pydio/plugins/broken.one/manifest.xml", "<ajxp_plugin>\n");
    let nameless = "<action/><action name=\"ok\"/>";
    place.plugin("mine.x", &(action("do", "", "") + nameless));
    place.done("generate --pydio pydio --out out --strict --plugins access.*,mine.x/do");
    let Run { status, err, .. } = place.run("generate --pydio pydio --out out --plugins a*,b*");
    assert!(
        status == 0 && err.contains("left out: 1 plugin that cannot be read (broken.one)"),
        "{err}"
    );
    let alone = place.failed("generate --pydio pydio --out out --plugins broken.one");
    assert!(alone.contains("xml-ill-formed") && alone.contains("nothing-left"), "{alone}");
    let all = place.run("generate --pydio pydio --out out --plugins mine.x");
    assert!(
        all.err.contains("warning[action-name]") && !all.err.contains("ill-formed"),
        "{}",
        all.err
    );
}

#[test]
fn findings_are_listed_for_programs() {
    let place = Place::new();
    place.write("pydio/plugins/broken.one/manifest.xml", "<ajxp_plugin>\n");
    place.write("pydio/plugins/readme/manifest.xml", "not XML");
    place.plugin("mine.x", "<action/>");
    place.write("pydio/openapi.json", "{");
    let run = place.run("generate --pydio pydio --out out --format json -q");
    assert_eq!((run.status, &*run.err), (0, ""));
    let json: serde_json::Value = serde_json::from_str(&run.out).expect("JSON");
    let parts = ["findings", "skipped", "warnings", "notes"].map(|key| &json[key]);
    assert_snapshot!(serde_json::to_string_pretty(&parts).expect("JSON"));
}

#[test]
fn only_the_first_of_many_findings_are_shown() {
    let place = Place::new();
    let nameless = "<action/><action name=\"a\"><processing><serverCallback><input_param/>\
        </serverCallback></processing></action>";
    place.plugin("mine.x", nameless);
    for n in 0..30 {
        place.write(&format!("pydio/plugins/broken.p{n:02}/manifest.xml"), "<ajxp_plugin>\n");
    }
    let run = place.run("generate --pydio pydio --out out");
    assert_eq!(run.err.matches("warning[").count(), 20, "{}", run.err);
    assert!(run.err.contains("… and 12 more; pass --verbose for all"), "{}", run.err);
    assert!(
        run.err.contains("30 plugins that cannot be read, 1 action that cannot be read"),
        "{}",
        run.err
    );
    let all = place.run("generate --pydio pydio --out out --verbose");
    assert_eq!(all.err.matches("warning[").count(), 32, "{}", all.err);
    let strict = place.failed("generate --pydio pydio --out out --strict");
    assert!(
        strict.contains("… and 12 more") && strict.contains("error[strict]: 32 warnings"),
        "{strict}"
    );
}

#[test]
fn notes_are_counted_and_shown_on_demand() {
    let place = Place::new();
    place.write("pydio/plugins/readme/manifest.xml", "not XML");
    let run = place.run("generate --pydio pydio --out out --strict");
    assert!(run.status == 0 && run.err.ends_with("1 note; see --verbose\n"), "{}", run.err);
    assert!(!run.err.contains("note["), "{}", run.err);
    assert!(place.run("generate --pydio pydio --out out -v").err.contains("note[plugin-ignored]"));
}

#[test]
fn plugins_can_be_chosen() {
    let place = Place::new();
    place.done("generate --pydio pydio --out out --plugins access.fs");
    assert!(place.path("out/src/v1/access_fs.rs").exists());
    assert!(!place.path("out/src/v1/action_share.rs").exists());
    place.done("generate --pydio pydio --out both --plugins access.fs,action.share");
    assert!(place.path("both/src/v1/action_share.rs").exists());
    let near = place.failed("generate --pydio pydio --out out --plugins acces.fs");
    let far = place.failed("generate --pydio pydio --out out --plugins x");
    assert_snapshot!(near + &far);
}

#[test]
fn the_crate_can_be_named() {
    let place = Place::new();
    place.done("generate --pydio pydio --out out --crate-name My-own_pydio2");
    assert_snapshot!(place.read("out/Cargo.toml"));
    for name in ["1x", "a b", "a\"b", "", "self", "std", "pydio-runtime", "é"] {
        let output = Command::new(env!("CARGO_BIN_EXE_pydio-codegen"))
            .args(["generate", "--crate-name", name])
            .output()
            .expect("the program");
        assert_eq!(output.status.code(), Some(2), "{name}");
    }
}

#[test]
fn figures_are_printed_as_json() {
    let place = Place::new();
    let out = place.done("generate --pydio pydio --out out --format json");
    let mut figures: serde_json::Value = serde_json::from_str(&out).expect("JSON");
    figures["milliseconds"] = 0.into();
    assert_snapshot!(format!("{figures:#}"));
}

#[test]
fn the_model_is_printed() {
    let place = Place::new();
    let json = place.done("inspect --pydio pydio --format json");
    let model: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(model["format"], 1);
    assert_eq!(model["version"], "8.2.5");
    let action = &model["plugins"][0]["actions"][0];
    for field in [
        "name",
        "rest_params",
        "callback",
        "rights",
        "params",
        "output",
        "check_params",
        "owner",
        "returns",
    ] {
        assert!(action.get(field).is_some(), "{field}");
    }
    for field in ["name", "type", "required", "default", "place", "kind"] {
        assert!(action["params"][0].get(field).is_some(), "{field}");
    }
    let raw = place.done("inspect --pydio pydio --format json --raw");
    let raw: serde_json::Value = serde_json::from_str(&raw).expect("JSON");
    assert_eq!(raw["plugins"][0]["actions"][0]["params"], serde_json::json!([]));
    assert_snapshot!(place.done("inspect --pydio pydio"));
}

#[test]
fn an_import_is_used_like_a_bundle() {
    let place = Place::new();
    place.done("import pydio");
    let first = place.tree("manifests");
    assert!(
        first.iter().any(|(path, _)| path == "8.2.5/plugins/access.fs/manifest.xml"),
        "{first:?}"
    );
    place.write("other/empty", "");
    // Also found from a subdirectory, with the same bytes as a result.
    let run = place.run_in("other", "import ../pydio --version 8.2.5 --quiet");
    assert_eq!((run.status, &*run.err), (0, ""));
    assert_eq!(place.tree("manifests"), first);
    assert_eq!(place.run_in("other", "generate").status, 0);
    place.generate();
    // Everything except the statement of its origin.
    let made = |path| {
        let mut files = place.tree(path);
        files.retain(|(path, _)| path != "README.md");
        files
    };
    assert_eq!(made("generated"), made("out"));
    assert_eq!(place.run_in("other", "generate --check").status, 0);
    let said = place.failed("generate --version 7.0.4");
    place.write("manifests/8.2.5/plugins/broken.one/manifest.xml", "<ajxp_plugin>\n");
    let here = place.failed("generate --strict");
    let there = place.run_in("other", "generate --strict").err;
    assert_snapshot!([said, here, there].join("=====\n"));
}

#[test]
fn an_import_removes_stale_files_and_nothing_else() {
    let place = Place::new();
    place.done("import pydio --out bundle");
    place.write("bundle/plugins/access.fs/notes.txt", "mine");
    fs::remove_dir_all(place.path("pydio/plugins/action.share")).expect("a directory");
    place.done("import pydio --out bundle");
    let paths: Vec<_> = place.tree("bundle").into_iter().map(|(path, _)| path).collect();
    assert_eq!(
        paths,
        [
            "plugins/",
            "plugins/access.fs/",
            "plugins/access.fs/manifest.xml",
            "plugins/access.fs/notes.txt",
        ]
    );
    let original = place.tree("pydio");
    let said = place.failed("import pydio --out pydio");
    assert_eq!(place.tree("pydio"), original);
    assert!(said.contains("was not written by this tool"), "{said}");
    place.write("pydio/plugins/broken.one/manifest.xml", "<ajxp_plugin>\n");
    place.failed("import pydio --out other --strict");
    assert!(!place.path("other").exists());
    let run = place.run("import pydio --out other");
    let left_out = "left out: 1 plugin that cannot be read (broken.one)\n";
    assert!(run.status == 0 && run.err.ends_with(left_out), "{}", run.err);
    let said = place.failed("import pydio --version ../../x");
    assert!(said.contains("`../../x` is not a version"), "{said}");
}

#[test]
fn the_order_of_the_input_does_not_matter() {
    let ids = ["b.b", "a.a", "d.d", "c.c"];
    let trees = [ids, ["d.d", "c.c", "b.b", "a.a"]].map(|ids| {
        let place = Place::new();
        for id in ids {
            place.plugin(
                id,
                &(action("ls", "restParams=\"/dir+\"", "")
                    + &action(&format!("only-{id}"), "", "")),
            );
        }
        place.generate();
        place.tree("out")
    });
    assert_eq!(trees[0], trees[1]);
}

#[test]
fn the_output_may_be_inside_the_input() {
    let place = Place::new();
    place.done("generate --pydio pydio --out pydio/plugins");
    place.done("generate --pydio pydio --out pydio/plugins --check");
    place.done("generate --pydio pydio --out pydio/plugins/access.fs");
}

#[test]
fn wrong_usage_is_told_apart() {
    let place = Place::new();
    for arguments in [
        "",
        "generate --pydio",
        "generate --check --dry-run",
        "generate --pydio a --manifests b",
        "generate --format yaml",
        "import",
        "explode",
    ] {
        assert_eq!(place.run(arguments).status, 2, "{arguments}");
    }
    assert_eq!(place.run("--help").status, 0);
    let said = ["generate --version 9.9.9", "inspect --pydio nowhere"]
        .map(|arguments| place.failed(arguments));
    assert_snapshot!(said.join("=====\n"));
}

#[test]
fn a_closed_pipe_is_not_a_failure() {
    let command = format!(
        "'{}' inspect --pydio '{}' --version 8.2.5 --format json | head -c 1 >&2; \
         '{}' generate --pydio nowhere 2>&-",
        env!("CARGO_BIN_EXE_pydio-codegen"),
        Installation::of("a.b", "").path().display(),
        env!("CARGO_BIN_EXE_pydio-codegen"),
    );
    let output = Command::new("sh").args(["-c", &command]).output().expect("a shell");
    assert_eq!(output.status.code(), Some(1));
    assert!(!String::from_utf8_lossy(&output.stderr).contains("panicked"));
}
