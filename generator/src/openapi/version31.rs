//! What OpenAPI 3.1 has and 3.0 has not: rewritten where 3.0 can say the same, an error where
//! it cannot.

use serde_json::{Map, Value, json};

use super::{
    home,
    origin::Origins,
    plain::rename,
    pointer::{At, join},
    reference,
    shape::{Kind, Misfit, check, openapi3::DOCUMENT, walk, walk_mut},
};

/// What of JSON Schema 3.0 has no words for.
const BEYOND_30: [&str; 21] = [
    "$schema",
    "$id",
    "$anchor",
    "$defs",
    "$vocabulary",
    "$dynamicRef",
    "$dynamicAnchor",
    "contentSchema",
    "if",
    "then",
    "else",
    "prefixItems",
    "contains",
    "minContains",
    "maxContains",
    "patternProperties",
    "propertyNames",
    "dependentSchemas",
    "dependentRequired",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// What of JSON Schema 3.0 can say in another way.
const IN_OTHER_WORDS: [&str; 5] =
    ["const", "examples", "contentEncoding", "contentMediaType", "$comment"];

/// The dialect that schemas are in unless a document says otherwise.
const DIALECT: &str = "https://spec.openapis.org/oas/3.1/dialect/base";

/// Answers a document of 3.0 as it is, and refuses one that borrows from 3.1.
pub(super) fn refuse(document: &Value) -> Result<Value, Vec<Misfit>> {
    let mut misfits = check(document, &DOCUMENT);
    if misfits.is_empty() {
        walk(document, &DOCUMENT, &mut |kind, value, at| {
            misfits.extend(borrowed(kind, value).into_iter().map(|(key, what)| {
                let at = key.map_or_else(|| at.pointer(), |key| at.key(key).pointer());
                let message = format!("{what} only since OpenAPI 3.1, and this is 3.0");
                Misfit::new("openapi-version", message, &at)
            }));
        });
    }
    if misfits.is_empty() {
        misfits = reference::check(document, &DOCUMENT, home);
    }
    if misfits.is_empty() { Ok(document.clone()) } else { Err(misfits) }
}

fn borrowed(kind: Kind, value: &Value) -> Vec<(Option<&'static str>, String)> {
    let keys: &[&str] = match kind {
        Kind::Root => &["jsonSchemaDialect", "webhooks"],
        Kind::Info => &["summary"],
        Kind::License => &["identifier"],
        Kind::Components => &["pathItems"],
        Kind::Schema if value.is_boolean() => {
            return vec![(None, "a schema can be `true` or `false`".to_owned())];
        }
        Kind::Schema => return borrowed_by_schema(value),
        _ => &[],
    };
    let found = keys.iter().filter(|key| value.get(**key).is_some());
    let mut found: Vec<_> = found.map(|key| (Some(*key), format!("there is `{key}`"))).collect();
    if kind == Kind::Root && value.get("paths").is_none() {
        found.push((None, "a document can be without `paths`".to_owned()));
    }
    found
}

fn borrowed_by_schema(schema: &Value) -> Vec<(Option<&'static str>, String)> {
    let keys = BEYOND_30.iter().chain(&IN_OTHER_WORDS);
    let keys = keys.filter(|key| schema.get(**key).is_some());
    let mut found: Vec<_> = keys.map(|key| (Some(*key), format!("there is `{key}`"))).collect();
    if schema.get("type").is_some_and(|value| value.is_array() || value == "null") {
        found.push((Some("type"), "`null` and lists of types are types".to_owned()));
    }
    for key in ["exclusiveMinimum", "exclusiveMaximum"] {
        if schema.get(key).is_some_and(Value::is_number) {
            found.push((Some(key), format!("`{key}` can be a number")));
        }
    }
    found
}

/// Makes 3.0 of a document of 3.1.
pub(super) fn convert(document: &Value) -> Result<(Value, Origins), Vec<Misfit>> {
    let mut misfits = check(document, &DOCUMENT);
    if misfits.is_empty() {
        misfits = reference::check(document, &DOCUMENT, home);
    }
    if !misfits.is_empty() {
        return Err(misfits);
    }
    let mut converted = document.clone();
    let mut converter = Converter { origins: Origins::default(), misfits };
    walk_mut(&mut converted, &DOCUMENT, &At::ROOT, &mut |kind, value, at| {
        if *value == Value::Bool(true) {
            *value = json!({});
        } else if *value == Value::Bool(false) {
            *value = json!({ "not": {} });
        } else if let Some(map) = value.as_object_mut() {
            converter.object(kind, map, &at.pointer());
        }
    });
    if !converter.misfits.is_empty() {
        return Err(converter.misfits);
    }
    refuse(&converted).map(|converted| (converted, converter.origins))
}

struct Converter {
    origins: Origins,
    misfits: Vec<Misfit>,
}

impl Converter {
    fn object(&mut self, kind: Kind, map: &mut Map<String, Value>, at: &str) {
        match kind {
            Kind::Root => self.root(map),
            Kind::Info => rename(map, "summary", "x-summary"),
            Kind::License => rename(map, "identifier", "x-identifier"),
            Kind::Components => self.must_be_empty(map, "pathItems", at),
            Kind::Schema => self.schema(map, at),
            _ => {}
        }
    }

    fn root(&mut self, map: &mut Map<String, Value>) {
        map.insert("openapi".to_owned(), json!("3.0.3"));
        map.entry("paths").or_insert_with(|| json!({}));
        self.must_be_empty(map, "webhooks", "");
        let dialect = map.remove("jsonSchemaDialect");
        if dialect.is_some_and(|dialect| dialect != DIALECT) {
            let message = format!("a dialect of JSON Schema other than `{DIALECT}`");
            self.unsupported(&message, &join("", "jsonSchemaDialect"));
        }
    }

    fn must_be_empty(&mut self, map: &mut Map<String, Value>, key: &str, at: &str) {
        let value = map.remove(key);
        if value.is_some_and(|value| value.as_object().is_none_or(|map| !map.is_empty())) {
            self.unsupported(&format!("`{key}`"), &join(at, key));
        }
    }

    fn unsupported(&mut self, what: &str, at: &str) {
        self.misfits.push(Misfit::new("unsupported", format!("{what} is not supported"), at));
    }

    fn schema(&mut self, schema: &mut Map<String, Value>, at: &str) {
        for key in BEYOND_30 {
            if schema.contains_key(key) {
                self.unsupported(&format!("`{key}` in a schema"), &join(at, key));
            }
        }
        self.types(schema, at);
        for key in ["oneOf", "anyOf"] {
            self.or_null(schema, key, at);
        }
        if let Some(value) = schema.remove("const") {
            schema.insert("enum".to_owned(), json!([value]));
        }
        exclusive(schema, "minimum", "exclusiveMinimum", f64::max);
        exclusive(schema, "maximum", "exclusiveMaximum", f64::min);
        examples(schema);
        content(schema);
        rename(schema, "$comment", "x-comment");
    }

    /// `type: [string, "null"]` is a string that may be null.
    fn types(&mut self, schema: &mut Map<String, Value>, at: &str) {
        let types = match schema.get("type") {
            Some(Value::Array(types)) => types.clone(),
            Some(one) if one == "null" => vec![one.clone()],
            _ => return,
        };
        let (null, mut types): (Vec<_>, Vec<_>) = types.into_iter().partition(|t| t == "null");
        schema.remove("type");
        if !null.is_empty() {
            schema.insert("nullable".to_owned(), json!(true));
        }
        match (types.pop(), types.is_empty()) {
            (Some(only), true) => drop(schema.insert("type".to_owned(), only)),
            (None, _) => self.unsupported("a value that can only be null", &join(at, "type")),
            (Some(last), false) => {
                types.push(last);
                let known = ["nullable", "title", "description", "default", "deprecated"];
                if schema.keys().all(|key| known.contains(&&**key)) {
                    let each = types.into_iter().map(|one| json!({ "type": one })).collect();
                    schema.insert("anyOf".to_owned(), Value::Array(each));
                } else {
                    self.unsupported("a list of types with conditions", &join(at, "type"));
                }
            }
        }
    }

    /// One of something and `null` is that something, or null.
    fn or_null(&mut self, schema: &mut Map<String, Value>, key: &str, at: &str) {
        let Some(Value::Array(all)) = schema.get(key) else { return };
        let is_null = |part: &Value| {
            part.as_object().is_some_and(|part| {
                part.len() == 1 && part.get("type").is_some_and(|only| only == "null")
            })
        };
        let kept: Vec<_> = all.iter().enumerate().filter(|(_, part)| !is_null(part)).collect();
        if kept.len() == all.len() || kept.is_empty() {
            return;
        }
        let new_key = if kept.len() == 1 && !schema.contains_key("allOf") { "allOf" } else { key };
        for (new, (old, _)) in kept.iter().enumerate() {
            let new = join(&join(at, new_key), &new.to_string());
            self.origins.note(new, join(&join(at, key), &old.to_string()));
        }
        let kept = kept.into_iter().map(|(_, part)| part.clone()).collect();
        schema.remove(key);
        schema.insert(new_key.to_owned(), Value::Array(kept));
        schema.insert("nullable".to_owned(), json!(true));
    }
}

/// `exclusiveMinimum: 3` is `minimum: 3` with `exclusiveMinimum: true`.
fn exclusive(
    schema: &mut Map<String, Value>,
    limit: &str,
    exclusive: &str,
    narrower: fn(f64, f64) -> f64,
) {
    let Some(Value::Number(bound)) = schema.get(exclusive).cloned() else { return };
    let other = schema.get(limit).and_then(Value::as_f64);
    let is_narrower = match (bound.as_f64(), other) {
        (Some(bound), Some(other)) => narrower(bound, other).total_cmp(&bound).is_eq(),
        _ => true,
    };
    if is_narrower {
        schema.insert(limit.to_owned(), Value::Number(bound));
        schema.insert(exclusive.to_owned(), json!(true));
    } else {
        schema.remove(exclusive);
    }
}

/// The first example is the one; the others are kept beside it.
fn examples(schema: &mut Map<String, Value>) {
    let Some(Value::Array(examples)) = schema.remove("examples") else { return };
    if let [first, others @ ..] = &*examples {
        schema.entry("example").or_insert_with(|| first.clone());
        if !others.is_empty() {
            schema.insert("x-examples".to_owned(), Value::Array(examples));
        }
    }
}

/// Bytes in text, and text that is bytes.
fn content(schema: &mut Map<String, Value>) {
    let encoding = schema.remove("contentEncoding");
    let media_type = schema.remove("contentMediaType");
    let is_bytes = media_type.as_ref().and_then(Value::as_str).is_some_and(|media_type| {
        let kinds = ["application/octet-stream", "image/", "audio/", "video/"];
        kinds.iter().any(|kind| media_type.starts_with(kind))
    });
    let format = match encoding.as_ref().and_then(Value::as_str) {
        Some("base64") => Some("byte"),
        None if is_bytes => Some("binary"),
        _ => None,
    };
    match (format, encoding) {
        (Some(format), _) => drop(schema.entry("format").or_insert_with(|| json!(format))),
        (None, Some(other)) => drop(schema.insert("x-content-encoding".to_owned(), other)),
        (None, None) => {}
    }
    if let Some(media_type) = media_type {
        schema.insert("x-content-media-type".to_owned(), media_type);
    }
}
