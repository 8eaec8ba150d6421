//! The extensions by which a spec says what OpenAPI has no words for.

use serde_json::Value;

use crate::{
    diagnostic::Diagnostic,
    openapi::{EXTENSIONS, Source, join},
    suggest::did_you_mean,
};

/// What `x-pydio-answer` may say that comes.
const ANSWERS: [&str; 2] = ["envelope", "nothing"];

/// Refuses an extension that begins like ours and is none of them: it would do nothing.
pub(super) fn check(source: &Source, update: &Value, at: &str) -> Result<(), Diagnostic> {
    let members: Vec<(String, &Value)> = match update {
        Value::Object(map) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(list) => list.iter().enumerate().map(|(i, v)| (i.to_string(), v)).collect(),
        _ => Vec::new(),
    };
    for (key, value) in members {
        let at = join(at, &key);
        if key.starts_with("x-pydio-") && !EXTENSIONS.contains(&&*key) {
            let message = format!("`{key}` is none of the extensions that are known");
            let error = source.error("overlay-extension", message, &at);
            let known = || format!("known are `{}`", EXTENSIONS.join("`, `"));
            return Err(error.help(did_you_mean(&key, EXTENSIONS).unwrap_or_else(known)));
        }
        if key == "x-pydio-answer" && !ANSWERS.iter().any(|answer| value == answer) {
            let message = format!("`{key}` says none of `{}`", ANSWERS.join("` and `"));
            return Err(source.error("overlay-extension", message, &at));
        }
        check(source, value, &at)?;
    }
    Ok(())
}
