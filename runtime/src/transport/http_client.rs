//! The transport over reqwest.

use std::{pin::Pin, sync::Arc, task, time::Duration};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::TryStreamExt as _;
use http::{Uri, Version, request::Parts};
use http_body::{Frame, SizeHint};
use http_body_util::BodyDataStream;
use tokio::sync::Semaphore;
use url::{Position, Url};

use super::{Address, Exchange, ResponseBody, Transport};
use crate::{Body, BoxError};

/// An HTTP/1.1 client with a connection pool.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: reqwest::Client,
    turns: Arc<Semaphore>,
}

/// As many as a server of some size works on at once. Each is a connection, and a process may have
/// 1024 files and sockets open where nobody has changed that.
const AT_ONCE: usize = 64;

impl HttpClient {
    /// A client that gives up after `connect` without a connection, or `read` without a byte of the answer.
    ///
    /// # Errors
    ///
    /// When the TLS library cannot be set up.
    pub fn new(connect: Duration, read: Duration) -> Result<Self, BoxError> {
        #[cfg(feature = "rustls")]
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Another thread may have won the race; either way there is a provider now.
            let _ = rustls::crypto::ring::default_provider().install_default();
        }
        let client = reqwest::Client::builder()
            .user_agent(concat!("pydio-rust/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            // Another crate may have switched these features of reqwest on for all.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            .connect_timeout(connect)
            .read_timeout(read)
            .build()?;
        Ok(Self { client, turns: Arc::new(Semaphore::new(AT_ONCE)) })
    }

    /// How many requests wait for an answer at once: 64 unless set, and 1 at least. More wait for
    /// their turn, which a request gives up when the head of its answer is there: answers that are
    /// read slowly, such as downloads, hold nobody up.
    #[must_use]
    pub fn at_once(mut self, most: usize) -> Self {
        self.turns = Arc::new(Semaphore::new(most.clamp(1, Semaphore::MAX_PERMITS)));
        self
    }
}

impl Transport for HttpClient {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let request = outgoing(head, sized(body.checked().await?)).map_err(anonymous)?;
            // Closed it never is.
            let turn = self.turns.acquire().await?;
            let response = self.client.execute(request).await.map_err(anonymous)?;
            drop(turn);
            let response: http::Response<reqwest::Body> = response.into();
            Ok(response
                .map(|body| Box::pin(BodyDataStream::new(body).map_err(anonymous)) as ResponseBody))
        })
    }
}

/// The request as the library has it.
fn outgoing(mut head: Parts, body: reqwest::Body) -> reqwest::Result<reqwest::Request> {
    match head.extensions.remove::<Address>() {
        // Nothing is lost of the head of a request that was made here.
        Some(Address(url))
            if is_at(&head.uri, &url)
                && head.version == Version::HTTP_11
                && head.extensions.is_empty() =>
        {
            let mut request = reqwest::Request::new(head.method, url);
            *request.headers_mut() = head.headers;
            *request.body_mut() = Some(body);
            Ok(request)
        }
        _ => http::Request::from_parts(head, body).try_into(),
    }
}

/// Whether both are the same address: another transport may have changed that of the request.
fn is_at(uri: &Uri, url: &Url) -> bool {
    uri.scheme_str() == Some(url.scheme())
        && uri.authority().is_some_and(|authority| authority.as_str() == url.authority())
        && uri
            .path_and_query()
            .is_some_and(|path| path.as_str() == &url[Position::BeforePath..Position::AfterQuery])
}

fn sized(body: Body) -> reqwest::Body {
    match body.as_bytes() {
        Some(bytes) => bytes.clone().into(),
        None => {
            let length = body.length();
            reqwest::Body::wrap(Sized { length, stream: Box::pin(body.into_stream()) })
        }
    }
}

/// A stream that tells its length, so that it is sent with a `Content-Length`.
struct Sized<S> {
    length: u64,
    stream: Pin<Box<S>>,
}

impl<S: Stream<Item = Result<Bytes, BoxError>>> http_body::Body for Sized<S> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> task::Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let chunk = task::ready!(self.stream.as_mut().poll_next(cx));
        task::Poll::Ready(chunk.map(|chunk| chunk.map(Frame::data)))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.length)
    }
}

/// The error without the address it happened at, which may hold the values of arguments.
fn anonymous(error: reqwest::Error) -> BoxError {
    error.without_url().into()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use http::Version;
    use url::Url;

    use super::{HttpClient, outgoing};
    use crate::{
        Body,
        error::causes,
        transport::{Address, Transport as _},
    };

    #[test]
    fn a_request_goes_where_it_says_and_not_where_it_was_to_go() {
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
        let client = HttpClient::new(Duration::from_secs(1), Duration::from_secs(1)).unwrap();
        let request = http::Request::get("ftp://pydio.test/?password=s3cr3t").body(Body::empty());
        let error = client.send(request.unwrap()).await.err().unwrap();
        assert!(error.source().is_some());
        let shown = format!("{error} {error:?} {}", causes(&*error));
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }
}
