//! A spec as it was read: its text, for positions, and its content, for everything else.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use serde::de::{DeserializeOwned, DeserializeSeed};
use serde_json::Value;

use super::{
    files,
    locate::{self, Places},
    pointer::{self, join},
    tree::{Growth, Tree},
};
use crate::diagnostic::{Diagnostic, Place, SourceFile};

/// Four times the largest spec in public use.
pub(super) const MAX_BYTES: usize = 64 << 20;

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
    /// The other files that it refers to, in the order that they were read in.
    pub others: Vec<Arc<SourceFile>>,
    /// Why references lead nowhere that lead out of the file.
    pub(crate) unread: BTreeMap<String, String>,
    /// The operations that are not asked for, by path and method.
    pub(crate) dropped: BTreeSet<(String, String)>,
    /// Keys that stand in one map twice: pointers.
    pub(super) repeated: Vec<String>,
    pub(super) places: Arc<Places>,
}

impl Source {
    /// An error about what `pointer` points to.
    pub fn error(&self, code: &'static str, message: impl AsRef<str>, pointer: &str) -> Diagnostic {
        self.places.error(code, message.as_ref(), pointer)
    }

    /// Where what `pointer` points to stands.
    pub fn at(&self, pointer: impl Into<String>) -> Anchor {
        Anchor { places: Arc::clone(&self.places), pointer: pointer.into() }
    }

    /// The same file with another content.
    pub(crate) fn with(&self, value: Value) -> Self {
        Self { value, ..self.clone() }
    }

    /// An error about the first key that stands in one map twice.
    ///
    /// # Errors
    ///
    /// When there is one.
    pub(crate) fn without_repeated_keys(&self) -> Result<(), Diagnostic> {
        match self.repeated().next() {
            Some((message, pointer)) => Err(self.error("spec-ill-formed", message, pointer)),
            None => Ok(()),
        }
    }

    /// What is to be said about keys that stand in one map twice, with where they stand.
    pub(super) fn repeated(&self) -> impl Iterator<Item = (String, &str)> {
        self.repeated.iter().map(|pointer| {
            let key = pointer::tokens(pointer).last().unwrap_or_default();
            (format!("the key `{key}` stands here twice"), &**pointer)
        })
    }

    /// Adds another file that this one refers to.
    pub(super) fn add(&mut self, name: &str, other: &Self) {
        self.others.push(Arc::clone(&other.file));
        Arc::make_mut(&mut self.places).add(name.to_owned(), &other.file, other.format);
        let repeated = other.repeated.iter();
        self.repeated.extend(repeated.map(|pointer| locate::in_other(name, pointer)));
    }

    pub(super) fn places(&self) -> &Arc<Places> {
        &self.places
    }
}

/// A place in a file of JSON or YAML. Its line is worked out only when somebody asks for it.
#[derive(Clone, Debug)]
pub struct Anchor {
    places: Arc<Places>,
    /// The JSON pointer to it.
    pub pointer: String,
}

impl PartialEq for Anchor {
    fn eq(&self, other: &Self) -> bool {
        self.pointer == other.pointer && self.places.file() == other.places.file()
    }
}

impl Eq for Anchor {}

impl Anchor {
    /// The lines and columns.
    pub fn place(&self) -> Place {
        self.places.place(&self.pointer)
    }
}

/// Reads a file of JSON or YAML.
///
/// # Errors
///
/// What makes it ill-formed, a key that is no text, and whatever is too large to be a spec.
pub fn parse(file: &Arc<SourceFile>) -> Result<Source, Diagnostic> {
    if file.text.len() > MAX_BYTES {
        let message = format!("a file of more than {} MiB", MAX_BYTES >> 20);
        return Err(Diagnostic::error("spec-too-large", message).at(file, 0..0));
    }
    let format = Format::of(file);
    let (value, repeated) = match (format, file.json) {
        (Format::Json, _) => json(content(&file.text)).map_err(|error| json_error(file, &error))?,
        (Format::Yaml, Some(text)) => json(text).or_else(|_| yaml(file))?,
        (Format::Yaml, None) => yaml(file)?,
    };
    let pointer = |path: Vec<String>| path.iter().fold(String::new(), |at, key| join(&at, key));
    Ok(Source {
        file: Arc::clone(file),
        format,
        value,
        others: Vec::new(),
        unread: BTreeMap::new(),
        dropped: BTreeSet::new(),
        repeated: repeated.into_iter().map(pointer).collect(),
        places: Arc::new(Places::of(file, format)),
    })
}

/// Reads a spec, with the other files below its `folder` that it refers to. No other file is read,
/// and nothing is fetched.
///
/// # Errors
///
/// Those of [`parse`]. Another file that cannot be read is a finding of what refers to it.
pub fn parse_in(folder: &Path, file: &Arc<SourceFile>) -> Result<Source, Diagnostic> {
    let mut source = parse(file)?;
    files::include(&mut source, folder);
    Ok(source)
}

/// A value, and the paths of the keys in it that stand in one map twice.
type Read = (Value, Vec<Vec<String>>);

fn json(text: &str) -> Result<Read, serde_json::Error> {
    let growth = Growth::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Tree::of(&growth).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, growth.repeated()))
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

fn yaml(file: &Arc<SourceFile>) -> Result<Read, Diagnostic> {
    let growth = Growth::of_yaml();
    let value =
        Tree::of(&growth).deserialize(serde_yaml::Deserializer::from_str(content(&file.text)));
    let value = value.map_err(|error| {
        let place = error.location().map(|at| (at.line(), at.column()));
        let at =
            place.map_or(0, |(line, column)| locate::offset_of_character(&file.text, line, column));
        let message = error.to_string();
        let suffix = place.map(|(line, column)| format!(" at line {line} column {column}"));
        let bare = suffix.and_then(|suffix| message.strip_suffix(&*suffix)).unwrap_or(&message);
        ill_formed(file, "YAML", bare, at)
    })?;
    Ok((value, growth.repeated()))
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
