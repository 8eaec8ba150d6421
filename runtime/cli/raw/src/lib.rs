//! The command line `pydio`, built from a [`Table`] in the bindings.
//!
//! A crate of bindings includes it with the feature `cli`:
//! `cargo install pydio-client --features cli` installs the program.
//!
//! ```text
//! pydio --url https://files.example.org --user alice -w my-files v1 access.fs ls /photos
//! pydio v2 file getNodeInfos my-files /photos
//! pydio list share
//! ```
//!
//! Every action of every plugin is a command below `v1`, every operation of the spec one below
//! `v2`. Commands and parameters have the names that the server uses. The binary of a crate of
//! bindings is one line: [`main`] with its table.
//!
//! # Server and user
//!
//! Set `--url` and `--user`, or `PYDIO_URL` and `PYDIO_USER`. The password comes from the file of
//! `--password-file`, from `PYDIO_PASSWORD`, or from a prompt on the terminal; it is never an
//! argument, since every process list shows those. The same applies to parameters that are
//! passwords: `--new_user_pwd-file` names a file, and without it the program prompts. `--keystore`
//! signs with a key pair, which is created on first use, with `--pair-on-session` in a session.
//!
//! # What it prints
//!
//! Responses go to standard output: a listing as a table on a terminal and otherwise as lines with
//! tabs, other responses unchanged, and everything as JSON with `--json`. Messages of the server to
//! the user, and errors, go to standard error. Bytes go to the file of `-o`, which appears when it
//! is complete.
//!
//! # Exit status
//!
//! | status | meaning |
//! |---|---|
//! | 0 | success |
//! | 1 | the server refused or failed, or something is missing, exists already, or is of another kind than needed |
//! | 2 | an argument or a setting is wrong; nothing was done |
//! | 3 | the server was not reached, a proxy gave up waiting for it (502, 504), or its response is incomplete: the work may have been done |
//! | 4 | a local file could not be read or written |
//!
//! # Features
//!
//! * `cmd`: the option `--cmd`, which runs actions through the command line of the server.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod args;
mod captcha;
mod completion;
mod connect;
mod failed;
mod input;
mod interrupted;
mod list;
mod print;
mod profile;
mod program;
mod request;
mod send;
mod shape;
mod suggest;
mod table;
#[cfg(test)]
mod testing;
mod tree;

use std::{
    env,
    io::{self, Write as _},
    pin::Pin,
    process::ExitCode,
};

use clap::ArgMatches;

use print::Output;
use program::Program;
use table::Api;
use tree::Wanted;

pub use connect::Settings;
pub use failed::Failed;
pub use input::{ask, is_somebody_there, line, standard_input, variable};
pub use print::{nodes, set_aside, shown, shown_lines, to_stdout};
pub use profile::{Config, Profile, create_private};
pub use program::{Tasks, leaf_of};
pub use table::{Entry, Field, Group, ParamDoc, Simple, Table};

/// Runs the command line with the arguments of this program, and returns its exit status.
pub fn main(table: &'static Table) -> ExitCode {
    Program { table, tasks: None }.run()
}

/// Runs the command line of a program that has tasks as well, and returns its exit status.
pub fn main_with(table: &'static Table, tasks: &'static Tasks) -> ExitCode {
    Program { table, tasks: Some(tasks) }.run()
}

/// Returns the whole command tree, for example to generate a man page from it.
pub fn command(table: &'static Table) -> clap::Command {
    tree::command(Program { table, tasks: None }, Wanted::Everything)
}

fn run_call(table: &'static Table, matches: &ArgMatches) -> Result<(), Failed> {
    match matches.subcommand() {
        Some((tree::LIST, found)) => list::list(table, matches, found),
        Some((tree::COMPLETIONS, found)) => completion::script(found),
        Some((tree::V1, plugin)) => {
            let (entry, found) = found(table, Api::V1, plugin)?;
            in_runtime(send::action(entry, &settings(matches, found)?, found))
        }
        Some((tree::V2, tag)) => {
            let (entry, found) = found(table, Api::V2, tag)?;
            in_runtime(send::operation(entry, &settings(matches, found)?, found))
        }
        _ => Err(Failed::usage("no such command")),
    }
}

/// Returns the chosen endpoint with its arguments.
fn found<'m>(
    table: &'static Table,
    api: Api,
    matches: &'m ArgMatches,
) -> Result<(&'static Entry, &'m ArgMatches), Failed> {
    let (group, chosen) = tree::chosen(matches)?;
    let (name, found) = tree::chosen(chosen)?;
    let entry = table.find(api, group, name);
    Ok((entry.ok_or_else(|| Failed::usage("no such command"))?, found))
}

fn settings(top: &ArgMatches, leaf: &ArgMatches) -> Result<(Settings, Output), Failed> {
    Ok((Settings::of(top, leaf)?, Output::of(top, leaf)?))
}

/// Runs a command to its end, on this thread.
///
/// # Errors
///
/// Those of the command.
pub fn in_runtime(command: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    block_on(Box::pin(command))
}

/// Apart from [`in_runtime`], so that it is compiled once and not for each command.
fn block_on(command: Pin<Box<dyn Future<Output = Result<(), Failed>> + '_>>) -> Result<(), Failed> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| Failed::usage(format!("no runtime: {error}")))?.block_on(command)
}

/// Returns whether to print without colours, by the same variables as the help; without any of
/// them, colours are for terminals.
fn is_plain(terminal: &impl io::IsTerminal) -> bool {
    let is = |name, value: &str| env::var_os(name).is_some_and(|found| found == value);
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    if is_set("NO_COLOR") {
        return true;
    }
    if is_set("CLICOLOR_FORCE") {
        return false;
    }
    !terminal.is_terminal() || is("TERM", "dumb") || is("CLICOLOR", "0")
}

/// Prints a line to standard error; there is nothing to do if it is closed.
pub fn say(line: impl std::fmt::Display) {
    let _ = writeln!(io::stderr(), "{line}");
}
