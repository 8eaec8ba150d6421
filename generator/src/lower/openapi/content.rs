//! Media types and their content.

use std::{collections::HashSet, ptr};

use openapiv3::{
    ReferenceOr, Schema, SchemaKind, StringFormat, Type as SchemaType, VariantOrUnknownOrEmpty,
};

use super::{Builder, schemas::Node};
use crate::openapi::schema_name;

pub(super) const FORM: &str = "application/x-www-form-urlencoded";

impl Builder<'_> {
    /// Resolves the references of a schema.
    pub(super) fn resolve<'r>(&'r self, schema: impl Into<Node<'r>>) -> Option<&'r Schema> {
        let mut schema: Node<'r> = schema.into();
        loop {
            match schema {
                Node::Item(schema) => return Some(schema),
                Node::Ref(reference) => {
                    let components = self.spec.api.components.as_ref()?;
                    schema = components.schemas.get(&schema_name(reference)?)?.into();
                }
            }
        }
    }

    pub(super) fn is_bytes<'r>(&'r self, schema: impl Into<Node<'r>>) -> bool {
        match self.resolve(schema).map(|schema| &schema.schema_kind) {
            Some(SchemaKind::Type(SchemaType::String(string))) => {
                string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Binary)
            }
            _ => false,
        }
    }

    /// Returns a schema and those that it reaches through `parts`, each once and in order.
    pub(super) fn spread<'r>(
        &'r self,
        schema: &'r Schema,
        parts: fn(&'r Schema) -> Vec<&'r ReferenceOr<Schema>>,
    ) -> Vec<&'r Schema> {
        let (mut all, mut seen, mut waiting) = (Vec::new(), HashSet::new(), vec![schema]);
        while let Some(schema) = waiting.pop() {
            if seen.insert(ptr::from_ref(schema)) {
                all.push(schema);
                let parts = parts(schema).into_iter().rev();
                waiting.extend(parts.filter_map(|part| self.resolve(part)));
            }
        }
        all
    }

    /// Returns whether a schema, or one of its alternatives, is a list or an object.
    pub(super) fn has_nested(&self, schema: &ReferenceOr<Schema>) -> bool {
        let Some(schema) = self.resolve(schema) else { return false };
        self.spread(schema, combined).into_iter().any(|one| match &one.schema_kind {
            SchemaKind::Type(SchemaType::Object(_) | SchemaType::Array(_)) => true,
            SchemaKind::Any(any) => {
                matches!(any.typ.as_deref(), Some("object" | "array"))
                    || !any.properties.is_empty()
                    || any.items.is_some()
            }
            _ => false,
        })
    }
}

/// Returns the alternatives or the parts of a schema.
fn combined(schema: &Schema) -> Vec<&ReferenceOr<Schema>> {
    match &schema.schema_kind {
        SchemaKind::OneOf { one_of: all }
        | SchemaKind::AnyOf { any_of: all }
        | SchemaKind::AllOf { all_of: all } => all.iter().collect(),
        SchemaKind::Any(any) => {
            [&any.one_of, &any.any_of, &any.all_of].into_iter().flatten().collect()
        }
        SchemaKind::Type(_) | SchemaKind::Not { .. } => Vec::new(),
    }
}

/// Returns whether the media type is JSON, or a range that includes JSON.
pub(super) fn is_json(media: &str) -> bool {
    let media = essence(media);
    matches!(&*media, "application/json" | "text/json" | "*/*") || media.ends_with("+json")
}

/// Returns a media type without its parameters.
pub(super) fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}
