//! Validates the paths that clients send: removes some parts, and refuses others.

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::dialect::Dialect;

/// Why a path is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BadPath {
    /// It contains characters that are not allowed in a path.
    Forbidden(String),
    /// It contains a hidden name.
    Hidden(String),
}

/// Blanks `.` and `..`, and refuses forbidden characters, or strips tags and writes the other `<` and
/// `>` as entities.
pub(crate) fn secure(dialect: &Dialect, path: &str) -> Result<String, BadPath> {
    if dialect.refuses_characters && is_forbidden(path) {
        return Err(BadPath::Forbidden(path.to_owned()));
    }
    let stripped = match dialect.strips_tags {
        true => strip_tags(path).replace('<', "&lt;").replace('>', "&gt;"),
        false => path.to_owned(),
    };
    let path = &*stripped;
    let names = path.split('/').filter(|name| !matches!(*name, "" | "." | ".."));
    let path = names.fold(String::new(), |path, name| path + "/" + name);
    Ok(if path.is_empty() { "/".to_owned() } else { path })
}

/// Refuses a path that contains a hidden name.
pub(crate) fn visible(path: String) -> Result<String, BadPath> {
    match path.split('/').find(|name| name.starts_with('.')) {
        Some(hidden) => Err(BadPath::Hidden(hidden.to_owned())),
        None => Ok(path),
    }
}

/// Returns the path of a new node in a folder. Before 6.5, its name loses tags and some characters.
pub(crate) fn new_path(dialect: &Dialect, folder: &str, name: &str) -> Result<String, BadPath> {
    if !dialect.strips_tags {
        return secure(dialect, &join(folder, name));
    }
    let name = strip_tags(name).replace(['"', '\\', '|', '?'], "");
    Ok(join(&secure(dialect, folder)?, &name))
}

/// Returns whether a name cannot be given to a node by an upload or a rename: it begins with white
/// space.
pub(crate) fn refuses_new_name(dialect: &Dialect, name: &str) -> bool {
    dialect.refuses_characters && name.starts_with(char::is_whitespace)
}

/// Returns the name under which an upload is stored, in Unicode normalization form C; refuses one that
/// begins with white space.
pub(crate) fn uploaded(dialect: &Dialect, name: &str) -> Result<String, BadPath> {
    if refuses_new_name(dialect, name) {
        return Err(BadPath::Forbidden(name.to_owned()));
    }
    Ok(ComposingNormalizerBorrowed::new_nfc().normalize(name).into_owned())
}

/// Removes tags like PHP's `strip_tags`: from a `<` before anything but white space up to the next
/// `>`, or up to the end.
pub(crate) fn strip_tags(text: &str) -> String {
    let mut parts = text.split('<');
    let mut kept = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.starts_with(char::is_whitespace) {
            true => kept += &format!("<{part}"),
            false => kept += part.split_once('>').map_or("", |(_, after)| after),
        }
    }
    kept
}

fn is_forbidden(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    path.contains(['"', '|', '\\', '?'])
        || ["<script", "javascript:", "vbscript:", "data:", "feed:"]
            .iter()
            .any(|script| lower.contains(script))
        || path.split('&').skip(1).any(begins_as_entity)
}

/// Returns whether the text after a `&` forms an HTML entity that the server decodes. It decodes no
/// quotation marks, and takes a number with `x` or a leading zero even without a semicolon.
fn begins_as_entity(text: &str) -> bool {
    /// The named entities of HTML 4.01 without `quot`, which are those that PHP decodes by default.
    const NAMES: &str = include_str!("entities.txt");
    let begins_with =
        |text: &str, is_digit: fn(&char) -> bool| text.chars().next().is_some_and(|c| is_digit(&c));
    let entity = text.split_once(';').map(|(entity, _)| entity);
    match text.strip_prefix('#') {
        Some(number) => {
            number
                .strip_prefix(['x', 'X'])
                .is_some_and(|hex| begins_with(hex, char::is_ascii_hexdigit))
                || number
                    .strip_prefix('0')
                    .is_some_and(|digits| begins_with(digits, char::is_ascii_digit))
                || entity.is_some_and(|entity| {
                    // Of quotation marks, and of no character.
                    let is_kept =
                        |code: u32| matches!(code, 34 | 39) || char::from_u32(code).is_none();
                    entity[1..].parse().is_ok_and(|code| !is_kept(code))
                })
        }
        None => entity.is_some_and(|entity| NAMES.split_whitespace().any(|name| name == entity)),
    }
}

/// Returns the parent folder of a path, `/` for the root.
pub(crate) fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        None | Some(("", _)) => "/",
        Some((parent, _)) => parent,
    }
}

/// Returns the last name of a path; empty for the root.
pub(crate) fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Returns the path of a name in a folder.
pub(crate) fn join(folder: &str, name: &str) -> String {
    format!("{}/{}", folder.trim_end_matches('/'), name.trim_start_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::{BadPath, new_path, secure, uploaded, visible};
    use crate::{Version, dialect::Dialect};

    static V8_2: &Dialect = Version::V8_2.dialect();
    static V6_4: &Dialect = Version::V6_4.dialect();

    #[test]
    fn names_are_accepted_or_refused_as_recorded() {
        for name in [
            "sp ace.txt",
            "ünï-漢字.txt",
            "per%cent.txt",
            "lit%20eral.txt",
            "plus+sign.txt",
            "hash#tag.txt",
            "amp&and.txt",
            "semi;colon.txt",
            "apo'strophe.txt",
            "til~de.txt",
            "eq=ual.txt",
            "at@colon:.txt",
            "comma,(paren)[br]{cu}.txt",
            "dollar$!*.txt",
            "back`tick^.txt",
            "lt<gt>.txt",
            "dot..dot.txt",
            "trailing.dot.",
            "%23pagelike.txt",
            "a&#39;b",
            "a&quot;b",
            "a&other;b",
            "a&#65b",
            "a&#;b",
            "a&#99999999;b",
        ] {
            assert_eq!(secure(V8_2, name), Ok(format!("/{name}")));
        }
        for name in [
            "quote\".txt",
            "pipe|.txt",
            "back\\slash.txt",
            "html&amp;entity.txt",
            "que?stion",
            "xss<script>.txt",
            "javascript:a",
            "a&#65;b",
            "a&#065b",
            "a&#x41b",
            "a&hellip;b",
        ] {
            assert_eq!(secure(V8_2, name), Err(BadPath::Forbidden(name.to_owned())));
            assert!(secure(V6_4, name).is_ok(), "{name}");
        }
    }

    /// Measured on 8.2.5 with PHP's `intl`.
    #[test]
    fn an_upload_composes_its_name_and_does_not_begin_with_a_space() {
        assert_eq!(uploaded(V8_2, "e\u{301} x").as_deref(), Ok("\u{e9} x"));
        assert_eq!(uploaded(V8_2, " x"), Err(BadPath::Forbidden(" x".to_owned())));
        assert_eq!(uploaded(V6_4, " x").as_deref(), Ok(" x"));
    }

    #[test]
    fn tags_are_stripped_before_6_5() {
        for (name, stripped) in [
            ("lt<gt>", "/lt"),
            ("x<y>.txt", "/x.txt"),
            ("a < b", "/a &lt; b"),
            ("open<rest", "/open"),
            ("a>b", "/a&gt;b"),
        ] {
            assert_eq!(secure(V6_4, name).as_deref(), Ok(stripped));
        }
        assert_eq!(new_path(V6_4, "/d", "a\"b|c>d").as_deref(), Ok("/d/abc>d"));
        assert_eq!(new_path(V8_2, "/d", "a>b").as_deref(), Ok("/d/a>b"));
    }

    #[test]
    fn dots_are_blanked_and_hidden_names_refused() {
        assert_eq!(secure(V8_2, "/a/../b/./c/").as_deref(), Ok("/a/b/c"));
        assert_eq!(secure(V8_2, "/..").as_deref(), Ok("/"));
        assert_eq!(visible("/dots/.hidden".into()), Err(BadPath::Hidden(".hidden".into())));
        assert_eq!(visible("/a.b/c".into()).as_deref(), Ok("/a.b/c"));
    }
}
