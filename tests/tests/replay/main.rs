//! Recorded answers of a real server through the client's own decoding, and recorded targets
//! against what the bindings spell.

mod canned;
mod declared;
mod expected;
mod operations;
mod structure;
mod targets;

use std::collections::BTreeMap;

use canned::Outcome;
use declared::{Declared, Reached};
use pydio_tests::recordings::{self, Recording, below};

/// How often each thing happened, by what it is called in the table.
type Counts = BTreeMap<String, usize>;

#[tokio::test]
async fn every_answer_is_what_it_was() {
    let recordings = below("v1").unwrap();
    if recordings.is_empty() {
        return println!("skipped: no recordings at {}", recordings::root().display());
    }
    let declared = Declared::bundled();
    let (mut counts, mut problems) = (Counts::new(), Vec::new());
    for recording in &recordings {
        match replay(&declared, recording).await {
            Ok(row) => *counts.entry(row).or_default() += 1,
            Err(problem) => problems.push(format!("{}: {problem}", recording.name)),
        }
    }
    for (row, count) in &counts {
        println!("{count:5}  {row}");
    }
    println!("{:5}  in all, {} wrong", recordings.len(), problems.len());
    assert!(problems.is_empty(), "{} are wrong:\n{}", problems.len(), problems.join("\n"));
}

/// Replays an answer, and says into which row of the table it goes.
async fn replay(declared: &Declared, recording: &Recording) -> Result<String, String> {
    if recording.method == "HEAD" {
        return Ok("skipped: the client never sends HEAD".to_owned());
    }
    let (kind, note) = match declared.find(recording) {
        Reached::Rest(kind) => (kind, ""),
        Reached::Elsewhere => (declared::ANY, ", of an action that REST does not reach"),
        Reached::Nothing => (declared::ANY, ", of no action"),
    };
    let (kind, note) = match kind {
        declared::LISTING | declared::STREAM if canned::is_json(recording) => {
            (declared::ANY, ", asked for in JSON")
        }
        declared::JSON if canned::is_xml(recording) && expected::message(recording).is_none() => {
            (declared::ANY, ", declared as JSON and asked for in XML")
        }
        kind => (kind, note),
    };
    let outcome = canned::decode(kind, recording).await;
    let expected = expected::of(kind, recording);
    match (outcome, expected) {
        (Ok(outcome), Ok(())) => {
            structure::check(&outcome, recording)?;
            Ok(format!("ok: {}{note}", row(&outcome)))
        }
        (Err(error), Err(names)) => {
            let name = canned::name(&error);
            let expects = names.contains(&name.as_str());
            let told = expected::message(recording);
            if !expects {
                return Err(format!("{error:?} where one of {names:?} was expected"));
            }
            if told.is_some_and(|told| told.trim() != error.failure().message()) {
                return Err(format!("{error} does not say what the server said"));
            }
            // The kinds that show where the manifests promise something else are told one by one.
            let which = matches!(&*name, "Malformed" | "Empty").then_some(&*recording.name);
            Ok(format!("error: {name}{note} {}", which.unwrap_or_default()).trim_end().to_owned())
        }
        (Ok(outcome), Err(names)) => Err(format!("{outcome:?} where {names:?} was expected")),
        (Err(error), Ok(())) => Err(format!("{error:?} where a success was expected")),
    }
}

fn row(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Text(text) if is_report(text) => "text that reports a failure, undeclared",
        Outcome::Listing(_) => "a listing",
        Outcome::Envelope(_) => "an envelope, undeclared",
        Outcome::Xml(_) => "other XML",
        Outcome::Json(_) => "JSON",
        Outcome::Text(_) => "text",
        Outcome::Bytes(_) => "bytes",
        Outcome::Empty => "nothing, undeclared",
    }
}

/// Whether a text is one of those that `upload` and `pass_change` report a failure with: nothing
/// but its wording tells.
fn is_report(text: &str) -> bool {
    let code = text.strip_suffix(')').and_then(|text| text.rsplit_once(" (")).map(|(_, code)| code);
    code.is_some_and(|code| code.parse::<u16>().is_ok()) || text == "PASS_ERROR"
}
