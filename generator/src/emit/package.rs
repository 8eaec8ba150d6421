//! What is around the emitted source: a crate's manifest, or the root of a module.

use super::{Files, cli};

/// What a crate of these files begins with. From then on it is the user's.
pub fn cargo_toml(crate_name: &str, files: &Files) -> String {
    let runtime = env!("CARGO_PKG_VERSION");
    let rust = env!("CARGO_PKG_RUST_VERSION");
    let cli = if files.contains_key(cli::BINARY) { CLI_OF_CRATE } else { "" };
    format!(
        "[package]\nname = \"{crate_name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
         rust-version = \"{rust}\"\n\n{cli}[dependencies]\npydio-runtime = \"{runtime}\"\n"
    )
}

/// What a crate says of its command line.
const CLI_OF_CRATE: &str = r#"[features]
## The command line `pydio`.
cli = ["pydio-runtime/cli"]

[[bin]]
name = "pydio"
path = "bin/pydio.rs"
required-features = ["cli"]

"#;

/// The files of a crate as those of a module, whose root `mod.rs` can be included: what only the
/// root of a crate may begin with is left out of it.
pub fn as_module(files: Files) -> Files {
    let below = files.into_iter().filter_map(|(path, text)| {
        let path = path.strip_prefix("src/")?;
        match path {
            // The command line is that of a crate with features.
            "cli.rs" => None,
            "lib.rs" => Some(("mod.rs".to_owned(), included(&text))),
            path => Some((path.to_owned(), text)),
        }
    });
    below.collect()
}

/// The declaration of the command line.
const CLI: [&str; 2] = ["#[cfg(feature = \"cli\")]", "pub mod cli;"];

fn included(text: &str) -> String {
    let is_inner =
        |line: &&str| line.starts_with("//!") || line.starts_with("#![") || CLI.contains(line);
    let mut lines: Vec<_> = text.lines().filter(|line| !is_inner(line)).collect();
    lines.dedup_by(|next, line| next.is_empty() && line.is_empty());
    lines.join("\n") + "\n"
}
