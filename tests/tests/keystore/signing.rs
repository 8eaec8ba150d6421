//! What a pair signs is accepted, whatever the path holds and wherever the parameters go.

use bytes::Bytes;
use futures_util::stream;
use http::Method;
use pydio_client::{
    Body, Pydio,
    keystore::KeyPair,
    v1::access_fs,
    v2::{file, provisioning, task},
};

use crate::server::{Pair, Server, Way};

/// A server that has given out a pair, and a connection that signs with it.
async fn connect() -> (Server, Pydio) {
    let server = Server::start().await;
    let pair = Pair {
        user: "alice".to_owned(),
        device: "d".to_owned(),
        token: "tok&en+1".to_owned(),
        secret: "s:cret".to_owned(),
    };
    let signing = KeyPair::new(&*pair.token, &*pair.secret);
    server.state().pairs.push(pair);
    let pydio = Pydio::builder(server.url()).pair(signing).build().unwrap();
    (server, pydio)
}

/// Names that are spelt one way by the client and another one by the server.
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
    let files = pydio.workspace("my-files");
    for name in NAMES {
        let path = format!("/{name}/{name}");
        files.call(access_fs::ls(&*path)).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        files.call(access_fs::mkdir(&*path)).await.unwrap_or_else(|e| panic!("{name}: {e}"));
        let infos = file::delete_node("my-files", &*path);
        pydio.call(infos).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    let (ways, _) = server.ways();
    assert_eq!(ways, [Way::Query, Way::Form, Way::Query].repeat(NAMES.len()));
}

#[tokio::test]
async fn a_trailing_slash_is_not_signed() {
    let (server, pydio) = connect().await;
    pydio.workspace("w").call(access_fs::ls("/")).await.unwrap();
    let _ = pydio.call(file::get_node_infos("w", "/")).await;
    pydio.call(file::create_node("w", "/folder/")).await.unwrap();
    let state = server.state();
    for seen in &state.seen {
        assert!(seen.target.split('?').next().unwrap().ends_with('/'), "{seen:?}");
        assert_ne!(seen.way, Way::Refused, "{seen:?}");
    }
    assert_eq!(state.seen.len(), 3);
}

#[tokio::test]
async fn the_signature_goes_where_php_reads_it_and_changes_no_body() {
    let (server, pydio) = connect().await;
    let chunk = Ok::<_, pydio_runtime::BoxError>(Bytes::from_static(b"streamed"));
    let streamed = Body::stream(8, stream::iter([chunk]));
    let _ = pydio.call(file::upload_stream("w", "/a", "bytes")).await;
    let _ = pydio.call(file::upload_stream("w", "/a", streamed)).await;
    let _ = pydio.call(task::delete_task("id")).await;
    let _ = pydio.call(provisioning::create_role("R")).await;
    let state = server.state();
    let bodies: Vec<_> = state.seen.iter().map(|seen| &seen.body[..]).collect();
    assert_eq!(bodies, [&b"bytes"[..], b"streamed", b"", b""]);
    let methods: Vec<_> = state.seen.iter().map(|seen| seen.method.clone()).collect();
    assert_eq!(methods, [Method::PUT, Method::PUT, Method::DELETE, Method::POST]);
    for seen in &state.seen {
        assert_eq!(seen.way, Way::Query, "{seen:?}");
    }
}

#[tokio::test]
async fn a_form_keeps_the_signature_out_of_the_address() {
    let (server, pydio) = connect().await;
    let files = pydio.workspace("w");
    files.call(access_fs::mkdir("/a b").ignore_exists(true)).await.unwrap();
    // Too long for a query: the client makes a form of it.
    let names: Vec<String> = (0..300).map(|n| format!("/a folder/file {n}")).collect();
    let selection = access_fs::stat("/").nodes(names.iter().map(String::as_str));
    let _ = files.call(selection).await;
    let state = server.state();
    for seen in &state.seen {
        assert_eq!((seen.way, &seen.method), (Way::Form, &Method::POST), "{seen:?}");
        assert!(!seen.target.contains("auth_"), "{seen:?}");
    }
    assert_eq!(state.seen.len(), 2);
}

#[tokio::test]
async fn the_form_s_own_fields_arrive_with_the_signature() {
    let (server, pydio) = connect().await;
    let files = pydio.workspace("w");
    files.call(access_fs::mkdir("/a").ignore_exists(true)).await.unwrap();
    let seen = server.state().seen[0].clone();
    let body = String::from_utf8(seen.body.to_vec()).unwrap();
    let (own, signature) = body.split_once("&auth_token=").unwrap();
    assert_eq!(own, "ignore_exists=true");
    assert!(signature.starts_with("tok%26en%2B1&auth_hash="), "{signature}");
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let (server, _) = connect().await;
    for pair in [KeyPair::new("tok&en+1", "other"), KeyPair::new("other", "s:cret")] {
        let pydio = Pydio::builder(server.url()).pair(pair).build().unwrap();
        let error = pydio.workspace("w").call(access_fs::ls("/")).await.unwrap_err();
        assert!(matches!(error, pydio_client::Error::BadCredentials(_)), "{error}");
    }
}
