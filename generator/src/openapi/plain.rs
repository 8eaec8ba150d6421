//! Normalises what OpenAPI 3.0 lets documents express in several ways, except for schemas and the
//! parameters of operations.

use serde_json::{Map, Value, json};

use super::{
    pointer::At,
    schemas::rename,
    shape::{Kind, Violation, openapi3::DOCUMENT, walk_mut},
};

/// The methods of a path, as its keys.
pub(crate) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The HTTP scheme that stands for `mutualTLS`.
pub(crate) const MUTUAL_TLS: &str = "mutualTLS";

/// The encoding of a form field.
const ENCODING: Kind = Kind::Part("encoding");

/// Rewrites a document that matches the tables.
pub(super) fn rewrite(document: &mut Value) -> Vec<Violation> {
    let mut found = Vec::new();
    walk_mut(document, &DOCUMENT, &At::ROOT, &mut |kind, value, at| {
        let Some(map) = value.as_object_mut() else { return };
        match kind {
            Kind::Root if map.remove("jsonSchemaDialect").is_some() => {
                let message =
                    "`jsonSchemaDialect` is ignored: schemas are read as those of OpenAPI";
                let at = at.key("jsonSchemaDialect").pointer();
                found.push(Violation::note("schema-ignored", message, &at));
            }
            Kind::Info => rename(map, "summary", "x-summary"),
            Kind::License => rename(map, "identifier", "x-identifier"),
            Kind::Components => client_certificates(map, at, &mut found),
            Kind::Parameter => found.extend(style(map, at)),
            ENCODING => exploded(map),
            _ => {}
        }
    });
    found
}

/// Writes out the default that the items of a list are separate fields. The types of `openapiv3`
/// have the opposite default.
fn exploded(encoding: &mut Map<String, Value>) {
    if encoding.get("style").is_none_or(|style| style == "form") {
        encoding.entry("explode").or_insert(Value::Bool(true));
    }
}

/// Writes a scheme that the types of `openapiv3` do not have as an HTTP scheme of its name.
fn client_certificates(
    components: &mut Map<String, Value>,
    at: &At<'_>,
    found: &mut Vec<Violation>,
) {
    let Some(Value::Object(schemes)) = components.get_mut("securitySchemes") else { return };
    for (name, scheme) in schemes {
        if scheme.get("type").is_none_or(|kind| kind != "mutualTLS") {
            continue;
        }
        let message = "`mutualTLS` is configured on the connection; pass the certificate to \
                       `Builder::client_certificate`";
        let at = at.key("securitySchemes");
        found.push(Violation::note("security-certificate", message, &at.key(name).pointer()));
        *scheme = json!({"type": "http", "scheme": MUTUAL_TLS});
    }
}

/// Removes a style that is invalid for the parameter's location.
fn style(parameter: &mut Map<String, Value>, at: &At<'_>) -> Option<Violation> {
    let place = parameter.get("in").and_then(Value::as_str)?;
    let styles: &[&str] = match place {
        "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        "path" => &["simple", "matrix", "label"],
        "header" => &["simple"],
        _ => &["form"],
    };
    let style = parameter.get("style").and_then(Value::as_str)?;
    if styles.contains(&style) {
        return None;
    }
    let message = format!(
        "the style `{style}` is not valid for a parameter in `{place}`; it is encoded as `{}`",
        styles.first().unwrap_or(&"form")
    );
    let at = at.key("style").pointer();
    parameter.remove("style");
    Some(Violation::warning("parameter-style", message, &at))
}
