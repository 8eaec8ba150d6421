//! Diagnoses web servers and proxies in front of Pydio, and checks that the advice helps.

use std::time::Duration;

use pydio_tests::{ADMIN, ALICE, Account, Canned, Fault, Front, Server, Version};

use crate::support::Place;

const LIST: [&str; 4] = ["v1", "access.fs", "ls", "/"];

/// Returns a server behind this component, with a non-empty workspace.
async fn behind(front: Front) -> Place {
    with(Server::builder(Version::V8_2).front(front)).await
}

async fn with(builder: pydio_tests::Builder) -> Place {
    let place = Place::of(builder.start().await.unwrap());
    place.server.put("my-files/alice", "/docs/a.txt", "words");
    place.server.put("my-files/alice", "/a+b/c.txt", "words");
    place
}

/// Returns how many forms with files the server received.
fn uploads(place: &Place) -> usize {
    let seen = place.server.seen();
    seen.iter().filter(|seen| String::from_utf8_lossy(&seen.body).contains("filename=")).count()
}

fn gateway(status: u16) -> Fault {
    Fault::Swallow(Canned::new(status, "text/html", "<html>gateway</html>"))
}

#[tokio::test]
async fn a_proxy_timeout_has_an_unknown_outcome() {
    for (status, expected) in [(502, 3), (504, 3), (503, 1)] {
        for session in [false, true] {
            let place = behind(Front::BodyLimit(usize::MAX)).await;
            // Four requests log in, followed by the call.
            let before = if session { 3 } else { 0 };
            (0..before).for_each(|_| place.server.fail(Fault::Delay(Duration::ZERO)));
            place.server.fail(gateway(status));
            let mut arguments = vec!["v1", "access.fs", "mkdir", "/new"];
            arguments.extend(session.then_some("--session"));
            let run = place.run(&arguments).await;
            let said = run.failed(expected);
            assert!(said.contains("unexpected status: access.fs/mkdir"), "{said}");
            assert_eq!(said.contains("check whether the work is done"), expected == 3, "{said}");
            assert!(place.server.has("my-files/alice", "/new"));
        }
    }
}

#[tokio::test]
async fn too_large_requests_are_sent_in_smaller_parts() {
    let content = "0123456789".repeat(40_000);
    for (front, status, part) in [
        (Front::BodyLimit(300_000), "413: Payload Too Large", "200000"),
        (Front::Fcgid, "mod_fcgid accepts only 131072 unless `FcgidMaxRequestLen`", "100000"),
    ] {
        let place = behind(front).await;
        let file = place.file("big", &content);
        for session in [None, Some("--session")] {
            let upload = ["v1", "access.fs", "upload", "/", &file];
            let refused = place.run(&[&upload[..], session.as_slice()].concat()).await;
            let said = refused.failed(1);
            assert!(said.contains(status.trim_start_matches("413: ")), "{said}");
            assert!(said.contains("tip: `--part-size "), "{said}");
            let arguments = [&upload[..], &["--part-size", part], session.as_slice()].concat();
            let run = place.run(&arguments).await;
            assert_eq!(run.done(), "/big\n");
            assert!(run.err.contains("400000 bytes have arrived, with the checksum"), "{run:?}");
            assert!(place.server.content("my-files/alice", "/big").unwrap() == content.as_bytes());
        }
    }
}

/// PHP drops the content of a form that is too large, including the secure token.
#[tokio::test]
async fn a_dropped_form_is_distinguished_from_a_refused_token() {
    let place = behind(Front::PostMaxSize(2 << 20)).await;
    let file = place.file("big", &"0123456789".repeat(300_000));
    let upload = ["--session", "v1", "access.fs", "upload", "/", &file];
    let refused = place.run(&upload).await;
    let said = refused.failed(1);
    assert!(said.contains("larger than its `post_max_size`"), "{said}");
    assert!(said.contains("tip: `--part-size "), "{said}");
    let sent = uploads(&place);
    place.run(&[&upload[..], &["--part-size", "1000000"]].concat()).await.done();
    assert_eq!(uploads(&place) - sent, 3);
    assert!(place.server.content("my-files/alice", "/big").unwrap().len() == 3_000_000);
}

#[tokio::test]
async fn a_session_sends_parts_below_the_limit() {
    let place = with(Server::builder(Version::V8_2).upload_limit(1 << 20)).await;
    let file = place.file("big é", &"0123456789".repeat(300_000));
    place.run(&["--session", "v1", "access.fs", "upload", "/", &file]).await.done();
    assert_eq!(uploads(&place), 4);
    assert!(place.server.content("my-files/alice", "/big é").unwrap().len() == 3_000_000);
    // The download is verified against the server, as over REST.
    let arguments = ["--session", "v1", "access.fs", "download", "/big é", "-o", "back"];
    let run = place.run(&arguments).await;
    assert_eq!(run.done(), "");
    assert!(run.err.contains("3000000 bytes in back, with the checksum"), "{run:?}");
    assert_eq!(place.read("back"), place.read("big é"));
}

#[tokio::test]
async fn a_session_creates_a_key_pair_if_the_password_does_not_arrive() {
    let place = behind(Front::HeaderLost).await;
    let refused = place.run(&LIST).await;
    assert!(refused.failed(1).contains("`--keystore FILE --pair-on-session`"), "{refused:?}");
    let keystore = ["--keystore", "pairs.json"];
    assert!(place.run(&[&keystore[..], &LIST].concat()).await.failed(1).contains("(HTTP 401)"));
    let refused = place.run(&[&keystore[..], &LIST, &["--session"]].concat()).await;
    assert!(refused.failed(2).contains("`--pair-on-session` in place of"), "{refused:?}");
    let refused = place.run(&[&["--pair-on-session"][..], &LIST].concat()).await;
    assert!(refused.failed(2).contains("needs `--keystore FILE`"), "{refused:?}");

    let signed = [&keystore[..], &["--pair-on-session"], &LIST].concat();
    assert!(place.run(&signed).await.done().contains("/docs\t"));
    assert_eq!(place.server.key_pairs(), ["alice/pydio-command-line"]);
    // From then on, the program does not ask for a password.
    let mut command = place.command(&ALICE, &[&keystore[..], &LIST].concat());
    command.env_remove("PYDIO_PASSWORD");
    let before = place.server.seen().len();
    assert!(crate::support::finish(command, "").await.done().contains("/docs\t"));
    assert_eq!(place.server.seen().len(), before + 1);
}

/// A wrong password on a session counts as one failed login, and is reported as wrong.
#[tokio::test]
async fn a_wrong_password_requests_a_pair_only_once() {
    let place = behind(Front::HeaderLost).await;
    let wrong = Account { login: "alice", password: "wr0ng" };
    let arguments = [&["--keystore", "pairs.json", "--pair-on-session"][..], &LIST].concat();
    let run = place.run_as(&wrong, &arguments).await;
    assert!(run.failed(1).contains("bad credentials: authfront.session_login/login"), "{run:?}");
    let seen = place.server.seen();
    let logins = seen.iter().filter(|seen| seen.body.starts_with(b"get_action=login")).count();
    assert_eq!(logins, 1);
}

#[tokio::test]
async fn a_truncated_password_works_with_a_session_and_its_pair() {
    let place = behind(Front::HeaderCut).await;
    // The administrator's password contains a colon, and Alice's does not.
    place.run_as(&ALICE, &LIST).await.done();
    assert!(place.run_as(&ADMIN, &LIST).await.failed(1).contains("bad credentials"));
    place.run_as(&ADMIN, &[&["--session"], &LIST[..]].concat()).await.done();
    let signed = [&["--keystore", "p.json", "--pair-on-session"][..], &LIST].concat();
    place.run_as(&ADMIN, &signed).await.done();
}

#[tokio::test]
async fn each_front_is_reported_with_a_remedy() {
    let session = "add `--session`";
    for (front, said, tip, is_helped) in [
        (Front::NoRewriting, "unexpected content type", session, true),
        (Front::WrongRewriteBase, "HTTP 500", "", true),
        (Front::Moved, "keeps the routes of another prefix", "plugins_*routes*.php", false),
        (Front::Realm("Staff only"), "its realm \"Staff only\"", "past that server", false),
        (Front::TlsPort, "the port may be one for `https://`", "", false),
    ] {
        let place = behind(front.clone()).await;
        let run = place.run(&LIST).await;
        let shown = run.failed(1);
        assert!(shown.contains(said) && shown.contains(tip), "{front:?}: {shown}");
        let run = place.run(&[&["--session"], &LIST[..]].concat()).await;
        assert_eq!(run.status == 0, is_helped, "{front:?}: {run:?}");
    }
}

/// The client signs the path that it sees: a proxy may use another one.
#[tokio::test]
async fn a_proxy_that_changes_the_path_breaks_signatures() {
    let signed = ["--keystore", "pairs.json"];
    let list = |path: &'static str| ["v1", "access.fs", "ls", path];
    let place = behind(Front::StripsPrefix("/files")).await;
    place.run(&list("/docs")).await.done();
    let run = place.run(&[&signed[..], &list("/docs")].concat()).await;
    let said = run.failed(1).to_owned();
    assert!(said.contains("a proxy changes the signed path"), "{said}");
    assert!(said.contains("omit `--keystore`"), "{said}");

    let place = behind(Front::DecodesPath).await;
    for path in ["/docs", "/a+b"] {
        place.run(&list(path)).await.done();
    }
    place.run(&[&signed[..], &list("/docs")].concat()).await.done();
    let run = place.run(&[&signed[..], &list("/a+b")].concat()).await;
    assert!(run.failed(1).contains("a proxy changes the signed path"), "{run:?}");
}

/// Apache returns 404 for every path with `%2F`, which a JSON value in a path contains.
#[tokio::test]
async fn a_slash_in_a_parameter_works_on_a_session() {
    let place = behind(Front::NoEncodedSlashes).await;
    let json = r#"{"DISPLAY":"x","DRIVER":"fs","DRIVER_OPTIONS":{"PATH":"/srv/x"}}"#;
    let create = ["-w", "settings", "v1", "access.ajxp_conf", "create_repository", json];
    let run = place.run_as(&ADMIN, &create).await;
    let said = run.failed(1);
    assert!(said.contains("a path with `%2F`") && said.contains("add `--session`"), "{said}");
    place.run_as(&ADMIN, &[&["--session"], &create[..]].concat()).await.done();
}

/// For a file that was shortened without Pydio, Pydio announces the cached size, and breaks off
/// each time.
#[tokio::test]
async fn a_file_shortened_without_pydio_arrives_completely() {
    let place = with(Server::builder(Version::V8_2)).await;
    place.server.put("common", "/cut", "0123456789");
    place.server.change_past("common", "/cut", "01234");
    let download = ["-w", "common", "v1", "access.fs", "download", "/cut", "-o", "cut"];
    place.run(&download).await.done();
    assert_eq!(place.read("cut"), "01234");
}

/// Pydio truncates a file that grew without it to the cached size, with status 200.
#[tokio::test]
async fn a_file_that_grew_without_pydio_is_detected_by_its_checksum() {
    let place = with(Server::builder(Version::V8_2)).await;
    let grow = || {
        place.server.put("common", "/grown", "0123456789");
        place.server.change_past("common", "/grown", "0123456789abcdefghij");
    };
    let download = ["-w", "common", "v1", "access.fs", "download", "/grown", "-o", "grown"];
    grow();
    let run = place.run(&download).await;
    assert!(run.failed(3).contains("Requesting the checksum has refreshed"), "{run:?}");
    assert!(!place.path("grown").exists());
    place.run(&download).await.done();
    assert_eq!(place.read("grown"), "0123456789abcdefghij");

    // Without the plugin, the change is not detectable, and the program says so.
    grow();
    let none = "<tree><message type=\"ERROR\">Could not find action stat_hash</message></tree>";
    place.server.fail(Fault::Delay(Duration::ZERO));
    place.server.fail(Fault::Answer(Canned::new(200, "text/xml", none)));
    let run = place.run(&[&["--force"], &download[..]].concat()).await;
    assert_eq!(run.done(), "");
    assert!(run.err.contains("10 bytes in grown, NOT compared by checksum"), "{run:?}");
}
