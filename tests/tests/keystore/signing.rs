//! The server accepts every signature, whatever the path contains and wherever the parameters go.

use bytes::Bytes;
use futures_util::stream;
use http::Method;
use pydio_client::{
    Body, ErrorKind, Pydio,
    keystore::KeyPair,
    v1::access_fs,
    v2::{file, provisioning, task},
};
use pydio_tests::Server;

use crate::support::{Way, start, way, ways};

/// Returns a server that has issued a pair to the administrator, and a client that signs with it.
async fn connect() -> (Server, Pydio) {
    let server = start().await;
    let (token, secret) = ("tok&en+1", "s:cret");
    server.add_pair("admin", "d", token, secret);
    let pair = KeyPair::new(token, secret);
    let pydio = Pydio::builder(server.url()).key_pair(pair).build().unwrap();
    (server, pydio)
}

/// Names that the client and the server encode differently.
const NAMES: [&str; 14] = [
    "plain.txt",
    "a b.txt",
    "a+b.txt",
    "a%20b",
    "100%",
    "é ü.txt",
    "~tilde~",
    "(1) [2] {3}",
    "a&b=c;d",
    "it's",
    "#hash",
    "日本.txt",
    "a:b@c,d!$*",
    "-_.",
];

#[tokio::test]
async fn every_name_is_signed_as_the_server_reads_it() {
    let (server, pydio) = connect().await;
    let files = pydio.workspace("common");
    for name in NAMES {
        let path = format!("/{name}/{name}");
        let make = access_fs::mkdir(&*path).recursive(true);
        files.call(make).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        files.call(access_fs::ls(&*path)).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        let delete = file::delete_node("common", &*path);
        pydio.call(delete).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    let (ways, _) = ways(&server);
    assert_eq!(ways, [Way::Form, Way::Query, Way::Query].repeat(NAMES.len()));
}

#[tokio::test]
async fn a_trailing_slash_is_not_signed() {
    let (server, pydio) = connect().await;
    pydio.workspace("common").call(access_fs::ls("/")).await.unwrap();
    pydio.call(file::get_node_infos("common", "/")).await.unwrap();
    pydio.call(file::create_node("common", "/folder/")).await.unwrap();
    for seen in server.seen() {
        assert!(seen.target.split('?').next().unwrap().ends_with('/'), "{seen:?}");
    }
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn the_signature_goes_where_php_reads_it_and_changes_no_body() {
    let (server, pydio) = connect().await;
    let chunk = Ok::<_, pydio_runtime::BoxError>(Bytes::from_static(b"streamed"));
    let streamed = Body::stream(8, stream::iter([chunk]));
    pydio.call(file::upload_stream("common", "/a", "bytes")).await.unwrap();
    pydio.call(file::upload_stream("common", "/a", streamed)).await.unwrap();
    pydio.call(task::delete_task("id")).await.unwrap();
    pydio.call(provisioning::create_role("R")).await.unwrap();
    let seen = server.seen();
    let bodies: Vec<_> = seen.iter().map(|seen| &seen.body[..]).collect();
    assert_eq!(bodies, [&b"bytes"[..], b"streamed", b"", b""]);
    let methods: Vec<_> = seen.iter().map(|seen| seen.method.clone()).collect();
    assert_eq!(methods, [Method::PUT, Method::PUT, Method::DELETE, Method::POST]);
    for seen in &seen {
        assert_eq!(way(seen), Way::Query, "{seen:?}");
    }
}

#[tokio::test]
async fn a_form_keeps_the_signature_out_of_the_address() {
    let (server, pydio) = connect().await;
    let files = pydio.workspace("common");
    files.call(access_fs::mkdir("/a b").ignore_exists(true)).await.unwrap();
    // Too long for a query: the client sends a form instead.
    let names: Vec<String> = (0..300).map(|n| format!("/a folder/file {n}")).collect();
    let selection = access_fs::stat("/").nodes(&names);
    files.call(selection).await.unwrap();
    for seen in server.seen() {
        assert_eq!((way(&seen), &seen.method), (Way::Form, &Method::POST), "{seen:?}");
        assert!(!seen.target.contains("auth_"), "{seen:?}");
    }
    assert_eq!(server.seen().len(), 2);
}

#[tokio::test]
async fn form_fields_arrive_with_the_signature() {
    let (server, pydio) = connect().await;
    let files = pydio.workspace("common");
    files.call(access_fs::mkdir("/a").ignore_exists(true)).await.unwrap();
    let body = server.seen()[0].text();
    let (own, signature) = body.split_once("&auth_token=").unwrap();
    assert_eq!(own, "ignore_exists=true");
    assert!(signature.starts_with("tok%26en%2B1&auth_hash="), "{signature}");
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let (server, _) = connect().await;
    for pair in [KeyPair::new("tok&en+1", "other"), KeyPair::new("other", "s:cret")] {
        let pydio = Pydio::builder(server.url()).key_pair(pair).build().unwrap();
        let error = pydio.workspace("common").call(access_fs::ls("/")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::BadCredentials, "{error}");
    }
}
