//! Responses to requests that `schemathesis` made up, as a real 8.2.5 and 7.0.4 answer them.

use pydio_tests::{ADMIN, ALICE, Account, Server, Version, recordings::Recorded};
use serde_json::{Value, json};

use crate::raw;

async fn send(server: &Server, who: Account, method: &str, target: &str) -> Recorded {
    let mut request = raw::Request::new(method, target, "").basic(who.login, who.password);
    request.headers.push(("Accept".to_owned(), "application/json".to_owned()));
    raw::send(server, &request).await.unwrap()
}

async fn get(server: &Server, target: &str) -> Recorded {
    send(server, ALICE, "GET", target).await
}

async fn json_of(server: &Server, who: Account, method: &str, target: &str) -> Value {
    let answer = send(server, who, method, target).await;
    serde_json::from_slice(&answer.body).unwrap_or_else(|error| panic!("{target}: {error}"))
}

async fn start(version: Version) -> Server {
    let server = Server::start(version).await.unwrap();
    server.put("common", "/a.txt", "hello");
    server.put("common", "/film.mp4", "hello");
    server
}

#[tokio::test]
async fn the_largest_number_of_a_page_is_a_page() {
    let page = u64::MAX / 2;
    let server = start(Version::V8_2).await;
    let shares = format!("/api/common/sharelist-load?page={page}");
    assert_eq!(json_of(&server, ALICE, "GET", &shares).await["children"], json!([]));
    let workspaces = format!("/api/v2/admin/workspaces?format=json&page={page}");
    let answer = json_of(&server, ADMIN, "GET", &workspaces).await;
    assert!(answer["data"]["children"].is_object() || answer["children"].is_object(), "{answer}");
}

#[tokio::test]
async fn only_a_line_break_keeps_a_path_from_the_api() {
    for version in [Version::V7_0, Version::V8_2] {
        let server = start(version).await;
        for (name, status) in [("a%0Ab", 404), ("a%01b", 200), ("a%7Fb", 200), ("a%0Db", 200)] {
            let answer = get(&server, &format!("/api/common/stat/{name}")).await;
            assert_eq!(answer.status, status, "{name}");
        }
    }
}

#[tokio::test]
async fn a_missing_node_is_removed_with_its_path_and_a_time() {
    let server = start(Version::V8_2).await;
    let target = "/api/v2/fs/common/missing?force_deletion=true";
    let answer = json_of(&server, ALICE, "DELETE", target).await;
    let removed = &answer["nodesDiff"]["remove"][0];
    assert_eq!(removed["path"], "/missing", "{answer}");
    assert!(removed["ajxp_im_time"].is_i64(), "{answer}");
    assert_eq!(removed.as_object().map(serde_json::Map::len), Some(2), "{answer}");
}

#[tokio::test]
async fn types_follow_the_end_of_the_name() {
    let server = start(Version::V8_2).await;
    for (call, media) in [
        ("read_video_data/film.mp4", "video/mp4; name=\"film.mp4\""),
        ("read_video_data/a.txt", "text/html; charset=UTF-8"),
        ("preview_data_proxy/a.txt", "; name=\"a.txt\""),
        ("preview_data_proxy/missing.PNG", "image/png; name=\"missing.PNG\""),
    ] {
        let answer = get(&server, &format!("/api/common/{call}")).await;
        assert_eq!((answer.status, answer.header("Content-Type")), (200, Some(media)), "{call}");
    }
}

#[tokio::test]
async fn broken_links_are_deleted_and_counted() {
    let server = start(Version::V8_2).await;
    for file in ["/a.txt", "/film.mp4"] {
        let share =
            [("sub_action", "create_minisite"), ("file", file), ("create_guest_user", "true")];
        server.run("alice", "common", "share", &share).unwrap();
    }
    server.run("alice", "common", "delete", &[("file", "/a.txt")]).unwrap();
    let target = "/api/common/sharelist-load?clear_broken_links=true";
    let first = json_of(&server, ALICE, "POST", target).await;
    let second = json_of(&server, ALICE, "POST", target).await;
    let count = |answer: &Value| answer["cleared_count"].as_u64().unwrap();
    assert!(count(&first) <= 1, "{first}");
    assert_eq!(count(&second), 0);
    let left = json_of(&server, ALICE, "GET", "/api/common/sharelist-load").await;
    assert_eq!(left["children"].as_object().map(serde_json::Map::len), Some(1), "{left}");
}

#[tokio::test]
async fn users_to_share_with_are_html_before_8() {
    for (version, media) in [
        (Version::V7_0, "text/html; charset=UTF-8"),
        (Version::V8_2, "application/json; charset=UTF-8"),
    ] {
        let server = start(version).await;
        let answer = get(&server, "/api/common/user_list_authorized_users/b").await;
        assert_eq!(answer.header("Content-Type"), Some(media), "{version:?}");
    }
}

#[tokio::test]
async fn rights_are_exported_as_csv_or_json() {
    let server = start(Version::V8_2).await;
    let target = "/api/settings/export_acl_list/";
    let answer = json_of(&server, ADMIN, "GET", target).await;
    let users = answer.as_array().unwrap().iter();
    let alice: Vec<_> = users.filter_map(|user| user.get("alice")).collect();
    assert_eq!(alice.len(), 1, "{answer}");
    assert_eq!(alice[0]["common[Common]"], "rw", "{answer}");
    let csv = send(&server, ADMIN, "GET", &format!("{target}?format=csv")).await;
    let text = String::from_utf8_lossy(&csv.body).into_owned();
    assert_eq!(csv.header("Content-Type"), Some("text/html; charset=UTF-8"));
    assert!(text.starts_with(',') && text.contains("common[Common]"), "{text}");
    assert!(text.lines().any(|line| line.starts_with("alice,")), "{text}");
}

#[tokio::test]
async fn a_workspace_without_events_has_none() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.add_workspace("empty");
    let target = "/api/empty/load_repository_info?collect=true";
    let answer = json_of(&server, ADMIN, "GET", target).await;
    assert_eq!(answer.get("core.notifications"), Some(&Value::Null), "{answer}");
}

#[tokio::test]
async fn parameters_that_are_no_object_are_an_error() {
    let server = start(Version::V8_2).await;
    for text in ["", "x", "1"] {
        let target = format!("/api/settings/parameters_to_form_definitions?json_parameters={text}");
        let answer = json_of(&server, ADMIN, "GET", &target).await;
        assert_eq!(answer["message"], "Invalid argument supplied for foreach()", "{text}");
    }
}
