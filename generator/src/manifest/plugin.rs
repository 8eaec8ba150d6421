//! One plugin: its manifest and its includes, reduced to what a caller can use.
//!
//! An error affects only the smallest part: an action, a parameter, an include, each with a
//! finding.

use std::{collections::HashSet, rc::Rc};

use super::{
    Action, Callback, Document, Documents, Element, Param, Plugin, include::Include, merge::Actions,
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    suggest::did_you_mean,
};

/// No plugin of any release has more than five.
const MAX_INCLUDES: usize = 100;

/// No callback of any release has more than fifteen.
const MAX_PARAMS: usize = 200;

/// The help for a limit that was reached.
const BEYOND: &str = "no manifest of any release is similar: check that this is the right file";

/// The parameter types that the releases declare, in the usual notation.
pub(crate) const TYPES: [&str; 12] = [
    "string",
    "path",
    "boolean",
    "integer",
    "AJXP_NODE",
    "AJXP_NODE[]",
    "AJXP_USER",
    "AJXP_ROLE",
    "AJXP_REPOSITORY",
    "JSON",
    "ANY",
    "FORM_DATA",
];

/// The notation of `boolean` in one release.
const BOOLEN: &str = "boolen";

/// The allowed values of an `output`, in lower case; `|` separates several.
const OUTPUTS: [&str; 8] =
    ["ajxp_node[]", "json", "application/json", "xml", "html", "text", "stream", "jpg"];

/// Names of elements that the server looks for.
const NAMES: [&str; 4] = ["registry_contributions", "actions", "action", "external_file"];

/// Reads the plugin in the directory `id`. The findings are those about the plugin as a whole and
/// about the actions that are `wanted`.
pub(super) fn read(
    documents: &Documents<'_>,
    id: &str,
    wanted: &dyn Fn(&str) -> bool,
    findings: &mut Vec<Diagnostic>,
) -> Result<Plugin, Diagnostic> {
    let manifest = documents.get(&format!("plugins/{id}/manifest.xml"))?;
    overlooked(&manifest.root, findings);
    let (actions, skipped_includes) = effective(documents, &manifest.root, findings);
    let mut plugin =
        Plugin { id: id.to_owned(), actions: Vec::new(), skipped: Vec::new(), skipped_includes };
    for element in actions.elements() {
        let name = element.attribute("name").unwrap_or_default();
        let mut about = Vec::new();
        match action(element, id, &mut about) {
            Ok(action) => plugin.actions.push(action),
            Err(diagnostic) if wanted(name) => {
                plugin.skipped.push(name.to_owned());
                about.push(Diagnostic { severity: Severity::Warning, ..diagnostic });
            }
            Err(_) => {}
        }
        if wanted(name) {
            findings.append(&mut about);
        }
    }
    Ok(plugin)
}

/// Reports what the server ignores although it looks like contributions.
fn overlooked(root: &Element, findings: &mut Vec<Diagnostic>) {
    if root.namespaced {
        let message = "a manifest with a default namespace";
        findings.push(root.warning("manifest-namespace", message).help(
            "the server looks for elements in no namespace, and finds none: remove the `xmlns`",
        ));
        return;
    }
    let sections = root.children.iter().filter(|child| child.name == NAMES[0]);
    let inner = sections.clone().flat_map(|section| &section.children);
    let actions = inner.clone().filter(|child| child.name == "actions");
    let actions = actions.flat_map(|actions| &actions.children);
    for element in root.children.iter().chain(inner).chain(actions) {
        let lower = element.name.to_ascii_lowercase();
        if element.name != lower && NAMES.contains(&&*lower) {
            let message = format!("`<{}>` is not `<{lower}>`", element.name);
            let finding = element.warning("element-case", message);
            findings
                .push(finding.help("element names are case-sensitive, so the server ignores it"));
        }
    }
}

/// Returns the actions of a manifest, its own and the included ones, in the order they are
/// declared; and the files that could not be included.
fn effective(
    documents: &Documents<'_>,
    root: &Element,
    findings: &mut Vec<Diagnostic>,
) -> (Actions, Vec<String>) {
    let (mut actions, mut skipped) = (Actions::default(), Vec::new());
    let mut includes = 0;
    for contributions in root.children_named("registry_contributions") {
        for child in &contributions.children {
            if child.is("actions") {
                child.children_named("action").for_each(|action| actions.add(action));
            } else if child.is("external_file") {
                includes += 1;
                if includes == MAX_INCLUDES + 1 {
                    let message = format!("more than {MAX_INCLUDES} `external_file`s");
                    findings.push(child.warning("too-many-includes", message).help(BEYOND));
                }
                let is_read =
                    includes <= MAX_INCLUDES && included(documents, child, &mut actions, findings);
                if !is_read {
                    skipped.push(child.attribute("filename").unwrap_or("external_file").to_owned());
                }
            }
        }
    }
    (actions, skipped)
}

/// Adds the actions that an `external_file` selects, and returns whether all of it could be read.
/// The `external_file` elements of the included file are not followed: the server does not read
/// them either.
fn included(
    documents: &Documents<'_>,
    external: &Element,
    actions: &mut Actions,
    findings: &mut Vec<Diagnostic>,
) -> bool {
    let known = findings.len();
    let include = Include::of(external, findings);
    if !include.is_about_actions() {
        return findings.len() == known;
    }
    match external_document(documents, external) {
        Ok(document) => {
            let selected = include.actions(external, &document.root, findings);
            selected.into_iter().for_each(|action| actions.add(action));
            // An expression that cannot be evaluated selects nothing.
            findings.len() == known
        }
        Err(diagnostic) => {
            findings.push(Diagnostic { severity: Severity::Warning, ..diagnostic });
            false
        }
    }
}

/// Returns whether an `external_file` could select actions, rather than parts of the web interface.
pub(crate) fn is_about_actions(external: &Element) -> bool {
    Include::of(external, &mut Vec::new()).is_about_actions()
}

/// Returns the `external_file`s of a manifest that could select actions.
pub(crate) fn externals(manifest: &Document) -> impl Iterator<Item = &Element> {
    let contributions = manifest.root.children_named("registry_contributions");
    let externals = contributions.flat_map(|one| one.children_named("external_file"));
    externals.filter(|external| is_about_actions(external))
}

/// Returns how many actions an `external_file` selects from a file with this root.
pub(crate) fn included_actions(external: &Element, root: &Element) -> usize {
    let include = Include::of(external, &mut Vec::new());
    include.actions(external, root, &mut Vec::new()).len()
}

fn external_document(
    documents: &Documents<'_>,
    external: &Element,
) -> Result<Rc<Document>, Diagnostic> {
    let Some(filename) = external.attribute("filename").filter(|name| !name.is_empty()) else {
        return Err(external
            .error("include-filename", "an `external_file` without `filename`")
            .help("name the file to include, from the installation's root"));
    };
    documents.get(filename).map_err(|diagnostic| {
        let is_missing = diagnostic.code == "file-missing";
        let diagnostic = match diagnostic.place {
            Some(_) => diagnostic,
            None => diagnostic.at(&external.file, external.span.clone()),
        };
        match is_missing {
            true => diagnostic.help(
                "the server skips it too; paths of included files are relative to the root of \
                 the installation",
            ),
            false => diagnostic,
        }
    })
}

fn action(
    element: &Element,
    plugin: &str,
    findings: &mut Vec<Diagnostic>,
) -> Result<Action, Diagnostic> {
    let name = element.attribute("name").unwrap_or_default();
    if name.is_empty() {
        return Err(element
            .error("action-name", "an action without a name")
            .help("give it a `name`, by which it is called"));
    }
    let callback = element
        .children_named("processing")
        .find_map(|processing| processing.children_named("serverCallback").next());
    Ok(Action {
        name: name.to_owned(),
        place: element.place(),
        declared_in: declaring_plugin(element, plugin),
        rights: element.children_named("rightsContext").next().map(|rights| {
            rights.attributes.iter().map(|a| (a.name.clone(), a.value.clone())).collect()
        }),
        callback: callback.map(|callback| callback_of(callback, findings)).transpose()?,
    })
}

/// Returns the plugin whose directory contains the declaring file: the owner of a shared action.
fn declaring_plugin(element: &Element, plugin: &str) -> String {
    let mut parts = element.file.name.split('/');
    match (parts.next(), parts.next()) {
        (Some("plugins"), Some(id)) => id.to_owned(),
        _ => plugin.to_owned(),
    }
}

fn callback_of(element: &Element, findings: &mut Vec<Diagnostic>) -> Result<Callback, Diagnostic> {
    let text = |name: &str| element.attribute(name).map(str::to_owned);
    let params: Vec<_> =
        element.children_named("input_param").filter_map(|one| param(one, findings)).collect();
    let segments = element.attribute("restParams").map_or(0, |path| path.split('/').count());
    if params.len().max(segments) > MAX_PARAMS {
        let message = format!("a `serverCallback` with more than {MAX_PARAMS} parameters");
        return Err(element.error("too-many-params", message).help(BEYOND));
    }
    Ok(Callback {
        place: element.place(),
        method: text("methodName").unwrap_or_default(),
        rest_params: text("restParams"),
        preferred_http: text("preferredHttp"),
        check_params: element.attribute("checkParams") == Some("true"),
        comment: element.attribute("developerComment").and_then(prose),
        output: output(element, findings),
        params: without_repeated(params, findings),
    })
}

/// Returns the declared output of a callback.
fn output(callback: &Element, findings: &mut Vec<Diagnostic>) -> Option<String> {
    let output = callback.children_named("output").next()?;
    let kind = output.attribute("type")?;
    let mut kinds = kind.split('|').map(|kind| kind.trim().to_ascii_lowercase());
    if !kinds.all(|kind| kind.is_empty() || OUTPUTS.contains(&&*kind)) {
        let message =
            format!("`{}` is not a type of an `output`; the response decides", excerpt(kind));
        findings.push(note(output, "output-unknown", message));
    }
    Some(kind.to_owned())
}

/// Returns the beginning of a value.
fn excerpt(text: &str) -> &str {
    let end = text.char_indices().nth(60).map_or(text.len(), |(end, _)| end);
    &text[..end]
}

fn note(element: &Element, code: &'static str, message: String) -> Diagnostic {
    Diagnostic { severity: Severity::Note, ..element.warning(code, message) }
}

/// Reports unknown attributes of a parameter, and how they are treated.
fn unknown(element: &Element, findings: &mut Vec<Diagnostic>) {
    let kind = element.attribute("type").unwrap_or_default();
    let is_known = kind.is_empty()
        || kind.contains('|')
        || TYPES.iter().chain([&BOOLEN]).any(|known| kind.eq_ignore_ascii_case(known));
    if !is_known {
        let kind = excerpt(kind);
        let message = format!("`{kind}` is not a type of any release; it is treated as text");
        let help = did_you_mean(kind, TYPES);
        findings.push(Diagnostic { help, ..note(element, "type-unknown", message) });
    }
    let mandatory = element.attribute("mandatory").unwrap_or("false");
    if !matches!(mandatory, "true" | "false") {
        let message = format!(
            "`mandatory` is `{}` instead of `true` or `false`; it is treated as `false`",
            excerpt(mandatory)
        );
        findings.push(note(element, "mandatory-unknown", message));
    }
}

/// Reads a parameter; `None` without a name, because no value can be sent for it.
fn param(element: &Element, findings: &mut Vec<Diagnostic>) -> Option<Param> {
    let name = element.attribute("name").unwrap_or_default();
    if name.is_empty() {
        let finding = element.warning("param-name", "an `input_param` without a name");
        findings.push(finding.help("give it a `name`, under which its value is sent"));
        return None;
    }
    unknown(element, findings);
    Some(Param {
        place: element.place(),
        name: name.to_owned(),
        kind: element.attribute("type").unwrap_or_default().to_owned(),
        mandatory: element.attribute("mandatory") == Some("true"),
        default: element.attribute("default").map(str::to_owned),
        description: element.attribute("description").and_then(prose),
    })
}

/// Keeps the first of several parameters with the same name, because PHP keeps one value for it.
fn without_repeated(params: Vec<Param>, findings: &mut Vec<Diagnostic>) -> Vec<Param> {
    let mut names = HashSet::new();
    let mut kept = Vec::with_capacity(params.len());
    for param in params {
        if !names.insert(param.name.clone()) {
            let message = format!("the parameter `{}` is declared again", param.name);
            let finding = Diagnostic::warning("param-repeated", message)
                .at(&param.place.file, param.place.span.clone())
                .help("the first declaration is used; remove the others");
            findings.push(finding);
        } else {
            kept.push(param);
        }
    }
    kept
}

/// Normalises the white space of a text; `None` if nothing is left.
fn prose(text: &str) -> Option<String> {
    let words: Vec<_> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}
