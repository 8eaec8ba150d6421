//! The usual tasks, one call each, and what goes wrong with them.

use std::{
    fs,
    time::{Duration, Instant},
};

use pydio_client::{
    ErrorKind, Files, NodePath, Pydio, Users, Workspace,
    response::Node,
    v1::{
        access_ajxp_conf,
        action_share::{self, SimpleShareType},
        models::ShareLink,
    },
};
use pydio_tests::{ADMIN, ALICE, Canned, Fault, Server, Version};

use crate::support::{common, connect};

fn paths<'n>(nodes: impl IntoIterator<Item = &'n Node>) -> Vec<String> {
    nodes.into_iter().map(|node| node.path().into()).collect()
}

/// Returns a server whose pages have 200 nodes, with 450 files in `/many`.
async fn many() -> (Server, Workspace) {
    let server = Server::builder(Version::V8_2).pages(300, 200).start().await.unwrap();
    for number in 0..450 {
        server.put("common", &format!("/many/{number:03}.txt"), "words");
    }
    let files = connect(&server, &ALICE).workspace("common");
    (server, files)
}

#[tokio::test]
async fn a_folder_is_listed_over_all_its_pages() {
    let (server, files) = many().await;
    let listed = files.list("/many").await.unwrap();
    let expected: Vec<_> = (0..450).map(|number| format!("/many/{number:03}.txt")).collect();
    assert_eq!((paths(&listed), listed[0].size()), (expected, Some(5)));
    assert_eq!(server.seen().len(), 3);
    assert_eq!(files.list("/none").await.unwrap_err().kind(), ErrorKind::Server);
}

#[tokio::test]
async fn a_page_says_that_it_is_one() {
    let (server, files) = many().await;
    let page = files.list_page("/many", 3).await.unwrap();
    assert_eq!((page.nodes.len(), page.number, page.pages, page.count), (50, 3, 3, 450));
    assert!(!page.has_more() && files.list_page("/many", 1).await.unwrap().has_more());
    assert!(files.list_page("/many", 4).await.unwrap().nodes.is_empty());
    server.clear();
    let error = files.list_page("/many", 0).await.unwrap_err();
    assert_eq!((error.kind(), server.seen().len()), (ErrorKind::InvalidRequest, 0));
}

#[tokio::test]
async fn a_folder_that_breaks_off_is_an_error() {
    let (server, files) = many().await;
    server.fail_action("ls", Fault::Truncate(900));
    let error = files.list("/many").await.unwrap_err();
    assert!(error.may_be_done(), "{error}");
}

#[tokio::test]
async fn missing_nodes_are_none_in_the_order_asked() {
    let (server, files) = many().await;
    assert!(files.stat("/many/none.txt").await.unwrap().is_none());
    assert_eq!(files.stat("/many/007.txt").await.unwrap().unwrap().size(), Some(5));
    assert!(files.exists("/many").await.unwrap() && files.exists("/").await.unwrap());
    assert!(!files.exists("/none/deep").await.unwrap());

    let asked: Vec<_> = (0..450).rev().map(|number| format!("/many/{number:03}.txt")).collect();
    let asked: Vec<_> = [vec!["/none".to_owned()], asked].concat();
    server.clear();
    let found = files.stat_many(&asked).await.unwrap();
    assert_eq!((found.len(), found[0].is_none(), server.seen().len()), (451, true, 3));
    assert_eq!(paths(found.iter().flatten()), asked[1..]);
    assert_eq!(files.stat_many([""; 0]).await.unwrap(), []);
}

#[tokio::test]
async fn files_go_to_the_server_and_back() {
    let (server, files) = common().await;
    let folder = tempfile::tempdir().unwrap();
    let (here, back) = (folder.path().join("a.txt"), folder.path().join("b.txt"));
    fs::write(&here, "twelve bytes").unwrap();
    let uploaded = files.upload_file(&here, "/a b.txt").await.unwrap();
    assert_eq!((uploaded.node.as_str(), uploaded.bytes), ("/a b.txt", 12));
    assert_eq!(server.content("common", "/a b.txt").unwrap(), b"twelve bytes");
    assert_eq!(files.download_file("/a b.txt", &back).await.unwrap().bytes, 12);
    assert_eq!(fs::read(&back).unwrap(), b"twelve bytes");

    let error = files.upload_file(folder.path().join("none"), "/none").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::LocalFile);
    assert_eq!(files.upload_file(&here, "/").await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    assert!(files.download_file("/none", folder.path().join("c.txt")).await.is_err());
    assert!(!folder.path().join("c.txt").exists());
}

#[tokio::test]
async fn a_folder_is_created_with_those_above_it() {
    let (server, files) = common().await;
    for _ in 0..2 {
        files.create_folder("/new/deep/er").await.unwrap();
        assert!(server.has("common", "/new/deep/er"));
    }
    files.create_folder("/").await.unwrap();
    server.put("common", "/file", "words");
    for path in ["/file", "/file/below"] {
        let error = files.create_folder(path).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition);
        assert!(error.to_string().contains("/file is a file"), "{error}");
    }
}

#[tokio::test]
async fn a_folder_that_is_not_created_is_an_error() {
    let (server, files) = common().await;
    let success = "<tree><message type=\"SUCCESS\">created</message></tree>";
    server.fail_action("mkdir", Fault::Answer(Canned::new(200, "text/xml", success)));
    let error = files.create_folder("/new").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotDone);
    assert!(error.to_string().contains("/new does not exist"), "{error}");
}

/// A server with `/from/a.txt`, `/from/b.txt` and `/to`.
async fn arranged() -> (Server, Workspace) {
    let (server, files) = common().await;
    server.put("common", "/from/a.txt", "words");
    server.put("common", "/from/b.txt", "words");
    server.folder("common", "/to");
    (server, files)
}

#[tokio::test]
async fn one_node_or_several_are_moved_copied_and_deleted() {
    let (server, files) = arranged().await;
    let has = |path: &str| server.has("common", path);
    files.rename("/from/a.txt", "c.txt").await.unwrap();
    assert!(has("/from/c.txt") && !has("/from/a.txt"));
    let listed = files.list("/from").await.unwrap();
    files.copy_to(&listed, "/to").await.unwrap();
    assert!(has("/to/c.txt") && has("/to/b.txt") && has("/from/c.txt"));
    files.delete(&listed[0]).await.unwrap();
    assert_eq!(files.list("/from").await.unwrap().len(), 1);
    files.delete(["/to/c.txt", "/to/b.txt"]).await.unwrap();
    assert_eq!(files.list("/to").await.unwrap(), []);
    files.move_to("/from", NodePath::from("/to")).await.unwrap();
    assert!(has("/to/from") && !has("/from"));

    server.clear();
    files.delete([""; 0]).await.unwrap();
    assert_eq!(server.seen().len(), 0, "nothing is deleted without asking the server");
    for name in ["", "a/b"] {
        let error = files.rename("/to", name).await.unwrap_err();
        assert_eq!((error.kind(), server.seen().len()), (ErrorKind::InvalidRequest, 0));
    }
}

#[tokio::test]
async fn work_that_does_not_happen_is_an_error() {
    let (server, files) = arranged().await;
    let success = || {
        let text = "<tree><message type=\"SUCCESS\">done</message></tree>";
        Fault::Answer(Canned::new(200, "text/xml", text))
    };
    for action in ["delete", "move", "copy", "rename"] {
        server.fail_action(action, success());
    }
    let outcomes = [
        files.delete("/from/a.txt").await,
        files.move_to("/from/a.txt", "/to").await,
        files.copy_to("/from/a.txt", "/to").await,
        files.rename("/from/a.txt", "c.txt").await,
    ];
    for outcome in outcomes {
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::NotDone);
    }
}

#[tokio::test]
async fn a_lost_response_may_mean_that_it_is_done() {
    let (server, files) = arranged().await;
    server.fail_action("delete", Fault::Swallow(Canned::new(504, "text/html", "")));
    let error = files.delete("/from/a.txt").await.unwrap_err();
    assert!(error.may_be_done() && !files.exists("/from/a.txt").await.unwrap(), "{error}");
}

#[tokio::test]
async fn tasks_run_on_a_session() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let pydio = Pydio::builder(server.url()).build().unwrap();
    let session = pydio.session().login(ALICE.login, ALICE.password).await.unwrap();
    let files = session.workspace("common");
    files.create_folder("/new/deep").await.unwrap();
    files.move_to("/new/deep", "/").await.unwrap();
    assert!(paths(&files.list("/").await.unwrap()).contains(&"/deep".to_owned()));
    let link = files.share_link("/deep").password("link-secret").create().await.unwrap();
    assert_eq!(link.has_password, Some(true));
    files.delete(["/deep", "/new"]).await.unwrap();
    assert!(!files.exists("/deep").await.unwrap() && !server.has("common", "/new"));
}

async fn shared() -> (Server, Workspace) {
    let (server, files) = common().await;
    server.put("common", "/closed/a.txt", "words");
    (server, files)
}

async fn links(files: &Workspace) -> Vec<ShareLink> {
    let shared = files.call(action_share::load_shared_element_data("/closed")).await;
    shared.map(|shared| shared.links.into_values().collect()).unwrap_or_default()
}

#[tokio::test]
async fn a_link_is_as_asked_for() {
    let (_server, files) = shared().await;
    let link = files.share_link("/closed").password("link-secret").expires_after_days(14);
    let link = link.max_downloads(3).create().await.unwrap();
    assert_eq!((link.has_password, link.expire_after), (Some(true), 14));
    assert_eq!(link.download_limit, Some(3));
    assert!(link.public_link.ends_with(&link.hash));
    let error = files.share_link("/closed").create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);
    assert!(error.to_string().contains(&link.public_link), "{error}");
    assert_eq!(links(&files).await.len(), 1);
}

#[tokio::test]
async fn an_open_link_is_one_only_if_asked_for() {
    let (server, files) = shared().await;
    for link in [
        files.share_link("/closed").password(""),
        files.share_link("/closed").expires_after_days(0),
        files.share_link("/closed").max_downloads(0),
    ] {
        assert_eq!(link.create().await.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
    assert_eq!(server.seen().len(), 0);
    let open = files.share_link("/closed").create().await.unwrap();
    assert_eq!((open.has_password, open.expire_after), (None, 0));
}

/// The server names the guest account of a link after the second.
#[tokio::test]
async fn links_are_created_in_different_seconds() {
    let (server, files) = shared().await;
    server.put("common", "/open/a.txt", "words");
    let begin = Instant::now();
    let (closed, open) = (files.share_link("/closed"), files.share_link("/open"));
    let made = tokio::join!(closed.password("link-secret").create(), open.create());
    made.0.unwrap();
    made.1.unwrap();
    assert!(begin.elapsed() >= Duration::from_secs(2), "{:?}", begin.elapsed());
}

/// Lets the server create this link in place of the next one that is requested.
async fn instead(server: &Server, files: &Workspace, call: action_share::Share) -> String {
    let address = files.call(call.simple_right_read(true)).await.unwrap().0;
    let missing = "<tree><message type=\"ERROR\">Cannot find share</message></tree>";
    server.fail(Fault::Answer(Canned::new(200, "text/xml", missing)));
    server.fail(Fault::Answer(Canned::new(200, "text/plain", &*address)));
    address
}

fn private(days: i64) -> action_share::Share {
    let call = action_share::share(SimpleShareType::Private, "/closed");
    call.guest_user_pass("link-secret").expiration(days)
}

#[tokio::test]
async fn a_server_may_shorten_the_lifetime_of_a_link() {
    let (server, files) = shared().await;
    let address = instead(&server, &files, private(7)).await;
    let link = files.share_link("/closed").password("link-secret").expires_after_days(14);
    let link = link.create().await.unwrap();
    assert_eq!((link.public_link, link.expire_after), (address, 7));
}

#[tokio::test]
async fn a_link_that_is_weaker_than_requested_is_removed() {
    let open = action_share::share(SimpleShareType::Public, "/closed").expiration(7);
    for weaker in [private(15), private(0), open] {
        let (server, files) = shared().await;
        instead(&server, &files, weaker).await;
        let link = files.share_link("/closed").password("link-secret").expires_after_days(14);
        let error = link.create().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotDone);
        assert!(error.to_string().contains("removed again"), "{error}");
        assert_eq!(links(&files).await, []);
    }
    let (server, files) = shared().await;
    instead(&server, &files, private(7)).await;
    let error = files.share_link("/closed").max_downloads(3).create().await.unwrap_err();
    assert_eq!((error.kind(), links(&files).await.len()), (ErrorKind::NotDone, 0));
}

#[tokio::test]
async fn a_weaker_link_that_remains_is_named() {
    let (server, files) = shared().await;
    let address = instead(&server, &files, private(0)).await;
    server.fail_action("unshare", Fault::Drop);
    let error = files.share_link("/closed").expires_after_days(14).create().await.unwrap_err();
    assert!(error.may_be_done(), "{error}");
    assert!(error.to_string().contains(&format!("{address} may still exist")), "{error}");
}

#[tokio::test]
async fn a_link_whose_response_is_lost_is_found_or_reported() {
    let (server, files) = shared().await;
    server.fail_action("share", Fault::Swallow(Canned::new(504, "text/html", "")));
    let link = files.share_link("/closed").password("link-secret").create().await.unwrap();
    assert_eq!((links(&files).await.len(), link.has_password), (1, Some(true)));

    // It did not arrive.
    let (server, files) = shared().await;
    server.fail_action("share", Fault::Drop);
    let error = files.share_link("/closed").create().await.unwrap_err();
    assert_eq!((error.kind(), links(&files).await.len()), (ErrorKind::Transport, 0));
}

/// An intermediary may repeat a call: the server lists only the first link.
#[tokio::test]
async fn a_second_link_is_reported() {
    let (server, files) = shared().await;
    files.call(action_share::share(SimpleShareType::Public, "/closed")).await.unwrap();
    let missing = "<tree><message type=\"ERROR\">Cannot find share</message></tree>";
    server.fail(Fault::Answer(Canned::new(200, "text/xml", missing)));
    let error = files.share_link("/closed").create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unverified);
    assert!(error.to_string().contains("is not listed"), "{error}");
}

async fn administered() -> (Server, Pydio) {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.add_group("/staff", "Staff");
    let pydio = connect(&server, &ADMIN);
    (server, pydio)
}

async fn has_user(pydio: &Pydio, login: &str) -> bool {
    let role = access_ajxp_conf::edit_role(format!("AJXP_USR_/{login}"));
    pydio.workspace("settings").call(role).await.is_ok()
}

#[tokio::test]
async fn a_user_has_a_name_an_address_and_a_group() {
    let (server, pydio) = administered().await;
    let user = pydio.create_user("carol", "carol-pw-1").name("Carol É").mail("carol@example.org");
    let user = user.group("/staff").create().await.unwrap();
    assert_eq!(user.path().as_str(), "/data/users/staff/carol");
    let role = access_ajxp_conf::edit_role("AJXP_USR_/carol");
    let role = pydio.workspace("settings").call(role).await.unwrap().role;
    let settings = &role.parameters["AJXP_REPO_SCOPE_ALL"]["core.conf"];
    assert_eq!(settings["USER_DISPLAY_NAME"], "Carol É");
    assert_eq!(settings["email"], "carol@example.org");
    let password = server.seen().into_iter().any(|seen| seen.target.contains("carol-pw-1"));
    assert!(!password, "no address has the password");

    let plain = pydio.create_user("dave", "dave-pw-12").create().await.unwrap();
    assert_eq!(plain.attributes.get("object_id"), Some("dave"));
    let error = pydio.create_user("dave", "other-pw-1").create().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Precondition);

    let user = pydio.create_user("ErinB", "erin-pw-12").name("Erin").create().await.unwrap();
    assert_eq!(user.attributes.get("object_id"), Some("erinb"), "stored in lower case");
}

/// The server accepts it, and the user appears in no list.
#[tokio::test]
async fn no_user_is_created_in_a_group_that_does_not_exist() {
    let (_server, pydio) = administered().await;
    for group in ["/none", "/staff/none", "/Staff"] {
        let error = pydio.create_user("carol", "carol-pw-1").group(group).create().await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Precondition);
        assert!(
            error.to_string().contains(&format!("the group `{group}` does not exist")),
            "{error}"
        );
    }
    assert!(!has_user(&pydio, "carol").await);
    for (login, password) in [("", "carol-pw-1"), ("carol", "")] {
        let error = pydio.create_user(login, password).create().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    }
}

#[tokio::test]
async fn a_user_whose_response_is_lost_is_looked_up() {
    let (server, pydio) = administered().await;
    let lost = || Fault::Swallow(Canned::new(504, "text/html", ""));
    server.fail_action("create_user", lost());
    let user = pydio.create_user("carol", "carol-pw-1").mail("carol@example.org").create().await;
    assert_eq!(user.unwrap().path().name(), "carol");
    server.fail_action("create_user", Fault::Answer(Canned::new(504, "text/html", "")));
    let error = pydio.create_user("dave", "dave-pw-12").create().await.unwrap_err();
    assert!(error.may_be_done() && !has_user(&pydio, "dave").await, "{error}");
}

#[tokio::test]
async fn a_user_without_the_requested_name_is_reported() {
    let (server, pydio) = administered().await;
    server.fail_action("post_json_role", Fault::Error("database is locked".to_owned()));
    let error = pydio.create_user("carol", "carol-pw-1").name("Carol").create().await.unwrap_err();
    assert!(error.to_string().contains("was created, but has no display name"), "{error}");
    assert!(has_user(&pydio, "carol").await);
}

/// With nobody to share with, the server ends the share and sends an empty list.
#[tokio::test]
async fn no_share_is_none() {
    let (_server, files) = shared().await;
    let share = || action_share::share_node("/closed").repo_label("Closed");
    assert_eq!(files.call(share()).await.unwrap(), None);
    let link = share().enable_public_link(true).create_guest_user(true).simple_right_read(true);
    let made = files.call(link).await.unwrap().unwrap();
    assert_eq!((made.links.len(), links(&files).await.len()), (1, 1));
    let ended = files.call(share().repository_id(made.repository_id)).await.unwrap();
    assert_eq!((ended, links(&files).await.len()), (None, 0));
}
