//! Scalars and keys in common but invalid notations.

use serde_json::{Map, Value, json};

use super::{Fit, Repair, mistyped};
use crate::{
    diagnostic::Severity,
    openapi::{
        Dialect,
        pointer::{At, join, of_reference, tokens},
        shape::{Kind, Object, Shape, Violation, openapi3::SCHEMA},
    },
};

impl Repair<'_> {
    pub(super) fn scalar(&mut self, value: &mut Value, shape: &Shape, at: &At<'_>) -> Fit {
        let coerced = match (shape, &*value) {
            (Shape::Word(words), Value::String(word)) if words.contains(&&**word) => return Ok(()),
            (Shape::Word(words), Value::String(word)) => {
                let meant = words.iter().find(|known| known.eq_ignore_ascii_case(word.trim()));
                meant.map(|known| json!(known))
            }
            (Shape::Text, Value::Number(number)) => {
                let written = (number.is_f64()).then(|| (self.written)(&at.pointer())).flatten();
                Some(Value::String(written.unwrap_or_else(|| number.to_string())))
            }
            (Shape::Text, Value::Bool(truth)) => Some(json!(truth.to_string())),
            (Shape::Bool, Value::String(text)) => {
                text.to_ascii_lowercase().parse().ok().map(Value::Bool)
            }
            (Shape::List(Shape::Text), Value::String(_)) => Some(json!([&*value])),
            _ if shape.fits(value) => return Ok(()),
            _ => None,
        };
        let violation = mistyped(value, shape, at);
        let Some(coerced) = coerced else { return Err(vec![violation]) };
        self.found.say(violation.because(Severity::Note, "it is converted"));
        *value = coerced;
        Ok(())
    }

    /// Rewrites other notations to those in the tables.
    pub(super) fn prepare(&mut self, map: &mut Map<String, Value>, object: &Object, at: &At<'_>) {
        match object.kind {
            Kind::Paths => self.paths(map, at),
            Kind::Part("responses object") => self.statuses(map, at),
            Kind::Parameter | Kind::Header if self.dialect != Dialect::Swagger2 => {
                self.schema_of_parameter(map, object, at);
            }
            Kind::Schema => self.schema(map, at),
            _ => {}
        }
    }

    /// Adds the missing leading slash of a path.
    fn paths(&mut self, paths: &mut Map<String, Value>, at: &At<'_>) {
        let keys = paths.keys().filter(|key| !key.starts_with('/') && !key.starts_with("x-"));
        let keys: Vec<_> = keys.cloned().collect();
        for key in keys {
            let new = format!("/{key}");
            if paths.contains_key(&new) || !paths.get(&key).is_some_and(Value::is_object) {
                continue;
            }
            let old_at = at.key(&key).pointer();
            let message = format!("a path without a leading slash; it is read as `{new}`");
            self.found.say(Violation::warning("spec-key", message, &old_at));
            self.found.moved_within(at.key(&new).pointer(), &old_at);
            if let Some(item) = paths.remove(&key) {
                paths.insert(new, item);
            }
        }
    }

    /// Converts classes of statuses to upper case.
    fn statuses(&mut self, responses: &mut Map<String, Value>, at: &At<'_>) {
        let lower = |key: &&String| key.len() == 3 && key.ends_with("xx");
        let keys: Vec<_> = responses.keys().filter(lower).cloned().collect();
        for key in keys {
            let new = key.to_ascii_uppercase();
            self.found.moved_within(at.key(&new).pointer(), &at.key(&key).pointer());
            if let Some(response) = responses.remove(&key) {
                responses.entry(new).or_insert(response);
            }
        }
    }

    /// Adds the schema of a parameter that is written as in Swagger 2.0, or missing.
    fn schema_of_parameter(&mut self, map: &mut Map<String, Value>, object: &Object, at: &At<'_>) {
        match (map.get("schema"), map.get("content")) {
            (Some(_), Some(_)) => {
                let message = "`content` next to `schema`; it is ignored";
                let at = at.key("content").pointer();
                self.found.say(Violation::warning("parameter-schema", message, &at));
                map.remove("content");
            }
            (None, Some(content)) => {
                if content.as_object().is_some_and(Map::is_empty) {
                    map.remove("content");
                    self.schema_of_parameter(map, object, at);
                }
            }
            (Some(_), None) => {}
            (None, None) => {
                let is_of_schema = |key: &&String| {
                    object.key(key).is_none() && SCHEMA.key(key).is_some() && !key.starts_with("x-")
                };
                let keys: Vec<_> = map.keys().filter(is_of_schema).cloned().collect();
                let mut schema = Map::new();
                for key in keys {
                    if let Some((key, value)) = map.remove_entry(&key) {
                        let new = join(&at.key("schema").pointer(), &key);
                        self.found.moved_within(new, &at.key(&key).pointer());
                        schema.insert(key, value);
                    }
                }
                let message = match schema.is_empty() {
                    true => format!("a {} without `schema`; it is treated as text", object.kind),
                    false => {
                        format!("a {} without `schema`; its own keys are read as one", object.kind)
                    }
                };
                if schema.is_empty() {
                    schema.insert("type".to_owned(), json!("string"));
                }
                let severity =
                    if object.kind == Kind::Header { Severity::Note } else { Severity::Warning };
                let violation = Violation::new("parameter-schema", message, &at.pointer());
                self.found.say(violation.because(severity, ""));
                map.insert("schema".to_owned(), Value::Object(schema));
            }
        }
    }

    /// Repairs `required` in a property, and enumeration values that YAML parsed as another type.
    fn schema(&mut self, schema: &mut Map<String, Value>, at: &At<'_>) {
        if schema.get("required").is_some_and(Value::is_boolean) {
            let message = "`required` on a property instead of the object; it is ignored";
            self.found.say(Violation::note("spec-type", message, &at.key("required").pointer()));
            schema.remove("required");
        }
        if schema.get("$ref").is_some_and(Value::is_string) {
            return;
        }
        self.mapping(schema, at);
        let Some(kind) = schema.get("type").and_then(Value::as_str).map(str::to_owned) else {
            return;
        };
        let enumeration = schema.get_mut("enum").and_then(Value::as_array_mut);
        for (index, value) in enumeration.into_iter().flatten().enumerate() {
            let at = at.key("enum");
            let at = at.index(index);
            let as_type = match (&*kind, &*value) {
                ("string", Value::Number(number)) => {
                    let written = number.is_f64().then(|| (self.written)(&at.pointer())).flatten();
                    Value::String(written.unwrap_or_else(|| number.to_string()))
                }
                ("string", Value::Bool(truth)) => json!(truth.to_string()),
                ("integer", Value::String(text)) => match text.parse::<i64>() {
                    Ok(number) => json!(number),
                    Err(_) => continue,
                },
                ("boolean", Value::String(text)) => match text.parse::<bool>() {
                    Ok(truth) => json!(truth),
                    Err(_) => continue,
                },
                _ => continue,
            };
            let message = format!(
                "a value of the enumeration that is not of its type `{kind}`; it is converted"
            );
            self.found.say(Violation::note("spec-type", message, &at.pointer()));
            *value = as_type;
        }
    }

    /// Removes values of a discriminator that map to a missing schema.
    fn mapping(&mut self, schema: &mut Map<String, Value>, at: &At<'_>) {
        let discriminator = schema.get_mut("discriminator");
        let mapping = discriminator.and_then(|one| one.get_mut("mapping")?.as_object_mut());
        let (Some(mapping), Some(home)) = (mapping, self.home(Kind::Schema)) else { return };
        let (at, schemas) = (at.key("discriminator"), self.schemas);
        let at = at.key("mapping");
        mapping.retain(|value, target| {
            let Some(target) = target.as_str() else { return true };
            let pointer = of_reference(target);
            let name = match &pointer {
                Some(pointer) => pointer.strip_prefix(home).and_then(|name| tokens(name).next()),
                None => Some(target.to_owned()),
            };
            let is_there = name.is_some_and(|name| schemas.contains(&name));
            if !is_there {
                let message = format!("`{target}` is unresolved: the schema does not exist");
                let violation = Violation::new("ref-unresolved", message, &at.key(value).pointer());
                self.found.say(violation.because(Severity::Warning, "it is left out"));
            }
            is_there
        });
    }
}
