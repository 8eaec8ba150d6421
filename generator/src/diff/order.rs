//! The order of types: which of two holds more, and what they are in words.

use super::codes::Edit;
use crate::{
    ir::{Kind, Response, Type},
    surface::Held,
};

/// Returns how one type differs from another one.
pub(super) fn edit(old: &Held, new: &Held) -> Edit {
    if is_within(old, new) {
        Edit::Widened
    } else if is_within(new, old) {
        Edit::Narrowed
    } else {
        Edit::Changed
    }
}

/// Returns whether everything in the first type is also in the second one.
fn is_within(inner: &Held, outer: &Held) -> bool {
    match (inner, outer) {
        (Held::Type(inner), Held::Type(outer)) => is_type_within(inner, outer),
        (Held::Takes(inner), Held::Takes(outer)) => is_kind_within(inner, outer),
        (Held::Returns(inner), Held::Returns(outer)) => is_response_within(inner, outer),
        _ => false,
    }
}

fn is_type_within(inner: &Type, outer: &Type) -> bool {
    match (inner, outer) {
        (inner, outer) if inner == outer => true,
        (_, Type::Any) => true,
        (Type::Nullable(inner), Type::Nullable(outer))
        | (Type::Lenient(inner), Type::Lenient(outer))
        | (Type::List(inner), Type::List(outer))
        | (Type::Map(inner), Type::Map(outer)) => is_type_within(inner, outer),
        (inner, Type::Nullable(outer) | Type::Lenient(outer)) => is_type_within(inner, outer),
        (Type::Unsigned, Type::Integer | Type::Float) | (Type::Integer, Type::Float) => true,
        (Type::UnsignedText, Type::IntegerText | Type::Text) => true,
        (Type::IntegerText, Type::Text) => true,
        (Type::Map(_) | Type::Model(_), Type::Object) => true,
        _ => false,
    }
}

fn is_kind_within(inner: &Kind, outer: &Kind) -> bool {
    let is_text = |kind: &Kind| *kind == Kind::TEXT;
    match (inner, outer) {
        (Kind::Value(inner), Kind::Value(outer)) => is_type_within(inner, outer),
        (Kind::Constant(_) | Kind::Choice(_) | Kind::Node, outer) if is_text(outer) => true,
        (Kind::Constant(_), Kind::Choice(_) | Kind::Value(_)) => true,
        (Kind::Flag | Kind::On, Kind::Value(Type::Boolean)) => true,
        (Kind::Node, Kind::Nodes) | (Kind::File, Kind::Files | Kind::Bytes) => true,
        (Kind::MediaType { .. }, Kind::MediaType { choice: None, .. }) => true,
        _ => false,
    }
}

fn is_response_within(inner: &Response, outer: &Response) -> bool {
    match (inner, outer) {
        (_, Response::Undeclared) => true,
        (Response::Json(inner), Response::Json(outer) | Response::OneOrMany(outer)) => {
            is_type_within(inner, outer)
        }
        (Response::Envelope | Response::Nothing, Response::EnvelopeOrNothing) => true,
        _ => false,
    }
}

/// Describes a type.
pub(super) fn described(held: &Held) -> String {
    match held {
        Held::Type(kind) => typed(kind),
        Held::Takes(kind) => taken(kind),
        Held::Returns(response) => returned(response),
    }
}

fn typed(kind: &Type) -> String {
    match kind {
        Type::List(inner) => format!("list of {}", typed(inner)),
        Type::Map(inner) => format!("map of {}", typed(inner)),
        Type::Nullable(inner) => format!("{} or null", typed(inner)),
        Type::Lenient(inner) => format!("{}, as PHP writes it", typed(inner)),
        Type::Model(name) => format!("model {name}"),
        Type::IntegerText => "integer in text".to_owned(),
        Type::UnsignedText => "unsigned integer in text".to_owned(),
        Type::Unsigned => "unsigned integer".to_owned(),
        Type::Any => "any JSON".to_owned(),
        other => format!("{other:?}").to_ascii_lowercase(),
    }
}

fn taken(kind: &Kind) -> String {
    match kind {
        Kind::Value(kind) => typed(kind),
        Kind::Choice(_) => "choice".to_owned(),
        Kind::Constant(value) => format!("always `{value}`"),
        Kind::MediaType { choice: Some(model), .. } => format!("media type of model {model}"),
        Kind::MediaType { .. } => "media type".to_owned(),
        Kind::FileFields => "files by name".to_owned(),
        other => format!("{other:?}").to_ascii_lowercase(),
    }
}

fn returned(response: &Response) -> String {
    let text = match response {
        Response::Json(Type::Any) => "json",
        Response::Json(kind) => return typed(kind),
        Response::OneOrMany(kind) => return format!("one or many of {}", typed(kind)),
        Response::ByStatus(_) => "what depends on the status",
        Response::Listing => "listing",
        Response::Xml => "xml",
        Response::Text => "text",
        Response::Bytes => "bytes",
        Response::Envelope => "report",
        Response::EnvelopeOrNothing => "report or nothing",
        Response::Nothing => "nothing",
        Response::Head => "headers",
        Response::Undeclared => "any",
    };
    text.to_owned()
}

#[cfg(test)]
mod tests {
    use super::{Edit, edit};
    use crate::{
        ir::{Kind, Response, Type},
        surface::Held,
    };

    #[test]
    fn types_are_ordered_by_what_they_hold() {
        let list = |kind| Type::List(Box::new(kind));
        let some = |kind| Held::Type(kind);
        for (old, new, wanted) in [
            (some(Type::Unsigned), some(Type::Integer), Edit::Widened),
            (some(Type::Any), some(Type::Text), Edit::Narrowed),
            (some(list(Type::Unsigned)), some(list(Type::Float)), Edit::Widened),
            (some(Type::Text), some(Type::Nullable(Box::new(Type::Text))), Edit::Widened),
            (some(Type::Text), some(list(Type::Text)), Edit::Changed),
            (Held::Takes(Kind::Choice(Vec::new())), Held::Takes(Kind::TEXT), Edit::Widened),
            (Held::Takes(Kind::Nodes), Held::Takes(Kind::Node), Edit::Narrowed),
            (Held::Takes(Kind::Flag), Held::Takes(Kind::Page), Edit::Changed),
            (Held::Returns(Response::Undeclared), Held::Returns(Response::Xml), Edit::Narrowed),
            (Held::Returns(Response::Listing), Held::Returns(Response::Xml), Edit::Changed),
        ] {
            assert_eq!(edit(&old, &new), wanted, "{old:?} {new:?}");
        }
    }
}
