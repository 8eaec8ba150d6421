//! The objects of Swagger 2.0.

use super::{
    Kind, Object,
    Shape::{self, Any, Bool, Is, List, Map, Ref, Text, Word},
    openapi3::{EXTERNAL_DOCS, INFO, SCHEMA, TAG, is_path, is_status},
};

/// A whole document.
pub(crate) static DOCUMENT: Shape = Is(&ROOT);

static ROOT: Object = Object::new(
    Kind::Root,
    &["swagger", "info", "paths"],
    &[
        ("swagger", Text),
        ("info", Is(&INFO)),
        ("host", Text),
        ("basePath", Text),
        ("schemes", SCHEMES),
        ("consumes", TEXTS),
        ("produces", TEXTS),
        ("paths", Is(&PATHS)),
        ("definitions", Map(&Ref(&SCHEMA))),
        ("parameters", Map(&Ref(&PARAMETER))),
        ("responses", Map(&Ref(&RESPONSE))),
        ("securityDefinitions", Map(&Is(&SECURITY_SCHEME))),
        ("security", List(&Map(&TEXTS))),
        ("tags", List(&Is(&TAG))),
        ("externalDocs", Is(&EXTERNAL_DOCS)),
    ],
);

const TEXTS: Shape = List(&Text);
const SCHEMES: Shape = List(&Word(&["http", "https", "ws", "wss"]));
const COLLECTION_FORMAT: Shape = Word(&["csv", "ssv", "tsv", "pipes", "multi"]);

static PATHS: Object =
    Object { others: Some((is_path, Is(&PATH_ITEM))), ..Object::new(Kind::Paths, &[], &[]) };

static PATH_ITEM: Object = Object::new(
    Kind::PathItem,
    &[],
    &[
        ("get", Is(&OPERATION)),
        ("put", Is(&OPERATION)),
        ("post", Is(&OPERATION)),
        ("delete", Is(&OPERATION)),
        ("options", Is(&OPERATION)),
        ("head", Is(&OPERATION)),
        ("patch", Is(&OPERATION)),
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
        ("consumes", TEXTS),
        ("produces", TEXTS),
        ("parameters", List(&Ref(&PARAMETER))),
        ("responses", Is(&RESPONSES)),
        ("schemes", SCHEMES),
        ("deprecated", Bool),
        ("security", List(&Map(&TEXTS))),
    ],
);

static PARAMETER: Object = Object::new(
    Kind::Parameter,
    &["name", "in"],
    &[
        ("name", Text),
        ("in", Word(&["query", "header", "path", "formData", "body"])),
        ("description", Text),
        ("required", Bool),
        ("schema", Ref(&SCHEMA)),
        ("type", Word(&["string", "number", "integer", "boolean", "array", "file", "object"])),
        ("format", Text),
        ("allowEmptyValue", Bool),
        ("items", Ref(&SCHEMA)),
        ("collectionFormat", COLLECTION_FORMAT),
        ("default", Any),
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
        ("enum", List(&Any)),
        ("multipleOf", Any),
        // Not in the specification, but common on real parameters.
        ("example", Any),
        // One of our corrections: the schema of the JSON in the parameter's text.
        ("x-pydio-json", Ref(&SCHEMA)),
    ],
);

static RESPONSES: Object = Object {
    others: Some((is_status, Ref(&RESPONSE))),
    ..Object::new(Kind::Part("responses object"), &[], &[("default", Ref(&RESPONSE))])
};

static RESPONSE: Object = Object::new(
    Kind::Response,
    &["description"],
    &[
        ("description", Text),
        ("schema", Ref(&SCHEMA)),
        ("headers", Map(&Is(&HEADER))),
        ("examples", Map(&Any)),
    ],
);

static HEADER: Object = Object::new(
    Kind::Header,
    &[],
    &[
        ("description", Text),
        ("type", Word(&["string", "number", "integer", "boolean", "array"])),
        ("format", Text),
        ("items", Ref(&SCHEMA)),
        ("collectionFormat", COLLECTION_FORMAT),
        ("default", Any),
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
        ("enum", List(&Any)),
        ("multipleOf", Any),
    ],
);

static SECURITY_SCHEME: Object = Object::new(
    Kind::SecurityScheme,
    &["type"],
    &[
        ("type", Word(&["basic", "apiKey", "oauth2"])),
        ("description", Text),
        ("name", Text),
        ("in", Word(&["query", "header"])),
        ("flow", Word(&["implicit", "password", "application", "accessCode"])),
        ("authorizationUrl", Text),
        ("tokenUrl", Text),
        ("scopes", Map(&Text)),
    ],
);
