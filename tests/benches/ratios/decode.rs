//! Compares decoding responses with a bare pass over their bytes.

use std::{collections::BTreeMap, hint::black_box};

use bytes::Bytes;
use futures_util::stream;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use pydio_client::{
    Body, Json, Pydio, json,
    transport::{Exchange, ResponseBody, Transport},
    v1::access_fs,
    v2::models,
};
use quick_xml::events::Event;
use serde::Deserialize;

use crate::pairs::ratio;

/// A transport that always returns one response, in chunks as large as those of a socket.
pub(crate) struct Canned(pub(crate) Bytes);

impl Transport for Canned {
    fn send(&self, _: http::Request<Body>) -> Exchange<'_> {
        let body = self.0.clone();
        let chunks = (0..body.len()).step_by(CHUNK);
        let chunks: Vec<_> =
            chunks.map(|at| Ok(body.slice(at..body.len().min(at + CHUNK)))).collect();
        let response = http::Response::builder()
            .header(CONTENT_TYPE, "text/xml; charset=UTF-8")
            .header(CONTENT_LENGTH, body.len())
            .body(Box::pin(stream::iter(chunks)) as ResponseBody);
        Box::pin(async { Ok(response?) })
    }
}

const CHUNK: usize = 16 * 1024;

pub(crate) fn listings() {
    for count in [1_000, 100_000] {
        let xml = Bytes::from(listing(count));
        let builder = Pydio::builder("http://bench.test").login("alice", "secret");
        let pydio =
            builder.max_response_size(1 << 30).transport(Canned(xml.clone())).build().unwrap();
        let files = pydio.workspace("my-files");
        let decode = || {
            let call = files.call(access_fs::ls("/up").options("al"));
            let listing = futures_util::FutureExt::now_or_never(call).unwrap().unwrap();
            assert_eq!(black_box(listing).nodes.len(), count);
        };
        ratio(&format!("listing of {count} nodes: decoding / all XML events"), decode, || {
            events(&xml, false);
        });
        let stream = || {
            let mut nodes = files.nodes(access_fs::ls("/up").options("al"));
            let mut left = count;
            let drain = async {
                while let Some(node) = nodes.next().await.unwrap() {
                    drop(black_box(node));
                    left -= 1;
                }
            };
            futures_util::FutureExt::now_or_never(drain).unwrap();
            assert_eq!(left, 0);
        };
        ratio(
            &format!("listing of {count} nodes: one by one / … and attributes"),
            stream,
            || {
                events(&xml, true);
            },
        );
        ratio(&format!("listing of {count} nodes: decoding / … and attributes"), decode, || {
            events(&xml, true);
        });
    }
}

/// Reads all events, and their attributes if `attributes` is set.
fn events(xml: &[u8], attributes: bool) {
    let mut reader = quick_xml::Reader::from_reader(xml);
    loop {
        match reader.read_event().unwrap() {
            Event::Eof => return,
            Event::Start(tag) | Event::Empty(tag) if attributes => {
                for attribute in tag.attributes() {
                    black_box(attribute.unwrap());
                }
            }
            event => drop(black_box(event)),
        }
    }
}

/// Returns a folder listing with all attributes.
fn listing(count: usize) -> String {
    let mut xml = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree is_file=\"false\" filename=\"/up\" \
         ajxp_mime=\"ajxp_folder\" text=\"up\"><pagination count=\"{count}\" total=\"1\" \
         current=\"1\"/>"
    );
    for index in 0..count {
        xml.push_str(&format!(
            "<tree is_file=\"true\" text=\"file {index} &amp; more.bin\" \
             filename=\"/up/file {index} &amp; more.bin\" mimestring_id=\"23\" \
             icon=\"mime_empty.png\" fonticon=\"file\" file_group=\"1\" file_owner=\"1\" \
             ajxp_readonly=\"false\" file_perms=\"0666\" ajxp_modiftime=\"1795425481\" \
             bytesize=\"{index}000\" ajxp_has_comments_feed=\"true\" \
             ajxp_relativetime=\"today at 09:18\" ajxp_description=\"Modified today at 09:18\" \
             filesize=\"{index} KB\" mimestring=\"File\" ajxp_im_time=\"1795425482\"/>"
        ));
    }
    xml + "</tree>"
}

/// The same response as decoded by serde's derive, keeping unknown fields.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only made")]
struct List {
    children: Option<BTreeMap<String, Node>>,
    #[serde(flatten)]
    other: serde_json::Map<String, Json>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only made")]
struct Node {
    ajxp_description: Option<String>,
    ajxp_modiftime: Option<i64>,
    ajxp_relativetime: Option<String>,
    bytesize: Option<i64>,
    label: Option<String>,
    md5: Option<String>,
    path: Option<String>,
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(flatten)]
    other: serde_json::Map<String, Json>,
}

pub(crate) fn models() {
    let nodes = (0..1_000).map(|index| {
        let path = format!("/d1/file {index}.txt");
        let node = serde_json::json!({
            "bytesize": index, "ajxp_modiftime": 1_795_424_578, "path": path, "type": "leaf",
            "md5": "d41d8cd98f00b204e9800998ecf8427e", "label": format!("file {index}.txt"),
            "ajxp_relativetime": "today at 09:02", "ajxp_description": "Modified today at 09:02",
        });
        (path, node)
    });
    let nodes: serde_json::Map<_, _> = nodes.collect();
    let bytes = serde_json::to_vec(&serde_json::json!({ "children": nodes })).unwrap();
    let ours = || {
        drop(black_box(json::from_slice::<models::NodeList>(&bytes).unwrap()));
    };
    let derived = || drop(black_box(serde_json::from_slice::<List>(&bytes).unwrap()));
    let value = || drop(black_box(serde_json::from_slice::<Json>(&bytes).unwrap()));
    ratio("JSON of 1000 nodes: emitted models / derived ones", ours, derived);
    ratio("JSON of 1000 nodes: emitted models / a document", ours, value);
}
