//! Edits of a parameter.

use pydio_codegen::ir::{DeclaredValue, Location, Param, Releases, Span, Text};

use super::types::{kinds, optional, other, styles};

/// Returns the parameter with each of its fields changed.
pub(super) fn edits(param: &Param, is_action: bool) -> Vec<(&'static str, Param)> {
    let Param {
        name,
        location,
        kind,
        style,
        content_type,
        required,
        default,
        values,
        not_root,
        secret,
        refused,
        rust_name,
        deprecated,
        releases,
        doc,
        declared,
        position,
    } = param;
    let mut all = Vec::new();
    let mut add = |what, param| all.push((what, param));
    let same = || param.clone();
    add("name", Param { name: other(name), ..same() });
    for location in locations(*location, is_action) {
        add("location", Param { location, ..same() });
    }
    for kind in kinds(kind) {
        add("kind", Param { kind, ..same() });
    }
    for style in styles(style) {
        add("style", Param { style, ..same() });
    }
    for content_type in optional(content_type.as_ref()) {
        add("content_type", Param { content_type, ..same() });
    }
    add("required", Param { required: !required, ..same() });
    for default in optional(default.as_ref()) {
        add("default", Param { default, ..same() });
    }
    add("values", Param { values: declared_values(values), ..same() });
    for index in 0..values.len() {
        let mut values = values.clone();
        let DeclaredValue { value: _, name, doc } = &mut values[index];
        *name = Some("Renamed".to_owned());
        *doc = Some("Other.".to_owned());
        add("values[].name", Param { values, ..same() });
    }
    add("not_root", Param { not_root: !not_root, ..same() });
    add("secret", Param { secret: !secret, ..same() });
    let mut more = refused.clone();
    more.push(("refused".to_owned(), "it is".to_owned()));
    add("refused", Param { refused: more, ..same() });
    for index in 0..refused.len() {
        let mut less = refused.clone();
        less.remove(index);
        add("refused", Param { refused: less, ..same() });
        let mut because = refused.clone();
        because[index].1.push('x');
        add("refused[].1", Param { refused: because, ..same() });
    }
    let rust_name = rust_name.is_none().then(|| "renamed_here".to_owned());
    add("rust_name", Param { rust_name, ..same() });
    add("deprecated", Param { deprecated: !deprecated, ..same() });
    add("releases", Param { releases: other_releases(releases), ..same() });
    let doc = doc.is_none().then(|| Text { text: "Documented.".to_owned(), external: true });
    add("doc", Param { doc, ..same() });
    for declared in optional(declared.as_ref()) {
        add("declared", Param { declared, ..same() });
    }
    add("position", Param { position: position.map(|at| at + 1), ..same() });
    all
}

/// Returns the other places that a request has for a parameter.
fn locations(location: Location, is_action: bool) -> Vec<Location> {
    // Exhaustive, so that a new location gets an edit.
    let all: &[Location] = match location {
        // The path of an operation names them.
        Location::Path | Location::RestOfPath if !is_action => &[],
        Location::Path => &[Location::RestOfPath, Location::Form],
        Location::RestOfPath => &[Location::Path, Location::Form],
        Location::Query => &[Location::Header, Location::Cookie],
        Location::Header => &[Location::Query, Location::Cookie],
        Location::Cookie => &[Location::Header, Location::Query],
        Location::Form if is_action => &[Location::Path, Location::Query],
        Location::Form => &[Location::Query, Location::Header, Location::Part],
        Location::Part => &[Location::Form, Location::Query],
        Location::Body => &[Location::Query],
    };
    all.to_vec()
}

pub(super) fn declared_values(values: &[DeclaredValue]) -> Vec<DeclaredValue> {
    match values.split_last() {
        Some((_, rest)) => rest.to_vec(),
        None => vec![DeclaredValue { value: "declared".to_owned(), name: None, doc: None }],
    }
}

pub(super) fn other_releases(releases: &Releases) -> Releases {
    match releases.is_empty() {
        true => Releases::new(vec![Span { from: Some("8.2.0".to_owned()), to: None }]),
        false => Releases::default(),
    }
}
