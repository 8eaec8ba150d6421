//! Finds and reads recorded traffic: files, and folders of files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use serde_json::error::Category;

use super::{
    exchange::{Exchange, Recording},
    har,
};
use crate::diagnostic::{Diagnostic, printable};

/// Traffic that was read.
#[derive(Debug, Default)]
pub(crate) struct Traffic {
    /// The exchanges, in the order of the paths and of the files in each.
    pub(crate) exchanges: Vec<Exchange>,
    /// What could not be read.
    pub(crate) problems: Vec<Diagnostic>,
    /// The number of requests that are not calls: pages, pictures, scripts.
    pub(crate) ignored: usize,
}

/// A file of traffic, in either form.
#[derive(Deserialize)]
struct File {
    log: Option<har::Log>,
    #[serde(flatten)]
    recording: Option<Recording>,
}

/// Reads files, and the `.json` and `.har` files below folders.
///
/// A file that is not understood is a problem that stops nothing else. No message shows what is in
/// a file, which may be a secret.
///
/// # Errors
///
/// Returns an error for each path that does not exist.
pub(crate) fn read(paths: &[PathBuf]) -> Result<Traffic, Vec<Diagnostic>> {
    let mut traffic = Traffic::default();
    let mut missing = Vec::new();
    for path in paths {
        if path.is_dir() {
            let mut files = Vec::new();
            traffic.collect(path, &mut files);
            for file in files {
                let name = file.strip_prefix(path).unwrap_or(&file);
                traffic.add(&name.to_string_lossy().replace('\\', "/"), &file);
            }
        } else if path.is_file() {
            let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
            traffic.add(&name, path);
        } else {
            let message = format!("`{}` is neither a file nor a folder", path.display());
            missing.push(Diagnostic::error("traffic", message));
        }
    }
    if missing.is_empty() { Ok(traffic) } else { Err(missing) }
}

impl Traffic {
    /// Adds the files below a folder, ordered by name.
    fn collect(&mut self, folder: &Path, files: &mut Vec<PathBuf>) {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) => return self.problem(folder, &error.to_string()),
        };
        let mut paths: Vec<_> = entries
            .filter_map(Result::ok)
            .filter_map(|entry| Some((entry.path(), entry.file_type().ok()?.is_dir())))
            .collect();
        paths.sort();
        for (path, is_folder) in paths {
            if is_folder {
                self.collect(&path, files);
            } else if path.extension().is_some_and(|kind| kind == "json" || kind == "har") {
                files.push(path);
            }
        }
    }

    fn add(&mut self, name: &str, path: &Path) {
        let text = match fs::read(path) {
            Ok(text) => text,
            Err(error) => return self.problem(path, &error.to_string()),
        };
        let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
        match serde_json::from_slice::<File>(text) {
            Ok(File { log: Some(log), .. }) => self.add_log(name, path, log),
            Ok(File { recording: Some(recording), .. }) => {
                self.exchanges.push(recording.exchange(name, path));
            }
            Ok(_) => self.problem_at(path, 1, 1, "neither a recorded exchange nor a HAR file"),
            Err(error) => {
                let what = match error.classify() {
                    Category::Data => "neither a recorded exchange nor a HAR file",
                    Category::Eof => "not JSON: the file ends too early",
                    Category::Syntax | Category::Io => "not JSON",
                };
                self.problem_at(path, error.line().max(1), error.column().max(1), what);
            }
        }
    }

    fn add_log(&mut self, name: &str, path: &Path, log: har::Log) {
        for (index, entry) in log.entries.into_iter().enumerate() {
            let name = format!("{name}#{}", index + 1);
            match har::exchange(name, entry) {
                Ok(exchange) if is_call(&exchange) => self.exchanges.push(exchange),
                Ok(_) => self.ignored += 1,
                Err(_) => {
                    let what = format!("entry {} is not a HAR entry", index + 1);
                    self.problem(path, &what);
                }
            }
        }
    }

    fn problem(&mut self, path: &Path, what: &str) {
        let message = printable(&format!("{}: {what}", path.display()));
        self.problems.push(Diagnostic::warning("traffic", message));
    }

    /// Adds a problem with its location, but without the lines around it.
    fn problem_at(&mut self, path: &Path, line: usize, column: usize, what: &str) {
        let message = printable(&format!("{}:{line}:{column}: {what}", path.display()));
        self.problems.push(Diagnostic::warning("traffic", message));
    }
}

/// Returns whether an exchange is a call of Pydio, not a part of a page.
fn is_call(exchange: &Exchange) -> bool {
    exchange.field("get_action").is_some() || exchange.path.contains("/api/")
}
