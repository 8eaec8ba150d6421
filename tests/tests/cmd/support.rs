//! Command lines that lead to the stand-in, and calls made by hand.

use std::fs;

use pydio_client::cmd::{Builder, CommandLine, Workspace};
use pydio_runtime::{Endpoint, FromResponse, Method, Request};
use pydio_tests::{ALICE, Account, AnyCall, Server, Version, lasting, leaked};
use tempfile::TempDir;

/// The stand-in.
pub(crate) const PHP: &str = env!("CARGO_BIN_EXE_php-stand-in");

/// A server, and a folder for what a run writes down.
pub(crate) struct Installation {
    pub(crate) server: Server,
    folder: TempDir,
}

impl Installation {
    pub(crate) async fn new() -> Self {
        let server = Server::start(Version::V8_2).await.unwrap();
        Self { server, folder: TempDir::new().unwrap() }
    }

    /// A path in its folder, as text.
    pub(crate) fn path(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().unwrap().to_owned()
    }

    /// What a run has written there.
    pub(crate) fn text(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    /// The command that stands in for PHP, with options of its own.
    pub(crate) fn php(&self, options: &[&str]) -> Vec<String> {
        let words = [PHP, "--server", &self.server.url()];
        words.iter().chain(options).map(|word| (*word).to_owned()).collect()
    }

    /// A command line of a user, through a command with options.
    pub(crate) fn builder(&self, account: &Account, options: &[&str]) -> Builder {
        let builder = CommandLine::builder("/srv/pydio/cmd.php").prefix(self.php(options));
        builder.login(account.login, account.password)
    }

    pub(crate) fn connect(&self, account: &Account) -> CommandLine {
        self.builder(account, &[]).build().unwrap()
    }

    /// Alice's workspace `common`.
    pub(crate) fn common(&self) -> Workspace {
        self.connect(&ALICE).workspace("common")
    }

    /// The same, through a command that misbehaves.
    pub(crate) fn faulty(&self, fault: &str) -> Workspace {
        self.builder(&ALICE, &["--fault", fault]).build().unwrap().workspace("common")
    }
}

/// A call made by hand, whose response is read as `A`.
pub(crate) type Handmade<A> = AnyCall<A>;

/// A call of an action by name.
pub(crate) fn by_name<A: FromResponse>(name: &'static str) -> Handmade<A> {
    AnyCall::new(Request::new(action(name)))
}

/// An action that REST does not reach.
pub(crate) fn action(name: &str) -> &'static Endpoint {
    let bindings = &pydio_client::v1::BINDINGS;
    let action = Endpoint::action(bindings, Method::Get, "test", leaked(name));
    lasting(action.session_only())
}
