//! The effects of calls on files, and their responses.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use pydio_client::{
    ErrorKind, Json,
    response::{Nothing, OneOrMany, Severity},
    v1::{
        access_fs::{self, Encode},
        action_share::{self, SimpleShareType},
        meta_quota,
    },
};
use pydio_tests::{ALICE, Canned, Fault, Server, Version};

use crate::support::{common, connect};

#[tokio::test]
async fn changes_are_reported() {
    let (server, files) = common().await;
    server.put("common", "/a/1.txt", "one");
    server.put("common", "/a/2.txt", "two");
    server.folder("common", "/b");

    let copied = files
        .call(access_fs::copy(["/a/1.txt", "/a/2.txt"], "/b"))
        .await
        .unwrap()
        .into_response()
        .unwrap();
    assert_eq!(copied.messages[0].severity, Severity::Success);
    let added: Vec<_> = copied.diff.added.iter().map(|node| node.path().to_string()).collect();
    assert_eq!(added, ["/b/1.txt", "/b/2.txt"]);
    assert_eq!(
        server.last().unwrap().text(),
        "nodes%5B%5D=%2Fa%2F1.txt&nodes%5B%5D=%2Fa%2F2.txt&dest=%2Fb"
    );

    let rename = access_fs::rename("/b/1.txt", "über.txt");
    let renamed = files.call(rename).await.unwrap();
    assert_eq!(renamed.diff.updated[0].original_path().unwrap().as_str(), "/b/1.txt");
    assert_eq!(renamed.diff.updated[0].path().as_str(), "/b/über.txt");

    server.folder("common", "/c");
    let moved = files
        .call(access_fs::move_nodes(["/b/über.txt"], "/c"))
        .await
        .unwrap()
        .into_response()
        .unwrap();
    assert!(moved.background);
    assert_eq!(server.content("common", "/c/über.txt").as_deref(), Some(&b"one"[..]));
    assert!(!server.has("common", "/b/über.txt"));
}

#[tokio::test]
async fn a_copy_can_have_another_name() {
    let (server, files) = common().await;
    server.put("common", "/a/1.txt", "one");
    let copy = access_fs::copy(["/a/1.txt"], "/a").target_base_name("the other.txt");
    let copied = files.call(copy).await.unwrap().into_response().unwrap();
    assert_eq!(copied.diff.added[0].path().as_str(), "/a/the other.txt");
    for name in ["/a/1.txt", "/a/the other.txt"] {
        assert_eq!(server.content("common", name).as_deref(), Some(&b"one"[..]), "{name}");
    }
    assert_eq!(
        server.last().unwrap().text(),
        "nodes%5B%5D=%2Fa%2F1.txt&dest=%2Fa&targetBaseName=the+other.txt"
    );
}

#[tokio::test]
async fn a_deleted_file_can_be_restored() {
    let (server, files) = common().await;
    server.put("common", "/a/1.txt", "one");
    let deleted =
        files.call(access_fs::delete(["/a/1.txt"])).await.unwrap().into_response().unwrap();
    let path = deleted.diff.updated[0].path();
    assert_eq!(path.as_str(), "/recycle_bin/1.txt");
    let restored = files.call(access_fs::restore(path)).await.unwrap().unwrap();
    assert_eq!(restored.diff.updated[0].path().as_str(), "/a/1.txt");
    assert!(server.has("common", "/a/1.txt"));
}

#[tokio::test]
async fn a_failure_half_way_is_an_error() {
    let (server, files) = common().await;
    server.put("common", "/1.txt", "one");
    let error = files.call(access_fs::delete(["/1.txt", "/absent"])).await.unwrap_err();
    assert_eq!(error.message(), "Cannot find file /absent");
    assert!(!server.has("common", "/1.txt"));
}

#[tokio::test]
async fn an_error_comes_with_status_200() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "");
    let error = files.call(access_fs::mkfile("/a.txt")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Server, "{error:?}");
    assert_eq!(error.status(), Some(200));
    assert_eq!(
        error.to_string(),
        "the server reports: access.fs/mkfile on workspace `common` (HTTP 200): \
         This file already exists (names are case insensitive)"
    );
}

#[tokio::test]
async fn one_node_has_one_stat() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "hello");
    server.folder("common", "/b");
    let stat = files.call(access_fs::stat("/a.txt")).await.unwrap().one().unwrap();
    assert_eq!((stat.size, stat.mode, stat.nlink), (Some(5), Some(0o100_666), Some(1)));
    assert!(stat.mtime.is_some_and(|time| time.as_secs() > 1_795_000_000));
    // The duplicates under numeric keys are not fields of the model.
    assert_eq!(stat.other_fields.get("7"), Some(&Json::from(5)));
    assert_eq!(stat.other_fields.len(), 13);
    assert_eq!(server.last().unwrap().header("accept"), Some("application/json"));
    assert_eq!(server.last().unwrap().target, "/api/common/stat/a.txt");
    let folder = files.call(access_fs::stat("/b")).await.unwrap().one().unwrap();
    assert_eq!(folder.mode.map(|mode| mode & 0o170_000), Some(0o040_000));
    let error = files.call(access_fs::stat("/.hidden")).await.unwrap_err();
    assert_eq!(error.message(), ".hidden Forbidden");
}

#[tokio::test]
async fn a_missing_node_has_no_stat() {
    let (_server, files) = common().await;
    let missing = files.call(access_fs::stat("/absent")).await.unwrap();
    assert_eq!(missing, OneOrMany::Missing);
    assert_eq!(missing.one(), None);
}

#[tokio::test]
async fn several_nodes_have_their_stat_by_path() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "hello");
    server.put("common", "/b/c+d.txt", "hi");
    let stat = access_fs::stat("/").nodes(["/a.txt", "/b/c+d.txt", "/absent"]);
    let OneOrMany::Many(stats) = files.call(stat).await.unwrap() else { panic!("not several") };
    let sizes: Vec<_> = stats
        .iter()
        .map(|(path, stat)| (path.as_str(), stat.as_ref().and_then(|stat| stat.size)))
        .collect();
    assert_eq!(sizes, [("/a.txt", Some(5)), ("/absent", None), ("/b/c+d.txt", Some(2))]);
    assert!(stats["/absent"].is_none());
}

#[tokio::test]
async fn text_is_written_and_read() {
    let (server, files) = common().await;
    server.put("common", "/ü/a.txt", "");
    let text = "a + b & 100% = é\n\t\"<tag>\" €😀";
    let saved = files.call(access_fs::put_content("/ü/a.txt", text)).await.unwrap();
    assert!(saved.background);
    assert_eq!(saved.diff.updated[0].path().as_str(), "/ü/a.txt");
    assert_eq!(server.content("common", "/ü/a.txt").as_deref(), Some(text.as_bytes()));
    let content = files.call(access_fs::get_content("/ü/a.txt")).await.unwrap();
    assert_eq!(content.bytes(1000).await.unwrap(), text.as_bytes());
    assert_eq!(server.last().unwrap().target, "/api/common/get_content/?file=%2F%C3%BC%2Fa.txt");

    let encoded = access_fs::put_content("/ü/a.txt", "AP8K").encode(Encode::Base64);
    files.call(encoded).await.unwrap();
    assert_eq!(server.content("common", "/ü/a.txt").as_deref(), Some(&b"\0\xff\n"[..]));
    let content = files.call(access_fs::get_content("/ü/a.txt")).await.unwrap();
    assert_eq!(content.bytes(1000).await.unwrap(), b"\0\xff\n");
}

#[tokio::test]
async fn a_new_file_can_have_content() {
    let (server, files) = common().await;
    let make = |text: &str| access_fs::mkfile("/new.txt").content(text);
    let made = files.call(make("first & \"last\"")).await.unwrap();
    assert_eq!(made.diff.added[0].path().as_str(), "/new.txt");
    let content = || server.content("common", "/new.txt");
    assert_eq!(content().as_deref(), Some(&b"first & \"last\""[..]));
    let error = files.call(make("second")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Server, "{error:?}");
    assert_eq!(content().as_deref(), Some(&b"first & \"last\""[..]));
    files.call(make("third").force(true)).await.unwrap();
    assert_eq!(content().as_deref(), Some(&b"third"[..]));
}

#[tokio::test]
async fn a_download_is_streamed() {
    let (server, files) = common().await;
    let content: Vec<u8> =
        (0..5_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    server.put("common", "/größe.bin", &content);
    let download = files.call(access_fs::download("/größe.bin")).await.unwrap();
    assert_eq!((download.len(), download.file_name()), (Some(5_000_000), Some("größe.bin")));
    let chunks: Vec<_> = download.try_collect().await.unwrap();
    assert!(chunks.len() > 1);
    assert!(chunks.concat() == content);
}

#[tokio::test]
async fn an_xml_file_that_looks_like_a_report_is_a_file() {
    let (server, files) = common().await;
    let content = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree ><message type=\"ERROR\">no</message></tree>";
    server.put("common", "/report.xml", content);
    let file = files.call(access_fs::download("/report.xml")).await.unwrap();
    assert_eq!(file.bytes(1000).await.unwrap(), content.as_bytes());
    let error = files.call(access_fs::download("/absent.xml")).await.unwrap_err();
    assert_eq!(error.message(), "Cannot find file!");
}

#[tokio::test]
async fn other_responses_have_their_types() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "12345");
    let quota = files.call(meta_quota::monitor_quota()).await.unwrap();
    assert_eq!((quota.usage, quota.total), (5, 524_288_000));
    assert!(quota.other_fields.is_empty());
    assert_eq!(files.call(access_fs::lsync().to("/a.txt")).await.unwrap(), Nothing);
    assert_eq!(files.call(access_fs::purge()).await.unwrap(), Nothing);
    // The server needs one of the two, and answers nothing of it.
    let error = files.call(access_fs::lsync()).await.unwrap_err();
    assert!(error.to_string().contains("one of `from`, `to` is needed"), "{error}");
}

#[tokio::test]
async fn packing_continues_after_the_response() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "a");
    server.put("common", "/b.txt", "b");
    let compress = access_fs::compress(["/a.txt", "/b.txt"]).dir("/").archive_name("both.zip");
    let answer = files.call(compress).await.unwrap().into_response().unwrap();
    assert!(answer.background);
    assert!(answer.messages.is_empty() && answer.diff.added.is_empty());
    let seen = server.last().unwrap();
    assert_eq!(seen.target, "/api/common/compress/a.txt");
    assert_eq!(seen.text(), "file_0=%2Fb.txt&dir=%2F&archive_name=both.zip");
    // The server may also return nothing.
    server.fail(Fault::Answer(Canned::new(200, "text/html; charset=UTF-8", "")));
    let answer = files.call(access_fs::compress(["/a.txt"])).await.unwrap();
    assert_eq!(*answer, None);
}

#[tokio::test]
async fn a_link_is_shared_and_returned_as_text() {
    let (server, files) = common().await;
    server.put("common", "/a b.txt", "a");
    let share = |path: &str, kind| action_share::share(kind, path);
    let link = files.call(share("/a b.txt", SimpleShareType::Public)).await.unwrap();
    let hash = link.0.strip_prefix(&format!("{}/public/", server.url()));
    assert!(hash.is_some_and(|hash| hash.len() == 6), "{link:?}");
    assert!(server.last().unwrap().target.ends_with("/a%20b.txt"));
    let error = files.call(share("/a b.txt", SimpleShareType::Private)).await.unwrap_err();
    assert_eq!(error.message(), "Please provide a guest_user_pass for private link");
    let private = share("/a b.txt", SimpleShareType::Private).guest_user_pass("guest-secret");
    assert!(!format!("{private:?}").contains("guest-secret"));
    assert!(files.call(private).await.unwrap().0.starts_with(&server.url()));
    assert!(!server.last().unwrap().target.contains("guest-secret"));
    let error = files.call(share("/absent", SimpleShareType::Public)).await.unwrap_err();
    assert!(error.message().starts_with("Cannot share a non-existing file"));
}

#[tokio::test]
async fn fifty_calls_share_a_connection() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let pydio = connect(&server, &ALICE);
    let made: Vec<_> = stream::iter(0..50)
        .map(|n| {
            let files = pydio.workspace("common");
            async move { files.call(access_fs::mkfile(format!("/{n}.txt"))).await }
        })
        .buffer_unordered(50)
        .collect()
        .await;
    for answer in made {
        answer.unwrap();
    }
    assert_eq!(server.seen().len(), 50);
    for n in 0..50 {
        assert!(server.has("common", &format!("/{n}.txt")));
    }
}
