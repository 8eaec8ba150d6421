//! The published vectors, every encoding of a path, and where the parameters go.

use http::{HeaderValue, Method, header::CONTENT_TYPE};
use proptest::prelude::*;
use url::Url;

use super::{auth_hash, normal, sign, strip};
use crate::{
    auth::KeyPair,
    encode::{MOST_FIELDS, Prepared},
    testing::repeatable,
    types::Body,
};

const FORM: &str = "application/x-www-form-urlencoded";

fn pair() -> KeyPair {
    KeyPair::new("tok", "sec")
}

#[test]
fn the_first_published_vector() {
    let path = "/pydio/api/my-files/ls/a%20b~c/%C3%A9(1)/";
    assert_eq!(normal(path), "/pydio/api/my-files/ls/a%20b%7Ec/%C3%A9%281%29");
    let hash = auth_hash(&pair(), path, "n0");
    let hex = "04ab239bcd70d6bc16b3a10b1368c867f380ca902d5279cc434d403926154880";
    assert_eq!(hash, format!("n0:{hex}"));
}

#[test]
fn the_second_published_vector() {
    let path = "/api/v2/fs/my-files/x+y";
    assert_eq!(normal(path), "/api/v2/fs/my-files/x%20y");
    let hash = auth_hash(&pair(), path, "n0");
    let hex = "050f54750d45023271a6eacbb245f7d8cc2f6a5203e73549595d85fe149fdfdb";
    assert_eq!(hash, format!("n0:{hex}"));
}

#[test]
fn a_path_is_signed_as_the_server_reads_it() {
    for (path, signed) in [
        ("", ""),
        ("/", ""),
        ("///", ""),
        ("/a//b///", "/a//b"),
        ("/a%2Fb", "/a%2Fb"),
        ("/a%2bb", "/a%2Bb"),
        ("/-._~", "/-._%7E"),
        ("/!$&'()*,;=:@", "/%21%24%26%27%28%29%2A%2C%3B%3D%3A%40"),
        // PHP leaves invalid escapes unchanged.
        ("/100%/%zz%4", "/100%25/%25zz%254"),
        ("/%25zz", "/%25zz"),
        ("/%00%FF", "/%00%FF"),
    ] {
        assert_eq!(normal(path), signed, "{path}");
        assert_eq!(model::signed_uri(path), signed, "{path}");
    }
}

/// The server's own normalisation, step by step as PHP does it.
mod model {
    pub(super) fn signed_uri(request_uri: &str) -> String {
        let mut uri = request_uri.split('?').next().unwrap();
        while let Some(shorter) = uri.strip_suffix('/') {
            uri = shorter;
        }
        let segments = uri.split('/').map(|segment| rawurlencode(&urldecode(segment)));
        segments.collect::<Vec<_>>().join("/").replace('~', "%7E")
    }

    fn urldecode(text: &str) -> Vec<u8> {
        let mut decoded = Vec::new();
        let mut rest = text.as_bytes();
        while let Some((&first, after)) = rest.split_first() {
            let digits = after.get(..2).filter(|d| d.iter().all(u8::is_ascii_hexdigit));
            rest = after;
            decoded.push(match (first, digits) {
                (b'+', _) => b' ',
                (b'%', Some(digits)) => {
                    rest = &after[2..];
                    u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()
                }
                _ => first,
            });
        }
        decoded
    }

    fn rawurlencode(bytes: &[u8]) -> String {
        let encode = |byte: &u8| match *byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                char::from(*byte).to_string()
            }
            other => format!("%{other:02X}"),
        };
        bytes.iter().map(encode).collect()
    }
}

/// A byte of a path, encoded in one of three ways.
fn encoded(byte: u8, way: u8) -> String {
    let is_literal = byte.is_ascii_alphanumeric() || b"-._~!$&'()*,;=:@".contains(&byte);
    match way % 3 {
        0 if is_literal => char::from(byte).to_string(),
        0 if byte == b' ' => "+".to_owned(),
        1 => format!("%{byte:02x}"),
        _ => format!("%{byte:02X}"),
    }
}

proptest! {
    #![proptest_config(repeatable(500))]

    #[test]
    fn every_encoding_of_a_path_has_the_same_signature(
        segments in prop::collection::vec(prop::collection::vec(1u8.., 0..6), 1..5),
        choices in prop::collection::vec(any::<u8>(), 40),
        slashes in 0usize..3,
    ) {
        let path_at = |offset: usize| {
            let mut ways = choices.iter().cycle().skip(offset);
            let mut byte = |byte: &u8| encoded(*byte, *ways.next().unwrap());
            let path: Vec<String> =
                segments.iter().map(|segment| segment.iter().map(&mut byte).collect()).collect();
            format!("/api/{}", path.join("/"))
        };
        let plain = normal(&path_at(0));
        for offset in 1..8 {
            let path = path_at(offset) + &"/".repeat(slashes);
            prop_assert_eq!(normal(&path), &*plain, "{}", path);
            prop_assert_eq!(model::signed_uri(&path), &*plain, "{}", path);
        }
    }

    #[test]
    fn any_path_is_signed_as_php_does_it(path in "(/[ -~]{0,8}){0,4}") {
        let path = path.replace('?', "%3F");
        prop_assert_eq!(normal(&path), model::signed_uri(&path));
    }
}

fn prepared(method: Method, kind: Option<&'static str>) -> Prepared {
    let headers = kind.map(|kind| (CONTENT_TYPE, HeaderValue::from_static(kind)));
    let headers = headers.into_iter().collect();
    Prepared { method, target: String::new(), headers, body: Body::empty(), span: None }
}

/// Returns the query and the body of a signed request, with the signature cut after its name.
fn signed(prepared: &Prepared, query: &str, body: &str) -> (String, String) {
    let url = Url::parse(&format!("http://pydio.test/api/x{query}")).unwrap();
    let (url, body) = sign(&pair(), &url, prepared, body.to_owned().into()).unwrap();
    let body = String::from_utf8(body.as_bytes().unwrap().to_vec()).unwrap();
    let cut = |text: &str| match text.split_once("&auth_hash=") {
        Some((before, hash)) => {
            assert!(hash.len() == 32 + "%3A".len() + 64, "{hash}");
            before.to_owned()
        }
        None => text.to_owned(),
    };
    (cut(url.query().unwrap_or_default()), cut(&body))
}

#[test]
fn a_form_carries_the_signature_and_nothing_else_does() {
    let form = prepared(Method::POST, Some(FORM));
    assert_eq!(signed(&form, "", "a=1"), ("".into(), "a=1&auth_token=tok".into()));
    assert_eq!(signed(&form, "?b=2", ""), ("b=2".into(), "auth_token=tok".into()));

    let query = |body: &str| ("a=1&auth_token=tok".to_owned(), body.to_owned());
    for (method, kind) in [
        (Method::GET, None),
        (Method::POST, None),
        (Method::POST, Some("application/json")),
        (Method::POST, Some("multipart/form-data; boundary=x")),
        // PHP reads these forms only with POST.
        (Method::PUT, Some(FORM)),
        (Method::PATCH, Some(FORM)),
        (Method::DELETE, Some(FORM)),
    ] {
        let request = prepared(method, kind);
        assert_eq!(signed(&request, "?a=1", "b=2"), query("b=2"), "{kind:?}");
    }
}

#[test]
fn a_form_that_php_would_truncate_is_not_changed() {
    let form = prepared(Method::POST, Some(FORM));
    let full = |count| vec!["a=1"; count].join("&");
    let room = full(MOST_FIELDS - 2);
    assert_eq!(signed(&form, "", &room), ("".into(), format!("{room}&auth_token=tok")));
    let none = full(MOST_FIELDS - 1);
    assert_eq!(signed(&form, "", &none), ("auth_token=tok".into(), none));
}

#[test]
fn a_stream_is_signed_in_the_query() {
    let url = Url::parse("http://pydio.test/api/x").unwrap();
    let stream = Body::stream(0, futures_util::stream::empty());
    let (url, body) = sign(&pair(), &url, &prepared(Method::POST, Some(FORM)), stream).unwrap();
    assert!(url.query().unwrap().starts_with("auth_token=tok&auth_hash="));
    assert!(body.as_bytes().is_none());
}

#[test]
fn nonces_are_unique() {
    let url = Url::parse("http://pydio.test/").unwrap();
    let get = prepared(Method::GET, None);
    let sign = || sign(&pair(), &url, &get, Body::empty()).unwrap().0;
    assert_ne!(sign(), sign());
}

#[test]
fn a_token_is_encoded_so_that_it_arrives() {
    let url = Url::parse("http://pydio.test/").unwrap();
    let pair = KeyPair::new("a&b=c+d#é", "p");
    let (url, _) = sign(&pair, &url, &prepared(Method::GET, None), Body::empty()).unwrap();
    let (_, token) = url.query_pairs().next().unwrap();
    assert_eq!(token, "a&b=c+d#é");
}

#[test]
fn what_signs_a_request_is_taken_out_of_an_address() {
    for (query, stripped) in [
        ("", ""),
        ("?", "?"),
        ("?a=%20+&b", "?a=%20+&b"),
        ("?auth_token=t&auth_hash=h", ""),
        ("?a=1&auth_token=t&b=2&auth_hash=n:h", "?a=1&b=2"),
        ("?auth_token&xauth_token=1&auth_tokens=2", "?xauth_token=1&auth_tokens=2"),
    ] {
        let mut url = Url::parse(&format!("http://pydio.test/{query}")).unwrap();
        strip(&mut url);
        assert_eq!(url.as_str(), format!("http://pydio.test/{stripped}"));
    }
}
