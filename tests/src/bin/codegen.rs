//! The generator's program, built with the tests that run it against a server.

use std::process::ExitCode;

fn main() -> ExitCode {
    pydio_codegen::cli::main()
}
