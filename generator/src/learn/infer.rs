//! Concludes a type from the values that were seen.

use super::{
    secret::People,
    shape::{Shape, Texts},
};

/// A type that was concluded, and how PHP writes its values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Inferred {
    pub(super) kind: Kind,
    /// Whether PHP writes it in more than one way.
    pub(super) lenient: bool,
    /// Whether it may be `null`.
    pub(super) nullable: bool,
}

/// What a type consists of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Any,
    Text,
    Choice(Vec<String>),
    Integer,
    Number,
    Boolean,
    /// An object whose fields have nothing in common.
    Object,
    List(Box<Inferred>),
    Map(Box<Inferred>),
    Struct(Vec<Field>),
}

/// A field of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) required: bool,
    pub(super) inferred: Inferred,
}

/// What is unclear, with its location.
pub(super) type Doubts = Vec<String>;

/// The number of objects that have to have a field before it is required.
const ENOUGH: usize = 3;

/// The number of fields of one plain kind from which they are those of a map.
const MANY: usize = 20;

/// The same for names as short as those of languages and formats.
const SEVERAL: usize = 8;

/// Concludes types.
pub(super) struct Inference<'p> {
    pub(super) people: &'p People,
    pub(super) doubts: Doubts,
    /// The steps to the current location. Keys of maps are data, and not among them.
    path: Vec<String>,
}

impl<'p> Inference<'p> {
    /// Begins at the root of a document.
    pub(super) fn new(people: &'p People) -> Self {
        Self { people, doubts: Vec::new(), path: Vec::new() }
    }

    /// Concludes the type of the values of a shape; `name` is that of the field that has them.
    pub(super) fn infer(&mut self, shape: &Shape, name: &str) -> Inferred {
        let mut inferred = self.kind(shape, name);
        // `null`, and what PHP returns where it finds nothing.
        let finds_nothing = shape.falses > 0 && shape.trues == 0 && inferred.kind != Kind::Boolean;
        inferred.nullable = inferred.kind != Kind::Any && (shape.nulls > 0 || finds_nothing);
        inferred
    }

    fn kind(&mut self, shape: &Shape, name: &str) -> Inferred {
        let (lists, objects) = (shape.all_lists(), shape.all_objects());
        // `false` may stand for anything that was not found.
        let scalars = shape.scalars() - if shape.trues == 0 { shape.falses } else { 0 };
        match (lists, objects, scalars) {
            (0, 0, _) if shape.scalars() > 0 => self.scalar(shape, name),
            (0, 0, _) => self.any("was always `null`"),
            (_, 0, 0) if shape.lists > 0 => self.list(shape.items.as_deref(), false),
            (_, 0, 0) => self.any("was always an empty list, which may also be an empty map"),
            (0, _, 0) => self.object(shape),
            (_, _, 0) => self.list_or_object(shape),
            _ => self.any("contains values of different kinds"),
        }
    }

    /// Notes that something is unclear about the current location.
    fn doubt(&mut self, why: &str) {
        let place = match self.path.is_empty() {
            true => "the document".to_owned(),
            false => format!("`{}`", self.path.concat().trim_start_matches('.')),
        };
        self.doubts.push(format!("{place} {why}"));
    }

    fn any(&mut self, why: &str) -> Inferred {
        self.doubt(why);
        Inferred::plain(Kind::Any)
    }

    fn scalar(&mut self, shape: &Shape, name: &str) -> Inferred {
        let texts = &shape.texts;
        let booleans = shape.trues + shape.falses;
        let quoted = texts.count;
        let is_true_or_false = |texts: &Texts| texts.yes + texts.no == texts.count;
        if shape.falses == shape.scalars() && !is_condition(name) {
            return self.any("was always `false`, which PHP also returns if it finds nothing");
        }
        if booleans > 0 && shape.numbers() == shape.bits && is_true_or_false(texts) {
            return Inferred { lenient: quoted + shape.bits > 0, ..Inferred::plain(Kind::Boolean) };
        }
        if booleans == 0 && shape.numbers() == 0 {
            return self.text(texts, name);
        }
        let may_be_number = texts.numbers == quoted;
        let is_mixed = quoted > 0 || shape.trues > 0;
        match () {
            () if may_be_number
                && shape.floats == 0
                && texts.integers == quoted
                && shape.numbers() + quoted > 0 =>
            {
                // PHP turns a hash that consists of digits into a number.
                let kind = if name.contains("hash") { Kind::Text } else { Kind::Integer };
                Inferred { lenient: is_mixed, ..Inferred::plain(kind) }
            }
            () if may_be_number && shape.trues == 0 => {
                Inferred { lenient: is_mixed, ..Inferred::plain(Kind::Number) }
            }
            () => {
                let lenient = shape.numbers() + shape.trues > 0;
                Inferred { lenient, ..Inferred::plain(Kind::Text) }
            }
        }
    }

    fn text(&mut self, texts: &Texts, name: &str) -> Inferred {
        let has_both = texts.yes > 0 && texts.no > 0 || is_condition(name);
        if texts.yes + texts.no == texts.count && has_both {
            return Inferred { lenient: true, ..Inferred::plain(Kind::Boolean) };
        }
        if texts.integers == texts.count && counts(name) {
            return Inferred { lenient: true, ..Inferred::plain(Kind::Integer) };
        }
        let choice = self.people.choice(name, texts);
        Inferred::plain(choice.map_or(Kind::Text, Kind::Choice))
    }

    /// Concludes the type of what is one step further.
    fn at(&mut self, step: &str, shape: &Shape, name: &str) -> Inferred {
        self.path.push(step.to_owned());
        let inferred = self.infer(shape, name);
        self.path.pop();
        inferred
    }

    fn list(&mut self, items: Option<&Shape>, lenient: bool) -> Inferred {
        let any = || Inferred::plain(Kind::Any);
        let item = items.map_or_else(any, |items| self.at("[]", items, ""));
        Inferred { lenient, ..Inferred::plain(Kind::List(Box::new(item))) }
    }

    /// Concludes from objects only.
    fn object(&mut self, shape: &Shape) -> Inferred {
        if shape.objects == 0 {
            return self.any("was always an empty object");
        }
        match self.is_map(shape) {
            true => self.map(&shape.values(), false),
            false => self.fields(shape),
        }
    }

    /// Concludes from objects and lists. PHP writes an empty map as a list, a map with the keys 0, 1
    /// … too, and a list without its first items as an object.
    fn list_or_object(&mut self, shape: &Shape) -> Inferred {
        if shape.objects == 0 {
            return self.list(shape.items.as_deref(), true);
        }
        if shape.lists == 0 && self.is_map(shape) {
            return self.map(&shape.values(), true);
        }
        if shape.lists == 0 {
            self.doubt("is a list when it is empty, so its fields get no model");
            return Inferred { lenient: true, ..Inferred::plain(Kind::Object) };
        }
        let items = shape.items.as_deref();
        if shape.fields.keys().all(|key| is_number(key)) {
            let mut all = shape.values();
            all.merge(items.unwrap_or(&Shape::default()));
            return self.map(&all, true);
        }
        let is_same = |items: &Shape| items.fields.keys().any(|key| shape.fields.contains_key(key));
        match items {
            // A list of one that was converted from XML.
            Some(items) if items.scalars() == 0 && is_same(items) => {
                let mut all =
                    Shape { nulls: 0, lists: 0, empty_lists: 0, items: None, ..shape.clone() };
                all.merge(items);
                self.list(Some(&all), true)
            }
            _ => self.any("is a list in one response and an object in another"),
        }
    }

    fn map(&mut self, values: &Shape, lenient: bool) -> Inferred {
        let value = self.at("{}", values, "");
        Inferred { lenient, ..Inferred::plain(Kind::Map(Box::new(value))) }
    }

    fn fields(&mut self, shape: &Shape) -> Inferred {
        // Some of PHP's arrays have their values a second time, by number.
        let people = self.people;
        let is_named = |name: &&String| !is_number(name) && !people.is_data(name);
        if shape.fields.keys().any(|name| people.is_data(name)) {
            self.doubt("has fields whose names are data, in addition to those of its model");
        }
        let mut fields = Vec::new();
        for name in shape.fields.keys().filter(is_named) {
            let field = &shape.fields[name];
            let inferred = self.at(&format!(".{name}"), field, name);
            let is_always = field.count() == shape.objects && shape.empty_objects == 0;
            let required = is_always && shape.objects >= ENOUGH;
            fields.push(Field { name: name.clone(), required, inferred });
        }
        Inferred::plain(Kind::Struct(fields))
    }

    /// Returns whether the names in an object are data: it is a map.
    fn is_map(&self, shape: &Shape) -> bool {
        let names = || shape.fields.keys();
        let is_data = |name: &&String| self.people.is_data(name) || is_number(name);
        let data = names().filter(is_data).count();
        let named = names().filter(|name| !is_number(name)).count();
        let values: Vec<&Shape> = shape.fields.values().collect();
        let has_data = data > shape.fields.len() - named;
        // A list that also has its values by number is not a map: half of its names are words.
        if data == shape.fields.len() || has_data && (data * 2 >= named || is_of_one_kind(&values))
        {
            return true;
        }
        if named < shape.fields.len() {
            return false;
        }
        let is_nested = values.iter().all(|value| value.is_nested());
        is_nested && values.len() >= 2 && is_uniform(&values)
            || is_entry(shape)
            || is_scattered(shape)
            || (values.len() >= MANY
                || values.len() >= SEVERAL && names().all(|name| is_code(name)))
                && is_of_one_kind(&values)
    }
}

impl Inferred {
    /// Returns whether nothing at all is known of the values.
    pub(super) fn is_void(&self) -> bool {
        match &self.kind {
            Kind::Any => true,
            Kind::List(inner) | Kind::Map(inner) => inner.is_void(),
            _ => false,
        }
    }

    fn plain(kind: Kind) -> Self {
        Self { kind, lenient: false, nullable: false }
    }
}

/// Returns whether a name is as short as that of a language or a format.
fn is_code(name: &str) -> bool {
    name.len() <= 5
}

fn is_number(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_digit())
}

/// Returns whether a field of that name holds a number, rather than an id made of digits.
fn counts(name: &str) -> bool {
    const NUMBERS: [&str; 18] = [
        "size", "count", "total", "time", "date", "quota", "limit", "offset", "number", "length",
        "stamp", "usage", "duration", "width", "height", "seq", "max", "min",
    ];
    let name = name.to_ascii_lowercase();
    NUMBERS.iter().any(|word| name.contains(word))
}

/// Returns whether a field of that name says whether something is so.
fn is_condition(name: &str) -> bool {
    const STARTS: [&str; 7] = ["is_", "has_", "can_", "no_", "allow", "enable", "disable"];
    const ENDS: [&str; 7] = ["ed", "able", "active", "_set", "only", "exists", "success"];
    let name = name.to_ascii_lowercase();
    STARTS.iter().any(|start| name.starts_with(start)) || ENDS.iter().any(|end| name.ends_with(end))
}

/// Returns whether several values have the same fields, and at least two of them.
fn is_uniform(values: &[&Shape]) -> bool {
    let all: Vec<&Shape> = values
        .iter()
        .map(|value| value.items.as_deref().filter(|_| value.lists > 0).unwrap_or(value))
        .filter(|value| value.objects > 0)
        .collect();
    let Some((first, rest)) = all.split_first() else { return false };
    let shared = |other: &&Shape| {
        let both = first.fields.keys().filter(|name| other.fields.contains_key(*name)).count();
        let most = first.fields.len().max(other.fields.len());
        both >= 2 && both * 3 >= most * 2
    };
    all.len() >= 2 && rest.iter().all(shared)
}

/// Returns whether an object is the only entry of what may be a map: its name is not one of those
/// that responses are wrapped in, and may be a login.
fn is_entry(shape: &Shape) -> bool {
    const WRAPPERS: [&str; 12] = [
        "data",
        "result",
        "results",
        "response",
        "list",
        "items",
        "values",
        "error",
        "message",
        "content",
        "options",
        "parameters",
    ];
    let mut fields = shape.fields.iter();
    let (Some((name, value)), None) = (fields.next(), fields.next()) else { return false };
    let is_known = WRAPPERS.iter().any(|wrapper| name.eq_ignore_ascii_case(wrapper));
    value.objects > 0 && value.is_nested() && !is_known && !name.starts_with('@')
}

/// Returns whether no name is in more than half of several objects, and all values are alike.
fn is_scattered(shape: &Shape) -> bool {
    let values: Vec<&Shape> = shape.fields.values().collect();
    let is_rare = |value: &&Shape| value.count() * 2 <= shape.objects;
    shape.objects >= 3 && values.len() >= 4 && values.iter().all(is_rare) && is_of_one_kind(&values)
}

/// Returns whether values are all text, all numbers, or all objects or lists.
fn is_of_one_kind(values: &[&Shape]) -> bool {
    let all = |is: &dyn Fn(&Shape) -> bool| values.iter().all(|value| is(value));
    all(&|value| value.texts.count == value.count())
        || all(&|value| value.numbers() == value.count())
        || all(&|value| value.trues + value.falses == value.count())
        || all(&|value| value.all_objects() == value.count())
        || all(&|value| value.all_lists() == value.count())
}

#[cfg(test)]
#[path = "infer_tests.rs"]
mod tests;
