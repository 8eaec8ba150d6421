use std::fmt::Debug;

use serde_core::{Serialize, de::DeserializeOwned};
use serde_json::{Value as Json, from_str, json, to_string, to_value};

use super::{Listing, Nothing, OneOrMany, Text};
use crate::{
    NodePath, Timestamp,
    json::{Lenient, Map, Quoted, Secret},
    response::{
        Attributes, Element, Envelope, Message, Node, NodesDiff, Pagination, Reload, Severity,
    },
};

/// Asserts that a value is saved like this, and is the same when it is read again.
#[track_caller]
fn assert_saved<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T, saved: Json) {
    let text = to_string(value).unwrap();
    assert_eq!(from_str::<Json>(&text).unwrap(), saved, "{text}");
    assert_eq!(&from_str::<T>(&text).unwrap(), value);
    assert_eq!(&serde_json::from_value::<T>(to_value(value).unwrap()).unwrap(), value);
}

fn node(path: &str) -> Node {
    Node::new([("filename", path)])
}

#[test]
fn a_listing_is_saved_with_all_its_parts() {
    let mut folder = node("/docs");
    folder.children.push(node("/docs/sub"));
    folder.pagination = Some(Pagination::new(700, 4, 1));
    let mut element = Element::new("plugin");
    element.attributes = Attributes::from_iter([("id", "x")]);
    element.text = "text".to_owned();
    element.children.push(Element::new("child"));
    folder.elements.push(element);
    let mut listing = Listing::new(node("/"), [folder]);
    listing.pagination = Some(Pagination::new(1, 1, 1));
    listing.messages.push(Message::new(Severity::Success, "done"));
    listing.elements.push(Element::new("extra"));
    let saved = json!({
        "folder": { "attributes": { "filename": "/" } },
        "nodes": [{
            "attributes": { "filename": "/docs" },
            "pagination": { "count": 700, "total": 4, "current": 1 },
            "children": [{ "attributes": { "filename": "/docs/sub" } }],
            "elements": [{
                "name": "plugin",
                "attributes": { "id": "x" },
                "text": "text",
                "children": [{ "name": "child" }],
            }],
        }],
        "pagination": { "count": 1, "total": 1, "current": 1 },
        "messages": [{ "severity": "SUCCESS", "text": "done" }],
        "elements": [{ "name": "extra" }],
    });
    assert_saved(&listing, saved);
    let empty = json!({ "folder": { "attributes": {} }, "nodes": [] });
    assert_saved(&Listing::default(), empty);
}

#[test]
fn an_envelope_is_saved_without_what_is_empty() {
    assert_saved(&Envelope::default(), json!({ "root": { "attributes": {} } }));
    let mut reload = Reload::new("data");
    reload.node = Some(NodePath::from("/docs"));
    let mut envelope = Envelope::default();
    envelope.messages.push(Message::new(Severity::Other("NOTICE".to_owned()), "m"));
    envelope.diff.updated.push(node("/b"));
    envelope.reloads = vec![reload, Reload::new("repository_list")];
    envelope.background = true;
    let saved = json!({
        "root": { "attributes": {} },
        "messages": [{ "severity": "NOTICE", "text": "m" }],
        "diff": { "updated": [{ "attributes": { "filename": "/b" } }] },
        "reloads": [{ "object": "data", "node": "/docs" }, { "object": "repository_list" }],
        "background": true,
    });
    assert_saved(&envelope, saved);
    assert_saved(&NodesDiff::default(), json!({}));
}

#[test]
fn attributes_keep_their_order_in_a_text() {
    let attributes = Attributes::from_iter([("z", "1"), ("a", "\"2\"")]);
    let text = to_string(&attributes).unwrap();
    assert_eq!(text, r#"{"z":"1","a":"\"2\""}"#);
    assert_eq!(from_str::<Attributes>(&text).unwrap(), attributes);
}

#[test]
fn small_values_are_saved_as_servers_write_them() {
    assert_saved(&NodePath::from("/a"), json!("/a"));
    assert_saved(&Timestamp::from_secs(-5).unwrap(), json!(-5));
    assert_saved(&Severity::Error, json!("ERROR"));
    assert_saved(&Text("x".to_owned()), json!("x"));
    assert_saved(&Nothing, json!(null));
    assert_saved(&Quoted(5_i64), json!("5"));
    assert_saved(&Lenient(vec![1_i64]), json!([1]));
    assert_saved(&OneOrMany::<Map<i64>>::Missing, json!({}));
    assert_saved(&OneOrMany::One(Map::from([("size".to_owned(), 3_i64)])), json!({ "size": 3 }));
    let many = Map::from([("/a".to_owned(), Some(Map::from([("size".to_owned(), 3_i64)])))]);
    assert_saved(&OneOrMany::Many(many), json!({ "/a": { "size": 3 } }));
}

#[test]
fn an_error_names_the_location() {
    let error = from_str::<Listing>(r#"{"nodes":[{"attributes":{"a":[]}}]}"#).unwrap_err();
    let expected = "nodes[0].attributes.a: expected text, found a list of 0";
    assert!(error.to_string().starts_with(expected), "{error}");
}

#[test]
fn a_secret_is_read() {
    assert_eq!(from_str::<Secret>("\"hunter2\"").unwrap(), Secret::from("hunter2"));
}
