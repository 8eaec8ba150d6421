//! `cargo xtask bindings`: writes the crate `my-pydio`, which is checked in, and records the
//! changes that affect programs in its `CHANGELOG.md`.
//!
//! Put `alias = { xtask = "run --package xtask --" }` into `.cargo/config.toml`.

use std::{env, path::Path, process::ExitCode};

use pydio_codegen::{GenerateError, Generator, Report};

/// Generates the bindings that this project needs.
fn bindings(directory: &Path) -> Result<Report, GenerateError> {
    Generator::new()
        .version("8.2.5")
        .plugins(["access.fs", "conf.sql", "meta.*"])
        .tags(["File"])
        .crate_name("my-pydio")
        .changelog()
        .write_crate(directory)
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    if arguments.next().as_deref() != Some("bindings") {
        eprintln!("usage: cargo xtask bindings [DIRECTORY]");
        return ExitCode::from(2);
    }
    let directory = arguments.next().unwrap_or_else(|| "my-pydio".to_owned());
    match bindings(Path::new(&directory)) {
        Ok(report) => {
            println!("{} files, {} of them changed", report.files, report.changed.len());
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::bindings;

    #[test]
    fn an_existing_crate_is_not_rewritten() {
        let directory = tempfile::tempdir().unwrap();
        let report = bindings(directory.path()).unwrap();
        assert_eq!(report.files + 1, report.changed.len(), "all of them, and `Cargo.toml`");
        let read = |path: &str| fs::read_to_string(directory.path().join(path)).unwrap();
        assert!(read("Cargo.toml").contains("name = \"my-pydio\"\n"));
        assert!(read("src/v1/access_fs.rs").contains("pub fn ls("));
        assert!(!directory.path().join("src/v1/action_share.rs").exists());
        assert!(!directory.path().join("src/v2/task.rs").exists());
        assert_eq!(bindings(directory.path()).unwrap().changed, [""; 0]);
    }

    #[test]
    fn changes_for_programs_are_recorded() {
        let directory = tempfile::tempdir().unwrap();
        bindings(directory.path()).unwrap();
        let surface = directory.path().join("api.json");
        let text = fs::read_to_string(&surface).unwrap();
        let lines = text.lines().filter(|line| !line.starts_with("\"access.fs/mkdir\""));
        let older = lines.collect::<Vec<_>>().join("\n");
        assert_ne!(older, text.trim_end());
        fs::write(&surface, older).unwrap();
        let report = bindings(directory.path()).unwrap();
        assert_eq!(report.changed, ["CHANGELOG.md", "api.json"]);
        let log = fs::read_to_string(directory.path().join("CHANGELOG.md")).unwrap();
        assert!(log.starts_with("# Changes of my-pydio\n\n## "), "{log}");
        assert!(log.contains("- `access.fs/mkdir`: added"), "{log}");
    }
}
