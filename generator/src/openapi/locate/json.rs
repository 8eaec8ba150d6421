//! Finds the positions in a JSON file in one pass over its text.

use std::ops::Range;

use super::{Entry, WHOLE, item, member};

/// Deeper than anything that is kept.
const MAX_DEPTH: usize = 256;

/// Returns every position in `text`; in text that is not JSON, those before the first error.
pub(super) fn index(text: &str) -> Vec<Entry> {
    let mut scan = Scan { text, at: 0, index: Vec::new() };
    scan.value(WHOLE, None, MAX_DEPTH);
    scan.index
}

/// A position in the text.
struct Scan<'t> {
    text: &'t str,
    at: usize,
    index: Vec<Entry>,
}

impl Scan<'_> {
    /// Moves past the next value, whose pointer has the hash `hash`.
    fn value(&mut self, hash: u64, key: Option<Range<usize>>, depth: usize) -> Option<()> {
        let first = self.peek()?;
        let start = self.at;
        if !matches!(first, b'{' | b'[') {
            let span = if first == b'"' { self.string()? } else { self.bare() };
            self.index.push(Entry::new(hash, span));
            return Some(());
        }
        self.index.push(Entry::new(hash, key.unwrap_or(start..start + 1)));
        let Some(depth) = depth.checked_sub(1) else { return self.pass_over() };
        self.at += 1;
        match first {
            b'{' => self.members(hash, depth),
            _ => self.items(hash, depth),
        }
    }

    /// Moves past a list or a map, ignoring its content.
    fn pass_over(&mut self) -> Option<()> {
        let mut open = 0_usize;
        loop {
            match self.peek()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    open += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    open = open.checked_sub(1)?;
                    self.at += 1;
                }
                _ => self.at += 1,
            }
            if open == 0 {
                return Some(());
            }
        }
    }

    fn members(&mut self, parent: u64, depth: usize) -> Option<()> {
        while self.peek()? == b'"' {
            let key = self.string()?;
            self.skip(b':')?;
            let name: String = serde_json::from_str(&self.text[key.clone()]).ok()?;
            self.value(member(parent, &name), Some(key), depth)?;
            if self.skip(b',').is_none() {
                break;
            }
        }
        self.skip(b'}')
    }

    fn items(&mut self, parent: u64, depth: usize) -> Option<()> {
        for index in 0.. {
            if self.peek()? == b']' {
                break;
            }
            self.value(item(parent, index), None, depth)?;
            if self.skip(b',').is_none() {
                break;
            }
        }
        self.skip(b']')
    }

    /// Reads a number or a word.
    fn bare(&mut self) -> Range<usize> {
        let rest = &self.text[self.at..];
        let end = rest.find(|c: char| c.is_ascii_whitespace() || ",]}".contains(c));
        let start = self.at;
        self.at += end.unwrap_or(rest.len());
        start..self.at
    }

    fn string(&mut self) -> Option<Range<usize>> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        self.at += 1;
        loop {
            match bytes.get(self.at)? {
                b'\\' => self.at += 2,
                b'"' => break,
                _ => self.at += 1,
            }
        }
        self.at += 1;
        Some(start..self.at)
    }

    /// Returns the next byte after white space.
    fn peek(&mut self) -> Option<u8> {
        let bytes = self.text.as_bytes();
        // A byte order mark may come first.
        while bytes.get(self.at).is_some_and(|b| b.is_ascii_whitespace() || !b.is_ascii()) {
            self.at += 1;
        }
        bytes.get(self.at).copied()
    }

    fn skip(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }
}
