//! Checks that the decoded model contains every value of a JSON response under its own name.
//!
//! Compares models by their `Debug` output: a field and its value, inside any options or lists.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::LazyLock,
};

use pydio_client::{Json, Timestamp};
use pydio_codegen::ir::{Field, Shape};

use crate::replay::declared::Declared;

/// What is printed of a value that is never shown.
const SECRET: &str = "…";

/// The number of occurrences of names and values, and of list items.
type Shown = BTreeMap<(String, String), usize>;

/// Returns an error if the document contains a value that the model lacks.
pub(crate) fn kept(document: &Json, shown: &str) -> Result<(), String> {
    let mut left = pairs(&tokens(&with_quoted_times(shown)));
    let hidden = left.keys().filter(|(_, value)| value == SECRET);
    let hidden: BTreeSet<_> = hidden.map(|(name, _)| name.clone()).collect();
    for (name, value) in scalars(&[String::new()], document) {
        let mut shown_as = representations(&value)
            .into_iter()
            .flat_map(|text| name.iter().map(move |name| (name.clone(), text.clone())));
        let known = shown_as.find(|pair| left.get(pair).is_some_and(|count| *count > 0));
        match known.and_then(|pair| left.get_mut(&pair)) {
            Some(count) => *count -= 1,
            None if stands_for_none(&name, &value) => {}
            // It is there, and is never shown.
            None if name.iter().any(|name| hidden.contains(name)) => {}
            None => return Err(format!("{name:?} with {value} is lost in {shown}")),
        }
    }
    Ok(())
}

/// Returns whether a correction takes the value of a field for none.
fn stands_for_none(names: &[String], value: &Json) -> bool {
    static NOTHING: LazyLock<BTreeSet<(String, String)>> = LazyLock::new(|| {
        let declared = Declared::bundled();
        let fields = declared.models().filter_map(|model| match &model.shape {
            Shape::Struct { fields, .. } => Some(fields),
            Shape::Choice(_) | Shape::Codes(_) | Shape::Alias(_) => None,
        });
        let of = |field: &Field| {
            let name = plain(&field.name);
            field.nothing.iter().map(move |value| (name.clone(), value.clone())).collect::<Vec<_>>()
        };
        fields.flatten().flat_map(of).collect()
    });
    let value = value.to_string();
    names.iter().any(|name| NOTHING.contains(&(name.clone(), value.clone())))
}

/// Returns the scalars of a document, each with the name of its field. In a list there is no name,
/// or the index if PHP has written a map with the keys 0, 1 and so on.
fn scalars(names: &[String], json: &Json) -> Vec<(Vec<String>, Json)> {
    match json {
        Json::Null => Vec::new(),
        Json::Array(items) => {
            let of_item =
                |(index, item): (usize, &Json)| scalars(&[String::new(), index.to_string()], item);
            items.iter().enumerate().flat_map(of_item).collect()
        }
        Json::Object(fields) => {
            fields.iter().flat_map(|(name, json)| scalars(&[plain(name)], json)).collect()
        }
        scalar => vec![(names.to_vec(), scalar.clone())],
    }
}

/// Returns the whole numbers that have names, with these.
fn codes() -> &'static BTreeSet<(String, String)> {
    static CODES: LazyLock<BTreeSet<(String, String)>> = LazyLock::new(|| {
        let declared = Declared::bundled();
        let codes = declared.models().filter_map(|model| match &model.shape {
            Shape::Codes(codes) => Some(codes),
            Shape::Struct { .. } | Shape::Choice(_) | Shape::Alias(_) => None,
        });
        codes.flatten().map(|one| (one.value.to_string(), plain(&one.name))).collect()
    });
    &CODES
}

/// Returns the possible representations of a value: unchanged, or as the value that PHP encoded.
fn representations(value: &Json) -> Vec<String> {
    let text = match value {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    let boolean = match &*text {
        "1" => Some("true"),
        "" | "0" => Some("false"),
        _ => None,
    };
    let word = plain(&text);
    let codes = codes().iter().filter(|(code, _)| *code == text).map(|(_, name)| name.clone());
    let time = text.parse().ok().and_then(Timestamp::from_secs).map(|time| time.to_string());
    let others = [Some(text.clone()), boolean.map(str::to_owned), Some(word), time];
    others.into_iter().flatten().chain(codes).collect()
}

/// Quotes what stands in `Timestamp(…)`, which is then one token.
fn with_quoted_times(shown: &str) -> String {
    let mut parts = shown.split("Timestamp(");
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once(')') {
            Some((time, rest)) => text.extend(["Timestamp(\"", time, "\")", rest]),
            None => text.extend(["Timestamp(", part]),
        }
    }
    text
}

/// Normalizes a name for Rust: `@id`, `core.users` and `hasEmail` without their differences, and the
/// keyword `type` as the word that stands for it.
fn plain(name: &str) -> String {
    let letters: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    match letters.to_ascii_lowercase() {
        keyword if keyword == "type" => "kind".to_owned(),
        name => name,
    }
}

#[derive(Debug, PartialEq)]
enum Token {
    Text(String),
    Word(String),
    Sign(char),
}

/// Splits `Debug` output into tokens.
fn tokens(shown: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut chars = shown.chars().peekable();
    while let Some(c) = chars.next() {
        if c == '"' {
            let mut literal = String::from('"');
            while let Some(c) = chars.next() {
                literal.push(c);
                match c {
                    '\\' => literal.extend(chars.next()),
                    '"' => break,
                    _ => {}
                }
            }
            tokens.push(Token::Text(unescaped(&literal)));
        } else if is_word(c) {
            let mut word = String::from(c);
            while let Some(c) = chars.next_if(|c| is_word(*c)) {
                word.push(c);
            }
            tokens.push(Token::Word(word));
        } else if !c.is_whitespace() {
            tokens.push(Token::Sign(c));
        }
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '+')
}

/// Unescapes a literal in `Debug` output, which is nearly JSON.
fn unescaped(literal: &str) -> String {
    let mut text = String::new();
    let mut chars = literal.trim_matches('"').chars();
    // A literal that ends with a quote.
    if literal.ends_with("\\\"\"") {
        chars = literal[1..literal.len() - 1].chars();
    }
    while let Some(c) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('0') => text.push('\0'),
            Some('u') => {
                let code: String = chars.by_ref().take_while(|c| *c != '}').skip(1).collect();
                text.extend(u32::from_str_radix(&code, 16).ok().and_then(char::from_u32));
            }
            other => text.extend(other),
        }
    }
    text
}

/// KeyPairs each value with its field: after its name, inside `Some(`, `String(` and similar wrappers.
fn pairs(tokens: &[Token]) -> Shown {
    let mut shown = Shown::new();
    for (index, token) in tokens.iter().enumerate() {
        let opens = matches!(tokens.get(index + 1), Some(Token::Sign('(' | '{' | ':')));
        let value = match token {
            Token::Text(text) if !opens => text.clone(),
            Token::Word(word) if !opens => word.clone(),
            Token::Sign('…') => SECRET.to_owned(),
            _ => continue,
        };
        let name = name(&tokens[..index]);
        let word = plain(&value);
        if word != value {
            *shown.entry((name.clone(), word)).or_default() += 1;
        }
        *shown.entry((name, value)).or_default() += 1;
    }
    shown
}

/// Returns the field name of the value that begins there; none within a list.
fn name(before: &[Token]) -> String {
    let mut rest = before;
    while let [earlier @ .., Token::Word(_), Token::Sign('(')] = rest {
        rest = earlier;
    }
    match rest {
        [.., Token::Word(name) | Token::Text(name), Token::Sign(':')] => plain(name),
        _ => String::new(),
    }
}

pub(crate) mod tests {
    use serde_json::json;

    use super::kept;

    #[derive(Debug)]
    #[expect(dead_code)]
    struct Model {
        id: String,
        has_email: Option<bool>,
        kind: Vec<i64>,
        other_fields: serde_json::Map<String, serde_json::Value>,
    }

    pub(crate) fn lost_values_are_detected() {
        let json = json!({
            "@id": "a \"quoted\" \\ one\n", "hasEmail": "1", "type": [1, "2"], "": "x:y",
            "more": {"deep": [{"n": 1.5}], "nothing": null}
        });
        let mut model = Model {
            id: "a \"quoted\" \\ one\n".to_owned(),
            has_email: Some(true),
            kind: vec![1, 2],
            other_fields: json!({"": "x:y", "more": {"deep": [{"n": 1.5}]}})
                .as_object()
                .unwrap()
                .clone(),
        };
        assert_eq!(kept(&json, &format!("{model:?}")), Ok(()));
        model.has_email = None;
        assert!(kept(&json, &format!("{model:?}")).unwrap_err().starts_with("[\"hasemail\"] with"));
        model.has_email = Some(true);
        model.kind = vec![1];
        assert!(kept(&json, &format!("{model:?}")).is_err());
        model.kind = vec![2, 1];
        model.id = "b".to_owned();
        assert!(kept(&json, &format!("{model:?}")).is_err());
    }
}
