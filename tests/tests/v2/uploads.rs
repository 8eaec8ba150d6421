//! Uploads: all bytes with an announced length, or an error.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use pydio_client::{Body, ErrorKind, response::Envelope, v2::file};
use pydio_tests::{Canned, Fault};

use crate::support::{connect, json, kind, read, send, xml};

type Chunk = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>;

fn streamed(length: u64, chunks: &[&'static str]) -> Body {
    let chunks: Vec<Chunk> =
        chunks.iter().map(|chunk| Ok(Bytes::from_static(chunk.as_bytes()))).collect();
    Body::stream(length, stream::iter(chunks))
}

const UPLOADED: &str = "<tree ><nodes_diff><add><tree is_file=\"true\" filename=\"/d1/up.bin\" \
    file_group=\"1\" ajxp_readonly=\"false\" bytesize=\"20000\" text=\"up.bin\"/></add></nodes_diff></tree>";

#[tokio::test]
async fn bytes_are_announced_and_arrive() {
    let large = Bytes::from(vec![b'x'; 3_000_000]);
    let parts: Vec<Chunk> =
        large.chunks(70_000).map(|part| Ok(Bytes::copy_from_slice(part))).collect();
    for (body, expected) in [
        (Body::empty(), Bytes::new()),
        (Body::from("{\"a\": 1}"), Bytes::from("{\"a\": 1}")),
        (Body::from(large.clone()), large.clone()),
        (streamed(0, &[]), Bytes::new()),
        (streamed(0, &["", ""]), Bytes::new()),
        (streamed(6, &["abc", "", "def"]), Bytes::from("abcdef")),
        (Body::stream(3_000_000, stream::iter(parts)), large),
    ] {
        let (result, seen) =
            send(file::upload_stream("common", "/a.json", body), xml(UPLOADED)).await;
        let seen = seen.unwrap();
        assert_eq!(result.unwrap().diff.added[0].path().as_str(), "/d1/up.bin");
        assert_eq!(seen.header("content-length"), Some(&*expected.len().to_string()));
        assert_eq!(seen.header("transfer-encoding"), None);
        assert_eq!(seen.header("content-type"), Some("application/octet-stream"));
        assert_eq!(seen.header("x-rename-if-exists"), None);
        assert!(seen.body == expected);
    }
}

#[tokio::test]
async fn a_stream_of_another_length_is_an_error_and_leaves_no_file() {
    for (length, chunks, what) in [
        (6, &["abc", "d"][..], "shorter than was announced"),
        (6, &[], "shorter than was announced"),
        (3, &["abcd"], "longer than was announced"),
        (3, &["abc", "d"], "longer than was announced"),
        (3, &["ab", "c", "", "d"], "longer than was announced"),
        (0, &["a"], "longer than was announced"),
    ] {
        let (server, pydio) = connect().await;
        server.fail(Fault::Answer(xml(UPLOADED)));
        let upload = file::upload_stream("common", "/a", streamed(length, chunks));
        let error = pydio.call(upload).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Transport, "{error:?}");
        assert!(error.to_string().contains(what), "{error}");
        tokio::time::sleep(Duration::from_millis(20)).await;
        assert!(server.seen().is_empty(), "{length}: {chunks:?} looked complete");
    }
}

#[tokio::test]
async fn an_error_of_the_source_is_an_error() {
    let chunks: Vec<Chunk> = vec![Ok("abc".into()), Err("the disk is gone".into())];
    let (server, pydio) = connect().await;
    let upload = file::upload_stream("common", "/a", Body::stream(6, stream::iter(chunks)));
    let error = pydio.call(upload).await.unwrap_err();
    assert!(error.to_string().contains("the disk is gone"), "{error}");
    assert!(server.seen().is_empty());
}

#[tokio::test]
async fn a_refusal_is_an_error_in_any_form() {
    let upload = || file::upload_stream("common", "/absent/x.bin", "x");
    let error = async |answer| read(upload(), answer).await.unwrap_err();
    let text = "The directory /absent is not writeable. (412)";
    let plain = error(Canned::new(200, "text/plain; charset=UTF-8", text)).await;
    assert_eq!((&*kind(&plain), plain.message()), ("Server", text));
    let report = xml("<tree ><message type=\"ERROR\">no room</message></tree>");
    assert_eq!(kind(&error(report).await), "Server");
    let right = xml("<tree ><message type=\"ERROR\">no right</message><require_auth/></tree>");
    assert_eq!(kind(&error(right).await), "Forbidden");
    let early = json("{\"level\":\"Error\",\"message\":\"forbidden characters\"}");
    assert_eq!(kind(&error(early).await), "Server");
    assert_eq!(kind(&error(json("{}")).await), "Malformed");
    assert_eq!(kind(&error(Canned::new(200, "text/html", "")).await), "Empty");
    // A body declared as JSON is refused this way; this client never sends one.
    assert_eq!(kind(&error(Canned::new(500, "text/html; charset=UTF-8", "")).await), "Status");
    assert_eq!(kind(&error(Canned::new(413, "text/html", "<html>too large")).await), "Status");
}

/// The server reports nothing while parts are missing.
#[tokio::test]
async fn a_part_returns_nothing() {
    let part = file::upload_stream("common", "/d1/part.bin", "0123").partial_upload(true);
    let answer: Envelope =
        read(part.partial_target_bytesize(8), xml("<tree ></tree>")).await.unwrap();
    assert!(answer.is_empty());
}
