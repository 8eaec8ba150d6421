//! The modules of the generator import only from lower layers.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// The top-level modules, lower layers first: a module may use those of earlier layers.
const LAYERS: [&[&str]; 14] = [
    &["diagnostic", "shell", "suggest", "threads", "version"],
    &["input"],
    &["manifest", "openapi"],
    &["ir"],
    &["lower"],
    &["correct", "docs", "select"],
    &["names", "surface"],
    &["diff", "settings", "write"],
    &["emit"],
    &["pipeline"],
    &["explain", "export", "import", "inspect", "lint"],
    &["cli"],
    &["lib"],
    &["main"],
];

fn layer(module: &str) -> Option<usize> {
    LAYERS.iter().position(|modules| modules.contains(&module))
}

/// Collects the Rust files below a directory.
fn sources(directory: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(directory).expect("a directory") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, files);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            files.push(path);
        }
    }
}

/// Returns the top-level modules that a source names after `crate::`.
fn used(source: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (at, _) in source.match_indices("crate::") {
        let rest = &source[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => found.extend(first(rest)),
            Some(group) => {
                let mut depth = 0;
                let end = group.find(|c| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    depth < 0
                });
                let mut depth = 0;
                let is_comma = |c: char| {
                    depth += i32::from(c == '{') - i32::from(c == '}');
                    c == ',' && depth == 0
                };
                let parts = group[..end.expect("an end")].split(is_comma);
                found.extend(parts.filter_map(|part| first(part.trim())));
            }
        }
    }
    found
}

/// Returns the module at the beginning of a path; `None` for types at the root.
fn first(path: &str) -> Option<String> {
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(path.len());
    let name = &path[..end];
    name.starts_with(|c: char| c.is_ascii_lowercase()).then(|| name.to_owned())
}

#[test]
fn imports_lead_downwards() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let mut wrong = Vec::new();
    for file in files {
        let path = file.strip_prefix(&root).expect("a file below").display().to_string();
        // Tests may use everything.
        if path.contains("tests") || path.ends_with("valid.rs") {
            continue;
        }
        let module = path.split(['/', '.']).next().unwrap_or_default().to_owned();
        let own = layer(&module).unwrap_or_else(|| panic!("`{module}` is in no layer"));
        let text = fs::read_to_string(&file).expect("a source");
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default();
        for other in used(code).into_iter().filter(|other| *other != module) {
            match layer(&other) {
                Some(layer) if layer < own => {}
                _ => wrong.push(format!("{path} uses {other}")),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
