//! Reading an input, and what it comes to once it is corrected and documented.

use std::{collections::BTreeSet, path::PathBuf};

use glob::Pattern;
use semver::Version;

use super::{
    corrections::{Corrections, Loaded},
    spec::{self, Reading, SpecInput, Unselected},
};
use crate::{
    correct::{actions, overlay},
    diagnostic::Diagnostic,
    docs::Docs,
    input::{self, Installation, Library, find_spec, live, version_of},
    ir::Api,
    lower,
    manifest::{self, ManifestSet, Wanted},
    openapi::{self, Source, read_own},
    select::Selection,
    suggest::did_you_mean,
    threads::both,
    version,
};

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
    pub spec: Api,
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
        let api = lower::manifests(&self.version, &self.set);
        let reading = Reading {
            version: &self.version,
            overlays: &[],
            lenient: 0,
            selection: &Selection::default(),
        };
        let spec = spec::read(&self.installation, &reading);
        api.with_spec(spec.map(|spec| spec.api).unwrap_or_default())
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
        let is_read = !self.set.plugins.is_empty() || self.spec.has_operations();
        (!is_read).then(|| nothing_left(self.installation.name()))
    }

    /// The spec as it was published, where there is one.
    ///
    /// # Errors
    ///
    /// When it cannot be read as JSON.
    pub fn spec_source(&self) -> Result<Option<Source>, Diagnostic> {
        find_spec(&self.installation)?.map(|file| openapi::parse(&file)).transpose()
    }

    /// The version that corrections are chosen by: the server's, or, of the import of a running
    /// server, that of the release which its declarations are taken from.
    pub fn semantic_version(&self) -> Version {
        version::lenient(declared_in(self.active.as_ref(), &self.version))
    }

    /// The model of the input, with the corrections of its actions, documented.
    ///
    /// # Errors
    ///
    /// Every correction that does not fit: of those that come with the tool only where the input
    /// is a bundle, since an installation may have other plugins than the release.
    pub fn corrected(&self) -> Result<Corrected, Vec<Diagnostic>> {
        let mut api = lower::manifests(&self.version, &self.set);
        api.models.clone_from(&self.corrections.models);
        let mut api = api.with_spec(self.spec.clone());
        let version = self.semantic_version();
        let lenient = if self.is_bundle { 0 } else { self.corrections.own_actions };
        let (loose, strict) = self.corrections.actions.split_at(lenient);
        let (mut applied, mut failed) = (Vec::new(), Vec::new());
        let mut skipped = self.skipped.clone();
        let known = if loose.is_empty() { BTreeSet::new() } else { self.library.plugins() };
        let is_known = |plugin: &str| known.contains(plugin);
        for corrections in loose {
            let (done, violations) = corrections.apply_where_it_fits(&mut api, &version, &is_known);
            applied.extend(done);
            skipped.extend(violations);
        }
        for corrections in strict {
            match corrections.apply(&mut api, &version) {
                Ok(done) => applied.extend(done),
                Err(violations) => failed.extend(violations),
            }
        }
        self.docs.apply(&mut api);
        let mut inactive = Vec::new();
        if let Some(active) = &self.active {
            let all = api.calls();
            selection(active).apply(&mut api);
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
            let installation = input::open(directory)?;
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
            (library.yaml("docs", &request.from).and_then(|files| Docs::read(&files)), set)
        },
    );
    let (docs, mut set, corrections) = (docs?, set?, corrections?);
    let active = active(&installation)?;
    let spec = match request.without_spec {
        true => SpecInput::default(),
        false => {
            let reading = Reading {
                version: declared_in(active.as_ref(), &version),
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
        spec: spec.api,
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

/// What a bundle of a running server says is active there, where it is one.
fn active(installation: &Installation) -> Result<Option<live::Active>, Diagnostic> {
    if !installation.has(live::ACTIVE) {
        return Ok(None);
    }
    let file = installation.source(live::ACTIVE)?;
    read_own(&file).map(Some).map_err(|error| error.help("run the import again"))
}

/// The part of a model that is active.
fn selection(active: &live::Active) -> Selection {
    let actions = active.plugins.iter().flat_map(|(plugin, actions)| {
        actions.iter().map(move |action| Pattern::escape(&format!("{plugin}/{action}")))
    });
    let plugins = actions.filter_map(|action| Pattern::new(&action).ok()).collect();
    Selection { plugins, ..Selection::default() }
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
