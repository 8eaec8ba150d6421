//! Uploads and downloads in parts on a session that expires meanwhile.

use std::time::Duration;

use pydio_client::{
    Body, ErrorKind, SessionWorkspace,
    transfer::{Check, FileUpload},
    v1::access_fs,
};
use pydio_tests::{ALICE, Fault, Front, Server, Version};

use crate::support::{connect, count, logged_in, pass};

const LENGTH: usize = 1_000_000;

fn content() -> Vec<u8> {
    (0..LENGTH).map(|index| ((index * index) >> 7) as u8).collect()
}

fn upload(files: &SessionWorkspace) -> FileUpload {
    let call = access_fs::upload("/", "big \u{e9}.iso", Body::from(content()));
    files.upload(call).part_size(300_000).check(Check::Hash).retries(3, Duration::from_millis(1))
}

#[tokio::test]
async fn a_file_is_uploaded_in_parts_and_downloaded() {
    let (server, session) = logged_in().await;
    let files = session.workspace("common");
    let done = upload(&files).await.unwrap();
    assert_eq!((done.bytes, done.resumed, done.md5.is_some()), (LENGTH as u64, 0, true));
    assert!(server.content("common", "/big \u{e9}.iso").unwrap() == content());
    let uploads = || {
        let seen = server.seen();
        seen.iter().filter(|seen| seen.body.windows(9).any(|part| part == b"filename=")).count()
    };
    assert_eq!(uploads(), 4);

    // A broken download is resumed at that point.
    let before = count(&server, "download");
    server.fail(Fault::Truncate(400_000));
    let mut back = Vec::new();
    let download = files.download(access_fs::download(&done.node)).check(Check::Hash);
    let came = download.retries(1, Duration::from_millis(1)).to_writer(&mut back).await.unwrap();
    assert!(back == content() && came.md5 == done.md5);
    assert_eq!(count(&server, "download") - before, 2);
    let last = server.seen().into_iter().rfind(|seen| seen.headers.contains_key("range"));
    // The exact position depends on the buffers of the connection.
    assert!(last.unwrap().header("range").is_some_and(|range| range != "bytes=0-"));
}

#[tokio::test]
async fn a_session_that_expires_between_parts_is_renewed() {
    let (server, session) = logged_in().await;
    let files = session.workspace("common");
    let mut parts = 0;
    let server = std::sync::Arc::new(server);
    let ends = std::sync::Arc::clone(&server);
    let upload = upload(&files).progress(move |at| {
        if at.bytes > 300_000 && parts == 0 {
            parts += 1;
            ends.expire_sessions();
        }
    });
    upload.await.unwrap();
    assert!(server.content("common", "/big \u{e9}.iso").unwrap() == content());
    assert_eq!(count(&server, "login"), 2);
}

#[tokio::test]
async fn a_lost_response_is_checked() {
    let (server, session) = logged_in().await;
    let files = session.workspace("common");
    // The checksum of an earlier run's part, the existing file, a part, the check of it.
    pass(&server, 4);
    let page = pydio_tests::Canned::new(504, "text/html", "<html>Gateway Timeout</html>");
    server.fail(Fault::Swallow(page));
    upload(&files).await.unwrap();
    assert!(server.content("common", "/big \u{e9}.iso").unwrap() == content());
}

#[tokio::test]
async fn unsupported_requests_of_a_session_are_refused_or_reported() {
    let (server, session) = logged_in().await;
    let before = server.seen().len();
    let error = upload(&session.workspace("common")).raw().await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest, "{error}");
    assert_eq!(server.seen().len(), before);

    let small = Server::builder(Version::V8_2).front(Front::PostMaxSize(2 << 20));
    let small = small.start().await.unwrap();
    let session = connect(&small).session().login("alice", ALICE.password).await.unwrap();
    let files = session.workspace("common");
    let content = vec![1; 3_000_000];
    let stream = || {
        let whole = content.clone();
        let chunks = futures_util::stream::once(async move { Ok(whole.into()) });
        Body::stream(3_000_000, chunks)
    };
    for body in [Body::from(content.clone()), stream()] {
        let call = access_fs::upload("/", "big", body);
        let error = files.upload(call).await.unwrap_err();
        assert!(error.kind() == ErrorKind::InvalidToken, "{error}");
        assert!(error.to_string().contains("`post_max_size`"), "{error}");
    }
    // A smaller request succeeds with the same token.
    let call = access_fs::upload("/", "big", stream());
    files.upload(call).part_size(1 << 20).await.unwrap();
    assert_eq!(small.content("common", "/big").unwrap().len(), content.len());
}
