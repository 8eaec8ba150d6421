//! Checks JSON against the types of the intermediate representation, as the runtime reads it.

use serde_json::{Map, Value};

use super::secret::is_identifying;
use crate::ir::{Api, EndpointKind, Field, Model, Shape, Type};

/// A checker of documents against declared types.
pub(super) struct Checker<'a> {
    api: &'a Api,
    kind: EndpointKind,
    /// The steps to the current location. Keys of maps are data, and not among them.
    path: Vec<String>,
    /// Locations of fields that no model declares.
    pub(super) undeclared: Vec<String>,
}

/// Why a document does not match, as seen from outside: the location, and what was expected.
pub(super) type Mismatch = String;

impl<'a> Checker<'a> {
    /// Creates a checker with the models of one kind of endpoint.
    pub(super) fn new(api: &'a Api, kind: EndpointKind) -> Self {
        Self { api, kind, path: Vec::new(), undeclared: Vec::new() }
    }

    /// Creates another one for the same models.
    pub(super) fn again(&self) -> Self {
        Self::new(self.api, self.kind)
    }

    /// Checks a value.
    ///
    /// # Errors
    ///
    /// Returns the first location that the runtime could not read.
    pub(super) fn check(&mut self, value: &Value, kind: &Type) -> Result<(), Mismatch> {
        match kind {
            Type::Any => Ok(()),
            Type::Lenient(inner) => self.lenient(value, inner),
            Type::Nullable(inner) => match value {
                Value::Null | Value::Bool(false) => Ok(()),
                value => self.check(value, inner),
            },
            Type::Model(name) => match self.api.model(self.kind, name) {
                Some(model) => self.model(value, model),
                None => Ok(()),
            },
            Type::Object => self.need(is_object(value), "an object", value),
            Type::Map(inner) => match value {
                Value::Object(fields) => self.map(fields, inner),
                _ => self.need(is_object(value), "an object", value),
            },
            Type::List(inner) => match value {
                Value::Array(items) => self.items(items, inner),
                Value::Object(fields) if is_numbered(fields) => self.map(fields, inner),
                _ => self.need(false, "a list", value),
            },
            scalar => self.need(is_scalar(value, scalar), expected(scalar), value),
        }
    }

    fn lenient(&mut self, value: &Value, kind: &Type) -> Result<(), Mismatch> {
        match (value, kind) {
            (Value::Bool(_), Type::Text | Type::Integer) => Ok(()),
            (Value::Null, Type::Map(_) | Type::Object | Type::List(_)) => Ok(()),
            (Value::Array(_), Type::Object) => Ok(()),
            (Value::Array(items), Type::Map(inner)) => self.items(items, inner),
            (Value::Object(fields), Type::List(inner)) if !is_numbered(fields) => {
                self.step("[]", |checker| checker.check(value, inner))
            }
            (value, Type::List(inner)) if !value.is_array() && !value.is_object() => {
                self.step("[]", |checker| checker.check(value, inner))
            }
            _ => self.check(value, kind),
        }
    }

    fn model(&mut self, value: &Value, model: &Model) -> Result<(), Mismatch> {
        match &model.shape {
            Shape::Alias(kind) => self.check(value, kind),
            Shape::Choice(_) => self.need(is_scalar(value, &Type::Text), "text", value),
            Shape::Codes(_) => self.need(is_scalar(value, &Type::Integer), "an integer", value),
            Shape::Struct { fields, .. } => match value {
                Value::Object(found) => self.fields(found, fields),
                _ => self.need(false, "an object", value),
            },
        }
    }

    fn fields(&mut self, found: &Map<String, Value>, fields: &[Field]) -> Result<(), Mismatch> {
        for field in fields {
            let is_unset = |value: &Value| matches!(value, Value::Null | Value::Bool(false));
            let is_nothing = |value: &Value| field.nothing.contains(&value.to_string());
            match found.get(&field.name) {
                Some(value) if is_nothing(value) => {}
                Some(value) if !field.required && is_unset(value) => {}
                Some(value) => self.field(value, field)?,
                None if !field.required || may_be_absent(&field.kind) => {}
                None => {
                    let name = format!(".{}", field.name);
                    return self.step(&name, |checker| Err(checker.mismatch("missing")));
                }
            }
        }
        let is_declared = |name: &String| fields.iter().any(|field| field.name == *name);
        let is_number = |name: &String| name.bytes().all(|byte| byte.is_ascii_digit());
        for name in found.keys().filter(|name| !is_declared(name) && !is_number(name)) {
            let shown = if is_identifying(name) { "{}".to_owned() } else { format!(".{name}") };
            let place = self.step(&shown, |checker| checker.place());
            self.undeclared.push(place);
        }
        Ok(())
    }

    fn field(&mut self, value: &Value, field: &Field) -> Result<(), Mismatch> {
        self.step(&format!(".{}", field.name), |checker| checker.check(value, &field.kind))
    }

    fn map(&mut self, fields: &Map<String, Value>, kind: &Type) -> Result<(), Mismatch> {
        self.step("{}", |checker| fields.values().try_for_each(|value| checker.check(value, kind)))
    }

    fn items(&mut self, items: &[Value], kind: &Type) -> Result<(), Mismatch> {
        self.step("[]", |checker| items.iter().try_for_each(|value| checker.check(value, kind)))
    }

    fn step<T>(&mut self, step: &str, check: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step.to_owned());
        let result = check(self);
        self.path.pop();
        result
    }

    fn need(&self, is_right: bool, expected: &str, found: &Value) -> Result<(), Mismatch> {
        if is_right {
            return Ok(());
        }
        Err(self.mismatch(&format!("expected {expected}, found {}", described(found))))
    }

    fn mismatch(&self, what: &str) -> Mismatch {
        format!("{}: {what}", self.place())
    }

    fn place(&self) -> String {
        let path = self.path.concat();
        let path = path.strip_prefix('.').unwrap_or(&path);
        if path.is_empty() { "the document".to_owned() } else { format!("`{path}`") }
    }
}

/// Describes a value by its kind alone.
fn described(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

fn expected(kind: &Type) -> &'static str {
    match kind {
        Type::Text | Type::Rights => "text",
        Type::Float => "a number",
        Type::Time => "a time in seconds since 1970",
        Type::Boolean => "true or false",
        _ => "an integer",
    }
}

fn is_scalar(value: &Value, kind: &Type) -> bool {
    match (kind, value) {
        (Type::Text | Type::Rights, Value::String(_) | Value::Number(_)) => true,
        (Type::Boolean, Value::Bool(_)) => true,
        (Type::Boolean, Value::Number(number)) => matches!(number.as_i64(), Some(0 | 1)),
        (Type::Boolean, Value::String(text)) => {
            matches!(&**text, "true" | "1" | "false" | "0" | "")
        }
        (Type::Time, Value::Null | Value::Bool(false)) => true,
        (Type::Time, Value::String(text)) if text.trim().is_empty() => true,
        (Type::Text | Type::Rights | Type::Boolean, _) => false,
        (kind, value) => {
            let number = match value {
                Value::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
                value => value.as_f64(),
            };
            let is_signed = !matches!(kind, Type::Unsigned | Type::UnsignedText);
            number.is_some_and(|number| {
                matches!(kind, Type::Float | Type::Time)
                    || number.fract() == 0.0 && (is_signed || number >= 0.0)
            })
        }
    }
}

fn is_object(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(Vec::is_empty)
}

fn is_numbered(fields: &Map<String, Value>) -> bool {
    !fields.is_empty() && fields.keys().all(|key| key.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Returns whether a required field may be missing nevertheless.
fn may_be_absent(kind: &Type) -> bool {
    match kind {
        Type::Nullable(_) => true,
        Type::Lenient(inner) => matches!(**inner, Type::List(_)),
        _ => false,
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
