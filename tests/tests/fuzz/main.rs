//! Runs the fuzz targets on their seeds and on mutations of them: no past failure recurs, and new
//! ones show without a nightly compiler.

#[path = "../../fuzz/src/lib.rs"]
mod targets;

use std::{fs, panic::catch_unwind, path::Path};

use proptest::{
    collection::vec,
    prelude::*,
    sample::Index,
    test_runner::{Config, RngSeed, TestRunner},
};

/// The number of mutations per seed.
const CASES: u32 = 300;

/// Returns the corpus of a target, with file names.
fn seeds(target: &str) -> Vec<(String, Vec<u8>)> {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    let mut seeds: Vec<_> = fs::read_dir(&corpus)
        .unwrap_or_else(|error| panic!("{}: {error}", corpus.display()))
        .map(|entry| {
            let entry = entry.unwrap();
            (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap())
        })
        .collect();
    seeds.sort();
    seeds
}

#[test]
fn every_target_is_a_program_with_a_corpus() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = fs::read_to_string(fuzz.join("Cargo.toml")).unwrap();
    let mut programs: Vec<_> = manifest
        .lines()
        .filter_map(|line| line.strip_prefix("path = \"fuzz_targets/")?.strip_suffix(".rs\""))
        .collect();
    programs.sort_unstable();
    let mut targets = targets::TARGETS.map(|(name, _)| name);
    targets.sort_unstable();
    assert_eq!(programs, targets);
    for name in targets {
        let program = fs::read_to_string(fuzz.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(program.contains(&format!("run(\"{name}\", input)")), "{program}");
        assert!(seeds(name).len() > 1, "{name}");
    }
}

#[test]
fn every_seed_is_handled() {
    for (target, _) in targets::TARGETS {
        for (name, seed) in seeds(target) {
            let run = catch_unwind(|| targets::run(target, &seed));
            assert!(run.is_ok(), "{target} fails on {name}");
        }
    }
}

/// The range of a seed to remove, and its replacement.
type Change = (Index, usize, Vec<u8>);

fn change() -> impl Strategy<Value = Change> {
    let piece = prop_oneof![
        vec(any::<u8>(), 0..5),
        any::<String>().prop_map(String::into_bytes),
        proptest::sample::select(
            &["<", "&", "]]>", "\"", "{", "[", "\\u", "%", "/", "null", "*"][..]
        )
        .prop_map(|piece| piece.as_bytes().to_vec()),
    ];
    (any::<Index>(), 0..20_usize, piece)
}

#[test]
fn every_mutation_of_a_seed_is_handled() {
    for (target, _) in targets::TARGETS {
        let seeds = seeds(target);
        let rng_seed = RngSeed::Fixed(2019);
        let config =
            Config { cases: CASES, failure_persistence: None, rng_seed, ..Config::default() };
        let cases = (any::<Index>(), vec(change(), 1..4));
        let ended = TestRunner::new(config).run(&cases, |(which, changes)| {
            let mut input = which.get(&seeds).1.clone();
            for (at, length, piece) in changes {
                let at = at.index(input.len() + 1);
                input.splice(at..(at + length).min(input.len()), piece);
            }
            targets::run(target, &input);
            Ok(())
        });
        assert!(ended.is_ok(), "{target}: {}", ended.unwrap_err());
    }
}
