//! Connections without an HTTP client, over a transport of the program.

use std::{
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use bindings::{
    Body, ErrorKind, Pydio,
    transport::{Exchange, ResponseBody, Transport},
    v1::access_fs,
};
use bytes::Bytes;

/// Answers every request with one folder, and remembers the addresses.
#[derive(Clone, Default)]
struct Recorded(Arc<Mutex<Vec<String>>>);

impl Transport for Recorded {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        self.0.lock().unwrap().push(request.uri().to_string());
        let body: &[u8] = br#"<tree filename="/photos"><tree filename="/photos/a.jpg"/></tree>"#;
        let body: ResponseBody = Box::pin(Once(Some(Bytes::from_static(body))));
        let response = http::Response::builder().header("content-type", "text/xml").body(body);
        Box::pin(async { Ok(response?) })
    }
}

struct Once(Option<Bytes>);

impl futures_core::Stream for Once {
    type Item = Result<Bytes, Box<dyn std::error::Error + Send + Sync>>;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Poll::Ready(self.0.take().map(Ok))
    }
}

/// Runs a future that waits for nothing.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

fn main() {
    let recorded = Recorded::default();
    let builder = Pydio::builder("https://files.example.org").login("alice", "secret");
    let pydio = builder.transport(recorded.clone()).build().unwrap();
    let listing = ready(pydio.workspace("my-files").call(access_fs::ls("/photos"))).unwrap();
    assert_eq!(listing.nodes[0].path().as_str(), "/photos/a.jpg");
    assert_eq!(*recorded.0.lock().unwrap(), ["https://files.example.org/api/my-files/ls/photos"]);
    // There is no client that could be used instead.
    let error = Pydio::builder("https://files.example.org").build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    println!("client");
}
