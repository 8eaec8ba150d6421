//! `completions`: shell completion scripts, and the answers they ask for.

use std::{env, process::ExitCode};

use clap::Args;
use clap_complete::{CompleteEnv, Shell, env::Shells};

use super::{Failure, NAME, command_line, terminal::print};
use crate::diagnostic::Diagnostic;

/// Prints a shell completion script for the commands and options
///
/// The script asks the tool itself for completions; regenerate the script after an update.
#[derive(Args)]
pub(super) struct Completions {
    /// The shell
    shell: Shell,
}

/// The environment variable by which the script marks a request for candidates.
const VARIABLE: &str = "PYDIO_CODEGEN_COMPLETE";

/// Prints the candidates when a completion script asks for them. Errors are not reported, since the
/// user is in the middle of typing a line.
pub(super) fn answer_shell() -> Option<ExitCode> {
    let folder = env::current_dir().ok();
    let complete = CompleteEnv::with_factory(command_line).var(VARIABLE);
    match complete.try_complete(env::args_os(), folder.as_deref()) {
        Ok(false) => None,
        Ok(true) => Some(ExitCode::SUCCESS),
        Err(_) => Some(ExitCode::FAILURE),
    }
}

impl Completions {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let shells = Shells::builtins();
        let mut script = Vec::new();
        let refused = |why: String| Diagnostic::error("completions", why);
        let shell = shells.completer(&self.shell.to_string());
        let shell = shell.ok_or_else(|| refused(format!("no script for {}", self.shell)))?;
        let written = shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script);
        written.map_err(|error| refused(error.to_string()))?;
        print(String::from_utf8_lossy(&script).trim_end())
    }
}
