//! Parameters: where they go, what they take and how that is written.

use openapiv3::{
    Parameter, ParameterData, ParameterSchemaOrContent, PathStyle, QueryStyle, ReferenceOr, Schema,
};
use serde_json::Value;

use super::{
    Builder, Dialect,
    operations::Place,
    schemas::{Context, default_of},
};
use crate::model::{OperationParam, OperationPlace, Shape, Spelling, Type};

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

    /// One parameter; `None` of one that is not supported, which has been said then.
    pub(super) fn param(
        &mut self,
        parameter: &Parameter,
        place: Place<'_>,
        pointer: &str,
    ) -> Option<OperationParam> {
        let (data, to, style) = match parameter {
            Parameter::Path { parameter_data, style } => {
                if *style != PathStyle::Simple {
                    self.refuse(pointer, "the styles `matrix` and `label` are not supported");
                }
                (parameter_data, OperationPlace::Path, None)
            }
            Parameter::Query { parameter_data, style, .. } => {
                (parameter_data, self.query_or_form(parameter_data, place), Some(style))
            }
            Parameter::Header { parameter_data, .. } => {
                if !is_header(&parameter_data.name) {
                    let message = format!("`{}` cannot name a header", parameter_data.name);
                    self.refuse(pointer, message);
                }
                (parameter_data, OperationPlace::Header, None)
            }
            Parameter::Cookie { .. } => {
                self.refuse(pointer, "parameters in cookies are not supported");
                return None;
            }
        };
        let ParameterSchemaOrContent::Schema(schema) = &data.format else {
            self.refuse(pointer, "parameters with a media type of their own are not supported");
            return None;
        };
        let (kind, spelling) = self.taken(data, schema, style, place, pointer)?;
        let default = default_of(schema);
        Some(OperationParam {
            name: data.name.clone(),
            place: to,
            spelling,
            kind,
            required: to == OperationPlace::Path || data.required && default.is_none(),
            default,
            not_root: flag(data, "x-pydio-not-root"),
            deprecated: data.deprecated == Some(true),
            doc: self.docs.param(place.id, &data.name, data.description.as_deref()),
        })
    }

    /// Where a parameter goes that is in the query as far as OpenAPI 3 knows: PHP reads a form of
    /// a POST alone, and other servers wherever one can be sent.
    fn query_or_form(&self, data: &ParameterData, place: Place<'_>) -> OperationPlace {
        let declared = data.extensions.get("x-declared-in").and_then(Value::as_str);
        let has_body = !matches!(place.method, "GET" | "HEAD" | "DELETE");
        match (self.dialect, declared) {
            (Dialect::Plain, Some("formData")) if has_body => OperationPlace::Form,
            _ => OperationPlace::Query,
        }
    }

    /// What a parameter takes, and how that is written.
    fn taken(
        &mut self,
        data: &ParameterData,
        schema: &ReferenceOr<Schema>,
        style: Option<&QueryStyle>,
        place: Place<'_>,
        pointer: &str,
    ) -> Option<(Type, Spelling)> {
        let context = Context::new(place.id, &data.name);
        if let Some(inner) = data.extensions.get("x-pydio-json") {
            let pointer = format!("{pointer}/x-pydio-json");
            return match serde_json::from_value::<ReferenceOr<Schema>>(inner.clone()) {
                Ok(inner) => Some((self.kind(&inner, &context, &pointer), Spelling::Json)),
                Err(error) => {
                    self.refuse(&pointer, format!("not a schema: {error}"));
                    None
                }
            };
        }
        let untyped = self.untyped.len();
        let kind = self.kind(schema, &context, pointer);
        self.untyped.truncate(untyped);
        let kind = self.followed(&kind);
        let spelling = if flag(data, "x-pydio-node") {
            Spelling::Node
        } else if flag(data, "x-pydio-flag") {
            Spelling::Flag
        } else {
            return self.written(kind, style, data.explode, pointer);
        };
        Some((kind, spelling))
    }

    /// How a value is written as text, where it can be.
    fn written(
        &mut self,
        kind: Type,
        style: Option<&QueryStyle>,
        explode: Option<bool>,
        pointer: &str,
    ) -> Option<(Type, Spelling)> {
        let Type::List(items) = kind else {
            return Some((self.word(kind, "", pointer)?, Spelling::Plain));
        };
        let items = self.followed(&items);
        let spelling = match style {
            Some(style) => self.list_spelling(style, explode, pointer)?,
            None => Spelling::Joined(','),
        };
        let items = self.word(items, "a list with items that are ", pointer)?;
        Some((Type::List(Box::new(items)), spelling))
    }

    /// A type whose values are one word each.
    fn word(&mut self, kind: Type, within: &str, pointer: &str) -> Option<Type> {
        let shown = match kind {
            Type::IntegerText => return Some(Type::Integer),
            Type::UnsignedText => return Some(Type::Unsigned),
            Type::Text | Type::Integer | Type::Unsigned | Type::Float | Type::Boolean => {
                return Some(kind);
            }
            Type::Model(_) if matches!(self.shape_of(&kind), Some(Shape::Choice(_))) => {
                return Some(kind);
            }
            Type::List(_) => "lists",
            Type::Any => "of no declared type",
            _ if within.is_empty() => "an object",
            _ => "objects",
        };
        self.refuse(pointer, format!("a parameter that is {within}{shown} is not supported"));
        None
    }

    fn list_spelling(
        &mut self,
        style: &QueryStyle,
        explode: Option<bool>,
        pointer: &str,
    ) -> Option<Spelling> {
        let explode = explode.unwrap_or(*style == QueryStyle::Form);
        let separator = match style {
            QueryStyle::Form => ',',
            QueryStyle::SpaceDelimited => ' ',
            QueryStyle::PipeDelimited => '|',
            QueryStyle::DeepObject => {
                self.refuse(pointer, "the style `deepObject` is not supported");
                return None;
            }
        };
        Some(match (explode, self.dialect) {
            (false, _) => Spelling::Joined(separator),
            (true, Dialect::Php) => Spelling::Brackets,
            (true, Dialect::Plain) => Spelling::Repeated,
        })
    }
}

fn flag(data: &ParameterData, name: &str) -> bool {
    data.extensions.get(name).is_some_and(|value| value == true)
}

/// Whether HTTP takes it for the name of a header.
pub(super) fn is_header(name: &str) -> bool {
    let is_free = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    !name.is_empty() && name.bytes().all(is_free)
}
