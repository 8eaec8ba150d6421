//! Detects the version of the specification that a document uses.

use serde_json::Value;

use super::{Dialect, pointer::join, shape::Violation};

/// Returns the dialect of a document, and a finding about how the version is written.
///
/// # Errors
///
/// Returns an error when the document has no supported version.
pub(super) fn dialect(value: &Value) -> Result<(Dialect, Option<Violation>), Violation> {
    let violation = |message: String, key: Option<&str>| {
        let pointer = key.map_or_else(String::new, |key| join("", key));
        Violation::new("spec-version", message, &pointer)
    };
    let (key, version) = match (value.get("swagger"), value.get("openapi")) {
        (Some(version), None) => ("swagger", version),
        (None, Some(version)) => ("openapi", version),
        (None, None) => {
            let message = "neither `swagger` nor `openapi`: this is not a spec".to_owned();
            return Err(violation(message, None));
        }
        (Some(_), Some(_)) => {
            let message = "`swagger` and `openapi` in one document".to_owned();
            return Err(violation(message, Some("openapi")));
        }
    };
    let text = match version {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return Err(violation(format!("`{key}` is not text"), Some(key))),
    };
    let at = join("", key);
    let mut numbers = text.split('.').map(|number| number.parse::<u32>().ok());
    let (major, minor) = (numbers.next().flatten(), numbers.next().flatten());
    let dialect = match (key, major, minor) {
        ("swagger", Some(2), Some(0) | None) => Dialect::Swagger2,
        ("openapi", Some(3), Some(0)) => Dialect::OpenApi30,
        ("openapi", Some(3), Some(1)) => Dialect::OpenApi31,
        ("openapi", Some(3), Some(_)) => {
            let message = format!("version `{text}`, which is read as OpenAPI 3.1");
            let later = Violation::warning("spec-version", message, &at);
            return Ok((Dialect::OpenApi31, Some(later)));
        }
        _ => {
            let message =
                format!("version `{text}` is not supported: Swagger 2.0, OpenAPI 3.0 and 3.1 are");
            return Err(violation(message, Some(key)));
        }
    };
    let is_number = version.is_number().then(|| {
        let message = format!("`{key}` is a number instead of text; it is converted");
        Violation::note("spec-version", message, &at)
    });
    Ok((dialect, is_number))
}

/// Writes the version as text, whatever it was.
pub(super) fn write(document: &mut Value, dialect: Dialect) {
    let key = if dialect == Dialect::Swagger2 { "swagger" } else { "openapi" };
    if let Some(version) = document.get_mut(key).filter(|version| version.is_number()) {
        *version = Value::String(version.to_string());
    }
}
