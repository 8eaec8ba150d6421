//! What each release gets wrong or does differently, with its own bindings: a call does what it
//! says, or it fails; it never does something else.

use pydio_client::{
    Call, Error, ErrorKind, Pydio, Session,
    cmd::CommandLine,
    response::{Envelope, Listing},
};
use pydio_releases::{v6_0_8, v6_4_2, v6_5_5, v7_0_4, v8_0_2};
use pydio_runtime::{Bindings, Endpoint, Method, Request, ResponseKind};
use pydio_tests::{
    ADMIN, ALICE, Account, AnyCall, BOB, Server, Version, lasting,
    proxy::{self, Proxy, Rule, Which},
};

async fn start(version: Version) -> Server {
    let server = Server::start(version).await.unwrap();
    server.put("common", "/docs/a.txt", "text");
    server
}

fn connect(server: &Server, account: Account) -> Pydio {
    Pydio::builder(server.url()).login(account.login, account.password).build().unwrap()
}

async fn log_in(server: &Server) -> Session {
    let pydio = Pydio::builder(server.url()).build().unwrap();
    pydio.session().login(ALICE.login, ALICE.password).await.unwrap()
}

/// Runs a block for each release: with a server like it, and its bindings.
macro_rules! each_release {
    (|$server:ident, $version:ident, $bindings:ident| $block:block) => {
        each_release!(@one v6_0_8, V6_0, $server, $version, $bindings, $block);
        each_release!(@one v6_4_2, V6_4, $server, $version, $bindings, $block);
        each_release!(@since_6_5 $server, $version, $bindings, $block);
    };
    (since 6.5, |$server:ident, $version:ident, $bindings:ident| $block:block) => {
        each_release!(@since_6_5 $server, $version, $bindings, $block);
    };
    (6.5 to 7.0, |$server:ident, $version:ident, $bindings:ident| $block:block) => {
        each_release!(@one v6_5_5, V6_5, $server, $version, $bindings, $block);
        each_release!(@one v7_0_4, V7_0, $server, $version, $bindings, $block);
    };
    (@since_6_5 $server:ident, $version:ident, $bindings:ident, $block:block) => {
        each_release!(@one v6_5_5, V6_5, $server, $version, $bindings, $block);
        each_release!(@one v7_0_4, V7_0, $server, $version, $bindings, $block);
        each_release!(@one v8_0_2, V8_2, $server, $version, $bindings, $block);
        each_release!(@one pydio_client, V8_2, $server, $version, $bindings, $block);
    };
    (@one $module:ident, $like:ident, $server:ident, $version:ident, $bindings:ident, $block:block) => {{
        use $module as $bindings;
        let $version = $bindings::v1::BINDINGS.version();
        let $server = start(Version::$like).await;
        $block
    }};
}

/// Names with everything that a release might decode, cut or drop.
const NAMES: [&str; 20] = [
    "a b.txt",
    "a+b.txt",
    "a%20b.txt",
    "a%2Bb.txt",
    "a%252Fb.txt",
    "a#b.txt",
    "a&b=c.txt",
    "a&amp;b.txt",
    "a&#39;b.txt",
    "what?.txt",
    "a\"b.txt",
    "a'b.txt",
    "a\\b.txt",
    "a|b.txt",
    "a<b>c.txt",
    "a>b.txt",
    "a<b.txt",
    "é ü.txt",
    "a:b;c,d.txt",
    "...txt",
];

#[tokio::test]
async fn a_new_node_has_the_given_name_or_is_refused() {
    each_release!(|server, version, release| {
        let files = connect(&server, ALICE).workspace("common");
        let session = log_in(&server).await;
        let mut made = Vec::new();
        for name in NAMES {
            let before = server.inventory();
            let file = format!("/docs/{name}");
            let over_rest = files.call(release::v1::access_fs::mkfile(&*file)).await;
            let folder = format!("/docs/on {name}");
            let call = release::v1::access_fs::mkdir(&*folder);
            let on_session = session.workspace("common").call(call).await;
            for (path, result) in [(file, over_rest), (folder, on_session)] {
                let is_there = server.has("common", &path);
                assert_eq!(is_there, result.is_ok(), "{version} {path}: {result:?}");
                made.extend(is_there.then_some(path));
            }
            let added = server.inventory().difference(&before).count();
            assert!(added <= 2, "{version} {name}: {added} nodes");
        }
        assert!(made.len() >= NAMES.len(), "{version}: {made:?}");
        // Whatever is there can be listed, read and deleted by its name.
        let call = release::v1::access_fs::ls("/docs");
        let listing: Listing = files.call(call).await.unwrap();
        let listed: Vec<_> = listing.nodes.iter().map(|node| node.path().to_string()).collect();
        for path in &made {
            // Every release cuts names at a question mark when it lists them.
            let is_listed = listed.contains(path);
            assert_eq!(is_listed, !path.contains('?'), "{version} {path}: {listed:?}");
            let deleted = files.call(release::v1::access_fs::delete([&**path])).await;
            let is_there = server.has("common", path);
            assert_eq!(is_there, deleted.is_err(), "{version} {path}: {deleted:?}");
        }
        assert!(server.has("common", "/docs/a.txt"), "{version}");
    });
}

#[tokio::test]
async fn a_session_never_works_in_another_workspace() {
    each_release!(|server, version, release| {
        let session = log_in(&server).await;
        let before = server.state();
        for nowhere in ["nowhere", "0123456789abcdef0123456789abcdef"] {
            let call = release::v1::access_fs::mkdir("/lost");
            let error = session.workspace(nowhere).call(call).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnknownWorkspace, "{version} {nowhere}: {error}");
        }
        assert_eq!(server.state(), before, "{version}");
        for workspace in ["common", "my-files", "common"] {
            let call = release::v1::access_fs::mkdir(format!("/found in {workspace}"));
            session.workspace(workspace).call(call).await.unwrap();
            let is_there = ["common", "my-files/alice"]
                .map(|one| server.has(one, &format!("/found in {workspace}")));
            assert_eq!(is_there, [workspace == "common", workspace == "my-files"], "{version}");
            if workspace == "common" {
                let call = release::v1::access_fs::delete([format!("/found in {workspace}")]);
                session.workspace(workspace).call(call).await.unwrap();
            }
        }
    });
}

#[tokio::test]
async fn a_missing_workspace_and_a_wrong_password_are_told() {
    each_release!(|server, version, release| {
        let call = || release::v1::access_fs::ls("/");
        let nowhere = connect(&server, ALICE).workspace("nowhere");
        let error = nowhere.call(call()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownWorkspace, "{version}: {error}");
        let forbidden = connect(&server, ALICE).workspace("settings");
        let error = forbidden.call(release::v1::access_ajxp_conf::ls("/")).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Forbidden, "{version}: {error}");
        let wrong = Account { login: "alice", password: "no password of hers" };
        let error = connect(&server, wrong).workspace("common").call(call()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::BadCredentials, "{version}: {error}");
    });
}

/// Calls an action that is in no release.
async fn call_unknown(files: &pydio_client::Workspace, bindings: &'static Bindings) -> Error {
    let endpoint = Endpoint::action(bindings, Method::Get, "access.fs", "no_such_action")
        .returns(ResponseKind::Envelope);
    let call = AnyCall::<Envelope>::new(Request::new(lasting(endpoint)));
    files.call(call).await.unwrap_err()
}

#[tokio::test]
async fn an_unknown_action_is_told() {
    each_release!(|server, version, release| {
        let files = connect(&server, ALICE).workspace("common");
        let error = call_unknown(&files, &release::v1::BINDINGS).await;
        assert_eq!(error.kind(), ErrorKind::UnknownAction, "{version}: {error}");
    });
}

/// Releases before 6.5 need the recycle bin, and 6.5 does not restore into a folder that is still
/// there.
#[tokio::test]
async fn a_deleted_file_is_restored_or_stays_in_the_bin() {
    each_release!(since 6.5, |server, version, release| {
        let files = connect(&server, ALICE).workspace("common");
        files.call(release::v1::access_fs::delete(["/docs/a.txt"])).await.unwrap();
        let call = release::v1::access_fs::restore("/recycle_bin/a.txt");
        let restored = files.call(call).await;
        assert_eq!(restored.is_ok(), version != "6.5.5", "{version}: {restored:?}");
        assert_eq!(server.has("common", "/docs/a.txt"), restored.is_ok(), "{version}");
        assert_eq!(server.has("common", "/recycle_bin/a.txt"), restored.is_err(), "{version}");
    });
    let server = start(Version::V6_4).await;
    let files = connect(&server, ALICE).workspace("common");
    files.call(v6_4_2::v1::access_fs::delete(["/docs/a.txt"])).await.unwrap();
    let restore = |dir: &str| {
        files.call(v6_4_2::v1::access_fs::restore(dir.to_owned(), "/recycle_bin/a.txt"))
    };
    assert_eq!(restore("/docs").await.unwrap(), None);
    assert!(!server.has("common", "/docs/a.txt"));
    assert!(restore("/recycle_bin").await.unwrap().is_some());
    assert!(server.has("common", "/docs/a.txt"));
}

#[tokio::test]
async fn the_numbers_of_put_content_are_failures() {
    let server = start(Version::V6_4).await;
    let files = connect(&server, ALICE).workspace("common");
    let put = |path: &str| files.call(v6_4_2::v1::access_fs::put_content(path.to_owned(), "new"));
    put("/docs/a.txt").await.unwrap();
    assert_eq!(server.content("common", "/docs/a.txt").unwrap(), b"new");
    let error = put("/docs").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server, "{error}");
    assert!(error.to_string().contains("1002"), "{error}");
}

#[tokio::test]
async fn comments_come_with_and_without_numbers() {
    each_release!(|server, version, release| {
        let files = connect(&server, ALICE).workspace("common");
        let call = release::v1::meta_comments::post_comment("/docs/a.txt", "a comment");
        let comment = files.call(call).await.unwrap();
        let is_new = version.starts_with('8');
        assert_eq!((&*comment.content, comment.uuid.is_some()), ("a comment", is_new), "{version}");
    });
}

/// 6.4 refuses to delete the caller, does so all the same, and reports both.
#[tokio::test]
async fn a_failure_stays_one_whatever_is_reported_after_it() {
    let server = start(Version::V6_4).await;
    let settings = connect(&server, ADMIN).workspace("settings");
    let delete = <v6_4_2::v1::access_ajxp_conf::Delete as Call>::ENDPOINT;
    let request = Request::new(delete).text("data_type", "user").text("data_id", ADMIN.login);
    let error = settings.call(AnyCall::<Envelope>::new(request)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server, "{error}");
    assert!(error.to_string().contains("Wrong arguments!"), "{error}");
}

/// Before 8.0.2 a person without a slash is in a group that nothing shows.
#[tokio::test]
async fn new_people_are_shown() {
    each_release!(6.5 to 7.0, |server, version, release| {
        use release::v2::{models::CreatePeopleResourceType, provisioning};
        let admin = connect(&server, ADMIN);
        let call = provisioning::create_people("carol", CreatePeopleResourceType::User);
        admin.call(call.user_pass("carols-password")).await.unwrap();
        let people = admin.call(provisioning::get_people("/")).await.unwrap();
        let children = people.children.unwrap();
        assert!(children.keys().any(|name| name.ends_with("carol")), "{version}: {children:?}");
        let carol = Account { login: "carol", password: "carols-password" };
        let files = connect(&server, carol).workspace("my-files");
        files.call(release::v1::access_fs::ls("/")).await.unwrap();
    });
}

/// Returns a line of the console of a server.
fn console(server: &Server, account: Account) -> CommandLine {
    let php = [env!("CARGO_BIN_EXE_php-stand-in"), "--server", &server.url()].map(str::to_owned);
    let builder = CommandLine::builder("/srv/pydio/cmd.php").prefix(php);
    builder.login(account.login, account.password).build().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_of_each_release_makes_nodes_and_tells_failures() {
    each_release!(|server, version, release| {
        let line = console(&server, ALICE).workspace("common");
        line.call(release::v1::access_fs::mkdir("/docs/new")).await.unwrap();
        assert!(server.has("common", "/docs/new"), "{version}");
        let listing: Listing = line.call(release::v1::access_fs::ls("/docs")).await.unwrap();
        let paths: Vec<_> = listing.nodes.iter().map(|node| node.path().to_string()).collect();
        assert_eq!(paths, ["/docs/new", "/docs/a.txt"], "{version}");
        let missing = line.call(release::v1::access_fs::delete(["/absent"])).await.unwrap_err();
        assert_eq!(missing.kind(), ErrorKind::Server, "{version}: {missing}");
        let call = release::v1::access_fs::mkdir("/lost");
        let nowhere = console(&server, ALICE).workspace("nowhere").call(call).await.unwrap_err();
        assert_eq!(nowhere.kind(), ErrorKind::UnknownWorkspace, "{version}: {nowhere}");
        let wrong = Account { login: "alice", password: "no password of hers" };
        let call = release::v1::access_fs::mkdir("/lost");
        let refused = console(&server, wrong).workspace("common").call(call).await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::BadCredentials, "{version}: {refused}");
        let call = release::v1::access_fs::mkdir("/lost");
        let refused = console(&server, BOB).workspace("common").call(call).await;
        assert!(refused.is_err() && !server.has("common", "/lost"), "{version}: {refused:?}");
    });
}

/// Before 8.0 a download has no date, so that its beginning may belong to another file.
#[tokio::test]
async fn a_download_into_a_writer_is_not_continued_without_a_date() {
    each_release!(6.5 to 7.0, |server, version, bindings| {
        server.put("common", "/large.bin", "x".repeat(100_000));
        let proxy = Proxy::start(&server.url()).await.unwrap();
        let of_file = Which::Of(None, "/download/".to_owned());
        proxy.plan(vec![Rule { which: of_file, fault: proxy::Fault::Cut }]);
        let builder = Pydio::builder(proxy.url()).login(ALICE.login, ALICE.password);
        let files = builder.build().unwrap().workspace("common");
        let download = files.download(bindings::v1::access_fs::download("/large.bin"));
        let download = download.retries(1, std::time::Duration::ZERO);
        let error = download.to_writer(&mut Vec::new()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Incomplete, "{version}: {error}");
        assert!(error.message().contains("whether the file is still the same"), "{version}: {error}");
    });
}
