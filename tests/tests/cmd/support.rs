//! Command lines that lead to the stand-in, and calls made by hand.

use std::{fs, marker::PhantomData};

use pydio_client::{
    Call,
    answer::Answer,
    cmd::{Builder, CommandLine, Workspace},
};
use pydio_runtime::{Action, Request, Verb};
use pydio_tests::{ALICE, Account, Server, Version};
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

/// A call made by hand, that answers `A`.
pub(crate) struct Handmade<A>(Request, PhantomData<A>);

impl<A> Handmade<A> {
    pub(crate) fn new(request: Request) -> Self {
        Self(request, PhantomData)
    }

    /// A call of an action by name.
    pub(crate) fn of(name: &'static str) -> Self {
        Self::new(Request::new(action(name)))
    }
}

impl<A: Answer> Call for Handmade<A> {
    const ACTION: &'static Action = &Action {
        bindings: &pydio_client::v1::BINDINGS,
        plugin: "test",
        name: "handmade",
        verb: Verb::Get,
        rest_params: None,
    };
    type Answer = A;

    fn into_request(self) -> Request {
        self.0
    }
}

/// An action that REST does not reach.
pub(crate) fn action(name: &str) -> &'static Action {
    let name: &'static str = Box::leak(name.into());
    let bindings = &pydio_client::v1::BINDINGS;
    let action = Action { bindings, plugin: "test", name, verb: Verb::Get, rest_params: None };
    Box::leak(Box::new(action))
}
