//! JSON pointers (RFC 6901), kept as text.

use percent_encoding::percent_decode_str;

/// Returns the pointer to the member `token` of the target of `pointer`.
pub(crate) fn join(pointer: &str, token: &str) -> String {
    let mut joined = String::with_capacity(pointer.len() + 1 + token.len());
    joined.extend([pointer, "/"]);
    match token.contains(['~', '/']) {
        true => joined.push_str(&token.replace('~', "~0").replace('/', "~1")),
        false => joined.push_str(token),
    }
    joined
}

/// A location during a walk, formatted only on request: most locations are only passed.
pub(crate) enum At<'p> {
    /// Where the walk began.
    Start(&'p str),
    /// A member of an object.
    Key(&'p At<'p>, &'p str),
    /// An item of a list.
    Index(&'p At<'p>, usize),
}

impl At<'_> {
    /// The root of a document.
    pub(crate) const ROOT: Self = Self::Start("");

    /// Returns a member of this object.
    pub(crate) fn key<'p>(&'p self, key: &'p str) -> At<'p> {
        At::Key(self, key)
    }

    /// Returns an item of this list.
    pub(crate) fn index(&self, index: usize) -> At<'_> {
        At::Index(self, index)
    }

    /// Counts the enclosing objects and lists.
    pub(crate) fn depth(&self) -> usize {
        match self {
            Self::Start(_) => 0,
            Self::Key(parent, _) | Self::Index(parent, _) => 1 + parent.depth(),
        }
    }

    /// Formats the location as a pointer.
    pub(crate) fn pointer(&self) -> String {
        match self {
            Self::Start(pointer) => (*pointer).to_owned(),
            Self::Key(parent, key) => join(&parent.pointer(), key),
            Self::Index(parent, index) => format!("{}/{index}", parent.pointer()),
        }
    }
}

/// Returns the tokens of a pointer, unescaped.
pub(crate) fn tokens(pointer: &str) -> impl Iterator<Item = String> {
    pointer.split('/').skip(1).map(|token| token.replace("~1", "/").replace("~0", "~"))
}

/// Splits off the last token of a pointer, with its slash; `None` at the root.
pub(crate) fn split_last(pointer: &str) -> Option<(&str, &str)> {
    pointer.rfind('/').map(|slash| pointer.split_at(slash))
}

/// Splits off the first token of a pointer, unescaped; `None` at the root.
pub(crate) fn split_first(pointer: &str) -> Option<(String, &str)> {
    let token = tokens(pointer).next()?;
    let rest = pointer.get(1..)?;
    Some((token, rest.find('/').map_or("", |slash| &rest[slash..])))
}

/// Returns the reference within the document for a pointer.
pub(crate) fn reference_to(pointer: &str) -> String {
    format!("#{}", pointer.replace('%', "%25"))
}

/// Returns the pointer of a reference within the document.
pub(crate) fn of_reference(reference: &str) -> Option<String> {
    let fragment = reference.strip_prefix('#')?;
    let pointer = percent_decode_str(fragment).decode_utf8().ok()?;
    (pointer.is_empty() || pointer.starts_with('/')).then(|| pointer.into_owned())
}
