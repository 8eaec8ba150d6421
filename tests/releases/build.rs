//! Generates the bindings of each bundle that `src/lib.rs` includes.

use std::{env, error::Error, path::PathBuf};

use pydio_codegen::Generator;

const RELEASES: [&str; 5] = ["6.0.8", "6.4.2", "6.5.5", "7.0.4", "8.0.2"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=../../manifests");
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for release in RELEASES {
        Generator::new().version(release).strict().write_module(out.join(release))?;
    }
    Ok(())
}
