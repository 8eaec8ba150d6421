//! The files of an installation, and nothing outside of it.

use std::{
    borrow::Cow,
    cell::RefCell,
    collections::{BTreeMap, HashMap},
    fs::{self, File},
    io::{self, Read as _},
    path::{Component, Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use super::xml::{self, Document};
use crate::diagnostic::{Diagnostic, SourceFile};

/// The largest manifest of any release has 130 kB.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// Files laid out like a Pydio installation. They are read and parsed once.
#[derive(Debug)]
pub struct Installation {
    files: Files,
    shown: String,
    parsed: RefCell<HashMap<String, Result<Rc<Document>, Diagnostic>>>,
}

#[derive(Debug)]
enum Files {
    /// Below this directory.
    Disk(PathBuf),
    /// By their paths, with `/` between the parts.
    Memory(BTreeMap<String, Cow<'static, [u8]>>),
}

/// The plugins of an installation.
#[derive(Debug, Default)]
pub struct PluginIds {
    /// Their ids, in order.
    pub ids: Vec<String>,
    /// What stands for an id in messages where the directory's name cannot be one, and why.
    pub refused: Vec<(String, Diagnostic)>,
}

impl Installation {
    /// The installation in `root`.
    ///
    /// # Errors
    ///
    /// When there is no directory `plugins` in it.
    pub fn open(root: &Path) -> Result<Self, Diagnostic> {
        let shown = root.display().to_string();
        if !root.join("plugins").is_dir() {
            let what = if root.is_dir() { "has no directory `plugins`" } else { "is no directory" };
            return Err(Diagnostic::error("no-installation", format!("`{shown}` {what}")).help(
                "name the directory of a Pydio installation: the one with `index.php` and `plugins`",
            ));
        }
        let root = fs::canonicalize(root).map_err(|error| unreadable(&shown, &error))?;
        Ok(Self { files: Files::Disk(root), shown, parsed: RefCell::default() })
    }

    /// An installation of files by their paths, called `shown` in messages.
    ///
    /// # Errors
    ///
    /// When there is no plugin among them.
    pub fn in_memory(
        shown: impl Into<String>,
        files: BTreeMap<String, Cow<'static, [u8]>>,
    ) -> Result<Self, Diagnostic> {
        let shown = shown.into();
        if !files.keys().any(|path| path.starts_with("plugins/")) {
            let message = format!("`{shown}` has no directory `plugins`");
            return Err(Diagnostic::error("no-installation", message));
        }
        Ok(Self { files: Files::Memory(files), shown, parsed: RefCell::default() })
    }

    /// Calls the installation `name` in messages, rather than by the path that it was opened by.
    #[must_use]
    pub fn shown_as(mut self, name: impl Into<String>) -> Self {
        self.shown = name.into();
        self
    }

    /// What it is called in messages.
    pub fn name(&self) -> &str {
        &self.shown
    }

    /// Its plugins: the directories with a `manifest.xml`.
    ///
    /// # Errors
    ///
    /// When the directory cannot be listed.
    pub fn plugin_ids(&self) -> Result<PluginIds, Diagnostic> {
        let root = match &self.files {
            Files::Disk(root) => root,
            Files::Memory(files) => {
                let ids = files.keys().filter_map(|path| {
                    path.strip_prefix("plugins/")?.strip_suffix("/manifest.xml")
                });
                let ids = ids.filter(|id| !id.contains('/')).map(str::to_owned).collect();
                return Ok(PluginIds { ids, refused: Vec::new() });
            }
        };
        let shown = self.shown("plugins");
        let entries = fs::read_dir(root.join("plugins"));
        let mut plugins = PluginIds::default();
        for entry in entries.map_err(|error| unreadable(&shown, &error))? {
            let entry = entry.map_err(|error| unreadable(&shown, &error))?;
            if !has_manifest(&entry.path()) {
                continue;
            }
            match entry.file_name().into_string() {
                Ok(id) => plugins.ids.push(id),
                Err(name) => plugins.refused.push(not_utf8(&shown, &name.to_string_lossy())),
            }
        }
        plugins.ids.sort_unstable();
        plugins.refused.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        Ok(plugins)
    }

    /// Whether there is a file at `path`, from the installation's root.
    pub fn has(&self, path: &str) -> bool {
        match &self.files {
            Files::Disk(root) => root.join(path).is_file(),
            Files::Memory(files) => files.contains_key(path),
        }
    }

    /// The parsed file at `path`, from the installation's root, with `/` between its parts.
    ///
    /// # Errors
    ///
    /// When the path or a link in it leads out of the installation, when the file cannot be read
    /// or is too large, and when it is not well-formed.
    pub fn document(&self, path: &str) -> Result<Rc<Document>, Diagnostic> {
        let path = self.normalised(path)?;
        if let Some(result) = self.parsed.borrow().get(&path) {
            return result.clone();
        }
        let result = self.source(&path).and_then(|file| xml::parse(&file)).map(Rc::new);
        self.parsed.borrow_mut().insert(path, result.clone());
        result
    }

    /// The text of the file at `path`.
    ///
    /// # Errors
    ///
    /// As those of [`Installation::document`], but for what XML asks for.
    pub fn source(&self, path: &str) -> Result<Arc<SourceFile>, Diagnostic> {
        let path = self.normalised(path)?;
        let bytes = match &self.files {
            Files::Disk(root) => self.read(root, &path)?,
            Files::Memory(files) => files
                .get(&path)
                .map(|bytes| bytes.to_vec())
                .ok_or_else(|| unreadable(&self.shown(&path), &io::ErrorKind::NotFound.into()))?,
        };
        SourceFile::decoded(&*self.shown, &*path, bytes)
    }

    fn read(&self, root: &Path, path: &str) -> Result<Vec<u8>, Diagnostic> {
        let shown = self.shown(path);
        let unreadable = |error| unreadable(&shown, &error);
        let full = self.resolve(root, path)?;
        // Opening a pipe would wait for a writer.
        let metadata = fs::metadata(&full).map_err(unreadable)?;
        if !metadata.is_file() {
            return Err(Diagnostic::error("file-unreadable", format!("`{shown}` is not a file")));
        }
        // One more than there are: that is how the end is found.
        let mut bytes = Vec::with_capacity(metadata.len().min(MAX_FILE) as usize + 1);
        let file = File::open(&full).map_err(unreadable)?;
        file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > MAX_FILE {
            let message = format!("`{shown}` has more than the {MAX_FILE} bytes that are read");
            return Err(Diagnostic::error("file-too-large", message)
                .help("no manifest of any release comes near: is this the right file?"));
        }
        Ok(bytes)
    }

    /// The path with each part once, if it has none that leads upwards or elsewhere.
    fn normalised(&self, path: &str) -> Result<String, Diagnostic> {
        let mut parts = Vec::new();
        for component in Path::new(path).components() {
            match component {
                Component::Normal(part) => parts.push(part.to_string_lossy()),
                Component::CurDir => {}
                _ => return Err(self.escapes(path, "leads")),
            }
        }
        // A separator where the server runs on Windows, and a part of a name elsewhere.
        if path.contains('\\') {
            let message = format!("`{path}` is a path with `\\`");
            return Err(Diagnostic::error("include-escapes", message)
                .help("write `/`: the other means different things to different servers"));
        }
        Ok(parts.join("/"))
    }

    /// Where `path` really is, if that is inside of the installation.
    fn resolve(&self, root: &Path, path: &str) -> Result<PathBuf, Diagnostic> {
        let full = fs::canonicalize(root.join(path))
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
            "only what is below the installation's directory is read, and paths begin there: copy \
             the file into it",
        )
    }

    fn shown(&self, path: &str) -> String {
        SourceFile::below(&*self.shown, path, "").path()
    }
}

/// Whether there is a `manifest.xml`, readable or not: what cannot be read is not to be missed.
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
        .help("the name is the plugin's id: give it one of ASCII letters, `.`, `_` and `-`");
    (name.to_owned(), diagnostic)
}

fn unreadable(what: &str, error: &io::Error) -> Diagnostic {
    match error.kind() {
        io::ErrorKind::NotFound => {
            Diagnostic::error("file-missing", format!("there is no file `{what}`"))
        }
        io::ErrorKind::PermissionDenied => {
            Diagnostic::error("file-unreadable", format!("`{what}` cannot be read: {error}"))
                .help("is it yours to read? A copy of the directory will do")
        }
        _ => Diagnostic::error("file-unreadable", format!("`{what}` cannot be read: {error}")),
    }
}
