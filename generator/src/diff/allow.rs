//! Accepted changes: a file with a reason and an expiry date for each.

use std::{
    path::Path,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use glob::Pattern;
use serde::{Deserialize, Serialize};

use super::{Change, Diff};
use crate::{
    diagnostic::{Diagnostic, SourceFile},
    input,
    suggest::suggestion,
};

/// Accepted changes.
#[derive(Debug)]
pub struct Allowlist {
    entries: Vec<Entry>,
    file: std::sync::Arc<SourceFile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    allow: Vec<toml::Spanned<Written>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    fingerprint: Option<String>,
    code: Option<String>,
    name: Option<String>,
    member: Option<String>,
    reason: String,
    expires: toml::value::Datetime,
}

/// An entry of the file.
#[derive(Debug)]
struct Entry {
    fingerprint: Option<String>,
    code: Option<String>,
    name: Option<Pattern>,
    member: Option<String>,
    reason: String,
    expires: Date,
    span: std::ops::Range<usize>,
}

/// A day, in the order of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Date {
    year: i64,
    month: u8,
    day: u8,
}

/// Why a change is accepted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Allowed {
    /// The reason.
    pub reason: String,
    /// The last day on which it is accepted, such as `2027-01-31`.
    pub expires: String,
}

/// Why an entry accepts nothing.
#[derive(Clone, Copy)]
enum Unused {
    /// No change matches it.
    Unmatched,
    /// Its last day has passed.
    Expired,
}

impl Allowlist {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// Returns an error about the first invalid entry: each needs a fingerprint or a code, a reason
    /// and an expiry date.
    pub fn read(path: &Path) -> Result<Self, Diagnostic> {
        let file = input::read_file(path)?;
        let refused = |message: String, span| {
            Diagnostic::error("allow-malformed", message).at(&file, span).help(EXAMPLE)
        };
        let read: File = toml::from_str(&file.text)
            .map_err(|error| refused(error.message().to_owned(), error.span().unwrap_or(0..0)))?;
        let entry = |one: toml::Spanned<Written>| {
            let span = one.span();
            Entry::new(one.into_inner(), span.clone()).map_err(|message| refused(message, span))
        };
        let entries = read.allow.into_iter().map(entry).collect::<Result<_, _>>()?;
        Ok(Self { entries, file })
    }

    /// Marks the changes that are accepted today, and returns a warning for each entry that accepts
    /// nothing.
    pub fn apply(&self, diff: &mut Diff) -> Vec<Diagnostic> {
        self.apply_on(diff, Date::today())
    }

    fn apply_on(&self, diff: &mut Diff, today: Date) -> Vec<Diagnostic> {
        let unused = self.entries.iter().filter_map(|entry| {
            let mut matched =
                diff.changes.iter_mut().filter(|change| entry.is_of(change)).peekable();
            let why = match matched.peek() {
                None => Unused::Unmatched,
                Some(_) if entry.expires < today => Unused::Expired,
                Some(_) => {
                    let allowed =
                        Allowed { reason: entry.reason.clone(), expires: entry.expires.text() };
                    matched.for_each(|change| change.allowed = Some(allowed.clone()));
                    return None;
                }
            };
            Some(self.warning(entry, why))
        });
        unused.collect()
    }

    fn warning(&self, entry: &Entry, why: Unused) -> Diagnostic {
        let warning = match why {
            Unused::Unmatched => Diagnostic::warning(
                "allow-unused",
                "no change matches this entry",
            )
            .help("remove the entry, or compare its fingerprint or code with the output of `diff`"),
            Unused::Expired => {
                let message = format!("this entry expired on {}", entry.expires.text());
                Diagnostic::warning("allow-expired", message)
                    .help("adapt the program; or, if the reason still holds, set a later date")
            }
        };
        warning.at(&self.file, entry.span.clone())
    }
}

/// The help for a file that is not understood.
const EXAMPLE: &str = "an entry is `[[allow]]` with `fingerprint = \"…\"`, or with `code = \"…\"` and \
                       optionally `name = \"access.*/ls\"` and `member = \"…\"`; it also has \
                       `reason = \"…\"` and `expires = 2027-01-31`";

impl Entry {
    fn new(written: Written, span: std::ops::Range<usize>) -> Result<Self, String> {
        let Written { fingerprint, code, name, member, reason, expires } = written;
        let known = || super::codes().map(|code| code.name);
        if let Some(code) = code.as_deref().filter(|code| !known().any(|known| known == *code)) {
            return Err(format!("no code `{code}`{}", suggestion(code, known())));
        }
        if fingerprint.is_none() && code.is_none() {
            return Err("an entry without a fingerprint or a code would accept anything".to_owned());
        }
        if reason.trim().is_empty() {
            return Err("the reason is empty".to_owned());
        }
        let Some(date) = expires.date else {
            return Err(format!("`{expires}` is a time; a day is required"));
        };
        let name = name.map(|name| Pattern::new(&name)).transpose();
        let name = name.map_err(|error| format!("the name is not a pattern: {error}"))?;
        let expires = Date { year: i64::from(date.year), month: date.month, day: date.day };
        Ok(Self { fingerprint, code, name, member, reason, expires, span })
    }

    fn is_of(&self, change: &Change) -> bool {
        let is =
            |wanted: &Option<String>, own: &str| wanted.as_deref().is_none_or(|one| one == own);
        let is_named = |name: &Pattern| {
            name.matches(&change.name) || change.calls.iter().any(|call| name.matches(call))
        };
        is(&self.fingerprint, &change.fingerprint)
            && is(&self.code, change.code.name)
            && is(&self.member, change.member.as_deref().unwrap_or_default())
            && self.name.as_ref().is_none_or(is_named)
    }
}

impl Date {
    /// Returns the current day in UTC; `SOURCE_DATE_EPOCH` overrides it, so that a run can be
    /// repeated.
    fn today() -> Self {
        let given = std::env::var("SOURCE_DATE_EPOCH").ok().and_then(|text| text.parse().ok());
        let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self::of(given.map_or_else(now, Duration::from_secs))
    }

    /// Returns the day of a time since 1970. Years are counted from March, so that a leap day is the
    /// last one, and so are the 400 years after which the calendar repeats.
    fn of(since: Duration) -> Self {
        const DAYS_FROM_YEAR_0: u64 = 719_468;
        const DAYS_IN_400_YEARS: u64 = 146_097;
        let days = since.as_secs() / 86_400 + DAYS_FROM_YEAR_0;
        let (era, day) = (days / DAYS_IN_400_YEARS, days % DAYS_IN_400_YEARS);
        let year = (day - day / 1460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        // Five months from March, and from August, have 153 days.
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let (month, next) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
        let part = |number: u64| u8::try_from(number).unwrap_or(u8::MAX);
        let year = i64::try_from(400 * era + year + next).unwrap_or(i64::MAX);
        Self { year, month: part(month), day: part(day) }
    }

    fn text(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Date;

    #[test]
    fn days_are_those_of_the_calendar() {
        for (seconds, day) in [
            (0, "1970-01-01"),
            (951_782_400, "2000-02-29"),
            (1_709_251_199, "2024-02-29"),
            (1_735_603_200, "2024-12-31"),
            (4_107_542_400, "2100-03-01"),
            (u64::MAX, "584554051223-11-09"),
        ] {
            assert_eq!(Date::of(Duration::from_secs(seconds)).text(), day);
        }
    }
}
