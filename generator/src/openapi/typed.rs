//! From a JSON value to the types of `openapiv3`.

use openapiv3::{Components, OpenAPI, PathItem, ReferenceOr};
use serde::{Deserialize as _, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{pointer::join, shape::Misfit};
use crate::threads::both;

/// Reads a document that has been checked, and takes it apart on the way: its components on a
/// thread of their own, for they are half of it.
pub(super) fn read(mut document: Value) -> Result<OpenAPI, Misfit> {
    let components = document.as_object_mut().and_then(|document| document.remove("components"));
    let (components, api) = both(
        || components.map(Components::deserialize).transpose(),
        || OpenAPI::deserialize(document),
    );
    let refused = |error: serde_json::Error| misfit(&error, String::new());
    Ok(OpenAPI { components: components.map_err(refused)?, ..api.map_err(refused)? })
}

/// Finds the part that cannot be read: the types themselves do not say which it is.
pub(super) fn blame(document: &Value) -> Option<Misfit> {
    let parts = |pointer: &str| {
        let map = document.pointer(pointer).and_then(Value::as_object);
        let entries = map.into_iter().flatten();
        let at = pointer.to_owned();
        entries.map(move |(key, value)| (join(&at, key), value)).collect::<Vec<_>>()
    };
    for (at, path) in parts("/paths") {
        if let Some(misfit) = refused::<ReferenceOr<PathItem>>(path, &at) {
            return Some(misfit);
        }
    }
    for (folder, _) in parts("/components") {
        let key = folder.trim_start_matches("/components/");
        for (at, part) in parts(&folder) {
            let alone = json!({ key: { "part": part } });
            if let Some(misfit) = refused::<Components>(&alone, &at) {
                return Some(misfit);
            }
        }
    }
    None
}

fn refused<T: DeserializeOwned>(value: &Value, at: &str) -> Option<Misfit> {
    let error = serde_json::from_value::<T>(value.clone()).err()?;
    Some(misfit(&error, at.to_owned()))
}

fn misfit(error: &serde_json::Error, pointer: String) -> Misfit {
    Misfit::new("spec-type", format!("cannot be read: {error}"), &pointer)
}
