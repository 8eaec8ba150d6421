//! Where the password is visible.

use pydio_client::{cmd::ArgumentPassing, v1::access_fs};
use pydio_tests::ALICE;

use crate::support::Installation;

/// Returns the command line of a run, and its standard input.
async fn seen(passing: ArgumentPassing, through: &[&str]) -> (Vec<String>, String) {
    let server = Installation::new().await;
    let builder = server.builder(&ALICE, &["--argv-to", &server.path("argv")]);
    let builder = builder.argument_passing(passing).ssh(through.iter().copied());
    let files = builder.build().unwrap().workspace("common");
    files.call(access_fs::ls("/")).await.unwrap();
    let written = server.text("argv");
    let mut words: Vec<String> = written.split('\0').map(str::to_owned).collect();
    // `-r` and the code, or the script and six arguments.
    let input = words.split_off(if words[0] == "-r" { 2 } else { 6 });
    (words, input.join("\0"))
}

#[tokio::test]
async fn the_command_line_has_no_secrets_by_default() {
    for through in [&[][..], &["sh", "-c"]] {
        let (words, input) = seen(ArgumentPassing::default(), through).await;
        assert_eq!(words[0], "-r");
        let shown = words.join(" ");
        assert!(!shown.contains("alice") && !shown.contains(ALICE.password), "{shown}");
        let password = ALICE.password;
        let expected = format!(
            "/srv/pydio/cmd.php\0-u=alice\0-p={password}\0-r=common\0-a=ls\0--dir=/\0--format=xml"
        );
        assert_eq!(input, expected);

        let (words, input) = seen(ArgumentPassing::Arguments, through).await;
        assert_eq!(words[0], "/srv/pydio/cmd.php");
        assert_eq!(words[2], format!("-p={password}"));
        assert_eq!(input, "--format=xml\0");
    }
}
