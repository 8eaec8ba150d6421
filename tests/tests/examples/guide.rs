//! The guide is the same in the documentation and in the book, and its links work in both.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use pulldown_cmark::{BrokenLink, Event, HeadingLevel, Options, Parser, Tag};

const GUIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../runtime/src/guide");

/// The URL of the published runtime documentation.
const PUBLISHED: &str = "https://docs.rs/pydio-runtime/latest/pydio_runtime/";

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(GUIDE).join(path)).unwrap_or_else(|_| panic!("no {path}"))
}

/// Returns the chapters of the book in order, with their titles.
fn chapters() -> Vec<(String, String)> {
    let summary = read("SUMMARY.md");
    let lines = summary.lines().filter_map(|line| line.strip_prefix("- ["));
    let parts = lines.map(|line| line.strip_suffix(".md)").unwrap().split_once("](").unwrap());
    parts.map(|(title, name)| (name.to_owned(), title.to_owned())).collect()
}

/// Returns the names between two texts, in order.
fn between<'t>(text: &'t str, before: &str, after: &str) -> Vec<&'t str> {
    let parts = text.split(before).skip(1);
    parts.filter_map(|part| part.split_once(after).map(|(name, _)| name)).collect()
}

/// The links of a chapter: their labels, and the targets at the end of the chapter.
struct Links {
    used: BTreeSet<String>,
    said: BTreeMap<String, String>,
}

impl Links {
    fn of(name: &str, text: &str) -> Self {
        let mut unknown = Vec::new();
        let keep = |link: BrokenLink<'_>| {
            unknown.push(link.reference.to_string());
            None
        };
        let parser =
            Parser::new_with_broken_link_callback(text, Options::ENABLE_TABLES, Some(keep));
        let defined = parser.reference_definitions().iter();
        let said = defined.map(|(label, link)| (label.to_owned(), link.dest.to_string())).collect();
        let mut used = BTreeSet::new();
        for event in parser {
            if let Event::Start(Tag::Link { id, dest_url, .. }) = event {
                let is_outside = dest_url.starts_with("https://") && id.is_empty();
                assert!(is_outside || !id.is_empty(), "{name}: {dest_url} is to be at the end");
                used.extend((!id.is_empty()).then(|| id.to_string()));
            }
        }
        assert!(unknown.is_empty(), "{name}: nothing says where {unknown:?} lead");
        Self { used, said }
    }
}

/// Converts a target in the book or the published documentation to a rustdoc item.
fn item(target: &str) -> String {
    if let Some(chapter) = target.strip_suffix(".md") {
        return format!("mod@crate::guide::{chapter}");
    }
    let page = target.strip_prefix(PUBLISHED).unwrap_or_else(|| panic!("{target}"));
    let (page, member) = page.split_once('#').unwrap_or((page, ""));
    let mut modules: Vec<&str> = page.split('/').collect();
    let file = modules.pop().unwrap().strip_suffix(".html").unwrap();
    let (kind, name) = file.split_once('.').unwrap_or(("mod", ""));
    modules.insert(0, "crate");
    modules.extend((!name.is_empty()).then_some(name));
    match member.split_once('.') {
        None => format!("{kind}@{}", modules.join("::")),
        Some((kind, member)) => {
            let kind = kind.strip_prefix("struct").unwrap_or(kind);
            format!("{kind}@{}::{member}", modules.join("::"))
        }
    }
}

#[test]
fn every_chapter_is_in_the_book_in_the_documentation_and_compiled() {
    let chapters = chapters();
    let names: Vec<_> = chapters.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.len() >= 13, "{names:?}");

    let mut files: BTreeSet<_> = fs::read_dir(GUIDE)
        .unwrap()
        .map(|file| file.unwrap().file_name().into_string().unwrap())
        .collect();
    for other in ["SUMMARY.md", "README.md", "links.md"] {
        assert!(files.remove(other), "{other}");
    }
    assert_eq!(files, names.iter().map(|name| format!("{name}.md")).collect());

    let modules = read("../guide.rs");
    assert_eq!(between(&modules, "pub mod ", " {}"), names);
    assert_eq!(between(&modules, "include_str!(\"guide/", ".md\"))]\npub mod"), names);
    let compiled = read("../../../tests/src/lib.rs");
    assert_eq!(between(&compiled, "runtime/src/guide/", ".md"), names);
    let introduction = read("README.md");
    let listed = introduction.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    assert_eq!(listed.map(|line| between(line, "][", "]")[0]).collect::<Vec<_>>(), names);
}

#[test]
fn every_chapter_begins_with_its_title_and_a_summary() {
    for (name, title) in chapters() {
        let text = read(&format!("{name}.md"));
        let (first, rest) = text.split_once("\n\n").unwrap();
        assert!(first.starts_with(&format!("# {title}")), "{name}: {first}");
        assert!(!rest.starts_with(['#', '`', '|']), "{name}: no words below the title");
        let is_title = |event: &Event<'_>| {
            matches!(event, Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }))
        };
        assert_eq!(Parser::new(&text).filter(|event| is_title(event)).count(), 1, "{name}");
    }
}

#[test]
fn every_link_of_the_guide_works_in_both() {
    let in_rustdoc = Links::of("links", &read("links.md")).said;
    let mut used = BTreeSet::new();
    for name in chapters().into_iter().map(|(name, _)| name).chain(["README".to_owned()]) {
        let links = Links::of(&name, &read(&format!("{name}.md")));
        assert_eq!(
            links.used,
            links.said.keys().cloned().collect(),
            "{name}: used, and at its end"
        );
        for (label, target) in links.said {
            assert_eq!(
                in_rustdoc.get(&label),
                Some(&item(&target)),
                "{name}: [{label}] in links.md"
            );
            let is_chapter = target.ends_with(".md");
            assert!(!is_chapter || Path::new(GUIDE).join(&target).exists(), "{name}: no {target}");
            used.insert(label);
        }
    }
    assert!(used.len() > 60, "{}", used.len());
    assert_eq!(used, in_rustdoc.into_keys().collect(), "links.md has no others");
}

#[test]
fn the_book_is_made_of_the_chapters_of_the_documentation() {
    let settings = read("../../book.toml");
    assert!(settings.contains("src = \"src/guide\"\n"), "{settings}");
    assert!(settings.contains("create-missing = false\n"), "a chapter that is missing is an error");
}
