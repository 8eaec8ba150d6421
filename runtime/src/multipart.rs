//! A form with files in it, which is sent as it is read.

use futures_util::{StreamExt as _, stream};
use http::{HeaderValue, header::CONTENT_TYPE};
use url::form_urlencoded;

use crate::{Body, FilePart, credentials::nonce, request::Files, spell::Prepared};

/// Makes the body of a call the form `fields` with `files` behind its fields, or says why they
/// cannot be sent.
pub(crate) fn attach(prepared: &mut Prepared, fields: &str, files: Files) -> Result<(), String> {
    let boundary = nonce().map_err(|error| error.to_string())?;
    let kind = format!("multipart/form-data; boundary={boundary}");
    let kind = HeaderValue::try_from(kind).map_err(|error| error.to_string())?;
    let mut text = text_parts(&boundary, fields)?;
    let mut pieces = Vec::new();
    for (name, file) in files {
        text.push_str(&head_of(&boundary, name, &file)?);
        pieces.extend([Body::from(std::mem::take(&mut text)), file.body]);
        text.push_str("\r\n");
    }
    text.push_str(&format!("--{boundary}--\r\n"));
    pieces.push(text.into());
    let length = pieces.iter().map(Body::length).sum();
    prepared.headers.retain(|(name, _)| name != CONTENT_TYPE);
    prepared.headers.push((CONTENT_TYPE, kind));
    prepared.body = Body::stream(length, stream::iter(pieces).flat_map(Body::into_stream));
    Ok(())
}

/// The fields of a form that was spelt in a query's way. PHP decodes neither their names nor their
/// values in a form with files.
fn text_parts(boundary: &str, fields: &str) -> Result<String, String> {
    let mut text = String::new();
    for (name, value) in form_urlencoded::parse(fields.as_bytes()) {
        if name.contains(is_framing) {
            return Err(format!("a form with files cannot hold the parameter {name:?}"));
        }
        text.push_str(&opening(boundary, &name));
        text.push_str(&format!("\r\n\r\n{value}\r\n"));
    }
    Ok(text)
}

/// What stands before the content of a file.
fn head_of(boundary: &str, name: &str, file: &FilePart) -> Result<String, String> {
    let FilePart { file_name, media_type, .. } = file;
    if file_name.is_empty() || file_name.contains(is_framing) {
        return Err("a file cannot be sent with a name that is empty or holds `\"`, `\\` or a \
                    control character"
            .to_owned());
    }
    if !is_media_type(media_type) {
        return Err(format!("{media_type:?} is no media type"));
    }
    let opening = opening(boundary, name);
    Ok(format!("{opening}; filename=\"{file_name}\"\r\nContent-Type: {media_type}\r\n\r\n"))
}

fn opening(boundary: &str, name: &str) -> String {
    format!("--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"")
}

/// What would end a name in the head of a part.
fn is_framing(c: char) -> bool {
    matches!(c, '"' | '\\') || c.is_control()
}

/// Whether it is `type/subtype`, with whatever a head can carry behind a `;`.
fn is_media_type(text: &str) -> bool {
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
    use http::Method;

    use super::attach;
    use crate::{Body, FilePart, request::Files, spell::Prepared, testing::ready};

    /// The form that is made of fields and files, with its boundary written `B`.
    fn form(fields: &str, files: Files) -> Result<String, String> {
        let (headers, body) = (Vec::new(), Body::empty());
        let target = String::new();
        let method = Method::POST;
        let mut prepared = Prepared { method, target, headers, body, files: None, span: None };
        attach(&mut prepared, fields, files)?;
        let kind = prepared.headers[0].1.to_str().unwrap();
        let (kind, boundary) = kind.split_once("boundary=").unwrap();
        assert_eq!(kind, "multipart/form-data; ");
        let length = prepared.body.length();
        let text = ready(async {
            let chunks: Result<Vec<_>, _> =
                futures_util::TryStreamExt::try_collect(prepared.body.into_stream()).await;
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
    fn what_is_no_media_type_is_refused() {
        let typed = |media: &str| form("", vec![("f", FilePart::new("n", "x").media_type(media))]);
        for media in ["image/svg+xml", "text/plain; charset=utf-8", "a/b;c=\"d; e\""] {
            assert!(typed(media).unwrap().contains(&format!("Content-Type: {media}|")), "{media}");
        }
        for media in ["", "text", "text/", "/plain", "a/b/c", "a /b", "a/b\r\nX: y", "a/b; c\n"] {
            assert!(typed(media).unwrap_err().ends_with("is no media type"), "{media:?}");
        }
    }
}
