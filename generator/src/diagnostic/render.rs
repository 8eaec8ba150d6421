//! Rendering findings for people, with the lines they are about.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

use super::{Diagnostic, Place, Severity, printable};

/// The maximum length of a message in characters: it may contain names of any length from the
/// input.
const MESSAGE: usize = 400;

/// The longest line that is shown unchanged: a whole file may be one line.
const LINE: usize = 2_000;

pub(super) fn render(diagnostic: &Diagnostic, colours: bool, width: Option<usize>) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        Group::with_title(level.primary_title(brief(&diagnostic.message)).id(diagnostic.code));
    if let Some(place) = &diagnostic.place {
        group = shown(group, place);
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(brief(help)));
    }
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    let renderer = match width {
        Some(width) => renderer.term_width(width),
        None => renderer,
    };
    renderer.render(&[group]).to_string()
}

/// Adds the line that contains a location, without reading the rest of the file.
fn shown<'p>(group: Group<'p>, place: &'p Place) -> Group<'p> {
    let text = &*place.file.text;
    let (number, Range { start, end }) = place.file.line(place.span.start);
    // A location may be the end of a line.
    let from = place.span.start.min(end);
    let span = from..place.span.end.clamp(from, end);
    if end - start <= LINE {
        let annotation = AnnotationKind::Primary.span(span.start - start..span.end - start);
        let line = Snippet::source(&text[start..end]).line_start(number);
        return group.element(line.path(place.file.path()).annotation(annotation));
    }
    let start = place.file.floor(span.start.saturating_sub(LINE / 20).max(start));
    let end = place.file.floor((span.start + LINE / 10).min(end)).max(span.start);
    let annotation = AnnotationKind::Primary.span(span.start - start..span.end.min(end) - start);
    let (line, column) = place.file.line_column(span.start);
    let origin = Origin::path(place.file.path()).line(line).char_column(column);
    let part = Snippet::source(&text[start..end]).line_start(number);
    group.element(origin).element(part.annotation(annotation))
}

fn brief(text: &str) -> String {
    let text = printable(text);
    match text.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
