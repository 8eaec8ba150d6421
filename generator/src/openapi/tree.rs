//! JSON and YAML as the same tree: a visitor that limits size and depth.

use std::{
    cell::{Cell, RefCell},
    fmt,
};

use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, Error, IgnoredAny, MapAccess, SeqAccess,
    VariantAccess as _, Visitor,
};
use serde_json::{Map, Number, Value};

/// Ten times as many nodes as the largest public spec; an alias bomb has any number.
pub(super) const MAX_NODES: usize = 5_000_000;

/// The maximum nesting depth of lists and maps. The parsers of JSON and YAML stop at 128.
pub(super) const MAX_DEPTH: usize = 120;

/// The maximum number of deeper locations that are reported separately.
const MAX_DEEP: usize = 1_000;

/// The key of YAML whose value is merged into the map that it stands in.
const MERGE: &str = "<<";

/// The state of a tree while it is built.
#[derive(Default)]
pub(super) struct Growth {
    nodes: Cell<usize>,
    /// The findings, with their paths from the inside out.
    marks: RefCell<Vec<(Vec<String>, Mark)>>,
    deep: Cell<usize>,
    is_yaml: bool,
}

/// A finding about a location in a tree.
pub(super) enum Mark {
    /// The key occurred in its map before, with this value, which is dropped.
    Repeated(Value),
    /// A list or a map is nested too deeply, and is dropped.
    Deep,
}

impl Growth {
    /// Creates the state for a YAML tree.
    pub(super) fn of_yaml() -> Self {
        Self { is_yaml: true, ..Self::default() }
    }

    /// Returns the locations with findings.
    pub(super) fn marks(self) -> Vec<(Vec<String>, Mark)> {
        let mut marks = self.marks.into_inner();
        marks.iter_mut().for_each(|(path, _)| path.reverse());
        marks
    }

    fn mark(&self, mark: Mark) {
        self.marks.borrow_mut().push((Vec::new(), mark));
    }

    /// Notes that the current location is too deep. Of very many such locations, only some are
    /// kept.
    fn too_deep(&self) {
        self.deep.set(self.deep.get() + 1);
        if self.deep.get() <= MAX_DEEP {
            self.mark(Mark::Deep);
        }
    }

    /// Adds a token to the paths of the marks made after the first `before`.
    fn within(&self, before: usize, token: impl FnOnce() -> String) {
        let mut marks = self.marks.borrow_mut();
        if marks.len() > before {
            let token = token();
            marks[before..].iter_mut().for_each(|(path, _)| path.push(token.clone()));
        }
    }
}

/// Builds a value; shared by all of its parts, to count them.
#[derive(Clone, Copy)]
pub(super) struct Tree<'g> {
    growth: &'g Growth,
    depth: usize,
}

impl<'g> Tree<'g> {
    /// Creates the visitor for a tree whose state is `growth`.
    pub(super) fn of(growth: &'g Growth) -> Self {
        Self { growth, depth: 0 }
    }

    fn count<E: Error>(self) -> Result<(), E> {
        let nodes = &self.growth.nodes;
        nodes.set(nodes.get() + 1);
        if nodes.get() > MAX_NODES {
            return Err(E::custom(format!("more than {MAX_NODES} values, aliases counted")));
        }
        Ok(())
    }

    /// Returns the number of marks.
    fn marks(self) -> usize {
        self.growth.marks.borrow().len()
    }

    /// Returns the visitor for members; `None` if they are too deep.
    fn inner(self) -> Option<Self> {
        (self.depth < MAX_DEPTH).then_some(Self { depth: self.depth + 1, ..self })
    }
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        self.count()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text, a number, a boolean, null, a list or a map")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_i128<E: Error>(self, value: i128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    fn visit_u128<E: Error>(self, value: u128) -> Result<Value, E> {
        self.visit_f64(value as f64)
    }

    /// Returns a number; as text if only YAML can write it, such as `.inf`.
    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        let text = || match value {
            value if value.is_nan() => ".nan",
            value if value > 0.0 => ".inf",
            _ => "-.inf",
        };
        Ok(Number::from_f64(value).map_or_else(|| Value::from(text()), Value::Number))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    /// Returns the content of an empty YAML file.
    fn visit_none<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let Some(inner) = self.inner() else {
            while items.next_element::<IgnoredAny>()?.is_some() {}
            self.growth.too_deep();
            return Ok(Value::Null);
        };
        let mut list = Vec::new();
        loop {
            let before = self.marks();
            let Some(item) = items.next_element_seed(inner)? else { break };
            self.growth.within(before, || list.len().to_string());
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    /// Returns the value behind a YAML tag, which JSON does not have.
    fn visit_enum<A: EnumAccess<'de>>(self, tagged: A) -> Result<Value, A::Error> {
        let (_, value) = tagged.variant::<IgnoredAny>()?;
        value.newtype_variant_seed(self)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let Some(inner) = self.inner() else {
            while entries.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            self.growth.too_deep();
            return Ok(Value::Null);
        };
        let mut map = Map::new();
        while let Some(key) = entries.next_key_seed(Key)? {
            let before = self.marks();
            let value = entries.next_value_seed(inner)?;
            if let Some(first) = map.get_mut(&key) {
                let first = std::mem::take(first);
                let lost = if first == value { Value::Null } else { first };
                self.growth.mark(Mark::Repeated(lost));
            }
            self.growth.within(before, || key.clone());
            map.insert(key, value);
        }
        if self.growth.is_yaml {
            merge(&mut map);
        }
        // Sorted already, unless another crate in the build enables `preserve_order`.
        map.sort_keys();
        Ok(Value::Object(map))
    }
}

/// Merges the entries of the maps under `<<` into the map, whose own entries take precedence.
fn merge(map: &mut Map<String, Value>) {
    let is_map = |value: &Value| match value {
        Value::Array(maps) => maps.iter().all(Value::is_object),
        value => value.is_object(),
    };
    if !map.get(MERGE).is_some_and(is_map) {
        return;
    }
    let maps = match map.remove(MERGE) {
        Some(Value::Array(maps)) => maps,
        one => one.into_iter().collect(),
    };
    for merged in maps {
        if let Value::Object(merged) = merged {
            for (key, value) in merged {
                map.entry(key).or_insert(value);
            }
        }
    }
}

/// A key as written: YAML drops the quotes around status codes and `true`.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<String, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Key {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text as the key")
    }

    fn visit_str<E: Error>(self, key: &str) -> Result<String, E> {
        Ok(key.to_owned())
    }
}
