//! Corrections that are learnt from recorded exchanges.

use std::{fs, path::Path, process::Command};

use pydio_tests::suite::shared;

/// Runs the generator in its own folder, and returns its report.
#[track_caller]
fn codegen(arguments: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_codegen"));
    let output = command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{arguments:?}: {said}");
    said
}

/// Copies every exchange below a folder for which `take` says so, and all bodies.
fn copy(from: &Path, to: &Path, take: &mut dyn FnMut() -> bool) {
    let entries = fs::read_dir(from).unwrap();
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    for path in paths {
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target, take);
        } else if path.extension().is_none_or(|kind| kind != "json") || take() {
            fs::create_dir_all(to).unwrap();
            fs::copy(&path, &target).unwrap();
        }
    }
}

/// Returns the two numbers in `responses as declared: N, otherwise: M`.
fn figures(report: &str) -> (usize, usize) {
    let (_, line) = report.split_once("responses as declared: ").unwrap();
    let (right, line) = line.split_once(", otherwise: ").unwrap();
    let (wrong, _) = line.split_once(';').unwrap();
    (right.parse().unwrap(), wrong.parse().unwrap())
}

/// Learns from each third of the exchanges, on nothing but the declarations, and checks the others.
pub(crate) fn a_third_of_the_exchanges_predicts_the_others() {
    let exchanges = shared().join("exchanges/8.2.5");
    for third in 0..3 {
        let place = tempfile::tempdir().unwrap();
        let [first, others, learnt] = ["first", "others", "learnt"].map(|name| {
            let path = place.path().join(name);
            path.to_str().unwrap().to_owned()
        });
        for (folder, is_first) in [(&first, true), (&others, false)] {
            let mut index = 0;
            copy(&exchanges, Path::new(folder), &mut || {
                index += 1;
                (index % 3 == third) == is_first
            });
        }
        let declared = ["--version", "8.2.5", "--no-corrections"];
        codegen(&[&["learn", &first, "--out", &learnt][..], &declared].concat());
        let said =
            codegen(&[&["learn", &others, "--corrections", &learnt][..], &declared].concat());
        let (right, wrong) = figures(&said);
        println!("third {third}: {right} of {} responses are as learnt", right + wrong);
        assert!(right > 100 && right * 100 >= (right + wrong) * 95, "{said}");
    }
}

pub(crate) fn what_is_learnt_from_all_exchanges_applies() {
    let place = tempfile::tempdir().unwrap();
    let [learnt, out] = ["learnt", "out"].map(|name| {
        let path = place.path().join(name);
        path.to_str().unwrap().to_owned()
    });
    let exchanges = shared().join("exchanges/8.2.5");
    let declared = ["--version", "8.2.5", "--no-corrections"];
    codegen(&[&["learn", exchanges.to_str().unwrap(), "--out", &learnt][..], &declared].concat());
    codegen(&[&["generate", "--corrections", &learnt, "--out", &out][..], &declared].concat());
    let models = fs::read_to_string(Path::new(&out).join("src/v1/models.rs")).unwrap();
    assert!(models.matches("pub struct").count() > 30, "{models}");
}
