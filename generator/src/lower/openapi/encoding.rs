//! The encoding of a parameter's value: by a style, as JSON, or as plain text.

use openapiv3::{ReferenceOr, Schema, SchemaKind, Type as SchemaType};
use serde_json::Value;

use super::{Builder, params::Slot};
use crate::{
    ir::{Dialect, Location, OpenApiStyle, Shape, Style, StyleName, Type},
    openapi::Dialect as Version,
};

/// The extension for a `collectionFormat` that has no style in OpenAPI 3.
const COLLECTION_FORMAT: &str = "x-collection-format";

impl Builder<'_> {
    /// Returns the type that a value is taken as, and how it is written.
    pub(super) fn written(&mut self, kind: Type, slot: &Slot<'_>) -> (Type, Style) {
        // Nested values are always flattened, and single values never.
        let is_deep = slot.style.name == StyleName::DeepObject;
        let style = OpenApiStyle { explode: slot.style.explode && !is_deep, ..slot.style };
        let is_nested = is_deep || self.has_nested(slot.schema);
        if !is_deep && slot.is_styled && self.holds_nested(&kind) {
            if let Some(nested) = self.nested_lists(&kind, style, slot) {
                return nested;
            }
            let message = format!(
                "OpenAPI does not say how a list or an object in another one is encoded by \
                 `style: {}`; it is sent as JSON text",
                style.name.text()
            );
            self.warn("parameter-encoding", message, slot.pointer);
        }
        match kind {
            Type::Any if is_nested && slot.is_styled => (Type::Any, Style::Flattened(style)),
            Type::List(items) => {
                let items = self.followed(&items);
                match self.word(&items) {
                    Some(Type::Any) if is_deep => {
                        (Type::List(Box::new(Type::Any)), Style::Flattened(style))
                    }
                    Some(items) => {
                        (Type::List(Box::new(text_of(items))), self.list_spelling(style, slot.to))
                    }
                    None => (Type::List(Box::new(items)), Style::Flattened(style)),
                }
            }
            kind => match self.word(&kind) {
                Some(kind) if is_plain(style) => (text_of(kind), Style::Plain),
                Some(kind) => {
                    (text_of(kind), Style::Styled(OpenApiStyle { explode: false, ..style }))
                }
                None if slot.is_styled => (kind, Style::Flattened(style)),
                None => (kind, Style::Json),
            },
        }
    }

    /// Returns whether the members of a list or an object are more than one text each.
    fn holds_nested(&self, kind: &Type) -> bool {
        let is_nested = |kind: &Type| {
            let kind = self.followed(kind);
            !matches!(kind, Type::Object) && self.word(&kind).is_none()
        };
        match kind {
            Type::List(inner) | Type::Map(inner) => is_nested(inner),
            kind => match self.shape_of(kind) {
                Some(Shape::Struct { fields, .. }) => {
                    fields.iter().any(|field| is_nested(&field.kind))
                }
                _ => false,
            },
        }
    }

    /// Handles a Swagger 2.0 list of lists, where both have a `collectionFormat`.
    fn nested_lists(
        &mut self,
        kind: &Type,
        style: OpenApiStyle,
        slot: &Slot<'_>,
    ) -> Option<(Type, Style)> {
        let Type::List(items) = kind else { return None };
        let Type::List(words) = self.followed(items) else { return None };
        let word = self.word(&self.followed(&words))?;
        if self.spec.dialect != Version::Swagger2 {
            return None;
        }
        let format = self.format_of_items(slot.schema);
        let delimiter = match format.as_deref() {
            Some("ssv") => ' ',
            Some("tsv") => '\t',
            Some("pipes") => '|',
            _ => ',',
        };
        let wrong = if format.as_deref() == Some("multi") {
            Some("`multi` does not apply to lists inside a list; they are sent with commas")
        } else if !style.explode && delimiter == separator(style) {
            Some(
                "the lists inside this list are joined like the list itself, so a server cannot \
                 distinguish them",
            )
        } else {
            None
        };
        if let Some(message) = wrong {
            self.warn("collection-format", message, slot.pointer);
        }
        let words = Type::List(Box::new(text_of(word)));
        Some((Type::List(Box::new(words)), Style::Nested(style, delimiter)))
    }

    /// Returns the `collectionFormat` of the inner lists.
    fn format_of_items(&self, schema: &ReferenceOr<Schema>) -> Option<String> {
        let SchemaKind::Type(SchemaType::Array(list)) = &self.resolve(schema)?.schema_kind else {
            return None;
        };
        let extensions = &self.resolve(list.items.as_ref()?)?.schema_data.extensions;
        extensions.get(COLLECTION_FORMAT)?.as_str().map(str::to_owned)
    }

    /// Applies a Swagger 2.0 `collectionFormat` that has no style in OpenAPI 3.
    pub(super) fn collection_format<'e>(
        &mut self,
        extensions: impl IntoIterator<Item = (&'e String, &'e Value)>,
        style: &mut OpenApiStyle,
        pointer: &str,
    ) {
        let mut extensions = extensions.into_iter();
        let format = extensions.find(|(name, _)| *name == COLLECTION_FORMAT);
        style.name = match format.and_then(|(_, format)| format.as_str()) {
            Some("ssv") => StyleName::SpaceDelimited,
            Some("tsv") => StyleName::TabDelimited,
            Some("pipes") => StyleName::PipeDelimited,
            Some("multi") => {
                let message = "`collectionFormat: multi` applies only to queries and forms; the \
                               list is sent with commas";
                return self.warn("collection-format", message, pointer);
            }
            _ => return,
        };
        style.explode = false;
    }

    /// Returns whether it is one text, or a list of texts.
    pub(super) fn is_textual(&self, kind: &Type) -> bool {
        match kind {
            Type::List(items) => self.word(&self.followed(items)).is_some(),
            kind => self.word(kind).is_some(),
        }
    }

    /// Returns a type whose values are one text each.
    fn word(&self, kind: &Type) -> Option<Type> {
        match kind {
            Type::IntegerText => Some(Type::Integer),
            Type::UnsignedText => Some(Type::Unsigned),
            Type::Text
            | Type::Integer
            | Type::Unsigned
            | Type::Time
            | Type::Rights
            | Type::Float
            | Type::Boolean => Some(kind.clone()),
            Type::Any => Some(Type::Any),
            Type::Model(_) if matches!(self.shape_of(kind), Some(Shape::Choice(_))) => {
                Some(kind.clone())
            }
            _ => None,
        }
    }

    fn list_spelling(&self, style: OpenApiStyle, to: Location) -> Style {
        if matches!(style.name, StyleName::DeepObject | StyleName::Label | StyleName::Matrix) {
            return Style::Styled(style);
        }
        let is_repeated =
            matches!(to, Location::Query | Location::Form | Location::Part) && style.explode;
        match (is_repeated, self.dialect) {
            (true, Dialect::Pydio) => Style::Brackets,
            (true, Dialect::Other) if !style.reserved && !style.empty => Style::Repeated,
            (false, Dialect::Pydio) if to != Location::Cookie => Style::Joined(separator(style)),
            _ => Style::Styled(style),
        }
    }
}

/// Returns the separator of the items of a list.
fn separator(style: OpenApiStyle) -> char {
    match style.name {
        StyleName::SpaceDelimited => ' ',
        StyleName::PipeDelimited => '|',
        StyleName::TabDelimited => '\t',
        _ => ',',
    }
}

/// Replaces an undeclared type with text.
fn text_of(kind: Type) -> Type {
    match kind {
        Type::Any => Type::Text,
        kind => kind,
    }
}

/// Returns whether the style writes a single text unchanged.
fn is_plain(style: OpenApiStyle) -> bool {
    !style.reserved && !matches!(style.name, StyleName::Label | StyleName::Matrix)
}
