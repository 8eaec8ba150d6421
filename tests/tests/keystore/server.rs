//! A server that gives out key pairs and checks what they sign, and does nothing else.

use std::{
    convert::Infallible,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderMap, Method, Request, Response,
    header::{AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE},
    request::Parts,
};
use http_body_util::{BodyExt as _, Full};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use crate::verify::{Parameters, is_signed, urldecode};

/// The path below which the server is installed.
pub(crate) const PREFIX: &str = "/my%20pydio~";

/// Past this many failed logins, the server no longer says what is wrong.
const MOST_FAILURES: u32 = 3;

/// A Pydio's door, listening until it is dropped.
pub(crate) struct Server {
    address: SocketAddr,
    shared: Arc<Mutex<State>>,
    accepting: JoinHandle<()>,
}

/// How the server is set up, and what it has seen.
pub(crate) struct State {
    /// Whether it gives out pairs.
    pub(crate) gives_pairs: bool,
    /// Whether the web server drops the `Authorization` header.
    pub(crate) loses_header: bool,
    /// Whether the web server hands `/api/` on.
    pub(crate) routes_api: bool,
    /// Alice's password.
    pub(crate) password: String,
    /// Failed logins.
    pub(crate) failures: u32,
    pub(crate) pairs: Vec<Pair>,
    pub(crate) seen: Vec<Seen>,
    made: u32,
}

/// A pair that was given out.
#[derive(Clone)]
pub(crate) struct Pair {
    pub(crate) user: String,
    pub(crate) device: String,
    pub(crate) token: String,
    pub(crate) secret: String,
}

/// A request, and who was let in with what.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) method: Method,
    pub(crate) target: String,
    pub(crate) body: Bytes,
    pub(crate) way: Way,
}

/// What let a request in, or did not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// A signature in the query.
    Query,
    /// A signature in a form.
    Form,
    Basic,
    Refused,
    /// Nobody was asked for.
    Open,
}

/// An answer: its status, its media type, whether it is a challenge, and its body.
struct Reply(u16, &'static str, bool, String);

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Mutex::new(State {
            gives_pairs: true,
            loses_header: false,
            routes_api: true,
            password: "alice-secret".to_owned(),
            failures: 0,
            pairs: Vec::new(),
            seen: Vec::new(),
            made: 0,
        }));
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self { address, shared, accepting }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}{PREFIX}", self.address)
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.shared.lock().unwrap()
    }

    /// The ways in which requests were let in, and the count of those that asked for a pair.
    pub(crate) fn ways(&self) -> (Vec<Way>, usize) {
        let state = self.state();
        let is_making = |seen: &&Seen| seen.target.contains("keystore_generate_auth_token");
        let (making, others): (Vec<_>, Vec<_>) = state.seen.iter().partition(is_making);
        (others.iter().map(|seen| seen.way).collect(), making.len())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, shared: Arc<Mutex<State>>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&shared)));
    }
}

async fn serve(stream: TcpStream, shared: Arc<Mutex<State>>) {
    let service = service_fn(|request| answer(request, &shared));
    // An error here is a client that went away.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(
    request: Request<Incoming>,
    shared: &Mutex<State>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.unwrap().to_bytes();
    // Long enough that calls in parallel meet.
    tokio::time::sleep(Duration::from_millis(20)).await;
    let Reply(status, kind, is_challenge, text) = shared.lock().unwrap().answer(&head, &body);
    let mut response = Response::builder().status(status).header(CONTENT_TYPE, kind);
    if is_challenge {
        response = response.header(WWW_AUTHENTICATE, "Basic realm=\"Pydio API\"");
    }
    Ok(response.body(text.into()).unwrap())
}

fn challenge() -> Reply {
    Reply(401, "text/html; charset=UTF-8", true, String::new())
}

fn unauthorized() -> Reply {
    let text = "You are not authorized to access this API.".to_owned();
    Reply(401, "text/html; charset=UTF-8", false, text)
}

fn not_found() -> Reply {
    Reply(404, "text/html", false, "<html>404 Not Found</html>".to_owned())
}

fn json(text: &str) -> Reply {
    Reply(200, "application/json", false, text.to_owned())
}

impl State {
    fn answer(&mut self, head: &Parts, body: &Bytes) -> Reply {
        let target = head.uri.path_and_query().unwrap().to_string();
        let (path, query) = target.split_once('?').unwrap_or((&target, ""));
        let (mut in_query, mut in_form) = (Parameters::default(), Parameters::default());
        in_query.read(query);
        if is_form(&head.method, &head.headers) {
            in_form.read(std::str::from_utf8(body).unwrap());
        }
        let path = path.strip_prefix(PREFIX).map(ToOwned::to_owned);
        let (way, reply) = match path.as_deref() {
            Some("/index.php") => (Way::Open, self.web(in_query.get("get_action"))),
            Some(path) if path.starts_with("/api/") && self.routes_api => {
                match self.user(head, &target, &in_query, &in_form) {
                    Ok((way, user)) => {
                        let parameter =
                            |name| in_form.get(name).or(in_query.get(name)).map(str::to_owned);
                        (way, self.act(&user, path, parameter("key_id"), parameter("user_id")))
                    }
                    Err(reply) => (Way::Refused, reply),
                }
            }
            _ => (Way::Open, not_found()),
        };
        self.seen.push(Seen { method: head.method.clone(), target, body: body.clone(), way });
        reply
    }

    /// The web interface, before anybody logs in.
    fn web(&self, action: Option<&str>) -> Reply {
        match action {
            Some("get_boot_conf") => json(r#"{"SECURE_TOKEN":"x","theme":"material"}"#),
            Some("get_seed") if self.failures >= MOST_FAILURES => {
                json(r#"{"seed":-1,"captcha":true}"#)
            }
            Some("get_seed") => Reply(200, "text/plain;charset=UTF-8", false, "-1".to_owned()),
            _ => not_found(),
        }
    }

    /// Who is calling: by a pair, or else by the header.
    fn user(
        &mut self,
        head: &Parts,
        target: &str,
        in_query: &Parameters,
        in_form: &Parameters,
    ) -> Result<(Way, String), Reply> {
        for (way, parameters) in [(Way::Query, in_query), (Way::Form, in_form)] {
            let given = parameters.get("auth_token").zip(parameters.get("auth_hash"));
            let Some((token, hash)) = given else { continue };
            let pair = self.pairs.iter().find(|pair| pair.token == token);
            if let Some(pair) = pair.filter(|p| is_signed(target, hash, token, &p.secret)) {
                return Ok((way, pair.user.clone()));
            }
        }
        let header = head.headers.get(AUTHORIZATION).filter(|_| !self.loses_header);
        let Some(encoded) = header.and_then(|h| h.to_str().ok()?.strip_prefix("Basic ")) else {
            return Err(challenge());
        };
        let login = String::from_utf8(STANDARD.decode(encoded).unwrap()).unwrap();
        match login.split_once(':') {
            Some(("alice", password)) if password == self.password => {
                Ok((Way::Basic, "alice".to_owned()))
            }
            Some(("admin", "admin-secret")) => Ok((Way::Basic, "admin".to_owned())),
            Some(_) => {
                self.failures += 1;
                Err(if self.failures > MOST_FAILURES { unauthorized() } else { challenge() })
            }
            None => Err(unauthorized()),
        }
    }

    fn act(&mut self, user: &str, path: &str, key: Option<String>, other: Option<String>) -> Reply {
        let mut parts = path.trim_start_matches("/api/").splitn(3, '/');
        let mut part = || String::from_utf8(urldecode(parts.next().unwrap_or_default())).unwrap();
        let (workspace, action, rest) = (part(), part(), part());
        if workspace == "settings" && user != "admin" {
            return unauthorized();
        }
        // Whoever is no administrator asks about himself, whatever is sent.
        let whose = other.filter(|_| user == "admin").unwrap_or_else(|| user.to_owned());
        match &*action {
            "keystore_generate_auth_token" => self.make(whose, rest),
            "keystore_list_tokens" => self.list(&whose),
            "keystore_revoke_tokens" => {
                let is_it = |pair: &Pair| key.as_ref().is_none_or(|key| *key == pair.token);
                self.pairs.retain(|pair| pair.user != whose || !is_it(pair));
                json(r#"{"result":"SUCCESS","message":"Key(s) removed successfully!"}"#)
            }
            _ if workspace == "v2" => json(r#"{"level":"Info","message":"done"}"#),
            _ => Reply(200, "text/xml; charset=UTF-8", false, listing()),
        }
    }

    /// Makes a pair, in place of the one that the device had.
    fn make(&mut self, user: String, device: String) -> Reply {
        if !self.gives_pairs {
            return Reply(200, "text/html; charset=UTF-8", false, String::new());
        }
        self.made += 1;
        let token = format!("t{:023}", self.made);
        let secret = format!("p{:023}", self.made * 7919);
        let reply = json(&format!(r#"{{"t":"{token}","p":"{secret}"}}"#));
        self.pairs.retain(|pair| pair.user != user || pair.device != device);
        self.pairs.push(Pair { user, device, token, secret });
        reply
    }

    fn list(&self, user: &str) -> Reply {
        let pairs: serde_json::Map<String, serde_json::Value> = self
            .pairs
            .iter()
            .filter(|pair| pair.user == user)
            .map(|pair| (pair.token.clone(), serde_json::json!({ "DEVICE_ID": pair.device })))
            .collect();
        match pairs.is_empty() {
            true => json("[]"),
            false => json(&serde_json::Value::Object(pairs).to_string()),
        }
    }
}

fn is_form(method: &Method, headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    *method == Method::POST && kind == Some("application/x-www-form-urlencoded")
}

fn listing() -> String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree filename=\"/\" is_file=\"false\"></tree>"
        .to_owned()
}
