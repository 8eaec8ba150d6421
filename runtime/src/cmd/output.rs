//! Taking the console's output apart: lines of its own, and what each action printed between.
//!
//! For each user three lines (`*****…`, `Current User is '…'`, `*****…`), then for each workspace
//! `Applying action '…' on workspace … (…)` and the answer with a line break, or one line
//! `USER: …` when no workspace was reached; another line break at the very end.

use quick_xml::events::Event;

/// All that was printed.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Output<'o> {
    pub(crate) sections: Vec<Section<'o>>,
    /// Whether the end is there.
    pub(crate) is_whole: bool,
}

/// What was printed for one user on one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section<'o> {
    pub(crate) user: &'o [u8],
    /// `None` when no workspace was reached.
    pub(crate) place: Option<Place<'o>>,
    pub(crate) content: &'o [u8],
    /// Whether it is sure that it begins and ends there.
    pub(crate) is_certain: bool,
}

/// A workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place<'o> {
    pub(crate) label: &'o [u8],
    pub(crate) id: &'o [u8],
}

const STARS: &[u8] = b"*****************************";

/// Reads the output of a run with one answer: all after its lines is that answer, whatever is in
/// it. `None` when the console's lines are not there.
pub(crate) fn one<'o>(printed: &'o [u8], action: &str) -> Option<Output<'o>> {
    let (body, is_whole) = body(printed);
    let (user, mut at) = first_user(body)?;
    while at < body.len() {
        let (line, next) = line_at(body, at);
        let place = place(line, action);
        if place.is_some() || line.starts_with(b"USER: ") {
            let from = if place.is_some() { next } else { at };
            let section = Section { user, place, content: &body[from..], is_certain: true };
            return Some(Output { sections: vec![section], is_whole });
        }
        // A warning of PHP, before anything has run.
        at = next;
    }
    Some(Output { sections: Vec::new(), is_whole })
}

/// Reads the output of a run with any number of answers, of `most` at most for a user. `None` when
/// the console's lines are not there.
pub(crate) fn many<'o>(printed: &'o [u8], action: &str, most: Option<usize>) -> Option<Output<'o>> {
    let (body, is_whole) = body(printed);
    let (mut user, mut at) = first_user(body)?;
    let mut sections: Vec<Section<'o>> = Vec::new();
    let mut is_certain = true;
    // A user who fails has that line first.
    let mut is_new = true;
    while at < body.len() {
        let (line, next) = line_at(body, at);
        if let Some((other, next)) = user_at(body, at) {
            (user, at, is_new) = (other, next, true);
            continue;
        }
        let place = place(line, action);
        if place.is_none() && !(is_new && line.starts_with(b"USER: ")) {
            at = next;
            continue;
        }
        let from = if place.is_some() { next } else { at };
        let certain_end = end_of_answer(body, from, action).filter(|_| is_certain);
        is_certain = certain_end.is_some();
        at = certain_end.unwrap_or_else(|| next_heading(body, from, action));
        let content = body[from..at].trim_ascii_end();
        sections.push(Section { user, place, content, is_certain });
        is_new = false;
    }
    if is_suspicious(&sections, most) {
        sections.iter_mut().for_each(|section| section.is_certain = false);
    }
    Some(Output { sections, is_whole })
}

/// The output without the line breaks that the console writes at its end, if they are there.
fn body(printed: &[u8]) -> (&[u8], bool) {
    match printed.strip_suffix(b"\n\n") {
        Some(body) => (body, true),
        None => (printed, false),
    }
}

/// The line that begins there, and where the next one does.
fn line_at(body: &[u8], at: usize) -> (&[u8], usize) {
    let rest = &body[at..];
    match rest.iter().position(|byte| *byte == b'\n') {
        Some(length) => (&rest[..length], at + length + 1),
        None => (rest, body.len()),
    }
}

/// The first user's lines, after whatever a prefix or PHP had to say.
fn first_user(body: &[u8]) -> Option<(&[u8], usize)> {
    let mut at = 0;
    while at < body.len() {
        if let Some(found) = user_at(body, at) {
            return Some(found);
        }
        at = line_at(body, at).1;
    }
    None
}

/// The user whose lines begin there, and where they end.
fn user_at(body: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let (stars, at) = line_at(body, at);
    let (user, at) = line_at(body, at);
    let (more_stars, at) = line_at(body, at);
    if stars != STARS || more_stars != STARS {
        return None;
    }
    let user = user.strip_prefix(b"Current User is '")?.strip_suffix(b"'")?;
    Some((user, at))
}

/// The workspace that a line announces.
fn place<'o>(line: &'o [u8], action: &str) -> Option<Place<'o>> {
    let rest = line.strip_prefix(b"Applying action '")?.strip_prefix(action.as_bytes())?;
    let rest = rest.strip_prefix(b"' on workspace ")?.strip_suffix(b")")?;
    let open = rest.windows(2).rposition(|pair| pair == b" (")?;
    Some(Place { label: &rest[..open], id: &rest[open + 2..] })
}

/// Where the console's next line begins, or what looks like it.
fn next_heading(body: &[u8], mut at: usize, action: &str) -> usize {
    while at < body.len() && !is_heading(body, at, action) {
        at = line_at(body, at).1;
    }
    at
}

fn is_heading(body: &[u8], at: usize, action: &str) -> bool {
    place(line_at(body, at).0, action).is_some() || user_at(body, at).is_some()
}

/// Where the answer that begins there ends for sure, which is where the console goes on: nothing,
/// one line, or a whole document.
fn end_of_answer(body: &[u8], from: usize, action: &str) -> Option<usize> {
    let begin = after_blank_lines(body, from);
    if begin == body.len() || is_heading(body, begin, action) {
        return Some(begin);
    }
    let document = match body[begin..].trim_ascii_start().first() {
        Some(b'<') => xml_length(&body[begin..])?,
        Some(b'{' | b'[') => json_length(&body[begin..])?,
        _ => 0,
    };
    let (rest, end) = line_at(body, begin + document);
    if document > 0 && !rest.trim_ascii().is_empty() {
        return None;
    }
    let end = after_blank_lines(body, end);
    (end == body.len() || is_heading(body, end, action)).then_some(end)
}

fn after_blank_lines(body: &[u8], mut at: usize) -> usize {
    while at < body.len() {
        let (line, next) = line_at(body, at);
        if !line.trim_ascii().is_empty() {
            break;
        }
        at = next;
    }
    at
}

/// How long the JSON document is that the bytes begin with.
fn json_length(bytes: &[u8]) -> Option<usize> {
    let mut documents = serde_json::Deserializer::from_slice(bytes).into_iter();
    let document: serde_json::Value = documents.next()?.ok()?;
    drop(document);
    Some(documents.byte_offset())
}

/// How long the XML document is that the bytes begin with.
fn xml_length(bytes: &[u8]) -> Option<usize> {
    let mut reader = quick_xml::Reader::from_reader(bytes);
    let mut buffer = Vec::new();
    let mut depth = 0usize;
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(_) => depth += 1,
            Event::End(_) => depth = depth.checked_sub(1)?,
            Event::Eof => return None,
            Event::Empty(_) => {}
            _ => continue,
        }
        if depth == 0 {
            return usize::try_from(reader.buffer_position()).ok();
        }
    }
}

/// Whether there are more answers than can be: one of them is the text of another.
fn is_suspicious(sections: &[Section<'_>], most: Option<usize>) -> bool {
    let key = |section: &Section<'_>| {
        section.place.map(|place| (section.user.to_vec(), place.id.to_vec()))
    };
    let mut seen = std::collections::BTreeSet::new();
    let is_repeated = sections.iter().filter_map(key).any(|key| !seen.insert(key));
    let of_user = |user: &[u8]| sections.iter().filter(|section| section.user == user).count();
    is_repeated || most.is_some_and(|most| sections.iter().any(|s| of_user(s.user) > most))
}
