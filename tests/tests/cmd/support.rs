//! Command lines that run the stand-in, and handwritten calls.

use std::fs;

use pydio_client::cmd::{Builder, CommandLine, Workspace};
use pydio_runtime::{Endpoint, FromResponse, Method, Request};
use pydio_tests::{ALICE, Account, AnyCall, Server, Version, lasting, leaked};
use tempfile::TempDir;

/// The stand-in.
pub(crate) const PHP: &str = env!("CARGO_BIN_EXE_php-stand-in");

/// A server, and a folder for the records of a run.
pub(crate) struct Installation {
    pub(crate) server: Server,
    folder: TempDir,
}

impl Installation {
    pub(crate) async fn new() -> Self {
        let server = Server::start(Version::V8_2).await.unwrap();
        Self { server, folder: TempDir::new().unwrap() }
    }

    /// Returns a path in its folder, as text.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// Returns a file that a run has written to the folder.
    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// Returns the command that stands in for PHP, with its own options.
    pub(crate) fn php(&self, options: &[&str]) -> Vec<String> {
        let words = [PHP, "--server", &self.server.url()];
        words.iter().chain(options).map(|word| (*word).to_owned()).collect()
    }

    /// Returns a command line for a user, with options for the stand-in.
    pub(crate) fn builder(&self, account: &Account, options: &[&str]) -> Builder {
        let builder = CommandLine::builder("/srv/pydio/cmd.php").prefix(self.php(options));
        builder.login(account.login, account.password)
    }

    pub(crate) fn connect(&self, account: &Account) -> CommandLine {
        self.builder(account, &[]).build().unwrap()
    }

    /// Returns Alice's workspace `common`.
    pub(crate) fn common(&self) -> Workspace {
        self.connect(&ALICE).workspace("common")
    }

    /// Returns Alice's workspace `common`, with a misbehaving command.
    pub(crate) fn faulty(&self, fault: &str) -> Workspace {
        self.builder(&ALICE, &["--fault", fault]).build().unwrap().workspace("common")
    }
}

/// A handwritten call whose response is read as `A`.
pub(crate) type Handmade<A> = AnyCall<A>;

/// Returns a call of an action by name.
pub(crate) fn by_name<A: FromResponse>(name: &'static str) -> Handmade<A> {
    AnyCall::new(Request::new(action(name)))
}

/// Returns an action that REST does not support.
pub(crate) fn action(name: &str) -> &'static Endpoint {
    let bindings = &pydio_client::v1::BINDINGS;
    let action = Endpoint::action(bindings, Method::Get, "test", leaked(name));
    lasting(action.session_only())
}
