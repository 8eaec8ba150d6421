//! Converts names to Rust's cases, with its keywords and its order of imports.

use std::cmp::Ordering;

/// The maximum length of a name, excluding a number: a module's name has to fit a file name.
pub(super) const MAX_NAME: usize = 120;

/// Converts `createUser`, `create-user` and `create.user` to `create_user`.
pub fn snake(text: &str) -> String {
    let mut name = String::with_capacity(text.len() + 8);
    for word in words(text) {
        if !name.is_empty() {
            name.push('_');
        }
        name.extend(word.chars().map(|c| c.to_ascii_lowercase()));
    }
    valid(name, 'n', "unnamed")
}

/// Converts `create_user` to `CreateUser`.
pub fn pascal(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for word in words(text) {
        let (head, tail) = word.split_at(1);
        name.push_str(&head.to_ascii_uppercase());
        name.extend(tail.chars().map(|c| c.to_ascii_lowercase()));
    }
    valid(name, 'N', "Unnamed")
}

/// Converts a value of an enumeration to the name of a variant. `+1` and `-1` get different names,
/// and so do values without any letters.
pub(crate) fn variant(word: &str) -> String {
    let sign = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    if word.is_empty() {
        return "Empty".to_owned();
    }
    if let Some(rest) = word.strip_prefix('-').filter(|rest| sign(rest)) {
        return pascal(&format!("Minus{rest}"));
    }
    if let Some(rest) = word.strip_prefix('+').filter(|rest| sign(rest)) {
        return pascal(&format!("Plus{rest}"));
    }
    let symbols: String = word.chars().filter_map(symbol).collect();
    match words(word).next() {
        None if !symbols.is_empty() => valid(symbols, 'N', "Unnamed"),
        _ => pascal(word),
    }
}

/// Returns the name of a symbol.
fn symbol(c: char) -> Option<&'static str> {
    Some(match c {
        ' ' => "Space",
        '!' => "Not",
        '"' => "Quote",
        '#' => "Hash",
        '$' => "Dollar",
        '%' => "Percent",
        '&' => "And",
        '\'' => "Apostrophe",
        '(' => "Open",
        ')' => "Close",
        '*' => "Star",
        '+' => "Plus",
        ',' => "Comma",
        '-' => "Minus",
        '.' => "Dot",
        '/' => "Slash",
        ':' => "Colon",
        ';' => "Semicolon",
        '<' => "Less",
        '=' => "Equal",
        '>' => "Greater",
        '?' => "Question",
        '@' => "At",
        '\\' => "Backslash",
        '^' => "Caret",
        '_' => "Underscore",
        '|' => "Or",
        '~' => "Tilde",
        _ => return None,
    })
}

/// Returns a name that begins with a letter and is not too long.
fn valid(mut name: String, letter: char, unnamed: &str) -> String {
    match name.as_bytes().first() {
        Some(b'0'..=b'9') => name.insert(0, letter),
        Some(_) => {}
        None => name.push_str(unnamed),
    }
    name.truncate(MAX_NAME);
    name
}

/// Splits a name into words: ASCII letters and digits, up to the capital that begins the next word.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let begins = |at: usize| {
        let next_is_lower = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        bytes[at].is_ascii_uppercase()
            && match bytes[at - 1] {
                b'a'..=b'z' | b'0'..=b'9' => true,
                b'A'..=b'Z' => next_is_lower,
                _ => false,
            }
    };
    let mut rest = 0;
    std::iter::from_fn(move || {
        let is_part = |at: &usize| bytes[*at].is_ascii_alphanumeric();
        let start = (rest..bytes.len()).find(is_part)?;
        let end = (start + 1..bytes.len()).find(|at| !is_part(at) || begins(*at));
        rest = end.unwrap_or(bytes.len());
        Some(&text[start..rest])
    })
}

/// Compares names in rustfmt's order of imports: numbers in them by their value, `_` before
/// everything else.
pub(crate) fn version_order(a: &str, b: &str) -> Ordering {
    parts(a).cmp(parts(b)).then_with(|| a.cmp(b))
}

/// The parts of a name that are compared: in the order of the kinds, `_`, numbers and letters.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'t> {
    Underscore,
    Number(usize, &'t str),
    Letter(char),
}

fn parts(mut text: &str) -> impl Iterator<Item = Part<'_>> {
    std::iter::from_fn(move || {
        let first = text.chars().next()?;
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (part, rest) = text.split_at(digits.max(first.len_utf8()));
        text = rest;
        let number = part.trim_start_matches('0');
        Some(match first {
            '_' => Part::Underscore,
            '0'..='9' => Part::Number(number.len(), number),
            letter => Part::Letter(letter),
        })
    })
}

/// Returns whether Rust reserves the word, in any edition.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

/// Strict, reserved and weak keywords, of all editions, in order.
const KEYWORDS: [&str; 55] = [
    "Self",
    "_",
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "macro_rules",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

#[cfg(test)]
mod tests {
    use super::{KEYWORDS, pascal, snake, version_order};

    #[test]
    fn the_keywords_are_those_of_the_parser() {
        assert!(KEYWORDS.is_sorted());
        let own = ["gen", "macro_rules", "union"];
        for word in KEYWORDS {
            let is_identifier = syn::parse_str::<syn::Ident>(word).is_ok();
            assert_eq!(is_identifier, own.contains(&word), "{word}");
        }
    }

    #[test]
    fn names_follow_rust_case_conventions() {
        let cases = [
            ("ls", "ls", "Ls"),
            ("scheduler_runAll", "scheduler_run_all", "SchedulerRunAll"),
            ("people-create-resource", "people_create_resource", "PeopleCreateResource"),
            ("encfs.cypher_folder", "encfs_cypher_folder", "EncfsCypherFolder"),
            ("HTTPServer2Go", "http_server2_go", "HttpServer2Go"),
            ("X-Pydio-WS-Info", "x_pydio_ws_info", "XPydioWsInfo"),
            ("3d", "n3d", "N3d"),
            ("\"; fn x() {}\n", "fn_x", "FnX"),
            ("../../x", "x", "X"),
            ("été", "t", "T"),
            ("漢字", "unnamed", "Unnamed"),
            ("", "unnamed", "Unnamed"),
        ];
        for (name, function, call) in cases {
            assert_eq!((snake(name), pascal(name)), (function.to_owned(), call.to_owned()));
        }
    }

    #[test]
    fn names_are_ordered_like_rustfmt() {
        let sorted = [
            "a", "a_b", "a_c", "a1", "a01b2", "a1b2", "a01b10", "a1b10", "a002", "a02", "a2",
            "a10", "a10_b", "a10b", "ab", "b",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| version_order(a, b));
        assert_eq!(names, sorted);
    }
}
