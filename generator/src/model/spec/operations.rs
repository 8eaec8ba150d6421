//! Paths and their methods to operations.

use std::collections::BTreeSet;

use openapiv3::{
    MediaType, Operation as Declared, Parameter, ParameterData, ParameterSchemaOrContent,
    QueryStyle, ReferenceOr, RequestBody, Response, Schema, SchemaKind, StatusCode, StringFormat,
    Type as SchemaType, VariantOrUnknownOrEmpty,
};
use serde_json::Value;

use super::{
    Builder, Dialect,
    schemas::{Context, plain_text},
    token,
};
use crate::model::{Body, Operation, OperationParam, OperationPlace, Reply, Spelling, Type};

const METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"];

impl Builder<'_> {
    /// The operations of all paths.
    pub(super) fn operations(&mut self) -> Vec<Operation> {
        let spec = self.spec;
        let mut operations = Vec::new();
        let mut ids = BTreeSet::new();
        for (path, item) in &spec.api.paths.paths {
            let pointer = format!("/paths/{}", token(path));
            let Some(item) = item.as_item() else {
                self.refuse(&pointer, "paths that refer elsewhere are not supported");
                continue;
            };
            for (method, declared) in item.iter() {
                let pointer = format!("{pointer}/{method}");
                let Some(method) = METHODS.into_iter().find(|m| m.eq_ignore_ascii_case(method))
                else {
                    continue;
                };
                let operation = self.operation(method, path, declared, &item.parameters, &pointer);
                if ids.insert(operation.id.clone()) {
                    operations.push(operation);
                } else {
                    let message = format!("the operation id `{}` is given twice", operation.id);
                    self.refuse(&pointer, message);
                }
            }
        }
        operations
    }

    fn operation(
        &mut self,
        method: &'static str,
        path: &str,
        declared: &Declared,
        shared: &[ReferenceOr<Parameter>],
        pointer: &str,
    ) -> Operation {
        let id = declared.operation_id.clone().unwrap_or_else(|| format!("{method} {path}"));
        let text =
            |name: &str| declared.extensions.get(name).and_then(Value::as_str).map(str::to_owned);
        let template = text("x-pydio-path").unwrap_or_else(|| path.to_owned());
        let mut params = self.params(declared, shared, &id, pointer);
        let body = self.body(declared, &id, pointer, &mut params);
        let order = self.check_path(&template, &params, pointer);
        params.sort_by_key(|param| match param.place {
            OperationPlace::Path => order.iter().position(|name| *name == param.name),
            _ => Some(usize::MAX),
        });
        Operation {
            tag: declared.tags.first().cloned().unwrap_or_else(|| "default".to_owned()),
            action: text("x-pydio-action"),
            method,
            path: format!("{}{template}", self.base_path()),
            query: constants(declared),
            answer: self.reply(declared, &id, pointer),
            retired: text("x-pydio-retired"),
            docs: self.docs.operation(
                &id,
                declared.summary.as_deref(),
                declared.description.as_deref(),
            ),
            params,
            body,
            id,
        }
    }

    /// The path of the first server, which Swagger 2.0 calls `basePath`.
    fn base_path(&self) -> String {
        let url = self.spec.api.servers.first().map_or("", |server| &*server.url);
        let path = match url.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
            None => url,
        };
        path.trim_end_matches('/').to_owned()
    }

    /// Checks that the template and the parameters agree; answers the names in order.
    fn check_path(
        &mut self,
        template: &str,
        params: &[OperationParam],
        pointer: &str,
    ) -> Vec<String> {
        let names: Vec<String> = template
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name.trim_end_matches('+').to_owned())
            .collect();
        for name in &names {
            if !params.iter().any(|p| p.place == OperationPlace::Path && p.name == *name) {
                self.refuse(pointer, format!("the path names `{name}`, and no parameter does"));
            }
        }
        for param in params.iter().filter(|param| param.place == OperationPlace::Path) {
            if !names.contains(&param.name) {
                let message = format!("the path does not name its parameter `{}`", param.name);
                self.refuse(pointer, message);
            }
        }
        names
    }

    fn params(
        &mut self,
        declared: &Declared,
        shared: &[ReferenceOr<Parameter>],
        id: &str,
        pointer: &str,
    ) -> Vec<OperationParam> {
        let mut params: Vec<OperationParam> = Vec::new();
        for (index, parameter) in shared.iter().chain(&declared.parameters).enumerate() {
            let pointer = match index.checked_sub(shared.len()) {
                Some(own) => format!("{pointer}/parameters/{own}"),
                None => format!("{pointer}/../parameters/{index}"),
            };
            let Some(parameter) = self.resolve_parameter(parameter) else {
                self.refuse(&pointer, "the parameter it refers to does not exist");
                continue;
            };
            if let Some(param) = self.param(&parameter, id, &pointer) {
                params.retain(|other| (&other.name, other.place) != (&param.name, param.place));
                params.push(param);
            }
        }
        params
    }

    fn resolve_parameter(&self, parameter: &ReferenceOr<Parameter>) -> Option<Parameter> {
        match parameter {
            ReferenceOr::Item(parameter) => Some(parameter.clone()),
            ReferenceOr::Reference { reference } => {
                let name = reference.strip_prefix("#/components/parameters/")?;
                let components = self.spec.api.components.as_ref()?;
                self.resolve_parameter(components.parameters.get(name)?)
            }
        }
    }

    fn param(&mut self, parameter: &Parameter, id: &str, pointer: &str) -> Option<OperationParam> {
        let (data, place, style) = match parameter {
            Parameter::Path { parameter_data, .. } => (parameter_data, OperationPlace::Path, None),
            Parameter::Query { parameter_data, style, .. } => {
                (parameter_data, OperationPlace::Query, Some(style))
            }
            Parameter::Header { parameter_data, .. } => {
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
        let kind = self.param_kind(data, schema, id, pointer);
        let spelling = self.spelling(data, &kind, style, pointer);
        Some(OperationParam {
            name: data.name.clone(),
            place,
            spelling,
            kind,
            required: data.required && default_of(schema).is_none(),
            default: default_of(schema),
            not_root: flag(data, "x-pydio-not-root"),
            doc: self.docs.param(id, &data.name, data.description.as_deref()),
        })
    }

    /// The type of a parameter: of the document in it, where its text is JSON.
    fn param_kind(
        &mut self,
        data: &ParameterData,
        schema: &ReferenceOr<Schema>,
        id: &str,
        pointer: &str,
    ) -> Type {
        let context = Context::new(id, &data.name);
        match data.extensions.get("x-pydio-json") {
            Some(inner) => {
                let pointer = format!("{pointer}/x-pydio-json");
                match serde_json::from_value::<ReferenceOr<Schema>>(rebased(inner)) {
                    Ok(inner) => self.kind(&inner, &context, &pointer),
                    Err(error) => {
                        self.refuse(&pointer, format!("not a schema: {error}"));
                        Type::Any
                    }
                }
            }
            None => self.kind(schema, &context, pointer),
        }
    }

    fn spelling(
        &mut self,
        data: &ParameterData,
        kind: &Type,
        style: Option<&QueryStyle>,
        pointer: &str,
    ) -> Spelling {
        if data.extensions.contains_key("x-pydio-json") {
            return Spelling::Json;
        }
        if flag(data, "x-pydio-node") {
            return Spelling::Node;
        }
        if flag(data, "x-pydio-flag") {
            return Spelling::Flag;
        }
        match (kind, style) {
            (Type::List(_), Some(style)) => self.list_spelling(style, data.explode, pointer),
            (Type::List(_), None) => Spelling::Joined(','),
            (Type::Map(_) | Type::Object | Type::Any, _) => {
                self.refuse(pointer, "a parameter that is an object is not supported");
                Spelling::Plain
            }
            _ => Spelling::Plain,
        }
    }

    fn list_spelling(
        &mut self,
        style: &QueryStyle,
        explode: Option<bool>,
        pointer: &str,
    ) -> Spelling {
        match (style, explode.unwrap_or(true)) {
            (QueryStyle::Form, true) if self.dialect == Dialect::Php => Spelling::Brackets,
            (QueryStyle::Form, true) => Spelling::Repeated,
            (QueryStyle::Form, false) => Spelling::Joined(','),
            (QueryStyle::SpaceDelimited, _) => Spelling::Joined(' '),
            (QueryStyle::PipeDelimited, _) => Spelling::Joined('|'),
            (QueryStyle::DeepObject, _) => {
                self.refuse(pointer, "the style `deepObject` is not supported");
                Spelling::Plain
            }
        }
    }

    /// The body; the fields of a form become parameters.
    fn body(
        &mut self,
        declared: &Declared,
        id: &str,
        pointer: &str,
        params: &mut Vec<OperationParam>,
    ) -> Option<Body> {
        let pointer = format!("{pointer}/requestBody");
        let body = self.resolve_body(declared.request_body.as_ref()?);
        let Some(body) = body else {
            self.refuse(&pointer, "the body it refers to does not exist");
            return None;
        };
        let (media, content) = body.content.iter().min_by_key(|(media, _)| preference(media))?;
        let pointer = format!("{pointer}/content/{}", token(media));
        let schema = content.schema.clone();
        let name = body.extensions.get("x-declared-name").and_then(Value::as_str).unwrap_or("body");
        let doc = self.docs.param(id, name, body.description.as_deref());
        match &**media {
            "application/x-www-form-urlencoded" => {
                self.form(schema.as_ref(), id, &pointer, params);
                None
            }
            media if media.starts_with("multipart/") => {
                self.refuse(&pointer, "bodies of several parts are not supported");
                None
            }
            _ if schema.as_ref().is_none_or(is_bytes) => {
                Some(Body::Raw { name: name.to_owned(), doc })
            }
            media if is_json(media) => {
                let kind = schema.map_or(Type::Any, |schema| {
                    self.kind(&schema, &Context::new(id, name), &pointer)
                });
                Some(Body::Json { kind, required: body.required, name: name.to_owned(), doc })
            }
            _ => {
                self.refuse(&pointer, format!("bodies of the type `{media}` are not supported"));
                None
            }
        }
    }

    fn resolve_body(&self, body: &ReferenceOr<RequestBody>) -> Option<RequestBody> {
        match body {
            ReferenceOr::Item(body) => Some(body.clone()),
            ReferenceOr::Reference { reference } => {
                let name = reference.strip_prefix("#/components/requestBodies/")?;
                let components = self.spec.api.components.as_ref()?;
                self.resolve_body(components.request_bodies.get(name)?)
            }
        }
    }

    fn form(
        &mut self,
        schema: Option<&ReferenceOr<Schema>>,
        id: &str,
        pointer: &str,
        params: &mut Vec<OperationParam>,
    ) {
        let object = match schema {
            Some(ReferenceOr::Item(Schema {
                schema_kind: SchemaKind::Type(SchemaType::Object(object)),
                ..
            })) => object.clone(),
            _ => return self.refuse(pointer, "a form has to be an object with properties"),
        };
        for (name, schema) in &object.properties {
            let pointer = format!("{pointer}/schema/properties/{}", token(name));
            let schema = schema.clone().unbox();
            let data = ParameterData {
                name: name.clone(),
                description: schema.as_item().and_then(|s| s.schema_data.description.clone()),
                required: object.required.contains(name),
                deprecated: None,
                extensions: schema
                    .as_item()
                    .map(|s| s.schema_data.extensions.clone())
                    .unwrap_or_default(),
                format: ParameterSchemaOrContent::Schema(schema),
                example: None,
                examples: Default::default(),
                explode: Some(true),
            };
            let field = Parameter::Query {
                parameter_data: data,
                allow_reserved: false,
                style: QueryStyle::Form,
                allow_empty_value: None,
            };
            if let Some(param) = self.param(&field, id, &pointer) {
                params.push(OperationParam { place: OperationPlace::Form, ..param });
            }
        }
    }

    /// What a success answers.
    fn reply(&mut self, declared: &Declared, id: &str, pointer: &str) -> Reply {
        match declared.extensions.get("x-pydio-answer").and_then(Value::as_str) {
            Some("envelope") => return Reply::Envelope,
            Some("nothing") => return Reply::Nothing,
            Some(other) => self.refuse(pointer, format!("`{other}` is no kind of answer")),
            None => {}
        }
        let responses = &declared.responses;
        let success = responses
            .responses
            .iter()
            .filter(|(status, _)| is_success(status))
            .min_by_key(|(status, _)| status.to_string());
        let (status, response) = match (success, &responses.default) {
            (Some((status, response)), _) => (status.to_string(), response),
            (None, Some(response)) => ("default".to_owned(), response),
            (None, None) => return Reply::Nothing,
        };
        let pointer = format!("{pointer}/responses/{status}");
        let Some(response) = self.resolve_response(response) else {
            self.refuse(&pointer, "the response it refers to does not exist");
            return Reply::Nothing;
        };
        let content = response.content.iter().min_by_key(|(media, _)| preference(media));
        match content {
            None => Reply::Nothing,
            Some((media, content)) => {
                let pointer = format!("{pointer}/content/{}", token(media));
                self.reply_content(media, content, id, &pointer)
            }
        }
    }

    fn reply_content(
        &mut self,
        media: &str,
        content: &MediaType,
        id: &str,
        pointer: &str,
    ) -> Reply {
        match &content.schema {
            None => Reply::Stream,
            Some(schema) if is_bytes(schema) => Reply::Stream,
            Some(schema) if is_json(media) => {
                Reply::Json(self.kind(schema, &Context::new(id, "answer"), pointer))
            }
            Some(_) if media.starts_with("text/") => Reply::Text,
            Some(_) => {
                self.refuse(pointer, format!("answers of the type `{media}` are not supported"));
                Reply::Nothing
            }
        }
    }

    fn resolve_response(&self, response: &ReferenceOr<Response>) -> Option<Response> {
        match response {
            ReferenceOr::Item(response) => Some(response.clone()),
            ReferenceOr::Reference { reference } => {
                let name = reference.strip_prefix("#/components/responses/")?;
                let components = self.spec.api.components.as_ref()?;
                self.resolve_response(components.responses.get(name)?)
            }
        }
    }
}

/// `x-pydio-query`: what is always sent.
fn constants(declared: &Declared) -> Vec<(String, String)> {
    let fields = declared.extensions.get("x-pydio-query").and_then(Value::as_object);
    fields.into_iter().flatten().map(|(name, value)| (name.clone(), plain_text(value))).collect()
}

fn flag(data: &ParameterData, name: &str) -> bool {
    data.extensions.get(name).is_some_and(|value| value == true)
}

fn default_of(schema: &ReferenceOr<Schema>) -> Option<String> {
    schema.as_item().and_then(|schema| schema.schema_data.default.as_ref()).map(plain_text)
}

/// A schema of an extension, whose references are still those of Swagger 2.0.
fn rebased(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(Value::String(reference)) = schema.get_mut("$ref") {
        *reference = reference.replace("#/definitions/", "#/components/schemas/");
    }
    schema
}

fn is_bytes(schema: &ReferenceOr<Schema>) -> bool {
    let Some(Schema { schema_kind: SchemaKind::Type(SchemaType::String(string)), .. }) =
        schema.as_item()
    else {
        return false;
    };
    string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Binary)
}

fn is_json(media: &str) -> bool {
    let media = media.split(';').next().unwrap_or_default().trim();
    media == "application/json" || media.ends_with("+json") || media == "*/*"
}

/// JSON before anything else, then the order of the alphabet.
fn preference(media: &str) -> (bool, bool, String) {
    (!is_json(media), media != "application/x-www-form-urlencoded", media.to_owned())
}

fn is_success(status: &StatusCode) -> bool {
    match status {
        StatusCode::Code(code) => (200..300).contains(code),
        StatusCode::Range(range) => *range == 2,
    }
}
