//! Links match the request, and the audit finds those that do not.

use std::time::Duration;

use pydio_client::{
    Body, Workspace,
    transport::{HttpClient, Transport as _},
    v1::action_share::{self, SimpleShareType},
};
use pydio_tests::{ADMIN, ALICE, Canned, Fault, Server};

use crate::support::{connect, start};

#[path = "../../examples/share_audit.rs"]
pub(crate) mod audit;
#[path = "../../examples/share_folder.rs"]
pub(crate) mod folder;

use audit::Finding;

async fn common() -> (Server, Workspace) {
    let server = start().await;
    for folder in ["closed", "endless", "old"] {
        server.put("common", &format!("/{folder}/a.txt"), "words");
    }
    let files = connect(&server, &ALICE).workspace("common");
    (server, files)
}

fn closed(files: &Workspace, days: u32) -> folder::Options {
    let (files, password) = (files.clone(), "link-secret".to_owned());
    folder::Options { files, folder: "/closed".into(), days, password }
}

#[tokio::test]
async fn a_link_expires_and_asks_for_a_password() {
    let (_server, files) = common().await;
    let link = folder::run(closed(&files, 14)).await.unwrap();
    assert_eq!((link.has_password, link.expire_after, link.is_expired), (Some(true), 14, false));
    // No list would contain a second link.
    let error = folder::run(closed(&files, 14)).await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains(&format!("already shared, with the links: {}", link.public_link))
    );
}

#[tokio::test]
async fn days_and_password_are_checked_one_by_one() {
    let (server, files) = common().await;
    for days in [0, 3651] {
        let error = folder::run(closed(&files, days)).await.unwrap_err().to_string();
        assert_eq!(error, format!("{days} days: they have to be between 1 and 3650"));
    }
    let options = folder::Options { password: String::new(), ..closed(&files, 3650) };
    let error = folder::run(options).await.unwrap_err().to_string();
    assert!(error.contains("the password of the link is empty"), "{error}");
    assert_eq!(server.seen().len(), 0);
}

#[tokio::test]
async fn a_link_that_differs_from_the_request_is_removed() {
    let (server, files) = common().await;
    let call = action_share::share(SimpleShareType::Public, "/closed").simple_right_read(true);
    let address = files.call(call).await.unwrap().0;
    // A server that loses the password and the expiry of a new share.
    let missing = "<tree><message type=\"ERROR\">Cannot find share</message></tree>";
    server.fail(Fault::Answer(Canned::new(200, "text/xml", missing)));
    server.fail(Fault::Answer(Canned::new(200, "text/plain", address)));
    let error = folder::run(closed(&files, 14)).await.unwrap_err();
    assert!(error.to_string().contains("removed again"), "{error}");
    assert!(files.call(action_share::load_shared_element_data("/closed")).await.is_err());
}

/// The error must not hide that an open link exists.
#[tokio::test]
async fn a_link_that_cannot_be_removed_is_reported() {
    let (server, files) = common().await;
    let call = action_share::share(SimpleShareType::Public, "/closed").simple_right_read(true);
    let address = files.call(call).await.unwrap().0;
    let missing = "<tree><message type=\"ERROR\">Cannot find share</message></tree>";
    server.fail(Fault::Answer(Canned::new(200, "text/xml", missing)));
    server.fail(Fault::Answer(Canned::new(200, "text/plain", &*address)));
    server.fail(Fault::Delay(Duration::ZERO));
    server.fail(Fault::Drop);
    let error = folder::run(closed(&files, 14)).await.unwrap_err();
    assert!(error.to_string().contains(&format!("{address} may still exist")), "{error}");
    assert_eq!(folder::ended::status(&*error, 1), 3);
}

/// This happens if an intermediary repeats a call: the server lists only the first link.
#[tokio::test]
async fn a_second_link_is_reported() {
    let (server, files) = common().await;
    let call = action_share::share(SimpleShareType::Public, "/closed").simple_right_read(true);
    files.call(call).await.unwrap();
    let missing = "<tree><message type=\"ERROR\">Cannot find share</message></tree>";
    server.fail(Fault::Answer(Canned::new(200, "text/xml", missing)));
    let error = folder::run(closed(&files, 14)).await.unwrap_err();
    assert!(error.to_string().contains("is not listed"), "{error}");
    assert_eq!(server.state().iter().filter(|line| line.starts_with("share ")).count(), 2);
}

/// The server counts 60 shares as one page of 50.
#[tokio::test]
async fn an_audit_reads_pages_that_the_server_does_not_count() {
    let (server, _) = common().await;
    // Of several links of one node, the server tells one.
    for number in 0..60 {
        let path = format!("/old/{number}.txt");
        server.put("common", &path, "");
        server.add_link("common", &path, ALICE.login);
    }
    let found = audit::run(&connect(&server, &ADMIN)).await.unwrap();
    assert_eq!((found.shares, found.unknown.len()), (60, 0), "{:?}", found.unknown);
    assert_eq!(found.links.len(), 60);
}

#[tokio::test]
async fn an_audit_finds_open_endless_and_expired_links() {
    let (server, files) = common().await;
    folder::run(closed(&files, 300)).await.unwrap();
    let open = |path: &str| action_share::share(SimpleShareType::Public, path);
    files.call(open("/endless")).await.unwrap();
    files.call(open("/old").expiration(1)).await.unwrap();
    server.put("common", "/used.txt", "hello");
    server.put("common", "/limited.txt", "hello");
    let limited = |path| open(path).downloadlimit(1).simple_right_download(true);
    let used = files.call(limited("/used.txt")).await.unwrap().0;
    files.call(limited("/limited.txt")).await.unwrap();
    let visit = http::Request::get(format!("{}?dl=true", used.trim()));
    let client = HttpClient::builder().build().unwrap();
    assert_eq!(client.send(visit.body(Body::empty()).unwrap()).await.unwrap().status(), 200);
    server.advance(3 * 86_400);

    let admin = connect(&server, &ADMIN);
    let found = audit::run(&admin).await.unwrap();
    assert_eq!((found.shares, &found.unknown[..]), (5, &[][..]));
    let mut findings: Vec<_> =
        found.links.iter().map(|link| (&*link.path, &*link.findings)).collect();
    findings.sort_by_key(|(path, _)| *path);
    let expected = [
        ("/endless", &[Finding::Endless, Finding::Open][..]),
        ("/limited.txt", &[Finding::Open]),
        ("/old", &[Finding::Expired, Finding::Open]),
        ("/used.txt", &[Finding::UsedUp, Finding::Open]),
    ];
    assert_eq!(findings, expected);
    let used = found.links.iter().find(|link| link.path == "/used.txt").unwrap();
    assert_eq!((used.downloads, used.download_limit), (Some(1), Some(1)));
    assert!(used.to_string().ends_with("\t1 of 1 downloads"), "{used}");

    audit::clear_expired(&admin).await.unwrap();
    let left = audit::run(&admin).await.unwrap();
    assert_eq!((left.shares, left.links.len()), (3, 2));
}

#[tokio::test]
async fn an_unreadable_share_is_reported() {
    let (server, _) = common().await;
    server.put("my-files/alice", "/own/a.txt", "words");
    let files = connect(&server, &ALICE).workspace("my-files");
    files.call(action_share::share(SimpleShareType::Public, "/own")).await.unwrap();
    let found = audit::run(&connect(&server, &ADMIN)).await.unwrap();
    assert_eq!((found.shares, found.links.len(), found.unknown.len()), (1, 0, 1));
}
