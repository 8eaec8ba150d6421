//! Differences as text.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::{Bump, Change, Class, Code, Count, Diff, Sides, Subject, compare::is_shown};
use crate::diagnostic::{Place, printable};

/// The JSON Schema of [`json`].
pub const SCHEMA: &str = include_str!("schema.json");

/// The version of the format of [`json`].
const FORMAT: u32 = 2;

/// The number of calls that a line of [`human`] names.
const FEW: usize = 3;

/// Formats a diff for a terminal: breaking changes first, each with its code, what it reaches, where
/// it is declared, and its declarations in Rust. Accepted changes come last.
pub fn human(diff: &Diff) -> String {
    let mut text = format!("{} -> {}\n", printable(&diff.from), printable(&diff.to));
    for (class, title) in CLASSES {
        let is_of = |change: &&Change| change.class == class && change.allowed.is_none();
        list(&mut text, title, diff.changes.iter().filter(is_of));
    }
    let allowed = diff.changes.iter().filter(|change| change.allowed.is_some());
    list(&mut text, "Accepted", allowed);
    let _ = write!(text, "\n{}\n", summary(diff));
    text
}

fn list<'d>(text: &mut String, title: &str, changes: impl Iterator<Item = &'d Change>) {
    let changes: Vec<_> = changes.collect();
    if changes.is_empty() {
        return;
    }
    let _ = write!(text, "\n{title} ({})\n", changes.len());
    for change in changes {
        let Change { subject, name, what, code, .. } = change;
        let (name, what) = (printable(name), printable(what));
        let _ = writeln!(text, "  {} {name}: {what} [{}]", subject.word(), code.name);
        for line in details(change) {
            let _ = writeln!(text, "      {}", printable(&line));
        }
    }
}

/// Returns further details of a change, as lines.
fn details(change: &Change) -> Vec<String> {
    let Change { rust, places, calls, name, allowed, .. } = change;
    let mut lines = Vec::new();
    let others: Vec<_> = calls.iter().filter(|call| *call != name).map(String::as_str).collect();
    if !others.is_empty() {
        let named = others[..others.len().min(FEW)].join(", ");
        let more = others.len().saturating_sub(FEW);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        lines.push(format!("reaches {named}{more}"));
    }
    let is_shown = change.class == Class::Breaking && rust.old != rust.new;
    for (side, line, place) in [("was", &rust.old, &places.old), ("is", &rust.new, &places.new)] {
        let line = line.as_ref().filter(|_| is_shown);
        let place = place.as_ref().map(|place| format!("at {place}"));
        let parts: Vec<_> = line.cloned().into_iter().chain(place).collect();
        if !parts.is_empty() {
            lines.push(format!("{side} {}", parts.join("  ")));
        }
    }
    lines.extend(allowed.as_ref().map(|one| format!("until {}: {}", one.expires, one.reason)));
    lines
}

/// Formats a diff as a section of a changelog.
pub fn markdown(diff: &Diff) -> String {
    let mut text = format!("## {} to {}\n\n{}\n", line(&diff.from), line(&diff.to), summary(diff));
    for (class, title) in CLASSES {
        for subject in SUBJECTS {
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
    let _ = write!(text, "\n### {title}: {}\n\n", subject.words());
    for change in changes {
        let Change { name, what, code, rust, calls, .. } = change;
        let others = calls.iter().filter(|call| *call != name).count();
        let reaches = match (subject, others) {
            (_, 0) => String::new(),
            (Subject::Model, 1) => "; reaches 1 call".to_owned(),
            (Subject::Model, calls) => format!("; reaches {calls} calls"),
            (_, 1) => "; shared with 1 plugin".to_owned(),
            (_, others) => format!("; shared with {others} plugins"),
        };
        let (name, what) = (line(name).replace('`', "'"), line(what));
        let _ = writeln!(text, "- `{name}`: {what} ({}{reaches})", code.name);
        let is_shown = class == Class::Breaking && rust.old != rust.new;
        if let (Sides { old: Some(old), new: Some(new) }, true) = (rust, is_shown) {
            let _ = writeln!(text, "  `{}` is now `{}`", line(old), line(new));
        }
    }
}

/// Returns text of an input as one line without control characters.
fn line(text: &str) -> String {
    printable(&text.replace(['\n', '\r'], " "))
}

/// Formats a diff as one JSON document, in the format of [`SCHEMA`].
///
/// # Errors
///
/// No error is expected: the types are plain data.
pub fn json(diff: &Diff) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&json!({
        "format": FORMAT,
        "from": diff.from,
        "to": diff.to,
        "bump": diff.bump,
        "counts": diff.counts,
        "changes": diff.changes.iter().map(change).collect::<Vec<_>>(),
    }))
}

fn change(change: &Change) -> Value {
    let Change { code, subject, name, member, class, what, rust, calls, models, .. } = change;
    json!({
        "code": code.name,
        "class": class,
        "side": code.side,
        "effect": code.effect,
        "subject": subject,
        "name": name,
        "member": member,
        "what": what,
        "rust": rust,
        "places": { "old": place(&change.places.old), "new": place(&change.places.new) },
        "calls": calls,
        "models": models,
        "fingerprint": change.fingerprint,
        "allowed": change.allowed,
    })
}

fn place(place: &Option<Place>) -> Value {
    let Some(place) = place else { return Value::Null };
    let (line, column) = place.file.line_column(place.span.start);
    json!({ "file": place.file.path(), "line": line, "column": column })
}

/// Explains a code.
pub fn explanation(code: &Code) -> String {
    let class = match code.class() {
        Class::Breaking => "breaking",
        Class::Compatible => "compatible",
        Class::Note => "a note",
    };
    let upgraded = match code.class() {
        Class::Breaking => "",
        _ if is_shown(code) => "; breaking if the declaration in Rust also changes",
        _ => "",
    };
    let (side, effect) = (word(&json!(code.side)), word(&json!(code.effect)));
    format!(
        "{}: {}\n\n{}\n\nSide: {side}. Effect: {effect}. Class: {class}{upgraded}.",
        code.name,
        code.summary(),
        code.means
    )
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

const CLASSES: [(Class, &str); 3] = [
    (Class::Breaking, "Breaking"),
    (Class::Compatible, "New"),
    (Class::Note, "Same calls, different behaviour"),
];

const SUBJECTS: [Subject; 5] =
    [Subject::Bindings, Subject::Module, Subject::Action, Subject::Operation, Subject::Model];

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
        Bump::Patch => "a patch version: only notes",
        Bump::Minor => "a minor version: something is new, nothing breaks",
        Bump::Major if !diff.is_refused() => "a major version: all breaking changes are accepted",
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
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Bindings => "crate",
            Self::Module => "module",
            Self::Action => "action",
            Self::Operation => "operation",
            Self::Model => "model",
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Self::Bindings => "the crate",
            Self::Module => "modules",
            Self::Action => "actions",
            Self::Operation => "operations",
            Self::Model => "models",
        }
    }
}
