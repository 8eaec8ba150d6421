//! Documentation comments.

use proc_macro2::{Literal, TokenStream};
use quote::quote;

use crate::{diagnostic::is_bidi, ir::Docs};

pub(super) use crate::ir::code;

/// The width that text is wrapped to, not counting the comment's slashes.
const WIDTH: usize = 88;

/// A builder for a documentation comment.
#[derive(Clone, Default)]
pub(super) struct Doc(Vec<String>);

impl Doc {
    /// Adds a paragraph of Markdown.
    pub(super) fn paragraph(&mut self, text: &str) {
        let lines = wrap(text, "", "");
        if !lines.is_empty() {
            self.lines(lines);
        }
    }

    /// Adds the summary, or `plain` where there is none.
    pub(super) fn summary(&mut self, docs: &Docs, plain: &str) {
        match &docs.summary {
            Some(summary) => self.text_of(docs, summary),
            None => self.paragraph(plain),
        }
    }

    /// Adds the details.
    pub(super) fn details(&mut self, docs: &Docs) {
        docs.details.iter().for_each(|details| self.text_of(docs, details));
    }

    fn text_of(&mut self, docs: &Docs, text: &str) {
        match docs.external {
            true => self.external(text),
            false => self.paragraph(text),
        }
    }

    /// Adds external text: only the paragraphs and lists of its markup are kept.
    pub(super) fn external(&mut self, text: &str) {
        let mut items: Vec<String> = Vec::new();
        let mut paragraph = String::new();
        for line in text.lines().map(str::trim).chain([""]) {
            let item = line.strip_prefix("- ").or_else(|| line.strip_prefix("* "));
            if item.is_some() || line.is_empty() {
                self.paragraph(&escape(&std::mem::take(&mut paragraph)));
            }
            match (item, items.last_mut()) {
                (Some(item), _) => items.push(item.to_owned()),
                (None, Some(item)) if !line.is_empty() => item.extend([" ", line]),
                (None, _) => paragraph.extend([line, " "]),
            }
            if line.is_empty() && !items.is_empty() {
                let items: Vec<_> = items.drain(..).map(|item| escape(&item)).collect();
                self.list(items.iter().map(String::as_str));
            }
        }
    }

    /// Adds the items of a list.
    pub(super) fn list<T: AsRef<str>>(&mut self, items: impl IntoIterator<Item = T>) {
        self.lines(items.into_iter().flat_map(|item| wrap(item.as_ref(), "* ", "  ")));
    }

    /// Adds lines unchanged, after an empty one.
    pub(super) fn lines(&mut self, lines: impl IntoIterator<Item = String>) {
        if !self.0.is_empty() {
            self.0.push(String::new());
        }
        self.0.extend(lines);
    }

    /// Returns the lines as text.
    pub(super) fn text(&self) -> String {
        self.0.join("\n")
    }

    /// Returns the comment as outer attributes, one per line.
    pub(super) fn outer(&self) -> TokenStream {
        let lines = self.literals();
        quote!(#(#[doc = #lines])*)
    }

    /// Returns the comment as inner attributes, one per line.
    pub(super) fn inner(&self) -> TokenStream {
        let lines = self.literals();
        quote!(#(#![doc = #lines])*)
    }

    fn literals(&self) -> impl Iterator<Item = Literal> {
        self.0.iter().map(|line| {
            let space = if line.is_empty() { "" } else { " " };
            let mut text = format!("{space}{line}");
            if !text.is_ascii() && text.contains(is_bidi) {
                // rustc rejects comments with characters that change the direction of text.
                text = text.replace(is_bidi, "\u{fffd}");
            }
            raw(&text)
        })
    }
}

/// Returns the text as a raw string literal where possible: escaping a comment and reading it again
/// takes longer than everything else about it.
fn raw(text: &str) -> Literal {
    let quoted = format!("r##\"{text}\"##");
    let fits = !text.contains('"') || !text.contains("\"##");
    let literal = fits.then(|| quoted.parse().ok()).flatten();
    literal.unwrap_or_else(|| Literal::string(text))
}

/// Emits a comment of one paragraph.
pub(super) fn paragraph(text: &str) -> TokenStream {
    let mut doc = Doc::default();
    doc.paragraph(text);
    doc.outer()
}

/// Wraps a paragraph of Markdown to the usual width.
pub(super) fn wrapped(text: &str) -> String {
    wrap(text, "", "").join("\n")
}

/// Wraps an item of a Markdown list to the usual width.
pub(super) fn item(text: &str) -> String {
    wrap(text, "* ", "  ").join("\n")
}

/// Emits a comment of one paragraph for the enclosing module.
pub(super) fn inner_paragraph(text: &str) -> TokenStream {
    let mut doc = Doc::default();
    doc.paragraph(text);
    doc.inner()
}

/// Returns the name that the server uses, if a search for it would not find the name in Rust.
pub(super) fn alias<'n>(rust: &str, wire: &'n str) -> Option<&'n str> {
    let plain = |name: &str| -> String {
        name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
    };
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || "_-.[]".contains(c);
    let is_found = plain(wire).is_empty() || plain(wire) == plain(rust);
    (!is_found && wire.chars().all(is_allowed)).then_some(wire)
}

/// Emits search aliases of an item.
pub(super) fn aliases<'n>(names: impl IntoIterator<Item = &'n str>) -> TokenStream {
    let names = names.into_iter();
    quote!(#(#[doc(alias = #names)])*)
}

/// Puts text on one line, without control characters.
pub(super) fn one_line(text: &str) -> String {
    // True of most texts, and there are thousands.
    let is_plain = text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    if is_plain && text.trim() == text && !text.contains("  ") {
        return text.to_owned();
    }
    let plain = text.chars().filter(|&c| !is_bidi(c)).map(|c| if c.is_control() { ' ' } else { c });
    plain.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns a link to a function in the same module, rather than to a macro or module of its name.
pub(super) fn function_link(name: &str) -> String {
    format!("[`{name}()`]")
}

/// Returns a link to a type in the same module. Some actions have the name of a derived trait.
pub(super) fn type_link(name: &str) -> String {
    match name {
        "Clone" | "Copy" | "Debug" | "Default" | "Eq" | "Hash" | "Ord" | "PartialEq"
        | "PartialOrd" => format!("[`{name}`](struct@{name})"),
        _ => format!("[`{name}`]"),
    }
}

/// Escapes everything in external text that Markdown or rustdoc would interpret, except code
/// between backticks.
pub(super) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('`') {
        escape_into(&mut escaped, before);
        match code_span(before, after) {
            Some(span) => {
                escaped.extend(["`", span, "`"]);
                rest = &after[span.len() + 1..];
            }
            None => {
                escaped.push_str("\\`");
                rest = after;
            }
        }
    }
    escape_into(&mut escaped, rest);
    escaped
}

/// Returns the code that a backtick between `before` and `after` begins, if it is safe unchanged on
/// any line that the text is wrapped to.
fn code_span<'t>(before: &str, after: &'t str) -> Option<&'t str> {
    let (span, rest) = after.split_once('`')?;
    let is_single = !before.ends_with(['`', '\\']) && !rest.starts_with('`');
    let is_trimmed = !span.is_empty() && span.trim() == span && !span.contains(char::is_control);
    let is_plain = |word: &str| {
        word.starts_with(|c: char| c.is_alphanumeric() || "_/{}\"'.:,".contains(c))
            && numbered(word).is_none()
    };
    (is_single && is_trimmed && span.split_whitespace().skip(1).all(is_plain)).then_some(span)
}

fn escape_into(escaped: &mut String, text: &str) {
    let start = escaped.len();
    for c in text.chars() {
        let acts = matches!(
            c,
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '!' | '&' | '$' | '^'
        );
        if acts {
            escaped.push('\\');
        }
        escaped.push(if c.is_control() { ' ' } else { c });
    }
    // rustdoc reports bare URLs; this one is not meant as a link.
    if escaped[start..].contains("://") {
        let plain = escaped[start..].replace("://", ":\u{200b}//");
        escaped.replace_range(start.., &plain);
    }
}

fn wrap(text: &str, first: &str, rest: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split_whitespace() {
        if !is_empty && !fits(&line, word) {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        // A line that begins like a list item or like code would be read as one.
        match is_empty.then(|| numbered(word)).flatten() {
            Some((number, point)) => line.extend([number, "\\", point]),
            _ if is_empty && begins_markup(word) => line.extend(["\\", word]),
            _ => line.push_str(word),
        }
        is_empty = false;
    }
    if !is_empty {
        lines.push(line);
    }
    lines
}

/// Returns whether the word fits on the line. There are never more characters than bytes, which
/// avoids counting.
fn fits(line: &str, word: &str) -> bool {
    line.len() + 1 + word.len() <= WIDTH || line.chars().count() + 1 + word.chars().count() <= WIDTH
}

/// Returns the number and the rest of the first word of a numbered item.
fn numbered(word: &str) -> Option<(&str, &str)> {
    let digits = word.trim_end_matches(['.', ')']);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    (is_number && word.len() == digits.len() + 1).then(|| word.split_at(digits.len()))
}

fn begins_markup(word: &str) -> bool {
    word.trim_matches(['-', '*', '+', '=', '~']).is_empty() || word.starts_with("~~~")
}

#[cfg(test)]
mod tests {
    use super::{escape, wrap};

    #[test]
    fn text_is_wrapped_between_words() {
        let text = "word ".repeat(40);
        let lines = wrap(&text, "* ", "  ");
        assert!(lines.iter().all(|line| line.len() <= 88), "{lines:?}");
        assert!(lines[0].starts_with("* word") && lines[1].starts_with("  word"));
        assert_eq!(lines.concat().matches("word").count(), 40);
    }

    #[test]
    fn external_text_is_escaped() {
        assert_eq!(escape("a [b] <c> d_e"), "a \\[b\\] \\<c\\> d\\_e");
        assert!(!escape("http://x.org").contains("://"));
        assert!(!escape("a\nb\0").contains(['\n', '\0']));
    }

    #[test]
    fn code_in_external_text_stays_code() {
        assert_eq!(
            escape("the word `A_B`, or `<br>` [`x`]"),
            "the word `A_B`, or `<br>` \\[`x`\\]"
        );
        assert_eq!(escape("`GET /a/{b}` a_b"), "`GET /a/{b}` a\\_b");
        assert_eq!(escape("`http://x.org`"), "`http://x.org`");
    }

    #[test]
    fn backticks_outside_of_code_are_escaped() {
        for (text, escaped) in [
            ("a ` b", "a \\` b"),
            ("``` x ```", "\\`\\`\\` x \\`\\`\\`"),
            ("``a_b``", "\\`\\`a\\_b\\`\\`"),
            ("` `", "\\` \\`"),
            ("`a - b`", "\\`a - b\\`"),
            ("`a > b`", "\\`a \\> b\\`"),
            ("`a 1. b`", "\\`a 1. b\\`"),
            ("\\`a_b`", "\\\\\\`a\\_b\\`"),
            ("`a\nb`", "\\`a b\\`"),
        ] {
            assert_eq!(escape(text), escaped, "{text}");
        }
    }
}
