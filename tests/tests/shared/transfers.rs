//! Repeats recorded transfers, and checks how the client reads the responses.

use std::{collections::BTreeMap, sync::Mutex};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use pydio_client::{
    Body, Error, ErrorKind, Pydio, Workspace,
    response::Envelope,
    transport::{Exchange, ResponseBody, Transport},
    v1::access_fs,
};
use pydio_tests::recordings::{Recorded, Recording, below};

/// A transport that returns one response, and records the request.
struct Canned {
    answer: Recorded,
    asked: std::sync::Arc<Mutex<Option<http::Request<Vec<u8>>>>>,
}

impl Transport for Canned {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let chunks: Vec<_> = Box::pin(body.into_stream()).collect().await;
            let body: Vec<u8> =
                chunks.into_iter().flat_map(|chunk| chunk.unwrap().to_vec()).collect();
            *self.asked.lock().unwrap() = Some(http::Request::from_parts(head, body));
            let mut response = http::Response::builder().status(self.answer.status);
            for (name, value) in &self.answer.headers {
                // The recording contains the dechunked body.
                if !name.eq_ignore_ascii_case("transfer-encoding") {
                    response = response.header(name, value.as_bytes());
                }
            }
            let body = Bytes::from(self.answer.body.clone());
            Ok(response.body(Box::pin(stream::iter([Ok(body)])) as ResponseBody)?)
        })
    }
}

type Asked = std::sync::Arc<Mutex<Option<http::Request<Vec<u8>>>>>;

fn connect(recording: &Recording) -> (Workspace, Asked) {
    let asked = Asked::default();
    let transport = Canned { answer: recording.response.clone(), asked: asked.clone() };
    let pydio = Pydio::builder("http://pydio.test").transport(transport).build().unwrap();
    (pydio.workspace("common"), asked)
}

/// The fields and the file of a form.
#[derive(Debug, Default, PartialEq)]
struct Form {
    fields: BTreeMap<String, String>,
    file: Vec<u8>,
}

impl Form {
    fn parse(kind: &str, body: &[u8]) -> Self {
        let (_, boundary) = kind.split_once("boundary=").unwrap();
        let mut form = Self::default();
        let delimiter = format!("--{boundary}\r\n").into_bytes();
        let end = format!("\r\n--{boundary}--\r\n").into_bytes();
        let body = body.strip_suffix(&end[..]).unwrap();
        let mut rest = body.strip_prefix(&delimiter[..]).unwrap();
        loop {
            let head = find(rest, b"\r\n\r\n").unwrap();
            let (head, value) = (std::str::from_utf8(&rest[..head]).unwrap(), &rest[head + 4..]);
            let next = find(value, &[b"\r\n", &delimiter[..]].concat());
            let content = &value[..next.unwrap_or(value.len())];
            let (_, name) = head.split_once("name=\"").unwrap();
            let name = name.split('"').next().unwrap().to_owned();
            match head.contains("filename=\"") {
                true => form.file = content.to_vec(),
                false => {
                    let content = String::from_utf8(content.to_vec()).unwrap();
                    form.fields.insert(name, content);
                }
            }
            match next {
                Some(next) => rest = &value[next + 2 + delimiter.len()..],
                None => return form,
            }
        }
    }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// Repeats a recorded upload, if the bindings support it.
async fn upload_again(recording: &Recording) -> Option<Result<(), String>> {
    let kind = recording.headers.iter().find(|(name, _)| name == "Content-Type");
    let (_, kind) = kind.filter(|(_, kind)| kind.starts_with("multipart/"))?;
    // Only the length of bodies that were too large is known.
    let body = Some(&recording.body).filter(|body| body.ends_with(b"--\r\n"))?;
    let recorded = Form::parse(kind, body);
    let name = recorded.fields.get("urlencoded_filename").filter(|_| !recorded.file.is_empty())?;
    let folder = recording.target.strip_prefix("/api/common/upload/put")?;
    let folder = folder.split('?').next().unwrap_or_default();
    let name = percent_encoding::percent_decode_str(name).decode_utf8().unwrap();
    let mut call = access_fs::upload(folder, name, recorded.file.clone());
    for (name, value) in &recorded.fields {
        call = match &**name {
            "auto_rename" => call.auto_rename(true),
            "appendto_urlencoded_part" => call.append_to(value),
            "partial_upload" => call.partial_upload(true),
            "partial_target_bytesize" => call.partial_target_bytesize(value.parse().unwrap()),
            _ => call,
        };
    }
    let (files, asked) = connect(recording);
    let answer = files.call(call).await;
    let asked = asked.lock().unwrap().take().unwrap();
    let kind = asked.headers()["content-type"].to_str().unwrap();
    let length = asked.headers()["content-length"].to_str().unwrap();
    assert_eq!(length, asked.body().len().to_string());
    let mut sent = Form::parse(kind, asked.body());
    for (name, value) in &mut sent.fields {
        // Each recorded upload has only one of the first two, and any value of the third enables
        // it.
        if matches!(&**name, "force_post" | "xhr_uploader" | "auto_rename") {
            value.clear();
        }
    }
    let mut expected = recorded;
    for name in ["force_post", "xhr_uploader"] {
        expected.fields.insert(name.to_owned(), String::new());
    }
    expected.fields.entry("auto_rename".to_owned()).and_modify(String::clear);
    if sent.fields != expected.fields || sent.file != expected.file {
        return Some(Err(format!("{:?} for {:?}", sent.fields, expected.fields)));
    }
    Some(outcome(recording, answer))
}

/// Checks the result against the recorded response.
fn outcome(recording: &Recording, answer: Result<Envelope, Error>) -> Result<(), String> {
    let text = String::from_utf8_lossy(&recording.response.body);
    let is_error = !text.starts_with("<?xml") || text.contains("\"ERROR\"");
    let has_node = text.contains("<nodes_diff>");
    match answer {
        Ok(answer) if is_error => Err(format!("{answer:?} for {text}")),
        Ok(answer) => {
            let nodes = answer.diff.added.len() + answer.diff.updated.len();
            (nodes == usize::from(has_node)).then_some(()).ok_or(format!("{nodes} nodes"))
        }
        Err(error)
            if matches!(error.kind(), ErrorKind::Server | ErrorKind::Forbidden) && is_error =>
        {
            Ok(())
        }
        Err(error) => Err(error.to_string()),
    }
}

pub(crate) async fn recorded_uploads_are_reproduced() {
    let mut recordings = Vec::new();
    for folder in ["v1/transfer", "v1/fs", "v1/status", "v1/keystore"] {
        recordings.extend(below(folder).unwrap());
    }
    let mut count = 0;
    for recording in recordings.iter().filter(|recording| recording.target.contains("/upload/")) {
        if let Some(made) = upload_again(recording).await {
            made.unwrap_or_else(|problem| panic!("{}: {problem}", recording.name));
            count += 1;
        }
    }
    assert!(count >= 12, "{count}");
}

pub(crate) async fn recorded_downloads_start_at_the_requested_offset() {
    let recordings = below("v1/download").unwrap();
    let named = |name: &str| {
        let name = format!("v1/download/{name}");
        recordings.iter().find(|recording| recording.name == name).unwrap()
    };
    let whole = &named("file").response.body;
    for (name, start, end) in [
        ("file", 0, 20_000),
        ("file", 19_000, 20_000),
        ("file", 100, 200),
        ("range_open", 19_000, 20_000),
        ("range_open", 19_500, 19_501),
        ("range_bad", 0, 20_000),
        ("range_one_byte", 0, 1),
        ("range_one_byte", 5, 10),
        ("range_beyond", 30_000, 30_010),
        // Requested with an end, which the bindings never send.
        ("range_first100", 0, 99),
        ("range_mid", 100, 199),
    ] {
        let (files, asked) = connect(named(name));
        let download = files.download(access_fs::download("/up/appended.bin"));
        let part = download.open(start..end).await.unwrap();
        let total = if whole.is_empty() { None } else { Some(20_000) };
        assert_eq!((part.offset(), part.total()), (start, total), "{name}");
        let bytes = part.bytes(100_000).await.unwrap();
        let expected = whole.get(start as usize..end as usize).unwrap_or_default();
        assert!(bytes == expected, "{name}: {} bytes", bytes.len());
        let asked = asked.lock().unwrap().take().unwrap();
        let range = asked.headers().get("range").map(|range| range.to_str().unwrap().to_owned());
        assert_eq!(range, (start > 0).then(|| format!("bytes={start}-")));
    }
    for name in ["range_first100", "range_mid", "range_last_inclusive"] {
        let (files, _) = connect(named(name));
        let download = files.download(access_fs::download("/up/appended.bin"));
        let part = download.open(19_990..).await;
        let whole = match part {
            Ok(part) => part.bytes(100_000).await.map(drop),
            Err(error) => Err(error),
        };
        assert!(whole.is_err(), "{name} ends before the file does");
    }
}
