//! OpenDAL's own test kit.

use std::{env, process::Command};

use opendal_core::OperatorRegistry;
use opendal_testkit::{ReadAction, ReadChecker, TEST_RUNTIME, WriteChecker, init_test_service};
use pydio_opendal::register;
use pydio_test_server::ALICE;

use crate::server::{WORKSPACE, start};

#[tokio::test]
async fn random_reads_are_right() {
    let (_server, files) = start().await;
    let size = 200_000;
    for (chunk, concurrent) in [(size, 1), (10_000, 1), (10_000, 4)] {
        let mut checker = ReadChecker::new(size);
        files.write("f", checker.data()).await.unwrap();
        let reader = files.reader_with("f").chunk(chunk).concurrent(concurrent).await.unwrap();
        let actions = [(0, size), (0, 1), (size - 1, 1), (1, 9999), (77_777, 50_001)];
        let actions = actions.map(|(offset, size)| ReadAction::Read(offset, size));
        checker.check(reader, &actions).await;
    }
}

#[tokio::test]
async fn random_writes_are_right() {
    let (_server, files) = start().await;
    let mib = 1024 * 1024;
    for sizes in [
        vec![0],
        vec![1, 0, 9999],
        vec![8 * mib],
        vec![8 * mib, 1],
        vec![3 * mib, 9 * mib, 5 * mib, 17],
    ] {
        let checker = WriteChecker::new(sizes);
        let mut writer = files.writer("f").await.unwrap();
        for chunk in checker.chunks() {
            writer.write(chunk.clone()).await.unwrap();
        }
        writer.close().await.unwrap();
        checker.check(&files.read("f").await.unwrap().to_vec());
    }
}

/// The kit takes its settings from the environment, which is that of another process.
#[tokio::test]
async fn the_kit_builds_the_service_from_the_environment() {
    let (server, _) = start().await;
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "kit::the_service_of_the_environment"]);
    for (name, value) in [
        ("OPENDAL_TEST", "pydio"),
        ("OPENDAL_PYDIO_ENDPOINT", &*server.url()),
        ("OPENDAL_PYDIO_WORKSPACE", WORKSPACE),
        ("OPENDAL_PYDIO_USER", ALICE.login),
        ("OPENDAL_PYDIO_PASSWORD", ALICE.password),
        ("OPENDAL_PYDIO_ROOT", "/kit/"),
    ] {
        command.env(name, value);
    }
    let output = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let is_there = |seen: &pydio_test_server::Seen| seen.target.contains("/upload/put/kit/");
    assert!(server.seen().iter().any(is_there));
}

#[test]
fn the_service_of_the_environment() {
    register(OperatorRegistry::get());
    let Some(files) = init_test_service().unwrap() else {
        assert!(env::var_os("OPENDAL_TEST").is_none());
        return;
    };
    TEST_RUNTIME.block_on(async {
        files.write("f", "through all layers").await.unwrap();
        assert_eq!(files.read("f").await.unwrap().to_vec(), b"through all layers");
        files.delete("f").await.unwrap();
        assert!(!files.exists("f").await.unwrap());
    });
}
