//! Forms: their fields become parameters, and those of `multipart/form-data` become parts.

use std::collections::BTreeSet;

use openapiv3::{
    AdditionalProperties, Encoding, MediaType, ReferenceOr, Schema, SchemaKind, Type as SchemaType,
};

use super::{
    Builder,
    operations::Place,
    params::{Extensions, Slot, query_style},
    schemas::Node,
};
use crate::{
    ir::{Kind, Location, OpenApiStyle, Param, Style, StyleName, Text, code},
    openapi::{Dialect as Version, join, schema_name},
};

/// The maximum depth of schemas that a form may be composed of.
const DEEPEST: usize = 64;

/// The content of a form.
#[derive(Default)]
struct Fields {
    /// The fields in order, each with the location of its declaration.
    all: Vec<(String, ReferenceOr<Schema>, String)>,
    required: BTreeSet<String>,
    /// Whether other fields are allowed.
    is_open: bool,
    /// Whether those fields are files.
    has_open_files: bool,
    /// The schemas that were visited, each with whether the form is certainly one of them.
    seen: BTreeSet<(String, bool)>,
}

impl Builder<'_> {
    /// Converts the fields of a form to parameters: those of a form that may hold files are parts.
    pub(super) fn form(
        &mut self,
        content: &MediaType,
        to: Location,
        place: Place<'_>,
        pointer: &str,
    ) -> Vec<Param> {
        let mut fields = Fields::default();
        if let Some(schema) = &content.schema {
            self.gather_fields(schema, &format!("{pointer}/schema"), true, 0, &mut fields);
        }
        let mut params = Vec::new();
        for (name, schema, at) in &fields.all {
            if self.resolve(schema).is_some_and(|schema| schema.schema_data.read_only) {
                let message = format!("`{name}` is read-only, so the form is sent without it");
                self.note("read-only-field", message, at);
                continue;
            }
            let required = fields.required.contains(name);
            let encoding = content.encoding.get(name);
            if let Some(encoding) = encoding.filter(|encoding| !encoding.headers.is_empty()) {
                let pointer = join(&format!("{pointer}/encoding"), name);
                self.part_headers(name, encoding, to, &format!("{pointer}/headers"));
            }
            let mut slot = slot(name, schema, encoding, required, to, at);
            let data = schema.as_item().map(|schema| &schema.schema_data);
            let extensions = data.into_iter().flat_map(|data| &data.extensions);
            self.collection_format(extensions, &mut slot.style, at);
            params.extend(self.filled(slot, place));
        }
        let is_free = fields.all.is_empty();
        if is_free {
            self.untyped.push(pointer.to_owned());
        }
        if fields.is_open || is_free {
            params.push(undeclared("field", Kind::Fields, to));
        }
        if to == Location::Part && (fields.has_open_files || is_free) {
            params.push(undeclared("file", Kind::FileFields, to));
        }
        params
    }

    /// Reports the headers of a part, which are not sent. OpenAPI ignores them except in
    /// `multipart`, and ignores a media type among them.
    fn part_headers(&mut self, name: &str, encoding: &Encoding, to: Location, pointer: &str) {
        let is_sent =
            |header: &&String| to == Location::Part && !header.eq_ignore_ascii_case("content-type");
        let headers: Vec<_> =
            encoding.headers.keys().filter(is_sent).map(|one| code(one)).collect();
        if headers.is_empty() {
            let message = format!("OpenAPI ignores these headers of `{name}`");
            return self.note("part-headers", message, pointer);
        }
        let is_required = encoding.headers.iter().any(|(header, declared)| {
            is_sent(&header) && declared.as_item().is_some_and(|header| header.required)
        });
        let message = format!("the part `{name}` is sent without {}", headers.join(", "));
        match is_required {
            true => self.warn("part-headers", message, pointer),
            false => self.note("part-headers", message, pointer),
        }
    }

    fn gather_fields(
        &self,
        schema: &ReferenceOr<Schema>,
        pointer: &str,
        is_certain: bool,
        depth: usize,
        fields: &mut Fields,
    ) {
        if depth > DEEPEST {
            return;
        }
        let pointer = match schema {
            ReferenceOr::Reference { reference } => {
                join("/components/schemas", &schema_name(reference).unwrap_or_default())
            }
            ReferenceOr::Item(_) => pointer.to_owned(),
        };
        if !fields.seen.insert((pointer.clone(), is_certain)) {
            return;
        }
        let Some(schema) = self.resolve(schema) else { return };
        let mut several = |all: &[ReferenceOr<Schema>], key: &str, is_certain: bool| {
            for (index, one) in all.iter().enumerate() {
                let pointer = format!("{pointer}/{key}/{index}");
                self.gather_fields(one, &pointer, is_certain, depth + 1, fields);
            }
        };
        let (properties, required, additional) = match &schema.schema_kind {
            SchemaKind::Type(SchemaType::Object(object)) => {
                (&object.properties, &object.required, object.additional_properties.as_ref())
            }
            SchemaKind::Any(any) => {
                several(&any.all_of, "allOf", is_certain);
                several(&any.one_of, "oneOf", false);
                several(&any.any_of, "anyOf", false);
                (&any.properties, &any.required, any.additional_properties.as_ref())
            }
            SchemaKind::AllOf { all_of } => return several(all_of, "allOf", is_certain),
            SchemaKind::OneOf { one_of } => return several(one_of, "oneOf", false),
            SchemaKind::AnyOf { any_of } => return several(any_of, "anyOf", false),
            SchemaKind::Type(_) | SchemaKind::Not { .. } => return,
        };
        for (name, schema) in properties {
            let pointer = join(&format!("{pointer}/properties"), name);
            let field = (name.clone(), schema.clone().unbox(), pointer);
            match fields.all.iter_mut().find(|(known, ..)| known == name) {
                Some(known) => *known = field,
                None => fields.all.push(field),
            }
        }
        if is_certain {
            fields.required.extend(required.iter().cloned());
        }
        match additional {
            Some(AdditionalProperties::Any(true)) => {
                (fields.is_open, fields.has_open_files) = (true, true);
            }
            Some(AdditionalProperties::Schema(schema)) if self.is_bytes(&**schema) => {
                fields.has_open_files = true;
            }
            Some(AdditionalProperties::Schema(_)) => fields.is_open = true,
            None | Some(AdditionalProperties::Any(false)) => {}
        }
    }

    /// Returns how the content of a file is taken, if the part is a file.
    pub(super) fn file(&self, slot: &Slot<'_>) -> Option<Kind> {
        if self.is_content(slot.schema, slot.media_type) {
            return Some(Kind::File);
        }
        let items = match &self.resolve(slot.schema)?.schema_kind {
            SchemaKind::Type(SchemaType::Array(array)) => array.items.as_ref()?,
            SchemaKind::Any(any) if any.typ.as_deref() == Some("array") => any.items.as_ref()?,
            _ => return None,
        };
        self.is_content(items, slot.media_type).then_some(Kind::Files)
    }

    /// Returns whether a schema describes bytes. In OpenAPI 3.1 that includes an empty schema, and
    /// text with a media type that is not one of text.
    fn is_content<'r>(&'r self, schema: impl Into<Node<'r>>, media_type: Option<&str>) -> bool {
        let schema: Node<'r> = schema.into();
        if self.is_bytes(schema) {
            return true;
        }
        let Some(schema) = self.resolve(schema) else { return false };
        match &schema.schema_kind {
            SchemaKind::Any(any) => {
                let is_31 = self.spec.dialect == Version::OpenApi31;
                is_31 && *any == openapiv3::AnySchema::default()
            }
            SchemaKind::Type(SchemaType::String(_)) => media_type.is_some_and(|media_type| {
                let is_binary = |kind: &str| {
                    let kinds = ["image/", "audio/", "video/", "application/octet-stream"];
                    kinds.iter().any(|one| kind.trim().starts_with(one))
                };
                media_type.split(',').any(is_binary)
            }),
            _ => false,
        }
    }
}

fn slot<'d>(
    name: &'d str,
    schema: &'d ReferenceOr<Schema>,
    encoding: Option<&'d Encoding>,
    required: bool,
    to: Location,
    pointer: &'d str,
) -> Slot<'d> {
    let data = schema.as_item().map(|schema| &schema.schema_data);
    let style = encoding.and_then(|encoding| encoding.style.as_ref());
    let explode = encoding.is_none_or(|encoding| encoding.explode);
    let style_of = style.map_or_else(
        || OpenApiStyle { name: StyleName::Form, explode, reserved: false, empty: false },
        |style| query_style(style, Some(explode)),
    );
    let media_type = encoding.and_then(|encoding| encoding.content_type.as_deref());
    Slot {
        name,
        to,
        schema,
        style: style_of,
        is_styled: style.is_some(),
        media_type: media_type.filter(|_| style.is_none()),
        required,
        deprecated: data.is_some_and(|data| data.deprecated),
        description: data.and_then(|data| data.description.as_deref()),
        extensions: data.map(|data| Extensions::of(data.extensions.iter())).unwrap_or_default(),
        pointer,
    }
}

/// Creates the parameter for fields with undeclared names.
fn undeclared(name: &str, kind: Kind, to: Location) -> Param {
    let text = match kind {
        Kind::FileFields => "Adds a file under a name that the spec does not declare.",
        _ => "Adds a field that the spec does not declare.",
    };
    Param { doc: Some(Text::own(text)), ..Param::new(name, to, kind, Style::Plain) }
}
