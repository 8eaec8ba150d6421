//! Findings as a person reads them, with the lines they are about.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Diagnostic, Severity};

pub(super) fn render(diagnostic: &Diagnostic, colours: bool) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(&*diagnostic.message).id(diagnostic.code);
    let mut group = Group::with_title(title);
    if let Some(place) = &diagnostic.place {
        let annotation = AnnotationKind::Primary.span(clamp(place));
        let snippet = Snippet::source(&*place.file.text).path(&*place.file.name);
        group = group.element(snippet.annotation(annotation));
    }
    if let Some(help) = &diagnostic.help {
        group = group.element(Level::HELP.message(&**help));
    }
    let renderer = if colours { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group]).to_string()
}

/// The span, cut to its first line and to the text: an element may span half the file.
fn clamp(place: &super::Place) -> std::ops::Range<usize> {
    let text = &place.file.text;
    let start = floor(text, place.span.start.min(text.len()));
    let line_end = text[start..].find('\n').map_or(text.len(), |newline| start + newline);
    start..floor(text, place.span.end.clamp(start, line_end))
}

fn floor(text: &str, mut index: usize) -> usize {
    while !text.is_char_boundary(index) {
        index -= 1;
    }
    index
}
