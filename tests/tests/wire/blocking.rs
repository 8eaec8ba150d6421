//! Calls without `async`.

use std::{
    io::Read as _,
    sync::{Arc, Mutex},
    thread,
};

use pydio_client::{
    ErrorKind, Pydio,
    background::{Evidence, TaskInfo},
    blocking,
    v1::{access_fs, conf_sql, meta_syncable},
    v2::user_account,
};
use pydio_tests::{ALICE, Server, Version};

/// Starts a server on a runtime of its own, as if it were another process.
fn serve() -> (Server, tokio::runtime::Runtime) {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    let runtime = builder.worker_threads(1).enable_all().build().unwrap();
    let server = runtime.block_on(Server::start(Version::V8_2)).unwrap();
    (server, runtime)
}

fn connect(server: &Server) -> blocking::Pydio {
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    builder.build_blocking().unwrap()
}

#[test]
fn calls_need_no_runtime() {
    let (server, _runtime) = serve();
    let pydio = connect(&server);
    let files = pydio.workspace("common");
    files.call(access_fs::mkdir("/folder")).unwrap();
    files.call(access_fs::mkfile("/folder/a.txt").content("twelve bytes")).unwrap();
    let listing = files.call(access_fs::ls("/folder")).unwrap();
    assert_eq!(listing.nodes[0].label(), "a.txt");
    pydio.call(user_account::user_info()).unwrap();
    let mut text = String::new();
    let mut reader = files.read(access_fs::download("/folder/a.txt")).unwrap();
    assert_eq!(reader.download().len(), Some(12));
    reader.read_to_string(&mut text).unwrap();
    assert_eq!(text, "twelve bytes");
    let error = files.call(access_fs::ls("/missing")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server, "{error}");
}

#[test]
fn a_folder_of_several_pages_is_an_iterator() {
    let (server, _runtime) = serve();
    for number in 0..1001 {
        server.put("common", &format!("/large/{number}"), "");
    }
    let pydio = connect(&server);
    let nodes = pydio.workspace("common").nodes(access_fs::ls("/large"));
    assert_eq!(nodes.map(Result::unwrap).count(), 1001);
    let mut missing = pydio.workspace("common").nodes(access_fs::ls("/missing"));
    assert!(missing.next().unwrap().is_err());
    assert!(missing.next().is_none());
}

#[test]
fn sessions_and_transfers_wait() {
    let (server, _runtime) = serve();
    let pydio = connect(&server);
    let session = pydio.login(ALICE.login, ALICE.password).unwrap();
    session.call(conf_sql::get_xml_registry()).unwrap();
    session.workspace("common").call(access_fs::mkdir("/by-session")).unwrap();
    session.logout().unwrap();
    assert!(pydio.login(ALICE.login, "wrong").is_err());

    let files = pydio.workspace("common");
    let part = pydio_client::FilePart::new("up.txt", "twelve bytes");
    let upload = files.asynchronous().upload(access_fs::upload("/", "up.txt", part));
    let uploaded = pydio.block_on(upload).unwrap().unwrap();
    assert_eq!(uploaded.bytes, 12);
}

#[test]
fn work_in_the_background_is_waited_for() {
    let (server, _runtime) = serve();
    server.put("common", "/a.txt", "words");
    let pydio = connect(&server);
    let files = pydio.workspace("common");
    let compress = |name: &str| access_fs::compress(["/a.txt"]).dir("/").archive_name(name);
    let work = files.call(compress("a.zip")).unwrap();
    assert_eq!(files.wait(work.wait()).unwrap().evidence, Evidence::Outcome);
    assert!(server.has("common", "/a.zip"));
    let files = pydio.login(ALICE.login, ALICE.password).unwrap().workspace("common");
    let work = files.call(compress("b.zip")).unwrap();
    assert_eq!(files.wait(work.wait()).unwrap().evidence, Evidence::Outcome);
}

#[test]
fn threads_share_a_connection() {
    let (server, _runtime) = serve();
    let files = connect(&server).workspace("common");
    thread::scope(|scope| {
        for number in 0..16 {
            let files = files.clone();
            scope.spawn(move || files.call(access_fs::mkdir(format!("/t{number}"))).unwrap());
        }
    });
    let nodes = files.call(access_fs::ls("/")).unwrap().nodes;
    assert_eq!(nodes.iter().filter(|node| node.label().starts_with('t')).count(), 16);
}

/// It blocks the thread, and does not panic.
#[test]
fn a_call_in_an_async_function_waits() {
    let (server, runtime) = serve();
    let files = connect(&server).workspace("common");
    let own = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let listing = own.block_on(async { files.call(access_fs::ls("/")) });
    assert_eq!(listing.unwrap().folder.path().as_str(), "/");
    let blocking = {
        let files = files.clone();
        runtime.spawn_blocking(move || files.call(access_fs::ls("/")))
    };
    assert!(runtime.block_on(blocking).unwrap().is_ok());
    own.block_on(async move { drop(files) });
}

/// It would wait for itself without end.
#[test]
fn a_call_within_a_call_of_the_same_connection_is_an_error() {
    let (server, _runtime) = serve();
    server.put("common", "/a.txt", "words");
    let pydio = connect(&server);
    let files = pydio.workspace("common");
    let within = files.clone();
    let refused = pydio.block_on(async { within.call(access_fs::ls("/")) }).unwrap().unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Config);
    assert!(refused.message().contains("would wait for itself"), "{refused}");
    let other = connect(&server).workspace("common");
    assert!(pydio.block_on(async { other.call(access_fs::ls("/")) }).unwrap().is_ok());
    let work = files.call(access_fs::compress(["/a.txt"]).dir("/").archive_name("a.zip")).unwrap();
    let (within, kinds) = (files.clone(), Arc::new(Mutex::new(Vec::new())));
    let seen = Arc::clone(&kinds);
    let report = move |_: &TaskInfo| {
        seen.lock().unwrap().push(within.call(access_fs::ls("/")).unwrap_err().kind());
    };
    files.wait(work.wait().on_progress(report)).unwrap();
    assert!(kinds.lock().unwrap().iter().all(|kind| *kind == ErrorKind::Config));
    assert!(files.call(access_fs::ls("/")).is_ok(), "the connection works afterwards");
}

/// Each further question would be another refused login.
#[test]
fn a_feed_of_changes_ends_after_an_error() {
    let (server, _runtime) = serve();
    let builder = Pydio::builder(server.url()).login(ALICE.login, "wrong");
    let files = builder.build_blocking().unwrap().workspace("common");
    let mut feed = files.changes(meta_syncable::changes(0));
    assert_eq!(feed.next().unwrap().unwrap_err().kind(), ErrorKind::BadCredentials);
    assert!(feed.next().is_none());
    assert_eq!(server.seen().len(), 1);
    let files = connect(&server).workspace("common");
    files.call(access_fs::mkdir("/first")).unwrap();
    let mut feed = files.changes(meta_syncable::changes(0));
    let found = feed.by_ref().map(Result::unwrap).count();
    assert!(found > 0 && feed.next().is_none());
    files.call(access_fs::mkdir("/later")).unwrap();
    assert_eq!(feed.by_ref().map(Result::unwrap).count(), 1);
}

#[test]
fn tasks_need_no_runtime() {
    use pydio_client::{Files as _, blocking::Files as _};

    let (server, _runtime) = serve();
    let pydio = connect(&server);
    let files = pydio.workspace("common");
    files.create_folder("/new/deep").unwrap();
    files.move_to("/new/deep", "/").unwrap();
    assert!(files.list("/").unwrap().iter().any(|node| node.path().as_str() == "/deep"));
    assert_eq!(files.stat_many(["/deep", "/none"]).unwrap()[1], None);
    let link = files.asynchronous().share_link("/deep").password("link-secret");
    let link = files.block_on(link.create()).unwrap().unwrap();
    assert_eq!(link.has_password, Some(true));
    files.delete(["/deep", "/new"]).unwrap();
    assert!(!files.exists("/deep").unwrap());
    let session = pydio.login(ALICE.login, ALICE.password).unwrap();
    assert!(session.workspace("common").exists("/").unwrap());
}
