//! A transport that records requests, and returns no response.

use std::sync::{Arc, Mutex};

use bytes::Bytes;
use futures_util::{TryStreamExt as _, stream};
use pydio_client::{
    Body, Pydio,
    transport::{Exchange, ResponseBody, Transport},
};

/// The last request that was sent.
#[derive(Clone, Default)]
pub(crate) struct Wire(Arc<Mutex<Option<http::Request<Bytes>>>>);

impl Wire {
    /// Returns a client that uses this transport.
    pub(crate) fn connect(&self) -> Pydio {
        Pydio::builder("http://pydio.test").transport(self.clone()).build().unwrap()
    }

    /// Returns the request sent since the last call.
    pub(crate) fn take(&self) -> Option<http::Request<Bytes>> {
        self.0.lock().unwrap().take()
    }
}

impl Transport for Wire {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        Box::pin(async {
            let (head, body) = request.into_parts();
            let chunks: Vec<Bytes> = Box::pin(body.into_stream()).try_collect().await?;
            let request = http::Request::from_parts(head, chunks.concat().into());
            *self.0.lock().unwrap() = Some(request);
            Ok(http::Response::new(Box::pin(stream::empty()) as ResponseBody))
        })
    }
}
