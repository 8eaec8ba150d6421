//! The transport over reqwest.

mod builder;
mod idle;
mod proxy;
#[cfg(feature = "rustls")]
mod tls;

use std::{pin::Pin, sync::Arc, task, time::Duration};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::{
    TryStreamExt as _,
    future::{Either, select},
    stream,
};
use http::{Uri, Version, request::Parts};
use http_body::{Frame, SizeHint};
use http_body_util::BodyDataStream;
use tokio::sync::Semaphore;
use url::{Position, Url};

use super::{Address, Exchange, ResponseBody, Transport};
use crate::{Body, BoxError};
pub use builder::HttpClientBuilder;
use idle::{Activity, Watched};
pub use proxy::Proxy;

/// An HTTP/1.1 client with a connection pool.
#[derive(Clone, Debug)]
pub struct HttpClient {
    client: reqwest::Client,
    idle: Duration,
    calls: Arc<Semaphore>,
    uploads: Arc<Semaphore>,
}

/// About as many requests as a larger server handles concurrently. Each is a connection, and by
/// default a process may have 1024 files and sockets open.
const AT_ONCE: usize = 64;

/// How much of a body is passed to the HTTP library at a time, in bytes. A longer body is an
/// upload.
const PIECE: usize = 64 * 1024;

impl HttpClient {
    /// Returns a builder with the settings that a [`Pydio`](crate::Pydio) uses unless they are set.
    pub fn builder() -> HttpClientBuilder {
        HttpClientBuilder::new()
    }
}

fn turns(most: usize) -> [Arc<Semaphore>; 2] {
    let most = most.clamp(1, Semaphore::MAX_PERMITS);
    [(); 2].map(|()| Arc::new(Semaphore::new(most)))
}

impl Transport for HttpClient {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let body = body.checked().await?;
            let is_upload = body.length() > PIECE as u64;
            let turns = if is_upload { &self.uploads } else { &self.calls };
            // The semaphores are never closed.
            let turn = turns.acquire().await?;
            let activity = Activity::begin(self.idle);
            let request = outgoing(head, sized(body, &activity)).map_err(anonymous)?;
            let address = request.url().clone();
            let sending = std::pin::pin!(self.client.execute(request));
            let stalled = std::pin::pin!(activity.stalled());
            let response = match select(sending, stalled).await {
                Either::Left((response, _)) => response.map_err(anonymous)?,
                Either::Right((stalled, _)) => return Err(stalled.into()),
            };
            drop(turn);
            if *response.url() != address {
                return Err("the given HTTP client followed a redirect; build it with \
                            `redirect::Policy::none()`"
                    .into());
            }
            let response: http::Response<reqwest::Body> = response.into();
            Ok(response.map(|body| {
                let body = BodyDataStream::new(body).map_err(anonymous);
                Box::pin(Watched::new(body, activity.clone())) as ResponseBody
            }))
        })
    }
}

/// Converts the request to the type of the library.
fn outgoing(mut head: Parts, body: reqwest::Body) -> reqwest::Result<reqwest::Request> {
    match head.extensions.remove::<Address>() {
        // Nothing is lost of the head of a request that was created here.
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

/// Returns whether both are the same URL: another transport may have changed that of the request.
fn is_at(uri: &Uri, url: &Url) -> bool {
    uri.scheme_str() == Some(url.scheme())
        && uri.authority().is_some_and(|authority| authority.as_str() == url.authority())
        && uri
            .path_and_query()
            .is_some_and(|path| path.as_str() == &url[Position::BeforePath..Position::AfterQuery])
}

/// Converts the body to the type of the library. A long one is sent in pieces, so that its progress
/// is visible.
fn sized(body: Body, activity: &Activity) -> reqwest::Body {
    let length = body.length();
    match body.as_bytes() {
        Some(bytes) if bytes.len() <= PIECE => bytes.clone().into(),
        Some(bytes) => {
            let bytes = bytes.clone();
            let pieces = (0..bytes.len()).step_by(PIECE);
            let pieces = pieces.map(move |start| {
                Ok(bytes.slice(start..bytes.len().min(start.saturating_add(PIECE))))
            });
            announced(length, stream::iter(pieces), activity)
        }
        None => announced(length, body.into_stream(), activity),
    }
}

fn announced(
    length: u64,
    pieces: impl Stream<Item = Result<Bytes, BoxError>> + Send + Sync + 'static,
    activity: &Activity,
) -> reqwest::Body {
    let activity = activity.clone();
    let pieces = pieces.inspect_ok(move |_| activity.note());
    reqwest::Body::wrap(Sized { length, stream: Box::pin(pieces) })
}

/// A stream with a known length, so that it is sent with a `Content-Length`.
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

/// Removes the URL from an error, because it may contain the values of arguments.
fn anonymous(error: reqwest::Error) -> BoxError {
    error.without_url().into()
}

#[cfg(test)]
mod tests;
