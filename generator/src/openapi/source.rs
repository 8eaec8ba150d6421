//! A spec as read: its text, for positions, and its content, for everything else.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use serde::{
    Deserialize as _,
    de::{DeserializeOwned, DeserializeSeed, IgnoredAny},
};
use serde_json::Value;

use super::{
    files,
    locate::{self, Places},
    pointer::{self, join},
    repair::lost,
    select::tag,
    shape::Violation,
    tame::{self, Cut, Tamed},
    tree::{Growth, Mark, Tree},
};
use crate::diagnostic::{Diagnostic, Place, SourceFile};

/// Four times the largest spec in public use.
pub(super) const MAX_BYTES: usize = 64 << 20;

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

impl Format {
    /// Returns the format by the file's name, or else by its first character.
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
    /// Its format.
    pub format: Format,
    /// Its content. Overlays may change it; findings are then shown at the nearest part that
    /// remains in the file.
    pub value: Value,
    /// The other files that it refers to, in the order they were read.
    pub others: Vec<Arc<SourceFile>>,
    /// Why references to other files lead nowhere.
    pub(crate) unread: BTreeMap<String, String>,
    /// The operations that are not requested, by path and method.
    pub(crate) dropped: BTreeSet<(String, String)>,
    /// Whether only a part of the operations is requested.
    pub(crate) is_part: bool,
    /// Keys that occur twice in one map.
    pub(super) repeated: Vec<Repeated>,
    /// Parts that were cut because of their nesting depth, as pointers.
    pub(super) deep: Vec<String>,
    /// Findings about text that was removed before reading.
    pub(super) cuts: Vec<Diagnostic>,
    pub(super) places: Arc<Places>,
}

/// A key that occurs twice in one map.
#[derive(Clone, Debug)]
pub(super) struct Repeated {
    /// Its location.
    pub(super) pointer: String,
    /// The operations that are lost because of it.
    pub(super) lost: Vec<Lost>,
}

/// An operation that another one replaced.
#[derive(Clone, Debug)]
pub(super) struct Lost {
    /// Its id, or its method and path.
    pub(super) id: String,
    /// Its tag.
    pub(super) tag: String,
}

impl Repeated {
    fn new(path: &[String], value: &Value) -> Self {
        let lost = match path {
            _ if value.is_null() => Vec::new(),
            [paths] if paths == "paths" => {
                let all = value.as_object().into_iter().flatten();
                all.flat_map(|(path, item)| lost::of_path(path, item)).collect()
            }
            [paths, path] if paths == "paths" && path.starts_with('/') => {
                lost::of_path(path, value)
            }
            [paths, path, key] if paths == "paths" && lost::is_operation(key, value) => {
                vec![(lost::id(key, path, value), value)]
            }
            _ => Vec::new(),
        };
        let lost = lost.into_iter().map(|(id, one)| Lost { id, tag: tag(one).to_owned() });
        Self {
            pointer: path.iter().fold(String::new(), |at, key| join(&at, key)),
            lost: lost.collect(),
        }
    }

    /// Returns the message about it.
    fn message(&self) -> String {
        let key = pointer::tokens(&self.pointer).last().unwrap_or_default();
        format!("the key `{key}` is used twice")
    }

    /// Returns the violation.
    pub(super) fn violation(&self) -> Violation {
        let lost = self.lost.iter().map(|lost| lost.id.clone()).collect::<Vec<_>>();
        let consequence = match lost.len() {
            0 => "",
            1 => ", and the operation of the first is skipped",
            _ => ", and the operations of the first are skipped",
        };
        let message = format!("{}; the last one counts{consequence}", self.message());
        Violation::warning("spec-key-repeated", message, &self.pointer).skips(lost)
    }
}

impl Source {
    /// Creates an error about the target of `pointer`.
    pub fn error(&self, code: &'static str, message: impl AsRef<str>, pointer: &str) -> Diagnostic {
        self.places.error(code, message.as_ref(), pointer)
    }

    /// Returns the location of the target of `pointer`.
    pub fn at(&self, pointer: impl Into<String>) -> Anchor {
        Anchor { places: Arc::clone(&self.places), pointer: pointer.into() }
    }

    /// Returns the same file with other content.
    pub(crate) fn with(&self, value: Value) -> Self {
        Self { value, ..self.clone() }
    }

    /// Checks that no key occurs twice in one map.
    ///
    /// # Errors
    ///
    /// Returns an error about the first such key.
    pub(crate) fn without_repeated_keys(&self) -> Result<(), Diagnostic> {
        match self.repeated.first() {
            Some(one) => Err(self.error("spec-ill-formed", one.message(), &one.pointer)),
            None => Ok(()),
        }
    }

    /// Returns the findings about parts that were cut.
    pub(super) fn cut(&self) -> impl Iterator<Item = Violation> {
        self.deep.iter().map(|pointer| {
            let message = "lists and maps are nested too deeply; it is ignored";
            match is_aside(pointer::tokens(pointer).collect::<Vec<_>>().as_slice()) {
                Some(_) => Violation::note("spec-too-deep", message, pointer),
                None => Violation::warning("spec-too-deep", message, pointer),
            }
        })
    }

    /// Adds another file that this one refers to.
    pub(super) fn add(&mut self, name: &str, other: &Self) {
        self.others.push(Arc::clone(&other.file));
        Arc::make_mut(&mut self.places).add(name.to_owned(), &other.places);
        let in_other = |one: &Repeated| Repeated {
            pointer: locate::in_other(name, &one.pointer),
            lost: Vec::new(),
        };
        self.repeated.extend(other.repeated.iter().map(in_other));
        self.cuts.extend_from_slice(&other.cuts);
        let deep = other.deep.iter();
        self.deep.extend(deep.map(|pointer| locate::in_other(name, pointer)));
    }

    pub(super) fn places(&self) -> &Arc<Places> {
        &self.places
    }
}

/// A location in a JSON or YAML file. Its line is computed on request.
#[derive(Clone, Debug)]
pub struct Anchor {
    places: Arc<Places>,
    /// Its JSON pointer.
    pub pointer: String,
}

impl PartialEq for Anchor {
    fn eq(&self, other: &Self) -> bool {
        self.pointer == other.pointer && self.places.file() == other.places.file()
    }
}

impl Eq for Anchor {}

impl Anchor {
    /// Returns the lines and columns.
    pub fn place(&self) -> Place {
        self.places.place(&self.pointer)
    }
}

/// Reads a JSON or YAML file.
///
/// # Errors
///
/// Returns what makes it ill-formed, a key that is not text, and anything too large for a spec.
pub fn parse(file: &Arc<SourceFile>) -> Result<Source, Diagnostic> {
    if file.text.len() > MAX_BYTES {
        let message = format!("a file of more than {} MiB", MAX_BYTES >> 20);
        return Err(Diagnostic::error("spec-too-large", message).at(file, 0..0));
    }
    let format = Format::of(file);
    let mut tamed = None;
    let (mut value, marks) = match format {
        Format::Json => json(content(&file.text)).map_err(|error| json_error(file, &error))?,
        Format::Yaml => tamed_yaml(file, &mut tamed)?,
    };
    let (read, cuts) = tamed.map(|tamed| (tamed.text, tamed.cuts)).unzip();
    let (mut repeated, mut deep) = (Vec::new(), BTreeSet::new());
    for (path, mark) in marks {
        match mark {
            Mark::Repeated(first) => repeated.push(Repeated::new(&path, &first)),
            Mark::Deep => drop(deep.insert(cut(&mut value, &path))),
        }
    }
    Ok(Source {
        file: Arc::clone(file),
        format,
        value,
        others: Vec::new(),
        unread: BTreeMap::new(),
        dropped: BTreeSet::new(),
        is_part: false,
        repeated,
        deep: Vec::from_iter(deep),
        cuts: cut_out(file, cuts.unwrap_or_default()),
        places: Arc::new(Places::of(file, format, read)),
    })
}

/// Reads a spec, with the other files below its `folder` that it refers to. No other files are
/// read, and nothing is fetched.
///
/// # Errors
///
/// Returns the errors of [`parse`]. An unreadable other file is a finding where it is referenced.
pub fn parse_in(folder: &Path, file: &Arc<SourceFile>) -> Result<Source, Diagnostic> {
    let mut source = parse(file)?;
    files::include(&mut source, folder);
    Ok(source)
}

/// Removes the deeply nested part at `path`, and all of the extension or example that contains it.
/// Returns the pointer to the removed part.
fn cut(value: &mut Value, path: &[String]) -> String {
    let end = is_aside(path).map_or(path.len(), |at| at + 1);
    let pointer = path[..end].iter().fold(String::new(), |at, key| join(&at, key));
    if let Some(gone) = value.pointer_mut(&pointer) {
        *gone = Value::Null;
    }
    pointer
}

/// Returns the index in a path of the key of an extension or an example, from which nothing is
/// generated.
fn is_aside(path: &[String]) -> Option<usize> {
    path.iter().enumerate().position(|(at, key)| {
        let is_name = at > 0 && matches!(&*path[at - 1], "properties" | "schemas" | "definitions");
        !is_name && (key.starts_with("x-") || matches!(&**key, "example" | "examples" | "default"))
    })
}

/// A value, and the locations in it with something to report.
type Read = (Value, Vec<(Vec<String>, Mark)>);

fn json(text: &str) -> Result<Read, serde_json::Error> {
    let growth = Growth::default();
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = Tree::of(&growth).deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok((value, growth.marks()))
}

/// Reads a JSON file that this tool wrote.
///
/// # Errors
///
/// Returns what makes it ill-formed, and what has another type than was written.
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

/// Reads the tree of a file without the parts that parsers cannot handle.
fn tamed_yaml(file: &Arc<SourceFile>, tamed: &mut Option<Tamed>) -> Result<Read, Diagnostic> {
    if tame::is_suspect(&file.text) {
        *tamed = tame::tame(&file.text);
    }
    let text = tamed.as_ref().map_or(&file.text, |tamed| &tamed.text);
    yaml(file, text).or_else(|error| {
        // An alias to itself is only looked for when nothing else helps: it takes another pass.
        let again = tamed.is_none().then(|| tame::tame(&file.text)).flatten().ok_or(error)?;
        yaml(file, &tamed.insert(again).text)
    })
}

/// Returns the findings about what was removed from a file's text.
fn cut_out(file: &Arc<SourceFile>, cuts: Vec<Cut>) -> Vec<Diagnostic> {
    let aliases = cuts.into_iter().filter(|cut| cut.is_alias);
    let why = "an alias within what it stands for; it is ignored";
    let said = |cut: Cut| Diagnostic::warning("spec-too-deep", why).at(file, cut.span);
    aliases.map(said).collect()
}

/// Reads the tree of a text that replaces a file's.
fn yaml(file: &Arc<SourceFile>, text: &str) -> Result<Read, Diagnostic> {
    let growth = Growth::of_yaml();
    let value = Tree::of(&growth).deserialize(serde_yaml::Deserializer::from_str(content(text)));
    if value.is_err()
        && let Some(first) = first_document(content(text))
    {
        return Ok(first);
    }
    let value = value.map_err(|error| {
        let place = error.location().map(|at| (at.line(), at.column()));
        let at =
            place.map_or(0, |(line, column)| locate::offset_of_character(&file.text, line, column));
        let message = error.to_string();
        let suffix = place.map(|(line, column)| format!(" at line {line} column {column}"));
        let bare = suffix.and_then(|suffix| message.strip_suffix(&*suffix)).unwrap_or(&message);
        ill_formed(file, "YAML", bare, at)
    })?;
    Ok((value, growth.marks()))
}

/// Returns the first of several documents, if the others are empty.
fn first_document(text: &str) -> Option<Read> {
    let mut documents = serde_yaml::Deserializer::from_str(text);
    let growth = Growth::of_yaml();
    let first = Tree::of(&growth).deserialize(documents.next()?).ok()?;
    let mut others = documents.map(Option::<IgnoredAny>::deserialize);
    others.all(|other| matches!(other, Ok(None))).then(|| (first, growth.marks()))
}

/// Returns where the most recently read quoted text begins: its errors are detected after it.
fn quoted_before(text: &str, end: usize) -> usize {
    let before = text.get(..end).unwrap_or_default();
    before.trim_end_matches('"').rfind('"').unwrap_or(end)
}

/// Returns the text without a byte order mark.
fn content(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

fn ill_formed(file: &Arc<SourceFile>, format: &str, message: &str, at: usize) -> Diagnostic {
    Diagnostic::error("spec-ill-formed", format!("cannot be read as {format}: {message}"))
        .at(file, locate::word(&file.text, at))
}
