//! YAML that no parser can finish: aliases inside their own anchors, and brackets nested deeper
//! than in any real document. Both are removed from the text before it is read, and the rest keeps
//! its position.

use std::ops::Range;

use saphyr_parser::{Event, Parser};

use super::locate::Offsets;

/// The maximum nesting depth of lists and maps in brackets.
const MAX_DEPTH: usize = 130;

/// The maximum number of passes over a text after something was removed.
const MAX_ROUNDS: usize = 32;

/// A removed part of a text.
pub(super) struct Cut {
    pub(super) span: Range<usize>,
    /// Whether it was an alias. Enough brackets remain that the tree still counts as too deep.
    pub(super) is_alias: bool,
}

/// A text without the removed parts, with every remaining byte at its original offset.
pub(super) struct Tamed {
    pub(super) text: String,
    pub(super) cuts: Vec<Cut>,
}

/// Returns whether brackets are nested deeper than lists and maps may be. Brackets inside text
/// count as well.
pub(super) fn is_suspect(text: &str) -> bool {
    let mut open = 0_usize;
    text.bytes().any(|byte| {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
        open > MAX_DEPTH
    })
}

/// Removes what no parser can finish; `None` if there is nothing to remove.
pub(super) fn tame(text: &str) -> Option<Tamed> {
    let mut tamed = Tamed { text: text.to_owned(), cuts: Vec::new() };
    for _ in 0..MAX_ROUNDS {
        let cuts = find(&tamed.text);
        if cuts.is_empty() {
            break;
        }
        let mut bytes = std::mem::take(&mut tamed.text).into_bytes();
        for Cut { span, .. } in &cuts {
            for (index, byte) in bytes[span.clone()].iter_mut().enumerate() {
                match *byte {
                    b'\n' | b'\r' => {}
                    _ => *byte = if index == 0 { b'~' } else { b' ' },
                }
            }
        }
        tamed.text = String::from_utf8_lossy(&bytes).into_owned();
        tamed.cuts.extend(cuts);
    }
    (!tamed.cuts.is_empty()).then_some(tamed)
}

/// A list or a map that is being read.
struct Open {
    anchor: usize,
    is_flow: bool,
}

/// Finds what to remove, as far as the text can be read.
fn find(text: &str) -> Vec<Cut> {
    let offsets = Offsets::of(text);
    let (mut open, mut cuts) = (Vec::<Open>::new(), Vec::<Cut>::new());
    let mut depth = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = match event {
            Ok(read) => read,
            Err(error) => {
                // The parser reads ahead, and reaches its own limit before it reports the events.
                let at = offsets.byte(error.marker().index());
                let is_flow = matches!(text.as_bytes().get(at), Some(b'[' | b'{'));
                if cuts.is_empty() && is_flow {
                    cuts.push(Cut { span: at..closed(text, at), is_alias: false });
                }
                break;
            }
        };
        let start = offsets.byte(span.start.index());
        let is_cut = cuts.last().is_some_and(|cut| cut.span.end > start);
        match event {
            Event::Alias(anchor) if !is_cut && open.iter().any(|one| one.anchor == anchor) => {
                let end = offsets.byte(span.end.index());
                cuts.push(Cut { span: start..end, is_alias: true });
            }
            Event::SequenceStart(anchor, ..) | Event::MappingStart(anchor, ..) => {
                let is_flow = matches!(text.as_bytes().get(start), Some(b'[' | b'{'));
                depth += usize::from(is_flow);
                open.push(Open { anchor, is_flow });
                if depth > MAX_DEPTH && is_flow && !is_cut {
                    cuts.push(Cut { span: start..closed(text, start), is_alias: false });
                }
            }
            Event::SequenceEnd | Event::MappingEnd => {
                depth -= usize::from(open.pop().is_some_and(|one| one.is_flow));
            }
            _ => {}
        }
    }
    cuts
}

/// Returns where the brackets opened at `start` are closed.
fn closed(text: &str, start: usize) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut open) = (start, 0_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'[' | b'{' => open += 1,
            b']' | b'}' => open = open.saturating_sub(1),
            b'"' => at = quoted(bytes, at, |bytes, at| bytes.get(at) == Some(&b'\\')),
            b'\'' => at = quoted(bytes, at, |bytes, at| bytes.get(at..at + 2) == Some(b"''")),
            b'#' if at > 0 && bytes[at - 1].is_ascii_whitespace() => {
                at +=
                    bytes[at..].iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len() - at);
            }
            _ => {}
        }
        at += 1;
        if open == 0 {
            break;
        }
    }
    at.min(bytes.len())
}

/// Returns where the quotes opened at `start` are closed.
fn quoted(bytes: &[u8], start: usize, is_escaped: fn(&[u8], usize) -> bool) -> usize {
    let mut at = start + 1;
    while at < bytes.len() {
        if is_escaped(bytes, at) {
            at += 2;
        } else if bytes[at] == bytes[start] {
            break;
        } else {
            at += 1;
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{is_suspect, tame};

    #[test]
    fn recursive_aliases() {
        let text = "a: &a [*a, b, *a]\nb: &b {é: {c: *b}}\nd: *a\n";
        let tamed = tame(text).expect("aliases");
        assert_eq!(tamed.text, "a: &a [~ , b, ~ ]\nb: &b {é: {c: ~ }}\nd: *a\n");
        assert_eq!(tamed.cuts.iter().filter(|cut| cut.is_alias).count(), 3);
        assert!(tame("a: &a [b]\nc: [*a, *a]\n").is_none());
    }

    #[test]
    fn nested_brackets() {
        let deep = |n: usize| format!("{}\"é]\", ']''' # ]\n  {}", "[".repeat(n), "]".repeat(n));
        let text = format!("a: {}\nb: [{}, c]\n", deep(3_000), deep(1_000));
        assert!(is_suspect(&text));
        let tamed = tame(&text).expect("brackets");
        assert_eq!(tamed.text.len(), text.len());
        assert!(!is_suspect(&tamed.text));
        assert!(tamed.text.ends_with(", c]\n"));
        assert!(tamed.cuts.iter().all(|cut| !cut.is_alias));
        assert!(tame(&deep(100)).is_none());
    }
}
