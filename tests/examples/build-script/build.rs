//! Generates the bindings of the server in `server/` whenever that directory changes.

use std::{env, error::Error, path::PathBuf};

use pydio_codegen::Generator;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=server");
    println!("cargo::rerun-if-changed=build.rs");
    let out = PathBuf::from(env::var("OUT_DIR")?).join("pydio");
    let report = Generator::new()
        .installation("server")
        .version("8.2.5")
        .plugins(["acme.*"])
        .write_module(out)?;
    for finding in report.findings {
        println!("cargo::warning={}", finding.message);
    }
    Ok(())
}
