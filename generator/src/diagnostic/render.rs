//! Findings as a person reads them, with the lines they are about.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Place, Severity, printable};

/// The most characters of a message: names in it are the input's, of any length.
const MESSAGE: usize = 400;

pub(super) fn render(diagnostic: &Diagnostic, colours: bool, width: Option<usize>) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        Group::with_title(level.primary_title(brief(&diagnostic.message)).id(diagnostic.code));
    if let Some(place) = &diagnostic.place {
        let annotation = AnnotationKind::Primary.span(first_line(place));
        let snippet = Snippet::source(&*place.file.text).path(place.file.path());
        group = group.element(snippet.annotation(annotation));
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

fn brief(text: &str) -> String {
    let text = printable(text);
    match text.char_indices().nth(MESSAGE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// The span, cut to its first line: an element may span half the file.
fn first_line(place: &Place) -> Range<usize> {
    let Range { start, end } = place.span;
    let line = place.file.text[start..].lines().next().unwrap_or_default();
    start..end.min(start + line.len()).max(start)
}
