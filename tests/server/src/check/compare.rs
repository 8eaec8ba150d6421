//! Compares a request with the expected one, as a server reads both.

use serde_json::Value;

use super::{Case, Content, Part, Place};
use crate::{
    Seen, multipart,
    php::{lossy, raw_url_decode},
};

/// Characters whose meaning in a query or form depends on whether they are encoded.
const DELIMITERS: &str = ",;=&";

/// The same in a path.
const IN_PATH: &str = ",;=&/";

/// Returns how a request differs from the expected one.
pub(super) fn differences(case: &Case, seen: &Seen) -> Vec<String> {
    let (path, query) = seen.target.split_once('?').unwrap_or((&seen.target, ""));
    let mut found = Vec::new();
    let mut expect = |what: &str, got: String, wanted: String| {
        if got != wanted {
            found.push(format!("{what} is `{got}` instead of `{wanted}`"));
        }
    };
    expect("the method", seen.method.to_string(), case.method.to_owned());
    expect("the path", normal(path, IN_PATH), normal(case.path, IN_PATH));
    let carried =
        |wanted: Place| case.carried.into_iter().filter(move |(place, ..)| *place == wanted);
    let headers = case.headers.iter().copied();
    for (name, value) in headers.chain(carried(Place::Header).map(|(_, name, value)| (name, value)))
    {
        let got = seen.header(name).unwrap_or_default().to_owned();
        expect(&format!("the header {name}"), got, value.to_owned());
    }
    let cookies = pairs(seen.header("cookie").unwrap_or_default(), "; ");
    let wanted = case.cookies.iter().copied();
    for (name, value) in wanted.chain(carried(Place::Cookie).map(|(_, name, value)| (name, value)))
    {
        let value = normal(value, DELIMITERS);
        let is_it = |cookie: &&(String, String)| cookie.0 == name && cookie.1 == value;
        let other = || cookies.iter().find(|(own, _)| own == name);
        let got = cookies.iter().find(is_it).or_else(other).map(|(_, value)| value.clone());
        expect(&format!("the cookie {name}"), got.unwrap_or_default(), value);
    }
    let mut in_query = case.query.to_vec();
    in_query.extend(carried(Place::Query).map(|(_, name, value)| (name, value)));
    found.extend(fields("query", query_fields(query), &in_query));
    found.extend(content(case.content, seen));
    found
}

/// Decodes everything but delimiters, so that two texts are equal if a server reads them alike.
fn normal(text: &str, delimiters: &str) -> String {
    let decoded = |part: &str| lossy(raw_url_decode(part.as_bytes()));
    let mut normal = String::new();
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        normal.push_str(&rest[..at]);
        // A sequence of escapes may be one character.
        let escapes = rest.as_bytes()[at..].chunks(3);
        let length = 3 * escapes.take_while(|one| one.len() == 3 && one[0] == b'%').count();
        let (escaped, after) = rest[at..].split_at(length.max(1));
        for c in decoded(escaped).chars() {
            match delimiters.contains(c) {
                true => normal.push_str(&format!("%{:02X}", u32::from(c))),
                false => normal.push(c),
            }
        }
        rest = after;
    }
    normal + rest
}

fn pairs(text: &str, delimiter: &str) -> Vec<(String, String)> {
    let pairs = text.split(delimiter).filter(|pair| !pair.is_empty());
    let pair = |pair: &str| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (normal(name, DELIMITERS), normal(value, DELIMITERS))
    };
    pairs.map(pair).collect()
}

fn query_fields(text: &str) -> Vec<(String, String)> {
    pairs(&text.replace('+', "%20"), "&")
}

/// Compares fields, which may come in any order; those of one name only in the given one.
fn fields(what: &str, mut got: Vec<(String, String)>, wanted: &[(&str, &str)]) -> Option<String> {
    let read = |text: &str| normal(text, DELIMITERS);
    let mut wanted: Vec<_> = wanted.iter().map(|(name, value)| (read(name), read(value))).collect();
    // A session sends its token, which no test can know.
    got.retain(|(name, _)| name != "secure_token");
    got.sort_by(|(a, _), (b, _)| a.cmp(b));
    wanted.sort_by(|(a, _), (b, _)| a.cmp(b));
    let is_same = got.len() == wanted.len()
        && got
            .iter()
            .zip(&wanted)
            .all(|(got, wanted)| got.0 == wanted.0 && equal(&got.1, &wanted.1));
    let shown = |fields: &[(String, String)]| {
        let fields = fields.iter().map(|(name, value)| format!("{name}={value}"));
        fields.collect::<Vec<_>>().join(" & ")
    };
    (!is_same).then(|| format!("the {what} is `{}` instead of `{}`", shown(&got), shown(&wanted)))
}

/// Returns whether two values are equal, or the same JSON document.
fn equal(got: &str, wanted: &str) -> bool {
    let document = |text: &str| {
        let value: Option<Value> = serde_json::from_str(text).ok();
        value.filter(|value| value.is_object() || value.is_array())
    };
    let is_document =
        || document(&whole(wanted)).is_some_and(|one| document(&whole(got)) == Some(one));
    got == wanted || is_document()
}

/// Decodes the delimiters that [`normal`] has left.
fn whole(text: &str) -> String {
    lossy(raw_url_decode(text.as_bytes()))
}

fn content(wanted: Content, seen: &Seen) -> Vec<String> {
    let media_type = seen.header("content-type").unwrap_or_default();
    let text = seen.text();
    let typed = |wanted: &str| {
        (media_type != wanted)
            .then(|| format!("the media type of the body is `{media_type}` instead of `{wanted}`"))
    };
    match wanted {
        Content::Nothing if text.is_empty() => Vec::new(),
        Content::Nothing => vec![format!("the body is `{text}`, and should be empty")],
        Content::Form(wanted) => {
            let form = "application/x-www-form-urlencoded";
            let kind = if media_type.starts_with(form) { None } else { typed(form) };
            kind.into_iter().chain(fields("form", query_fields(&text), wanted)).collect()
        }
        Content::Parts(wanted) => parts(wanted, media_type, seen),
        Content::Json(wanted, kind) => {
            let differs = !equal(&text, wanted);
            let body = differs.then(|| format!("the body is `{text}` instead of `{wanted}`"));
            typed(kind).into_iter().chain(body).collect()
        }
        Content::Text(wanted, kind) => {
            let body =
                (text != wanted).then(|| format!("the body is `{text}` instead of `{wanted}`"));
            typed(kind).into_iter().chain(body).collect()
        }
    }
}

fn parts(wanted: &[Part], media_type: &str, seen: &Seen) -> Vec<String> {
    let Some(boundary) = multipart::boundary(media_type) else {
        return vec![format!("the media type of the body is `{media_type}`, and no form's")];
    };
    let mut got = multipart::parts(&seen.body, boundary);
    got.retain(|part| part.name != "secure_token");
    let mut left: Vec<_> = wanted.iter().collect();
    let mut found = Vec::new();
    for part in got {
        let text = lossy(part.content.to_vec());
        let is_it = |wanted: &&Part| {
            wanted.name == part.name
                && wanted.file == part.file.as_deref()
                && (wanted.media_type.is_none() || wanted.media_type == part.media_type.as_deref())
                && equal(&text, wanted.content)
        };
        match left.iter().position(is_it) {
            Some(index) => drop(left.remove(index)),
            None => found.push(format!(
                "a part is {:?} (file {:?}, type {:?}): `{text}`",
                part.name, part.file, part.media_type
            )),
        }
    }
    found.extend(left.iter().map(|part| format!("there is no {part:?}")));
    found
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, Method, header::HeaderName};

    use super::super::{Case, Content, Part};
    use crate::Seen;

    fn seen(method: Method, target: &str, headers: &[(&str, &str)], body: &str) -> Seen {
        let headers = headers.iter().map(|(name, value)| {
            (HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap())
        });
        let headers: HeaderMap = headers.collect();
        Seen { method, target: target.to_owned(), headers, body: body.to_owned().into() }
    }

    const CASE: Case = Case::new("GET", "/a/caf%C3%A9;x=1,2")
        .query(&[("list", "1,2"), ("text", "a b"), ("again", "1"), ("again", "2")])
        .headers(&[("x-key", "v")])
        .cookies(&[("sid", "7")]);

    const TARGET: &str = "/a/caf%c3%a9;x=1,2?text=a+b&list=1,2&again=1&again=2";
    const HEADERS: [(&str, &str); 2] = [("x-key", "v"), ("cookie", "other=1; sid=7")];

    #[test]
    fn the_same_in_another_encoding_is_no_difference() {
        assert_eq!(CASE.differences(&seen(Method::GET, TARGET, &HEADERS, "")), [""; 0]);
        let encoded = TARGET.replace("a+b", "%61%20b").replace("text", "te%78t");
        assert_eq!(CASE.differences(&seen(Method::GET, &encoded, &HEADERS, "")), [""; 0]);
    }

    #[test]
    fn each_difference_is_found() {
        let sent = |target: &str| seen(Method::GET, target, &HEADERS, "");
        for (request, difference) in [
            (seen(Method::PUT, TARGET, &HEADERS, ""), "the method is `PUT` instead of `GET`"),
            (sent(&TARGET.replace("/a/", "/b/")), "the path is `/b/café;x=1,2` instead"),
            (sent(&TARGET.replace("1,2?", "1%2C2?")), "the path is `/a/café;x=1%2C2` instead"),
            (sent(&TARGET.replace("list=1,2", "list=1%2C2")), "the query is `again=1 & again=2"),
            (sent(&TARGET.replace("list=1,2", "list=1&list=2")), "the query is"),
            (sent(&TARGET.replace("again=1&again=2", "again=2&again=1")), "the query is"),
            (sent(&format!("{TARGET}&more=1")), "the query is"),
            (sent(&TARGET.replace("text=", "Text=")), "the query is"),
            (seen(Method::GET, TARGET, &HEADERS[1..], ""), "the header x-key is `` instead of `v`"),
            (seen(Method::GET, TARGET, &HEADERS[..1], ""), "the cookie sid is `` instead of `7`"),
            (seen(Method::GET, TARGET, &HEADERS, "x"), "the body is `x`, and should be empty"),
        ] {
            let found = CASE.differences(&request);
            assert!(matches!(&found[..], [one] if one.starts_with(difference)), "{found:?}");
        }
    }

    #[test]
    fn bodies_are_compared_by_their_kind() {
        let form = Case::new("POST", "/")
            .content(Content::Form(&[("a", "1/2%2C3"), ("j", "{\"b\":[1]}")]));
        let json = Case::new("POST", "/").content(Content::Json("{\"b\":[1]}", "application/json"));
        let text = Case::new("POST", "/").content(Content::Text("hello", "text/plain"));
        let parts = Case::new("POST", "/").content(Content::Parts(&[
            Part { name: "f", file: Some("a.txt"), media_type: Some("text/plain"), content: "x" },
            Part { name: "n", file: None, media_type: None, content: "1" },
        ]));
        let encoded = "application/x-www-form-urlencoded";
        let multipart = "multipart/form-data; boundary=B";
        let whole = "--B\r\nContent-Disposition: form-data; name=\"n\"\r\n\r\n1\r\n--B\r\n\
                     Content-Disposition: form-data; name=\"f\"; filename=\"a.txt\"\r\n\
                     Content-Type: text/plain\r\n\r\nx\r\n--B--\r\n";
        for (case, media_type, body, count) in [
            (form, encoded, "j=%7B%22b%22:%5B1%5D%7D&a=1%2F2%2C3&secure_token=t", 0),
            (form, encoded, "j=%7B%22b%22:%5B2%5D%7D&a=1%2F2%2C3", 1),
            (form, "text/plain", "a=1%2F2%2C3", 2),
            (json, "application/json", "{ \"b\": [1] }", 0),
            (json, "application/json; charset=utf-8", "{ \"b\": [1] }", 1),
            (json, "application/json", "{ \"b\": 1 }", 1),
            (text, "text/plain", "hello", 0),
            (text, "text/html", "hallo", 2),
            (parts, multipart, whole, 0),
            (parts, multipart, &*whole.replace("a.txt", "b.txt"), 2),
            (parts, multipart, &*whole.replace("text/plain", "text/html"), 2),
            (parts, multipart, &*whole.replace("name=\"n\"", "name=\"m\""), 2),
            (parts, encoded, "f=x&n=1", 1),
        ] {
            let request = seen(Method::POST, "/", &[("content-type", media_type)], body);
            assert_eq!(case.differences(&request).len(), count, "{media_type}: {body}");
        }
    }
}
