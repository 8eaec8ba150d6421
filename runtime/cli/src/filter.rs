//! Which files a command is about.

use clap::Args;
use glob::{MatchOptions, Pattern};
use pydio_cli::Failed;

/// Options that choose files.
#[derive(Debug, Default, Args)]
pub(crate) struct Choice {
    /// Only files that match; a pattern with `/` matches the whole path below the folder
    ///
    /// `*` and `?` match any characters of a name, `[a-z]` one of a set, `{jpg,png}` one of several
    /// texts, and `**` any number of folders. `[*]` is a star.
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// No files and folders that match; this overrides `--include`
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
}

/// Patterns for paths relative to the folder of a command.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    include: Option<Vec<Pattern>>,
    exclude: Vec<Pattern>,
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
        let is_included = self.include.as_ref().is_none_or(|include| matches(include, path));
        is_included && !matches(&self.exclude, path)
    }

    /// Returns whether the command is about what is in this folder.
    pub(crate) fn has_folder(&self, path: &str) -> bool {
        !matches(&self.exclude, path)
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

fn matches(patterns: &[Pattern], path: &str) -> bool {
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    patterns.iter().any(|pattern| pattern.matches_with(path, options))
}

/// A pattern without `/` is for a name, wherever it is.
fn set(patterns: &[String]) -> Result<Vec<Pattern>, Failed> {
    let mut set = Vec::new();
    for pattern in patterns {
        for one in alternatives(pattern)? {
            let one = one.trim_end_matches('/');
            let is_no_name = |part: &str| matches!(part, "" | "." | "..");
            if one.trim_start_matches('/').split('/').any(is_no_name) {
                return Err(invalid(pattern, "an empty part, `.` or `..` matches nothing"));
            }
            let whole = match one {
                path if path.contains('/') => path.trim_start_matches('/').to_owned(),
                name => format!("**/{name}"),
            };
            set.push(Pattern::new(&whole).map_err(|error| invalid(pattern, error.msg))?);
        }
    }
    Ok(set)
}

/// Expands the first `{a,b}` of a pattern, and those in the results. `[{]` is a brace.
fn alternatives(pattern: &str) -> Result<Vec<String>, Failed> {
    let (mut depth, mut cuts, mut is_class) = (0_usize, Vec::new(), false);
    for (at, character) in pattern.char_indices() {
        match character {
            ']' => is_class = false,
            _ if is_class => continue,
            '[' => is_class = true,
            '{' => {
                depth += 1;
                if depth == 1 {
                    cuts.push(at);
                }
            }
            ',' if depth == 1 => cuts.push(at),
            '}' if depth == 1 => {
                cuts.push(at);
                break;
            }
            '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    let (Some(first), Some(last)) = (cuts.first(), cuts.last()) else {
        return Ok(vec![pattern.to_owned()]);
    };
    if !pattern[*last..].starts_with('}') {
        return Err(invalid(pattern, "`{` without `}`"));
    }
    let mut expanded = Vec::new();
    for pair in cuts.windows(2) {
        let one = &pattern[pair[0] + 1..pair[1]];
        let whole = format!("{}{one}{}", &pattern[..*first], &pattern[last + 1..]);
        expanded.extend(alternatives(&whole)?);
    }
    Ok(expanded)
}

fn invalid(pattern: &str, what: &str) -> Failed {
    let tip = "`[*]` is a star, `[{]` a brace, and so on";
    Failed::usage(format!("the pattern `{pattern}`: {what}")).tip(tip)
}

#[cfg(test)]
mod tests {
    use super::{Choice, matches, set};

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
        for pattern in
            ["a{", "{a,b", "[a", "a**", "{a,{b}", "***", "", "/", "{}", "./a", "a//b", "../a"]
        {
            assert!(set(&texts(&[pattern])).is_err(), "{pattern}");
        }
    }

    #[test]
    fn special_characters_mean_what_users_of_a_shell_expect() {
        for (pattern, path, expected) in [
            ("?.jpg", "é.jpg", true),
            ("a?b", "a/b", false),
            ("/a?b", "a/b", false),
            ("*.{jpg,png}", "x/é.png", true),
            ("[!a-c]*", "d", true),
            ("[!a-c]*", "b", false),
            ("!a", "!a", true),
            ("!a/b", "!a/b", true),
            ("!a/b", "c", false),
            ("/!a", "!a", true),
            ("/!a", "c", false),
            ("[*]", "*", true),
            ("[*]", "a", false),
            ("[{]a,b}", "{a,b}", true),
            ("{a,b{c,d}}.{x,}", "bd.x", true),
            ("{a,b{c,d}}.{x,}", "a.", true),
            ("{a,b{c,d}}.{x,}", "b.x", false),
            ("\\", "\\", true),
            ("/a/**", "a/b/c", true),
            ("/a/**/c", "a/c", true),
            ("}", "}", true),
            ("*", ".hidden", true),
        ] {
            let set = set(&[pattern.to_owned()]).unwrap();
            assert_eq!(matches(&set, path), expected, "{pattern} {path}");
        }
    }
}
