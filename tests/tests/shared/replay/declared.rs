//! What the bundled manifests and their corrections declare about a recorded action.

use std::path::Path;

use pydio_codegen::{
    ir::{Api, Endpoint, EndpointKind, Kind, Model, Response, Shape},
    pipeline,
};
use pydio_tests::recordings::Recording;

use crate::replay::targets;

/// The kind of an undeclared response.
pub(crate) const ANY: Response = Response::Undeclared;

/// The model that the 8.2.5 bindings are generated from.
pub(crate) struct Declared(Api);

/// The relation of a recorded target to the bindings.
pub(crate) enum Reached<'a> {
    /// A generated call of this action.
    Rest(&'a Endpoint),
    /// The action is declared, without `restParams`.
    Elsewhere,
    /// The target names no action that is declared.
    Nothing,
}

impl Declared {
    pub(crate) fn bundled() -> Self {
        Self::read(pipeline::Corrections::default())
    }

    /// Returns the model without the project's corrections.
    pub(crate) fn uncorrected() -> Self {
        Self::read(pipeline::Corrections { without_own: true, ..pipeline::Corrections::default() })
    }

    fn read(corrections: pipeline::Corrections) -> Self {
        let request = pipeline::Request {
            installation: None,
            version: Some("8.2.5".to_owned()),
            from: Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(),
            corrections,
            ..pipeline::Request::default()
        };
        let input = pipeline::read(&request).unwrap();
        Self(input.api().unwrap())
    }

    /// Returns every model.
    pub(crate) fn models(&self) -> impl Iterator<Item = &Model> {
        self.0.models.iter()
    }

    /// Returns every operation of the v2 API.
    pub(crate) fn operations(&self) -> impl Iterator<Item = &Endpoint> {
        self.0.operations()
    }

    /// Returns the operation that a recorded request calls.
    pub(crate) fn operation(&self, recording: &Recording) -> Option<&Endpoint> {
        let path = recording.target.split('?').next().unwrap_or_default();
        let path = targets::decode(path);
        let mut found = self.operations().filter(|operation| {
            let may_be_root =
                |name: &str| operation.param(name).is_some_and(|param| param.kind == Kind::Node);
            operation.method.as_str() == recording.method
                && fits(&operation.path, &path, &may_be_root)
        });
        let first = found.next();
        assert!(found.next().is_none(), "{}: two operations", recording.name);
        first
    }

    /// Returns the operation with the same id.
    pub(crate) fn same(&self, operation: &Endpoint) -> Option<&Endpoint> {
        self.operations().find(|own| own.id == operation.id)
    }

    /// Returns the shape of a model in the spec.
    pub(crate) fn shape(&self, name: &str) -> Option<&Shape> {
        self.0.model(EndpointKind::Operation, name).map(|model| &model.shape)
    }

    pub(crate) fn reach<'a>(&'a self, recording: &'a Recording) -> Reached<'a> {
        let path = recording.target.split('?').next().unwrap_or_default();
        let mut parts = path.trim_start_matches("/api/").splitn(3, '/');
        let (workspace, name) = (parts.next().unwrap_or_default(), parts.next());
        let Some(name) = name.filter(|_| path.starts_with("/api/")) else {
            return Reached::Nothing;
        };
        let command = parts.next().unwrap_or_default();
        let driver = if workspace == "settings" { "access.ajxp_conf" } else { "access.fs" };
        let mut found: Vec<_> =
            self.actions(name, command).filter(|a| !is_other_driver(a, driver)).collect();
        let rank =
            |action: &&Endpoint| (action.group != driver, !action.rest, action.action.is_none());
        found.sort_by_key(rank);
        match found.first() {
            Some(action) if action.rest => Reached::Rest(action),
            Some(_) => Reached::Elsewhere,
            None => Reached::Nothing,
        }
    }

    /// Returns the actions that REST supports.
    pub(crate) fn actions_of_rest(&self) -> impl Iterator<Item = &Endpoint> {
        self.0.actions().filter(|action| action.rest)
    }

    /// Returns the actions with this name, and those called through it as a command.
    fn actions<'a>(
        &'a self,
        name: &'a str,
        command: &'a str,
    ) -> impl Iterator<Item = &'a Endpoint> {
        self.0.actions().filter(move |action| match &action.action {
            None => action.id == name,
            Some(through) => through == name && action.id == command,
        })
    }
}

/// Returns whether a path matches a template.
fn fits(template: &str, path: &str, may_be_root: &impl Fn(&str) -> bool) -> bool {
    let Some((before, rest)) = template.split_once('{') else { return template == path };
    let Some((name, after)) = rest.split_once('}') else { return false };
    let Some(path) = path.strip_prefix(before) else { return false };
    match name.strip_suffix('+') {
        // The last segment.
        Some(name) => after.is_empty() && (!path.is_empty() || may_be_root(name)),
        None => {
            let end = path.find('/').unwrap_or(path.len());
            end > 0 && fits(after, &path[end..], may_be_root)
        }
    }
}

/// Returns whether the definition belongs to a plugin that the recorded server or workspace did not
/// use.
fn is_other_driver(action: &Endpoint, driver: &str) -> bool {
    if action.group == "index.elasticsearch" {
        return true;
    }
    action.group.starts_with("access.") && !action.is_in(driver)
}
