//! Downloads that another run goes on with.

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

/// A run that ends after so many bytes.
async fn broken(server: &Server, files: &Workspace, local: &Local, length: usize) {
    let _ = std::fs::remove_file(local.path("f"));
    server.fail("download", Fault::BreakAnswer(length));
    let error = run(files, local, "/f").await.unwrap_err();
    assert_eq!(kind(&error), "Transport", "{error}");
    assert_eq!(local.read("f.part").unwrap().len(), length);
    assert!(local.read("f").is_none());
}

#[tokio::test]
async fn another_run_goes_on() {
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
async fn a_file_that_changed_meanwhile_begins_anew() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(1000));
    broken(&server, &files, &local, 400).await;
    // As long as before: only the time tells.
    let mut other = noise(1000);
    other.reverse();
    server.put("/f", other.clone());
    let done = run(&files, &local, "/f").await.unwrap();
    assert_eq!((done.resumed, local.read("f").unwrap() == other), (0, true));
}

#[tokio::test]
async fn a_file_that_changes_on_the_way_begins_anew() {
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
    // What a writer has cannot be taken back.
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
async fn what_is_left_of_another_file_is_not_gone_on_with() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(1000));
    server.put("/g", "another file");
    broken(&server, &files, &local, 4).await;
    let done = run(&files, &local, "/g").await.unwrap();
    assert_eq!((done.resumed, local.read("f").unwrap()), (0, b"another file".to_vec()));
    // Nobody knows of what this is the beginning.
    local.write("f.part", "somebody else's");
    let done = run(&files, &local, "/f").await.unwrap();
    assert_eq!((done.resumed, local.read("f").unwrap() == noise(1000)), (0, true));
}

#[tokio::test]
async fn what_is_there_already_is_only_checked() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(1000));
    broken(&server, &files, &local, 999).await;
    local.write("f.part", noise(1000));
    let done = run(&files, &local, "/f").await.unwrap();
    assert_eq!((done.bytes, done.resumed), (1000, 1000));
    // Right in length, and not in content.
    broken(&server, &files, &local, 999).await;
    local.write("f.part", vec![0; 1000]);
    let error = run(&files, &local, "/f").await.unwrap_err();
    assert_eq!(kind(&error), "Incomplete", "{error}");
    assert_eq!(local.read("f.part"), None, "another run begins anew");
    // Longer than the file is.
    broken(&server, &files, &local, 999).await;
    local.write("f.part", vec![0; 2000]);
    run(&files, &local, "/f").await.unwrap();
    assert!(local.read("f").unwrap() == noise(1000));
}
