//! A spec as it was read: its text, for positions, and its content, for everything else.

use std::{cell::Cell, sync::Arc};

use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;

use super::{locate, tree::Tree};
use crate::diagnostic::{Diagnostic, Place, SourceFile};

/// Fifty times the larger of the specs this is for.
const MAX_BYTES: usize = 16 << 20;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

impl Format {
    /// By the file's name, and where that says nothing by its first character.
    pub fn of(file: &SourceFile) -> Self {
        match file.name.rsplit_once('.').map(|(_, extension)| extension) {
            Some("json") => Self::Json,
            Some("yaml" | "yml") => Self::Yaml,
            _ if content(&file.text).trim_start().starts_with(['{', '[']) => Self::Json,
            _ => Self::Yaml,
        }
    }
}

/// A file of JSON or YAML, read.
#[derive(Clone, Debug)]
pub struct Source {
    /// The file.
    pub file: Arc<SourceFile>,
    /// How it is written.
    pub format: Format,
    /// Its content. Overlays may change it; findings are then shown at what is left of the
    /// place in the file.
    pub value: Value,
}

impl Source {
    /// An error about what `pointer` points to.
    pub fn error(&self, code: &'static str, message: impl AsRef<str>, pointer: &str) -> Diagnostic {
        locate::error(&self.file, self.format, code, message.as_ref(), pointer)
    }

    /// Where what `pointer` points to stands.
    pub fn at(&self, pointer: impl Into<String>) -> Anchor {
        Anchor { file: Arc::clone(&self.file), format: self.format, pointer: pointer.into() }
    }
}

/// A place in a file of JSON or YAML. Its line is worked out only when somebody asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    file: Arc<SourceFile>,
    format: Format,
    /// The JSON pointer to it.
    pub pointer: String,
}

impl Anchor {
    /// The lines and columns.
    pub fn place(&self) -> Place {
        locate::place(&self.file, self.format, &self.pointer)
    }
}

/// Reads a file of JSON or YAML.
///
/// # Errors
///
/// What makes it ill-formed, a key that stands twice in one map, a key that is no text, and
/// whatever is too large to be a spec.
pub fn parse(file: &Arc<SourceFile>) -> Result<Source, Diagnostic> {
    if file.text.len() > MAX_BYTES {
        let message = format!("a file of more than {} MiB", MAX_BYTES >> 20);
        return Err(Diagnostic::error("spec-too-large", message).at(file, 0..0));
    }
    let format = Format::of(file);
    let value = match (format, file.json) {
        (Format::Json, _) => json(content(&file.text)).map_err(|error| json_error(file, &error))?,
        (Format::Yaml, Some(text)) => json(text).or_else(|_| yaml(file))?,
        (Format::Yaml, None) => yaml(file)?,
    };
    Ok(Source { file: Arc::clone(file), format, value })
}

fn json(text: &str) -> Result<Value, serde_json::Error> {
    let nodes = Cell::new(0);
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Tree::counted(&nodes).deserialize(&mut deserializer)?;
    deserializer.end().map(|()| value)
}

/// Reads a file of JSON that this tool wrote.
///
/// # Errors
///
/// What makes it ill-formed, and what is of another type than was written.
pub(crate) fn read_own<T: DeserializeOwned>(file: &Arc<SourceFile>) -> Result<T, Diagnostic> {
    serde_json::from_str(content(&file.text))
        .map_err(|error| Diagnostic { code: "file-ill-formed", ..json_error(file, &error) })
}

fn json_error(file: &Arc<SourceFile>, error: &serde_json::Error) -> Diagnostic {
    let text = content(&file.text);
    let skipped = file.text.len() - text.len();
    let end = locate::offset_of_byte(text, error.line(), error.column());
    let at = skipped + if error.is_data() { quoted_before(text, end) } else { end };
    let suffix = format!(" at line {} column {}", error.line(), error.column());
    let message = error.to_string();
    ill_formed(file, "JSON", message.strip_suffix(&suffix).unwrap_or(&message), at)
}

fn yaml(file: &Arc<SourceFile>) -> Result<Value, Diagnostic> {
    let nodes = Cell::new(0);
    let value =
        Tree::counted(&nodes).deserialize(serde_yaml::Deserializer::from_str(content(&file.text)));
    value.map_err(|error| {
        let place = error.location().map(|at| (at.line(), at.column()));
        let at =
            place.map_or(0, |(line, column)| locate::offset_of_character(&file.text, line, column));
        let message = error.to_string();
        let suffix = place.map(|(line, column)| format!(" at line {line} column {column}"));
        let bare = suffix.and_then(|suffix| message.strip_suffix(&*suffix)).unwrap_or(&message);
        ill_formed(file, "YAML", bare, at)
    })
}

/// Where the quoted text begins that was read last: what was wrong with it is known behind it.
fn quoted_before(text: &str, end: usize) -> usize {
    let before = text.get(..end).unwrap_or_default();
    before.trim_end_matches('"').rfind('"').unwrap_or(end)
}

/// The text without a byte order mark.
fn content(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn ill_formed(file: &Arc<SourceFile>, format: &str, message: &str, at: usize) -> Diagnostic {
    Diagnostic::error("spec-ill-formed", format!("cannot be read as {format}: {message}"))
        .at(file, locate::word(&file.text, at))
}
