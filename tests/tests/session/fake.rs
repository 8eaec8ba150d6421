//! A small server of sessions on a socket: it knows `alice`, who may list.

use std::{
    collections::BTreeSet,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use pydio_client::Pydio;
use pydio_tests::Seen;
use tokio::{net::TcpListener, task::JoinHandle};
use url::form_urlencoded;

/// Listens until it is dropped.
pub(crate) struct Fake {
    address: SocketAddr,
    state: Arc<Mutex<State>>,
    accepting: JoinHandle<()>,
}

#[derive(Default)]
struct State {
    /// The cookies of sessions in which somebody is logged in.
    logged_in: BTreeSet<String>,
    serial: u32,
    /// Where every call is sent instead.
    elsewhere: Option<String>,
    seen: Vec<Seen>,
}

impl Fake {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::<Mutex<State>>::default();
        let accepting = tokio::spawn(accept(listener, Arc::clone(&state)));
        Self { address, state, accepting }
    }

    pub(crate) fn connect(&self) -> Pydio {
        Pydio::builder(self.url()).build().unwrap()
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Ends all sessions.
    pub(crate) fn expire(&self) {
        self.state.lock().unwrap().logged_in.clear();
    }

    /// Sends every call to that address.
    pub(crate) fn redirect(&self, to: &str) {
        self.state.lock().unwrap().elsewhere = Some(to.to_owned());
    }

    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.state.lock().unwrap().seen.clone()
    }

    /// How often an action was called.
    pub(crate) fn count(&self, action: &str) -> usize {
        self.seen().iter().filter(|seen| field(seen, "get_action") == action).count()
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, state: Arc<Mutex<State>>) {
    while let Ok((stream, _)) = listener.accept().await {
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, &state));
            // An error here is a client that went away.
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

/// The value of a field in the query or the form; empty when there is none.
pub(crate) fn field(seen: &Seen, name: &str) -> String {
    let query = seen.target.split_once('?').map_or("", |(_, query)| query);
    let query = form_urlencoded::parse(query.as_bytes());
    let mut fields = query.chain(form_urlencoded::parse(&seen.body));
    fields.find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}

async fn answer(
    request: Request<Incoming>,
    state: &Mutex<State>,
) -> io::Result<Response<Full<Bytes>>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let target = head.uri.to_string();
    let seen = Seen { method: head.method, target, headers: head.headers, body };
    state.lock().unwrap().seen.push(seen.clone());
    // Long enough for all that is sent at the same time to be under way.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let response = state.lock().unwrap().answer(&seen);
    response.map_err(io::Error::other)
}

impl State {
    fn answer(&mut self, seen: &Seen) -> http::Result<Response<Full<Bytes>>> {
        if let Some(to) = &self.elsewhere {
            let moved = Response::builder().status(302).header("location", to);
            return moved.body(Full::default());
        }
        let xml = |body: &str| {
            let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree >{body}</tree>");
            ("text/xml; charset=UTF-8", body)
        };
        let cookie = seen.header("cookie").unwrap_or_default().to_owned();
        let mut set = None;
        let (kind, body) = match &*field(seen, "get_action") {
            "get_boot_conf" => {
                set = Some(self.cookie());
                ("application/json", r#"{"SECURE_TOKEN":"first"}"#.to_owned())
            }
            "get_seed" => ("text/plain", "-1".to_owned()),
            "login" if field(seen, "password") == "secret" => {
                let new = self.cookie();
                self.logged_in.insert(new.clone());
                set = Some(new);
                xml("<logging_result value=\"1\" secure_token=\"second\"/>")
            }
            "login" => xml("<logging_result value=\"-1\"/>"),
            "logout" => {
                self.logged_in.remove(&cookie);
                xml("<logging_result value=\"2\"/>")
            }
            _ if !self.logged_in.contains(&cookie) => xml("<require_auth/>"),
            _ if field(seen, "secure_token") != "second" => {
                let text = "You are not allowed to access this resource.";
                xml(&format!("<message type=\"ERROR\">{text}</message>"))
            }
            _ => xml(""),
        };
        let mut response = Response::builder().header("content-type", kind);
        if let Some(cookie) = set {
            response = response.header("set-cookie", format!("{cookie}; path=/; HttpOnly"));
        }
        response.body(body.into())
    }

    fn cookie(&mut self) -> String {
        self.serial += 1;
        format!("AjaXplorer=c{}", self.serial)
    }
}
