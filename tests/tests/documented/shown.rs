//! Shortens the `Debug` output of a result until it fits into documentation.

/// The maximum number of lines.
const LINES: usize = 8;

/// The width of a line.
const WIDTH: usize = 84;

/// The number of items of a list that are shown.
const ITEMS: usize = 2;

/// The number of characters of a text that are shown.
const TEXT: usize = 70;

/// The depth of values that are shown.
const DEPTH: usize = 4;

/// A value: what is before its bracket, and the values inside.
#[derive(Debug, Default)]
struct Value {
    head: String,
    inside: Option<(char, Vec<Value>)>,
}

/// Formats the output on at most eight lines, without fields that are unset.
pub(crate) fn shorten(output: &str) -> String {
    let mut rest = output.chars().peekable();
    let value = Value::read(&mut rest);
    let mut lines = Vec::new();
    value.write(0, 0, "", &mut lines);
    if lines.len() > LINES {
        lines.truncate(LINES - 1);
        let indent = lines.last().map_or(0, |line| line.len() - line.trim_start().len());
        lines.push(format!("{}…", " ".repeat(indent)));
    }
    lines.join("\n")
}

type Rest<'o> = std::iter::Peekable<std::str::Chars<'o>>;

impl Value {
    /// Reads a value up to the comma or the bracket behind it.
    fn read(rest: &mut Rest<'_>) -> Self {
        let mut value = Self::default();
        while let Some(&next) = rest.peek() {
            match next {
                '"' => value.head.push_str(&text(rest)),
                '[' | '(' | '{' => {
                    rest.next();
                    let is_first = value.inside.is_none();
                    let inside = Self::list(rest);
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
        value.head = value.head.split_whitespace().collect::<Vec<_>>().join(" ");
        value
    }

    /// Reads the values up to the closing bracket.
    fn list(rest: &mut Rest<'_>) -> Vec<Self> {
        let mut values = Vec::new();
        loop {
            let value = Self::read(rest);
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
        let is_empty = self.inside.as_ref().is_some_and(|(_, inside)| inside.is_empty());
        let is_field = |value: &str| self.head.ends_with(value);
        is_field(": None") || is_field(": \"\"") || is_empty && is_field(":")
    }

    /// Returns the values inside that are shown, and whether others are left out.
    fn shown(&self, depth: usize) -> (Vec<&Self>, bool) {
        let Some((bracket, inside)) = &self.inside else { return (Vec::new(), false) };
        let set: Vec<_> = inside.iter().filter(|one| !one.is_unset()).collect();
        let most = match bracket {
            _ if depth >= DEPTH => 0,
            '[' => ITEMS,
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
    fn line(&self, depth: usize) -> String {
        let (open, close) = self.brackets();
        let (shown, is_cut) = self.shown(depth);
        let mut parts: Vec<_> = shown.iter().map(|one| one.line(depth + 1)).collect();
        parts.extend(is_cut.then(|| "…".to_owned()));
        let pad = if close == "}" && !parts.is_empty() { " " } else { "" };
        format!("{open}{pad}{}{pad}{close}", parts.join(", "))
    }

    fn write(&self, depth: usize, indent: usize, end: &str, lines: &mut Vec<String>) {
        let line = format!("{}{}{end}", " ".repeat(indent), self.line(depth));
        let (open, close) = self.brackets();
        let (shown, is_cut) = self.shown(depth);
        if line.chars().count() <= WIDTH || shown.is_empty() {
            lines.push(line);
            return;
        }
        lines.push(format!("{}{open}", " ".repeat(indent)));
        shown.iter().for_each(|one| one.write(depth + 1, indent + 4, ",", lines));
        lines.extend(is_cut.then(|| format!("{}…", " ".repeat(indent + 4))));
        lines.push(format!("{}{close}{end}", " ".repeat(indent)));
    }
}

/// Reads a quoted text, and shortens it.
fn text(rest: &mut Rest<'_>) -> String {
    let mut text = String::new();
    rest.next();
    while let Some(next) = rest.next() {
        match next {
            '"' => break,
            '\\' => text.extend([Some('\\'), rest.next()].into_iter().flatten()),
            other => text.push(other),
        }
    }
    if text.chars().count() > TEXT {
        text = text.chars().take(TEXT).collect::<String>() + "…";
    }
    format!("\"{text}\"")
}

#[test]
fn unset_fields_and_long_lists_are_left_out() {
    let output = "A { b: None, c: [1, 2, 3], d: \"x, {\\\"y\\\"}\", e: B { f: [] } }";
    assert_eq!(shorten(output), "A { c: [1, 2, …], d: \"x, {\\\"y\\\"}\", e: B { … }, … }");
    assert!(shorten(&format!("\"{}\"", "x".repeat(100))).ends_with("x…\""));
    let fields: Vec<_> = (0..30).map(|n| format!("a_long_name_{n}: {n}")).collect();
    let lines = shorten(&format!("A {{ {} }}", fields.join(", ")));
    assert_eq!(lines.lines().count(), LINES);
    assert_eq!(lines.lines().last(), Some("    …"));
}
