//! What a file of corrections has to look like.

use serde_json::Value;

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
    &[
        ("corrections", Count),
        ("title", Text),
        ("actions", List(&Is(&ENTRY))),
        ("transfer", Is(&TRANSFER)),
    ],
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

const TYPE: Shape = Either(&TYPE_FORMS);
static TYPE_FORMS: [Shape; 2] = [Word(&TYPES), Is(&WITH)];

pub(super) const TYPES: [&str; 15] = [
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
    "encoded",
    "file",
];

/// Types that say more than a word.
pub(super) static WITH: Object =
    closed("type", &[], &[("choice", List(&Text)), ("constant", Text)]);

/// Which actions transfers of files are made of.
static TRANSFER: Object = closed(
    "part about transfers",
    &["versions", "evidence", "roles"],
    &[("versions", Either(&[Text, List(&Text)])), ("evidence", Text), ("roles", Is(&ROLES))],
);

static ROLES: Object = closed(
    "list of roles",
    &["download", "stat", "hash", "create", "replace", "limit", "upload", "raw", "parts"],
    &[
        ("download", Is(&ROLE)),
        ("stat", Is(&ROLE)),
        ("hash", Is(&ROLE)),
        ("create", Is(&ROLE)),
        ("replace", Text),
        ("limit", Is(&LIMIT)),
        ("upload", Is(&UPLOAD)),
        ("raw", Is(&RAW)),
        ("parts", Is(&PARTS)),
    ],
);

static ROLE: Object = closed("role", &["plugin", "action"], &[("plugin", Text), ("action", Text)]);

static LIMIT: Object = closed(
    "role of the limit",
    &["role", "path", "property"],
    &[("role", Is(&ROLE)), ("path", Text), ("property", Text)],
);

static UPLOAD: Object = closed(
    "role of the upload",
    &["role", "folder", "name", "file", "keep_both"],
    &[("role", Is(&ROLE)), ("folder", Text), ("name", Text), ("file", Text), ("keep_both", Text)],
);

static RAW: Object = closed(
    "role of the raw upload",
    &["operation", "workspace", "node", "keep_both"],
    &[("operation", Text), ("workspace", Text), ("node", Text), ("keep_both", Text)],
);

static PARTS: Object = closed(
    "role of parts",
    &["is_part", "size", "append_to", "suffix"],
    &[("is_part", Text), ("size", Text), ("append_to", Text), ("suffix", Text)],
);

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
        proven(&source, entry, &at)?;
        if let Err(error) = Entry::deserialize(entry) {
            return Err(source.error(CODE, error.to_string(), &at));
        }
    }
    if let Some(transfer) = source.value.get("transfer") {
        proven(&source, transfer, "/transfer")?;
    }
    let written = Written::deserialize(&source.value)
        .map_err(|error| source.error(CODE, error.to_string(), ""))?;
    if written.corrections != 1 {
        let message = "only the format `corrections: 1` is known";
        return Err(source.error(CODE, message, "/corrections"));
    }
    let Written { title, actions: entries, transfer, .. } = written;
    Ok(ActionCorrections { title, entries, transfer, source })
}

/// Refuses what says not of which releases it is true, or how that is known.
fn proven(source: &Source, written: &Value, at: &str) -> Result<(), Diagnostic> {
    Versions::read(source, &join(at, "versions"), CODE)?;
    if written["evidence"].as_str().is_none_or(|evidence| evidence.trim().is_empty()) {
        return Err(source
            .error(CODE, "a correction without evidence", &join(at, "evidence"))
            .help("say how it is known: the release it was measured on, and how"));
    }
    Ok(())
}
