//! What hooks and spans tell of each attempt.

use std::{
    fmt,
    sync::{Arc, Mutex},
    time::Duration,
};

use pydio_client::hook::{AccessMethod, After, Attempt, Ending, Outcome, Tracing};
use pydio_client::{Pydio, RetryPolicy, v1::access_fs, v2::user_account};
use pydio_tests::{
    ALICE, Canned, Fault, Server, Version,
    proxy::{self, Proxy, Rule, Which},
};
use tracing_core::{
    Dispatch, Event, Metadata, Subscriber,
    dispatcher::set_default,
    field::{Field, Visit},
    span::{Attributes, Id, Record},
};

/// The attempts that have ended, in the order of their ends.
type Log = Arc<Mutex<Vec<(String, Outcome)>>>;

/// Returns a hook that keeps what it is told, and a log of it.
fn keeper() -> (impl Fn(&Attempt<'_>) -> After + Send + Sync, Log) {
    let log = Log::default();
    let kept = Arc::clone(&log);
    let hook = move |attempt: &Attempt<'_>| {
        let told = format!(
            "{} {} {:?} #{} {}",
            attempt.access_method(),
            attempt.call(),
            attempt.workspace(),
            attempt.number(),
            attempt.method().map_or("-", |method| method.as_str()),
        );
        let kept = Arc::clone(&kept);
        Box::new(move |outcome: &Outcome| kept.lock().unwrap().push((told, outcome.clone())))
            as After
    };
    (hook, log)
}

#[tokio::test]
async fn an_attempt_shows_no_argument() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let shown = Arc::new(Mutex::new(String::new()));
    let kept = Arc::clone(&shown);
    let hook = move |attempt: &Attempt<'_>| {
        *kept.lock().unwrap() += &format!("{attempt:?}");
        Box::new(|_: &Outcome| {}) as After
    };
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password).hook(hook);
    let files = builder.build().unwrap().workspace("common");
    let _ = files.call(access_fs::ls("/s3cr3t").options("s3cr3t")).await;
    let shown = shown.lock().unwrap();
    assert!(shown.contains("call: access.fs/ls, access_method: RestV1"), "{shown}");
    assert!(shown.contains("127.0.0.1") && !shown.contains("s3cr3t"), "{shown}");
}

fn told(log: &Log) -> Vec<String> {
    log.lock().unwrap().iter().map(|(told, _)| told.clone()).collect()
}

#[tokio::test]
async fn every_access_method_is_told_with_its_call_and_workspace() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/a.txt", "twelve bytes");
    let (hook, log) = keeper();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password).hook(hook);
    let pydio = builder.build().unwrap();
    let files = pydio.workspace("common");
    files.call(access_fs::ls("/")).await.unwrap();
    pydio.call(user_account::user_info()).await.unwrap();
    files.call(access_fs::mkfile("/s3cr3t.txt").content("s3cr3t")).await.unwrap();
    let download = files.call(access_fs::download("/a.txt")).await.unwrap();
    assert_eq!(told(&log).len(), 3, "the download has not ended");
    assert_eq!(download.bytes(100).await.unwrap(), b"twelve bytes");
    drop(files.call(access_fs::download("/a.txt")).await.unwrap());
    assert_eq!(
        told(&log),
        [
            "rest_v1 access.fs/ls \"common\" #1 GET",
            "rest_v2 userInfo \"\" #1 GET",
            "rest_v1 access.fs/mkfile \"common\" #1 POST",
            "rest_v1 access.fs/download \"common\" #1 GET",
            "rest_v1 access.fs/download \"common\" #1 GET",
        ]
    );
    let outcomes: Vec<_> = log.lock().unwrap().iter().map(|(_, outcome)| outcome.clone()).collect();
    assert!(outcomes.iter().all(|outcome| outcome.status() == Some(200)));
    let endings: Vec<_> = outcomes.iter().map(Outcome::ending).collect();
    use Ending::{Complete, Dropped};
    assert_eq!(endings, [Complete, Complete, Complete, Complete, Dropped]);
    assert!(outcomes[2].request_bytes() > 6 && outcomes[0].request_bytes() == 0);
    assert_eq!(outcomes[3].response_bytes(), 12);
    assert!(outcomes[0].response_bytes() > 100 && outcomes[0].duration() > Duration::ZERO);

    let session = pydio.session().login(ALICE.login, ALICE.password).await.unwrap();
    log.lock().unwrap().clear();
    session.workspace("common").call(access_fs::ls("/")).await.unwrap();
    let told = told(&log);
    let last = told.last().unwrap();
    assert!(last.starts_with("session access.fs/ls "), "{told:?}");
}

#[tokio::test]
async fn attempts_of_one_call_are_counted() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let proxy = Proxy::start(&server.url()).await.unwrap();
    let (hook, log) = keeper();
    let builder = Pydio::builder(proxy.url()).login(ALICE.login, ALICE.password).hook(hook);
    let policy = RetryPolicy::new(4).pause(Duration::ZERO, Duration::ZERO);
    let files = builder.retry(policy).build().unwrap().workspace("common");
    let fault = |which, fault| Rule { which: Which::Nth(which), fault };
    proxy.plan(vec![
        fault(0, proxy::Fault::CutBefore),
        fault(1, proxy::Fault::Answer(503)),
        fault(2, proxy::Fault::Cut),
    ]);
    files.call(access_fs::ls("/")).await.unwrap();
    let log = log.lock().unwrap();
    let numbers: Vec<_> = log.iter().map(|(told, _)| &told[told.find('#').unwrap()..]).collect();
    assert_eq!(numbers, ["#1 GET", "#2 GET", "#3 GET", "#4 GET"]);
    let ends: Vec<_> = log.iter().map(|(_, end)| (end.ending(), end.status())).collect();
    assert_eq!(ends[0], (Ending::Failed, None));
    assert_eq!((ends[1].1, ends[2].0), (Some(503), Ending::Failed));
    assert_eq!(ends[3], (Ending::Complete, Some(200)));
}

#[tokio::test]
async fn a_redirect_is_an_attempt_and_a_dropped_call_ends() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let (hook, log) = keeper();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password).hook(hook);
    let files = builder.build().unwrap().workspace("common");
    server.fail(Fault::Answer(Canned::redirect(302, "/api/common/ls/")));
    files.call(access_fs::ls("/")).await.unwrap();
    let statuses: Vec<_> = log.lock().unwrap().iter().map(|(_, end)| end.status()).collect();
    assert_eq!(statuses, [Some(302), Some(200)]);

    let proxy = Proxy::start(&server.url()).await.unwrap();
    let slow = proxy::Fault::Delay(Duration::from_secs(60));
    proxy.plan(vec![Rule { which: Which::Every(1), fault: slow }]);
    let (hook, log) = keeper();
    let files = Pydio::builder(proxy.url()).hook(hook).build().unwrap().workspace("common");
    let call = files.call(access_fs::ls("/"));
    assert!(tokio::time::timeout(Duration::from_millis(200), call).await.is_err());
    let log = log.lock().unwrap();
    assert_eq!((log.len(), log[0].1.ending()), (1, Ending::Dropped));
    assert!(log[0].1.duration() >= Duration::from_millis(150));
}

#[test]
fn access_methods_have_names() {
    assert_eq!(AccessMethod::CommandLine.to_string(), "command_line");
}

/// Keeps the fields of spans as text.
struct Spans(Arc<Mutex<String>>);

impl Spans {
    fn add(&self, text: &str) {
        self.0.lock().unwrap().push_str(text);
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "pydio_runtime::hook"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut fields = Fields(span.metadata().name().to_owned());
        span.record(&mut fields);
        self.add(&fields.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut fields = Fields(String::new());
        values.record(&mut fields);
        self.add(&fields.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Fields(String);

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.0 += &format!(" {field}={value:?}");
    }
}

#[tokio::test]
async fn spans_have_the_fields_of_opentelemetry_and_no_arguments() {
    let text = Arc::<Mutex<String>>::default();
    let _kept = set_default(&Dispatch::new(Spans(Arc::clone(&text))));
    let server = Server::start(Version::V8_2).await.unwrap();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password).hook(Tracing);
    let files = builder.build().unwrap().workspace("common");
    files.call(access_fs::mkfile("/s3cr3t-name.txt").content("s3cr3t-text")).await.unwrap();
    server.fail(Fault::Answer(Canned::new(500, "text/plain", "")));
    files.call(access_fs::ls("/s3cr3t")).await.unwrap_err();
    let text = text.lock().unwrap();
    for field in [
        "pydio.request otel.kind=\"client\" otel.name=POST access.fs/mkfile",
        "pydio.workspace=\"common\"",
        "pydio.access_method=\"rest_v1\"",
        "http.request.method=\"POST\"",
        "server.address=\"127.0.0.1\" server.port=",
        "url.scheme=\"http\"",
        "http.response.status_code=200",
        "error.type=\"500\" otel.status_code=\"ERROR\"",
    ] {
        assert!(text.contains(field), "{field}\n{text}");
    }
    assert!(!text.contains("s3cr3t") && !text.contains(ALICE.password), "{text}");
}
