//! Reads an input, corrects it and documents it.

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
    ir::{self, Api, EndpointKind},
    lower,
    manifest::{self, ManifestSet, Wanted},
    openapi::{self, Source, read_own},
    releases::{self, Releases},
    select::Selection,
    suggest::did_you_mean,
    threads::both,
    version,
};

/// A request to read an input.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The directory of an installation.
    pub installation: Option<PathBuf>,
    /// The server version: that of the bundle, or of an installation that does not declare it.
    pub version: Option<String>,
    /// The directory to start looking for the project's `manifests` directory.
    pub from: PathBuf,
    /// The corrections to apply.
    pub corrections: Corrections,
    /// Whether to skip the spec: [`Input::spec`] is then empty.
    pub without_spec: bool,
    /// The requested part. The rest is not reported, and operations of other tags are not read.
    pub selection: Selection,
}

/// An input that was read.
#[derive(Debug)]
pub struct Input {
    /// The server version.
    pub version: String,
    /// What its manifests declare.
    pub set: ManifestSet,
    /// The documentation.
    pub docs: Docs,
    /// Which releases declare what.
    pub releases: Releases,
    /// The corrections. The spec is corrected already.
    pub corrections: Loaded,
    /// The corrected declarations of its spec of the v2 API.
    pub spec: Api,
    /// The spec's file, if it cannot be read.
    pub unread_spec: Option<String>,
    /// The parts of the spec that were not requested.
    pub unselected: Unselected,
    /// Findings about the input other than those about its declarations.
    pub remarks: Vec<Diagnostic>,
    /// The corrections of the spec.
    pub overlaid: Vec<overlay::Applied>,
    /// The corrections that come with the tool and do not fit.
    pub skipped: Vec<Diagnostic>,
    /// The origin of bundles, corrections and documentation.
    pub library: Library,
    /// The files it was read from.
    pub installation: Installation,
    /// The active parts, if the input comes from a running server.
    pub active: Option<live::Active>,
    /// Whether it is a bundled release, which all corrections have to fit.
    pub is_bundle: bool,
}

impl Input {
    /// Returns the corrected model of the input.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Input::corrected`].
    pub fn api(&self) -> Result<Api, Vec<Diagnostic>> {
        self.corrected().map(|corrected| corrected.api)
    }

    /// Returns the model of the declarations, before corrections. A spec that cannot be read
    /// without corrections is omitted.
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

    /// Returns the actions that could not be read, as `plugin/action`.
    pub fn skipped_actions(&self) -> Vec<String> {
        let of = |plugin: &manifest::Plugin| {
            let names = plugin.skipped.iter();
            names.map(|name| format!("{}/{name}", plugin.id)).collect::<Vec<_>>()
        };
        self.set.plugins.iter().flat_map(of).collect()
    }

    /// Returns the files that could not be included, each once.
    pub fn skipped_includes(&self) -> Vec<String> {
        let all =
            self.set.plugins.iter().flat_map(|plugin| plugin.skipped_includes.iter().cloned());
        Vec::from_iter(all.collect::<BTreeSet<_>>())
    }

    /// Returns an error if nothing in the input can be read.
    pub fn nothing_left(&self) -> Option<Diagnostic> {
        let is_read = !self.set.plugins.is_empty() || self.spec.has_operations();
        (!is_read).then(|| nothing_left(self.installation.name()))
    }

    /// Returns the spec as published, if there is one.
    ///
    /// # Errors
    ///
    /// Returns an error when it cannot be read as JSON.
    pub fn spec_source(&self) -> Result<Option<Source>, Diagnostic> {
        find_spec(&self.installation)?.map(|file| openapi::parse(&file)).transpose()
    }

    /// Returns the version that corrections are chosen by: the server's, or, for the import of a
    /// running server, that of the release that its declarations are taken from.
    pub fn semantic_version(&self) -> Version {
        version::lenient(declared_in(self.active.as_ref(), &self.version))
    }

    /// Returns the documented model of the input, with its actions corrected.
    ///
    /// # Errors
    ///
    /// Returns an error for each correction that does not fit. Those that come with the tool only
    /// have to fit if the input is a bundle, because an installation may have other plugins than
    /// the release.
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
        // Models of other releases are left out.
        ir::prune(&mut api, EndpointKind::Action);
        self.docs.apply(&mut api);
        self.releases.apply(&mut api);
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

    /// Returns the files and directories that it was read from, for display.
    pub fn read_from(&self) -> Vec<String> {
        let library = format!("corrections and documentation {}", self.library.name());
        let mut all = vec![self.installation.name().to_owned(), library];
        all.extend_from_slice(&self.corrections.added);
        all
    }
}

/// The model of an input, with the results of its corrections.
#[derive(Debug)]
pub struct Corrected {
    /// The model.
    pub api: Api,
    /// The corrections of actions that were applied.
    pub applied: Vec<actions::Applied>,
    /// The corrections that come with the tool and do not fit the installation.
    pub skipped: Vec<Diagnostic>,
    /// Actions that are inactive on the server that the input comes from, as `plugin/action`.
    pub inactive: Vec<String>,
}

/// Creates the error that nothing in an input is usable.
pub(crate) fn nothing_left(name: &str) -> Diagnostic {
    let message = format!("nothing in `{name}` can be used: everything was left out");
    Diagnostic::error("nothing-left", message).help("the findings above say why")
}

/// Reads the requested input: the newest bundle by default.
///
/// # Errors
///
/// Returns an error when the input is missing, cannot be read, or does not declare its version; and
/// for each correction that does not fit. Problems in its plugins and its spec are findings.
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
    // Reading corrections takes as long as everything else, and depends on nothing.
    let (corrections, ((docs, releases), set)) = both(
        || Loaded::read(&library, &request.from, &request.corrections),
        || {
            let wanted = Wanted {
                plugin: &|id| selection.wants_plugin(id),
                action: &|id, name| selection.keeps_action(id, name),
            };
            let set = manifest::read_wanted(&installation, wanted);
            let docs = library.yaml("docs", &request.from).and_then(|files| Docs::read(&files));
            let releases = library.file(releases::FILE, &request.from);
            let releases = releases.and_then(|file| match file {
                Some(file) => Releases::read(&file),
                None => Ok(Releases::default()),
            });
            ((docs, releases), set)
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
        releases: releases?,
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

/// Returns the release that the declarations are from.
fn declared_in<'v>(active: Option<&'v live::Active>, version: &'v str) -> &'v str {
    active.and_then(|active| active.bundle.as_deref()).unwrap_or(version)
}

/// Returns what is active, if the bundle comes from a running server.
fn active(installation: &Installation) -> Result<Option<live::Active>, Diagnostic> {
    if !installation.has(live::ACTIVE) {
        return Ok(None);
    }
    let file = installation.source(live::ACTIVE)?;
    read_own(&file).map(Some).map_err(|error| error.help("run the import again"))
}

/// Returns the selection of the active part of a model.
fn selection(active: &live::Active) -> Selection {
    let actions = active.plugins.iter().flat_map(|(plugin, actions)| {
        actions.iter().map(move |action| Pattern::escape(&format!("{plugin}/{action}")))
    });
    let plugins = actions.filter_map(|action| Pattern::new(&action).ok()).collect();
    Selection { plugins, ..Selection::default() }
}

/// Returns the version of the requested bundle, or the newest.
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
