//! The files of an installation, and nothing outside of it.
//!
//! An installation is detected in a release as published, and in its `plugins` folder alone.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    fs::{self, File},
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::encoding;
use crate::diagnostic::{Diagnostic, SourceFile};

/// The largest manifest of any release has 130 kB.
pub(crate) const MAX_FILE: u64 = 4 * 1024 * 1024;

/// The folder of the plugins, from the installation's root.
const PLUGINS: &str = "plugins/";

/// The installation directory in a checkout of the vendor's repository.
const CHECKOUT: &str = "core/src";

/// Files laid out like a Pydio installation.
#[derive(Debug)]
pub struct Installation {
    files: Files,
    shown: String,
}

#[derive(Debug)]
enum Files {
    /// Below `root`, with `mount` prepended to their paths there.
    Disk { root: PathBuf, mount: &'static str },
    /// By their paths, with `/` between the parts.
    Memory(BTreeMap<String, Cow<'static, [u8]>>),
}

/// The plugins of an installation.
#[derive(Debug, Default)]
pub struct PluginIds {
    /// Their ids, in order.
    pub ids: Vec<String>,
    /// The display name of each plugin whose directory name is not a valid id, and why.
    pub refused: Vec<(String, Diagnostic)>,
    /// Directories with a manifest that the server ignores, because their names have no dot.
    pub ignored: Vec<String>,
}

impl PluginIds {
    /// Adds a directory with a manifest. The server reads those with a dot in their names; a
    /// leading dot marks a hidden directory, such as that of a version control system.
    fn add(&mut self, name: String) {
        match name.find('.') {
            None => self.ignored.push(name),
            Some(0) => {}
            Some(_) => self.ids.push(name),
        }
    }

    fn sorted(mut self) -> Self {
        self.ids.sort_unstable();
        self.ignored.sort_unstable();
        self.refused.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        self
    }
}

impl Installation {
    /// Opens the installation at `path`: its root, a checkout of the vendor's repository with the
    /// installation in `core/src`, or a folder of plugins.
    ///
    /// # Errors
    ///
    /// Returns an error when there is none.
    pub fn open(path: &Path) -> Result<Self, Diagnostic> {
        let shown = path.display().to_string();
        let Some((root, mount)) = locate(path) else {
            let what = if path.is_dir() { "has no folder `plugins`" } else { "is not a folder" };
            return Err(Diagnostic::error("no-installation", format!("`{shown}` {what}")).help(
                "pass the folder of a Pydio installation (the one with `index.php` and \
                 `plugins`), a checkout with `core/src`, or the `plugins` folder",
            ));
        };
        let root = fs::canonicalize(&root).map_err(|error| unreadable(&shown, &error))?;
        Ok(Self { files: Files::Disk { root, mount }, shown })
    }

    /// Creates an installation from files by their paths, called `shown` in messages.
    ///
    /// # Errors
    ///
    /// Returns an error when there is no plugin among them.
    pub fn in_memory(
        shown: impl Into<String>,
        files: BTreeMap<String, Cow<'static, [u8]>>,
    ) -> Result<Self, Diagnostic> {
        let shown = shown.into();
        if !files.keys().any(|path| path.starts_with("plugins/")) {
            let message = format!("`{shown}` has no folder `plugins`");
            return Err(Diagnostic::error("no-installation", message));
        }
        Ok(Self { files: Files::Memory(files), shown })
    }

    /// Sets the name of the installation in messages, instead of the path that it was opened by.
    #[must_use]
    pub fn shown_as(mut self, name: impl Into<String>) -> Self {
        self.shown = name.into();
        self
    }

    /// Returns its name in messages.
    pub fn name(&self) -> &str {
        &self.shown
    }

    /// Lists its plugins: the directories with a `manifest.xml`.
    ///
    /// # Errors
    ///
    /// Returns an error when the directory cannot be listed.
    pub fn plugin_ids(&self) -> Result<PluginIds, Diagnostic> {
        let mut plugins = PluginIds::default();
        match &self.files {
            Files::Disk { root, mount } => {
                self.list(&root.join(&PLUGINS[mount.len()..]), &mut plugins)?
            }
            Files::Memory(files) => {
                let names = files.keys().filter_map(|path| plugin_of(path));
                names.for_each(|name| plugins.add(name.to_owned()));
            }
        }
        Ok(plugins.sorted())
    }

    fn list(&self, folder: &Path, plugins: &mut PluginIds) -> Result<(), Diagnostic> {
        let shown = self.shown("plugins");
        for entry in fs::read_dir(folder).map_err(|error| unreadable(&shown, &error))? {
            let entry = entry.map_err(|error| unreadable(&shown, &error))?;
            if !has_manifest(&entry.path()) {
                continue;
            }
            match entry.file_name().into_string() {
                Ok(name) => plugins.add(name),
                Err(name) => plugins.refused.push(not_utf8(&shown, &name.to_string_lossy())),
            }
        }
        Ok(())
    }

    /// Returns whether there is a file at `path`, from the installation's root.
    pub fn has(&self, path: &str) -> bool {
        match &self.files {
            Files::Disk { root, mount } => {
                path.strip_prefix(mount).is_some_and(|path| root.join(path).is_file())
            }
            Files::Memory(files) => files.contains_key(path),
        }
    }

    /// Reads the file at `path`, from the installation's root, with `/` between its parts.
    ///
    /// # Errors
    ///
    /// Returns an error when the path or a link in it leads out of the installation, and when the
    /// file cannot be read or is too large.
    pub fn source(&self, path: &str) -> Result<Arc<SourceFile>, Diagnostic> {
        let path = self.normalised(path)?;
        let bytes = match &self.files {
            Files::Disk { root, mount } => match path.strip_prefix(mount) {
                Some(below) => self.read(root, below, &path)?,
                None => return Err(self.missing(&path)),
            },
            Files::Memory(files) => match files.get(&path) {
                Some(bytes) => bytes.to_vec(),
                None => return Err(self.missing(&path)),
            },
        };
        if bytes.len() as u64 > MAX_FILE {
            let shown = self.shown(&path);
            let message = format!("`{shown}` is larger than the limit of {MAX_FILE} bytes");
            return Err(Diagnostic::error("file-too-large", message)
                .help("no manifest of any release is similar: check that this is the right file"));
        }
        match encoding::decoded(&bytes).filter(|_| path.ends_with(".xml")) {
            Some(text) => Ok(SourceFile::below(&*self.shown, &*path, text)),
            None => SourceFile::decoded(&*self.shown, &*path, bytes),
        }
    }

    /// Reads at most one byte more than the limit, which detects a file that is too large.
    fn read(&self, root: &Path, below: &str, path: &str) -> Result<Vec<u8>, Diagnostic> {
        let shown = self.shown(path);
        let unreadable = |error| unreadable(&shown, &error);
        let full = self.resolve(root, below, path)?;
        // Opening a pipe would block until there is a writer.
        let metadata = fs::metadata(&full).map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(Diagnostic::error("file-unreadable", format!("`{shown}` is not a file")));
        }
        let mut bytes = Vec::with_capacity(metadata.len().min(MAX_FILE) as usize + 1);
        let file = File::open(&full).map_err(unreadable)?;
        file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        Ok(bytes)
    }

    /// Normalises a path from the installation's root, if it stays inside. The server prepends its
    /// own root to any path, including one with a leading `/`.
    pub(crate) fn normalised(&self, path: &str) -> Result<String, Diagnostic> {
        let mut parts = Vec::new();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    if parts.pop().is_none() {
                        return Err(self.escapes(path, "leads"));
                    }
                }
                part => parts.push(part),
            }
        }
        // A separator where the server runs on Windows, and a part of a name elsewhere.
        if path.contains('\\') {
            let message = format!("`{path}` is a path with `\\`");
            return Err(Diagnostic::error("include-escapes", message)
                .help("write `/`; servers interpret `\\` differently"));
        }
        Ok(parts.join("/"))
    }

    /// Resolves `path`, if it is inside of the installation.
    fn resolve(&self, root: &Path, below: &str, path: &str) -> Result<PathBuf, Diagnostic> {
        let full = fs::canonicalize(root.join(below))
            .map_err(|error| unreadable(&self.shown(path), &error))?;
        if full.starts_with(root) {
            Ok(full)
        } else {
            Err(self.escapes(path, "is a link that leads"))
        }
    }

    fn escapes(&self, path: &str, leads: &str) -> Diagnostic {
        let message = format!("`{path}` {leads} out of the installation `{}`", self.shown);
        Diagnostic::error("include-escapes", message).help(
            "only files below the directory of the installation are read, and paths are relative \
             to it; copy the file there",
        )
    }

    fn missing(&self, path: &str) -> Diagnostic {
        unreadable(&self.shown(path), &io::ErrorKind::NotFound.into())
    }

    fn shown(&self, path: &str) -> String {
        SourceFile::below(&*self.shown, path, "").path()
    }
}

/// Returns the root of the installation at `path`, and the prefix of the paths of its files there.
fn locate(path: &Path) -> Option<(PathBuf, &'static str)> {
    for root in [path.to_owned(), path.join(CHECKOUT)] {
        if root.join(PLUGINS).is_dir() {
            return Some((root, ""));
        }
    }
    let is_plugin = |entry: &fs::DirEntry| {
        entry.file_name().to_string_lossy().find('.').is_some_and(|at| at > 0)
            && has_manifest(&entry.path())
    };
    fs::read_dir(path).ok()?.flatten().find(is_plugin)?;
    // Included files are named from the installation's root, which is the parent of `plugins`.
    let full = fs::canonicalize(path).ok()?;
    match (full.file_name()?.to_str(), full.parent()) {
        (Some("plugins"), Some(root)) => Some((root.to_owned(), "")),
        _ => Some((full, PLUGINS)),
    }
}

/// Returns the name of the folder whose manifest a file is.
fn plugin_of(path: &str) -> Option<&str> {
    let name = path.strip_prefix(PLUGINS)?.strip_suffix("/manifest.xml")?;
    (!name.contains('/')).then_some(name)
}

/// Returns whether there is a `manifest.xml`, readable or not: an unreadable one must be reported.
fn has_manifest(directory: &Path) -> bool {
    match fs::symlink_metadata(directory.join("manifest.xml")) {
        Ok(_) => true,
        Err(error) => {
            !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
        }
    }
}

fn not_utf8(plugins: &str, name: &str) -> (String, Diagnostic) {
    let message = format!("the name of the plugin directory `{plugins}/{name}` is not UTF-8");
    let diagnostic = Diagnostic::error("plugin-id", message)
        .help("the name is the id of the plugin; use only ASCII letters, `.`, `_` and `-`");
    (name.to_owned(), diagnostic)
}

fn unreadable(what: &str, error: &io::Error) -> Diagnostic {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Diagnostic::error("file-missing", format!("the file `{what}` does not exist"))
        }
        io::ErrorKind::PermissionDenied => {
            Diagnostic::error("file-unreadable", format!("`{what}` cannot be read: {error}"))
                .help("check that you may read it; a copy of the directory works too")
        }
        _ => Diagnostic::error("file-unreadable", format!("`{what}` cannot be read: {error}")),
    }
}
