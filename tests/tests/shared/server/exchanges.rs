//! Sends every request of the later exchanges to a server in the state at the time of the exchange.

use std::{collections::BTreeMap, fmt::Write as _};

use pydio_tests::{
    COMMON_ID, Version,
    recordings::{EXCHANGES, Recording, below},
};

use super::{
    exchange_recipes::{DIFFERENT, RECIPES, WITHOUT_LOGIN},
    recipes::Step,
    replay::{Verdict, judge, steps_before},
};
use crate::replay::address::Address;

/// The id of `common` on the server of the exchanges.
const RECORDED_COMMON: &str = "533b41c536584017d6211d1bbe02afc6";

/// Their `common` had no default order.
pub(super) const UNORDERED: Step = Step::Call(
    "admin",
    "POST",
    "/api/settings/edit/edit_repository_data",
    "repository_id=413dafb20ca535193e9e024464a577fa\
     &DRIVER_OPTION_REMOTE_SORTING_DEFAULT_COLUMN=",
);

/// The result for the exchanges of a folder.
#[derive(Default)]
pub(super) struct Row {
    pub(super) alike: usize,
    pub(super) different: usize,
    missing: usize,
}

/// Returns the user whose session a request belongs to.
fn login(recording: &Recording) -> &'static str {
    let body = String::from_utf8_lossy(&recording.body);
    let is_about = |id: &str| recording.target.contains(id) || body.contains(id);
    match () {
        () if recording.name.contains("/disclaimer/") => "bob",
        () if is_about("tmp_repository_id=ajxp_conf") => "admin",
        () => "alice",
    }
}

/// Returns the steps before an exchange.
fn steps(recording: &Recording, name: &str) -> Vec<Step> {
    let mut steps = vec![Step::Replace(RECORDED_COMMON, COMMON_ID), UNORDERED];
    steps.extend(steps_before(RECIPES, name));
    if name.starts_with("legacy/") {
        let has_login = !WITHOUT_LOGIN.iter().any(|start| name.starts_with(start));
        let session = Step::Session(super::recipes::Session::Begun);
        steps.push(if has_login { Step::LogIn(login(recording)) } else { session });
    }
    steps
}

/// Returns the action of a request, with the part of `edit` that it asks for.
fn action(recording: &Recording) -> String {
    let Some(address) = Address::of(recording) else { return String::new() };
    if address.action != "edit" {
        return address.action;
    }
    let inside = address.values("sub_action").next().or(address.segment(0));
    format!("edit/{}", inside.unwrap_or_default())
}

pub(crate) async fn later_exchanges_get_equivalent_responses() {
    let mut table: BTreeMap<String, Row> = BTreeMap::new();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let mut missing: BTreeMap<String, usize> = BTreeMap::new();
    let mut problems = Vec::new();
    for root in ["v1", "legacy"] {
        for recording in below(&format!("{EXCHANGES}{root}")).unwrap() {
            let name = recording.name.strip_prefix(EXCHANGES).unwrap();
            let (folder, _) = name.rsplit_once('/').unwrap();
            let row = table.entry(folder.to_owned()).or_default();
            let reason = DIFFERENT.iter().find(|(start, _)| name.starts_with(start));
            match (judge(Version::V8_2, &recording, steps(&recording, name)).await, reason) {
                (Verdict::ToTheWord | Verdict::Alike, None) => row.alike += 1,
                (Verdict::ToTheWord | Verdict::Alike, Some((_, reason))) => {
                    row.alike += 1;
                    if DIFFERENT.iter().any(|(exact, _)| *exact == name) {
                        problems.push(format!("{name}: no longer differs: {reason}"));
                    }
                }
                (Verdict::Other("not done", _), _) => {
                    row.missing += 1;
                    *missing.entry(action(&recording)).or_default() += 1;
                }
                (Verdict::Other(..), Some((_, reason))) => {
                    row.different += 1;
                    *reasons.entry(reason).or_default() += 1;
                }
                (Verdict::Other(class, what), None) => {
                    row.different += 1;
                    problems.push(format!("{name}: {class}: {what}"));
                }
            }
        }
    }
    let shown = shown(&table, &reasons, &missing);
    assert!(problems.is_empty(), "{}\n{} differ:\n{}", shown, problems.len(), problems.join("\n"));
    insta::assert_snapshot!(shown);
}

/// Formats the table.
pub(super) fn shown(
    table: &BTreeMap<String, Row>,
    reasons: &BTreeMap<&str, usize>,
    missing: &BTreeMap<String, usize>,
) -> String {
    let mut text = "alike  different  not implemented\n".to_owned();
    let mut sum = Row::default();
    for (folder, Row { alike, different, missing }) in table {
        let _ = writeln!(text, "{alike:5} {different:5} {missing:5}  {folder}");
        sum.alike += alike;
        sum.different += different;
        sum.missing += missing;
    }
    let Row { alike, different, missing: absent } = sum;
    let _ = writeln!(text, "{alike:5} {different:5} {absent:5}  together\n\ndifferent:");
    for (reason, count) in reasons {
        let _ = writeln!(text, "{count:5}  {reason}");
    }
    text += "\nnot implemented:\n";
    for (action, count) in missing {
        let _ = writeln!(text, "{count:5}  {action}");
    }
    text
}
