//! Simulated failures of a command.

use std::{
    env,
    io::{self, Write as _},
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use super::{Printed, print};

/// The failure of a run after it has done its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It never ends, and neither does a child process; the ids of both are written to the file
    /// that the environment variable `CMD_PHP_PIDS` names.
    Hang,
    /// It never stops printing.
    Endless,
    /// It ends in the middle of its output, with status 0.
    Die,
    /// It ends with status 255 and PHP's error report, which contains the password.
    Fatal,
    /// It is killed by a signal.
    Abort,
    /// PHP prints a warning before the first line of the console.
    WarnBefore,
    /// PHP prints a warning at the start of the response.
    WarnInside,
    /// It prints more on standard error than a pipe holds.
    Chatty,
    /// A child process keeps its output open forever.
    Linger,
    /// It sleeps with its output open, and does nothing else.
    Sleep,
}

const NAMES: [(&str, Fault); 10] = [
    ("hang", Fault::Hang),
    ("endless", Fault::Endless),
    ("die", Fault::Die),
    ("fatal", Fault::Fatal),
    ("abort", Fault::Abort),
    ("warn-before", Fault::WarnBefore),
    ("warn-inside", Fault::WarnInside),
    ("chatty", Fault::Chatty),
    ("linger", Fault::Linger),
    ("sleep", Fault::Sleep),
];

/// Longer than any test takes to fail.
const FOR_EVER: Duration = Duration::from_secs(60);

impl Fault {
    pub(super) fn named(name: &str) -> io::Result<Self> {
        let found = NAMES.iter().find(|(known, _)| *known == name);
        found.map(|(_, fault)| *fault).ok_or_else(|| io::Error::other(format!("no fault {name}")))
    }

    /// Prints the output with this failure.
    pub(super) fn print(self, mut printed: Printed) -> io::Result<u8> {
        match self {
            Self::Hang => {
                let child = sleeper()?;
                let ids = format!("{} {child}", std::process::id());
                if let Some(file) = env::var_os("CMD_PHP_PIDS") {
                    std::fs::write(file, ids)?;
                }
                print(&printed)?;
                thread::sleep(FOR_EVER);
            }
            Self::Endless => loop {
                io::stdout().write_all(&[b'x'; 8192])?;
            },
            Self::Die => printed.stdout.truncate(printed.stdout.len() / 2),
            Self::Fatal => {
                let secret = crate::ALICE.password;
                printed.stderr = format!(
                    "PHP Fatal error:  Uncaught Error: logUser('alice', '{secret}')\nStack trace:\n\
                     #0 cmd.php(9): logUser('alice', '{secret}')\n"
                );
                printed.status = 255;
            }
            Self::Abort => {
                print(&printed)?;
                std::process::abort();
            }
            Self::WarnBefore => {
                let warning = b"\nDeprecated: old in /srv/x.php on line 3\n";
                printed.stdout.splice(0..0, warning.iter().copied());
            }
            Self::WarnInside => {
                let text = String::from_utf8_lossy(&printed.stdout).into_owned();
                let warning = ")\n\nWarning: odd in /srv/x.php on line 3\n";
                printed.stdout = text.replacen(")\n", warning, 1).into_bytes();
            }
            Self::Chatty => printed.stderr = "PHP Warning:  noise\n".repeat(50_000),
            Self::Linger => drop(sleeper()?),
            Self::Sleep => thread::sleep(FOR_EVER),
        }
        print(&printed)
    }
}

/// Starts a process that only keeps standard output open.
fn sleeper() -> io::Result<u32> {
    let mut command = Command::new(env::current_exe()?);
    let command = command.args(["--fault", "sleep", "none"]).stdin(Stdio::null());
    Ok(command.spawn()?.id())
}
