//! Decodes recorded v2 responses with the types that the bindings declare.

pub(crate) mod requests;

use std::{fmt::Debug, pin::Pin};

use pydio_client::{
    Error, OperationCall,
    response::{Download, Envelope},
};
use pydio_codegen::ir::{Endpoint, Response};
use pydio_releases::by_name::{self, Visit};
use pydio_tests::recordings::{Recorded, Recording, below};

use crate::replay::{
    NEWEST,
    canned::{self, Outcome, answer, is_json, is_xml},
    counted,
    declared::{self, Declared},
    expected,
    kept::kept,
    shown, structure,
};

/// The formatted result of decoding.
type Decoded = Result<String, Error>;

pub(crate) async fn every_response_matches_its_operation() {
    let recordings = below("v2").unwrap();
    let declared = Declared::bundled();
    let counts =
        counted(&recordings, async |recording| replay(NEWEST, &declared, recording).await).await;
    insta::assert_snapshot!(shown(&counts));
}

/// Replays the responses of the operations of a release, and formats the table.
pub(crate) async fn table(release: &'static str, declared: &Declared) -> String {
    let recordings = below(&format!("exchanges/{release}/v2")).unwrap();
    let counts =
        counted(&recordings, async |recording| replay(release, declared, recording).await).await;
    shown(&counts)
}

/// Every operation has a type that its responses can be decoded as.
pub(crate) async fn every_operation_can_be_replayed() {
    let recording = Recording {
        name: "nothing".to_owned(),
        user: None,
        method: "GET".to_owned(),
        target: "/".to_owned(),
        headers: Vec::new(),
        body: Vec::new(),
        response: Recorded::empty(),
    };
    for release in ["6.5.5", "7.0.4", "8.0.2", NEWEST] {
        let declared = Declared::of(release);
        assert!(declared.operations().count() >= 34);
        for operation in declared.operations() {
            let decoded = decode(release, operation, &recording).await;
            assert!(decoded.is_some(), "{} of {release} is not in the table", operation.id);
        }
    }
}

/// Replays a response, and returns its row in the table.
async fn replay(
    release: &'static str,
    declared: &Declared,
    recording: &Recording,
) -> Result<String, String> {
    if matches!(&*recording.method, "HEAD" | "OPTIONS") {
        return Ok(format!("skipped: the client never sends {}", recording.method));
    }
    match declared.operation(recording) {
        Some(operation @ Endpoint { unsupported: None, id, response: answer, .. }) => {
            let note = match canned::is_xml(recording) && expected::message(recording).is_none() {
                true if id != "uploadStream" => ", asked for in XML",
                _ if &*recording.response.body == b"{}" => ", asked for without format=json",
                _ => "",
            };
            let decoded = decode(release, operation, recording).await;
            let decoded = decoded.ok_or("the operation is not in the table")?;
            let expected = expected::of_operation(answer, recording);
            judge(decoded, expected, recording, &format!("{note} ({id})"))
        }
        other => {
            let note = if other.is_some() { ", retired" } else { ", of no operation" };
            let decoded = canned::decode(release, &declared::ANY, recording).await;
            let decoded = decoded.map(|outcome| format!("{outcome:?}"));
            judge(decoded, expected::of(&declared::ANY, recording), recording, note)
        }
    }
}

/// Compares the result of a response with the expected one.
fn judge(
    decoded: Decoded,
    expected: Result<(), &'static [&'static str]>,
    recording: &Recording,
    note: &str,
) -> Result<String, String> {
    match (decoded, expected) {
        (Ok(shown), Ok(())) => {
            check(&shown, recording)?;
            Ok(format!("ok{note}"))
        }
        (Err(error), Err(names)) => {
            let name = canned::name(&error);
            if !names.contains(&name.as_str()) {
                return Err(format!("{error:?} where one of {names:?} was expected"));
            }
            let told = expected::message(recording);
            if told.is_some_and(|told| told.trim() != error.message()) {
                return Err(format!("{error} does not say what the server said"));
            }
            let why = if name == "Malformed" { error.message() } else { "" };
            Ok(format!("error: {name}{note} {why}").trim_end().to_owned())
        }
        (Ok(shown), Err(names)) => Err(format!("{shown} where {names:?} was expected")),
        (Err(error), Ok(())) => Err(format!("{error:?} where a success was expected")),
    }
}

/// Checks that the result contains every value of a JSON response.
fn check(shown: &str, recording: &Recording) -> Result<(), String> {
    if !is_json(recording) || is_xml(recording) {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&recording.response.body);
    kept(&structure::document(&text)?, shown)
}

/// Decodes a response like the operation of a release, and formats it; `None` if it does not exist.
async fn decode(
    release: &'static str,
    operation: &Endpoint,
    recording: &Recording,
) -> Option<Decoded> {
    let id = &*operation.id;
    by_name::operation(release, id, Known)?;
    let bindings = by_name::bindings(release)?.1?;
    Some(match operation.response {
        Response::Bytes => match answer(bindings, "bytes", recording).await {
            Ok(download) => bytes(download, recording).await,
            Err(error) => Err(error),
        },
        Response::Envelope => match answer(bindings, "envelope", recording).await {
            Ok(changes) => Ok(envelope(changes, recording)),
            Err(error) => Err(error),
        },
        _ => by_name::operation(release, id, Decoding(recording))?.await,
    })
}

/// Shows that an operation exists, without a response.
struct Known;

impl Visit for Known {
    type Output = ();

    fn visit<C: OperationCall>(self) {}
}

/// Decodes a response as the type that the bindings of the operation declare.
struct Decoding<'r>(&'r Recording);

impl<'r> Visit for Decoding<'r> {
    type Output = Pin<Box<dyn Future<Output = Decoded> + 'r>>;

    fn visit<C>(self) -> Self::Output
    where
        C: OperationCall,
        C::Response: Debug,
    {
        Box::pin(async move {
            let endpoint = C::ENDPOINT;
            let read = answer::<C::Response>(endpoint.bindings(), endpoint.id(), self.0);
            read.await.map(|answer| format!("{answer:?}"))
        })
    }
}

async fn bytes(download: Download, recording: &Recording) -> Decoded {
    let bytes = download.bytes(u64::MAX).await?;
    assert_eq!(bytes, recording.response.body, "{}", recording.name);
    Ok(format!("{} bytes", bytes.len()))
}

fn envelope(envelope: Envelope, recording: &Recording) -> String {
    let shown = format!("{envelope:?}");
    let whole = structure::check(&Outcome::Envelope(envelope), recording);
    assert_eq!(whole, Ok(()), "{}", recording.name);
    shown
}
