//! The transport over reqwest.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt as _;

use super::{Exchange, ResponseBody, Transport};
use crate::BoxError;

/// An HTTP/1.1 client with a connection pool.
#[derive(Clone, Debug)]
pub struct HttpClient(reqwest::Client);

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
            .connect_timeout(connect)
            .read_timeout(read)
            .build()?;
        Ok(Self(client))
    }
}

impl Transport for HttpClient {
    fn send(&self, request: http::Request<Bytes>) -> Exchange<'_> {
        Box::pin(async move {
            let response = self.0.execute(request.try_into()?).await?;
            let mut head = http::Response::new(());
            *head.status_mut() = response.status();
            *head.headers_mut() = response.headers().clone();
            let body = response.bytes_stream().map(|chunk| Ok(chunk?));
            Ok(head.map(|()| Box::pin(body) as ResponseBody))
        })
    }
}
