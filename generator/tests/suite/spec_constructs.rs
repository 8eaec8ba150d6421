//! The emitted code of each construct of a spec.

use std::fmt::Write as _;

use insta::assert_snapshot;
use pydio_codegen::ir::{Model, Shape};

use crate::{
    installation::names_in,
    specs::{SPECS, api, files},
};

/// Returns the modules of a crate, one after the other, without the common parts.
fn emitted(name: &str) -> String {
    let mut text = String::new();
    for (path, source) in files(&api(name), name) {
        if path.ends_with(".rs") {
            write!(text, "==== {path}\n{}", without_runtime(&source)).expect("text");
        }
    }
    text
}

/// Removes the re-exports of the runtime, which are the same for every spec.
fn without_runtime(source: &str) -> String {
    const LIST: &str = "pub use pydio_runtime::{";
    let Some((before, list)) = source.split_once(LIST) else { return source.to_owned() };
    let (_, mut after) = list.split_once("};\n").expect("the end of the list");
    // That of the client.
    if let Some(list) = after.trim_start().strip_prefix(LIST) {
        (_, after) = list.split_once("};\n").expect("the end of the list");
    }
    format!("{before}// What the runtime has.\n{after}")
}

macro_rules! constructs {
    ($($name:ident),* $(,)?) => {
        $(
            #[test]
            fn $name() {
                assert_snapshot!(emitted(stringify!($name)));
            }
        )*

        #[test]
        fn every_spec_has_a_snapshot() {
            let mut all = vec![$(stringify!($name)),*];
            // See `names_become_rust`.
            all.push("names");
            all.sort_unstable();
            assert_eq!(all, SPECS);
        }
    };
}

constructs!(
    addresses,
    all_of,
    alternatives,
    answers,
    bodies,
    bytes,
    contents,
    docs,
    enums,
    families,
    forms,
    host,
    lists,
    long,
    many,
    media_types,
    models,
    no_models,
    no_operations,
    nothing,
    nulls,
    only_aliases,
    parameters,
    parameters3,
    pydio,
    recursion,
    responses,
    security,
    servers,
    styles,
    unused,
    values,
    version31,
);

#[test]
fn names_become_rust() {
    let files = files(&api("names"), "names");
    let sources = files.iter().filter(|(path, _)| path.ends_with(".rs"));
    let names = sources.map(|(path, source)| format!("==== {path}\n{}", names_in(source)));
    assert_snapshot!(names.collect::<Vec<_>>().join("\n"));
}

/// Returns the boxed fields of models.
fn boxed(models: &[Model]) -> Vec<String> {
    let fields = models.iter().flat_map(|model| match &model.shape {
        Shape::Struct { fields, .. } => {
            fields.iter().map(|field| (&model.name, field)).collect::<Vec<_>>()
        }
        _ => Vec::new(),
    });
    let boxed = fields.filter(|(_, field)| field.boxed);
    boxed.map(|(model, field)| format!("{model}.{}", field.name)).collect()
}

#[test]
fn one_field_of_each_circle_is_boxed() {
    let expected = ["C.a", "Hen.egg", "Tree.aliased", "Tree.parent", "Tree_inline.again"];
    assert_eq!(boxed(&api("recursion").models), expected);
}

#[test]
fn each_way_has_its_impls() {
    let models = api("models").models;
    let ways: Vec<_> = models
        .iter()
        .map(|model| format!("{} {} {}", model.name, model.sent, model.received))
        .collect();
    assert_snapshot!(ways.join("\n"));
}
