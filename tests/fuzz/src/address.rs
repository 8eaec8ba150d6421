//! Values in URLs and forms, which a server must decode to the original.

use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream;
use pydio_client::{
    ActionCall, Body, Call, Error, ErrorKind, NodePath, Pydio, RestCall,
    response::AnyResponse,
    transport::{Exchange, ResponseBody, Transport},
};
use pydio_runtime::{Bindings, Endpoint, Method, Param, Request};

static V6: Bindings = Bindings::pydio("6.4.2");
static V7: Bindings = Bindings::pydio("7.0.3");
static V8: Bindings = Bindings::pydio("8.2.5");

/// How a server reads the path of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PathRules {
    SplitThenDecode,
    DecodeTwice,
    DecodeThenSplit,
}

static ACTIONS: [(PathRules, Endpoint); 6] = [
    (PathRules::SplitThenDecode, action(&V6, Method::Get)),
    (PathRules::SplitThenDecode, action(&V6, Method::Post)),
    (PathRules::DecodeTwice, action(&V7, Method::Get)),
    (PathRules::DecodeTwice, action(&V7, Method::Post)),
    (PathRules::DecodeThenSplit, action(&V8, Method::Get)),
    (PathRules::DecodeThenSplit, action(&V8, Method::Post)),
];

const fn action(bindings: &'static Bindings, method: Method) -> Endpoint {
    Endpoint::action(bindings, method, "access.fs", "do").params(&PARAMS)
}

static PARAMS: [Param; 2] = [Param::rest_of_path("file"), Param::form("field")];

/// Sends a text as a node in the path and as a field: each server must decode it to the original,
/// or the client must refuse it for a known reason.
pub fn encoding(text: &str) {
    for (rules, action) in &ACTIONS {
        match sent(Request::new(action).node("file", text).text("field", text)) {
            Ok((path, fields)) => {
                let path = path.strip_prefix("/sub/api/w/do/").expect("the address of the action");
                // Repeated slashes are one.
                let names: Vec<_> = text.split('/').filter(|name| !name.is_empty()).collect();
                let node = format!("/{}", names.join("/"));
                assert_eq!(read_path(*rules, path), node.as_bytes());
                assert_eq!(read_field(&fields), text.as_bytes());
            }
            Err(error) if error.kind() == ErrorKind::InvalidRequest => {
                assert!(may_be_refused(text, *rules), "{text:?} was refused");
            }
            Err(error) => panic!("{text:?}: {error:?}"),
        }
    }
}

/// Returns whether the client may refuse a node because a server would read another one.
fn may_be_refused(text: &str, rules: PathRules) -> bool {
    let is_cut = rules == PathRules::SplitThenDecode && text.contains(['<', '>']);
    let is_blanked = |part: &str| matches!(part, "." | "..");
    is_cut
        || NodePath::from(text).as_str().starts_with("//")
        || text.contains(|c: char| c == '?' || c.is_ascii_control())
        || text.split('/').any(is_blanked)
}

/// Returns the path as the server reads it, with the slash that it prepends.
fn read_path(rules: PathRules, path: &str) -> Vec<u8> {
    let path = path.as_bytes();
    let decoded = match rules {
        PathRules::SplitThenDecode => path.to_vec(),
        _ => decoded(path, false),
    };
    let kept = decoded.split(|byte| *byte == b'?').next().unwrap_or_default();
    let mut value = match rules {
        PathRules::DecodeThenSplit => kept.to_vec(),
        _ => self::decoded(kept, true),
    };
    value.insert(0, b'/');
    value
}

/// Returns the only field of a query or form.
fn read_field(fields: &str) -> Vec<u8> {
    let value = fields.split('&').find_map(|field| field.strip_prefix("field="));
    decoded(value.expect("the field").as_bytes(), true)
}

fn decoded(text: &[u8], is_plus_a_space: bool) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let [first, more @ ..] = rest {
        let digits = more.get(..2).and_then(|two| str::from_utf8(two).ok());
        let code = digits.filter(|two| two.bytes().all(|byte| byte.is_ascii_hexdigit()));
        rest = more;
        bytes.push(match (first, code.and_then(|two| u8::from_str_radix(two, 16).ok())) {
            (b'%', Some(byte)) => {
                rest = &more[2..];
                byte
            }
            (b'+', _) if is_plus_a_space => b' ',
            _ => *first,
        });
    }
    bytes
}

/// Returns the path of a sent request, and its query and form.
fn sent(request: Request) -> Result<(String, String), Error> {
    let seen = Arc::<Mutex<(String, String)>>::default();
    let pydio = Pydio::builder("http://pydio.test/sub").transport(Listening(Arc::clone(&seen)));
    let files = pydio.login("a", "b").build().expect("an address").workspace("w");
    super::block_on(files.call(Handmade(request)))?;
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    Ok(seen.clone())
}

/// A transport that records requests and returns a dummy response.
struct Listening(Arc<Mutex<(String, String)>>);

impl Transport for Listening {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        let uri = request.uri();
        let form = request.body().as_bytes().map(|bytes| String::from_utf8_lossy(bytes));
        let fields = [uri.query().unwrap_or_default(), &form.unwrap_or_default()].join("&");
        let seen = (uri.path().to_owned(), fields);
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = seen;
        let body = stream::iter([Ok(Bytes::from_static(b"done"))]);
        let answer = http::Response::new(Box::pin(body) as ResponseBody);
        Box::pin(async { Ok(answer) })
    }
}

/// A handwritten call.
struct Handmade(Request);

impl Call for Handmade {
    const ENDPOINT: &'static Endpoint = &ACTIONS[0].1;
    type Response = AnyResponse;

    fn request(&self) -> &Request {
        &self.0
    }

    fn into_request(self) -> Request {
        self.0
    }
}

impl ActionCall for Handmade {}

impl RestCall for Handmade {}
