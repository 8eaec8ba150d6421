//! Commands that a program has besides the calls of its table.

use std::{env, ffi::OsString, process::ExitCode};

use clap::{ArgMatches, Command};

use super::{Failed, Settings, Table, args, completion, run_call, suggest, tree};

/// Commands for tasks, which a program adds to the calls of a [`Table`].
#[derive(Debug)]
pub struct Tasks {
    /// One line about the program.
    pub about: &'static str,
    /// Examples and notes below the help.
    pub after_help: &'static str,
    /// Adds the commands as subcommands. The options of the connection are added to each of them.
    pub add: fn(Command) -> Command,
    /// Runs the chosen command, given the arguments of the whole program.
    pub run: fn(&ArgMatches) -> Result<(), Failed>,
}

/// A table, and the tasks of the program if it has any.
#[derive(Clone, Copy)]
pub(crate) struct Program {
    pub(crate) table: &'static Table,
    pub(crate) tasks: Option<&'static Tasks>,
}

impl Program {
    /// Runs the program with its arguments.
    pub(crate) fn run(self) -> ExitCode {
        let arguments: Vec<OsString> = env::args_os().collect();
        if let Some(status) = completion::answer(self, &arguments) {
            return status;
        }
        let command = tree::command(self, tree::Wanted::Named(&arguments));
        let matches = match command.try_get_matches_from(&arguments) {
            Ok(matches) => matches,
            Err(error) => {
                let status = u8::try_from(error.exit_code()).unwrap_or(2);
                // There is no other place to report it.
                let _ = suggest::to(error, self.table, &arguments).print();
                return ExitCode::from(status);
            }
        };
        match self.chosen(&matches) {
            Ok(()) => ExitCode::SUCCESS,
            Err(failed) => failed.of_user(|| user(&matches)).report(),
        }
    }

    fn chosen(self, matches: &ArgMatches) -> Result<(), Failed> {
        let name = matches.subcommand_name().unwrap_or_default();
        match self.tasks {
            Some(tasks) if !tree::is_call(name) => (tasks.run)(matches),
            _ => run_call(self.table, matches),
        }
    }

    /// Returns the commands of the tasks, each with the options of the connection.
    pub(crate) fn commands(self) -> Vec<Command> {
        let Some(tasks) = self.tasks else { return Vec::new() };
        let all = (tasks.add)(Command::new("tasks"));
        all.get_subcommands().cloned().map(connected).collect()
    }
}

/// Returns the arguments of the command that was chosen.
pub fn leaf_of(top: &ArgMatches) -> &ArgMatches {
    let mut leaf = top;
    while let Some((_, next)) = leaf.subcommand() {
        leaf = next;
    }
    leaf
}

/// Returns the user of the command that was chosen.
fn user(top: &ArgMatches) -> Option<String> {
    let leaf = leaf_of(top);
    let settings = Settings::of(top, leaf).or_else(|_| Settings::without_profile(top, leaf));
    Some(settings.ok()?.user().ok()?.to_owned())
}

/// Adds the options of the connection to a command, or to its subcommands.
fn connected(command: Command) -> Command {
    if command.has_subcommands() {
        return command.mut_subcommands(connected);
    }
    let has = |arg: &clap::Arg| {
        command.get_arguments().any(|own| {
            own.get_long() == arg.get_long()
                || own.get_short().is_some() && own.get_short() == arg.get_short()
        })
    };
    let shared = args::connection().into_iter().chain([args::workspace(), args::json()]);
    let shared: Vec<_> = shared.filter(|arg| !has(arg)).map(|arg| arg.hide(true)).collect();
    command.args(shared)
}
