//! Parameters: where they go, what they take and how that is written.

use openapiv3::{
    Parameter, ParameterData, ParameterSchemaOrContent, PathStyle, QueryStyle, ReferenceOr, Schema,
    SchemaKind, Type as SchemaType,
};
use serde_json::Value;

use super::{
    Builder, Dialect,
    category::declared_values,
    content::is_json,
    operations::Place,
    schemas::{Context, default_of},
};
use crate::model::{
    DeclaredValue, OperationParam, OperationPlace, Spelling, Style, StyleKind, Type,
};

/// The headers that OpenAPI takes out of the hands of parameters.
const RESERVED_HEADERS: [&str; 3] = ["accept", "content-type", "authorization"];

/// A parameter, or a field of a form, before its type is known.
pub(super) struct Slot<'d> {
    pub(super) name: &'d str,
    pub(super) to: OperationPlace,
    pub(super) schema: &'d ReferenceOr<Schema>,
    pub(super) style: Style,
    /// Whether the style is that of objects as well, which are JSON text in a form otherwise.
    pub(super) is_styled: bool,
    /// The media type of its text, where one is declared.
    pub(super) media_type: Option<&'d str>,
    pub(super) required: bool,
    pub(super) deprecated: bool,
    pub(super) description: Option<&'d str>,
    pub(super) extensions: Extensions<'d>,
    pub(super) pointer: &'d str,
}

/// What our corrections say of a parameter.
#[derive(Default)]
pub(super) struct Extensions<'d> {
    json: Option<&'d Value>,
    is_node: bool,
    is_flag: bool,
    not_root: bool,
}

impl<'d> Extensions<'d> {
    /// Takes those that count out of all of them.
    pub(super) fn of(all: impl Iterator<Item = (&'d String, &'d Value)>) -> Self {
        let mut found = Self::default();
        for (name, value) in all {
            match &**name {
                "x-pydio-json" => found.json = Some(value),
                "x-pydio-node" => found.is_node = value == true,
                "x-pydio-flag" => found.is_flag = value == true,
                "x-pydio-not-root" => found.not_root = value == true,
                _ => {}
            }
        }
        found
    }
}

impl Style {
    fn new(kind: StyleKind, explode: Option<bool>) -> Self {
        let explode = explode.unwrap_or(kind == StyleKind::Form);
        Self { kind, explode, reserved: false, empty: false }
    }

    /// The style of a query or form.
    pub(super) fn of_query(style: &QueryStyle, explode: Option<bool>) -> Self {
        let kind = match style {
            QueryStyle::Form => StyleKind::Form,
            QueryStyle::SpaceDelimited => StyleKind::SpaceDelimited,
            QueryStyle::PipeDelimited => StyleKind::PipeDelimited,
            QueryStyle::DeepObject => StyleKind::DeepObject,
        };
        Self::new(kind, explode)
    }
}

impl Builder<'_> {
    /// The parameters of an operation besides those of a form body.
    pub(super) fn params(&mut self, place: Place<'_>) -> Vec<OperationParam> {
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

    /// One parameter; `None` of one that is ignored or not supported, which has been said then.
    fn param(
        &mut self,
        parameter: &Parameter,
        place: Place<'_>,
        pointer: &str,
    ) -> Option<OperationParam> {
        let data = data_of(parameter);
        let (to, mut style) = self.located(parameter);
        if to == OperationPlace::Header && !self.is_free_header(&data.name, pointer) {
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

    /// Where a parameter goes, and how it is written there.
    fn located(&self, parameter: &Parameter) -> (OperationPlace, Style) {
        match parameter {
            Parameter::Path { parameter_data, style } => {
                let kind = match style {
                    PathStyle::Matrix => StyleKind::Matrix,
                    PathStyle::Label => StyleKind::Label,
                    PathStyle::Simple => StyleKind::Simple,
                };
                (OperationPlace::Path, Style::new(kind, parameter_data.explode))
            }
            Parameter::Query { parameter_data, style, allow_reserved, allow_empty_value } => {
                let style = Style {
                    reserved: *allow_reserved,
                    empty: *allow_empty_value == Some(true),
                    ..Style::of_query(style, parameter_data.explode)
                };
                (self.query_or_form(parameter_data), style)
            }
            Parameter::Header { parameter_data, .. } => {
                let style = Style::new(StyleKind::Simple, parameter_data.explode);
                (OperationPlace::Header, style)
            }
            Parameter::Cookie { parameter_data, .. } => {
                (OperationPlace::Cookie, Style::new(StyleKind::Form, parameter_data.explode))
            }
        }
    }

    /// Whether a parameter may be a header of that name.
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

    /// Where a parameter goes that is in the query as far as OpenAPI 3 knows: PHP reads a form of
    /// a POST alone, and other servers wherever it is declared.
    fn query_or_form(&self, data: &ParameterData) -> OperationPlace {
        let declared = data.extensions.get("x-declared-in").and_then(Value::as_str);
        let is_file = match &data.format {
            ParameterSchemaOrContent::Schema(schema) => self.is_bytes(schema),
            ParameterSchemaOrContent::Content(_) => false,
        };
        match (self.dialect, declared) {
            (_, Some("formData")) if is_file => OperationPlace::Part,
            (Dialect::Plain, Some("formData")) => OperationPlace::Form,
            _ => OperationPlace::Query,
        }
    }

    /// The parameter of a slot; `None` of one that is not supported, which has been said then.
    pub(super) fn filled(&mut self, slot: Slot<'_>, place: Place<'_>) -> Option<OperationParam> {
        let (kind, spelling) = self.taken(&slot, place)?;
        let default = default_of(slot.schema);
        let values = self.values(slot.schema);
        let is_nullable = matches!(kind, Type::Nullable(_));
        let kind = match spelling {
            // What is sent as JSON can be `null`; what is sent as text can only be left out.
            Spelling::Json => kind,
            _ => match kind {
                Type::Nullable(inner) => *inner,
                kind => kind,
            },
        };
        let media_type = slot.media_type.filter(|_| slot.to == OperationPlace::Part);
        Some(OperationParam {
            name: slot.name.to_owned(),
            place: slot.to,
            kind,
            required: slot.to == OperationPlace::Path
                || slot.required && default.is_none() && !is_nullable,
            spelling,
            part_type: media_type.filter(|one| is_concrete(one)).map(str::to_owned),
            default,
            values,
            not_root: slot.extensions.not_root,
            deprecated: slot.deprecated,
            doc: self.docs.param(place.id, slot.name, slot.description),
        })
    }

    /// The values that are declared of a schema, or of the items of a list, and are not words.
    fn values(&self, schema: &ReferenceOr<Schema>) -> Vec<DeclaredValue> {
        let Some(schema) = self.resolve(schema) else { return Vec::new() };
        let items = match &schema.schema_kind {
            SchemaKind::Type(SchemaType::Array(list)) => list.items.clone(),
            _ => return declared_values(schema),
        };
        let items = items.map(ReferenceOr::unbox);
        let items = items.as_ref().and_then(|items| self.resolve(items));
        items.map(declared_values).unwrap_or_default()
    }

    /// What a parameter takes, and how that is written.
    fn taken(&mut self, slot: &Slot<'_>, place: Place<'_>) -> Option<(Type, Spelling)> {
        let context = Context::new(place.id, slot.name);
        if let Some(inner) = slot.extensions.json {
            let pointer = format!("{}/x-pydio-json", slot.pointer);
            return match serde_json::from_value::<ReferenceOr<Schema>>(inner.clone()) {
                Ok(inner) => Some((self.kind(&inner, &context, &pointer), Spelling::Json)),
                Err(error) => {
                    self.refuse(&pointer, format!("not a schema: {error}"));
                    None
                }
            };
        }
        if slot.to == OperationPlace::Part
            && let Some(spelling) = self.file(slot)
        {
            return Some((Type::Text, spelling));
        }
        let declared = self.kind(slot.schema, &context, slot.pointer);
        let is_nullable = matches!(declared, Type::Nullable(_));
        let kind = self.followed(&declared);
        if slot.extensions.is_node {
            return Some((kind, Spelling::Node));
        }
        if slot.extensions.is_flag {
            return Some((kind, Spelling::Flag));
        }
        if let Some(media_type) = slot.media_type {
            let is_field = matches!(slot.to, OperationPlace::Part | OperationPlace::Form);
            if is_json(media_type) && !is_field {
                return Some((declared, Spelling::Json));
            }
            // What is neither JSON nor one text is text that the caller has made.
            if !is_json(media_type) && !self.is_textual(&kind) {
                self.untyped.push(slot.pointer.to_owned());
                return Some((Type::Text, Spelling::Plain));
            }
        }
        let (kind, spelling) = self.written(kind, slot);
        match is_nullable && spelling != Spelling::Json {
            true => Some((Type::Nullable(Box::new(kind)), spelling)),
            false => Some((kind, spelling)),
        }
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

/// Whether a media type is one, and neither a range nor several.
fn is_concrete(media_type: &str) -> bool {
    !media_type.contains(['*', ','])
}

/// Whether HTTP takes it for the name of a header.
pub(super) fn is_header(name: &str) -> bool {
    let is_free = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_free)
}
