//! What parameters take and where they are sent, in the terms of corrections.

use crate::ir::{Kind, Location, Param, Style, Type};

/// Describes the location. Those of an action are in its path or a field.
pub(crate) fn location(param: &Param, is_action: bool) -> &'static str {
    match param.location {
        Location::RestOfPath if is_action => "rest of the path",
        Location::Path | Location::RestOfPath => "path",
        Location::Form if is_action => "field",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
        Location::Form | Location::Part => "form",
        Location::Body => "body",
    }
}

/// Describes what a parameter of an action takes, in the terms of corrections.
pub(crate) fn action_kind(param: &Param) -> String {
    let kind = match (&param.kind, &param.style) {
        (_, Style::Indexed(prefix)) => return format!("numbered {prefix}"),
        (Kind::Constant(value), _) => return format!("constant({value:?})"),
        (_, Style::EncodedTwice) => "encoded",
        (Kind::Value(Type::Any), Style::Json) => "json",
        (Kind::Value(kind), Style::Json) => return format!("json of {}", typed(kind)),
        (_, Style::Series) => "series",
        (_, Style::Sum) => "bits",
        (Kind::Value(Type::Text), _) if param.secret => "secret",
        (Kind::Value(Type::Integer), _) => "integer",
        (Kind::Value(Type::Time), _) => "time",
        (Kind::Value(Type::Rights), _) => "rights",
        (Kind::Value(Type::Boolean), _) => "switch",
        (Kind::Value(Type::List(_)), _) => "texts",
        (Kind::Choice(_), _) => "choice",
        (Kind::Flag, _) => "flag",
        (Kind::On, _) => "on",
        (Kind::Node, _) => "node",
        (Kind::Nodes, Style::Numbered) => "selection",
        (Kind::Nodes, _) => "nodes",
        (Kind::Page, _) => "page",
        (Kind::File, _) => "file",
        (Kind::Fields, _) => "fields",
        _ => "text",
    };
    kind.to_owned()
}

fn typed(kind: &Type) -> String {
    match kind {
        Type::List(inner) => format!("list of {}", typed(inner)),
        Type::Map(inner) => format!("map of {}", typed(inner)),
        Type::Nullable(inner) => format!("{} or null", typed(inner)),
        // Lenient reading is not visible.
        Type::Lenient(inner) => typed(inner),
        Type::Model(name) => format!("model {name}"),
        Type::IntegerText => "integer".to_owned(),
        Type::UnsignedText => "unsigned".to_owned(),
        other => format!("{other:?}").to_ascii_lowercase(),
    }
}
