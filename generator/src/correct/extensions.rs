//! The extensions that express what OpenAPI cannot.

use serde_json::Value;

use crate::{
    diagnostic::Diagnostic,
    openapi::{EXTENSIONS, Source, join},
    suggest::did_you_mean,
};

/// The values of `x-pydio-answer`.
const ANSWERS: [&str; 2] = ["envelope", "nothing"];

/// Refuses an unknown extension with our prefix: it would do nothing.
pub(crate) fn check(source: &Source, update: &Value, at: &str) -> Result<(), Diagnostic> {
    let members: Vec<(String, &Value)> = match update {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(i, v)| (i.to_string(), v)).collect(),
        _ => Vec::new(),
    };
    for (key, value) in members {
        let at = join(at, &key);
        if key.starts_with("x-pydio-") && !EXTENSIONS.contains(&&*key) {
            let message = format!("`{key}` is not a known extension");
            let error = source.error("correction-extension", message, &at);
            let known = || format!("known are `{}`", EXTENSIONS.join("`, `"));
            return Err(error.help(did_you_mean(&key, EXTENSIONS).unwrap_or_else(known)));
        }
        if key == "x-pydio-answer" && !ANSWERS.iter().any(|answer| value == answer) {
            let message = format!("`{key}` is not one of `{}`", ANSWERS.join("` and `"));
            return Err(source.error("correction-extension", message, &at));
        }
        check(source, value, &at)?;
    }
    Ok(())
}
