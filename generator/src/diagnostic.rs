//! Findings about inputs: what is wrong, where, and what to do about it.

mod render;

use std::{
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

use serde::Serialize;

/// A file that was read, kept so that a finding can show its lines.
#[derive(Debug)]
pub struct SourceFile {
    /// The directory that `name` is relative to, as shown to the user; empty for the current
    /// directory.
    pub root: String,
    /// The file's path below `root`, with `/` between its parts.
    pub name: String,
    /// Its content, without a byte order mark: no editor counts it as a column.
    pub text: String,
    /// The line starts, computed on first use.
    lines: OnceLock<Lines>,
}

/// The positions of the lines and characters of a text: a file may be a single line, and have any
/// number of findings.
#[derive(Debug)]
struct Lines {
    /// The offset of each line.
    starts: Vec<usize>,
    /// The number of characters before each block of bytes.
    characters: Vec<usize>,
}

/// The number of bytes in a block.
const BLOCK: usize = 1 << 10;

impl Lines {
    fn of(text: &str) -> Self {
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let starts = std::iter::once(0).chain(ends.map(|(end, _)| end + 1)).collect();
        let mut characters = vec![0];
        let mut count = 0;
        for block in text.as_bytes().chunks(BLOCK) {
            count += begun(block);
            characters.push(count);
        }
        Self { starts, characters }
    }
}

/// Counts the characters that begin in some bytes of UTF-8.
fn begun(bytes: &[u8]) -> usize {
    bytes.iter().filter(|byte| (**byte & 0xC0) != 0x80).count()
}

impl PartialEq for SourceFile {
    fn eq(&self, other: &Self) -> bool {
        (&self.root, &self.name, &self.text) == (&other.root, &other.name, &other.text)
    }
}

impl Eq for SourceFile {}

impl SourceFile {
    /// Creates a file with its content.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Self::below("", name, text)
    }

    /// Creates the file `name` of the directory `root` with its content.
    pub fn below(
        root: impl Into<String>,
        name: impl Into<String>,
        text: impl Into<String>,
    ) -> Arc<Self> {
        let mut text = text.into();
        if text.starts_with('\u{feff}') {
            text.remove(0);
        }
        let (root, name) = (root.into(), name.into());
        Arc::new(Self { root, name, text, lines: OnceLock::new() })
    }

    /// Creates a file from bytes in one of the supported encodings.
    ///
    /// # Errors
    ///
    /// Returns where it stops being UTF-8.
    pub fn decoded(
        root: impl Into<String>,
        name: impl Into<String>,
        bytes: Vec<u8>,
    ) -> Result<Arc<Self>, Diagnostic> {
        // UTF-16 with its byte order mark, or with the `<` that XML begins with.
        let begins: [&[u8]; 4] = [b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"];
        let is_utf16 = begins.iter().any(|begin| bytes.starts_with(begin));
        let (bytes, valid) = match String::from_utf8(bytes) {
            Ok(text) if is_utf16 => (text.into_bytes(), 0),
            Ok(text) => return Ok(Self::below(root, name, text)),
            Err(error) => (error.as_bytes().to_vec(), error.utf8_error().valid_up_to()),
        };
        let is = if is_utf16 { "is UTF-16 instead of UTF-8" } else { "is not UTF-8" };
        let file = Self::below(root, name, String::from_utf8_lossy(&bytes));
        let help = match file.name.ends_with(".xml") {
            true => "convert the file to UTF-8, and change its XML declaration accordingly",
            false => "convert the file to UTF-8",
        };
        Err(Diagnostic::error("file-not-utf8", format!("`{}` {is}", file.path()))
            .at(&file, valid..valid + '\u{fffd}'.len_utf8())
            .help(help))
    }

    /// Returns the path to find it by. Names come from the input, so control characters in them are
    /// escaped.
    pub fn path(&self) -> String {
        printable(&match &*self.root {
            "" => self.name.clone(),
            root => format!("{}/{}", root.trim_end_matches('/'), self.name),
        })
    }

    /// Returns the line and column of a byte offset, both counted from 1, columns in characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let (line, span) = self.line(offset);
        let column =
            self.characters_before(self.floor(offset)) - self.characters_before(span.start);
        (line, column + 1)
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(&self.text))
    }

    /// Returns the line that a byte offset is in, counted from 1, and the bytes of that line.
    fn line(&self, offset: usize) -> (usize, Range<usize>) {
        let starts = &self.lines().starts;
        let line = starts.partition_point(|start| *start <= self.floor(offset)).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        let next = starts.get(line).copied();
        let end = next.map_or(self.text.len(), |next| next - 1);
        let line_end = if self.text[start..end].ends_with('\r') { end - 1 } else { end };
        (line, start..line_end)
    }

    /// Counts the characters before a byte offset.
    fn characters_before(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        let before = self.lines().characters.get(block).copied().unwrap_or(0);
        before + begun(&self.text.as_bytes()[block * BLOCK..offset])
    }

    /// Returns the nearest offset at or before `offset` where a character begins or the text ends.
    fn floor(&self, offset: usize) -> usize {
        let mut floor = offset.min(self.text.len());
        while !self.text.is_char_boundary(floor) {
            floor -= 1;
        }
        floor
    }
}

/// Escapes everything in `text` that would control a terminal or begin a line.
pub fn printable(text: &str) -> String {
    let acts = |c: char| c.is_control() || is_bidi(c);
    let shown = |c: char| if acts(c) { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// Returns whether the character changes the direction of the text around it, and could hide its
/// content.
pub fn is_bidi(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// A location in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub file: Arc<SourceFile>,
    /// The bytes in it.
    pub span: Range<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (line, column) = self.file.line_column(self.span.start);
        write!(f, "{}:{line}:{column}", self.file.path())
    }
}

/// The severity of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Something was ignored that makes no difference to what is generated.
    Note,
    /// The input is usable, but probably not meant this way.
    Warning,
    /// The input, or the part of it that the finding is about, is not usable.
    Error,
}

/// One finding about an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its severity.
    pub severity: Severity,
    /// A short stable name of the kind of finding, such as `include-escapes`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where it is.
    pub place: Option<Place>,
}

impl Diagnostic {
    /// Creates an error without a location.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), help: None, place: None }
    }

    /// Creates a warning without a location.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// Creates a note without a location.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, message) }
    }

    /// Turns a warning into an error.
    pub fn deny(&mut self) {
        if self.severity == Severity::Warning {
            self.severity = Severity::Error;
        }
    }

    /// Sets where it is.
    pub fn at(mut self, file: &Arc<SourceFile>, span: Range<usize>) -> Self {
        let (start, end) = (file.floor(span.start), file.floor(span.end.max(span.start)));
        self.place = Some(Place { file: Arc::clone(file), span: start..end });
        self
    }

    /// Sets what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Renders the finding with the lines it is about, as shown on a terminal.
    pub fn render(&self, colours: bool) -> String {
        render::render(self, colours, None)
    }

    /// Renders the finding like [`Diagnostic::render`] in colours, with its lines cut to `width`
    /// columns.
    pub fn render_within(&self, width: usize) -> String {
        render::render(self, true, Some(width))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(f, "{place}: ")?;
        }
        write!(f, "{}", printable(&self.message))
    }
}

impl std::error::Error for Diagnostic {}

impl From<Diagnostic> for Vec<Diagnostic> {
    fn from(diagnostic: Diagnostic) -> Self {
        vec![diagnostic]
    }
}
