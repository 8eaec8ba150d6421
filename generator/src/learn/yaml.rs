//! Writes the few kinds of YAML that a proposal consists of.

/// Returns text in quotes, as both JSON and YAML read it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Returns a key or a name, in quotes if it could be read as something else.
pub(super) fn key(name: &str) -> String {
    const READ: [&str; 13] =
        ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf", "~", ""];
    let mut bytes = name.bytes();
    let starts = bytes.next().is_some_and(|b| b.is_ascii_alphabetic() || b == b'_');
    let is_word = starts && bytes.all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    match is_word && !READ.contains(&&*name.to_ascii_lowercase()) {
        true => name.to_owned(),
        false => quoted(name),
    }
}
