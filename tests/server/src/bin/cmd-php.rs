//! Stands in for PHP with Pydio's `cmd.php`: see [`pydio_test_server::console`].

use std::process::ExitCode;

fn main() -> ExitCode {
    pydio_test_server::console::main()
}
