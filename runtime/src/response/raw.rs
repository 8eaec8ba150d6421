//! A response whose status is known and whose body is unread.

use std::{
    error, fmt, io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task,
};

use bytes::{Buf as _, Bytes};
use futures_core::Stream;
use futures_util::{StreamExt as _, stream};
use http::{
    HeaderMap, StatusCode,
    header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING},
};

use super::{Expected, utf8::Utf8};
use crate::{
    json::Json,
    types::{
        BoxError, Dialect, Endpoint, Error, ErrorKind, Failure, Request, ResponseBody, Server,
        ServerRelease, Span, causes,
    },
};

/// The format that a call requests. Pydio answers JSON only to exactly `application/json`, and XML
/// to everything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accept {
    /// `text/xml`: the envelope that every action supports.
    Xml,
    /// `application/json`, for responses that are only JSON.
    Json,
    /// `*/*`, for byte streams.
    Any,
}

impl Accept {
    pub(crate) const fn header(self) -> &'static str {
        match self {
            Self::Xml => "text/xml",
            Self::Json => "application/json",
            Self::Any => "*/*",
        }
    }
}

/// A response that is being received: [`FromResponse`](crate::FromResponse) implementations turn it
/// into a value.
pub struct Response {
    pub(crate) origin: Origin,
    pub(crate) headers: HeaderMap,
    pub(crate) body: ResponseBody,
    pub(crate) length: Length,
    pub(crate) limit: u64,
    /// The bytes that were requested, if not all of them.
    pub(crate) span: Option<Span>,
}

/// The call, for errors in reading its response.
#[derive(Clone)]
pub(crate) struct Origin {
    /// What the program calls, where the endpoint is only a part of it.
    pub(crate) task: Option<&'static str>,
    pub(crate) workspace: String,
    pub(crate) status: Option<StatusCode>,
    pub(crate) endpoint: &'static Endpoint,
    /// The release of the server that responded, if it is known.
    pub(crate) release: Option<ServerRelease>,
    /// The nodes it has to be about.
    pub(crate) expected: Expected,
    pub(crate) sent: Sent,
}

/// How many times a call has been sent. Clones count together.
#[derive(Clone, Default)]
pub(crate) struct Sent(Arc<AtomicU32>);

impl Sent {
    /// Returns how many times the call has been sent, with the attempt that begins now.
    pub(crate) fn count(&self) -> u32 {
        self.0.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Origin {
    /// Returns the origin of a call of an endpoint on a workspace, whose response may be about
    /// anything.
    pub(crate) fn new(endpoint: &'static Endpoint, workspace: &str) -> Self {
        Self {
            task: None,
            workspace: workspace.to_owned(),
            status: None,
            endpoint,
            release: None,
            expected: Expected::Nothing,
            sent: Sent::default(),
        }
    }

    /// Returns the origin of a call, with the nodes to compare its response with.
    pub(crate) fn of(request: &Request, workspace: &str) -> Self {
        Self { expected: Expected::of(request), ..Self::new(request.endpoint(), workspace) }
    }

    /// Returns the kind of server that responded.
    pub(crate) fn server(&self) -> Server {
        self.endpoint.bindings.server
    }

    /// Returns the dialect of the server that responded: of its release if that is known, or else
    /// of the bindings.
    pub(crate) fn dialect(&self) -> Dialect {
        match self.release {
            Some(release) => Dialect::of(release.oldest()),
            None => self.endpoint.bindings.dialect,
        }
    }

    /// Returns the name of the call.
    pub(crate) fn call(&self) -> String {
        self.task.map_or_else(|| self.endpoint.to_string(), str::to_owned)
    }

    pub(crate) fn failure(&self, message: impl Into<String>) -> Failure {
        let failure = Failure::new(message).call(self.call(), &*self.workspace);
        let failure = failure.bindings(self.endpoint.bindings.release);
        match self.status {
            Some(status) => failure.status(status),
            None => failure,
        }
    }
}

impl Response {
    pub(crate) fn new(origin: Origin, headers: HeaderMap, body: ResponseBody, limit: u64) -> Self {
        let length = Length::announced(&headers);
        let body = match length {
            Length::Known(expected) => Box::pin(Whole { body, expected, received: 0, done: false }),
            Length::Open | Length::Contradictory => body,
        };
        Self { origin, headers, body, length, limit, span: None }
    }

    /// Returns a response without a body, regardless of its headers.
    pub(crate) fn without_body(origin: Origin, headers: HeaderMap, limit: u64) -> Self {
        let body = Box::pin(stream::empty());
        Self { origin, headers, body, length: Length::Open, limit, span: None }
    }

    /// Returns the HTTP status; 200 for a response over another transport.
    pub fn status(&self) -> u16 {
        self.origin.status.map_or(200, |status| status.as_u16())
    }

    /// Refuses a response whose headers do not allow its body to be read.
    pub(crate) fn checked(self) -> Result<Self, Error> {
        let packed = self.headers.get(CONTENT_ENCODING);
        if packed.is_some_and(|packing| !packing.as_bytes().eq_ignore_ascii_case(b"identity")) {
            let message = "unexpected Content-Encoding: the response is compressed, but compression was not requested";
            return Err(Error::new(ErrorKind::Malformed, self.origin.failure(message)));
        }
        if self.length == Length::Contradictory {
            let message = "the response does not declare its length (Content-Length)";
            return Err(Error::new(ErrorKind::Malformed, self.origin.failure(message)));
        }
        Ok(self)
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the media type in lower case, without its parameters; empty if there is none.
    pub fn media_type(&self) -> String {
        self.sent_media_type().to_ascii_lowercase()
    }

    fn sent_media_type(&self) -> &str {
        let value = self.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        value.unwrap_or_default().split(';').next().unwrap_or_default().trim()
    }

    /// Returns whether it is of this media type, in lower case.
    pub(crate) fn is(&self, media_type: &str) -> bool {
        self.sent_media_type().eq_ignore_ascii_case(media_type)
    }

    /// Reads the whole body.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`] past the connection's limit, [`ErrorKind::Transport`] when the body breaks
    /// off.
    pub async fn bytes(self) -> Result<Bytes, Error> {
        Ok(self.whole().await?.1)
    }

    /// Reads the whole body, and returns it with the call.
    pub(crate) async fn whole(self) -> Result<(Origin, Bytes), Error> {
        let Self { origin, mut body, limit, .. } = self;
        let mut whole = Vec::new();
        while let Some(chunk) = body.next().await {
            let chunk = chunk.map_err(|error| broken(&origin, error))?;
            if (whole.len() + chunk.len()) as u64 > limit {
                return Err(too_large(&origin, limit));
            }
            whole.extend_from_slice(&chunk);
        }
        Ok((origin, whole.into()))
    }

    /// Takes the first bytes off the body; `None` if it has none.
    pub(crate) async fn next_chunk(&mut self) -> Result<Option<Bytes>, Error> {
        while let Some(chunk) = self.body.next().await {
            let chunk = chunk.map_err(|error| broken(&self.origin, error))?;
            if !chunk.is_empty() {
                return Ok(Some(chunk));
            }
        }
        self.body = Box::pin(stream::empty());
        Ok(None)
    }

    /// Reads the beginning of a file that may not be empty.
    pub(crate) async fn first_chunk(&mut self) -> Result<Bytes, Error> {
        if let Some(chunk) = self.next_chunk().await? {
            return Ok(chunk);
        }
        let message = "expected a file, but the response is empty";
        Err(Error::new(ErrorKind::Empty, self.origin.failure(message)))
    }

    /// Puts bytes that were read back before the rest of the body.
    pub(crate) fn put_back(&mut self, chunk: Bytes) {
        let rest = std::mem::replace(&mut self.body, Box::pin(stream::empty()));
        self.body = Box::pin(stream::iter([Ok(chunk)]).chain(rest));
    }

    /// Returns the same response with its body in memory, if that is no longer than a report.
    pub(crate) async fn held(mut self) -> Result<(Self, Bytes), Error> {
        self.limit = self.limit.min(LONGEST_REPORT);
        let Self { origin, headers, length, limit, span, .. } = &self;
        let (origin, headers) = (origin.clone(), headers.clone());
        let (length, limit, span) = (*length, *limit, *span);
        let bytes = self.bytes().await?;
        let body = Box::pin(stream::iter([Ok(bytes.clone())]));
        Ok((Self { origin, headers, body, length, limit, span }, bytes))
    }

    /// Returns the body for parsing while it arrives, limited like [`Self::bytes`].
    pub(crate) fn reader(self) -> (Origin, Reader) {
        let Self { origin, body, limit, .. } = self;
        (origin, Reader { body, chunk: Bytes::new(), left: limit, limit, utf8: Utf8::default() })
    }
}

impl fmt::Debug for Response {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Response")
            .field("call", &self.origin.call())
            .field("media_type", &self.media_type())
            .finish_non_exhaustive()
    }
}

/// Returns bytes in memory for parsing.
pub(crate) fn reader_of(bytes: Bytes) -> Reader {
    let limit = bytes.len() as u64;
    let body = Box::pin(stream::iter([Ok(bytes)]));
    Reader { body, chunk: Bytes::new(), left: limit, limit, utf8: Utf8::default() }
}

pub(crate) fn broken(origin: &Origin, error: BoxError) -> Error {
    let message = format!("the response was interrupted: {}", causes(&*error));
    Error::new(ErrorKind::Transport, origin.failure(message).source(error))
}

pub(crate) fn too_large(origin: &Origin, limit: u64) -> Error {
    Error::new(
        ErrorKind::TooLarge,
        origin.failure(format!("longer than the limit of {limit} bytes")),
    )
}

pub(crate) fn not_api(origin: &Origin) -> Error {
    let message = "received an HTML page instead of an API response; check the server URL and \
                   its rewrite rules";
    Error::new(ErrorKind::UnexpectedContentType, origin.failure(message))
}

/// The longest body of an unsuccessful response that is read for its error, in bytes.
const LONGEST_REPORT: u64 = 256 * 1024;

/// The longest excerpt, in characters.
const LONGEST_EXCERPT: usize = 200;

/// Returns the message of a body: the field of a JSON report that contains it, or the text itself.
/// Nothing for a page, for bytes, and for an empty body.
pub(crate) fn excerpt(media_type: &str, bytes: &[u8]) -> Option<String> {
    let is_text = matches!(media_type, "" | "application/json") || media_type.starts_with("text/");
    if !is_text && !media_type.ends_with("+json") {
        return None;
    }
    let text = String::from_utf8_lossy(bytes);
    let text = match serde_json::from_str::<Json>(&text) {
        Ok(json) => told(&json)?.to_owned(),
        Err(_) => text.trim().to_owned(),
    };
    if text.is_empty() || text.starts_with('<') {
        return None;
    }
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    let start: String = text.chars().take(LONGEST_EXCERPT).map(plain).collect();
    let is_cut = text.chars().nth(LONGEST_EXCERPT).is_some();
    Some(if is_cut { format!("{start}…") } else { start.trim_end().to_owned() })
}

/// Returns the text of the field that describes the error, under the names that servers use for it.
fn told(json: &Json) -> Option<&str> {
    const NAMES: [&str; 9] = [
        "message",
        "Message",
        "Detail",
        "detail",
        "Title",
        "title",
        "error_description",
        "error",
        "Error",
    ];
    if let Json::String(text) = json {
        return Some(text);
    }
    let fields = NAMES.into_iter().filter_map(|name| json.get(name));
    let texts = fields.filter_map(|field| match field {
        Json::String(text) => Some(&**text),
        Json::Object(_) => told(field),
        _ => None,
    });
    texts.map(str::trim).find(|text| !text.is_empty())
}

/// Distinguishes errors of the reader: the limit, or the connection.
pub(crate) fn read_error(origin: &Origin, error: io::Error) -> Error {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<PastLimit>()) {
        Some(PastLimit(limit)) => too_large(origin, *limit),
        None => broken(origin, error.into()),
    }
}

/// The number of bytes that the headers announce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Length {
    Known(u64),
    /// Unknown: the body marks its own end.
    Open,
    Contradictory,
}

impl Length {
    fn announced(headers: &HeaderMap) -> Self {
        if headers.contains_key(TRANSFER_ENCODING) {
            return Self::Open;
        }
        let lines = headers.get_all(CONTENT_LENGTH).iter();
        let mut lengths = lines.flat_map(|line| {
            let line = line.to_str().unwrap_or_default();
            line.split(',').map(|length| length.trim().parse().ok())
        });
        match lengths.next() {
            None => Self::Open,
            Some(Some(first)) if lengths.all(|other| other == Some(first)) => Self::Known(first),
            Some(_) => Self::Contradictory,
        }
    }
}

/// A body that ends in an error if it does not have the announced length.
struct Whole {
    body: ResponseBody,
    expected: u64,
    received: u64,
    done: bool,
}

impl Stream for Whole {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> task::Poll<Option<Self::Item>> {
        if self.done {
            return task::Poll::Ready(None);
        }
        let item = task::ready!(self.body.poll_next_unpin(cx));
        self.done = !matches!(item, Some(Ok(_)));
        task::Poll::Ready(match item {
            Some(Ok(chunk)) => {
                self.received += chunk.len() as u64;
                Some(Ok(chunk))
            }
            None if self.received != self.expected => {
                let Self { received, expected, .. } = *self;
                Some(Err(format!("{received} of {expected} bytes arrived").into()))
            }
            end => end,
        })
    }
}

/// A body for parsing, which ends in an error past the limit. It is always UTF-8: the reader of XML
/// would stop at anything else.
pub(crate) struct Reader {
    body: ResponseBody,
    /// The bytes that have arrived and not been read.
    chunk: Bytes,
    left: u64,
    limit: u64,
    utf8: Utf8,
}

impl Reader {
    /// Resets the limit once the bytes read so far have been handed out.
    pub(crate) fn renew(&mut self) {
        self.left = self.limit;
    }

    /// Returns whether bytes that were read since the last question were not UTF-8.
    pub(crate) fn is_damaged(&mut self) -> bool {
        self.utf8.is_damaged()
    }

    /// Returns the bytes that have arrived; waits for some if all are read, and is empty at the end.
    pub(super) fn poll_fill(
        &mut self,
        cx: &mut task::Context<'_>,
    ) -> task::Poll<io::Result<&[u8]>> {
        while self.chunk.is_empty() {
            let Some(chunk) = task::ready!(self.body.poll_next_unpin(cx)) else {
                self.chunk = self.utf8.end();
                break;
            };
            let chunk = chunk.map_err(io::Error::other)?;
            let Some(left) = self.left.checked_sub(chunk.len() as u64) else {
                return task::Poll::Ready(Err(io::Error::other(PastLimit(self.limit))));
            };
            (self.chunk, self.left) = (self.utf8.repaired(chunk), left);
        }
        task::Poll::Ready(Ok(&self.chunk))
    }

    /// Takes bytes that have been read off.
    pub(super) fn advance(&mut self, length: usize) {
        self.chunk.advance(length);
        self.utf8.read(length);
    }
}

#[derive(Debug)]
struct PastLimit(u64);

impl fmt::Display for PastLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "longer than the limit of {} bytes", self.0)
    }
}

impl error::Error for PastLimit {}
