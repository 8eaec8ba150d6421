//! The commands, one module each.

mod change;
mod compress;
mod cp;
#[cfg(feature = "doctor")]
mod doctor;
mod export;
mod keys;
mod login;
mod look;
mod mirror;
mod relocate;
mod share;
mod users;
mod why;

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};
use pydio_cli::Failed;

use super::context::{self, Context};

pub(crate) const AFTER_HELP: &str = "Examples:
  pydio login https://files.example.org/pydio --user alice
  pydio ls my-files:/photos
  pydio cp photo.jpg my-files:/photos/
  pydio mirror my-files:/photos ./photos --checksum

A node is WORKSPACE:/PATH; with -w, PYDIO_WORKSPACE or a profile also :/PATH, and /PATH where only a
node is possible.";

#[derive(Debug, Subcommand)]
enum Task {
    Login(login::Login),
    Logout(login::Logout),
    Profiles(login::Profiles),
    Ls(look::Ls),
    Stat(look::Stat),
    Cp(cp::Cp),
    Mv(change::Mv),
    Rm(change::Rm),
    Mkdir(change::Mkdir),
    Mirror(mirror::Mirror),
    Check(mirror::Check),
    Share(share::Share),
    Shares(share::Shares),
    /// Export users, and create them from a CSV file
    #[command(subcommand)]
    Users(users::Users),
    Export(export::Export),
    Compress(compress::Compress),
    /// Show, revoke and replace key pairs
    #[command(subcommand)]
    Keys(keys::Keys),
    #[cfg(feature = "doctor")]
    Doctor(doctor::Doctor),
    Why(why::Why),
}

/// Adds the commands.
pub(crate) fn add(command: Command) -> Command {
    Task::augment_subcommands(command)
}

/// Runs the chosen command.
pub(crate) fn run(matches: &ArgMatches) -> Result<(), Failed> {
    let task = Task::from_arg_matches(matches)
        .map_err(|error| Failed::usage(error.to_string().trim_end().to_owned()))?;
    let settings = || context::settings(matches);
    let context = || Context::new(settings()?);
    match task {
        Task::Login(task) => task.run(matches),
        Task::Logout(task) => task.run(matches),
        Task::Profiles(task) => task.run(matches),
        Task::Ls(task) => task.run(&context()?),
        Task::Stat(task) => task.run(&context()?),
        Task::Cp(task) => task.run(&context()?),
        Task::Mv(task) => task.run(&context()?),
        Task::Rm(task) => task.run(&context()?),
        Task::Mkdir(task) => task.run(&context()?),
        Task::Mirror(task) => task.run(matches),
        Task::Check(task) => task.run(&context()?),
        Task::Share(task) => task.run(&context()?),
        Task::Shares(task) => task.run(&context()?),
        Task::Users(task) => task.run(&context()?),
        Task::Export(task) => task.run(&context()?),
        Task::Compress(task) => task.run(&context()?),
        Task::Keys(task) => task.run(&context()?),
        #[cfg(feature = "doctor")]
        Task::Doctor(task) => task.run(&settings()?),
        Task::Why(task) => task.run(settings()?),
    }
}
