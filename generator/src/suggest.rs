//! Suggestions for unknown names.

/// Returns the known name nearest to `wanted`, if it is similar enough.
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

/// Returns the suggestion for an unknown name.
pub(crate) fn did_you_mean<'k>(
    wanted: &str,
    known: impl IntoIterator<Item = &'k str>,
) -> Option<String> {
    nearest(wanted, known).map(|name| format!("did you mean `{name}`?"))
}

/// Returns the suggestion for the end of a message; empty if there is none.
pub(crate) fn suggestion<'k>(wanted: &str, known: impl IntoIterator<Item = &'k str>) -> String {
    did_you_mean(wanted, known).map(|question| format!(": {question}")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn only_similar_names_are_suggested() {
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
        // Of two equally near names, always the same one.
        assert_eq!(nearest("a", ["c", "b"]), Some("b"));
    }
}
