//! Downloads: streamed as they arrive, or an error.

use std::time::Duration;

use pydio_client::{ErrorKind, response::Download, v2::file};
use pydio_tests::{Canned, Fault};

use crate::support::{connect, json, kind, read, xml};

fn announced(body: impl Into<Vec<u8>>) -> Canned {
    Canned::new(200, "application/force-download; name=\"f\"", body)
        .header("content-disposition", "attachment; filename=\"sp é+%20#&.bin\"")
}

#[tokio::test]
async fn a_file_is_streamed() {
    let content: Vec<u8> =
        (0..3_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let (server, pydio) = connect().await;
    server.fail(Fault::Answer(announced(content.clone())));
    let mut download = pydio.call(file::download("common", "/sp é+%20#&.bin")).await.unwrap();
    assert_eq!(
        server.last().unwrap().target,
        "/sub/api/v2/io/common/sp%20%C3%A9%2B%2520%23%26.bin"
    );
    assert_eq!((download.len(), download.file_name()), (Some(3_000_000), Some("sp é+%20#&.bin")));
    let (mut whole, mut chunks) = (Vec::new(), 0);
    while let Some(chunk) = download.chunk().await.unwrap() {
        whole.extend_from_slice(&chunk);
        chunks += 1;
    }
    assert!(chunks > 1 && whole == content);
}

#[tokio::test]
async fn an_empty_file_and_one_that_looks_like_a_report_are_files() {
    let report = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree ><message type=\"ERROR\">no</message></tree>";
    for content in ["", report, "{\"level\":\"Error\",\"message\":\"no\"}"] {
        let download: Download =
            read(file::download("common", "/f"), announced(content)).await.unwrap();
        assert_eq!(download.bytes(1000).await.unwrap(), content.as_bytes());
    }
}

#[tokio::test]
async fn an_error_in_a_success_is_an_error() {
    let error = async |answer| read(file::download("common", "/absent"), answer).await.unwrap_err();
    let missing =
        error(xml("<tree ><message type=\"ERROR\">Cannot find file!</message></tree>")).await;
    assert_eq!((&*kind(&missing), missing.message()), ("Server", "Cannot find file!"));
    assert_eq!(missing.call_name(), "download");
    let json = json("{\"level\":\"Error\",\"message\":\"Cannot find file!\"}");
    assert_eq!(kind(&error(json).await), "Server");
    assert_eq!(kind(&error(xml("<tree ><require_auth/></tree>")).await), "AuthenticationRequired");
    // A session that has expired.
    assert_eq!(kind(&error(Canned::new(200, "text/html; charset=UTF-8", "")).await), "Empty");
    assert_eq!(
        kind(&error(Canned::new(200, "text/html", "<html>login</html>")).await),
        "UnexpectedContentType"
    );
    assert_eq!(
        kind(&error(announced("abc").header("content-encoding", "gzip")).await),
        "Malformed"
    );
}

/// The loopback server truncates only its own responses: here a proxy announces more than it sends.
#[tokio::test]
async fn a_truncated_file_is_an_error() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await.unwrap();
        let head = "HTTP/1.1 200 OK\r\ncontent-type: application/force-download\r\n\
                    content-disposition: attachment\r\ncontent-length: 10\r\n\r\nabc";
        stream.write_all(head.as_bytes()).await.unwrap();
    });
    let pydio = pydio_client::Pydio::builder(format!("http://{address}"));
    let pydio = pydio.read_timeout(Duration::from_secs(5)).build().unwrap();
    let download = pydio.call(file::download("common", "/f")).await.unwrap();
    let error = download.bytes(100).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Transport, "{error:?}");
    server.await.unwrap();
}
