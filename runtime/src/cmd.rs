//! The command line: calls through `php cmd.php`, on the machine of the server.
//!
//! Every action runs here, including those without `restParams`, and long actions run until they
//! are complete: work that continues in the background over HTTP (`compress`, `empty_recycle`) is
//! done when the call returns.
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
//! This module supports the console of every release, as measured on 6.4.2, 7.0.4 and 8.2.5. That of
//! 6.0 to 6.4 is another program: bindings of those releases call it in its own way. It calls on one
//! workspace, as the user who logs in; it cuts values at line breaks and removes white space from
//! their ends, so such values are refused; and it prints nothing for an action that it does not
//! have, which is [`ErrorKind::UnknownAction`](crate::ErrorKind::UnknownAction) unless the action may
//! return nothing.
//!
//! # Who sees the password
//!
//! The console takes the password as an argument or from a terminal; it does not read it from
//! standard input. By default ([`ArgumentPassing::StandardInput`]), the arguments are therefore written to
//! the standard input of PHP, where a line of PHP turns them into the arguments of `cmd.php`: no
//! process list, no shell history and no log of `sudo` shows them, here or on the machine that a
//! prefix leads to. With [`ArgumentPassing::Arguments`], everyone who may list processes on either machine
//! sees the password and all other values while the call runs, and `sudo` logs them. In both cases
//! they are in the memory of both processes.
//!
//! # What the console does to a call
//!
//! * It removes a leading `=` from a value, and takes some names for its own options: such calls
//!   are refused before anything runs.
//! * It prints failures in place of responses, with exit status 0: `: message`. They are errors
//!   here. A text response that begins like this cannot be distinguished from a failure, and is
//!   treated as one.
//! * It removes its own markup from everything that it prints: `<info>`, `<comment>`, `<error>`,
//!   `<question>`, `<fg=…>`, their ends, and a backslash before `<`. File names that contain such
//!   markup lose it if the response is JSON or text; in XML they are escaped and arrive intact.
//! * It prints nothing for some actions, such as `share` and `load_repository_info`: the response
//!   is [`ErrorKind::Empty`](crate::ErrorKind::Empty).
//! * It transfers no bytes: calls that return a file are refused.
//!
//! # Several users or workspaces
//!
//! The console runs once for each user and each workspace. It could handle them in one run, but
//! then, as measured on 8.2.5, it skips the one after a failure and prints nothing for it, and
//! prints a failure in place of every report after the first. A first run finds out which users and
//! workspaces there are: it calls an action that no plugin has.
//!
//! # What a timeout stops
//!
//! The command is killed on timeout, on Unix together with everything that it has started in its
//! process group, and also when the future of a call is dropped. This does not reach processes of
//! another user (`sudo`) or on another machine (`docker exec`, `ssh`): there the action may
//! continue. Since the command is in its own process group, nothing it starts may prompt on the
//! terminal: use `sudo -n`, `ssh -o BatchMode=yes`. Do not give it a terminal either
//! (`docker exec -t`, `ssh -t`), because that changes what the console prints.
//!
//! Make calls on a tokio runtime with I/O and time enabled.

mod bare;
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
