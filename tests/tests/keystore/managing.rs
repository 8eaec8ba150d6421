//! Creates, lists and revokes pairs explicitly.

use pydio_client::{ErrorKind, Pydio, v1::access_fs};
use pydio_tests::{ADMIN, Server};

use crate::support::{Way, builder, start, ways};

fn connect(server: &Server, login: &str) -> Pydio {
    let password = format!("{login}-secret");
    let password = if login == "admin" { ADMIN.password.to_owned() } else { password };
    Pydio::builder(server.url()).login(login, password).build().unwrap()
}

#[tokio::test]
async fn a_pair_is_created_used_listed_and_revoked() {
    let server = start().await;
    let alice = connect(&server, "alice").key_pairs();
    assert!(alice.list().await.unwrap().is_empty());
    let pair = alice.generate("my-device_1.0").await.unwrap().unwrap();
    alice.generate("other").await.unwrap().unwrap();

    let signing = Pydio::builder(server.url()).key_pair(pair.clone()).build().unwrap();
    signing.workspace("common").call(access_fs::ls("/")).await.unwrap();
    let listed = signing.key_pairs().list().await.unwrap();
    let mut listed: Vec<_> = listed.iter().map(|pair| pair.device.as_deref().unwrap()).collect();
    listed.sort_unstable();
    assert_eq!(listed, ["my-device_1.0", "other"]);
    assert_eq!(ways(&server).0, [Way::Basic, Way::Query, Way::Query]);

    signing.key_pairs().revoke(pair.token()).await.unwrap();
    assert_eq!(server.key_pairs(), ["alice/other"]);
    let error = signing.workspace("common").call(access_fs::ls("/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::BadCredentials, "{error}");
    alice.revoke_all().await.unwrap();
    assert!(server.key_pairs().is_empty());
}

#[tokio::test]
async fn a_new_pair_of_a_device_replaces_the_old_one() {
    let server = start().await;
    let pairs = connect(&server, "alice").key_pairs();
    let old = pairs.generate("d").await.unwrap().unwrap();
    let new = pairs.generate("d").await.unwrap().unwrap();
    assert_ne!(old.token(), new.token());
    let listed = pairs.list().await.unwrap();
    assert_eq!((listed.len(), &*listed[0].token), (1, new.token()));
}

#[tokio::test]
async fn a_server_that_issues_no_pairs_is_reported() {
    let server = builder().grants_pairs(false).start().await.unwrap();
    let pairs = connect(&server, "alice").key_pairs();
    assert!(pairs.generate("d").await.unwrap().is_none());
}

/// On any other workspace, the server would return her own pairs.
#[tokio::test]
async fn only_administrators_manage_the_pairs_of_others() {
    let server = start().await;
    let (alice, admin) = (connect(&server, "alice"), connect(&server, "admin"));
    alice.key_pairs().generate("d").await.unwrap();
    admin.key_pairs().generate("d").await.unwrap();
    let of_admin = alice.key_pairs().of("admin");
    for error in [
        of_admin.list().await.map(drop).unwrap_err(),
        of_admin.generate("d").await.map(drop).unwrap_err(),
        of_admin.revoke_all().await.unwrap_err(),
    ] {
        assert!(error.kind() == ErrorKind::Forbidden, "{error}");
    }
    assert_eq!(server.key_pairs(), ["admin/d", "alice/d"]);
    let of_alice = admin.key_pairs().of("alice");
    of_alice.generate("by-admin").await.unwrap().unwrap();
    assert_eq!(of_alice.list().await.unwrap().len(), 2);
    of_alice.revoke_all().await.unwrap();
    assert_eq!(server.key_pairs(), ["admin/d"]);
}
