//! The static description of a call, as constructors of the runtime: written once for the types of
//! calls and for the table of the command line.

use std::fmt::Write as _;

use super::doc::one_line;
use crate::{
    model::{
        Action, Body, Content, Kind, MediaType, Model, Operation, OperationParam, OperationPlace,
        Param, ParamPlace, Reply, ReturnKind, Route, Shape, Spelling, Style, StyleKind, Type, Verb,
    },
    name,
};

/// The expression that describes an action. `bindings` is the path of its bindings.
pub(super) fn action(action: &Action, bindings: &str) -> String {
    let method = match action.route {
        Some(Route { verb: Verb::Get, .. }) => "Get",
        _ => "Post",
    };
    let mut text = format!(
        "rt::Endpoint::action(&{bindings}, rt::Method::{method}, {:?}, {:?})",
        action.owner,
        action.sent_name()
    );
    if action.route.is_none() {
        text.push_str(".session_only()");
    }
    params(&mut text, action.params.iter().map(action_param).collect());
    let _ = write!(text, ".returns(rt::ResponseKind::{})", returned(&action.returns));
    if let Some(note) = &action.retired {
        let _ = write!(text, ".unsupported({:?})", one_line(note));
    }
    if action.repeatable {
        text.push_str(".repeatable()");
    }
    if action.background {
        text.push_str(".in_background()");
    }
    text
}

/// The expression that describes an operation.
pub(super) fn operation(operation: &Operation, models: &[Model], bindings: &str) -> String {
    let mut text = format!(
        "rt::Endpoint::operation(&{bindings}, rt::Method::{}, {:?}, {:?})",
        name::pascal(&operation.method.to_lowercase()),
        operation.id,
        operation.path,
    );
    let constants = operation
        .query
        .iter()
        .map(|(name, value)| format!("P::query({name:?}).constant({value:?})"));
    let own = (0..operation.params.len()).map(|index| operation_param(operation, index, models));
    let mut all: Vec<_> = own.chain(constants).collect();
    all.extend(operation.body.iter().flat_map(|one| body(operation, one, models)));
    params(&mut text, all);
    let _ = write!(text, ".returns(rt::ResponseKind::{})", replied(&operation.answer));
    if let Some(own) = &operation.own_server {
        let _ = write!(text, ".own_server({own:?})");
    }
    if let Some(accept) = &operation.accept {
        let _ = write!(text, ".accept({accept:?})");
    }
    if !operation.unread.is_empty() {
        let _ = write!(text, ".unread(&{:?})", operation.unread);
    }
    if operation.returns_redirect() {
        text.push_str(".returns_redirect()");
    }
    if let Some(form_type) = &operation.form_type {
        let _ = write!(text, ".form_type({form_type:?})");
    }
    if let Some(note) = &operation.retired {
        let _ = write!(text, ".unsupported({:?})", one_line(note));
    }
    text
}

fn params(text: &mut String, params: Vec<String>) {
    if !params.is_empty() {
        let _ = write!(text, ".params(&[{}])", params.join(", "));
    }
}

/// The name by which requests know a parameter of an action.
pub(super) fn action_key(param: &Param) -> &str {
    match &param.kind {
        Kind::Numbered(prefix) => prefix,
        _ => &param.name,
    }
}

fn action_param(param: &Param) -> String {
    let key = action_key(param);
    let mut text = match (param.place, &param.kind) {
        (ParamPlace::Path, _) => format!("P::path({key:?})"),
        (ParamPlace::CatchAll, _) => format!("P::rest_of_path({key:?})"),
        (ParamPlace::Field, Kind::File) => format!("P::part({key:?})"),
        (ParamPlace::Field, _) => format!("P::form({key:?})"),
    };
    text.push_str(&match &param.kind {
        Kind::Text => String::new(),
        Kind::Node if param.place == ParamPlace::CatchAll => String::new(),
        Kind::Integer => ".integer()".to_owned(),
        Kind::Flag => ".flag()".to_owned(),
        Kind::Switch => ".boolean()".to_owned(),
        Kind::Node => ".node()".to_owned(),
        Kind::Nodes => ".nodes().brackets()".to_owned(),
        Kind::Selection => ".nodes().numbered()".to_owned(),
        Kind::Texts => ".texts().brackets()".to_owned(),
        Kind::On => ".on()".to_owned(),
        Kind::Page => ".page()".to_owned(),
        Kind::Json => ".json()".to_owned(),
        Kind::Choice(values) => format!(".choice(&{values:?})"),
        Kind::Fields => ".fields()".to_owned(),
        Kind::Encoded => ".encoded_twice()".to_owned(),
        Kind::File => ".file()".to_owned(),
        Kind::Numbered(_) => ".indexed()".to_owned(),
        Kind::Constant(value) => format!(".constant({value:?})"),
    });
    if param.required {
        text.push_str(".required()");
    }
    if matches!(param.kind, Kind::Text | Kind::Encoded) && is_secret(&param.name) {
        text.push_str(".secret()");
    }
    text
}

/// The name by which requests know a parameter of an operation: that on the wire, unless an
/// earlier one has it.
pub(super) fn key(operation: &Operation, index: usize) -> String {
    let param = &operation.params[index];
    match operation.params[..index].iter().any(|other| other.name == param.name) {
        true => format!("{} in {}", param.name, param.place.text()),
        false => param.name.clone(),
    }
}

/// The name by which requests know the body.
pub(super) fn body_key(operation: &Operation, body: &Body) -> String {
    match operation.params.iter().any(|param| param.name == body.name) {
        true => format!("{} in body", body.name),
        false => body.name.clone(),
    }
}

fn keyed(text: &mut String, name: &str, key: &str) {
    if name != key {
        let _ = write!(text, ".key({key:?})");
    }
}

fn operation_param(operation: &Operation, index: usize, models: &[Model]) -> String {
    let param = &operation.params[index];
    let name = &param.name;
    let is_rest = operation.path.contains(&format!("{{{name}+}}"));
    let mut text = match param.place {
        OperationPlace::Path if is_rest && param.spelling == Spelling::Node => {
            format!("P::rest_of_path({name:?})")
        }
        OperationPlace::Path if is_rest => format!("P::rest_of_path({name:?}).text()"),
        OperationPlace::Path => format!("P::path({name:?})"),
        OperationPlace::Query => format!("P::query({name:?})"),
        OperationPlace::Header => format!("P::header({name:?})"),
        OperationPlace::Cookie => format!("P::cookie({name:?})"),
        OperationPlace::Form => format!("P::form({name:?})"),
        OperationPlace::Part => format!("P::part({name:?})"),
    };
    keyed(&mut text, name, &key(operation, index));
    text.push_str(&encoding(param, is_rest, models));
    if let Some(media_type) = &param.part_type {
        let _ = write!(text, ".content_type({media_type:?})");
    }
    if param.required || param.place == OperationPlace::Path {
        text.push_str(".required()");
    }
    if param.not_root {
        text.push_str(".not_root()");
    }
    if param.spelling == Spelling::Plain && param.kind == Type::Text && is_secret(name) {
        text.push_str(".secret()");
    }
    text
}

fn encoding(param: &OperationParam, is_rest: bool, models: &[Model]) -> String {
    match &param.spelling {
        Spelling::Plain => kind(&param.kind, models),
        Spelling::Flag => ".flag()".to_owned(),
        Spelling::Node if is_rest => String::new(),
        Spelling::Node => ".node()".to_owned(),
        Spelling::Json => ".json()".to_owned(),
        Spelling::Flattened(one) => format!(".json().style({})", style(*one)),
        Spelling::Repeated => ".texts().repeated()".to_owned(),
        Spelling::Brackets => ".texts().brackets()".to_owned(),
        Spelling::Joined(separator) => format!(".texts().joined({separator:?})"),
        Spelling::Styled(one) if matches!(param.kind, Type::List(_)) => {
            format!(".texts().style({})", style(*one))
        }
        Spelling::Styled(one) => format!("{}.style({})", kind(&param.kind, models), style(*one)),
        Spelling::Nested(one, separator) => format!(".nested({}, {separator:?})", style(*one)),
        Spelling::File => ".file()".to_owned(),
        Spelling::Files => ".files()".to_owned(),
        Spelling::Fields => ".fields()".to_owned(),
        Spelling::FileFields => ".file_fields()".to_owned(),
    }
}

fn kind(kind: &Type, models: &[Model]) -> String {
    match kind {
        Type::Integer | Type::IntegerText => ".integer()".to_owned(),
        Type::Unsigned | Type::UnsignedText => ".unsigned()".to_owned(),
        Type::Float => ".float()".to_owned(),
        Type::Boolean => ".boolean()".to_owned(),
        Type::Model(model) => match values(model, models) {
            Some(values) => format!(".choice(&{values:?})"),
            None => String::new(),
        },
        _ => String::new(),
    }
}

fn body(operation: &Operation, body: &Body, models: &[Model]) -> Vec<String> {
    let mut text = format!("P::body({:?})", body.name);
    keyed(&mut text, &body.name, &body_key(operation, body));
    text.push_str(match body.content {
        Content::Json(_) => ".json()",
        Content::Text => "",
        Content::Raw => ".bytes()",
    });
    if let MediaType::Fixed(one) | MediaType::Default { media_type: one, .. } = &body.media_type
        && one != body.content.usual()
    {
        let _ = write!(text, ".content_type({one:?})");
    }
    if body.required {
        text.push_str(".required()");
    }
    let media_type = |choice: &str, required: bool| {
        let values = values(choice, models).unwrap_or_default();
        let required = if required { ".required()" } else { "" };
        format!("P::body(\"content_type\").media_type(&{values:?}){required}")
    };
    let second = match &body.media_type {
        MediaType::Fixed(_) => None,
        MediaType::Default { choice, .. } => Some(media_type(choice, false)),
        MediaType::Chosen(choice) => Some(media_type(choice, body.required)),
        MediaType::Any => Some(media_type("", body.required)),
    };
    std::iter::once(text).chain(second).collect()
}

/// The values of an enumeration.
fn values<'m>(model: &str, models: &'m [Model]) -> Option<&'m [String]> {
    let model = models.iter().find(|one| one.name == model)?;
    match &model.shape {
        Shape::Choice(values) => Some(values),
        _ => None,
    }
}

/// Whether a parameter or field is a password, going by its name.
pub(super) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("password") || name.ends_with("pass") || name.ends_with("pwd")
}

/// The expression that makes a style.
fn style(style: Style) -> String {
    let kind = match style.kind {
        StyleKind::Simple => "simple",
        StyleKind::Label => "label",
        StyleKind::Matrix => "matrix",
        StyleKind::Form => "form",
        StyleKind::SpaceDelimited => "space_delimited",
        StyleKind::PipeDelimited => "pipe_delimited",
        StyleKind::TabDelimited => "tab_delimited",
        StyleKind::DeepObject => "deep_object",
    };
    let mut text = format!("rt::Style::{kind}()");
    for (is_on, method) in [
        (style.explode, ".exploded()"),
        (style.reserved, ".reserved()"),
        (style.empty, ".with_empty()"),
    ] {
        if is_on {
            text.push_str(method);
        }
    }
    text
}

fn returned(returns: &ReturnKind) -> &'static str {
    match returns {
        ReturnKind::Listing => "Listing",
        ReturnKind::Json | ReturnKind::Typed(_) => "Json",
        ReturnKind::Xml => "Xml",
        ReturnKind::Text => "Text",
        ReturnKind::Stream => "Bytes",
        ReturnKind::Envelope => "Envelope",
        ReturnKind::Report => "OptionalEnvelope",
        ReturnKind::Nothing => "Nothing",
        ReturnKind::OneOrMany(_) => "OneOrMany",
        ReturnKind::Any => "Any",
    }
}

fn replied(reply: &Reply) -> &'static str {
    match reply {
        Reply::Json(Type::Nullable(_)) => "OptionalJson",
        Reply::Json(_) => "Json",
        Reply::Envelope => "Envelope",
        Reply::Stream => "Bytes",
        Reply::Text => "Text",
        Reply::ByStatus(_) => "ByStatus",
        Reply::Nothing => "Nothing",
        Reply::Head => "Head",
    }
}
