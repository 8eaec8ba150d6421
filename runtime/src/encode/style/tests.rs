//! The table of styles of OpenAPI, and the cases it does not define.

use serde_json::json;

use super::{Encoding, in_header, in_parts, in_path, pairs};
use crate::{Json, Style};

const ARRAY: &str = "[\"blue\",\"black\",\"brown\"]";
const OBJECT: &str = "{\"R\":100,\"G\":200,\"B\":150}";

fn value(text: &str) -> Json {
    serde_json::from_str(text).unwrap_or_else(|_| Json::from(text))
}

fn query_as(style: Style, value: &Json, encoding: Encoding) -> Result<String, String> {
    let pairs = pairs("color", style, value, encoding)?;
    let pairs = pairs.into_iter().map(|(name, value)| format!("{name}={value}"));
    Ok(pairs.collect::<Vec<_>>().join("&"))
}

fn query(style: Style, value: &Json) -> String {
    query_as(style, value, Encoding::Percent).unwrap()
}

/// Values of objects are in the order of their names, that of a sorted map.
#[test]
fn paths() {
    let rows = [
        (Style::simple(), "blue", "blue,black,brown", "B,150,G,200,R,100"),
        (Style::simple().exploded(), "blue", "blue,black,brown", "B=150,G=200,R=100"),
        (Style::label(), ".blue", ".blue,black,brown", ".B,150,G,200,R,100"),
        (Style::label().exploded(), ".blue", ".blue.black.brown", ".B=150.G=200.R=100"),
        (Style::matrix(), ";color=blue", ";color=blue,black,brown", ";color=B,150,G,200,R,100"),
        (
            Style::matrix().exploded(),
            ";color=blue",
            ";color=blue;color=black;color=brown",
            ";B=150;G=200;R=100",
        ),
    ];
    for (style, text, array, object) in rows {
        let written = ["blue", ARRAY, OBJECT].map(|one| in_path("color", style, &value(one)));
        assert_eq!(written.map(Result::unwrap), [text, array, object], "{style:?}");
    }
    assert_eq!(in_path("color", Style::matrix(), &json!("")).unwrap(), ";color");
    assert_eq!(
        in_path("color", Style::matrix().exploded(), &json!(["", "a"])).unwrap(),
        ";color;color=a"
    );
    assert_eq!(in_path("color", Style::label(), &json!("")).unwrap(), ".");
}

#[test]
fn queries() {
    let rows = [
        (Style::form(), "color=blue", "color=blue,black,brown", "color=B,150,G,200,R,100"),
        (
            Style::form().exploded(),
            "color=blue",
            "color=blue&color=black&color=brown",
            "B=150&G=200&R=100",
        ),
        (
            Style::space_delimited(),
            "color=blue",
            "color=blue%20black%20brown",
            "color=B%20150%20G%20200%20R%20100",
        ),
        (
            Style::pipe_delimited(),
            "color=blue",
            "color=blue|black|brown",
            "color=B|150|G|200|R|100",
        ),
        (
            Style::tab_delimited(),
            "color=blue",
            "color=blue%09black%09brown",
            "color=B%09150%09G%09200%09R%09100",
        ),
        (
            Style::deep_object(),
            "color=blue",
            "color%5B0%5D=blue&color%5B1%5D=black&color%5B2%5D=brown",
            "color%5BB%5D=150&color%5BG%5D=200&color%5BR%5D=100",
        ),
    ];
    for (style, text, array, object) in rows {
        let written = ["blue", ARRAY, OBJECT].map(|one| query(style, &value(one)));
        assert_eq!(written, [text, array, object], "{style:?}");
    }
}

#[test]
fn headers() {
    for (style, object) in
        [(Style::simple(), "B,150,G,200,R,100"), (Style::simple().exploded(), "B=150,G=200,R=100")]
    {
        let written = ["blue", ARRAY, OBJECT].map(|one| in_header(style, &value(one)));
        let expected = ["blue", "blue,black,brown", object].map(|text| Some(text.to_owned()));
        assert_eq!(written.map(Result::unwrap), expected);
    }
    // A single value is not a list.
    assert_eq!(in_header(Style::simple(), &json!("a, b")).unwrap().unwrap(), "a, b");
    assert_eq!(in_header(Style::simple(), &json!([])).unwrap(), None);
}

/// `["a,b", "c"]` is never encoded like `["a", "b", "c"]`.
#[test]
fn an_item_that_holds_the_delimiter_stays_one() {
    let list = |delimiter: char| json!([format!("a{delimiter}b"), "c"]);
    assert_eq!(query(Style::form(), &list(',')), "color=a%2Cb,c");
    assert_eq!(query(Style::form().reserved(), &list(',')), "color=a%2Cb,c");
    assert_eq!(query(Style::pipe_delimited(), &list('|')), "color=a%7Cb|c");
    assert_eq!(in_path("color", Style::simple(), &list(',')).unwrap(), "a%2Cb,c");
    let refused = [
        query_as(Style::space_delimited(), &list(' '), Encoding::Percent),
        query_as(Style::space_delimited(), &list(' '), Encoding::Form),
        query_as(Style::tab_delimited(), &list('\t'), Encoding::Percent),
        in_path("color", Style::label().exploded(), &list('.')),
        in_path("color", Style::label().exploded(), &json!({"a": 1.5})),
        in_header(Style::simple(), &list(',')).map(|_| String::new()),
        in_header(Style::simple().exploded(), &json!({"a=b": 1})).map(|_| String::new()),
        in_parts("color", Style::form(), &list(',')).map(|_| String::new()),
    ];
    for one in refused {
        let why = one.unwrap_err();
        assert!(why.contains(" contains ") && !why.contains("a,b"), "{why}");
    }
}

#[test]
fn what_is_nested() {
    let nested = json!({"a": {"b": ["x", {"c": true}]}, "d e": 1.0, "none": null});
    assert_eq!(
        query(Style::deep_object(), &nested),
        "color%5Ba%5D%5Bb%5D%5B0%5D=x&color%5Ba%5D%5Bb%5D%5B1%5D%5Bc%5D=true&color%5Bd%20e%5D=1"
    );
    // The standard does not define these.
    assert_eq!(query(Style::form().exploded(), &json!([{"a": 1}])), "color=%7B%22a%22%3A1%7D");
    assert_eq!(query(Style::form().exploded(), &json!({"a": [1, 2]})), "a=%5B1%2C2%5D");
}

#[test]
fn what_is_empty() {
    for style in [Style::form(), Style::form().exploded(), Style::deep_object()] {
        for empty in [json!([]), json!({}), json!(null), json!([null])] {
            assert_eq!(query(style, &empty), "");
            assert_eq!(query(style.with_empty(), &empty), "color=");
        }
        assert_eq!(query(style, &json!("")), "color=");
    }
    for empty in [json!([]), json!({}), json!(null)] {
        assert!(
            in_path("color", Style::matrix().exploded(), &empty).unwrap_err().contains("empty")
        );
    }
}

#[test]
fn reserved_characters_are_kept_as_far_as_a_query_can() {
    let text = json!("/a?b=c&d#e[f]@!$'()*+;:%41%4");
    assert_eq!(
        query(Style::form().reserved(), &text),
        "color=/a?b=c%26d%23e%5Bf%5D@!$'()*%2B;:%41%254"
    );
    assert_eq!(query(Style::form(), &json!("/é ~")), "color=%2F%C3%A9%20~");
    assert_eq!(query_as(Style::form(), &json!("é ~"), Encoding::Form).unwrap(), "color=%C3%A9+%7E");
}

#[test]
fn numbers_are_plain() {
    for (number, text) in [
        (json!(1.0), "1"),
        (json!(1e21), "1000000000000000000000"),
        (json!(-0.5), "-0.5"),
        (json!(u64::MAX), "18446744073709551615"),
        (json!(true), "true"),
    ] {
        assert_eq!(query(Style::form(), &number), format!("color={text}"));
    }
}

#[test]
fn parts() {
    let parts = |style, value: &Json| -> Vec<(String, String, bool)> {
        let parts = in_parts("p", style, value).unwrap();
        parts.into_iter().map(|(name, item)| (name, item.text, item.is_json)).collect()
    };
    let own = |text: &str, is_json| ("p".to_owned(), text.to_owned(), is_json);
    let exploded = Style::form().exploded();
    assert_eq!(
        parts(exploded, &json!(["a,b", {"c": 1}])),
        [own("a,b", false), own("{\"c\":1}", true)]
    );
    assert_eq!(parts(Style::form(), &json!([1, 2])), [own("1,2", false)]);
    assert_eq!(parts(Style::form(), &json!([])), []);
    assert_eq!(
        parts(Style::deep_object(), &json!({"a": "é"})),
        [("p[a]".to_owned(), "é".to_owned(), false)]
    );
}
