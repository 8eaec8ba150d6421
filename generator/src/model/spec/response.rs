//! What a success answers.

use openapiv3::{ReferenceOr, Response, StatusCode};

use super::{
    Builder,
    content::{is_json, rank},
    operations::Place,
    schemas::Context,
    token,
};
use crate::model::{Reply, Type};

impl Builder<'_> {
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

fn is_success(status: &StatusCode) -> bool {
    match status {
        StatusCode::Code(code) => (200..300).contains(code),
        StatusCode::Range(range) => *range == 2,
    }
}
