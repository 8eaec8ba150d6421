//! Tells the compiler which release the bindings are of.
//!
//! The calls, their parameters and their answers differ between releases. The suite asks for the
//! condition `since = "8.0.0"` where it cannot be the same code for all of them.

use std::{error::Error, fs, process::ExitCode};

use semver::Version;

/// The description of the bindings, which are generated with them.
const BINDINGS: &str = "../../generated/api.json";

/// The releases from which on something is different that the suite uses.
const RELEASES: [&str; 9] =
    ["6.2.0", "6.4.0", "6.4.2", "6.5.1", "7.0.0", "8.0.0", "8.0.2", "8.2.2", "8.2.3"];

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed={BINDINGS}");
    println!("cargo::rustc-check-cfg=cfg(since, values(\"{}\"))", RELEASES.join("\", \""));
    match release() {
        Ok((name, bindings)) => {
            println!("cargo::rustc-env=BINDINGS={name}");
            let reached =
                |known: &&&str| Version::parse(known).is_ok_and(|known| known <= bindings);
            for release in RELEASES.iter().filter(reached) {
                println!("cargo::rustc-cfg=since=\"{release}\"");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("cargo::error=the release of the bindings, from {BINDINGS}: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Returns the release of the bindings, as written and read.
fn release() -> Result<(String, Version), Box<dyn Error>> {
    let described: serde_json::Value = serde_json::from_str(&fs::read_to_string(BINDINGS)?)?;
    let name = described["version"].as_str().ok_or("it names no version")?;
    Ok((name.to_owned(), Version::parse(name)?))
}
