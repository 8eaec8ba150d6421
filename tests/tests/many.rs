//! Thousands of concurrent calls on one client.

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use futures_util::future::join_all;
use http_body_util::Full;
use hyper::{Response, body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use pydio_client::{Pydio, v1::access_fs};
use tokio::net::TcpListener;

/// The current and the maximum number of connections, and the number of requests.
#[derive(Default)]
struct Counts {
    open: AtomicUsize,
    most: AtomicUsize,
    requests: AtomicUsize,
}

/// Starts a server that responds to every request with an empty folder after a pause.
async fn serve(counts: Arc<Counts>, pause: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            let counts = Arc::clone(&counts);
            tokio::spawn(async move {
                let open = counts.open.fetch_add(1, Ordering::Relaxed) + 1;
                counts.most.fetch_max(open, Ordering::Relaxed);
                let answer = service_fn(async |_| {
                    counts.requests.fetch_add(1, Ordering::Relaxed);
                    tokio::time::sleep(pause).await;
                    let body = Full::new(Bytes::from_static(b"<tree filename=\"/\"/>"));
                    let answer = Response::builder().header("Content-Type", "text/xml");
                    Ok::<_, Infallible>(answer.body(body).unwrap())
                });
                // The test ignores disconnected clients.
                let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
                counts.open.fetch_sub(1, Ordering::Relaxed);
            });
        }
    });
    url
}

async fn call_often(calls: usize, at_once: Option<usize>, pause: Duration) -> Arc<Counts> {
    let counts = Arc::<Counts>::default();
    let builder = Pydio::builder(serve(Arc::clone(&counts), pause).await).login("alice", "secret");
    let builder = match at_once {
        Some(most) => builder.max_concurrent_requests(most),
        None => builder,
    };
    let files = builder.build().unwrap().workspace("my-files");
    let answers = join_all((0..calls).map(|_| files.call(access_fs::ls("/")))).await;
    for answer in answers {
        assert_eq!(answer.unwrap().nodes.len(), 0);
    }
    assert_eq!(counts.requests.load(Ordering::Relaxed), calls);
    counts
}

#[tokio::test]
async fn ten_thousand_calls_take_a_few_connections() {
    let counts = call_often(10_000, None, Duration::ZERO).await;
    // A connection may close shortly after its replacement was opened.
    let most = counts.most.load(Ordering::Relaxed);
    assert!((2..=80).contains(&most), "{most} connections at once");
}

#[tokio::test]
async fn calls_wait_for_their_turn() {
    let counts = call_often(20, Some(1), Duration::from_millis(5)).await;
    assert_eq!(counts.most.load(Ordering::Relaxed), 1);
    let counts = call_often(20, Some(7), Duration::from_millis(20)).await;
    let most = counts.most.load(Ordering::Relaxed);
    assert!((4..=9).contains(&most), "{most} connections at once");
}
