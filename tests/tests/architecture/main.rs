//! The layers that `generator/ARCHITECTURE.md` draws are those of the code: modules import downwards,
//! and there is no circle.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use syn::visit::{self, Visit};

#[test]
fn the_generator_imports_downwards() {
    check("generator/src");
}

#[test]
fn the_runtime_imports_downwards() {
    check("runtime/src");
}

#[test]
fn an_import_upwards_is_found() {
    let layers = Layers::of("low\nmiddle other\nhigh\n");
    let exports = BTreeMap::from([("Thing".to_owned(), "high".to_owned())]);
    let found = |source: &str| used(source, &exports).into_iter().collect::<Vec<_>>();
    assert_eq!(found("use crate::{low::A, high::{B, c}, Thing};"), ["high", "low"]);
    assert_eq!(found("fn f() -> crate::Thing { crate::middle::g() }"), ["high", "middle"]);
    assert_eq!(found("#[cfg(test)]\nmod tests { use crate::high::A; }"), [""; 0]);
    assert!(layers.allow("middle", "low"));
    assert!(!layers.allow("middle", "other") && !layers.allow("middle", "high"));
}

/// Compares the modules of a crate with the diagram that is headed by its folder.
fn check(folder: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let document = root.join("generator/ARCHITECTURE.md");
    let document = fs::read_to_string(document).expect("the document");
    let heading = format!("```text\n{folder}, lower layers first\n");
    let (_, diagram) = document.split_once(&heading).expect("a diagram of the crate");
    let (diagram, _) = diagram.split_once("```").expect("the end of the diagram");
    let layers = Layers::of(diagram);

    let source = root.join(folder);
    let library = fs::read_to_string(source.join("lib.rs")).expect("lib.rs");
    let exports = exports(&library);
    let mut modules = BTreeSet::new();
    let mut wrong = Vec::new();
    for file in files(&source) {
        let path = file.strip_prefix(&source).expect("a file of the crate").display().to_string();
        let module = path.split(['/', '.']).next().unwrap_or_default().to_owned();
        if matches!(&*module, "lib" | "main" | "testing") {
            continue;
        }
        let code = fs::read_to_string(&file).expect("a source");
        let others = used(&code, &exports).into_iter().filter(|other| *other != module);
        wrong.extend(
            others
                .filter(|other| !layers.allow(&module, other))
                .map(|other| format!("{path} uses `{other}`")),
        );
        modules.insert(module);
    }
    assert!(wrong.is_empty(), "not downwards:\n{}", wrong.join("\n"));
    assert_eq!(modules, layers.names(), "the modules, and those of the diagram");
}

/// The modules of a crate, lower layers first.
struct Layers(Vec<BTreeSet<String>>);

impl Layers {
    /// One layer a line, its modules up to the comment behind a `#`.
    fn of(diagram: &str) -> Self {
        let modules = |line: &str| {
            let names = line.split('#').next().unwrap_or_default();
            names.split_whitespace().map(str::to_owned).collect()
        };
        Self(diagram.lines().filter(|line| !line.trim().is_empty()).map(modules).collect())
    }

    fn names(&self) -> BTreeSet<String> {
        self.0.iter().flatten().cloned().collect()
    }

    /// Whether a module may import another: one of a lower layer.
    fn allow(&self, module: &str, other: &str) -> bool {
        let layer = |name: &str| self.0.iter().position(|names| names.contains(name));
        match (layer(module), layer(other)) {
            (Some(own), Some(other)) => other < own,
            _ => false,
        }
    }
}

/// The Rust files below a folder, tests aside.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if name == "tests" || name.ends_with("_tests") {
            continue;
        }
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
    found
}

/// The names at the root of the crate, with the module that each is re-exported from.
fn exports(library: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for item in syn::parse_file(library).expect("lib.rs").items {
        let syn::Item::Use(item) = item else { continue };
        let syn::UseTree::Path(tree) = item.tree else { continue };
        let module = tree.ident.to_string();
        let mut names = Vec::new();
        leaves(&tree.tree, &mut names);
        found.extend(names.into_iter().map(|name| (name, module.clone())));
    }
    found
}

/// The names that a `use` brings in.
fn leaves(tree: &syn::UseTree, names: &mut Vec<String>) {
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, names),
        syn::UseTree::Name(name) => names.push(name.ident.to_string()),
        syn::UseTree::Rename(rename) => names.push(rename.rename.to_string()),
        syn::UseTree::Group(group) => group.items.iter().for_each(|tree| leaves(tree, names)),
        syn::UseTree::Glob(_) => {}
    }
}

/// The top-level modules that a source names, its tests aside.
fn used(code: &str, exports: &BTreeMap<String, String>) -> BTreeSet<String> {
    let file = syn::parse_file(code).expect("a source");
    let mut found = Used::default();
    found.visit_file(&file);
    let module = |name: String| match exports.get(&name) {
        Some(module) => Some(module.clone()),
        None => name.starts_with(|c: char| c.is_ascii_lowercase()).then_some(name),
    };
    found.0.into_iter().filter_map(module).collect()
}

/// The names behind `crate::`.
#[derive(Default)]
struct Used(BTreeSet<String>);

impl Used {
    /// The first names of the branches of a `use`.
    fn first(&mut self, tree: &syn::UseTree) {
        match tree {
            syn::UseTree::Path(path) => drop(self.0.insert(path.ident.to_string())),
            syn::UseTree::Name(name) => drop(self.0.insert(name.ident.to_string())),
            syn::UseTree::Rename(rename) => drop(self.0.insert(rename.ident.to_string())),
            syn::UseTree::Group(group) => group.items.iter().for_each(|tree| self.first(tree)),
            syn::UseTree::Glob(_) => {}
        }
    }
}

fn is_test(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let condition = attribute.meta.require_list().ok();
        attribute.path().is_ident("cfg")
            && condition.is_some_and(|condition| condition.tokens.to_string() == "test")
    })
}

impl<'ast> Visit<'ast> for Used {
    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        if !is_test(&item.attrs) {
            visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        if let syn::UseTree::Path(path) = &item.tree
            && path.ident == "crate"
            && !is_test(&item.attrs)
        {
            self.first(&path.tree);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        if let [first, second, ..] = &path.segments.iter().collect::<Vec<_>>()[..]
            && first.ident == "crate"
        {
            self.0.insert(second.ident.to_string());
        }
        visit::visit_path(self, path);
    }
}
