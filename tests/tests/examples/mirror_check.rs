//! The program finds every difference, and treats nothing unread as equal.

use std::fs;

use pydio_tests::{ALICE, Canned, Fault, Server, Version};

use crate::support::connect;

#[path = "../../examples/mirror_check.rs"]
pub(crate) mod program;

use program::{Difference, Options, run};

/// Creates a remote folder of several pages, and a local copy.
async fn both() -> (Server, tempfile::TempDir, Options) {
    let server = Server::builder(Version::V8_2).pages(3, 2).start().await.unwrap();
    let here = tempfile::tempdir().unwrap();
    fs::create_dir(here.path().join("deep")).unwrap();
    for n in 0..5 {
        server.put("common", &format!("/set/{n}.txt"), format!("file {n}"));
        server.put("common", &format!("/set/deep/{n}.txt"), "deep");
        fs::write(here.path().join(format!("{n}.txt")), format!("file {n}")).unwrap();
        fs::write(here.path().join(format!("deep/{n}.txt")), "deep").unwrap();
    }
    let files = connect(&server, &ALICE).workspace("common");
    let options = Options { here: here.path().to_owned(), files, there: "/set".into() };
    (server, here, options)
}

#[tokio::test]
async fn identical_folders_are_equal() {
    let (_server, _here, options) = both().await;
    let same = run(&options).await.unwrap();
    assert_eq!((same.differences, same.common, same.is_by_size_alone), (vec![], 11, false));
}

#[tokio::test]
async fn differences_are_found_on_either_side() {
    let (server, here, options) = both().await;
    fs::write(here.path().join("1.txt"), "FILE 1").unwrap();
    fs::write(here.path().join("2.txt"), "longer than it").unwrap();
    fs::remove_file(here.path().join("deep/4.txt")).unwrap();
    fs::write(here.path().join("extra"), "").unwrap();
    fs::create_dir(here.path().join("one")).unwrap();
    server.put("common", "/set/one", "a file");
    server.folder("common", "/set/empty");
    let differs = |path: &str, why| Difference::Differs(path.to_owned(), why);
    let expected = [
        differs("1.txt", "other content"),
        differs("2.txt", "other size"),
        Difference::OnlyThere("deep/4.txt".to_owned()),
        Difference::OnlyThere("empty".to_owned()),
        Difference::OnlyHere("extra".to_owned()),
        differs("one", "a file on one side, none on the other"),
    ];
    assert_eq!(run(&options).await.unwrap().differences, expected);
    // A name that would control the terminal, or split its line.
    let odd = Difference::OnlyHere("a\x1b[2J\nb".to_owned());
    assert_eq!(odd.to_string(), "only here\ta\\u{1b}[2J\\nb");
}

#[tokio::test]
async fn an_unreadable_side_is_not_equal() {
    let (server, _here, mut options) = both().await;
    server.fail(Fault::Delay(std::time::Duration::ZERO));
    let page = Canned::new(200, "text/xml", r#"<tree filename="/set" is_file="false"></tree>"#);
    server.fail(Fault::Answer(page));
    let error = run(&options).await.unwrap_err().to_string();
    assert!(error.ends_with("nodes in /set came"), "{error}");
    options.there = "/missing".into();
    assert!(run(&options).await.is_err());
    options.here.push("missing");
    assert!(run(&options).await.is_err());
}
