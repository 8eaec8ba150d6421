//! `import --url`: the active plugins of a running server.

use pydio_codegen::surface::{Part, Property};
use pydio_tests::{ADMIN, ALICE, Canned, Fault, Server, Version};
use serde_json::json;

use crate::support::{Place, Run, manifest};

async fn start() -> Server {
    Server::builder(Version::V8_2).prefix("/pydio").start().await.unwrap()
}

async fn import(place: &Place, url: &str, user: &str, password: Option<&str>) -> Run {
    let arguments = ["import", "--url", url, "--user", user, "--out", "live"];
    // The server needs the thread that a run would block.
    tokio::task::block_in_place(|| place.run_with("", &arguments, password))
}

fn answer(server: &Server, media_type: &str, body: impl Into<Vec<u8>>) {
    server.fail(Fault::Answer(Canned::new(200, media_type, body)));
}

/// Returns a server of another version with some of the plugins, and two custom ones.
fn answer_in_part(server: &Server, version: &str) {
    let action = |name: &str| {
        json!({"action": name, "server_processing": true, "parameters": [
            {"name": "file", "type": "AJXP_NODE", "description": ""}
        ]})
    };
    let list = json!({"HAS_GROUPS": true, "LIST": {
        "access.fs": [action("ls"), action("mkdir"), {"action": "of_the_interface", "server_processing": false}],
        "meta.quota": [action("monitor_quota")],
        "acme.known": [action("stamp")],
        "acme.secret": [action("seal")],
    }});
    answer(server, "application/json", json!({"version": version}).to_string());
    answer(server, "application/json", list.to_string());
    let known = format!("<admin_data>{}</admin_data>", manifest("acme.known", &["stamp"]));
    answer(server, "text/xml", known);
    answer(server, "text/xml", "<admin_data><ajxp_plugin id=\"acme.secret\"/></admin_data>");
}

#[tokio::test(flavor = "multi_thread")]
async fn active_plugins_are_imported_and_generated() {
    let server = start().await;
    let place = Place::new();
    let run = import(&place, &server.url(), ADMIN.login, Some(ADMIN.password)).await;
    let said = run.done();
    assert!(said.contains("77 plugins with 498 actions are active\n"), "{}", said);
    place.done("generate --manifests live --out all");
    place.done("generate --version 8.2.5 --out bundled");
    assert_eq!(place.surface("all"), place.surface("bundled"));
    let asked: Vec<_> = server.seen().iter().map(|seen| seen.target.clone()).collect();
    assert_eq!(
        asked,
        ["/pydio/api/settings/get_version_info/", "/pydio/api/settings/list_all_plugins_actions/"]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_running_server_is_compared_with_a_bundle() {
    let server = start().await;
    let place = Place::new();
    let diff = async |server: &Server, old: &str| {
        let arguments = ["diff", old, "--url", &server.url(), "--user", ADMIN.login];
        tokio::task::block_in_place(|| place.run_with("", &arguments, Some(ADMIN.password)))
    };
    let same = diff(&server, "8.2.5").await;
    assert_eq!(same.status, 0, "{}", same.err);
    assert!(same.out.contains("nothing changes for a caller"), "{}", same.out);
    answer_in_part(&server, "8.2.5");
    let part = diff(&server, "8.2.5").await;
    assert_eq!(part.status, 3, "{}", part.err);
    assert!(part.out.contains("action acme.known/stamp: added [call-added]"), "{}", part.out);
    assert!(part.out.contains("action access.fs/rename: removed [call-removed]"), "{}", part.out);
    assert_eq!(place.run_in("", &["diff", "8.2.5", "8.2.5", "--url", "x"]).status, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn bindings_contain_only_active_plugins() {
    let server = start().await;
    let place = Place::new();
    answer_in_part(&server, "8.2.4");
    let run = import(&place, &server.url(), ADMIN.login, Some(ADMIN.password)).await;
    let said = run.done();
    // The import reports the data that it could not read.
    assert!(said.contains("4 plugins with 5 actions are active\n"), "{}", said);
    let nearest = "the server is 8.2.4: REST addresses, rights and answers are taken from 8.2.5, the \
                   nearest bundle";
    assert!(said.contains(nearest), "{}", said);
    assert!(said.contains("`acme.secret` is in no bundle and its manifest is not given out"));
    assert!(!said.contains("`acme.known` is in no bundle"), "{}", said);
    // The import records the version of its server.
    let out = place.done("generate --manifests live --out out");
    assert!(out.starts_with("Pydio 8.2.4: 4 plugins, 5 actions"), "{out}");
    let actions = [
        "access.fs/ls",
        "access.fs/mkdir",
        "acme.known/stamp",
        "acme.secret/seal",
        "meta.quota/monitor_quota",
    ];
    assert_eq!(place.actions("out"), actions.map(str::to_owned).into());
    let surface = place.surface("out");
    let (stamp, seal) =
        (&surface.actions["acme.known/stamp"], &surface.actions["acme.secret/seal"]);
    assert!(stamp.is(Property::Rest) && !seal.is(Property::Rest));
    assert_eq!(stamp.get(Property::Path), Some("/file+"));
    assert_eq!(seal.all(Part::Param).next().map(|(name, _)| name), Some("file"));
    assert!(place.read("out/Cargo.toml").contains("\nacme = []\n"));
    // A second import is identical, byte for byte.
    let files = place.files("live");
    answer_in_part(&server, "8.2.4");
    let again = import(&place, &server.url(), ADMIN.login, Some(ADMIN.password)).await;
    let said = again.done();
    assert!(said.contains(" 0 changed in live"), "{said}");
    assert_eq!(place.files("live"), files);
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_releases_use_the_nearest_bundle() {
    let server = start().await;
    for (version, nearest, operations) in [
        ("6.0.7", "6.0.8", 0),
        ("7.0.0", "7.0.4", 34),
        ("8.0.0", "8.0.2", 34),
        ("9.1.0", "8.2.5", 36),
    ] {
        let place = Place::new();
        answer_in_part(&server, version);
        let run = import(&place, &server.url(), ADMIN.login, Some(ADMIN.password)).await;
        let said = run.done();
        assert!(said.contains(&format!("taken from {nearest}, ")), "{version}: {}", said);
        let unknown = "has no spec: operations of a v2 API cannot be learnt";
        assert_eq!(said.contains(unknown), operations == 0, "{version}: {}", said);
        let out = place.done("generate --manifests live --out out");
        assert!(out.starts_with(&format!("Pydio {version}: 4 plugins")), "{out}");
        assert_eq!(place.surface("out").operations.len(), operations, "{version}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_version_must_be_given() {
    let server = start().await;
    let place = Place::new();
    answer(&server, "application/json", "{}");
    let run = import(&place, &server.url(), ADMIN.login, Some(ADMIN.password)).await;
    assert_eq!(run.status, 1);
    assert!(run.err.contains("the server does not report its version"), "{}", run.err);
    assert!(run.err.contains("pass `--version`"), "{}", run.err);
    let url = server.url();
    let arguments = ["import", "--url", &url, "--user", ADMIN.login];
    let given = [&arguments[..], &["--version", "8.2.5"]].concat();
    answer(&server, "application/json", "{}");
    let run = tokio::task::block_in_place(|| place.run_with("", &given, Some(ADMIN.password)));
    run.done();
    assert!(place.path("manifests/live-8.2.5/active.json").is_file());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_import_says_why_and_writes_nothing() {
    let server = start().await;
    let place = Place::new();
    let url = server.url();
    let wrong = import(&place, &url, ADMIN.login, Some("Wr0ng-secret")).await;
    let right = import(&place, &url, ALICE.login, Some(ALICE.password)).await;
    let none = import(&place, &url, ADMIN.login, None).await;
    let elsewhere = format!("{url}/elsewhere");
    let elsewhere = import(&place, &elsewhere, ADMIN.login, Some(ADMIN.password)).await;
    server.fail(Fault::Answer(Canned::redirect(301, "https://other.example.org/")));
    let moved = import(&place, &url, ADMIN.login, Some(ADMIN.password)).await;
    answer(&server, "application/json", r#"{"version":"8.2.5"}"#);
    answer(&server, "text/html", "<html>welcome</html>");
    let html = import(&place, &url, ADMIN.login, Some(ADMIN.password)).await;
    drop(server);
    let gone = import(&place, &url, ADMIN.login, Some(ADMIN.password)).await;
    let nonsense = import(&place, "not an address", ADMIN.login, Some(ADMIN.password)).await;
    for (run, what, help) in [
        (&wrong, "`get_version_info`: the server responds with 401", "login of an administrator"),
        (&right, "`get_version_info`: the server responds with 401", "login of an administrator"),
        (&none, "no password", "set `PYDIO_PASSWORD`"),
        (&elsewhere, "the server responds with 404", "check that URL rewriting is on"),
        (&moved, "the server responds with 301", "pass that one"),
        (&html, "the list of actions is malformed", "login of an administrator"),
        (&gone, "`get_version_info`: ", "reachable from here"),
        (&nonsense, "`get_version_info`: ", "check that the URL is that of the web interface"),
    ] {
        assert_eq!(run.status, 1, "{}", run.err);
        assert!(run.err.contains(what) && run.err.contains(help), "{what}: {}", run.err);
        let said = format!("{}{}", run.out, run.err);
        for secret in ["Wr0ng-secret", ADMIN.password, ALICE.password] {
            assert!(!said.contains(secret), "{said}");
        }
    }
    assert!(place.files("").is_empty());
}
