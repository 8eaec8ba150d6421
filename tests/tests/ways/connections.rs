//! Clients for the same server over each transport.

use std::fmt::Debug;

use pydio_client::{ActionCall, Pydio, RestCall, Session, cmd::CommandLine};
use pydio_tests::{Account, Server, Version};

use crate::support::PHP;

/// A server, and a user's clients for it.
pub(crate) struct Connections {
    pub(crate) server: Server,
    pub(crate) rest: Pydio,
    pub(crate) session: Session,
    pub(crate) line: CommandLine,
}

impl Connections {
    pub(crate) async fn new(account: &Account, seed: impl Fn(&Server)) -> Self {
        let server = Server::builder(Version::V8_2).prefix("/pydio").start().await.unwrap();
        seed(&server);
        let Account { login, password } = *account;
        let rest = Pydio::builder(server.url()).login(login, password).build().unwrap();
        let begin = Pydio::builder(server.url()).build().unwrap().session();
        let session = begin.login(login, password).await.unwrap();
        let line = CommandLine::builder("/srv/cmd.php").prefix([PHP, "--server", &server.url()]);
        let line = line.login(login, password).build().unwrap();
        Self { server, rest, session, line }
    }
}

/// The result of one call on identical servers.
pub(crate) struct Agreed<A> {
    pub(crate) answer: A,
    /// Each server after the call, with all background work completed.
    pub(crate) servers: Vec<Server>,
}

/// Sends one call over each transport, to separate servers, and asserts that the responses are
/// equal.
pub(crate) async fn agreed<C>(
    account: &Account,
    workspace: &str,
    seed: impl Fn(&Server),
    call: C,
) -> Agreed<C::Response>
where
    C: RestCall + Clone,
    C::Response: Debug,
{
    let by_rest = Connections::new(account, &seed).await;
    let answer = by_rest.rest.workspace(workspace).call(call.clone()).await.unwrap();
    let Agreed { answer: other, mut servers } =
        agreed_without_rest(account, workspace, seed, call).await;
    assert_eq!(format!("{answer:#?}"), format!("{other:#?}"), "over REST and on a session");
    servers.push(by_rest.server);
    servers.iter().for_each(Server::finish_tasks);
    Agreed { answer, servers }
}

/// Like [`agreed`], for actions that REST does not support.
pub(crate) async fn agreed_without_rest<C>(
    account: &Account,
    workspace: &str,
    seed: impl Fn(&Server),
    call: C,
) -> Agreed<C::Response>
where
    C: ActionCall + Clone,
    C::Response: Debug,
{
    let by_session = Connections::new(account, &seed).await;
    let answer = by_session.session.workspace(workspace).call(call.clone()).await.unwrap();
    let by_line = Connections::new(account, &seed).await;
    let other = by_line.line.workspace(workspace).call(call).await.unwrap();
    assert_eq!(format!("{answer:#?}"), format!("{other:#?}"), "on a session and the command line");
    Agreed { answer, servers: vec![by_session.server, by_line.server] }
}
