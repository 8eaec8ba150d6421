//! What is sent along with an operation.

use openapiv3::{
    AdditionalProperties, Encoding, MediaType, ObjectType, Parameter, ParameterData,
    ParameterSchemaOrContent, ReferenceOr, RequestBody, Schema, SchemaKind, StringFormat,
    Type as SchemaType, VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::{Builder, operations::Place, schemas::Context, token};
use crate::{
    model::{Body, OperationParam, OperationPlace, Type},
    openapi::schema_name,
};

const FORM: &str = "application/x-www-form-urlencoded";

impl Builder<'_> {
    /// The body; the fields of a form become parameters.
    pub(super) fn body(
        &mut self,
        place: Place<'_>,
        params: &mut Vec<OperationParam>,
    ) -> Option<Body> {
        let pointer = format!("{}/requestBody", place.pointer);
        let ReferenceOr::Item(body) = place.declared.request_body.as_ref()? else {
            self.refuse(&pointer, "a body that is declared elsewhere");
            return None;
        };
        let Some((media, content)) = body.content.iter().min_by_key(|(media, _)| rank(media))
        else {
            self.refuse(&pointer, "a body without a media type is not supported");
            return None;
        };
        let pointer = format!("{pointer}/content/{}", token(media));
        match &**media {
            FORM => {
                self.form(content, place, &pointer, params);
                None
            }
            media if media.starts_with("multipart/") => {
                self.refuse(&pointer, "bodies of several parts are not supported");
                None
            }
            media => self.whole_body(body, media, content, place, &pointer),
        }
    }

    fn whole_body(
        &mut self,
        body: &RequestBody,
        media: &str,
        content: &MediaType,
        place: Place<'_>,
        pointer: &str,
    ) -> Option<Body> {
        let name = body.extensions.get("x-declared-name").and_then(Value::as_str).unwrap_or("body");
        let doc = self.docs.param(place.id, name, body.description.as_deref());
        let name = name.to_owned();
        match &content.schema {
            None if is_json(media) => {
                let kind = self.untyped(pointer, Type::Any);
                Some(Body::Json { kind, required: body.required, name, doc })
            }
            None => Some(Body::Raw { name, doc }),
            Some(schema) if self.is_bytes(schema) => Some(Body::Raw { name, doc }),
            Some(schema) if is_json(media) => {
                let pointer = format!("{pointer}/schema");
                let kind = self.kind(schema, &Context::new(place.id, &name), &pointer);
                Some(Body::Json { kind, required: body.required, name, doc })
            }
            Some(_) => {
                self.refuse(pointer, format!("bodies of the type `{media}` are not supported"));
                None
            }
        }
    }

    fn form(
        &mut self,
        content: &MediaType,
        place: Place<'_>,
        pointer: &str,
        params: &mut Vec<OperationParam>,
    ) {
        let schema = content.schema.as_ref().and_then(|schema| self.resolve(schema));
        let object = match schema.map(|schema| &schema.schema_kind) {
            Some(SchemaKind::Type(SchemaType::Object(object))) => object.clone(),
            _ => return self.refuse(pointer, "a form has to be an object with properties"),
        };
        if !matches!(object.additional_properties, None | Some(AdditionalProperties::Any(false))) {
            let message = "a form with fields that are not declared is not supported";
            return self.refuse(pointer, message);
        }
        let properties = match &content.schema {
            Some(ReferenceOr::Reference { reference }) => {
                let name = schema_name(reference).unwrap_or_default();
                format!("/components/schemas/{}/properties", token(&name))
            }
            _ => format!("{pointer}/schema/properties"),
        };
        for (name, schema) in &object.properties {
            let pointer = format!("{properties}/{}", token(name));
            let schema = schema.clone().unbox();
            let field = form_field(name, schema, &object, content.encoding.get(name));
            if let Some(param) = self.param(&field, place, &pointer) {
                params.push(OperationParam { place: OperationPlace::Form, ..param });
            }
        }
    }

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
}

/// A field of a form as the parameter that it is.
fn form_field(
    name: &str,
    schema: ReferenceOr<Schema>,
    form: &ObjectType,
    encoding: Option<&Encoding>,
) -> Parameter {
    let data = schema.as_item().map(|schema| schema.schema_data.clone()).unwrap_or_default();
    let style = encoding.and_then(|encoding| encoding.style.clone()).unwrap_or_default();
    let parameter_data = ParameterData {
        name: name.to_owned(),
        description: data.description,
        required: form.required.iter().any(|required| required == name),
        deprecated: Some(data.deprecated),
        extensions: data.extensions,
        format: ParameterSchemaOrContent::Schema(schema),
        example: None,
        examples: Default::default(),
        explode: Some(encoding.is_none_or(|encoding| encoding.explode)),
    };
    Parameter::Query { parameter_data, allow_reserved: false, style, allow_empty_value: None }
}

fn is_json(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim();
    media == "application/json" || media.ends_with("+json") || media == "*/*"
}

/// Of several media types the one that says most, and among those the first of the alphabet.
fn rank(media: &str) -> (usize, String) {
    let rank = match media {
        media if is_json(media) => 0,
        FORM => 1,
        "application/octet-stream" => 2,
        media if media.starts_with("text/") => 3,
        _ => 4,
    };
    (rank, media.to_owned())
}
