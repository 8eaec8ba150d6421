//! Where in a file something stands, worked out only when a finding is about it.

mod json;
mod yaml;

use std::{ops::Range, sync::Arc};

use super::{pointer, source::Format};
use crate::diagnostic::{Diagnostic, Place, SourceFile};

/// An error about what `pointer` points to in `file`, or about the nearest thing around it
/// that is in the file.
pub(super) fn error(
    file: &Arc<SourceFile>,
    format: Format,
    code: &'static str,
    message: &str,
    pointer: &str,
) -> Diagnostic {
    let shown = if pointer.is_empty() { "the whole file" } else { &format!("`{pointer}`") };
    let diagnostic = Diagnostic::error(code, format!("{message} ({shown})"));
    diagnostic.at(file, locate(&file.text, format, pointer))
}

/// Where what `pointer` points to is in `file`, or the nearest thing around it that is there.
pub(super) fn place(file: &Arc<SourceFile>, format: Format, pointer: &str) -> Place {
    Place { file: Arc::clone(file), span: locate(&file.text, format, pointer) }
}

/// The bytes of what `pointer` points to: a scalar itself, and the key of a list or a map.
fn locate(text: &str, format: Format, pointer: &str) -> Range<usize> {
    let tokens: Vec<String> = pointer::tokens(pointer).collect();
    match format {
        Format::Json => json::locate(text, &tokens),
        Format::Yaml => yaml::locate(text, &tokens),
    }
}

/// The offset of a line and column, both counted from 1, the column in bytes.
pub(super) fn offset_of_byte(text: &str, line: usize, column: usize) -> usize {
    let start = line_start(text, line);
    let mut offset = (start + column.saturating_sub(1)).min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

/// The offset of a line and column, both counted from 1, the column in characters.
pub(super) fn offset_of_character(text: &str, line: usize, column: usize) -> usize {
    let start = line_start(text, line);
    let rest = &text[start..];
    rest.char_indices().nth(column.saturating_sub(1)).map_or(text.len(), |(at, _)| start + at)
}

fn line_start(text: &str, line: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    before.min(text.len())
}

/// The word or quoted text at `offset`, and at least one character where there is one.
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

/// The word without quotes that a text begins with; a brace in it, as in `/fs/{path}`, is not
/// the end of it.
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
