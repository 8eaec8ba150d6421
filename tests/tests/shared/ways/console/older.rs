//! Runs of the consoles of older releases, with calls of their own releases.

use std::{collections::BTreeMap, fs};

use pydio_client::{
    cmd::{ArgumentPassing, CommandLine},
    response::{AnyResponse, Download, Envelope, Listing, Text},
};
use pydio_codegen::ir::Response;
use pydio_releases::by_name;
use pydio_runtime::{Endpoint, Method, Request, ResponseKind};
use pydio_tests::{Version, lasting, leaked, recordings, suite};

use super::{Recording, calls::Asked, compare, expected, parse, run};
use crate::{replay::declared::Declared, support::PHP, ways::console::calls::Made};

/// Returns the rows of all runs of a release, and the differences.
pub(super) async fn of_release(release: &str) -> (BTreeMap<String, usize>, Vec<String>) {
    let (mut counts, mut problems) = (BTreeMap::<String, usize>::new(), Vec::new());
    let Ok(entries) = fs::read_dir(suite::shared().join("exchanges").join(release).join("cli"))
    else {
        return (counts, problems);
    };
    for entry in entries {
        let recording = parse(&entry.unwrap().path());
        match replay(release, &recording).await {
            Ok(rows) => rows.into_iter().for_each(|row| *counts.entry(row).or_default() += 1),
            Err(problem) => problems.push(format!("{release} {}: {problem}", recording.name)),
        }
    }
    (counts, problems)
}

/// Returns the older releases with recordings.
pub(super) fn releases() -> Vec<String> {
    recordings::releases().unwrap()
}

async fn replay(release: &str, recording: &Recording) -> Result<Vec<String>, String> {
    let folder = tempfile::tempdir().unwrap();
    let argv = folder.path().join("argv");
    let asked = Asked::of(recording);
    let options =
        [PHP, "--replay", recording.path.to_str().unwrap(), "--argv-to", argv.to_str().unwrap()];
    let line = CommandLine::builder("cmd.php")
        .prefix(options)
        .argument_passing(ArgumentPassing::Arguments)
        .login(&asked.user, &*asked.password)
        .build()
        .map_err(|error| error.to_string())?;
    let (bindings, _) = by_name::bindings(release).unwrap();
    let mut endpoint = Endpoint::action(bindings, Method::Post, "test", leaked(&asked.action));
    if recording.stdout.is_empty() && !is_silent(release, &asked.action) {
        endpoint = endpoint.returns(ResponseKind::Envelope);
    }
    let request = Request::new(lasting(endpoint)).fields("", asked.parameters.iter().cloned());
    let wanted = match is_bare(release) {
        true => expected::of_bare(recording, &asked, is_silent(release, &asked.action)),
        false => expected::of(recording, &asked),
    };
    let call = request.clone();
    let rows = match &*asked.action {
        "ls" | "search" => run::<Listing>(&wanted, &asked, &line, call).await?,
        "download" | "get_content" => run::<Download>(&wanted, &asked, &line, call).await?,
        "share" => run::<Text>(&wanted, &asked, &line, call).await?,
        action if is_silent(release, action) => {
            run::<Option<Envelope>>(&wanted, &asked, &line, call).await?
        }
        _ if recording.stdout.is_empty() => run::<Envelope>(&wanted, &asked, &line, call).await?,
        _ => run::<AnyResponse>(&wanted, &asked, &line, call).await?,
    };
    let made = match why_not(recording) {
        Some(why) => Made::Differently(why),
        None => Made::ByHand(request),
    };
    let row = match fs::read_to_string(&argv) {
        Ok(words) => compare(recording, &made, &words)?,
        Err(_) => "arguments: never sent".to_owned(),
    };
    Ok(rows.into_iter().chain([row]).collect())
}

/// Returns whether a success of the action may be nothing at all.
fn is_silent(release: &str, action: &str) -> bool {
    let declared = Declared::of(release);
    let may_be_nothing =
        |kind: &Response| matches!(kind, Response::Nothing | Response::EnvelopeOrNothing);
    declared.named(action).any(|action| may_be_nothing(&action.response))
}

/// Returns whether the console prints bare responses.
fn is_bare(release: &str) -> bool {
    Version::of_release(release).unwrap() <= Version::V6_4
}

/// Returns why the client sends other arguments.
fn why_not(recording: &Recording) -> Option<&'static str> {
    let words = &recording.arguments;
    let has = |option: &str| words.iter().any(|word| word.starts_with(option));
    if words.iter().any(|word| !word.starts_with('-')) {
        return Some("since nothing is positional");
    }
    if words.iter().any(|word| !word.contains('=')) {
        return Some("since every parameter has a value");
    }
    if !["-u=", "-p=", "-r=", "-a="].iter().all(|option| has(option)) {
        return Some("since there is always a login, a workspace and an action");
    }
    let is_short = |word: &&String| !word.starts_with("--");
    let known = ["-u=", "-p=", "-r=", "-a=", "-i=", "-s="];
    let is_known = |word: &String| known.iter().any(|option| word.starts_with(option));
    if !words.iter().filter(is_short).all(is_known) {
        return Some("since there is no such option");
    }
    if words.iter().any(|word| word.starts_with("-r=") && word.contains([',', '*'])) {
        return Some("since the client makes a run for each workspace");
    }
    None
}
