//! Equivalent calls of v1 and v2 return the same.

use pydio_client::{
    ErrorKind, Pydio,
    v1::{access_ajxp_conf, access_fs},
    v2::{file, models::GetNodeInfosChildren, provisioning},
};
use pydio_tests::{ADMIN, ALICE, COMMON_ID, Server};

use crate::connections::Connections;

async fn connect() -> (Server, Pydio) {
    let connections = Connections::new(&ALICE, |server| {
        server.put("common", "/docs/a.txt", "hello");
        server.folder("common", "/docs/sub");
    });
    let Connections { server, rest, .. } = connections.await;
    (server, rest)
}

#[tokio::test]
async fn a_folder_is_listed_and_a_file_described() {
    let (_server, pydio) = connect().await;
    let files = pydio.workspace("common");
    let listing = files.call(access_fs::ls("/docs").options("al")).await.unwrap();
    let mut by_v1: Vec<_> =
        listing.nodes.iter().map(|node| (node.path().to_string(), node.size())).collect();
    by_v1.sort();
    let call = file::get_node_infos("common", "/docs").children(GetNodeInfosChildren::Df);
    let infos = pydio.call(call).await.unwrap();
    let children = infos.data.unwrap().children.unwrap();
    let by_v2: Vec<_> = children
        .values()
        .map(|node| (node.path.clone().unwrap(), node.bytesize.and_then(|n| n.try_into().ok())))
        .collect();
    assert_eq!(by_v1.len(), 2);
    assert_eq!(by_v1, by_v2);
    let stat = files.call(access_fs::stat("/docs/a.txt")).await.unwrap().one().unwrap();
    let infos = pydio.call(file::get_node_infos("common", "/docs/a.txt")).await.unwrap();
    let node = &infos.children.unwrap()["/docs/a.txt"];
    assert_eq!((stat.size, stat.mtime), (node.bytesize, node.ajxp_modiftime));
}

#[tokio::test]
async fn a_folder_is_created_a_file_copied_and_deleted() {
    let (server, pydio) = connect().await;
    let files = pydio.workspace("common");
    files.call(access_fs::mkdir("/one")).await.unwrap();
    pydio.call(file::create_node("common", "/two/")).await.unwrap();
    files.call(access_fs::copy(["/docs/a.txt"], "/one")).await.unwrap();
    let source = format!("{COMMON_ID}/docs/a.txt");
    let copy = file::create_node("common", "/two/a.txt").copy_source(source);
    pydio.call(copy).await.unwrap();
    for path in ["/one/a.txt", "/two/a.txt"] {
        assert_eq!(server.content("common", path).as_deref(), Some(&b"hello"[..]), "{path}");
    }
    files.call(access_fs::delete(["/one"])).await.unwrap();
    pydio.call(file::delete_node("common", "/two")).await.unwrap();
    for name in ["one", "two"] {
        assert!(!server.has("common", &format!("/{name}")), "{name}");
        assert!(server.has("common", &format!("/recycle_bin/{name}/a.txt")), "{name}");
    }
}

/// v2 cannot rename: the server does not support the operation that the spec declares for it.
#[tokio::test]
#[expect(deprecated, reason = "it is the call that is shown to be refused")]
async fn unsupported_v2_operations_are_not_sent() {
    let (server, pydio) = connect().await;
    let count = server.seen().len();
    let error = pydio.call(file::update_node("common", "/docs/a.txt", "{}")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest, "{error:?}");
    assert!(error.to_string().contains("rename"), "{error}");
    assert_eq!(server.seen().len(), count);
}

#[tokio::test]
async fn people_are_listed() {
    let seed = |server: &Server| server.add_user("eve", "eve-secret");
    let Connections { server: _server, rest, .. } = Connections::new(&ADMIN, seed).await;
    let list = access_ajxp_conf::ls("/data/users");
    let listing = rest.workspace("settings").call(list).await.unwrap();
    let logins = |paths: Vec<String>| {
        let names = paths.iter().filter_map(|path| path.rsplit('/').next().map(str::to_owned));
        let mut names: Vec<_> = names.collect();
        names.sort();
        names
    };
    let by_v1 = logins(listing.nodes.iter().map(|node| node.path().to_string()).collect());
    let people = rest.call(provisioning::get_people("/")).await.unwrap();
    let by_v2 = logins(people.children.unwrap().keys().cloned().collect());
    assert!(by_v2.iter().any(|login| login == "eve"), "{by_v2:?}");
    assert_eq!(by_v1, by_v2);
}
