//! What a file of corrections has to look like.

use super::{ActionCorrections, Entry, Versions, Written};
use crate::{
    diagnostic::Diagnostic,
    openapi::{
        Kind, Object,
        Shape::{self, Bool, Count, Either, Is, List, Map, Null, Text, Word},
        Source, check, join,
    },
};

/// A whole file.
pub(in crate::correct) static FILE: Shape = Is(&ROOT);

static ROOT: Object = closed(
    "file of corrections",
    &["corrections", "title", "actions"],
    &[("corrections", Count), ("title", Text), ("actions", List(&Is(&ENTRY)))],
);

pub(super) static ENTRY: Object = closed(
    "correction",
    &["action", "versions", "evidence", "description"],
    &[
        ("action", Text),
        ("plugin", Text),
        ("versions", Either(&[Text, List(&Text)])),
        ("evidence", Text),
        ("description", Text),
        ("change", Is(&CHANGE)),
        ("params", Is(&PARAMS)),
    ],
);

pub(super) static CHANGE: Object = closed(
    "change of an action",
    &[],
    &[
        ("rest_params", Either(&[Text, Null])),
        ("through", Text),
        ("verb", Word(&["GET", "POST"])),
        ("answer", Either(&[Word(&ANSWERS), Is(&TYPED)])),
        ("background", Bool),
        ("repeatable", Bool),
        ("dead", Text),
    ],
);

pub(super) const ANSWERS: [&str; 9] =
    ["listing", "envelope", "report", "json", "xml", "text", "bytes", "nothing", "any"];

pub(super) static TYPED: Object = closed(
    "answer of a known type",
    &[],
    &[("model", Text), ("list", Text), ("map", Text), ("one_or_many", Text)],
);

pub(super) static PARAMS: Object = closed(
    "change of parameters",
    &[],
    &[("remove", List(&Text)), ("add", List(&Is(&NEW))), ("change", Map(&Is(&PARAM)))],
);

pub(super) static NEW: Object = closed(
    "parameter",
    &["name"],
    &[("name", Text), ("type", TYPE), ("required", Bool), ("default", Text)],
);

pub(super) static PARAM: Object =
    closed("change of a parameter", &[], &[("type", TYPE), ("required", Bool), ("default", Text)]);

const TYPE: Shape = Either(&[Word(&TYPES), Is(&WITH)]);

pub(super) const TYPES: [&str; 13] = [
    "text",
    "integer",
    "flag",
    "switch",
    "on",
    "node",
    "nodes",
    "selection",
    "texts",
    "json",
    "fields",
    "numbered",
    "page",
];

/// Types that say more than a word.
pub(super) static WITH: Object =
    closed("type", &[], &[("choice", List(&Text)), ("constant", Text)]);

const fn closed(
    name: &'static str,
    required: &'static [&'static str],
    keys: &'static [(&'static str, Shape)],
) -> Object {
    Object { is_closed: true, ..Object::new(Kind::Part(name), required, keys) }
}

/// What every finding about the form of a file is called.
const CODE: &str = "corrections-malformed";

pub(super) fn read(source: Source) -> Result<ActionCorrections, Diagnostic> {
    use serde::Deserialize as _;
    if let Some(misfit) = check(&source.value, &FILE).into_iter().next() {
        let error = source.error(CODE, misfit.message, &misfit.pointer);
        return Err(match misfit.help {
            Some(help) => error.help(help),
            None => error,
        });
    }
    for (index, entry) in source.value["actions"].as_array().into_iter().flatten().enumerate() {
        let at = join("/actions", &index.to_string());
        Versions::read(&source, &join(&at, "versions"), CODE)?;
        if entry["evidence"].as_str().is_none_or(|evidence| evidence.trim().is_empty()) {
            let at = join(&at, "evidence");
            return Err(source
                .error(CODE, "a correction without evidence", &at)
                .help("say how it is known: the release it was measured on, and how"));
        }
        if let Err(error) = Entry::deserialize(entry) {
            return Err(source.error(CODE, error.to_string(), &at));
        }
    }
    let written = Written::deserialize(&source.value)
        .map_err(|error| source.error(CODE, error.to_string(), ""))?;
    if written.corrections != 1 {
        let message = "only the format `corrections: 1` is known";
        return Err(source.error(CODE, message, "/corrections"));
    }
    Ok(ActionCorrections { title: written.title, entries: written.actions, source })
}
