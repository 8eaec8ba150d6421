//! A server in memory for the unit tests: one response, and a record of the requests.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use pydio_runtime::{
    Body, BoxError, Pydio,
    transport::{Exchange, ResponseBody, Transport},
};

/// The requests that a server received, with their bodies.
pub(crate) type Log = Arc<Mutex<Vec<http::Request<Bytes>>>>;

/// Answers every request with the same response.
struct Server {
    status: u16,
    media_type: &'static str,
    body: &'static str,
    log: Log,
}

impl Transport for Server {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let chunks: Vec<Bytes> = body.into_stream().try_collect().await?;
            let request = http::Request::from_parts(head, Bytes::from(chunks.concat()));
            self.log.lock().expect("the log").push(request);
            let body = stream::iter([Ok::<_, BoxError>(Bytes::from_static(self.body.as_bytes()))]);
            let response = http::Response::builder()
                .status(self.status)
                .header("content-type", self.media_type);
            Ok(response.body(Box::pin(body) as ResponseBody)?)
        })
    }
}

/// Returns a connection to a server with this response, and the requests that the server receives.
pub(crate) fn connect(status: u16, media_type: &'static str, body: &'static str) -> (Pydio, Log) {
    let log = Log::default();
    let server = Server { status, media_type, body, log: log.clone() };
    let builder = Pydio::builder("http://pydio.test").login("alice", "secret");
    (builder.transport(server).build().expect("a connection"), log)
}

/// Runs a future to its end.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(future)
}
