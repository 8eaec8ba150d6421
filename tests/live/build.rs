//! Passes the release of the bindings to the compiler.
//!
//! The calls, their parameters and their answers differ between releases. The suite asks for the
//! condition `since = "8.0.0"` where it cannot be the same code for all of them.

use std::{env, error::Error, fs, process::ExitCode};

/// The description of the bindings, which is generated with them. The variable names that of other
/// bindings, for the test that the suite compiles with them.
const BINDINGS: &str = "../../generated/api.json";
const VARIABLE: &str = "PYDIO_LIVE_BINDINGS";

/// The releases from which on something is different that the suite uses.
const RELEASES: [&str; 9] =
    ["6.2.0", "6.4.0", "6.4.2", "6.5.1", "7.0.0", "8.0.0", "8.0.2", "8.2.2", "8.2.3"];

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed={VARIABLE}");
    println!("cargo::rustc-check-cfg=cfg(since, values(\"{}\"))", RELEASES.join("\", \""));
    let file = env::var(VARIABLE).unwrap_or_else(|_| BINDINGS.to_owned());
    println!("cargo::rerun-if-changed={file}");
    match release(&file) {
        Ok(bindings) => {
            for release in RELEASES {
                if numbers(release).is_ok_and(|release| release <= bindings) {
                    println!("cargo::rustc-cfg=since=\"{release}\"");
                }
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("cargo::error=the release of the bindings, from {file}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the release of the bindings, from its line in their description: libraries for JSON and
/// versions would have to be built for this line alone.
fn release(file: &str) -> Result<Vec<u32>, Box<dyn Error>> {
    let described = fs::read_to_string(file)?;
    let version = described.lines().find_map(|line| line.strip_prefix("\"version\": \""));
    let version = version.and_then(|rest| rest.strip_suffix("\","));
    numbers(version.ok_or("it names no version")?)
}

fn numbers(release: &str) -> Result<Vec<u32>, Box<dyn Error>> {
    Ok(release.split('.').map(str::parse).collect::<Result<_, _>>()?)
}
