//! How the arguments of an operation with every kind of parameter are sent.

use std::ffi::OsString;

use pydio_runtime::{Bindings, Endpoint, Method, Param, ResponseKind, Style};

use super::{Input, Said, of};
use crate::{
    Entry, Field, Group, ParamDoc, Simple, Table,
    program::Program,
    send::Dynamic,
    table::Api,
    testing::{connect, wait},
    tree::{self, Wanted},
};

static BINDINGS: Bindings = Bindings::pydio("8.2.5");

const fn entry(id: &'static str, params: &'static [Param], docs: &'static [ParamDoc]) -> Entry {
    let endpoint = Endpoint::operation(&BINDINGS, Method::Post, id, "/a");
    let endpoint = endpoint.params(params).returns(ResponseKind::Nothing);
    Entry::new(id, endpoint, "", "", docs)
}

static FIELDS: &[Field] = &[Field::new("name", Some(Simple::Text), "")];

static TABLE: Table = Table::new(
    "a test",
    &[Group::tag("all", "", &[0, 1, 2, 3])],
    &[
        entry(
            "styles",
            &[
                Param::query("items").texts().style(Style::pipe_delimited()),
                Param::cookie("word").style(Style::form()),
                Param::query("filter").json().style(Style::deep_object()),
            ],
            &[ParamDoc::new(""), ParamDoc::new(""), ParamDoc::new("").fields(FIELDS)],
        ),
        entry(
            "form",
            &[
                Param::part("caption"),
                Param::part("picture").file().content_type("image/png"),
                Param::part("other").file(),
                Param::part("more").files(),
                Param::part("field").fields(),
            ],
            &[],
        ),
        entry(
            "text",
            &[Param::body("body"), Param::body("content_type").media_type(&["text/a", "text/b"])],
            &[],
        ),
        entry("fixed", &[Param::body("body").bytes().content_type("image/png")], &[]),
    ],
);

/// The headers that every request has, whatever the arguments.
const ALWAYS: [&str; 3] = ["accept", "authorization", "content-length"];

/// Returns the target, the headers and the body of the request.
fn sent(words: &[&str]) -> (String, Vec<String>, String) {
    let arguments: Vec<OsString> =
        ["pydio", "v2", "all"].iter().chain(words).map(OsString::from).collect();
    let matches = tree::command(Program { table: &TABLE, tasks: None }, Wanted::Named(&arguments))
        .get_matches_from(&arguments);
    let (_, matches) = tree::chosen(&matches).unwrap();
    let (_, matches) = tree::chosen(matches).unwrap();
    let (id, matches) = tree::chosen(matches).unwrap();
    let mut input = Input::default();
    let entry = TABLE.find(Api::V2, "all", id).unwrap();
    let mut said = Said::new(matches, &mut input);
    let (pydio, log) = connect(200, "application/json", "");
    wait(async {
        let request = of(entry, &mut said).await.unwrap();
        pydio.call(Dynamic::<()>::of(request)).await.unwrap();
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
