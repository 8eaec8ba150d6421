//! A response before it is written to the socket.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use http::{
    HeaderName, HeaderValue, Response, StatusCode,
    header::{CONTENT_LENGTH, CONTENT_TYPE},
};
use http_body_util::{BodyExt as _, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::body::Frame;

use crate::{Canned, Flood};

/// The body of a response.
pub(crate) type Body = UnsyncBoxBody<Bytes, io::Error>;

/// The status, headers and body of a response.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Bytes,
    /// The announced length, if it differs from that of the body.
    announced: Option<usize>,
    /// Whether it is never sent.
    pub(crate) is_never: bool,
}

impl Reply {
    pub(crate) fn new(status: u16, media_type: &str, body: impl Into<Bytes>) -> Self {
        let reply = Self {
            status,
            headers: Vec::new(),
            body: body.into(),
            announced: None,
            is_never: false,
        };
        reply.header("Content-Type", media_type).header("X-Powered-By", "PHP/7.4.33")
    }

    pub(crate) fn json(body: String) -> Self {
        Self::new(200, "application/json", body)
    }

    /// PHP's response if an action writes text without naming its type.
    pub(crate) fn html(body: impl Into<Bytes>) -> Self {
        Self::new(200, "text/html; charset=UTF-8", body)
    }

    /// PHP's response if an action writes nothing.
    pub(crate) fn empty() -> Self {
        Self::html("")
    }

    /// Returns a response that is never sent.
    pub(crate) fn never() -> Self {
        Self { is_never: true, ..Self::empty() }
    }

    /// Returns an error page of the web server in front of PHP.
    pub(crate) fn web_server(status: u16, reason: &str) -> Self {
        let body = format!(
            "<html>\r\n<head><title>{status} {reason}</title></head>\r\n<body>\r\n<center><h1>\
             {status} {reason}</h1></center>\r\n<hr><center>nginx/1.18.0</center>\r\n</body>\r\n\
             </html>\r\n"
        );
        let mut reply = Self::new(status, "text/html", body);
        reply.headers.retain(|(name, _)| name != "X-Powered-By");
        reply
    }

    /// Returns an error page of Apache in front of PHP.
    pub(crate) fn apache(status: u16, reason: &str) -> Self {
        let body = format!(
            "<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\n<html><head>\n<title>{status} \
             {reason}</title>\n</head><body>\n<h1>{reason}</h1>\n</body></html>\n"
        );
        let mut reply = Self::new(status, "text/html; charset=iso-8859-1", body);
        reply.headers.retain(|(name, _)| name != "X-Powered-By");
        reply
    }

    pub(crate) fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Removes a header.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(known, _)| known != name);
        self
    }

    /// Disables caching, as PHP does for every response in a session, unless the action has set a
    /// cache header.
    pub(crate) fn uncached(self) -> Self {
        if self.headers.iter().any(|(name, _)| name == "Cache-Control") {
            return self;
        }
        self.header("Expires", "Thu, 19 Nov 1981 08:52:00 GMT")
            .header("Cache-Control", "no-store, no-cache, must-revalidate")
            .header("Pragma", "no-cache")
    }

    /// Announces a body of that length, whatever its real one.
    pub(crate) fn announce(mut self, length: usize) -> Self {
        self.announced = Some(length);
        self
    }

    /// Converts it to the response on the wire, with an optional pause in the middle of its body.
    pub(crate) fn into_response(self, stall: Option<Duration>) -> Response<Body> {
        let broken = self.announced.is_some_and(|announced| announced > self.body.len());
        let length = self.announced.unwrap_or(self.body.len());
        let body = match (stall, broken) {
            (None, false) => Full::new(self.body).map_err(|never| match never {}).boxed_unsync(),
            (pause, broken) => in_parts(self.body, pause, broken),
        };
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        for (name, value) in self.headers {
            let Ok(name) = HeaderName::try_from(name) else { continue };
            match HeaderValue::from_bytes(&value) {
                Ok(value) => drop(response.headers_mut().append(name, value)),
                // PHP drops a header with a line break, and sends its own type instead.
                Err(_) if name == CONTENT_TYPE => {
                    let html = HeaderValue::from_static("text/html; charset=UTF-8");
                    response.headers_mut().insert(name, html);
                }
                Err(_) => {}
            }
        }
        response
    }
}

/// Returns a response generated while it is read; counts the bytes passed to the socket.
pub(crate) fn flood(flood: &Flood, sent: Arc<AtomicU64>) -> Response<Body> {
    let frames = stream::iter(flood.parts()).map(move |part| {
        sent.fetch_add(part.len() as u64, Ordering::Relaxed);
        Ok(Frame::data(part))
    });
    let mut response = Response::new(StreamBody::new(frames).boxed_unsync());
    *response.status_mut() = StatusCode::from_u16(flood.status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(flood.media_type));
    if flood.is_announced {
        headers.insert(CONTENT_LENGTH, HeaderValue::from(flood.total()));
    }
    response
}

impl From<Canned> for Reply {
    fn from(canned: Canned) -> Self {
        let Canned { status, headers, body } = canned;
        let headers = headers.into_iter().map(|(name, value)| (name, value.into_bytes()));
        Self {
            status,
            headers: headers.collect(),
            body: body.into(),
            announced: None,
            is_never: false,
        }
    }
}

/// Sends half of the body, pauses, sends the rest, and fails if more was announced.
fn in_parts(mut body: Bytes, pause: Option<Duration>, broken: bool) -> Body {
    let first = body.split_to(body.len() / 2);
    let rest = async move {
        tokio::time::sleep(pause.unwrap_or(Duration::from_millis(10))).await;
        Ok(Frame::data(body))
    };
    let end = async { Err(io::Error::from(io::ErrorKind::ConnectionAborted)) };
    let end = stream::once(end).take(usize::from(broken));
    let parts = stream::once(async { Ok(Frame::data(first)) });
    StreamBody::new(parts.chain(stream::once(rest)).chain(end)).boxed_unsync()
}
