//! KeyPairs that many concurrent calls create on first use and renew.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use futures_util::{future::join_all, stream};
use pydio_client::{
    Body, Error, ErrorKind, Pydio,
    keystore::{FileStore, KeyPairStore, Keystore, MemoryStore},
    v1::access_fs,
    v2::file,
};
use pydio_tests::{Canned, Fault, Server, Version};
use url::form_urlencoded;

use crate::support::{Way, builder, start, way, ways, wrong_passwords};

fn connect(server: &Server, password: &str, store: impl KeyPairStore + 'static) -> Pydio {
    let keystore = Keystore::new("alice", password, "laptop").store(store);
    Pydio::builder(server.url()).keystore(keystore).build().unwrap()
}

const PASSWORD: &str = "alice-secret";

async fn ls(pydio: &Pydio) -> Result<(), Error> {
    pydio.workspace("common").call(access_fs::ls("/")).await.map(drop)
}

/// Makes ten calls at once, and returns how many succeeded.
async fn ten(pydio: &Pydio) -> usize {
    join_all((0..10).map(|_| ls(pydio))).await.iter().filter(|outcome| outcome.is_ok()).count()
}

#[tokio::test]
async fn ten_first_calls_create_one_pair() {
    let server = start().await;
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    assert_eq!(ten(&pydio).await, 10);
    assert_eq!(ways(&server), (vec![Way::Query; 10], 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_calls_with_a_revoked_pair_create_one_new_pair() {
    let server = start().await;
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    ls(&pydio).await.unwrap();
    server.revoke_pairs("alice");
    (0..10).for_each(|_| server.fail(Fault::Delay(Duration::from_millis(50))));
    let tasks = (0..10).map(|_| {
        let pydio = pydio.clone();
        tokio::spawn(async move { ls(&pydio).await })
    });
    for outcome in join_all(tasks).await {
        outcome.unwrap().unwrap();
    }
    // One call before, ten refused calls, and the ten repeated ones.
    assert_eq!(ways(&server), (vec![Way::Query; 21], 2));
    assert_eq!(server.key_pairs(), ["alice/laptop"]);
}

/// The server locks out an address after three failed logins: these count as one.
#[tokio::test]
async fn ten_calls_with_a_wrong_password_are_one_failed_login() {
    let server = start().await;
    let pydio = connect(&server, "typo", MemoryStore::default());
    let outcomes = join_all((0..10).map(|_| ls(&pydio))).await;
    for outcome in outcomes {
        let error = outcome.unwrap_err();
        assert!(error.kind() == ErrorKind::BadCredentials, "{error}");
        assert!(!format!("{error} {error:?}").contains("typo"));
    }
    assert_eq!(wrong_passwords(&server, PASSWORD), 1);
    // A later call makes its own attempt.
    assert!(ls(&pydio).await.is_err());
    assert_eq!(wrong_passwords(&server, PASSWORD), 2);
    server.set_password("alice", "typo");
    ls(&pydio).await.unwrap();
}

#[tokio::test]
async fn a_changed_password_invalidates_the_pair_and_its_renewal() {
    let server = start().await;
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    ls(&pydio).await.unwrap();
    server.revoke_pairs("alice");
    server.set_password("alice", "changed");
    let error = ls(&pydio).await.unwrap_err();
    assert!(error.kind() == ErrorKind::BadCredentials, "{error}");
    assert!(error.to_string().contains("keystore_generate_auth_token"), "{error}");
}

#[tokio::test]
async fn every_version_issues_and_renews_a_pair() {
    for version in Version::ALL {
        let server = Server::builder(version).start().await.unwrap();
        let pydio = connect(&server, PASSWORD, MemoryStore::default());
        ls(&pydio).await.unwrap();
        server.revoke_pairs("alice");
        ls(&pydio).await.unwrap();
        assert_eq!(ways(&server), (vec![Way::Query; 3], 2), "{version:?}");
        let server = Server::builder(version).grants_pairs(false).start().await.unwrap();
        let pydio = connect(&server, PASSWORD, MemoryStore::default());
        assert_eq!(ten(&pydio).await, 10, "{version:?}");
        assert_eq!(ways(&server), (vec![Way::Basic; 10], 1), "{version:?}");
    }
}

#[tokio::test]
async fn another_address_receives_no_credentials() {
    let (server, other) = (start().await, start().await);
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    let redirect = || {
        let to = format!("{}/api/common/ls/", other.url());
        server.fail(Fault::Answer(Canned::redirect(302, &to)));
    };
    // First the request for the pair, then one signed with it.
    for _ in 0..2 {
        redirect();
        let error = ls(&pydio).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Redirected, "{error:?}");
        for seen in other.seen() {
            assert_eq!(way(&seen), Way::Nothing, "{seen:?}");
            assert!(!seen.target.contains("auth_"), "{seen:?}");
        }
        ls(&pydio).await.unwrap();
    }
    assert_eq!(other.seen().len(), 1);
}

#[tokio::test]
async fn a_server_without_pairs_receives_the_password() {
    let server = builder().grants_pairs(false).start().await.unwrap();
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    assert_eq!(ten(&pydio).await, 10);
    assert_eq!(ways(&server), (vec![Way::Basic; 10], 1));
}

#[tokio::test]
async fn two_programs_that_share_a_store_share_the_pair() {
    let server = start().await;
    let store = Arc::new(MemoryStore::default());
    let one = connect(&server, PASSWORD, store.clone());
    let other = connect(&server, PASSWORD, store);
    ls(&one).await.unwrap();
    ls(&other).await.unwrap();
    server.revoke_pairs("alice");
    // One renews it; the other finds the new one, and does not replace it.
    for pydio in [&one, &other, &one, &other] {
        ls(pydio).await.unwrap();
    }
    assert_eq!(ways(&server).1, 2);
}

#[tokio::test]
async fn a_pair_in_a_file_outlives_the_client() {
    let server = start().await;
    let name = format!("pydio-keystore-test-{}.json", std::process::id());
    let path = std::env::temp_dir().join(name);
    for _ in 0..2 {
        let pydio = connect(&server, PASSWORD, FileStore::new(&path));
        ls(&pydio).await.unwrap();
    }
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(ways(&server), (vec![Way::Query; 2], 1));
    let last = server.last().unwrap();
    let (_, query) = last.target.split_once('?').unwrap();
    let token = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "auth_token");
    assert!(text.contains(&*token.unwrap().1) && !text.contains(PASSWORD));
}

#[tokio::test]
async fn a_stream_fails_once_and_the_next_one_succeeds() {
    let server = start().await;
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    ls(&pydio).await.unwrap();
    server.revoke_pairs("alice");
    let upload = || {
        let chunk = Ok::<_, pydio_runtime::BoxError>(Bytes::from_static(b"abc"));
        file::upload_stream("common", "/a", Body::stream(3, stream::iter([chunk])))
    };
    let error = pydio.call(upload()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::BadCredentials, "{error}");
    assert!(error.to_string().contains("make the call again"), "{error}");
    pydio.call(upload()).await.unwrap();
    assert_eq!(server.content("common", "/a").as_deref(), Some(&b"abc"[..]));
    assert_eq!(ways(&server), (vec![Way::Query; 3], 2));
}

#[tokio::test]
async fn a_dropped_call_does_not_prevent_the_pair() {
    let server = start().await;
    let pydio = connect(&server, PASSWORD, MemoryStore::default());
    server.fail(Fault::Delay(Duration::from_millis(50)));
    let (abandoned, patient) =
        tokio::join!(tokio::time::timeout(Duration::from_millis(5), ls(&pydio)), async {
            tokio::task::yield_now().await;
            ls(&pydio).await
        },);
    assert!(abandoned.is_err());
    patient.unwrap();
    assert_eq!(way(&server.last().unwrap()), Way::Query);
}
