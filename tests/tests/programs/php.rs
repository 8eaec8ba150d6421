//! Tests the line of PHP that passes arguments, in PHP itself.

use std::fs;

use pydio_client::{
    ErrorKind, Json,
    cmd::{ArgumentPassing, CommandLine},
    response::Text,
};
use pydio_runtime::Request;

use crate::cmd::{Handmade, action, by_name};

/// Prints how a script was called.
const SCRIPT: &str = r#"<?php
include "beside.php";
$stars = str_repeat("*", 29);
echo "$stars\nCurrent User is 'alice'\n$stars\nApplying action 'show' on workspace W (1)\n";
echo json_encode([$argv, $argc, $_SERVER["argv"], $_SERVER["argc"], $_SERVER["SCRIPT_FILENAME"],
    $_SERVER["PHP_SELF"], __FILE__, php_sapi_name(), defined("STDOUT"), $beside]), "\n\n";
"#;

pub(crate) async fn a_script_cannot_tell_how_its_arguments_came() {
    let folder = tempfile::tempdir().unwrap();
    let script = folder.path().join("cmd.php");
    fs::write(&script, SCRIPT).unwrap();
    fs::write(folder.path().join("beside.php"), "<?php $beside = 'read';").unwrap();
    let mut seen = Vec::new();
    for passing in [ArgumentPassing::StandardInput, ArgumentPassing::Arguments] {
        for through in [&[][..], &["sh", "-c"]] {
            let builder = CommandLine::builder(script.to_str().unwrap()).login("alice", "it's");
            let builder = builder.argument_passing(passing).ssh(through.iter().copied());
            let request = Request::new(action("show")).text("odd", "a b\n'\"$x\\é=").text("e", "");
            let call = Handmade::<Json>::new(request);
            seen.push(builder.build().unwrap().workspace("w").call(call).await.unwrap());
        }
    }
    assert_eq!(seen[0][0][5], "--odd=a b\n'\"$x\\é=");
    assert_eq!(seen[0][9], "read");
    assert!(seen.iter().all(|one| *one == seen[0]), "{seen:#?}");
}

pub(crate) async fn a_prefix_that_keeps_standard_input_for_itself_is_told() {
    // Like `docker exec` without `-i`.
    let prefix = ["sh", "-c", "exec \"$@\" </dev/null", "sh", "php"];
    let builder = CommandLine::builder("/srv/cmd.php").prefix(prefix).login("alice", "secret");
    let call = by_name::<Text>("show");
    let error = builder.build().unwrap().workspace("w").call(call).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Status, "{error:?}");
    assert!(error.to_string().contains("no arguments on standard input"), "{error}");
}
