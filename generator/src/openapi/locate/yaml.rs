//! Finding a place in YAML: the parser says where an error is, so one is made on purpose.

use std::{fmt, ops::Range};

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::{offset_of_character, word};

/// The bytes of what `tokens` lead to, or of the last thing on the way that is there.
pub(super) fn locate(text: &str, tokens: &[String]) -> Range<usize> {
    (0..=tokens.len())
        .rev()
        .find_map(|length| {
            let tokens = &tokens[..length];
            start(text, Path { tokens, stop: Stop::Scalar })
                .or_else(|| start(text, Path { tokens, stop: Stop::Key }))
        })
        .map_or(0..0, |start| word(text, start))
}

/// The message that tells the error made on purpose from any other.
const HERE: &str = "here it is";

fn start(text: &str, path: Path<'_>) -> Option<usize> {
    let error = path.deserialize(serde_yaml::Deserializer::from_str(text)).err()?;
    if !error.to_string().contains(HERE) {
        return None;
    }
    let at = error.location()?;
    Some(offset_of_character(text, at.line(), at.column()))
}

/// What is left of the way.
#[derive(Clone, Copy)]
struct Path<'p> {
    tokens: &'p [String],
    stop: Stop,
}

/// Where to stop at the end of the way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stop {
    /// At the value, where it is neither a list nor a map.
    Scalar,
    /// At the key; without one, at the value.
    Key,
}

impl Path<'_> {
    fn is_here(self) -> bool {
        self.tokens.is_empty()
    }
}

impl<'de> DeserializeSeed<'de> for Path<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Path<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HERE)
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        self.scalar()
    }

    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        self.scalar()
    }

    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        self.scalar()
    }

    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.scalar()
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<(), A::Error> {
        let Some((token, rest)) = self.tokens.split_first() else { return self.container() };
        for index in 0_usize.. {
            let found = if index.to_string() == *token {
                items.next_element_seed(Path { tokens: rest, ..self })?.map(drop)
            } else {
                items.next_element::<IgnoredAny>()?.map(drop)
            };
            if found.is_none() {
                break;
            }
        }
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<(), A::Error> {
        let Some((token, rest)) = self.tokens.split_first() else { return self.container() };
        let stops = rest.is_empty() && self.stop == Stop::Key;
        while let Some(is_it) = entries.next_key_seed(Key { token, stops })? {
            if is_it {
                entries.next_value_seed(Path { tokens: rest, ..self })?;
            } else {
                entries.next_value::<IgnoredAny>()?;
            }
        }
        Ok(())
    }
}

impl Path<'_> {
    fn scalar<E: Error>(self) -> Result<(), E> {
        if self.is_here() { Err(E::custom(HERE)) } else { Ok(()) }
    }

    fn container<E: Error>(self) -> Result<(), E> {
        if self.stop == Stop::Key { Err(E::custom(HERE)) } else { Ok(()) }
    }
}

/// Whether a key is the one that is looked for.
struct Key<'p> {
    token: &'p str,
    stops: bool,
}

impl<'de> DeserializeSeed<'de> for Key<'_> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text as the key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<bool, E> {
        match (key == self.token, self.stops) {
            (true, true) => Err(E::custom(HERE)),
            (is_it, _) => Ok(is_it),
        }
    }
}
