//! Shortens the `Debug` output of a result until it fits into documentation.

use std::{iter::Peekable, str::Chars};

/// The maximum number of lines.
const LINES: usize = 8;

/// The width of a line.
const WIDTH: usize = 84;

/// How much is shown; the first that fits is taken, with as many levels as fit.
const LIMITS: [Limits; 3] = [
    Limits { levels: 7, items: 2, entries: 3, text: 70 },
    Limits { levels: 7, items: 1, entries: 2, text: 50 },
    Limits { levels: 7, items: 1, entries: 1, text: 30 },
];

/// How much of a value is shown.
#[derive(Clone, Copy, Debug)]
struct Limits {
    /// Of values inside of others.
    levels: usize,
    /// Of a list.
    items: usize,
    /// Of a map.
    entries: usize,
    /// The characters of a text.
    text: usize,
}

/// A value: what is before its bracket, and the values inside.
#[derive(Debug, Default)]
struct Value {
    head: String,
    inside: Option<(char, Vec<Value>)>,
}

/// Formats the output on at most eight lines, without fields that are unset.
pub(crate) fn shorten(output: &str) -> String {
    let mut lines = Vec::new();
    for levels in (1..=LIMITS[0].levels).rev() {
        for limits in LIMITS.map(|limits| Limits { levels, ..limits }) {
            lines.clear();
            Value::read(&mut output.chars().peekable(), limits).write(limits, 0, "", &mut lines);
            if lines.len() <= LINES {
                return lines.join("\n");
            }
        }
    }
    let last = lines.pop();
    lines.truncate(LINES - 2);
    lines.extend(["    …".to_owned()].into_iter().chain(last));
    lines.join("\n")
}

/// Wraps the message of an error.
pub(crate) fn wrap(message: &str) -> String {
    let mut lines = vec![String::new()];
    for word in message.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.is_empty() => line.push_str(word),
            Some(line) if line.chars().count() + word.chars().count() < WIDTH => {
                line.extend([" ", word]);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}

impl Value {
    /// Reads a value up to the comma or the bracket behind it.
    fn read(rest: &mut Peekable<Chars<'_>>, limits: Limits) -> Self {
        let mut value = Self::default();
        while let Some(&next) = rest.peek() {
            match next {
                '"' => value.head.push_str(&text(rest, limits)),
                '[' | '(' | '{' => {
                    rest.next();
                    let is_first = value.inside.is_none();
                    let inside = Self::list(rest, limits);
                    if is_first {
                        value.inside = Some((next, inside));
                    }
                }
                ',' | ']' | ')' | '}' => break,
                other => {
                    value.head.push(other);
                    rest.next();
                }
            }
        }
        value.head = value.head.trim().to_owned();
        value
    }

    /// Reads the values up to the closing bracket.
    fn list(rest: &mut Peekable<Chars<'_>>, limits: Limits) -> Vec<Self> {
        let mut values = Vec::new();
        loop {
            let value = Self::read(rest, limits);
            if !value.head.is_empty() || value.inside.is_some() {
                values.push(value);
            }
            if rest.next() != Some(',') {
                return values;
            }
        }
    }

    /// Returns whether it is a field without a value.
    fn is_unset(&self) -> bool {
        match &self.inside {
            Some(('(', _)) => false,
            Some((_, inside)) => self.head.contains(':') && inside.iter().all(Self::is_unset),
            None => [": None", ": \"\"", ": false"].iter().any(|end| self.head.ends_with(end)),
        }
    }

    /// Returns the values inside that are shown, and whether there are others.
    fn shown(&self, limits: Limits) -> (Vec<&Self>, bool) {
        let Some((bracket, inside)) = &self.inside else { return (Vec::new(), false) };
        let set: Vec<_> = inside.iter().filter(|one| !one.is_unset()).collect();
        let most = match bracket {
            _ if limits.levels == 0 => 0,
            '[' => limits.items,
            '{' if inside.first().is_some_and(|one| one.head.starts_with('"')) => limits.entries,
            _ => usize::MAX,
        };
        let is_cut = set.len() < inside.len() || set.len() > most;
        (set.into_iter().take(most).collect(), is_cut)
    }

    fn brackets(&self) -> (String, &'static str) {
        let space = if self.head.is_empty() { "" } else { " " };
        match self.inside.as_ref().map(|(bracket, _)| bracket) {
            None => (self.head.clone(), ""),
            Some('(') => (format!("{}(", self.head), ")"),
            Some('[') => (format!("{}{space}[", self.head), "]"),
            Some(_) => (format!("{}{space}{{", self.head), "}"),
        }
    }

    /// Returns the value on one line.
    fn line(&self, limits: Limits) -> String {
        let (open, close) = self.brackets();
        let (shown, is_cut) = self.shown(limits);
        let mut parts: Vec<_> = shown.iter().map(|one| one.line(limits.below())).collect();
        parts.extend(is_cut.then(|| "…".to_owned()));
        let pad = if close == "}" && !parts.is_empty() { " " } else { "" };
        format!("{open}{pad}{}{pad}{close}", parts.join(", "))
    }

    fn write(&self, limits: Limits, indent: usize, end: &str, lines: &mut Vec<String>) {
        let margin = " ".repeat(indent);
        let line = format!("{margin}{}{end}", self.line(limits));
        let (open, close) = self.brackets();
        let (shown, is_cut) = self.shown(limits);
        if line.chars().count() <= WIDTH || shown.is_empty() {
            lines.push(line);
            return;
        }
        lines.push(format!("{margin}{open}"));
        shown.iter().for_each(|one| one.write(limits.below(), indent + 4, ",", lines));
        lines.extend(is_cut.then(|| format!("{margin}    …")));
        lines.push(format!("{margin}{close}{end}"));
    }
}

impl Limits {
    /// Returns those of the values inside.
    fn below(self) -> Self {
        Self { levels: self.levels.saturating_sub(1), ..self }
    }
}

/// Reads a quoted text, and shortens it.
fn text(rest: &mut Peekable<Chars<'_>>, limits: Limits) -> String {
    let mut text = String::new();
    rest.next();
    while let Some(next) = rest.next() {
        match next {
            '"' => break,
            '\\' => text.extend([Some('\\'), rest.next()].into_iter().flatten()),
            other => text.push(other),
        }
    }
    if text.chars().count() > limits.text {
        let kept: String = text.chars().take(limits.text).collect();
        text = kept.trim_end_matches('\\').to_owned() + "…";
    }
    format!("\"{text}\"")
}

#[test]
fn unset_fields_and_long_lists_are_left_out() {
    let output = "A { b: None, c: [1, 2, 3], d: \"x, {\\\"y\\\"}\", e: B { f: [] } }";
    assert_eq!(shorten(output), "A { c: [1, 2, …], d: \"x, {\\\"y\\\"}\", … }");
    assert!(shorten(&format!("\"{}\"", "x".repeat(100))).ends_with("x…\""));
    let fields: Vec<_> = (0..30).map(|n| format!("a_long_name_{n}: {n}")).collect();
    let lines = shorten(&format!("A {{ {} }}", fields.join(", ")));
    assert_eq!(lines.lines().count(), LINES);
    assert!(lines.ends_with("\n    …\n}"), "{lines}");
}
