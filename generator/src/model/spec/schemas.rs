//! Schemas to types and models.

use std::collections::BTreeSet;

use openapiv3::{
    AdditionalProperties, AnySchema, ReferenceOr, Schema, SchemaKind, Type as SchemaType,
    VariantOrUnknownOrEmpty,
};

use super::{Builder, token};
use crate::{
    docs::code,
    model::{Docs, Model, Shape, Type},
    openapi::schema_name,
};

/// What an inline schema stands in, by which its model is named.
pub(super) struct Context {
    owner: String,
    member: String,
}

impl Context {
    pub(super) fn new(owner: &str, member: &str) -> Self {
        Self { owner: owner.to_owned(), member: member.to_owned() }
    }

    fn part(&self, what: &str) -> Self {
        let separator = if self.member.is_empty() { "" } else { "_" };
        Self { owner: self.owner.clone(), member: format!("{}{separator}{what}", self.member) }
    }

    fn name(&self) -> String {
        let separator = if self.member.is_empty() { "" } else { "_" };
        format!("{}{separator}{}", self.owner, self.member)
    }

    /// A plain sentence, for a schema that says nothing of itself.
    fn docs(&self) -> Docs {
        let summary = format!("What {} of {} stands for.", code(&self.member), code(&self.owner));
        Docs { summary: Some(summary), ..Docs::default() }
    }
}

impl Builder<'_> {
    /// Makes a model of every schema that the spec names.
    pub(super) fn declared_models(&mut self) {
        let spec = self.spec;
        for name in spec.api.components.iter().flat_map(|components| components.schemas.keys()) {
            self.declared(name);
        }
    }

    /// Makes a model of a schema that the spec names, unless that is done.
    pub(super) fn declared(&mut self, name: &str) {
        let spec = self.spec;
        let declared = spec.api.components.as_ref().and_then(|all| all.schemas.get(name));
        let Some(schema) = declared.filter(|_| !self.models.contains_key(name)) else { return };
        let pointer = format!("/components/schemas/{}", token(name));
        self.building.push(name.to_owned());
        let shape = match schema {
            ReferenceOr::Item(schema) => self.shape(schema, name, &pointer),
            ReferenceOr::Reference { .. } => {
                Shape::Alias(self.kind(schema, &Context::new(name, ""), &pointer))
            }
        };
        self.building.pop();
        let (title, description) = described(schema);
        let docs = self.docs.model(name, title, description);
        self.add(name, shape, docs);
    }

    fn add(&mut self, name: &str, shape: Shape, docs: Docs) {
        let model = Model { name: name.to_owned(), shape, sent: false, received: false, docs };
        self.models.insert(name.to_owned(), model);
    }

    /// What a named schema consists of.
    fn shape(&mut self, schema: &Schema, name: &str, pointer: &str) -> Shape {
        if let Some(words) = words(schema) {
            return Shape::Choice(words);
        }
        match has_fields(schema) {
            true => self.object(schema, name, pointer),
            false => Shape::Alias(self.inline(schema, &Context::new(name, ""), pointer)),
        }
    }

    /// The type of a schema that stands in `context`, by which inline models are named.
    pub(super) fn kind(
        &mut self,
        schema: &ReferenceOr<Schema>,
        context: &Context,
        pointer: &str,
    ) -> Type {
        match schema {
            ReferenceOr::Reference { reference } => match schema_name(reference) {
                Some(name) if self.is_nullable(&name) => {
                    Type::Nullable(Box::new(Type::Model(name)))
                }
                Some(name) if self.declares(&name) => Type::Model(name),
                _ => {
                    self.free(pointer, format!("`{reference}` does not refer to a schema"));
                    Type::Any
                }
            },
            ReferenceOr::Item(schema) => {
                let kind = self.item(schema, context, pointer);
                let kind = match extension(schema, "x-pydio-lenient") {
                    true => self.lenient(kind, pointer),
                    false => kind,
                };
                match (schema.schema_data.nullable, kind) {
                    (true, kind @ (Type::Nullable(_) | Type::Any)) => kind,
                    (true, kind) => Type::Nullable(Box::new(kind)),
                    (false, kind) => kind,
                }
            }
        }
    }

    /// Whether a declared schema may be `null`: that is not of the model, but of where it stands.
    fn is_nullable(&self, name: &str) -> bool {
        let components = self.spec.api.components.as_ref();
        let declared = components.and_then(|components| components.schemas.get(name)?.as_item());
        declared.is_some_and(|schema| schema.schema_data.nullable)
    }

    fn lenient(&mut self, kind: Type, pointer: &str) -> Type {
        match kind {
            Type::Any => kind,
            Type::Model(_) | Type::IntegerText | Type::UnsignedText => {
                self.free(pointer, "only plain values, lists and maps can be read leniently");
                kind
            }
            kind => Type::Lenient(Box::new(kind)),
        }
    }

    fn item(&mut self, schema: &Schema, context: &Context, pointer: &str) -> Type {
        let words = words(schema);
        if words.is_none() && !has_fields(schema) {
            return self.inline(schema, context, pointer);
        }
        let name = self.free_name(&context.name());
        let shape = match words {
            Some(words) => Shape::Choice(words),
            None => {
                // Taken, so that what is inside of it is called otherwise.
                self.add(&name, Shape::Alias(Type::Any), Docs::default());
                self.object(schema, &name, pointer)
            }
        };
        let data = &schema.schema_data;
        let title = data.title.as_deref();
        let mut docs = self.docs.model(&name, title, data.description.as_deref());
        if docs.summary.is_none() {
            docs = context.docs();
        }
        self.add(&name, shape, docs);
        Type::Model(name)
    }

    /// The type of a schema that needs no model of its own.
    fn inline(&mut self, schema: &Schema, context: &Context, pointer: &str) -> Type {
        match &schema.schema_kind {
            SchemaKind::Type(SchemaType::String(string)) => text_kind(format_of(&string.format)),
            SchemaKind::Type(SchemaType::Integer(integer)) => {
                integer_kind(format_of(&integer.format))
            }
            SchemaKind::Type(SchemaType::Number(_)) => Type::Float,
            SchemaKind::Type(SchemaType::Boolean(_)) => Type::Boolean,
            SchemaKind::Type(SchemaType::Array(array)) => {
                self.list(array.items.as_ref(), context, pointer)
            }
            SchemaKind::Type(SchemaType::Object(object)) => {
                self.map(object.additional_properties.as_ref(), context, pointer)
            }
            SchemaKind::AllOf { all_of } => match &all_of[..] {
                [one] => self.kind(one, context, &format!("{pointer}/allOf/0")),
                _ => self.untyped(pointer, Type::Any),
            },
            SchemaKind::Any(any) => self.mixed(any, context, pointer),
            SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } | SchemaKind::Not { .. } => {
                self.untyped(pointer, Type::Any)
            }
        }
    }

    /// A schema with keywords of several types, of which all but those of its own mean nothing.
    fn mixed(&mut self, any: &AnySchema, context: &Context, pointer: &str) -> Type {
        let is_alternative = !any.one_of.is_empty() || !any.any_of.is_empty() || any.not.is_some();
        match any.typ.as_deref() {
            _ if is_alternative => self.untyped(pointer, Type::Any),
            Some("string") => text_kind(any.format.as_deref()),
            Some("integer") => integer_kind(any.format.as_deref()),
            Some("number") => Type::Float,
            Some("boolean") => Type::Boolean,
            Some("array") => self.list(any.items.as_ref(), context, pointer),
            Some("object") => self.map(any.additional_properties.as_ref(), context, pointer),
            _ => self.untyped(pointer, Type::Any),
        }
    }

    fn list(
        &mut self,
        items: Option<&ReferenceOr<Box<Schema>>>,
        context: &Context,
        pointer: &str,
    ) -> Type {
        let pointer = format!("{pointer}/items");
        let items = match items {
            Some(items) => self.kind(&items.clone().unbox(), &context.part("item"), &pointer),
            None => self.untyped(&pointer, Type::Any),
        };
        Type::List(Box::new(items))
    }

    /// An object without declared fields.
    fn map(
        &mut self,
        values: Option<&AdditionalProperties>,
        context: &Context,
        pointer: &str,
    ) -> Type {
        match values {
            Some(AdditionalProperties::Schema(schema)) => {
                let pointer = format!("{pointer}/additionalProperties");
                let kind = self.kind(schema, &context.part("value"), &pointer);
                Type::Map(Box::new(kind))
            }
            _ => self.untyped(pointer, Type::Object),
        }
    }

    /// Notes that a place is of no declared type.
    pub(super) fn untyped(&mut self, pointer: &str, kind: Type) -> Type {
        self.untyped.push(pointer.to_owned());
        kind
    }
}

/// Whether a schema is an object that declares fields, here or in what it is put together from.
fn has_fields(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(SchemaType::Object(object)) => !object.properties.is_empty(),
        SchemaKind::AllOf { all_of } => all_of.len() > 1,
        SchemaKind::Any(any) => !any.properties.is_empty() || !any.all_of.is_empty(),
        _ => false,
    }
}

/// The words of an enumeration of texts, each once.
fn words(schema: &Schema) -> Option<Vec<String>> {
    let mut seen = BTreeSet::new();
    let declared: Vec<String> = match &schema.schema_kind {
        SchemaKind::Type(SchemaType::String(string)) => {
            string.enumeration.iter().flatten().cloned().collect()
        }
        SchemaKind::Any(any) if matches!(any.typ.as_deref(), None | Some("string")) => {
            let words = any.enumeration.iter().filter(|word| !word.is_null());
            words.map(|word| word.as_str().map(str::to_owned)).collect::<Option<_>>()?
        }
        _ => return None,
    };
    let words: Vec<_> = declared.into_iter().filter(|word| seen.insert(word.clone())).collect();
    (!words.is_empty()).then_some(words)
}

/// A format as it is written.
fn format_of<T>(format: &VariantOrUnknownOrEmpty<T>) -> Option<&str> {
    match format {
        VariantOrUnknownOrEmpty::Unknown(format) => Some(format),
        _ => None,
    }
}

fn text_kind(format: Option<&str>) -> Type {
    match format {
        Some("int64" | "int32") => Type::IntegerText,
        Some("uint64" | "uint32") => Type::UnsignedText,
        _ => Type::Text,
    }
}

fn integer_kind(format: Option<&str>) -> Type {
    match format {
        Some(format) if format.starts_with("uint") => Type::Unsigned,
        _ => Type::Integer,
    }
}

pub(super) fn extension(schema: &Schema, name: &str) -> bool {
    schema.schema_data.extensions.get(name).is_some_and(|value| value == true)
}

/// The title and the description of a schema.
pub(super) fn described(schema: &ReferenceOr<Schema>) -> (Option<&str>, Option<&str>) {
    let data = schema.as_item().map(|schema| &schema.schema_data);
    data.map_or((None, None), |data| (data.title.as_deref(), data.description.as_deref()))
}

/// The default that a schema declares.
pub(super) fn default_of(schema: &ReferenceOr<Schema>) -> Option<String> {
    schema.as_item().and_then(|schema| schema.schema_data.default.as_ref()).map(plain_text)
}

/// A value as text: without quotes when it is one.
pub(super) fn plain_text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
