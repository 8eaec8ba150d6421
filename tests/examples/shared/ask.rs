//! Reads settings from the environment, or prompts for them on the terminal. Never from the
//! arguments, which every process list shows.

use std::{env, io};

use console::Term;

/// Returns an environment variable, or prompts for its value.
///
/// # Errors
///
/// Returns an error if the variable is unset and there is no terminal to prompt on.
pub fn value(
    variable: &str,
    prompt: &str,
    read: impl FnOnce(&Term) -> io::Result<String>,
) -> io::Result<String> {
    if let Ok(value) = env::var(variable) {
        return Ok(value);
    }
    let term = Term::stderr();
    if !term.is_term() {
        return Err(io::Error::other(format!("set `{variable}`: there is no terminal to ask on")));
    }
    term.write_str(&format!("{prompt}: "))?;
    read(&term)
}
