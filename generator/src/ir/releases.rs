//! The releases that declare something.

use serde::Serialize;

/// The releases that declare something, as far as that is known: empty where all of them do, or
/// where it is unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Releases(Vec<Span>);

/// Consecutive releases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Span {
    /// The first one; `None` for the oldest release known.
    pub from: Option<String>,
    /// The last one; `None` for the newest release known.
    pub to: Option<String>,
}

impl Releases {
    /// Creates it from spans, oldest first.
    pub fn new(spans: Vec<Span>) -> Self {
        Self(spans)
    }

    /// Returns whether nothing is to be said of it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the first release, where that is not the oldest one known.
    pub fn since(&self) -> Option<&str> {
        self.0.first()?.from.as_deref()
    }

    /// Returns the last release, where that is not the newest one known.
    pub fn until(&self) -> Option<&str> {
        self.0.last()?.to.as_deref()
    }

    /// Describes it in words, such as `since 8.0.0` or `in 6.0.6 and since 6.5.4`; `None` where
    /// nothing is to be said.
    pub fn words(&self) -> Option<String> {
        let words: Vec<_> = self.0.iter().map(Span::words).collect();
        let (last, others) = words.split_last()?;
        Some(match others {
            [] => last.clone(),
            others => format!("{} and {last}", others.join(", ")),
        })
    }
}

impl Span {
    fn words(&self) -> String {
        match (&self.from, &self.to) {
            (Some(from), Some(to)) if from == to => format!("in {from}"),
            (Some(from), Some(to)) => format!("from {from} to {to}"),
            (Some(from), None) => format!("since {from}"),
            (None, Some(to)) => format!("until {to}"),
            (None, None) => "in every release".to_owned(),
        }
    }
}
