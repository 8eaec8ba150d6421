//! What calls do to the files, and what comes back of it.

use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use pydio_client::{
    Error, Json,
    answer::{AnyAnswer, Download, Severity, Text},
    v1::{access_fs, meta_quota},
};
use pydio_runtime::Request;
use pydio_tests::{ALICE, Server, Version};

use crate::support::{ACTIONS, call, common, connect, envelope};

#[tokio::test]
async fn what_is_done_is_reported() {
    let (server, files) = common().await;
    server.put("common", "/a/1.txt", "one");
    server.put("common", "/a/2.txt", "two");
    server.folder("common", "/b");

    let copied =
        envelope(files.call(access_fs::copy(["/a/1.txt", "/a/2.txt"], "/b")).await.unwrap());
    assert_eq!(copied.messages[0].severity, Severity::Success);
    let added: Vec<_> = copied.diff.added.iter().map(|node| node.path().to_string()).collect();
    assert_eq!(added, ["/b/1.txt", "/b/2.txt"]);
    assert_eq!(
        server.last().unwrap().text(),
        "nodes%5B%5D=%2Fa%2F1.txt&nodes%5B%5D=%2Fa%2F2.txt&dest=%2Fb"
    );

    let rename = access_fs::rename("/b/1.txt").filename_new("über.txt");
    let renamed = envelope(files.call(rename).await.unwrap());
    assert_eq!(renamed.diff.updated[0].original_path().unwrap().as_str(), "/b/1.txt");
    assert_eq!(renamed.diff.updated[0].path().as_str(), "/b/über.txt");

    server.folder("common", "/c");
    let moved = envelope(files.call(access_fs::move_(["/b/über.txt"], "/c")).await.unwrap());
    assert!(moved.background);
    assert_eq!(server.content("common", "/c/über.txt").as_deref(), Some(&b"one"[..]));
    assert!(!server.has("common", "/b/über.txt"));
}

#[tokio::test]
async fn a_deleted_file_can_be_restored() {
    let (server, files) = common().await;
    server.put("common", "/a/1.txt", "one");
    let delete = Request::new(&ACTIONS.delete).text("file", "/a/1.txt");
    let deleted = envelope(call(&files, delete).await.unwrap());
    let path = deleted.diff.updated[0].path();
    assert_eq!(path.as_str(), "/recycle_bin/1.txt");
    let restore = Request::new(&ACTIONS.restore).text("file", path.to_string());
    let restored = envelope(call(&files, restore).await.unwrap());
    assert_eq!(restored.diff.updated[0].path().as_str(), "/a/1.txt");
    assert!(server.has("common", "/a/1.txt"));
}

#[tokio::test]
async fn a_failure_half_way_is_an_error() {
    let (server, files) = common().await;
    server.put("common", "/1.txt", "one");
    let delete = Request::new(&ACTIONS.delete).text("file_0", "/1.txt").text("file_1", "/absent");
    let error = call::<AnyAnswer>(&files, delete).await.unwrap_err();
    assert_eq!(error.failure().message(), "Cannot find file /absent");
    assert!(!server.has("common", "/1.txt"));
}

#[tokio::test]
async fn an_error_comes_with_status_200() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "");
    let error = files.call(access_fs::mkfile("/a.txt")).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error:?}");
    assert_eq!(error.failure().http_status(), Some(200));
    assert_eq!(
        error.to_string(),
        "the server reports: access.fs/mkfile on workspace `common` (HTTP 200): \
         This file already exists (names are case insensitive)"
    );
}

#[tokio::test]
async fn stat_is_json() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "hello");
    let stat = files.call(access_fs::stat("/a.txt")).await.unwrap();
    assert_eq!((&stat["size"], &stat["7"]), (&Json::from(5), &Json::from(5)));
    assert_eq!(server.last().unwrap().header("accept"), Some("application/json"));
    let missing = files.call(access_fs::stat("/absent")).await.unwrap();
    assert_eq!(missing, Json::Object(serde_json::Map::new()));
    let error = files.call(access_fs::stat("/.hidden")).await.unwrap_err();
    assert_eq!(error.failure().message(), ".hidden Forbidden");
}

#[tokio::test]
async fn text_is_written_and_read() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "");
    let text = "a + b & 100% = é\n\t\"<tag>\" €😀";
    let put = Request::new(&ACTIONS.put_content).text("file", "/a.txt").text("content", text);
    assert!(envelope(call(&files, put).await.unwrap()).background);
    assert_eq!(server.content("common", "/a.txt").as_deref(), Some(text.as_bytes()));
    let get = Request::new(&ACTIONS.get_content).text("file", "/a.txt");
    assert_eq!(call::<Text>(&files, get).await.unwrap().0, text);
}

#[tokio::test]
async fn a_download_is_streamed() {
    let (server, files) = common().await;
    let content: Vec<u8> =
        (0..5_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    server.put("common", "/größe.bin", &content);
    let request = Request::new(&ACTIONS.download).node("file", "/größe.bin");
    let download: Download = call(&files, request).await.unwrap();
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
    let download = |path: &str| Request::new(&ACTIONS.download).node("file", path);
    let file: Download = call(&files, download("/report.xml")).await.unwrap();
    assert_eq!(file.bytes(1000).await.unwrap(), content.as_bytes());
    let error = call::<Download>(&files, download("/absent.xml")).await.unwrap_err();
    assert_eq!(error.failure().message(), "Cannot find file!");
}

#[tokio::test]
async fn other_answers_are_what_they_are() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "12345");
    let quota = files.call(meta_quota::monitor_quota()).await.unwrap();
    let Some(quota) = json(quota) else { panic!("no JSON") };
    assert_eq!((&quota["USAGE"], &quota["TOTAL"]), (&Json::from(5), &Json::from(524_288_000)));
    let nothing = files.call(access_fs::lsync().to("/a.txt")).await.unwrap();
    assert!(matches!(nothing, AnyAnswer::Empty), "{nothing:?}");
    let compressing = files.call(access_fs::compress("/a.txt", ["/a.txt"])).await.unwrap();
    assert!(envelope(compressing).background);
}

/// JSON that was declared, or that came undeclared.
fn json(answer: impl Into<AnyOrJson>) -> Option<Json> {
    match answer.into() {
        AnyOrJson::Json(json) | AnyOrJson::Any(AnyAnswer::Json(json)) => Some(json),
        AnyOrJson::Any(_) => None,
    }
}

enum AnyOrJson {
    Any(AnyAnswer),
    Json(Json),
}

impl From<AnyAnswer> for AnyOrJson {
    fn from(answer: AnyAnswer) -> Self {
        Self::Any(answer)
    }
}

impl From<Json> for AnyOrJson {
    fn from(json: Json) -> Self {
        Self::Json(json)
    }
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
