//! Selections of a release, with only the models that they need.

use std::collections::BTreeSet;

use pydio_codegen::surface::Property;

use crate::support::Place;

#[test]
fn plugins_and_actions_are_selected_by_pattern() {
    let place = Place::new();
    place.done(
        "generate --version 8.2.5 --plugins access.fs/m*,meta.q?ota,conf.sql/state --out out",
    );
    let actions = place.actions("out");
    let plugins: BTreeSet<_> = actions.iter().filter_map(|name| name.split_once('/')).collect();
    assert!(plugins.contains(&("access.fs", "mkdir")) && plugins.contains(&("conf.sql", "state")));
    for (plugin, action) in plugins {
        match plugin {
            "access.fs" => assert!(action.starts_with('m'), "{action}"),
            "conf.sql" => assert_eq!(action, "state"),
            other => assert_eq!(other, "meta.quota"),
        }
    }
}

#[test]
fn models_are_pruned_to_what_is_used() {
    let place = Place::new();
    place.done("generate --version 8.2.5 --out all");
    place.done("generate --version 8.2.5 --plugins meta.quota --tags Task --out out");
    let (all, kept) = (place.surface("all"), place.surface("out"));
    assert!(
        kept.operations.len() > 1
            && kept.operations.values().all(|one| one.get(Property::Home) == Some("Task"))
    );
    assert!(!kept.models.is_empty() && kept.models.len() < all.models.len() / 4);
    for (name, model) in &kept.models {
        assert_eq!(all.models[name], *model);
        let own = name.strip_prefix("v2::");
        let api = if own.is_some() { "v2" } else { "v1" };
        let bare = &*in_rust(own.unwrap_or(name));
        let files = place.files(&format!("out/src/{api}"));
        let users: usize = files
            .iter()
            .map(|file| place.read(&format!("out/src/{api}/{file}")))
            .map(|text| {
                let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
                let is_use = |line: &&str| {
                    line.split(|c: char| !c.is_alphanumeric()).any(|word| word == bare)
                        && !line.contains(&format!("pub struct {bare}"))
                        && !line.contains(&format!(" for {bare}"))
                        && !line.starts_with("impl ")
                };
                code.filter(is_use).count()
            })
            .sum();
        assert!(users > 0, "{name} is used by nothing");
    }
    // Without a response model, there is no module for models.
    place.done("generate --version 8.2.5 --plugins access.fs/mkdir --tags Task --out bare");
    assert!(!place.path("bare/src/v1/models.rs").exists());
}

#[test]
fn only_actions_available_over_rest_can_be_selected() {
    let place = Place::new();
    place.done("generate --version 8.2.5 --rest-only --out out");
    let surface = place.surface("out");
    assert!(surface.actions.len() > 100);
    assert!(surface.actions.values().all(|action| action.is(Property::Rest)));
    assert_eq!(surface.operations.len(), 36);
}

#[test]
fn empty_and_invalid_patterns_are_refused() {
    let place = Place::new();
    for (pattern, what, help) in [
        ("--plugins acces.fs", "no plugin `acces.fs` in Pydio 8.2.5", "`access.fs`"),
        ("--plugins x*y", "no plugin `x*y`", "`inspect` lists the plugins"),
        ("--tags Fil", "no operation has the tag `Fil`", "`File`"),
        ("--plugins access.[fs", "`access.[fs` is not a pattern", "`[[]` a bracket"),
        ("--tags a***", "`a***` is not a pattern", "`*` matches any text"),
    ] {
        let said = place.failed(&format!("generate --version 8.2.5 --out out {pattern}"));
        assert!(said.contains(what) && said.contains(help), "{pattern}: {said}");
        assert!(!place.path("out").exists());
    }
}

/// Returns the name of a model in Rust: `ListTasksScope` for `listTasks_scope`.
fn in_rust(name: &str) -> String {
    let capital = |word: &str| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{}{rest}", first.to_uppercase())
    };
    name.split('_').map(capital).collect()
}
