use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use bytes::Bytes;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use http::Version;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use url::Url;

use super::{HttpClient, outgoing};
use crate::{
    transport::{Address, ResponseBody, Transport as _},
    types::{Body, BoxError, causes},
};

#[test]
fn a_request_goes_to_its_current_url() {
    let sent = |uri: &str, version| {
        let mut request = http::Request::get(uri).header("x", "1").version(version);
        let url = Url::parse("http://pydio.test:81/a?b=c%20d").unwrap();
        request.extensions_mut().unwrap().insert(Address(url));
        let (head, body) = request.body("ab".into()).unwrap().into_parts();
        let request = outgoing(head, body).unwrap();
        let body = request.body().and_then(|body| body.as_bytes()).unwrap();
        assert_eq!((&request.headers()["x"] == "1", body), (true, &b"ab"[..]));
        (request.url().as_str().to_owned(), request.version())
    };
    for uri in [
        "http://pydio.test:81/a?b=c%20d",
        "https://pydio.test:81/a?b=c%20d",
        "http://pydio.test/a?b=c%20d",
        "http://other.test:81/a?b=c%20d",
        "http://pydio.test:81/a",
        "http://pydio.test:81/b?b=c%20d",
    ] {
        for version in [Version::HTTP_11, Version::HTTP_10] {
            assert_eq!(sent(uri, version), (uri.to_owned(), version));
        }
    }
}

#[tokio::test]
async fn an_error_does_not_show_the_address() {
    let client = HttpClient::builder().build().unwrap();
    let request = http::Request::get("ftp://pydio.test/?password=s3cr3t").body(Body::empty());
    let error = client.send(request.unwrap()).await.err().unwrap();
    assert!(error.source().is_some());
    let shown = format!("{error} {error:?} {}", causes(&*error));
    assert!(!shown.contains("s3cr3t"), "{shown}");
}

/// Starts a server that handles each connection with `handle`, and returns its address.
async fn serve<F>(handle: impl Fn(TcpStream) -> F + Send + 'static) -> SocketAddr
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((connection, _)) = listener.accept().await {
            tokio::spawn(handle(connection));
        }
    });
    address
}

/// Reads a request until the end of its head, and this many bytes of its body.
async fn read_request(connection: &mut TcpStream, body: usize) {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await.unwrap());
    }
    read_exactly(connection, body).await;
}

async fn read_exactly(connection: &mut TcpStream, length: usize) {
    connection.read_exact(&mut vec![0; length]).await.unwrap();
}

const IDLE: Duration = Duration::from_secs(1);

fn client() -> HttpClient {
    HttpClient::builder().read_timeout(IDLE).build().unwrap()
}

async fn exchange(
    client: &HttpClient,
    address: SocketAddr,
    method: &str,
    body: Body,
) -> Result<http::Response<ResponseBody>, BoxError> {
    let uri = format!("http://{address}/");
    client.send(http::Request::builder().method(method).uri(uri).body(body)?).await
}

/// `stop_dl` and `update_dl_data` send this line.
#[tokio::test]
async fn a_line_that_is_no_header_is_ignored() {
    let address = serve(|mut connection| async move {
        read_request(&mut connection, 0).await;
        let response = b"HTTP/1.1 200 OK\r\ntext/plain: \r\nContent-Length: 2\r\n\r\n12";
        connection.write_all(response).await.unwrap();
    })
    .await;
    let response = exchange(&client(), address, "GET", Body::empty()).await.unwrap();
    let (head, mut body) = response.into_parts();
    assert_eq!((head.status, head.headers.len()), (http::StatusCode::OK, 1));
    assert_eq!(body.next().await.unwrap().unwrap(), "12");
}

/// Returns chunks of one byte with pauses between them.
fn slow(count: u32, pause: Duration) -> Body {
    let chunks = stream::iter(0..count).then(move |_| async move {
        sleep(pause).await;
        Ok(Bytes::from_static(b"x"))
    });
    Body::stream(u64::from(count), chunks)
}

#[tokio::test]
async fn an_upload_lasts_as_long_as_bytes_move() {
    let address = serve(async |mut connection| {
        read_request(&mut connection, 6).await;
        connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok").await.unwrap();
    })
    .await;
    let response = exchange(&client(), address, "PUT", slow(6, IDLE * 2 / 5)).await.unwrap();
    let read: Vec<Bytes> = response.into_body().try_collect().await.unwrap();
    assert_eq!(read.concat(), b"ok");
}

/// Bytes in memory are sent in pieces, so that a slow connection shows as progress.
#[tokio::test]
async fn a_long_body_at_hand_lasts_as_long_as_bytes_move() {
    const LENGTH: usize = 32 * 1024 * 1024;
    let address = serve(async |mut connection| {
        read_request(&mut connection, 0).await;
        for _ in 0..32 {
            read_exactly(&mut connection, LENGTH / 32).await;
            sleep(IDLE / 10).await;
        }
        connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n").await.unwrap();
    })
    .await;
    // A busy machine may pause for longer than the limit once; the exchange takes three times as long.
    let mut result = exchange(&client(), address, "PUT", vec![0; LENGTH].into()).await;
    for _ in 0..2 {
        if result.is_err() {
            result = exchange(&client(), address, "PUT", vec![0; LENGTH].into()).await;
        }
    }
    assert_eq!(result.unwrap().status(), 200);
}

#[tokio::test]
async fn an_exchange_that_stalls_is_given_up() {
    const HEAD: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no";
    let address = serve(async |mut connection| {
        read_request(&mut connection, 0).await;
        sleep(IDLE * 20).await;
    })
    .await;
    for body in [Body::empty(), slow(9, IDLE * 20), vec![0; 32 * 1024 * 1024].into()] {
        let error = exchange(&client(), address, "PUT", body).await.err().unwrap();
        assert!(causes(&*error).contains("no byte was sent or received for 1s"), "{error}");
    }
    let address = serve(async |mut connection| {
        read_request(&mut connection, 0).await;
        connection.write_all(HEAD).await.unwrap();
        sleep(IDLE * 20).await;
    })
    .await;
    let mut body = exchange(&client(), address, "GET", Body::empty()).await.unwrap().into_body();
    assert_eq!(&*body.next().await.unwrap().unwrap(), b"o");
    // Time that the caller spends elsewhere does not count.
    sleep(IDLE * 2).await;
    let error = body.next().await.unwrap().unwrap_err();
    assert!(error.to_string().contains("no byte was sent or received for 1s"), "{error}");
}

#[tokio::test]
async fn a_response_lasts_as_long_as_bytes_move() {
    let address = serve(async |mut connection| {
        read_request(&mut connection, 0).await;
        connection.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n").await.unwrap();
        for _ in 0..6 {
            sleep(IDLE * 2 / 5).await;
            connection.write_all(b"x").await.unwrap();
        }
    })
    .await;
    let body = exchange(&client(), address, "GET", Body::empty()).await.unwrap().into_body();
    let read: Vec<Bytes> = body.try_collect().await.unwrap();
    assert_eq!(read.concat(), b"xxxxxx");
}

#[tokio::test]
async fn stalled_uploads_hold_up_no_other_call() {
    let address = serve(async |mut connection| {
        let mut first = [0; 3];
        connection.read_exact(&mut first).await.unwrap();
        if &first == b"GET" {
            read_request(&mut connection, 0).await;
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
            connection.write_all(answer).await.unwrap();
        }
        sleep(Duration::from_secs(60)).await;
    })
    .await;
    let client = HttpClient::builder().build().unwrap();
    for _ in 0..64 {
        let client = client.clone();
        tokio::spawn(async move {
            exchange(&client, address, "PUT", vec![0; 4 * 1024 * 1024].into()).await
        });
    }
    sleep(Duration::from_millis(200)).await;
    let listing = exchange(&client, address, "GET", Body::empty());
    let listing = timeout(Duration::from_secs(10), listing).await;
    assert_eq!(listing.expect("the listing waits for the uploads").unwrap().status(), 200);
}

#[cfg(feature = "rustls")]
#[test]
fn the_process_keeps_its_tls_provider() {
    drop(client());
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}
