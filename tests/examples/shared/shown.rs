//! Names of the server's and of files, where people see them.

/// A text on one line, with nothing in it that acts on a terminal.
pub fn shown(text: &str) -> String {
    let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.into() };
    text.chars().map(escape).collect()
}
