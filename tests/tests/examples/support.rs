//! Servers, and clients for them.

use pydio_client::Pydio;
use pydio_tests::{Account, Server, Version};

pub(crate) async fn start() -> Server {
    Server::builder(Version::V8_2).prefix("/pydio").start().await.unwrap()
}

pub(crate) fn connect(server: &Server, account: &Account) -> Pydio {
    Pydio::builder(server.url()).login(account.login, account.password).build().unwrap()
}
