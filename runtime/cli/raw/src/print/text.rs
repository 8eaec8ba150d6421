//! Responses as text: tables for people, lines for programs.

use std::{borrow::Cow, fmt::Write as _};

use pydio_runtime::{
    Timestamp,
    response::{Element, Envelope, Node, Severity},
};
use unicode_width::UnicodeWidthStr as _;

/// The cells of a line.
pub(crate) struct Row {
    cells: Vec<String>,
    /// Whether the first cell is highlighted.
    is_strong: bool,
}

impl Row {
    pub(crate) fn of<const N: usize>(cells: [&str; N]) -> Self {
        Self { cells: cells.map(|cell| shown(cell).into_owned()).into(), is_strong: true }
    }
}

/// The columns of a node.
pub(super) const COLUMNS: [&str; 4] = ["name", "kind", "size", "changed"];

/// The nodes and their descendants. Programs get paths; people get names where these are unique.
pub(super) fn rows(nodes: &[Node], for_people: bool) -> Vec<Row> {
    let is_flat = nodes.iter().all(|node| node.children.is_empty());
    let mut rows = Vec::with_capacity(nodes.len());
    collect(nodes, for_people && is_flat, &mut rows);
    rows
}

/// The nodes and their descendants, with a workspace in front of their paths.
pub(super) fn rows_of(workspace: &str, nodes: &[Node]) -> Vec<Row> {
    let mut rows = rows(nodes, false);
    for row in &mut rows {
        row.cells[0].insert_str(0, &format!("{}:", shown(workspace)));
    }
    rows
}

fn collect(nodes: &[Node], by_label: bool, rows: &mut Vec<Row>) {
    for node in nodes {
        let path = node.path();
        let name = if by_label { node.label() } else { path.as_str() };
        let plain = if node.is_file() { "file" } else { "folder" };
        let kind = node.mime().filter(|mime| !mime.is_empty()).unwrap_or(plain);
        let kind = if kind == "ajxp_folder" { plain } else { kind };
        let size = node.size().map(|size| size.to_string()).unwrap_or_default();
        let changed = node.modified().and_then(date).unwrap_or_default();
        let row = Row::of([name, kind, &size, &changed]);
        rows.push(Row { is_strong: !node.is_file(), ..row });
        collect(&node.children, by_label, rows);
    }
}

/// Formats a time, unless it is out of the columns or before 1970.
fn date(time: Timestamp) -> Option<String> {
    /// The end of the year 9999, the last time in this format.
    const LAST: i64 = 253_402_300_799;
    (1..=LAST).contains(&time.as_secs()).then(|| time.to_string())
}

/// Returns the rows with tabs between their cells.
pub(super) fn lines(rows: &[Row]) -> String {
    rows.iter().map(|row| row.cells.join("\t") + "\n").collect()
}

/// Returns the rows as a table, with numbers aligned to the right.
pub(super) fn table(columns: &[&str], rows: &[Row], is_coloured: bool) -> String {
    let widths: Vec<usize> = (0..columns.len())
        .map(|index| {
            let cells = rows.iter().filter_map(|row| row.cells.get(index));
            cells.map(|cell| cell.width()).chain([columns[index].len()]).max().unwrap_or_default()
        })
        .collect();
    let mut text = String::new();
    let head = columns.iter().map(|&column| column.to_owned()).collect();
    line(&mut text, &Row { cells: head, is_strong: false }, columns, &widths, "");
    for row in rows {
        let colour = if row.is_strong && is_coloured { "\x1b[34m" } else { "" };
        line(&mut text, row, columns, &widths, colour);
    }
    text
}

fn line(text: &mut String, row: &Row, columns: &[&str], widths: &[usize], colour: &str) {
    let start = text.len();
    for (index, cell) in row.cells.iter().enumerate() {
        let room = widths[index].saturating_sub(cell.width());
        let is_number = columns[index] == "size";
        let (before, after) = if is_number { (room, 0) } else { (0, room) };
        let (on, off) =
            if index == 0 && !colour.is_empty() { (colour, "\x1b[0m") } else { ("", "") };
        let _ = write!(text, "{:before$}{on}{cell}{off}{:after$}  ", "", "");
    }
    text.truncate(start + text[start..].trim_end().len());
    text.push('\n');
}

/// Returns the changes that an action reports, one per line.
pub(crate) fn envelope_lines(envelope: &Envelope) -> String {
    let mut text = String::new();
    let mut tell = |what: &str, nodes: &[Node]| {
        for node in nodes {
            let path = node.path();
            let was = node.original_path().filter(|was| *was != path);
            let was = was.map_or(String::new(), |was| format!("{}\t", shown(was.as_str())));
            let _ = writeln!(text, "{what}\t{was}{}", shown(path.as_str()));
        }
    };
    tell("added", &envelope.diff.added);
    tell("updated", &envelope.diff.updated);
    tell("removed", &envelope.diff.removed);
    let elements: String = envelope.elements().iter().map(xml).collect();
    text + &shown_lines(&elements)
}

/// The type of a message, as the server writes it.
pub(crate) fn severity(severity: &Severity) -> &str {
    match severity {
        Severity::Success => "SUCCESS",
        Severity::Error => "ERROR",
        Severity::Other(other) => other,
        _ => "UNKNOWN",
    }
}

/// Returns an element as XML, with its children.
pub(super) fn xml(element: &Element) -> String {
    let mut text = String::new();
    write_xml(element, 0, &mut text);
    text
}

fn write_xml(element: &Element, depth: usize, text: &mut String) {
    let Element { name, attributes, children, text: own, .. } = element;
    let indent = depth * 2;
    let _ = write!(text, "{:indent$}<{name}", "");
    for (key, value) in attributes.iter() {
        let value = quick_xml::escape::escape(value);
        let _ = write!(text, " {key}=\"{value}\"");
    }
    if children.is_empty() && own.is_empty() {
        text.push_str("/>\n");
        return;
    }
    let _ = write!(text, ">{}", quick_xml::escape::escape(&**own));
    if !children.is_empty() {
        text.push('\n');
        for child in children {
            write_xml(child, depth + 1, text);
        }
        let _ = write!(text, "{:indent$}", "");
    }
    let _ = writeln!(text, "</{name}>");
}

/// Returns text on one line, with escapes for characters that control a terminal or break the line.
pub fn shown(text: &str) -> Cow<'_, str> {
    escaped(text, |c| acts(c) || matches!(c, '\n' | '\t'))
}

/// Returns text of several lines, with escapes for characters that control a terminal.
pub fn shown_lines(text: &str) -> Cow<'_, str> {
    escaped(text, acts)
}

/// Returns whether it is a control character, or one that changes the direction of the text after
/// it.
fn acts(c: char) -> bool {
    let turns =
        matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    turns || c.is_control() && !matches!(c, '\n' | '\t')
}

fn escaped(text: &str, is_bad: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_bad) {
        return text.into();
    }
    let shown = |c: char| if is_bad(c) { c.escape_default().to_string() } else { c.to_string() };
    text.chars().map(shown).collect::<String>().into()
}

#[cfg(test)]
mod tests {
    use super::{Row, Timestamp, date, shown, shown_lines, table};

    #[test]
    fn a_table_is_as_wide_as_its_widest_cells() {
        let rows = [Row::of(["a", "folder", "", ""]), Row::of(["日本", "file", "1234", "x"])];
        let text = table(&["name", "kind", "size", "changed"], &rows, false);
        assert_eq!(text, "name  kind    size  changed\na     folder\n日本  file    1234  x\n");
        assert!(table(&["a", "b", "size", "d"], &rows, true).contains("\x1b[34m日本\x1b[0m"));
    }

    #[test]
    fn text_from_the_server_never_controls_a_terminal() {
        assert_eq!(shown("a\x1b[2J\nb\tc\u{202e}"), "a\\u{1b}[2J\\nb\\tc\\u{202e}");
        assert_eq!(shown_lines("a\nb\x07"), "a\nb\\u{7}");
        assert_eq!(shown("é b"), "é b");
    }

    #[test]
    fn a_time_is_written_as_far_as_there_is_one() {
        let at = |seconds| Timestamp::from_secs(seconds).and_then(date);
        assert_eq!(at(1_500_000_000).as_deref(), Some("2017-07-14T02:40:00Z"));
        for seconds in [-1, 0, i64::MAX, i64::MIN, 253_402_300_800] {
            assert_eq!(at(seconds), None);
        }
    }
}
