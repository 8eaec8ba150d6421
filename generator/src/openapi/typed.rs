//! Converts a JSON value to the types of `openapiv3`.
//!
//! The deserializer of `openapiv3` reads each part of a schema once for every part that contains
//! it, and fails for the whole document if one keyword has the wrong type. This one takes the
//! document apart and drops what does not match: earlier stages have reported that.

mod schema;

use openapiv3::{
    APIKeyLocation, Components, CookieStyle, Encoding, Header, HeaderStyle, MediaType, OpenAPI,
    Operation, Parameter, ParameterData, ParameterSchemaOrContent, PathItem, PathStyle, Paths,
    QueryStyle, ReferenceOr, RequestBody, Response, Responses, SecurityScheme, StatusCode,
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use schema::schema;

/// Reads a document that matches the tables, and returns the security schemes that do not match the
/// types.
pub(super) fn read(document: Value) -> (OpenAPI, Vec<String>) {
    let mut parts = Parts::of(document);
    let (components, unread) = match parts.take("components") {
        Some(components) => {
            let (components, unread) = self::components(components);
            (Some(components), unread)
        }
        None => (None, Vec::new()),
    };
    let api = OpenAPI {
        openapi: parts.text("openapi").unwrap_or_default(),
        info: parts.read("info").unwrap_or_default(),
        servers: parts.all("servers"),
        paths: parts.take("paths").map(paths).unwrap_or_default(),
        components,
        security: parts.read("security"),
        tags: parts.all("tags"),
        external_docs: parts.read("externalDocs"),
        extensions: parts.extensions(),
    };
    (api, unread)
}

/// The remaining keys of an object.
struct Parts(Map<String, Value>);

impl Parts {
    fn of(value: Value) -> Self {
        match value {
            Value::Object(map) => Self(map),
            _ => Self(Map::new()),
        }
    }

    fn take(&mut self, key: &str) -> Option<Value> {
        self.0.remove(key)
    }

    fn text(&mut self, key: &str) -> Option<String> {
        match self.take(key)? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    fn truth(&mut self, key: &str) -> Option<bool> {
        self.take(key)?.as_bool()
    }

    fn read<T: DeserializeOwned>(&mut self, key: &str) -> Option<T> {
        serde_json::from_value(self.take(key)?).ok()
    }

    fn list(&mut self, key: &str) -> impl Iterator<Item = Value> + use<> {
        match self.take(key) {
            Some(Value::Array(list)) => list.into_iter(),
            _ => Vec::new().into_iter(),
        }
    }

    fn map(&mut self, key: &str) -> impl Iterator<Item = (String, Value)> + use<> {
        let map = match self.take(key) {
            Some(Value::Object(map)) => map,
            _ => Map::new(),
        };
        map.into_iter()
    }

    /// Reads the items of a list, without unreadable ones.
    fn all<T: DeserializeOwned>(&mut self, key: &str) -> Vec<T> {
        self.list(key).filter_map(|item| serde_json::from_value(item).ok()).collect()
    }

    fn texts(&mut self, key: &str) -> Vec<String> {
        self.all(key)
    }

    /// Returns the remaining keys that begin with `x-`.
    fn extensions<T: FromIterator<(String, Value)>>(self) -> T {
        self.0.into_iter().filter(|(key, _)| key.starts_with("x-")).collect()
    }
}

/// Reads a thing, or the reference to it.
fn reference_or<T>(value: Value, read: impl FnOnce(Value) -> T) -> ReferenceOr<T> {
    match value.get("$ref").and_then(Value::as_str) {
        Some(reference) => ReferenceOr::Reference { reference: reference.to_owned() },
        None => ReferenceOr::Item(read(value)),
    }
}

/// Reads the remaining components, and returns the names of unreadable security schemes.
fn components(value: Value) -> (Components, Vec<String>) {
    let mut parts = Parts::of(value);
    let schemas = parts.map("schemas").map(|(name, value)| (name, reference_or(value, schema)));
    let mut components = Components { schemas: schemas.collect(), ..Components::default() };
    let mut unread = Vec::new();
    for (name, value) in parts.map("securitySchemes") {
        match security_scheme(value) {
            Some(scheme) => {
                components.security_schemes.insert(name, ReferenceOr::Item(scheme));
            }
            None => unread.push(name),
        }
    }
    components.extensions = parts.extensions();
    (components, unread)
}

fn security_scheme(value: Value) -> Option<SecurityScheme> {
    let mut parts = Parts::of(value);
    let description = parts.text("description");
    Some(match &*parts.text("type")? {
        "apiKey" => SecurityScheme::APIKey {
            location: match &*parts.text("in")? {
                "query" => APIKeyLocation::Query,
                "header" => APIKeyLocation::Header,
                _ => APIKeyLocation::Cookie,
            },
            name: parts.text("name")?,
            description,
            extensions: parts.extensions(),
        },
        "http" => SecurityScheme::HTTP {
            scheme: parts.text("scheme")?,
            bearer_format: parts.text("bearerFormat"),
            description,
            extensions: parts.extensions(),
        },
        "oauth2" => SecurityScheme::OAuth2 {
            flows: parts.read("flows").unwrap_or_default(),
            description,
            extensions: parts.extensions(),
        },
        "openIdConnect" => SecurityScheme::OpenIDConnect {
            open_id_connect_url: parts.text("openIdConnectUrl").unwrap_or_default(),
            description,
            extensions: parts.extensions(),
        },
        _ => return None,
    })
}

fn paths(value: Value) -> Paths {
    let mut paths = Paths::default();
    for (key, value) in Parts::of(value).0 {
        match key.starts_with('/') {
            true => drop(paths.paths.insert(key, ReferenceOr::Item(path_item(value)))),
            false => drop(paths.extensions.insert(key, value)),
        }
    }
    paths
}

fn path_item(value: Value) -> PathItem {
    let mut parts = Parts::of(value);
    let mut method = |name: &str| parts.take(name).map(operation);
    let [get, put, post, delete] = ["get", "put", "post", "delete"].map(&mut method);
    let [options, head, patch, trace] = ["options", "head", "patch", "trace"].map(&mut method);
    PathItem {
        summary: parts.text("summary"),
        description: parts.text("description"),
        get,
        put,
        post,
        delete,
        options,
        head,
        patch,
        trace,
        servers: parts.all("servers"),
        parameters: Vec::new(),
        extensions: parts.extensions(),
    }
}

fn operation(value: Value) -> Operation {
    let mut parts = Parts::of(value);
    let parameters = parts.list("parameters").filter_map(parameter).map(ReferenceOr::Item);
    let body = parts.take("requestBody").map(request_body).map(ReferenceOr::Item);
    Operation {
        tags: parts.texts("tags"),
        summary: parts.text("summary"),
        description: parts.text("description"),
        external_docs: parts.read("externalDocs"),
        operation_id: parts.text("operationId"),
        parameters: parameters.collect(),
        request_body: body,
        responses: parts.take("responses").map(responses).unwrap_or_default(),
        callbacks: Default::default(),
        deprecated: parts.truth("deprecated").unwrap_or_default(),
        security: parts.read("security"),
        servers: parts.all("servers"),
        extensions: parts.extensions(),
    }
}

fn parameter(value: Value) -> Option<Parameter> {
    let mut parts = Parts::of(value);
    let style = parts.text("style").unwrap_or_default();
    Some(match &*parts.text("in")? {
        "query" => Parameter::Query {
            allow_reserved: parts.truth("allowReserved").unwrap_or_default(),
            style: query_style(&style),
            allow_empty_value: parts.truth("allowEmptyValue"),
            parameter_data: parameter_data(parts)?,
        },
        "header" => {
            Parameter::Header { style: HeaderStyle::Simple, parameter_data: parameter_data(parts)? }
        }
        "path" => Parameter::Path {
            style: match &*style {
                "matrix" => PathStyle::Matrix,
                "label" => PathStyle::Label,
                _ => PathStyle::Simple,
            },
            parameter_data: parameter_data(parts)?,
        },
        "cookie" => {
            Parameter::Cookie { style: CookieStyle::Form, parameter_data: parameter_data(parts)? }
        }
        _ => return None,
    })
}

fn query_style(style: &str) -> QueryStyle {
    match style {
        "spaceDelimited" => QueryStyle::SpaceDelimited,
        "pipeDelimited" => QueryStyle::PipeDelimited,
        "deepObject" => QueryStyle::DeepObject,
        _ => QueryStyle::Form,
    }
}

fn parameter_data(mut parts: Parts) -> Option<ParameterData> {
    Some(ParameterData {
        name: parts.text("name")?,
        description: parts.text("description"),
        required: parts.truth("required").unwrap_or_default(),
        deprecated: parts.truth("deprecated"),
        format: schema_or_content(&mut parts),
        example: parts.take("example"),
        examples: parts.read("examples").unwrap_or_default(),
        explode: parts.truth("explode"),
        extensions: parts.extensions(),
    })
}

fn schema_or_content(parts: &mut Parts) -> ParameterSchemaOrContent {
    match parts.take("schema") {
        Some(value) => ParameterSchemaOrContent::Schema(reference_or(value, schema)),
        None => ParameterSchemaOrContent::Content(content(parts).collect()),
    }
}

fn content(parts: &mut Parts) -> impl Iterator<Item = (String, MediaType)> + use<> {
    parts.map("content").map(|(name, value)| (name, media_type(value)))
}

fn media_type(value: Value) -> MediaType {
    let mut parts = Parts::of(value);
    let encoding = parts.map("encoding").map(|(name, value)| (name, self::encoding(value)));
    MediaType {
        schema: parts.take("schema").map(|value| reference_or(value, schema)),
        example: parts.take("example"),
        examples: parts.read("examples").unwrap_or_default(),
        encoding: encoding.collect(),
        extensions: parts.extensions(),
    }
}

fn encoding(value: Value) -> Encoding {
    let mut parts = Parts::of(value);
    Encoding {
        content_type: parts.text("contentType"),
        headers: headers(&mut parts).collect(),
        style: parts.text("style").map(|style| query_style(&style)),
        explode: parts.truth("explode").unwrap_or_default(),
        allow_reserved: parts.truth("allowReserved").unwrap_or_default(),
        extensions: parts.extensions(),
    }
}

fn headers(parts: &mut Parts) -> impl Iterator<Item = (String, ReferenceOr<Header>)> + use<> {
    parts.map("headers").map(|(name, value)| (name, ReferenceOr::Item(header(value))))
}

fn header(value: Value) -> Header {
    let mut parts = Parts::of(value);
    Header {
        description: parts.text("description"),
        style: HeaderStyle::Simple,
        required: parts.truth("required").unwrap_or_default(),
        deprecated: parts.truth("deprecated"),
        format: schema_or_content(&mut parts),
        example: parts.take("example"),
        examples: parts.read("examples").unwrap_or_default(),
        extensions: parts.extensions(),
    }
}

fn request_body(value: Value) -> RequestBody {
    let mut parts = Parts::of(value);
    RequestBody {
        description: parts.text("description"),
        content: content(&mut parts).collect(),
        required: parts.truth("required").unwrap_or_default(),
        extensions: parts.extensions(),
    }
}

fn responses(value: Value) -> Responses {
    let mut parts = Parts::of(value);
    let default = parts.take("default").map(response).map(ReferenceOr::Item);
    let mut responses = Responses { default, ..Responses::default() };
    for (key, value) in parts.0 {
        match status(&key) {
            Some(status) => {
                responses.responses.insert(status, ReferenceOr::Item(response(value)));
            }
            None => drop(responses.extensions.insert(key, value)),
        }
    }
    responses
}

fn status(key: &str) -> Option<StatusCode> {
    match key.strip_suffix("XX") {
        Some(class) => class.parse().ok().map(StatusCode::Range),
        None => key.parse().ok().map(StatusCode::Code),
    }
}

fn response(value: Value) -> Response {
    let mut parts = Parts::of(value);
    Response {
        description: parts.text("description").unwrap_or_default(),
        headers: headers(&mut parts).collect(),
        content: content(&mut parts).collect(),
        links: Default::default(),
        extensions: parts.extensions(),
    }
}
