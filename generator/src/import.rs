//! Reduces an installation to facts: which actions exist, who may call them, and what they take.
//!
//! The result is laid out like an installation, generates the same bindings, and contains none of
//! the vendor's prose, button images or scripts, unless the descriptions are requested.

use std::sync::Arc;

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

use crate::{
    diagnostic::{Diagnostic, Severity, SourceFile},
    input::{Installation, find_spec},
    manifest::{self, Document, Documents, Element, is_about_actions},
    openapi,
    write::{Files, MARK, marked_json},
};

/// The result of an import, in memory.
#[derive(Debug, Default)]
pub struct Import {
    /// The files, by their path below the bundle.
    pub files: Files,
    /// The ids of plugins that could not be read.
    pub failed: Vec<String>,
    /// Actions that could not be read, as `plugin/action`.
    pub skipped: Vec<String>,
    /// What was found on the way.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reduces an installation; `keep_docs` keeps comments and descriptions.
///
/// A plugin or spec is imported if bindings can be generated from it, and otherwise skipped.
///
/// # Errors
///
/// When the directory of plugins cannot be listed.
pub fn import(installation: &Installation, keep_docs: bool) -> Result<Import, Diagnostic> {
    let set = manifest::read(installation)?;
    let (reducer, documents) = (Reducer { keep_docs }, Documents::of(installation));
    let mut import =
        Import { failed: set.failed, diagnostics: set.diagnostics, ..Import::default() };
    for plugin in &set.plugins {
        reducer.plugin(&documents, &plugin.id, &mut import.files)?;
        let skipped = plugin.skipped.iter().map(|name| format!("{}/{name}", plugin.id));
        import.skipped.extend(skipped);
    }
    match find_spec(installation).and_then(|file| file.map(|file| reducer.spec(&file)).transpose())
    {
        Ok(spec) => import.files.extend(spec.map(|text| ("openapi.json".to_owned(), text))),
        Err(error) => {
            import.diagnostics.push(Diagnostic { severity: Severity::Warning, ..error });
        }
    }
    Ok(import)
}

/// Returns whether a text is a readable manifest.
pub fn is_manifest(text: &str) -> bool {
    let files = [("plugins/a.b/manifest.xml".to_owned(), text.as_bytes().to_vec().into())];
    let installation = Installation::in_memory("server", files.into());
    let set = installation.and_then(|installation| manifest::read(&installation));
    set.is_ok_and(|set| set.failed.is_empty())
}

struct Reducer {
    keep_docs: bool,
}

impl Reducer {
    /// Adds a plugin's manifest and the files that it includes actions from.
    fn plugin(
        &self,
        documents: &Documents<'_>,
        id: &str,
        files: &mut Files,
    ) -> Result<(), Diagnostic> {
        let manifest = documents.get(&format!("plugins/{id}/manifest.xml"))?;
        let included = manifest::externals(&manifest);
        let included = included.filter_map(|external| external.attribute("filename"));
        for document in included.filter_map(|path| documents.get(path).ok()) {
            self.file(&document, files)?;
        }
        self.file(&manifest, files)
    }

    /// Adds a file, once however many plugins include it.
    fn file(&self, document: &Document, files: &mut Files) -> Result<(), Diagnostic> {
        if !files.contains_key(&document.file.name) {
            files.insert(document.file.name.clone(), self.write(&document.root)?);
        }
        Ok(())
    }

    /// Reduces a spec.
    fn spec(&self, file: &Arc<SourceFile>) -> Result<String, Diagnostic> {
        let source = openapi::parse(file)?;
        let value = if self.keep_docs { source.value } else { openapi::reduce(&source.value) };
        let text = serde_json::to_string_pretty(&value)
            .map_err(|error| Diagnostic::error("import-write", error.to_string()))?;
        Ok(marked_json(&text, "facts only"))
    }

    fn write(&self, root: &Element) -> Result<String, Diagnostic> {
        let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
        let written = self.write_document(&mut writer, root);
        written.map_err(|error| root.error("import-write", error.to_string()))?;
        let mut text = String::from_utf8(writer.into_inner())
            .map_err(|error| root.error("import-write", error.to_string()))?;
        text.push('\n');
        Ok(text)
    }

    fn write_document(&self, writer: &mut Writer<Vec<u8>>, root: &Element) -> std::io::Result<()> {
        writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
        let mark = format!(" {MARK}: facts only. ");
        writer.write_event(Event::Comment(BytesText::from_escaped(mark)))?;
        self.write_element(writer, root, Kept::Root)
    }

    fn write_element(
        &self,
        writer: &mut Writer<Vec<u8>>,
        element: &Element,
        kept: Kept,
    ) -> std::io::Result<()> {
        let mut tag = BytesStart::new(&*element.name);
        let attributes = element.attributes.iter().filter(|a| self.keeps(kept, &a.name));
        tag.extend_attributes(attributes.map(|a| (&*a.name, &*a.value)));
        let children: Vec<_> =
            element.children.iter().filter_map(|child| Some((child, kept.child(child)?))).collect();
        if children.is_empty() {
            return writer.write_event(Event::Empty(tag));
        }
        writer.write_event(Event::Start(tag))?;
        for (child, kept) in children {
            self.write_element(writer, child, kept)?;
        }
        writer.write_event(Event::End(BytesEnd::new(&*element.name)))
    }

    fn keeps(&self, kept: Kept, attribute: &str) -> bool {
        kept == Kept::Rights
            || kept.attributes().contains(&attribute)
            || self.keep_docs
                && matches!(attribute, "developerComment" | "description")
                && kept.has_docs()
    }
}

/// What is kept of an element: which attributes, and how each kind of child is reduced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    Root,
    Contributions,
    External,
    Actions,
    Action,
    Rights,
    Processing,
    Callback,
    Param,
    Output,
    /// Only the existence: an element without any child element overrides differently.
    Marker,
}

/// Returns whether there are actions anywhere in an element.
fn has_actions(element: &Element) -> bool {
    element.children.iter().any(|child| child.name == "actions" || has_actions(child))
}

impl Kept {
    fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Root => &["id", "name", "enabled"],
            Self::External => &["filename", "include", "exclude"],
            Self::Action => &["name", "forbidOverride", "skipSecureToken"],
            Self::Callback => &[
                "methodName",
                "restParams",
                "restPath",
                "preferredHttp",
                "sdkMethodName",
                "checkParams",
                "pluginId",
            ],
            Self::Param => &["name", "type", "mandatory", "default"],
            Self::Output => &["type"],
            // All elements about rights are kept: each is a fact.
            Self::Contributions
            | Self::Actions
            | Self::Rights
            | Self::Processing
            | Self::Marker => &[],
        }
    }

    fn has_docs(self) -> bool {
        matches!(self, Self::Callback | Self::Param | Self::Output)
    }

    fn child(self, child: &Element) -> Option<Self> {
        if child.namespaced {
            return None;
        }
        match (self, &*child.name) {
            (Self::Root, "registry_contributions") => Some(Self::Contributions),
            // An expression may reach actions anywhere.
            (Self::Root | Self::Contributions, name) if name != "actions" && has_actions(child) => {
                Some(Self::Root)
            }
            // The root of an included file holds the contributions themselves.
            (Self::Root | Self::Contributions, "actions") => Some(Self::Actions),
            (Self::Contributions, "external_file") if is_about_actions(child) => {
                Some(Self::External)
            }
            (Self::Actions, "action") => Some(Self::Action),
            (Self::Action, "rightsContext") => Some(Self::Rights),
            (Self::Action, "processing" | "pre_processing" | "post_processing") => {
                Some(Self::Processing)
            }
            (Self::Processing, "serverCallback") => Some(Self::Callback),
            (Self::Callback, "input_param") => Some(Self::Param),
            (Self::Callback, "output") => Some(Self::Output),
            (Self::Root | Self::Contributions | Self::External | Self::Actions, _) => None,
            (Self::Marker, _) => None,
            // Below an action, an element with children overrides differently from one without.
            _ => Some(Self::Marker),
        }
    }
}
