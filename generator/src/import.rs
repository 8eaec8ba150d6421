//! Reducing an installation to facts: which actions there are, who may call them, what they take.
//!
//! The result is laid out like an installation, generates the same bindings, and holds nothing of
//! the vendor's prose, pictures of buttons or scripts, unless the words are asked for.

use std::{collections::BTreeMap, path::Path};

use quick_xml::{
    Writer,
    events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event},
};

use crate::{
    diagnostic::Diagnostic,
    emit::{Files, MARK},
    manifest::{Element, Installation, is_about_actions},
};

/// An import that was made in memory.
#[derive(Debug, Default)]
pub struct Import {
    /// The files, by their path below the bundle.
    pub files: Files,
    /// The ids of plugins that could not be read.
    pub failed: Vec<String>,
    /// What was found on the way.
    pub diagnostics: Vec<Diagnostic>,
}

/// Reduces the installation in `root`; `keep_docs` keeps comments and descriptions.
///
/// # Errors
///
/// When `root` is no installation.
pub fn import(root: &Path, keep_docs: bool) -> Result<Import, Diagnostic> {
    let installation = Installation::open(root)?;
    let reducer = Reducer { keep_docs };
    let mut import = Import::default();
    for id in installation.plugin_ids()? {
        match reducer.plugin(&installation, &id) {
            Ok(files) => import.files.extend(files),
            Err(diagnostic) => {
                import.failed.push(id);
                import.diagnostics.push(diagnostic);
            }
        }
    }
    Ok(import)
}

struct Reducer {
    keep_docs: bool,
}

impl Reducer {
    /// A plugin's manifest with the files that it includes actions from.
    fn plugin(
        &self,
        installation: &Installation,
        id: &str,
    ) -> Result<BTreeMap<String, String>, Diagnostic> {
        let manifest = installation.document(&format!("plugins/{id}/manifest.xml"))?;
        let mut files = BTreeMap::new();
        files.insert(manifest.file.name.clone(), self.write(&manifest.root)?);
        for contributions in manifest.root.children_named("registry_contributions") {
            for external in contributions.children_named("external_file") {
                if let Some(path) =
                    external.attribute("filename").filter(|_| is_about_actions(external))
                {
                    let included = installation.document(path)?;
                    files.insert(path.to_owned(), self.write(&included.root)?);
                }
            }
        }
        Ok(files)
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
        kept.attributes().contains(&attribute)
            || self.keep_docs
                && matches!(attribute, "developerComment" | "description")
                && kept.has_docs()
    }
}

/// What is kept of an element: which attributes, and which children as what.
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
    /// Only that it is there: an action without any child element overrides differently.
    Marker,
}

impl Kept {
    fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Root => &["id", "name", "enabled"],
            Self::External => &["filename", "include", "exclude"],
            Self::Action => &["name", "forbidOverride", "skipSecureToken"],
            Self::Rights => &[
                "noUser",
                "userLogged",
                "guestLogged",
                "read",
                "write",
                "adminOnly",
                "forbidOverride",
            ],
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
            Self::Contributions | Self::Actions | Self::Processing | Self::Marker => &[],
        }
    }

    fn has_docs(self) -> bool {
        matches!(self, Self::Callback | Self::Param | Self::Output)
    }

    fn child(self, child: &Element) -> Option<Self> {
        match (self, &*child.name) {
            (Self::Root, "registry_contributions") => Some(Self::Contributions),
            // The root of an included file is the contributions themselves.
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
            (Self::Action | Self::Processing | Self::Callback, _) => Some(Self::Marker),
            _ => None,
        }
    }
}
