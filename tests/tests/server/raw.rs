//! A client that sends requests byte for byte.

use std::io;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pydio_tests::{Server, recordings::Recorded};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// A request before it is written.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn get(target: &str) -> Self {
        Self::new("GET", target, "")
    }

    /// Creates a request with an optional body, which is JSON or a form.
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

/// Sends a request on a new connection, and reads the response to its end.
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
