//! Input from files, from standard input and from the terminal.

use std::{
    cell::Cell,
    env, fs,
    io::{self, BufRead as _, IsTerminal as _, Read as _, Write as _},
    path::{Path, PathBuf},
};

use secrecy::{ExposeSecret as _, SecretString};
use tempfile::NamedTempFile;

use pydio_runtime::{Body, Json};

use super::{Failed, interrupted, say};

/// The input that was read so far.
#[derive(Default)]
pub(super) struct Input {
    /// Whether standard input was read, which is possible only once.
    is_read: Cell<bool>,
    /// Files that hold standard input while it is sent.
    kept: Vec<NamedTempFile>,
}

/// The argument for standard input.
const STDIN: &str = "-";

impl Input {
    /// Reads a JSON document: the text itself, the name of a file, or `-`.
    pub(super) fn json(&self, name: &str, given: &str) -> Result<Json, Failed> {
        let is_text = given.trim_start().starts_with(['{', '[', '"']);
        let text = match is_text {
            true => given.to_owned(),
            false => self.text(name, Path::new(given))?,
        };
        serde_json::from_str(&text).map_err(|error| {
            let at = if is_text { "" } else { &format!(" in {given}") };
            Failed::usage(format!("`{name}` is not JSON{at}: {error}"))
        })
    }

    /// Reads the text of a file, or of standard input.
    pub(super) fn text(&self, name: &str, path: &Path) -> Result<String, Failed> {
        let read = match path.to_str() {
            Some(STDIN) => {
                self.stdin(name)?;
                let mut text = String::new();
                io::stdin().read_to_string(&mut text).map(|_| text)
            }
            _ => fs::read_to_string(path),
        };
        read.map_err(|error| Failed::local(path.display(), &error))
    }

    /// Reads a secret: the first line of a file, or a prompt if there is a terminal.
    pub(super) fn secret(
        &self,
        name: &str,
        path: Option<&PathBuf>,
    ) -> Result<Option<SecretString>, Failed> {
        match path {
            Some(path) => {
                let text = SecretString::from(self.text(name, path)?);
                Ok(Some(first_line(text.expose_secret()).into()))
            }
            None => ask(name),
        }
    }

    /// Returns the content of a file, or of standard input, which is kept in a file until it is
    /// sent: the server requires its length beforehand.
    pub(super) async fn body(&mut self, name: &str, path: &Path) -> Result<Body, Failed> {
        let mut source = path.to_owned();
        if path.to_str() == Some(STDIN) {
            self.stdin(name)?;
            let kept = standard_input()?;
            source = kept.path().to_owned();
            self.kept.push(kept);
        }
        Body::file(source).await.map_err(|error| Failed::local(path.display(), &error))
    }

    fn stdin(&self, name: &str) -> Result<(), Failed> {
        match self.is_read.replace(true) {
            true => Err(Failed::usage(format!("`{name}`: standard input has already been read"))),
            false => Ok(()),
        }
    }
}

/// Returns a file with the content of standard input.
///
/// # Errors
///
/// Returns an error if standard input cannot be read, or the file cannot be written.
pub fn standard_input() -> Result<NamedTempFile, Failed> {
    keep().map_err(|error| Failed::local("standard input", &error))
}

fn keep() -> io::Result<NamedTempFile> {
    let mut kept = interrupted::guarded(NamedTempFile::new()?);
    io::copy(&mut io::stdin().lock(), kept.as_file_mut())?;
    Ok(kept)
}

fn first_line(text: &str) -> &str {
    text.split(['\n', '\r']).next().unwrap_or_default()
}

/// Returns whether the secret is empty.
pub(super) fn is_empty(secret: &SecretString) -> bool {
    secret.expose_secret().is_empty()
}

/// Prompts for a secret on the terminal; `None` if there is no terminal, or nothing is typed.
///
/// # Errors
///
/// Returns an error if the terminal cannot be read.
pub fn ask(what: &str) -> Result<Option<SecretString>, Failed> {
    if !is_somebody_there() {
        return Ok(None);
    }
    match rpassword::prompt_password(format!("{what}: ")) {
        Ok(text) => Ok(Some(text.into()).filter(|text: &SecretString| !is_empty(text))),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
            say("");
            Ok(None)
        }
        Err(error) => Err(Failed::local(what, &error)),
    }
}

/// Returns whether there is a terminal for prompts.
pub fn is_somebody_there() -> bool {
    io::stderr().is_terminal()
}

/// The terminal, even if standard input is redirected.
const TERMINAL: &str = if cfg!(windows) { "CONIN$" } else { "/dev/tty" };

/// Prompts for a text that may be visible; `None` at the end of input.
///
/// # Errors
///
/// Returns an error if the terminal cannot be read.
pub fn line(what: &str) -> Result<Option<String>, Failed> {
    let read = || -> io::Result<String> {
        let terminal = fs::File::open(TERMINAL)?;
        write!(io::stderr(), "{what}: ")?;
        let mut line = String::new();
        if io::BufReader::new(terminal).read_line(&mut line)? == 0 {
            say("");
        }
        Ok(line)
    };
    let line = read().map_err(|error| Failed::local(what, &error))?;
    Ok(Some(line).filter(|line| !line.is_empty()).map(|line| line.trim().to_owned()))
}

/// Reads a setting from the environment; an empty one counts as unset.
///
/// # Errors
///
/// Returns an error if it is not UTF-8.
pub fn variable(name: &str) -> Result<Option<String>, Failed> {
    match env::var(name) {
        Ok(value) => Ok(Some(value).filter(|value| !value.is_empty())),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(Failed::usage(format!("{name} is not UTF-8"))),
    }
}

#[cfg(test)]
mod tests {
    use super::{Input, first_line};

    #[test]
    fn a_secret_is_the_first_line() {
        for (text, secret) in [("s", "s"), ("s\n", "s"), ("s \r\nx", "s "), ("", "")] {
            assert_eq!(first_line(text), secret);
        }
    }

    #[test]
    fn json_is_given_as_it_is_or_in_a_file() {
        let input = Input::default();
        assert_eq!(input.json("a", " {\"b\": 1}").unwrap()["b"], 1);
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "[true]").unwrap();
        assert_eq!(input.json("a", file.path().to_str().unwrap()).unwrap()[0], true);
        assert!(format!("{:?}", input.json("a", "{").unwrap_err()).contains("`a` is not JSON: "));
        assert!(input.json("a", "/no/such/file").is_err());
    }

    #[test]
    fn standard_input_is_read_once() {
        let input = Input::default();
        assert!(input.stdin("a").is_ok());
        assert!(format!("{:?}", input.stdin("b").unwrap_err()).contains("`b`: standard input"));
    }
}
