//! Names in use in a scope.

use std::collections::{HashMap, HashSet};

use super::case::{is_keyword, snake};

/// Names in use.
#[derive(Default)]
pub(super) struct Scope {
    reserved: &'static [&'static str],
    taken: HashSet<String>,
    /// The next number to try, by requested name.
    next: HashMap<String, u32>,
}

impl Scope {
    pub(super) fn of(reserved: &'static [&'static str]) -> Self {
        Self { reserved, ..Self::default() }
    }

    /// Creates the scope of the arguments and setters of a call.
    pub(super) fn of_params() -> Self {
        let mut scope = Self::of(&TRAIT_METHODS);
        // The emitted function uses this name for the request that it fills.
        scope.taken.insert("call".to_owned());
        scope
    }

    /// Returns `wanted`, or a word for it that Rust does not reserve, or the first of `wanted_`,
    /// `wanted2`, `wanted3` … that is free: the last resort for names that differ only by characters
    /// that Rust does not allow.
    pub(super) fn claim(&mut self, wanted: &str) -> String {
        let is_type = wanted.starts_with(|c: char| c.is_ascii_uppercase());
        let mut name = wanted.to_owned();
        if !is_type && !self.is_free(&name) {
            let word =
                UNRESERVED.iter().find(|(keyword, _)| *keyword == wanted).map(|(_, word)| *word);
            match word.filter(|word| self.is_free(word)) {
                Some(word) => name = word.to_owned(),
                None => name.push('_'),
            }
        }
        while !self.is_free(&name) {
            let next = self.next.entry(wanted.to_owned()).or_insert(2);
            name = format!("{wanted}{next}");
            *next += 1;
        }
        self.taken.insert(name.clone());
        name
    }

    /// Returns names for all of `wire`, in their order. A name that is valid in Rust is kept: of
    /// `@context` and `context`, that is the second, and of `type` and `kind` as well.
    pub(super) fn claim_all<'w>(&mut self, wire: impl Iterator<Item = &'w str>) -> Vec<String> {
        let wire: Vec<_> = wire.map(|wire| (wire, snake(wire))).collect();
        let mut names = vec![String::new(); wire.len()];
        for is_first in [true, false] {
            for (name, (wire, wanted)) in names.iter_mut().zip(&wire) {
                if (wire == wanted && !is_keyword(wire)) == is_first {
                    *name = self.claim(wanted);
                }
            }
        }
        names
    }

    pub(super) fn is_free(&self, name: &str) -> bool {
        !is_keyword(name) && !self.reserved.contains(&name) && !self.taken.contains(name)
    }
}

/// Words for keywords of Rust that are common as names of parameters and fields.
const UNRESERVED: [(&str, &str); 2] = [("type", "kind"), ("override", "overwrite")];

/// Methods of well-known traits, which clippy reports outside of those traits.
const TRAIT_METHODS: [&str; 31] = [
    "add",
    "as_mut",
    "as_ref",
    "bitand",
    "bitor",
    "bitxor",
    "borrow",
    "borrow_mut",
    "clone",
    "cmp",
    "default",
    "deref",
    "deref_mut",
    "div",
    "drop",
    "eq",
    "from_iter",
    "from_str",
    "hash",
    "index",
    "index_mut",
    "into_iter",
    "into_request",
    "mul",
    "neg",
    "next",
    "not",
    "rem",
    "shl",
    "shr",
    "sub",
];

#[cfg(test)]
mod tests {
    use super::Scope;

    #[test]
    fn a_scope_returns_unique_names_and_no_keywords() {
        let mut scope = Scope::of(&["String"]);
        let wanted = ["move", "a", "a", "a", "a_", "String", "String", "type"];
        let given = wanted.map(|name| scope.claim(name));
        assert_eq!(given, ["move_", "a", "a_", "a2", "a__", "String2", "String3", "kind"]);
        assert_eq!(scope.claim("type"), "type_");
        let mut scope = Scope::of(&[]);
        let fields = scope.claim_all(["type", "kind", "override"].into_iter());
        assert_eq!(fields, ["type_", "kind", "overwrite"]);
    }
}
