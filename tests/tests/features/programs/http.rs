//! The HTTP client without TLS: plain HTTP works, and an `https://` address fails before anything is sent.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    thread,
};

use bindings::{ErrorKind, Pydio, v1::access_fs};

const RESPONSE: &str = "HTTP/1.1 200 OK\r\ncontent-type: text/xml\r\ncontent-length: 64\r\n\r\n\
    <tree filename=\"/photos\"><tree filename=\"/photos/a.jpg\"/></tree>";

fn main() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let server = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let length = stream.read(&mut request).unwrap();
        stream.write_all(RESPONSE.as_bytes()).unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    let call = || access_fs::ls("/photos");
    let plain = Pydio::builder(format!("http://{address}")).build_blocking().unwrap();
    let listing = plain.workspace("my-files").call(call()).unwrap();
    assert_eq!(listing.nodes[0].path().as_str(), "/photos/a.jpg");
    let request = server.join().unwrap();
    assert!(request.starts_with("GET /api/my-files/ls/photos HTTP/1.1\r\n"), "{request}");

    let secure = Pydio::builder("https://127.0.0.1:9").build_blocking().unwrap();
    let error = secure.workspace("my-files").call(call()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport, "{error}");
    println!("http");
}
