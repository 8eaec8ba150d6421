//! Responses in OpenAPI: what a call returns, and what any call to the server may return instead.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::schema;
use crate::ir::{Endpoint, EndpointKind, Kind, Response, Type};

const JSON: &str = "application/json";
const XML: &str = "text/xml";
const TEXT: &str = "text/plain";
/// PHP's type, which the server sends where an action sets none.
const HTML: &str = "text/html";

/// The component that describes a message about a failure. No model has a name with this prefix.
const FAILURE: &str = "pydio.Failure";

/// A response that does not depend on the call, by the name of its component.
struct Common {
    name: &'static str,
    status: &'static str,
    description: &'static str,
    media: &'static [&'static str],
    /// Whether a call may have it.
    applies: fn(&Endpoint) -> bool,
}

/// Sources: recorded exchanges `v1/status/*`, `v1/listing/stat_newline`, `v1/download/range_*`,
/// `v2/io/put_json_content_type`.
const COMMON: [Common; 6] = [
    Common {
        name: "PartialContent",
        status: "206",
        description: "A part of the file, if the request has a header `Range` or the server \
                      streams the file.",
        media: &["*/*"],
        applies: |endpoint| endpoint.response == Response::Bytes,
    },
    Common {
        name: "Unauthorized",
        status: "401",
        description: "Bad credentials if there is a `WWW-Authenticate` header; otherwise no access \
                      to the workspace or action, or too many failed logins.",
        media: &[HTML],
        applies: |_| true,
    },
    Common {
        name: "NotFound",
        status: "404",
        description: "The path has a line break, or the web server does not pass it to Pydio: check \
                      its rewrite rules.",
        media: &[HTML],
        applies: |_| true,
    },
    Common {
        name: "HiddenNode",
        status: "411",
        description: "The name of a node begins with a dot or is reserved.",
        media: &[XML, JSON],
        applies: |_| true,
    },
    Common {
        name: "TooLarge",
        status: "413",
        description: "The web server refuses a body of this size.",
        media: &[HTML],
        applies: is_upload,
    },
    Common {
        name: "ServerError",
        status: "500",
        description: "PHP stopped before the response was complete; the server's log says why.",
        media: &[HTML],
        applies: |_| true,
    },
];

/// Returns whether a call sends a file. The server reports its failure as plain text.
fn is_upload(endpoint: &Endpoint) -> bool {
    endpoint.params.iter().any(|param| param.kind.is_file() || param.kind == Kind::Bytes)
}

/// Returns the components that [`all`] refers to, by name.
pub(super) fn components() -> Value {
    let one = |common: &Common| {
        let content = common.media.iter().map(|media| (*media, body(media)));
        let mut response = response(common.description, content.collect());
        if common.status == "206" {
            response["headers"] = json!({ "Content-Range": {
                "required": true,
                "description": "The part, in bytes, and the size of the file.",
                "schema": { "type": "string", "pattern": "^bytes " },
            } });
        }
        (common.name.to_owned(), response)
    };
    Value::Object(COMMON.iter().map(one).collect())
}

/// Returns the schema of a body that no call declares.
fn body(media: &str) -> Value {
    match media {
        XML => json!({}),
        JSON => json!({ "$ref": format!("#/components/schemas/{FAILURE}") }),
        TEXT | HTML => json!({ "type": "string" }),
        _ => schema::bytes(),
    }
}

/// Returns the schema of a failure, with its name.
pub(super) fn failure() -> (String, Value) {
    let schema = json!({
        "type": "object",
        "description": "A message of the server instead of the response. In XML, it is a `message` \
                        of the type `ERROR`.",
        "properties": { "level": { "type": "string" }, "message": { "type": "string" } },
        "required": ["message"],
    });
    (FAILURE.to_owned(), schema)
}

/// Returns the responses of an endpoint by status.
pub(super) fn all(endpoint: &Endpoint) -> Value {
    let kind = endpoint.kind;
    let mut all = Map::new();
    if let Response::ByStatus(declared) = &endpoint.response {
        for one in declared {
            let doc = one.doc.as_deref().unwrap_or(SUCCESS);
            all.insert(one.status.clone(), response(doc, success(&one.response, kind)));
        }
    } else {
        let doc = endpoint.docs.response.as_deref().unwrap_or(SUCCESS);
        let content = or_failure(success(&endpoint.response, kind), endpoint);
        all.insert("200".to_owned(), response(doc, content));
    }
    for common in COMMON.iter().filter(|common| (common.applies)(endpoint)) {
        let reference = json!({ "$ref": format!("#/components/responses/{}", common.name) });
        all.entry(common.status).or_insert(reference);
    }
    Value::Object(all)
}

const SUCCESS: &str = "Success.";

/// Schemas by media type.
type Content = BTreeMap<&'static str, Value>;

/// Returns a response, which has no content without any media type.
fn response(description: &str, content: Content) -> Value {
    let content = content.into_iter();
    let content: Map<_, _> =
        content.map(|(media, schema)| (media.to_owned(), json!({ "schema": schema }))).collect();
    match content.is_empty() {
        true => json!({ "description": description }),
        false => json!({ "description": description, "content": content }),
    }
}

/// Adds what any call may return with status 200: a message about a failure, or nothing if the server
/// had nothing to say.
fn or_failure(mut content: Content, endpoint: &Endpoint) -> Content {
    if endpoint.response == Response::Undeclared {
        return content;
    }
    content.entry(XML).or_insert_with(|| body(XML));
    if endpoint.response != Response::Bytes {
        content.entry(HTML).or_insert_with(|| json!({ "type": "string", "maxLength": 0 }));
    }
    if is_upload(endpoint) {
        content.insert(TEXT, body(TEXT));
    }
    let declared = content.remove(JSON);
    let is_any = |schema: &Value| *schema == json!({}) || *schema == envelope();
    let schema = match declared {
        Some(schema) if is_any(&schema) => schema,
        Some(schema) => schema::any_of([schema, body(JSON)]),
        // It may be a hint to read the message channel.
        None if endpoint.response == Response::Nothing => envelope(),
        None => body(JSON),
    };
    content.insert(JSON, schema);
    content
}

/// Returns the schemas of a successful response by media type. Envelopes come as XML, and as JSON if
/// the request accepts nothing else.
fn success(response: &Response, kind: EndpointKind) -> Content {
    let content = match response {
        Response::Listing | Response::Xml | Response::Envelope | Response::EnvelopeOrNothing => {
            vec![(XML, json!({})), (JSON, envelope())]
        }
        Response::Json(Type::Any) => vec![(JSON, json!({}))],
        Response::Json(one) => vec![(JSON, schema::response(one, kind))],
        Response::OneOrMany(one) => {
            let one = schema::of(one, kind);
            let many = json!({ "type": "object", "additionalProperties": one });
            vec![(JSON, schema::any_of([one, many]))]
        }
        Response::Text => vec![(TEXT, body(TEXT)), (HTML, body(HTML))],
        Response::Bytes => vec![("*/*", schema::bytes())],
        Response::Undeclared => vec![("*/*", json!({}))],
        // Responses that depend on the status are listed one by one.
        Response::Nothing | Response::Head | Response::ByStatus(_) => Vec::new(),
    };
    content.into_iter().collect()
}

/// Returns the schema of an envelope in JSON: an object by the kind of chunk, or an empty list.
fn envelope() -> Value {
    schema::any_of([json!({ "type": "object" }), json!({ "type": "array" })])
}
