//! Other values of the types of the model.

use pydio_codegen::ir::{Kind, OpenApiStyle, Response, Style, StyleName, Type};

/// Returns another text.
pub(super) fn other(text: &str) -> String {
    format!("{text}x")
}

/// Returns other values of an optional text: none, or some; and another one.
pub(super) fn optional(text: Option<&String>) -> Vec<Option<String>> {
    match text {
        None => vec![Some("added".to_owned())],
        Some(text) => vec![None, Some(other(text))],
    }
}

/// Returns other types for a value, in which no model is named that is not there.
pub(super) fn types(kind: &Type) -> Vec<Type> {
    let boxed = || Box::new(kind.clone());
    let mut all = vec![
        Type::Text,
        Type::Integer,
        Type::Unsigned,
        Type::IntegerText,
        Type::UnsignedText,
        Type::Time,
        Type::Rights,
        Type::Float,
        Type::Boolean,
        Type::Any,
        Type::Object,
        Type::List(boxed()),
        Type::Map(boxed()),
    ];
    match kind {
        Type::Nullable(inner) | Type::Lenient(inner) => all.push((**inner).clone()),
        _ => all.extend([Type::Nullable(boxed()), Type::Lenient(boxed())]),
    }
    all.retain(|other| other != kind);
    all
}

/// Returns other kinds of a parameter.
pub(super) fn kinds(kind: &Kind) -> Vec<Kind> {
    // Exhaustive, so that a new kind gets an edit.
    let mut all = match kind {
        Kind::Value(inner) => types(inner).into_iter().map(Kind::Value).collect(),
        Kind::Choice(values) => {
            let mut more = values.clone();
            more.push("another".to_owned());
            vec![Kind::Choice(more), Kind::Choice(values[..values.len() - 1].to_vec())]
        }
        // Any other kind of parameter sends no media type.
        Kind::MediaType { default, choice } => {
            let others = [None, Some("text/other".to_owned()), default.as_deref().map(other)];
            let others = others.into_iter().filter(|other| other != default);
            let choice = choice.clone();
            return others
                .map(|default| Kind::MediaType { default, choice: choice.clone() })
                .collect();
        }
        Kind::Constant(value) => vec![Kind::Constant(other(value))],
        Kind::Flag
        | Kind::On
        | Kind::Node
        | Kind::Nodes
        | Kind::Page
        | Kind::File
        | Kind::Files
        | Kind::Bytes
        | Kind::Fields
        | Kind::FileFields => Vec::new(),
    };
    all.extend([
        Kind::TEXT,
        Kind::Flag,
        Kind::On,
        Kind::Node,
        Kind::Nodes,
        Kind::File,
        Kind::Constant("always".to_owned()),
        Kind::Choice(vec!["one".to_owned(), "two".to_owned()]),
    ]);
    all.retain(|other| other != kind);
    all
}

/// Returns other styles.
pub(super) fn styles(style: &Style) -> Vec<Style> {
    let form = OpenApiStyle { name: StyleName::Form, explode: true, reserved: false, empty: false };
    // Exhaustive, so that a new style gets an edit.
    let mut all = match style {
        Style::Styled(of) | Style::Nested(of, _) | Style::Flattened(of) => {
            let OpenApiStyle { name, explode, reserved, empty } = *of;
            let again = |of: OpenApiStyle| match style {
                Style::Nested(_, separator) => Style::Nested(of, *separator),
                Style::Flattened(_) => Style::Flattened(of),
                _ => Style::Styled(of),
            };
            let named = if name == StyleName::Form { StyleName::Simple } else { StyleName::Form };
            vec![
                again(OpenApiStyle { name: named, ..*of }),
                again(OpenApiStyle { explode: !explode, ..*of }),
                again(OpenApiStyle { reserved: !reserved, ..*of }),
                again(OpenApiStyle { empty: !empty, ..*of }),
            ]
        }
        Style::Joined(separator) => vec![Style::Joined(if *separator == ',' { '|' } else { ',' })],
        Style::Indexed(prefix) => vec![Style::Indexed(other(prefix))],
        Style::Plain
        | Style::EncodedTwice
        | Style::Json
        | Style::Repeated
        | Style::Brackets
        | Style::Numbered
        | Style::Series
        | Style::Sum => Vec::new(),
    };
    all.extend([
        Style::Plain,
        Style::EncodedTwice,
        Style::Json,
        Style::Repeated,
        Style::Brackets,
        Style::Numbered,
        Style::Series,
        Style::Joined(';'),
        Style::Indexed("family_".to_owned()),
        Style::Styled(form),
    ]);
    all.retain(|other| other != style);
    all
}

/// Returns other responses.
pub(super) fn responses(response: &Response) -> Vec<Response> {
    // Exhaustive, so that a new kind of response gets an edit.
    let mut all = match response {
        Response::Json(kind) => {
            let mut all: Vec<_> = types(kind).into_iter().map(Response::Json).collect();
            all.push(Response::OneOrMany(kind.clone()));
            all
        }
        Response::OneOrMany(kind) => types(kind).into_iter().map(Response::OneOrMany).collect(),
        Response::ByStatus(_)
        | Response::Listing
        | Response::Xml
        | Response::Text
        | Response::Bytes
        | Response::Envelope
        | Response::EnvelopeOrNothing
        | Response::Nothing
        | Response::Head
        | Response::Undeclared => Vec::new(),
    };
    all.extend([
        Response::Listing,
        Response::Xml,
        Response::Text,
        Response::Bytes,
        Response::Envelope,
        Response::EnvelopeOrNothing,
        Response::Nothing,
        Response::Head,
        Response::Undeclared,
        Response::Json(Type::Any),
    ]);
    all.retain(|other| other != response);
    all
}
