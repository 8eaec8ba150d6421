//! What becomes of what is said behind an operation with every kind of parameter.

use std::ffi::OsString;

use pydio_runtime::{Method, Operation, Server, Style};

use super::{Input, Said, of_operation};
use crate::{
    Answered, At, Field, Kind, OperationEntry, Param, Simple, Table, Tag,
    send::DynamicOperation,
    testing::{connect, wait},
    tree::{self, Wanted},
};

const fn param(name: &'static str, at: At, kind: Kind) -> Param {
    Param { name, at, kind, required: false, secret: false, not_root: false, doc: "" }
}

const fn entry(id: &'static str, params: &'static [Param]) -> OperationEntry {
    let call = Operation {
        id,
        server: Server::Pydio,
        method: Method::Post,
        path: "/a",
        query: &[],
        retired: None,
        ..Operation::UNSET
    };
    OperationEntry { call, about: "", details: "", answer: Answered::Silence, params }
}

static FIELDS: &[Field] =
    &[Field { name: "name", kind: Some(Simple::Text), required: false, secret: false, doc: "" }];

static TABLE: Table = Table {
    title: "a test",
    plugins: &[],
    actions: &[],
    tags: &[Tag {
        name: "all",
        about: "",
        operations: &[
            entry(
                "styles",
                &[
                    param("items", At::Query, Kind::Items(Style::pipe_delimited())),
                    param("word", At::Cookie, Kind::Word(Style::form())),
                    param("filter", At::Query, Kind::Styled(Style::deep_object(), FIELDS)),
                ],
            ),
            entry(
                "form",
                &[
                    param("caption", At::Part, Kind::Text),
                    param("picture", At::Part, Kind::FileOf("image/png")),
                    param("other", At::Part, Kind::File),
                    param("more", At::Part, Kind::Files),
                    param("field", At::Part, Kind::Fields),
                ],
            ),
            entry(
                "text",
                &[
                    param("body", At::Body, Kind::Text),
                    param("content_type", At::Body, Kind::MediaType(&["text/a", "text/b"])),
                ],
            ),
            entry(
                "fixed",
                &[
                    param("body", At::Body, Kind::Bytes),
                    param("content_type", At::Body, Kind::Constant("image/png")),
                ],
            ),
        ],
    }],
};

/// The headers that every request has, whatever is said.
const ALWAYS: [&str; 3] = ["accept", "authorization", "content-length"];

/// The target, the headers and the body of what is sent.
fn sent(words: &[&str]) -> (String, Vec<String>, String) {
    let arguments: Vec<OsString> =
        ["pydio", "v2", "all"].iter().chain(words).map(OsString::from).collect();
    let matches = tree::command(&TABLE, Wanted::Named(&arguments)).get_matches_from(&arguments);
    let (_, matches) = tree::chosen(&matches).unwrap();
    let (_, matches) = tree::chosen(matches).unwrap();
    let (id, matches) = tree::chosen(matches).unwrap();
    let mut input = Input::default();
    let entry = TABLE.operation("all", id).unwrap();
    let mut said = Said::new(matches, &mut input);
    let (pydio, log) = connect(200, "application/json", "");
    wait(async {
        let request = of_operation(entry, &mut said).await.unwrap();
        pydio.call(DynamicOperation::<()>::of(request)).await.unwrap();
    });
    let request = log.lock().unwrap().pop().unwrap();
    let headers = request.headers().iter().filter(|(name, _)| !ALWAYS.contains(&name.as_str()));
    let headers = headers.map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()));
    let headers = headers.map(|line| match line.split_once("boundary=") {
        Some((before, _)) => format!("{before}boundary=B"),
        None => line,
    });
    let target = request.uri().path_and_query().unwrap().as_str();
    let target = target.strip_prefix('/').unwrap().to_owned();
    (target, headers.collect(), String::from_utf8(request.body().to_vec()).unwrap())
}

#[test]
fn styles() {
    let words = [
        "styles",
        "--items",
        "a|b",
        "--items",
        "c",
        "--word",
        "x y",
        "--name",
        "n",
        "--filter",
        "{\"b\":[1]}",
    ];
    let (target, headers, _) = sent(&words);
    assert_eq!(target, "a?items=a%7Cb|c&filter%5Bb%5D%5B0%5D=1&filter%5Bname%5D=n");
    assert_eq!(headers, ["cookie: word=x%20y"]);
}

#[test]
fn parts() {
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        let path = directory.path().join(name);
        std::fs::write(&path, name).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (a, b, c) = (file("a.png"), file("b.txt"), file("c.txt"));
    let words =
        ["form", "--caption", "x", "--picture", &a, "--more", &b, "--more", &c, "--field", "k=v"];
    let (_, headers, body) = sent(&words);
    assert_eq!(headers, ["content-type: multipart/form-data; boundary=B"]);
    let order = [
        "\"caption\"",
        "\"picture\"; filename=\"a.png\"\r\nContent-Type: image/png",
        "\"more\"; filename=\"b.txt\"\r\nContent-Type: application/octet-stream\r\n\r\nb.txt",
        "\"more\"; filename=\"c.txt\"",
        "\"k\"\r\n\r\nv",
    ];
    let found: Vec<_> = order.iter().map(|one| body.find(one)).collect();
    assert!(found.iter().all(Option::is_some) && found.is_sorted(), "{found:?} in {body}");
}

#[test]
fn bodies() {
    let (_, headers, body) = sent(&["text", "--body", "é"]);
    assert_eq!((&*headers[0], &*body), ("content-type: text/plain", "é"));
    let (_, headers, _) = sent(&["text", "--body", "a", "--content_type", "text/b"]);
    assert_eq!(headers, ["content-type: text/b"]);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("a");
    std::fs::write(&path, "raw").unwrap();
    let (_, headers, body) = sent(&["fixed", "--body", path.to_str().unwrap()]);
    assert_eq!((&*headers[0], &*body), ("content-type: image/png", "raw"));
    let (_, headers, body) = sent(&["fixed"]);
    assert!(headers.is_empty() && body.is_empty());
}
