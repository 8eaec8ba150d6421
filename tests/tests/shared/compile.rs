//! Compiles, lints and documents the bindings generated from published releases, and from the spec
//! of another server.

use std::{process::Command, sync::LazyLock};

use pydio_codegen::{
    Generator,
    pipeline::{Corrections, Request, read_external},
};

use pydio_tests::scratch::{Scratch, assert_success};

use crate::{
    published::{VERSIONS, release},
    specs::{cells, rendered},
};

static SCRATCH: LazyLock<Scratch> = LazyLock::new(prepare);

const CELLS: &str = "cells-client";

fn prepare() -> Scratch {
    let mut scratch = Scratch::empty(env!("CARGO_TARGET_TMPDIR"), "published");
    for version in VERSIONS {
        let (installation, number) = (Some(release(version)), Some(version.to_owned()));
        let request = Request { installation, version: number, ..Request::default() };
        scratch.generate(&format!("upstream-{version}"), request);
    }
    let external = read_external(&cells(), &Corrections::default());
    let external = external.unwrap_or_else(|found| panic!("{}", rendered(&found)));
    scratch.add(CELLS, &external.api);
    scratch.finish();
    scratch
}

fn cargo(command: &str) -> Command {
    SCRATCH.cargo(command, &SCRATCH.bindings)
}

pub(crate) fn clippy_finds_nothing() {
    assert_success(&cargo("clippy").args(["--", "-D", "warnings"]).output().unwrap());
}

pub(crate) fn rustdoc_finds_nothing() {
    let mut doc = SCRATCH.cargo("doc", &[CELLS.to_owned()]);
    let output = doc.arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings").output().unwrap();
    assert_success(&output);
}

pub(crate) fn emitted_tests_of_another_server_pass() {
    let scratch = Scratch::empty(env!("CARGO_TARGET_TMPDIR"), "published-checks");
    scratch.generate_with_tests(CELLS, Generator::new().spec(cells()));
    scratch.finish_with_tests();
    let output = scratch.test(&[CELLS.to_owned()]);
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && out.contains("test result: ok. 32"), "{out}");
}
