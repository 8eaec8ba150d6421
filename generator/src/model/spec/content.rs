//! Media types and what they hold, and what a success answers.

use openapiv3::{
    ReferenceOr, Response, Schema, SchemaKind, StatusCode, StringFormat, Type as SchemaType,
    VariantOrUnknownOrEmpty,
};

use super::{Builder, operations::Place, schemas::Context, token};
use crate::{
    model::{Reply, Type},
    openapi::schema_name,
};

pub(super) const FORM: &str = "application/x-www-form-urlencoded";

impl Builder<'_> {
    /// What a schema is once references are followed.
    pub(super) fn resolve<'r>(&'r self, schema: &'r ReferenceOr<Schema>) -> Option<&'r Schema> {
        let mut schema = schema;
        loop {
            match schema {
                ReferenceOr::Item(schema) => return Some(schema),
                ReferenceOr::Reference { reference } => {
                    let components = self.spec.api.components.as_ref()?;
                    schema = components.schemas.get(&schema_name(reference)?)?;
                }
            }
        }
    }

    pub(super) fn is_bytes(&self, schema: &ReferenceOr<Schema>) -> bool {
        match self.resolve(schema).map(|schema| &schema.schema_kind) {
            Some(SchemaKind::Type(SchemaType::String(string))) => {
                string.format == VariantOrUnknownOrEmpty::Item(StringFormat::Binary)
            }
            _ => false,
        }
    }

    /// Whether a schema, or one of those it may be, is a list or an object.
    pub(super) fn has_nested(&self, schema: &ReferenceOr<Schema>, depth: usize) -> bool {
        const DEEPEST: usize = 8;
        let Some(schema) = self.resolve(schema).filter(|_| depth < DEEPEST) else { return false };
        let any = |all: &[ReferenceOr<Schema>]| all.iter().any(|s| self.has_nested(s, depth + 1));
        match &schema.schema_kind {
            SchemaKind::Type(SchemaType::Object(_) | SchemaType::Array(_)) => true,
            SchemaKind::Type(_) | SchemaKind::Not { .. } => false,
            SchemaKind::OneOf { one_of: all }
            | SchemaKind::AnyOf { any_of: all }
            | SchemaKind::AllOf { all_of: all } => any(all),
            SchemaKind::Any(one) => {
                matches!(one.typ.as_deref(), Some("object" | "array"))
                    || !one.properties.is_empty()
                    || one.items.is_some()
                    || [&one.one_of, &one.any_of, &one.all_of].into_iter().any(|all| any(all))
            }
        }
    }

    /// What a success answers.
    pub(super) fn reply(&mut self, place: Place<'_>) -> Reply {
        match place.text("x-pydio-answer") {
            Some("envelope") => return Reply::Envelope,
            Some("nothing") => return Reply::Nothing,
            Some(other) => {
                self.refuse(place.pointer, format!("`{other}` is no kind of answer"));
            }
            None => {}
        }
        let responses = &place.declared.responses;
        let successes = responses.responses.iter().filter(|(status, _)| is_success(status));
        let mut successes: Vec<_> = successes.map(|(s, one)| (s.to_string(), one)).collect();
        if successes.is_empty() {
            successes.extend(responses.default.as_ref().map(|one| ("default".to_owned(), one)));
        }
        successes.sort_by(|a, b| a.0.cmp(&b.0));
        let mut replies: Vec<Reply> = Vec::new();
        for (status, response) in successes {
            let pointer = format!("{}/responses/{status}", place.pointer);
            let reply = match response {
                ReferenceOr::Item(response) => self.one_reply(response, place, &pointer),
                ReferenceOr::Reference { .. } => Reply::Nothing,
            };
            if !replies.contains(&reply) {
                replies.push(reply);
            }
        }
        self.joined(replies, place)
    }

    /// What answers of several statuses are together.
    fn joined(&mut self, mut replies: Vec<Reply>, place: Place<'_>) -> Reply {
        let had = replies.len();
        replies.retain(|reply| *reply != Reply::Nothing);
        match (replies.pop(), replies.is_empty()) {
            (None, _) => Reply::Nothing,
            (Some(Reply::Json(kind)), true) if had > 1 && !matches!(kind, Type::Nullable(_)) => {
                Reply::Json(Type::Nullable(Box::new(kind)))
            }
            (Some(reply), true) => reply,
            (Some(_), false) => {
                let pointer = format!("{}/responses", place.pointer);
                self.refuse(&pointer, "answers that differ by their status are not supported");
                Reply::Nothing
            }
        }
    }

    fn one_reply(&mut self, response: &Response, place: Place<'_>, pointer: &str) -> Reply {
        let content = response.content.iter().min_by_key(|(media, _)| rank(media));
        let Some((media, content)) = content else { return Reply::Nothing };
        let pointer = format!("{pointer}/content/{}", token(media));
        match &content.schema {
            None if is_json(media) => Reply::Json(self.untyped(&pointer, Type::Any)),
            None => Reply::Stream,
            Some(schema) if self.is_bytes(schema) => Reply::Stream,
            Some(schema) if is_json(media) => {
                let pointer = format!("{pointer}/schema");
                Reply::Json(self.kind(schema, &Context::new(place.id, "answer"), &pointer))
            }
            Some(_) if media.starts_with("text/") => Reply::Text,
            Some(_) => {
                self.refuse(&pointer, format!("answers of the type `{media}` are not supported"));
                Reply::Nothing
            }
        }
    }
}

/// Whether the media type is JSON, or a range that JSON is in.
pub(super) fn is_json(media: &str) -> bool {
    let media = essence(media);
    matches!(&*media, "application/json" | "text/json" | "*/*") || media.ends_with("+json")
}

/// A media type without its parameters.
pub(super) fn essence(media: &str) -> String {
    media.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// Of several media types the one that says most, and among those the first of the alphabet.
fn rank(media: &str) -> (usize, String) {
    let rank = match media {
        media if is_json(media) => 0,
        FORM => 1,
        "application/octet-stream" => 2,
        media if media.starts_with("text/") => 3,
        _ => 4,
    };
    (rank, media.to_owned())
}

fn is_success(status: &StatusCode) -> bool {
    match status {
        StatusCode::Code(code) => (200..300).contains(code),
        StatusCode::Range(range) => *range == 2,
    }
}
