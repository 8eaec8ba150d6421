//! Properties of every spec and overlay: the same as those of the fuzz targets in `tests/fuzz`,
//! with bounds.

use std::{fs, path::Path, sync::LazyLock};

use proptest::{collection::vec, prelude::*, sample::Index};
use pydio_codegen::{
    diagnostic::{Diagnostic, SourceFile},
    emit::{Options, emit},
    ir::Dialect,
    pipeline::external,
};
use serde_json::Value;

use crate::{
    properties::config,
    specs::{SPECS, read, text},
};

/// The small specs, parsed.
static VALUES: LazyLock<Vec<Value>> = LazyLock::new(|| {
    let value = |name| serde_yaml::from_str(&text(name)).expect("a spec");
    SPECS.into_iter().map(value).collect()
});

/// Returns the seeds of a fuzz target.
fn seeds(target: &str) -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fuzz/corpus").join(target);
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| fs::read_to_string(path).ok()).collect()
}

/// Asserts that findings can be shown, and that those with a location are in the file.
fn assert_shown(found: &[Diagnostic]) {
    assert!(!found.is_empty());
    for one in found {
        assert!(!one.render(false).is_empty());
        if let Some(place) = &one.place {
            assert!(place.file.text.get(place.span.clone()).is_some(), "{one:?}");
        }
    }
}

/// Asserts that a spec is emitted as Rust, or refused.
fn assert_emitted_or_refused(name: &str, text: &str, dialect: Dialect) {
    match read(&SourceFile::new(name, text), dialect) {
        Ok(api) => {
            let files = emit(&api, &Options { crate_name: "x".to_owned() }).expect("Rust");
            for (path, source) in files.iter().filter(|(path, _)| path.ends_with(".rs")) {
                assert!(syn::parse_file(source).is_ok(), "{path}:\n{source}");
                assert!(path.len() < 140, "{path}");
            }
        }
        Err(found) => assert_shown(&found),
    }
}

#[derive(Clone, Debug)]
enum Change {
    /// Removes a value.
    Remove(Index),
    /// Replaces a value with a copy of another one.
    Copy(Index, Index),
    /// Renames a key.
    Rename(Index, usize),
    /// Replaces a value with another one.
    Replace(Index, usize),
}

/// Names that are unusual everywhere.
const NAMES: [&str; 14] = [
    "",
    "$ref",
    "x-",
    "x-pydio-json",
    "type",
    "allOf",
    "/a/{b}",
    "self",
    "漢字",
    "a b",
    "~",
    "nullable",
    "default",
    "\u{202e}\"\\`",
];

fn odd(index: usize) -> Value {
    let odd = [
        Value::Null,
        Value::Bool(true),
        Value::from(-1),
        Value::from(1e300),
        Value::from("#/components/schemas/A"),
        Value::from("#/definitions/M"),
        Value::from("#/"),
        Value::from("{"),
        Value::from("object"),
        Value::from("string"),
        serde_json::json!([]),
        serde_json::json!({}),
        serde_json::json!({ "$ref": "#/components/schemas/Tree" }),
        serde_json::json!([{ "type": "string", "enum": ["", "\u{0}"] }]),
    ];
    odd[index % odd.len()].clone()
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let change = prop_oneof![
        any::<Index>().prop_map(Change::Remove),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Copy(from, to)),
        (any::<Index>(), 0..NAMES.len()).prop_map(|(at, name)| Change::Rename(at, name)),
        (any::<Index>(), 0..14_usize).prop_map(|(at, value)| Change::Replace(at, value)),
    ];
    vec(change, 1..5)
}

/// Returns the pointers to all values except the whole document.
fn pointers(value: &Value) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut next = 0;
    while next < all.len() {
        let at = all[next].clone();
        next += 1;
        match value.pointer(&at) {
            Some(Value::Object(map)) => all.extend(
                map.keys().map(|key| format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"))),
            ),
            Some(Value::Array(list)) => {
                all.extend((0..list.len()).map(|index| format!("{at}/{index}")));
            }
            _ => {}
        }
    }
    all.split_off(1)
}

fn change(value: &mut Value, change: &Change) {
    let all = pointers(value);
    if all.is_empty() {
        return;
    }
    let (at, new) = match change {
        Change::Remove(at) | Change::Rename(at, _) => (&all[at.index(all.len())], None),
        Change::Copy(from, to) => {
            (&all[to.index(all.len())], value.pointer(&all[from.index(all.len())]).cloned())
        }
        Change::Replace(at, index) => (&all[at.index(all.len())], Some(odd(*index))),
    };
    if let Some(new) = new {
        if let Some(old) = value.pointer_mut(at) {
            *old = new;
        }
        return;
    }
    let Some((parent, key)) = at.rsplit_once('/') else { return };
    let key = key.replace("~1", "/").replace("~0", "~");
    match value.pointer_mut(parent) {
        Some(Value::Object(map)) => {
            if let (Some(old), Change::Rename(_, name)) = (map.remove(&key), change) {
                map.insert(NAMES[*name].to_owned(), old);
            }
        }
        Some(Value::Array(list)) => {
            if let Ok(index) = key.parse::<usize>() {
                list.remove(index);
            }
        }
        _ => {}
    }
}

#[test]
fn seeds_are_read() {
    assert_eq!(
        [seeds("spec").len(), seeds("overlay").len(), seeds("manifest_xml").len()],
        [3, 2, 2]
    );
    for seed in seeds("spec") {
        assert_emitted_or_refused("spec", &seed, Dialect::Other);
        assert!(external(&SourceFile::new("spec", seed), &[]).is_ok());
    }
    let spec = SourceFile::new("spec", &*seeds("spec")[1]);
    for seed in seeds("overlay") {
        let read = external(&spec, &[SourceFile::new("overlay", seed)]);
        assert!(read.is_ok(), "{read:?}");
    }
}

proptest! {
    #![proptest_config(config(600))]

    #[test]
    fn any_changed_spec_is_emitted_or_refused(which in any::<Index>(), changes in changes(), php in any::<bool>()) {
        let mut value = VALUES[which.index(VALUES.len())].clone();
        changes.iter().for_each(|one| change(&mut value, one));
        let dialect = if php { Dialect::Pydio } else { Dialect::Other };
        assert_emitted_or_refused("spec.json", &value.to_string(), dialect);
    }

    #[test]
    fn any_changed_text_is_emitted_or_refused(which in any::<Index>(), at in any::<Index>(), length in 0..40_usize, piece in ".{0,6}") {
        let seeds = seeds("spec");
        let mut chars: Vec<char> = seeds[which.index(seeds.len())].chars().collect();
        let at = at.index(chars.len());
        let end = chars.len().min(at + length);
        chars.splice(at..end, piece.chars());
        let text: String = chars.into_iter().collect();
        assert_emitted_or_refused("spec", &text, Dialect::Other);
    }

    #[test]
    fn any_changed_overlay_is_applied_or_refused(which in any::<Index>(), at in any::<Index>(), length in 0..20_usize, piece in "[ -~]{0,6}") {
        let seeds_of_overlay = seeds("overlay");
        let mut chars: Vec<char> =
            seeds_of_overlay[which.index(seeds_of_overlay.len())].chars().collect();
        let at = at.index(chars.len());
        let end = chars.len().min(at + length);
        chars.splice(at..end, piece.chars());
        let overlay: String = chars.into_iter().collect();
        let spec = SourceFile::new("spec", &*seeds("spec")[1]);
        match external(&spec, &[SourceFile::new("overlay", overlay)]) {
            Ok(read) => {
                let api = read.api;
                let options = Options { crate_name: "x".to_owned() };
                prop_assert!(emit(&api, &options).is_ok());
            }
            Err(found) => assert_shown(&found),
        }
    }

    #[test]
    fn any_text_is_a_spec_or_refused(text in any::<String>()) {
        assert_emitted_or_refused("spec", &text, Dialect::Other);
    }
}
