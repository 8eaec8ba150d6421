//! The documentation of actions: missing, stale and malformed.

use std::path::Path;

use insta::assert_snapshot;
use pydio_codegen::{
    diagnostic::SourceFile,
    docs::Docs,
    input::Library,
    pipeline::{self, Request},
};

use crate::{
    installation::{Installation, action},
    specs::rendered,
};

fn read(files: &[(&str, &str)]) -> Result<Docs, String> {
    let files: Vec<_> =
        files.iter().map(|(name, text)| SourceFile::below("docs", *name, *text)).collect();
    Docs::read(&files).map_err(|error| error.render(false))
}

#[test]
fn missing_and_stale_documentation_is_found() {
    let params = "<input_param name=\"dir\"/><input_param name=\"new\"/>";
    let api = Installation::new()
        .plugin("a.b", &(action("ls", "", params) + &action("rm", "restParams=\"/file\"", "")))
        .plugin("c.d", &action("mv", "", ""))
        .api();
    let docs = read(&[
        (
            "a.b.yaml",
            "plugin: It is.\nactions:\n  ls:\n    summary: Lists.\n    params:\n      dir: Where.\n\
             \x20     old: Was.\n  gone:\n    summary: Was.\n",
        ),
        ("e.f.yaml", "plugin: Was.\nactions: {}\n"),
    ]);
    let docs = docs.expect("documentation");
    assert_snapshot!(rendered(&docs.check(&[&api])));
}

#[test]
fn complete_documentation_has_no_findings() {
    let api = Installation::of("a.b", &action("ls", "restParams=\"/dir+\"", "")).api();
    let text =
        "plugin: It is.\nactions:\n  ls:\n    summary: Lists.\n    params:\n      dir: Where.\n";
    let docs = read(&[("a.b.yaml", text)]).expect("documentation");
    assert_eq!(rendered(&docs.check(&[&api])), "");
}

#[test]
fn malformed_documentation_is_refused_with_its_place() {
    let cases = [
        "plugin: \"ä: ö: ü\"\nactions:\n  ä: [1\n",
        "plugin: x\nactions:\n  ls:\n    summary: x\n    ünknown: y\n",
        "plugin: x\n",
        "",
    ];
    let errors = cases.map(|text| read(&[("a.b.yaml", text)]).expect_err("an error"));
    assert_snapshot!(errors.join("\n\n"));
}

#[test]
fn the_bundled_versions_are_documented() {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
    let library = Library::above(&from);
    let inputs = library.versions().into_iter().map(|version| {
        let request = Request { version: Some(version), from: from.clone(), ..Request::default() };
        pipeline::read(&request).expect("the bundle")
    });
    let inputs: Vec<_> = inputs.collect();
    let apis: Vec<_> = inputs.iter().map(|i| i.api().expect("corrections that fit")).collect();
    let findings = inputs[0].docs.check(&apis.iter().collect::<Vec<_>>());
    assert_eq!(rendered(&findings), "");
}
