//! The verdicts of `diff` on every pair of bundled releases, compared with those of the compiler.
//!
//! A program that uses everything of the old bindings is made from their surface, one line for each
//! call and model, and is compiled with the new bindings. A line that does not compile has to have a
//! breaking change, and a breaking change a line that does not compile, or a reason.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
    fs,
};

use pydio_codegen::{
    diff::{Change, Class, Diff, Subject},
    emit,
    pipeline::{self, Request},
    surface::Surface,
};
use pydio_tests::scratch::Scratch;
use serde_json::Value;

use crate::{prepared::bundle, program};

const RELEASES: [&str; 6] = ["6.0.8", "6.4.2", "6.5.5", "7.0.4", "8.0.2", "8.2.5"];

/// Changes that compile and break all the same: the call is refused before it is sent.
const AT_RUN_TIME: [&str; 5] =
    ["unsupported-added", "need-added", "root-refused", "value-refused", "model-refusal-added"];

/// Changes of a declaration that a program need not notice, because the old value converts to the
/// new type.
const CONVERTED: [&str; 5] = [
    "param-type-widened",
    "param-type-narrowed",
    "param-type-changed",
    "param-declaration-changed",
    "style-changed",
];

/// What was found for a pair.
#[derive(Debug, Default)]
struct Verdicts {
    /// The number of lines.
    lines: usize,
    /// Calls and models that both say break.
    agreed: usize,
    /// What only `diff` says breaks, by the reason.
    stricter: BTreeMap<String, usize>,
    /// What only one of them says breaks, without an explanation.
    unexplained: Vec<String>,
}

fn surface(version: &str) -> Surface {
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
    let input = pipeline::read(&Request { from, ..bundle(version) }).unwrap();
    emit::surface(&input.corrected().unwrap().api)
}

/// Compiles the programs of some pairs, and compares the verdicts.
fn compare(name: &str, pairs: &[(&str, &str)]) -> BTreeMap<(String, String), Verdicts> {
    let mut scratch = Scratch::empty(env!("CARGO_TARGET_TMPDIR"), name);
    let used: BTreeSet<&str> = pairs.iter().flat_map(|(old, new)| [*old, *new]).collect();
    let news: BTreeSet<&str> = pairs.iter().map(|(_, new)| *new).collect();
    let surfaces: BTreeMap<&str, Surface> =
        used.iter().map(|version| (*version, surface(version))).collect();
    for new in news {
        scratch.generate(&format!("new-{new}"), bundle(new));
    }
    let mut programs = BTreeMap::new();
    for (old, new) in pairs {
        let package = format!("from-{old}-to-{new}").replace('.', "-");
        let bindings = format!("new-{new}").replace('.', "-");
        let lines = program::lines(&surfaces[old], &bindings.replace('-', "_"));
        let mut text = program::HEAD.to_owned();
        let first = text.lines().count() + 1;
        lines.iter().for_each(|(_, line)| text.push_str(line));
        scratch.write(&format!("{package}/src/lib.rs"), &text);
        let bindings = format!("{bindings} = {{ path = \"../{bindings}\" }}");
        scratch.manifest(&package, &format!("pydio-runtime = {{ workspace = true }}\n{bindings}"));
        programs.insert(package, (first, lines));
    }
    scratch.finish();
    let names: Vec<String> = programs.keys().cloned().collect();
    let mut cargo = scratch.cargo("check", &names);
    cargo.args(["--keep-going", "--message-format=json"]);
    let output = cargo.output().unwrap();
    let errors = errors(&String::from_utf8_lossy(&output.stdout));
    let mut all = BTreeMap::new();
    for ((old, new), package) in pairs.iter().zip(pairs.iter().map(package)) {
        let (first, lines) = &programs[&package];
        let failed: BTreeSet<String> = errors
            .get(&package)
            .into_iter()
            .flatten()
            .map(|line| {
                let at = line.checked_sub(*first).and_then(|index| lines.get(index));
                at.unwrap_or_else(|| panic!("{package}: line {line} is of no item")).0.clone()
            })
            .collect();
        let diff = Diff::of(&surfaces[old], &surfaces[new]);
        let found = verdicts(&diff, &failed, lines.len());
        all.insert(((*old).to_owned(), (*new).to_owned()), found);
    }
    let _ = fs::remove_dir_all(&scratch.root);
    all
}

fn package((old, new): &(&str, &str)) -> String {
    format!("from-{old}-to-{new}").replace('.', "-")
}

/// Returns the lines with errors of each package.
fn errors(messages: &str) -> BTreeMap<String, BTreeSet<usize>> {
    let mut all: BTreeMap<String, BTreeSet<usize>> = BTreeMap::new();
    for message in messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let is_error =
            message["reason"] == "compiler-message" && message["message"]["level"] == "error";
        let spans = message["message"]["spans"].as_array().filter(|_| is_error);
        let primary = spans.into_iter().flatten().filter(|span| span["is_primary"] == true);
        let package = message["target"]["name"].as_str().unwrap_or_default().replace('_', "-");
        assert!(!is_error || package.starts_with("from-"), "{message}");
        let lines = primary.filter_map(|span| usize::try_from(span["line_start"].as_u64()?).ok());
        all.entry(package).or_default().extend(lines);
    }
    all
}

/// Returns the name that a change and a line have in common.
fn keys(change: &Change) -> Vec<String> {
    match change.subject {
        Subject::Model => vec![format!("model {}", change.name)],
        Subject::Action | Subject::Operation => {
            change.calls.iter().map(|call| format!("call {call}")).collect()
        }
        Subject::Bindings | Subject::Module => Vec::new(),
    }
}

/// Returns why a program may compile in spite of a breaking change of a call or model, given the codes
/// of all of them.
fn reason(change: &Change, codes: &BTreeSet<&str>) -> Option<&'static str> {
    let is_replaced = codes.contains("param-removed") && codes.contains("param-added-required");
    match change.code.name {
        name if AT_RUN_TIME.contains(&name) => Some("refused when it is sent"),
        name if CONVERTED.contains(&name) => Some("the old value converts to the new type"),
        // It is in the path, which has to be complete anyway.
        "required-added" if !change.what.contains("so an argument") => Some("refused when empty"),
        "param-removed" | "param-added-required" if is_replaced => {
            Some("another argument took the place of one with the same type")
        }
        "value-removed" if codes.contains("value-added") => {
            Some("the variant stands for another value")
        }
        "arguments-reordered" => Some("the arguments have the same type"),
        _ => None,
    }
}

fn verdicts(diff: &Diff, failed: &BTreeSet<String>, lines: usize) -> Verdicts {
    let (mut breaking, mut codes) = (BTreeMap::<_, Vec<&Change>>::new(), BTreeMap::new());
    for change in &diff.changes {
        for key in keys(change) {
            let codes: &mut BTreeSet<_> = codes.entry(key.clone()).or_default();
            codes.insert(change.code.name);
            if change.class == Class::Breaking {
                breaking.entry(key).or_default().push(change);
            }
        }
    }
    let mut found = Verdicts { lines, ..Verdicts::default() };
    for (key, changes) in &breaking {
        if failed.contains(key) {
            found.agreed += 1;
            continue;
        }
        let codes = &codes[key];
        let reasons: Option<BTreeSet<_>> =
            changes.iter().map(|change| reason(change, codes)).collect();
        match reasons {
            Some(reasons) => {
                let reasons: Vec<_> = reasons.into_iter().collect();
                *found.stricter.entry(reasons.join("; ")).or_default() += 1;
            }
            None => found.unexplained.push(format!("only diff: {key} {codes:?}")),
        }
    }
    let missed = failed.iter().filter(|key| !breaking.contains_key(*key));
    found.unexplained.extend(missed.map(|key| format!("only rustc: {key}")));
    found
}

#[track_caller]
fn report(all: &BTreeMap<(String, String), Verdicts>) {
    let mut text = String::new();
    let mut unexplained = 0;
    for ((old, new), found) in all {
        let Verdicts { lines, agreed, stricter, unexplained: of_pair } = found;
        unexplained += of_pair.len();
        let _ = writeln!(text, "{old} -> {new}: {lines} lines, {agreed} agreed, {stricter:?}");
        of_pair.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
    }
    println!("{text}");
    assert_eq!(unexplained, 0, "{text}");
}

/// Neighbours, of which two are compiled here and all of them below: the check takes as long as the
/// bindings of each new release.
#[test]
fn the_compiler_agrees_about_neighbouring_releases() {
    let all = compare("neighbours", &[("7.0.4", "8.0.2"), ("8.0.2", "8.2.5")]);
    report(&all);
    assert!(all.values().all(|found| found.agreed > 0 && found.lines > 500), "{all:?}");
}

/// The results are in `RESULTS.md`.
#[test]
#[ignore = "compiles thirty programs; run it when the comparison changes"]
fn the_compiler_agrees_about_all_pairs_of_releases() {
    let mut pairs = Vec::new();
    for old in RELEASES {
        pairs.extend(RELEASES.iter().filter(|new| **new != old).map(|new| (old, *new)));
    }
    let all = compare("pairs", &pairs);
    report(&all);
    assert_eq!(all.len(), 30);
}
