//! Words as a shell takes them.

/// A word of a command line, in quotes where a shell would take it for something else, and on one
/// line.
pub(crate) fn word(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    // Refused is only the null character, which is a control character.
    shlex::try_quote(&line).map_or_else(|_| String::new(), |quoted| quoted.into_owned())
}

/// A long option with its value, as one word.
pub(crate) fn option(name: &str, value: &str) -> String {
    format!("--{}={}", word(name), word(value))
}

#[cfg(test)]
mod tests {
    use super::{option, word};

    #[test]
    fn a_shell_reads_the_same_words() {
        for text in ["access.fs", "a b", "it's", "$HOME", "a\"b\\c", "", "é"] {
            assert_eq!(shlex::split(&word(text)), Some(vec![text.to_owned()]), "{text}");
            let expected = format!("--name={text}");
            assert_eq!(shlex::split(&option("name", text)), Some(vec![expected]), "{text}");
        }
        assert_eq!(word("access.fs"), "access.fs");
        assert_eq!(word("a\nb\0"), "'a b '");
    }
}
