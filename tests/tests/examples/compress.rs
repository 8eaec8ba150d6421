//! The program waits for the archive, and accepts only one that exists.

use std::time::Duration;

use pydio_client::Pydio;
use pydio_tests::{ALICE, Canned, Fault, Server, Version};

use crate::support::connect;

#[path = "../../examples/compress.rs"]
pub(crate) mod program;

use program::{Options, Packed, run};

fn options(pydio: &Pydio, limit: Duration) -> Options {
    Options {
        pydio: pydio.clone(),
        workspace: "common".to_owned(),
        folder: "/docs".into(),
        archive: "docs.zip".to_owned(),
        limit,
    }
}

async fn slow(requests: u32) -> (Server, Pydio) {
    let server = Server::builder(Version::V8_2).task_steps(requests).start().await.unwrap();
    server.put("common", "/docs/a.txt", "words");
    let pydio = connect(&server, &ALICE);
    (server, pydio)
}

#[tokio::test]
async fn it_waits_until_the_archive_is_there() {
    let (server, pydio) = slow(5).await;
    let packed = run(options(&pydio, Duration::from_secs(60))).await.unwrap();
    let bytes = server.content("common", "/docs.zip").unwrap().len() as u64;
    assert_eq!(packed, Packed { bytes, unseen: Vec::new() });
    // A second archive of the same name is refused.
    assert!(run(options(&pydio, Duration::from_secs(60))).await.is_err());
}

/// A proxy timeout does not stop the server.
#[tokio::test]
async fn unknown_outcomes_are_distinguished_from_failures() {
    let (server, pydio) = slow(1).await;
    // Three requests precede the one that packs.
    (0..3).for_each(|_| server.fail(Fault::Delay(Duration::ZERO)));
    server.fail(Fault::Swallow(Canned::new(504, "text/html", "<html>Gateway Timeout</html>")));
    let error = run(options(&pydio, Duration::from_secs(60))).await.unwrap_err();
    assert_eq!(program::ended::status(&*error, 1), 3, "{error}");
    assert!(error.to_string().contains("docs.zip may still be in progress"), "{error}");
    server.finish_tasks();
    let error = run(options(&pydio, Duration::from_secs(60))).await.unwrap_err();
    assert_eq!(program::ended::status(&*error, 1), 1, "{error}");
}

/// In an archive, the server lists the folder in place of a file whose name has one byte.
#[tokio::test]
async fn hidden_archive_entries_are_reported() {
    let (server, pydio) = slow(1).await;
    server.put("common", "/docs/b", "words");
    server.put("common", "/docs/c/d.txt", "words");
    let packed = run(options(&pydio, Duration::from_secs(60))).await.unwrap();
    assert_eq!(packed.unseen, ["docs/b"]);
}

#[tokio::test]
async fn invalid_archive_names_are_refused() {
    let (server, pydio) = slow(1).await;
    for archive in ["docs/in.zip", "../docs.zip", "docs"] {
        let archive = archive.to_owned();
        let odd = Options { archive, ..options(&pydio, Duration::from_secs(60)) };
        let error = run(odd).await.unwrap_err();
        assert!(error.to_string().contains("is not the name of a ZIP archive"), "{error}");
    }
    assert!(server.seen().is_empty());
}

/// The server would make an empty archive of a folder that does not exist.
#[tokio::test]
async fn a_missing_folder_is_not_packed() {
    let (server, pydio) = slow(1).await;
    let gone = Options { folder: "/gone".into(), ..options(&pydio, Duration::from_secs(60)) };
    let error = run(gone).await.unwrap_err();
    assert!(error.to_string().contains("there is no /gone"), "{error}");
    assert!(!server.has("common", "/docs.zip"));
}

#[tokio::test]
async fn it_does_not_wait_forever() {
    let (server, pydio) = slow(10_000).await;
    let error = run(options(&pydio, Duration::from_millis(20))).await.unwrap_err();
    assert_eq!(program::ended::status(&*error, 1), 3, "{error}");
    assert!(error.to_string().contains("not finished within 20ms"), "{error}");
    assert!(!server.has("common", "/docs.zip"));
}

/// Replaces the response of the first call whose target contains `part`.
async fn pretend(server: &Server, pydio: &Pydio, part: &str, body: &str) {
    let rehearsal =
        Options { archive: "a.zip".to_owned(), ..options(pydio, Duration::from_secs(60)) };
    let begin = server.seen().len();
    run(rehearsal).await.unwrap();
    let seen = server.seen();
    let place = seen[begin..].iter().position(|seen| seen.target.contains(part)).unwrap();
    (0..place).for_each(|_| server.fail(Fault::Delay(Duration::ZERO)));
    server.fail(Fault::Answer(Canned::new(200, "text/xml", body)));
}

#[tokio::test]
async fn a_task_without_an_archive_is_a_failure() {
    let (server, pydio) = slow(1).await;
    pretend(&server, &pydio, "/compress/", "<tree><consume_channel/></tree>").await;
    let error = run(options(&pydio, Duration::from_secs(60))).await.unwrap_err();
    assert!(error.to_string().contains("`/docs.zip` does not exist"), "{error}");
}

#[tokio::test]
async fn an_incomplete_archive_is_a_failure() {
    let (server, pydio) = slow(1).await;
    let empty = "<tree is_file=\"true\" filename=\"/docs.zip\"></tree>";
    pretend(&server, &pydio, "/ls/a.zip", empty).await;
    let error = run(options(&pydio, Duration::from_secs(60))).await.unwrap_err();
    let expected = "the archive has 0 of 2 files and folders: `docs` is missing";
    assert!(error.to_string().contains(expected), "{error}");
}
