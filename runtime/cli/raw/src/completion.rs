//! Shell completion: a short script asks the program itself for completions.

use std::{env, ffi::OsString, process::ExitCode};

use clap::ArgMatches;
use clap_complete::{CompleteEnv, env::Shells};

use super::{
    Failed, print,
    program::Program,
    tree::{self, NAME, Wanted},
};

/// The variable by which the script marks a request for completions.
const VARIABLE: &str = "PYDIO_COMPLETE";

/// Returns the shells for which there is a script.
pub(super) fn shells() -> Vec<&'static str> {
    Shells::builtins().names().collect()
}

/// Completes a command line for a shell, if a shell asks for it. Reports no errors, because the
/// user is in the middle of typing a line.
pub(super) fn answer(program: Program, arguments: &[OsString]) -> Option<ExitCode> {
    let command = || tree::command(program, Wanted::Named(arguments));
    let folder = env::current_dir().ok();
    let complete = CompleteEnv::with_factory(command).var(VARIABLE);
    match complete.try_complete(arguments, folder.as_deref()) {
        Ok(false) => None,
        Ok(true) => Some(ExitCode::SUCCESS),
        Err(_) => Some(ExitCode::FAILURE),
    }
}

/// Prints the script for a shell.
pub(super) fn script(matches: &ArgMatches) -> Result<(), Failed> {
    let shell = matches.get_one::<String>("shell").map(String::as_str).unwrap_or_default();
    let shells = Shells::builtins();
    let shell = shells.completer(shell).ok_or_else(|| Failed::usage("no such shell"))?;
    let mut script = Vec::new();
    let written = shell.write_registration(VARIABLE, NAME, NAME, NAME, &mut script);
    written.map_err(|error| Failed::local("the script", &error))?;
    print::to_stdout(&script)
}
