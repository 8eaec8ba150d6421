//! Waiting for work on releases that do it after the response, and on those that do it before.

use std::time::Duration;

use pydio_client::{
    Error, ErrorKind, Pydio, RestCall, Workspace,
    background::{Evidence, Wait},
    response::Background,
};
use pydio_releases::v6_4_2;
use pydio_tests::{ALICE, Server, Version};

/// More than a server copies or moves before it responds.
const BIG: usize = 11 << 20;

async fn start(version: Version) -> (Server, Pydio, Workspace) {
    let server = Server::builder(version).task_steps(4).start().await.unwrap();
    server.put("common", "/docs/a.txt", "words");
    server.put("common", "/big.bin", vec![b'x'; BIG]);
    let pydio = Pydio::builder(server.url()).login(ALICE.login, ALICE.password).build().unwrap();
    let files = pydio.workspace("common");
    (server, pydio, files)
}

fn soon(wait: Wait) -> Wait {
    wait.every(Duration::from_millis(2)).deadline(Duration::from_secs(30))
}

/// Waits for the work of a call, and returns how its end is known.
async fn wait<C, T>(files: &Workspace, call: C) -> Result<Evidence, Error>
where
    C: RestCall<Response = Background<T>>,
    T: Send + Sync,
{
    let wait = files.call(call).await?.wait();
    Ok(soon(wait).await?.evidence)
}

/// Before 6.5.1 there are no tasks.
#[tokio::test]
async fn what_old_releases_do_before_the_response_is_verified() {
    use v6_4_2::v1::access_fs;
    let (server, _, files) = start(Version::V6_4).await;
    let compress =
        |folder: &str| access_fs::compress(["/docs/a.txt"]).dir(folder).archive_name("a.zip");
    assert_eq!(wait(&files, compress("/docs")).await.unwrap(), Evidence::Outcome);
    assert!(server.has("common", "/docs/a.zip"));
    assert_eq!(
        wait(&files, access_fs::copy(["/big.bin"], "/docs")).await.unwrap(),
        Evidence::Outcome
    );
    assert_eq!(
        wait(&files, access_fs::move_(["/docs/a.txt"], "/")).await.unwrap(),
        Evidence::Outcome
    );
    assert_eq!(wait(&files, access_fs::delete(["/big.bin"])).await.unwrap(), Evidence::Outcome);
    assert!(!server.has("common", "/big.bin") && server.has("common", "/docs/big.bin"));

    let error = wait(&files, compress("/missing")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotDone);
    assert!(error.message().contains("`/missing/a.zip` is not there"), "{error}");
}
