//! Real-world installations: third-party plugins, other layouts, other encodings.
//!
//! Each unusual part is read as the server reads it, and an error affects only that part.

use std::{fs, io::Write as _, path::Path, process::Command};

use pydio_codegen::{
    diagnostic::Severity,
    manifest::ManifestSet,
    pipeline::Generator,
    pipeline::{self, Request},
};

use crate::installation::{Installation, action};

/// Returns the actions of a plugin, by name.
fn actions<'s>(set: &'s ManifestSet, id: &str) -> Vec<&'s str> {
    let plugin = set.plugins.iter().find(|plugin| plugin.id == id).expect("the plugin");
    plugin.actions.iter().map(|action| &*action.name).collect()
}

/// Returns the codes of the findings.
fn codes(set: &ManifestSet) -> Vec<&str> {
    set.diagnostics.iter().map(|found| found.code).collect()
}

/// Returns a plugin `mine.x` with an action `own`, and an include of a file with the actions `one`,
/// `two` and `three`.
fn including(attributes: &str) -> ManifestSet {
    let file = ["one", "two", "three"].map(|name| action(name, "", "")).concat();
    let external = format!("<external_file {attributes}/>");
    Installation::new()
        .file("plugins/other.x/a.xml", format!("<x><actions>{file}</actions></x>"))
        .manifest("mine.x", &format!("<actions>{}</actions>{external}", action("own", "", "")))
        .read()
}

fn selected(include: &str, exclude: &str) -> (String, Vec<String>) {
    let set = including(&format!(
        "filename=\"plugins/other.x/a.xml\" include=\"{include}\" exclude=\"{exclude}\""
    ));
    let codes = codes(&set).into_iter().map(str::to_owned).collect();
    (actions(&set, "mine.x").join(" "), codes)
}

#[test]
fn includes_are_evaluated_as_xpath() {
    let cases = [
        ("actions/action[@name='one' or @name='two']", "", "one own two"),
        ("//action", "actions/action[2]", "one own three"),
        ("actions/action[not(@name='one')]", "", "own three two"),
        ("actions/action[@name='one'] | actions/action[@name='three']", "", "one own three"),
        ("actions/*,client_configs/*", "//action[@name='two']", "one own three"),
        ("/x/actions/action[last()]", "", "own three"),
        // None of the root's children is in a section of actions.
        ("*", "", "own"),
        ("actions", "", "own"),
        ("", "", "own"),
    ];
    for (include, exclude, expected) in cases {
        assert_eq!(selected(include, exclude), (expected.to_owned(), vec![]), "{include}");
    }
}

#[test]
fn invalid_xpath_selects_nothing_and_is_reported() {
    // The server splits this at the comma, and neither half is an expression.
    let (found, codes) = selected("actions/action[contains(@name,'o')]", "");
    assert_eq!((&*found, codes.len()), ("own", 2));
    assert!(codes.iter().all(|code| code == "include-form"));
    let (found, codes) = selected("actions/action[@name='one'],following::x", "");
    assert_eq!((&*found, &codes[..]), ("one own", &["include-form".to_owned()][..]));
    let (found, codes) = selected("actions/*", "actions[");
    assert_eq!((&*found, &codes[..]), ("one own three two", &["include-form".to_owned()][..]));
}

#[test]
fn a_missing_file_is_skipped() {
    let set = including("filename=\"server/xml/gone.xml\" include=\"actions/*\"");
    assert_eq!((actions(&set, "mine.x"), codes(&set)), (vec!["own"], vec!["file-missing"]));
    assert_eq!(set.diagnostics[0].severity, Severity::Warning);
    assert!(set.diagnostics[0].place.is_some());
    // The server does not read the file either if the expression selects no actions.
    let set = including("filename=\"gone.xml\" include=\"client_configs/*\"");
    assert_eq!(codes(&set), [""; 0]);
}

#[test]
fn paths_that_stay_inside_are_resolved() {
    let all = vec!["one", "own", "three", "two"];
    for path in [
        "plugins/mine.x/../other.x/a.xml",
        "/plugins/other.x/a.xml",
        "//plugins/./other.x//a.xml",
        "x/../plugins/../plugins/other.x/a.xml",
    ] {
        let set = including(&format!("filename=\"{path}\" include=\"actions/*\""));
        assert_eq!((actions(&set, "mine.x"), codes(&set)), (all.clone(), vec![]), "{path}");
    }
    for path in ["../outside.xml", "plugins/../../x.xml", "/../etc/passwd"] {
        let set = including(&format!("filename=\"{path}\" include=\"actions/*\""));
        let expected = (vec!["own"], vec!["include-escapes"]);
        assert_eq!((actions(&set, "mine.x"), codes(&set)), expected, "{path}");
    }
}

#[test]
fn other_folders_are_skipped() {
    let set = Installation::of("mine.x", &action("own", "", ""))
        .file("plugins/readme/manifest.xml", "not XML")
        .file("plugins/.git/manifest.xml", "not XML")
        .file("plugins/.hidden.x/manifest.xml", "not XML")
        .read();
    assert_eq!((actions(&set, "mine.x"), codes(&set)), (vec!["own"], vec!["plugin-ignored"]));
    assert_eq!(set.diagnostics[0].severity, Severity::Note);
    assert_eq!(set.failed, [""; 0]);
}

#[test]
fn an_error_affects_only_its_own_part() {
    let param = "<input_param/><input_param name=\"a\"/>";
    let many = "<input_param name=\"p\"/>".repeat(201);
    let own = format!(
        "<actions><action/>{}{}{}</actions>",
        action("kept", "", param),
        action("too.many", "", &many),
        action("last", "", "")
    );
    let set = Installation::new()
        .manifest("mine.x", &own)
        .file("plugins/ill.x/manifest.xml", "<a>")
        .plugin("good.x", &action("good", "", ""))
        .read();
    assert_eq!(actions(&set, "mine.x"), ["kept", "last"]);
    assert_eq!(actions(&set, "good.x"), ["good"]);
    assert_eq!(set.failed, ["ill.x"]);
    let mine = set.plugins.iter().find(|plugin| plugin.id == "mine.x").expect("the plugin");
    assert_eq!(mine.skipped, ["", "too.many"]);
    let mut codes = codes(&set);
    codes.sort_unstable();
    assert_eq!(codes, ["action-name", "param-name", "too-many-params", "xml-ill-formed"]);
    assert!(set.diagnostics.iter().all(|found| found.severity == Severity::Warning));
}

/// Returns the manifest of a plugin with one action, whose name must be decoded correctly.
fn odd(head: &str, name: &str) -> String {
    let action = action(name, "restParams=\"/file+\"", "<input_param name=\"file\"/>");
    format!(
        "{head}<mine><registry_contributions><actions>{action}</actions></registry_contributions></mine>"
    )
}

#[test]
fn manifests_are_read_in_the_encoding_that_they_declare() {
    let head = |name: &str| format!("<?xml version=\"1.0\" encoding=\"{name}\"?>\n");
    let latin = |text: String| text.chars().map(|c| u8::try_from(c).expect("latin")).collect();
    let utf16 = |text: String, bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    };
    let marked = |text: String| format!("\u{feff}{text}").into_bytes();
    let files: [(&str, Vec<u8>); 6] = [
        ("a.latin", latin(odd(&head("ISO-8859-1"), "fichier_é"))),
        ("b.utf16", utf16(odd(&head("UTF-16"), "fichier_é"), u16::to_le_bytes)),
        ("c.utf16", utf16(format!("\u{feff}{}", odd("", "fichier_é")), u16::to_be_bytes)),
        ("d.marked", marked(odd(&head("utf-8"), "fichier_é"))),
        ("e.plain", odd("", "fichier_é").into_bytes()),
        ("f.unknown", odd(&head("EBCDIC"), "fichier_é").into_bytes()),
    ];
    let ids = files.each_ref().map(|(id, _)| *id);
    let installation = files.into_iter().fold(Installation::new(), |all, (id, bytes)| {
        all.file(&format!("plugins/{id}/manifest.xml"), bytes)
    });
    let set = installation.read();
    assert_eq!(codes(&set), [""; 0]);
    for id in ids {
        assert_eq!(actions(&set, id), ["fichier_é"], "{id}");
    }
}

#[test]
fn document_types_and_their_entities_are_read() {
    let head = "<?xml version=\"1.0\"?>\n<!DOCTYPE mine SYSTEM \"../registry.dtd\" [\n\
        <!ENTITY who \"mine\">\n<!ENTITY all SYSTEM \"file:///etc/passwd\">\n]>\n<!-- &all; -->\n";
    let set = Installation::new()
        .file("plugins/a.x/manifest.xml", odd(head, "&who;_list"))
        .file("plugins/b.x/manifest.xml", odd(head, "&all;"))
        .file("plugins/c.x/manifest.xml", odd("", "&who;_list"))
        .read();
    assert_eq!(actions(&set, "a.x"), ["mine_list"]);
    assert_eq!(set.failed, ["b.x", "c.x"]);
}

#[test]
fn what_the_server_ignores_is_reported() {
    let set = Installation::new()
        .file(
            "plugins/a.x/manifest.xml",
            "<mine xmlns=\"urn:x\"><registry_contributions><actions><action name=\"a\"/></actions>\
             </registry_contributions></mine>",
        )
        .manifest(
            "b.x",
            "<Actions><action name=\"a\"/></Actions><actions><Action name=\"b\"/></actions>",
        )
        .manifest(
            "c.x",
            "<actions xmlns:y=\"urn:y\"><y:action name=\"a\"/><action name=\"b\"/></actions>",
        )
        .read();
    assert_eq!(codes(&set), ["manifest-namespace", "element-case", "element-case"]);
    assert_eq!(["a.x", "b.x", "c.x"].map(|id| actions(&set, id).len()), [0, 0, 1]);
}

#[test]
fn an_action_that_is_declared_twice_is_one_and_includes_of_includes_are_not_read() {
    let inner = "<external_file filename=\"plugins/b.x/third.xml\" include=\"actions/*\"/>";
    let first = action("ls", "", "<input_param name=\"a\"/>");
    let second = action("ls", "", "<input_param name=\"b\"/>");
    let set = Installation::new()
        .file(
            "plugins/b.x/third.xml",
            format!("<x><actions>{}</actions></x>", action("third", "", "")),
        )
        .file("plugins/b.x/second.xml", format!("<x><actions>{second}</actions>{inner}</x>"))
        .manifest(
            "a.x",
            &format!(
                "<actions>{first}</actions><external_file filename=\"plugins/b.x/second.xml\" \
                 include=\"actions/*\"/>"
            ),
        )
        .read();
    assert_eq!((actions(&set, "a.x"), codes(&set)), (vec!["ls"], vec![]));
}

/// Returns the detected version of an installation, or why there is none.
fn version(path: &Path, given: Option<&str>) -> Result<String, String> {
    let request = Request {
        installation: Some(path.to_owned()),
        version: given.map(str::to_owned),
        from: path.to_owned(),
        ..Request::default()
    };
    let read = pipeline::read(&request).map(|input| input.version);
    read.map_err(|errors| errors[0].render(false))
}

#[test]
fn unsupported_releases_are_named() {
    let of = |file: &str, text: &str| Installation::of("a.b", "").file(file, text);
    let old = of("conf/VERSION", "5.0.4__2013-10-14__8558a9a");
    let why = version(old.path(), None).expect_err("an unknown release");
    assert!(why.contains("is Pydio 5.0.4") && why.contains("6.0 to 8.2 are known"), "{why}");
    assert_eq!(version(old.path(), Some("6.0.8")), Ok("6.0.8".to_owned()));
    let why = version(old.path(), Some("4.2.3")).expect_err("an unknown release");
    assert!(why.contains("4.2.3") && why.contains("6.0 to 8.2 are known"), "{why}");
    for (text, release) in [("8.2.5__2020__x__y", "8.2.5"), ("6.0.0-beta2__2014", "6.0.0")] {
        assert_eq!(version(of("conf/VERSION", text).path(), None), Ok(release.to_owned()));
    }
    let newer = of("conf/VERSION.php", "<?php define(\"AJXP_VERSION\", \"8.2.9\");");
    assert_eq!(version(newer.path(), None), Ok("8.2.9".to_owned()));
    let checkout = of("conf/VERSION", "##VERSION_NUMBER##__##VERSION_DATE##");
    assert!(version(checkout.path(), None).expect_err("no version").contains("does not declare"));
}

/// A release in every published and installed form.
#[test]
fn an_installation_is_found_in_each_published_form() {
    let place = tempfile::tempdir().expect("a directory");
    let root = place.path().join("pydio-core-8.2.1/core/src");
    let write = |path: &str, text: &str| {
        let path = root.join(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a directory");
        fs::write(path, text).expect("a file");
    };
    let include = "<external_file filename=\"plugins/b.x/a.xml\" include=\"actions/*\"/>";
    write("conf/VERSION", "##VERSION_NUMBER##__##VERSION_DATE##");
    write("plugins/b.x/a.xml", &format!("<x><actions>{}</actions></x>", action("one", "", "")));
    let text = format!("<a><registry_contributions>{include}</registry_contributions></a>");
    write("plugins/a.x/manifest.xml", &text);
    let other = place.path().join("mine-8.2.1");
    fs::create_dir(&other).expect("a directory");
    for id in ["a.x", "b.x"] {
        fs::create_dir(other.join(id)).expect("a directory");
        for file in fs::read_dir(root.join("plugins").join(id)).expect("files").flatten() {
            fs::copy(file.path(), other.join(id).join(file.file_name())).expect("a copy");
        }
    }
    let checkout = place.path().join("pydio-core-8.2.1");
    let archives = [("checkout", &checkout), ("plugins-of", &other)].map(|(name, folder)| {
        let path = place.path().join(format!("{name}-8.2.1.zip"));
        zip(folder, &path);
        path
    });
    let forms = [checkout, root.clone(), root.join("plugins"), other];
    for form in forms.iter().chain(&archives) {
        assert_eq!(version(form, None), Ok("8.2.1".to_owned()), "{}", form.display());
        let files = Generator::new().installation(form).from_directory(place.path()).files();
        let files = files.unwrap_or_else(|error| panic!("{}: {error}", form.display()));
        assert!(files.contains_key("src/v1/a_x.rs"), "{}", form.display());
    }
}

fn zip(folder: &Path, archive: &Path) {
    let mut writer = zip::ZipWriter::new(fs::File::create(archive).expect("a file"));
    let mut open = vec![folder.to_owned()];
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(fs::read_dir(path).expect("files").flatten().map(|entry| entry.path()));
            continue;
        }
        let name = path.strip_prefix(folder.parent().expect("a parent")).expect("a path below");
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(name.to_string_lossy(), options).expect("an entry");
        writer.write_all(&fs::read(&path).expect("a file")).expect("an entry");
    }
    writer.finish().expect("an archive");
}

/// The tool names the option to remove, and exits with an error.
#[test]
fn strict_refuses_skipped_parts_of_a_spec() {
    let place = tempfile::tempdir().expect("a directory");
    let spec = "openapi: 3.0.3\ninfo: {title: T, version: '1'}\npaths:\n  /a: {get: {operationId: a, tags: [a], \
        responses: {'200': {description: ok}}}}\n  /b: {get: {operationId: b, tags: [b], x-pydio-answer: \
        else, responses: {'200': {description: ok}}}}\n";
    fs::write(place.path().join("spec.yaml"), spec).expect("a file");
    let run = |more: &str| {
        let arguments =
            format!("generate --no-config --spec spec.yaml --out out --crate-name x {more}");
        Command::new(env!("CARGO_BIN_EXE_pydio-codegen"))
            .args(arguments.split_whitespace())
            .current_dir(place.path())
            .output()
            .expect("the program")
    };
    let strict = run("--strict");
    let said = String::from_utf8_lossy(&strict.stderr).into_owned();
    assert_eq!(strict.status.code(), Some(1), "{said}");
    assert!(said.contains("error[strict]") && !place.path().join("out").exists(), "{said}");
    let lenient = run("");
    let said = String::from_utf8_lossy(&lenient.stderr).into_owned();
    assert!(lenient.status.success() && said.contains("left out: 1 operation"), "{said}");
    let selected = run("--strict --tags a");
    assert!(selected.status.success(), "{}", String::from_utf8_lossy(&selected.stderr));
}

#[test]
fn the_builder_is_strict_on_request() {
    let installation =
        Installation::of("good.x", &action("ls", "", "")).file("plugins/ill.x/manifest.xml", "<a>");
    let generator = || {
        let from = installation.path();
        Generator::new().installation(from).version("8.2.5").from_directory(from)
    };
    let modelled = generator().model().expect("a model");
    let skipped: Vec<_> = modelled.skipped.iter().map(|one| (one.kind, &*one.name)).collect();
    assert_eq!(skipped, [("plugin", "ill.x")]);
    let refused = generator().strict().model().expect_err("a warning").to_string();
    assert!(
        refused.contains("error[xml-ill-formed]") && refused.contains("error[strict]"),
        "{refused}"
    );
    let settings = pydio_codegen::Settings::parse("strict = true\nkeep-going = true\n");
    assert!(settings.expect("settings").strict);
}
