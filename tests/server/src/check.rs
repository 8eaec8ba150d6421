//! The harness of tests that `pydio-codegen generate --with-tests` writes for bindings.
//!
//! A [`Case`] says in plain data what a call has to send, what it gets, and what its caller has to
//! read. A [`Bench`] is the server that the call is made on. Neither knows the client.
//!
//! ```
//! use pydio_test_server::check::{self, Bench, Case};
//!
//! static CASE: Case = Case::new("GET", "/pets/7")
//!     .query(&[("fields", "name")])
//!     .answers(200, "application/json", r#"{"name":"Rex"}"#)
//!     .reads(r#"Pet { name: "Rex" }"#);
//!
//! check::run(async {
//!     let bench = Bench::stub().await;
//!     bench.prepare(&CASE);
//!     # use std::{io::{Read, Write}, net::TcpStream};
//!     # let address = bench.url().replace("http://", "");
//!     # let client = tokio::task::spawn_blocking(move || -> std::io::Result<String> {
//!     #     let mut stream = TcpStream::connect(address)?;
//!     #     let head = "Host: h\r\nConnection: close";
//!     #     write!(stream, "GET /pets/7?fields=name HTTP/1.1\r\n{head}\r\n\r\n")?;
//!     #     let mut text = String::new();
//!     #     stream.read_to_string(&mut text)?;
//!     #     Ok(text)
//!     # });
//!     # let text = client.await.unwrap().unwrap();
//!     # assert!(text.ends_with(r#"{"name":"Rex"}"#), "{text}");
//!     # let read = Ok(r#"Pet { name: "Rex" }"#.to_owned());
//!     // `read` is what the client made of the response, as `Debug` shows it.
//!     bench.settle(&CASE, read);
//! });
//! ```

mod compare;

use std::pin::Pin;

use crate::{Account, Canned, Fault, Seen, Server, Version, stub::Stub};

/// What a call has to send, the response that it gets, and what its caller has to read.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    method: &'static str,
    path: &'static str,
    query: &'static [(&'static str, &'static str)],
    headers: &'static [(&'static str, &'static str)],
    cookies: &'static [(&'static str, &'static str)],
    content: Content,
    carried: Option<(Place, &'static str, &'static str)>,
    status: u16,
    media_type: &'static str,
    answer_headers: &'static [(&'static str, &'static str)],
    body: &'static str,
    reads: &'static str,
}

/// Where credentials are expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Header,
    Query,
    Cookie,
}

/// The body of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// No body.
    Nothing,
    /// The fields of a form, written like those of [`Case::query`].
    Form(&'static [(&'static str, &'static str)]),
    /// The parts of a multipart form.
    Parts(&'static [Part]),
    /// A JSON document, and its media type.
    Json(&'static str, &'static str),
    /// Anything else: a text, and its media type.
    Text(&'static str, &'static str),
}

/// A part of a multipart form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// The name of the field.
    pub name: &'static str,
    /// The name of the file; `None` for a part without one.
    pub file: Option<&'static str>,
    /// The media type, where it matters.
    pub media_type: Option<&'static str>,
    /// The content, as text. A JSON document matches however it is formatted.
    pub content: &'static str,
}

/// What the client made of a response: the `Debug` output of the value, or the message of the error.
pub type Outcome = Result<String, String>;

/// A call that is being made.
pub type Pending = Pin<Box<dyn Future<Output = Outcome>>>;

impl Case {
    /// Creates the case of a request without parameters. The path begins with a slash, and is
    /// percent-encoded.
    pub const fn new(method: &'static str, path: &'static str) -> Self {
        Self {
            method,
            path,
            query: &[],
            headers: &[],
            cookies: &[],
            content: Content::Nothing,
            carried: None,
            status: 200,
            media_type: "",
            answer_headers: &[],
            body: "",
            reads: "",
        }
    }

    /// Expects these fields in the query, and no others, in any order. It does not matter how names
    /// and values are encoded, but for `,`, `;`, `=` and `&`: a server reads a delimiter where they
    /// are not. Write `%2C` for a comma that is a part of a value, and `%25` for a `%`.
    #[must_use]
    pub const fn query(mut self, fields: &'static [(&'static str, &'static str)]) -> Self {
        self.query = fields;
        self
    }

    /// Expects these headers among others.
    #[must_use]
    pub const fn headers(mut self, headers: &'static [(&'static str, &'static str)]) -> Self {
        self.headers = headers;
        self
    }

    /// Expects these cookies among others.
    #[must_use]
    pub const fn cookies(mut self, cookies: &'static [(&'static str, &'static str)]) -> Self {
        self.cookies = cookies;
        self
    }

    /// Expects this body.
    #[must_use]
    pub const fn content(mut self, content: Content) -> Self {
        self.content = content;
        self
    }

    /// Expects this header as well.
    #[must_use]
    pub const fn carries_in_header(mut self, name: &'static str, value: &'static str) -> Self {
        self.carried = Some((Place::Header, name, value));
        self
    }

    /// Expects this field in the query as well.
    #[must_use]
    pub const fn carries_in_query(mut self, name: &'static str, value: &'static str) -> Self {
        self.carried = Some((Place::Query, name, value));
        self
    }

    /// Expects this cookie as well.
    #[must_use]
    pub const fn carries_in_cookie(mut self, name: &'static str, value: &'static str) -> Self {
        self.carried = Some((Place::Cookie, name, value));
        self
    }

    /// Sets the response: its status, its media type (none if empty) and its body. Unless set, it is
    /// an empty 200.
    #[must_use]
    pub const fn answers(
        mut self,
        status: u16,
        media_type: &'static str,
        body: &'static str,
    ) -> Self {
        (self.status, self.media_type, self.body) = (status, media_type, body);
        self
    }

    /// Adds headers to the response.
    #[must_use]
    pub const fn answer_headers(
        mut self,
        headers: &'static [(&'static str, &'static str)],
    ) -> Self {
        self.answer_headers = headers;
        self
    }

    /// Sets what the caller reads: the `Debug` output of the value. A text that ends in `…` is the
    /// beginning of it.
    #[must_use]
    pub const fn reads(mut self, shown: &'static str) -> Self {
        self.reads = shown;
        self
    }

    /// Returns how a request differs from the expected one: one line for each difference.
    pub fn differences(&self, seen: &Seen) -> Vec<String> {
        compare::differences(self, seen)
    }

    /// Returns the action that a session calls.
    fn action(&self) -> Option<&'static str> {
        let fields = match self.content {
            Content::Form(fields) => fields,
            Content::Parts(parts) => {
                let part = parts.iter().find(|part| part.name == "get_action");
                return part.map(|part| part.content);
            }
            _ => self.query,
        };
        fields.iter().find(|(name, _)| *name == "get_action").map(|(_, action)| *action)
    }

    fn response(&self) -> Canned {
        let headers = self.answer_headers.iter();
        let own = [("content-type", self.media_type)];
        let own = own.iter().filter(|(_, media_type)| !media_type.is_empty());
        let headers = own.chain(headers).map(|(name, value)| (name.to_string(), value.to_string()));
        Canned { status: self.status, headers: headers.collect(), body: self.body.into() }
    }

    /// Returns what is wrong with the value that was read.
    fn misread(&self, outcome: &Outcome) -> Option<String> {
        let expected = self.reads;
        match outcome {
            Err(error) => Some(format!("the call failed: {error}")),
            Ok(shown) => {
                let is_read = match expected.strip_suffix('…') {
                    Some(beginning) => shown.starts_with(beginning),
                    None => shown == expected,
                };
                (!is_read).then(|| format!("it read\n    {shown}\n  instead of\n    {expected}"))
            }
        }
    }
}

/// The server that a call is made on.
#[derive(Debug)]
pub struct Bench {
    server: Kind,
    /// The number of requests before the call.
    before: std::cell::Cell<usize>,
}

#[derive(Debug)]
enum Kind {
    Pydio(Box<Server>),
    Stub(Stub),
}

impl Bench {
    /// The user that may do everything on the server of [`Self::pydio`].
    pub const ADMIN: Account = crate::ADMIN;

    /// Starts an in-memory Pydio of the generation that is nearest to a release.
    ///
    /// # Panics
    ///
    /// Panics if no port is free.
    pub async fn pydio(release: &str) -> Self {
        let server = Server::start(Version::nearest(release)).await.expect("a free port");
        Self { server: Kind::Pydio(Box::new(server)), before: Default::default() }
    }

    /// Starts a [`Stub`].
    ///
    /// # Panics
    ///
    /// Panics if no port is free.
    pub async fn stub() -> Self {
        let stub = Stub::start().await.expect("a free port");
        Self { server: Kind::Stub(stub), before: Default::default() }
    }

    /// Returns the URL of the server.
    pub fn url(&self) -> String {
        match &self.server {
            Kind::Pydio(server) => server.url(),
            Kind::Stub(stub) => stub.url(),
        }
    }

    fn seen(&self) -> Vec<Seen> {
        match &self.server {
            Kind::Pydio(server) => server.seen(),
            Kind::Stub(stub) => stub.seen(),
        }
    }

    /// Returns the requests since the test began, without those by which a session finds out the id of a
    /// workspace.
    fn own(&self) -> Vec<Seen> {
        let mut seen = self.seen().split_off(self.before.get());
        if let Kind::Pydio(server) = &self.server {
            seen.retain(|seen| !seen.is_look_up());
            let names = server.workspace_names();
            seen.iter_mut()
                .for_each(|seen| names.iter().for_each(|(id, slug)| seen.rename(id, slug)));
        }
        seen
    }

    /// Sets the response to the call: on a session to its action, otherwise to the next request.
    pub fn prepare(&self, case: &Case) {
        self.before.set(self.seen().len());
        let answer = Fault::Answer(case.response());
        match (&self.server, case.action()) {
            (Kind::Pydio(server), Some(action)) => server.fail_action(action, answer),
            (Kind::Pydio(server), None) => server.fail(answer),
            (Kind::Stub(stub), _) => stub.answer(case.response()),
        }
    }

    /// Compares the request of the call, and what its caller read, with the case.
    ///
    /// # Panics
    ///
    /// Panics with all differences, if there are any.
    #[track_caller]
    pub fn settle(&self, case: &Case, outcome: Outcome) {
        let seen = self.own();
        let mut wrong = match &seen[..] {
            [one] => case.differences(one),
            all => vec![format!("it sent {} requests instead of one", all.len())],
        };
        wrong.extend(case.misread(&outcome));
        assert!(wrong.is_empty(), "{} {}:\n  {}", case.method, case.path, wrong.join("\n  "));
    }

    /// Begins with a call that sends nothing: earlier requests are not its own.
    pub fn begin(&self) {
        self.before.set(self.seen().len());
    }

    /// Checks that a call which the server cannot do failed, and that nothing was sent.
    ///
    /// # Panics
    ///
    /// Panics if the call succeeded or sent something.
    #[track_caller]
    pub fn refused(&self, outcome: Outcome) {
        let sent = self.own().len();
        assert!(sent == 0, "{sent} requests were sent for a call that the server cannot do");
        assert!(outcome.is_err(), "the call succeeded without a request: {outcome:?}");
    }
}

/// Runs a test in a runtime of its own.
///
/// # Panics
///
/// Panics if the runtime cannot be built, or inside another one.
pub fn run(test: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.expect("a runtime").block_on(test);
}
