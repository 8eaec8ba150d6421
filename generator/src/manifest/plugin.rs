//! One plugin: its manifest with what it includes, reduced to what a caller can use.

use std::{collections::HashSet, rc::Rc};

use super::{
    Action, Callback, Document, Element, Installation, Param, Plugin, include::Selection,
    merge::Actions, place,
};
use crate::diagnostic::Diagnostic;

/// The root elements of plugins' manifests.
const ROOTS: [&str; 12] = [
    "ajxp_plugin",
    "ajxpcore",
    "ajxpdriver",
    "authdriver",
    "confdriver",
    "editor",
    "guidriver",
    "indexer",
    "logdriver",
    "meta",
    "metastore",
    "uploader",
];

/// No plugin of any release has more than five.
const MAX_INCLUDES: usize = 100;

/// No callback of any release has more than fifteen.
const MAX_PARAMS: usize = 200;

/// What to do about a limit that was hit.
const BEYOND: &str = "no manifest of any release comes near: is this the right file?";

/// Reads the plugin in the directory `id`.
pub(super) fn read(
    installation: &Installation,
    id: &str,
    findings: &mut Vec<Diagnostic>,
) -> Result<Plugin, Diagnostic> {
    let manifest = installation.document(&format!("plugins/{id}/manifest.xml"))?;
    if !ROOTS.contains(&&*manifest.root.name) {
        let message = format!("`<{}>` is not the root element of a manifest", manifest.root.name);
        return Err(manifest
            .root
            .error("manifest-root", message)
            .help(format!("a plugin's manifest begins with one of: {}", ROOTS.join(", "))));
    }
    let actions = effective(installation, &manifest.root)?;
    let actions = actions.elements().map(|element| action(element, id, findings));
    Ok(Plugin { id: id.to_owned(), actions: actions.collect::<Result<_, _>>()? })
}

/// The actions of a manifest, its own and the included ones, in the order they are declared.
fn effective(installation: &Installation, root: &Element) -> Result<Actions, Diagnostic> {
    let mut actions = Actions::default();
    let mut includes = 0;
    for contributions in root.children_named("registry_contributions") {
        for child in &contributions.children {
            match &*child.name {
                "actions" => child.children_named("action").for_each(|action| actions.add(action)),
                "external_file" => {
                    includes += 1;
                    if includes > MAX_INCLUDES {
                        let message = format!("more than {MAX_INCLUDES} `external_file`s");
                        return Err(child.error("too-many-includes", message).help(BEYOND));
                    }
                    included(installation, child, &mut actions)?;
                }
                _ => {}
            }
        }
    }
    Ok(actions)
}

/// Whether an `external_file` could bring actions, rather than parts of the web interface.
pub(super) fn is_about_actions(external: &Element) -> bool {
    selection(external, "include").is_ok_and(|include| include.is_about_actions())
}

/// Adds the actions that an `external_file` selects. The included file's own `external_file`s
/// are not followed: the server reads none of them either.
fn included(
    installation: &Installation,
    external: &Element,
    actions: &mut Actions,
) -> Result<(), Diagnostic> {
    let include = selection(external, "include")?;
    let exclude = selection(external, "exclude")?;
    if !include.is_about_actions() {
        return Ok(());
    }
    let document = external_document(installation, external)?;
    include.actions(&document.root, &exclude).into_iter().for_each(|action| actions.add(action));
    Ok(())
}

/// How many actions an `external_file` selects in a file; those of a form that is not known, none.
pub(super) fn included_actions(external: &Element, root: &Element) -> usize {
    match (selection(external, "include"), selection(external, "exclude")) {
        (Ok(include), Ok(exclude)) => include.actions(root, &exclude).len(),
        _ => 0,
    }
}

fn selection(external: &Element, attribute: &str) -> Result<Selection, Diagnostic> {
    Selection::parse(external.attribute(attribute).unwrap_or_default()).map_err(|part| {
        let message = format!("`{part}` is no form of `{attribute}` that is known");
        external.error("include-form", message).help(
            "known are `actions/*`, `actions/action[@name='x']` and the same below \
             `registry_contributions/`, in lists with `,` or `|`",
        )
    })
}

fn external_document(
    installation: &Installation,
    external: &Element,
) -> Result<Rc<Document>, Diagnostic> {
    let Some(filename) = external.attribute("filename").filter(|name| !name.is_empty()) else {
        return Err(external
            .error("include-filename", "an `external_file` without `filename`")
            .help("name the file to include, from the installation's directory"));
    };
    installation.document(filename).map_err(|diagnostic| {
        match (&diagnostic.place, &diagnostic.help) {
            (Some(_), _) => diagnostic,
            (None, Some(_)) => diagnostic.at(&external.file, external.span.clone()),
            (None, None) => diagnostic
                .at(&external.file, external.span.clone())
                .help("the path of an included file begins at the installation's directory"),
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
            .help("give it a `name`: it is what a call is addressed to"));
    }
    let callback = element
        .children_named("processing")
        .find_map(|processing| processing.children_named("serverCallback").next());
    Ok(Action {
        name: name.to_owned(),
        place: place(&element.file, element),
        declared_in: declaring_plugin(element, plugin),
        rights: element.children_named("rightsContext").next().map(|rights| {
            rights.attributes.iter().map(|a| (a.name.clone(), a.value.clone())).collect()
        }),
        callback: callback.map(|callback| callback_of(callback, findings)).transpose()?,
    })
}

/// The plugin whose directory the declaring file is in: where a shared action is at home.
fn declaring_plugin(element: &Element, plugin: &str) -> String {
    let mut parts = element.file.name.split('/');
    match (parts.next(), parts.next()) {
        (Some("plugins"), Some(id)) => id.to_owned(),
        _ => plugin.to_owned(),
    }
}

fn callback_of(element: &Element, findings: &mut Vec<Diagnostic>) -> Result<Callback, Diagnostic> {
    let text = |name: &str| element.attribute(name).map(str::to_owned);
    let params = element.children_named("input_param").map(param).collect::<Result<Vec<_>, _>>()?;
    let segments = element.attribute("restParams").map_or(0, |path| path.split('/').count());
    if params.len().max(segments) > MAX_PARAMS {
        let message = format!("a `serverCallback` with more than {MAX_PARAMS} parameters");
        return Err(element.error("too-many-params", message).help(BEYOND));
    }
    Ok(Callback {
        place: place(&element.file, element),
        method: text("methodName").unwrap_or_default(),
        rest_params: text("restParams"),
        preferred_http: text("preferredHttp"),
        check_params: element.attribute("checkParams") == Some("true"),
        comment: element.attribute("developerComment").and_then(prose),
        output: element
            .children_named("output")
            .next()
            .and_then(|output| output.attribute("type"))
            .map(str::to_owned),
        params: without_repeated(params, findings),
    })
}

fn param(element: &Element) -> Result<Param, Diagnostic> {
    let name = element.attribute("name").unwrap_or_default();
    if name.is_empty() {
        return Err(element
            .error("param-name", "an `input_param` without a name")
            .help("give it a `name`: it is what the value is sent as"));
    }
    Ok(Param {
        place: place(&element.file, element),
        name: name.to_owned(),
        kind: element.attribute("type").unwrap_or_default().to_owned(),
        mandatory: element.attribute("mandatory") == Some("true"),
        default: element.attribute("default").map(str::to_owned),
        description: element.attribute("description").and_then(prose),
    })
}

/// Keeps the first of several parameters of one name, as PHP keeps one value for it.
fn without_repeated(params: Vec<Param>, findings: &mut Vec<Diagnostic>) -> Vec<Param> {
    let mut names = HashSet::new();
    let mut kept = Vec::with_capacity(params.len());
    for param in params {
        if !names.insert(param.name.clone()) {
            let message = format!("the parameter `{}` is declared again", param.name);
            let finding = Diagnostic::warning("param-repeated", message)
                .at(&param.place.file, param.place.span.clone())
                .help("the first declaration is used: leave one of them");
            findings.push(finding);
        } else {
            kept.push(param);
        }
    }
    kept
}

/// Text with its white space normalised; `None` where nothing is left.
fn prose(text: &str) -> Option<String> {
    let words: Vec<_> = text.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}
