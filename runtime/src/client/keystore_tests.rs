//! When a pair is created, stored, renewed and removed, on a server with canned responses.

use std::{marker::PhantomData, sync::Arc};

use http::{Method, header};

use super::Pydio;
use crate::{
    auth::{KeyPair, KeyPairId, KeyPairStore, Keystore, MemoryStore},
    json::Json,
    response::AnyResponse,
    testing::{BINDINGS, Canned, LS, Log, MKDIR, SECRET, Server, Typed, ready},
    types::{
        Body, BoxError, Endpoint, Envelope, Error, ErrorKind, Method as CallMethod, Param, Request,
    },
};

const OK: &str = "<tree ></tree>";
const BASE: &str = "http://pydio.test/sub/";
const MAKE: &str = "http://pydio.test/sub/api/pydio/keystore_generate_auth_token/dev";
const LIST: &str = "http://pydio.test/sub/api/my-files/ls/";

fn made(token: &str) -> Canned {
    Canned::json(&format!(r#"{{"t":"{token}","p":"{SECRET}"}}"#))
}

fn challenge() -> Canned {
    Canned::new("text/html", "").status(401).header("www-authenticate", "Basic realm=\"Pydio API\"")
}

fn forbidden() -> Canned {
    Canned::new("text/html", "You are not authorized to access this API.").status(401)
}

fn key() -> KeyPairId {
    KeyPairId::new(BASE, "alice", "dev")
}

/// A store that already has this pair.
fn holding(token: &str) -> Arc<MemoryStore> {
    let store = Arc::new(MemoryStore::default());
    store.save(&key(), &KeyPair::new(token, SECRET)).unwrap();
    store
}

fn kept(store: &MemoryStore) -> Option<String> {
    store.load(&key()).unwrap().map(|pair| pair.token().to_owned())
}

fn connect(
    store: impl KeyPairStore + 'static,
    answers: impl IntoIterator<Item = Canned>,
) -> (Pydio, Log) {
    let (server, log) = Server::new(answers);
    let keystore = Keystore::new("alice", SECRET, "dev").store(store);
    (Pydio::builder(BASE).keystore(keystore).transport(server).build().unwrap(), log)
}

fn signing(answers: impl IntoIterator<Item = Canned>) -> (Pydio, Log) {
    let (server, log) = Server::new(answers);
    let builder = Pydio::builder(BASE).key_pair(KeyPair::new("tok", SECRET));
    (builder.transport(server).build().unwrap(), log)
}

fn ls(pydio: &Pydio) -> Result<Envelope, Error> {
    let call = Typed::<Envelope>(Request::new(&LS), PhantomData);
    ready(pydio.workspace("my-files").call(call))
}

/// Returns the URL of each request without its signature, and its authentication: `Basic`, or a
/// token.
fn asked(log: &Log) -> Vec<(String, String)> {
    let log = log.lock().unwrap();
    log.iter()
        .map(|request| {
            let url = request.uri().to_string();
            let proof = request.headers().get(header::AUTHORIZATION);
            if let Some(basic) = proof {
                assert!(basic.to_str().unwrap().starts_with("Basic "));
                assert!(!url.contains("auth_hash="), "{url}");
                return (url, "Basic".to_owned());
            }
            let form = String::from_utf8(request.body().to_vec()).unwrap();
            let fields = format!("{url}?{form}");
            let token = fields.split(['?', '&']).find_map(|f| f.strip_prefix("auth_token="));
            let cut = url.split(['?', '&']).take_while(|part| !part.starts_with("auth_"));
            (cut.collect::<Vec<_>>().join("?"), token.unwrap_or("nothing").to_owned())
        })
        .collect()
}

fn lines(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(url, proof)| ((*url).to_owned(), (*proof).to_owned())).collect()
}

#[test]
fn a_pair_signs_in_the_query_or_the_form_and_sends_no_header() {
    let (pydio, log) = signing([Canned::xml(OK)]);
    ls(&pydio).unwrap();
    let mkdir = Request::new(&MKDIR).node("file", "/new").flag("ignore_exists", true);
    let mkdir = Typed::<Envelope>(mkdir, PhantomData);
    ready(pydio.workspace("my-files").call(mkdir)).unwrap();
    let log = log.lock().unwrap();
    assert!(log.iter().all(|request| !request.headers().contains_key(header::AUTHORIZATION)));
    let query = log[0].uri().query().unwrap();
    assert!(query.starts_with("auth_token=tok&auth_hash="), "{query}");
    assert_eq!(log[1].uri(), "http://pydio.test/sub/api/my-files/mkdir/new");
    let form = String::from_utf8(log[1].body().to_vec()).unwrap();
    assert!(form.starts_with("ignore_exists=true&auth_token=tok&auth_hash="), "{form}");
    assert_eq!(log[1].headers()[header::CONTENT_LENGTH], form.len().to_string());
}

#[test]
fn a_redirect_is_signed_again_and_nobody_else_sees_a_signature() {
    let to = |location: &str| Canned::new("text/html", "").status(302).header("location", location);
    let (pydio, log) = signing([
        to("http://pydio.test/moved?x=1&auth_token=tok&auth_hash=echoed"),
        to("http://other.test/?auth_token=tok&y=2&auth_hash=echoed"),
        Canned::xml(OK),
    ]);
    ls(&pydio).unwrap();
    assert_eq!(
        asked(&log),
        lines(&[
            (LIST, "tok"),
            ("http://pydio.test/moved?x=1", "tok"),
            ("http://other.test/?y=2", "nothing"),
        ])
    );
    assert!(!log.lock().unwrap()[1].uri().to_string().contains("echoed"));
}

#[test]
fn the_first_call_makes_the_pair_and_the_next_ones_use_it() {
    let store = Arc::new(MemoryStore::default());
    let (pydio, log) = connect(store.clone(), [made("t1"), Canned::xml(OK)]);
    ls(&pydio).unwrap();
    ls(&pydio.clone()).unwrap();
    assert_eq!(asked(&log), lines(&[(MAKE, "Basic"), (LIST, "t1"), (LIST, "t1")]));
    assert_eq!(log.lock().unwrap()[0].method(), Method::POST);
    assert_eq!(log.lock().unwrap()[0].headers()[header::ACCEPT], "application/json");
    assert_eq!(kept(&store).as_deref(), Some("t1"));

    // Another connection finds it.
    let (pydio, log) = connect(store, [Canned::xml(OK)]);
    ls(&pydio).unwrap();
    assert_eq!(asked(&log), lines(&[(LIST, "t1")]));
}

#[test]
fn a_server_that_gives_no_pairs_gets_the_password() {
    let off = r#"<tree ><message type="ERROR">Could not find action keystore_generate_auth_token</message></tree>"#;
    for none in [Canned::new("text/html; charset=UTF-8", ""), Canned::xml(off)] {
        let store = Arc::new(MemoryStore::default());
        let (pydio, log) = connect(store.clone(), [none, Canned::xml(OK)]);
        ls(&pydio).unwrap();
        ls(&pydio).unwrap();
        assert_eq!(asked(&log), lines(&[(MAKE, "Basic"), (LIST, "Basic"), (LIST, "Basic")]));
        assert_eq!(kept(&store), None);
    }
}

#[test]
fn an_old_pair_is_given_up_with_the_server_s_pairs() {
    let store = holding("old");
    let answers = [challenge(), Canned::new("text/html", ""), Canned::xml(OK)];
    let (pydio, log) = connect(store.clone(), answers);
    ls(&pydio).unwrap();
    assert_eq!(asked(&log), lines(&[(LIST, "old"), (MAKE, "Basic"), (LIST, "Basic")]));
    assert_eq!(kept(&store), None);
}

#[test]
fn a_pair_that_is_refused_is_renewed_once() {
    let store = holding("old");
    let (pydio, log) = connect(store.clone(), [challenge(), made("new"), Canned::xml(OK)]);
    ls(&pydio).unwrap();
    ls(&pydio).unwrap();
    let expected = [(LIST, "old"), (MAKE, "Basic"), (LIST, "new"), (LIST, "new")];
    assert_eq!(asked(&log), lines(&expected));
    assert_eq!(kept(&store).as_deref(), Some("new"));

    // The new one is not accepted either.
    let (pydio, log) = connect(holding("old"), [challenge(), made("new"), challenge()]);
    let error = ls(&pydio).unwrap_err();
    assert!(error.kind() == ErrorKind::BadCredentials, "{error}");
    assert!(error.to_string().contains("does not accept the key pair"), "{error}");
    assert_eq!(asked(&log), lines(&[(LIST, "old"), (MAKE, "Basic"), (LIST, "new")]));
}

#[test]
fn a_pair_that_was_just_made_is_not_renewed() {
    let (pydio, log) = connect(MemoryStore::default(), [made("new"), challenge()]);
    assert!(ls(&pydio).as_ref().is_err_and(|error| error.kind() == ErrorKind::BadCredentials));
    assert_eq!(asked(&log), lines(&[(MAKE, "Basic"), (LIST, "new")]));
}

#[test]
fn a_form_is_sent_again_as_it_was() {
    let (pydio, log) = connect(holding("old"), [challenge(), made("new"), Canned::xml(OK)]);
    let mkdir = Request::new(&MKDIR).node("file", "/new").text("x", "1");
    let mkdir = Typed::<Envelope>(mkdir, PhantomData);
    ready(pydio.workspace("w").call(mkdir)).unwrap();
    let log = log.lock().unwrap();
    let form = |index: usize| String::from_utf8(log[index].body().to_vec()).unwrap();
    assert!(form(0).starts_with("x=1&auth_token=old&auth_hash="), "{}", form(0));
    assert!(form(2).starts_with("x=1&auth_token=new&auth_hash="), "{}", form(2));
    assert_eq!(log[2].uri(), log[0].uri());
}

#[cfg(feature = "http")]
#[test]
fn a_form_with_a_file_is_sent_again_unless_that_is_a_stream() {
    let answers = || [challenge(), made("new"), Canned::xml(OK)];
    let mkdir = |body: Body| {
        let request = Request::new(&MKDIR).node("file", "/new").file("userfile_0", body);
        Typed::<Envelope>(request, PhantomData)
    };
    let (pydio, log) = connect(holding("old"), answers());
    ready(pydio.workspace("w").call(mkdir("abc".into()))).unwrap();
    let log = log.lock().unwrap();
    let kind = |index: usize| log[index].headers()[http::header::CONTENT_TYPE].to_str().unwrap();
    assert!(kind(0).starts_with("multipart/") && kind(2).starts_with("multipart/"));
    for (index, token) in [(0, "auth_token=old&"), (2, "auth_token=new&")] {
        assert!(log[index].uri().query().unwrap().contains(token), "the query signs it");
    }

    let (pydio, _) = connect(holding("old"), answers());
    let stream = futures_util::stream::iter([Ok::<_, BoxError>("abc".into())]);
    let error = ready(pydio.workspace("w").call(mkdir(Body::stream(3, stream)))).unwrap_err();
    assert!(error.to_string().contains("make the call again"), "{error}");
}

/// Another program has renewed the pair of the same device in the meantime: creating one more would
/// revoke it.
#[test]
fn a_newer_pair_in_the_store_is_tried_first() {
    let store = holding("old");
    let (pydio, log) = connect(store.clone(), [Canned::xml(OK), challenge(), Canned::xml(OK)]);
    ls(&pydio).unwrap();
    store.save(&key(), &KeyPair::new("newer", SECRET)).unwrap();
    ls(&pydio).unwrap();
    assert_eq!(asked(&log), lines(&[(LIST, "old"), (LIST, "old"), (LIST, "newer")]));

    let store = holding("old");
    let answers = [Canned::xml(OK), challenge(), challenge(), made("new"), Canned::xml(OK)];
    let (pydio, log) = connect(store.clone(), answers);
    ls(&pydio).unwrap();
    store.save(&key(), &KeyPair::new("newer", SECRET)).unwrap();
    ls(&pydio).unwrap();
    let last = &asked(&log)[1..];
    let expected = [(LIST, "old"), (LIST, "newer"), (MAKE, "Basic"), (LIST, "new")];
    assert_eq!(last, lines(&expected));
    assert_eq!(kept(&store).as_deref(), Some("new"));
}

#[test]
fn a_missing_right_renews_nothing() {
    let (pydio, log) = connect(holding("t"), [forbidden()]);
    assert!(ls(&pydio).as_ref().is_err_and(|error| error.kind() == ErrorKind::Forbidden));
    assert_eq!(asked(&log), lines(&[(LIST, "t")]));
    assert_eq!(kept(&holding("t")).as_deref(), Some("t"));
}

#[test]
fn a_wrong_password_is_reported_and_the_old_pair_stays() {
    let store = holding("old");
    let (pydio, log) = connect(store.clone(), [challenge()]);
    let error = ls(&pydio).unwrap_err();
    assert!(error.kind() == ErrorKind::BadCredentials);
    assert_eq!(error.call_name(), "authfront.keystore/keystore_generate_auth_token");
    assert_eq!(error.workspace(), "pydio");
    assert_eq!(asked(&log), lines(&[(LIST, "old"), (MAKE, "Basic")]));
    assert_eq!(kept(&store).as_deref(), Some("old"));
}

static PUT: Endpoint = Endpoint::operation(&BINDINGS, CallMethod::Put, "put", "/api/v2/io/w/x")
    .params(&[Param::body("body").bytes(), Param::query("a")]);

fn put_call(body: Body) -> Typed<AnyResponse> {
    Typed(Request::new(&PUT).bytes("body", body).text("a", "b"), PhantomData)
}

#[test]
fn a_stream_is_not_sent_twice_and_the_next_one_succeeds() {
    let put = "http://pydio.test/sub/api/v2/io/w/x?a=b";
    let (pydio, log) = connect(holding("old"), [challenge(), made("new"), Canned::xml(OK)]);
    let stream = || {
        let chunk = Ok::<_, BoxError>("abc".into());
        put_call(Body::stream(3, futures_util::stream::iter([chunk])))
    };
    let error = ready(pydio.call(stream())).unwrap_err();
    assert!(error.kind() == ErrorKind::BadCredentials);
    assert!(error.to_string().contains("make the call again"), "{error}");
    assert_eq!(error.status(), Some(401));
    ready(pydio.call(stream())).unwrap();
    assert_eq!(asked(&log), lines(&[(put, "old"), (MAKE, "Basic"), (put, "new")]));

    // Bytes in memory can be.
    let (pydio, log) = connect(holding("old"), [challenge(), made("new"), Canned::xml(OK)]);
    ready(pydio.call(put_call("abc".into()))).unwrap();
    assert_eq!(log.lock().unwrap()[2].body(), "abc");
}

/// A store that cannot be read, or written.
struct Faulty {
    reads: bool,
}

impl KeyPairStore for Faulty {
    fn load(&self, _: &KeyPairId) -> Result<Option<KeyPair>, BoxError> {
        if self.reads { Ok(None) } else { Err("the keyring is locked".into()) }
    }

    fn save(&self, _: &KeyPairId, _: &KeyPair) -> Result<(), BoxError> {
        Err("the disk is full".into())
    }

    fn remove(&self, _: &KeyPairId) -> Result<(), BoxError> {
        Err("the disk is full".into())
    }
}

#[test]
fn a_store_that_fails_fails_the_call() {
    let (pydio, log) = connect(Faulty { reads: false }, [made("t"), Canned::xml(OK)]);
    let error = ls(&pydio).unwrap_err();
    assert!(error.kind() == ErrorKind::KeyPairStore, "{error}");
    assert!(error.to_string().ends_with("could not be read: the keyring is locked"), "{error}");
    assert!(asked(&log).is_empty());

    let (pydio, log) = connect(Faulty { reads: true }, [made("t"), Canned::xml(OK)]);
    let error = ls(&pydio).unwrap_err();
    assert!(error.kind() == ErrorKind::KeyPairStore, "{error}");
    assert!(error.to_string().ends_with("could not be written: the disk is full"), "{error}");
    assert_eq!(asked(&log), lines(&[(MAKE, "Basic")]));
}

#[test]
fn an_invalid_pair_is_reported_without_its_content() {
    for answer in [
        r#"{"t":"s3cr3t-marker"}"#,
        r#"{"t":"s3cr3t-marker","p":1}"#,
        r#"{"t":"","p":"s3cr3t-marker"}"#,
        r#"["s3cr3t-marker"]"#,
        r#""s3cr3t-marker""#,
        r#"{"t":"s3cr3t-marker""#,
    ] {
        let (pydio, _) = connect(MemoryStore::default(), [Canned::json(answer)]);
        let error = ls(&pydio).unwrap_err();
        assert!(error.kind() == ErrorKind::Malformed, "{error}");
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
    }
}

#[test]
fn pairs_are_listed_with_what_the_server_knows_of_them() {
    let listed = r#"{"t2":{"DEVICE_ID":"dev","DEVICE_UA":"ua","DEVICE_IP":"127.0.0.1",
        "DEVICE_DESC":"desc","DEVICE_OS":"os","X":1},"t1":{"DEVICE_UA":"ua"}}"#;
    let (pydio, log) = signing([Canned::json(listed)]);
    let pairs = ready(pydio.key_pairs().list()).unwrap();
    let tokens: Vec<_> = pairs.iter().map(|pair| &*pair.token).collect();
    assert_eq!(tokens, ["t1", "t2"]);
    let fields = [&pairs[1].device, &pairs[1].user_agent, &pairs[1].address];
    assert_eq!(fields.map(|field| field.as_deref().unwrap()), ["dev", "ua", "127.0.0.1"]);
    let fields = [&pairs[1].description, &pairs[1].system];
    assert_eq!(fields.map(|field| field.as_deref().unwrap()), ["desc", "os"]);
    assert_eq!(pairs[1].other["X"], 1);
    assert_eq!((&pairs[0].device, pairs[0].other.is_empty()), (&None, true));
    let list = "http://pydio.test/sub/api/pydio/keystore_list_tokens/";
    assert_eq!(asked(&log), lines(&[(list, "tok")]));
    assert!(!format!("{pairs:?}").contains("t2"));

    let (pydio, _) = signing([Canned::json("[]")]);
    assert!(ready(pydio.key_pairs().list()).unwrap().is_empty());
    for odd in ["[1]", "1", r#"{"t":1}"#, r#"{"t":{"DEVICE_ID":[]}}"#] {
        let (pydio, _) = signing([Canned::json(odd)]);
        assert!(
            ready(pydio.key_pairs().list())
                .as_ref()
                .is_err_and(|error| error.kind() == ErrorKind::Malformed),
            "{odd}"
        );
    }
}

#[test]
fn pairs_of_another_user_are_the_administrator_s_business() {
    let done = Canned::json(r#"{"result":"SUCCESS","message":"Key(s) removed successfully!"}"#);
    let (pydio, log) = signing([Canned::json("[]"), done.clone(), done, made("bob's")]);
    let pairs = pydio.key_pairs().of("bob");
    ready(pairs.list()).unwrap();
    ready(pairs.revoke("x&y")).unwrap();
    ready(pairs.revoke_all()).unwrap();
    assert_eq!(ready(pairs.generate("d")).unwrap().unwrap().token(), "bob's");
    let settings = "http://pydio.test/sub/api/settings/keystore_";
    assert_eq!(
        asked(&log).into_iter().map(|(url, _)| url).collect::<Vec<_>>(),
        [
            format!("{settings}list_tokens/?user_id=bob"),
            format!("{settings}revoke_tokens/"),
            format!("{settings}revoke_tokens/"),
            format!("{settings}generate_auth_token/d"),
        ]
    );
    let log = log.lock().unwrap();
    let form = |index: usize| String::from_utf8(log[index].body().to_vec()).unwrap();
    assert!(form(1).starts_with("key_id=x%26y&user_id=bob&auth_token=tok&"), "{}", form(1));
    assert!(form(2).starts_with("user_id=bob&auth_token=tok&"), "{}", form(2));
    assert!(form(3).starts_with("user_id=bob&auth_token=tok&"), "{}", form(3));
}

#[test]
fn a_pair_is_made_or_key_pairs_are_reported_as_unavailable() {
    let generate = |answer: Canned| {
        let (pydio, _) = signing([answer]);
        ready(pydio.key_pairs().generate("my-device"))
    };
    let pair = generate(made("t")).unwrap().unwrap();
    assert!(pair.is(&KeyPair::new("t", SECRET)));
    assert!(generate(Canned::new("text/html", "")).unwrap().is_none());
    assert!(
        generate(challenge())
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::BadCredentials)
    );

    let (pydio, log) = signing([made("t")]);
    for device in ["", "a b", "a/b", "..", "é", "a?b"] {
        let error = ready(pydio.key_pairs().generate(device)).unwrap_err();
        assert!(error.kind() == ErrorKind::InvalidRequest, "{error}");
    }
    assert!(
        ready(pydio.key_pairs().revoke(""))
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::InvalidRequest)
    );
    assert!(asked(&log).is_empty());
}

#[test]
fn an_unconfirmed_revocation_is_an_error() {
    for (answer, said) in [
        (r#"{"result":"ERROR","message":"no"}"#, "no"),
        ("{}", "the server does not confirm it"),
        ("[]", "the server does not confirm it"),
    ] {
        let (pydio, _) = signing([Canned::json(answer)]);
        let error = ready(pydio.key_pairs().revoke("t")).unwrap_err();
        assert!(error.kind() == ErrorKind::Server, "{error}");
        assert_eq!(error.message(), said);
    }
    let (pydio, _) = signing([Canned::new("text/html", "")]);
    assert!(
        ready(pydio.key_pairs().revoke("t"))
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::Empty)
    );
}

#[test]
fn a_connection_that_revokes_its_own_pair_forgets_it() {
    let done = || Canned::json(r#"{"result":"SUCCESS","message":""}"#);
    let revoke = "http://pydio.test/sub/api/pydio/keystore_revoke_tokens/";
    for all in [false, true] {
        let store = holding("old");
        let (pydio, log) = connect(store.clone(), [done(), made("new"), Canned::xml(OK)]);
        let pairs = pydio.key_pairs();
        ready(async { if all { pairs.revoke_all().await } else { pairs.revoke("old").await } })
            .unwrap();
        assert_eq!(kept(&store), None);
        ls(&pydio).unwrap();
        assert_eq!(asked(&log), lines(&[(revoke, "old"), (MAKE, "Basic"), (LIST, "new")]));
        assert_eq!(kept(&store).as_deref(), Some("new"));
    }
    // KeyPairs of others do not belong to it.
    let store = holding("old");
    let (pydio, _) = connect(store.clone(), [done()]);
    ready(pydio.key_pairs().revoke("other")).unwrap();
    ready(pydio.key_pairs().of("bob").revoke_all()).unwrap();
    assert_eq!(kept(&store).as_deref(), Some("old"));
    ready(pydio.key_pairs().of("alice").revoke_all()).unwrap();
    assert_eq!(kept(&store), None);
}

#[test]
fn nothing_shows_a_pair_or_the_password() {
    let (pydio, _) = connect(holding(SECRET), [challenge(), made(SECRET), challenge()]);
    let mut shown = vec![format!("{pydio:?} {:?} {:?}", pydio.key_pairs(), holding(SECRET))];
    let keystore = Keystore::new("alice", SECRET, "dev");
    shown.push(format!("{:?}", Pydio::builder(BASE).keystore(keystore)));
    shown.push(format!("{:?}", Pydio::builder(BASE).key_pair(KeyPair::new(SECRET, SECRET))));
    let error = ls(&pydio).unwrap_err();
    shown.push(format!("{error} {error:?} {:?}", error.clone()));
    let call = Typed::<Json>(Request::new(&LS), PhantomData);
    for answer in [
        Canned::json("{"),
        Canned::new("text/html", "")
            .status(302)
            .header("location", "ftp://x/?auth_token=s3cr3t-marker"),
        Canned::json("{}").broken("reset"),
    ] {
        let (pydio, _) = connect(holding(SECRET), [answer]);
        let call = Typed::<Json>(call.0.clone(), PhantomData);
        let error = ready(pydio.workspace("w").call(call)).unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    for text in shown {
        assert!(!text.contains(SECRET), "{text}");
    }
}

/// A store that records the threads it works on.
#[derive(Default)]
struct Threads(MemoryStore, std::sync::Mutex<Vec<std::thread::ThreadId>>);

impl Threads {
    fn note(&self) {
        self.1.lock().unwrap().push(std::thread::current().id());
    }
}

impl KeyPairStore for Threads {
    fn load(&self, key: &KeyPairId) -> Result<Option<KeyPair>, BoxError> {
        self.note();
        self.0.load(key)
    }

    fn save(&self, key: &KeyPairId, pair: &KeyPair) -> Result<(), BoxError> {
        self.note();
        self.0.save(key, pair)
    }

    fn remove(&self, key: &KeyPairId) -> Result<(), BoxError> {
        self.note();
        self.0.remove(key)
    }
}

#[tokio::test]
async fn no_thread_of_the_runtime_waits_for_the_store() {
    let store = Arc::new(Threads::default());
    let (pydio, _) = connect(Arc::clone(&store), [made("new"), Canned::xml(OK)]);
    let call = Typed::<Envelope>(Request::new(&LS), PhantomData);
    pydio.workspace("my-files").call(call).await.unwrap();
    let threads = store.1.lock().unwrap().clone();
    assert_eq!(threads.len(), 2, "it was loaded and saved");
    assert!(!threads.contains(&std::thread::current().id()));
}
