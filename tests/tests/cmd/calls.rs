//! Calls on one workspace: their effects and the errors they report.

use pydio_client::{
    Call, ErrorKind,
    cmd::ArgumentPassing,
    response::{Element, Text},
    v1::{access_fs, action_share},
};
use pydio_runtime::Request;
use pydio_tests::{ALICE, BOB};

use crate::support::{Handmade, Installation, action, by_name};

#[tokio::test]
async fn a_new_folder_is_listed() {
    let server = Installation::new().await;
    let files = server.common();
    let made = files.call(access_fs::mkdir("/photos")).await.unwrap();
    assert_eq!(made.diff.added[0].path().as_str(), "/photos");
    files.call(access_fs::mkfile("/photos/a b é.txt").content("hello")).await.unwrap();
    let listing = files.call(access_fs::ls("/photos")).await.unwrap();
    let node = &listing.nodes[0];
    assert_eq!((node.path().as_str(), node.size()), ("/photos/a b é.txt", Some(5)));
    let stat = files.call(access_fs::stat("/photos/a b é.txt")).await.unwrap().one().unwrap();
    assert_eq!(stat.size, Some(5));
}

/// The console blanks `..`, as every transport does: `/dd/sub/..` would become `/dd/sub`.
#[tokio::test(flavor = "multi_thread")]
async fn ambiguous_paths_are_not_sent() {
    let server = Installation::new().await;
    let files = server.common();
    for folder in ["/dd", "/dd/sub"] {
        files.call(access_fs::mkdir(folder)).await.unwrap();
    }
    let error = files.call(access_fs::delete(["/dd/sub/.."])).await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest, "{error}");
    assert_eq!(files.call(access_fs::ls("/dd")).await.unwrap().nodes.len(), 1);

    // What the console makes of the path if another program sends it.
    let (user, password) = (format!("-u={}", ALICE.login), format!("-p={}", ALICE.password));
    let command = server.php(&["cmd.php", &user, &password, "-r=common", "-a=delete"]);
    let mut php = std::process::Command::new(&command[0]);
    assert!(php.args(&command[1..]).arg("--file=/dd/sub/..").status().unwrap().success());
    assert_eq!(files.call(access_fs::ls("/dd")).await.unwrap().nodes.len(), 0);
}

#[tokio::test]
async fn both_kinds_of_argument_passing_are_equivalent() {
    let server = Installation::new().await;
    for (passing, name) in
        [(ArgumentPassing::StandardInput, "/a"), (ArgumentPassing::Arguments, "/b")]
    {
        let line = server.builder(&ALICE, &[]).argument_passing(passing).build().unwrap();
        line.workspace("common").call(access_fs::mkdir(name)).await.unwrap();
    }
    assert!(server.server.has("common", "/a") && server.server.has("common", "/b"));
}

#[tokio::test]
async fn any_name_passes_through_a_shell() {
    let server = Installation::new().await;
    let names = ["a b", "it's", "$HOME", "`id`", "-r", "*", "a\nb", "é+%20#&<b>", "~"];
    for passing in [ArgumentPassing::StandardInput, ArgumentPassing::Arguments] {
        // Like `ssh`, this passes its last argument to a shell.
        let builder = server.builder(&ALICE, &[]).argument_passing(passing).ssh(["sh", "-c"]);
        let files = builder.build().unwrap().workspace("my-files");
        for name in names {
            // The server refuses names that contain one of these.
            let content = format!("\"{name}\\\"");
            let made = files.call(access_fs::mkfile(format!("/{name}")).content(&*content)).await;
            made.unwrap();
            let written = server.server.content("my-files/alice", &format!("/{name}"));
            assert_eq!(written.as_deref(), Some(content.as_bytes()));
        }
        let listing = files.call(access_fs::ls("/")).await.unwrap();
        let mut listed: Vec<_> = listing.nodes.iter().map(|node| node.path().to_string()).collect();
        listed.retain(|path| path != "/recycle_bin");
        let mut expected: Vec<_> = names.iter().map(|name| format!("/{name}")).collect();
        listed.sort();
        expected.sort();
        assert_eq!(listed, expected);
        let all: Vec<_> = expected.iter().map(|path| &**path).collect();
        let gone = files.call(access_fs::delete(all).force_deletion(true)).await.unwrap();
        assert_eq!(gone.into_response().unwrap().diff.removed.len(), names.len());
    }
}

#[tokio::test]
async fn a_long_action_is_done_when_the_call_returns() {
    let server = Installation::new().await;
    let files = server.common();
    server.server.put("common", "/a", "words");
    server.server.put("common", "/b", "words");
    let compress = access_fs::compress(["/a", "/b"]).dir("/").archive_name("c.zip");
    files.call(compress).await.unwrap();
    assert!(server.server.has("common", "/c.zip"));
}

#[tokio::test]
async fn actions_unavailable_over_rest_run_here() {
    let server = Installation::new().await;
    let registry = server.common().call(by_name::<Element>("get_xml_registry")).await.unwrap();
    assert_eq!(registry.children[0].name, "user", "{registry:?}");
}

#[tokio::test]
async fn console_reports_are_errors() {
    let server = Installation::new().await;
    let files = server.common();
    let error = files.call(access_fs::ls("/absent")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Server, "{error:?}");
    let message = error.message();
    assert!(message.starts_with("There was a problem trying to open folder"), "{message}");
    assert_eq!(error.workspace(), "common");
    assert_eq!(error.call_name(), "access.fs/ls");

    let error = files.call(by_name::<Element>("no_such")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnknownAction, "{error:?}");

    let line = server.connect(&BOB);
    let error = line.workspace("common").call(access_fs::mkdir("/x")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Server, "{error:?}");
    for hidden in ["nows", "settings"] {
        let error = line.workspace(hidden).call(access_fs::ls("/")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::UnknownWorkspace, "{error:?}");
    }
}

/// The id of a task precedes the message in this case.
#[tokio::test]
async fn a_failed_task_is_an_error() {
    let server = Installation::new().await;
    let files = server.connect(&ALICE).task("t-1").workspace("common");
    let error = files.call(access_fs::ls("/absent")).await.unwrap_err();
    assert!(error.message().starts_with("There was a problem"), "{error:?}");
    files.call(access_fs::ls("/")).await.unwrap();
}

#[tokio::test]
async fn a_wrong_password_is_reported_and_recorded() {
    let server = Installation::new().await;
    let builder = server.builder(&ALICE, &[]).login("alice", "wrong");
    let line = builder.build().unwrap().status_file(server.path("status"));
    let error = line.workspace("common").call(access_fs::ls("/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::BadCredentials, "{error:?}");
    assert_eq!(server.text("status"), "ERROR:Authentication Failed.");
}

#[tokio::test]
async fn a_missing_response_is_not_invented() {
    let server = Installation::new().await;
    server.server.folder("common", "/a");
    let call = action_share::share(action_share::SimpleShareType::Private, "/a")
        .guest_user_pass("secret")
        .simple_right_read(true);
    let error = server.common().call(call).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Empty, "{error:?}");
}

#[tokio::test]
async fn a_call_for_a_file_is_refused_before_anything_runs() {
    let server = Installation::new().await;
    let line = server.builder(&ALICE, &["--argv-to", &server.path("argv")]).build().unwrap();
    let error = line.workspace("common").call(access_fs::download("/a")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest, "{error:?}");
    assert!(!std::fs::exists(server.path("argv")).unwrap());
}

/// In XML the console's own markup is escaped, and therefore not removed.
#[tokio::test]
async fn a_name_with_console_markup_arrives_unchanged() {
    let server = Installation::new().await;
    let files = server.common();
    files.call(access_fs::mkfile("/<info>x<>")).await.unwrap();
    let listing = files.call(access_fs::ls("/")).await.unwrap();
    assert_eq!(listing.nodes[0].path().as_str(), "/<info>x<>");
}

#[tokio::test]
async fn a_long_value_goes_over_standard_input_only() {
    let server = Installation::new().await;
    let content = "x".repeat(5_000_000);
    let call = |name: &str| access_fs::mkfile(name).content(&*content);
    server.common().call(call("/long")).await.unwrap();
    let line =
        server.builder(&ALICE, &[]).argument_passing(ArgumentPassing::Arguments).build().unwrap();
    let error = line.workspace("common").call(call("/longer")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest, "{error:?}");
    assert!(error.to_string().contains("standard input"), "{error}");
}

/// The console would read a file name without its first `=`.
#[tokio::test]
async fn a_value_that_the_console_would_alter_is_refused() {
    let server = Installation::new().await;
    let request = Request::new(action("mkfile")).text("node", "=eq=ual.txt");
    let error = server.common().call(Handmade::<Text>::new(request)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest, "{error:?}");
    let call = access_fs::mkfile("/=eq=ual.txt");
    assert!(call.request().endpoint().id() == "mkfile");
    server.common().call(call).await.unwrap();
}
