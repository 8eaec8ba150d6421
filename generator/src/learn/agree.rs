//! Compares responses with what is declared.

use super::{
    check::Checker,
    matching::Call,
    outcome::{Class, Success},
};
use crate::ir::{Response, StatusResponse, Type};

/// Returns whether the manifest declares that answer already.
pub(super) fn is_declared(answer: &str, response: &Response) -> bool {
    match response {
        Response::Listing => answer == "listing",
        Response::Envelope => answer == "envelope",
        Response::EnvelopeOrNothing => answer == "report",
        Response::Xml => answer == "xml",
        Response::Text => answer == "text",
        // A file may be text.
        Response::Bytes => matches!(answer, "bytes" | "text" | "nothing"),
        Response::Nothing => answer == "nothing",
        _ => false,
    }
}

/// Returns why a response says nothing, if it came in a form that the bindings do not ask for.
pub(super) fn other_form(
    response: &Response,
    call: &Call<'_>,
    success: &Success,
) -> Option<&'static str> {
    let is_asked = call.exchange.wants_json;
    match response {
        Response::Json(_) | Response::OneOrMany(_) => (success.json.is_none() && !is_asked)
            .then_some("not asked for JSON, as the bindings do"),
        Response::Xml => {
            (success.json.is_some() && is_asked).then_some("asked for JSON instead of XML")
        }
        _ => None,
    }
}

/// Returns what is declared for a status.
pub(super) fn by_status(response: &Response, status: u16) -> &Response {
    let Response::ByStatus(all) = response else { return response };
    let of = |text: &str| all.iter().find(|one: &&StatusResponse| one.status == text);
    of(&status.to_string()).or_else(|| of("2XX")).map_or(response, |one| &one.response)
}

/// Returns whether a response is what is declared, as the runtime reads it.
pub(super) fn agrees(
    response: &Response,
    success: &Success,
    checker: &mut Checker<'_>,
) -> Result<(), String> {
    let one_of = |known: &[Class]| match known.contains(&success.class) {
        true => Ok(()),
        false => Err(format!("the response is {}", success.class.text())),
    };
    match (response, &success.json) {
        (Response::Json(Type::Nullable(_)), None) => one_of(&[Class::Nothing]),
        (Response::Json(kind), Some(json)) => checker.check(json, kind),
        (Response::OneOrMany(kind), Some(json)) => {
            let map = Type::Map(Box::new(kind.clone()));
            let mut as_map = checker.again();
            let (one, many) = (checker.check(json, kind), as_map.check(json, &map));
            let is_map = as_map.undeclared.len() < checker.undeclared.len() || one.is_err();
            if is_map && many.is_ok() {
                *checker = as_map;
                return many;
            }
            one
        }
        (Response::Json(_) | Response::OneOrMany(_), None) => one_of(&[]),
        (Response::Listing, _) => one_of(&[Class::Listing]),
        (Response::Envelope, _) => one_of(&[Class::Envelope, Class::Tree, Class::Hint]),
        (Response::EnvelopeOrNothing, _) => {
            one_of(&[Class::Envelope, Class::Tree, Class::Nothing, Class::Hint])
        }
        (Response::Nothing, _) => one_of(&[Class::Nothing, Class::Hint, Class::Envelope]),
        (Response::Xml, _) => {
            one_of(&[Class::Xml, Class::Tree, Class::Envelope, Class::Listing, Class::EmptyJson])
        }
        (Response::Text, _) => one_of(&[Class::Text, Class::Page, Class::Nothing, Class::Json]),
        (Response::Bytes | Response::Head | Response::ByStatus(_) | Response::Undeclared, _) => {
            Ok(())
        }
    }
}
