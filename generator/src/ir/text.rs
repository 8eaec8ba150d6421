//! Documentation of endpoints, models and their parts.

use serde::Serialize;

/// What an endpoint or a model is for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Docs {
    /// One sentence.
    pub summary: Option<String>,
    /// What else a caller should know.
    pub details: Option<String>,
    /// What a success returns.
    pub response: Option<String>,
    /// Whether the text is that of the input rather than the project's: it is escaped when emitted.
    pub external: bool,
}

/// What a parameter or a field means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Whether it is that of the input rather than the project's: it is escaped when emitted.
    pub external: bool,
}

impl Text {
    /// The text of an input, if it says something.
    pub(crate) fn external(text: Option<&str>) -> Option<Self> {
        non_empty(text).map(|text| Self { text, external: true })
    }

    /// The project's own text.
    pub(crate) fn own(text: impl Into<String>) -> Self {
        Self { text: text.into(), external: false }
    }
}

/// The text, if it says something.
pub(crate) fn non_empty(text: Option<&str>) -> Option<String> {
    let is_printed = |c: char| !c.is_whitespace() && !c.is_control();
    text.filter(|text| text.chars().any(is_printed)).map(str::to_owned)
}

/// The text with an end like that of a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let ends = text.ends_with(['.', '!', '?', ':', ';', '\u{3002}']);
    format!("{text}{}", if ends { "" } else { "." })
}

/// Inline code: with its white space folded, and without backticks that could end it.
pub(crate) fn code(text: &str) -> String {
    let text = text.replace('`', "'");
    format!("`{}`", text.split_whitespace().collect::<Vec<_>>().join(" "))
}
