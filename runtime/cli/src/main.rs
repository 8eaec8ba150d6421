//! The program `pydio`.

fn main() -> std::process::ExitCode {
    pydio::main()
}
