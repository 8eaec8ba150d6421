//! The program `pydio`: tasks for people who use a Pydio 6-8 server, or leave it.
//!
//! ```text
//! pydio login https://files.example.org/pydio --user alice
//! pydio ls my-files:/photos
//! pydio mirror my-files:/photos ./photos --checksum
//! pydio export ./export
//! pydio v1 access.fs ls /photos -w my-files
//! ```
//!
//! `cargo install --path runtime/cli` installs it. This package has the tasks, and uses the default
//! bindings, those of the last release. The calls below `v1` and `v2` come from the crate
//! `pydio-cli`, which is a separate package: bindings of other releases also have a command line of
//! their calls, and a package cannot depend on one that depends on it.
//!
//! The library part is what the program consists of. It follows no semantic versioning; programs
//! should use `pydio-client`.
//!
//! # Exit status
//!
//! | status | meaning |
//! |---|---|
//! | 0 | success, verified |
//! | 1 | the server refused or failed; something is missing, exists already, or is a file where a folder is needed; or two sides differ |
//! | 2 | an argument or a setting is wrong, or another run holds the folder; nothing was done |
//! | 3 | the server was not reached, a proxy gave up waiting for it (502, 504), or its response is incomplete: the work may have been done |
//! | 4 | a local file could not be read or written |
//!
//! If several pieces of work failed, the status is the largest of theirs.

mod commands;
mod context;
mod filter;
mod hashes;
mod mirror;
mod outcome;
mod place;
mod progress;
mod reach;
mod summary;
pub mod tasks;
mod throttle;
mod tree;

use std::process::ExitCode;

use pydio_cli::Tasks;

/// Runs the program, and returns its exit status.
pub fn main() -> ExitCode {
    pydio_cli::main_with(&pydio_client::cli::TABLE, &TASKS)
}

/// The tasks, as commands besides the calls.
pub static TASKS: Tasks = Tasks {
    about: "Works with the files, shares and users of a Pydio 6-8 server",
    after_help: commands::AFTER_HELP,
    add: commands::add,
    run: commands::run,
};
