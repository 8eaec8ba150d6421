//! Tests the client and its command line with programs that may be missing: PHP, and shells.

#[allow(dead_code, reason = "the tests of the command line use the rest")]
#[path = "../cmd/support.rs"]
mod cmd;
mod completion;
mod php;
#[allow(dead_code, reason = "the tests of `pydio` use the rest")]
#[path = "../pydio/support.rs"]
mod pydio;

use std::process::ExitCode;

use pydio_tests::suite::{self, Need, Test};

fn main() -> ExitCode {
    let php = Need::Program("php");
    suite::run([
        Test::of_async(completion::bash_completes_with_its_script).needs(Need::Program("bash")),
        Test::of_async(completion::fish_completes_with_its_script).needs(Need::Program("fish")),
        Test::of_async(completion::zsh_is_answered),
        Test::of_async(completion::every_shell_has_a_short_script),
        Test::of_async(php::a_script_cannot_tell_how_its_arguments_came).needs(php),
        Test::of_async(php::a_prefix_that_keeps_standard_input_for_itself_is_told).needs(php),
    ])
}
