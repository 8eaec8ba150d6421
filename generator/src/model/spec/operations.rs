//! Paths and their methods to operations.

use std::collections::BTreeSet;

use openapiv3::{Operation as Declared, PathItem};
use serde_json::Value;

use super::{
    Builder,
    address::Address,
    body::{Sent, Variant},
    response::Returned,
    schemas::plain_text,
    security::requirements,
    token,
};
use crate::{
    model::{Operation, OperationPlace, SkippedOperation},
    openapi::UNSUPPORTED,
};

const METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"];

/// An operation as it is declared, with where that is.
#[derive(Clone, Copy)]
pub(super) struct Place<'s> {
    pub(super) method: &'static str,
    pub(super) path: &'s str,
    pub(super) item: &'s PathItem,
    pub(super) declared: &'s Declared,
    /// Where it is, as a JSON pointer.
    pub(super) pointer: &'s str,
    /// Its id, or what stands in for it.
    pub(super) id: &'s str,
    /// The media types of the body, where others are functions of their own.
    pub(super) media: Option<&'s [&'s str]>,
}

impl Place<'_> {
    /// The text of an extension.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.declared.extensions.get(name).and_then(Value::as_str)
    }
}

impl Builder<'_> {
    /// The operations of all paths.
    pub(super) fn operations(&mut self) -> Vec<Operation> {
        let spec = self.spec;
        let mut operations = Vec::new();
        let mut ids = BTreeSet::new();
        for (path, item) in &spec.api.paths.paths {
            let pointer = format!("/paths/{}", token(path));
            let Some(item) = item.as_item() else {
                self.refuse(&pointer, "paths that refer elsewhere are not supported");
                let pointer = spec.shown_at(&pointer);
                self.skipped.push(SkippedOperation { id: path.clone(), pointer });
                continue;
            };
            for (method, declared) in item.iter() {
                let pointer = format!("{pointer}/{method}");
                let Some(method) = METHODS.into_iter().find(|m| m.eq_ignore_ascii_case(method))
                else {
                    continue;
                };
                let id = declared.operation_id.clone();
                let id = id.unwrap_or_else(|| format!("{method} {path}"));
                let path = sent_path(path);
                let place =
                    Place { method, path, item, declared, pointer: &pointer, id: &id, media: None };
                self.is_refused = declared.extensions.contains_key(UNSUPPORTED);
                let built = self.by_media_type(place);
                if !ids.insert(id.clone()) {
                    self.refuse(&pointer, format!("the operation id `{id}` is given twice"));
                }
                if self.is_refused {
                    let pointer = spec.shown_at(&pointer);
                    self.skipped.push(SkippedOperation { id, pointer });
                } else {
                    operations.extend(built);
                }
            }
        }
        operations
    }

    /// The operation, or one for each way to send its body.
    fn by_media_type(&mut self, place: Place<'_>) -> Vec<Operation> {
        let variants = self.variants(place);
        if variants.is_empty() {
            return vec![self.operation(place)];
        }
        let mut operations = Vec::new();
        for Variant { media, suffix } in variants {
            let id = match suffix {
                Some(suffix) => format!("{}_{suffix}", place.id),
                None => place.id.to_owned(),
            };
            operations.push(self.operation(Place { id: &id, media: Some(&media), ..place }));
            if self.is_refused {
                break;
            }
        }
        operations
    }

    fn operation(&mut self, place: Place<'_>) -> Operation {
        let (path, mut query) = with_query(place.path);
        let place = Place { path, ..place };
        let Place { declared, id, .. } = place;
        query.extend(constants(declared));
        let mut params = self.params(place);
        let Sent { body, form_type, params: fields } = self.body(place);
        params.extend(fields);
        // A file makes parts of all fields of its form.
        if params.iter().any(|param| param.place == OperationPlace::Part) {
            let fields = params.iter_mut().filter(|param| param.place == OperationPlace::Form);
            fields.for_each(|field| field.place = OperationPlace::Part);
        }
        let Address { base, own_server, path, names } = self.address(place);
        params.sort_by_key(|param| match param.place {
            OperationPlace::Path => names.iter().position(|name| *name == param.name),
            _ => Some(usize::MAX),
        });
        let Returned { reply, accept, unread, errors } = self.returned(place);
        let security = declared.security.as_deref().map(requirements);
        let common = self.spec.api.security.as_deref().map(requirements).unwrap_or_default();
        let (summary, description) = (declared.summary.as_deref(), declared.description.as_deref());
        Operation {
            id: id.to_owned(),
            tag: declared.tags.first().cloned().unwrap_or_else(|| "default".to_owned()),
            action: place.text("x-pydio-action").map(str::to_owned),
            method: place.method,
            base,
            own_server,
            path,
            query,
            answer: reply,
            accept,
            unread,
            errors,
            security: security.filter(|own| *own != common),
            retired: place.text("x-pydio-retired").map(str::to_owned),
            deprecated: declared.deprecated,
            docs: self.docs.operation(id, summary, description),
            params,
            body,
            form_type,
        }
    }
}

/// A path without the fragment that tells it from another one of the file: that is never sent.
fn sent_path(path: &str) -> &str {
    path.split_once('#').map_or(path, |(path, _)| path)
}

/// `x-pydio-query`: what is always sent.
fn constants(declared: &Declared) -> Vec<(String, String)> {
    let fields = declared.extensions.get("x-pydio-query").and_then(Value::as_object);
    fields.into_iter().flatten().map(|(name, value)| (name.clone(), plain_text(value))).collect()
}

/// The path, and the query that is part of it and always sent.
fn with_query(path: &str) -> (&str, Vec<(String, String)>) {
    let decoded = |text: &str| {
        let text = text.replace('+', " ");
        percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
    };
    match path.split_once('?') {
        Some((path, query)) if !query.contains(['{', '}']) => {
            let pairs = query.split('&').filter(|pair| !pair.is_empty());
            let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            (path, pairs.map(|(name, value)| (decoded(name), decoded(value))).collect())
        }
        _ => (path, Vec::new()),
    }
}
