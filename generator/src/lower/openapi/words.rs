//! The documentation in a spec of its operations, models and fields.

use crate::ir::{Docs, Text, non_empty, sentence};

/// Returns the documentation of an operation.
pub(super) fn operation(summary: Option<&str>, description: Option<&str>) -> Docs {
    let docs = docs(non_empty(summary), description);
    let details = docs.details.filter(|details| Some(details) != docs.summary.as_ref());
    Docs { details, ..docs }
}

/// Returns the documentation of a model.
pub(super) fn model(name: &str, title: Option<&str>, description: Option<&str>) -> Docs {
    docs(title_of(name, title, description), description)
}

/// Returns the documentation of a field.
pub(super) fn field(name: &str, title: Option<&str>, description: Option<&str>) -> Option<Text> {
    match (title_of(name, title, description), non_empty(description)) {
        (Some(title), Some(description)) => {
            Text::external(Some(&format!("{} {description}", sentence(&title))))
        }
        (title, description) => Text::external(title.or(description).as_deref()),
    }
}

fn docs(summary: Option<String>, description: Option<&str>) -> Docs {
    let description = non_empty(description);
    let (summary, details) = match summary {
        Some(summary) => (Some(summary), description),
        None => (description, None),
    };
    Docs { summary, details, external: true, ..Docs::default() }
}

/// Returns a title that adds something to the name and the description.
fn title_of(name: &str, title: Option<&str>, description: Option<&str>) -> Option<String> {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let repeats =
        |title: &str| description.is_some_and(|text| text.trim().starts_with(title.trim()));
    non_empty(title).filter(|title| letters(title) != letters(name) && !repeats(title))
}
