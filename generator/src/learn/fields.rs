//! The fields of requests: in queries, in forms and in forms with files.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use percent_encoding::percent_decode;

/// A field that was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    /// Its name, as sent.
    pub(crate) name: String,
    /// Its value; empty for a file.
    pub(crate) value: String,
    /// Whether it is a file.
    pub(crate) is_file: bool,
}

impl Sent {
    /// Creates a field with text.
    pub(super) fn text(name: String, value: String) -> Self {
        Self { name, value, is_file: false }
    }
}

/// Returns the fields of a query, or of a form that is encoded like one.
pub(super) fn encoded(text: &[u8]) -> Vec<Sent> {
    let pairs = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let field = |pair: &[u8]| {
        let at = pair.iter().position(|byte| *byte == b'=');
        let (name, value) = at.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
        Sent::text(decoded(name), decoded(value))
    };
    pairs.map(field).collect()
}

/// Decodes a part of a query, where `+` is a space.
pub(super) fn decoded(part: &[u8]) -> String {
    let spaced: Vec<u8> = part.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    percent_decode(&spaced).decode_utf8_lossy().into_owned()
}

/// Returns the fields of a body, as its media type says; none of a body that is not a form.
pub(super) fn form(content_type: &str, body: &[u8]) -> Vec<Sent> {
    let lower = content_type.to_ascii_lowercase();
    if lower.starts_with("application/x-www-form-urlencoded") {
        return encoded(body);
    }
    if !lower.starts_with("multipart/form-data") {
        return Vec::new();
    }
    let boundary = content_type.split(';').find_map(|part| part.trim().strip_prefix("boundary="));
    boundary.map(|boundary| parts(boundary.trim_matches('"'), body)).unwrap_or_default()
}

/// Returns the fields of a form with files.
fn parts(boundary: &str, body: &[u8]) -> Vec<Sent> {
    let mut found = Vec::new();
    let mut rest = body;
    let line = format!("--{boundary}");
    while let Some(at) = find(rest, line.as_bytes()) {
        rest = &rest[at + line.len()..];
        let end = find(rest, line.as_bytes()).unwrap_or(rest.len());
        found.extend(part(&rest[..end]));
    }
    found
}

/// Returns the field in a part of a form.
fn part(part: &[u8]) -> Option<Sent> {
    let at = find(part, b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&part[..at]);
    let disposition =
        head.lines().find(|line| line.to_ascii_lowercase().starts_with("content-disposition"))?;
    let value = |key: &str| {
        let quoted = disposition.split(';').find_map(|one| one.trim().strip_prefix(key))?;
        Some(quoted.trim_matches('"').to_owned())
    };
    let name = value("name=")?;
    if value("filename=").is_some() {
        return Some(Sent { name, value: String::new(), is_file: true });
    }
    let text = &part[at + 4..];
    let text = text.strip_suffix(b"\r\n").unwrap_or(text);
    Some(Sent::text(name, String::from_utf8_lossy(text).into_owned()))
}

fn find(text: &[u8], wanted: &[u8]) -> Option<usize> {
    text.windows(wanted.len()).position(|window| window == wanted)
}

/// Returns the login in the value of an `Authorization` header.
pub(super) fn login(value: &str) -> Option<String> {
    let pair = STANDARD.decode(value.strip_prefix("Basic ")?.trim()).ok()?;
    let (login, _) = std::str::from_utf8(&pair).ok()?.split_once(':')?;
    Some(login.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{encoded, form, login};

    #[test]
    fn a_query_is_decoded() {
        let fields = encoded(b"a=1&b%5B%5D=x+y&b%5B%5D=%C3%A9&&flag");
        let pairs: Vec<_> = fields.iter().map(|one| (&*one.name, &*one.value)).collect();
        assert_eq!(pairs, [("a", "1"), ("b[]", "x y"), ("b[]", "é"), ("flag", "")]);
    }

    #[test]
    fn a_form_with_a_file_is_split() {
        let body = "--X\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n--X\r\n\
                    Content-Disposition: form-data; name=\"f\"; filename=\"x.txt\"\r\n\
                    Content-Type: text/plain\r\n\r\nhello\r\n--X--\r\n";
        let fields = form("multipart/form-data; boundary=X", body.as_bytes());
        let found: Vec<_> =
            fields.iter().map(|one| (&*one.name, &*one.value, one.is_file)).collect();
        assert_eq!(found, [("a", "1", false), ("f", "", true)]);
        assert!(form("multipart/form-data", body.as_bytes()).is_empty());
        assert!(form("application/json", b"{}").is_empty());
    }

    #[test]
    fn a_login_is_read_without_its_password() {
        assert_eq!(login("Basic bWFyYTpzZWNyZXQ=").as_deref(), Some("mara"));
        assert_eq!(login("Basic ***"), None);
        assert_eq!(login("Bearer x"), None);
    }
}
