//! Responses as they arrive over HTTP.

use std::{fmt::Debug, marker::PhantomData};

use bytes::Bytes;
use futures_util::stream;
use pydio_client::{
    ActionCall, Body, Call, Error, Json, Pydio, RestCall,
    response::{AnyResponse, Element, Envelope, Listing, Nothing, OneOrMany, Text},
    transport::{Exchange, ResponseBody, Transport},
    v1::models,
    v2,
};
use pydio_runtime::{Endpoint, FromResponse, Method, Request};

/// Reads an XML response: the result must not depend on chunking, and must keep the name.
pub fn xml(input: &[u8]) {
    type Any = AnyResponse;
    for read in [read::<Listing>, read::<Envelope>, read::<Option<Envelope>>, read::<Element>] {
        assert_same(read, "text/xml; charset=UTF-8", input);
    }
    for read in [read::<Any>, read::<Text>, read::<Nothing>, read::<OneOrMany<models::Stat>>] {
        assert_same(read, "text/xml; charset=UTF-8", input);
    }
    let name: String = String::from_utf8_lossy(input).chars().filter(|c| is_xml(*c)).collect();
    let escaped: String = name.chars().map(|c| format!("&#{};", u32::from(c))).collect();
    let listing = format!("<tree filename=\"/\"><tree filename=\"/a\" text=\"{escaped}\"/></tree>");
    let found = answered::<Listing>("text/xml", listing.as_bytes(), 7).expect("a listing");
    assert_eq!(found.nodes[0].attributes.get("text"), Some(&*name));
}

/// Returns whether XML can contain a character at all.
fn is_xml(char: char) -> bool {
    matches!(char, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..)
}

/// Reads a JSON response: the result must not depend on chunking, and must keep the text.
pub fn json(input: &[u8]) {
    for media_type in ["application/json", "text/html; charset=UTF-8"] {
        for read in [read::<Json>, read::<AnyResponse>, read::<Option<Envelope>>, read::<Listing>] {
            assert_same(read, media_type, input);
        }
        for read in [
            read::<OneOrMany<models::Stat>>,
            read::<models::Share>,
            read::<models::RegistryPart>,
            read::<v2::models::NodeList>,
            read::<Vec<v2::models::Task>>,
            read::<v2::models::AdminWorkspace>,
        ] {
            assert_same(read, media_type, input);
        }
    }
    let text = String::from_utf8_lossy(input);
    let document = serde_json::json!({ "a": [text] });
    let found = answered::<Json>("application/json", document.to_string().as_bytes(), 7);
    assert_eq!(found.expect("a document"), document);
}

/// Reads a response and formats the result.
type Read = fn(&str, &[u8], usize) -> Result<String, String>;

fn assert_same(read: Read, media_type: &str, input: &[u8]) {
    let (whole, pieces) = (read(media_type, input, usize::MAX), read(media_type, input, 1));
    match (&whole, &pieces) {
        // The XML reader handles a byte order mark only if it arrives in chunks.
        (Err(_), Err(_)) if input.starts_with("\u{feff}".as_bytes()) => {}
        _ => assert_eq!(whole, pieces),
    }
}

fn read<A: FromResponse + Debug>(
    media_type: &str,
    body: &[u8],
    piece: usize,
) -> Result<String, String> {
    let answer = answered::<A>(media_type, body, piece);
    answer.map(|answer| format!("{answer:?}")).map_err(|error| format!("{error} {error:?}"))
}

/// Returns the response to a call, delivered in chunks of this size.
fn answered<A: FromResponse>(media_type: &str, body: &[u8], piece: usize) -> Result<A, Error> {
    let pieces = body.chunks(piece.clamp(1, body.len().max(1)));
    let pieces = pieces.map(Bytes::copy_from_slice).collect();
    let canned = Canned { media_type: media_type.to_owned(), pieces };
    let pydio = Pydio::builder("http://pydio.test/").transport(canned).login("a", "b");
    let files = pydio.build().expect("an address").workspace("w");
    super::block_on(files.call(Asked::<A>(Request::new(&ASK), PhantomData)))
}

/// A transport that always returns the same response.
struct Canned {
    media_type: String,
    pieces: Vec<Bytes>,
}

impl Transport for Canned {
    fn send(&self, _: http::Request<Body>) -> Exchange<'_> {
        let pieces: Vec<_> = self.pieces.iter().cloned().map(Ok).collect();
        let body = Box::pin(stream::iter(pieces)) as ResponseBody;
        let answer = http::Response::builder().header("content-type", &self.media_type).body(body);
        Box::pin(async { Ok(answer?) })
    }
}

/// A call that returns `A`.
struct Asked<A>(Request, PhantomData<A>);

static ASK: Endpoint =
    Endpoint::action(&pydio_client::v1::BINDINGS, Method::Get, "access.fs", "ask");

impl<A: FromResponse> Call for Asked<A> {
    const ENDPOINT: &'static Endpoint = &ASK;
    type Response = A;

    fn request(&self) -> &Request {
        &self.0
    }

    fn into_request(self) -> Request {
        self.0
    }
}

impl<A: FromResponse> ActionCall for Asked<A> {}

impl<A: FromResponse> RestCall for Asked<A> {}
