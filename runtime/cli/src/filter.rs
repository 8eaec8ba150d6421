//! Which files a command is about.

use clap::Args;
use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use pydio_cli::Failed;

/// Options that choose files.
#[derive(Debug, Default, Args)]
pub(crate) struct Choice {
    /// Only files that match; a pattern with `/` matches the whole path below the folder
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// No files and folders that match; this overrides `--include`
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
}

/// Patterns for paths relative to the folder of a command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    include: Option<GlobSet>,
    exclude: GlobSet,
}

impl Choice {
    pub(crate) fn filter(&self) -> Result<Filter, Failed> {
        let include = match self.include.is_empty() {
            true => None,
            false => Some(set(&self.include)?),
        };
        Ok(Filter { include, exclude: set(&self.exclude)? })
    }
}

impl Filter {
    /// Returns whether the command is about this file.
    pub(crate) fn has_file(&self, path: &str) -> bool {
        let is_included = self.include.as_ref().is_none_or(|include| include.is_match(path));
        is_included && !self.exclude.is_match(path)
    }

    /// Returns whether the command is about what is in this folder.
    pub(crate) fn has_folder(&self, path: &str) -> bool {
        !self.exclude.is_match(path)
    }

    /// Returns whether the command may leave out files of a folder.
    pub(crate) fn is_partial(&self) -> bool {
        self.include.is_some() || !self.exclude.is_empty()
    }

    /// Returns whether the command is about files that match, so that a folder without any is left
    /// out.
    pub(crate) fn is_about_some(&self) -> bool {
        self.include.is_some()
    }
}

/// A pattern without `/` is for a name, wherever it is.
fn set(patterns: &[String]) -> Result<GlobSet, Failed> {
    let invalid = |error: globset::Error| Failed::usage(format!("{error}"));
    let mut set = GlobSetBuilder::new();
    for pattern in patterns {
        let whole = match pattern.trim_end_matches('/') {
            path if path.contains('/') => path.trim_start_matches('/').to_owned(),
            name => format!("**/{name}"),
        };
        let glob = GlobBuilder::new(&whole).literal_separator(true).backslash_escape(true).build();
        set.add(glob.map_err(invalid)?);
    }
    set.build().map_err(invalid)
}

#[cfg(test)]
mod tests {
    use super::Choice;

    #[test]
    fn a_name_is_found_anywhere_and_a_path_in_its_place() {
        let texts = |patterns: &[&str]| patterns.iter().map(|text| (*text).to_owned()).collect();
        let choice =
            Choice { include: texts(&["*.jpg", "/docs/*"]), exclude: texts(&["tmp/", "/a/b"]) };
        let filter = choice.filter().unwrap();
        for (path, expected) in [
            ("a.jpg", true),
            ("x/y/a.jpg", true),
            ("a.png", false),
            ("docs/a.png", true),
            ("docs/x/a.png", false),
            ("x/docs/a.png", false),
        ] {
            assert_eq!(filter.has_file(path), expected, "{path}");
        }
        let folders = ["tmp", "x/tmp", "a/b", "x/a/b", "tmps"].map(|path| filter.has_folder(path));
        assert_eq!(folders, [false, false, false, true, true]);
        assert!(Choice { include: texts(&["a{"]), exclude: Vec::new() }.filter().is_err());
    }
}
