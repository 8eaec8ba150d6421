//! The command line of `pydio-codegen`.

use std::process::ExitCode;

fn main() -> ExitCode {
    pydio_codegen::cli::main()
}
