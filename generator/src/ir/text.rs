//! Documentation of endpoints, models and their parts.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

/// The documentation of an endpoint or a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Docs {
    /// One sentence.
    pub summary: Option<String>,
    /// What else a caller should know.
    pub details: Option<String>,
    /// What a successful call returns.
    pub response: Option<String>,
    /// Whether the text comes from the input rather than the project: it is escaped when emitted.
    pub external: bool,
    /// What its example is made from.
    #[serde(skip)]
    pub example: ExampleData,
}

/// What the example call of an endpoint is made from. What is not given gets a usual value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExampleData {
    /// The slug of the workspace that it is called on.
    pub workspace: Option<String>,
    /// Values by the name of the parameter; optional parameters are set only if they are given.
    pub values: BTreeMap<String, Json>,
    /// The result, line by line, as it came back from a server.
    pub result: Vec<String>,
}

/// The documentation of a parameter or a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// The text.
    pub text: String,
    /// Whether it comes from the input rather than the project: it is escaped when emitted.
    pub external: bool,
}

impl Text {
    /// Creates text from an input; `None` if it is empty.
    pub(crate) fn external(text: Option<&str>) -> Option<Self> {
        non_empty(text).map(|text| Self { text, external: true })
    }

    /// Creates the project's own text.
    pub(crate) fn own(text: impl Into<String>) -> Self {
        Self { text: text.into(), external: false }
    }
}

/// Returns the text, unless it is empty.
pub(crate) fn non_empty(text: Option<&str>) -> Option<String> {
    let is_printed = |c: char| !c.is_whitespace() && !c.is_control();
    text.filter(|text| text.chars().any(is_printed)).map(str::to_owned)
}

/// Returns whether a parameter or field is a password, going by its name.
pub(crate) fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("password") || name.ends_with("pass") || name.ends_with("pwd")
}

/// Adds a full stop to text that does not end like a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let ends = text.ends_with(['.', '!', '?', ':', ';', '\u{3002}']);
    format!("{text}{}", if ends { "" } else { "." })
}

/// Formats inline code, with its white space folded and without backticks that could end it.
pub(crate) fn code(text: &str) -> String {
    let text = text.replace('`', "'");
    format!("`{}`", text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use super::is_secret;

    #[test]
    fn passwords_are_recognised_by_name() {
        for name in ["password", "new_user_pwd", "old_pass", "userPass", "guest_user_pass"] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["pass_seed", "bypass_cache", "path", "file"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
