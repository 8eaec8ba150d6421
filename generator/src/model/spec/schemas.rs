//! Schemas to types and models.

use openapiv3::{
    AdditionalProperties, AnySchema, IntegerFormat, IntegerType, ObjectType, ReferenceOr, Schema,
    SchemaKind, StringType, Type as SchemaType, VariantOrUnknownOrEmpty,
};

use super::{Builder, token};
use crate::model::{Docs, Field, Model, Shape, Type};

const COMPONENTS: &str = "#/components/schemas/";

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
        let summary = format!("What `{}` of `{}` stands for.", self.member, self.owner);
        Docs { summary: Some(summary.replace(['\n', '\r'], " ")), ..Docs::default() }
    }
}

impl Builder<'_> {
    /// Makes a model of every schema that the spec names.
    pub(super) fn declared_models(&mut self) {
        let spec = self.spec;
        let schemas = spec.api.components.iter().flat_map(|components| &components.schemas);
        for (name, schema) in schemas {
            let pointer = format!("/components/schemas/{}", token(name));
            let shape = match schema {
                ReferenceOr::Item(schema) => self.shape(schema, name, &pointer),
                ReferenceOr::Reference { .. } => {
                    Shape::Alias(self.kind(schema, &Context::new(name, ""), &pointer))
                }
            };
            let described = match schema {
                ReferenceOr::Item(schema) => schema.schema_data.description.as_deref(),
                ReferenceOr::Reference { .. } => None,
            };
            let docs = self.docs.model(name, described);
            self.add(name, shape, docs);
        }
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
        match &schema.schema_kind {
            SchemaKind::Type(SchemaType::Object(object)) if !object.properties.is_empty() => {
                self.object(object, name, pointer)
            }
            SchemaKind::AllOf { all_of } if all_of.len() > 1 => self.all_of(all_of, name, pointer),
            _ => Shape::Alias(self.inline(schema, &Context::new(name, ""), pointer)),
        }
    }

    fn object(&mut self, object: &ObjectType, name: &str, pointer: &str) -> Shape {
        let mut fields: Vec<_> = object
            .properties
            .iter()
            .map(|(field, schema)| {
                let pointer = format!("{pointer}/properties/{}", token(field));
                let inner = Context::new(name, field);
                let described = match schema {
                    ReferenceOr::Item(schema) => schema.schema_data.description.as_deref(),
                    ReferenceOr::Reference { .. } => None,
                };
                Field {
                    name: field.clone(),
                    kind: self.kind(&unboxed(schema), &inner, &pointer),
                    required: object.required.contains(field),
                    boxed: false,
                    default: default_of(schema),
                    doc: self.docs.field(name, field, described),
                }
            })
            .collect();
        fields.sort_by(|a, b| a.name.cmp(&b.name));
        let open = match &object.additional_properties {
            Some(AdditionalProperties::Any(any)) => *any,
            Some(AdditionalProperties::Schema(_)) => true,
            // Unsaid means allowed in JSON schema: a server may send more than it declares.
            None => true,
        };
        Shape::Struct { fields, open }
    }

    /// Several schemas in one: their fields together.
    fn all_of(&mut self, parts: &[ReferenceOr<Schema>], name: &str, pointer: &str) -> Shape {
        let mut all: Vec<Field> = Vec::new();
        let mut closed = false;
        for (index, part) in parts.iter().enumerate() {
            let pointer = format!("{pointer}/allOf/{index}");
            let Some(schema) = self.resolve(part) else { continue };
            match self.shape(&schema, name, &pointer) {
                Shape::Struct { fields, open } => {
                    closed |= !open;
                    all.retain(|field| fields.iter().all(|other| other.name != field.name));
                    all.extend(fields);
                }
                _ => self.refuse(&pointer, "only objects can be put together with `allOf`"),
            }
        }
        all.sort_by(|a, b| a.name.cmp(&b.name));
        Shape::Struct { fields: all, open: !closed }
    }

    fn resolve(&self, schema: &ReferenceOr<Schema>) -> Option<Schema> {
        match schema {
            ReferenceOr::Item(schema) => Some(schema.clone()),
            ReferenceOr::Reference { reference } => {
                let name = reference.strip_prefix(COMPONENTS)?;
                let components = self.spec.api.components.as_ref()?;
                self.resolve(components.schemas.get(name)?)
            }
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
            ReferenceOr::Reference { reference } => match reference.strip_prefix(COMPONENTS) {
                Some(name) => Type::Model(unescape(name)),
                None => {
                    self.refuse(pointer, format!("`{reference}` does not refer to a schema"));
                    Type::Any
                }
            },
            ReferenceOr::Item(schema) => {
                let kind = self.item(schema, context, pointer);
                let kind = match extension(schema, "x-pydio-lenient") {
                    true => self.lenient(kind, pointer),
                    false => kind,
                };
                match schema.schema_data.nullable {
                    true => Type::Nullable(Box::new(kind)),
                    false => kind,
                }
            }
        }
    }

    fn lenient(&mut self, kind: Type, pointer: &str) -> Type {
        match kind {
            Type::Any => kind,
            Type::Model(_) | Type::IntegerText | Type::UnsignedText => {
                self.refuse(pointer, "only plain values, lists and maps can be read leniently");
                kind
            }
            kind => Type::Lenient(Box::new(kind)),
        }
    }

    fn item(&mut self, schema: &Schema, context: &Context, pointer: &str) -> Type {
        if let Some(words) = words(schema) {
            let name = self.free_name(&context.name());
            return self.inline_model(context, name, Shape::Choice(words), schema);
        }
        match &schema.schema_kind {
            SchemaKind::Type(SchemaType::Object(object)) if !object.properties.is_empty() => {
                let name = self.free_name(&context.name());
                let shape = self.object(object, &name, pointer);
                self.inline_model(context, name, shape, schema)
            }
            SchemaKind::AllOf { all_of } if all_of.len() > 1 => {
                let name = self.free_name(&context.name());
                let shape = self.all_of(all_of, &name, pointer);
                self.inline_model(context, name, shape, schema)
            }
            _ => self.inline(schema, context, pointer),
        }
    }

    fn inline_model(
        &mut self,
        context: &Context,
        name: String,
        shape: Shape,
        schema: &Schema,
    ) -> Type {
        let mut docs = self.docs.model(&name, schema.schema_data.description.as_deref());
        if docs.summary.is_none() {
            docs = context.docs();
        }
        self.add(&name, shape, docs);
        Type::Model(name)
    }

    /// The type of a schema that needs no model of its own.
    fn inline(&mut self, schema: &Schema, context: &Context, pointer: &str) -> Type {
        match &schema.schema_kind {
            SchemaKind::Type(SchemaType::String(string)) => text_kind(string),
            SchemaKind::Type(SchemaType::Integer(integer)) => integer_kind(integer),
            SchemaKind::Type(SchemaType::Number(_)) => Type::Float,
            SchemaKind::Type(SchemaType::Boolean(_)) => Type::Boolean,
            SchemaKind::Type(SchemaType::Array(array)) => {
                let pointer = format!("{pointer}/items");
                let items = array
                    .items
                    .as_ref()
                    .map(|items| self.kind(&unboxed(items), &context.part("item"), &pointer));
                Type::List(Box::new(items.unwrap_or_else(|| self.untyped(&pointer, Type::Any))))
            }
            SchemaKind::Type(SchemaType::Object(object)) => self.map(object, context, pointer),
            SchemaKind::AllOf { all_of } => match &all_of[..] {
                [one] => self.kind(one, context, &format!("{pointer}/allOf/0")),
                _ => self.untyped(pointer, Type::Any),
            },
            SchemaKind::Any(any) if is_plain(any) => self.untyped(pointer, Type::Any),
            SchemaKind::Any(_) => {
                self.refuse(pointer, "this mixture of keywords has no type of its own");
                Type::Any
            }
            SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } | SchemaKind::Not { .. } => {
                self.untyped(pointer, Type::Any)
            }
        }
    }

    /// An object without declared fields.
    fn map(&mut self, object: &ObjectType, context: &Context, pointer: &str) -> Type {
        match &object.additional_properties {
            Some(AdditionalProperties::Schema(schema)) => {
                let pointer = format!("{pointer}/additionalProperties");
                let kind = self.kind(schema, &context.part("value"), &pointer);
                Type::Map(Box::new(kind))
            }
            _ => self.untyped(pointer, Type::Object),
        }
    }

    /// Notes that a place is of no declared type.
    fn untyped(&mut self, pointer: &str, kind: Type) -> Type {
        self.untyped.push(pointer.to_owned());
        kind
    }
}

/// The words of an enumeration of texts.
fn words(schema: &Schema) -> Option<Vec<String>> {
    let SchemaKind::Type(SchemaType::String(string)) = &schema.schema_kind else { return None };
    let words: Vec<String> = string.enumeration.iter().flatten().cloned().collect();
    (!words.is_empty()).then_some(words)
}

fn text_kind(string: &StringType) -> Type {
    match &string.format {
        VariantOrUnknownOrEmpty::Unknown(format) => match &**format {
            "int64" | "int32" => Type::IntegerText,
            "uint64" | "uint32" => Type::UnsignedText,
            _ => Type::Text,
        },
        _ => Type::Text,
    }
}

fn integer_kind(integer: &IntegerType) -> Type {
    match &integer.format {
        VariantOrUnknownOrEmpty::Item(IntegerFormat::Int32 | IntegerFormat::Int64) => Type::Integer,
        VariantOrUnknownOrEmpty::Unknown(format) if format.starts_with("uint") => Type::Unsigned,
        _ => Type::Integer,
    }
}

/// Whether a schema says nothing about its type.
fn is_plain(any: &AnySchema) -> bool {
    any.typ.is_none()
        && any.properties.is_empty()
        && any.items.is_none()
        && any.enumeration.is_empty()
        && any.all_of.is_empty()
        && any.any_of.is_empty()
        && any.one_of.is_empty()
        && any.not.is_none()
}

pub(super) fn extension(schema: &Schema, name: &str) -> bool {
    schema.schema_data.extensions.get(name).is_some_and(|value| value == true)
}

fn default_of(schema: &ReferenceOr<Box<Schema>>) -> Option<String> {
    match schema {
        ReferenceOr::Item(schema) => schema.schema_data.default.as_ref().map(plain_text),
        ReferenceOr::Reference { .. } => None,
    }
}

/// A value as text: without quotes when it is one.
pub(super) fn plain_text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn unboxed(schema: &ReferenceOr<Box<Schema>>) -> ReferenceOr<Schema> {
    match schema {
        ReferenceOr::Item(schema) => ReferenceOr::Item((**schema).clone()),
        ReferenceOr::Reference { reference } => {
            ReferenceOr::Reference { reference: reference.clone() }
        }
    }
}

fn unescape(token: &str) -> String {
    token.replace("~1", "/").replace("~0", "~")
}
