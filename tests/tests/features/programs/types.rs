//! Without a client: requests that another client sends, and responses that are in memory.

use bindings::{Call as _, ErrorKind, OperationCall as _, RestCall as _, v1, v2};

const SERVER: &str = "https://files.example.org/pydio";

fn response(media_type: &str, body: &'static str) -> http::Response<&'static str> {
    http::Response::builder().header("content-type", media_type).body(body).unwrap()
}

fn main() {
    let ls = v1::access_fs::ls("/été").options("al");
    let request = ls.clone().into_http(SERVER, "my-files").unwrap();
    assert_eq!(request.method(), "GET");
    assert_eq!(
        request.uri(),
        "https://files.example.org/pydio/api/my-files/ls/%C3%A9t%C3%A9?options=al"
    );
    assert_eq!(request.headers()["accept"], "text/xml");
    let listing = r#"<?xml version="1.0" encoding="UTF-8"?><tree filename="/été" text="été">
        <tree filename="/été/a.txt" text="a.txt" bytesize="5" is_file="true"/></tree>"#;
    let listing = ls.decode(response("text/xml; charset=UTF-8", listing)).unwrap();
    let nodes: Vec<_> =
        listing.nodes.iter().map(|node| (node.path().to_string(), node.size())).collect();
    assert_eq!(nodes, [("/été/a.txt".to_owned(), Some(5))]);

    let mkdir = v1::access_fs::mkdir("/new").into_http(SERVER, "my-files").unwrap();
    assert_eq!((mkdir.method().as_str(), mkdir.body().length()), ("POST", 0));
    let upload = v1::access_fs::upload("/new", "a.txt", bindings::FilePart::new("a.txt", "hello"));
    let upload = upload.into_http(SERVER, "my-files").unwrap();
    let length = upload.headers()["content-length"].to_str().unwrap();
    assert_eq!(length, upload.body().length().to_string());

    let refused = r#"<?xml version="1.0" encoding="UTF-8"?><tree>
        <message type="ERROR">no such folder</message></tree>"#;
    let error = v1::access_fs::ls("/x").decode(response("text/xml", refused)).unwrap_err();
    assert_eq!((error.kind(), error.message()), (ErrorKind::Server, "no such folder"));

    let changes = v2::workspace::changes("my-files", 0, 0);
    let request = changes.clone().into_http(SERVER).unwrap();
    assert_eq!(request.headers()["accept"], "application/json");
    assert!(request.uri().path().starts_with("/pydio/api/v2/"), "{}", request.uri());
    let json = r#"{"changes": [{"seq": "7", "node_id": "2", "type": "create"}], "last_seq": "7"}"#;
    let changes = changes.decode(response("application/json", json)).unwrap();
    assert_eq!((changes.last_seq, changes.changes[0].node_id), (7, 2));
    assert_eq!(changes.changes[0].kind, "create");
    println!("types");
}
