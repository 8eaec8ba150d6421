//! The category of value that a schema describes, as far as known before models are built.

use std::collections::BTreeSet;

use openapiv3::{AnySchema, ReferenceOr, Schema, SchemaKind, Type as Kind};
use serde_json::Value;

use super::{Builder, schemas::Node};
use crate::{ir::DeclaredValue, openapi::schema_name};

/// The maximum depth of schemas to inspect, limited by the stack. Real schemas are a few levels
/// deep.
const MAX_DEPTH: usize = 1_000;

/// The category of value that a schema describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Category {
    /// Any value: the schema does not restrict it.
    Free,
    Object,
    List,
    Text,
    Integer,
    Number,
    Boolean,
    /// Values of different kinds, one at a time.
    Alternatives,
    /// No value at all: the parts of the schema contradict each other.
    Contradiction,
}

impl Category {
    /// Returns the intersection of two categories.
    fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Free, kind) | (kind, Self::Free) => kind,
            (one, other) if one == other => one,
            (Self::Integer, Self::Number) | (Self::Number, Self::Integer) => Self::Integer,
            // The alternative is unknown, but all of them belong to the other category.
            (Self::Alternatives, kind) | (kind, Self::Alternatives) => kind,
            _ => Self::Contradiction,
        }
    }

    /// Returns the union of two categories.
    fn or(self, other: Self) -> Self {
        match (self, other) {
            (one, other) if one == other => one,
            (Self::Integer, Self::Number) | (Self::Number, Self::Integer) => Self::Number,
            _ => Self::Alternatives,
        }
    }

    /// Returns whether its values are single strings, numbers or booleans.
    pub(super) const fn is_scalar(self) -> bool {
        matches!(self, Self::Text | Self::Integer | Self::Number | Self::Boolean)
    }
}

impl Builder<'_> {
    /// Returns the category of a schema.
    pub(super) fn category(&mut self, schema: &Schema) -> Category {
        self.category_at(Node::Item(schema), 0)
    }

    /// Returns whether a part of `allOf` that consists of only a type contradicts the others.
    pub(super) fn is_contradicted(&mut self, schema: &Schema) -> bool {
        let part = schema.schema_data.extensions.get("x-part-type").and_then(Value::as_str);
        let Some(part) = part.map(of_type) else { return false };
        self.category(schema).and(part) == Category::Contradiction
    }

    pub(super) fn category_of(&mut self, schema: &ReferenceOr<Schema>) -> Category {
        self.category_at(schema.into(), 0)
    }

    fn category_at(&mut self, node: Node<'_>, depth: usize) -> Category {
        if depth == MAX_DEPTH {
            return Category::Free;
        }
        match node {
            Node::Ref(reference) => {
                let name = schema_name(reference).unwrap_or_default();
                if let Some(known) = self.categories.get(&name) {
                    return *known;
                }
                let spec = self.spec;
                let components = spec.api.components.as_ref();
                let Some(schema) = components.and_then(|all| all.schemas.get(&name)) else {
                    return Category::Free;
                };
                // A schema composed of itself adds nothing here.
                self.categories.insert(name.clone(), Category::Free);
                let category = self.category_at(schema.into(), depth + 1);
                self.categories.insert(name, category);
                category
            }
            Node::Item(schema) => self.category_in(&schema.schema_kind, depth),
        }
    }

    fn category_in(&mut self, kind: &SchemaKind, depth: usize) -> Category {
        match kind {
            SchemaKind::Type(Kind::String(_)) => Category::Text,
            SchemaKind::Type(Kind::Integer(_)) => Category::Integer,
            SchemaKind::Type(Kind::Number(_)) => Category::Number,
            SchemaKind::Type(Kind::Boolean(_)) => Category::Boolean,
            SchemaKind::Type(Kind::Array(_)) => Category::List,
            SchemaKind::Type(Kind::Object(_)) => Category::Object,
            SchemaKind::AllOf { all_of } => self.common_category(all_of, Category::Free, depth),
            SchemaKind::OneOf { one_of: several } | SchemaKind::AnyOf { any_of: several } => {
                self.any_category(several, depth)
            }
            SchemaKind::Not { .. } => Category::Free,
            SchemaKind::Any(any) => {
                let own = self.common_category(&any.all_of, of_keywords(any), depth);
                match any.one_of.is_empty() && any.any_of.is_empty() {
                    true => own,
                    false => own.and(self.any_category(several(any), depth)),
                }
            }
        }
    }

    fn common_category(
        &mut self,
        parts: &[ReferenceOr<Schema>],
        start: Category,
        depth: usize,
    ) -> Category {
        let parts = parts.iter();
        parts.fold(start, |all, part| all.and(self.category_at(part.into(), depth + 1)))
    }

    fn any_category(&mut self, several: &[ReferenceOr<Schema>], depth: usize) -> Category {
        let mut kinds = Vec::new();
        for one in several {
            kinds.push(self.category_at(one.into(), depth + 1));
        }
        kinds.into_iter().reduce(Category::or).unwrap_or(Category::Free)
    }

    /// Returns whether a declared schema may be `null`: a property of its uses, not of the model.
    pub(super) fn is_nullable(&mut self, name: &str) -> bool {
        self.is_nullable_at(name, 0)
    }

    fn is_nullable_at(&mut self, name: &str, depth: usize) -> bool {
        if let Some(known) = self.nullable.get(name) {
            return *known;
        }
        let spec = self.spec;
        let components = spec.api.components.as_ref();
        let Some(schema) = components.and_then(|all| all.schemas.get(name)) else { return false };
        self.nullable.insert(name.to_owned(), false);
        let is_nullable = self.allows_null_at(schema.into(), depth + 1);
        self.nullable.insert(name.to_owned(), is_nullable);
        is_nullable
    }

    /// Returns whether a schema allows `null`.
    pub(super) fn allows_null(&mut self, node: Node<'_>) -> bool {
        self.allows_null_at(node, 0)
    }

    fn allows_null_at(&mut self, node: Node<'_>, depth: usize) -> bool {
        let schema = match node {
            _ if depth >= MAX_DEPTH => return false,
            Node::Ref(reference) => {
                let name = schema_name(reference);
                return name.is_some_and(|name| self.is_nullable_at(&name, depth));
            }
            Node::Item(schema) if schema.schema_data.nullable => return true,
            Node::Item(schema) => schema,
        };
        match &schema.schema_kind {
            SchemaKind::AllOf { all_of } => {
                only(all_of).is_some_and(|(_, part)| self.allows_null_at(part.into(), depth + 1))
            }
            SchemaKind::OneOf { one_of: several } | SchemaKind::AnyOf { any_of: several } => {
                let is_typed = several.len() == 1 || self.any_category(several, 0).is_scalar();
                is_typed && several.iter().any(|one| self.allows_null_at(one.into(), depth + 1))
            }
            _ => false,
        }
    }

    /// Returns the distinct values of an enumeration of texts; those of all alternatives if there
    /// are several enumerations.
    pub(super) fn words(&mut self, schema: &Schema) -> Option<Vec<String>> {
        if self.category(schema) != Category::Text {
            return None;
        }
        let mut words = Vec::new();
        for one in self.spread(schema, choices) {
            match &one.schema_kind {
                SchemaKind::Type(Kind::String(string)) => {
                    words.extend(string.enumeration.iter().flatten().cloned());
                }
                SchemaKind::Any(any) if matches!(any.typ.as_deref(), None | Some("string")) => {
                    let texts = any.enumeration.iter().filter_map(Value::as_str);
                    words.extend(texts.map(str::to_owned));
                }
                _ => {}
            }
        }
        let mut seen = BTreeSet::new();
        words.retain(|word| seen.insert(word.clone()));
        (!words.is_empty()).then_some(words)
    }
}

/// Returns the alternatives of a schema.
fn choices(schema: &Schema) -> Vec<&ReferenceOr<Schema>> {
    match &schema.schema_kind {
        SchemaKind::OneOf { one_of: several } | SchemaKind::AnyOf { any_of: several }
            if several.len() > 1 =>
        {
            several.iter().collect()
        }
        _ => Vec::new(),
    }
}

/// Returns the alternatives of a schema with keywords of several kinds.
fn several(any: &AnySchema) -> &[ReferenceOr<Schema>] {
    if any.one_of.is_empty() { &any.any_of } else { &any.one_of }
}

/// Returns the category that the keywords of a schema imply on their own.
fn of_keywords(any: &AnySchema) -> Category {
    let is_object = !any.properties.is_empty() || any.additional_properties.is_some();
    match any.typ.as_deref().map(of_type) {
        Some(category) if category != Category::Free => category,
        _ if is_object || !any.required.is_empty() => Category::Object,
        _ if any.items.is_some() => Category::List,
        _ => of_values(&any.enumeration),
    }
}

/// Returns the category that a type implies on its own.
fn of_type(name: &str) -> Category {
    match name {
        "string" => Category::Text,
        "integer" => Category::Integer,
        "number" => Category::Number,
        "boolean" => Category::Boolean,
        "array" => Category::List,
        "object" => Category::Object,
        _ => Category::Free,
    }
}

fn of_values(values: &[Value]) -> Category {
    let kinds = values.iter().filter(|value| !value.is_null()).map(|value| match value {
        Value::String(_) => Category::Text,
        Value::Number(number) if number.is_f64() => Category::Number,
        Value::Number(_) => Category::Integer,
        Value::Bool(_) => Category::Boolean,
        _ => Category::Alternatives,
    });
    kinds.reduce(Category::or).unwrap_or(Category::Free)
}

/// Returns the part of `allOf` that determines the whole, with its index: the others only describe
/// it, or restrict its values.
pub(super) fn only(parts: &[ReferenceOr<Schema>]) -> Option<(usize, &ReferenceOr<Schema>)> {
    let mut shaping = parts.iter().enumerate().filter(|(_, part)| shapes(part));
    let first = shaping.next()?;
    shaping.next().is_none().then_some(first)
}

/// Returns whether a part of `allOf` determines the content of a value.
fn shapes(part: &ReferenceOr<Schema>) -> bool {
    let ReferenceOr::Item(Schema { schema_kind: SchemaKind::Any(any), .. }) = part else {
        return true;
    };
    of_keywords(any) != Category::Free
        || !any.one_of.is_empty()
        || !any.any_of.is_empty()
        || !any.all_of.is_empty()
}

/// Returns the values of an enumeration that is not one of texts, with their names.
pub(super) fn declared_values(schema: &Schema) -> Vec<DeclaredValue> {
    let values = other_values(schema);
    let extensions = &schema.schema_data.extensions;
    let listed = |names: [&str; 3]| names.into_iter().find_map(|name| extensions.get(name));
    let names = listed(["x-enum-varnames", "x-enumNames", "x-enum-names"]);
    let docs = listed(["x-enum-descriptions", "x-enumDescriptions", "x-enum-comments"]);
    // By position, or by the value or its name.
    let said = |all: Option<&Value>, index: usize, keys: [Option<&str>; 2]| {
        let text = match all? {
            Value::Array(all) => all.get(index)?.as_str()?,
            Value::Object(all) => {
                keys.into_iter().flatten().find_map(|key| all.get(key)?.as_str())?
            }
            _ => return None,
        };
        (!text.trim().is_empty()).then(|| text.to_owned())
    };
    let values = values.into_iter().enumerate().map(|(index, value)| {
        let name = said(names, index, [Some(&value), None]);
        let doc = said(docs, index, [Some(&value), name.as_deref()]);
        DeclaredValue { value, name, doc }
    });
    values.collect()
}

fn other_values(schema: &Schema) -> Vec<String> {
    match &schema.schema_kind {
        SchemaKind::Type(Kind::Integer(integer)) => shown(&integer.enumeration),
        SchemaKind::Type(Kind::Number(number)) => shown(&number.enumeration),
        SchemaKind::Type(Kind::Boolean(boolean)) => shown(&boolean.enumeration),
        SchemaKind::Any(any) if of_values(&any.enumeration) != Category::Text => {
            any.enumeration.iter().map(Value::to_string).collect()
        }
        _ => Vec::new(),
    }
}

fn shown<T: ToString>(values: &[Option<T>]) -> Vec<String> {
    values.iter().flatten().map(ToString::to_string).collect()
}
