//! Uploads in parts, and their remains after an interruption.

use std::{collections::BTreeSet, path::Path, time::Duration};

use pydio_client::{
    Body, Error, Workspace,
    transfer::{Check, Existing, FileUpload, Resume, Uploaded},
    v1::access_fs,
};

use crate::{
    server::{Fault, Server},
    support::{AT_ONCE, Local, connect, kind, listener, noise},
};

async fn upload(files: &Workspace, path: &Path) -> FileUpload {
    let body = Body::file(path).await.unwrap();
    let upload = files.upload(access_fs::upload("/d", "f é.bin", body)).part_size(10_000);
    upload.retries(2, AT_ONCE).check(Check::Hash)
}

async fn start() -> (Server, Workspace) {
    let (server, files) = connect().await;
    server.state().store.make_folder("/d");
    (server, files)
}

#[tokio::test]
async fn parts_are_appended_until_the_file_is_complete() {
    let (server, files) = start().await;
    let local = Local::new();
    for (size, count) in [(10_000, 1), (10_001, 2), (30_000, 3), (95_000, 10)] {
        let path = local.write("f", noise(size));
        for is_raw in [false, true] {
            let action = if is_raw { "v2-upload" } else { "upload" };
            let before = server.asked(action).len();
            let (tell, told) = listener();
            let upload = upload(&files, &path).await.progress(tell);
            let upload = if is_raw { upload.raw() } else { upload };
            let done = upload.await.unwrap();
            assert_eq!((done.node.as_str(), done.bytes), ("/d/f é.bin", size as u64));
            assert!(done.md5.is_some() && server.content("/d/f é.bin").unwrap() == noise(size));
            assert_eq!(server.state().store.paths(), ["/d/f é.bin"]);
            let asked = server.asked(action).split_off(before);
            assert_eq!(asked.len(), count);
            assert!(asked.iter().all(|asked| asked.announced.unwrap() < 12_000));
            let told = told.lock().unwrap();
            assert!(told.windows(2).all(|two| two[0].bytes < two[1].bytes));
            assert_eq!(told.last().unwrap().bytes, size as u64);
            server.state().store.remove("/d/f é.bin");
        }
    }
    let asked = server.asked("upload").split_off(1 + 2 + 3);
    let name = |index: usize| asked[index].fields["urlencoded_filename"].clone();
    assert_eq!(name(0), "f%20%C3%A9.bin");
    let names: BTreeSet<_> = (0..10).map(name).collect();
    assert!(names.len() == 10 && names.iter().all(|name| name.ends_with(".bin")));
    for (index, asked) in asked.iter().enumerate() {
        let fields = &asked.fields;
        let given = [&fields["partial_upload"], &fields["partial_target_bytesize"]];
        assert_eq!(given, ["true", "95000"]);
        let appended = fields.get("appendto_urlencoded_part").map(String::as_str);
        assert_eq!(appended, (index > 0).then_some("f%20%C3%A9.bin"));
    }
}

#[tokio::test]
async fn a_broken_part_is_sent_again() {
    let (server, files) = start().await;
    let local = Local::new();
    let path = local.write("f", noise(50_000));
    for (first, second) in [
        (Fault::BreakRequest(3000), Fault::BreakRequest(0)),
        (Fault::Answer(500, Vec::new(), b""), Fault::Answer(503, Vec::new(), b"")),
        // The part was stored, but the client does not know.
        (Fault::LoseAnswer, Fault::LoseAnswer),
    ] {
        for nth in 0..5 {
            server.state().store.remove("/d/f é.bin");
            let upload = upload(&files, &path).await;
            // The faults affect the part that follows `nth` complete ones.
            for _ in 0..nth {
                server.fail("upload", Fault::Pause(0, AT_ONCE));
            }
            server.fail("upload", first.clone());
            server.fail("upload", second.clone());
            let done = upload.await.unwrap();
            assert_eq!((done.bytes, done.resumed), (50_000, 0), "{first:?} at {nth}");
            assert!(server.content("/d/f é.bin").unwrap() == noise(50_000));
            assert_eq!(server.state().store.paths().len(), 1);
            server.state().faults.clear();
        }
    }
}

#[tokio::test]
async fn another_run_resumes_a_verified_part() {
    let (server, files) = start().await;
    let local = Local::new();
    let path = local.write("f", noise(50_000));
    let stopped = |nth: usize| {
        for _ in 0..nth {
            server.fail("upload", Fault::Pause(0, AT_ONCE));
        }
        server.fail("upload", Fault::BreakRequest(0));
        let (files, path) = (files.clone(), path.clone());
        async move {
            let error = upload(&files, &path).await.retries(0, AT_ONCE).await.unwrap_err();
            assert_eq!(kind(&error), "Transport", "{error}");
        }
    };
    let run = |resume: Resume| {
        let (files, path) = (files.clone(), path.clone());
        async move { upload(&files, &path).await.resume(resume).await }
    };
    stopped(3).await;
    assert_eq!(run(Resume::Proven).await.unwrap().resumed, 30_000);
    assert!(server.content("/d/f é.bin").unwrap() == noise(50_000));
    stopped(2).await;
    assert_eq!(run(Resume::Never).await.unwrap().resumed, 0);
    // The beginning of another file.
    server.put("/d/f é.bin.dlpart", vec![0; 20_000]);
    let done = run(Resume::Proven).await.unwrap();
    let renamed = done.set_aside.unwrap();
    assert_eq!((done.resumed, renamed.as_str()), (0, "/d/f é.bin.dlpart-2"));
    assert!(server.content("/d/f é.bin").unwrap() == noise(50_000));
    assert!(server.content("/d/f é.bin.dlpart-2").unwrap() == [0; 20_000]);
    server.put("/d/f é.bin.dlpart", vec![0; 20_000]);
    assert_eq!(run(Resume::Always).await.unwrap().resumed, 0, "the checksum tells");
    assert!(server.content("/d/f é.bin").unwrap() == noise(50_000));
    // The content of the part cannot be verified.
    server.state().has_hash = false;
    stopped(3).await;
    let done = upload(&files, &path).await.check(Check::Size).await.unwrap();
    assert_eq!(done.resumed, 0);
    stopped(3).await;
    let done = upload(&files, &path).await.check(Check::Size).resume(Resume::Always).await;
    assert_eq!(done.unwrap().resumed, 30_000);
    assert!(server.content("/d/f é.bin").unwrap() == noise(50_000));
    // As long as the first part, which is not known to have arrived.
    server.put("/d/f é.bin.dlpart", vec![0; 10_000]);
    server.fail("upload", Fault::BreakRequest(0));
    let done = upload(&files, &path).await.check(Check::Size).await.unwrap();
    assert_eq!(done.resumed, 0);
    assert!(server.content("/d/f é.bin").unwrap() == noise(50_000));
    // As long as the file or longer, and therefore useless.
    for length in [50_000, 60_000] {
        server.put("/d/f é.bin.dlpart", vec![0; length]);
        let done = upload(&files, &path).await.check(Check::Size).await.unwrap();
        assert_eq!((done.resumed, done.bytes), (0, 50_000));
        assert!(server.content("/d/f é.bin").unwrap() == noise(50_000));
    }
}

/// After an upload in parts, the server's cache still reports the part that became a file.
#[tokio::test]
async fn a_part_that_only_the_cache_knows_is_not_resumed() {
    for resume in [Resume::Proven, Resume::Always] {
        for has_hash in [true, false] {
            let (server, files) = start().await;
            let local = Local::new();
            server.state().has_hash = has_hash;
            let first = local.write("first", noise(20_000));
            let run = |path| {
                let files = files.clone();
                async move {
                    let upload = upload(&files, path).await.resume(resume);
                    upload.check(Check::HashIfKnown).await
                }
            };
            assert_eq!(run(&first).await.unwrap().bytes, 20_000);
            let mut other = noise(45_000);
            other.reverse();
            let second = local.write("second", &other);
            for _ in 0..2 {
                let done = run(&second).await.unwrap();
                assert_eq!((done.bytes, done.resumed), (45_000, 0), "{resume:?} {has_hash}");
                assert!(server.content("/d/f é.bin").unwrap() == other);
                assert_eq!(server.state().store.paths(), ["/d/f é.bin"]);
            }
        }
    }
}

/// The last part is sent, its response is lost, and the cache still reports the part.
#[tokio::test]
async fn a_last_part_with_a_lost_response_has_arrived() {
    for has_hash in [true, false] {
        let (server, files) = start().await;
        let local = Local::new();
        server.state().has_hash = has_hash;
        let path = local.write("f", noise(20_000));
        server.fail("upload", Fault::Pause(0, AT_ONCE));
        server.fail("upload", Fault::LoseAnswer);
        let done = upload(&files, &path).await.check(Check::HashIfKnown).await.unwrap();
        assert_eq!((done.bytes, server.asked("upload").len()), (20_000, 2));
        assert!(server.content("/d/f é.bin").unwrap() == noise(20_000));
    }
}

/// For a name that was just deleted, the server fails once, which refreshes its cache.
#[tokio::test]
async fn a_just_deleted_name_can_be_uploaded_again() {
    let (server, files) = start().await;
    let upload = |content: &'static str| {
        let upload = files.upload(access_fs::upload("/d", "f", content));
        async move { upload.await }
    };
    upload("before").await.unwrap();
    files.call(access_fs::delete(["/d/f"])).await.unwrap();
    assert_eq!(upload("after").await.unwrap().bytes, 5);
    assert_eq!(server.content("/d/f").unwrap(), b"after");
}

#[tokio::test]
async fn an_abandoned_part_is_removed() {
    let (server, files) = start().await;
    let local = Local::new();
    let path = local.write("f", noise(50_000));
    let refused = || Fault::Answer(413, Vec::new(), b"<html>too large</html>");
    for (resume, fault, is_left) in [
        (Resume::Proven, Fault::BreakRequest(0), true),
        (Resume::Never, Fault::BreakRequest(0), false),
        (Resume::Proven, refused(), false),
    ] {
        server.fail("upload", Fault::Pause(0, AT_ONCE));
        server.fail("upload", fault);
        let upload = upload(&files, &path).await.resume(resume).retries(0, AT_ONCE);
        upload.await.unwrap_err();
        let left = server.state().store.remove("/d/f é.bin.dlpart");
        assert_eq!(left.is_some(), is_left, "{resume:?}");
    }
    server.fail("upload", Fault::Pause(0, AT_ONCE));
    server.fail("upload", Fault::BreakRequest(0));
    let reader = Body::reader(50_000, std::io::Cursor::new(noise(50_000)));
    let call = access_fs::upload("/d", "s", reader);
    files.upload(call).part_size(9999).retries(0, AT_ONCE).await.unwrap_err();
    assert!(server.state().store.paths().is_empty(), "a stream is sent once");
}

/// A file that the server accepts in one request is not assembled from parts, unless that request
/// fails or takes too long.
#[tokio::test]
async fn a_large_file_is_sent_at_once_if_that_works() {
    let (server, files) = start().await;
    let local = Local::new();
    let path = local.write("f", noise(50_000));
    let minute = Duration::from_secs(60);
    let at_once = async |most| upload(&files, &path).await.limit(1 << 20).in_one_request(most);
    let is_sent = |done: Uploaded, requests: usize| {
        assert_eq!((done.bytes, done.resumed), (50_000, 0));
        assert!(done.md5.is_some() && server.content("/d/f é.bin").unwrap() == noise(50_000));
        assert_eq!(server.state().store.paths(), ["/d/f é.bin"]);
        let asked = server.state().asked.drain(..).filter(|asked| asked.action == "upload").count();
        assert_eq!(asked, requests);
    };
    is_sent(at_once(minute).await.await.unwrap(), 1);
    // The existing file has the same size, but is older.
    for (fault, recorded) in [
        (Fault::Answer(413, Vec::new(), b""), 6),
        (Fault::Answer(500, Vec::new(), b""), 6),
        (Fault::BreakRequest(3000), 5),
    ] {
        server.put("/d/f é.bin", vec![0; 50_000]);
        server.fail("upload", fault);
        is_sent(at_once(minute).await.await.unwrap(), recorded);
    }
    server.put("/d/f é.bin", vec![0; 50_000]);
    server.fail("upload", Fault::LoseAnswer);
    is_sent(at_once(minute).await.await.unwrap(), 1);
    // The server accepts less, or does not report how much, or has the beginning.
    is_sent(at_once(minute).await.limit(40_000).await.unwrap(), 5);
    server.put("/d/f é.bin.dlpart", noise(20_000));
    let done = at_once(minute).await.await.unwrap();
    assert_eq!(done.resumed, 20_000);
    // What parts do not help against is an error.
    server.fail("upload", Fault::Answer(403, Vec::new(), b""));
    server.fail("upload", Fault::Answer(403, Vec::new(), b""));
    let error = at_once(minute).await.await.unwrap_err();
    assert_eq!(error.status(), Some(403), "{error}");
}

/// The request is broken off after two seconds, and the bytes are sent again in parts.
#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_would_take_too_long_is_broken_off() {
    let (server, files) = start().await;
    let local = Local::new();
    let path = local.write("f", noise(3 << 20));
    let (mut is_slow, mut last) = (true, 0);
    let upload = upload(&files, &path).await.part_size(1 << 20).limit(4 << 20);
    let upload = upload.in_one_request(Duration::from_secs(1)).progress(move |progress| {
        is_slow &= progress.bytes >= last;
        last = progress.bytes;
        if is_slow {
            std::thread::sleep(Duration::from_millis(500));
        }
    });
    let done = upload.await.unwrap();
    assert_eq!((done.bytes, done.resumed), (3 << 20, 0));
    assert!(server.content("/d/f é.bin").unwrap() == noise(3 << 20));
    assert_eq!(server.state().store.paths(), ["/d/f é.bin"]);
    let asked = server.asked("upload");
    assert_eq!(asked.iter().filter(|asked| asked.announced < Some(2 << 20)).count(), 3);
}

/// Two concurrent uploads with one name append to the same file.
#[tokio::test]
async fn mixed_contents_are_detected() {
    let (server, files) = start().await;
    let local = Local::new();
    let path = local.write("f", noise(30_000));
    let (state, mut is_mixed) = (server.shared(), false);
    let call = access_fs::upload("/d", "f", Body::file(&path).await.unwrap());
    let upload = files.upload(call).part_size(10_000).progress(move |progress| {
        if progress.bytes > 20_000 && !std::mem::replace(&mut is_mixed, true) {
            let other = crate::store::Content::Bytes(vec![0; 20_000].into());
            state.lock().unwrap().store.put("/d/f.dlpart", other);
        }
    });
    let error = upload.await.unwrap_err();
    assert!(error.to_string().contains("the checksum is"), "{error}");
}

/// The server drops a part for a missing file, and reports success.
#[tokio::test]
async fn silently_dropped_parts_are_detected() {
    let (server, files) = start().await;
    let local = Local::new();
    let path = local.write("f", noise(50_000));
    for at in [20_000, 40_000] {
        let upload = upload(&files, &path).await;
        let (state, mut is_gone) = (server.shared(), false);
        let upload = upload.progress(move |progress| {
            if progress.bytes > at && !std::mem::replace(&mut is_gone, true) {
                state.lock().unwrap().store.remove("/d/f é.bin.dlpart");
            }
        });
        let error = upload.await.unwrap_err();
        assert_eq!(kind(&error), "Incomplete", "{error}");
        assert_eq!(server.content("/d/f é.bin"), None);
    }
}

#[tokio::test]
async fn a_stream_is_uploaded_in_parts() {
    let (server, files) = start().await;
    let reader = || Body::reader(50_000, std::io::Cursor::new(noise(50_000)));
    let call = access_fs::upload("/d", "s", reader());
    let done = files.upload(call).part_size(9999).check(Check::Hash).await.unwrap();
    assert_eq!((done.bytes, server.asked("upload").len()), (50_000, 6));
    assert!(server.content("/d/s").unwrap() == noise(50_000));
    server.fail("upload", Fault::BreakRequest(0));
    let call = access_fs::upload("/d", "t", reader());
    let error = files.upload(call).part_size(9999).retries(9, AT_ONCE).await.unwrap_err();
    assert_eq!(kind(&error), "Transport");
    for (length, expected) in [(50_001, "Transport"), (49_999, "Transport")] {
        let body = Body::reader(length, std::io::Cursor::new(noise(50_000)));
        let call = access_fs::upload("/d", "u", body);
        let error = files.upload(call).part_size(9999).await.unwrap_err();
        assert_eq!((&*kind(&error), server.content("/d/u")), (expected, None), "{error}");
    }
}

#[tokio::test]
async fn existing_files_are_replaced_or_kept() {
    let (server, files) = start().await;
    let local = Local::new();
    let path = local.write("f", noise(25_000));
    let run = |existing: Existing| {
        let (files, path) = (files.clone(), path.clone());
        async move { upload(&files, &path).await.existing(existing).await }
    };
    server.put("/d/f é.bin", "before");
    let node = |done: Result<Uploaded, Error>| done.unwrap().node.to_string();
    assert_eq!(node(run(Existing::KeepBoth).await), "/d/f é-1.bin");
    assert_eq!(node(run(Existing::KeepBoth).await), "/d/f é-2.bin");
    assert_eq!(server.content("/d/f é.bin").unwrap(), b"before");
    assert!(server.content("/d/f é-2.bin").unwrap() == noise(25_000));
    assert_eq!(kind(&run(Existing::Refuse).await.unwrap_err()), "Precondition");
    assert_eq!(node(run(Existing::Replace).await), "/d/f é.bin");
    assert!(server.content("/d/f é.bin").unwrap() == noise(25_000));
}

#[tokio::test]
async fn parts_are_as_large_as_the_server_accepts() {
    let (server, files) = connect().await;
    let local = Local::new();
    let path = local.write("f", noise(5_000_000));
    for (limit, count) in [
        ("2097152", 3),
        ("\"1048576\"", 6),
        ("100000", 100),
        ("0", 1),
        ("\"\"", 1),
        ("1073741824", 1),
    ] {
        server.state().limit = limit.to_owned();
        let before = server.asked("upload").len();
        let body = Body::file(&path).await.unwrap();
        files.upload(access_fs::upload("/", "f", body)).await.unwrap();
        let asked = server.asked("upload").split_off(before);
        assert_eq!(asked.len(), count, "{limit}");
    }
    assert_eq!(server.asked("state").len(), 6);
    assert_eq!(
        server.asked("state")[0].target,
        "/sub/api/common/state/plugins/%2A%5B%40id%3D%27core.uploader%27%5D"
    );
    let small = local.write("g", noise(1_000_000));
    let body = Body::file(&small).await.unwrap();
    files.upload(access_fs::upload("/", "g", body)).await.unwrap();
    let body = Body::file(&path).await.unwrap();
    files.upload(access_fs::upload("/", "f", body)).limit(3_000_000).await.unwrap();
    assert_eq!(server.asked("state").len(), 6, "nobody has to ask");
    server.fail("stat", Fault::LoseAnswer);
    server.fail("state", Fault::Answer(502, Vec::new(), b""));
    server.fail("state", Fault::Answer(401, Vec::new(), b""));
    let body = Body::file(&path).await.unwrap();
    let upload = files.upload(access_fs::upload("/", "f", body)).retries(1, AT_ONCE);
    // Works on any thread.
    tokio::spawn(upload.into_future()).await.unwrap().unwrap();
}

async fn append(files: &Workspace, path: &Path) -> FileUpload {
    upload(files, path).await.existing(Existing::Append).check(Check::HashIfKnown)
}

#[tokio::test]
async fn parts_are_appended_to_an_existing_file() {
    let (server, files) = start().await;
    let local = Local::new();
    let path = local.write("f", noise(25_000));
    for fault in [
        None,
        Some(Fault::BreakRequest(3000)),
        Some(Fault::Answer(503, Vec::new(), b"")),
        // The part was stored, but the client does not know.
        Some(Fault::LoseAnswer),
    ] {
        server.put("/d/f é.bin", "before");
        if let Some(fault) = fault {
            server.fail("upload", fault);
        }
        let done = append(&files, &path).await.await.unwrap();
        assert_eq!((done.node.as_str(), done.bytes, done.resumed), ("/d/f é.bin", 25_006, 6));
        let whole = [b"before".as_slice(), &noise(25_000)].concat();
        assert!(done.md5.is_none() && server.content("/d/f é.bin").unwrap() == whole);
        assert_eq!(server.state().store.paths(), ["/d/f é.bin"]);
    }
}

#[tokio::test]
async fn appending_creates_a_missing_file_and_leaves_one_without_more_bytes() {
    let (server, files) = start().await;
    let local = Local::new();
    for (size, length) in [(0, 0), (25_000, 25_000), (0, 25_000), (9, 25_009)] {
        let path = local.write("f", noise(size));
        let done = append(&files, &path).await.await.unwrap();
        assert_eq!(
            (done.bytes, server.content("/d/f é.bin").unwrap().len()),
            (length, length as usize)
        );
    }
}

/// Something else writes to the file at the same time.
#[tokio::test]
async fn an_append_that_did_not_arrive_as_a_whole_is_an_error() {
    let (server, files) = start().await;
    server.put("/d/f", "before");
    server.fail(
        "upload",
        Fault::Answer(200, Vec::new(), b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree ></tree>"),
    );
    let call = access_fs::upload("/d", "f", "more");
    let error = files.upload(call).existing(Existing::Append).await.unwrap_err();
    assert_eq!(kind(&error), "Incomplete", "{error}");
    let call = access_fs::upload("/d", "f", "more");
    let refused = files.upload(call).existing(Existing::Append).check(Check::Hash).await;
    assert_eq!(kind(&refused.unwrap_err()), "InvalidRequest");
    assert!(error.message().contains("10 bytes were sent, but the server has 6"), "{error}");
}
