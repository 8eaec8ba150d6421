//! Every name that a server accepts arrives unchanged, on every generation; the client refuses
//! names that the server would read as others, and the server the rest.

use pydio_client::{
    ErrorKind, Json, NodePath, Workspace,
    response::{AnyResponse, Download, Listing},
    v1::access_fs,
};
use pydio_runtime::Request;
use pydio_tests::{ALICE, Server, Version, live::NAMES};

use crate::support::{Actions, call, common, connect, envelope, kind};

#[tokio::test]
async fn every_name_makes_the_round_trip() {
    for version in Version::ALL {
        let server = Server::builder(version).prefix("/sub/pydio").start().await.unwrap();
        let files = connect(&server, &ALICE).workspace("common");
        // The behaviour of a real server for leading and trailing spaces was not measured.
        let actions = Actions::for_version(version);
        for name in NAMES.into_iter().chain([" edges "]) {
            // Measured on 6.0.8 and 6.4.2: another node would be named.
            if version <= Version::V6_4 && name.contains(['<', '>']) {
                let request = Request::new(&actions.mkdir).node("file", name);
                let error = call::<AnyResponse>(&files, request).await.unwrap_err();
                assert!(error.kind() == ErrorKind::InvalidRequest, "{name}: {error}");
                continue;
            }
            round_trip(&server, actions, &files, name).await;
        }
    }
}

async fn round_trip(server: &Server, actions: &'static Actions, files: &Workspace, name: &str) {
    let folder = NodePath::root().join(&format!("in {name}"));
    let path = folder.join(name);
    let on = format!("{path} on {}", actions.ls.bindings().version());
    let request = Request::new(&actions.mkdir).node("file", &folder);
    call::<AnyResponse>(files, request).await.unwrap_or_else(|e| panic!("{on}: {e}"));
    let request = Request::new(&actions.mkfile).node("node", &path).text("content", name);
    let made = envelope(call(files, request).await.unwrap_or_else(|e| panic!("{on}: {e}")));
    assert_eq!(made.diff.added[0].path(), path, "{on}");
    assert_eq!(server.content("common", path.as_str()).as_deref(), Some(name.as_bytes()), "{on}");

    let stat: Json = call(files, Request::new(&actions.stat).node("file", &path)).await.unwrap();
    assert_eq!(stat["size"], name.len(), "{on}");
    let request = Request::new(&actions.ls).node("dir", &folder).text("options", "al");
    let listing: Listing = call(files, request).await.unwrap();
    assert_eq!(listing.folder.path(), folder, "{on}");
    let [node] = &listing.nodes[..] else { panic!("{on}: {listing:?}") };
    assert_eq!((node.path(), node.label()), (path.clone(), name), "{on}");

    let request = Request::new(&actions.download).node("file", &path);
    let download: Download = call(files, request).await.unwrap();
    assert_eq!(download.file_name(), Some(name), "{on}");
    assert_eq!(download.bytes(100).await.unwrap(), name.as_bytes(), "{on}");

    let moved = format!("moved {name}");
    let request = Request::new(&actions.rename).text("file", path.to_string());
    let renamed = envelope(call(files, request.text("filename_new", &*moved)).await.unwrap());
    assert_eq!(renamed.diff.updated[0].original_path(), Some(path), "{on}");
    assert!(server.has("common", folder.join(&moved).as_str()), "{on}");

    let request = Request::new(&actions.delete).text("file", folder.to_string());
    call::<AnyResponse>(files, request).await.unwrap();
    assert!(!server.has("common", folder.as_str()), "{on}");
}

#[tokio::test]
async fn unsupported_paths_are_not_sent() {
    for version in Version::ALL {
        let server = Server::start(version).await.unwrap();
        let files = connect(&server, &ALICE).workspace("common");
        let actions = Actions::for_version(version);
        for name in ["que?stion", "a\nb", "tab\t", "\u{7f}", "nul\0", "..", "a/../b", "./a", "a/."]
        {
            let request = Request::new(&actions.mkfile).node("node", name);
            let error = call::<AnyResponse>(&files, request).await.unwrap_err();
            assert!(
                error.kind() == ErrorKind::InvalidRequest,
                "{name:?} on {version:?}: {error:?}"
            );
        }
        assert!(server.seen().is_empty());
    }
}

#[tokio::test]
async fn server_refusals_are_errors() {
    let (server, files) = common().await;
    for name in ["quote\".txt", "pipe|.txt", "back\\slash.txt", "html&amp;entity", "x<script>y"] {
        let error = files.call(access_fs::mkfile(format!("/{name}"))).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Server, "{name}: {error:?}");
        let message = format!("/{name} contains forbidden characters");
        assert_eq!((error.message(), error.status()), (&*message, Some(200)));
        assert!(!server.has("common", name));
    }
    for (name, hidden) in [(".hidden", ".hidden"), ("a/.ajxp_meta", ".ajxp_meta")] {
        let error = files.call(access_fs::mkfile(name)).await.unwrap_err();
        let message = format!("{hidden} Forbidden");
        assert_eq!((error.message(), error.status()), (&*message, Some(411)));
        assert_eq!(kind(&error), "Server");
    }
}

/// The server also blanks `..` in a field, which would address another node.
#[tokio::test]
async fn dots_in_a_field_are_not_sent() {
    let (server, files) = common().await;
    server.put("common", "/a/b", "the wrong one");
    server.put("common", "/b", "the right one");
    server.folder("common", "/to");
    for error in [
        files.call(access_fs::move_nodes(["/a/../b"], "/to")).await.unwrap_err(),
        files.call(access_fs::move_nodes(["/b"], "/a/../to")).await.unwrap_err(),
        files.call(access_fs::delete(["/a/../b"])).await.unwrap_err(),
    ] {
        assert!(error.kind() == ErrorKind::InvalidRequest, "{error:?}");
    }
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn an_invalid_workspace_is_not_sent() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let pydio = connect(&server, &ALICE);
    for id in ["", ".", "..", "a/b", "a?b", "a%2Fb", "a+b", "a\nb"] {
        let error = pydio.workspace(id).call(access_fs::ls("/")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::InvalidRequest, "{id:?}: {error:?}");
    }
    assert!(server.seen().is_empty());
}
