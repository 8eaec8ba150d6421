//! The command line: calls through `php cmd.php`, run where the server is.
//!
//! Every action runs here, those without `restParams` too, and long ones to their end: what goes
//! on in the background over HTTP (`compress`, `empty_recycle`) is done when the call returns.
//!
//! ```no_run
//! # async fn demo(password: String) -> Result<(), pydio_runtime::Error> {
//! use std::time::Duration;
//! use pydio_runtime::cmd::CommandLine;
//!
//! let cmd = CommandLine::builder("/var/www/pydio/cmd.php")
//!     .prefix(["sudo", "-n", "-u", "www-data", "php"])
//!     .login("admin", password)
//!     .timeout(Duration::from_secs(3600))
//!     .build()?;
//! let files = cmd.workspace("my-files");          // one answer a call
//! let all = cmd.for_all_users().every_workspace(); // one answer for each user and workspace
//! # let _ = (files, all); Ok(())
//! # }
//! ```
//!
//! It is the console of Pydio 7 and 8 that is spoken to, as measured on 8.2.5. That of Pydio 6 has
//! another language: calls of its bindings are refused.
//!
//! # Who sees the password
//!
//! The console takes the password as an argument or from a terminal; it does not read it from
//! standard input. Unless told otherwise ([`ArgumentPassing::StandardInput`]), the arguments are therefore
//! written to the standard input of PHP, to a line of PHP that makes them the arguments of
//! `cmd.php`: no process list, no shell history and no log of `sudo` shows them, here or on the
//! machine that a prefix leads to. With [`ArgumentPassing::Arguments`], everyone who may list processes
//! on either machine sees the password and all other values while the call runs, and `sudo` logs
//! them. In both cases they are in the memory of both processes.
//!
//! # What the console does to a call
//!
//! * It eats the `=` that a value begins with, and takes some names for its own options: such
//!   calls are refused before anything runs.
//! * It prints failures where answers go, with exit status 0: `: message`. They are errors here.
//!   A text answer that begins so cannot be told from one, and is taken for a failure.
//! * It takes its own markup out of all that it prints: `<info>`, `<comment>`, `<error>`,
//!   `<question>`, `<fg=…>`, their ends, and a backslash before `<`. Names of files that hold such
//!   a word arrive without it where the answer is JSON or text; in XML they are escaped and arrive
//!   whole.
//! * It prints nothing of some actions, `share` and `load_repository_info` among them: what should
//!   have been an answer is [`ErrorKind::Empty`](crate::ErrorKind::Empty).
//! * It carries no bytes: calls that answer a file are refused.
//!
//! # Several users or workspaces
//!
//! Each user and each workspace is a run of the console of its own. The console could do them in
//! one, but then, as measured on 8.2.5, it skips the one after a failure and prints nothing for it,
//! and prints a failure in place of every report after the first. A run before the others finds
//! out which users and workspaces there are: it asks for an action that no plugin has.
//!
//! # What a timeout stops
//!
//! The command is killed, on Unix with all that it has started in its process group, and so it is
//! when the future of a call is dropped. That does not reach what runs as another user (`sudo`) or
//! elsewhere (`docker exec`, `ssh`): there the action may go on. Since the command is in a process
//! group of its own, nothing it starts may ask questions on the terminal: use `sudo -n`,
//! `ssh -o BatchMode=yes`. It must not be given a terminal either (`docker exec -t`, `ssh -t`),
//! which changes what the console prints.
//!
//! Calls have to be made on a tokio runtime with I/O and time enabled.

mod builder;
mod launch;
mod line;
mod output;
mod process;
mod run;
mod target;

pub use builder::{ArgumentPassing, Builder};
pub use line::{CommandLine, CommandResult, Users, Workspace, Workspaces};

#[cfg(test)]
mod tests;
