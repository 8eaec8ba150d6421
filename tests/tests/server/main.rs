//! Tests the test server alone. The target `shared` compares its responses with recorded ones.

mod catalog;
mod hazards;
mod invented;
mod older;
mod raw;
mod session;
mod world;

use pydio_tests::{Server, Version};

#[tokio::test]
async fn the_lock_out_hides_the_reason_and_accepts_the_right_password() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let ask = async |password: &str| {
        let request = raw::Request::get("/api/common/ls").basic("alice", password);
        let answer = raw::send(&server, &request).await.unwrap();
        (answer.status, answer.header("www-authenticate").is_some(), answer.body.len())
    };
    for _ in 0..3 {
        assert_eq!(ask("wrong").await, (401, true, 0));
    }
    assert_eq!(ask("wrong").await, (401, false, 42));
    assert_eq!(ask("alice-secret").await.0, 200);
}

#[tokio::test]
async fn methods_depend_on_the_version() {
    for (version, found) in
        [(Version::V6_4, true), (Version::V7_0_3, false), (Version::V8_2, false)]
    {
        let server = Server::start(version).await.unwrap();
        let mut request = raw::Request::get("/api/common/ls").basic("alice", "alice-secret");
        "PUT".clone_into(&mut request.method);
        let answer = raw::send(&server, &request).await.unwrap();
        let text = String::from_utf8(answer.body).unwrap();
        assert_eq!(text.contains("<tree repo_has_recycle="), found, "{version:?}: {text}");
        assert_eq!(text.contains("Could not find any endpoint"), !found);
    }
}
