//! What older releases do otherwise, as real servers of them do.

use pydio_tests::{ADMIN, ALICE, Account, Server, Version, recordings::Recorded};

use crate::raw;

const ALL: [Version; 6] =
    [Version::V6_0, Version::V6_4, Version::V6_5, Version::V7_0_3, Version::V7_0, Version::V8_2];

async fn ask(server: &Server, who: &Account, target: &str, range: Option<&str>) -> Recorded {
    let mut request = raw::Request::get(target).basic(who.login, who.password);
    let range = range.map(|range| ("Range".to_owned(), format!("bytes={range}")));
    request.headers.extend(range);
    raw::send(server, &request).await.unwrap()
}

async fn text(server: &Server, who: &Account, target: &str) -> String {
    String::from_utf8(ask(server, who, target, None).await.body).unwrap()
}

#[tokio::test]
async fn downloads_before_8_have_no_date_and_other_ranges() {
    for version in ALL {
        let server = Server::start(version).await.unwrap();
        server.put("common", "/a.txt", "0123456789abcdefgh");
        let is_old = version < Version::V8_2;
        for (range, old, new, length) in [
            (None, "bytes 0-17/18;", "bytes 0-17/18;", 18),
            (Some("5-"), "bytes 5-18/18", "bytes 5-17/18", 13),
            (Some("0-9"), "bytes 0-9/18", "bytes 0-8/18", 9),
            (Some("-5"), "bytes 0-5/18", "bytes 0-4/18", 5),
            (Some("0-0"), "bytes 0-18/18", "bytes 0-17/18", 18),
            (Some("100-200"), "bytes 100-18/18", "bytes 100-17/18", 0),
        ] {
            let answer = ask(&server, &ALICE, "/api/common/download/a.txt", range).await;
            let what = format!("{version:?} {range:?}");
            assert_eq!(answer.body.len(), length, "{what}");
            let expected = if is_old { old } else { new };
            assert_eq!(answer.header("content-range"), Some(expected), "{what}");
            assert_eq!(answer.header("last-modified").is_none(), is_old, "{what}");
            let accepted = if is_old { "0-18" } else { "bytes" };
            assert_eq!(answer.header("accept-ranges"), Some(accepted), "{what}");
        }
    }
}

#[tokio::test]
async fn refused_contents_before_6_5_are_text() {
    for version in ALL {
        let server = Server::start(version).await.unwrap();
        server.put("common", "/a.txt", "a");
        text(&server, &ALICE, "/api/common/sl_lock/a.txt/?file=/a.txt").await;
        let put = "/api/common/put_content/a.txt/?file=/a.txt&content=x";
        let answer = ask(&server, &ADMIN, put, None).await;
        let body = String::from_utf8(answer.body.clone()).unwrap();
        assert!(body.contains("This file is locked by another user"), "{version:?}: {body}");
        let is_text = answer.header("content-type").is_some_and(|kind| kind.contains("plain"));
        assert_eq!((answer.status, is_text), (200, version < Version::V6_5), "{version:?}");
        assert_eq!(is_text, !body.contains("ERROR"), "{version:?}: {body}");
        assert_eq!(text(&server, &ALICE, "/api/common/get_content/?file=/a.txt").await, "a");
    }
}

#[tokio::test]
async fn a_lock_is_taken_over_and_removed_by_others() {
    for version in ALL {
        let server = Server::start(version).await.unwrap();
        server.put("common", "/a.txt", "a");
        let list = "/api/common/ls/?options=al";
        for (target, who, is_mine) in [
            ("?file=/a.txt", ALICE, true),
            ("?file=/a.txt", ADMIN, true),
            ("?file=/a.txt&unlock=true", ALICE, false),
        ] {
            text(&server, &who, &format!("/api/common/sl_lock/a.txt/{target}")).await;
            let listed = text(&server, &who, list).await;
            assert_eq!(listed.contains("sl_mylock"), is_mine, "{version:?} {target}: {listed}");
        }
    }
}

#[tokio::test]
async fn a_recursive_list_has_each_hash_once() {
    for version in ALL {
        let server = Server::start(version).await.unwrap();
        server.put("common", "/a/b.txt", "x");
        text(&server, &ALICE, "/api/common/stat_hash/a/b.txt/?file=/a/b.txt").await;
        let listed = text(&server, &ALICE, "/api/common/ls/a/?recursive=true&options=al").await;
        assert_eq!(listed.matches(" md5=").count(), 1, "{version:?}: {listed}");
    }
}
