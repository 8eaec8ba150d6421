//! Every name in the README and the guide exists, and the README is brief.

use std::{collections::BTreeSet, fs, path::Path};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Returns the documents for people, with their folders.
fn documents() -> Vec<(String, String)> {
    let mut names = vec![
        "README.md".to_owned(),
        "generator/CONTRIBUTING.md".to_owned(),
        "generator/ARCHITECTURE.md".to_owned(),
        "generator/SECURITY.md".to_owned(),
        "tests/examples/README.md".to_owned(),
    ];
    let guide = fs::read_dir(Path::new(ROOT).join("runtime/src/guide")).unwrap();
    names.extend(guide.map(|file| {
        format!("runtime/src/guide/{}", file.unwrap().file_name().into_string().unwrap())
    }));
    let read = |name: String| {
        let text = fs::read_to_string(Path::new(ROOT).join(&name)).unwrap();
        (name, text)
    };
    names.into_iter().map(read).collect()
}

/// Returns the code spans of a text, outside of code blocks.
fn spans(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn every_named_function_exists() {
    let mut named = 0;
    for (document, text) in documents() {
        for span in spans(&text) {
            let parts: Vec<&str> = span.split("::").collect();
            let [api @ ("v1" | "v2"), module, function] = parts[..] else { continue };
            let source = format!("{ROOT}/generated/src/{api}/{module}.rs");
            let source = fs::read_to_string(&source)
                .unwrap_or_else(|_| panic!("{document}: no module for `{span}`"));
            let declared = format!("pub fn {function}(");
            assert!(source.contains(&declared), "{document}: there is no `{span}`");
            named += 1;
        }
    }
    assert!(named > 60, "{named}");
}

#[test]
fn the_front_page_of_the_client_names_what_the_guide_does() {
    let guide = fs::read_to_string(Path::new(ROOT).join("runtime/src/guide/calls.md")).unwrap();
    let front = fs::read_to_string(Path::new(ROOT).join("generated/src/lib.rs")).unwrap();
    let (_, front) = front.split_once("//! # Which call do I need\n").unwrap();
    let front = front.split("//! # ").next().unwrap();
    let named = |text: &str| {
        let calls = spans(text).into_iter().filter(|span| span.starts_with(['v']));
        let calls = calls.filter(|span| span.split("::").count() == 3);
        calls.map(str::to_owned).collect::<BTreeSet<_>>()
    };
    assert!(named(&guide).len() > 40, "{guide}");
    assert_eq!(named(&guide), named(front));
}

#[test]
fn the_readme_fits_on_three_pages() {
    let readme = fs::read_to_string(Path::new(ROOT).join("README.md")).unwrap();
    assert!(readme.lines().count() <= 150, "{} lines", readme.lines().count());
}

#[test]
fn every_link_works() {
    let mut followed = 0;
    for (document, text) in documents() {
        let folder = Path::new(ROOT).join(&document).parent().unwrap().to_owned();
        for link in text.split("](").skip(1) {
            let target = link.split(')').next().unwrap();
            if target.contains("::") || target.starts_with("http") {
                continue;
            }
            match target.strip_prefix('#') {
                Some(anchor) => {
                    let headings = text.lines().filter_map(|line| line.strip_prefix("## "));
                    let mut anchors = headings.map(|h| h.to_lowercase().replace(' ', "-"));
                    assert!(anchors.any(|a| a == anchor), "{document}: no heading {target}");
                }
                None => assert!(folder.join(target).exists(), "{document}: no file {target}"),
            }
            followed += 1;
        }
    }
    assert!(followed > 20, "{followed}");
}

#[test]
fn every_example_is_mentioned() {
    let readme = fs::read_to_string(Path::new(ROOT).join("tests/examples/README.md")).unwrap();
    for file in fs::read_dir(Path::new(ROOT).join("tests/examples")).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if name.ends_with(".rs") {
            assert!(readme.contains(&format!("({name})")), "{name}");
        }
    }
}
