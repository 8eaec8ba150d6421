//! What the bundled manifests and their corrections declare about a recorded action.

use std::{cmp::Reverse, path::Path};

use pydio_codegen::{
    ir::{Api, Endpoint, EndpointKind, Kind, Model, Param, Response, Style},
    pipeline,
};
use pydio_tests::recordings::Recording;

use crate::replay::{address::Address, targets};

/// The kind of an undeclared response.
pub(crate) const ANY: Response = Response::Undeclared;

/// The model that the bindings of a release are generated from.
pub(crate) struct Declared(Api);

/// The relation of a recorded target to the bindings.
pub(crate) enum Reached<'a> {
    /// A generated call of this action, over the transport of the recording.
    Call(&'a Endpoint),
    /// The action is declared, without the `restParams` that REST requires.
    Elsewhere,
    /// The target names no action that is declared.
    Nothing,
}

impl Declared {
    pub(crate) fn bundled() -> Self {
        Self::of("8.2.5")
    }

    /// Returns the model of a bundled release.
    pub(crate) fn of(release: &str) -> Self {
        Self::read(release, pipeline::Corrections::default())
    }

    /// Returns the model without the project's corrections.
    pub(crate) fn uncorrected() -> Self {
        let corrections =
            pipeline::Corrections { without_own: true, ..pipeline::Corrections::default() };
        Self::read("8.2.5", corrections)
    }

    fn read(release: &str, corrections: pipeline::Corrections) -> Self {
        let request = pipeline::Request {
            version: Some(release.to_owned()),
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

    /// Returns a model in the spec.
    pub(crate) fn model(&self, name: &str) -> Option<&Model> {
        self.0.model(EndpointKind::Operation, name)
    }

    /// Returns the definitions of an action, with those of its commands.
    pub(crate) fn named(&self, name: &str) -> impl Iterator<Item = &Endpoint> {
        self.0.actions().filter(move |action| action.sent_name() == name)
    }

    /// Returns the definition that a recorded request calls: the most specific one whose constants
    /// all occur in it.
    pub(crate) fn reach<'a>(&'a self, recording: &Recording) -> Reached<'a> {
        let Some(address) = Address::of(recording) else { return Reached::Nothing };
        let site = Site::of(&address);
        let is_rest = address.rest.is_some();
        let mut found: Vec<_> = self
            .named(&address.action)
            .filter(|action| site.has(action))
            .map(|action| (Fit::of(action, &address), action))
            .filter(|(fit, _)| *fit != Fit::Other)
            .collect();
        found.sort_by_key(|(fit, action)| {
            let is_out_of_reach = is_rest && !action.rest;
            let is_contradicted = *fit == Fit::Contradicted;
            let undeclared = undeclared(action, &address);
            let rank = site.rank(action);
            (is_contradicted, rank, is_out_of_reach, *fit, action.interface, undeclared)
        });
        match found.first() {
            Some((_, action)) if action.rest || !is_rest => Reached::Call(action),
            Some(_) => Reached::Elsewhere,
            None => Reached::Nothing,
        }
    }

    /// Returns the actions that REST supports.
    pub(crate) fn actions_of_rest(&self) -> impl Iterator<Item = &Endpoint> {
        self.0.actions().filter(|action| action.rest)
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

/// The plugins of a recorded workspace.
struct Site {
    /// The driver, and the others that define the same names as a driver: the first one runs them.
    plugins: &'static [&'static str],
}

/// Plugins that the recorded server does not use, or only some of its workspaces.
const OPTIONAL: [&str; 5] =
    ["action.quicksend", "auth.remote", "authfront.cas", "index.elasticsearch", "meta.svn"];

impl Site {
    /// Returns the plugins of a workspace, by its slug or id on the recorded server. The names
    /// `copy`, `ls` and others exist in several drivers, and nothing else in a request tells which
    /// one is asked.
    fn of(address: &Address) -> Self {
        let plugins: &[&str] = match &*address.workspace {
            "settings" | "ajxp_conf" => &["access.ajxp_conf"],
            "inbox" => &["access.inbox"],
            "aefa7f55bf8793bb59ff648f07f5e939" => &["access.mysql"],
            "7df44a7e68b9c0e4dc2ea69a396ed10b" => &["meta.svn", "access.fs"],
            _ => &["access.fs"],
        };
        Self { plugins }
    }

    /// Returns whether the workspace has one of the plugins with the definition.
    fn has(&self, action: &Endpoint) -> bool {
        let is_optional = action.group.starts_with("access.") || OPTIONAL.contains(&&*action.group);
        !is_optional || self.plugins.iter().any(|plugin| action.is_in(plugin))
    }

    fn rank(&self, action: &Endpoint) -> usize {
        let at = self.plugins.iter().position(|plugin| action.group == *plugin);
        at.unwrap_or(self.plugins.len())
    }
}

/// How a request fits a definition of the action that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// All of that many constants occur, or all that a command needs.
    Asked(Reverse<usize>),
    /// A constant has another value or is missing.
    Contradicted,
    /// It asks for something other than the command.
    Other,
}

impl Fit {
    fn of(action: &Endpoint, address: &Address) -> Self {
        let occurs = |param: &Param| {
            let at = action.path_params().position(|own| own.name == param.name);
            match (&param.kind, at.filter(|_| address.rest.is_some())) {
                (Kind::Constant(value), Some(index)) => {
                    address.segment(index) == Some(value.as_str())
                }
                (Kind::Constant(value), None) => {
                    address.values(&param.name).any(|given| given == value)
                }
                (_, Some(index)) => address.segment(index).is_some(),
                (_, None) => address.fields.iter().any(|(name, _)| includes(param, name)),
            }
        };
        let is_part = action.action.is_some();
        let constants: Vec<_> = action.params.iter().filter(|one| one.is_constant()).collect();
        let needed: Vec<_> = action.params.iter().filter(|one| one.required).collect();
        match constants.iter().all(|constant| occurs(constant)) {
            true if !constants.is_empty() => Self::Asked(Reverse(constants.len())),
            true if !is_part => Self::Asked(Reverse(0)),
            true if !needed.is_empty()
                && needed.iter().all(|needed| occurs(needed))
                && undeclared(action, address) == 0 =>
            {
                Self::Asked(Reverse(needed.len()))
            }
            false if !is_part => Self::Contradicted,
            _ => Self::Other,
        }
    }
}

/// Returns the number of fields that no parameter of the definition includes.
fn undeclared(action: &Endpoint, address: &Address) -> usize {
    let is_declared = |name: &str| action.params.iter().any(|param| includes(param, name));
    address.fields.iter().filter(|(name, _)| !is_declared(name)).count()
}

/// Returns whether the parameter includes a field of that name.
pub(crate) fn includes(param: &Param, name: &str) -> bool {
    match (&param.kind, &param.style) {
        (Kind::Fields, _) => true,
        (_, Style::Brackets) => name.strip_suffix("[]") == Some(&*param.name),
        (_, Style::Numbered | Style::Series) => {
            name == param.name || is_numbered(name, &format!("{}_", param.name))
        }
        (_, Style::Indexed(prefix)) => is_numbered(name, prefix),
        _ => name == param.name,
    }
}

/// Returns whether the name is the prefix and a number.
pub(crate) fn is_numbered(name: &str, prefix: &str) -> bool {
    let number = name.strip_prefix(prefix);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}
