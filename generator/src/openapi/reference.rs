//! References: that each leads somewhere, to a thing of the right kind, and in the end to a
//! thing that is no reference.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    pointer::{At, join, of_reference, split_last},
    shape::{Kind, Misfit, Shape, is_reference, walk},
};

/// Every reference in `document` that does not lead where it should. `home` says where things
/// of a kind are defined, such as `/definitions`.
pub(super) fn check(
    document: &Value,
    shape: &Shape,
    home: fn(Kind) -> Option<&'static str>,
) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    walk(document, shape, &mut |kind, value, at| {
        let Some(reference) = value.get("$ref").and_then(Value::as_str) else { return };
        let at = at.key("$ref");
        if let Err(misfit) = target(document, reference, home(kind), &at) {
            misfits.push(misfit);
        } else if kind != Kind::Schema && end(document, reference).is_none() {
            misfits.push(circular(reference, at.pointer()));
        }
    });
    if misfits.is_empty()
        && let Some(schemas) = home(Kind::Schema)
    {
        misfits.extend(circular_schemas(document, schemas));
    }
    misfits
}

fn target(
    document: &Value,
    reference: &str,
    home: Option<&str>,
    at: &At<'_>,
) -> Result<(), Misfit> {
    let misfit = |code, message: String| Misfit::new(code, message, &at.pointer());
    let Some(pointer) = of_reference(reference) else {
        let message = format!("`{reference}` leads out of the file, which is not supported");
        let help = "put what it leads to into this file";
        return Err(misfit("ref-external", message).help(help));
    };
    let found = split_last(&pointer).map(|(folder, _)| folder);
    let Some(home) = home.filter(|home| found == Some(*home)) else {
        let right = home.map(|home| format!("`#{home}/…`"));
        let right = right.unwrap_or_else(|| "no reference".to_owned());
        let message = format!("`{reference}` where {right} can stand");
        return Err(misfit("ref-target", message));
    };
    if document.pointer(&pointer).is_none() {
        let message = format!("`{reference}` leads nowhere: there is no such key in `{home}`");
        return Err(misfit("ref-unresolved", message));
    }
    Ok(())
}

/// The pointer to what a reference means once references to references are followed; `None`
/// where that leads nowhere, or round in a circle.
pub(super) fn end(document: &Value, reference: &str) -> Option<String> {
    let mut seen = BTreeSet::new();
    let mut pointer = of_reference(reference)?;
    loop {
        let value = document.pointer(&pointer)?;
        match value.get("$ref").and_then(Value::as_str) {
            None => return Some(pointer),
            Some(_) if !seen.insert(pointer.clone()) => return None,
            Some(next) => pointer = of_reference(next)?,
        }
    }
}

/// What references stand for, copied to where they are.
pub(super) struct Copies<'d> {
    document: &'d Value,
    /// How many more values may be copied: a file of references to one large thing would
    /// otherwise grow with the square of its size.
    left: usize,
}

/// As many values as a file may have.
const MAX_COPIED: usize = 1_000_000;

impl<'d> Copies<'d> {
    /// Copies out of `document`.
    pub(super) fn of(document: &'d Value) -> Self {
        Self { document, left: MAX_COPIED }
    }

    /// What a reference stands for, where it is.
    pub(super) fn target(&self, reference: &str) -> Option<&'d Value> {
        self.document.pointer(&end(self.document, reference)?)
    }

    /// What the reference `value` at `at` stands for, and where that is. A description beside
    /// the reference takes the place of the one it leads to.
    pub(super) fn of_target(&mut self, value: &Value, at: &str) -> Result<(Value, String), Misfit> {
        let reference = value.get("$ref").and_then(Value::as_str).unwrap_or_default();
        let unresolved = || {
            Misfit::new("ref-unresolved", format!("`{reference}` leads nowhere"), &join(at, "$ref"))
        };
        let pointer = end(self.document, reference).ok_or_else(unresolved)?;
        let target = self.document.pointer(&pointer).ok_or_else(unresolved)?;
        self.left = self.left.checked_sub(size(target)).ok_or_else(|| {
            let message = format!("references to more than {MAX_COPIED} values");
            Misfit::new("spec-too-large", message, at)
        })?;
        let mut target = target.clone();
        for (key, sibling) in value.as_object().into_iter().flatten() {
            match (&**key, target.as_object_mut()) {
                ("$ref", _) => {}
                ("description", Some(target)) => drop(target.insert(key.clone(), sibling.clone())),
                _ => return Err(sibling_misfit(key, at)),
            }
        }
        Ok((target, pointer))
    }
}

/// The error about a key beside `$ref`.
pub(super) fn sibling_misfit(key: &str, at: &str) -> Misfit {
    let message = format!("`{key}` beside `$ref`: what a reference stands for cannot be changed");
    Misfit::new("ref-sibling", message, &join(at, key))
        .help("take it out, or take the reference out and write the schema here")
}

fn size(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(size).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// Schemas that are nothing but one another: by references alone, or by `allOf`.
fn circular_schemas(document: &Value, home: &str) -> Option<Misfit> {
    let mut finished = BTreeSet::new();
    for name in document.pointer(home)?.as_object()?.keys() {
        let mut search = Search { document, finished: &mut finished, open: Vec::new() };
        if let Some(misfit) = search.visit(&join(home, name)) {
            return Some(misfit);
        }
    }
    None
}

struct Search<'s> {
    document: &'s Value,
    finished: &'s mut BTreeSet<String>,
    /// The definitions on the way here, each with where it is referred to from there.
    open: Vec<(String, Vec<(String, String)>)>,
}

impl Search<'_> {
    /// Looks for a circle, with a stack of its own: a chain may be as long as the file.
    fn visit(&mut self, definition: &str) -> Option<Misfit> {
        self.enter(definition);
        while let Some((_, left)) = self.open.last_mut() {
            let Some((at, reference)) = left.pop() else {
                if let Some((finished, _)) = self.open.pop() {
                    self.finished.insert(finished);
                }
                continue;
            };
            let Some(next) = of_reference(&reference) else { continue };
            if self.open.iter().any(|(open, _)| *open == next) {
                return Some(circular(&reference, at));
            }
            if !self.finished.contains(&next) {
                self.enter(&next);
            }
        }
        None
    }

    fn enter(&mut self, definition: &str) {
        let mut bases = Vec::new();
        if let Some(value) = self.document.pointer(definition) {
            collect_bases(value, definition, &mut bases);
        }
        self.open.push((definition.to_owned(), bases));
    }
}

/// The references that a schema consists of, with where they stand.
fn collect_bases(value: &Value, at: &str, bases: &mut Vec<(String, String)>) {
    if is_reference(value) {
        let reference = value.get("$ref").and_then(Value::as_str).unwrap_or_default();
        bases.push((join(at, "$ref"), reference.to_owned()));
    } else if let Some(parts) = value.get("allOf").and_then(Value::as_array) {
        let at = join(at, "allOf");
        for (index, part) in parts.iter().enumerate() {
            collect_bases(part, &join(&at, &index.to_string()), bases);
        }
    }
}

fn circular(reference: &str, pointer: String) -> Misfit {
    let message = format!("`{reference}` leads back here: there is nothing it stands for");
    Misfit::new("ref-circular", message, &pointer)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Copies;

    /// A file grows neither with the square of its size, nor does it fail for a few copies.
    #[test]
    fn not_everything_is_copied_everywhere() {
        let large: Vec<_> = (0..100_000).map(Value::from).collect();
        let document = json!({ "parameters": { "large": large } });
        let mut copies = Copies::of(&document);
        let mut copy = || copies.of_target(&json!({ "$ref": "#/parameters/large" }), "/here");
        assert!((0..9).all(|_| copy().is_ok()));
        assert_eq!(copy().map_err(|misfit| misfit.code), Err("spec-too-large"));
    }
}
