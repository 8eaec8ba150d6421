//! Downloads that another run resumes.

use pydio_client::{
    Error, Workspace,
    transfer::{Check, Downloaded},
    v1::access_fs,
};

use crate::{
    server::{Fault, Server},
    support::{AT_ONCE, Local, connect, kind, noise},
};

async fn run(files: &Workspace, local: &Local, node: &str) -> Result<Downloaded, Error> {
    let download = files.download(access_fs::download(node)).retries(0, AT_ONCE);
    download.check(Check::Hash).to_file(local.path("f")).await
}

/// Downloads a file until the connection breaks after this many bytes.
async fn broken(server: &Server, files: &Workspace, local: &Local, length: usize) {
    let _ = std::fs::remove_file(local.path("f"));
    server.fail("download", Fault::BreakAnswer(length));
    let error = run(files, local, "/f").await.unwrap_err();
    assert_eq!(kind(&error), "Transport", "{error}");
    assert_eq!(local.read("f.part").unwrap().len(), length);
    assert!(local.read("f").is_none());
}

#[tokio::test]
async fn another_run_resumes() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(1_000_000));
    broken(&server, &files, &local, 400_000).await;
    let error = {
        server.fail("download", Fault::BreakAnswer(1));
        run(&files, &local, "/f").await.unwrap_err()
    };
    assert_eq!(kind(&error), "Transport");
    let done = run(&files, &local, "/f").await.unwrap();
    assert_eq!((done.bytes, done.resumed), (1_000_000, 400_001));
    assert!(local.read("f").unwrap() == noise(1_000_000));
    assert_eq!(local.names(), ["f"]);
    let range = server.asked("download").pop().unwrap().range;
    assert_eq!(range.as_deref(), Some("bytes=400001-"));
}

#[tokio::test]
async fn a_file_that_changed_between_runs_is_restarted() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(1000));
    broken(&server, &files, &local, 400).await;
    // As long as before: only the time differs.
    let mut other = noise(1000);
    other.reverse();
    server.put("/f", other.clone());
    let done = run(&files, &local, "/f").await.unwrap();
    assert_eq!((done.resumed, local.read("f").unwrap() == other), (0, true));
}

#[tokio::test]
async fn a_file_that_changes_during_the_download_is_restarted() {
    let (server, files) = connect().await;
    server.put("/f", noise(3000));
    server.put("/g", noise(2000));
    server.fail("download", Fault::BreakAnswer(500));
    let local = Local::new();
    let download = files.download(access_fs::download("/f")).retries(1, AT_ONCE);
    let other = noise(2500);
    let replaced = std::sync::Arc::new(server);
    let (seen, content) = (std::sync::Arc::clone(&replaced), other.clone());
    let mut is_replaced = false;
    let download = download.progress(move |progress| {
        if progress.bytes == 500 && !std::mem::replace(&mut is_replaced, true) {
            seen.put("/f", content.clone());
        }
    });
    let done = download.to_file(local.path("f")).await.unwrap();
    assert_eq!((done.bytes, local.read("f").unwrap() == other), (2500, true));
    // Bytes passed to a writer cannot be revoked.
    replaced.fail("download", Fault::BreakAnswer(500));
    let (seen, mut is_replaced) = (std::sync::Arc::clone(&replaced), false);
    let download = files.download(access_fs::download("/f")).retries(1, AT_ONCE);
    let download = download.progress(move |progress| {
        if progress.bytes == 500 && !std::mem::replace(&mut is_replaced, true) {
            seen.put("/f", noise(100));
        }
    });
    let error = download.to_writer(&mut Vec::new()).await.unwrap_err();
    assert_eq!(kind(&error), "Incomplete", "{error}");
}

#[tokio::test]
async fn a_part_of_another_file_is_not_resumed() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(1000));
    server.put("/g", "another file");
    broken(&server, &files, &local, 4).await;
    let done = run(&files, &local, "/g").await.unwrap();
    assert_eq!((done.resumed, local.read("f").unwrap()), (0, b"another file".to_vec()));
    assert_eq!(local.names(), ["f"]);
}

#[tokio::test]
async fn a_complete_part_is_only_verified() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(1000));
    broken(&server, &files, &local, 999).await;
    local.write("f.part", noise(1000));
    let done = run(&files, &local, "/f").await.unwrap();
    assert_eq!((done.bytes, done.resumed), (1000, 1000));
    // The right length, but the wrong content.
    broken(&server, &files, &local, 999).await;
    local.write("f.part", vec![0; 1000]);
    let error = run(&files, &local, "/f").await.unwrap_err();
    assert_eq!(kind(&error), "Incomplete", "{error}");
    assert_eq!(local.read("f.part"), None, "another run starts over");
    // Longer than the file.
    broken(&server, &files, &local, 999).await;
    local.write("f.part", vec![0; 2000]);
    run(&files, &local, "/f").await.unwrap();
    assert!(local.read("f").unwrap() == noise(1000));
}

#[tokio::test]
async fn a_version_is_requested_by_the_server_s_validator() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(1000));
    broken(&server, &files, &local, 400).await;
    run(&files, &local, "/f").await.unwrap();
    let asked = server.asked("download");
    assert_eq!(asked[0].if_range, None);
    assert!(asked[1].if_range.as_deref().is_some_and(|date| date.ends_with(" GMT")));
}

/// Some servers refuse a range that begins at the end of the file.
#[tokio::test]
async fn a_complete_part_is_accepted_despite_a_refusal() {
    let past = || Fault::Answer(416, Vec::new(), b"Requested Range Not Satisfiable");
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(1000));
    broken(&server, &files, &local, 999).await;
    local.write("f.part", noise(1000));
    server.fail("download", past());
    let done = run(&files, &local, "/f").await.unwrap();
    assert_eq!((done.bytes, done.resumed, local.names()), (1000, 1000, vec!["f".to_owned()]));
    // Longer than the current file.
    broken(&server, &files, &local, 999).await;
    server.put("/f", noise(500));
    server.fail("download", past());
    let done = run(&files, &local, "/f").await.unwrap();
    assert_eq!((done.bytes, done.resumed), (500, 0));
    assert!(local.read("f").unwrap() == noise(500));
}

/// The checksum is verified by default: nothing else detects the mismatch.
#[tokio::test]
async fn a_resumed_file_is_verified() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(1000));
    for check in [None, Some(Check::Size)] {
        broken(&server, &files, &local, 999).await;
        local.write("f.part", vec![0; 999]);
        let download = files.download(access_fs::download("/f"));
        let download = match check {
            Some(check) => download.check(check),
            None => download,
        };
        match (check, download.to_file(local.path("f")).await) {
            (None, Err(error)) => assert_eq!(kind(&error), "Incomplete", "{error}"),
            (Some(_), Ok(done)) => assert_eq!((done.resumed, done.md5), (999, None)),
            (check, outcome) => panic!("{check:?}: {outcome:?}"),
        }
    }
    // Without a checksum it is not verified, and the result says so.
    broken(&server, &files, &local, 999).await;
    server.state().has_hash = false;
    let done = files.download(access_fs::download("/f")).to_file(local.path("f")).await.unwrap();
    assert_eq!((done.resumed, done.md5), (999, None));
}

#[cfg(unix)]
#[tokio::test]
async fn a_symbolic_link_in_place_of_the_part_is_not_followed() {
    use std::os::unix::fs::symlink;

    let (server, files) = connect().await;
    server.put("/f", noise(1000));
    for (name, is_refused) in [("f.part", true), ("f.part.version", false)] {
        let local = Local::new();
        local.write("mine", "precious");
        symlink(local.path("mine"), local.path(name)).unwrap();
        let outcome = files.download(access_fs::download("/f")).to_file(local.path("f")).await;
        assert_eq!(outcome.is_err(), is_refused, "{name}: {outcome:?}");
        assert_eq!(local.read("mine").unwrap(), b"precious");
        if let Err(error) = outcome {
            assert!(error.to_string().contains("is not a regular file"), "{error}");
        }
    }
}

#[tokio::test]
async fn a_file_created_meanwhile_is_not_replaced() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(1000));
    let run = |path: std::path::PathBuf, appears: bool| {
        let target = path.clone();
        let download = files.download(access_fs::download("/f")).replace(false);
        let download = download.progress(move |progress| {
            if appears && progress.bytes == 1000 {
                std::fs::write(&target, "somebody else's").unwrap();
            }
        });
        async move { download.to_file(path).await }
    };
    let error = run(local.path("f"), true).await.unwrap_err();
    assert!(error.to_string().contains("a file with that name already exists"), "{error}");
    assert_eq!(local.read("f").unwrap(), b"somebody else's");
    let asked = server.asked("download").len();
    run(local.path("f"), false).await.unwrap_err();
    assert_eq!(server.asked("download").len(), asked, "it is looked at before anything is sent");
    assert_eq!(run(local.path("g"), false).await.unwrap().bytes, 1000);
    assert_eq!(local.names(), ["f", "f.part", "f.part.version", "g"]);
}

/// The server sends data from 2,000,000,000 bytes earlier.
#[tokio::test]
async fn no_range_begins_where_the_server_counts_wrongly() {
    const LENGTH: u64 = 2_000_200_000;
    let (server, files) = connect().await;
    server.state().store.put("/f", crate::store::Content::Pattern(LENGTH));
    let download = files.download(access_fs::download("/f"));
    let mut download = download.open(2_000_100_000..).await.unwrap();
    assert_eq!(server.asked("download")[0].range.as_deref(), Some("bytes=1999999999-"));
    assert_eq!((download.offset(), download.len()), (2_000_100_000, Some(100_000)));
    let mut offset = 2_000_100_000;
    while let Some(chunk) = download.chunk().await.unwrap() {
        assert!(crate::store::is_pattern(offset, &chunk), "at {offset}");
        offset += chunk.len() as u64;
    }
    assert_eq!(offset, LENGTH);
}

/// Only what a download wrote is continued or replaced.
#[tokio::test]
async fn a_partial_file_of_somebody_else_is_kept() {
    let (server, files) = connect().await;
    server.put("/f", noise(1000));
    let local = Local::new();
    local.write("f.part", "precious");
    let download = || files.download(access_fs::download("/f")).to_file(local.path("f"));
    let error = download().await.unwrap_err();
    assert_eq!(kind(&error), "LocalFile");
    assert!(error.to_string().contains("f.part` is not from a download"), "{error}");
    assert_eq!(
        (local.names(), local.read("f.part").unwrap()),
        (vec!["f.part".to_owned()], b"precious".to_vec())
    );
    local.write("f.part.version", "");
    download().await.unwrap();
    assert_eq!((local.names(), local.read("f").unwrap()), (vec!["f".to_owned()], noise(1000)));
}
