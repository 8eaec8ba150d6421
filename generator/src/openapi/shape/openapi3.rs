//! The objects of OpenAPI 3.0 and 3.1.
//!
//! Both versions share one set of tables: a 3.0 document that borrows from 3.1 is read like 3.1.
//! Swagger 2.0 has the same schemas, so that what it borrows is also read.

use super::{
    Kind, Object,
    Shape::{self, Any, Bool, Either, Is, List, Map, Ref, Text, Word},
};

/// A whole document.
pub(crate) static DOCUMENT: Shape = Is(&ROOT);

const TEXTS: Shape = List(&Text);
const SERVERS: Shape = List(&ONE_SERVER);
static ONE_SERVER: Shape = Is(&SERVER);
const SECURITY: Shape = List(&Map(&TEXTS));
const EXAMPLES: Shape = Map(&ONE_EXAMPLE);
static ONE_EXAMPLE: Shape = Ref(&EXAMPLE);
const TYPES: Shape =
    Word(&["array", "boolean", "integer", "number", "object", "string", "null", "file"]);

static ROOT: Object = Object::new(
    Kind::Root,
    &["openapi", "info"],
    &[
        ("openapi", Text),
        ("info", Is(&INFO)),
        ("jsonSchemaDialect", Text),
        ("servers", SERVERS),
        ("paths", Is(&PATHS)),
        ("webhooks", Map(&Any)),
        ("components", Is(&COMPONENTS)),
        ("security", SECURITY),
        ("tags", List(&Is(&TAG))),
        ("externalDocs", Is(&EXTERNAL_DOCS)),
    ],
);

pub(super) static INFO: Object = Object::new(
    Kind::Info,
    &["title", "version"],
    &[
        ("title", Text),
        ("summary", Text),
        ("description", Text),
        ("termsOfService", Text),
        ("contact", Is(&CONTACT)),
        ("license", Is(&LICENSE)),
        ("version", Text),
    ],
);

static CONTACT: Object =
    Object::new(Kind::Part("contact"), &[], &[("name", Text), ("url", Text), ("email", Text)]);

static LICENSE: Object =
    Object::new(Kind::License, &["name"], &[("name", Text), ("identifier", Text), ("url", Text)]);

static SERVER: Object = Object::new(
    Kind::Part("server"),
    &["url"],
    &[("url", Text), ("description", Text), ("variables", Map(&Is(&SERVER_VARIABLE)))],
);

static SERVER_VARIABLE: Object = Object::new(
    Kind::Part("server variable"),
    &["default"],
    &[("enum", TEXTS), ("default", Text), ("description", Text)],
);

pub(super) static TAG: Object = Object::new(
    Kind::Tag,
    &["name"],
    &[("name", Text), ("description", Text), ("externalDocs", Is(&EXTERNAL_DOCS))],
);

pub(super) static EXTERNAL_DOCS: Object = Object::new(
    Kind::Part("reference to other documentation"),
    &["url"],
    &[("description", Text), ("url", Text)],
);

static COMPONENTS: Object = Object::new(
    Kind::Components,
    &[],
    &[
        ("schemas", Map(&Ref(&SCHEMA))),
        ("responses", Map(&Ref(&RESPONSE))),
        ("parameters", Map(&Ref(&PARAMETER))),
        ("examples", EXAMPLES),
        ("requestBodies", Map(&Ref(&REQUEST_BODY))),
        ("headers", Map(&Ref(&HEADER))),
        ("securitySchemes", Map(&Ref(&SECURITY_SCHEME))),
        ("links", Map(&Ref(&LINK))),
        ("callbacks", Map(&Ref(&CALLBACK))),
        ("pathItems", Map(&Any)),
    ],
);

static PATHS: Object =
    Object { others: Some((is_path, Is(&PATH_ITEM))), ..Object::new(Kind::Paths, &[], &[]) };

/// Returns whether a key of the paths is a path.
pub(super) fn is_path(key: &str) -> bool {
    key.starts_with('/')
}

static PATH_ITEM: Object = Object::new(
    Kind::PathItem,
    &[],
    &[
        ("summary", Text),
        ("description", Text),
        ("get", Is(&OPERATION)),
        ("put", Is(&OPERATION)),
        ("post", Is(&OPERATION)),
        ("delete", Is(&OPERATION)),
        ("options", Is(&OPERATION)),
        ("head", Is(&OPERATION)),
        ("patch", Is(&OPERATION)),
        ("trace", Is(&OPERATION)),
        ("servers", SERVERS),
        ("parameters", List(&Ref(&PARAMETER))),
    ],
);

static OPERATION: Object = Object::new(
    Kind::Operation,
    &["responses"],
    &[
        ("tags", TEXTS),
        ("summary", Text),
        ("description", Text),
        ("externalDocs", Is(&EXTERNAL_DOCS)),
        ("operationId", Text),
        ("parameters", List(&Ref(&PARAMETER))),
        ("requestBody", Ref(&REQUEST_BODY)),
        ("responses", Is(&RESPONSES)),
        ("callbacks", Map(&Ref(&CALLBACK))),
        ("deprecated", Bool),
        ("security", SECURITY),
        ("servers", SERVERS),
    ],
);

static PARAMETER: Object = Object::new(
    Kind::Parameter,
    &["name", "in"],
    &[
        ("name", Text),
        ("in", Word(&["query", "header", "path", "cookie"])),
        ("description", Text),
        ("required", Bool),
        ("deprecated", Bool),
        ("allowEmptyValue", Bool),
        (
            "style",
            Word(&[
                "matrix",
                "label",
                "form",
                "simple",
                "spaceDelimited",
                "pipeDelimited",
                "deepObject",
            ]),
        ),
        ("explode", Bool),
        ("allowReserved", Bool),
        ("schema", Ref(&SCHEMA)),
        ("example", Any),
        ("examples", EXAMPLES),
        ("content", Map(&Is(&MEDIA_TYPE))),
        // One of our corrections: the schema of the JSON in the parameter's text.
        ("x-pydio-json", Ref(&SCHEMA)),
    ],
);

static HEADER: Object = Object::new(
    Kind::Header,
    &[],
    &[
        ("description", Text),
        ("required", Bool),
        ("deprecated", Bool),
        ("style", Word(&["simple"])),
        ("explode", Bool),
        ("schema", Ref(&SCHEMA)),
        ("example", Any),
        ("examples", EXAMPLES),
        ("content", Map(&Is(&MEDIA_TYPE))),
    ],
);

static REQUEST_BODY: Object = Object::new(
    Kind::RequestBody,
    &["content"],
    &[("description", Text), ("content", Map(&Is(&MEDIA_TYPE))), ("required", Bool)],
);

static MEDIA_TYPE: Object = Object::new(
    Kind::MediaType,
    &[],
    &[
        ("schema", Ref(&SCHEMA)),
        ("example", Any),
        ("examples", EXAMPLES),
        ("encoding", Map(&Is(&ENCODING))),
    ],
);

static ENCODING: Object = Object::new(
    Kind::Part("encoding"),
    &[],
    &[
        ("contentType", Text),
        ("headers", Map(&Ref(&HEADER))),
        ("style", Word(&["form", "spaceDelimited", "pipeDelimited", "deepObject"])),
        ("explode", Bool),
        ("allowReserved", Bool),
    ],
);

static RESPONSES: Object = Object {
    others: Some((is_status, Ref(&RESPONSE))),
    ..Object::new(Kind::Part("responses object"), &[], &[("default", Ref(&RESPONSE))])
};

/// Returns whether a key of responses is a status code, or a class of them.
pub(super) fn is_status(key: &str) -> bool {
    match key.as_bytes() {
        [first, rest @ ..] if rest.len() == 2 => {
            matches!(first, b'1'..=b'9') && (rest.iter().all(u8::is_ascii_digit) || rest == b"XX")
        }
        _ => false,
    }
}

static RESPONSE: Object = Object::new(
    Kind::Response,
    &["description"],
    &[
        ("description", Text),
        ("headers", Map(&Ref(&HEADER))),
        ("content", Map(&Is(&MEDIA_TYPE))),
        ("links", Map(&Ref(&LINK))),
    ],
);

static EXAMPLE: Object = Object::new(
    Kind::Example,
    &[],
    &[("summary", Text), ("description", Text), ("value", Any), ("externalValue", Text)],
);

static LINK: Object = Object::new(
    Kind::Link,
    &[],
    &[
        ("operationRef", Text),
        ("operationId", Text),
        ("parameters", Map(&Any)),
        ("requestBody", Any),
        ("description", Text),
        ("server", Is(&SERVER)),
    ],
);

static CALLBACK: Object =
    Object { others: Some((|_| true, Is(&PATH_ITEM))), ..Object::new(Kind::Callback, &[], &[]) };

static SECURITY_SCHEME: Object = Object::new(
    Kind::SecurityScheme,
    &["type"],
    &[
        ("type", Word(&["apiKey", "http", "oauth2", "openIdConnect", "mutualTLS"])),
        ("description", Text),
        ("name", Text),
        ("in", Word(&["query", "header", "cookie"])),
        ("scheme", Text),
        ("bearerFormat", Text),
        ("flows", Is(&FLOWS)),
        ("openIdConnectUrl", Text),
    ],
);

static FLOWS: Object = Object::new(
    Kind::Part("flows object"),
    &[],
    &[
        ("implicit", Is(&IMPLICIT_FLOW)),
        ("password", Is(&TOKEN_FLOW)),
        ("clientCredentials", Is(&TOKEN_FLOW)),
        ("authorizationCode", Is(&CODE_FLOW)),
    ],
);

static IMPLICIT_FLOW: Object = Object::new(
    Kind::Part("flow"),
    &["authorizationUrl", "scopes"],
    &[("authorizationUrl", Text), ("refreshUrl", Text), ("scopes", Map(&Text))],
);

static TOKEN_FLOW: Object = Object::new(
    Kind::Part("flow"),
    &["tokenUrl", "scopes"],
    &[("tokenUrl", Text), ("refreshUrl", Text), ("scopes", Map(&Text))],
);

static CODE_FLOW: Object = Object::new(
    Kind::Part("flow"),
    &["authorizationUrl", "tokenUrl", "scopes"],
    &[("authorizationUrl", Text), ("tokenUrl", Text), ("refreshUrl", Text), ("scopes", Map(&Text))],
);

pub(super) static XML: Object = Object::new(
    Kind::Part("description of XML"),
    &[],
    &[
        ("name", Text),
        ("namespace", Text),
        ("prefix", Text),
        ("attribute", Bool),
        ("wrapped", Bool),
    ],
);

static DISCRIMINATOR: Object = Object::new(
    Kind::Part("discriminator"),
    &["propertyName"],
    &[("propertyName", Text), ("mapping", Map(&Text))],
);

/// A schema. The last keys exist only in 3.1, except for the list format of Swagger 2.0 parameters.
pub(crate) static SCHEMA: Object = Object {
    or_bool: true,
    ..Object::new(
        Kind::Schema,
        &[],
        &[
            ("type", Either(&[TYPES, List(&TYPES)])),
            ("format", Text),
            ("title", Text),
            ("description", Text),
            ("default", Any),
            ("nullable", Bool),
            ("multipleOf", Any),
            ("maximum", Any),
            ("exclusiveMaximum", Any),
            ("minimum", Any),
            ("exclusiveMinimum", Any),
            ("maxLength", Any),
            ("minLength", Any),
            ("pattern", Any),
            ("maxItems", Any),
            ("minItems", Any),
            ("uniqueItems", Any),
            ("maxProperties", Any),
            ("minProperties", Any),
            ("required", TEXTS),
            ("enum", List(&Any)),
            ("items", Ref(&SCHEMA)),
            ("allOf", List(&Ref(&SCHEMA))),
            ("oneOf", List(&Ref(&SCHEMA))),
            ("anyOf", List(&Ref(&SCHEMA))),
            ("not", Ref(&SCHEMA)),
            ("properties", Map(&Ref(&SCHEMA))),
            ("additionalProperties", Either(&[Bool, Ref(&SCHEMA)])),
            // In Swagger 2.0, only the name of the property.
            ("discriminator", Either(&[Is(&DISCRIMINATOR), Text])),
            ("readOnly", Bool),
            ("writeOnly", Bool),
            ("deprecated", Bool),
            ("xml", Is(&XML)),
            ("externalDocs", Is(&EXTERNAL_DOCS)),
            ("example", Any),
            ("x-pydio-json", Ref(&SCHEMA)),
            ("const", Any),
            ("examples", List(&Any)),
            ("contentEncoding", Text),
            ("contentMediaType", Text),
            ("$comment", Text),
            ("$schema", Any),
            ("$id", Any),
            ("$anchor", Any),
            ("$defs", Any),
            ("$vocabulary", Any),
            ("$dynamicRef", Any),
            ("$dynamicAnchor", Any),
            ("contentSchema", Any),
            ("if", Any),
            ("then", Any),
            ("else", Any),
            ("prefixItems", Any),
            ("contains", Any),
            ("minContains", Any),
            ("maxContains", Any),
            ("patternProperties", Map(&Ref(&SCHEMA))),
            ("propertyNames", Any),
            ("dependentSchemas", Any),
            ("dependentRequired", Any),
            ("unevaluatedItems", Any),
            ("unevaluatedProperties", Any),
            ("$recursiveRef", Any),
            ("$recursiveAnchor", Any),
            ("dependencies", Any),
            ("additionalItems", Any),
            ("id", Any),
            ("definitions", Any),
            ("collectionFormat", Word(&["csv", "ssv", "tsv", "pipes", "multi"])),
        ],
    )
};
