//! Compares a request with the recorded one.

use std::fmt;

use pydio_client::Json;

use super::{
    asked::{Asked, KeyPairs, pairs},
    made::Sent,
};
use crate::replay::targets;

/// The most significant difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Same,
    Slash,
    Escapes,
    Order,
    Json,
    Format,
    File,
    Parts,
    Switch,
}

/// Returns how similar the sent request is to the recorded one, or why it is not.
pub(super) fn of(asked: &Asked, sent: &Sent) -> Result<Class, String> {
    if asked.is_form != sent.is_form && !(asked.body.is_empty() && sent.body.is_empty()) {
        return Err("a body of another kind".to_owned());
    }
    if asked.files != sent.files {
        return Err(format!("{} files, or others", sent.files.len()));
    }
    let path = of_path(&asked.path, &sent.path)?;
    let query = of_pairs(asked.query.as_bytes(), sent.query.as_bytes(), sent)?;
    let body = match &sent.parts {
        Some(parts) => of_parts(&asked.fields, parts, sent)?,
        None => of_pairs(&asked.body, &sent.body, sent)?,
    };
    Ok(path.max(query).max(body))
}

fn of_path(asked: &str, sent: &str) -> Result<Class, String> {
    let (own, other) = (targets::decode(asked), targets::decode(sent));
    let slashless = |path: &str| path.trim_end_matches('/').replace("//", "/");
    if asked == sent {
        Ok(Class::Same)
    } else if own == other {
        Ok(Class::Escapes)
    } else if slashless(&own) == slashless(&other) {
        Ok(Class::Slash)
    } else if is_same_document(&own, &other) {
        Ok(Class::Json)
    } else {
        Err(format!("the path is {sent}"))
    }
}

/// Returns whether the paths end in the same JSON.
fn is_same_document(own: &str, other: &str) -> bool {
    let parts = |path: &str| {
        let (before, json) = path.split_at(path.find('{')?);
        Some((before.to_owned(), serde_json::from_str::<Json>(json).ok()?))
    };
    parts(own).is_some_and(|own| parts(other) == Some(own))
}

/// Compares the fields of forms with files.
fn of_parts(asked: &KeyPairs, sent: &KeyPairs, how: &Sent) -> Result<Class, String> {
    let (own, other) = (sorted(asked), sorted(sent));
    let is_switch = |(name, _): &(String, String)| how.switches.contains(name);
    let plain: KeyPairs = other.iter().filter(|pair| !is_switch(pair)).cloned().collect();
    if own == other {
        Ok(Class::Parts)
    } else if own == plain {
        Ok(Class::Switch)
    } else {
        Err(format!("the fields are {other:?}"))
    }
}

fn of_pairs(asked: &[u8], sent: &[u8], how: &Sent) -> Result<Class, String> {
    let (own, other) = (pairs(asked), pairs(sent));
    let as_sent = renamed(&own, how);
    if asked == sent {
        Ok(Class::Same)
    } else if own == other {
        Ok(Class::Escapes)
    } else if sorted(&own) == sorted(&other) {
        Ok(Class::Order)
    } else if documents(&own) == documents(&other) {
        Ok(Class::Json)
    } else if documents(&as_sent) == documents(&other) {
        Ok(if how.is_file { Class::File } else { Class::Format })
    } else {
        Err(format!("the parameters are {other:?}"))
    }
}

/// Converts the pairs to the client's form: without `format=json`, and with `nodes[]` instead of
/// `file`.
fn renamed(pairs: &KeyPairs, how: &Sent) -> KeyPairs {
    let kept = pairs.iter().filter(|(name, _)| !how.is_format || name != "format").cloned();
    let is_file = |name: &str| how.is_file && (name == "file" || name.starts_with("file_"));
    let name = |name: String| if is_file(&name) { "nodes[]".to_owned() } else { name };
    kept.map(|(known, value)| (name(known), value)).collect()
}

fn sorted(pairs: &KeyPairs) -> KeyPairs {
    let mut pairs = pairs.clone();
    pairs.sort();
    pairs
}

/// Returns the sorted pairs, with JSON values normalized.
fn documents(pairs: &KeyPairs) -> Vec<(String, String)> {
    let value = |text: &str| match serde_json::from_str::<Json>(text) {
        Ok(json) => json.to_string(),
        Err(_) => text.to_owned(),
    };
    sorted(&pairs.iter().map(|(name, text)| (name.clone(), value(text))).collect())
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Same => "byte for byte",
            Self::Slash => "with a slash more or less that the server drops",
            Self::Escapes => "with other escapes, decoded alike",
            Self::Order => "with the parameters in another order",
            Self::Json => "with the same JSON in other spaces or order",
            Self::Format => "with JSON asked for by the header rather than by `format=json`",
            Self::Parts => "as a form with the same fields and files",
            Self::Switch => {
                "as a form with the same fields and files, and one more switch that announces it"
            }
            Self::File => "with the nodes as `nodes[]` rather than `file`, which does the same",
        })
    }
}
