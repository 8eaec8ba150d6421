//! Decodes recorded responses of a real server with the client, and compares recorded targets with
//! those that the bindings encode.

pub(crate) mod address;
mod canned;
pub(crate) mod declared;
mod expected;
pub(crate) mod kept;
pub(crate) mod operations;
pub(crate) mod produced;
mod structure;
pub(crate) mod targets;
mod wire;

use std::{collections::BTreeMap, fmt::Write as _};

use canned::Outcome;
use declared::{Declared, Reached};
use pydio_codegen::ir::{Endpoint, Response, Type};
use pydio_tests::{
    leaked,
    recordings::{self, Recording, below},
    suite,
};

/// The number of recordings by row of the table.
type Counts = BTreeMap<String, usize>;

pub(crate) async fn every_answer_is_what_it_was() {
    insta::assert_snapshot!(newest("v1").await);
}

pub(crate) async fn later_answers_are_read_as_declared() {
    insta::assert_snapshot!(newest("exchanges/8.2.5/v1").await);
}

pub(crate) async fn answers_on_sessions_are_read_as_declared() {
    insta::assert_snapshot!(newest("exchanges/8.2.5/legacy").await);
}

/// The release whose bindings are `pydio-client`.
pub(crate) const NEWEST: &str = "8.2.5";

/// Replays what was recorded with each older release, with the bindings of that release.
pub(crate) async fn answers_of_older_releases_are_read_as_declared() {
    for name in recordings::releases().unwrap() {
        let release = leaked(&name);
        let declared = Declared::of(release);
        let mut text = String::new();
        for (transport, title) in [("v1", "REST v1"), ("legacy", "sessions")] {
            let table =
                table(release, &declared, &format!("exchanges/{release}/{transport}")).await;
            let _ = writeln!(text, "{title}\n{table}");
        }
        if suite::shared().join(format!("exchanges/{release}/v2")).is_dir() {
            let _ = writeln!(text, "REST v2\n{}", operations::table(release, &declared).await);
        }
        insta::assert_snapshot!(name, text);
    }
}

/// Replays every response below a folder, as its release declares it, and formats the table.
async fn table(release: &'static str, declared: &Declared, folder: &str) -> String {
    let recordings = below(folder).unwrap();
    let counts =
        counted(&recordings, async |recording| replay(release, declared, recording).await).await;
    shown(&counts)
}

/// Replays what was recorded with the newest release.
async fn newest(folder: &str) -> String {
    table(NEWEST, &Declared::of(NEWEST), folder).await
}

/// Counts the row of each recording. None may be wrong.
async fn counted(
    recordings: &[Recording],
    replay: impl AsyncFn(&Recording) -> Result<String, String>,
) -> Counts {
    let (mut counts, mut problems) = (Counts::new(), Vec::new());
    for recording in recordings {
        match replay(recording).await {
            Ok(row) => *counts.entry(row).or_default() += 1,
            Err(problem) => problems.push(format!("{}: {problem}", recording.name)),
        }
    }
    assert!(problems.is_empty(), "{} are wrong:\n{}", problems.len(), problems.join("\n"));
    assert_eq!(counts.values().sum::<usize>(), recordings.len());
    counts
}

/// Formats the table, one row per line.
fn shown(counts: &Counts) -> String {
    counts.iter().map(|(row, count)| format!("{count:5}  {}\n", row.trim_end())).collect()
}

/// Replays a response, and returns its row in the table.
async fn replay(
    release: &'static str,
    declared: &Declared,
    recording: &Recording,
) -> Result<String, String> {
    if recording.method == "HEAD" {
        return Ok("skipped: the client never sends HEAD".to_owned());
    }
    let response = &recording.response;
    if response.body.is_empty() && !response.is_cut && response.length.is_some_and(|n| n > 0) {
        return Ok("skipped: only the length of the body was kept".to_owned());
    }
    let (kind, note, action) = match declared.reach(recording) {
        Reached::Call(Endpoint { unsupported: Some(_), id, .. }) => {
            (Response::Undeclared, ", of an action that the client never sends", &**id)
        }
        Reached::Call(action) => (action.response.clone(), "", &*action.id),
        Reached::Elsewhere => (Response::Undeclared, ", of an action that REST does not reach", ""),
        Reached::Nothing => (Response::Undeclared, ", of no action", ""),
    };
    let (kind, note) = match kind {
        Response::Listing
        | Response::Bytes
        | Response::Envelope
        | Response::EnvelopeOrNothing
        | Response::Xml
            if canned::is_json(recording) =>
        {
            (Response::Undeclared, ", asked for in JSON")
        }
        Response::Text if canned::is_json(recording) && expected::message(recording).is_some() => {
            (Response::Undeclared, ", asked for in JSON")
        }
        Response::Json(_)
            if canned::is_xml(recording) && expected::message(recording).is_none() =>
        {
            (Response::Undeclared, ", declared as JSON and asked for in XML")
        }
        Response::Json(_) if canned::is_script(recording) => {
            (Response::Undeclared, ", declared as JSON and asked for as a script")
        }
        kind => (kind, note),
    };
    let outcome = canned::decode(release, &kind, recording).await;
    let expected = expected::of(&kind, recording);
    match (outcome, expected) {
        (Ok(outcome), Ok(())) => {
            structure::check(&outcome, recording)?;
            let action = if kind == Response::Undeclared || kind == Response::Json(Type::Any) {
                action
            } else {
                ""
            };
            Ok(format!("ok: {}{note} {action}", row(&kind, &outcome)))
        }
        (Err(error), Err(names)) => {
            let name = canned::name(&error);
            let expects = names.contains(&name.as_str());
            let told = expected::message(recording).or_else(|| expected::text_report(recording));
            if !expects {
                return Err(format!("{error:?} where one of {names:?} was expected"));
            }
            if name != "Malformed" && told.is_some_and(|told| told.trim() != error.message()) {
                return Err(format!("{error} does not say what the server said"));
            }
            // Errors that reveal wrong manifests are listed individually.
            let which = matches!(&*name, "Malformed" | "Empty").then_some(&*recording.name);
            Ok(format!("error: {name}{note} {}", which.unwrap_or_default()).trim_end().to_owned())
        }
        (Ok(outcome), Err(names)) => Err(format!("{outcome:?} where {names:?} was expected")),
        (Err(error), Ok(())) => Err(format!("{error:?} where a success was expected")),
    }
}

fn row(kind: &Response, outcome: &Outcome) -> String {
    let is_declared = *kind != Response::Undeclared;
    let row = match outcome {
        Outcome::Text(text) if expected::is_report(text) => {
            "text that reports a failure, undeclared"
        }
        Outcome::Listing(_) => "a listing",
        Outcome::Envelope(_) if is_declared => "an envelope",
        Outcome::Envelope(_) => "an envelope, undeclared",
        Outcome::Xml(_) => "other XML",
        Outcome::Typed(_) => return of_type(kind),
        Outcome::Json(_) => "JSON",
        Outcome::Text(_) => "text",
        Outcome::Bytes(_) => "bytes",
        Outcome::Empty if is_declared => "nothing",
        Outcome::Empty => "nothing, undeclared",
    };
    row.to_owned()
}

/// Returns the type that a JSON response was read as.
fn of_type(kind: &Response) -> String {
    let model = |kind: &Type| match kind {
        Type::Model(name) => name.clone(),
        other => format!("{other:?}"),
    };
    match kind {
        Response::OneOrMany(one) => format!("one or many {}", model(one)),
        Response::Json(Type::List(item)) => format!("a list of {}", model(item)),
        Response::Json(Type::Lenient(map)) => match &**map {
            Type::Map(value) => format!("a map of {}", model(value)),
            other => model(other),
        },
        Response::Json(one) => model(one),
        other => format!("{other:?}"),
    }
}
