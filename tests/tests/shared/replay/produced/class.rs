//! Compares a request with the recorded one.

use std::fmt;

use pydio_client::Json;

use super::{asked::Asked, sent::Sent};
use crate::replay::{
    address::{Fields, is_own, pairs},
    targets,
};

/// The most significant difference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Class {
    Same,
    Place,
    Slash,
    Escapes,
    Order,
    Json,
    Format,
    Nodes,
    Root,
    Parts,
    Switch,
}

/// Returns how similar the sent request is to the recorded one, or why it is not.
pub(super) fn of(asked: &Asked, sent: &Sent) -> Result<Class, String> {
    if asked.is_form != sent.is_form
        && !asked.is_session()
        && !(asked.body.is_empty() && sent.body.is_empty())
    {
        return Err("a body of another kind".to_owned());
    }
    if asked.files != sent.files {
        return Err(format!("{} files, or others", sent.files.len()));
    }
    let path = if asked.is_session() { Class::Same } else { of_path(&asked.path, &sent.path)? };
    let query = of_pairs(asked.query.as_bytes(), sent.query.as_bytes());
    let fields = match (&sent.parts, query, of_pairs(&asked.body, &sent.body)) {
        (Some(parts), ..) => of_parts(&asked.fields, parts, sent)?,
        (None, Some(query), Some(body)) => query.max(body),
        _ => of_all(asked, sent)?,
    };
    Ok(path.max(fields))
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
fn of_parts(asked: &Fields, sent: &Fields, how: &Sent) -> Result<Class, String> {
    let (own, other) = (sorted(asked), sorted(sent));
    let is_switch = |(name, _): &(String, String)| how.switches.contains(name);
    let plain: Fields = other.iter().filter(|pair| !is_switch(pair)).cloned().collect();
    if own == other {
        Ok(Class::Parts)
    } else if own == plain {
        Ok(Class::Switch)
    } else {
        Err(format!("the fields are {other:?}"))
    }
}

/// Compares a query or a form; `None` if its fields differ.
fn of_pairs(asked: &[u8], sent: &[u8]) -> Option<Class> {
    let (own, other) = (pairs(asked), pairs(sent));
    if asked == sent {
        Some(Class::Same)
    } else if own == other {
        Some(Class::Escapes)
    } else if sorted(&own) == sorted(&other) {
        Some(Class::Order)
    } else if documents(&own) == documents(&other) {
        Some(Class::Json)
    } else {
        None
    }
}

/// Compares all fields: the server reads those of the query and those of the form alike.
fn of_all(asked: &Asked, sent: &Sent) -> Result<Class, String> {
    let own = &asked.fields;
    let other = pairs(sent.query.as_bytes()).into_iter().chain(pairs(&sent.body));
    let other: Fields = other.filter(|(name, _)| !is_own(name)).collect();
    if sorted(own) == sorted(&other) {
        Ok(Class::Place)
    } else if documents(own) == documents(&other) {
        Ok(Class::Json)
    } else if documents(&sent.fields) == documents(&other) {
        Ok(match (sent.is_renamed, sent.fields.len() > own.len()) {
            (_, true) => Class::Root,
            (true, _) => Class::Nodes,
            _ => Class::Format,
        })
    } else {
        Err(format!("the parameters are {other:?}"))
    }
}

fn sorted(pairs: &Fields) -> Fields {
    let mut pairs = pairs.clone();
    pairs.sort();
    pairs
}

/// Returns the sorted pairs, with JSON values normalized.
fn documents(pairs: &Fields) -> Vec<(String, String)> {
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
            Self::Place => "with the same fields, in a form rather than in the query",
            Self::Slash => "with a slash more or less that the server drops",
            Self::Escapes => "with other escapes, decoded alike",
            Self::Order => "with the parameters in another order",
            Self::Json => "with the same JSON in other spaces or order",
            Self::Format => "with JSON asked for by the header rather than by `format=json`",
            Self::Parts => "as a form with the same fields and files",
            Self::Switch => {
                "as a form with the same fields and files, and one more switch that announces it"
            }
            Self::Root => "with the root as the node, which other fields override",
            Self::Nodes => {
                "with the nodes as `nodes[]` rather than `file`, or reversed, which does the same"
            }
        })
    }
}
