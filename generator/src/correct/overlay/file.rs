//! The format of an overlay file, and its conversion to an overlay.

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;
use serde_json_path::JsonPath;

use super::{Change, NO_TARGET, Overlay, Versions};
#[cfg(test)]
use crate::correct::schema::{not_null, with_extensions};
use crate::{
    correct::{
        extensions,
        format::{self, OneOrMany, evidence, given},
    },
    diagnostic::Diagnostic,
    openapi::{Source, join},
};

/// An overlay in the form of the OpenAPI Overlay Specification 1.0, with the versions and the
/// evidence of each action.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(title = "Corrections of a spec"))]
#[cfg_attr(test, schemars(transform = not_null, transform = with_extensions))]
pub(in crate::correct) struct File {
    /// The version of the Overlay Specification.
    #[serde(rename = "overlay", deserialize_with = "first_version")]
    #[cfg_attr(test, schemars(regex(pattern = r"^1\.0\.")))]
    _overlay: String,
    info: Info,
    /// The address of the spec that it is for. Not followed.
    #[serde(rename = "extends", default, deserialize_with = "given")]
    _extends: Option<String>,
    /// The corrections, in the order they are applied.
    #[serde(deserialize_with = "several")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    actions: Vec<Action>,
}

/// What the overlay is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(transform = with_extensions))]
struct Info {
    /// What it is about.
    title: String,
    /// Its own version.
    #[serde(rename = "version")]
    _version: String,
}

/// One correction. It has to select something in each version it claims, and to change it.
// Only our own extensions: any other is treated as a misspelt one.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(transform = not_null))]
#[cfg_attr(test, schemars(extend("oneOf" = [
    { "required": ["update"], "properties": { "remove": { "const": false } } },
    { "required": ["remove"], "properties": { "remove": { "const": true }, "update": false } },
])))]
struct Action {
    /// A JSONPath (RFC 9535) that selects what is corrected, in the spec as the actions before this
    /// one left it.
    #[serde(deserialize_with = "target")]
    #[cfg_attr(test, schemars(with = "String", extend("examples" = [
        "$.paths['/fs/{path}'].get",
        "$.paths[*][?@.operationId=='getNodeInfos']",
        "$.definitions.Node",
    ])))]
    target: JsonPath,
    /// The name of a parameter, or several names: the action corrects the parameters of these names
    /// of the operations that the target selects, wherever they are declared.
    #[serde(rename = "x-parameter", default, deserialize_with = "names")]
    #[cfg_attr(test, schemars(with = "OneOrMany<String>", extend("examples" = [
        "meta",
        ["order_column", "order_direction"],
    ])))]
    parameters: Vec<String>,
    /// Why: how the server differs from the spec.
    #[serde(default, deserialize_with = "given")]
    description: Option<String>,
    /// What is merged into what is selected: maps key by key, and an entry is added to a list.
    #[serde(default, deserialize_with = "given")]
    update: Option<Value>,
    /// Whether what is selected is removed.
    #[serde(default)]
    remove: bool,
    #[serde(rename = "x-versions", default)]
    versions: Versions,
    /// How it is known: names of recorded exchanges, a place in the server's source, a fact that
    /// was written down.
    #[serde(rename = "x-evidence", deserialize_with = "evidence")]
    #[cfg_attr(test, schemars(regex(pattern = r"\S")))]
    evidence: String,
}

/// Returns the code for an invalid value of a key, where the key has a code of its own.
fn code_of(key: &str) -> Option<&'static str> {
    Some(match key {
        "overlay" => "overlay-version",
        "target" => NO_TARGET,
        "x-versions" => "overlay-versions",
        "x-evidence" => "overlay-evidence",
        _ => return None,
    })
}

const CODE: &str = "overlay-shape";

pub(super) fn read(source: Source) -> Result<Overlay, Diagnostic> {
    let mut value = source.value.clone();
    for pointer in ["", "/info"] {
        if let Some(map) = value.pointer_mut(pointer).and_then(Value::as_object_mut) {
            map.retain(|key, _| !key.starts_with("x-"));
        }
    }
    let File { info, actions, .. } = format::read(&source, &value, CODE, code_of)?;
    let actions = actions.into_iter().enumerate();
    let actions = actions
        .map(|(index, action)| action.checked(&source, &join("/actions", &index.to_string())))
        .collect::<Result<_, _>>()?;
    Ok(Overlay { title: info.title, actions, source })
}

impl Action {
    fn checked(self, source: &Source, at: &str) -> Result<super::Action, Diagnostic> {
        let change = match (self.update, self.remove) {
            (Some(update), false) => {
                extensions::check(source, &update, &join(at, "update"))?;
                Change::Update(update)
            }
            (None, true) => Change::Remove,
            (Some(_), true) => {
                let message = "`update` in an action that removes what it would change";
                return Err(source.error(CODE, message, &join(at, "update")));
            }
            (None, false) => {
                let message = "an action without `update` or `remove: true`";
                return Err(source.error(CODE, message, at));
            }
        };
        Ok(super::Action {
            description: self.description,
            evidence: self.evidence.trim().to_owned(),
            versions: self.versions,
            target: self.target,
            parameters: self.parameters,
            change,
        })
    }
}

fn first_version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let version = String::deserialize(deserializer)?;
    if version.starts_with("1.0.") {
        return Ok(version);
    }
    let message = "of the Overlay Specification is not supported\nwrite `1.0.0`";
    Err(D::Error::custom(format!("version `{version}` {message}")))
}

fn several<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Action>, D::Error> {
    let actions = Vec::deserialize(deserializer)?;
    match actions.is_empty() {
        true => Err(D::Error::custom("an overlay without actions")),
        false => Ok(actions),
    }
}

fn target<'de, D: Deserializer<'de>>(deserializer: D) -> Result<JsonPath, D::Error> {
    let path = String::deserialize(deserializer)?;
    JsonPath::parse(&path).map_err(|error| {
        D::Error::custom(format!(
            "`{path}` is not a JSONPath: {}\nkeys with `/`, `{{` or `-` go in brackets: \
             `$.paths['/fs/{{path}}'].get`",
            error.message()
        ))
    })
}

/// Reads the names of the parameters that an action is about.
fn names<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let OneOrMany(names) = OneOrMany::<String>::deserialize(deserializer)?;
    if names.iter().all(|name| name.trim().is_empty()) {
        return Err(D::Error::custom(
            "a parameter without a name\nname the parameter as it is sent",
        ));
    }
    Ok(names)
}
