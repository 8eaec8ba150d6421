//! What an overlay has to look like, and what is made of one that does.

use serde_json::Value;
use serde_json_path::JsonPath;

use super::{Action, Change, Overlay, Versions, extensions};
use crate::{
    diagnostic::Diagnostic,
    openapi::{
        Kind, Object,
        Shape::{self, Any, Bool, Either, Is, List, Text},
        Source, check, join,
    },
};

/// A whole overlay.
pub(in crate::correct) static OVERLAY: Shape = Is(&ROOT);

static ROOT: Object = Object::new(
    Kind::Part("overlay"),
    &["overlay", "info", "actions"],
    &[("overlay", Text), ("info", Is(&INFO)), ("extends", Text), ("actions", List(&Is(&ACTION)))],
);

static INFO: Object =
    Object::new(Kind::Info, &["title", "version"], &[("title", Text), ("version", Text)]);

/// No extension but ours: any other is taken for one of them, misspelt.
static ACTION: Object = Object {
    is_closed: true,
    ..Object::new(
        Kind::Part("action"),
        &["target", "x-evidence"],
        &[
            ("target", Text),
            ("description", Text),
            ("update", Any),
            ("remove", Bool),
            ("x-parameter", Either(&[Text, List(&Text)])),
            ("x-versions", Either(&[Text, List(&Text)])),
            ("x-evidence", Text),
        ],
    )
};

pub(super) fn read(source: Source) -> Result<Overlay, Diagnostic> {
    if let Some(misfit) = check(&source.value, &OVERLAY).into_iter().next() {
        let error = source.error("overlay-shape", misfit.message, &misfit.pointer);
        return Err(match misfit.help {
            Some(help) => error.help(help),
            None => error,
        });
    }
    let version = text(&source.value, "overlay").unwrap_or_default();
    if !version.starts_with("1.0.") {
        let message = format!("version `{version}` of the Overlay Specification is not supported");
        return Err(source.error("overlay-version", message, "/overlay").help("write `1.0.0`"));
    }
    let actions = source.value.get("actions").and_then(Value::as_array);
    let actions: Vec<_> = actions.into_iter().flatten().enumerate().collect();
    if actions.is_empty() {
        return Err(source.error("overlay-shape", "an overlay without actions", "/actions"));
    }
    let actions = actions
        .into_iter()
        .map(|(index, value)| action(&source, value, &join("/actions", &index.to_string())))
        .collect::<Result<_, _>>()?;
    let title = source.value.pointer("/info/title").and_then(Value::as_str);
    Ok(Overlay { title: title.unwrap_or_default().to_owned(), actions, source })
}

fn action(source: &Source, value: &Value, at: &str) -> Result<Action, Diagnostic> {
    let evidence = text(value, "x-evidence").unwrap_or_default().trim();
    if evidence.is_empty() {
        let at = join(at, "x-evidence");
        return Err(source
            .error("overlay-evidence", "an action without evidence", &at)
            .help("say how it is known: the release it was measured on, and how"));
    }
    Ok(Action {
        description: text(value, "description").map(str::to_owned),
        evidence: evidence.to_owned(),
        versions: Versions::read(source, &join(at, "x-versions"), "overlay-versions")?,
        target: target(source, value, at)?,
        parameters: parameters(source, value, at)?,
        change: change(source, value, at)?,
    })
}

fn target(source: &Source, value: &Value, at: &str) -> Result<JsonPath, Diagnostic> {
    let path = text(value, "target").unwrap_or_default();
    JsonPath::parse(path).map_err(|error| {
        let message = format!("`{path}` is no JSONPath: {}", error.message());
        source
            .error("overlay-target", message, &join(at, "target"))
            .help("keys with `/`, `{` or `-` go in brackets: `$.paths['/fs/{path}'].get`")
    })
}

/// The names of parameters that an action is about.
fn parameters(source: &Source, value: &Value, at: &str) -> Result<Vec<String>, Diagnostic> {
    let names = match value.get("x-parameter") {
        None => return Ok(Vec::new()),
        Some(Value::String(name)) => vec![name.clone()],
        Some(names) => {
            let names = names.as_array().into_iter().flatten();
            names.filter_map(|name| name.as_str().map(str::to_owned)).collect()
        }
    };
    if names.iter().all(|name| name.trim().is_empty()) {
        let error =
            source.error("overlay-shape", "a parameter without a name", &join(at, "x-parameter"));
        return Err(error.help("name the parameter as it is sent"));
    }
    Ok(names)
}

fn change(source: &Source, value: &Value, at: &str) -> Result<Change, Diagnostic> {
    let removes = value.get("remove") == Some(&Value::Bool(true));
    match (value.get("update"), removes) {
        (Some(update), false) => {
            extensions::check(source, update, &join(at, "update"))?;
            Ok(Change::Update(update.clone()))
        }
        (None, true) => Ok(Change::Remove),
        (Some(_), true) => {
            let message = "`update` in an action that removes what it would change";
            Err(source.error("overlay-shape", message, &join(at, "update")))
        }
        (None, false) => {
            let message = "an action without `update` or `remove: true`";
            Err(source.error("overlay-shape", message, at))
        }
    }
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}
