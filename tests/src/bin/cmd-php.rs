//! Stands in for PHP with Pydio's `cmd.php`: see [`pydio_tests::console`].

use std::process::ExitCode;

fn main() -> ExitCode {
    pydio_tests::console::main()
}
