//! Parameters: where they are sent, what they take and how that is encoded.

use openapiv3::{
    Parameter, ParameterData, ParameterSchemaOrContent, PathStyle, QueryStyle, ReferenceOr, Schema,
    SchemaKind, Type as SchemaType,
};
use serde_json::Value;

use super::{
    Builder,
    category::declared_values,
    content::is_json,
    operations::Place,
    schemas::{Context, default_of},
};
use crate::ir::{
    DeclaredValue, Dialect, Kind, Location, OpenApiStyle, Param, Style, StyleName, Text, Type,
};

/// The headers that OpenAPI does not allow as parameters.
const RESERVED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// A parameter, or a field of a form, before its type is known.
pub(super) struct Slot<'d> {
    pub(super) name: &'d str,
    pub(super) to: Location,
    pub(super) schema: &'d ReferenceOr<Schema>,
    pub(super) style: OpenApiStyle,
    /// Whether the style also applies to objects, which are otherwise JSON text in a form.
    pub(super) is_styled: bool,
    /// The media type of its text, if declared.
    pub(super) media_type: Option<&'d str>,
    pub(super) required: bool,
    pub(super) deprecated: bool,
    pub(super) description: Option<&'d str>,
    pub(super) extensions: Extensions<'d>,
    pub(super) pointer: &'d str,
}

/// What our corrections declare about a parameter.
#[derive(Default)]
pub(super) struct Extensions<'d> {
    json: Option<&'d Value>,
    name: Option<&'d str>,
    is_node: bool,
    is_flag: bool,
    is_page: bool,
    not_root: bool,
}

impl<'d> Extensions<'d> {
    /// Extracts the relevant extensions.
    pub(super) fn of(all: impl Iterator<Item = (&'d String, &'d Value)>) -> Self {
        let mut found = Self::default();
        for (name, value) in all {
            match &**name {
                "x-pydio-json" => found.json = Some(value),
                "x-pydio-name" => found.name = value.as_str(),
                "x-pydio-node" => found.is_node = value == true,
                "x-pydio-flag" => found.is_flag = value == true,
                "x-pydio-page" => found.is_page = value == true,
                "x-pydio-not-root" => found.not_root = value == true,
                _ => {}
            }
        }
        found
    }
}

fn style(name: StyleName, explode: Option<bool>) -> OpenApiStyle {
    let explode = explode.unwrap_or(name == StyleName::Form);
    OpenApiStyle { name, explode, reserved: false, empty: false }
}

/// Returns the style of a query or form.
pub(super) fn query_style(declared: &QueryStyle, explode: Option<bool>) -> OpenApiStyle {
    let name = match declared {
        QueryStyle::Form => StyleName::Form,
        QueryStyle::SpaceDelimited => StyleName::SpaceDelimited,
        QueryStyle::PipeDelimited => StyleName::PipeDelimited,
        QueryStyle::DeepObject => StyleName::DeepObject,
    };
    style(name, explode)
}

impl Builder<'_> {
    /// Returns the parameters of an operation, without those of a form body.
    pub(super) fn params(&mut self, place: Place<'_>) -> Vec<Param> {
        let declared = place.declared.parameters.iter().enumerate();
        let mut params = Vec::new();
        for (index, parameter) in declared {
            let pointer = format!("{}/parameters/{index}", place.pointer);
            match parameter {
                ReferenceOr::Item(parameter) => {
                    params.extend(self.param(parameter, place, &pointer));
                }
                ReferenceOr::Reference { reference } => {
                    self.refuse(&pointer, format!("`{reference}` does not refer to a parameter"));
                }
            }
        }
        params
    }

    /// Converts one parameter; `None` if it is ignored or not supported, which has been reported.
    fn param(&mut self, parameter: &Parameter, place: Place<'_>, pointer: &str) -> Option<Param> {
        let data = data_of(parameter);
        let (to, mut style) = self.located(parameter);
        if to == Location::Header && !self.is_free_header(&data.name, pointer) {
            return None;
        }
        self.collection_format(&data.extensions, &mut style, pointer);
        let free = ReferenceOr::Item(Schema {
            schema_data: Default::default(),
            schema_kind: SchemaKind::Any(Default::default()),
        });
        let (schema, media_type) = match &data.format {
            ParameterSchemaOrContent::Schema(schema) => (schema, None),
            ParameterSchemaOrContent::Content(content) => match content.first() {
                Some((media_type, content)) => {
                    (content.schema.as_ref().unwrap_or(&free), Some(&**media_type))
                }
                None => (&free, None),
            },
        };
        let slot = Slot {
            name: &data.name,
            to,
            schema,
            style,
            is_styled: true,
            media_type,
            required: data.required,
            deprecated: data.deprecated == Some(true),
            description: data.description.as_deref(),
            extensions: Extensions::of(data.extensions.iter()),
            pointer,
        };
        self.filled(slot, place)
    }

    /// Returns where a parameter is sent, and its style there.
    fn located(&self, parameter: &Parameter) -> (Location, OpenApiStyle) {
        match parameter {
            Parameter::Path { parameter_data, style: declared } => {
                let name = match declared {
                    PathStyle::Matrix => StyleName::Matrix,
                    PathStyle::Label => StyleName::Label,
                    PathStyle::Simple => StyleName::Simple,
                };
                (Location::Path, style(name, parameter_data.explode))
            }
            Parameter::Query { parameter_data, style, allow_reserved, allow_empty_value } => {
                let style = OpenApiStyle {
                    reserved: *allow_reserved,
                    empty: *allow_empty_value == Some(true),
                    ..query_style(style, parameter_data.explode)
                };
                (self.query_or_form(parameter_data), style)
            }
            Parameter::Header { parameter_data, .. } => {
                (Location::Header, style(StyleName::Simple, parameter_data.explode))
            }
            Parameter::Cookie { parameter_data, .. } => {
                (Location::Cookie, style(StyleName::Form, parameter_data.explode))
            }
        }
    }

    /// Returns whether a parameter may be a header of that name.
    fn is_free_header(&mut self, name: &str, pointer: &str) -> bool {
        if RESERVED_HEADERS.iter().any(|reserved| name.eq_ignore_ascii_case(reserved)) {
            let message = format!("OpenAPI ignores a parameter for the header `{name}`");
            self.note("parameter-ignored", message, pointer);
            return false;
        }
        if !is_header(name) {
            self.refuse(pointer, format!("`{name}` cannot name a header"));
            return false;
        }
        true
    }

    /// Returns the location of a parameter that OpenAPI 3 places in the query: PHP reads forms only
    /// from a POST, and other servers wherever they are declared.
    fn query_or_form(&self, data: &ParameterData) -> Location {
        let declared = data.extensions.get("x-declared-in").and_then(Value::as_str);
        let is_file = match &data.format {
            ParameterSchemaOrContent::Schema(schema) => self.is_bytes(schema),
            ParameterSchemaOrContent::Content(_) => false,
        };
        match (self.dialect, declared) {
            (_, Some("formData")) if is_file => Location::Part,
            (Dialect::Other, Some("formData")) => Location::Form,
            _ => Location::Query,
        }
    }

    /// Returns the parameter of a slot; `None` if it is not supported, which has been reported.
    pub(super) fn filled(&mut self, slot: Slot<'_>, place: Place<'_>) -> Option<Param> {
        let (kind, style) = self.taken(&slot, place)?;
        let default = default_of(slot.schema);
        let values = self.values(slot.schema);
        let is_nullable = matches!(kind, Kind::Value(Type::Nullable(_)));
        let kind = match kind {
            // JSON can be `null`; text can only be omitted.
            Kind::Value(Type::Nullable(inner)) if style != Style::Json => Kind::Value(*inner),
            kind => kind,
        };
        let content_type = slot.media_type.filter(|_| slot.to == Location::Part);
        Some(Param {
            required: slot.to == Location::Path
                || slot.required && default.is_none() && !is_nullable,
            content_type: content_type.filter(|one| is_concrete(one)).map(str::to_owned),
            default,
            values,
            not_root: slot.extensions.not_root,
            rust_name: slot.extensions.name.map(str::to_owned),
            deprecated: slot.deprecated,
            doc: Text::external(slot.description),
            ..Param::new(slot.name, slot.to, kind, style)
        })
    }

    /// Returns the declared values of a schema or of the items of a list, unless they are an
    /// enumeration of texts.
    fn values(&self, schema: &ReferenceOr<Schema>) -> Vec<DeclaredValue> {
        let Some(schema) = self.resolve(schema) else { return Vec::new() };
        let items = match &schema.schema_kind {
            SchemaKind::Type(SchemaType::Array(list)) => list.items.as_ref(),
            _ => return declared_values(schema),
        };
        let items = items.and_then(|items| self.resolve(items));
        items.map(declared_values).unwrap_or_default()
    }

    /// Returns what a parameter takes, and how that is encoded.
    fn taken(&mut self, slot: &Slot<'_>, place: Place<'_>) -> Option<(Kind, Style)> {
        let context = Context::new(place.id, slot.name);
        if let Some(inner) = slot.extensions.json {
            let pointer = format!("{}/x-pydio-json", slot.pointer);
            return match serde_json::from_value::<ReferenceOr<Schema>>(inner.clone()) {
                Ok(inner) => {
                    Some((Kind::Value(self.kind(&inner, &context, &pointer)), Style::Json))
                }
                Err(error) => {
                    self.refuse(&pointer, format!("not a schema: {error}"));
                    None
                }
            };
        }
        if slot.to == Location::Part
            && let Some(kind) = self.file(slot)
        {
            return Some((kind, Style::Plain));
        }
        let declared = self.kind(slot.schema, &context, slot.pointer);
        let is_nullable = matches!(declared, Type::Nullable(_));
        if slot.extensions.is_node {
            return Some((Kind::Node, Style::Plain));
        }
        if slot.extensions.is_flag {
            return Some((Kind::Flag, Style::Plain));
        }
        if slot.extensions.is_page {
            return Some((Kind::Page, Style::Plain));
        }
        let kind = self.followed(&declared);
        if let Some(media_type) = slot.media_type {
            if is_json(media_type) && !slot.to.is_form() {
                return Some((Kind::Value(declared), Style::Json));
            }
            // Anything that is neither JSON nor a single text is text that the caller provides.
            if !is_json(media_type) && !self.is_textual(&kind) {
                self.untyped.push(slot.pointer.to_owned());
                return Some((Kind::TEXT, Style::Plain));
            }
        }
        let (kind, style) = self.written(kind, slot);
        let is_optional = is_nullable && style != Style::Json;
        Some((Kind::Value(if is_optional { Type::Nullable(Box::new(kind)) } else { kind }), style))
    }
}

fn data_of(parameter: &Parameter) -> &ParameterData {
    match parameter {
        Parameter::Path { parameter_data, .. }
        | Parameter::Query { parameter_data, .. }
        | Parameter::Header { parameter_data, .. }
        | Parameter::Cookie { parameter_data, .. } => parameter_data,
    }
}

/// Returns whether a media type is a single one, rather than a range or several.
fn is_concrete(media_type: &str) -> bool {
    !media_type.contains(['*', ','])
}

/// Returns whether HTTP allows it as the name of a header.
pub(super) fn is_header(name: &str) -> bool {
    let is_free = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_free)
}
