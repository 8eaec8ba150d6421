//! The emitted code of plugins of the bundled version.

use std::path::Path;

use insta::assert_snapshot;
use pydio_codegen::{
    emit::{Options, emit},
    pipeline::{self, Request},
};

fn module(name: &str) -> String {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
    let request = Request { version: Some("8.2.5".to_owned()), from, ..Request::default() };
    let input = pipeline::read(&request).expect("the bundle");
    let api = input.api().expect("corrections that fit");
    let files = emit(&api, &Options { crate_name: "pydio-client".to_owned() }).expect("Rust");
    files[&format!("src/v1/{name}.rs")].clone()
}

#[test]
fn access_fs() {
    assert_snapshot!(module("access_fs"));
}

#[test]
fn action_share() {
    assert_snapshot!(module("action_share"));
}

#[test]
fn authfront_keystore() {
    assert_snapshot!(module("authfront_keystore"));
}
