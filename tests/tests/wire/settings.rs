//! Proxies, headers and HTTP clients of the user's own.

use std::{
    net::{Ipv4Addr, SocketAddr},
    process::Command,
};

use pydio_client::{
    ErrorKind, Pydio,
    transport::{HttpClient, Proxy},
    v1::access_fs,
};
use pydio_tests::{ALICE, Canned, Fault, Server, Version};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
    sync::mpsc,
};

use crate::{support::common, tls};

/// A server whose name only the proxy knows.
const BEHIND: &str = "http://files.pydio.invalid/web";

/// Starts a proxy that answers every request with an empty folder, and returns its address and the
/// heads of the requests.
async fn proxy() -> (SocketAddr, mpsc::UnboundedReceiver<String>) {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (heads, received) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        while let Ok((mut connection, _)) = listener.accept().await {
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                head.push(connection.read_u8().await.unwrap());
            }
            heads.send(String::from_utf8(head).unwrap()).unwrap();
            let tree = "<?xml version=\"1.0\"?><tree filename=\"/\"></tree>";
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: {}\r\n\
                 Connection: close\r\n\r\n{tree}",
                tree.len()
            );
            connection.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    (address, received)
}

#[tokio::test]
async fn requests_go_through_the_proxy_with_its_login() {
    let (address, mut heads) = proxy().await;
    let proxy = Proxy::new(format!("http://{address}")).login("px", "pr0xy-pw");
    let shown = format!("{proxy:?}");
    assert!(shown.contains("px") && !shown.contains("pr0xy-pw"), "{shown}");
    let pydio = Pydio::builder(BEHIND).login("alice", "pw").proxy(proxy).build().unwrap();
    let listing = pydio.workspace("common").call(access_fs::ls("/")).await.unwrap();
    assert!(listing.nodes.is_empty());
    let head = heads.recv().await.unwrap().to_lowercase();
    assert!(head.starts_with(&format!("get {BEHIND}/api/common/ls/")), "{head}");
    assert!(head.contains("proxy-authorization: basic chg6chiwehktchc="), "{head}");
}

#[tokio::test]
async fn a_wrong_address_of_a_proxy_is_refused_without_its_password() {
    for address in ["", "proxy:3128", "socks5://proxy", "http://px:pr0xy-pw@proxy"] {
        let error = Pydio::builder(BEHIND).proxy(Proxy::new(address)).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{address}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains("proxy") && !shown.contains("pr0xy-pw"), "{shown}");
    }
}

/// The environment is read by another process, since this one must not change its own.
#[tokio::test]
async fn the_environment_names_proxies_unless_one_is_set() {
    let (address, mut heads) = proxy().await;
    let run = |exceptions: &'static str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pydio-command-line"));
        command
            .args([
                "--url",
                BEHIND,
                "--user",
                "alice",
                "--workspace",
                "common",
                "v1",
                "access.fs",
                "ls",
                "/",
            ])
            .env("PYDIO_PASSWORD", "pw")
            .env("HTTP_PROXY", format!("http://{address}"))
            .env_remove("REQUEST_METHOD")
            .env("NO_PROXY", exceptions);
        tokio::task::spawn_blocking(move || command.output().unwrap())
    };
    let output = run("").await.unwrap();
    assert!(output.status.success(), "{output:?}");
    assert!(heads.recv().await.unwrap().starts_with(&format!("GET {BEHIND}/api/common/ls/")));
    let output = run("pydio.invalid").await.unwrap();
    assert!(!output.status.success(), "{output:?}");
    assert!(heads.try_recv().is_err());
}

#[tokio::test]
async fn headers_go_to_the_server_and_nowhere_else() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let other = Server::start(Version::V8_2).await.unwrap();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    let builder = builder.header("X-Gate", "first").header("x-gate", "s3cr3t-token");
    let pydio = builder.header("Accept-Language", "de").build().unwrap();
    let files = pydio.workspace("common");
    files.call(access_fs::ls("/")).await.unwrap();
    let seen = server.last().unwrap();
    assert_eq!(seen.header("x-gate"), Some("s3cr3t-token"));
    assert_eq!(seen.header("accept-language"), Some("de"));

    server.fail(Fault::Answer(Canned::redirect(302, &format!("{}/api/x/ls/", other.url()))));
    files.call(access_fs::ls("/")).await.unwrap_err();
    assert_eq!(other.last().unwrap().header("x-gate"), None);

    let session = pydio.session().login(ALICE.login, ALICE.password).await.unwrap();
    session.workspace("common").call(access_fs::ls("/")).await.unwrap();
    assert_eq!(server.last().unwrap().header("x-gate"), Some("s3cr3t-token"));
}

#[tokio::test]
async fn a_header_that_cannot_be_sent_is_refused_without_its_value() {
    for (name, value) in [
        ("Authorization", "s3cr3t"),
        ("cookie", "s3cr3t"),
        ("Content-Length", "s3cr3t"),
        ("a header", "s3cr3t"),
        ("", "s3cr3t"),
        ("X-Gate", "s3cr3t\r\nX-Other: 1"),
    ] {
        let error = Pydio::builder("http://pydio.test").header(name, value).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{name}");
        let shown = format!("{error} {error:?}");
        assert!(shown.contains(name) && !shown.contains("s3cr3t"), "{shown}");
    }
}

/// Returns the settings of a client that needs no TLS provider of the process.
fn own() -> reqwest::ClientBuilder {
    reqwest::Client::builder().tls_backend_preconfigured(tls::trusting([]))
}

#[tokio::test]
async fn a_client_of_the_user_sends_the_requests() {
    let (server, _) = common().await;
    let own = own().redirect(reqwest::redirect::Policy::none()).user_agent("own/1.0");
    let own = own.build().unwrap();
    let client = HttpClient::builder().reqwest(own).build().unwrap();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    let pydio = builder.transport(client).build().unwrap();
    pydio.workspace("common").call(access_fs::ls("/")).await.unwrap();
    assert_eq!(server.last().unwrap().header("user-agent"), Some("own/1.0"));
}

/// It would pass the login on to wherever the redirect leads.
#[tokio::test]
async fn a_client_that_follows_redirects_by_itself_is_refused() {
    let (server, _) = common().await;
    let client = HttpClient::builder().reqwest(own().build().unwrap()).build().unwrap();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    let files = builder.transport(client).build().unwrap().workspace("common");
    files.call(access_fs::ls("/")).await.unwrap();
    server.fail(Fault::Answer(Canned::redirect(302, "/api/common/ls/elsewhere")));
    let error = files.call(access_fs::ls("/")).await.unwrap_err();
    assert!(error.message().contains("redirect::Policy::none()"), "{error}");
}

#[test]
fn settings_that_exclude_each_other_are_refused() {
    let own = || HttpClient::builder().reqwest(own().build().unwrap());
    let error = own().proxy(Proxy::none()).build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(own().root_certificates("").build().is_err());
}
