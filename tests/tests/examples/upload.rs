//! The program uploads a large file in parts, and accepts only a complete one.

use std::{path::Path, time::Duration};

use indicatif::ProgressBar;
use pydio_client::Pydio;
use pydio_tests::{ALICE, Fault, Server};

use crate::support::{connect, start};

#[path = "../../examples/upload.rs"]
pub(crate) mod program;

use program::{Options, run};

const LENGTH: usize = 1_000_000;

fn content() -> Vec<u8> {
    (0..LENGTH).map(|index| ((index * index) >> 7) as u8).collect()
}

fn options(pydio: &Pydio, file: &Path) -> Options {
    Options {
        pydio: pydio.clone(),
        file: file.to_owned(),
        workspace: "common".to_owned(),
        folder: "/".into(),
        part_size: 150_000,
        pause: Duration::from_millis(1),
        progress: ProgressBar::hidden(),
    }
}

async fn begin() -> (Server, Pydio, tempfile::TempDir) {
    let server = start().await;
    let pydio = connect(&server, &ALICE);
    let local = tempfile::tempdir().unwrap();
    std::fs::write(local.path().join("big é.iso"), content()).unwrap();
    (server, pydio, local)
}

#[tokio::test]
async fn a_file_is_uploaded_in_parts() {
    let (server, pydio, local) = begin().await;
    let file = local.path().join("big é.iso");
    let options_of = || options(&pydio, &file);
    let bar = options_of().progress;
    let done = run(Options { progress: bar.clone(), ..options_of() }).await.unwrap();
    assert_eq!((done.bytes, done.resumed), (LENGTH as u64, 0));
    assert!(server.content("common", "/big é.iso").unwrap() == content());
    assert_eq!((bar.position(), bar.length()), (LENGTH as u64, Some(LENGTH as u64)));
    let parts = server.seen().iter().filter(|seen| seen.target.contains("/upload/")).count();
    assert_eq!(parts, 7, "as many requests as there are parts");
    // An existing file is left unchanged.
    assert!(run(options_of()).await.is_err());
}

#[tokio::test]
async fn failed_uploads_are_reported() {
    let (server, pydio, local) = begin().await;
    let error = run(options(&pydio, &local.path().join("none"))).await.unwrap_err();
    assert!(error.to_string().contains("none: "), "{error}");
    assert!(run(options(&pydio, Path::new("/"))).await.is_err());
    server.fail(Fault::Drop);
    let file = local.path().join("big é.iso");
    run(options(&pydio, &file)).await.unwrap();
    assert!(server.content("common", "/big é.iso").unwrap() == content());
}
