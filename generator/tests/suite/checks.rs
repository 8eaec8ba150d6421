//! The tests of calls that `generate --with-tests` writes. `pydio-tests` runs them.

use std::path::Path;

use insta::assert_snapshot;

use crate::{
    cli::{Place, run_at},
    specs::{HEAD, NOTHING, text},
};

const SPEC: &str = "generate --no-config --spec spec.yaml --out out --crate-name pets";

fn place(spec: &str) -> Place {
    let place = Place::new();
    place.write("spec.yaml", spec);
    place
}

#[test]
fn a_small_spec() {
    let place = place(&text("security"));
    place.done(&format!("{SPEC} --with-tests"));
    assert_snapshot!("operations", place.read("out/tests/calls/of_default.rs"));
    assert_snapshot!("credentials", place.read("out/tests/calls/credentials.rs"));
    assert_snapshot!("harness_of_a_spec", place.read("out/tests/calls/main.rs"));
    let manifest = place.read("out/Cargo.toml");
    let needed = "[dev-dependencies]\npydio-test-server = { version = \"";
    assert!(manifest.contains(needed), "{manifest}");
}

#[test]
fn a_few_actions() {
    let place = Place::new();
    let out = place.path("out").display().to_string();
    let plugins = "access.fs/mkdir,access.fs/ls,authfront.session_login/logout";
    let mut arguments = vec!["generate", "--no-config", "--version", "8.2.5", "--with-tests"];
    arguments.extend(["--plugins", plugins, "--out", &out, "--crate-name", "small"]);
    let run = run_at(Path::new(env!("CARGO_MANIFEST_DIR")), &arguments);
    assert_eq!(run.status, 0, "{}", run.err);
    assert_snapshot!("actions", place.read("out/tests/calls/v1_access_fs.rs"));
    assert_snapshot!("of_a_session", place.read("out/tests/calls/v1_authfront_session_login.rs"));
    assert_snapshot!("harness_of_a_pydio", place.read("out/tests/calls/main.rs"));
}

#[test]
fn they_come_and_go_with_the_option() {
    let place = place(&text("security"));
    place.done(SPEC);
    assert!(!place.path("out/tests").exists());
    assert!(!place.read("out/Cargo.toml").contains("test-server"));
    // An existing manifest belongs to the user, who is told what to add.
    let said = place.run(&format!("{SPEC} --with-tests")).err;
    assert!(said.contains("add `pydio-test-server = {"), "{said}");
    place.write("out/tests/mine.rs", "// mine\n");
    assert_eq!(place.run(&format!("{SPEC} --with-tests --check")).status, 0);
    let test = place.read("out/tests/calls/of_default.rs");
    place.write("out/tests/calls/of_default.rs", &test.replace("/open", "/closed"));
    let said = place.refused(&format!("{SPEC} --with-tests --check"));
    assert!(said.contains("files that differ: 1, that are stale: 0"), "{said}");
    let said = place.refused(&format!("{SPEC} --check"));
    assert!(said.contains("that are stale: 4"), "{said}");
    place.done(SPEC);
    assert!(!place.path("out/tests/calls").exists());
    assert_eq!(place.read("out/tests/mine.rs"), "// mine\n");
}

#[test]
fn the_settings_of_a_project_have_them() {
    let place = place(&text("security"));
    let settings =
        "spec = \"spec.yaml\"\nout = \"out\"\ncrate-name = \"pets\"\nwith-tests = true\n";
    place.write("pydio-codegen.toml", settings);
    place.done("generate");
    assert!(place.path("out/tests/calls/main.rs").exists());
    let manifest = place.read("out/Cargo.toml");
    place.write("out/Cargo.toml", &manifest.replace("pydio-test-server", "another"));
    let said = place.run("generate").err;
    assert!(said.contains("does not declare `pydio-test-server`"), "{said}");
    assert!(place.read("out/README.md").contains("--with-tests"));
}

/// Every kind of security scheme: a function, or a finding that says what to do.
#[test]
fn every_kind_of_security_scheme() {
    let schemes = "components:\n  securitySchemes:\n    \
        header: {type: apiKey, in: header, name: Authorization}\n    \
        odd header: {type: apiKey, in: header, name: 'X Key'}\n    \
        query: {type: apiKey, in: query, name: key}\n    \
        cookie: {type: apiKey, in: cookie, name: sid}\n    \
        basic: {type: http, scheme: basic}\n    \
        bearer: {type: http, scheme: Bearer}\n    \
        digest: {type: http, scheme: Digest}\n    \
        token: {type: http, scheme: Token}\n    \
        oauth2: {type: oauth2, flows: {implicit: {authorizationUrl: 'https://id.test/a', scopes: {}}, \
        clientCredentials: {tokenUrl: 'https://id.test/t', scopes: {}}}}\n    \
        openid: {type: openIdConnect, openIdConnectUrl: 'https://id.test/c'}\n    \
        tls: {type: mutualTLS}\n";
    let spec = format!(
        "{}security: [{{header: [], cookie: []}}, {{tls: []}}]\npaths:\n  \
         /a: {{get: {{operationId: a, {NOTHING}}}}}\n  \
         /b: {{get: {{operationId: b, security: [{{tls: [], oauth2: ['r']}}, {{digest: []}}, {{}}], \
         {NOTHING}}}}}\n  \
         /c: {{get: {{operationId: c, security: [], {NOTHING}}}}}\n{schemes}",
        HEAD.replace("3.0.3", "3.1.0"),
    );
    let place = place(&spec);
    let run = place.run(&format!("{SPEC} --with-tests --verbose"));
    assert_eq!(run.status, 0, "{}", run.err);
    let said = run.err;
    let findings: Vec<_> = said.lines().filter(|line| line.contains("[security")).collect();
    let auth = place.read("out/src/auth.rs");
    let facts = place.read("out/src/default.rs");
    let facts =
        facts.lines().filter(|line| line.contains("redentials") || line.contains("ertificate"));
    let facts = facts.collect::<Vec<_>>().join("\n");
    let tests = place.read("out/tests/calls/credentials.rs");
    let carried = tests.lines().filter(|line| line.contains("carries_in"));
    let carried = carried.map(str::trim).collect::<Vec<_>>().join("\n");
    assert_snapshot!([findings.join("\n"), auth, facts, carried].join("\n=====\n"));
}
