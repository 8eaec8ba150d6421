//! Tests of how responses are judged.

use super::{Class, Outcome, judge};
use crate::learn::exchange::{Answer, Exchange};

fn judged(content_type: &str, body: &str) -> Result<Class, &'static str> {
    let response = Answer {
        status: 200,
        content_type: content_type.to_owned(),
        is_attachment: false,
        body: Some(body.as_bytes().to_vec()),
    };
    let exchange = Exchange {
        name: "x".to_owned(),
        method: "GET".to_owned(),
        path: "/".to_owned(),
        sent: Vec::new(),
        wants_json: false,
        user: None,
        response,
    };
    match judge(&exchange) {
        Outcome::Success(success) => Ok(success.class),
        Outcome::Failure => Err("failure"),
        Outcome::Unjudged(why) => Err(why),
    }
}

#[test]
fn xml_is_classified() {
    for (body, class) in [
        (r#"<tree ><message type="SUCCESS">a</message></tree>"#, Ok(Class::Envelope)),
        (r#"<tree ><message type="ERROR">a</message></tree>"#, Err("failure")),
        ("<tree><require_auth/></tree>", Err("failure")),
        ("<tree><consume_channel/></tree>", Ok(Class::Hint)),
        (r#"<?xml version="1.0"?><tree filename="/"></tree>"#, Ok(Class::Listing)),
        (r#"<tree><tree filename="/a"/></tree>"#, Ok(Class::Listing)),
        (r#"<tree store="true"></tree>"#, Ok(Class::Tree)),
        (r#"<tree><logging_result value="1"/></tree>"#, Ok(Class::Tree)),
        ("<tree><taskList/></tree>", Ok(Class::Envelope)),
        ("<admin_data><a/></admin_data>", Ok(Class::Xml)),
        ("<tree><a></tree>", Err("ill-formed XML")),
        ("", Ok(Class::Nothing)),
    ] {
        assert_eq!(judged("text/xml; charset=UTF-8", body), class, "{body}");
    }
}

#[test]
fn json_is_classified() {
    for (body, class) in [
        (r#"{"level":"Error","message":"a"}"#, Err("failure")),
        (r#"{"message":{"level":"ERROR","message":"a"}}"#, Err("failure")),
        (r#"{"level":"Info","message":"a"}"#, Ok(Class::Envelope)),
        (r#"{"message":{"level":"Info","message":"a"},"reload":{}}"#, Ok(Class::Envelope)),
        (r#"{"update":[{"path":"/a"}]}"#, Ok(Class::Envelope)),
        (r#"{"consume_channel":"now"}"#, Ok(Class::Hint)),
        (r#"{"node":{"path":"/"},"children":[]}"#, Ok(Class::Listing)),
        (r#"{"message":"a"}"#, Ok(Class::Message)),
        (r#"{"level":"high","id":1}"#, Ok(Class::Json)),
        ("{}", Ok(Class::EmptyJson)),
        ("[1]", Ok(Class::Json)),
        ("null", Ok(Class::Json)),
        ("{", Err("ill-formed JSON")),
    ] {
        assert_eq!(judged("application/json", body), class, "{body}");
    }
    assert_eq!(judged("text/html", r#"{"a":1}"#), Ok(Class::Json));
}

#[test]
fn text_and_files_are_classified() {
    assert_eq!(judged("text/html; charset=UTF-8", "SUCCESS"), Ok(Class::Text));
    assert_eq!(judged("text/html", "<script>f();</script>"), Ok(Class::Page));
    assert_eq!(judged("text/plain", "quota exceeded (507)"), Err("failure"));
    assert_eq!(judged("text/plain; name=\"a.txt\"", "hello"), Ok(Class::Bytes));
    assert_eq!(judged("image/png", ""), Ok(Class::Bytes));
    assert_eq!(judged("application/octet-stream", "{}"), Ok(Class::Bytes));
}
