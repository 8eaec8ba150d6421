//! Finds the positions in a YAML file in one pass over the events of a parser.

use std::ops::Range;

use saphyr_parser::{Event, Parser, Span};

use super::{Entry, WHOLE, item, member, word};

/// Returns every position in `text`; in text that is not YAML, those before the first error.
///
/// The target of an alias is placed at the alias.
pub(super) fn index(text: &str) -> Vec<Entry> {
    let mut builder =
        Builder { text, offsets: Offsets::of(text), open: Vec::new(), index: Vec::new() };
    for event in Parser::new_from_str(text) {
        let Ok((event, span)) = event else { break };
        if matches!(event, Event::DocumentEnd) {
            break;
        }
        builder.event(&event, span);
    }
    builder.index
}

/// A list or a map that is being read.
enum Open {
    List {
        hash: u64,
        next: usize,
    },
    /// Holds a key from when it is read until its value is.
    Map {
        hash: u64,
        key: Option<(u64, Range<usize>)>,
    },
    /// A list or a map that is used as a key, or is inside one.
    Key,
}

struct Builder<'t> {
    text: &'t str,
    offsets: Offsets<'t>,
    open: Vec<Open>,
    index: Vec<Entry>,
}

impl Builder<'_> {
    fn event(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::Scalar(value, ..) => self.scalar(value, span),
            Event::Alias(_) => self.scalar("", span),
            Event::SequenceStart(..) => self.enter(span, |hash| Open::List { hash, next: 0 }),
            Event::MappingStart(..) => self.enter(span, |hash| Open::Map { hash, key: None }),
            Event::SequenceEnd | Event::MappingEnd => drop(self.open.pop()),
            _ => {}
        }
    }

    fn start(&self, span: Span) -> usize {
        self.offsets.byte(span.start.index())
    }

    fn scalar(&mut self, value: &str, span: Span) {
        let start = self.start(span);
        if let Some(Open::Map { hash, key: key @ None }) = self.open.last_mut() {
            *key = Some((member(*hash, value), word(self.text, start)));
            return;
        }
        let is_empty = span.start.index() == span.end.index();
        if let Some((hash, key)) = self.next() {
            let at = key.filter(|_| is_empty).unwrap_or_else(|| word(self.text, start));
            self.index.push(Entry::new(hash, at));
        }
    }

    fn enter(&mut self, span: Span, open: impl FnOnce(u64) -> Open) {
        if matches!(self.open.last(), Some(Open::Map { key: None, .. })) {
            // No pointer leads below such a key.
            if let Some(Open::Map { hash, key }) = self.open.last_mut() {
                *key = Some((member(*hash, "\0"), 0..0));
            }
            self.open.push(Open::Key);
            return;
        }
        match self.next() {
            Some((hash, key)) => {
                let at = key.unwrap_or_else(|| word(self.text, self.start(span)));
                self.index.push(Entry::new(hash, at));
                self.open.push(open(hash));
            }
            None => self.open.push(Open::Key),
        }
    }

    /// Returns the hash of the next value, and the position of its key.
    fn next(&mut self) -> Option<(u64, Option<Range<usize>>)> {
        match self.open.last_mut() {
            None => Some((WHOLE, None)),
            Some(Open::Key) => None,
            Some(Open::List { hash, next }) => {
                *next += 1;
                Some((item(*hash, *next - 1), None))
            }
            Some(Open::Map { key, .. }) => key.take().map(|(hash, at)| (hash, Some(at))),
        }
    }
}

/// Converts offsets in characters, as counted by the parser, to bytes.
pub(in crate::openapi) struct Offsets<'t> {
    text: &'t str,
    /// The byte offset of every [`STEP`]th character.
    steps: Vec<usize>,
}

const STEP: usize = 64;

impl<'t> Offsets<'t> {
    pub(in crate::openapi) fn of(text: &'t str) -> Self {
        let steps = match text.is_ascii() {
            true => Vec::new(),
            false => text.char_indices().step_by(STEP).map(|(byte, _)| byte).collect(),
        };
        Self { text, steps }
    }

    pub(in crate::openapi) fn byte(&self, character: usize) -> usize {
        if self.steps.is_empty() {
            return character.min(self.text.len());
        }
        let Some(start) = self.steps.get(character / STEP) else { return self.text.len() };
        let rest = &self.text[*start..];
        rest.char_indices().nth(character % STEP).map_or(self.text.len(), |(at, _)| start + at)
    }
}
