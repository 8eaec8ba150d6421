//! Settings from the environment, or asked for on the terminal. Never from the arguments, which
//! every process list shows.

use std::{env, io};

use console::Term;

/// A variable of the environment, or what is typed in its place.
///
/// # Errors
///
/// When it is not set and there is no terminal to ask on.
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
