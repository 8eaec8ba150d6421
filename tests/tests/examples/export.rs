//! The export contains everything, or lists it as missing.

use std::{fs, path::Path, time::Duration};

use indicatif::ProgressBar;
use pydio_client::{
    Json, Pydio,
    v1::{access_ajxp_conf, action_share, meta_comments},
};
use pydio_tests::{
    ADMIN, ALICE, Canned, Fault, Server, Version,
    proxy::{self, Proxy, Rule, Which},
};

use crate::support::connect;

#[path = "../../examples/export.rs"]
pub(crate) mod program;

use program::{Options, Report, run};

async fn export(pydio: &Pydio, folder: &Path, without_others: bool) -> Report {
    let progress = ProgressBar::hidden();
    let (pydio, folder) = (pydio.clone(), folder.to_owned());
    run(Options { pydio, folder, without_others, progress }).await.unwrap()
}

fn lines(folder: &Path, kind: &str) -> Vec<Json> {
    let text = fs::read_to_string(folder.join(format!("{kind}.jsonl"))).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Returns a server with an item of each kind.
async fn furnished() -> (Server, Pydio) {
    let server = Server::builder(Version::V8_2).pages(5, 3).start().await.unwrap();
    for n in 0..8 {
        server.put("common", &format!("/many/{n}.txt"), format!("file {n}"));
    }
    server.put("common", "/a folder/é & ü.txt", "words");
    server.put("common", "/a folder/empty", "");
    server.put("my-files/admin", "/own.bin", [0, 255, 10]);
    let admin = connect(&server, &ADMIN);
    let settings = admin.workspace("settings");
    settings.call(access_ajxp_conf::create_group("Staff", "/staff")).await.unwrap();
    let user = access_ajxp_conf::create_user("carol", "carol-secret").group_path("/staff");
    settings.call(user).await.unwrap();
    let common = connect(&server, &ALICE).workspace("common");
    let share = action_share::share(action_share::SimpleShareType::Public, "/a folder");
    common.call(share.expiration(7).simple_right_read(true)).await.unwrap();
    common.call(meta_comments::post_comment("/many/3.txt", "well done")).await.unwrap();
    (server, admin)
}

#[tokio::test]
async fn only_an_administrator_exports() {
    let (server, _) = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let (pydio, folder) = (connect(&server, &ALICE), folder.path().join("out"));
    let (progress, to) = (ProgressBar::hidden(), folder.clone());
    let error = run(Options { pydio, folder: to, without_others: true, progress }).await;
    assert!(error.unwrap_err().to_string().contains("not an administrator"));
    assert!(!folder.exists());
}

#[tokio::test]
async fn everything_is_exported() {
    let (server, admin) = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let report = export(&admin, folder.path(), true).await;
    assert_eq!(report.missing, [""; 0]);
    let logins: Vec<_> = lines(folder.path(), "users").iter().map(|u| u["label"].clone()).collect();
    assert!(logins.contains(&"carol".into()) && logins.len() >= 4, "{logins:?}");
    assert_eq!(lines(folder.path(), "groups").len(), 1);
    assert!(lines(folder.path(), "roles").len() > 1);
    let workspaces = lines(folder.path(), "workspaces");
    assert!(workspaces.iter().any(|w| w["settings"]["slug"] == "common"), "{workspaces:?}");
    let shares = lines(folder.path(), "shares");
    assert_eq!(shares.len(), 1);
    let links = shares[0]["details"]["links"].as_object().unwrap();
    assert!(links.values().all(|link| link["public_link"].is_string()), "{links:?}");
    assert_eq!(lines(folder.path(), "comments")[0]["content"], "well done");
    let file = |path: &str| fs::read(folder.path().join("files").join(path)).unwrap();
    assert_eq!(file("common/a folder/é & ü.txt"), b"words");
    assert_eq!(file("common/a folder/empty"), b"");
    assert_eq!(file("my-files/own.bin"), [0, 255, 10]);
    for n in 0..8 {
        assert_eq!(file(&format!("common/many/{n}.txt")), format!("file {n}").as_bytes());
    }
    let metadata = lines(folder.path(), "metadata");
    assert!(metadata.iter().any(|node| node["filename"] == "/many/7.txt"));
    assert_eq!(metadata.len() as u64, report.counts["files"] + report.counts["folders"]);
    assert!(server.has("common", "/many/7.txt"));
    assert!(!folder.path().join("partial").exists());
}

/// More shares and comments than come at once.
#[tokio::test]
async fn every_page_of_shares_and_comments_is_exported() {
    let (server, admin) = furnished().await;
    server.add_comments("common", "/many/1.txt", ALICE.login, 250, 60);
    for _ in 0..59 {
        server.add_link("common", "/many/1.txt", ALICE.login);
    }
    let folder = tempfile::tempdir().unwrap();
    let report = export(&admin, folder.path(), true).await;
    assert_eq!(report.missing, [""; 0]);
    assert_eq!(lines(folder.path(), "shares").len(), 60);
    assert_eq!(lines(folder.path(), "comments").len(), 251);
}

#[tokio::test]
async fn a_second_run_fetches_only_what_changed() {
    let (server, admin) = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let first = export(&admin, folder.path(), true).await;
    fs::write(folder.path().join("files/common/many/1.txt"), "FILE 1").unwrap();
    fs::remove_file(folder.path().join("files/common/many/2.txt")).unwrap();
    server.put("common", "/many/3.txt", "another");
    let before = server.seen().len();
    let second = export(&admin, folder.path(), true).await;
    assert_eq!(second.missing, [""; 0]);
    let fetched =
        server.seen()[before..].iter().filter(|s| s.target.contains("/download/")).count();
    assert_eq!(fetched, 3);
    assert_eq!(second.counts["files"], first.counts["files"]);
    assert_eq!(second.counts["files kept from an earlier run"], first.counts["files"] - 3);
    let text = |n| fs::read_to_string(folder.path().join(format!("files/common/many/{n}.txt")));
    assert_eq!([1, 2, 3].map(|n| text(n).unwrap()), ["file 1", "file 2", "another"]);
}

/// Injects a fault into the export's request for that part of a target, after those before it.
async fn fail_at(server: &Server, pydio: &Pydio, part: &str, fault: Fault) {
    let (begin, rehearsal) = (server.seen().len(), tempfile::tempdir().unwrap());
    export(pydio, rehearsal.path(), true).await;
    let seen = server.seen();
    let place = seen[begin..].iter().position(|seen| seen.target.contains(part)).unwrap();
    (0..place).for_each(|_| server.fail(Fault::Delay(Duration::ZERO)));
    server.fail(fault);
}

#[tokio::test]
async fn unreadable_items_are_missing() {
    let (server, admin) = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let broken = Fault::Answer(Canned::new(200, "application/json", "{"));
    fail_at(&server, &admin, "/admin/roles", broken).await;
    let report = export(&admin, folder.path(), false).await;
    assert_eq!(report.missing.len(), 2, "{:?}", report.missing);
    assert!(report.missing[0].starts_with("the roles: "), "{:?}", report.missing);
    assert!(report.missing[1].contains("personal"), "{:?}", report.missing);
    let summary = fs::read_to_string(folder.path().join("summary.json")).unwrap();
    let summary: Json = serde_json::from_str(&summary).unwrap();
    assert_eq!(summary["missing"].as_array().unwrap().len(), 2);
}

/// An interrupted run leaves no summary of an earlier one.
#[tokio::test]
async fn an_interrupted_run_leaves_no_summary() {
    let (_server, pydio) = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    export(&pydio, folder.path(), true).await;
    assert!(folder.path().join("summary.json").exists());
    fs::create_dir(folder.path().join("users.jsonl.part")).unwrap();
    let progress = ProgressBar::hidden();
    let options = Options { pydio, folder: folder.path().into(), without_others: true, progress };
    run(options).await.unwrap_err();
    assert!(!folder.path().join("summary.json").exists());
}

#[tokio::test]
async fn a_truncated_file_is_fetched_again() {
    let (server, admin) = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    fail_at(&server, &admin, "/download/many/5.txt", Fault::Truncate(3)).await;
    let report = export(&admin, folder.path(), true).await;
    assert!(report.missing.is_empty(), "{:?}", report.missing);
    let kept = fs::read(folder.path().join("files/common/many/5.txt")).unwrap();
    assert_eq!(Some(kept), server.content("common", "/many/5.txt"));
}

#[tokio::test]
async fn a_file_that_never_arrives_whole_is_not_kept() {
    let (server, admin) = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let proxy = Proxy::start(&server.url()).await.unwrap();
    let fault = proxy::Fault::Cut;
    proxy.plan(vec![Rule { which: Which::Of(None, "/download/many/5.txt".into()), fault }]);
    let admin_there =
        Pydio::builder(proxy.url()).login(ADMIN.login, ADMIN.password).build().unwrap();
    let report = export(&admin_there, folder.path(), true).await;
    assert_eq!(report.missing.len(), 1, "{:?}", report.missing);
    assert!(report.missing[0].starts_with("`/many/5.txt` of the workspace `common`: "));
    assert!(!folder.path().join("files/common/many/5.txt").exists());
    let again = export(&admin, folder.path(), true).await;
    assert!(again.missing.is_empty(), "{:?}", again.missing);
}

#[tokio::test]
async fn a_name_that_is_not_utf8_costs_only_itself() {
    let (server, admin) = furnished().await;
    let folder = tempfile::tempdir().unwrap();
    let mut xml = b"<tree filename=\"/a folder\"><pagination count=\"2\" total=\"1\" \
        current=\"1\"/><tree filename=\"/a folder/lone \xff.txt\" is_file=\"true\"/>"
        .to_vec();
    xml.extend_from_slice(
        "<tree filename=\"/a folder/é &amp; ü.txt\" is_file=\"true\" bytesize=\"5\"/></tree>"
            .as_bytes(),
    );
    let listing = Fault::Answer(Canned::new(200, "text/xml", xml));
    fail_at(&server, &admin, "/common/ls/a%20folder", listing).await;
    let report = export(&admin, folder.path(), true).await;
    assert_eq!(report.missing.len(), 1, "{:?}", report.missing);
    let missing = &report.missing[0];
    assert!(missing.starts_with("`/a folder` of the workspace `common`: "), "{missing}");
    assert!(missing.contains("lone \u{fffd}.txt"), "{missing}");
    let kept = folder.path().join("files/common/a folder/é & ü.txt");
    assert_eq!(fs::read(kept).unwrap(), b"words");
}

/// A nested group has only its last name as id: its path identifies it.
#[tokio::test]
async fn users_in_nested_groups_are_exported_with_their_roles() {
    let (_server, admin) = furnished().await;
    let settings = admin.workspace("settings");
    for (label, path) in [("Paris", "/staff/paris"), ("One", "/staff/paris/one"), ("P", "/paris")] {
        settings.call(access_ajxp_conf::create_group(label, path)).await.unwrap();
    }
    for n in 0..60 {
        let group = ["/staff", "/staff/paris", "/staff/paris/one", "/paris"][n % 4];
        let user = access_ajxp_conf::create_user(format!("user{n}"), "pass-word-1");
        settings.call(user.group_path(group)).await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let report = export(&admin, folder.path(), true).await;
    assert_eq!(report.missing, [""; 0]);
    let users = lines(folder.path(), "users");
    let of = |group: &str| users.iter().filter(|user| user["group"] == group).count();
    assert_eq!(["/staff", "/staff/paris", "/staff/paris/one", "/paris"].map(of), [16, 15, 15, 15]);
    assert_eq!(users.len(), 64);
    assert_eq!(lines(folder.path(), "groups").len(), 4);
    let roles = lines(folder.path(), "roles");
    let has = |id: &str| roles.iter().any(|role| role["role_id"] == id && role["role"].is_object());
    for id in ["AJXP_GRP_/", "AJXP_GRP_/staff/paris/one", "AJXP_USR_/user59", "AJXP_USR_/alice"] {
        assert!(has(id), "{id}");
    }
}

/// This happens to users in a group whose name the server truncated.
#[tokio::test]
async fn users_without_a_group_are_missing() {
    let (_server, admin) = furnished().await;
    let user = access_ajxp_conf::create_user("karl", "pass-word-1").group_path("/nowhere");
    admin.workspace("settings").call(user).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let report = export(&admin, folder.path(), true).await;
    let [missing] = &report.missing[..] else { panic!("{:?}", report.missing) };
    assert!(missing.starts_with("the user `karl`: no group lists them"), "{missing}");
}

/// The server lists the members and groups of `/staff` in `/Staff` too.
#[tokio::test]
async fn groups_that_differ_only_by_case_are_distinguished() {
    let (server, admin) = furnished().await;
    let settings = admin.workspace("settings");
    for path in ["/Staff", "/staff/paris", "/Staff/Paris", "/staff/lyon"] {
        settings.call(access_ajxp_conf::create_group("G", path)).await.unwrap();
    }
    for (login, group) in [("ann", "/staff/paris"), ("dan", "/Staff/Paris"), ("max", "/Staff")] {
        let user = access_ajxp_conf::create_user(login, "pass-word-1").group_path(group);
        settings.call(user).await.unwrap();
    }
    let folder = tempfile::tempdir().unwrap();
    let report = export(&admin, folder.path(), true).await;
    let users = lines(folder.path(), "users");
    let users: Vec<_> = users.iter().map(|user| (&user["object_id"], &user["group"])).collect();
    let expected = [
        ("admin", "/"),
        ("alice", "/"),
        ("ann", "/staff/paris"),
        ("bob", "/"),
        ("carol", "/staff"),
        ("dan", "/Staff/Paris"),
        ("max", "/Staff"),
    ];
    assert_eq!(users.len(), expected.len(), "{users:?}");
    for (user, expected) in users.into_iter().zip(expected) {
        assert_eq!((user.0.as_str(), user.1.as_str()), (Some(expected.0), Some(expected.1)));
    }
    let groups = lines(folder.path(), "groups");
    let groups: Vec<_> = groups.iter().map(|group| group["path"].as_str().unwrap()).collect();
    assert_eq!(groups, ["/Staff", "/Staff/Paris", "/staff", "/staff/paris"]);
    let why = "the server does not distinguish groups that differ only by case, so it is unknown \
               which exist";
    let expected = ["`/Staff/lyon` or `/staff/lyon`", "`/Staff/paris` or `/staff/Paris`"];
    assert_eq!(report.missing, expected.map(|groups| format!("the groups {groups}: {why}")));
    // The server creates a requested role even if its group does not exist.
    let asked = server.seen().iter().any(|seen| seen.target.contains("AJXP_GRP_/Staff/lyon"));
    assert!(!asked);
}

#[tokio::test]
async fn users_with_an_ambiguous_group_are_missing() {
    let (server, admin) = furnished().await;
    let group = access_ajxp_conf::create_group("G", "/Staff");
    admin.workspace("settings").call(group).await.unwrap();
    let refusal = Canned::new(200, "application/json", r#"{"USER":{"ROLES":["AJXP_GRP_/"]}}"#);
    fail_at(&server, &admin, "AJXP_USR_/carol", Fault::Answer(refusal)).await;
    let folder = tempfile::tempdir().unwrap();
    let report = export(&admin, folder.path(), true).await;
    assert_eq!(
        report.missing,
        ["the group of the user `carol`: the server does not distinguish groups that differ \
          only by case: it is `/Staff` or `/staff`"]
    );
    let users = lines(folder.path(), "users");
    let carol: Vec<_> = users.iter().filter(|user| user["object_id"] == "carol").collect();
    assert!(matches!(carol[..], [user] if user["group"].is_null()), "{carol:?}");
}

/// This does not remove any user's group.
#[tokio::test]
async fn an_unreadable_list_is_reported_once() {
    let (server, admin) = furnished().await;
    let locked = r#"<tree><message type="ERROR">database is locked</message></tree>"#;
    let locked = Fault::Answer(Canned::new(200, "text/xml", locked));
    fail_at(&server, &admin, "/admin/people", locked).await;
    let folder = tempfile::tempdir().unwrap();
    let report = export(&admin, folder.path(), true).await;
    let [list, users] = &report.missing[..] else { panic!("{:?}", report.missing) };
    let begin = "the people of the group `/`: the list could not be read: ";
    assert!(list.starts_with(begin) && list.contains("database is locked"), "{list}");
    assert_eq!(users, "users who are in none of the lists read: `admin`, `alice`, `bob`, `carol`");
}
