//! The examples in the documentation of the calls: every one compiles, does its work on a server,
//! and returns the result that the documentation shows.
//!
//! `INSTA_UPDATE=always` writes the results to `manifests/docs/results.yaml`; run `generate` then.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::PathBuf,
};

use pydio_codegen::{
    Generator,
    emit::{Options, emit},
    example::{self, ERROR, Example},
    explain,
    ir::Api,
    pipeline::{self, Request},
};
use pydio_tests::scratch::{self, Scratch, project};

mod shown;

/// The scratch program.
const PROGRAM: &str = "documented";

/// The release whose examples run.
const RELEASE: &str = "8.2.5";

/// The examples that cannot succeed on the server here, by the reason. They compile all the same.
const IMPOSSIBLE: &[(&str, &[&str])] = &[
    (
        "they need the result of an earlier call",
        &["access.fs/download_chunk", "gui.user/reset-password"],
    ),
    (
        "their workspaces are on other storage, which the server here does not have",
        &["access.dropbox/dropbox_oauth_authorize", "access.ftp/next_to_remote"],
    ),
    (
        "they need another service: of mail, of time stamps, on the web, or another Pydio",
        &[
            "action.timestamp/get_timestamp",
            "core.mailer/send_mail",
            "core.mq/ws_authenticate",
            "core.ocs/accept_invitation",
            "core.ocs/reject_invitation",
            "uploader.http/external_download",
        ],
    ),
    (
        "the server here answers with an error or with a web page in every case",
        &[
            "action.powerfs/postcompress_download",
            "action.skeleton/my_skeleton_button_frame",
            "uploader.html/get_drop_bg",
            "uploader.html/upload_chunks_unify",
        ],
    ),
    (
        "the test server does not have them: they are of plugins that are seldom active",
        &[
            "action.scheduler/scheduler_checkConfig",
            "action.scheduler/scheduler_fakeLongTask",
            "action.scheduler/scheduler_generateCronExpression",
            "action.scheduler/scheduler_loadTask",
            "action.scheduler/scheduler_removeTask",
            "action.scheduler/scheduler_runAll",
            "action.scheduler/scheduler_runTask",
            "action.updater/get_version_info",
            "auth.ftp/ftp_logout",
            "auth.ftp/set_ftp_data",
            "auth.smb/smb_logout",
            "authfront.duosecurity/duo_post_verification_code",
            "authfront.otp/otp_show_setup_screen",
            "authfront.otp/otp_verify_setup",
            "boot.conf/apply_installer_form",
            "boot.conf/boot_test_mailer",
            "boot.conf/boot_test_sql_connexion",
            "boot.conf/load_installer_form",
            "core.cache/cache_service_clear_cache",
            "core.notifications/get_my_feed",
            "editor.etherpad/etherpad_close",
            "editor.etherpad/etherpad_create",
            "editor.etherpad/etherpad_get_content",
            "editor.etherpad/etherpad_proxy_api",
            "editor.etherpad/etherpad_save",
            "editor.pixlr/retrieve_pixlr_image",
            "editor.zoho/retrieve_from_zohoagent",
            "log.sql/analytic_list_queries",
            "log.sql/analytic_queries",
            "log.sql/analytic_query",
            "meta.filehasher/filehasher_delta",
            "meta.filehasher/filehasher_patch",
            "meta.filehasher/filehasher_signature",
        ],
    ),
];

/// The number of examples that succeed; it only grows.
const SUCCEED: usize = 285;

fn model() -> Api {
    Generator::new().from_directory(project()).version(RELEASE).model().unwrap().api
}

/// Returns the source of a module with the examples as functions.
fn module(examples: &[Example]) -> String {
    let mut text = "//! The examples, as the documentation shows them.\n\nuse crate::{Example, Error, Pydio};\n\n".to_owned();
    let mut table = String::new();
    for (index, one) in examples.iter().enumerate() {
        let end = match one.result {
            Some(ERROR) => "Ok(error.to_string())".to_owned(),
            Some(name) => format!("Ok(format!(\"{{{name}:?}}\"))"),
            None => "Ok(String::new())".to_owned(),
        };
        let code = one.code().join("\n    ");
        text += &format!(
            "async fn example_{index}(pydio: Pydio) -> Result<String, Error> {{\n    {code}\n    {end}\n}}\n\n"
        );
        let Example { name, user, .. } = one;
        table += &format!("    ({name:?}, {user:?}, |pydio| Box::pin(example_{index}(pydio))),\n");
    }
    text + &format!("pub const ALL: &[Example] = &[\n{table}];\n")
}

/// Writes, compiles and runs the program, and returns the results by name.
fn run(examples: &[Example]) -> BTreeMap<String, Result<String, String>> {
    let scratch = Scratch::empty(env!("CARGO_TARGET_TMPDIR"), PROGRAM);
    scratch.write("src/examples.rs", &module(examples));
    let own = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/documented/program");
    for file in ["main.rs", "fixture.rs"] {
        scratch.write(&format!("src/{file}"), &fs::read_to_string(own.join(file)).unwrap());
    }
    let local = |path: &str| project().join(path);
    let manifest = format!(
        "[package]\nname = {PROGRAM:?}\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\ntokio = {{ version = \"1\", features = [\"macros\", \"rt\", \"time\"] }}\n\
         pydio-test-server = {{ path = {:?}, default-features = false }}\n\n\
         [dependencies.pydio-client]\npath = {:?}\ndefault-features = false\nfeatures = [\"http\", \
         \"access\", \"action\", \"auth\", \"core\", \"editor\", \"meta\", \"v2\"]\n\n\
         [lints.rust]\ndeprecated = \"allow\"\n\n[profile.dev]\ndebug = false\n",
        local("tests/server"),
        local("generated"),
    );
    scratch.write("Cargo.toml", &manifest);
    fs::copy(local("Cargo.lock"), scratch.root.join("Cargo.lock")).unwrap();
    let mut cargo = scratch::cargo(&scratch.root);
    let output = cargo.args(["run", "--offline", "--quiet"]).output().unwrap();
    scratch::assert_success(&output);
    let lines = String::from_utf8(output.stdout).unwrap();
    let result = |line: &str| {
        let (name, succeeded, text): (String, bool, String) = serde_json::from_str(line).unwrap();
        (name, if succeeded { Ok(text) } else { Err(text) })
    };
    lines.lines().map(result).collect()
}

/// The file with the results that the documentation shows.
fn results_file() -> PathBuf {
    project().join("manifests/docs/results.yaml")
}

fn results_text(results: &BTreeMap<String, String>) -> String {
    let head = "# What the examples of calls return, as the suite `documented` of the tests found it.\n\
                # Do not edit: run it with INSTA_UPDATE=always.\n";
    let results = serde_json::json!({"release": RELEASE, "results": results});
    head.to_owned() + &serde_yaml::to_string(&results).unwrap()
}

/// The lines of the examples are on the pages of the calls, and `explain` prints them.
#[test]
fn documentation_and_explain_show_the_same_code() {
    let from = project();
    let version = Some(RELEASE.to_owned());
    let input = pipeline::read(&Request { version, from, ..Request::default() }).unwrap();
    let explained = explain::explain_all(&input).unwrap();
    let api = input.api().unwrap();
    let examples = example::all(&api, "pydio-client");
    assert_eq!(explained.len(), examples.len());
    let generated = emit(&api, &Options { crate_name: "pydio-client".to_owned() }).unwrap();
    let pages: String = generated
        .values()
        .flat_map(|text| text.lines())
        .filter_map(|line| line.strip_prefix("///"))
        .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
        .collect();
    for (explanation, example) in explained.iter().zip(&examples) {
        let code = example.code().join("\n");
        assert_eq!(explanation.rust, code, "{}", example.name);
        assert!(pages.contains(&code), "{} is not documented with:\n{code}", example.name);
    }
}

#[test]
fn every_example_does_its_work_and_returns_what_is_shown() {
    let api = model();
    let examples = example::all(&api, "pydio-client");
    assert_eq!(examples.len(), api.endpoints.len(), "every call has an example");
    let results = run(&examples);
    assert_eq!(results.len(), examples.len());
    let impossible: BTreeSet<_> =
        IMPOSSIBLE.iter().flat_map(|(_, names)| *names).copied().collect();
    let refused = examples.iter().filter(|one| one.result == Some(ERROR));
    let refused: BTreeSet<_> = refused.map(|one| &one.name).collect();
    let mut wrong = Vec::new();
    let mut shown = BTreeMap::new();
    for (name, result) in &results {
        match (result, impossible.contains(&**name)) {
            (Ok(text), false) if !text.is_empty() => {
                let text =
                    if refused.contains(name) { shown::wrap(text) } else { shown::shorten(text) };
                shown.insert(name.clone(), text);
            }
            (Ok(_), false) | (Err(_), true) => {}
            (Ok(_), true) => wrong.push(format!("{name}: succeeds, and is listed as impossible")),
            (Err(why), false) => wrong.push(format!("{name}: {why}")),
        }
    }
    let gone = impossible.iter().filter(|name| !results.contains_key(**name));
    wrong.extend(gone.map(|name| format!("{name}: is listed as impossible, and no call")));
    let succeed = results.values().filter(|result| result.is_ok()).count();
    assert!(succeed >= SUCCEED, "{succeed} of {}", results.len());
    let text = results_text(&shown);
    let is_updated = env::var("INSTA_UPDATE").is_ok_and(|update| update == "always");
    if is_updated {
        fs::write(results_file(), &text).unwrap();
    }
    assert!(wrong.is_empty(), "{} examples:\n{}", wrong.len(), wrong.join("\n"));
    let kept = fs::read_to_string(results_file()).unwrap_or_default();
    assert!(kept == text, "the results differ from `manifests/docs/results.yaml`");
}
