//! Where the input comes from: a bundled version, or an installation on disk.

mod archive;
mod corrections;
mod library;
pub mod live;
mod release;
mod select;
mod spec;

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use semver::Version;

use self::spec::Reading;
use crate::{
    correct::{actions, overlay},
    diagnostic::{Diagnostic, SourceFile},
    docs::{Docs, SpecDocs},
    manifest::{self, Installation, ManifestSet, Wanted},
    model::{Api, Selection, SpecModel},
    openapi::{self, Source},
    suggest::did_you_mean,
    threads::both,
    version,
};

pub use corrections::{Corrections, Loaded};
pub use library::Library;
pub(crate) use library::read_file;
pub use release::version_of;
pub use select::Unselected;
pub use spec::{Foreign, ForeignSpec, find as find_spec, foreign, read_foreign, read_selected};

/// An input as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The directory of an installation.
    pub installation: Option<PathBuf>,
    /// The server version: of the bundle to take, or of the installation when it does not say.
    pub version: Option<String>,
    /// Where to begin looking for the project's `manifests` directory.
    pub from: PathBuf,
    /// What corrects the declarations.
    pub corrections: Corrections,
    /// Whether the spec is left alone: [`Input::spec`] is empty then.
    pub without_spec: bool,
    /// What of it is asked for. Nothing is said of the rest, and no operation of other tags read.
    pub selection: Selection,
}

/// An input that was read.
#[derive(Debug)]
pub struct Input {
    /// The server version.
    pub version: String,
    /// What its manifests declare.
    pub set: ManifestSet,
    /// What that means.
    pub docs: Docs,
    /// What corrects it. The spec is corrected already.
    pub corrections: Loaded,
    /// What its spec of the v2 API declares, corrected.
    pub spec: SpecModel,
    /// The spec's file, where it cannot be read.
    pub unread_spec: Option<String>,
    /// What of the spec was not asked for.
    pub unselected: Unselected,
    /// What there is to say of the input besides what it declares.
    pub remarks: Vec<Diagnostic>,
    /// The corrections of the spec.
    pub overlaid: Vec<overlay::Applied>,
    /// Those that come with the tool and do not fit.
    pub skipped: Vec<Diagnostic>,
    /// Where bundles, corrections and documentation are from.
    pub library: Library,
    /// The files it was read from.
    pub installation: Installation,
    /// What of it is active, where it is of one server.
    pub active: Option<live::Active>,
    /// Whether it is a release that is bundled: what corrects those has to fit.
    pub is_bundle: bool,
}

impl Input {
    /// The model of the input, corrected.
    ///
    /// # Errors
    ///
    /// Those of [`Input::corrected`].
    pub fn api(&self) -> Result<Api, Vec<Diagnostic>> {
        self.corrected().map(|corrected| corrected.api)
    }

    /// The model of what is declared, before anything is corrected. A spec that cannot be read as
    /// it stands is left out.
    pub fn declared(&self) -> Api {
        let api = Api::build(&self.version, &self.set, &self.docs);
        let reading = Reading {
            version: &self.version,
            docs: &SpecDocs::default(),
            overlays: &[],
            lenient: 0,
            selection: &Selection::default(),
        };
        let spec = spec::read(&self.installation, &reading);
        api.with_spec(spec.map(|spec| spec.model).unwrap_or_default())
    }

    /// The actions that could not be read, as `plugin/action`.
    pub fn skipped_actions(&self) -> Vec<String> {
        let of = |plugin: &manifest::Plugin| {
            let names = plugin.skipped.iter();
            names.map(|name| format!("{}/{name}", plugin.id)).collect::<Vec<_>>()
        };
        self.set.plugins.iter().flat_map(of).collect()
    }

    /// The files that could not be included, each once.
    pub fn skipped_includes(&self) -> Vec<String> {
        let all =
            self.set.plugins.iter().flat_map(|plugin| plugin.skipped_includes.iter().cloned());
        Vec::from_iter(all.collect::<BTreeSet<_>>())
    }

    /// Says that nothing of the input can be read, where that is so.
    pub fn nothing_left(&self) -> Option<Diagnostic> {
        let is_read = !self.set.plugins.is_empty() || !self.spec.operations.is_empty();
        (!is_read).then(|| nothing_left(self.installation.name()))
    }

    /// The spec as it was published, where there is one.
    ///
    /// # Errors
    ///
    /// When it cannot be read as JSON.
    pub fn spec_source(&self) -> Result<Option<Source>, Diagnostic> {
        spec::find(&self.installation)?.map(|file| openapi::parse(&file)).transpose()
    }

    /// The version that corrections are chosen by: the server's, or, of the import of a running
    /// server, that of the release which its declarations are taken from.
    pub fn semantic_version(&self) -> Version {
        version::lenient(declared_in(self.active.as_ref(), &self.version))
    }

    /// The model of the input, with the corrections of its actions.
    ///
    /// # Errors
    ///
    /// Every correction that does not fit: of those that come with the tool only where the input
    /// is a bundle, since an installation may have other plugins than the release.
    pub fn corrected(&self) -> Result<Corrected, Vec<Diagnostic>> {
        let mut api = Api::build(&self.version, &self.set, &self.docs)
            .with_spec(self.spec.clone())
            .with_models(self.corrections.models.clone());
        let version = self.semantic_version();
        let lenient = if self.is_bundle { 0 } else { self.corrections.own_actions };
        let (loose, strict) = self.corrections.actions.split_at(lenient);
        let (mut applied, mut failed) = (Vec::new(), Vec::new());
        let mut skipped = self.skipped.clone();
        let known = if loose.is_empty() { BTreeSet::new() } else { self.library.plugins() };
        let is_known = |plugin: &str| known.contains(plugin);
        for corrections in loose {
            let (done, misfits) =
                corrections.apply_where_it_fits(&mut api, &version, &self.docs, &is_known);
            applied.extend(done);
            skipped.extend(misfits);
        }
        for corrections in strict {
            match corrections.apply(&mut api, &version, &self.docs) {
                Ok(done) => applied.extend(done),
                Err(misfits) => failed.extend(misfits),
            }
        }
        let mut inactive = Vec::new();
        if let Some(active) = &self.active {
            let all = api.calls();
            api.select(&active.selection());
            inactive = all.not_in(&api.calls()).0;
        }
        match failed.is_empty() {
            true => Ok(Corrected { api, applied, skipped, inactive }),
            false => Err(failed),
        }
    }

    /// The files and directories that it was read from, as a person names them.
    pub fn read_from(&self) -> Vec<String> {
        let library = format!("corrections and documentation {}", self.library.name());
        let mut all = vec![self.installation.name().to_owned(), library];
        all.extend_from_slice(&self.corrections.added);
        all
    }
}

/// The model of an input, with what became of its corrections.
#[derive(Debug)]
pub struct Corrected {
    /// The model.
    pub api: Api,
    /// The corrections of actions that were applied.
    pub applied: Vec<actions::Applied>,
    /// Those that come with the tool and do not fit the installation.
    pub skipped: Vec<Diagnostic>,
    /// Actions that are not active on the server that the input is of, as `plugin/action`.
    pub inactive: Vec<String>,
}

/// Says that nothing of an input can be used.
pub(crate) fn nothing_left(name: &str) -> Diagnostic {
    let message = format!("nothing of `{name}` can be used: everything was left out");
    Diagnostic::error("nothing-left", message).help("the findings above say why")
}

/// Reads the input that is asked for: the newest bundle when nothing is.
///
/// # Errors
///
/// When it is not there, cannot be read, or does not tell its version; and everything that does not
/// fit in what corrects it. What is wrong with its plugins and its spec are findings.
pub fn read(request: &Request) -> Result<Input, Vec<Diagnostic>> {
    let library = Library::above(&request.from);
    let given = request.version.as_deref();
    let mut remarks = Vec::new();
    let (installation, version) = match &request.installation {
        Some(directory) => {
            let installation = open(directory)?;
            let version = version_of(directory, &installation, given, &mut remarks)?;
            (installation, version)
        }
        None => {
            let version = bundled(&library, given)?;
            (library.bundle(&version, &request.from)?, version)
        }
    };
    let is_bundle = request.installation.is_none();
    let selection = &request.selection;
    // Corrections take as long to read as all else, and wait for nothing.
    let (corrections, (docs, set)) = both(
        || Loaded::read(&library, &request.from, &request.corrections),
        || {
            let wanted = Wanted {
                plugin: &|id| selection.wants_plugin(id),
                action: &|id, name| selection.keeps_action(id, name),
            };
            let set = manifest::read_wanted(&installation, wanted);
            (documentation(&library, &request.from), set)
        },
    );
    let ((docs, spec_docs), mut set, corrections) = (docs?, set?, corrections?);
    let active = live::Active::read(&installation)?;
    let spec = match request.without_spec {
        true => spec::SpecInput::default(),
        false => {
            let reading = Reading {
                version: declared_in(active.as_ref(), &version),
                docs: &spec_docs,
                overlays: &corrections.overlays,
                lenient: if is_bundle { 0 } else { corrections.own_overlays },
                selection,
            };
            spec::read(&installation, &reading)?
        }
    };
    set.diagnostics.extend(spec.findings);
    Ok(Input {
        version,
        set,
        docs,
        corrections,
        spec: spec.model,
        unread_spec: spec.unread,
        unselected: spec.unselected,
        remarks,
        overlaid: spec.applied,
        skipped: spec.skipped,
        library,
        active,
        installation,
        is_bundle,
    })
}

/// The release that declarations are of.
fn declared_in<'v>(active: Option<&'v live::Active>, version: &'v str) -> &'v str {
    active.and_then(|active| active.bundle.as_deref()).unwrap_or(version)
}

/// The library's documentation of actions and of the spec.
fn documentation(library: &Library, from: &Path) -> Result<(Docs, SpecDocs), Diagnostic> {
    let files = library.yaml("docs", from)?;
    let is_of_spec = |file: &&Arc<SourceFile>| {
        Path::new(&file.name).parent().is_some_and(|parent| parent.ends_with("v2"))
    };
    let (of_spec, of_actions): (Vec<_>, Vec<_>) =
        files.iter().map(Arc::clone).partition(|file| is_of_spec(&file));
    Ok((Docs::read(&of_actions)?, SpecDocs::read(&of_spec)?))
}

/// The installation in a directory, or in an archive of a release.
///
/// # Errors
///
/// When there is none.
pub fn open(path: &Path) -> Result<Installation, Diagnostic> {
    if path.is_file() { archive::open(path) } else { Installation::open(path) }
}

/// The version of the bundle that is asked for, or the newest.
fn bundled(library: &Library, version: Option<&str>) -> Result<String, Diagnostic> {
    let versions = library.versions();
    let chosen = match version {
        Some(version) => versions.iter().find(|bundled| *bundled == version),
        None => versions.last(),
    };
    chosen.cloned().ok_or_else(|| {
        let message = format!("no bundle of version {}", version.unwrap_or("any"));
        let meant = version
            .and_then(|version| did_you_mean(version, versions.iter().map(String::as_str)))
            .map(|question| format!("{question} Bundled"));
        Diagnostic::error("no-bundle", message).help(format!(
            "{} are: {}; `import` adds one from an installation",
            meant.as_deref().unwrap_or("bundled"),
            versions.join(", ")
        ))
    })
}
