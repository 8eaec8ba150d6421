//! A form with files in it, which is sent as it is read.

use std::{borrow::Cow, sync::Arc};

use futures_util::{StreamExt as _, stream};

use super::nonce::nonce;
use crate::types::{BYTES, Body, FilePart};

/// Returns the media type and the content of a form with `fields`, encoded, and `files` behind
/// them, or why they cannot be sent. PHP decodes neither names nor values in a form with files.
pub(super) fn with_files(
    fields: &str,
    files: Vec<(Cow<'static, str>, FilePart, Option<&'static str>)>,
) -> Result<(String, Body), String> {
    let fields = form_urlencoded::parse(fields.as_bytes());
    let fields = fields.map(|(name, value)| Part::text(&name, value.into_owned(), None));
    let files = files.into_iter().map(|(name, file, kind)| Part::file(&name, file, kind));
    body(fields.chain(files).collect())
}

/// A part of a form.
pub(crate) struct Part {
    name: String,
    file_name: Option<String>,
    media_type: Option<String>,
    body: Body,
}

impl Part {
    /// A part that is text.
    pub(crate) fn text(name: &str, text: String, media_type: Option<&str>) -> Self {
        let media_type = media_type.map(str::to_owned);
        Self { name: name.to_owned(), file_name: None, media_type, body: Body::from(text) }
    }

    /// A part that is a file: of `media_type`, unless the file says something else.
    pub(crate) fn file(name: &str, file: FilePart, media_type: Option<&str>) -> Self {
        let declared = media_type.unwrap_or(BYTES);
        Self {
            name: name.to_owned(),
            file_name: Some(file.file_name),
            media_type: Some(file.media_type.unwrap_or_else(|| declared.to_owned())),
            body: file.body,
        }
    }

    /// What stands before the content.
    fn head(&self, boundary: &str) -> Result<String, String> {
        let Self { name, file_name, media_type, .. } = self;
        if name.contains(is_framing) {
            return Err(format!("a form with files cannot contain the parameter {name:?}"));
        }
        let mut head = format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"");
        if let Some(file_name) = file_name {
            if file_name.is_empty() || file_name.contains(is_framing) {
                return Err("a file cannot be sent with a name that is empty or holds `\"`, `\\` \
                            or a control character"
                    .to_owned());
            }
            head.push_str(&format!("; filename=\"{file_name}\""));
        }
        if let Some(media_type) = media_type {
            if !is_media_type(media_type) {
                return Err(format!("{media_type:?} is not a media type"));
            }
            head.push_str(&format!("\r\nContent-Type: {media_type}"));
        }
        head.push_str("\r\n\r\n");
        Ok(head)
    }
}

/// The media type and the content of a form, or why its parts cannot be sent.
pub(crate) fn body(parts: Vec<Part>) -> Result<(String, Body), String> {
    let boundary = nonce().map_err(|error| error.to_string())?;
    let mut text = String::new();
    let mut pieces = Vec::new();
    for part in parts {
        text.push_str(&part.head(&boundary)?);
        match part.body.as_bytes().map(|bytes| str::from_utf8(bytes)) {
            Some(Ok(short)) if part.file_name.is_none() => text.push_str(short),
            _ => pieces.extend([Body::from(std::mem::take(&mut text)), part.body]),
        }
        text.push_str("\r\n");
    }
    text.push_str(&format!("--{boundary}--\r\n"));
    pieces.push(text.into());
    Ok((format!("multipart/form-data; boundary={boundary}"), concatenated(pieces)))
}

/// Concatenates the bodies into a stream that can be restarted if all of them can.
fn concatenated(pieces: Vec<Body>) -> Body {
    let length = pieces.iter().map(Body::length).sum();
    let copies: Option<Vec<Body>> = pieces.iter().map(Body::copy).collect();
    match copies {
        Some(copies) => {
            let copies = Arc::new(copies);
            Body::made(length, move || {
                let again: Vec<Body> = copies.iter().filter_map(Body::copy).collect();
                stream::iter(again).flat_map(Body::into_stream)
            })
        }
        None => Body::stream(length, stream::iter(pieces).flat_map(Body::into_stream)),
    }
}

/// What would end a name in the head of a part.
fn is_framing(c: char) -> bool {
    matches!(c, '"' | '\\') || c.is_control()
}

/// Whether it is `type/subtype`, with whatever a head can carry behind a `;`.
pub(crate) fn is_media_type(text: &str) -> bool {
    let is_name = |name: &str| {
        let is_mark = |b| b"!#$%&'*+-.^_`|~".contains(&b);
        !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || is_mark(b))
    };
    let (kind, parameters) = text.split_once(';').unwrap_or((text, ""));
    kind.trim_end().split_once('/').is_some_and(|(kind, sub)| is_name(kind) && is_name(sub))
        && parameters.bytes().all(|b| matches!(b, b' '..=b'~'))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use super::with_files;
    use crate::{
        testing::ready,
        types::{Body, FilePart},
    };

    /// The form that is made of fields and files, with its boundary written `B`.
    fn form(fields: &str, files: Vec<(&'static str, FilePart)>) -> Result<String, String> {
        let files = files.into_iter().map(|(name, file)| (Cow::Borrowed(name), file, None));
        let (kind, body) = with_files(fields, files.collect())?;
        let (kind, boundary) = kind.split_once("boundary=").unwrap();
        assert_eq!(kind, "multipart/form-data; ");
        let length = body.length();
        let text = ready(async {
            let chunks: Result<Vec<_>, _> =
                futures_util::TryStreamExt::try_collect(body.into_stream()).await;
            String::from_utf8(chunks.unwrap().concat()).unwrap()
        });
        assert_eq!(text.len() as u64, length, "it is as long as was announced");
        Ok(text.replace(boundary, "B").replace("\r\n", "|"))
    }

    #[test]
    fn fields_come_before_files_and_all_is_counted() {
        let file = FilePart::new("a é.txt", "content").media_type("text/plain");
        let fields = "nodes%5B%5D=%2Fa&nodes%5B%5D=%2Fb+%26&%C3%A9=1%2B1";
        assert_eq!(
            form(fields, vec![("userfile_0", file), ("userfile_1", Body::empty().into())]).unwrap(),
            "--B|Content-Disposition: form-data; name=\"nodes[]\"||/a|\
             --B|Content-Disposition: form-data; name=\"nodes[]\"||/b &|\
             --B|Content-Disposition: form-data; name=\"é\"||1+1|\
             --B|Content-Disposition: form-data; name=\"userfile_0\"; filename=\"a é.txt\"|\
             Content-Type: text/plain||content|\
             --B|Content-Disposition: form-data; name=\"userfile_1\"; filename=\"file\"|\
             Content-Type: application/octet-stream|||--B--|"
        );
    }

    #[test]
    fn what_would_end_a_name_is_refused() {
        for name in ["a%22", "a%5C", "a%0D%0Ab"] {
            assert!(form(&format!("{name}=1"), vec![("f", "x".into())]).is_err(), "{name}");
        }
        for name in ["", "a\"b", "a\\b", "a\nb"] {
            assert!(form("", vec![("f", FilePart::new(name, "x"))]).is_err(), "{name:?}");
        }
    }

    #[test]
    fn an_invalid_media_type_is_refused() {
        let typed = |media: &str| form("", vec![("f", FilePart::new("n", "x").media_type(media))]);
        for media in ["image/svg+xml", "text/plain; charset=utf-8", "a/b;c=\"d; e\""] {
            assert!(typed(media).unwrap().contains(&format!("Content-Type: {media}|")), "{media}");
        }
        for media in ["", "text", "text/", "/plain", "a/b/c", "a /b", "a/b\r\nX: y", "a/b; c\n"] {
            assert!(typed(media).unwrap_err().ends_with("is not a media type"), "{media:?}");
        }
    }
}
