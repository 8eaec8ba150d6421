//! Parses `multipart/form-data` like PHP.

use bytes::Bytes;

use crate::php::lossy;

/// A file sent in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// The name of the field.
    pub field: String,
    /// The name that the client gave the file.
    pub name: String,
    /// Its bytes.
    pub content: Bytes,
}

/// Fields and files of a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// Names and values, in order.
    pub fields: Vec<(String, String)>,
    /// The files, in order.
    pub files: Vec<Upload>,
}

/// Returns the boundary in a media type; `None` if it is not a multipart form.
pub fn boundary(content_type: &str) -> Option<&str> {
    let parameters = content_type.strip_prefix("multipart/form-data")?;
    let boundary = parameters.split(';').find_map(|p| p.trim().strip_prefix("boundary="))?;
    Some(boundary.trim_matches('"'))
}

/// A part of a form.
pub(crate) struct Part {
    /// The name of the field.
    pub(crate) name: String,
    /// The name of the file, if it is one.
    pub(crate) file: Option<String>,
    pub(crate) media_type: Option<String>,
    pub(crate) content: Bytes,
}

/// Parses a body; omits unterminated parts.
pub fn parse(body: &Bytes, boundary: &str) -> Form {
    let mut form = Form::default();
    for Part { name: field, file, content, .. } in parts(body, boundary) {
        match file {
            Some(name) => form.files.push(Upload { field, name, content }),
            None => form.fields.push((field, lossy(content.to_vec()))),
        }
    }
    form
}

/// Returns the parts of a body, in order.
pub(crate) fn parts(body: &Bytes, boundary: &str) -> Vec<Part> {
    let delimiter = format!("--{boundary}").into_bytes();
    let mut parts = Vec::new();
    let mut at = find(body, 0, &delimiter).map(|start| start + delimiter.len());
    while let Some(start) = at {
        let next = find(body, start, &delimiter);
        if let Some(part) = next.and_then(|end| body.get(start + 2..end.saturating_sub(2))) {
            parts.extend(part_of(&body.slice_ref(part)));
        }
        at = next.map(|end| end + delimiter.len());
    }
    parts
}

fn part_of(part: &Bytes) -> Option<Part> {
    let end = find(part, 0, b"\r\n\r\n")?;
    let (head, content) = (lossy(part[..end].to_vec()), part.slice(end + 4..));
    let line = |name: &str| {
        let is_it = |line: &&str| line.to_ascii_lowercase().starts_with(name);
        head.split("\r\n").find(is_it)
    };
    let disposition = line("content-disposition")?;
    let media_type = line("content-type").and_then(|line| line.split_once(':'));
    Some(Part {
        name: quoted(disposition, " name=\"")?,
        file: quoted(disposition, "filename=\""),
        media_type: media_type.map(|(_, value)| value.trim().to_owned()),
        content,
    })
}

fn quoted(text: &str, before: &str) -> Option<String> {
    let (_, rest) = text.split_once(before)?;
    rest.split_once('"').map(|(value, _)| value.to_owned())
}

fn find(bytes: &[u8], from: usize, wanted: &[u8]) -> Option<usize> {
    // This loop is the only one that scans a file, of which nearly every byte differs from `-`.
    let first = *wanted.first()?;
    let mut at = from;
    while let Some(found) = bytes.get(at..)?.iter().position(|byte| *byte == first) {
        if bytes[at + found..].starts_with(wanted) {
            return Some(at + found);
        }
        at += found + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{boundary, parse};

    #[test]
    fn fields_and_files_are_distinguished() {
        let body = "--x\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n2\r\n--x\r\n\
                    Content-Disposition: form-data; name=\"f\"; filename=\"é.txt\"\r\n\
                    Content-Type: text/plain\r\n\r\n--\r\n--x--\r\n";
        let form = parse(&body.into(), boundary("multipart/form-data; boundary=x").unwrap());
        assert_eq!(form.fields, [("a".to_owned(), "1\r\n2".to_owned())]);
        let file = &form.files[0];
        assert_eq!((&*file.field, &*file.name, &file.content[..]), ("f", "é.txt", &b"--"[..]));
    }

    #[test]
    fn other_bodies_have_no_fields() {
        assert_eq!(boundary("application/x-www-form-urlencoded"), None);
        assert_eq!(boundary("multipart/form-data; boundary=\"a b\""), Some("a b"));
        assert!(
            parse(&"--x\r\nContent-Disposition: form-data; name=\"a\"".into(), "x")
                .fields
                .is_empty()
        );
        assert!(parse(&"".into(), "x").files.is_empty());
    }
}
