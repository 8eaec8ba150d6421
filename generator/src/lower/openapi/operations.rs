//! Converts paths and their methods to operations.

use std::collections::BTreeSet;

use openapiv3::{Operation as Declared, PathItem};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{
    Builder,
    address::Address,
    body::{Sent, Variant},
    response::Returned,
    schemas::plain_text,
    security::requirements,
    words,
};
use crate::{
    ir::{
        Api, Endpoint, EndpointKind, Kind, Location, Method, Outcome, Paging, Param,
        SkippedOperation, Style,
    },
    openapi::{UNSUPPORTED, join},
};

/// A declared operation and its location.
#[derive(Clone, Copy)]
pub(super) struct Place<'s> {
    pub(super) method: Method,
    pub(super) path: &'s str,
    pub(super) item: &'s PathItem,
    pub(super) declared: &'s Declared,
    /// Its location, as a JSON pointer.
    pub(super) pointer: &'s str,
    /// Its id, or a substitute.
    pub(super) id: &'s str,
    /// The media types of the body, if others have functions of their own.
    pub(super) media: Option<&'s [&'s str]>,
}

impl Place<'_> {
    /// Returns the text of an extension.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.declared.extensions.get(name).and_then(Value::as_str)
    }
}

impl Builder<'_> {
    /// Converts the operations of all paths.
    pub(super) fn operations(&mut self) -> Vec<Endpoint> {
        let spec = self.spec;
        let mut operations = Vec::new();
        let mut ids = BTreeSet::new();
        for (path, item) in &spec.api.paths.paths {
            let pointer = join("/paths", path);
            let Some(item) = item.as_item() else {
                self.refuse(&pointer, "paths that refer elsewhere are not supported");
                let pointer = spec.shown_at(&pointer);
                self.skipped.push(SkippedOperation { id: path.clone(), pointer });
                continue;
            };
            for (method, declared) in item.iter() {
                let pointer = format!("{pointer}/{method}");
                let known = |one: &Method| one.as_str().eq_ignore_ascii_case(method);
                let Some(method) = Method::ALL.into_iter().find(known) else {
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
                    self.refuse(&pointer, format!("the operation id `{id}` is used twice"));
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

    /// Returns the operation, or one per media type of its body.
    fn by_media_type(&mut self, place: Place<'_>) -> Vec<Endpoint> {
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

    fn operation(&mut self, place: Place<'_>) -> Endpoint {
        let (path, mut query) = with_query(place.path);
        let place = Place { path, ..place };
        let Place { declared, id, .. } = place;
        query.extend(constants(declared));
        let mut params = self.params(place);
        let Sent { content_type, params: sent } = self.body(place);
        params.extend(sent);
        // With a file, all fields of the form become parts.
        if params.iter().any(|param| param.location == Location::Part) {
            let fields = params.iter_mut().filter(|param| param.location == Location::Form);
            fields.for_each(|field| field.location = Location::Part);
        }
        let Address { base, own_server, path, names } = self.address(place);
        params.sort_by_key(|param| match param.location {
            Location::Path => names.iter().position(|name| *name == param.name),
            _ => Some(usize::MAX),
        });
        for param in params.iter_mut().filter(|param| param.location == Location::Path) {
            if path.contains(&format!("{{{}+}}", param.name)) {
                param.location = Location::RestOfPath;
            }
        }
        params.extend(query.into_iter().map(|(name, value)| {
            Param::new(name, Location::Query, Kind::Constant(value), Style::Plain)
        }));
        let Returned { response, accept, unread, errors } = self.returned(place);
        let outcome: Option<Outcome> = self.extension(place, OUTCOME, "outcome-unknown");
        let paging: Option<Paging> = self.extension(place, PAGING, "paging-unknown");
        let security = declared.security.as_deref().map(requirements);
        let common = self.spec.api.security.as_deref().map(requirements).unwrap_or_default();
        let tag = declared.tags.first().cloned().unwrap_or_else(|| "default".to_owned());
        Endpoint {
            action: place.text("x-pydio-action").map(str::to_owned),
            rest: true,
            base,
            own_server,
            path,
            params,
            content_type,
            response,
            accept,
            unread,
            errors,
            paging,
            security: security.filter(|own| *own != common),
            background: declared.extensions.get("x-pydio-background") == Some(&Value::Bool(true)),
            outcome,
            unsupported: place.text("x-pydio-retired").map(str::to_owned),
            deprecated: declared.deprecated,
            docs: words::operation(declared.summary.as_deref(), declared.description.as_deref()),
            ..Endpoint::new(EndpointKind::Operation, id.to_owned(), tag, place.method)
        }
    }
}

impl Builder<'_> {
    /// Reads what an extension of an operation says; what cannot be read is left out, with a finding.
    fn extension<T: DeserializeOwned>(
        &mut self,
        place: Place<'_>,
        name: &str,
        code: &'static str,
    ) -> Option<T> {
        let value = place.declared.extensions.get(name)?;
        serde_json::from_value(value.clone())
            .inspect_err(|error| self.warn(code, format!("`{name}`: {error}"), place.pointer))
            .ok()
    }
}

/// Removes what extensions say and does not fit their operation, and returns the code of each finding
/// with the reason.
pub(super) fn check_extensions(api: &mut Api) -> Vec<(&'static str, String)> {
    let mut reasons = Vec::new();
    for index in 0..api.endpoints.len() {
        let endpoint = &api.endpoints[index];
        let paging = endpoint.paging.as_ref();
        let paging = paging.and_then(|paging| endpoint.page_item(paging, api).err());
        let mut params = endpoint.outcome.iter().flat_map(Outcome::params);
        let missing = params.find(|name| endpoint.param(name).is_none());
        let outcome = missing.map(|name| format!("`{}` has no parameter `{name}`", endpoint.id));
        if let Some(why) = paging {
            reasons.push(("paging-unknown", format!("`{PAGING}`: {why}")));
            api.endpoints[index].paging = None;
        }
        if let Some(why) = outcome {
            reasons.push(("outcome-unknown", format!("`{OUTCOME}`: {why}")));
            api.endpoints[index].outcome = None;
        }
    }
    reasons
}

/// The extension that says what work in the background leaves on the server.
const OUTCOME: &str = "x-pydio-outcome";

/// The extension that says how a list comes in pages.
const PAGING: &str = "x-pydio-paging";

/// Returns a path without its fragment, which distinguishes it from another path of the file and is
/// never sent.
fn sent_path(path: &str) -> &str {
    path.split_once('#').map_or(path, |(path, _)| path)
}

/// Returns the constants of `x-pydio-query`, which are always sent.
fn constants(declared: &Declared) -> Vec<(String, String)> {
    let fields = declared.extensions.get("x-pydio-query").and_then(Value::as_object);
    fields.into_iter().flatten().map(|(name, value)| (name.clone(), plain_text(value))).collect()
}

/// Splits a path from the query in it, which is always sent.
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
