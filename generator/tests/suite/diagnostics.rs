//! Messages about unusable inputs: what is wrong, where, and what to do.

use std::{fs, os::unix::fs::symlink};

use insta::assert_snapshot;
use pydio_codegen::{
    diagnostic::{Diagnostic, SourceFile},
    input,
    pipeline::{self, Request},
};

use crate::installation::{Installation, action};

/// Returns the messages about a manifest.
fn about(manifest: &str) -> String {
    Installation::new().file("plugins/a.b/manifest.xml", manifest).findings()
}

/// Returns the messages about a plugin's contributions.
fn about_contributions(contributions: &str) -> String {
    Installation::new().manifest("a.b", contributions).findings()
}

fn about_all(manifests: &[&str]) -> String {
    manifests.iter().map(|manifest| about(manifest)).collect::<Vec<_>>().join("\n\n")
}

#[test]
fn tags_that_do_not_match() {
    let said = about_all(&[
        "<ajxp_plugin>\n  <registry_contributions>\n    <actions>\n",
        "<ajxp_plugin>\n  <registry_contributions>\n    <é>ü</actions>\n",
        "<ajxp_plugin>\n</ajxp_plugin></actions>\n",
        "<ajxp_plugin>\n</ajxp_plugin>\n  <more/>\n",
        "<ajxp_plugin>\n  <actions",
        "<ajxp_plugin>\n  <!-- <actions>\n</ajxp_plugin>",
        "<ajxp_plugin>\n  <![CDATA[ <actions>\n</ajxp_plugin>",
        "<ajxp_plugin>\n  <!-- a -- b -->\n</ajxp_plugin>",
        "<ajxp_plugin>\n  <!ELEMENT>\n</ajxp_plugin>",
        "<ajxp_plugin>\n  <? php\n</ajxp_plugin>",
    ]);
    assert_snapshot!(said);
}

#[test]
fn attributes_that_are_none() {
    let said = about_all(&[
        "<ajxp_plugin>\n  <é a=\"ü\" b='' a=\"2\"/></ajxp_plugin>",
        "<ajxp_plugin>\n  <a b c=\"d\"/></ajxp_plugin>",
        "<ajxp_plugin>\n  <a b=c/></ajxp_plugin>",
        "<ajxp_plugin>\n  <a b=\"c\n<d/>\n</ajxp_plugin>",
        "<ajxp_plugin>\n  <a é=\"é\" b=\"1 < 2\"/></ajxp_plugin>",
        "<ajxp_plugin>\r\n  <a b=\"\r\n\" c=\"\u{1}\"/></ajxp_plugin>",
        "<ajxp_plugin>\n  <a b=\"&#1;\"/></ajxp_plugin>",
    ]);
    assert_snapshot!(said);
}

#[test]
fn references_and_text() {
    let said = about_all(&[
        "<ajxp_plugin>\n  <a b=\"é\" c=\"é &nbsp; é\"/></ajxp_plugin>",
        "<ajxp_plugin>\n  <a b=\"1 & 2\"/></ajxp_plugin>",
        "<ajxp_plugin>\n  <a b=\"1 & 2; 3\"/></ajxp_plugin>",
        "<ajxp_plugin>\n  <a b=\"&#xD800;\"/></ajxp_plugin>",
        "<ajxp_plugin>\n  <a>é &eacute; é</a></ajxp_plugin>",
        "<ajxp_plugin>\n  <a>1 & 2</a></ajxp_plugin>",
        "<ajxp_plugin>\n</ajxp_plugin>\n\n  and more\n",
        "\n  before <ajxp_plugin/>\n",
        "<ajxp_plugin/>\n<![CDATA[after]]>\n",
        "<ajxp_plugin/>\n&amp;\n",
        "",
        "<!-- nothing -->\n",
    ]);
    assert_snapshot!(said);
}

#[test]
fn what_no_manifest_has() {
    let deep = format!("<ajxp_plugin>\n{}", "<a>".repeat(200));
    let attributes: String = (0..300).map(|n| format!(" a{n}=\"\"")).collect();
    let wide = format!("<ajxp_plugin>\n<a{attributes}/></ajxp_plugin>");
    let long = format!("<ajxp_plugin>\n<a b=\"{}\"/></ajxp_plugin>", "x".repeat(70_000));
    let mut all = about_all(&[
        "<?xml version=\"1.0\"?>\n<!DOCTYPE x [\n<!ENTITY a \"b\">]>\n<ajxp_plugin>&a;</ajxp_plugin>",
        "<?xml version=\"1.0\"?>\n<!DOCTYPE x SYSTEM \"file:///etc/passwd\">\n<ajxp_plugin/>",
        "<div>\n</div>",
        &deep,
        &wide,
        &long,
    ]);
    // The lines themselves are cut to the width of a terminal.
    assert!(all.lines().all(|line| line.chars().count() < 300), "{all}");
    all = all.replace(&"<a>".repeat(20), "<a>…");
    assert_snapshot!(all);
}

#[test]
fn a_byte_order_mark_is_no_column() {
    let said = about_all(&[
        "\u{feff}<ajxp_plugin a=\"\" a=\"\">\n</ajxp_plugin>",
        "\u{feff}<ajxp_plugin>\r\n é</b></ajxp_plugin>",
        "\u{feff}\u{feff}<ajxp_plugin/>",
    ]);
    assert_snapshot!(said);
}

#[test]
fn actions_and_parameters_without_names() {
    let nameless =
        about_contributions("<actions>\n  <action forbidOverride=\"true\"/>\n</actions>");
    let empty = about_contributions("<actions><action name=\"\"/></actions>");
    let param = about_contributions(&format!(
        "<actions>{}</actions>",
        action("ls", "", "\n  <input_param type=\"string\"/>\n")
    ));
    let repeated = about_contributions(&format!(
        "<actions>{}</actions>",
        action("ls", "", "\n  <input_param name=\"a\"/>\n  <input_param name=\"a\" type=\"b\"/>\n")
    ));
    let params: String = (0..201).map(|n| format!("<input_param name=\"p{n}\"/>")).collect();
    let many =
        about_contributions(&format!("<actions>\n{}\n</actions>", action("ls", "", &params)));
    let path = format!("restParams=\"{}\"", "/a".repeat(300));
    let long = about_contributions(&format!("<actions>\n{}\n</actions>", action("ls", &path, "")));
    assert_snapshot!([nameless, empty, param, repeated, many, long].join("\n\n"));
}

#[test]
fn includes_of_unknown_forms() {
    let about = |attributes: &str| {
        let file = format!("<x><actions>{}</actions></x>", action("ls", "", ""));
        let include = format!("<external_file filename=\"plugins/a.b/x.xml\" {attributes}/>");
        let installation = Installation::new().file("plugins/a.b/x.xml", file);
        installation.manifest("a.b", &include).findings()
    };
    let forms = [
        "actions/*,actions/action[",
        "actions/action[contains(@name, 's')]",
        "following::action",
        "y:actions/*",
        "actions/action[gui='x' or processing='y']",
    ];
    let about_forms = forms.map(|form| about(&format!("include=\"{form}\"")));
    let exclude = about("include=\"actions/*\" exclude=\"text()\"");
    let nameless = about_contributions("<external_file include=\"actions/*\"/>");
    let many = about_contributions(&"<external_file include=\"client_configs/*\"/>\n".repeat(101));
    assert_snapshot!([about_forms.join("\n\n"), exclude, nameless, many].join("\n\n"));
}

#[test]
fn includes_that_cannot_be_read() {
    let paths = [
        "plugins/no.such/x.xml",
        "../outside.xml",
        "plugins/../../outside.xml",
        "/etc/passwd",
        "plugins\\a.b\\x.xml",
        "",
        "plugins",
        "plugins/a.b/link.xml",
        "plugins/linked/x.xml",
        "plugins/a.b/ill.xml",
        "plugins/a.b/manifest.xml/x",
    ];
    let includes = paths.iter().enumerate().map(|(n, path)| {
        (format!("p.{n:02}"), format!("<external_file filename=\"{path}\" include=\"actions/*\"/>"))
    });
    let outside = tempfile::tempdir().expect("a temporary directory");
    fs::write(outside.path().join("x.xml"), "<driver/>").expect("a file");
    let installation =
        Installation::new().plugin("a.b", "").file("plugins/a.b/ill.xml", "<a>\n<b>");
    let plugins = installation.path().join("plugins");
    symlink(outside.path().join("x.xml"), plugins.join("a.b/link.xml")).expect("a link");
    symlink(outside.path(), plugins.join("linked")).expect("a link");
    let installation =
        includes.fold(installation, |all, (id, include)| all.manifest(&id, &include));
    assert_snapshot!(installation.findings());
}

#[test]
fn links_inside_of_the_installation_are_followed() {
    let installation = Installation::of("a.b", &action("ls", "", ""))
        .manifest("c.d", "<external_file filename=\"plugins/e.f/x.xml\" include=\"actions/*\"/>");
    let plugins = installation.path().join("plugins");
    let file = format!("<driver><actions>{}</actions></driver>", action("mv", "", ""));
    let installation = installation.file("plugins/a.b/actions.xml", file);
    fs::create_dir(plugins.join("e.f")).expect("a directory");
    symlink("../a.b/actions.xml", plugins.join("e.f/x.xml")).expect("a link");
    symlink("a.b", plugins.join("g.h")).expect("a link");
    let ids: Vec<_> =
        installation.api().plugins().map(|p| (p.id.clone(), p.endpoints.len())).collect();
    let expected = [("a.b", 1), ("c.d", 1), ("g.h", 1)].map(|(id, n)| (id.to_owned(), n));
    assert_eq!(ids, expected);
}

#[test]
fn manifests_that_cannot_be_read() {
    let outside = tempfile::tempdir().expect("a temporary directory");
    fs::write(outside.path().join("manifest.xml"), "<ajxp_plugin/>").expect("a file");
    let installation = Installation::new()
        .file("plugins/direc.tory/manifest.xml/x", "")
        .file(
            "plugins/latin.one/manifest.xml",
            b"<ajxp_plugin>\n <a b=\"abc \xe9\"/></ajxp_plugin>",
        )
        .file("plugins/too.large/manifest.xml", " ".repeat(4 * 1024 * 1024 + 1))
        .file("plugins/utf.16/manifest.xml", b"\xff\xfe<\0a\0/\0>\0")
        .file("plugins/a\\.b/manifest.xml", "<ajxp_plugin/>")
        .file("plugins/dang.ling/x", "");
    let plugins = installation.path().join("plugins");
    symlink("nowhere.xml", plugins.join("dang.ling/manifest.xml")).expect("a link");
    symlink(outside.path(), plugins.join("out.side")).expect("a link");
    assert_snapshot!(installation.findings());
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_that_is_not_utf8_is_one_plugin_that_failed() {
    use std::os::unix::ffi::OsStrExt as _;
    let installation = Installation::of("a.b", &action("ls", "", ""));
    let name = std::ffi::OsStr::from_bytes(b"b.\xffd");
    let directory = installation.path().join("plugins").join(name);
    fs::create_dir(&directory).expect("a directory");
    fs::write(directory.join("manifest.xml"), "<ajxp_plugin/>").expect("a file");
    let set = installation.read();
    assert_eq!(set.plugins.len(), 1);
    assert_eq!(set.failed, ["b.\u{fffd}d"]);
    assert_snapshot!(installation.findings());
}

#[test]
fn a_file_that_many_include_is_complained_about_once() {
    let include = "<external_file filename=\"plugins/base/x.xml\" include=\"actions/*\"/>";
    let twice = action("ls", "", "<input_param name=\"a\"/><input_param name=\"a\"/>");
    let file = format!("<driver>\n<actions>{twice}</actions>\n</driver>");
    let ill = Installation::new()
        .file("plugins/base/x.xml", "<driver>\n<actions></driver>")
        .manifest("a.a", include)
        .manifest("b.b", include);
    let odd = Installation::new()
        .file("plugins/base/x.xml", file)
        .manifest("a.a", include)
        .manifest("b.b", include);
    assert_eq!(ill.read().failed, [""; 0]);
    assert_snapshot!([ill.findings(), odd.findings()].join("\n\n"));
}

#[test]
fn what_is_no_installation() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let say = |path: &std::path::Path| {
        let error = input::Installation::open(path).map(|_| ()).expect_err("an error");
        error.render(false).replace(&directory.path().display().to_string(), "pydio")
    };
    let empty = say(directory.path());
    let nowhere = say(&directory.path().join("nowhere"));
    fs::write(directory.path().join("plugins"), "").expect("a file");
    let file = say(directory.path());
    assert_snapshot!([empty, nowhere, file].join("\n\n"));
}

/// Returns the version of an installation, or the messages about it.
fn version(declared: &str, given: Option<&str>) -> String {
    let installation = Installation::of("a.b", "").file("conf/VERSION.php", declared);
    let request = Request {
        installation: Some(installation.path().to_owned()),
        version: given.map(str::to_owned),
        from: installation.path().to_owned(),
        ..Request::default()
    };
    let said = match pipeline::read(&request) {
        Ok(input) => {
            let remarks: Vec<_> = input.remarks.iter().map(|d| d.render(false)).collect();
            [vec![input.version], remarks].concat().join("\n")
        }
        Err(errors) => errors.iter().map(|e| e.render(false)).collect::<Vec<_>>().join("\n"),
    };
    said.replace(&installation.path().display().to_string(), "pydio")
}

#[test]
fn the_version_is_found_out() {
    let declared =
        "<?php\ndefine(\"AJXP_VERSION_DATE\", \"1.1.1\");\ndefine(\"AJXP_VERSION\", \"7.0.4\");\n";
    let said = [
        version(declared, None),
        version(&declared.replace('"', "'"), None),
        version(declared, Some("7.0.4")),
        version(declared, Some("8.2.5")),
        version("define(\"AJXP_VERSION\", \"##VERSION_NUMBER##\");", None),
        version("", Some("6.0.0")),
        version("", Some("latest")),
        version("", Some("8.2")),
        version("", Some("+8.2.5")),
        version("", Some("../../x")),
    ];
    assert_snapshot!(said.join("\n\n"));
}

#[test]
fn names_in_messages_do_not_act() {
    let file = SourceFile::below("a\nb", "c\u{1b}[31m/\u{202e}d.xml", "text");
    let found = Diagnostic::error("code", format!("\u{1b}[31m {}", "long ".repeat(1000)))
        .at(&file, 0..4)
        .help("line\nline");
    let rendered = found.render(false);
    assert!(!rendered.contains(['\u{1b}', '\u{202e}']));
    assert!(rendered.len() < 1000);
    assert_snapshot!(rendered);
    assert!(found.to_string().starts_with(r"a\nb/c\u{1b}[31m/\u{202e}d.xml:1:1: \u{1b}[31m long"));
}
