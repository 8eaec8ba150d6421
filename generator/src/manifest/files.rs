//! The files of an installation, and nothing outside of it.

use std::{
    cell::RefCell,
    collections::HashMap,
    fs, io,
    path::{Component, Path, PathBuf},
    rc::Rc,
    sync::Arc,
};

use super::xml::{self, Document};
use crate::diagnostic::{Diagnostic, SourceFile};

/// The largest manifest of any release has 130 kB.
const MAX_FILE: u64 = 4 * 1024 * 1024;

/// A directory laid out like a Pydio installation. Files are read and parsed once.
#[derive(Debug)]
pub struct Installation {
    root: PathBuf,
    parsed: RefCell<HashMap<String, Rc<Document>>>,
}

impl Installation {
    /// The installation in `root`.
    ///
    /// # Errors
    ///
    /// When there is no directory `plugins` in it.
    pub fn open(root: &Path) -> Result<Self, Diagnostic> {
        if !root.join("plugins").is_dir() {
            let message = format!("`{}` has no directory `plugins`", root.display());
            return Err(Diagnostic::error("no-installation", message).help(
                "name the directory of a Pydio installation: the one with `index.php` and `plugins`",
            ));
        }
        let root = fs::canonicalize(root).map_err(|error| unreadable("installation", &error))?;
        Ok(Self { root, parsed: RefCell::default() })
    }

    /// The ids of its plugins, in order: the directories with a `manifest.xml`.
    ///
    /// # Errors
    ///
    /// When the directory cannot be listed.
    pub fn plugin_ids(&self) -> Result<Vec<String>, Diagnostic> {
        let directory = self.root.join("plugins");
        let entries = fs::read_dir(directory).map_err(|error| unreadable("plugins", &error))?;
        let mut ids = Vec::new();
        for entry in entries {
            let entry = entry.map_err(|error| unreadable("plugins", &error))?;
            if !entry.path().join("manifest.xml").exists() {
                continue;
            }
            ids.push(entry.file_name().into_string().map_err(|name| {
                let message = format!("the plugin directory {} is not UTF-8", name.display());
                Diagnostic::error("plugin-id", message)
            })?);
        }
        ids.sort_unstable();
        Ok(ids)
    }

    /// The parsed file at `path`, from the installation's root, with `/` between its parts.
    ///
    /// # Errors
    ///
    /// When the path or a link in it leads out of the installation, when the file cannot be read
    /// or is too large, and when it is not well-formed.
    pub fn document(&self, path: &str) -> Result<Rc<Document>, Diagnostic> {
        if let Some(document) = self.parsed.borrow().get(path) {
            return Ok(Rc::clone(document));
        }
        let document = Rc::new(xml::parse(&self.read(path)?)?);
        self.parsed.borrow_mut().insert(path.to_owned(), Rc::clone(&document));
        Ok(document)
    }

    fn read(&self, path: &str) -> Result<Arc<SourceFile>, Diagnostic> {
        let full = self.resolve(path)?;
        let metadata = fs::metadata(&full).map_err(|error| unreadable(path, &error))?;
        if !metadata.is_file() {
            let message = format!("`{path}` is not a file");
            return Err(Diagnostic::error("file-unreadable", message));
        }
        if metadata.len() > MAX_FILE {
            let message =
                format!("`{path}` has {} bytes, more than the {MAX_FILE} read", metadata.len());
            return Err(Diagnostic::error("file-too-large", message)
                .help("no manifest of any release comes near: is this the right file?"));
        }
        let bytes = fs::read(&full).map_err(|error| unreadable(path, &error))?;
        String::from_utf8(bytes).map(|text| SourceFile::new(path, text)).map_err(|error| {
            let valid = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
            Diagnostic::error("file-not-utf8", format!("`{path}` is not UTF-8"))
                .at(&SourceFile::new(path, text), valid..valid + 1)
                .help("convert the file to UTF-8, as its XML declaration says or should say")
        })
    }

    /// Where `path` really is, if that is inside of the installation.
    fn resolve(&self, path: &str) -> Result<PathBuf, Diagnostic> {
        let escapes = || {
            Diagnostic::error("include-escapes", format!("`{path}` leads out of the installation"))
                .help("only files below the installation's directory are read, links included")
        };
        let parts = Path::new(path).components();
        if path.contains('\\') || !parts.into_iter().all(|c| matches!(c, Component::Normal(_))) {
            return Err(escapes());
        }
        let full =
            fs::canonicalize(self.root.join(path)).map_err(|error| unreadable(path, &error))?;
        if full.starts_with(&self.root) { Ok(full) } else { Err(escapes()) }
    }
}

fn unreadable(what: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::error("file-unreadable", format!("`{what}` cannot be read: {error}"))
}
