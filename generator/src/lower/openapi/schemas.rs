//! Converts schemas to types and models.

use openapiv3::{
    AdditionalProperties, AnySchema, ReferenceOr, Schema, SchemaKind, Type as SchemaType,
    VariantOrUnknownOrEmpty,
};

use super::{
    Builder,
    category::{Category, only},
    words,
};
use crate::{
    ir::{Docs, EndpointKind, Model, RefusedIn, Shape, Type, code},
    openapi::{join, schema_name},
};

/// An inline schema, or a reference to one.
#[derive(Clone, Copy)]
pub(super) enum Node<'s> {
    Ref(&'s str),
    Item(&'s Schema),
}

impl<'s> From<&'s ReferenceOr<Schema>> for Node<'s> {
    fn from(schema: &'s ReferenceOr<Schema>) -> Self {
        match schema {
            ReferenceOr::Reference { reference } => Self::Ref(reference),
            ReferenceOr::Item(schema) => Self::Item(schema),
        }
    }
}

impl<'s> From<&'s ReferenceOr<Box<Schema>>> for Node<'s> {
    fn from(schema: &'s ReferenceOr<Box<Schema>>) -> Self {
        match schema {
            ReferenceOr::Reference { reference } => Self::Ref(reference),
            ReferenceOr::Item(schema) => Self::Item(schema),
        }
    }
}

/// The surroundings of an inline schema, which its model is named after.
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

    pub(super) fn name(&self) -> String {
        let separator = if self.member.is_empty() { "" } else { "_" };
        format!("{}{separator}{}", self.owner, self.member)
    }

    /// Returns a default sentence for an undocumented schema.
    pub(super) fn docs(&self) -> Docs {
        let summary = format!("The meaning of {} of {}.", code(&self.member), code(&self.owner));
        Docs { summary: Some(summary), ..Docs::default() }
    }
}

impl Builder<'_> {
    /// Converts every schema that the spec names to a model.
    pub(super) fn declared_models(&mut self) {
        let spec = self.spec;
        for name in spec.api.components.iter().flat_map(|components| components.schemas.keys()) {
            self.declared(name);
        }
    }

    /// Converts a schema that the spec names to a model, unless that is done.
    pub(super) fn declared(&mut self, name: &str) {
        let spec = self.spec;
        let declared = spec.api.components.as_ref().and_then(|all| all.schemas.get(name));
        let Some(schema) = declared.filter(|_| !self.models.contains_key(name)) else { return };
        let pointer = join("/components/schemas", name);
        self.building.push(name.to_owned());
        let shape = match schema {
            ReferenceOr::Item(schema) => self.shape(schema, name, &pointer),
            ReferenceOr::Reference { .. } => {
                Shape::Alias(self.kind(schema, &Context::new(name, ""), &pointer))
            }
        };
        self.building.pop();
        // The finding is reported where it is referenced.
        let shape = match shape {
            Shape::Alias(Type::Nullable(inner)) if self.is_nullable(name) => Shape::Alias(*inner),
            shape => shape,
        };
        let (title, description) = described(schema.into());
        let docs = words::model(name, title, description);
        self.add(name, shape, docs);
        let ReferenceOr::Item(schema) = schema else { return };
        let refused = self.refused_in(schema, &pointer);
        if let Some(model) = self.models.get_mut(name) {
            let is_struct = matches!(model.shape, Shape::Struct { .. });
            model.lenient = is_struct && extension(schema, "x-pydio-lenient");
            model.refused = refused;
        }
    }

    pub(super) fn add(&mut self, name: &str, shape: Shape, docs: Docs) {
        let (name, kind) = (name.to_owned(), EndpointKind::Operation);
        let (lenient, sent, received, refused) = (false, false, false, Vec::new());
        let model = Model { kind, name, shape, lenient, sent, received, refused, docs };
        self.models.insert(model.name.clone(), model);
    }

    /// Returns what an overlay says that the server cannot take.
    fn refused_in(&mut self, schema: &Schema, pointer: &str) -> Vec<RefusedIn> {
        let name = "x-pydio-refused";
        let Some(value) = schema.schema_data.extensions.get(name) else { return Vec::new() };
        serde_json::from_value(value.clone()).unwrap_or_else(|error| {
            self.free(pointer, format!("`{name}` is not a list of `at`, `is` and `why`: {error}"));
            Vec::new()
        })
    }

    /// Returns the shape of a named schema.
    fn shape(&mut self, schema: &Schema, name: &str, pointer: &str) -> Shape {
        if self.is_contradicted(schema) {
            return Shape::Alias(self.contradiction(pointer));
        }
        if let Some(words) = self.words(schema) {
            return Shape::Choice(words);
        }
        match self.has_fields(schema) {
            true => self.object(schema, name, pointer),
            false => Shape::Alias(self.inline(schema, &Context::new(name, ""), pointer)),
        }
    }

    /// Returns the type of a schema in `context`, which inline models are named after.
    pub(super) fn kind(
        &mut self,
        schema: &ReferenceOr<Schema>,
        context: &Context,
        pointer: &str,
    ) -> Type {
        self.kind_at(schema.into(), context, pointer)
    }

    /// Does the same for a schema that may be boxed.
    pub(super) fn kind_at(&mut self, schema: Node<'_>, context: &Context, pointer: &str) -> Type {
        match schema {
            Node::Ref(reference) => match schema_name(reference) {
                Some(name) if self.is_nullable(&name) => {
                    Type::Nullable(Box::new(Type::Model(name)))
                }
                Some(name) if self.declares(&name) => Type::Model(name),
                _ => {
                    self.free(pointer, format!("`{reference}` does not refer to a schema"));
                    Type::Any
                }
            },
            Node::Item(schema) => {
                let kind = self.item(schema, context, pointer);
                let kind = match extension(schema, "x-pydio-lenient") {
                    true => self.lenient(kind, pointer),
                    false => kind,
                };
                match (self.allows_null(Node::Item(schema)), kind) {
                    (true, kind @ (Type::Nullable(_) | Type::Any)) => kind,
                    (true, kind) => Type::Nullable(Box::new(kind)),
                    (false, kind) => kind,
                }
            }
        }
    }

    fn lenient(&mut self, kind: Type, pointer: &str) -> Type {
        match kind {
            Type::Any => kind,
            Type::Nullable(inner) => Type::Nullable(Box::new(self.lenient(*inner, pointer))),
            Type::Model(_) | Type::IntegerText | Type::UnsignedText => {
                self.free(pointer, "only plain values, lists and maps can be read leniently");
                kind
            }
            kind => Type::Lenient(Box::new(kind)),
        }
    }

    fn item(&mut self, schema: &Schema, context: &Context, pointer: &str) -> Type {
        if self.is_contradicted(schema) {
            return self.contradiction(pointer);
        }
        let words = self.words(schema);
        if words.is_none() && !self.has_fields(schema) {
            return self.inline(schema, context, pointer);
        }
        let name = self.free_name(&context.name());
        let shape = match words {
            Some(words) => Shape::Choice(words),
            None => {
                // Reserves the name, so that nested schemas get other names.
                self.add(&name, Shape::Alias(Type::Any), Docs::default());
                self.object(schema, &name, pointer)
            }
        };
        let data = &schema.schema_data;
        let title = data.title.as_deref();
        let mut docs = words::model(&name, title, data.description.as_deref());
        if docs.summary.is_none() {
            docs = context.docs();
        }
        self.add(&name, shape, docs);
        Type::Model(name)
    }

    /// Returns the type of a schema that needs no model of its own.
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
            SchemaKind::AllOf { all_of } => self.together(schema, all_of, context, pointer),
            SchemaKind::Any(any) => self.mixed(schema, any, context, pointer),
            SchemaKind::OneOf { one_of: several } => {
                self.either(schema, several, context, &format!("{pointer}/oneOf"))
            }
            SchemaKind::AnyOf { any_of: several } => {
                self.either(schema, several, context, &format!("{pointer}/anyOf"))
            }
            SchemaKind::Not { .. } => self.untyped(pointer, Type::Any),
        }
    }

    /// Returns the type of a schema that no value fits.
    fn contradiction(&mut self, pointer: &str) -> Type {
        self.free(pointer, "the parts of `allOf` are of different types");
        Type::Any
    }

    /// Returns the type of several combined schemas other than objects: that of the most specific
    /// part.
    fn together(
        &mut self,
        schema: &Schema,
        parts: &[ReferenceOr<Schema>],
        context: &Context,
        pointer: &str,
    ) -> Type {
        if let Some((index, part)) = only(parts) {
            return self.kind(part, context, &format!("{pointer}/allOf/{index}"));
        }
        let category = self.category(schema);
        if category == Category::Contradiction {
            return self.contradiction(pointer);
        }
        if !category.is_scalar() && category != Category::List {
            return self.untyped(pointer, Type::Any);
        }
        let mut best: Option<(usize, &ReferenceOr<Schema>, bool)> = None;
        for (index, part) in parts.iter().enumerate() {
            if self.category_of(part) != category {
                continue;
            }
            let item = self.resolve(part).cloned();
            let has_words = item.is_some_and(|item| self.words(&item).is_some());
            if best.is_none_or(|(.., had_words)| has_words && !had_words) {
                best = Some((index, part, has_words));
            }
        }
        match best {
            Some((index, part, _)) => self.kind(part, context, &format!("{pointer}/allOf/{index}")),
            None => plain(category).unwrap_or_else(|| self.untyped(pointer, Type::Any)),
        }
    }

    /// Returns the type of several alternatives: their common one if it is the same scalar for all.
    fn either(
        &mut self,
        schema: &Schema,
        several: &[ReferenceOr<Schema>],
        context: &Context,
        pointer: &str,
    ) -> Type {
        let is_same = several.windows(2).all(|pair| pair[0] == pair[1]);
        if let (Some(one), true) = (several.first(), is_same) {
            return self.kind(one, context, &format!("{pointer}/0"));
        }
        let whole = pointer.rsplit_once('/').map_or(pointer, |(whole, _)| whole);
        plain(self.category(schema)).unwrap_or_else(|| self.untyped(whole, Type::Any))
    }

    /// Handles a schema with keywords of several types: those of other types than its own have no
    /// effect.
    fn mixed(
        &mut self,
        schema: &Schema,
        any: &AnySchema,
        context: &Context,
        pointer: &str,
    ) -> Type {
        let is_alternative = !any.one_of.is_empty() || !any.any_of.is_empty();
        match any.typ.as_deref() {
            _ if is_alternative => {
                plain(self.category(schema)).unwrap_or_else(|| self.untyped(pointer, Type::Any))
            }
            None if !any.all_of.is_empty() => self.together(schema, &any.all_of, context, pointer),
            Some("string") => text_kind(any.format.as_deref()),
            Some("integer") => integer_kind(any.format.as_deref()),
            Some("number") => Type::Float,
            Some("boolean") => Type::Boolean,
            Some("array") => self.list(any.items.as_ref(), context, pointer),
            Some("object") => self.map(any.additional_properties.as_ref(), context, pointer),
            _ => plain(self.category(schema)).unwrap_or_else(|| self.untyped(pointer, Type::Any)),
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
            Some(items) => self.kind_at(items.into(), &context.part("item"), &pointer),
            None => self.untyped(&pointer, Type::Any),
        };
        Type::List(Box::new(items))
    }

    /// Returns an object without declared fields.
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

    /// Returns whether a schema is an object that declares fields, here or in its parts.
    fn has_fields(&mut self, schema: &Schema) -> bool {
        let may_have = match &schema.schema_kind {
            SchemaKind::Type(SchemaType::Object(object)) => return !object.properties.is_empty(),
            SchemaKind::AllOf { all_of } => only(all_of).is_none(),
            SchemaKind::Any(any) => !any.properties.is_empty() || !any.all_of.is_empty(),
            _ => false,
        };
        may_have && self.category(schema) == Category::Object
    }

    /// Notes that a location has no declared type.
    pub(super) fn untyped(&mut self, pointer: &str, kind: Type) -> Type {
        self.untyped.push(pointer.to_owned());
        kind
    }
}

/// Returns the type of a scalar without further restrictions.
fn plain(category: Category) -> Option<Type> {
    match category {
        Category::Text => Some(Type::Text),
        Category::Integer => Some(Type::Integer),
        Category::Number => Some(Type::Float),
        Category::Boolean => Some(Type::Boolean),
        _ => None,
    }
}

/// Returns a format as written.
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
        Some("pydio-rights") => Type::Rights,
        _ => Type::Text,
    }
}

fn integer_kind(format: Option<&str>) -> Type {
    match format {
        Some(format) if format.starts_with("uint") => Type::Unsigned,
        Some("unixtime") => Type::Time,
        _ => Type::Integer,
    }
}

pub(super) fn extension(schema: &Schema, name: &str) -> bool {
    schema.schema_data.extensions.get(name).is_some_and(|value| value == true)
}

/// Returns the title and the description of a schema.
pub(super) fn described(schema: Node<'_>) -> (Option<&str>, Option<&str>) {
    match schema {
        Node::Ref(_) => (None, None),
        Node::Item(Schema { schema_data: data, .. }) => {
            (data.title.as_deref(), data.description.as_deref())
        }
    }
}

/// Returns the default that a schema declares.
pub(super) fn default_of(schema: &ReferenceOr<Schema>) -> Option<String> {
    schema.as_item().and_then(|schema| schema.schema_data.default.as_ref()).map(plain_text)
}

/// Formats a value as text, without quotes around strings.
pub(super) fn plain_text(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
