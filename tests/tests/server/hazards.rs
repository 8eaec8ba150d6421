//! Behaviors of real servers that lose data or lock users out: clients are tested against them.

use std::time::Duration;

use pydio_tests::{ADMIN, ALICE, Account, COMMON_ID, Server, Version};

use crate::raw;

async fn start() -> Server {
    Server::builder(Version::V8_2).pages(4, 2).start().await.unwrap()
}

async fn post(server: &Server, who: Account, target: &str, body: &str) -> String {
    let method = if body.is_empty() { "GET" } else { "POST" };
    let request = raw::Request::new(method, target, body).basic(who.login, who.password);
    let answer = raw::send(server, &request).await.unwrap();
    String::from_utf8_lossy(&answer.body).into_owned()
}

async fn get(server: &Server, who: Account, target: &str) -> String {
    post(server, who, target, "").await
}

#[tokio::test]
async fn a_role_without_applies_is_saved_and_ends_every_login() {
    let server = start().await;
    get(&server, ADMIN, "/api/settings/create_role/broken").await;
    let role = "role_id=broken&json_data=%7B%22ROLE%22%3A%7B%22ACL%22%3A%7B%220%22%3A%22r%22%7D%2C\
                %22ACTIONS%22%3A%7B%7D%2C%22PARAMETERS%22%3A%7B%7D%7D%2C%22FORMS%22%3A%7B%7D%7D";
    let answer = post(&server, ADMIN, "/api/settings/edit/post_json_role", role).await;
    assert!(answer.contains("ERROR"), "{answer}");
    assert!(server.state().iter().any(|line| line.contains(r#""ACL":{"0":"r"}"#)));
    for who in [ADMIN, ALICE] {
        let answer = get(&server, who, "/api/common/ls/").await;
        assert!(answer.contains("in_array() expects parameter 2 to be array"), "{answer}");
    }
}

#[tokio::test]
async fn a_refused_disclaimer_locks_the_account() {
    let server = start().await;
    let answer = get(&server, ALICE, "/api/common/validate_disclaimer/no").await;
    assert!(answer.contains("<require_auth/>"), "{answer}");
    let answer = get(&server, ALICE, "/api/pydio/validate_disclaimer/true").await;
    assert!(answer.contains("No active workspace found"), "{answer}");
    assert_eq!(get(&server, ALICE, "/api/common/validate_disclaimer/true").await, "");
    let answer = get(&server, ALICE, "/api/pydio/validate_disclaimer/true").await;
    assert_eq!(answer, "");
}

#[tokio::test]
async fn a_recursive_listing_has_only_the_first_page_of_each_folder() {
    let server = start().await;
    for n in 0..6 {
        server.put("common", &format!("/deep/{n}.txt"), "x");
    }
    let answer = get(&server, ALICE, "/api/common/ls/?recursive=true").await;
    assert!(answer.contains("<pagination count=\"6\""), "{answer}");
    assert!(answer.contains("/deep/1.txt") && !answer.contains("/deep/2.txt"), "{answer}");
}

#[tokio::test]
async fn a_preference_named_password_is_never_answered() {
    let server = start().await;
    let target = "/api/settings/save_user_preference/bob?pref_name_0=password&pref_value_0=x";
    let answer = get(&server, ADMIN, target);
    assert!(tokio::time::timeout(Duration::from_millis(300), answer).await.is_err());
    // Other requests are.
    assert!(get(&server, ALICE, "/api/common/ls/").await.contains("<tree"));
}

#[tokio::test]
async fn lists_without_a_format_are_empty() {
    let server = start().await;
    let answer = get(&server, ADMIN, "/api/settings/export_acl_list/").await;
    assert!(answer.ends_with("<tree ></tree>"), "{answer}");
    server.put("common", "/a.txt", "x");
    let events = async |format: &str| {
        let answer = get(&server, ALICE, &format!("/api/common/feed?format={format}")).await;
        answer.matches("event_id").count()
    };
    assert_eq!((events("array").await, events("xml").await), (0, 1));
}

#[tokio::test]
async fn a_workspace_is_deleted_only_by_its_id() {
    let server = start().await;
    let delete = async |name: &str| {
        get(&server, ADMIN, &format!("/api/settings/delete/repository/{name}")).await
    };
    assert!(delete("common").await.contains("SUCCESS"));
    assert!(server.workspaces().contains(&"common".to_owned()));
    assert!(delete(COMMON_ID).await.contains("SUCCESS"));
    assert!(!server.workspaces().contains(&"common".to_owned()));
}

#[tokio::test]
async fn a_restored_node_is_deleted_with_svn() {
    let server = start().await;
    let payload = "payload=%7B%22display%22%3A%22versions%22%2C%22features%22%3A%7B%22meta.svn%22\
                   %3A%7B%7D%7D%7D";
    post(&server, ADMIN, "/api/v2/admin/workspaces", payload).await;
    server.put("versions", "/recycle_bin/a.txt", "x");
    let answer = get(&server, ADMIN, "/api/versions/restore?file=/recycle_bin/a.txt").await;
    assert!(answer.contains("SUCCESS"), "{answer}");
    assert!(!server.has("versions", "/recycle_bin/a.txt") && !server.has("versions", "/a.txt"));
}

#[tokio::test]
async fn a_name_that_is_not_utf_8_spoils_a_listing() {
    let server = start().await;
    // The disk has U+FFFD in place of the bytes.
    server.put("common", "/bad/latin1 \u{fffd}.txt", "x");
    server.put("common", "/bad/bell \u{7}.txt", "x");
    let request = raw::Request::get("/api/common/ls/bad").basic(ALICE.login, ALICE.password);
    let answer = raw::send(&server, &request).await.unwrap();
    assert!(answer.body.windows(8).any(|bytes| bytes == b"latin1 \xe9"));
    assert!(answer.body.contains(&7));
    let json = raw::Request::get("/api/common/ls/bad?format=json");
    let answer = raw::send(&server, &json.basic(ALICE.login, ALICE.password)).await.unwrap();
    assert_eq!((answer.status, answer.body.len()), (200, 0));
    assert_eq!(answer.header("content-type"), Some("text/html; charset=UTF-8"));
}
