//! Random documents from the constructs that the generator supports.

use serde_json::{Map, Value, json};

/// The format version of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Version {
    Swagger2,
    OpenApi30,
    OpenApi31,
}

/// Names of schemas: names of Rust's own types, names that are equal once converted to Rust's case,
/// and others.
const SCHEMAS: [&str; 28] = [
    "Option", "String", "Vec", "Box", "Result", "Self", "self", "Ok", "None", "FromJson", "ToJson",
    "Json", "Default", "Debug", "type", "a-b", "a_b", "aB", "1st", "models", "Error", "Response",
    "item", "value", "Map", "Object", "Leaf", "Tree",
];

/// Names of fields, parameters and enumeration values.
const WORDS: [&str; 32] = [
    "type",
    "self",
    "Self",
    "crate",
    "id",
    "ID",
    "i_d",
    "a b",
    "a-b",
    "漢字",
    "漢",
    "",
    "-",
    "+1",
    "-1",
    "<",
    "*",
    "1",
    "other_fields",
    "call",
    "value",
    "f",
    "rt",
    "json",
    "new",
    "clone",
    "from",
    "String",
    "into_request",
    "default",
    "@context",
    "\"\\`",
];

const TAGS: [&str; 14] = [
    "auth", "security", "models", "transfer", "cmd", "answer", "std", "aux", "a b", "A B", "type",
    "漢字", "lib", "default",
];

const IDS: [&str; 10] =
    ["get", "Get", "clone", "type", "string", "option", "SITE", "into", "漢字", "call"];

/// A pseudo-random sequence of numbers, which is the same for the same seed.
pub(crate) struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        // Xorshift, with a multiplication at the end.
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_F491_4F6C_DD1D)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() >> 33).expect("31 bits") % end
    }

    /// Returns `true` once in so many times, on average.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    fn of<'v>(&mut self, values: &[&'v str]) -> &'v str {
        values[self.below(values.len())]
    }

    /// Returns some of the values, each once.
    fn some<'v>(&mut self, values: &[&'v str], most: usize) -> Vec<&'v str> {
        let count = self.below(most + 1);
        let mut taken: Vec<&str> = Vec::new();
        for _ in 0..count {
            let value = self.of(values);
            if !taken.contains(&value) {
                taken.push(value);
            }
        }
        taken
    }
}

/// Returns the document for a seed.
pub(crate) fn document(version: Version, seed: u64, operations: usize) -> Value {
    let random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    Grammar { random, version }.document(operations)
}

struct Grammar {
    random: Random,
    version: Version,
}

impl Grammar {
    fn document(&mut self, operations: usize) -> Value {
        let mut paths = Map::new();
        for index in 0..operations {
            let (path, item) = self.path(index);
            paths.insert(path, item);
        }
        let mut schemas = Map::new();
        for name in SCHEMAS {
            // An alias could be circular.
            let mut schema = self.schema(3);
            while schema.get("$ref").is_some() {
                schema = self.schema(3);
            }
            schemas.insert(name.to_owned(), schema);
        }
        let info = json!({ "title": "Random", "version": "1" });
        let schemes = self.schemes();
        let security = self.security();
        match self.version {
            Version::Swagger2 => json!({
                "swagger": "2.0", "info": info, "host": "api.example.org", "basePath": "/v1",
                "schemes": ["https"], "paths": paths, "definitions": schemas,
                "securityDefinitions": schemes, "security": security,
            }),
            version => json!({
                "openapi": if version == Version::OpenApi30 { "3.0.3" } else { "3.1.0" },
                "info": info, "servers": self.servers(), "paths": paths, "security": security,
                "components": { "schemas": schemas, "securitySchemes": schemes },
            }),
        }
    }

    fn servers(&mut self) -> Value {
        let all = [
            json!({ "url": "https://api.example.org/v1" }),
            json!({ "url": "https://{type}.example.org/{self}/v2", "variables": {
                "type": { "default": "a", "enum": ["a", "b"] }, "self": { "default": "x" } } }),
            json!({ "url": "/v1/" }),
            json!({ "url": "https://other.example.org", "description": "another [one]" }),
        ];
        let first = self.random.below(all.len());
        json!(all[first..])
    }

    fn schemes(&mut self) -> Value {
        let mut schemes = json!({
            "key": { "type": "apiKey", "in": "header", "name": "X-Key" },
            "in query": { "type": "apiKey", "in": "query", "name": "k" },
        });
        schemes["self"] = match self.version {
            Version::Swagger2 => json!({ "type": "basic" }),
            _ => json!({ "type": "http", "scheme": "bearer" }),
        };
        schemes
    }

    fn security(&mut self) -> Value {
        let all = [json!([]), json!([{ "key": [], "in query": [] }, {}]), json!([{ "self": [] }])];
        all[self.random.below(all.len())].clone()
    }

    fn reference(&mut self) -> Value {
        let name = self.random.of(&SCHEMAS);
        match self.version {
            Version::Swagger2 => json!({ "$ref": format!("#/definitions/{name}") }),
            _ => json!({ "$ref": format!("#/components/schemas/{name}") }),
        }
    }

    fn schema(&mut self, depth: usize) -> Value {
        let schema = self.not_null(depth);
        if !self.random.once_in(4) || schema.get("$ref").is_some() {
            return schema;
        }
        self.or_null(schema)
    }

    fn or_null(&mut self, mut schema: Value) -> Value {
        match self.version {
            Version::Swagger2 => schema["x-nullable"] = json!(true),
            Version::OpenApi30 => schema["nullable"] = json!(true),
            Version::OpenApi31 => match schema.get("type").cloned() {
                Some(Value::String(kind)) if schema.get("enum").is_none() => {
                    schema["type"] = json!([kind, "null"]);
                }
                _ => schema = json!({ "anyOf": [schema, { "type": "null" }] }),
            },
        }
        schema
    }

    fn not_null(&mut self, depth: usize) -> Value {
        match self.random.below(if depth == 0 { 8 } else { 14 }) {
            0 | 1 => self.reference(),
            2 => {
                let formats = ["", "date", "int64", "uint64", "uuid", "byte"];
                with_format("string", self.random.of(&formats))
            }
            3 => with_format("integer", self.random.of(&["", "int32", "uint32"])),
            4 => json!({ "type": "number", "default": 1.5 }),
            5 => json!({ "type": "boolean" }),
            6 => self.enumeration(),
            7 => json!({ "description": "anything\n\n* of `any` [kind](x)" }),
            8 => json!({ "type": "array", "items": self.schema(depth - 1) }),
            9 => json!({ "type": "object", "additionalProperties": self.schema(depth - 1) }),
            10 | 11 => self.object(depth),
            12 => self.all_of(depth),
            _ => self.alternatives(depth),
        }
    }

    fn enumeration(&mut self) -> Value {
        let words = self.random.some(&WORDS, 6);
        match self.random.below(3) {
            0 => json!({ "type": "integer", "enum": [1, 2, 3] }),
            _ if words.is_empty() => json!({ "type": "string" }),
            _ => json!({ "type": "string", "enum": words, "default": words[0] }),
        }
    }

    fn object(&mut self, depth: usize) -> Value {
        let names = self.random.some(&WORDS, 9);
        let mut properties = Map::new();
        for name in &names {
            let mut schema = self.schema(depth - 1);
            if schema.get("$ref").is_none() && self.random.once_in(8) {
                schema["readOnly"] = json!(true);
            }
            properties.insert((*name).to_owned(), schema);
        }
        let mut object = json!({ "type": "object", "properties": properties });
        let required: Vec<_> = names.iter().filter(|_| self.random.once_in(2)).collect();
        if !required.is_empty() {
            object["required"] = json!(required);
        }
        match self.random.below(4) {
            0 => object["additionalProperties"] = json!(false),
            1 => object["additionalProperties"] = json!({ "type": "string" }),
            _ => {}
        }
        object
    }

    fn all_of(&mut self, depth: usize) -> Value {
        let parts = match self.random.below(4) {
            0 => json!([self.reference(), { "description": "with words" }]),
            1 => json!([self.reference(), self.object(depth)]),
            2 => json!([self.reference()]),
            _ => json!([self.schema(depth - 1), self.schema(depth - 1)]),
        };
        json!({ "allOf": parts })
    }

    fn alternatives(&mut self, depth: usize) -> Value {
        if self.version == Version::Swagger2 {
            return self.object(depth);
        }
        let key = self.random.of(&["oneOf", "anyOf"]);
        let count = 1 + self.random.below(3);
        let all: Vec<_> = (0..count).map(|_| self.schema(depth - 1)).collect();
        json!({ key: all })
    }

    fn path(&mut self, index: usize) -> (String, Value) {
        let method = self.random.of(&["get", "put", "post", "delete", "patch", "head"]);
        let id = match self.random.below(3) {
            0 if self.random.once_in(8) => "漢".repeat(index + 1),
            0 => format!("{}{index}", self.random.of(&IDS)),
            1 => format!("{}.{index}", self.random.of(&WORDS)),
            _ => format!("do_it_{index}"),
        };
        let mut parameters = vec![self.path_parameter()];
        for name in self.random.some(&WORDS, 5) {
            parameters.extend(self.parameter(name));
        }
        let mut operation = json!({
            "operationId": id,
            "tags": [self.random.of(&TAGS)],
            "responses": self.responses(),
            "deprecated": self.random.once_in(8),
        });
        if self.random.once_in(4) {
            operation["security"] = self.security();
        }
        if self.version != Version::Swagger2 && self.random.once_in(6) {
            let urls = [
                "https://up.example.org/x",
                "/other",
                "https://api.example.org/v3",
                "https://{region}.example.org/{base}",
            ];
            operation["servers"] = json!([{ "url": self.random.of(&urls) }]);
        }
        if matches!(method, "put" | "post" | "patch") {
            self.body(&mut operation, &mut parameters);
        }
        operation["parameters"] = json!(parameters);
        let rests = ["/{id}", "/{id}.json", "/{id=a/*}:do", "/{+id}", "?a=b&id={id}", "{?id}"];
        (format!("/p{index}{}", self.random.of(&rests)), json!({ method: operation }))
    }

    fn path_parameter(&mut self) -> Value {
        let kind = self.random.of(&["string", "integer", "boolean"]);
        let mut parameter = json!({ "name": "id", "in": "path", "required": true });
        match self.version {
            Version::Swagger2 => parameter["type"] = json!(kind),
            _ => parameter["schema"] = json!({ "type": kind }),
        }
        parameter
    }

    fn parameter(&mut self, name: &str) -> Option<Value> {
        if name.is_empty() {
            return None;
        }
        let is_token = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        let places = if is_token { &["query", "header"][..] } else { &["query"] };
        let mut parameter = json!({
            "name": name, "in": self.random.of(places), "required": self.random.once_in(3),
        });
        if self.version == Version::Swagger2 {
            match self.random.below(3) {
                0 => {
                    parameter["type"] = json!("array");
                    parameter["items"] = json!({ "type": self.random.of(&["string", "integer"]) });
                }
                1 => parameter["type"] = json!(self.random.of(&["integer", "boolean", "number"])),
                _ => {
                    parameter["type"] = json!("string");
                    parameter["enum"] = json!(["a", "b", "+1"]);
                }
            }
            return Some(parameter);
        }
        if self.random.once_in(8) {
            parameter["content"] = json!({ "application/json": { "schema": self.schema(2) } });
            return Some(parameter);
        }
        if parameter["in"] == "query" && self.random.once_in(3) {
            let styles = ["form", "spaceDelimited", "pipeDelimited", "deepObject"];
            parameter["style"] = json!(self.random.of(&styles));
        }
        parameter["explode"] = json!(self.random.once_in(2));
        parameter["schema"] = self.schema(2);
        Some(parameter)
    }

    fn body(&mut self, operation: &mut Value, parameters: &mut Vec<Value>) {
        let media = [
            "application/json",
            "application/merge-patch+json",
            "text/plain",
            "application/xml",
            "application/octet-stream",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
        ];
        let media = self.random.of(&media);
        let is_form = media.starts_with("multipart") || media.ends_with("urlencoded");
        if self.version == Version::Swagger2 {
            operation["consumes"] = json!([media]);
            match is_form {
                true => parameters.push(json!({ "name": "x", "in": "formData", "type": "string" })),
                false => parameters.push(json!({
                    "name": "body", "in": "body", "required": self.random.once_in(2),
                    "schema": self.schema(2),
                })),
            }
            return;
        }
        let schema = if is_form { self.object(2) } else { self.schema(2) };
        operation["requestBody"] = json!({
            "required": self.random.once_in(2), "content": { media: { "schema": schema } },
        });
    }

    fn responses(&mut self) -> Value {
        let mut responses = Map::new();
        let statuses = ["200", "201", "202", "204", "302", "400", "404", "default"];
        for status in self.random.some(&statuses, 4) {
            let response = self.response();
            responses.insert(status.to_owned(), response);
        }
        if responses.is_empty() {
            responses.insert("200".to_owned(), self.response());
        }
        Value::Object(responses)
    }

    fn response(&mut self) -> Value {
        let mut response = json!({ "description": "done, [maybe] *so*" });
        if self.random.once_in(4) {
            return response;
        }
        let schema = self.schema(3);
        if self.version == Version::Swagger2 {
            response["schema"] = schema;
            return response;
        }
        let media = [
            "application/json",
            "application/json",
            "application/hal+json",
            "text/plain",
            "application/xml",
            "application/pdf",
            "*/*",
            "text/event-stream",
        ];
        let mut content = Map::new();
        for media in self.random.some(&media, 2) {
            content.insert(media.to_owned(), json!({ "schema": schema }));
        }
        response["content"] = Value::Object(content);
        response
    }
}

fn with_format(kind: &str, format: &str) -> Value {
    match format {
        "" => json!({ "type": kind }),
        format => json!({ "type": kind, "format": format }),
    }
}
