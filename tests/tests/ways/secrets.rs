//! No transport reveals its credentials: not in its `Debug` output, not in any error or its causes,
//! and not in a log.

use std::{
    collections::BTreeSet,
    error::Error as _,
    fmt::{Debug, Write as _},
    io,
    time::Duration,
};

use pydio_client::{
    Builder, Call, Error, LoginError, Pydio, Session,
    cmd::{ArgumentPassing, CommandLine},
    keystore::{KeyPair, KeyPairId, KeyPairStore, Keystore},
    v1::{access_fs, conf_sql},
    v2::file,
};
use pydio_runtime::BoxError;
use pydio_tests::{Canned, Fault, Flood, Seen, Server, Version};
use url::form_urlencoded;

use crate::{logs, support::Installation};

/// Part of every secret passed to a client.
const MARKER: &str = "M4rk3r-s3cr3t";

/// The displayed texts, and the secrets that they must not contain.
#[derive(Default)]
struct Shown {
    text: String,
    kinds: BTreeSet<String>,
    secrets: BTreeSet<String>,
}

impl Shown {
    fn new() -> Self {
        logs::keep();
        Self { secrets: BTreeSet::from([MARKER.to_owned()]), ..Self::default() }
    }

    fn debug(&mut self, value: &impl Debug) {
        let _ = writeln!(self.text, "{value:?} {value:#?}");
    }

    /// Adds an error with all its causes.
    fn error(&mut self, error: &Error) {
        let kind = format!("{:?}", error.kind());
        self.kinds.insert(kind);
        let _ = writeln!(self.text, "{error} {error:?} {error:#?}");
        let mut next = error.source();
        while let Some(cause) = next {
            let _ = writeln!(self.text, "{cause} {cause:?} {cause:#?}");
            next = cause.source();
        }
    }

    /// Adds the tokens, cookies and signatures that a server received.
    fn sent_to(&mut self, server: &Server) {
        for seen in server.seen() {
            self.secrets.extend(secrets_of(&seen));
        }
    }

    /// Asserts that no secret was displayed, and returns the kinds of the displayed errors.
    fn check(self) -> BTreeSet<String> {
        let logged = logs::kept();
        for secret in &self.secrets {
            for (place, text) in [("shown", &self.text), ("logged", &logged)] {
                let around = text.find(&**secret).map(|at| {
                    let (from, to) = (at.saturating_sub(300), (at + 300).min(text.len()));
                    String::from_utf8_lossy(&text.as_bytes()[from..to]).into_owned()
                });
                assert_eq!(around, None, "{secret} is {place}");
            }
        }
        self.kinds
    }
}

fn secrets_of(seen: &Seen) -> Vec<String> {
    let query = seen.target.split_once('?').map_or("", |(_, query)| query);
    let fields = form_urlencoded::parse(query.as_bytes());
    let fields = fields.chain(form_urlencoded::parse(&seen.body));
    let is_secret =
        |name: &str| matches!(name, "secure_token" | "auth_token" | "auth_hash" | "password");
    let fields = fields.filter(|(name, _)| is_secret(name)).map(|(_, value)| value.into_owned());
    let cookies = seen.header("cookie").unwrap_or_default().split("; ");
    let cookies = cookies.filter_map(|cookie| cookie.split_once('='));
    let login = seen.header("authorization").and_then(|value| value.split_once(' '));
    let headers = cookies.chain(login).map(|(_, value)| value.to_owned());
    fields.chain(headers).filter(|secret| secret.len() > 4).collect()
}

/// Returns a server on which the password of `eve` is the marker.
async fn server() -> Server {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.add_user("eve", MARKER);
    server.put("common", "/a.txt", "x".repeat(100_000));
    server
}

fn page(status: u16) -> Fault {
    Fault::Answer(Canned::new(status, "text/html", "<!DOCTYPE html><html>no</html>"))
}

fn xml(body: &str) -> Fault {
    let body = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}");
    Fault::Answer(Canned::new(200, "text/xml; charset=UTF-8", body))
}

fn flood() -> Fault {
    let (begin, piece) = ("<tree filename=\"/\">", "<tree filename=\"/a\"/>");
    let length = 10_000_000;
    Fault::Flood(Flood {
        status: 200,
        media_type: "text/xml",
        begin,
        piece,
        length,
        is_announced: false,
    })
}

/// Returns faults for any transport, for calls that are sent in the query.
fn faults() -> Vec<Fault> {
    let challenge = Canned::new(401, "text/html", "").header("www-authenticate", "Basic");
    vec![
        Fault::Drop,
        Fault::Truncate(20),
        Fault::Stall(Duration::from_secs(20)),
        Fault::Delay(Duration::from_secs(20)),
        page(200),
        page(404),
        page(500),
        Fault::Answer(Canned::redirect(302, "http://localhost:1/elsewhere?x=1")),
        Fault::Answer(Canned::redirect(302, "//[")),
        Fault::Answer(challenge),
        Fault::Answer(Canned::new(401, "text/html", "You are not authorized to access this API.")),
        Fault::Answer(Canned::new(200, "text/html", "")),
        xml("<tree ><message type=\"ERROR\">no</message></tree>"),
        xml("<tree ><require_auth/></tree>"),
        xml("<tree ><message type=\"ERROR\">Could not find action ls</message></tree>"),
        xml(
            "<tree ><message type=\"ERROR\">Could not find workspace with id/alias w</message></tree>",
        ),
        xml("<tree ><not-closed"),
        flood(),
    ]
}

fn impatient(builder: Builder) -> Pydio {
    let builder = builder.read_timeout(Duration::from_millis(150)).max_response_size(50_000);
    builder.build().unwrap()
}

async fn provoke(shown: &mut Shown, server: &Server, pydio: &Pydio) {
    let files = pydio.workspace("common");
    for fault in faults() {
        server.fail(fault.clone());
        let listed = files.call(access_fs::ls("/").options("al")).await;
        shown.error(&listed.expect_err(&format!("{fault:?}")));
        server.fail(fault.clone());
        // One of them is the response of an operation.
        if let Err(error) = pydio.call(file::get_node_infos("common", "/")).await {
            shown.error(&error);
        }
        server.fail(fault);
        if let Err(error) = files.call(access_fs::mkfile("/b.txt")).await {
            shown.error(&error);
        }
    }
    let none: [&str; 0] = [];
    shown.error(&files.call(access_fs::delete(none)).await.unwrap_err());
    shown.error(&pydio.call(file::delete_node("common", "/")).await.unwrap_err());
    let state = pydio.workspace("nowhere").call(conf_sql::state("/")).await;
    shown.error(&state.unwrap_err());
    shown.debug(pydio);
    shown.debug(&files);
    shown.debug(&access_fs::ls("/").into_request());
    shown.debug(&file::delete_node("common", "/").into_request());
    shown.sent_to(server);
}

#[tokio::test]
async fn a_login_a_pair_and_a_token_are_not_shown() {
    let (mut shown, server) = (Shown::new(), server().await);
    let begin = || Pydio::builder(server.url());
    let made = begin().login("eve", MARKER).build().unwrap().key_pairs().generate("d").await;
    let pair = made.unwrap().unwrap();
    shown.secrets.extend([pair.token().to_owned()]);
    let unknown = KeyPair::new(format!("t{MARKER}"), format!("p{MARKER}"));
    for builder in [
        begin().login("eve", MARKER),
        begin().login("nobody", MARKER),
        begin().token(format!("t.{MARKER}")),
        begin().key_pair(pair),
        begin().key_pair(unknown),
        begin().keystore(Keystore::new("eve", MARKER, "other")),
        begin().keystore(Keystore::new("nobody", MARKER, "other")),
    ] {
        shown.debug(&builder);
        let pydio = impatient(builder);
        provoke(&mut shown, &server, &pydio).await;
        if let Err(error) = pydio.workspace("settings").call(access_fs::ls("/")).await {
            shown.error(&error);
            shown.debug(&pydio.diagnose(&error).await);
        }
        shown.debug(&pydio.key_pairs().list().await);
    }
    drop(server);
    let kinds = shown.check();
    for kind in [
        "AuthenticationRequired",
        "BadCredentials",
        "Empty",
        "Malformed",
        "UnexpectedContentType",
        "Redirected",
        "Forbidden",
        "Server",
        "Status",
        "TooLarge",
        "Transport",
        "UnknownAction",
        "UnknownWorkspace",
        "InvalidRequest",
    ] {
        assert!(kinds.contains(kind), "no {kind} among {kinds:?}");
    }
    assert!(!logs::kept().is_empty(), "nothing is logged at all");
}

#[tokio::test]
async fn invalid_settings_are_reported_without_the_secret() {
    let mut shown = Shown::new();
    let begin = || Pydio::builder("http://127.0.0.1:1");
    for builder in [
        begin().login("e:ve", MARKER),
        begin().token(format!("{MARKER}\n")),
        begin().keystore(Keystore::new("eve", MARKER, "no device")),
        begin().key_pair(KeyPair::new("", MARKER)),
        Pydio::builder(format!("http://eve:{MARKER}@127.0.0.1")),
        Pydio::builder(format!("ftp://{MARKER}")),
    ] {
        shown.error(&builder.build().unwrap_err());
    }
    let builder = CommandLine::builder("").login("eve", MARKER);
    shown.debug(&builder);
    shown.error(&builder.build().unwrap_err());
    assert_eq!(shown.check(), BTreeSet::from(["Config".to_owned()]));
}

/// A store that can neither be read nor written.
struct Broken;

impl KeyPairStore for Broken {
    fn load(&self, _: &KeyPairId) -> Result<Option<KeyPair>, BoxError> {
        Ok(None)
    }

    fn save(&self, key: &KeyPairId, pair: &KeyPair) -> Result<(), BoxError> {
        Err(io::Error::other(format!("disk full: {key:?} {pair:?}")).into())
    }

    fn remove(&self, _: &KeyPairId) -> Result<(), BoxError> {
        Ok(())
    }
}

#[tokio::test]
async fn a_failing_store_is_reported_without_the_pair() {
    let (mut shown, server) = (Shown::new(), server().await);
    let keystore = Keystore::new("eve", MARKER, "d").store(Broken);
    let pydio = Pydio::builder(server.url()).keystore(keystore).build().unwrap();
    shown.error(&pydio.workspace("common").call(access_fs::ls("/")).await.unwrap_err());
    let known = Pydio::builder(server.url()).login("eve", MARKER).build().unwrap();
    let listed = known.key_pairs().list().await.unwrap();
    assert_eq!(listed.len(), 1);
    shown.secrets.extend(listed.iter().map(|pair| pair.token.clone()));
    shown.debug(&listed);
    assert_eq!(shown.check(), BTreeSet::from(["KeyPairStore".to_owned()]));
}

fn failed(shown: &mut Shown, error: LoginError) {
    shown.debug(&error);
    let _ = writeln!(shown.text, "{error}");
    shown.error(&Error::from(error));
}

async fn session(server: &Server, keep: bool) -> Session {
    let pydio = impatient(Pydio::builder(server.url()));
    let begin = pydio.session().keep_password(keep).remember_me(keep);
    begin.login("eve", MARKER).await.unwrap()
}

#[tokio::test]
async fn a_session_shows_neither_password_nor_token_nor_cookie() {
    let (mut shown, server) = (Shown::new(), server().await);
    for keep in [true, false] {
        let session = session(&server, keep).await;
        let files = session.workspace("common");
        for fault in faults() {
            server.fail(fault.clone());
            if let Err(error) = files.call(access_fs::ls("/").options("al")).await {
                shown.error(&error);
            }
            server.fail(fault);
            if let Err(error) = files.call(access_fs::mkfile("/b.txt")).await {
                shown.error(&error);
            }
        }
        server.expire_sessions();
        if let Err(error) = files.call(access_fs::download("/a.txt")).await {
            shown.error(&error);
        }
        shown.debug(&session);
        shown.debug(&files);
    }
    let session = session(&server, true).await;
    let refused = || {
        xml(
            "<tree ><message type=\"ERROR\">You are not allowed to access this resource.</message></tree>",
        )
    };
    // The call, the request for another token, and the repeated call.
    for fault in [refused(), Fault::Delay(Duration::ZERO), refused()] {
        server.fail(fault);
    }
    shown.error(&session.workspace("common").call(access_fs::ls("/")).await.unwrap_err());
    for (step, fault) in (0..3).flat_map(|step| faults().into_iter().map(move |f| (step, f))) {
        (0..step).for_each(|_| server.fail(Fault::Delay(Duration::ZERO)));
        server.fail(fault);
        let begin = impatient(Pydio::builder(server.url())).session();
        if let Err(error) = begin.login("eve", MARKER).await {
            failed(&mut shown, error);
        }
    }
    for _ in 0..3 {
        let begin = impatient(Pydio::builder(server.url())).session();
        let error = begin.login("eve", &*format!("not-{MARKER}")).await.unwrap_err();
        failed(&mut shown, error);
    }
    server.expire_sessions();
    shown.error(&session.workspace("common").call(access_fs::ls("/")).await.unwrap_err());
    shown.sent_to(&server);
    let kinds = shown.check();
    for kind in ["BadCredentials", "CaptchaRequired", "SessionExpired", "InvalidToken", "Transport"]
    {
        assert!(kinds.contains(kind), "no {kind} among {kinds:?}");
    }
}

#[tokio::test]
async fn a_command_line_does_not_show_its_password() {
    let mut shown = Shown::new();
    let installation = Installation::new().await;
    installation.server.add_user("eve", MARKER);
    let faults = ["", "hang", "endless", "die", "abort", "warn-inside"].map(|fault| match fault {
        "" => installation.php(&[]),
        fault => installation.php(&["--fault", fault]),
    });
    let others = [vec!["/no/such/php".to_owned()], vec!["echo".to_owned()], vec!["cat".to_owned()]];
    for prefix in faults.into_iter().chain(others) {
        for (passing, password) in [
            (ArgumentPassing::StandardInput, MARKER.to_owned()),
            (ArgumentPassing::Arguments, MARKER.to_owned()),
            (ArgumentPassing::StandardInput, format!("not-{MARKER}")),
        ] {
            let pids = format!("CMD_PHP_PIDS={}", installation.path("pids"));
            let env = ["env".to_owned(), pids].into_iter().chain(prefix.iter().cloned());
            let builder =
                CommandLine::builder("/srv/cmd.php").prefix(env).argument_passing(passing);
            let builder = builder.timeout(Duration::from_millis(400)).max_response_size(100_000);
            let line = builder.login("eve", password).build().unwrap();
            let files = line.workspace("my-files");
            for result in [
                files.call(access_fs::ls("/")).await.map(drop),
                files.call(access_fs::ls("/absent")).await.map(drop),
            ] {
                result.map_err(|error| shown.error(&error)).unwrap_or_default();
            }
            shown.debug(&line);
            shown.debug(&files);
        }
    }
    let kinds = shown.check();
    for kind in ["BadCredentials", "Malformed", "Server", "Status", "TooLarge", "Transport"] {
        assert!(kinds.contains(kind), "no {kind} among {kinds:?}");
    }
}
