//! Calls every action and operation with all of its parameters.

use std::{collections::BTreeSet, fs, path::PathBuf};

use clap::{Arg, ArgAction, Command, builder::ValueParser};
use futures_util::{StreamExt as _, stream};
use pydio_client::cli::TABLE;
use pydio_tests::ADMIN;

use crate::support::{Place, Run};

/// The number of concurrent runs.
const WIDTH: usize = 4;

/// Returns a value for the argument, based on its parser and its name.
fn value(arg: &Arg, file: &str) -> String {
    let is = |other: ValueParser| arg.get_value_parser().type_id() == other.type_id();
    if is(clap::value_parser!(i64).into()) || is(clap::value_parser!(u32).into()) {
        return "1".to_owned();
    }
    if is(clap::value_parser!(u64).into()) || is(clap::value_parser!(f64).into()) {
        return "2".to_owned();
    }
    if is(ValueParser::bool()) {
        return "true".to_owned();
    }
    if is(clap::value_parser!(PathBuf)) {
        return file.to_owned();
    }
    let name = arg.get_value_names().and_then(<[_]>::first).map_or("", |name| name);
    match name {
        "PATH" => "/w".to_owned(),
        "N=VALUE" => "0=w".to_owned(),
        "NAME=VALUE" => "zz=w".to_owned(),
        "NAME=FILE" => format!("zzz={file}"),
        "FILE|-|JSON" => "{}".to_owned(),
        _ => "w".to_owned(),
    }
}

/// Returns a command line that uses each of a command's own arguments.
fn words(path: &[&str], command: &Command, file: &str) -> Vec<String> {
    let mut words: Vec<String> = path.iter().map(|&word| word.to_owned()).collect();
    let own = command.get_arguments();
    let own = own.filter(|arg| {
        let id = arg.get_id().as_str();
        !id.starts_with('@') || id.starts_with("@field")
    });
    let (at_their_place, options): (Vec<_>, Vec<_>) = own.partition(|arg| arg.is_positional());
    words.extend(at_their_place.iter().map(|arg| value(arg, file)));
    for option in options {
        let Some(long) = option.get_long() else { continue };
        words.push(format!("--{long}"));
        if !matches!(option.get_action(), ArgAction::SetTrue) {
            words.push(value(option, file));
        }
    }
    words
}

/// Returns the command lines of everything, without aliases.
fn calls(command: &Command, file: &str) -> Vec<Vec<String>> {
    let mut known = BTreeSet::new();
    let mut calls = Vec::new();
    for version in ["v1", "v2"] {
        for group in command.find_subcommand(version).unwrap().get_subcommands() {
            for leaf in group.get_subcommands() {
                let words = words(&[version, group.get_name(), leaf.get_name()], leaf, file);
                let about = leaf.get_long_about().map(ToString::to_string);
                if known.insert((words[2..].to_vec(), about)) {
                    calls.push(words);
                }
            }
        }
    }
    calls
}

/// Returns whether a failed run with all options is expected: the server does not support it, or a
/// document needs more than the options provide.
fn is_expected(run: &Run) -> bool {
    run.err.contains("error: not sent: ") || run.err.contains(" lacks the field ")
}

#[tokio::test]
async fn every_option_is_sent() {
    let place = Place::new().await;
    let file = place.file("w", "words");
    let calls = calls(&pydio_cli::command(&TABLE), &file);
    assert!(calls.len() > 200, "{}", calls.len());
    let place = &place;
    let runs = stream::iter(calls.iter().enumerate()).map(|(index, call)| async move {
        let call: Vec<&str> = call.iter().map(String::as_str).collect();
        let out = place.path(&format!("{index}.out"));
        let front = ["-o", out.to_str().unwrap()];
        let run = place.run_as(&ADMIN, &[&front[..], &call].concat()).await;
        if !run.err.contains("REST does not reach") {
            return (call, run);
        }
        let _ = fs::remove_file(&out);
        let front = [&front[..], &["--session"]].concat();
        let run = place.run_as(&ADMIN, &[&front, &call[..]].concat()).await;
        (call, run)
    });
    let runs: Vec<_> = runs.buffer_unordered(WIDTH).collect().await;
    let mut unsent = 0;
    for (call, run) in &runs {
        match run.status {
            0 | 1 | 3 => assert!(run.out.is_empty(), "{call:?}: {run:?}"),
            2 => assert!(is_expected(run), "{call:?}: {run:?}"),
            _ => panic!("{call:?}: {run:?}"),
        }
        unsent += usize::from(run.status == 2);
    }
    assert!(unsent * 5 < runs.len(), "{unsent} of {} calls were not made", runs.len());
}
