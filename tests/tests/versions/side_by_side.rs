//! Bindings of several releases in one program: one runtime, one type of connection, of error and
//! of listing, and each call as its release wants it.

use pydio_client::{Call, ErrorKind, Pydio, Session, response::Listing};
use pydio_releases::{v6_0_8, v6_4_2, v6_5_5, v7_0_4, v8_0_2};
use pydio_tests::{ALICE, Server, Version};

async fn start(version: Version) -> Server {
    let server = Server::start(version).await.unwrap();
    server.put("common", "/docs/a+b.txt", "text");
    server
}

fn connect(server: &Server) -> Pydio {
    Pydio::builder(server.url()).login(ALICE.login, ALICE.password).build().unwrap()
}

async fn log_in(server: &Server) -> Session {
    let pydio = Pydio::builder(server.url()).build().unwrap();
    pydio.session().login(ALICE.login, ALICE.password).await.unwrap()
}

fn paths(listing: &Listing) -> Vec<String> {
    listing.nodes.iter().map(|node| node.path().to_string()).collect()
}

#[test]
fn each_module_is_of_its_release() {
    let versions = [
        v6_0_8::v1::BINDINGS.version(),
        v6_4_2::v1::BINDINGS.version(),
        v6_5_5::v1::BINDINGS.version(),
        v7_0_4::v1::BINDINGS.version(),
        v8_0_2::v1::BINDINGS.version(),
        pydio_client::v1::BINDINGS.version(),
    ];
    assert_eq!(versions, ["6.0.8", "6.4.2", "6.5.5", "7.0.4", "8.0.2", "8.2.5"]);
    // The modules are those of all bundles, so that a new one is not forgotten.
    let library = pydio_codegen::input::Library::above(env!("CARGO_MANIFEST_DIR").as_ref());
    assert_eq!(library.versions(), versions);
}

#[tokio::test]
async fn a_folder_is_listed_on_two_releases_over_rest() {
    let (old, new) = (start(Version::V6_4).await, start(Version::V8_2).await);
    let (old_files, new_files) =
        (connect(&old).workspace("common"), connect(&new).workspace("common"));
    let listings: [Listing; 2] = [
        old_files.call(v6_4_2::v1::access_fs::ls("/docs")).await.unwrap(),
        new_files.call(pydio_client::v1::access_fs::ls("/docs")).await.unwrap(),
    ];
    for listing in &listings {
        assert_eq!(paths(listing), ["/docs/a+b.txt"]);
    }
    let errors: [pydio_client::Error; 2] = [
        old_files.call(v6_4_2::v1::access_fs::get_content("/none")).await.unwrap_err(),
        new_files.call(pydio_client::v1::access_fs::get_content("/none")).await.unwrap_err(),
    ];
    for error in &errors {
        assert_eq!(error.kind(), ErrorKind::Server, "{error}");
    }
}

#[tokio::test]
async fn a_folder_is_listed_on_two_releases_on_a_session() {
    let (old, new) = (start(Version::V6_4).await, start(Version::V8_2).await);
    let (old_session, new_session) = (log_in(&old).await, log_in(&new).await);
    let listings = [
        old_session.workspace("common").call(v6_4_2::v1::access_fs::ls("/docs")).await.unwrap(),
        new_session
            .workspace("common")
            .call(pydio_client::v1::access_fs::ls("/docs"))
            .await
            .unwrap(),
    ];
    for listing in &listings {
        assert_eq!(paths(listing), ["/docs/a+b.txt"]);
    }
    old_session.logout().await.unwrap();
    new_session.logout().await.unwrap();
}

/// A release that lacks a call has no function for it, and a shared one has the endpoint of its own
/// release.
#[test]
fn the_same_call_of_two_releases_is_two_endpoints() {
    let (old, new) = (
        <v6_4_2::v1::access_fs::Ls as Call>::ENDPOINT,
        <pydio_client::v1::access_fs::Ls as Call>::ENDPOINT,
    );
    assert_eq!((old.plugin(), old.id()), (new.plugin(), new.id()));
    assert_ne!(old.bindings().version(), new.bindings().version());
}
