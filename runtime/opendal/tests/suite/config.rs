//! Ways to build an operator.

use opendal_core::{Configurator as _, ErrorKind, Operator, OperatorRegistry, OperatorUri};
use pydio_client::Pydio;
use pydio_opendal::{PYDIO_SCHEME, PydioBuilder, PydioConfig, register};
use pydio_test_server::ALICE;

use crate::server::{WORKSPACE, start};

fn settings(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn an_operator_is_built_from_settings_and_from_a_uri() {
    let (server, _) = start().await;
    register(OperatorRegistry::get());
    let url = server.url();
    let given = settings(&[
        ("endpoint", &url),
        ("workspace", WORKSPACE),
        ("root", "/r"),
        ("user", ALICE.login),
        ("password", ALICE.password),
    ]);
    let files = Operator::via_iter(PYDIO_SCHEME, given).unwrap();
    files.write("f", "1").await.unwrap();
    let uri =
        format!("pydio://{}@ignored.test/{WORKSPACE}/r?password={}", ALICE.login, ALICE.password);
    let files = Operator::from_uri((uri, settings(&[("endpoint", &url)]))).unwrap();
    assert_eq!(files.read("f").await.unwrap().to_vec(), b"1");
    assert_eq!(server.content(WORKSPACE, "/r/f").unwrap(), b"1");
}

#[tokio::test]
async fn an_operator_is_built_on_an_existing_connection() {
    let (server, _) = start().await;
    let pydio = Pydio::builder(server.url()).login(ALICE.login, ALICE.password).build().unwrap();
    let builder = PydioBuilder::from_workspace(pydio.workspace(WORKSPACE));
    Operator::new(builder.root("r")).unwrap().write("f", "1").await.unwrap();
    assert_eq!(server.content(WORKSPACE, "/r/f").unwrap(), b"1");
    let builder = PydioBuilder::from_workspace(pydio.workspace(WORKSPACE)).user("bob");
    assert_eq!(Operator::new(builder).unwrap_err().kind(), ErrorKind::ConfigInvalid);
}

#[tokio::test]
async fn a_key_pair_signs_the_requests() {
    let (server, _) = start().await;
    server.add_pair(ALICE.login, "device", "t0ken", "s3cret");
    let builder = PydioBuilder::default().endpoint(&server.url()).workspace(WORKSPACE);
    let files = Operator::new(builder.key_pair("t0ken", "s3cret")).unwrap();
    files.write("f", "1").await.unwrap();
    assert_eq!(files.read("f").await.unwrap().to_vec(), b"1");
}

#[test]
fn what_is_missing_or_too_much_is_named() {
    let base = || PydioBuilder::default().endpoint("http://pydio.test").workspace("w");
    for (builder, named) in [
        (PydioBuilder::default().workspace("w").user("u").password("p"), "endpoint"),
        (
            PydioBuilder::default().endpoint("http://pydio.test").user("u").password("p"),
            "workspace",
        ),
        (base(), "password"),
        (base().user("u"), "password"),
        (base().password("p"), "user"),
        (base().user("u").password("p").key_pair("t", "s"), "key_token"),
        (base().user("u").password("p").endpoint("ftp://pydio.test"), "server URL"),
    ] {
        let error = Operator::new(builder).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::ConfigInvalid, "{error}");
        assert!(error.to_string().contains(named), "{error}");
    }
    let error = Operator::new(base().user("u").password("p").root("/a?b")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

#[test]
fn secrets_are_not_shown() {
    let builder = PydioBuilder::default()
        .endpoint("http://pydio.test")
        .workspace("w")
        .user("alice")
        .password("p4ssword");
    let builder = builder.key_pair("t", "s3cret");
    let text = format!("{builder:?}");
    assert!(text.contains("alice") && !text.contains("p4ssword") && !text.contains("s3cret"));
    let builder = PydioBuilder::default().endpoint("http://pydio.test").workspace("w");
    let operator = Operator::new(builder.user("alice").password("p4ssword")).unwrap();
    assert!(!format!("{operator:?}").contains("p4ssword"));
    let config = PydioConfig::from_iter(settings(&[("password", "p4ssword")])).unwrap();
    assert!(!format!("{config:?}").contains("p4ssword"));
}

#[test]
fn a_configuration_survives_serialization() {
    let uri = OperatorUri::new("pydio://al%40x:p%2Fw@h.test:8443/w/r/s", []).unwrap();
    let config = PydioConfig::from_uri(&uri).unwrap();
    let parts = [&config.endpoint, &config.user, &config.password, &config.workspace, &config.root];
    let expected = ["https://h.test:8443", "al@x", "p/w", "w", "r/s"];
    assert_eq!(parts.map(|part| part.as_deref().unwrap()), expected);
    let json = serde_json::to_string(&config).unwrap();
    assert_eq!(serde_json::from_str::<PydioConfig>(&json).unwrap(), config);
}
