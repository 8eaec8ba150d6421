//! Locations in a file: an index of all positions, built for the first finding.

mod json;
mod yaml;

use std::{
    collections::BTreeMap,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    ops::Range,
    sync::{Arc, OnceLock},
};

pub(super) use yaml::Offsets;

use super::{
    files,
    pointer::{join, split_first, tokens},
    source::Format,
};
use crate::diagnostic::{Diagnostic, Place, SourceFile};

/// The positions of a spec and of the other files that it consists of.
#[derive(Clone, Debug)]
pub(super) struct Places {
    main: Positions,
    /// The other files by their names.
    others: BTreeMap<String, Positions>,
}

impl Places {
    /// Creates the positions of one file, and of the preprocessed text if that was read instead of
    /// the file's: each of its bytes has the same position as in the file.
    pub(super) fn of(file: &Arc<SourceFile>, format: Format, read: Option<String>) -> Self {
        Self { main: Positions { read, ..Positions::of(file, format) }, others: BTreeMap::new() }
    }

    /// Adds those of another file.
    pub(super) fn add(&mut self, name: String, other: &Self) {
        self.others.insert(name, other.main.clone());
    }

    /// Returns the spec's own file.
    pub(super) fn file(&self) -> &Arc<SourceFile> {
        &self.main.file
    }

    /// Returns the file that `pointer` leads into, and the pointer in that file.
    fn file_of(&self, pointer: &str) -> (&Positions, String) {
        let other = pointer.strip_prefix(files::ROOT).and_then(split_first);
        let found = other.and_then(|(name, rest)| Some((self.others.get(&name)?, rest.to_owned())));
        found.unwrap_or_else(|| (&self.main, pointer.to_owned()))
    }

    /// Creates an error about the target of `pointer`, or about the nearest enclosing thing that is
    /// in the file.
    pub(super) fn error(&self, code: &'static str, message: &str, pointer: &str) -> Diagnostic {
        let (positions, pointer) = self.file_of(pointer);
        let shown = if pointer.is_empty() { "the whole file" } else { &format!("`{pointer}`") };
        let message = files::shown(message);
        let diagnostic = Diagnostic::error(code, format!("{message} ({shown})"));
        diagnostic.at(&positions.file, positions.span(&pointer))
    }

    /// Returns the location of the target of `pointer`, or of the nearest enclosing thing that
    /// exists.
    pub(super) fn place(&self, pointer: &str) -> Place {
        let (positions, pointer) = self.file_of(pointer);
        Place { file: Arc::clone(&positions.file), span: positions.span(&pointer) }
    }
}

/// The positions in one file.
#[derive(Clone, Debug)]
struct Positions {
    file: Arc<SourceFile>,
    format: Format,
    /// The text that was read instead of the file's.
    read: Option<String>,
    index: OnceLock<Vec<Entry>>,
}

/// A position by the hash of its pointer: a file has millions of positions, of which only a few are
/// needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    hash: u64,
    start: u32,
    end: u32,
}

impl Entry {
    fn new(hash: u64, span: Range<usize>) -> Self {
        let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { hash, start: offset(span.start), end: offset(span.end) }
    }
}

/// The hash of the whole document.
const WHOLE: u64 = 0;

/// Returns the hash of the member `token` of the parent with the hash `parent`.
fn member(parent: u64, token: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (parent, token).hash(&mut hasher);
    hasher.finish()
}

/// Returns the hash of an item of the parent with the hash `parent`.
fn item(parent: u64, index: usize) -> u64 {
    member(parent, &index.to_string())
}

impl Positions {
    fn of(file: &Arc<SourceFile>, format: Format) -> Self {
        Self { file: Arc::clone(file), format, read: None, index: OnceLock::new() }
    }

    fn index(&self) -> &[Entry] {
        self.index.get_or_init(|| {
            let text = self.read.as_ref().unwrap_or(&self.file.text);
            let mut index = match self.format {
                Format::Json => json::index(text),
                Format::Yaml => yaml::index(text),
            };
            index.sort_unstable();
            index
        })
    }

    /// Returns the bytes of the target of `pointer`: of a scalar itself, and of the key of a list
    /// or a map. If a map repeats a key, the last one counts.
    fn span(&self, pointer: &str) -> Range<usize> {
        let index = self.index();
        let mut hashes = vec![WHOLE];
        for token in tokens(pointer) {
            hashes.push(member(hashes.last().copied().unwrap_or(WHOLE), &token));
        }
        let found = hashes.into_iter().rev().find_map(|hash| {
            let after = index.partition_point(|entry| entry.hash <= hash);
            let entry = index.get(after.checked_sub(1)?)?;
            (entry.hash == hash).then_some(entry.start as usize..entry.end as usize)
        });
        found.unwrap_or(0..0)
    }
}

/// Returns the pointer to a part of another file.
pub(super) fn in_other(name: &str, pointer: &str) -> String {
    format!("{}{pointer}", join(files::ROOT, name))
}

/// Returns the offset of a line and column, both counted from 1, the column in bytes.
pub(super) fn offset_of_byte(text: &str, line: usize, column: usize) -> usize {
    let start = line_start(text, line);
    let mut offset = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// Returns the offset of a line and column, both counted from 1, the column in characters.
pub(crate) fn offset_of_character(text: &str, line: usize, column: usize) -> usize {
    let start = line_start(text, line);
    let rest = &text[start..];
    rest.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| start + at)
}

fn line_start(text: &str, line: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    before.min(text.len())
}

/// Returns the word or quoted text at `offset`, with at least one character where there is one.
pub(super) fn word(text: &str, offset: usize) -> Range<usize> {
    let rest = text.get(offset..).unwrap_or_default();
    let Some(first) = rest.chars().next() else { return offset.min(text.len())..text.len() };
    let end = match first {
        '"' | '\'' => rest[1..].find([first, '\n']).map_or(rest.len(), |end| end + 2),
        '{' | '[' => 1,
        _ => bare_word(rest).len(),
    };
    offset..offset + end.clamp(first.len_utf8(), rest.len())
}

/// Returns the unquoted word at the beginning of a text; a brace in it, as in `/fs/{path}`, does
/// not end it.
fn bare_word(text: &str) -> &str {
    let end = text.find(|c: char| c.is_whitespace() || c == ',').unwrap_or(text.len());
    let mut word = &text[..end];
    loop {
        let count = |c: char| word.matches(c).count();
        let closes = match word.chars().next_back() {
            Some(':') => true,
            Some('}') => count('}') > count('{'),
            Some(']') => count(']') > count('['),
            _ => false,
        };
        if !closes {
            return word;
        }
        word = &word[..word.len() - 1];
    }
}
