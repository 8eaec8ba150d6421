//! Media types and what they hold.

use openapiv3::{
    ReferenceOr, Schema, SchemaKind, StringFormat, Type as SchemaType, VariantOrUnknownOrEmpty,
};

use super::Builder;
use crate::openapi::schema_name;

pub(super) const FORM: &str = "application/x-www-form-urlencoded";

impl Builder<'_> {
    /// What a schema is once references are followed.
    pub(super) fn resolve<'r>(&'r self, schema: &'r ReferenceOr<Schema>) -> Option<&'r Schema> {
        let mut schema = schema;
        loop {
            match schema {
                ReferenceOr::Item(schema) => return Some(schema),
                ReferenceOr::Reference { reference } => {
                    let components = self.spec.api.components.as_ref()?;
                    schema = components.schemas.get(&schema_name(reference)?)?;
                }
            }
        }
    }

    pub(super) fn is_bytes(&self, schema: &ReferenceOr<Schema>) -> bool {
        match self.resolve(schema).map(|schema| &schema.schema_kind) {
            Some(SchemaKind::Type(SchemaType::String(string))) => {
                string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Binary)
            }
            _ => false,
        }
    }

    /// Whether a schema, or one of those it may be, is a list or an object.
    pub(super) fn has_nested(&self, schema: &ReferenceOr<Schema>, depth: usize) -> bool {
        const DEEPEST: usize = 8;
        let Some(schema) = self.resolve(schema).filter(|_| depth < DEEPEST) else { return false };
        let any = |all: &[ReferenceOr<Schema>]| all.iter().any(|s| self.has_nested(s, depth + 1));
        match &schema.schema_kind {
            SchemaKind::Type(SchemaType::Object(_) | SchemaType::Array(_)) => true,
            SchemaKind::Type(_) | SchemaKind::Not { .. } => false,
            SchemaKind::OneOf { one_of: all }
            | SchemaKind::AnyOf { any_of: all }
            | SchemaKind::AllOf { all_of: all } => any(all),
            SchemaKind::Any(one) => {
                matches!(one.typ.as_deref(), Some("object" | "array"))
                    || !one.properties.is_empty()
                    || one.items.is_some()
                    || [&one.one_of, &one.any_of, &one.all_of].into_iter().any(|all| any(all))
            }
        }
    }
}

/// Whether the media type is JSON, or a range that JSON is in.
pub(super) fn is_json(media: &str) -> bool {
    let media = essence(media);
    matches!(&*media, "application/json" | "text/json" | "*/*") || media.ends_with("+json")
}

/// A media type without its parameters.
pub(super) fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
