//! A client that sends what it is told, to the byte.

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pydio_tests::{
    ADMIN, ALICE, Account, BOB, Server,
    recordings::{Recorded, Recording},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// A user of one recording alone.
pub(crate) const COLON: Account = Account { login: "colon", password: "co:lon:1" };

/// Recordings that were made with a password that is none.
const WRONG_PASSWORDS: [&str; 5] = [
    "v1/errors/brute_force_wrong_password",
    "v1/errors/empty_password",
    "v1/errors/unknown_user",
    "v1/errors/wrong_password",
    "v2/errors/wrong_password",
];

/// Headers that the connection of a test sees to itself.
const OF_THE_CONNECTION: [&str; 4] =
    ["authorization", "content-length", "transfer-encoding", "expect"];

/// A request before it is written.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    /// A recorded request, with the credentials of our own users.
    pub(crate) fn of(recording: &Recording) -> Self {
        let is_ours = |name: &str| OF_THE_CONNECTION.contains(&&*name.to_ascii_lowercase());
        let headers = recording.headers.iter().filter(|(name, _)| !is_ours(name));
        let request = Self {
            method: recording.method.clone(),
            target: recording.target.clone(),
            headers: headers.cloned().collect(),
            body: recording.body.clone(),
        };
        let Some(user) = recording.user.as_deref() else { return request };
        let is_wrong = WRONG_PASSWORDS.contains(&&*recording.name);
        match [ADMIN, ALICE, BOB, COLON].iter().find(|account| account.login == user) {
            Some(account) if !is_wrong => request.basic(user, account.password),
            _ => request.basic(user, "wrong"),
        }
    }

    pub(crate) fn get(target: &str) -> Self {
        Self::new("GET", target, "")
    }

    /// A request with a body that is JSON or else a form, where there is one.
    pub(crate) fn new(method: &str, target: &str, body: &str) -> Self {
        let kind = match body.as_bytes().first() {
            None => None,
            Some(b'{' | b'[') => Some("application/json"),
            Some(_) => Some("application/x-www-form-urlencoded"),
        };
        let headers = kind.map(|kind| ("Content-Type".to_owned(), kind.to_owned()));
        Self {
            method: method.to_owned(),
            target: target.to_owned(),
            headers: headers.into_iter().collect(),
            body: body.into(),
        }
    }

    pub(crate) fn basic(mut self, login: &str, password: &str) -> Self {
        let pair = STANDARD.encode(format!("{login}:{password}"));
        self.headers.push(("Authorization".to_owned(), format!("Basic {pair}")));
        self
    }
}

/// Sends a request on a connection of its own, and reads the answer to its end.
pub(crate) async fn send(server: &Server, request: &Request) -> io::Result<Recorded> {
    let url = server.url();
    let address = url.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let Request { method, target, headers, body } = request;
    let mut head =
        format!("{method} {target} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n");
    for (name, value) in headers {
        head += &format!("{name}: {value}\r\n");
    }
    head += &format!("Content-Length: {}\r\n\r\n", body.len());
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body).await?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await?;
    parse(&answer).ok_or_else(|| io::Error::other("no HTTP answer"))
}

fn parse(answer: &[u8]) -> Option<Recorded> {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(answer.get(..end)?).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let body = answer.get(end + 4..)?.to_vec();
    Some(Recorded { status, headers, length: Some(body.len() as u64), body, is_cut: false })
}
