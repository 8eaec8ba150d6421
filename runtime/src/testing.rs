//! Shared by the unit tests: a server with canned responses in memory, and actions to call on it.

use std::{
    pin::pin,
    sync::{Arc, Mutex},
    task,
};

use bytes::Bytes;
use http::{StatusCode, header::CONTENT_TYPE};
use proptest::test_runner::{Config, RngSeed};

use crate::{
    call::{ActionCall, Call, OperationCall, RestCall},
    client::Pydio,
    response::FromResponse,
    transport::{Exchange, ResponseBody, Transport},
    types::{Bindings, Body, BoxError, Endpoint, Error, Method, Param, Request},
};

/// A response that is sent, in chunks, as often as it is requested.
#[derive(Clone, Debug)]
pub(crate) struct Canned {
    status: StatusCode,
    headers: Vec<(&'static str, Vec<u8>)>,
    chunks: Vec<Result<Bytes, String>>,
}

impl Canned {
    pub(crate) fn new(media_type: &'static str, body: impl AsRef<[u8]>) -> Self {
        let headers = vec![(CONTENT_TYPE.as_str(), media_type.into())];
        let body = Bytes::copy_from_slice(body.as_ref());
        Self { status: StatusCode::OK, headers, chunks: vec![Ok(body)] }
    }

    /// Returns the server's XML, with the declaration that it always begins with.
    pub(crate) fn xml(body: &str) -> Self {
        let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}");
        Self::new("text/xml; charset=UTF-8", declared)
    }

    pub(crate) fn json(body: &str) -> Self {
        Self::new("application/json; charset=UTF-8", body)
    }

    pub(crate) fn status(mut self, status: u16) -> Self {
        self.status = StatusCode::from_u16(status).unwrap();
        self
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// Splits the body into chunks of this many bytes.
    pub(crate) fn chunked(mut self, size: usize) -> Self {
        let whole: Vec<u8> = self.chunks.drain(..).flat_map(Result::unwrap).collect();
        self.chunks = whole.chunks(size).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
        self
    }

    /// Breaks the connection after the body.
    pub(crate) fn broken(mut self, error: &str) -> Self {
        self.chunks.push(Err(error.to_owned()));
        self
    }

    fn response(&self) -> http::Response<ResponseBody> {
        let mut builder = http::Response::builder().status(self.status);
        for (name, value) in &self.headers {
            builder = builder.header(*name, &**value);
        }
        let chunks: Vec<_> =
            self.chunks.iter().cloned().map(|c| c.map_err(BoxError::from)).collect();
        builder.body(Box::pin(futures_util::stream::iter(chunks)) as ResponseBody).unwrap()
    }
}

/// The requests to a [`Server`].
pub(crate) type Log = Arc<Mutex<Vec<http::Request<Bytes>>>>;

/// Sends its responses in turn, the last one repeatedly, and records the requests.
#[derive(Debug)]
pub(crate) struct Server {
    answers: Vec<Canned>,
    log: Log,
}

impl Server {
    pub(crate) fn new(answers: impl IntoIterator<Item = Canned>) -> (Self, Log) {
        let log = Log::default();
        (Self { answers: answers.into_iter().collect(), log: log.clone() }, log)
    }
}

impl Transport for Server {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        let mut log = self.log.lock().unwrap();
        let answer = &self.answers[log.len().min(self.answers.len() - 1)];
        log.push(request.map(|body| body.as_bytes().cloned().unwrap_or_default()));
        let response = answer.response();
        Box::pin(async { Ok(response) })
    }
}

/// Returns the connection for the tests, with an installation below a prefix.
pub(crate) fn connect(answers: impl IntoIterator<Item = Canned>) -> (Pydio, Log) {
    let (server, log) = Server::new(answers);
    let builder = Pydio::builder("http://pydio.test/sub").login("alice", SECRET);
    (builder.max_response_size(LIMIT).transport(server).build().unwrap(), log)
}

/// The password, which must never be shown.
pub(crate) const SECRET: &str = "s3cr3t-marker";

/// The limit for responses of the connection, in bytes.
pub(crate) const LIMIT: u64 = 64 * 1024;

/// Reads `answer` as the response of a call that declares `A`.
pub(crate) fn read<A: FromResponse>(answer: Canned) -> Result<A, Error> {
    let (pydio, _) = connect([answer]);
    let call = Typed::<A>(Request::new(&LS), std::marker::PhantomData);
    ready(pydio.workspace("my-files").call(call))
}

/// A call that returns `A`.
#[derive(Clone)]
pub(crate) struct Typed<A>(pub(crate) Request, pub(crate) std::marker::PhantomData<A>);

impl<A: FromResponse> Call for Typed<A> {
    const ENDPOINT: &'static Endpoint = &LS;
    type Response = A;

    fn request(&self) -> &Request {
        &self.0
    }

    fn into_request(self) -> Request {
        self.0
    }
}

impl<A: FromResponse> ActionCall for Typed<A> {}

impl<A: FromResponse> RestCall for Typed<A> {}

/// The request says whether it is one of an operation.
impl<A: FromResponse> OperationCall for Typed<A> {}

pub(crate) static BINDINGS: Bindings = Bindings::pydio("8.2.5");

pub(crate) static LS: Endpoint =
    action(&BINDINGS, "ls", Method::Get, &[Param::rest_of_path("dir")]);

pub(crate) static MKDIR: Endpoint =
    action(&BINDINGS, "mkdir", Method::Post, &[Param::rest_of_path("file")]);

/// Runs a future that never waits, since everything is in memory.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    let mut context = task::Context::from_waker(task::Waker::noop());
    let mut future = pin!(future);
    for _ in 0..1_000_000 {
        if let task::Poll::Ready(value) = future.as_mut().poll(&mut context) {
            return value;
        }
    }
    panic!("nothing wakes this future");
}

/// Property tests with the same cases every time.
pub(crate) fn repeatable(cases: u32) -> Config {
    Config { cases, failure_persistence: None, rng_seed: RngSeed::Fixed(2019), ..Config::default() }
}

/// An action that REST reaches.
pub(crate) const fn action(
    bindings: &'static Bindings,
    name: &'static str,
    method: Method,
    params: &'static [Param],
) -> Endpoint {
    Endpoint::action(bindings, method, "access.fs", name).params(params)
}

impl Request {
    /// Declares a parameter for this call alone.
    pub(crate) fn with(self, param: Param) -> Self {
        let endpoint = self.endpoint();
        if endpoint.params.contains(&param) {
            return self;
        }
        let is_other = |other: &&Param| other.key != param.key;
        let params = endpoint.params.iter().filter(is_other).copied().chain([param]);
        self.declared_as(endpoint.clone().params(params.collect::<Vec<_>>().leak()))
    }

    /// Declares that a parameter refuses the root.
    pub(crate) fn refusing_root(self, name: &str) -> Self {
        let endpoint = self.endpoint();
        let refuse = |param: &Param| match param.name == name && param.is_in_path() {
            true => param.not_root(),
            false => *param,
        };
        let params: Vec<_> = endpoint.params.iter().map(refuse).collect();
        self.declared_as(endpoint.clone().params(params.leak()))
    }
}
