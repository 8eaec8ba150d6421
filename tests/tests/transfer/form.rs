//! A form with a file after its fields, read while it arrives.

use std::collections::BTreeMap;

use http_body_util::BodyExt as _;
use hyper::body::Incoming;

use crate::store::{Content, is_pattern};

/// The result of reading a request's body.
#[derive(Debug, Default)]
pub(crate) struct Form {
    pub(crate) fields: BTreeMap<String, String>,
    /// The name of the file's field, and the file.
    pub(crate) file: Option<(String, Content)>,
}

/// A body that could not be read.
pub(crate) struct Broken;

/// The bytes of a request, up to the point where the connection breaks.
pub(crate) struct Reader {
    body: Incoming,
    breaks_after: Option<usize>,
    seen: usize,
}

impl Reader {
    pub(crate) fn new(body: Incoming, breaks_after: Option<usize>) -> Self {
        Self { body, breaks_after, seen: 0 }
    }

    async fn next(&mut self) -> Result<Option<bytes::Bytes>, Broken> {
        let frame = match self.body.frame().await {
            None => return Ok(None),
            Some(frame) => frame.map_err(|_| Broken)?,
        };
        let data = frame.into_data().unwrap_or_default();
        self.seen += data.len();
        match self.breaks_after {
            Some(limit) if self.seen > limit => Err(Broken),
            _ => Ok(Some(data)),
        }
    }

    /// Returns the whole body, or the number of its bytes if they match the pattern.
    pub(crate) async fn raw(mut self, offset: u64, is_kept: bool) -> Result<Content, Broken> {
        let mut file = Taker::new(offset, is_kept);
        while let Some(chunk) = self.next().await? {
            file.take(&chunk);
        }
        Ok(file.content())
    }

    /// Parses the fields of an encoded body.
    pub(crate) async fn fields(mut self) -> Result<BTreeMap<String, String>, Broken> {
        let mut body = Vec::new();
        while let Some(chunk) = self.next().await? {
            body.extend_from_slice(&chunk);
        }
        Ok(url::form_urlencoded::parse(&body).into_owned().collect())
    }

    /// Parses a form whose file is its last part.
    pub(crate) async fn form(
        mut self,
        boundary: &str,
        offset: u64,
        is_kept: bool,
    ) -> Result<Form, Broken> {
        let end = format!("\r\n--{boundary}--\r\n").into_bytes();
        let mut form = Form::default();
        let mut buffer = Vec::new();
        // Until the file begins, or the form ends without one.
        let name = loop {
            if let Some(name) = form.take_fields(&mut buffer, boundary) {
                break name;
            }
            match self.next().await? {
                Some(chunk) => buffer.extend_from_slice(&chunk),
                None => return Ok(form),
            }
        };
        let mut file = Taker::new(offset, is_kept);
        loop {
            let ready = buffer.len().saturating_sub(end.len());
            file.take(&buffer[..ready]);
            buffer.drain(..ready);
            match self.next().await? {
                Some(chunk) => buffer.extend_from_slice(&chunk),
                None => break,
            }
        }
        assert_eq!(buffer, end, "the form does not end as it should");
        form.file = Some((name, file.content()));
        Ok(form)
    }
}

impl Form {
    /// Removes complete fields from the front, up to the header of a file, whose field name it
    /// returns.
    fn take_fields(&mut self, buffer: &mut Vec<u8>, boundary: &str) -> Option<String> {
        loop {
            let head_end = find(buffer, b"\r\n\r\n")?;
            let head = String::from_utf8(buffer[..head_end].to_vec()).unwrap();
            assert!(head.starts_with(&format!("--{boundary}\r\n")), "{head:?}");
            let name = between(&head, "name=\"", "\"");
            if head.contains("; filename=\"") {
                buffer.drain(..head_end + 4);
                return Some(name);
            }
            let end = head_end + 4 + find(&buffer[head_end + 4..], b"\r\n--")?;
            let value = String::from_utf8(buffer[head_end + 4..end].to_vec()).unwrap();
            self.fields.insert(name, value);
            buffer.drain(..end + 2);
        }
    }
}

/// A file that is being received.
struct Taker {
    offset: u64,
    length: u64,
    kept: Option<Vec<u8>>,
}

impl Taker {
    fn new(offset: u64, is_kept: bool) -> Self {
        Self { offset, length: 0, kept: is_kept.then(Vec::new) }
    }

    fn take(&mut self, bytes: &[u8]) {
        match &mut self.kept {
            Some(kept) => kept.extend_from_slice(bytes),
            None => assert!(is_pattern(self.offset + self.length, bytes), "another file came"),
        }
        self.length += bytes.len() as u64;
    }

    fn content(self) -> Content {
        self.kept.map_or(Content::Pattern(self.length), |kept| Content::Bytes(kept.into()))
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn between(text: &str, before: &str, after: &str) -> String {
    let (_, rest) = text.split_once(before).unwrap();
    rest.split_once(after).unwrap().0.to_owned()
}
