//! Findings about the text of manifest files.

use std::collections::BTreeMap;

use super::{Finding, codes, codes::Code};
use crate::{
    diagnostic::Diagnostic,
    input::Installation,
    manifest::{self, Document, Documents, Element, ManifestSet},
    suggest::suggestion,
};

/// The attributes of callbacks, parameters and outputs that the releases use.
const KNOWN: [(&str, &[&str]); 3] = [
    (
        "serverCallback",
        &[
            "applyCondition",
            "capture",
            "checkParams",
            "defer",
            "developerComment",
            "dontBreakOnException",
            "forbidOverride",
            "hookName",
            "methodName",
            "pluginId",
            "preferredHttp",
            "restParams",
            "restPath",
            "sdkMethodName",
        ],
    ),
    ("input_param", &["default", "description", "mandatory", "name", "type"]),
    ("output", &["description", "type"]),
];

/// Attributes that are compared with `true`.
const FLAGS: [&str; 2] = ["checkParams", "mandatory"];

/// Returns all findings in the manifests of the plugins that were read, and in the files that they
/// include.
pub(super) fn lint(
    installation: &Installation,
    set: &ManifestSet,
) -> Result<Vec<Finding>, Diagnostic> {
    let mut findings = Vec::new();
    let (mut included, documents) = (BTreeMap::new(), Documents::of(installation));
    for plugin in &set.plugins {
        let manifest = documents.get(&format!("plugins/{}/manifest.xml", plugin.id))?;
        plugin_id(&manifest, &plugin.id, &mut findings);
        for external in manifest::externals(&manifest) {
            let Some(name) = external.attribute("filename") else { continue };
            // Unreadable includes are reported already.
            let Ok(file) = documents.get(name) else { continue };
            if manifest::included_actions(external, &file.root) == 0 {
                let message = format!("`include` selects no action of `{name}`");
                findings.push(finding(&codes::INCLUDE_EMPTY, external, &plugin.id, message));
            }
            included.insert(file.file.name.clone(), file);
        }
        elements(&manifest.root, &plugin.id, &mut findings);
    }
    for (name, file) in &included {
        elements(&file.root, name, &mut findings);
    }
    Ok(findings)
}

fn plugin_id(manifest: &Document, id: &str, findings: &mut Vec<Finding>) {
    if let Some(says) = manifest.root.attribute("id").filter(|says| *says != id) {
        let message = format!("`{says}` in the directory `{id}`");
        findings.push(finding(&codes::PLUGIN_ID, &manifest.root, id, message));
    }
}

/// Checks callbacks and their content.
fn elements(element: &Element, owner: &str, findings: &mut Vec<Finding>) {
    if let Some((_, known)) = KNOWN.into_iter().find(|(name, _)| *name == element.name) {
        attributes(element, known, owner, findings);
    }
    for child in &element.children {
        let owner = match (&*child.name, child.attribute("name")) {
            ("action", Some(name)) => &format!("{name}` of `{owner}"),
            _ => owner,
        };
        elements(child, owner, findings);
    }
}

fn attributes(element: &Element, known: &[&str], owner: &str, findings: &mut Vec<Finding>) {
    let mut find = |code, message| findings.push(finding(code, element, owner, message));
    for attribute in &element.attributes {
        let (name, value) = (&*attribute.name, &*attribute.value);
        if !known.contains(&name) {
            let question = suggestion(name, known.iter().copied());
            find(&codes::ATTRIBUTE_UNKNOWN, format!("`{name}` in `<{}>`{question}", element.name));
        } else if FLAGS.contains(&name) && !matches!(value, "true" | "false" | "") {
            find(&codes::FLAG_ODD, format!("`{name}` is `{value}`"));
        } else if name == "restPath" {
            let message = "`restPath`: only `restParams` makes an action reachable".to_owned();
            find(&codes::REST_PATH, message);
        }
    }
}

fn finding(code: &'static Code, element: &Element, owner: &str, message: String) -> Finding {
    Finding {
        code,
        subject: format!("`{owner}`"),
        message,
        place: element.place(),
        pointer: None,
        corrections: Vec::new(),
    }
}
