//! The shapes of JSON values: what was seen, counted, before anything is concluded from it.

use std::collections::BTreeMap;

use serde_json::Value;

/// All values that were seen at one location.
#[derive(Clone, Debug, Default)]
pub(super) struct Shape {
    pub(super) nulls: usize,
    pub(super) falses: usize,
    pub(super) trues: usize,
    /// Whole numbers, and how many of them are 0 or 1.
    pub(super) integers: usize,
    pub(super) bits: usize,
    pub(super) floats: usize,
    pub(super) texts: Texts,
    pub(super) empty_lists: usize,
    /// Lists that are not empty, and what is in them.
    pub(super) lists: usize,
    pub(super) items: Option<Box<Shape>>,
    /// Objects that are not empty, and what is in them.
    pub(super) objects: usize,
    pub(super) empty_objects: usize,
    pub(super) fields: BTreeMap<String, Shape>,
}

/// The texts that were seen at one location.
#[derive(Clone, Debug, Default)]
pub(super) struct Texts {
    pub(super) count: usize,
    /// Those that are a whole number as PHP would write it.
    pub(super) integers: usize,
    /// Those that are a number.
    pub(super) numbers: usize,
    /// `true` and `false`, and how many of each.
    pub(super) yes: usize,
    pub(super) no: usize,
    /// Those that begin with a slash.
    pub(super) paths: usize,
    /// Those that are a JSON object or list.
    pub(super) documents: usize,
    /// The distinct ones, up to one more than an enumeration has.
    distinct: BTreeMap<String, usize>,
}

/// The number of distinct texts that are kept.
const KEPT: usize = 9;

impl Texts {
    /// Counts a text.
    pub(super) fn add(&mut self, text: &str) {
        self.count += 1;
        self.integers += usize::from(is_integer(text));
        self.numbers += usize::from(text.parse::<f64>().is_ok_and(f64::is_finite));
        self.yes += usize::from(text == "true");
        self.no += usize::from(text == "false");
        self.paths += usize::from(text.starts_with('/'));
        self.documents += usize::from(is_document(text));
        if self.distinct.contains_key(text) || self.distinct.len() < KEPT {
            *self.distinct.entry(text.to_owned()).or_default() += 1;
        }
    }

    /// Returns the distinct texts, unless there are too many for an enumeration.
    pub(super) fn values(&self) -> Option<Vec<String>> {
        (self.distinct.len() < KEPT).then(|| self.distinct.keys().cloned().collect())
    }

    /// Returns the number of distinct texts, as far as they are counted.
    pub(super) fn distinct(&self) -> usize {
        self.distinct.len()
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.integers += other.integers;
        self.numbers += other.numbers;
        self.yes += other.yes;
        self.no += other.no;
        self.paths += other.paths;
        self.documents += other.documents;
        for (text, count) in &other.distinct {
            if self.distinct.contains_key(text) || self.distinct.len() < KEPT {
                *self.distinct.entry(text.clone()).or_default() += count;
            }
        }
    }
}

/// Returns whether text is a whole number as a program writes it: an id may begin with 0.
fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let is_padded = digits.len() > 1 && digits.starts_with('0');
    !is_padded && text.len() <= 15 && text.parse::<i64>().is_ok()
}

fn is_document(text: &str) -> bool {
    let is_open = text.starts_with('{') && text.ends_with('}');
    let is_list = text.starts_with('[') && text.ends_with(']');
    (is_open || is_list) && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

impl Shape {
    /// Counts a value.
    pub(super) fn add(&mut self, value: &Value) {
        match value {
            Value::Null => self.nulls += 1,
            Value::Bool(true) => self.trues += 1,
            Value::Bool(false) => self.falses += 1,
            Value::Number(number) => match number.as_i64() {
                Some(whole) => {
                    self.integers += 1;
                    self.bits += usize::from(matches!(whole, 0 | 1));
                }
                None => self.floats += 1,
            },
            Value::String(text) => self.texts.add(text),
            Value::Array(items) if items.is_empty() => self.empty_lists += 1,
            Value::Array(items) => {
                self.lists += 1;
                let shape = self.items.get_or_insert_default();
                items.iter().for_each(|item| shape.add(item));
            }
            Value::Object(fields) if fields.is_empty() => self.empty_objects += 1,
            Value::Object(fields) => {
                self.objects += 1;
                for (name, value) in fields {
                    self.fields.entry(name.clone()).or_default().add(value);
                }
            }
        }
    }

    /// Adds everything that was counted at another location.
    pub(super) fn merge(&mut self, other: &Self) {
        self.nulls += other.nulls;
        self.falses += other.falses;
        self.trues += other.trues;
        self.integers += other.integers;
        self.bits += other.bits;
        self.floats += other.floats;
        self.texts.merge(&other.texts);
        self.empty_lists += other.empty_lists;
        self.lists += other.lists;
        if let Some(items) = &other.items {
            self.items.get_or_insert_default().merge(items);
        }
        self.objects += other.objects;
        self.empty_objects += other.empty_objects;
        for (name, field) in &other.fields {
            self.fields.entry(name.clone()).or_default().merge(field);
        }
    }

    /// Returns the shape of the objects that a document consists of: itself, or the items of a list.
    pub(super) fn root(&mut self) -> Option<&mut Self> {
        match self.objects {
            0 => self.items.as_deref_mut().filter(|items| items.objects > 0),
            _ => Some(self).filter(|shape| shape.lists == 0),
        }
    }

    /// Takes over the objects that were counted at another location, instead of its own.
    pub(super) fn share(&mut self, other: &Self) {
        self.objects = other.objects;
        self.empty_objects = other.empty_objects;
        self.fields.clone_from(&other.fields);
    }

    /// Returns the number of values.
    pub(super) fn count(&self) -> usize {
        self.nulls + self.scalars() + self.all_lists() + self.all_objects()
    }

    /// Returns the number of values that are text, numbers or booleans.
    pub(super) fn scalars(&self) -> usize {
        self.falses + self.trues + self.numbers() + self.texts.count
    }

    /// Returns the number of numbers.
    pub(super) fn numbers(&self) -> usize {
        self.integers + self.floats
    }

    /// Returns the number of lists, including empty ones.
    pub(super) fn all_lists(&self) -> usize {
        self.empty_lists + self.lists
    }

    /// Returns the number of objects, including empty ones.
    pub(super) fn all_objects(&self) -> usize {
        self.empty_objects + self.objects
    }

    /// Returns whether all values are objects or lists.
    pub(super) fn is_nested(&self) -> bool {
        self.all_objects() + self.all_lists() > 0 && self.scalars() == 0
    }

    /// Returns the shape of all fields together, as the values of a map.
    pub(super) fn values(&self) -> Self {
        let mut all = Self::default();
        self.fields.values().for_each(|field| all.merge(field));
        all
    }
}
