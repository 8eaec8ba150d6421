//! The report, for people and for programs.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Value, json};

use super::{CODES, Code, Correction, Finding, Level, sarif};
use crate::diagnostic::{Place, printable};

/// The findings in an input.
#[derive(Clone, Debug)]
pub struct Report {
    /// The name of the input, such as `Pydio 8.2.5`.
    pub title: String,
    /// Its version.
    pub version: String,
    /// All findings, ordered by code and location.
    pub findings: Vec<Finding>,
}

/// The number of findings of one code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Count {
    /// The code.
    #[serde(flatten)]
    pub code: &'static Code,
    /// The number of findings.
    pub findings: usize,
    /// The number of those that a correction fixes.
    pub corrected: usize,
}

impl Report {
    /// Creates a report from findings, and sorts them.
    pub(super) fn new(title: String, version: String, mut findings: Vec<Finding>) -> Self {
        findings.sort_by_cached_key(|finding| {
            let Place { file, span } = &finding.place;
            (
                order(finding.code),
                file.path(),
                span.start,
                finding.subject.clone(),
                finding.message.clone(),
            )
        });
        Self { title, version, findings }
    }

    /// Returns the number of findings of each code, in the order of [`CODES`], without codes that
    /// were not found.
    pub fn counts(&self) -> Vec<Count> {
        let mut counts: BTreeMap<usize, Count> = BTreeMap::new();
        for finding in &self.findings {
            let none = Count { code: finding.code, findings: 0, corrected: 0 };
            let count = counts.entry(order(finding.code)).or_insert(none);
            count.findings += 1;
            count.corrected += usize::from(finding.is_corrected());
        }
        counts.into_values().collect()
    }

    /// Returns the findings of at least this `level`.
    fn shown(&self, level: Level) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(move |finding| finding.code.level >= level)
    }

    /// Formats the report as text: findings of at least this `level`, and the number of all
    /// findings.
    pub fn human(&self, level: Level) -> String {
        let mut text = String::new();
        let mut last = None;
        for finding in self.shown(level) {
            if last != Some(finding.code) {
                let Code { name, level, summary, taken_for } = finding.code;
                let gap = if text.is_empty() { "" } else { "\n" };
                text.push_str(&format!("{gap}{level}[{name}]: {summary}\n"));
                text.push_str(&format!("  treated as: {taken_for}\n"));
                last = Some(finding.code);
            }
            text.push_str(&finding.human());
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text + &self.summary(level)
    }

    fn summary(&self, level: Level) -> String {
        let counts = self.counts();
        let corrected: usize = counts.iter().map(|count| count.corrected).sum();
        let total = self.findings.len();
        let mut text =
            format!("{}: {total} findings, {corrected} corrected", printable(&self.title));
        for Count { code, findings, corrected } in &counts {
            let Code { name, level, .. } = code;
            text.push_str(&format!("\n  {name:<20} {level:<8} {findings:>5}"));
            if *corrected > 0 {
                text.push_str(&format!(", {corrected} corrected"));
            }
        }
        let hidden = total - self.shown(level).count();
        if hidden > 0 {
            text.push_str(&format!(
                "\n{hidden} findings of lower levels are not listed; see \
                                    `--level`"
            ));
        }
        text
    }

    /// Formats the report as JSON: format 1, with findings of at least this `level` and the number
    /// of all findings.
    pub fn json(&self, level: Level) -> Value {
        json!({
            "format": 1,
            "title": self.title,
            "version": self.version,
            "summary": {
                "findings": self.findings.len(),
                "corrected": self.findings.iter().filter(|finding| finding.is_corrected()).count(),
                "codes": self.counts(),
            },
            "findings": self.shown(level).map(Finding::json).collect::<Vec<_>>(),
        })
    }

    /// Formats the report in the Static Analysis Results Interchange Format 2.1.0.
    pub fn sarif(&self, level: Level) -> Value {
        sarif::log(self.shown(level))
    }
}

/// Returns the position of a code in [`CODES`].
pub(super) fn order(code: &Code) -> usize {
    CODES.iter().position(|known| known.name == code.name).unwrap_or(CODES.len())
}

impl Finding {
    /// Returns whether a correction fixes it.
    pub fn is_corrected(&self) -> bool {
        !self.corrections.is_empty()
    }

    /// Returns what is wrong with what.
    pub(super) fn text(&self) -> String {
        match &*self.subject {
            "" => self.message.clone(),
            subject => format!("{subject}: {}", self.message),
        }
    }

    fn human(&self) -> String {
        let message = printable(&self.text());
        let mut text = format!("  {}: {message}\n", self.place);
        for Correction { place, description, .. } in &self.corrections {
            text.push_str(&format!("    corrected by {place}: {}\n", printable(description)));
        }
        text
    }

    fn json(&self) -> Value {
        let mut finding = json!({
            "code": self.code.name,
            "level": self.code.level,
            "subject": self.subject,
            "message": self.message,
            "corrected": self.corrections.iter().map(Correction::json).collect::<Vec<_>>(),
        });
        add_place(&mut finding, &self.place);
        if let Some(pointer) = &self.pointer {
            finding["pointer"] = json!(pointer);
        }
        finding
    }
}

impl Correction {
    fn json(&self) -> Value {
        let mut correction = json!({ "description": self.description, "evidence": self.evidence });
        add_place(&mut correction, &self.place);
        correction
    }
}

fn add_place(value: &mut Value, place: &Place) {
    let (line, column) = place.file.line_column(place.span.start);
    value["file"] = json!(place.file.path());
    value["line"] = json!(line);
    value["column"] = json!(column);
}
