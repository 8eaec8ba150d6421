//! Example values of types: as Rust writes them, as JSON, and as `Debug` shows them once they are
//! read.

use serde_json::{Map, Value as Json, json};

use super::super::model::is_optional;
use crate::{
    ir::{Api, EndpointKind, Field, Model, Shape, Type},
    names::{ChoiceNames, ModelNames, Names},
    openapi::join,
};

/// The number of models inside each other in which optional fields are set.
const OPTIONAL: usize = 2;

/// The number of models inside each other at which lists and maps are empty.
const DEEP: usize = 4;

/// The number of models inside each other at which a value is taken for endless.
const ENDLESS: usize = 12;

/// An example value.
#[derive(Clone, Debug)]
pub(super) struct Value {
    /// The expression of its type in Rust.
    pub(super) rust: String,
    /// What is sent or received.
    pub(super) json: Json,
    /// The `Debug` output of the type.
    pub(super) shown: String,
}

impl Value {
    fn new(rust: impl Into<String>, json: Json, shown: impl Into<String>) -> Self {
        Self { rust: rust.into(), json, shown: shown.into() }
    }
}

/// Makes the example values of one kind of endpoint.
pub(super) struct Values<'m> {
    pub(super) api: &'m Api,
    pub(super) names: &'m Names,
    pub(super) kind: EndpointKind,
    /// The path of the crate, with colons before it.
    pub(super) root: &'m str,
    /// Whether optional fields are set.
    pub(super) is_full: bool,
}

impl Values<'_> {
    /// Returns a value of a type; `None` if it would contain itself without end. Text contains
    /// `hint`, and numbers begin at `number`.
    pub(super) fn of(&self, kind: &Type, hint: &str, number: usize) -> Option<Value> {
        self.at(kind, hint, number, 0)
    }

    fn at(&self, kind: &Type, hint: &str, number: usize, depth: usize) -> Option<Value> {
        let root = self.root;
        let inner = |inner: &Type| self.at(inner, hint, number, depth);
        Some(match kind {
            Type::Text => {
                Value::new(format!("{hint:?}.to_owned()"), json!(hint), format!("{hint:?}"))
            }
            Type::Integer | Type::Unsigned => {
                Value::new(number.to_string(), json!(number), number.to_string())
            }
            Type::IntegerText | Type::UnsignedText => Value::new(
                format!("{root}::json::Quoted({number})"),
                json!(number.to_string()),
                format!("Quoted({number})"),
            ),
            Type::Float => {
                Value::new(format!("{number}.5"), json!(number as f64 + 0.5), format!("{number}.5"))
            }
            Type::Boolean => Value::new("true", json!(true), "true"),
            Type::Time => self.time(number),
            Type::Any => Value::new(
                format!("{root}::Json::from({hint:?})"),
                json!(hint),
                format!("String({hint:?})"),
            ),
            Type::Object => Value::new(
                format!(
                    "{root}::json::Object::from_iter([(\"key\".to_owned(), {root}::Json::from({hint:?}))])"
                ),
                json!({"key": hint}),
                format!("{{\"key\": String({hint:?})}}"),
            ),
            Type::List(items) if depth >= DEEP && items.model().is_some() => {
                Value::new("Vec::new()", json!([]), "[]")
            }
            Type::List(items) => {
                let item = inner(items)?;
                let rust = format!("vec![{}]", item.rust);
                Value::new(rust, json!([item.json]), format!("[{}]", item.shown))
            }
            Type::Map(values) if depth >= DEEP && values.model().is_some() => {
                Value::new(format!("{root}::json::Map::new()"), json!({}), "{}")
            }
            Type::Map(values) => {
                let value = inner(values)?;
                let rust =
                    format!("{root}::json::Map::from([(\"key\".to_owned(), {})])", value.rust);
                Value::new(
                    rust,
                    json!({"key": value.json}),
                    format!("{{\"key\": {}}}", value.shown),
                )
            }
            Type::Nullable(kind) => {
                let value = inner(kind)?;
                let (rust, shown) =
                    (format!("Some({})", value.rust), format!("Some({})", value.shown));
                Value { rust, shown, ..value }
            }
            Type::Lenient(kind) => {
                let value = inner(kind)?;
                let rust = format!("{root}::json::Lenient({})", value.rust);
                Value { rust, shown: format!("Lenient({})", value.shown), ..value }
            }
            Type::Model(name) => self.model(name, hint, number, depth)?,
        })
    }

    /// Returns the time that is a number of seconds after the beginning of 1970.
    pub(super) fn time(&self, number: usize) -> Value {
        let root = self.root;
        let (minute, second) = (number / 60, number % 60);
        let rust = format!("{root}::Timestamp::from_secs({number}).expect(\"a time\")");
        let shown = format!("Timestamp(1970-01-01T00:{minute:02}:{second:02}Z)");
        Value::new(rust, json!(number), shown)
    }

    fn models(&self) -> String {
        let root = self.root;
        match self.kind {
            EndpointKind::Action => format!("{root}::v1::models"),
            EndpointKind::Operation if self.api.is_external() => format!("{root}::models"),
            EndpointKind::Operation => format!("{root}::v2::models"),
        }
    }

    fn model(&self, name: &str, hint: &str, number: usize, depth: usize) -> Option<Value> {
        let model = self.api.model(self.kind, name)?;
        let own = self.names.model(self.kind, name)?;
        match (&model.shape, &own.choice) {
            (Shape::Alias(kind), _) => self.at(kind, hint, number, depth),
            (Shape::Choice(values), Some(choice)) => {
                Some(self.choice(values, choice, &self.models()))
            }
            (Shape::Choice(_), None) => None,
            (Shape::Struct { .. }, _) if depth > ENDLESS => None,
            (Shape::Struct { fields, open }, _) => {
                Structure { values: self, model, own, fields, depth }.value(*open)
            }
        }
    }

    /// Returns the first of the values of an enumeration, or the last one in a full value.
    pub(super) fn choice(&self, values: &[String], own: &ChoiceNames, module: &str) -> Value {
        let index = if self.is_full { values.len().saturating_sub(1) } else { 0 };
        let name = &own.name;
        match (values.get(index), own.variants.get(index)) {
            (Some(value), Some(variant)) => {
                Value::new(format!("{module}::{name}::{variant}"), json!(value), variant)
            }
            _ => {
                let other = &own.other;
                Value::new(
                    format!("{module}::{name}::{other}(\"other\".to_owned())"),
                    json!("other"),
                    format!("{other}(\"other\")"),
                )
            }
        }
    }
}

/// A value of a model with fields.
struct Structure<'v> {
    values: &'v Values<'v>,
    model: &'v Model,
    own: &'v ModelNames,
    fields: &'v [Field],
    depth: usize,
}

impl Structure<'_> {
    fn value(&self, open: bool) -> Option<Value> {
        let mut arguments = Vec::new();
        let mut steps = Vec::new();
        let mut json = Map::new();
        let mut shown = Vec::new();
        for (index, field) in self.fields.iter().enumerate() {
            let own = &self.own.fields[index];
            if is_optional(field) && !self.is_set(field) {
                shown.push(format!("{own}: None"));
                if field.required {
                    json.insert(field.name.clone(), Json::Null);
                }
                continue;
            }
            let value = self.field(field, index)?;
            json.insert(field.name.clone(), value.json);
            let boxed = |text: String| if field.boxed { format!("Box::new({text})") } else { text };
            if is_optional(field) {
                shown.push(format!("{own}: Some({})", value.shown));
                steps.push(format!("value.{own} = Some({});", boxed(value.rust)));
            } else {
                shown.push(format!("{own}: {}", value.shown));
                arguments.push(if takes_any(field) { value.rust } else { boxed(value.rust) });
            }
        }
        if open {
            shown.push(format!("{}: {{}}", self.own.rest));
        }
        let name = &self.own.name;
        let path = format!("{}::{name}", self.values.models());
        let new = match self.fields.iter().all(is_optional) {
            true => format!("{path}::default()"),
            false => format!("{path}::new({})", arguments.join(", ")),
        };
        let rust = match steps.is_empty() {
            true => new,
            false => format!("{{ let mut value = {new}; {} value }}", steps.join(" ")),
        };
        let shown = match shown.is_empty() {
            true => name.clone(),
            false => format!("{name} {{ {} }}", shown.join(", ")),
        };
        Some(Value { rust, json: Json::Object(json), shown })
    }

    fn is_set(&self, field: &Field) -> bool {
        let at = join("", &field.name);
        let is_refused = self.model.refused.iter().any(|one| one.at.starts_with(&at));
        self.values.is_full && self.depth < OPTIONAL && !is_refused
    }

    /// Returns the value of a field, without the wrappers that matter only for reading and writing.
    fn field(&self, field: &Field, index: usize) -> Option<Value> {
        let (hint, number) = (&field.name, index + 1);
        if field.secret {
            let shown = if field.kind == Type::Any { "SecretJson(…)" } else { "Secret(…)" };
            let rust =
                if takes_any(field) { format!("{hint:?}") } else { format!("{hint:?}.into()") };
            return Some(Value::new(rust, json!(hint), shown));
        }
        self.plain(&field.kind, hint, number)
    }

    fn plain(&self, kind: &Type, hint: &str, number: usize) -> Option<Value> {
        match kind {
            Type::Nullable(inner) | Type::Lenient(inner) => self.plain(inner, hint, number),
            Type::IntegerText | Type::UnsignedText => {
                Some(Value::new(number.to_string(), json!(number.to_string()), number.to_string()))
            }
            kind => self.values.at(kind, hint, number, self.depth + 1),
        }
    }
}

/// Returns whether the constructor of a model takes anything that becomes the field.
fn takes_any(field: &Field) -> bool {
    !is_optional(field) && matches!((field.secret, &field.kind), (true, Type::Text | Type::Any))
}
