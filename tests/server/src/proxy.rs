//! A proxy between a client and its server that injects faults according to a plan, like real
//! proxies and connections.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
//! use pydio_test_server::{Server, Version, proxy::{Fault, Proxy, Rule, Which}};
//!
//! let server = Server::start(Version::V8_2).await?;
//! let proxy = Proxy::start(&server.url()).await?;
//! proxy.plan(vec![Rule { which: Which::Nth(2), fault: Fault::Swallow }]);
//! // A client of `proxy.url()` gets no answer to its third request, which the server has done.
//! # Ok(()) }
//! ```

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{Method, Request, Response, StatusCode, header::CONTENT_TYPE, request};
use http_body_util::{BodyExt as _, Full, StreamBody};
use hyper::{
    body::{Frame, Incoming},
    client,
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::{
    reply::Body,
    server::{accept, split},
};

/// A fault of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is closed in the middle of the response, before its body if that is empty.
    Cut,
    /// The connection is closed before the request reaches the server.
    CutBefore,
    /// The response is delayed by this duration.
    Delay(Duration),
    /// The server receives the request twice, and the client gets the second response.
    Repeat,
    /// The request does not reach the server, and the client gets this status.
    Answer(u16),
    /// The server handles the request, and the connection is closed without a response.
    Swallow,
    /// The server handles the request, and the client gets this status.
    SwallowAs(u16),
}

/// The affected requests, counted from 0 since the plan was set.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Which {
    /// The request with this number.
    Nth(usize),
    /// The first request, and then every n-th one.
    Every(usize),
    /// The requests whose target contains this text, with any method or only this one.
    Of(Option<Method>, String),
}

/// A rule of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The affected requests.
    pub which: Which,
    /// The fault to inject.
    pub fault: Fault,
}

/// A proxy in front of a server that listens until it is dropped.
#[derive(Debug)]
pub struct Proxy {
    url: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    server: SocketAddr,
    plan: Mutex<Plan>,
}

#[derive(Debug, Default)]
struct Plan {
    rules: Vec<Rule>,
    /// The requests since the plan was set, as `GET /target`.
    seen: Vec<String>,
}

impl Proxy {
    /// Starts a proxy on a free port, for a server at an address such as [`crate::Server::url`],
    /// which includes a port.
    ///
    /// # Errors
    ///
    /// Returns an error if the address has another form, or there is no free port.
    pub async fn start(server: &str) -> io::Result<Self> {
        let (authority, prefix) = split(server);
        let server = authority.parse().map_err(io::Error::other)?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let url = format!("http://{}{prefix}", listener.local_addr()?);
        let shared = Arc::new(Shared { server, plan: Mutex::default() });
        let for_all = Arc::clone(&shared);
        let serve = move |stream, _| serve(stream, Arc::clone(&for_all));
        let accepting = tokio::spawn(accept(listener, serve));
        Ok(Self { url, shared, accepting })
    }

    /// Returns the URL of the server through this proxy.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Sets a new plan; the first rule that matches a request applies. Requests without a rule
    /// pass.
    pub fn plan(&self, rules: Vec<Rule>) {
        *self.shared.plan() = Plan { rules, seen: Vec::new() };
    }

    /// Returns the requests since the plan was set, as `GET /target`.
    pub fn seen(&self) -> Vec<String> {
        self.shared.plan().seen.clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Shared {
    fn plan(&self) -> MutexGuard<'_, Plan> {
        self.plan.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Forwards a request to the server on a new connection, and waits for the whole response.
    async fn forward(&self, head: request::Parts, body: Bytes) -> io::Result<Response<Bytes>> {
        let stream = TokioIo::new(TcpStream::connect(self.server).await?);
        let (mut sender, connection) =
            client::conn::http1::handshake(stream).await.map_err(io::Error::other)?;
        tokio::spawn(connection);
        let request = Request::from_parts(head, Full::new(body));
        let (head, body) =
            sender.send_request(request).await.map_err(io::Error::other)?.into_parts();
        let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
        Ok(Response::from_parts(head, body))
    }
}

impl Plan {
    /// Records a request, and returns its fault.
    fn take(&mut self, method: &Method, target: &str) -> Option<Fault> {
        let number = self.seen.len();
        self.seen.push(format!("{method} {target}"));
        let is_meant = |which: &Which| match which {
            Which::Nth(wanted) => number == *wanted,
            Which::Every(step) => number.is_multiple_of(*step),
            Which::Of(wanted, part) => {
                wanted.as_ref().is_none_or(|wanted| wanted == method) && target.contains(part)
            }
        };
        self.rules.iter().find(|rule| is_meant(&rule.which)).map(|rule| rule.fault)
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(|request| answer(request, &shared));
    // An error here is a disconnected client or an injected fault.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> io::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let fault = shared.plan().take(&head.method, &head.uri.to_string());
    match fault {
        Some(Fault::CutBefore) => return Err(io::ErrorKind::ConnectionReset.into()),
        Some(Fault::Answer(status)) => return Ok(page(status)),
        Some(Fault::Delay(pause)) => tokio::time::sleep(pause).await,
        Some(Fault::Repeat) => drop(shared.forward(head.clone(), body.clone()).await?),
        _ => {}
    }
    let response = shared.forward(head, body).await?;
    match fault {
        Some(Fault::Swallow) => Err(io::ErrorKind::ConnectionReset.into()),
        Some(Fault::SwallowAs(status)) => Ok(page(status)),
        Some(Fault::Cut) => cut(response),
        _ => Ok(response.map(whole)),
    }
}

fn whole(body: Bytes) -> Body {
    Full::new(body).map_err(|never| match never {}).boxed_unsync()
}

/// Returns half of a response.
fn cut(response: Response<Bytes>) -> io::Result<Response<Body>> {
    let broken = || io::Error::from(io::ErrorKind::ConnectionReset);
    if response.body().is_empty() {
        return Err(broken());
    }
    Ok(response.map(|mut body| {
        body.truncate(body.len() / 2);
        let first = stream::iter([Ok(Frame::data(body))]);
        let end = stream::once(async move {
            // Let the first half be sent.
            tokio::time::sleep(Duration::from_millis(5)).await;
            Err(broken())
        });
        StreamBody::new(first.chain(end)).boxed_unsync()
    }))
}

/// Returns the proxy's own error page.
fn page(status: u16) -> Response<Body> {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_GATEWAY);
    let reason = status.canonical_reason().unwrap_or_default();
    let text = format!("<html><body><h1>{} {reason}</h1></body></html>", status.as_u16());
    let mut response = Response::new(whole(text.into()));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, http::HeaderValue::from_static("text/html"));
    response
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        net::TcpStream,
    };

    use super::{Fault, Proxy, Rule, Which};
    use crate::{ALICE, Server, Version};

    /// Returns the response to a request on a new connection.
    async fn ask(proxy: &Proxy, method: &str) -> String {
        let authority = proxy.url().trim_start_matches("http://").trim_end_matches("/pydio");
        let mut stream = TcpStream::connect(authority).await.unwrap();
        let request = format!(
            "{method} /pydio/api/common/ls/ HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\
             authorization: Basic {}\r\n\r\n",
            STANDARD.encode(format!("{}:{}", ALICE.login, ALICE.password)),
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        String::from_utf8(answer).unwrap()
    }

    async fn start() -> (Server, Proxy) {
        let server = Server::builder(Version::V8_2).prefix("/pydio").start().await.unwrap();
        let proxy = Proxy::start(&server.url()).await.unwrap();
        (server, proxy)
    }

    #[tokio::test]
    async fn each_fault_has_its_effect() {
        let (server, proxy) = start().await;
        let whole = ask(&proxy, "GET").await;
        assert!(whole.starts_with("HTTP/1.1 200 "), "{whole}");
        let body = |answer: &str| answer.split_once("\r\n\r\n").map_or(0, |(_, body)| body.len());
        assert!(body(&whole) > 1, "{whole}");
        let gone = String::new();
        for (fault, status, length, arrived) in [
            (Fault::Cut, Some(200), body(&whole) / 2, 1),
            (Fault::CutBefore, None, 0, 0),
            (Fault::Delay(Duration::from_millis(50)), Some(200), body(&whole), 1),
            (Fault::Repeat, Some(200), body(&whole), 2),
            (Fault::Answer(416), Some(416), 60, 0),
            (Fault::Swallow, None, 0, 1),
            (Fault::SwallowAs(502), Some(502), 50, 1),
        ] {
            proxy.plan(vec![Rule { which: Which::Nth(0), fault }]);
            let (before, begin) = (server.seen().len(), Instant::now());
            let answer = ask(&proxy, "GET").await;
            let head = status.map_or(gone.clone(), |status| format!("HTTP/1.1 {status} "));
            assert!(answer.starts_with(&head) && answer.is_empty() == head.is_empty(), "{fault:?}");
            assert_eq!(body(&answer), length, "{fault:?}: {answer}");
            assert_eq!(server.seen().len() - before, arrived, "{fault:?}");
            assert_eq!(
                begin.elapsed() >= Duration::from_millis(50),
                matches!(fault, Fault::Delay(_))
            );
        }
    }

    #[tokio::test]
    async fn a_rule_applies_to_matching_requests() {
        let (_server, proxy) = start().await;
        let of = |method, part: &str| Which::Of(method, part.to_owned());
        for (which, expected) in [
            (Which::Nth(2), [false, false, true, false]),
            (Which::Every(3), [true, false, false, true]),
            (of(Some(http::Method::POST), "/ls/"), [false, true, false, true]),
            (of(None, "/ls/"), [true; 4]),
            (of(None, "/x/"), [false; 4]),
        ] {
            proxy.plan(vec![Rule { which: which.clone(), fault: Fault::Answer(502) }]);
            for (method, is_met) in ["GET", "POST", "GET", "POST"].into_iter().zip(expected) {
                let answer = ask(&proxy, method).await;
                assert_eq!(answer.starts_with("HTTP/1.1 502 "), is_met, "{which:?}: {answer}");
            }
            assert_eq!(proxy.seen()[1], "POST /pydio/api/common/ls/");
        }
    }
}
