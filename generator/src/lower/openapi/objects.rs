//! Objects: their fields, and the composition of several schemas.

use std::collections::{BTreeMap, BTreeSet};

use openapiv3::{
    AdditionalProperties, ReferenceOr, Schema, SchemaData, SchemaKind, StringFormat,
    Type as SchemaType, VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::{
    Builder,
    category::declared_values,
    schemas::{Context, described, plain_text},
    words,
};
use crate::{
    ir::{self, Access, Code, DeclaredValue, Dialect, Field, Shape, Type},
    openapi::{join, schema_name},
};

/// The maximum depth of composed schemas. Real inheritance is four levels deep.
const MAX_BASES: usize = 64;

/// The maximum number of inherited fields: a file of schemas that are all composed of one large one
/// would otherwise grow with the square of its size.
const MAX_COPIED: usize = 100_000;

/// The composition of several parts of a schema.
#[derive(Default)]
struct Parts {
    /// By name: of two fields with one name the later counts.
    fields: BTreeMap<String, Field>,
    required: BTreeSet<String>,
    closed: bool,
}

impl Parts {
    /// Adds a field, replacing one of the same name; a required field stays required. Returns the
    /// type of the replaced field.
    fn take(&mut self, mut field: Field) -> Option<Type> {
        let before = self.fields.get(&field.name);
        field.required |= before.is_some_and(|before| before.required);
        self.fields.insert(field.name.clone(), field).map(|before| before.kind)
    }

    fn finish(self) -> Shape {
        let required = |field: &Field| self.required.contains(&field.name);
        let fields = self.fields.into_values().map(|mut field| {
            field.required |= required(&field);
            field
        });
        Shape::Struct { fields: fields.collect(), open: !self.closed }
    }
}

impl Builder<'_> {
    /// Returns the shape of an object with declared fields.
    pub(super) fn object(&mut self, schema: &Schema, name: &str, pointer: &str) -> Shape {
        let mut parts = Parts::default();
        self.gather(schema, name, pointer, &mut parts);
        parts.finish()
    }

    fn gather(&mut self, schema: &Schema, name: &str, pointer: &str, parts: &mut Parts) {
        match &schema.schema_kind {
            SchemaKind::Type(SchemaType::Object(object)) => {
                let additional = object.additional_properties.as_ref();
                self.own(object.properties.iter(), additional, name, pointer, parts);
                parts.required.extend(object.required.iter().cloned());
            }
            SchemaKind::AllOf { all_of } => self.all_of(all_of, name, pointer, parts),
            SchemaKind::Any(any) if matches!(any.typ.as_deref(), None | Some("object")) => {
                if !any.one_of.is_empty() || !any.any_of.is_empty() || any.not.is_some() {
                    // Other fields are kept with the undeclared ones.
                    self.untyped.push(pointer.to_owned());
                }
                self.all_of(&any.all_of, name, pointer, parts);
                let additional = any.additional_properties.as_ref();
                self.own(any.properties.iter(), additional, name, pointer, parts);
                parts.required.extend(any.required.iter().cloned());
            }
            SchemaKind::OneOf { .. } | SchemaKind::AnyOf { .. } | SchemaKind::Not { .. } => {
                self.untyped.push(pointer.to_owned());
            }
            SchemaKind::Type(_) | SchemaKind::Any(_) => {
                self.free(pointer, "only objects can be combined with `allOf`");
            }
        }
    }

    /// Adds the fields that an object declares itself.
    fn own<'p>(
        &mut self,
        properties: impl Iterator<Item = (&'p String, &'p ReferenceOr<Box<Schema>>)>,
        additional: Option<&AdditionalProperties>,
        name: &str,
        pointer: &str,
        parts: &mut Parts,
    ) {
        for (field, schema) in properties {
            let pointer = join(&format!("{pointer}/properties"), field);
            let declared = self.field(name, field, schema, &pointer);
            self.take(declared, &pointer, parts);
        }
        if let Some(AdditionalProperties::Schema(_)) = additional {
            // They become free JSON among the undeclared fields.
            self.untyped.push(format!("{pointer}/additionalProperties"));
        }
        // By default, JSON Schema allows others: a server may send more than it declares.
        parts.closed |= matches!(additional, Some(AdditionalProperties::Any(false)));
    }

    /// Adds a field, replacing one of the same name. If the two types have no value in common, the
    /// type of the other one is dropped.
    fn take(&mut self, field: Field, pointer: &str, parts: &mut Parts) {
        let (name, kind) = (field.name.clone(), field.kind.clone());
        let Some(before) = parts.take(field) else { return };
        if self.is_contradiction(&before, &kind) {
            let message = format!(
                "parts of `allOf` declare `{name}` with incompatible types; the last one counts"
            );
            self.warn("schema-contradiction", message, pointer);
            self.untyped.push(pointer.to_owned());
        }
    }

    /// Returns whether two types have no value in common.
    fn is_contradiction(&self, one: &Type, other: &Type) -> bool {
        let (one, other) = (self.class(one), self.class(other));
        matches!((one, other), (Some(one), Some(other)) if one != other)
    }

    /// Returns the kind of JSON that the values of a type are, if known.
    fn class(&self, kind: &Type) -> Option<&'static str> {
        match self.followed(kind) {
            Type::Text | Type::IntegerText | Type::UnsignedText | Type::Rights => Some("text"),
            Type::Integer | Type::Unsigned | Type::Time | Type::Float => Some("number"),
            Type::Boolean => Some("boolean"),
            Type::List(_) => Some("list"),
            Type::Object | Type::Map(_) => Some("object"),
            // `followed` returns the inner type of the latter two.
            Type::Any | Type::Nullable(_) | Type::Lenient(_) => None,
            kind @ Type::Model(_) => match self.shape_of(&kind)? {
                Shape::Struct { .. } => Some("object"),
                Shape::Choice(_) => Some("text"),
                Shape::Codes(_) => Some("number"),
                // It is still being converted, so nothing is known about it yet.
                Shape::Alias(_) => None,
            },
        }
    }

    fn field(
        &mut self,
        model: &str,
        name: &str,
        schema: &ReferenceOr<Box<Schema>>,
        pointer: &str,
    ) -> Field {
        let (title, description) = described(schema.into());
        let data = schema.as_item().map(|schema| &schema.schema_data);
        let context = Context::new(model, name);
        let kind = self.kind_at(schema.into(), &context, pointer);
        let mut values = schema.as_item().map(|schema| declared_values(schema)).unwrap_or_default();
        let kind = self.coded(kind, &mut values, &context);
        let declared = schema.as_item().is_some_and(|schema| is_password(schema));
        let is_password = declared || self.dialect == Dialect::Pydio && ir::is_secret(name);
        Field {
            name: name.to_owned(),
            from: model.to_owned(),
            secret: is_password && is_text(&kind) || declared && kind == Type::Any,
            kind,
            required: false,
            nothing: data.map(nothing).unwrap_or_default(),
            boxed: false,
            default: data.and_then(|data| data.default.as_ref()).map(plain_text),
            values,
            deprecated: data.is_some_and(|data| data.deprecated),
            access: match data {
                Some(data) if data.read_only => Access::ReadOnly,
                Some(data) if data.write_only => Access::WriteOnly,
                _ => Access::Both,
            },
            doc: words::field(name, title, description),
        }
    }

    /// Returns the type of a field, which is an enumeration of its own where all of its values are
    /// whole numbers with names.
    fn coded(&mut self, kind: Type, values: &mut Vec<DeclaredValue>, context: &Context) -> Type {
        match kind {
            Type::Integer | Type::Unsigned => {}
            Type::Nullable(inner) => {
                return Type::Nullable(Box::new(self.coded(*inner, values, context)));
            }
            other => return other,
        }
        let code = |one: &DeclaredValue| {
            let (value, name) = (one.value.parse().ok()?, one.name.clone()?);
            Some(Code { value, name, doc: one.doc.clone() })
        };
        match values.iter().map(code).collect::<Option<Vec<_>>>() {
            Some(codes) if !codes.is_empty() => {
                values.clear();
                let name = self.free_name(&context.name());
                self.add(&name, Shape::Codes(codes), context.docs());
                Type::Model(name)
            }
            _ => kind,
        }
    }

    /// Composes several schemas: merges their fields.
    fn all_of(
        &mut self,
        schemas: &[ReferenceOr<Schema>],
        name: &str,
        pointer: &str,
        parts: &mut Parts,
    ) {
        for (index, schema) in schemas.iter().enumerate() {
            let pointer = format!("{pointer}/allOf/{index}");
            match schema {
                ReferenceOr::Item(schema) => self.gather(schema, name, &pointer, parts),
                ReferenceOr::Reference { reference } => self.base(reference, &pointer, parts),
            }
        }
    }

    /// Adds the fields of a schema that another is composed of, with the same types.
    fn base(&mut self, reference: &str, pointer: &str, parts: &mut Parts) {
        let name = schema_name(reference).unwrap_or_default();
        if self.building.contains(&name) {
            let message = "a part that contains the whole is not supported";
            return self.free(pointer, message);
        }
        if self.building.len() == MAX_BASES {
            let message = format!("a schema combined from others, {MAX_BASES} levels deep");
            return self.free(pointer, message);
        }
        let kind = self.known(name);
        match (&kind, self.shape_of(&kind)) {
            (_, Some(Shape::Struct { fields, open })) => {
                let (fields, is_closed) = (fields.clone(), !open);
                self.copied += fields.len();
                if self.copied > MAX_COPIED {
                    let message = format!("more than {MAX_COPIED} fields by `allOf`");
                    return self.free(pointer, message);
                }
                fields.into_iter().for_each(|field| self.take(field, pointer, parts));
                parts.closed |= is_closed;
            }
            // An object of any fields does not restrict them.
            (Type::Object | Type::Any | Type::Map(_), _) => {}
            _ => self.free(pointer, "only objects can be combined with `allOf`"),
        }
    }

    /// Resolves a declared schema through all aliases.
    fn known(&mut self, name: String) -> Type {
        let mut kind = Type::Model(name);
        loop {
            match &kind {
                Type::Model(name) if !self.models.contains_key(name) => {
                    let name = name.clone();
                    if self.building.contains(&name) {
                        return kind;
                    }
                    self.declared(&name);
                }
                _ => {
                    let next = self.followed(&kind);
                    if next == kind {
                        return kind;
                    }
                    kind = next;
                }
            }
        }
    }

    /// Returns the shape of a type that is a model.
    pub(super) fn shape_of(&self, kind: &Type) -> Option<&Shape> {
        match kind {
            Type::Model(name) => self.models.get(name).map(|model| &model.shape),
            _ => None,
        }
    }
}

/// Returns whether a schema declares text that is never shown.
fn is_password(schema: &Schema) -> bool {
    match &schema.schema_kind {
        SchemaKind::Type(SchemaType::String(string)) => {
            matches!(string.format, VariantOrUnknownOrEmpty::Item(StringFormat::Password))
        }
        SchemaKind::Any(any) => any.format.as_deref() == Some("password"),
        _ => false,
    }
}

/// Returns whether a type is text, or may be.
fn is_text(kind: &Type) -> bool {
    match kind {
        Type::Text => true,
        Type::Nullable(inner) | Type::Lenient(inner) => is_text(inner),
        _ => false,
    }
}

/// Returns the values that stand for no value, by a correction.
fn nothing(data: &SchemaData) -> Vec<String> {
    let values = data.extensions.get("x-pydio-none").and_then(Value::as_array);
    values.into_iter().flatten().map(Value::to_string).collect()
}
