//! Parses the console's output: its own lines, and what each action printed between them.
//!
//! For each user three lines (`*****…`, `Current User is '…'`, `*****…`), then for each workspace
//! `Applying action '…' on workspace … (…)` and the response with a line break, or one line
//! `USER: …` if no workspace was reached; another line break at the very end.

/// The parsed output.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Output<'o> {
    pub(crate) sections: Vec<Section<'o>>,
    /// Whether the output is complete.
    pub(crate) is_whole: bool,
}

/// What was printed for one user on one workspace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Section<'o> {
    pub(crate) user: &'o [u8],
    /// `None` if no workspace was reached.
    pub(crate) place: Option<Place<'o>>,
    pub(crate) content: &'o [u8],
}

/// A workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place<'o> {
    pub(crate) label: &'o [u8],
    pub(crate) id: &'o [u8],
}

const STARS: &[u8] = b"*****************************";

/// Reads the output of a run with one response: everything after the console's lines is that
/// response, whatever it contains. `None` if the console's lines are missing.
pub(crate) fn one<'o>(printed: &'o [u8], action: &str) -> Option<Output<'o>> {
    let (body, is_whole) = body(printed);
    let (user, mut at) = first_user(body)?;
    while at < body.len() {
        let (line, next) = line_at(body, at);
        let place = place(line, action);
        if place.is_some() || line.starts_with(b"USER: ") {
            let from = if place.is_some() { next } else { at };
            let section = Section { user, place, content: &body[from..] };
            return Some(Output { sections: vec![section], is_whole });
        }
        // A warning of PHP, before anything has run.
        at = next;
    }
    Some(Output { sections: Vec::new(), is_whole })
}

/// Reads the users and workspaces of a run, with at most one line for each. `None` if the console's
/// lines are missing.
pub(crate) fn places<'o>(printed: &'o [u8], action: &str) -> Option<Output<'o>> {
    let (body, is_whole) = body(printed);
    let (mut user, mut at) = first_user(body)?;
    let mut sections = Vec::new();
    while at < body.len() {
        if let Some((other, next)) = user_at(body, at) {
            (user, at) = (other, next);
            continue;
        }
        let (line, next) = line_at(body, at);
        let place = place(line, action);
        if place.is_some() || line.starts_with(b"USER: ") {
            let content = if place.is_some() { &line[line.len()..] } else { line.trim_ascii_end() };
            sections.push(Section { user, place, content });
        }
        at = next;
    }
    Some(Output { sections, is_whole })
}

/// Returns the output without the line breaks that the console writes at its end, if they are
/// present.
fn body(printed: &[u8]) -> (&[u8], bool) {
    match printed.strip_suffix(b"\n\n") {
        Some(body) => (body, true),
        None => (printed, false),
    }
}

/// Returns the line at this position, and where the next one begins.
fn line_at(body: &[u8], at: usize) -> (&[u8], usize) {
    let rest = &body[at..];
    match rest.iter().position(|byte| *byte == b'\n') {
        Some(length) => (&rest[..length], at + length + 1),
        None => (rest, body.len()),
    }
}

/// Returns the lines of the first user, after any output of a prefix or PHP.
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

/// Returns the user whose lines begin here, and where they end.
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

/// Returns the workspace that a line announces.
fn place<'o>(line: &'o [u8], action: &str) -> Option<Place<'o>> {
    let rest = line.strip_prefix(b"Applying action '")?.strip_prefix(action.as_bytes())?;
    let rest = rest.strip_prefix(b"' on workspace ")?.strip_suffix(b")")?;
    let open = rest.windows(2).rposition(|pair| pair == b" (")?;
    Some(Place { label: &rest[..open], id: &rest[open + 2..] })
}
