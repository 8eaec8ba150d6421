//! JSON pointers (RFC 6901), kept as text.

use percent_encoding::percent_decode_str;

/// The pointer to the member `token` of what `pointer` points to.
pub(crate) fn join(pointer: &str, token: &str) -> String {
    format!("{pointer}/{}", token.replace('~', "~0").replace('/', "~1"))
}

/// The tokens of a pointer, unescaped.
pub(crate) fn tokens(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"))
}

/// A pointer without its last token, and that token with its slash; `None` at the root.
pub(crate) fn split_last(pointer: &str) -> Option<(&str, &str)> {
    pointer.rfind('/').map(|slash| pointer.split_at(slash))
}

/// The pointer that a reference within the document stands for.
pub(crate) fn of_reference(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    let pointer = percent_decode_str(fragment).decode_utf8().ok()?;
    (pointer.is_empty() || pointer.starts_with('/')).then(|| pointer.into_owned())
}
