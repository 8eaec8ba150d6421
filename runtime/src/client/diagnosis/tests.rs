//! The meaning of each combination of responses, and the requests for it.

use std::marker::PhantomData;

use http::header;

use super::Diagnosis;
use crate::{
    auth::{KeyPair, Keystore},
    client::Pydio,
    testing::{Canned, LS, SECRET, Server, Typed, ready},
    types::{Envelope, Error, ErrorKind, Failure, Request},
};

fn challenge() -> Canned {
    Canned::new("text/html", "").status(401).header("www-authenticate", "Basic realm=\"Pydio API\"")
}

fn unauthorized() -> Canned {
    Canned::new("text/html", "You are not authorized to access this API.").status(401)
}

fn page(status: u16) -> Canned {
    Canned::new("text/html", "<html>404 Not Found</html>").status(status)
}

fn seed() -> Canned {
    Canned::new("text/plain;charset=UTF-8", "-1")
}

fn captcha() -> Canned {
    Canned::json(r#"{"seed":-1,"captcha":true}"#)
}

type Login = fn(crate::Builder) -> crate::Builder;

const BASIC: Login = |builder| builder.login("alice", SECRET);
const PAIR: Login = |builder| builder.key_pair(KeyPair::new("t", SECRET));
const KEYSTORE: Login = |builder| builder.keystore(Keystore::new("alice", SECRET, "dev"));

/// Returns the diagnosis of a call that fails with the first response, and the requests for it: the
/// target of each below the prefix, and its `Authorization` header.
fn diagnose<const N: usize>(login: Login, answers: [Canned; N]) -> (Diagnosis, Vec<String>) {
    let (server, log) = Server::new(answers);
    let builder = login(Pydio::builder("http://pydio.test/sub")).transport(server);
    let pydio = builder.build().unwrap();
    let call = Typed::<Envelope>(Request::new(&LS), PhantomData);
    let error = ready(pydio.workspace("my-files").call(call)).unwrap_err();
    let before = log.lock().unwrap().len();
    let diagnosis = ready(pydio.diagnose(&error)).unwrap();
    let log = log.lock().unwrap();
    assert_eq!(log.len(), N, "each answer is asked for once");
    let asked = log[before..].iter().map(|request| {
        let target = request.uri().path_and_query().unwrap().as_str();
        let target = target.strip_prefix("/sub/").unwrap();
        let header = request.headers().get(header::AUTHORIZATION);
        let header = header.map_or("", |value| value.to_str().unwrap());
        format!("{target} {header}").trim_end().to_owned()
    });
    (diagnosis, asked.collect())
}

const STATE: &str = "api/pydio/state/user/active_repo";

/// Pydio responds to a wrong password with the same challenge as to a missing one.
#[test]
fn a_wrong_login_looks_like_one_that_does_not_arrive() {
    for login in [BASIC, KEYSTORE] {
        let (diagnosis, asked) = diagnose(login, [challenge(), challenge()]);
        assert_eq!((diagnosis, &asked[..]), (Diagnosis::PasswordOrHeader, &[STATE.to_owned()][..]));
    }
}

#[test]
fn another_realm_is_of_a_server_in_front() {
    let front = || {
        let page = Canned::new("text/html", "<h1>401 Authorization Required</h1>").status(401);
        page.header("www-authenticate", "Basic realm=\"Staff only\"")
    };
    let (diagnosis, asked) = diagnose(BASIC, [front(), front()]);
    assert_eq!((diagnosis, &asked[..]), (Diagnosis::FrontServer, &[STATE.to_owned()][..]));
}

#[test]
fn a_missing_right_is_reported_without_another_login() {
    for login in [BASIC, PAIR] {
        let (diagnosis, asked) = diagnose(login, [unauthorized(), seed()]);
        assert_eq!(diagnosis, Diagnosis::Forbidden);
        assert_eq!(asked, ["index.php?get_action=get_seed"]);
    }
    let seed = Canned::new("text/plain", "0123456789abcdef0123456789abcdef");
    assert_eq!(diagnose(BASIC, [unauthorized(), seed]).0, Diagnosis::Forbidden);
    let right = Canned::xml("<tree ><require_auth/></tree>");
    assert_eq!(diagnose(BASIC, [right]).0, Diagnosis::Forbidden);
}

#[test]
fn a_lock_out_differs_from_a_missing_right_while_locked_out() {
    let (diagnosis, asked) = diagnose(BASIC, [unauthorized(), captcha(), unauthorized()]);
    assert_eq!(diagnosis, Diagnosis::LockedOut);
    assert_eq!(asked[0], "index.php?get_action=get_seed");
    assert!(asked[1].starts_with(&format!("{STATE} Basic ")), "{asked:?}");
    let state = Canned::xml("<ajxp_registry_part/>");
    for unclear in [captcha(), page(404), Canned::new("text/plain", "")] {
        let (diagnosis, _) = diagnose(BASIC, [unauthorized(), unclear, state.clone()]);
        assert_eq!(diagnosis, Diagnosis::Forbidden);
    }
}

#[test]
fn a_missing_api_differs_from_a_wrong_address() {
    let settings = || Canned::json(r#"{"SECURE_TOKEN":"x","zipEnabled":true}"#);
    let (diagnosis, asked) = diagnose(BASIC, [page(404), settings(), page(404)]);
    assert_eq!(diagnosis, Diagnosis::RewritingOff);
    assert_eq!(asked, ["index.php?get_action=get_boot_conf", STATE]);
    for other in [page(404), page(200), Canned::json("{}"), Canned::json("[]"), Canned::json("1")] {
        assert_eq!(diagnose(PAIR, [page(404), other]).0, Diagnosis::WrongAddress);
    }
    // Apache's response to `%2F` in a path.
    let (diagnosis, _) = diagnose(BASIC, [page(404), settings(), challenge()]);
    assert_eq!(diagnosis, Diagnosis::AddressRefused);
    let own = Canned::new("text/html", "<h1>Oops, cannot find this page!</h1>").status(404);
    assert_eq!(diagnose(BASIC, [own.clone(), own]).0, Diagnosis::PrefixMoved);
}

#[test]
fn a_failing_web_server_is_reported() {
    let settings = || Canned::json(r#"{"SECURE_TOKEN":"x"}"#);
    let (diagnosis, asked) = diagnose(BASIC, [page(500), page(500), settings()]);
    assert_eq!(diagnosis, Diagnosis::RewritingOff);
    assert_eq!(asked, [STATE, "index.php?get_action=get_boot_conf"]);
    assert_eq!(diagnose(BASIC, [page(500), page(500), page(500)]).0, Diagnosis::WebServer);
    assert_eq!(diagnose(BASIC, [page(500), challenge()]).0, Diagnosis::WebServer);
    assert_eq!(diagnose(BASIC, [page(400)]), (Diagnosis::PlainToTls, vec![]));
    assert_eq!(diagnose(BASIC, [page(502)]), (Diagnosis::Gateway, vec![]));
    assert_eq!(diagnose(BASIC, [page(504)]), (Diagnosis::Gateway, vec![]));
    assert_eq!(diagnose(BASIC, [page(413)]), (Diagnosis::Unrelated, vec![]));
}

#[test]
fn what_the_error_contains_is_not_requested() {
    assert_eq!(diagnose(PAIR, [challenge()]), (Diagnosis::PairRefused, vec![]));
    assert_eq!(diagnose(|builder| builder, [challenge()]), (Diagnosis::NoCredentials, vec![]));
    let token: Login = |builder| builder.token(SECRET);
    assert_eq!(diagnose(token, [challenge()]), (Diagnosis::TokenRefused, vec![]));
    let failed = Canned::xml("<tree ><message type=\"ERROR\">no</message></tree>");
    assert_eq!(diagnose(BASIC, [failed]), (Diagnosis::Unrelated, vec![]));
    let made = || Canned::json(r#"{"t":"t","p":"p"}"#);
    assert_eq!(diagnose(KEYSTORE, [made(), challenge()]), (Diagnosis::PairRefused, vec![]));
    let none = Canned::new("text/html", "");
    let (diagnosis, _) = diagnose(KEYSTORE, [none, challenge(), challenge()]);
    assert_eq!(diagnosis, Diagnosis::PasswordOrHeader);
}

#[test]
fn another_release_is_the_reason_for_an_unknown_action() {
    let unknown =
        || Canned::xml("<tree ><message type='ERROR'>Could not find action x</message></tree>");
    let settings = |version: &str| {
        Canned::json(&format!(r#"{{"SECURE_TOKEN":"x","ajxpVersion":"{version}"}}"#))
    };
    let (diagnosis, asked) = diagnose(BASIC, [unknown(), settings("7.0.4")]);
    assert_eq!(asked, ["index.php?get_action=get_boot_conf"], "and no password");
    let Diagnosis::OtherRelease { bindings, server } = diagnosis else { panic!("{diagnosis:?}") };
    assert_eq!((bindings.to_string(), server.to_string()), ("8.2.5".into(), "7.0.4".into()));
    let text = diagnosis.to_string();
    assert!(text.starts_with("the bindings are for 8.2.5, but the server is 7.0.4: "), "{text}");

    let malformed = || Canned::xml("<tree >");
    assert!(matches!(
        diagnose(BASIC, [malformed(), settings("6.4.2")]).0,
        Diagnosis::OtherRelease { .. }
    ));
    for same in ["8.2.5", "82f39674d80f596918cfac6682b40790"] {
        assert_eq!(diagnose(BASIC, [unknown(), settings(same)]).0, Diagnosis::Unrelated);
    }
}

#[test]
fn a_server_that_cannot_be_asked_is_an_error() {
    let (server, _) = Server::new([unauthorized(), seed().broken("reset")]);
    let pydio = BASIC(Pydio::builder("http://pydio.test")).transport(server).build().unwrap();
    let call = Typed::<Envelope>(Request::new(&LS), PhantomData);
    let error = ready(pydio.workspace("w").call(call)).unwrap_err();
    let error = ready(pydio.diagnose(&error)).unwrap_err();
    assert!(error.kind() == ErrorKind::Transport, "{error}");
    assert!(!format!("{error} {error:?}").contains(SECRET));
}

#[test]
fn a_failed_connection_is_reported_by_its_cause() {
    let of = |message: &str| {
        Diagnosis::of_connection(&Error::new(ErrorKind::Transport, Failure::new(message)))
    };
    let untrusted = "error sending request: invalid peer certificate: UnknownIssuer";
    let as_own = "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))";
    // The environment of the tests may set the variable.
    assert!(matches!(of(untrusted), Diagnosis::Certificate | Diagnosis::CertificateFile));
    assert_eq!(of(as_own), Diagnosis::CertificateOfAuthority);
    assert_eq!(of("connection refused"), Diagnosis::NotReached);
}

#[test]
fn each_diagnosis_says_something_else() {
    use Diagnosis::*;
    let all = [
        NoCredentials,
        PasswordOrHeader,
        BadCredentials,
        FrontServer,
        PairRefused,
        TokenRefused,
        LockedOut,
        Forbidden,
        HeaderLost,
        RewritingOff,
        AddressRefused,
        PrefixMoved,
        WrongAddress,
        Moved,
        WebServer,
        Gateway,
        PlainToTls,
        NotReached,
        Certificate,
        CertificateFile,
        CertificateOfAuthority,
        Unrelated,
    ];
    let texts: std::collections::BTreeSet<String> = all.iter().map(ToString::to_string).collect();
    assert_eq!(texts.len(), all.len());
    assert!(texts.iter().all(|text| text.len() > 40 && !text.contains("  ")));
}
