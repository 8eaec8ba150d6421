//! Explanations formatted for people.

use super::{Correction, Explanation, Form, Message, Param};
use crate::{diagnostic::printable, ir::EndpointKind};

pub(super) fn human(explanation: &Explanation) -> String {
    let mut lines = Lines(Vec::new());
    lines.head(explanation);
    if let Some(declared) = &explanation.declared {
        lines.form("declared", declared);
    }
    explanation.corrections.iter().for_each(|correction| lines.correction(correction));
    if explanation.declared.as_ref() != Some(&explanation.really) {
        lines.form("really", &explanation.really);
    } else {
        lines.add("really", "as declared");
    }
    if let Some(dead) = &explanation.dead {
        lines.add("cannot", dead);
    }
    for (index, line) in explanation.rust.lines().filter(|line| !line.is_empty()).enumerate() {
        lines.add(if index == 0 { "rust" } else { "" }, line);
    }
    match &explanation.rest {
        Some(message) => lines.message("rest", message),
        None => lines.add("rest", "not reachable"),
    }
    if let Some(message) = &explanation.session {
        lines.message("session", message);
    }
    if let Some(line) = &explanation.command_line {
        lines.add("command", line);
    }
    lines.0.join("\n")
}

struct Lines(Vec<String>);

impl Lines {
    /// Adds a line with a label.
    fn add(&mut self, label: &str, text: &str) {
        self.0.push(format!("  {label:<10} {}", printable(text)).trim_end().to_owned());
    }

    fn head(&mut self, explanation: &Explanation) {
        let name = printable(&explanation.name);
        self.0.push(match (explanation.kind, &explanation.plugin) {
            (EndpointKind::Action, Some(plugin)) => {
                format!("action {name} of {}", printable(plugin))
            }
            (EndpointKind::Action, None) => format!("action {name}"),
            (EndpointKind::Operation, _) => format!("operation {name}"),
        });
        if !explanation.also.is_empty() {
            self.add("shared", &format!("with {}", explanation.also.join(", ")));
        }
        if let Some(summary) = &explanation.summary {
            self.add("does", summary);
        }
        for (index, text) in explanation.releases.iter().enumerate() {
            self.add(if index == 0 { "releases" } else { "" }, text);
        }
        if let Some(place) = &explanation.place {
            self.add("at", place);
        }
    }

    fn form(&mut self, label: &str, form: &Form) {
        self.add(label, form.address.as_deref().unwrap_or("not over REST"));
        form.params.iter().for_each(|param| self.param(param));
        form.notes.iter().for_each(|note| self.add("", note));
        let repeatable = (form.repeatable == Some(true)).then_some("safe to repeat");
        let background = (form.background == Some(true)).then_some("continues in the background");
        let more: Vec<_> = repeatable.into_iter().chain(background).collect();
        let more = if more.is_empty() { String::new() } else { format!(" ({})", more.join(", ")) };
        self.add("", &format!("-> {}{more}", form.answer));
    }

    fn param(&mut self, param: &Param) {
        let Param { name, place, kind, required, default } = param;
        let required = if *required { ", required" } else { "" };
        let default = default.as_ref().map(|value| format!(", default {value}"));
        let default = default.unwrap_or_default();
        self.add("", &format!("{name}: {kind} ({place}{required}{default})"));
    }

    fn correction(&mut self, correction: &Correction) {
        let Correction { place, model, description, evidence, changes } = correction;
        let model = model.as_ref().map(|model| format!("model `{model}`: ")).unwrap_or_default();
        self.add("corrected", &format!("{model}{description}"));
        if !changes.is_empty() {
            self.add("", &format!("changes: {}", changes.join(", ")));
        }
        self.add("", &format!("evidence: {evidence}"));
        self.add("", &format!("at {place}"));
    }

    fn message(&mut self, label: &str, message: &Message) {
        self.add(label, &format!("{} {}", message.method, message.url));
        for header in &message.headers {
            self.add("", &format!("header {header}"));
        }
        if let Some(form) = &message.form {
            self.add("", &format!("form {form}"));
        }
        if let Some(body) = &message.body {
            self.add("", &format!("body {body}"));
        }
    }
}
