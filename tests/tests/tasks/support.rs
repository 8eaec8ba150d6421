//! The program, a server for it, and folders.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use pydio_tests::{ALICE, Account, Server, Version};
use tempfile::TempDir;

/// The program.
const PYDIO: &str = env!("CARGO_BIN_EXE_pydio-program");

/// A server, and a folder that the program runs in.
pub(crate) struct Place {
    pub(crate) server: Server,
    folder: TempDir,
}

/// The output of a run, and its exit status.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Run {
    /// Asserts success, and returns the standard output.
    #[track_caller]
    pub(crate) fn done(&self) -> &str {
        assert_eq!(self.status, Some(0), "{self:?}");
        &self.out
    }

    /// Asserts this exit status, and returns the error output.
    #[track_caller]
    pub(crate) fn failed(&self, status: i32) -> &str {
        assert_eq!(self.status, Some(status), "{self:?}");
        &self.err
    }

    /// Returns the lines of standard output as JSON.
    pub(crate) fn json(&self) -> Vec<serde_json::Value> {
        self.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Self { status: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Place {
    pub(crate) async fn new() -> Self {
        Self::of(Server::start(Version::V8_2).await.unwrap())
    }

    pub(crate) fn of(server: Server) -> Self {
        Self { server, folder: TempDir::new().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Creates a local file, with the folders above it.
    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Returns the program as that user, with the server at an address.
    pub(crate) fn command(&self, account: &Account, url: &str, arguments: &[&str]) -> Command {
        self.command_of(Path::new(PYDIO), account, url, arguments)
    }

    /// Returns the program as a user of this system who may read only what all may, even if the tests
    /// run as root.
    #[cfg(unix)]
    pub(crate) fn restricted(&self, arguments: &[&str]) -> Command {
        use std::os::unix::{
            fs::{MetadataExt as _, PermissionsExt as _},
            process::CommandExt as _,
        };
        const NOBODY: u32 = 65534;
        let (folder, program) = (self.folder.path(), self.path("pydio-program"));
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
        // The folders above the original may be closed to others.
        fs::copy(PYDIO, &program).unwrap();
        let mut command = self.command_of(&program, &ALICE, &self.server.url(), arguments);
        if fs::metadata(folder).unwrap().uid() == 0 {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    fn command_of(
        &self,
        program: &Path,
        account: &Account,
        url: &str,
        arguments: &[&str],
    ) -> Command {
        let mut command = Command::new(program);
        command.env_clear().current_dir(self.folder.path()).args(arguments);
        command.env("PYDIO_CONFIG", self.path("config/config.toml"));
        command.env("PYDIO_URL", url).env("PYDIO_USER", account.login);
        command.env("PYDIO_PASSWORD", account.password).env("PYDIO_WORKSPACE", "common");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Runs the program as Alice.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Run {
        self.run_at(&self.server.url(), arguments).await
    }

    /// Runs the program as Alice, with the server at an address.
    pub(crate) async fn run_at(&self, url: &str, arguments: &[&str]) -> Run {
        finish(self.command(&ALICE, url, arguments)).await
    }

    /// Returns how many requests called an action.
    pub(crate) fn calls(&self, action: &str) -> usize {
        let name = format!("/{action}/");
        self.server.seen().iter().filter(|seen| seen.target.contains(&name)).count()
    }
}

/// Runs a program to its end.
pub(crate) async fn finish(mut command: Command) -> Run {
    let run = move || command.output().unwrap();
    tokio::task::spawn_blocking(run).await.unwrap().into()
}

/// Returns the files below a folder, by relative path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, fs::read(path).unwrap());
            }
        }
    }
    found
}

/// Returns content that differs from that of every other file, of this length.
pub(crate) fn content(seed: usize, length: usize) -> Vec<u8> {
    (0..length).map(|index| (index * 31 + index / 251 + seed * 7) as u8).collect()
}
