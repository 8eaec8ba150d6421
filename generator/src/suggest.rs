//! What somebody may have meant who wrote a name that is not known.

/// The known name that is nearest to `wanted`, where one is near enough to have been meant.
pub(crate) fn nearest<'k>(
    wanted: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<&'k str> {
    let far = wanted.chars().count().max(3) / 3;
    let distance = |known: &str| match known.eq_ignore_ascii_case(wanted) {
        true => 0,
        false => strsim::damerau_levenshtein(wanted, known),
    };
    let near = known.into_iter().map(|known| (distance(known), known));
    near.filter(|(distance, _)| *distance <= far).min().map(|(_, known)| known)
}

/// The question that goes with an unknown name.
pub(crate) fn did_you_mean<'k>(
    wanted: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<String> {
    nearest(wanted, known).map(|name| format!("did you mean `{name}`?"))
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_what_is_near_is_suggested() {
        let known = ["delete", "delta", "get_content", "ls"];
        let cases = [
            ("delte", Some("delete")),
            ("deleet", Some("delete")),
            ("get-contents", Some("get_content")),
            ("LS", Some("ls")),
            ("upload", None),
            ("", None),
        ];
        for (wanted, expected) in cases {
            assert_eq!(nearest(wanted, known), expected, "{wanted}");
        }
        // Of two that are as near, always the same.
        assert_eq!(nearest("a", ["c", "b"]), Some("b"));
    }
}
