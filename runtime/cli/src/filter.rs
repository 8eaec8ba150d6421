//! Which files a command is about.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use clap::Args;
use glob::{MatchOptions, Pattern};
use pydio_cli::Failed;

/// Options that choose files.
#[derive(Debug, Default, Args)]
pub(crate) struct Choice {
    /// Only files that match; a pattern with `/` matches the whole path below the folder
    ///
    /// `*` and `?` match any characters of a name, `[a-z]` one of a set, `{jpg,png}` one of several
    /// texts, and `**` any number of folders: `docs/**` is all files below `docs`. `[*]` is a star. The
    /// summary counts what patterns left out, and names a pattern that matched nothing.
    #[arg(long, value_name = "GLOB")]
    include: Vec<String>,
    /// No files and folders that match; this overrides `--include`
    #[arg(long, value_name = "GLOB")]
    exclude: Vec<String>,
}

/// Patterns for paths relative to the folder of a command. Clones record their matches together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Filter {
    /// All files if there are none.
    include: Vec<Rule>,
    exclude: Vec<Rule>,
}

/// A pattern as it was given, and the patterns that it stands for.
#[derive(Clone, Debug)]
struct Rule {
    option: &'static str,
    given: String,
    patterns: Vec<Pattern>,
    has_matched: Arc<AtomicBool>,
}

impl Choice {
    pub(crate) fn filter(&self) -> Result<Filter, Failed> {
        if let Some(folder) = self.include.iter().find(|pattern| pattern.ends_with('/')) {
            let message =
                format!("the pattern `{folder}` of `--include` is for files, but ends in `/`");
            let tip = format!("`{folder}**` is everything in a folder of the top folder");
            return Err(Failed::usage(message).tip(tip));
        }
        let rules = |option, patterns: &[String]| -> Result<Vec<Rule>, Failed> {
            patterns.iter().map(|pattern| Rule::new(option, pattern)).collect()
        };
        Ok(Filter {
            include: rules("--include", &self.include)?,
            exclude: rules("--exclude", &self.exclude)?,
        })
    }
}

impl Filter {
    /// Returns whether the command is about this file.
    pub(crate) fn has_file(&self, path: &str) -> bool {
        let is_included = matches(&self.include, path) || self.include.is_empty();
        is_included && !matches(&self.exclude, path)
    }

    /// Returns whether the command is about what is in this folder.
    pub(crate) fn has_folder(&self, path: &str) -> bool {
        !matches(&self.exclude, path)
    }

    /// Returns whether the command may leave out files of a folder.
    pub(crate) fn is_partial(&self) -> bool {
        self.is_about_some() || !self.exclude.is_empty()
    }

    /// Returns whether the command is about files that match, so that a folder without any is left
    /// out.
    pub(crate) fn is_about_some(&self) -> bool {
        !self.include.is_empty()
    }

    /// Returns a warning for each pattern that has matched nothing so far.
    pub(crate) fn unmatched(&self) -> impl Iterator<Item = String> {
        let rules = self.include.iter().chain(&self.exclude);
        let unmatched = rules.filter(|rule| !rule.has_matched.load(Ordering::Relaxed));
        unmatched.map(|rule| {
            let kind = if rule.option == "--include" { "file" } else { "file or folder" };
            format!("no {kind} matches `{} {}`", rule.option, rule.given)
        })
    }
}

/// Returns whether a path matches, and records it for every pattern.
fn matches(rules: &[Rule], path: &str) -> bool {
    let options = MatchOptions { require_literal_separator: true, ..MatchOptions::new() };
    let mut is_match = false;
    for rule in rules {
        if rule.patterns.iter().any(|pattern| pattern.matches_with(path, options)) {
            rule.has_matched.store(true, Ordering::Relaxed);
            is_match = true;
        }
    }
    is_match
}

impl Rule {
    /// Reads a pattern. One without `/` is for a name, wherever it is.
    fn new(option: &'static str, given: &str) -> Result<Self, Failed> {
        let mut patterns = Vec::new();
        for one in alternatives(given)? {
            let one = one.trim_end_matches('/');
            let is_no_name = |part: &str| matches!(part, "" | "." | "..");
            if one.trim_start_matches('/').split('/').any(is_no_name) {
                return Err(invalid(given, "an empty part, `.` or `..` matches nothing"));
            }
            let whole = match one {
                path if path.contains('/') => path.trim_start_matches('/').to_owned(),
                name => format!("**/{name}"),
            };
            check_sets(&whole).map_err(|what| invalid(given, what))?;
            patterns.push(Pattern::new(&whole).map_err(|error| invalid(given, error.msg))?);
        }
        let has_matched = Arc::default();
        Ok(Self { option, given: given.to_owned(), patterns, has_matched })
    }
}

/// Refuses sets such as `[z-a]` and `[/]`, which contain nothing.
fn check_sets(pattern: &str) -> Result<(), &'static str> {
    let characters: Vec<char> = pattern.chars().collect();
    let mut rest = &*characters;
    while let Some(start) = rest.iter().position(|character| *character == '[') {
        rest = &rest[start + 1..];
        let is_negated = rest.first() == Some(&'!');
        let set = if is_negated { &rest[1..] } else { rest };
        // The first character may be a `]`.
        let end = set.iter().skip(1).position(|character| *character == ']');
        let Some(end) = end.map(|end| end + 1) else { return Err("`[` without `]`") };
        let (mut set, after) = (&set[..end], &set[end + 1..]);
        if !is_negated && set.iter().all(|character| *character == '/') {
            return Err("a set of `/` matches nothing");
        }
        while let [first, others @ ..] = set {
            set = match others {
                ['-', last, ..] if last < first => {
                    return Err("a range whose end is before its start matches nothing");
                }
                ['-', _, others @ ..] => others,
                others => others,
            };
        }
        rest = after;
    }
    Ok(())
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
    if last - first == cuts.len() - 1 {
        return Err(invalid(pattern, "all alternatives between `{` and `}` are empty"));
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
    use super::{Choice, Rule, matches};

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
        assert!(Choice { include: texts(&["docs/"]), exclude: texts(&[]) }.filter().is_err());
        for pattern in [
            "a{",
            "{a,b",
            "[a",
            "a**",
            "{a,{b}",
            "***",
            "",
            "/",
            "{}",
            "./a",
            "a//b",
            "../a",
            "a{}",
            "a{,}.b",
            "[z-a]",
            "[!z-a]x",
            "x[a-cz-b]",
            "{[b-a],x}",
            "a[/]b",
            "[]",
            "[!]",
        ] {
            assert!(Rule::new("--exclude", pattern).is_err(), "{pattern}");
        }
    }

    #[test]
    fn each_pattern_that_matches_nothing_is_named() {
        let texts = |patterns: &[&str]| patterns.iter().map(|text| (*text).to_owned()).collect();
        let choice =
            Choice { include: texts(&["*.jpg", "a*", "*.jgp"]), exclude: texts(&["a.jpg", "tmp"]) };
        let filter = choice.filter().unwrap();
        // Both patterns match it, and a clone records it too.
        assert!(!filter.clone().has_file("x/a.jpg"));
        let unmatched: Vec<_> = filter.unmatched().collect();
        assert_eq!(
            unmatched,
            ["no file matches `--include *.jgp`", "no file or folder matches `--exclude tmp`"]
        );
        assert!(!filter.has_folder("b/tmp"));
        assert_eq!(filter.unmatched().count(), 1);
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
            ("a{,.bak}", "a", true),
            ("a{,.bak}", "a.bak", true),
            ("[]a]", "]", true),
            ("[a-]", "-", true),
            ("[-a]", "-", true),
            ("[!]a]", "b", true),
            ("[+-9]", "5", true),
        ] {
            let rule = Rule::new("--include", pattern).unwrap();
            assert_eq!(matches(&[rule], path), expected, "{pattern} {path}");
        }
    }
}
