//! Pairs that are made on first use and renewed, by many calls at once.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{future::join_all, stream};
use pydio_client::{
    Body, Error, Pydio,
    keystore::{FileStore, Keystore, MemoryStore, PairStore},
    v1::access_fs,
    v2::file,
};

use crate::server::{Server, Way};

fn connect(server: &Server, password: &str, store: impl PairStore + 'static) -> Pydio {
    let keystore = Keystore::new("alice", password, "laptop").store(store);
    Pydio::builder(server.url()).keystore(keystore).build().unwrap()
}

const PASSWORD: &str = "alice-secret";

async fn ls(pydio: &Pydio) -> Result<(), Error> {
    pydio.workspace("my-files").call(access_fs::ls("/")).await.map(drop)
}

/// Ten calls at once, and how many of them got through.
async fn ten(pydio: &Pydio) -> usize {
    join_all((0..10).map(|_| ls(pydio))).await.iter().filter(|outcome| outcome.is_ok()).count()
}

#[tokio::test]
async fn ten_first_calls_make_one_pair() {
    let server = Server::start().await;
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    assert_eq!(ten(&pydio).await, 10);
    assert_eq!(server.ways(), (vec![Way::Query; 10], 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_calls_with_a_revoked_pair_make_one_new_pair() {
    let server = Server::start().await;
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    ls(&pydio).await.unwrap();
    server.state().pairs.clear();
    let tasks = (0..10).map(|_| {
        let pydio = pydio.clone();
        tokio::spawn(async move { ls(&pydio).await })
    });
    for outcome in join_all(tasks).await {
        outcome.unwrap().unwrap();
    }
    let (ways, made) = server.ways();
    assert_eq!(made, 2);
    assert_eq!(ways.iter().filter(|way| **way == Way::Query).count(), 11);
    assert_eq!(server.state().pairs.len(), 1);
}

/// The server locks an address out after three failed logins: these are one.
#[tokio::test]
async fn ten_calls_with_a_wrong_password_are_one_failed_login() {
    let server = Server::start().await;
    let pydio = connect(&server, "typo", MemoryStore::default());
    let outcomes = join_all((0..10).map(|_| ls(&pydio))).await;
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert!(matches!(error, Error::BadCredentials(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains("typo"));
    }
    assert_eq!(server.state().failures, 1);
    // Whoever comes later tries for himself.
    assert!(ls(&pydio).await.is_err());
    assert_eq!(server.state().failures, 2);
    server.state().password = "typo".to_owned();
    ls(&pydio).await.unwrap();
}

#[tokio::test]
async fn a_changed_password_ends_the_pair_and_the_renewal() {
    let server = Server::start().await;
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    ls(&pydio).await.unwrap();
    server.state().pairs.clear();
    server.state().password = "changed".to_owned();
    let error = ls(&pydio).await.unwrap_err();
    assert!(matches!(error, Error::BadCredentials(_)), "{error}");
    assert!(error.to_string().contains("keystore_generate_auth_token"), "{error}");
}

#[tokio::test]
async fn a_server_without_pairs_gets_the_password() {
    let server = Server::start().await;
    server.state().gives_pairs = false;
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    assert_eq!(ten(&pydio).await, 10);
    assert_eq!(server.ways(), (vec![Way::Basic; 10], 1));
}

#[tokio::test]
async fn two_programs_that_share_a_store_share_the_pair() {
    let server = Server::start().await;
    let store = Arc::new(MemoryStore::default());
    let one = connect(&server, PASSWORD, store.clone());
    let other = connect(&server, PASSWORD, store);
    ls(&one).await.unwrap();
    ls(&other).await.unwrap();
    server.state().pairs.clear();
    // One renews it; the other finds the new one, and does not take it away from the first.
    for pydio in [&one, &other, &one, &other] {
        ls(pydio).await.unwrap();
    }
    assert_eq!(server.ways().1, 2);
}

#[tokio::test]
async fn a_pair_in_a_file_outlives_the_connection() {
    let server = Server::start().await;
    let name = format!("pydio-keystore-test-{}.json", std::process::id());
    let path = std::env::temp_dir().join(name);
    for _ in 0..2 {
        let pydio = connect(&server, PASSWORD, FileStore::new(&path));
        ls(&pydio).await.unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(server.ways(), (vec![Way::Query; 2], 1));
    let pair = server.state().pairs[0].clone();
    assert!(text.contains(&pair.token) && text.contains(&pair.secret));
    assert!(!text.contains(PASSWORD));
}

#[tokio::test]
async fn a_stream_fails_once_and_the_next_one_gets_through() {
    let server = Server::start().await;
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    ls(&pydio).await.unwrap();
    server.state().pairs.clear();
    let upload = || {
        let chunk = Ok::<_, pydio_runtime::BoxError>(Bytes::from_static(b"abc"));
        file::upload_stream("w", "/a", Body::stream(3, stream::iter([chunk])))
    };
    let error = pydio.call(upload()).await.unwrap_err();
    assert!(matches!(error, Error::BadCredentials(_)), "{error}");
    assert!(error.to_string().contains("make the call again"), "{error}");
    // What this server answers is none of an upload; it has let it in.
    let _ = pydio.call(upload()).await;
    assert_eq!(server.ways(), (vec![Way::Query, Way::Refused, Way::Query], 2));
}

#[tokio::test]
async fn a_call_that_is_given_up_leaves_the_others_a_pair() {
    let server = Server::start().await;
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    let (abandoned, patient) = tokio::join!(
        tokio::time::timeout(std::time::Duration::from_millis(5), ls(&pydio)),
        async {
            tokio::task::yield_now().await;
            ls(&pydio).await
        },
    );
    assert!(abandoned.is_err());
    patient.unwrap();
    assert_eq!(server.ways().0.last(), Some(&Way::Query));
}
