//! Uploads in one request.

use bytes::Bytes;
use futures_util::stream;
use pydio_client::{
    Body, FilePart,
    transfer::{Check, Existing},
    v1::{access_fs, meta_filehasher},
};

use crate::{
    server::Fault,
    support::{AT_ONCE, Local, connect, kind, listener, noise},
};

#[tokio::test]
async fn a_call_sends_a_file() {
    let (server, files) = connect().await;
    server.state().store.make_folder("/a b");
    let call = access_fs::upload("/a b", "sp é+%20 #&;~.txt", "special");
    let answer = files.call(call).await.unwrap();
    assert_eq!(answer.diff.added[0].path().as_str(), "/a b/sp é+%20 #&;~.txt");
    assert_eq!(server.content("/a b/sp é+%20 #&;~.txt").unwrap(), b"special");
    let asked = server.asked("upload").pop().unwrap();
    assert_eq!(asked.target, "/sub/api/common/upload/put/a%20b");
    assert_eq!(asked.fields["urlencoded_filename"], "sp%20%C3%A9%2B%2520%20%23%26%3B~.txt");
    assert!(asked.announced.is_some());
}

#[tokio::test]
async fn files_of_any_size_arrive() {
    let (server, files) = connect().await;
    let local = Local::new();
    for size in [0, 1, 65_536, 2_000_000] {
        let path = local.write("f", noise(size));
        for is_raw in [false, true] {
            let (tell, told) = listener();
            let body = Body::file(&path).await.unwrap();
            let upload = files.upload(access_fs::upload("/", "é f.bin", body)).progress(tell);
            let upload = if is_raw { upload.raw() } else { upload };
            let done = upload.check(Check::Hash).await.unwrap();
            assert_eq!((done.node.as_str(), done.bytes), ("/é f.bin", size as u64));
            assert!(server.content("/é f.bin").unwrap() == noise(size) && done.md5.is_some());
            let told = told.lock().unwrap();
            assert_eq!(told.last().map_or(0, |progress| progress.bytes), size as u64);
        }
    }
    assert_eq!((server.asked("upload").len(), server.asked("v2-upload").len()), (3, 3));
    assert_eq!(server.asked("mkfile").len(), 2, "the server takes no upload of no bytes");
}

#[tokio::test]
async fn any_body_is_supported() {
    let (server, files) = connect().await;
    let chunks: Vec<_> = noise(300_000).chunks(7000).map(Bytes::copy_from_slice).collect();
    let stream = stream::iter(chunks.into_iter().map(Ok));
    for body in [
        Body::from(noise(300_000)),
        Body::stream(300_000, stream),
        Body::reader(300_000, std::io::Cursor::new(noise(300_000))),
    ] {
        let upload = files.upload(access_fs::upload("/", "f", body)).check(Check::Hash);
        upload.await.unwrap();
        assert!(server.state().store.remove("/f").is_some());
    }
}

#[tokio::test]
async fn existing_files_are_replaced_kept_or_refused() {
    let (server, files) = connect().await;
    for (content, name) in [("abc", "f.txt"), ("", "e.txt")] {
        server.put(&format!("/{name}"), "before");
        let call = || access_fs::upload("/", name, content);
        let error = files.upload(call()).existing(Existing::Refuse).await.unwrap_err();
        assert_eq!(kind(&error), "Precondition", "{error}");
        let kept = files.upload(call()).existing(Existing::KeepBoth).await.unwrap().node;
        assert_eq!(kept.as_str(), format!("/{}-1.txt", &name[..1]));
        let kept = files.upload(call().auto_rename(true)).await.unwrap().node;
        assert_eq!(kept.as_str(), format!("/{}-2.txt", &name[..1]));
        assert_eq!(server.content(&format!("/{name}")).unwrap(), b"before");
        let replaced = files.upload(call()).await.unwrap().node;
        assert_eq!(replaced.as_str(), format!("/{name}"));
        assert_eq!(server.content(&format!("/{name}")).unwrap(), content.as_bytes());
        let call = call().auto_rename(true);
        files.upload(call).existing(Existing::Replace).await.unwrap();
        assert_eq!(server.content(&format!("/{}-3.txt", &name[..1])), None);
    }
}

#[tokio::test]
async fn a_refusal_is_an_error() {
    let (server, files) = connect().await;
    let error = files.upload(access_fs::upload("/absent", "f", "x")).await.unwrap_err();
    assert_eq!(kind(&error), "Server");
    assert!(error.message().ends_with("(412)"), "{error}");
    server.state().limit = "2".to_owned();
    let error = files.upload(access_fs::upload("/", "f", "abc")).await.unwrap_err();
    assert!(error.message().ends_with("(409)"), "{error}");
    server.fail("upload", Fault::Answer(413, Vec::new(), b"<html>too large</html>"));
    let error = files.upload(access_fs::upload("/", "f", "x")).await.unwrap_err();
    assert_eq!(error.status(), Some(413));
    assert_eq!(server.content("/f"), None);
}

#[tokio::test]
async fn a_broken_request_is_repeated_if_that_is_safe() {
    let (server, files) = connect().await;
    let local = Local::new();
    let path = local.write("f", noise(500_000));
    server.fail("upload", Fault::BreakRequest(100_000));
    server.fail("upload", Fault::LoseAnswer);
    let body = Body::file(&path).await.unwrap();
    let upload = files.upload(access_fs::upload("/", "f", body)).retries(2, AT_ONCE);
    upload.check(Check::Hash).await.unwrap();
    assert!(server.content("/f").unwrap() == noise(500_000));
    // The client cannot know whether the server already has another file.
    server.fail("upload", Fault::LoseAnswer);
    let body = Body::file(&path).await.unwrap();
    let call = access_fs::upload("/", "f", body).auto_rename(true);
    let error = files.upload(call).retries(2, AT_ONCE).await.unwrap_err();
    assert_eq!(kind(&error), "Transport");
    // A stream can be read only once.
    server.fail("upload", Fault::BreakRequest(1000));
    let body = Body::reader(500_000, std::io::Cursor::new(noise(500_000)));
    let upload = files.upload(access_fs::upload("/", "g", body)).retries(2, AT_ONCE);
    assert_eq!(kind(&upload.await.unwrap_err()), "Transport");
    assert_eq!(server.content("/g"), None);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (server, files) = connect().await;
    let headers = vec![("location", "http://elsewhere.test/".to_owned())];
    server.fail("upload", Fault::Answer(307, headers, b""));
    let error = files.upload(access_fs::upload("/", "f", "x")).await.unwrap_err();
    assert_eq!(kind(&error), "Redirected");
}

#[tokio::test]
async fn a_file_that_changed_before_the_upload_is_an_error() {
    let (server, files) = connect().await;
    let local = Local::new();
    for change in [Some(noise(10)), Some(noise(5000)), None] {
        let path = local.write("f", noise(1000));
        let body = Body::file(&path).await.unwrap();
        match &change {
            Some(content) => std::fs::write(&path, content).unwrap(),
            None => std::fs::remove_file(&path).unwrap(),
        }
        let upload = files.upload(access_fs::upload("/", "f", body)).retries(1, AT_ONCE);
        let error = upload.await.unwrap_err();
        assert_eq!(kind(&error), "LocalFile", "{error}");
    }
    assert!(Body::file(local.path("absent")).await.is_err());
    assert!(Body::file(local.path(".")).await.is_err());
    let short = Body::reader(10, std::io::Cursor::new(b"short"));
    let error = files.upload(access_fs::upload("/", "s", short)).await.unwrap_err();
    assert_eq!((&*kind(&error), server.content("/s")), ("Transport", None), "{error}");
}

/// Whatever has been sent of it when it changes, the server keeps the previous file.
#[tokio::test]
async fn a_file_that_changes_during_the_upload_replaces_nothing() {
    let (server, files) = connect().await;
    let local = Local::new();
    for part_size in [100_000, 1 << 20] {
        for at in [1, 300_000, 600_000] {
            server.put("/f", noise(50));
            let path = local.write("f", noise(600_000));
            let body = Body::file(&path).await.unwrap();
            let mut is_changed = false;
            let upload = files.upload(access_fs::upload("/", "f", body)).part_size(part_size);
            let upload = upload.retries(2, AT_ONCE).progress(move |progress| {
                if progress.bytes >= at && !std::mem::replace(&mut is_changed, true) {
                    let later = std::time::SystemTime::now() + std::time::Duration::from_secs(9);
                    std::fs::write(&path, noise(600_000)).unwrap();
                    std::fs::File::open(&path).unwrap().set_modified(later).unwrap();
                }
            });
            let error = upload.await.unwrap_err();
            assert_eq!(kind(&error), "LocalFile", "{error}");
            assert!(error.to_string().contains("changed while it was uploaded"), "{error}");
            // The last byte was sent before the change.
            if at < 600_000 {
                assert!(server.content("/f").unwrap() == noise(50), "{part_size} at {at}");
            }
            assert_eq!(server.state().store.paths(), ["/f"], "{part_size} at {at}");
        }
    }
}

#[tokio::test]
async fn missing_bytes_on_the_server_are_detected() {
    let (server, files) = connect().await;
    let json =
        |body| Fault::Answer(200, vec![("content-type", "application/json".to_owned())], body);
    let xml = |body| Fault::Answer(200, vec![("content-type", "text/xml".to_owned())], body);
    for (action, fault) in [
        ("stat", json(&b"{}"[..])),
        ("stat", json(b"{\"size\":2}")),
        ("stat_hash", json(b"{\"size\":3,\"hash\":\"0\"}")),
        ("upload", xml(b"<tree ></tree>")),
    ] {
        server.state().has_hash = action == "stat_hash";
        server.fail(action, fault);
        let error = files.upload(access_fs::upload("/", "f", "abc")).await.unwrap_err();
        assert_eq!(kind(&error), "Incomplete", "{action}: {error}");
    }
}

#[tokio::test]
async fn only_upload_calls_are_accepted() {
    let (server, files) = connect().await;
    let patch = meta_filehasher::filehasher_patch("/f", "difference");
    let stat = access_fs::stat("/f");
    let nameless = access_fs::upload("/", "", "x");
    let nested = access_fs::upload("/", "a/b", "x");
    for error in [
        files.upload(patch).await.unwrap_err(),
        files.upload(stat).await.unwrap_err(),
        files.upload(nameless).await.unwrap_err(),
        files.upload(nested).await.unwrap_err(),
    ] {
        assert_eq!(kind(&error), "InvalidRequest", "{error}");
    }
    assert!(server.state().asked.is_empty());
}

#[tokio::test]
async fn a_file_may_have_a_custom_name_and_type() {
    let (server, files) = connect().await;
    for name in ["a\"b", "a\\b", "a\nb", ""] {
        let file = FilePart::new(name, "x");
        let error = files.call(access_fs::upload("/", "f", file)).await.unwrap_err();
        assert_eq!(kind(&error), "InvalidRequest", "{name:?}");
    }
    let file = FilePart::new("raw name é+%20 #.txt", "x").media_type("no type");
    let error = files.call(access_fs::upload("/", "f", file)).await.unwrap_err();
    assert_eq!(kind(&error), "InvalidRequest");
    assert!(server.state().asked.is_empty());
    let file = FilePart::new("raw name é+%20 #.txt", "x").media_type("text/plain");
    files.call(access_fs::upload("/", "f", file)).await.unwrap();
}
