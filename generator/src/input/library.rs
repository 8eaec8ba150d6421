//! The bundles with their corrections and documentation: those of the current project, or those
//! built into the tool.

use std::{
    collections::BTreeSet,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use semver::Version;

use super::Installation;
use crate::{
    diagnostic::{Diagnostic, SourceFile},
    suggest::nearest,
    version,
};

/// The files built into the tool.
const BUILT_IN: &[BuiltIn] = include!(concat!(env!("OUT_DIR"), "/manifests.rs"));

/// A file that is built in.
struct BuiltIn {
    /// Its path below `manifests`.
    path: &'static str,
    text: &'static str,
}

impl BuiltIn {
    fn to_source(&self) -> Arc<SourceFile> {
        SourceFile::below(SHOWN, self.path, self.text)
    }
}

/// The root of built-in files in messages.
const SHOWN: &str = "manifests";

/// The file that makes a directory a plugin.
const MANIFEST: &str = "manifest.xml";
/// The limit for files named one by one. The largest of them, a spec, has a third of a megabyte.
const MAX_FILE: u64 = 64 << 20;

/// A directory `manifests`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Library {
    /// That of a project on disk: the directory that contains `manifests`.
    Project(PathBuf),
    /// The one built into the tool.
    BuiltIn,
}

impl Library {
    /// Returns the library of the nearest project at or above `from`, or else the built-in one.
    pub fn above(from: &Path) -> Self {
        let is_project =
            |directory: &&Path| !Self::Project(directory.to_path_buf()).versions().is_empty();
        from.ancestors()
            .find(is_project)
            .map_or(Self::BuiltIn, |directory| Self::Project(directory.to_owned()))
    }

    /// Returns the directory of the project, unless it is the built-in one.
    pub fn project(&self) -> Option<&Path> {
        match self {
            Self::Project(directory) => Some(directory),
            Self::BuiltIn => None,
        }
    }

    /// Returns a phrase for where it is, to append to what is in it.
    pub fn name(&self) -> String {
        match self {
            Self::Project(directory) => format!("of {}", directory.join("manifests").display()),
            Self::BuiltIn => "built into this tool".to_owned(),
        }
    }

    /// Returns the bundled versions, oldest first.
    pub fn versions(&self) -> Vec<String> {
        let names: BTreeSet<String> = match self {
            Self::Project(directory) => {
                let entries = fs::read_dir(directory.join("manifests")).into_iter().flatten();
                entries.flatten().filter_map(|entry| entry.file_name().into_string().ok()).collect()
            }
            Self::BuiltIn => BUILT_IN.iter().filter_map(|file| first_part(file.path)).collect(),
        };
        let mut versions: Vec<_> =
            names.into_iter().filter(|name| version::release(name).is_some()).collect();
        versions.sort_by_key(|version| version::release(version));
        versions
    }

    /// Opens the bundle of an existing version, shown by its path from `from` in messages.
    ///
    /// # Errors
    ///
    /// Returns an error when it cannot be read.
    pub fn bundle(&self, version: &str, from: &Path) -> Result<Installation, Diagnostic> {
        match self {
            Self::Project(directory) => {
                let bundle = directory.join("manifests").join(version);
                let shown = bundle.strip_prefix(from).unwrap_or(&bundle).display().to_string();
                Ok(Installation::open(&bundle)?.shown_as(shown))
            }
            Self::BuiltIn => {
                let prefix = format!("{version}/");
                let files = BUILT_IN.iter().filter_map(|file| {
                    let name = file.path.strip_prefix(&*prefix)?;
                    Some((name.to_owned(), file.text.as_bytes().into()))
                });
                Installation::in_memory(format!("{SHOWN}/{version}"), files.collect())
            }
        }
    }

    /// Opens the bundle of a version, or of the nearest: of the last one before it and the first one
    /// after it, the one that differs less in the major, then the minor, then the patch number.
    ///
    /// # Errors
    ///
    /// Returns an error when it cannot be read, or there is none.
    pub fn nearest(&self, version: &str) -> Result<(String, Installation), Diagnostic> {
        let wanted = version::lenient(version);
        let distance = |bundled: &String| {
            let Version { major, minor, patch, .. } = version::lenient(bundled);
            [(major, wanted.major), (minor, wanted.minor), (patch, wanted.patch)]
                .map(|(part, wanted)| part.abs_diff(wanted))
        };
        let versions = self.versions();
        let (before, after) =
            versions.split_at(versions.partition_point(|one| version::lenient(one) <= wanted));
        let neighbours = before.last().into_iter().chain(after.first());
        let Some(nearest) = neighbours.min_by_key(|one| distance(one)).cloned() else {
            return Err(Diagnostic::error("no-bundle", "there is no bundle"));
        };
        let bundle = self.bundle(&nearest, Path::new(""))?;
        Ok((nearest, bundle))
    }

    /// Returns the ids of the plugins that are in any of the bundles.
    pub fn plugins(&self) -> BTreeSet<String> {
        let versions = self.versions();
        let plugins = versions.iter().map(|version| match self {
            Self::Project(directory) => {
                let plugins = directory.join("manifests").join(version).join("plugins");
                let entries = fs::read_dir(plugins).into_iter().flatten().flatten();
                let with_manifest = entries.filter(|one| one.path().join(MANIFEST).is_file());
                with_manifest.filter_map(|one| one.file_name().into_string().ok()).collect()
            }
            Self::BuiltIn => {
                let prefix = format!("{version}/plugins/");
                let below = BUILT_IN.iter().filter_map(|file| file.path.strip_prefix(&*prefix));
                let ids = below.filter_map(|path| path.strip_suffix(MANIFEST)?.strip_suffix('/'));
                ids.map(str::to_owned).collect::<Vec<_>>()
            }
        });
        plugins.flatten().collect()
    }

    /// Reads a file in the directory `manifests`, if there is one. It is shown by its path from
    /// `from` if it is below.
    ///
    /// # Errors
    ///
    /// Returns an error when it cannot be read.
    pub fn file(&self, name: &str, from: &Path) -> Result<Option<Arc<SourceFile>>, Diagnostic> {
        match self {
            Self::Project(directory) => {
                let path = directory.join("manifests").join(name);
                path.is_file().then(|| read_file_from(&path, from)).transpose()
            }
            Self::BuiltIn => {
                Ok(BUILT_IN.iter().find(|file| file.path == name).map(BuiltIn::to_source))
            }
        }
    }

    /// Reads the YAML files below the directory `of`, in the order of their paths. Those below
    /// `from` are shown by their path from there.
    ///
    /// # Errors
    ///
    /// Returns an error when one cannot be read.
    pub fn yaml(&self, of: &str, from: &Path) -> Result<Vec<Arc<SourceFile>>, Diagnostic> {
        match self {
            Self::Project(directory) => {
                let root = directory.join("manifests").join(of);
                let mut paths = Vec::new();
                if root.is_dir() {
                    collect(&root, &mut paths).map_err(|error| unreadable(&root, &error))?;
                }
                paths.sort_unstable();
                paths.iter().map(|path| read_file_from(path, from)).collect()
            }
            Self::BuiltIn => {
                let is_asked = |path: &str| {
                    path.strip_prefix(of).is_some_and(|rest| rest.starts_with('/')) && is_yaml(path)
                };
                let files = BUILT_IN.iter().filter(|file| is_asked(file.path));
                Ok(files.map(BuiltIn::to_source).collect())
            }
        }
    }
}

fn first_part(path: &str) -> Option<String> {
    path.split_once('/').map(|(first, _)| first.to_owned())
}

fn is_yaml(path: &str) -> bool {
    path.ends_with(".yaml")
}

/// Adds the YAML files below a directory.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.to_str().is_some_and(is_yaml) {
            files.push(path);
        }
    }
    Ok(())
}

/// Reads a file that is shown by its path from `from` in messages, if it is below.
///
/// # Errors
///
/// Returns the errors of [`read_file`].
pub(crate) fn read_file_from(path: &Path, from: &Path) -> Result<Arc<SourceFile>, Diagnostic> {
    let file = read_file(path)?;
    match path.strip_prefix(from) {
        Ok(shown) => Ok(SourceFile::new(shown.display().to_string(), &*file.text)),
        Err(_) => Ok(file),
    }
}

/// Reads a file by its path.
///
/// # Errors
///
/// Returns an error when it cannot be read, is too large, or is not UTF-8.
pub(crate) fn read_file(path: &Path) -> Result<Arc<SourceFile>, Diagnostic> {
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_FILE + 1).read_to_end(&mut bytes))
        .map_err(|error| unreadable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE {
        let message = format!("`{}` has more than {} MiB", path.display(), MAX_FILE >> 20);
        return Err(Diagnostic::error("file-too-large", message).help(
            "check that this is the \
                                                                      right file",
        ));
    }
    SourceFile::decoded("", path.display().to_string(), bytes)
}

/// Returns why a file cannot be read, and a suggestion.
fn unreadable(path: &Path, error: &io::Error) -> Diagnostic {
    let message = format!("`{}` cannot be read: {error}", path.display());
    let diagnostic = Diagnostic::error("file-unreadable", message);
    match error.kind() {
        io::ErrorKind::NotFound => match neighbour(path) {
            Some(meant) => diagnostic.help(format!("did you mean `{}`?", meant.display())),
            None => diagnostic.help("paths are relative to the current directory"),
        },
        io::ErrorKind::IsADirectory => diagnostic.help("pass a file in it"),
        io::ErrorKind::PermissionDenied => diagnostic.help("check that you may read it"),
        _ => diagnostic,
    }
}

/// Returns the file in the same directory with the most similar name.
fn neighbour(path: &Path) -> Option<PathBuf> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let entries = fs::read_dir(directory.unwrap_or(Path::new("."))).ok()?;
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let names: BTreeSet<_> = names.collect();
    let meant = nearest(path.file_name()?.to_str()?, names.iter().map(String::as_str))?;
    Some(path.with_file_name(meant))
}
