//! A side of a comparison: its surface, and where what is in it is declared.

use std::path::Path;

use serde_json::Value;

use super::{Corrected, Corrections, Input, read_external};
use crate::{
    correct::actions::Applied,
    diagnostic::{Diagnostic, Place},
    diff::{Diff, Subject},
    emit,
    input::read_file,
    manifest::{self, ManifestSet},
    openapi::{self, METHODS, Source, join},
    surface::{self, Surface},
};

/// A side of a comparison.
#[derive(Debug)]
pub struct Side {
    /// What a program sees of it.
    pub surface: Surface,
    /// What was found in it.
    pub findings: Vec<Diagnostic>,
    origin: Origin,
}

/// What a side was read from.
#[derive(Debug)]
enum Origin {
    /// Manifests, with a spec and corrections.
    Manifests { set: ManifestSet, spec: Option<Source>, applied: Vec<Applied>, models: Vec<Source> },
    /// A spec.
    Spec(Source),
    /// The file of a generated crate.
    Crate(Source),
}

impl Side {
    /// Creates the side of an installation or a bundle.
    ///
    /// # Errors
    ///
    /// Returns an error for each correction that does not fit.
    pub fn of_input(input: Input) -> Result<Self, Vec<Diagnostic>> {
        let Corrected { api, applied, .. } = input.corrected()?;
        let spec = input.spec_source().ok().flatten();
        let models = input.corrections.model_files;
        let origin = Origin::Manifests { set: input.set, spec, applied, models };
        Ok(Self { surface: emit::surface(&api), findings: Vec::new(), origin })
    }

    /// Reads the spec of a server other than Pydio.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`read_external`].
    pub fn of_spec(path: &Path) -> Result<Self, Vec<Diagnostic>> {
        let external = read_external(path, &Corrections::default())?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let source = openapi::parse_in(folder.unwrap_or(Path::new(".")), &read_file(path)?)?;
        Ok(Self {
            surface: emit::surface(&external.api),
            findings: external.findings,
            origin: Origin::Spec(source),
        })
    }

    /// Reads what a generated crate says of itself.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Surface::read`].
    pub fn of_crate(directory: &Path) -> Result<Self, Diagnostic> {
        let file = read_file(&directory.join(surface::FILE))?;
        let surface = Surface::parse(&file)?;
        Ok(Self { surface, findings: Vec::new(), origin: Origin::Crate(openapi::parse(&file)?) })
    }

    /// Compares with another side, and says where each change is declared.
    pub fn diff(&self, new: &Self) -> Diff {
        let mut diff = Diff::of(&self.surface, &new.surface);
        diff.locate(
            &|subject, name, member| self.origin.place(subject, name, member),
            &|subject, name, member| new.origin.place(subject, name, member),
        );
        diff
    }
}

impl Origin {
    /// Returns where something is declared; of a part without a place of its own, that of the whole.
    fn place(&self, subject: Subject, name: &str, member: Option<&str>) -> Option<Place> {
        match self {
            Self::Manifests { set, spec, applied, models } => match subject {
                Subject::Action => action(set, applied, name, member),
                Subject::Module => match name.strip_prefix("plugin ") {
                    Some(plugin) => module(set, plugin),
                    None => in_spec(spec.as_ref()?, subject, name, member),
                },
                Subject::Model if !name.starts_with("v2::") => {
                    models.iter().find_map(|source| in_spec(source, subject, name, member))
                }
                _ => in_spec(spec.as_ref()?, subject, name, member),
            },
            Self::Spec(source) => in_spec(source, subject, name, member),
            Self::Crate(source) => in_crate(source, subject, name, member),
        }
    }
}

fn plugin<'s>(set: &'s ManifestSet, id: &str) -> Option<&'s manifest::Plugin> {
    set.plugins.iter().find(|plugin| plugin.id == id)
}

/// Returns the first action of a plugin.
fn module(set: &ManifestSet, id: &str) -> Option<Place> {
    plugin(set, id)?.actions.first().map(|action| action.place.clone())
}

/// Returns where an action or a parameter is declared, or else corrected.
fn action(
    set: &ManifestSet,
    applied: &[Applied],
    name: &str,
    member: Option<&str>,
) -> Option<Place> {
    let (id, name) = name.split_once('/')?;
    let declared = plugin(set, id)?.actions.iter().find(|action| action.name == name);
    let corrected = || {
        let of = |one: &&Applied| one.action.0 == name && one.action.1 == id;
        applied.iter().rev().find(of).map(|one| one.at.place())
    };
    let Some(action) = declared else { return corrected() };
    let Some(member) = member else { return Some(action.place.clone()) };
    let params = action.callback.iter().flat_map(|callback| &callback.params);
    let param = params.into_iter().find(|param| is_named(&param.name, member));
    param.map(|param| param.place.clone()).or_else(corrected).or_else(|| Some(action.place.clone()))
}

/// Returns whether a part of the surface has this name: it is followed by the location where several
/// have the same.
fn is_named(name: &str, member: &str) -> bool {
    member.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(" ("))
}

/// Returns where something is declared in a spec.
fn in_spec(source: &Source, subject: Subject, name: &str, member: Option<&str>) -> Option<Place> {
    let value = &source.value;
    let pointer = match subject {
        Subject::Operation => operation(value, name, member)?,
        Subject::Model => model(value, name, member)?,
        Subject::Module => tag(value, name.strip_prefix("tag ").unwrap_or(name)),
        Subject::Bindings | Subject::Action => String::new(),
    };
    Some(source.at(pointer).place())
}

fn operation(value: &Value, id: &str, member: Option<&str>) -> Option<String> {
    let paths = value.get("paths")?.as_object()?;
    let mut operations = paths.iter().flat_map(|(path, item)| {
        METHODS.iter().filter_map(move |method| Some((path, *method, item, item.get(*method)?)))
    });
    let is_meant =
        |operation: &Value| operation.get("operationId").and_then(Value::as_str) == Some(id);
    let found = operations.find(|(.., operation)| is_meant(operation));
    let Some((path, method, item, operation)) = found else { return Some("/paths".to_owned()) };
    let above = join("/paths", path);
    let at = join(&above, method);
    let Some(member) = member else { return Some(at) };
    if operation.get("responses").and_then(|all| all.get(member)).is_some() {
        return Some(join(&join(&at, "responses"), member));
    }
    let own = param(value, operation, member).map(|index| format!("{at}/parameters/{index}"));
    let shared = || param(value, item, member).map(|index| format!("{above}/parameters/{index}"));
    let body = || operation.get("requestBody").map(|_| format!("{at}/requestBody"));
    Some(own.or_else(shared).or_else(body).unwrap_or(at))
}

/// Returns the index of a parameter, itself or by reference.
fn param(value: &Value, of: &Value, member: &str) -> Option<usize> {
    let is_meant = |param: &Value| {
        let target = param.get("$ref").and_then(Value::as_str).and_then(|to| to.strip_prefix('#'));
        let param = target.and_then(|pointer| value.pointer(pointer)).unwrap_or(param);
        param.get("name").and_then(Value::as_str).is_some_and(|name| is_named(name, member))
    };
    of.get("parameters")?.as_array()?.iter().position(is_meant)
}

fn model(value: &Value, name: &str, member: Option<&str>) -> Option<String> {
    let name = name.strip_prefix("v2::").unwrap_or(name);
    let at = ["/definitions", "/components/schemas"].into_iter().map(|at| join(at, name));
    let at = at.into_iter().find(|at| value.pointer(at).is_some())?;
    let Some(member) = member else { return Some(at) };
    let schema = value.pointer(&at)?;
    let parts = schema.get("allOf").and_then(Value::as_array).map_or(0, Vec::len);
    let places = (0..parts).map(|index| format!("{at}/allOf/{index}")).chain([at.clone()]);
    let field = places
        .map(|at| join(&format!("{at}/properties"), member))
        .find(|pointer| value.pointer(pointer).is_some());
    Some(field.unwrap_or(at))
}

fn tag(value: &Value, name: &str) -> String {
    let tags = value.get("tags").and_then(Value::as_array);
    let index = tags.and_then(|tags| tags.iter().position(|tag| tag["name"] == name));
    index.map_or_else(|| "/paths".to_owned(), |index| format!("/tags/{index}"))
}

/// Returns the line of the file of a generated crate.
fn in_crate(source: &Source, subject: Subject, name: &str, member: Option<&str>) -> Option<Place> {
    let of = match subject {
        Subject::Bindings => return Some(source.at("/bindings").place()),
        Subject::Module => "/modules",
        Subject::Action => "/actions",
        Subject::Operation => "/operations",
        Subject::Model => "/models",
    };
    let at = join(of, name);
    let item = source.value.pointer(&at)?;
    let parts = item.get("parts").and_then(Value::as_object).into_iter().flatten();
    let part = parts.filter_map(|(part, all)| all.get(member?).map(|_| part)).next();
    let at = match (part, member) {
        (Some(part), Some(member)) => join(&join(&format!("{at}/parts"), part), member),
        _ => at,
    };
    Some(source.at(at).place())
}
