//! How the tool behaves towards people, shells and pipes.

use std::{
    fs,
    process::{Command, Output},
};

use insta::assert_snapshot;

use crate::{
    cli::{Place, untimed},
    installation::action,
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_pydio-codegen");

/// Runs a shell command in `place`, with the tool as `$TOOL` and an environment that otherwise
/// contains only the path.
fn shell(place: &Place, line: &str, variables: &[(&str, &str)]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = Command::new("sh")
        .args(["-c", line])
        .current_dir(place.path(""))
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("TOOL", PROGRAM)
        .envs(variables.iter().copied())
        .output()
        .expect("a shell");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (status.code().expect("a status"), text(stdout), text(stderr))
}

#[test]
fn colours_are_for_terminals_or_on_request() {
    let place = Place::new();
    let said = |variables: &[(&str, &str)]| {
        let (status, out, err) = shell(&place, "\"$TOOL\" inspect --pydio nowhere", variables);
        assert_eq!((status, &*out), (1, ""));
        err
    };
    let plain = said(&[]);
    assert!(!plain.contains('\x1b'), "{plain}");
    assert!(said(&[("CLICOLOR_FORCE", "1")]).contains("\x1b["));
    assert_eq!(said(&[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]), plain);
}

#[test]
fn quiet_prints_errors_and_the_requested_output() {
    let place = Place::new();
    place.write("pydio/plugins/broken.one/manifest.xml", "<ajxp_plugin>\n");
    let generate = "generate --pydio pydio --version 8.2.4 --out out";
    let loud = place.run(generate);
    assert!(loud.err.contains("warning[version-differs]") && loud.err.contains("left out: "));
    let quiet = place.run(&format!("{generate} --dry-run -q"));
    assert_eq!((quiet.status, &*quiet.out, &*quiet.err), (0, "", ""));
    let failed = place.run(&format!("--quiet {generate} --strict"));
    assert!(
        failed.status == 1 && failed.err.starts_with("error[xml-ill-formed]"),
        "{}",
        failed.err
    );
    assert!(failed.err.contains("error[strict]"), "{}", failed.err);
    let listed = place.run("versions --quiet");
    assert!(listed.out.starts_with("version ") && listed.err.is_empty(), "{}", listed.err);
}

/// Empty bindings would replace the existing ones.
#[test]
fn without_any_readable_plugin_nothing_is_written() {
    let place = Place::new();
    for id in ["access.fs", "action.share"] {
        place.write(&format!("pydio/plugins/{id}/manifest.xml"), "<ajxp_plugin>\n");
    }
    for command in ["generate --pydio pydio", "import pydio"] {
        let said = place.failed(&format!("{command} --out out"));
        assert!(said.contains("warning[xml-ill-formed]"), "{said}");
        assert!(said.contains("error[nothing-left]"), "{said}");
        assert!(!place.path("out").exists());
    }
}

#[test]
fn verbose_says_what_became_of_everything() {
    let place = Place::new();
    let only_in_the_browser =
        "<action name=\"gui\"><processing><clientCallback/></processing></action>";
    place.plugin("access.fs", &(action("ls", "restParams=\"/dir+\"", "") + only_in_the_browser));
    place.write(
        "mine.yaml",
        "corrections: 1\ntitle: Mine\nactions:\n  - action: share\n    plugin: action.share\n    \
         versions: \">=8\"\n    evidence: seen\n    description: It is reached.\n    \
         change: { rest_params: \"/file+\" }\n",
    );
    place.write("pydio-codegen.toml", "plugins = [\"access.*\"]\n");
    let run = place.run("generate --pydio pydio --out out --corrections mine.yaml --verbose");
    assert_eq!((run.status, &*run.out), (0, ""), "{}", run.err);
    assert_snapshot!(untimed(&run.err));
    let brief = place.done("generate --pydio pydio --out out --corrections mine.yaml");
    assert_snapshot!(untimed(&brief));
    let json = place.done("generate --pydio pydio --out out --format json -v");
    assert!(json.contains("\"of the web interface only\""), "{json}");
}

#[test]
fn readers_may_close_the_pipe() {
    let place = Place::new();
    for line in [
        "\"$TOOL\" --help | true",
        "\"$TOOL\" help generate | head -n 1",
        "\"$TOOL\" versions | true",
        "\"$TOOL\" completions zsh | head -n 1",
        "\"$TOOL\" man | true",
        "\"$TOOL\" openapi --pydio pydio | head -c 1",
        "\"$TOOL\" versions >&-",
        "\"$TOOL\" inspect --pydio nowhere 2>&-; true",
    ] {
        let (status, _, err) = shell(&place, line, &[]);
        assert!(status == 0 && !err.contains("panicked"), "{line}: {err}");
    }
    let (status, _, err) = shell(&place, "\"$TOOL\" versions > /dev/full", &[]);
    assert!(status == 1 && err.contains("error[output]: standard output"), "{err}");
}

#[test]
fn man_pages_cover_every_command() {
    let place = Place::new();
    let man = place.done("man");
    assert!(man.contains(".TH pydio-codegen 1") && man.contains(".SH \"EXIT STATUS\""), "{man}");
    place.done("man --out man");
    for command in ["generate", "inspect", "completions"] {
        assert!(man.contains(&format!("pydio\\-codegen\\-{command}(1)")), "{man}");
        let page = place.read(&format!("man/pydio-codegen-{command}.1"));
        assert!(page.contains(".SH EXAMPLES") && page.contains(&format!("codegen {command}")));
    }
}

/// Checks the scripts by making the same requests: the tool itself lists the candidates.
#[test]
fn every_shell_gets_completions() {
    let place = Place::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = place.done(&format!("completions {shell}"));
        assert!(script.contains("PYDIO_CODEGEN_COMPLETE") && script.contains("pydio-codegen"));
    }
    assert_eq!(place.run("completions tcsh").status, 2);
    place.write("spec.yaml", "");
    for (words, offered) in [
        ("gen", "generate"),
        ("generate --cra", "--crate-name"),
        ("generate --format ", "human\njson"),
        ("generate --spec sp", "spec.yaml"),
        ("lint --den", "--deny"),
        ("completions z", "zsh"),
        ("generate --no-such", ""),
    ] {
        let index = words.split(' ').count().to_string();
        let asked = [
            ("PYDIO_CODEGEN_COMPLETE", "bash"),
            ("_CLAP_IFS", "\n"),
            ("_CLAP_COMPLETE_INDEX", &index),
        ];
        let last = if words.ends_with(' ') { "''" } else { "" };
        let line = format!("\"$TOOL\" -- pydio-codegen {words} {last}");
        let (status, out, err) = shell(&place, &line, &asked);
        assert_eq!((status, &*out, &*err), (0, offered, ""), "{words}");
    }
}

#[test]
fn what_is_misspelt_is_asked_after() {
    let place = Place::new();
    place.write("settings.toml", "version = \"8.2.5\"\nplugin = [\"access.fs\"]\n");
    place.write("far.toml", "colour = true\n");
    place.write("two.toml", "pydio = \"pydio\"\nspec = \"x.yaml\"\n");
    place.write("name.toml", "crate-name = \"std\"\n");
    place.write("spec.yaml", "openapi: 3.0.0\ninfo: {title: T, version: '1'}\npaths:\n  /x:\n    get: {operationId: x, tags: [file], responses: {200: {description: ok}}}\n");
    let said = [
        "generate --pydio pydio --plugins acess.fs",
        "generate --pydio pydio --plugins access.fs/lss",
        "generate --pydio pydio --plugins access.f/ls",
        "generate --spec spec.yaml --out out --tags fil,folder",
        "generate --version 0.0.1",
        "diff 0.0.1 pydio",
        "generate --spec spek.yaml --out out",
        "inspect --pydio pydio --corrections spek.yaml",
        "inspect --spec spek.yaml",
        "generate --config setings.toml",
        "generate --config settings.toml",
        "generate --config far.toml",
        "generate --config two.toml",
        "generate --config name.toml",
    ]
    .map(|arguments| format!("$ {arguments}\n{}", place.failed(arguments)));
    assert!(!place.path("out").exists());
    assert_snapshot!(said.join("\n"));
    let inspected = place.done("inspect --spec spec.yaml");
    assert!(inspected.starts_with("T 1 (1 operation)\n  x "), "{inspected}");
    assert_eq!(place.run("inspect --spec spec.yaml --pydio pydio").status, 2);
}

#[test]
fn odd_files_are_told_apart() {
    let place = Place::new();
    fs::create_dir_all(place.path("empty/plugins")).expect("a directory");
    fs::write(place.path("bytes.yaml"), b"openapi: \xff\xfe\x00").expect("a file");
    place.write("latin/plugins/a.b/manifest.xml", "");
    fs::write(place.path("latin/plugins/a.b/manifest.xml"), b"<a b='\xe9'/>").expect("a file");
    place.write("bundle/api.json", "{\n  \"format\": 1,\n  \"title\": 2\n}\n");
    let said = [
        "generate --pydio empty --version 8.2.5 --out out",
        "generate --pydio latin --version 8.2.5 --out out",
        "generate --spec bytes.yaml --out out",
        "generate --spec pydio --out out",
        "generate --config bytes.yaml",
        "inspect --pydio pydio --corrections bytes.yaml",
        "lint --spec bytes.yaml",
        "diff bytes.yaml pydio",
        "diff bundle pydio",
        "openapi --pydio pydio --out pydio",
        "import empty --version 8.2.5",
    ]
    .map(|arguments| format!("$ {arguments}\n{}", place.failed(arguments)));
    assert!(!place.path("out").exists());
    assert_snapshot!(said.join("\n"));
    // Reading stops before the end of an endless file.
    assert!(place.failed("lint --spec /dev/zero").contains("more than 64 MiB"));
    // Other line endings and lines of any length are allowed.
    let manifest = place.read("pydio/plugins/access.fs/manifest.xml");
    place.write("pydio/plugins/access.fs/manifest.xml", &manifest.replace('\n', "\r\n"));
    place.done("generate --pydio pydio --out out");
    let long = format!("<ajxp_plugin>{}<x></ajxp_plugin>", "a".repeat(100_000));
    place.write("long/plugins/a.b/manifest.xml", &long);
    let said = place.failed("inspect --pydio long --version 8.2.5");
    assert!(said.contains("manifest.xml:1:100017") && said.len() < 1000, "{said}");
}

#[test]
fn concurrent_runs_do_not_interfere() {
    let place = Place::new();
    let line = "for n in 1 2 3 4; do \"$TOOL\" -q generate --pydio pydio --out out & done; wait";
    assert_eq!(shell(&place, line, &[]), (0, String::new(), String::new()));
    place.done("generate --pydio pydio --out out --check");
    assert!(place.tree("out").iter().all(|(path, _)| !path.contains("tmp")));
}
