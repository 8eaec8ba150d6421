//! Displays names of files and of the server.

/// Returns a text on one line, without characters that control the terminal.
pub fn shown(text: &str) -> String {
    let escape = |c: char| if c.is_control() { c.escape_default().to_string() } else { c.into() };
    text.chars().map(escape).collect()
}
