//! Models of how the three generations of servers parse a request, step by step.
//!
//! Written from measurements and the source, not from the encoder: PHP's functions by their names.

use std::collections::BTreeMap;

use url::Url;

use crate::{
    encode::prepared::Encoded,
    types::{Endpoint, Location, PathRules, Request, Value},
};

/// Parameters by name; `nodes[]` is its list.
type Parameters = BTreeMap<String, Vec<Vec<u8>>>;

/// Returns the parameters that the server passes to the action.
pub(super) fn read(action: &Endpoint, sent: &Encoded) -> Parameters {
    let (path, query) = on_the_wire(sent);
    let mut parameters = parse_str(query.as_deref().unwrap_or_default());
    parameters.extend(parse_str(sent.form.as_deref().unwrap_or_default()));
    let rules = action.bindings.dialect.paths;
    let path = match rules {
        PathRules::SplitThenDecode => path.into_bytes(),
        PathRules::DecodeTwice | PathRules::DecodeThenSplit => raw_url_decode(path.as_bytes()),
    };
    let path = path.split(|b| *b == b'?').next().unwrap();
    let mut parts = path.splitn(5, |b| *b == b'/');
    assert_eq!(parts.by_ref().take(2).collect::<Vec<_>>(), [&b""[..], b"api"]);
    let rest = parts.nth(2).unwrap_or_default();
    parameters.extend(path_parameters(action, rest));
    parameters
}

fn path_parameters(action: &Endpoint, mut rest: &[u8]) -> Parameters {
    let route: Vec<_> = action.in_path().collect();
    let rules = action.bindings.dialect.paths;
    while let Some(trimmed) = rest.strip_suffix(b"/") {
        rest = trimmed;
    }
    // Routers treat a slash here differently.
    assert_ne!(rest.first(), Some(&b'/'), "{rest:?}");
    let mut values: Vec<Option<&[u8]>> = vec![None; route.len()];
    if !route.is_empty() && !rest.is_empty() {
        for (slot, value) in values.iter_mut().zip(rest.splitn(route.len(), |b| *b == b'/')) {
            *slot = Some(value);
        }
    }
    let mut parameters = Parameters::new();
    for (index, (param, value)) in route.iter().zip(values).enumerate() {
        let catch_all = param.location == Location::RestOfPath;
        let value = match (value, index == 0 || catch_all) {
            (Some(value), _) => value,
            (None, true) => b"",
            (None, false) => continue,
        };
        let mut value = match rules {
            PathRules::SplitThenDecode | PathRules::DecodeTwice => url_decode(value),
            PathRules::DecodeThenSplit => value.to_vec(),
        };
        if catch_all {
            value.insert(0, b'/');
        }
        parameters.insert(param.name.to_owned(), vec![value]);
    }
    parameters
}

/// Returns the workspace that the server looks for, however often it decodes it.
pub(super) fn workspace(_: &Endpoint, sent: &Encoded) -> String {
    let (path, _) = on_the_wire(sent);
    let encoded = path.split('/').nth(2).unwrap();
    let once = raw_url_decode(encoded.as_bytes());
    assert_eq!(once, url_decode(&once));
    String::from_utf8(once).unwrap()
}

/// Returns the path from `/api` on and the query, as the URL type encodes them.
fn on_the_wire(sent: &Encoded) -> (String, Option<String>) {
    let base = Url::parse("http://pydio.test/").unwrap();
    let url = base.join(&sent.target).unwrap();
    assert_eq!(url.fragment(), None);
    let uri: http::Uri = url.as_str().parse().unwrap();
    (uri.path().to_owned(), uri.query().map(str::to_owned))
}

/// Returns the parameters of the caller, in the same form.
pub(super) fn meant(action: &Endpoint, request: &Request) -> Parameters {
    let mut parameters = Parameters::new();
    for given in &request.values {
        let (name, values) = match &given.value {
            Value::Text(value) => (given.name.to_string(), vec![value.clone().into_bytes()]),
            Value::Nodes(values) => {
                let values = values.iter().map(|value| value.clone().into_bytes());
                (format!("{}[]", given.name), values.collect())
            }
            _ => panic!("the test gives no such value"),
        };
        parameters.insert(name, values);
    }
    if let Some(first) = action.in_path().next() {
        parameters.entry(first.name.to_owned()).or_insert_with(|| vec![Vec::new()]);
    }
    if let Some(last) = action.rest_of_path() {
        // Paths are the same with or without slashes at their ends.
        let value = parameters.entry(last.name.to_owned()).or_insert_with(|| vec![Vec::new()]);
        let path = String::from_utf8(value[0].clone()).unwrap();
        let path = path.trim_end_matches('/');
        *value = vec![format!("/{}", path.strip_prefix('/').unwrap_or(path)).into_bytes()];
    }
    parameters
}

/// `parse_str`, as it fills `$_GET` and `$_POST`.
fn parse_str(text: &str) -> Parameters {
    let mut parameters = Parameters::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let name = String::from_utf8(url_decode(name.as_bytes())).unwrap();
        let value = url_decode(value.as_bytes());
        if name.ends_with("[]") {
            parameters.entry(name).or_default().push(value);
        } else {
            let name = name.trim_start_matches(' ').replace([' ', '.'], "_");
            parameters.insert(name, vec![value]);
        }
    }
    parameters
}

/// `urldecode`.
fn url_decode(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    raw_url_decode(&spaced)
}

/// `rawurldecode`: leaves invalid escapes unchanged.
fn raw_url_decode(text: &[u8]) -> Vec<u8> {
    let hex = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut decoded = Vec::new();
    let mut index = 0;
    while let Some(byte) = text.get(index) {
        match (byte, hex(text.get(index + 1)), hex(text.get(index + 2))) {
            (b'%', Some(high), Some(low)) => {
                decoded.push((high * 16 + low) as u8);
                index += 3;
            }
            _ => {
                decoded.push(*byte);
                index += 1;
            }
        }
    }
    decoded
}
