//! The program sends the same requests as the typed calls, for every kind of parameter.

use pydio_client::{
    Body, FilePart, Pydio, Rights, Workspace,
    json::{Map, Object, ToJson as _},
    v1::{
        access_ajxp_conf::{create_user, post_json_role},
        access_fs::{self, OrderDirection},
        action_share::{SimpleShareType, share},
        conf_sql,
        models::{Role, RolePost},
    },
    v2::{file, models, provisioning, task, workspace},
};
use pydio_tests::{ADMIN, ALICE, Account, Seen};
use serde_json::json;

use crate::support::Place;

/// Returns a request without the parts that differ in each run.
fn shape(seen: &Seen) -> Vec<String> {
    let mut lines = vec![format!("{} {}", seen.method, seen.target)];
    let boundary = seen.header("content-type").and_then(|kind| kind.split_once("boundary="));
    let boundary = boundary.map(|(_, boundary)| boundary.trim_matches('"').to_owned());
    let plain = |text: String| match &boundary {
        Some(boundary) => text.replace(&**boundary, "BOUNDARY"),
        None => text,
    };
    for (name, value) in &seen.headers {
        lines.push(plain(format!("{name}: {}", value.to_str().unwrap())));
    }
    lines.push(plain(seen.text()));
    lines
}

/// Asserts that a typed call and the command line send the same requests.
async fn same<T>(place: &Place, account: &Account, typed: impl Future<Output = T>, said: &[&str]) {
    let before = place.server.seen().len();
    let _ = typed.await;
    let typed: Vec<_> = place.server.seen()[before..].iter().map(shape).collect();
    let before = place.server.seen().len();
    let run = place.run_as(account, said).await;
    let own: Vec<_> = place.server.seen()[before..].iter().map(shape).collect();
    assert!(!typed.is_empty(), "{said:?}");
    assert_eq!(own, typed, "{said:?}: {run:?}");
}

async fn alice() -> (Place, Workspace, Pydio) {
    let place = Place::new().await;
    let pydio = place.connect(&ALICE);
    (place, pydio.workspace("my-files"), pydio)
}

async fn admin() -> (Place, Workspace, Pydio) {
    let place = Place::new().await;
    let pydio = place.connect(&ADMIN);
    (place, pydio.workspace("settings"), pydio)
}

#[tokio::test]
async fn texts_numbers_switches_words_and_pages() {
    let (place, files, _) = alice().await;
    let call = access_fs::ls("/a b/é").nodes(["/x", "/y"]).options("al").recursive(true);
    let call = call.max_depth(-1).order_direction(OrderDirection::Desc).page(2);
    let said = ["v1", "access.fs", "ls", "/a b/é", "--nodes", "/x", "--nodes", "/y"];
    let more = ["--options", "al", "--recursive", "--max_depth", "-1"];
    let last = ["--order-direction", "desc", "--page", "2"];
    same(&place, &ALICE, files.call(call), &[&said[..], &more, &last].concat()).await;
    let other = access_fs::ls("/").order_direction(OrderDirection::Other("up".to_owned()));
    let said = ["v1", "access.fs", "ls", "--order_direction", "up"];
    same(&place, &ALICE, files.call(other), &said).await;
}

#[tokio::test]
async fn nodes_and_selections() {
    let (place, files, _) = alice().await;
    let call = access_fs::delete(["/a"]);
    same(&place, &ALICE, files.call(call), &["v1", "access.fs", "delete", "/a"]).await;
    let call = access_fs::delete(["/a", "/b c", "/ü"]).force_deletion(true);
    let said = ["v1", "access.fs", "delete", "/a", "/b c", "--force_deletion", "/ü"];
    // Options may come in between: what follows them are paths again.
    same(&place, &ALICE, files.call(call), &said).await;
    let call = access_fs::copy(["/a", "/b"], "/c");
    let said = ["v1", "access.fs", "copy", "/a", "/b", "--dest", "/c"];
    same(&place, &ALICE, files.call(call), &said).await;
    let call = access_fs::mkdir("/100%+1/é");
    same(&place, &ALICE, files.call(call), &["v1", "access.fs", "mkdir", "/100%+1/é"]).await;
    let call = access_fs::chmod(["/a"], "640").recursive(true);
    let said = ["v1", "access.fs", "chmod", "/a", "--chmod_value", "640", "--recursive"];
    same(&place, &ALICE, files.call(call), &said).await;
}

#[tokio::test]
async fn lists_switches_families_and_free_fields() {
    let (place, files, _) = alice().await;
    let call = conf_sql::user_list_authorized_users("b").exclude_current(false);
    let said = ["v1", "conf.sql", "user_list_authorized_users", "b", "--exclude_current", "false"];
    same(&place, &ALICE, files.call(call), &said).await;
    let call = conf_sql::user_team_create("t").user_ids(["alice", "bob"]);
    let said = ["v1", "conf.sql", "user_team_create", "t"];
    let more = ["--user_ids", "alice", "--user_ids", "bob"];
    same(&place, &ALICE, files.call(call), &[&said[..], &more].concat()).await;
    let call = share(SimpleShareType::Public, "/a").user(0, "bob").user(1, "x=y");
    let call = call.downloadlimit(3).plugins_data([("a[b]", "1"), ("c", "=")]);
    let said = ["v1", "action.share", "share", "public", "/a", "--user", "0=bob", "--user"];
    let more = ["1=x=y", "--downloadlimit", "3", "--field", "a[b]=1", "--field", "c=="];
    same(&place, &ALICE, files.call(call), &[&said[..], &more].concat()).await;
}

#[tokio::test]
async fn secrets_documents_and_constants() {
    let (place, settings, _) = admin().await;
    place.file("secret", "pass wörd");
    let call = create_user("bert", "pass wörd");
    let said = ["-w", "settings", "v1", "access.ajxp_conf", "create_user", "bert"];
    let more = ["--new_user_pwd-file", "secret"];
    same(&place, &ADMIN, settings.call(call), &[&said[..], &more].concat()).await;
    let acl = Map::from([("1".to_owned(), Rights::READ | Rights::WRITE)]);
    let parameters = Object::from_iter([("é".to_owned(), json!([true, null, 1]))]);
    let role = Role::new(acl, Object::new(), Vec::new(), parameters);
    let document = RolePost::new(Object::new(), role);
    place.file("role.json", &document.to_json().to_string());
    let call = post_json_role("bert", &document);
    let said = ["v1", "access.ajxp_conf", "post_json_role", "--role_id", "bert"];
    let more = ["--json_data", "role.json", "-w", "settings"];
    same(&place, &ADMIN, settings.call(call), &[&said[..], &more].concat()).await;
}

#[tokio::test]
async fn files_in_forms() {
    let (place, files, _) = alice().await;
    place.file("a b.txt", "hello");
    let part = || FilePart::new("a b.txt", Body::from("hello"));
    let call = access_fs::upload("/", "a b.txt", part()).auto_rename(true);
    let said = ["v1", "access.fs", "upload", "/", "a b.txt", "--auto_rename"];
    let again = access_fs::upload("/", "ü.txt", part());
    same(
        &place,
        &ALICE,
        async { files.upload(again).await },
        &[&said[..4], &["a b.txt", "--urlencoded_filename", "ü.txt"]].concat(),
    )
    .await;
    // Each upload keeps an existing file, so that the second one gets another name.
    place.server.put("my-files/alice", "/a b.txt", "");
    let before = place.server.seen().len();
    files.upload(call).await.unwrap();
    let typed = shape(&place.server.seen()[before]);
    let before = place.server.seen().len();
    place.run(&said).await.done();
    assert_eq!(shape(&place.server.seen()[before]), typed);
}

#[tokio::test]
async fn operations() {
    let (place, _, pydio) = alice().await;
    let call = file::get_node_infos("my-files", "/a b").recursive(true).max_depth(2);
    let said =
        ["v2", "file", "getNodeInfos", "my-files", "/a b", "--recursive", "--max-depth", "2"];
    same(&place, &ALICE, pydio.call(call), &said).await;
    let call = file::create_node("my-files", "/a b/c").content("tëxt");
    let said = ["v2", "file", "createNode", "my-files", "/a b/c", "--content", "tëxt"];
    same(&place, &ALICE, pydio.call(call), &said).await;
    let call = workspace::changes("my-files", 0, 7).flatten(true);
    let said = ["v2", "workspace", "changes", "my-files", "0", "--seq_id", "7", "--flatten"];
    same(&place, &ALICE, pydio.call(call), &said).await;
    place.file("raw", "bytes");
    let call = file::upload_stream("my-files", "/u", "bytes").rename_if_exists(true);
    let said = ["v2", "file", "uploadStream", "my-files", "/u", "raw", "--X-Rename-If-Exists"];
    same(&place, &ALICE, pydio.call(call), &said).await;
    let call = task::get_task_info("t1");
    same(&place, &ALICE, pydio.call(call), &["v2", "task", "getTaskInfo", "t1"]).await;
}

#[tokio::test]
async fn bodies_whole_and_in_fields() {
    let (place, _, pydio) = admin().await;
    place.file("secret", "s3cret");
    let mut person = models::NewPerson::new(models::NewPersonResourceType::User);
    person.user_pass = Some("s3cret".into());
    let call = || provisioning::create_people("/bert", &person);
    let said = ["v2", "provisioning", "createPeople", "/bert", "--resourceType", "user"];
    let fields = [&said[..], &["--userPass-file", "secret"]].concat();
    same(&place, &ADMIN, pydio.call(call()), &fields).await;
    let body = ["--body", r#"{"userPass": "s3cret", "resourceType": "user"}"#];
    same(&place, &ADMIN, pydio.call(call()), &[&said[..4], &body].concat()).await;
    let new = models::NewWorkspace::new("fs", "Notes");
    let call = provisioning::admin_create_workspace(&new);
    let said = ["v2", "provisioning", "adminCreateWorkspace", "--accessType", "fs"];
    same(&place, &ADMIN, pydio.call(call), &[&said[..], &["--display", "Notes"]].concat()).await;
}
