//! The generator's program, for tests that let it talk to a server: it is built with them.

use std::process::ExitCode;

fn main() -> ExitCode {
    pydio_codegen::cli::main()
}
