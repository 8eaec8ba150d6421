//! The program, a server for it, and a working directory.

use std::{
    fs,
    io::Write as _,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use pydio_client::Pydio;
use pydio_tests::{ALICE, Account, Server, Version};
use tempfile::TempDir;

/// The program.
pub(crate) const PYDIO: &str = env!("CARGO_BIN_EXE_pydio-command-line");

/// The variables that the program could read from the environment of the test run.
pub(crate) const VARIABLES: [&str; 11] = [
    "PYDIO_PROFILE",
    "PYDIO_URL",
    "PYDIO_USER",
    "PYDIO_PASSWORD",
    "PYDIO_TOKEN",
    "PYDIO_WORKSPACE",
    "NO_COLOR",
    "CLICOLOR",
    "CLICOLOR_FORCE",
    "COLUMNS",
    "LINES",
];

/// A server, and a folder for files.
pub(crate) struct Place {
    pub(crate) server: Server,
    folder: TempDir,
}

/// The output of a run, and its exit status.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        let status = output.status.code().unwrap();
        Self { status, out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Run {
    /// Asserts success, and returns the standard output.
    #[track_caller]
    pub(crate) fn done(&self) -> &str {
        assert_eq!(self.status, 0, "{self:?}");
        &self.out
    }

    /// Asserts this exit status, and returns the error output.
    #[track_caller]
    pub(crate) fn failed(&self, status: i32) -> &str {
        assert_eq!((self.status, &*self.out), (status, ""), "{self:?}");
        &self.err
    }
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::of(Server::builder(Version::V8_2).prefix("/pydio").start().await.unwrap())
    }

    /// Creates a folder for that server.
    pub(crate) fn of(server: Server) -> Self {
        Self { server, folder: TempDir::new().unwrap() }
    }

    /// Creates a file in the folder with that content.
    pub(crate) fn file(&self, name: &str, content: &str) -> String {
        fs::write(self.path(name), content).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Returns the user's client, for typed calls.
    pub(crate) fn connect(&self, account: &Account) -> Pydio {
        Pydio::builder(self.server.url()).login(account.login, account.password).build().unwrap()
    }

    /// Returns the program with those arguments, in the folder, as that user.
    pub(crate) fn command(&self, account: &Account, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command.current_dir(self.folder.path());
        command.env("PYDIO_URL", self.server.url()).env("PYDIO_USER", account.login);
        command.env("PYDIO_PASSWORD", account.password).env("PYDIO_WORKSPACE", "my-files");
        command
    }

    /// Runs the program as Alice.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Run {
        finish(self.command(&ALICE, arguments), "").await
    }

    /// Runs the program as another user.
    pub(crate) async fn run_as(&self, account: &Account, arguments: &[&str]) -> Run {
        finish(self.command(account, arguments), "").await
    }
}

/// Returns the program with only those arguments, and a clean environment.
pub(crate) fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(PYDIO);
    for variable in VARIABLES {
        command.env_remove(variable);
    }
    // There is no such file: a profile of the person who runs the test must not change it.
    command.env("PYDIO_CONFIG", "no-profiles/config.toml");
    command.args(arguments);
    command
}

/// Runs a program to completion, with that on its standard input.
pub(crate) async fn finish(mut command: Command, input: &str) -> Run {
    let input = input.to_owned();
    let run = move || {
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // The program need not read its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        child.wait_with_output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap().into()
}
