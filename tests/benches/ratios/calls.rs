//! Compares the cost of calls with that of the HTTP client and the encoder they use.

use std::{hint::black_box, time::Duration};

use bytes::Bytes;
use futures_util::FutureExt as _;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use pydio_client::{Pydio, Workspace, keystore::KeyPair, v1::access_fs};
use pydio_tests::{ALICE, Server, Version};
use tokio::runtime;

use crate::{decode::Canned, pairs::ratio};

/// Compares a whole call without network with encoding its path alone.
pub(crate) fn addresses() {
    let path = "/photos of 2019/été à la mer".repeat(32);
    let canned = Canned(Bytes::from_static(b"<tree/>"));
    let builder = Pydio::builder("http://bench.test").login("alice", "secret");
    let files = builder.transport(canned).build().unwrap().workspace("my-files");
    let call = || drop(black_box(files.call(access_fs::ls(&*path)).now_or_never().unwrap()));
    let encode = || {
        let segments =
            path.split('/').map(|segment| utf8_percent_encode(segment, NON_ALPHANUMERIC));
        let target = segments.map(|segment| format!("/{segment}")).collect::<String>();
        drop(black_box(url::Url::parse(&format!("http://bench.test{target}")).unwrap()));
    };
    ratio("path of 1 kB: a call without a network / encoding it", call, encode);
}

/// Compares a call signed with a key pair with one that uses a login, both without network.
pub(crate) fn signatures() {
    let canned = || Canned(Bytes::from_static(b"<tree/>"));
    let builder = || Pydio::builder("http://bench.test").transport(canned());
    let pair = KeyPair::new("t".repeat(32), "p".repeat(32));
    let signed = builder().key_pair(pair).build().unwrap().workspace("my-files");
    let basic = builder().login("alice", "secret").build().unwrap().workspace("my-files");
    let call = |files: &Workspace| {
        drop(black_box(files.call(access_fs::ls("/photos of 2019")).now_or_never().unwrap()));
    };
    let what = "call without a network: with a key pair / with a login";
    ratio(what, || call(&signed), || call(&basic));
}

/// Compares calls over a socket with the same requests sent by the bare client.
pub(crate) fn loopback() {
    let server_runtime =
        runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let server = server_runtime.block_on(Server::start(Version::V8_2)).unwrap();
    server.put("common", "/a.txt", "hello");
    let client_runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    let pydio = client_runtime.block_on(async { builder.build().unwrap() });
    let files = pydio.workspace("common");
    // The same settings as the runtime's own client.
    let bare = crate::bare()
        .user_agent("pydio-rust/0.1.0")
        .redirect(reqwest::redirect::Policy::none())
        .connect_timeout(Duration::from_secs(30))
        .read_timeout(Duration::from_secs(300))
        .build()
        .unwrap();
    let get = |path: &str, accept: &str| {
        let url = format!("{}/api/common/{path}", server.url());
        client_runtime.block_on(async {
            let request = bare.get(&url).basic_auth(ALICE.login, Some(ALICE.password));
            let answer = request.header("Accept", accept).send().await.unwrap();
            answer.error_for_status().unwrap().bytes().await.unwrap()
        })
    };

    let call = || {
        let bytes = client_runtime.block_on(async {
            let content = files.call(access_fs::download("/a.txt")).await.unwrap();
            content.bytes(1024).await.unwrap()
        });
        assert_eq!(black_box(bytes), b"hello");
    };
    let bare_call = || {
        assert_eq!(black_box(get("download/a.txt", "*/*")), "hello");
    };
    ratio("five bytes over the loopback / the bare client", call, bare_call);

    let call = || {
        let listing = client_runtime.block_on(files.call(access_fs::ls("/").options("al")));
        assert!(!black_box(listing).unwrap().nodes.is_empty());
    };
    let bare_call = || {
        assert!(black_box(get("ls/?options=al", "text/xml")).starts_with(b"<?xml"));
    };
    ratio("small listing over the loopback / its bytes alone", call, bare_call);
}
