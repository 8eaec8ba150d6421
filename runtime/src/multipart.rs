//! A form with files in it, which the HTTP library writes.

use bytes::Bytes;
use futures_util::TryStreamExt as _;
use http::{HeaderValue, header::CONTENT_TYPE};
use reqwest::multipart::{Form, Part};
use url::form_urlencoded;

use crate::{Body, BoxError, FilePart, request::Files, spell::Prepared};

/// Makes the body of a call the form `fields` with `files` behind its fields, or says why they
/// cannot be sent.
pub(crate) async fn attach(
    prepared: &mut Prepared,
    fields: &str,
    files: Files,
) -> Result<(), String> {
    // How much of the form is no file: the library counts only what goes over its own client.
    let mut frame = form(fields)?;
    let mut length = 0;
    for (name, file) in &files {
        length += file.body.length();
        frame = frame.part(*name, part(file, Body::empty())?);
    }
    length += count(frame).await?;
    let mut whole = form(fields)?;
    for (name, mut file) in files {
        let body = std::mem::replace(&mut file.body, Body::empty());
        whole = whole.part(name, part(&file, body)?);
    }
    let kind = format!("multipart/form-data; boundary={}", whole.boundary());
    let kind = HeaderValue::try_from(kind).map_err(|error| error.to_string())?;
    prepared.headers.retain(|(name, _)| name != CONTENT_TYPE);
    prepared.headers.push((CONTENT_TYPE, kind));
    prepared.body = Body::stream(length, whole.into_stream().map_err(anonymous));
    Ok(())
}

/// The fields of a form that was spelt in a query's way. PHP decodes neither their names nor their
/// values in a form with files.
fn form(fields: &str) -> Result<Form, String> {
    let mut form = Form::new().percent_encode_noop();
    for (name, value) in form_urlencoded::parse(fields.as_bytes()) {
        if name.contains(is_framing) {
            return Err(format!("a form with files cannot hold the parameter {name:?}"));
        }
        form = form.text(name.into_owned(), value.into_owned());
    }
    Ok(form)
}

fn part(file: &FilePart, body: Body) -> Result<Part, String> {
    let FilePart { file_name, media_type, .. } = file;
    if file_name.is_empty() || file_name.contains(is_framing) {
        return Err("a file cannot be sent with a name that is empty or holds `\"`, `\\` or a \
                    control character"
            .to_owned());
    }
    let part = Part::stream(reqwest::Body::wrap_stream(body.into_stream()));
    let part = part.file_name(file_name.clone()).mime_str(media_type);
    part.map_err(|_| format!("{media_type:?} is no media type"))
}

/// What would end a name in the head of a part.
fn is_framing(c: char) -> bool {
    matches!(c, '"' | '\\') || c.is_control()
}

async fn count(form: Form) -> Result<u64, String> {
    let chunks: Vec<Bytes> =
        form.into_stream().try_collect().await.map_err(|error| error.to_string())?;
    Ok(chunks.iter().map(|chunk| chunk.len() as u64).sum())
}

/// The reason without the library's wrapping.
fn anonymous(error: reqwest::Error) -> BoxError {
    error.without_url().into()
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
        ready(attach(&mut prepared, fields, files))?;
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
}
