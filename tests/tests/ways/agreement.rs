//! One call over every transport: REST v1, a session and the command line return the same, and have
//! the same effect.

use pydio_client::{
    ErrorKind,
    response::OneOrMany,
    v1::{access_ajxp_conf, access_fs, authfront_keystore, conf_sql},
};
use pydio_tests::{ADMIN, ALICE, Server};

use crate::connections::{Agreed, Connections, agreed, agreed_without_rest};

fn files(server: &Server) {
    server.put("common", "/docs/a b+c & d.txt", "hello");
    server.put("common", "/docs/\u{e9}%20#1.txt", "12");
    server.folder("common", "/other");
}

#[tokio::test]
async fn ls_lists_the_same() {
    let call = access_fs::ls("/docs").options("al");
    let Agreed { answer, .. } = agreed(&ALICE, "common", files, call).await;
    let names: Vec<_> = answer.nodes.iter().map(|node| node.label()).collect();
    assert_eq!(names, ["a b+c & d.txt", "\u{e9}%20#1.txt"]);
    assert_eq!(answer.nodes[0].size(), Some(5));
}

#[tokio::test]
async fn stat_returns_the_same_for_one_and_for_many() {
    let path = "/docs/a b+c & d.txt";
    let Agreed { answer, .. } = agreed(&ALICE, "common", files, access_fs::stat(path)).await;
    assert_eq!(answer.one().unwrap().size, Some(5));
    let missing = access_fs::stat("/absent");
    let Agreed { answer, .. } = agreed(&ALICE, "common", files, missing).await;
    assert_eq!(answer.one().and_then(|stat| stat.size), None);
    let many = access_fs::stat("/").nodes([path, "/docs/\u{e9}%20#1.txt"]);
    let Agreed { answer, .. } = agreed(&ALICE, "common", files, many).await;
    let OneOrMany::Many(stats) = answer else { panic!("{answer:?}") };
    assert_eq!(stats.len(), 2);
}

#[tokio::test]
async fn mkdir_has_the_same_effect() {
    let call = access_fs::mkdir("/docs/new & old");
    let Agreed { answer, servers } = agreed(&ALICE, "common", files, call).await;
    assert_eq!(answer.diff.added[0].path().as_str(), "/docs/new & old");
    assert!(servers.iter().all(|server| server.has("common", "/docs/new & old")));
}

#[tokio::test]
async fn copy_has_the_same_effect() {
    let call = access_fs::copy(["/docs/a b+c & d.txt", "/docs/\u{e9}%20#1.txt"], "/other");
    let Agreed { answer, servers } = agreed(&ALICE, "common", files, call).await;
    assert_eq!(answer.into_response().unwrap().diff.added.len(), 2);
    for server in &servers {
        let copy = server.content("common", "/other/a b+c & d.txt");
        assert_eq!(copy.as_deref(), Some(&b"hello"[..]));
        assert!(server.has("common", "/other/\u{e9}%20#1.txt"));
        assert!(server.has("common", "/docs/\u{e9}%20#1.txt"));
    }
}

#[tokio::test]
async fn rename_has_the_same_effect() {
    let call = access_fs::rename("/docs/a b+c & d.txt", "e+f.txt");
    let Agreed { answer, servers } = agreed(&ALICE, "common", files, call).await;
    assert_eq!(answer.diff.updated[0].path().as_str(), "/docs/e+f.txt");
    for server in &servers {
        assert_eq!(server.content("common", "/docs/e+f.txt").as_deref(), Some(&b"hello"[..]));
        assert!(!server.has("common", "/docs/a b+c & d.txt"));
    }
}

#[tokio::test]
async fn delete_has_the_same_effect() {
    let call = access_fs::delete(["/docs/a b+c & d.txt", "/other"]);
    let Agreed { answer, servers } = agreed(&ALICE, "common", files, call).await;
    assert_eq!(answer.into_response().unwrap().diff.updated.len(), 2);
    for server in &servers {
        assert!(server.has("common", "/recycle_bin/a b+c & d.txt"));
        assert!(!server.has("common", "/other") && server.has("common", "/docs"));
    }
}

/// Over HTTP it runs in the background; on the command line it completes before the response.
#[tokio::test]
async fn compress_has_the_same_effect() {
    let call = access_fs::compress(["/docs"]).dir("/other").archive_name("d.zip");
    let Agreed { answer, servers } = agreed(&ALICE, "common", files, call).await;
    assert!(answer.into_response().unwrap().background);
    let archives: Vec<_> =
        servers.iter().map(|server| server.content("common", "/other/d.zip").unwrap()).collect();
    assert_eq!(archives.len(), 3);
    assert!(archives[0].starts_with(b"PK") && archives.iter().all(|other| *other == archives[0]));
}

#[tokio::test]
async fn the_registry_is_the_same_if_it_is_available() {
    let call = conf_sql::get_xml_registry().x_path("user/preferences");
    let Agreed { answer, .. } = agreed_without_rest(&ALICE, "common", files, call).await;
    assert!(answer.preferences.is_some());
    let call = conf_sql::get_xml_registry().x_path("user");
    let Agreed { answer, .. } = agreed_without_rest(&ALICE, "common", files, call).await;
    assert_eq!(answer.user.unwrap().id, "alice");
}

#[tokio::test]
async fn key_pairs_are_listed_the_same() {
    let call = authfront_keystore::keystore_list_tokens();
    let Agreed { answer, .. } = agreed(&ALICE, "common", files, call.clone()).await;
    assert!(answer.0.is_empty());
    let Connections { server, rest, session, line } = Connections::new(&ALICE, files).await;
    rest.key_pairs().generate("phone").await.unwrap().unwrap();
    let listed = rest.workspace("common").call(call.clone()).await.unwrap();
    assert_eq!(listed.0.values().next().unwrap().device_id.as_deref(), Some("phone"));
    let by_session = session.workspace("common").call(call.clone()).await.unwrap();
    let by_line = line.workspace("common").call(call).await.unwrap();
    let [listed, by_session, by_line] = [listed, by_session, by_line].map(|a| format!("{a:?}"));
    assert_eq!([&by_session, &by_line], [&listed; 2]);
    drop(server);
}

#[tokio::test]
async fn users_are_created_listed_and_deleted_the_same() {
    let made = access_ajxp_conf::create_user("carol", "carol-secret");
    let Agreed { answer, servers } = agreed(&ADMIN, "settings", |_| {}, made).await;
    assert_eq!(answer.messages[0].text, "User created successfully");
    for server in &servers {
        let rest = pydio_client::Pydio::builder(server.url()).login("carol", "carol-secret");
        rest.build().unwrap().workspace("my-files").call(access_fs::ls("/")).await.unwrap();
    }
    let with_eve = |server: &Server| server.add_user("eve", "eve-secret");
    let gone = access_ajxp_conf::delete(access_ajxp_conf::DataType::User, "/eve");
    let Agreed { answer, .. } = agreed(&ADMIN, "settings", with_eve, gone).await;
    assert_eq!(answer.messages[0].text, "User successfully erased (1)");
    let list = access_ajxp_conf::ls("/data/users");
    let Agreed { answer, .. } = agreed(&ADMIN, "settings", with_eve, list).await;
    assert!(answer.nodes.iter().any(|node| node.path().as_str().ends_with("/eve")), "{answer:?}");
}

#[tokio::test]
async fn a_failure_is_the_same_error() {
    let Connections { server: _server, rest, session, line } =
        Connections::new(&ALICE, files).await;
    let call = || access_fs::rename("/docs/absent", "x");
    let errors = [
        rest.workspace("common").call(call()).await.unwrap_err(),
        session.workspace("common").call(call()).await.unwrap_err(),
        line.workspace("common").call(call()).await.unwrap_err(),
    ];
    for error in &errors {
        assert!(error.kind() == ErrorKind::Server, "{error:?}");
        assert_eq!(error.message(), errors[0].message());
        assert_eq!(error.call_name(), "access.fs/rename");
        assert_eq!(error.workspace(), "common");
    }
}
