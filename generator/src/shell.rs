//! Quotes words for a shell.

/// Returns a word of a command line on one line, quoted where a shell would interpret it.
pub(crate) fn word(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    // Only the null character is rejected, which is a control character.
    shlex::try_quote(&line).map_or_else(|_| String::new(), |quoted| quoted.into_owned())
}

/// Returns a long option with its value, as one word.
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
