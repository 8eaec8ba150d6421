//! Compares the targets that the bindings encode with recorded ones that worked.

use std::sync::{Arc, Mutex};

use futures_util::stream;
use pydio_client::{
    Body, ErrorKind, Pydio, RestCall,
    transport::{Exchange, ResponseBody, Transport},
    v1::access_fs,
};
use pydio_tests::recordings::{below, read};

/// A transport that records the target of every request, and returns a useless response.
#[derive(Clone, Default)]
struct Targets(Arc<Mutex<Vec<String>>>);

impl Transport for Targets {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        let target = request.uri().path_and_query().map(ToString::to_string);
        self.0.lock().unwrap().push(target.unwrap_or_default());
        let body = Box::pin(stream::empty()) as ResponseBody;
        Box::pin(async { Ok(http::Response::new(body)) })
    }
}

/// Returns the target of a call, or `None` if it is not sent.
async fn target(call: impl RestCall) -> Option<String> {
    let targets = Targets::default();
    let builder = Pydio::builder("http://pydio.test").transport(targets.clone());
    let result = builder.build().unwrap().workspace("common").call(call).await;
    let sent = targets.0.lock().unwrap().pop();
    let is_unsendable =
        result.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidRequest);
    assert_eq!(is_unsendable, sent.is_none());
    sent
}

pub(crate) async fn paths_are_encoded_as_recorded() {
    let recordings = below("v1/encoding").unwrap();
    let (mut same, mut refused) = (0, Vec::new());
    for recording in recordings {
        let Some((action, encoded)) =
            recording.target.trim_start_matches("/api/common/").split_once('/')
        else {
            continue;
        };
        if encoded.starts_with('?') || !recording.name.contains("/path_") {
            continue;
        }
        let name = decode(encoded);
        let sent = match action {
            "mkfile" => target(access_fs::mkfile(&name)).await,
            "stat" => target(access_fs::stat(&name)).await,
            other => panic!("{other} was not recorded with a path"),
        };
        match sent {
            Some(sent) => assert_eq!(sent, recording.target, "{}", recording.name),
            None => refused.push(name.clone()),
        }
        same += usize::from(!refused.contains(&name));
    }
    let is_sendable = |name: &String| !name.contains(['?', '\n']);
    assert!(!refused.iter().any(is_sendable), "{refused:?}");
    assert!(same > 30, "only {same} targets were compared");
}

pub(crate) async fn listings_are_requested_as_recorded() {
    let full = |path: &str| access_fs::ls(path).options("al");
    for (name, call) in [
        ("v1/errors/get_cors", access_fs::ls("/")),
        ("v1/fs/ls_folder", access_fs::ls("/folder1")),
        ("v1/fs/ls_options_a", access_fs::ls("").options("a")),
        ("v1/fs/ls_options_al", full("/")),
        ("v1/fs/ls_options_al_folder", full("folder1")),
        ("v1/fs/ls_recursive", access_fs::ls("/").recursive(true).options("al")),
        ("v1/ops/ls_inside_zip", full("/a/two.zip")),
        ("v1/pagination/ls_600_page4", full("/five%234")),
        ("v1/pagination/ls_600_page4", full("/five").page(4)),
        ("v1/pagination/ls_page_99", full("/many/").page(99)),
        ("v1/pagination/ls_page_hash_char", full("/many#2")),
    ] {
        let recording = read(name).unwrap();
        assert_eq!(target(call).await.as_deref(), Some(&*recording.target), "{name}");
    }
    let recorded = |name: &str| read(name).unwrap().target;
    let stat = |path: &str| target(access_fs::stat(path));
    assert_eq!(stat("/").await.unwrap(), recorded("v1/fs/stat_root"));
    assert_eq!(stat("/folder1/file2.txt").await.unwrap(), recorded("v1/fs/stat_one"));
    assert_eq!(stat("/absent").await.unwrap(), recorded("v1/fs/stat_missing"));
}

/// `rawurldecode`, as 8.2.5 reads a path. Bytes that are not UTF-8 are replaced.
pub(crate) fn decode(encoded: &str) -> String {
    String::from_utf8_lossy(&bytes(encoded)).into_owned()
}

/// Returns the bytes that encoded text stands for.
pub(crate) fn bytes(encoded: &str) -> Vec<u8> {
    let mut parts = encoded.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let byte = part.get(..2).and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match byte {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend_from_slice(&part.as_bytes()[2..]);
            }
            None => bytes.extend(format!("%{part}").bytes()),
        }
    }
    bytes
}
