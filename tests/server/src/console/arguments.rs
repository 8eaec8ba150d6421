//! Parses arguments like the console.

use std::collections::BTreeMap;

/// The parsed arguments.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) options: BTreeMap<&'static str, String>,
    pub(crate) parameters: BTreeMap<String, String>,
    /// Whether a global option makes the console print something else.
    pub(crate) is_global: bool,
}

const SHORT: [(&str, &str); 8] = [
    ("u", "cli_username"),
    ("r", "cli_repository_id"),
    ("a", "cli_action_name"),
    ("p", "cli_password"),
    ("t", "cli_token"),
    ("i", "cli_impersonate"),
    ("s", "cli_status_file"),
    ("k", "cli_task_uuid"),
];

impl Arguments {
    /// Returns an option by its letter; empty if it is absent.
    pub(crate) fn option(&self, letter: &str) -> &str {
        self.options.get(letter).map_or("", |value| value)
    }

    /// Returns a parameter; empty if it is absent.
    pub(crate) fn parameter(&self, name: &str) -> &str {
        self.parameters.get(name).map_or("", |value| value)
    }
}

/// Parses the arguments of `cmd.php`, or returns what is wrong with them.
pub(crate) fn read(words: &[String]) -> Result<Arguments, String> {
    let mut read = Arguments::default();
    for word in words {
        let (name, value) = match word.strip_prefix("--") {
            Some(long) => long.split_once('=').unwrap_or((long, "")),
            None => short(word)?,
        };
        let value = value.trim_start_matches('=').to_owned();
        if matches!(name, "help" | "version" | "quiet") {
            read.is_global = true;
        }
        match SHORT.iter().find(|(_, long)| *long == name) {
            Some((letter, _)) => drop(read.options.insert(letter, value)),
            None => drop(read.parameters.insert(name.to_owned(), value)),
        }
    }
    Ok(read)
}

fn short(word: &str) -> Result<(&str, &str), String> {
    let too_many = || "Too many arguments, expected arguments \"command\".".to_owned();
    let letters = word.strip_prefix('-').ok_or_else(too_many)?;
    let letter = letters.get(..1).ok_or_else(too_many)?;
    let found = SHORT.iter().find(|(short, _)| *short == letter);
    let (_, long) = found.ok_or_else(|| format!("The \"-{letter}\" option does not exist."))?;
    Ok((long, &letters[1..]))
}
