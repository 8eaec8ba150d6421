//! What was learnt, as text for people.

use std::fmt::Write as _;

use super::study::Study;

/// What a run found out.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// What was found out about each endpoint, in their order, by name.
    pub(super) parts: Vec<Part>,
    /// Calls of something that nobody declares.
    pub(super) unknown: Vec<String>,
    /// The numbers of exchanges, of those that are not calls, of entries, and of models.
    pub(super) exchanges: usize,
    pub(super) ignored: usize,
    pub(super) entries: usize,
    pub(super) models: usize,
}

/// What was found out about an endpoint.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) name: String,
    /// The declared method.
    pub(super) method: String,
    /// What is proposed.
    pub(super) proposed: Vec<String>,
    pub(super) study: Study,
}

/// The most names that are listed as evidence.
const NAMED: usize = 3;

/// The most contradictions that are shown for one endpoint, unless all are.
const SHOWN: usize = 4;

/// Lists names: the first ones, and how many more there are.
pub(super) fn listed(names: &[String]) -> String {
    let first: Vec<_> = names.iter().take(NAMED).map(String::as_str).collect();
    let text = first.join(", ");
    match names.len().saturating_sub(NAMED) {
        0 => text,
        more => format!("{text}, and {more} more"),
    }
}

impl Report {
    /// Returns the number of contradictions to what stands.
    pub(crate) fn contradictions(&self) -> usize {
        self.parts.iter().map(|part| part.study.contradictions.len()).sum()
    }

    /// Returns the details of each action; only those with something to say, unless all are wanted.
    pub(crate) fn details(&self, all: bool) -> String {
        let mut text = String::new();
        for part in &self.parts {
            part.write(&mut text, all);
        }
        if !self.unknown.is_empty() {
            text.push_str("not declared:\n");
            for line in &self.unknown {
                let _ = writeln!(text, "  {line}");
            }
        }
        text
    }

    /// Returns the figures of the run.
    pub(crate) fn summary(&self) -> String {
        let sum =
            |of: &dyn Fn(&Study) -> usize| self.parts.iter().map(|p| of(&p.study)).sum::<usize>();
        let mut text = format!(
            "exchanges: {}, skipped: {}; actions and operations called: {}; successes: {}, \
             failures: {}, not judged: {}\n",
            self.exchanges,
            self.ignored,
            self.parts.len(),
            sum(&|study| study.successes.len()),
            sum(&|study| study.failures),
            sum(&|study| study.unjudged.values().sum()),
        );
        let _ = write!(
            text,
            "responses as declared: {}, otherwise: {}; contradictions: {}; proposed corrections: {}, \
             models: {}",
            sum(&|study| study.confirmed),
            sum(&|study| study.refuted),
            self.contradictions(),
            self.entries,
            self.models,
        );
        text
    }
}

impl Part {
    fn write(&self, text: &mut String, all: bool) {
        let Self { name, method, proposed, study } = self;
        let unseen = &study.params.unseen;
        let is_worth =
            !proposed.is_empty() || !study.contradictions.is_empty() || !study.unclear.is_empty();
        if !is_worth && !all {
            return;
        }
        let _ = writeln!(text, "{name} (calls: {}, failed: {})", study.calls, study.failures);
        let mut line = |what: &str, text_of: &str| {
            let _ = writeln!(text, "  {what:<13} {text_of}");
        };
        for one in proposed {
            line("proposed", one);
        }
        if study.confirmed > 0 {
            line("confirmed", &format!("responses: {}", study.confirmed));
        }
        let limit = if all { usize::MAX } else { SHOWN };
        for (what, names) in study.contradictions.iter().take(limit) {
            line("contradiction", &format!("{what} ({})", listed(names)));
        }
        match study.contradictions.len().saturating_sub(limit) {
            0 => {}
            more => line("contradiction", &format!("… and {more} more; pass --verbose for all")),
        }
        for one in &study.unclear {
            line("unclear", one);
        }
        for (why, count) in &study.unjudged {
            line("not judged", &format!("{count}: {why}"));
        }
        if !study.others.is_empty() {
            let others: Vec<_> = study.others.iter().map(String::as_str).collect();
            line("unclear", &format!("whether these are calls of {}", others.join(", ")));
        }
        if all && !study.methods.is_empty() && !study.methods.contains(method) {
            let methods: Vec<_> = study.methods.iter().map(String::as_str).collect();
            line("method", &format!("{}, where {method} is declared", methods.join(", ")));
        }
        if all && !unseen.is_empty() {
            line("never sent", &unseen.join(", "));
        }
    }
}
