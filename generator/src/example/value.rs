//! Example values of types: as Rust writes them, as JSON, and as `Debug` shows them once they are
//! read.

use serde_json::{Map, Value as Json, json};

use crate::{
    ir::{Api, EndpointKind, Field, Model, Shape, Type, is_optional},
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
pub(crate) struct Value {
    /// The expression of its type in Rust.
    pub(crate) rust: String,
    /// What is sent or received.
    pub(crate) json: Json,
    /// The `Debug` output of the type.
    pub(crate) shown: String,
    /// The constructor and the assignments to fields, of a structure that needs both.
    pub(crate) parts: Option<(String, Vec<String>)>,
}

impl Value {
    fn new(rust: impl Into<String>, json: Json, shown: impl Into<String>) -> Self {
        Self { rust: rust.into(), json, shown: shown.into(), parts: None }
    }
}

/// What an example value is made from.
#[derive(Clone, Copy)]
struct Seed<'s> {
    /// The value as JSON, if it is given.
    json: Option<&'s Json>,
    /// The text that it contains otherwise.
    hint: &'s str,
    /// The number that it begins at otherwise.
    number: usize,
}

impl<'s> Seed<'s> {
    fn text(self) -> &'s str {
        self.json.and_then(Json::as_str).unwrap_or(self.hint)
    }

    fn number(self) -> i64 {
        let given =
            self.json.and_then(|json| json.as_i64().or_else(|| json.as_str()?.parse().ok()));
        given.unwrap_or(self.number as i64)
    }

    /// Returns the seeds of the items of a list: one, unless they are given.
    fn items(self) -> Vec<Self> {
        match self.json.and_then(Json::as_array) {
            Some(items) => items.iter().map(|item| Self { json: Some(item), ..self }).collect(),
            None => vec![self],
        }
    }

    /// Returns the seeds of the values of a map by their keys: one, unless they are given.
    fn entries(self) -> Vec<(&'s str, Self)> {
        match self.json.and_then(Json::as_object) {
            Some(fields) => {
                let seed = |one| Self { json: Some(one), ..self };
                fields.iter().map(|(key, one)| (&**key, seed(one))).collect()
            }
            None => vec![("key", self)],
        }
    }
}

/// Makes the example values of one kind of endpoint.
#[derive(Clone)]
pub(crate) struct Values<'m> {
    pub(crate) api: &'m Api,
    pub(crate) names: &'m Names,
    pub(crate) kind: EndpointKind,
    /// The path of the crate.
    pub(crate) root: &'m str,
    /// The path of the module of models.
    pub(crate) models: String,
    /// Whether optional fields are set.
    pub(crate) is_full: bool,
}

impl Values<'_> {
    /// Returns a value of a type; `None` if it would contain itself without end. Text contains
    /// `hint`, and numbers begin at `number`.
    pub(crate) fn of(&self, kind: &Type, hint: &str, number: usize) -> Option<Value> {
        self.at(kind, Seed { json: None, hint, number }, 0)
    }

    /// Returns the value of a type that `json` is.
    pub(crate) fn of_json(&self, kind: &Type, json: &Json) -> Option<Value> {
        self.at(kind, Seed { json: Some(json), hint: "value", number: 1 }, 0)
    }

    fn at(&self, kind: &Type, seed: Seed<'_>, depth: usize) -> Option<Value> {
        let root = self.root;
        let (hint, number) = (seed.text(), seed.number());
        let inner = |inner: &Type| self.at(inner, seed, depth);
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
            Type::Boolean => {
                let value = seed.json.and_then(Json::as_bool).unwrap_or(true);
                Value::new(value.to_string(), json!(value), value.to_string())
            }
            Type::Time => self.time(number),
            Type::Rights => self.rights(seed.json.and_then(Json::as_str).unwrap_or("rw")),
            Type::Any => self.any(seed),
            Type::Object => {
                let all = seed.entries().into_iter().map(|(key, seed)| (key, self.any(seed)));
                entries(&format!("{root}::json::Object::from_iter"), all.collect())
            }
            Type::List(items) if depth >= DEEP && items.model().is_some() => {
                Value::new("Vec::new()", json!([]), "[]")
            }
            Type::List(items) => {
                let all = seed.items().into_iter().map(|seed| self.at(items, seed, depth));
                let all = all.collect::<Option<Vec<_>>>()?;
                let json = all.iter().map(|one| one.json.clone()).collect();
                let rust = format!("vec![{}]", joined(&all, |one| one.rust.clone()));
                Value::new(
                    rust,
                    Json::Array(json),
                    format!("[{}]", joined(&all, |one| one.shown.clone())),
                )
            }
            Type::Map(values) if depth >= DEEP && values.model().is_some() => {
                Value::new(format!("{root}::json::Map::new()"), json!({}), "{}")
            }
            Type::Map(values) => {
                let value = |(key, seed)| Some((key, self.at(values, seed, depth)?));
                let all = seed.entries().into_iter().map(value).collect::<Option<Vec<_>>>()?;
                entries(&format!("{root}::json::Map::from"), all)
            }
            Type::Nullable(kind) => {
                let value = inner(kind)?;
                let (rust, shown) =
                    (format!("Some({})", value.rust), format!("Some({})", value.shown));
                Value { rust, shown, parts: None, ..value }
            }
            Type::Lenient(kind) => {
                let value = inner(kind)?;
                let rust = format!("{root}::json::Lenient({})", value.rust);
                Value { rust, shown: format!("Lenient({})", value.shown), parts: None, ..value }
            }
            Type::Model(name) => self.model(name, seed, depth)?,
        })
    }

    /// Returns a value without a type.
    fn any(&self, seed: Seed<'_>) -> Value {
        let (root, hint) = (self.root, seed.text());
        match seed.json {
            Some(json) if !json.is_string() => {
                let text = json.to_string();
                let rust = format!("{text:?}.parse::<{root}::Json>().expect(\"JSON\")");
                Value::new(rust, json.clone(), format!("{json:?}"))
            }
            _ => Value::new(
                format!("{root}::Json::from({hint:?})"),
                json!(hint),
                format!("String({hint:?})"),
            ),
        }
    }

    /// Returns the time that is a number of seconds after the beginning of 1970.
    /// Returns rights as a combination of the constants, where they are one.
    pub(crate) fn rights(&self, text: &str) -> Value {
        let root = self.root;
        let rust = match text {
            "n" => format!("{root}::Rights::NONE"),
            "r" => format!("{root}::Rights::READ"),
            "w" => format!("{root}::Rights::WRITE"),
            "rw" => format!("{root}::Rights::READ | {root}::Rights::WRITE"),
            other => format!("{root}::Rights::from_wire({other:?})"),
        };
        Value::new(rust, json!(text), format!("Rights({text:?})"))
    }

    pub(crate) fn time(&self, number: i64) -> Value {
        let root = self.root;
        let (minute, second) = (number / 60, number % 60);
        let rust = format!("{root}::Timestamp::from_secs({number}).expect(\"a time\")");
        let shown = format!("Timestamp(1970-01-01T00:{minute:02}:{second:02}Z)");
        Value::new(rust, json!(number), shown)
    }

    fn model(&self, name: &str, seed: Seed<'_>, depth: usize) -> Option<Value> {
        let model = self.api.model(self.kind, name)?;
        let own = self.names.model(self.kind, name)?;
        match (&model.shape, &own.choice) {
            (Shape::Alias(kind), _) => self.at(kind, seed, depth),
            (Shape::Choice(values), Some(choice)) => {
                let wanted = seed.json.and_then(Json::as_str);
                Some(self.choice(values, choice, &self.models, wanted))
            }
            (Shape::Codes(codes), Some(choice)) => {
                let first = codes.first().map_or(0, |one| one.value);
                let number = seed.json.and_then(Json::as_i64).unwrap_or(first);
                let variant = match codes.iter().position(|one| one.value == number) {
                    Some(index) => choice.variants[index].clone(),
                    None => format!("{}({number})", choice.other),
                };
                let rust = format!("{}::{}::{variant}", self.models, choice.name);
                Some(Value::new(rust, json!(number), variant))
            }
            (Shape::Choice(_) | Shape::Codes(_), None) => None,
            (Shape::Struct { .. }, _) if depth > ENDLESS => None,
            (Shape::Struct { fields, open }, _) => {
                Structure { values: self, model, own, fields, depth, json: seed.json }.value(*open)
            }
        }
    }

    /// Returns the wanted one of the values of an enumeration; otherwise the first of them, or the
    /// last one in a full value.
    pub(crate) fn choice(
        &self,
        values: &[String],
        own: &ChoiceNames,
        module: &str,
        wanted: Option<&str>,
    ) -> Value {
        let usual = if self.is_full { values.len().saturating_sub(1) } else { 0 };
        let wanted = wanted.and_then(|wanted| values.iter().position(|value| value == wanted));
        let index = wanted.unwrap_or(usual);
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
    /// Its value, if it is given.
    json: Option<&'v Json>,
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
                steps.push(format!("{own} = Some({})", boxed(value.rust)));
            } else {
                shown.push(format!("{own}: {}", value.shown));
                arguments.push(if takes_any(field) { value.rust } else { boxed(value.rust) });
            }
        }
        if open {
            shown.push(format!("{}: {{}}", self.own.rest));
        }
        let name = &self.own.name;
        let path = format!("{}::{name}", self.values.models);
        let new = match self.fields.iter().all(is_optional) {
            true => format!("{path}::default()"),
            false => format!("{path}::new({})", arguments.join(", ")),
        };
        let rust = match steps.is_empty() {
            true => new.clone(),
            false => {
                let steps: String = steps.iter().map(|step| format!("value.{step}; ")).collect();
                format!("{{ let mut value = {new}; {steps}value }}")
            }
        };
        let parts = (!steps.is_empty()).then_some((new, steps));
        let shown = match shown.is_empty() {
            true => name.clone(),
            false => format!("{name} {{ {} }}", shown.join(", ")),
        };
        Some(Value { rust, json: Json::Object(json), shown, parts })
    }

    fn is_set(&self, field: &Field) -> bool {
        if let Some(json) = self.json {
            return json.get(&field.name).is_some();
        }
        let at = join("", &field.name);
        let is_refused = self.model.refused.iter().any(|one| one.at.starts_with(&at));
        self.values.is_full && self.depth < OPTIONAL && !is_refused
    }

    /// Returns the value of a field, without the wrappers that matter only for reading and writing.
    fn field(&self, field: &Field, index: usize) -> Option<Value> {
        let json = self.json.and_then(|json| json.get(&field.name));
        let seed = Seed { json, hint: &field.name, number: index + 1 };
        if field.secret {
            let hint = seed.text();
            let shown = if field.kind == Type::Any { "SecretJson(…)" } else { "Secret(…)" };
            let rust =
                if takes_any(field) { format!("{hint:?}") } else { format!("{hint:?}.into()") };
            return Some(Value::new(rust, json!(hint), shown));
        }
        self.plain(&field.kind, seed)
    }

    fn plain(&self, kind: &Type, seed: Seed<'_>) -> Option<Value> {
        let number = seed.number();
        match kind {
            Type::Nullable(inner) | Type::Lenient(inner) => self.plain(inner, seed),
            Type::IntegerText | Type::UnsignedText => {
                Some(Value::new(number.to_string(), json!(number.to_string()), number.to_string()))
            }
            kind => self.values.at(kind, seed, self.depth + 1),
        }
    }
}

/// Returns whether the constructor of a model takes anything that becomes the field.
fn takes_any(field: &Field) -> bool {
    !is_optional(field) && matches!((field.secret, &field.kind), (true, Type::Text | Type::Any))
}

fn joined<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}

/// Returns a map, which a function makes from its entries.
fn entries(from: &str, all: Vec<(&str, Value)>) -> Value {
    let rust = joined(&all, |(key, one)| format!("({key:?}.to_owned(), {})", one.rust));
    let shown = joined(&all, |(key, one)| format!("{key:?}: {}", one.shown));
    let json = all.into_iter().map(|(key, one)| (key.to_owned(), one.json));
    Value::new(format!("{from}([{rust}])"), Json::Object(json.collect()), format!("{{{shown}}}"))
}
