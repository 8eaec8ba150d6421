//! Puts the bundled manifests, their corrections and their documentation into the tool, so that it
//! works outside of the project as well.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs, io,
    path::{Path, PathBuf},
};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let manifests = root.join("../manifests").canonicalize()?;
    println!("cargo::rerun-if-changed={}", manifests.display());
    let mut files = Vec::new();
    collect(&manifests, "", &mut files)?;
    files.sort_unstable();
    let mut table = String::from("&[\n");
    for (name, path) in &files {
        let _ = writeln!(table, "BuiltIn {{ path: {name:?}, text: include_str!({path:?}) }},");
    }
    table.push(']');
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    Ok(fs::write(out.join("manifests.rs"), table)?)
}

/// Adds what is read of a directory: manifests, specs, corrections and documentation.
fn collect(directory: &Path, below: &str, files: &mut Vec<(String, PathBuf)>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()) else { continue };
        let name = format!("{below}{name}");
        if path.is_dir() {
            collect(&path, &format!("{name}/"), files)?;
        } else if [".xml", ".json", ".yaml"].iter().any(|kind| name.ends_with(kind)) {
            files.push((name, path));
        }
    }
    Ok(())
}
