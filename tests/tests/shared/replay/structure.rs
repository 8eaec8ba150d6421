//! Checks that decoding lost nothing of a response, by counting in its text and in the result.

use pydio_client::{
    Json,
    response::{Envelope, Node, Pagination},
};
use pydio_tests::recordings::Recording;

use crate::replay::{canned::Outcome, kept::kept};

/// Compares the decoded result with the text of the response.
pub(crate) fn check(outcome: &Outcome, recording: &Recording) -> Result<(), String> {
    let body = &recording.response.body;
    let text = String::from_utf8_lossy(body).into_owned();
    match outcome {
        Outcome::Listing(listing) => {
            let below: usize = listing.nodes.iter().map(count).sum();
            same("nodes", below, trees(&text))?;
            same("messages", listing.messages.len(), text.matches("<message ").count())?;
            let paths: usize = listing.nodes.iter().map(with_path).sum();
            same("paths", paths + with_path(&listing.folder), text.matches(" filename=").count())?;
            check_page(listing.pagination, &text)
        }
        Outcome::Envelope(envelope) => check_envelope(envelope, &text),
        Outcome::Xml(element) => {
            let root = text.split_once("?>").map_or(&*text, |(_, rest)| rest).trim_start();
            let kind = root.strip_prefix("<!DOCTYPE ").and_then(|rest| rest.split_once('>'));
            let root = kind.map_or(root, |(_, rest)| rest).trim_start();
            let begins = root.starts_with(&format!("<{}", element.name));
            begins.then_some(()).ok_or_else(|| format!("the root is no <{}>", element.name))
        }
        Outcome::Json(json) => match document(&text) {
            Ok(parsed) if parsed == *json => Ok(()),
            _ => Err(format!("{json} is not the answer")),
        },
        Outcome::Typed(shown) if text.is_empty() => same("values", shown.len(), "None".len()),
        Outcome::Typed(shown) => kept(&document(&text)?, shown),
        Outcome::Text(read) => same("length", read.len(), text.len()),
        Outcome::Bytes(bytes) if bytes == body => Ok(()),
        Outcome::Bytes(bytes) => same("bytes", bytes.len(), body.len()),
        // Of an action that returns nothing, the hint to read the message channel is left out.
        Outcome::Empty if text.ends_with("<tree ><consume_channel/></tree>") => Ok(()),
        Outcome::Empty => same("length", 0, text.len()),
    }
}

/// What 6.5.5 writes behind a response if something fails after it.
const LATE_FAILURE: &str = "Error";

/// Parses a JSON response: a document, or one change per line.
pub(crate) fn document(text: &str) -> Result<Json, String> {
    let text = text.strip_suffix(LATE_FAILURE).unwrap_or(text);
    let parsed = |text: &str| serde_json::from_str::<Json>(text).map_err(|error| error.to_string());
    let Some((changes, last)) = text.rsplit_once("LAST_SEQ:") else { return parsed(text) };
    let changes = changes.lines().map(parsed).collect::<Result<Vec<_>, _>>()?;
    Ok(serde_json::json!({ "changes": changes, "last_seq": parsed(last)? }))
}

fn check_envelope(envelope: &Envelope, text: &str) -> Result<(), String> {
    let diff = &envelope.diff;
    let changed = diff.added.iter().chain(&diff.updated).chain(&diff.removed).map(count);
    let nodes = changed.chain(envelope.root.children.iter().map(count)).sum();
    same("nodes", nodes, trees(text))?;
    let update = text.split_once("<update>").and_then(|(_, rest)| rest.split_once("</update>"));
    let originals = update.map_or(0, |(update, _)| update.matches(" original_path=").count());
    let moved = diff.updated.iter().filter(|node| node.original_path().is_some()).count();
    same("originals", moved, originals)?;
    // The client reports a late failure of 6.5.5, which writes its type behind the response.
    let warnings = usize::from(text.ends_with(&format!(">{LATE_FAILURE}")));
    same("messages", envelope.messages.len(), text.matches("<message ").count() + warnings)?;
    same("reloads", envelope.reloads.len(), text.matches("<reload_instruction").count())?;
    same("hints", usize::from(envelope.background), text.matches("<consume_channel").count())?;
    check_page(envelope.root.pagination, text)
}

/// The first `<pagination>` belongs to the outermost node.
fn check_page(page: Option<Pagination>, text: &str) -> Result<(), String> {
    let told = text.split_once("<pagination ").and_then(|(_, rest)| {
        let (_, count) = rest.split_once("count=\"")?;
        count.split('"').next()?.parse::<u64>().ok()
    });
    match (page.map(|page| page.count), told) {
        (ours, told) if ours == told => Ok(()),
        (ours, told) => Err(format!("a page of {ours:?} for {told:?}")),
    }
}

/// Counts the `tree` elements below the outermost one.
fn trees(text: &str) -> usize {
    (text.matches("<tree ").count() + text.matches("<tree>").count()).saturating_sub(1)
}

fn count(node: &Node) -> usize {
    1 + node.children.iter().map(count).sum::<usize>()
}

fn with_path(node: &Node) -> usize {
    let own = usize::from(node.attributes.get("filename").is_some());
    own + node.children.iter().map(with_path).sum::<usize>()
}

fn same(what: &str, ours: usize, theirs: usize) -> Result<(), String> {
    if ours == theirs { Ok(()) } else { Err(format!("{ours} {what} for {theirs}")) }
}
