//! The responses of an operation, and the bodies of its errors.

use std::collections::BTreeSet;

use openapiv3::{
    MediaType, ReferenceOr, Response as DeclaredResponse, Schema, SchemaKind, StatusCode,
    Type as Kind,
};

use super::{Builder, content::essence, operations::Place, schemas::Context};
use crate::{
    ir::{Dialect, ErrorBody, Method, Response, StatusResponse, Type, code, non_empty},
    openapi::join,
};

/// The responses of an operation.
pub(super) struct Returned {
    pub(super) response: Response,
    /// The media types to request, if the type of the response does not imply them.
    pub(super) accept: Option<String>,
    /// The declared media types of successes that no type here reads.
    pub(super) unread: Vec<String>,
    pub(super) errors: Vec<ErrorBody>,
}

/// A response of one status, with the chosen media type.
struct Declared<'s> {
    status: String,
    declared: &'s DeclaredResponse,
    response: Response,
    media: Option<&'s str>,
    /// The other media types that the type can also hold.
    also: Vec<&'s str>,
    /// Those that it cannot hold.
    unread: Vec<&'s str>,
}

impl Builder<'_> {
    /// Returns the responses of an operation.
    pub(super) fn returned(&mut self, place: Place<'_>) -> Returned {
        let fixed =
            |response| Returned { response, accept: None, unread: Vec::new(), errors: Vec::new() };
        match place.text("x-pydio-answer") {
            Some("envelope") => return fixed(Response::Envelope),
            Some("nothing") => return fixed(Response::Nothing),
            Some(other) => {
                self.refuse(place.pointer, format!("`{other}` is not a kind of response"));
            }
            None => {}
        }
        let successes = self.successes(place);
        if self.dialect == Dialect::Pydio {
            let response = joined(&successes);
            let accept = accept(&successes).filter(|_| matches!(response, Response::ByStatus(_)));
            return Returned { accept, ..fixed(response) };
        }
        let errors = self.errors(place);
        let is_redirect = successes.iter().all(|one| one.status.starts_with('3'));
        if place.method == Method::Head || is_redirect && !successes.is_empty() {
            return Returned { response: Response::Head, accept: None, unread: Vec::new(), errors };
        }
        let response = joined(&successes);
        // A stream accepts any content, without declaring it.
        let accept = accept(&successes).filter(|_| response != Response::Bytes);
        Returned { response, accept, unread: unread(&successes), errors }
    }

    /// Returns the successful responses: those of 2xx, else redirects, else the one declared for
    /// all statuses.
    fn successes<'s>(&mut self, place: Place<'s>) -> Vec<Declared<'s>> {
        let responses = &place.declared.responses;
        let of_class = |class: u16| -> Vec<_> {
            let all = responses.responses.iter();
            let all = all.filter(|(status, _)| class_of(status) == class && !is_cached(status));
            all.map(|(status, one)| (status.to_string(), one)).collect()
        };
        let mut declared = of_class(2);
        if declared.is_empty() && self.dialect == Dialect::Other {
            declared = of_class(3);
        }
        if declared.is_empty() {
            declared.extend(responses.default.as_ref().map(|one| ("default".to_owned(), one)));
        }
        declared.sort_by(|a, b| a.0.cmp(&b.0));
        let items = declared.into_iter().filter_map(|(status, one)| Some((status, one.as_item()?)));
        items
            .map(|(status, declared)| {
                let pointer = format!("{}/responses/{status}", place.pointer);
                self.one_success(status, declared, place, &pointer)
            })
            .collect()
    }

    /// Returns the response of one status: the media type that is read, and the other declared
    /// ones.
    fn one_success<'s>(
        &mut self,
        status: String,
        declared: &'s DeclaredResponse,
        place: Place<'_>,
        pointer: &str,
    ) -> Declared<'s> {
        let content = declared.content.iter().min_by_key(|(media, content)| rank(media, content));
        let Some((media, content)) = content else {
            let (also, unread) = (Vec::new(), Vec::new());
            let response = Response::Nothing;
            return Declared { status, declared, response, media: None, also, unread };
        };
        let response = self.one_response(media, content, place, pointer);
        let others = declared.content.iter().filter(|(other, _)| *other != media);
        let (also, unread): (Vec<_>, Vec<_>) =
            others.partition(|(other, offered)| self.reads(&response, content, other, offered));
        let names = |all: Vec<(&'s String, _)>| all.into_iter().map(|(name, _)| &**name).collect();
        let (also, unread): (Vec<_>, Vec<_>) = (names(also), names(unread));
        if !unread.is_empty() && self.dialect == Dialect::Other {
            let unread: Vec<_> = unread.iter().map(|media| code(media)).collect();
            let message =
                format!("the response is read as `{media}`, never as {}", unread.join(", "));
            let pointer = join(&format!("{pointer}/content"), media);
            self.note("media-type-ignored", message, &pointer);
        }
        Declared { status, declared, response, media: Some(media), also, unread }
    }

    /// Returns whether a response of another media type is read like the chosen one.
    fn reads(
        &self,
        response: &Response,
        chosen: &MediaType,
        media: &str,
        declared: &MediaType,
    ) -> bool {
        let is_same = chosen.schema == declared.schema;
        match response {
            Response::Bytes => true,
            Response::Text => is_text(media) || is_wild(media),
            // Text with the schema of an object is JSON nevertheless.
            Response::Json(_) => {
                let is_nested = || declared.schema.as_ref().is_some_and(|s| self.has_nested(s));
                let is_plain = essence(media) == "text/plain";
                is_same && (is_json(media) || is_wild(media) || is_plain && is_nested())
            }
            _ => true,
        }
    }

    fn one_response(
        &mut self,
        media: &str,
        content: &MediaType,
        place: Place<'_>,
        pointer: &str,
    ) -> Response {
        let pointer = join(&format!("{pointer}/content"), media);
        match &content.schema {
            None if is_json(media) => Response::Json(self.untyped(&pointer, Type::Any)),
            None if self.dialect == Dialect::Other && is_text(media) => Response::Text,
            None => Response::Bytes,
            Some(schema) if self.is_bytes(schema) => Response::Bytes,
            Some(schema) if is_wild(media) && self.is_string(schema) => Response::Text,
            Some(schema) if is_json(media) || is_wild(media) => {
                let pointer = format!("{pointer}/schema");
                Response::Json(self.kind(schema, &Context::new(place.id, "answer"), &pointer))
            }
            Some(schema) => {
                if self.has_nested(schema) {
                    self.untyped.push(format!("{pointer}/schema"));
                }
                if is_text(media) { Response::Text } else { Response::Bytes }
            }
        }
    }

    fn is_string(&self, schema: &ReferenceOr<Schema>) -> bool {
        let schema = self.resolve(schema).map(|schema| &schema.schema_kind);
        matches!(schema, Some(SchemaKind::Type(Kind::String(_))))
    }

    /// Returns the error bodies that are JSON of a declared type.
    fn errors(&mut self, place: Place<'_>) -> Vec<ErrorBody> {
        let responses = &place.declared.responses;
        let has_success = responses.responses.keys().any(|status| class_of(status) == 2);
        let others = responses.responses.iter();
        let others = others.filter(|(status, _)| matches!(class_of(status), 4 | 5));
        let default = responses.default.iter().filter(|_| has_success);
        let mut declared: Vec<_> = others.map(|(status, one)| (status.to_string(), one)).collect();
        declared.sort_by(|a, b| a.0.cmp(&b.0));
        declared.extend(default.map(|one| ("default".to_owned(), one)));
        let mut errors: Vec<ErrorBody> = Vec::new();
        for (status, response) in declared {
            let Some(kind) = self.error_kind(&status, response.as_item(), place) else { continue };
            match errors.iter_mut().find(|error| error.kind == kind) {
                Some(error) => error.statuses.push(status),
                None => errors.push(ErrorBody { statuses: vec![status], kind }),
            }
        }
        errors
    }

    fn error_kind(
        &mut self,
        status: &str,
        response: Option<&DeclaredResponse>,
        place: Place<'_>,
    ) -> Option<Type> {
        let content = response?.content.iter().filter(|(media, _)| is_json(media));
        let (media, content) = content.min_by_key(|(media, content)| rank(media, content))?;
        let schema = content.schema.as_ref()?;
        // A response that several operations share has been copied to each of them by now.
        let shared = schema.as_item().and_then(|item| serde_json::to_string(item).ok());
        let known = shared.as_ref().and_then(|text| self.error_kinds.get(text).cloned());
        let kind = known.unwrap_or_else(|| {
            let pointer = join(&format!("{}/responses/{status}/content", place.pointer), media);
            let pointer = format!("{pointer}/schema");
            let kind = self.kind(schema, &Context::new(place.id, "error"), &pointer);
            self.error_kinds.extend(shared.map(|text| (text, kind.clone())));
            kind
        });
        (!matches!(kind, Type::Any | Type::Object)).then_some(kind)
    }
}

/// Joins the responses of several statuses: one type if it is the same for all that have content,
/// and otherwise one per status.
fn joined(successes: &[Declared<'_>]) -> Response {
    let mut kinds: Vec<&Response> = Vec::new();
    for Declared { response, .. } in successes {
        if !kinds.contains(&response) {
            kinds.push(response);
        }
    }
    let had = kinds.len();
    kinds.retain(|response| **response != Response::Nothing);
    match kinds[..] {
        [] => Response::Nothing,
        [Response::Json(kind)] if had > 1 && !matches!(kind, Type::Nullable(_)) => {
            Response::Json(Type::Nullable(Box::new(kind.clone())))
        }
        [response] => response.clone(),
        _ => Response::ByStatus(
            successes
                .iter()
                .map(|one| StatusResponse {
                    status: one.status.clone(),
                    response: one.response.clone(),
                    doc: non_empty(Some(&*one.declared.description)),
                })
                .collect(),
        ),
    }
}

/// Returns the media types to request, unless the type of the response implies them.
fn accept(successes: &[Declared<'_>]) -> Option<String> {
    let mut types: Vec<&str> = Vec::new();
    for Declared { response, media, also, .. } in successes {
        match (response, media) {
            (Response::Nothing, _) | (_, None) => {}
            // For a range, a server sends whatever it chooses.
            (_, Some(media)) if !is_header_value(media) => return Some("*/*".to_owned()),
            (Response::Bytes, Some(media)) if media.contains('*') => return Some("*/*".to_owned()),
            (Response::Json(_), Some(media)) if is_wild(media) => types.push("application/json"),
            (Response::Bytes | Response::Text, Some(media)) => {
                types.push(media);
                types.extend(also.iter().filter(|media| is_header_value(media)));
            }
            (_, Some(media)) => types.push(media),
        }
    }
    let mut seen = BTreeSet::new();
    types.retain(|one| seen.insert(*one));
    // The default media type is omitted.
    (!matches!(types[..], [] | ["application/json"])).then(|| types.join(", "))
}

/// Returns the declared media types that are not read for any status.
fn unread(successes: &[Declared<'_>]) -> Vec<String> {
    let read: BTreeSet<_> = successes
        .iter()
        .flat_map(|one| one.media.iter().chain(&one.also))
        .map(|media| essence(media))
        .collect();
    let unread = successes.iter().flat_map(|one| &one.unread).map(|media| essence(media));
    let unread: BTreeSet<_> = unread.filter(|media| !read.contains(media)).collect();
    unread.into_iter().filter(|media| !media.contains('*')).collect()
}

fn is_header_value(media: &str) -> bool {
    !media.is_empty() && media.contains('/') && media.bytes().all(|b| matches!(b, b' '..=b'~'))
}

fn is_wild(media: &str) -> bool {
    matches!(&*essence(media), "*/*" | "*" | "application/*")
}

fn is_json(media: &str) -> bool {
    let media = essence(media);
    matches!(&*media, "application/json" | "text/json" | "text/x-json") || media.ends_with("+json")
}

/// Returns whether it is text of limited length, rather than a stream of events or lines.
fn is_text(media: &str) -> bool {
    let media = essence(media);
    let is_stream = matches!(&*media, "text/event-stream");
    let is_known = matches!(
        media.strip_prefix("application/").unwrap_or_default(),
        "xml"
            | "yaml"
            | "x-yaml"
            | "csv"
            | "toml"
            | "javascript"
            | "sql"
            | "graphql"
            | "jwt"
            | "x-www-form-urlencoded"
            | "x-pem-file"
            | "pgp-signature"
    );
    let has_suffix = media.ends_with("+xml") || media.ends_with("+yaml");
    !is_stream && (media.starts_with("text/") || is_known || has_suffix)
}

/// Ranks media types by how much they declare, then alphabetically.
fn rank<'m>(media: &'m str, content: &MediaType) -> (usize, bool, &'m str) {
    let rank = match media {
        media if essence(media) == "application/json" => 0,
        media if is_json(media) => 1,
        media if is_wild(media) && content.schema.is_some() => 2,
        "application/octet-stream" => 3,
        media if is_text(media) => 4,
        _ => 5,
    };
    (rank, content.schema.is_none(), media)
}

fn class_of(status: &StatusCode) -> u16 {
    match status {
        StatusCode::Code(code) => code / 100,
        StatusCode::Range(range) => *range,
    }
}

/// Returns whether it is a status for conditional requests, which a header asks for.
fn is_cached(status: &StatusCode) -> bool {
    *status == StatusCode::Code(304)
}
