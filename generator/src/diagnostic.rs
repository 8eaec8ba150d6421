//! Findings about inputs: what is wrong, where, and what to do about it.

mod render;

use std::{
    fmt,
    ops::Range,
    sync::{Arc, OnceLock},
};

use serde::Serialize;

/// A file that was read, kept so that a finding can show the lines it is about.
#[derive(Debug)]
pub struct SourceFile {
    /// The directory that `name` starts from, as a person names it; empty for where he is.
    pub root: String,
    /// The file's path below `root`, with `/` between its parts.
    pub name: String,
    /// Its content, without a byte order mark: no editor shows it as a column.
    pub text: String,
    /// Where its lines are, once somebody asks for one.
    lines: OnceLock<Lines>,
}

/// Where the lines and characters of a text are: a file may be one line, and have any number of
/// findings.
#[derive(Debug)]
struct Lines {
    /// The offset of each line.
    starts: Vec<usize>,
    /// How many characters there are before each block of bytes.
    characters: Vec<usize>,
}

/// The bytes of a block of characters.
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

/// How many characters begin in some bytes of UTF-8.
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
    /// A file with its content.
    pub fn new(name: impl Into<String>, text: impl Into<String>) -> Arc<Self> {
        Self::below("", name, text)
    }

    /// The file `name` of the directory `root` with its content.
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

    /// A file with the text that its bytes spell.
    ///
    /// # Errors
    ///
    /// Where it stops being UTF-8.
    pub fn decoded(
        root: impl Into<String>,
        name: impl Into<String>,
        bytes: Vec<u8>,
    ) -> Result<Arc<Self>, Diagnostic> {
        // UTF-16 by its mark, or by the `<` that XML begins with.
        let begins: [&[u8]; 4] = [b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<"];
        let is_utf16 = begins.iter().any(|begin| bytes.starts_with(begin));
        let (bytes, valid) = match String::from_utf8(bytes) {
            Ok(text) if is_utf16 => (text.into_bytes(), 0),
            Ok(text) => return Ok(Self::below(root, name, text)),
            Err(error) => (error.as_bytes().to_vec(), error.utf8_error().valid_up_to()),
        };
        let is = if is_utf16 { "is UTF-16, and not UTF-8" } else { "is not UTF-8" };
        let file = Self::below(root, name, String::from_utf8_lossy(&bytes));
        let help = match file.name.ends_with(".xml") {
            true => "convert the file to UTF-8, and let its XML declaration say so",
            false => "convert the file to UTF-8",
        };
        Err(Diagnostic::error("file-not-utf8", format!("`{}` {is}", file.path()))
            .at(&file, valid..valid + '\u{fffd}'.len_utf8())
            .help(help))
    }

    /// The path to find it by. Names are the input's, so nothing in them may act on a terminal.
    pub fn path(&self) -> String {
        printable(&match &*self.root {
            "" => self.name.clone(),
            root => format!("{}/{}", root.trim_end_matches('/'), self.name),
        })
    }

    /// Line and column of a byte offset, both counted from 1, columns in characters.
    pub fn line_column(&self, offset: usize) -> (usize, usize) {
        let (line, span) = self.line(offset);
        let column =
            self.characters_before(self.floor(offset)) - self.characters_before(span.start);
        (line, column + 1)
    }

    fn lines(&self) -> &Lines {
        self.lines.get_or_init(|| Lines::of(&self.text))
    }

    /// The line that a byte offset is in, counted from 1, and the bytes of that line.
    fn line(&self, offset: usize) -> (usize, Range<usize>) {
        let starts = &self.lines().starts;
        let line = starts.partition_point(|start| *start <= self.floor(offset)).max(1);
        let start = starts.get(line - 1).copied().unwrap_or(0);
        let next = starts.get(line).copied();
        let end = next.map_or(self.text.len(), |next| next - 1);
        let line_end = if self.text[start..end].ends_with('\r') { end - 1 } else { end };
        (line, start..line_end)
    }

    /// How many characters there are before a byte offset.
    fn characters_before(&self, offset: usize) -> usize {
        let block = offset / BLOCK;
        let before = self.lines().characters.get(block).copied().unwrap_or(0);
        before + begun(&self.text.as_bytes()[block * BLOCK..offset])
    }

    /// The nearest offset at or before `offset` that a character begins or the text ends at.
    fn floor(&self, offset: usize) -> usize {
        let mut floor = offset.min(self.text.len());
        while !self.text.is_char_boundary(floor) {
            floor -= 1;
        }
        floor
    }
}

/// `text` with escapes for what would act on a terminal or begin a line.
pub fn printable(text: &str) -> String {
    let acts = |c: char| c.is_control() || is_bidi(c);
    let shown = |c: char| if acts(c) { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect()
}

/// Whether the character turns the direction of the text around it, and could hide what it says.
pub fn is_bidi(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Where in which file something stands.
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

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A remark: something was ignored that makes no difference to what is generated.
    Note,
    /// The input is usable and probably not meant as it stands.
    Warning,
    /// The input, or the part of it that the finding is about, is not usable.
    Error,
}

/// One finding about an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How bad it is.
    pub severity: Severity,
    /// A short stable name of the kind of finding, such as `include-escapes`.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Where.
    pub place: Option<Place>,
}

impl Diagnostic {
    /// An error without a place.
    pub fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, code, message: message.into(), help: None, place: None }
    }

    /// A warning without a place.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message) }
    }

    /// A note without a place.
    pub fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, message) }
    }

    /// Makes an error of a warning.
    pub fn deny(&mut self) {
        if self.severity == Severity::Warning {
            self.severity = Severity::Error;
        }
    }

    /// Says where it is.
    pub fn at(mut self, file: &Arc<SourceFile>, span: Range<usize>) -> Self {
        let (start, end) = (file.floor(span.start), file.floor(span.end.max(span.start)));
        self.place = Some(Place { file: Arc::clone(file), span: start..end });
        self
    }

    /// Says what to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The finding with the lines it is about, as shown on a terminal.
    pub fn render(&self, colours: bool) -> String {
        render::render(self, colours, None)
    }

    /// The finding as [`Diagnostic::render`] has it in colours, its lines cut to `width` columns.
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
