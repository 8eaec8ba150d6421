//! Reading the files of corrections. The serde types define each format, and what serde refuses
//! becomes a diagnostic with its location in the file.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, IntoDeserializer, SeqAccess, Visitor},
};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use crate::{
    diagnostic::Diagnostic,
    openapi::{Source, described, join, tokens},
    suggest::did_you_mean,
};

/// Reads `value`, the content of `source`.
///
/// `code_of` returns the code of a message about the value of a key which one of our own types
/// wrote, with a help. All other messages get `code`.
///
/// # Errors
///
/// Returns the first thing in it that is not understood.
pub(super) fn read<T: DeserializeOwned>(
    source: &Source,
    value: &Value,
    code: &'static str,
    code_of: fn(&str) -> Option<&'static str>,
) -> Result<T, Diagnostic> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let pointer = pointer(error.path());
        let message = error.inner().to_string();
        if let Some((message, help)) = message.rsplit_once('\n') {
            let key = tokens(&pointer).filter(|token| token.parse::<usize>().is_err()).last();
            let code = key.and_then(|key| code_of(&key)).unwrap_or(code);
            return source.error(code, message, &pointer).help(help);
        }
        let refused = refused(value, &pointer, &message);
        let error = source.error(code, refused.message, &refused.pointer);
        match refused.help {
            Some(help) => error.help(help),
            None => error,
        }
    })
}

fn pointer(path: &Path) -> String {
    path.iter().fold(String::new(), |at, segment| match segment {
        Segment::Seq { index } => join(&at, &index.to_string()),
        Segment::Map { key } | Segment::Enum { variant: key } => join(&at, key),
        Segment::Unknown => at,
    })
}

/// The message about a value that does not fit.
struct Refused {
    message: String,
    pointer: String,
    help: Option<String>,
}

/// Rewords a message of serde: about the key or the value itself, with a suggestion where a known
/// one is similar.
fn refused(value: &Value, pointer: &str, message: &str) -> Refused {
    let at = |pointer: String, message: String, help| Refused { message, pointer, help };
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (first, known) = quoted.split_first().map_or(("", &[][..]), |(first, rest)| (*first, rest));
    let found = value.pointer(pointer);
    let is_map = found.is_some_and(Value::is_object);
    let is_key = message.starts_with("unknown field") || is_map;
    if message.starts_with("unknown field") || message.starts_with("unknown variant") {
        let meant = did_you_mean(first, known.iter().copied());
        if !is_key {
            let message = format!("`{first}` instead of one of `{}`", known.join("`, `"));
            return at(pointer.to_owned(), message, meant);
        }
        let help = meant.unwrap_or_else(|| format!("known are `{}`", known.join("`, `")));
        let is_there = tokens(pointer).last().is_some_and(|last| last == first);
        let pointer = if is_there { pointer.to_owned() } else { join(pointer, first) };
        return at(pointer, format!("unknown key `{first}`"), Some(help));
    }
    if message.ends_with("expected map with a single key")
        && let Some(keys) = found.and_then(Value::as_object)
        && let Some(last) = keys.keys().next_back()
    {
        let keys: Vec<&str> = keys.keys().map(String::as_str).collect();
        let help = format!("keep one of `{}`", keys.join("`, `"));
        let message = format!("{} keys in a map that takes one", keys.len());
        return at(join(pointer, last), message, Some(help));
    }
    let message = match (message.strip_prefix("missing field "), message.split_once(", expected "))
    {
        (Some(key), _) => format!("missing key {key}"),
        (_, Some((_, expected))) => {
            let expected = if expected == "a string" { "text" } else { expected };
            format!("{} instead of {expected}", found.map_or("nothing".to_owned(), described))
        }
        _ => message.to_owned(),
    };
    at(pointer.to_owned(), message, None)
}

/// Reads a key that may be omitted, but whose value is not `null`.
pub(super) fn given<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Reads the evidence of a correction, which is never blank.
pub(super) fn evidence<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.trim().is_empty() {
        return Err(D::Error::custom(
            "a correction without evidence\nsay how it is known: the release it was measured on, and how",
        ));
    }
    Ok(text)
}

/// One text, or a list of several.
#[derive(Clone, Debug)]
pub(super) struct OneOrMany<T>(pub(super) Vec<T>);

impl<T> Default for OneOrMany<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor(PhantomData)).map(Self)
    }
}

struct OneOrManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrManyVisitor<T> {
    type Value = Vec<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, or a list of texts")
    }

    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
        T::deserialize(text.into_deserializer()).map(|one| vec![one])
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut all = Vec::new();
        while let Some(item) = items.next_element()? {
            all.push(item);
        }
        Ok(all)
    }
}

#[cfg(test)]
impl<T> schemars::JsonSchema for OneOrMany<T> {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "OneOrMany".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "oneOf": [
                { "type": "string", "minLength": 1 },
                { "type": "array", "minItems": 1, "items": { "type": "string", "minLength": 1 } },
            ],
        })
    }
}
