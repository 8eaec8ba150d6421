//! A transport that returns a recorded response, and a client that uses it.

use std::{cell::RefCell, fmt, ops::Range};

use bytes::Bytes;
use futures_util::stream;
use pydio_client::{
    Body, Error, Json, Pydio, Rights, Timestamp,
    json::{FromJson, JsonError, Lenient, Map, Value},
    response::{AnyResponse, Download, Element, Envelope, Listing, Nothing, OneOrMany, Text},
    transport::{Exchange, ResponseBody, Transport},
};
use pydio_codegen::ir::{Response, Type};
use pydio_releases::by_name;
use pydio_runtime::{Bindings, Endpoint, FromResponse, Method, Request};
use pydio_tests::{
    AnyCall, lasting, leaked,
    recordings::{Recorded, Recording},
};

use crate::{
    replay::address::Address,
    ways::session::script::{Script, is_step},
};

/// A transport that always returns the same response.
struct Canned(Recorded);

impl Transport for Canned {
    fn send(&self, _: http::Request<Body>) -> Exchange<'_> {
        let Recorded { status, headers, body, length, is_cut } = &self.0;
        let mut response = http::Response::builder().status(*status);
        // Masking changes the length of a body; a truncated body must remain recognizable.
        let is_masked = *length != Some(body.len() as u64) && !is_cut;
        for (name, value) in headers {
            let is_length = name.eq_ignore_ascii_case("content-length");
            // The recording contains the dechunked body.
            let is_chunked = name.eq_ignore_ascii_case("transfer-encoding");
            let is_wrong = is_chunked || is_length && is_masked;
            if !is_wrong {
                response = response.header(name, value.as_bytes());
            }
        }
        let chunks: Vec<_> = body.chunks(1000).map(|c| Ok(Bytes::copy_from_slice(c))).collect();
        let body = Box::pin(stream::iter(chunks)) as ResponseBody;
        Box::pin(async { Ok(response.body(body)?) })
    }
}

/// How the client decoded a response.
#[derive(Debug)]
pub(crate) enum Outcome {
    Listing(Listing),
    Envelope(Envelope),
    Xml(Element),
    Json(Json),
    /// The formatted model of the action.
    Typed(String),
    Text(String),
    Bytes(Vec<u8>),
    Empty,
}

/// Decodes a response like the call of an action that returns `kind`, with the bindings of a release.
pub(crate) async fn decode(
    release: &'static str,
    kind: &Response,
    recording: &Recording,
) -> Result<Outcome, Error> {
    Ok(match kind {
        Response::Listing => Outcome::Listing(read(release, recording).await?),
        Response::Json(Type::Any) => Outcome::Json(read(release, recording).await?),
        Response::Xml => Outcome::Xml(read(release, recording).await?),
        Response::Text => Outcome::Text(read::<Text>(release, recording).await?.0),
        Response::Bytes => bytes(read(release, recording).await?).await?,
        Response::Envelope => Outcome::Envelope(read(release, recording).await?),
        Response::EnvelopeOrNothing => {
            read::<Option<_>>(release, recording).await?.map_or(Outcome::Empty, Outcome::Envelope)
        }
        Response::Nothing => {
            let Nothing = read(release, recording).await?;
            Outcome::Empty
        }
        Response::Json(kind) => Outcome::Typed(typed(release, kind, recording).await?),
        Response::OneOrMany(kind) => {
            of(release, kind);
            let decoded = read::<OneOrMany<Shown>>(release, recording).await?;
            Outcome::Typed(format!("{decoded:?}"))
        }
        Response::Undeclared => match read(release, recording).await? {
            AnyResponse::Empty => Outcome::Empty,
            AnyResponse::Envelope(envelope) => Outcome::Envelope(envelope),
            AnyResponse::Xml(element) => Outcome::Xml(element),
            AnyResponse::Json(json) => Outcome::Json(json),
            AnyResponse::Text(text) => Outcome::Text(text),
            AnyResponse::Bytes(download) => bytes(download).await?,
            other => panic!("an answer of a new kind: {other:?}"),
        },
        Response::Head | Response::ByStatus(_) => panic!("no action answers {kind:?}"),
    })
}

/// Decodes a response as the type that the generated call returns, and formats it.
async fn typed(release: &'static str, kind: &Type, recording: &Recording) -> Result<String, Error> {
    Ok(match kind {
        Type::Nullable(inner) => {
            of(release, inner);
            read::<Option<Shown>>(release, recording)
                .await?
                .map_or("None".to_owned(), |shown| shown.0)
        }
        kind => {
            of(release, kind);
            read::<Shown>(release, recording).await?.0
        }
    })
}

thread_local! {
    /// The release and type of the response that is being decoded.
    static KIND: RefCell<(&'static str, Type)> = const { RefCell::new(("", Type::Any)) };
}

/// Sets the type that a [`Shown`] is decoded as.
fn of(release: &'static str, kind: &Type) {
    KIND.with(|own| *own.borrow_mut() = (release, kind.clone()));
}

/// A value of that type, formatted.
struct Shown(String);

impl fmt::Debug for Shown {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FromJson for Shown {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let (release, kind) = KIND.with(|kind| kind.borrow().clone());
        shown(release, &kind, json.into_json()).map(Self)
    }
}

/// Decodes JSON as a type, and formats the value.
fn shown(release: &str, kind: &Type, json: Json) -> Result<String, JsonError> {
    let list = |items: Vec<Json>, kind: &Type| {
        let items = items
            .into_iter()
            .map(|item| shown(release, kind, item))
            .collect::<Result<Vec<_>, _>>()?;
        Ok(format!("[{}]", items.join(", ")))
    };
    let map = |fields: Map<Json>, kind: &Type| {
        let of_field = |(name, value)| Ok(format!("{name:?}: {}", shown(release, kind, value)?));
        let fields = fields.into_iter().map(of_field).collect::<Result<Vec<_>, JsonError>>()?;
        Ok(format!("{{{}}}", fields.join(", ")))
    };
    match kind {
        Type::Model(name) => model(release, name, json),
        Type::List(items) => list(Vec::from_json(json.into())?, items),
        Type::Map(values) => map(Map::from_json(json.into())?, values),
        Type::Nullable(_) if json.is_null() => Ok("None".to_owned()),
        Type::Nullable(inner) => shown(release, inner, json),
        Type::Lenient(inner) => match &**inner {
            Type::List(items) => list(Lenient::<Vec<Json>>::from_json(json.into())?.0, items),
            Type::Map(values) => map(Lenient::<Map<Json>>::from_json(json.into())?.0, values),
            other => shown(release, other, json),
        },
        Type::Text => String::from_json(json.into()).map(|text| format!("{text:?}")),
        Type::Rights => Rights::from_json(json.into()).map(|rights| format!("{rights:?}")),
        Type::Integer => i64::from_json(json.into()).map(|number| number.to_string()),
        Type::Time => Timestamp::from_json(json.into()).map(|time| format!("{time:?}")),
        Type::Float => f64::from_json(json.into()).map(|number| number.to_string()),
        Type::Boolean => bool::from_json(json.into()).map(|value| value.to_string()),
        Type::Any => Ok(format!("{json:?}")),
        other => panic!("an answer of {other:?}"),
    }
}

/// Decodes a document as a model of the bindings of a release.
fn model(release: &str, name: &str, json: Json) -> Result<String, JsonError> {
    let decoded = by_name::model(release, name, json);
    decoded.unwrap_or_else(|| panic!("the bindings of {release} have no `{name}`"))
}

async fn bytes(download: Download) -> Result<Outcome, Error> {
    download.bytes(u64::MAX).await.map(Outcome::Bytes)
}

async fn read<A: FromResponse>(release: &str, recording: &Recording) -> Result<A, Error> {
    let (bindings, _) = by_name::bindings(release).unwrap();
    // Some texts are failures of certain actions.
    let action = Address::of(recording).map(|address| address.action);
    let action = action.filter(|action| !(recording.is_session() && is_step(action)));
    let action = leaked(action.as_deref().unwrap_or("handmade"));
    let endpoint = Endpoint::action(bindings, Method::Get, "test", action);
    let call = AnyCall::<A>::new(Request::new(lasting(endpoint)).range(came(recording)));
    if recording.is_session() {
        let session = Script::always(recording.response.clone()).session().await;
        return session.workspace("common").call(call).await;
    }
    let transport = Canned(recording.response.clone());
    let pydio = Pydio::builder("http://pydio.test").transport(transport).build()?;
    pydio.workspace("common").call(call).await
}

/// Returns the byte range that a response claims to contain.
fn came(recording: &Recording) -> Range<u64> {
    let range = recording.response.header("content-range").unwrap_or_default();
    let range = range.strip_prefix("bytes ").and_then(|range| range.split_once('/'));
    let Some((first, last)) = range.and_then(|(range, _)| range.split_once('-')) else {
        return 0..u64::MAX;
    };
    // Past the end of a file, the last byte precedes the first one.
    first.parse().unwrap()..last.parse::<u64>().unwrap() + 1
}

/// Decodes a response as that of an operation.
pub(crate) async fn answer<A: FromResponse>(
    bindings: &'static Bindings,
    id: &'static str,
    recording: &Recording,
) -> Result<A, Error> {
    let transport = Canned(recording.response.clone());
    let pydio = Pydio::builder("http://pydio.test").transport(transport).build()?;
    let endpoint = Endpoint::operation(bindings, Method::Get, id, "/replay");
    let request = Request::new(lasting(endpoint)).range(came(recording));
    pydio.call(AnyCall::<A>::new(request)).await
}

/// Returns whether the response is JSON by its header.
pub(crate) fn is_json(recording: &Recording) -> bool {
    let kind = recording.response.header("content-type");
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

/// Returns whether the response is XML by its header.
pub(crate) fn is_xml(recording: &Recording) -> bool {
    let kind = recording.response.header("content-type");
    kind.is_some_and(|kind| kind.starts_with("text/xml") || kind.starts_with("application/xml"))
}

/// Returns whether the response is a script by its header.
pub(crate) fn is_script(recording: &Recording) -> bool {
    let kind = recording.response.header("content-type");
    kind.is_some_and(|kind| kind.starts_with("text/javascript"))
}

/// Returns the name of an error's variant.
pub(crate) fn name(error: &Error) -> String {
    format!("{:?}", error.kind())
}
