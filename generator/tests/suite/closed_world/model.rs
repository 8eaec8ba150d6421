//! Edits of models and their fields.

use pydio_codegen::ir::{Access, Code, Field, Model, RefusedIn, Shape, Text, Type};

use super::{
    param::declared_values,
    types::{optional, other, types},
};

/// Returns the model with each of its fields changed. Its name is part of the types that name it.
pub(super) fn edits(model: &Model) -> Vec<(String, Model)> {
    // The kind says which endpoints have it, and the documentation is text.
    let Model { kind: _, name: _, shape, lenient, sent, received, refused, docs: _ } = model;
    let mut all = Vec::new();
    let mut add = |what: &str, model| all.push((what.to_owned(), model));
    let same = || model.clone();
    for (what, shape) in shapes(shape) {
        add(&what, Model { shape, ..same() });
    }
    add("lenient", Model { lenient: !lenient, ..same() });
    add("sent", Model { sent: !sent, ..same() });
    add("received", Model { received: !received, ..same() });
    let mut more = refused.clone();
    let (at, why) = ("/nowhere".to_owned(), "why".to_owned());
    more.push(RefusedIn { at, value: Some("x".to_owned()), why });
    add("refused", Model { refused: more, ..same() });
    for index in 0..refused.len() {
        let mut less = refused.clone();
        less.remove(index);
        add("refused", Model { refused: less, ..same() });
        let edited = |edit: fn(&mut RefusedIn)| {
            let mut all = refused.clone();
            edit(&mut all[index]);
            Model { refused: all, ..same() }
        };
        let RefusedIn { at: _, value: _, why: _ } = &refused[index];
        add("refused[].at", edited(|one| one.at.push('x')));
        add("refused[].value", edited(|one| one.value = Some("another".to_owned())));
        add("refused[].why", edited(|one| one.why.push('x')));
    }
    all
}

fn shapes(shape: &Shape) -> Vec<(String, Shape)> {
    let mut all = match shape {
        Shape::Struct { fields, open } => structs(fields, *open),
        Shape::Choice(values) => {
            let mut more = values.clone();
            more.push("another".to_owned());
            let less = values[..values.len() - 1].to_vec();
            vec![("values", Shape::Choice(more)), ("values", Shape::Choice(less))]
                .into_iter()
                .map(|(what, shape)| (what.to_owned(), shape))
                .collect()
        }
        Shape::Codes(codes) => {
            let first = &codes[0];
            let Code { value: _, name: _, doc: _ } = first;
            let with = |one: Code| {
                let mut all = codes.clone();
                all[0] = one;
                all
            };
            let mut more = codes.clone();
            more.push(Code { value: 77, name: "Another".to_owned(), doc: None });
            let all = [
                ("codes added", more),
                ("codes removed", codes[1..].to_vec()),
                ("codes[].value", with(Code { value: 78, ..first.clone() })),
                ("codes[].name", with(Code { name: "Renamed".to_owned(), ..first.clone() })),
                ("codes[].doc", with(Code { doc: Some("another".to_owned()), ..first.clone() })),
            ];
            all.map(|(what, codes)| (what.to_owned(), Shape::Codes(codes))).to_vec()
        }
        Shape::Alias(kind) => {
            let others = types(kind).into_iter();
            let others = others.chain([Type::Any]);
            others.map(|kind| (format!("alias {kind:?}"), Shape::Alias(kind))).collect()
        }
    };
    if !matches!(shape, Shape::Alias(_)) {
        all.push(("shape".to_owned(), Shape::Alias(Type::Any)));
    }
    all
}

fn structs(fields: &[Field], open: bool) -> Vec<(String, Shape)> {
    let mut all = vec![("open".to_owned(), Shape::Struct { fields: fields.to_vec(), open: !open })];
    for index in 0..fields.len() {
        let mut less = fields.to_vec();
        less.remove(index);
        all.push(("field removed".to_owned(), Shape::Struct { fields: less, open }));
        for (what, field) in field(&fields[index]) {
            let mut fields = fields.to_vec();
            let what = format!("field {} {what}", field.name);
            fields[index] = field;
            all.push((what, Shape::Struct { fields, open }));
        }
    }
    // Names that another one is numbered for.
    let twins = fields.iter().map(|field| field.name.replace('-', "_"));
    let twins = twins.filter(|name| fields.iter().all(|field| field.name != *name));
    for name in twins.chain(["other_fields".to_owned()]) {
        let mut more = fields.to_vec();
        more.extend(fields.first().map(|field| Field { name, required: false, ..field.clone() }));
        all.push(("field twin".to_owned(), Shape::Struct { fields: more, open }));
    }
    for required in [false, true] {
        let mut more = fields.to_vec();
        more.extend(fields.first().map(|field| Field {
            name: "zz_added".to_owned(),
            kind: Type::Text,
            required,
            ..field.clone()
        }));
        all.push((format!("field added {required}"), Shape::Struct { fields: more, open }));
    }
    all
}

fn field(field: &Field) -> Vec<(&'static str, Field)> {
    let Field {
        name,
        from,
        kind,
        required,
        secret,
        nothing,
        boxed,
        default,
        values,
        deprecated,
        access,
        doc,
    } = field;
    let mut all = Vec::new();
    let mut add = |what, field| all.push((what, field));
    let same = || field.clone();
    add("name", Field { name: other(name), ..same() });
    // Two names that are one in Rust.
    add("name", Field { name: format!("{name}-"), ..same() });
    add("from", Field { from: other(from), ..same() });
    for kind in types(kind) {
        add("kind", Field { kind, ..same() });
    }
    add("required", Field { required: !required, ..same() });
    if matches!(kind, Type::Text | Type::Any) {
        add("secret", Field { secret: !secret, ..same() });
    }
    let other_nothing = if nothing.is_empty() { vec!["\"\"".to_owned()] } else { Vec::new() };
    add("nothing", Field { nothing: other_nothing, ..same() });
    if nothing.is_empty() {
        add("boxed", Field { boxed: !boxed, ..same() });
    }
    for default in optional(default.as_ref()) {
        add("default", Field { default, ..same() });
    }
    add("values", Field { values: declared_values(values), ..same() });
    add("deprecated", Field { deprecated: !deprecated, ..same() });
    let access = if *access == Access::Both { Access::ReadOnly } else { Access::Both };
    add("access", Field { access, ..same() });
    let doc = doc.is_none().then(|| Text { text: "Documented.".to_owned(), external: true });
    add("doc", Field { doc, ..same() });
    all
}
