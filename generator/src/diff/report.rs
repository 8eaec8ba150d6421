//! Differences as text.

use std::fmt::Write as _;

use super::{Bump, Change, Class, Count, Diff, Subject};

/// Formats a diff for a terminal: one line per change, breaking changes first.
pub fn human(diff: &Diff) -> String {
    let mut text = format!("{} -> {}\n", diff.from, diff.to);
    for (class, title) in CLASSES {
        let changes: Vec<_> = diff.changes.iter().filter(|change| change.class == class).collect();
        if changes.is_empty() {
            continue;
        }
        let _ = write!(text, "\n{title} ({})\n", changes.len());
        for Change { subject, name, what, .. } in changes {
            let _ = writeln!(text, "  {} {name}: {what}", subject.word());
        }
    }
    let _ = write!(text, "\n{}\n", summary(diff));
    text
}

/// Formats a diff as a section of a changelog.
pub fn markdown(diff: &Diff) -> String {
    let mut text = format!("## {} to {}\n\n{}\n", diff.from, diff.to, summary(diff));
    for (class, title) in CLASSES {
        for subject in [Subject::Action, Subject::Operation, Subject::Model] {
            section(diff, class, title, subject, &mut text);
        }
    }
    text
}

/// Inserts the differences into a changelog, before the earlier entries.
pub fn noted(changelog: &str, diff: &Diff) -> String {
    let is_entry = |at: &usize| *at == 0 || changelog[..*at].ends_with('\n');
    let mut entries = changelog.match_indices("## ").map(|(at, _)| at).filter(is_entry);
    let (head, entries) = changelog.split_at(entries.next().unwrap_or(changelog.len()));
    let head = head.trim_end();
    let above = if head.is_empty() { "" } else { "\n\n" };
    let below = if entries.is_empty() { "" } else { "\n" };
    format!("{head}{above}{}{below}{entries}", markdown(diff))
}

fn section(diff: &Diff, class: Class, title: &str, subject: Subject, text: &mut String) {
    let is_of = |change: &&Change| change.class == class && change.subject == subject;
    let changes: Vec<_> = diff.changes.iter().filter(is_of).collect();
    if changes.is_empty() {
        return;
    }
    let _ = write!(text, "\n### {title}: {}s\n\n", subject.word());
    for change in changes {
        let _ = writeln!(text, "- `{}`: {}", change.name, change.what);
    }
}

/// Formats a diff as one JSON document.
///
/// # Errors
///
/// No error is known: the types are plain data.
pub fn json(diff: &Diff) -> serde_json::Result<String> {
    serde_json::to_string_pretty(diff)
}

const CLASSES: [(Class, &str); 3] = [
    (Class::Breaking, "Breaking"),
    (Class::Compatible, "New"),
    (Class::Note, "Same calls, other behaviour"),
];

fn summary(diff: &Diff) -> String {
    let counts = &diff.counts;
    let mut parts =
        vec![count("actions", counts.actions), format!("by name {}", figures(counts.action_names))];
    if counts.operations != Count::default() {
        parts.push(count("operations", counts.operations));
    }
    if counts.models != Count::default() {
        parts.push(count("models", counts.models));
    }
    let bump = match diff.bump {
        Bump::None => "nothing changes for a caller",
        Bump::Patch => "a patch version: nothing but notes",
        Bump::Minor => "a minor version: something new, nothing breaks",
        Bump::Major => "a major version: something breaks",
    };
    format!("{}; {bump}.", parts.join(", "))
}

fn count(what: &str, count: Count) -> String {
    format!("{what} {}", figures(count))
}

fn figures(Count { added, removed, changed }: Count) -> String {
    format!("+{added} -{removed} ~{changed}")
}

impl Subject {
    const fn word(self) -> &'static str {
        match self {
            Self::Action => "action",
            Self::Operation => "operation",
            Self::Model => "model",
        }
    }
}
