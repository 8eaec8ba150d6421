//! Recorded requests against those that the bindings make: the same to the byte where the server
//! was asked as it should be, and for the others the reason why the client never asks so.

mod calls;
mod unsent;

use std::collections::BTreeMap;

use pydio_client::{Json, Pydio};
use pydio_tests::{Canned, Fault, Seen, Server, recordings, recordings::Recording};

use crate::support::{below_prefix, connect};

#[tokio::test]
async fn recorded_requests_are_made_again() {
    let recorded = recordings::below("v2").unwrap();
    if recorded.is_empty() {
        return println!("skipped: no recordings at {}", recordings::root().display());
    }
    let (server, pydio) = connect().await;
    let (mut table, mut problems) = (BTreeMap::<String, usize>::new(), Vec::new());
    for recording in &recorded {
        match class(&server, &pydio, recording).await {
            Ok(row) => *table.entry(row).or_default() += 1,
            Err(problem) => problems.push(format!("{}: {problem}", recording.name)),
        }
    }
    for (row, count) in &table {
        println!("{count:5}  {row}");
    }
    println!("{:5}  in all, {} wrong", recorded.len(), problems.len());
    assert!(problems.is_empty(), "{} are wrong:\n{}", problems.len(), problems.join("\n"));
    let is_known = |name: &&str| recorded.iter().any(|recording| short(recording) == *name);
    let gone: Vec<_> = unsent::names().filter(|name| !is_known(name)).collect();
    assert!(gone.is_empty(), "no such recordings: {gone:?}");
}

/// The name below `v2`.
fn short(recording: &Recording) -> &str {
    recording.name.strip_prefix("v2/").unwrap_or(&recording.name)
}

/// The row of the table that a recording belongs to.
async fn class(server: &Server, pydio: &Pydio, recording: &Recording) -> Result<String, String> {
    let before = server.seen().len();
    server.fail(Fault::Answer(Canned::new(200, "text/html", "")));
    let is_called = calls::again(pydio, short(recording), &recording.body).await;
    let seen = server.seen().into_iter().nth(before);
    match (is_called, unsent::reason(short(recording)), seen) {
        (true, None, Some(seen)) => compared(recording, &seen),
        (true, None, None) => Err("the call was not sent".to_owned()),
        (false, Some(reason), _) => Ok(format!("never sent: {reason}")),
        (true, Some(reason), _) => Err(format!("called, and never sent: {reason}")),
        (false, None, _) => Err("neither called nor with a reason".to_owned()),
    }
}

fn compared(recording: &Recording, seen: &Seen) -> Result<String, String> {
    let target = below_prefix(seen);
    if seen.method.as_str() != recording.method {
        return Err(format!("{} for {}", seen.method, recording.method));
    }
    let (is_target, is_body) = (target == recording.target, seen.body == recording.body);
    if is_target && is_body {
        return Ok("the same target and body".to_owned());
    }
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let (own_path, own_query) = recording.target.split_once('?').unwrap_or((&recording.target, ""));
    if path != own_path || pairs(query.as_bytes()) != pairs(own_query.as_bytes()) {
        return Err(format!("{target} for {}", recording.target));
    }
    match (is_target, is_body || document(&seen.body) == document(&recording.body)) {
        (_, false) => Err(format!("{} for another body", seen.text())),
        (true, true) => Ok("the same target, the same JSON with other spaces or order".to_owned()),
        (false, true) => Ok("the same path and body, the query escaped otherwise".to_owned()),
    }
}

/// The pairs of a query or form; what is JSON in them as its value.
fn pairs(text: &[u8]) -> Vec<(String, Json)> {
    let pairs = url::form_urlencoded::parse(text).into_owned();
    pairs
        .map(|(name, value)| (name, serde_json::from_str(&value).unwrap_or(value.into())))
        .collect()
}

/// A body as what it says: a JSON document, or the pairs of a form.
fn document(body: &[u8]) -> Result<Json, Vec<(String, Json)>> {
    serde_json::from_slice(body).map_err(|_| pairs(body))
}
