//! Reimplementations of the PHP functions that servers parse input with, under their PHP names.

use serde_json::Value;

use crate::describe::{object, quote};

/// `rawurldecode`: invalid escapes stay unchanged.
pub(crate) fn raw_url_decode(text: &[u8]) -> Vec<u8> {
    let hex = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
    let mut decoded = Vec::with_capacity(text.len());
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

/// `urldecode`: a `+` is a space as well.
pub(crate) fn url_decode(text: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = text.iter().map(|b| if *b == b'+' { b' ' } else { *b }).collect();
    raw_url_decode(&spaced)
}

/// `rawurlencode`: everything but letters, digits and `-_.~`.
pub(crate) fn raw_url_encode(text: &str) -> String {
    let encode = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(encode).collect()
}

/// `parse_str`: the pairs of a query or form, under the names that PHP assigns. List names end in
/// `[]`, whatever the index was, except those of the one map that actions read, `request_body`.
pub(crate) fn parse_str(text: &[u8]) -> Vec<(String, String)> {
    let pairs = text.split(|b| *b == b'&').filter(|pair| !pair.is_empty());
    pairs.filter_map(parse_pair).collect()
}

fn parse_pair(pair: &[u8]) -> Option<(String, String)> {
    let mut parts = pair.splitn(2, |b| *b == b'=');
    let name = lossy(url_decode(parts.next().unwrap_or_default()));
    let value = lossy(url_decode(parts.next().unwrap_or_default()));
    let name = name.trim_start_matches(' ');
    let (base, index) = name.split_at(name.find('[').unwrap_or(name.len()));
    let base = base.replace([' ', '.'], "_");
    let name = match index.contains(']') {
        true if base == "request_body" => base + index,
        true => format!("{base}[]"),
        false => base + &index.replace('[', "_"),
    };
    (!matches!(&*name, "" | "[]")).then_some((name, value))
}

/// `htmlspecialchars`, for text and for attributes in double quotes.
pub(crate) fn html_special_chars(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;")
}

/// An attribute as Pydio writes it: each kind of line break as the reference to the other.
pub(crate) fn attribute(text: &str) -> String {
    html_special_chars(text).replace('\n', "&#13;").replace('\r', "&#10;")
}

/// `json_encode`: an object whose keys count from 0 is a list, and so is an empty one.
pub(crate) fn json_encode(value: &Value) -> String {
    let list = |values: Vec<&Value>| {
        let values: Vec<_> = values.into_iter().map(json_encode).collect();
        format!("[{}]", values.join(","))
    };
    match value {
        Value::Object(fields) => {
            let counted: Option<Vec<_>> =
                (0..fields.len()).map(|n| fields.get(&n.to_string())).collect();
            counted.map_or_else(|| object(fields.iter().map(|(k, v)| (k, json_encode(v)))), list)
        }
        Value::Array(values) => list(values.iter().collect()),
        Value::String(text) => quote(text),
        other => other.to_string(),
    }
}

/// Returns a JSON string as its text, and any other value as JSON.
pub(crate) fn json_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Converts bytes to text. PHP accepts any bytes; this server writes `U+FFFD` for invalid UTF-8.
pub(crate) fn lossy(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|e| String::from_utf8_lossy(e.as_bytes()).into_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{
        attribute, html_special_chars, json_encode, parse_str, raw_url_decode, url_decode,
    };

    #[test]
    fn json_has_lists_for_ambiguous_php_arrays() {
        let value = json!({"a": {}, "b": {"0": "r"}, "c": {"1": "r"}, "d": ["/"], "e": null});
        let text = r#"{"a":[],"b":["r"],"c":{"1":"r"},"d":["\/"],"e":null}"#;
        assert_eq!(json_encode(&value), text);
    }

    #[test]
    fn only_urldecode_reads_a_plus_as_a_space() {
        assert_eq!(raw_url_decode(b"a+b%20c%2B%zz%4"), b"a+b c+%zz%4");
        assert_eq!(url_decode(b"a+b%20c%2B%zz%4"), b"a b c+%zz%4");
    }

    #[test]
    fn fields_have_their_php_names() {
        let parse = |text: &str| {
            let pairs = parse_str(text.as_bytes()).into_iter();
            pairs.map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" | ")
        };
        assert_eq!(parse("nodes[]=/a&nodes%5B%5D=%2Fb+c&x"), "nodes[]=/a | nodes[]=/b c | x=");
        assert_eq!(parse("a.b=1&+c d=2&e[k]=3&=4&f[=5"), "a_b=1 | c_d=2 | e[]=3 | f_=5");
    }

    #[test]
    fn quotes_are_escaped() {
        assert_eq!(html_special_chars("<a b=\"c\">&'"), "&lt;a b=&quot;c&quot;&gt;&amp;'");
        assert_eq!(attribute("a\nb\r&"), "a&#13;b&#10;&amp;");
    }
}
