//! Every Rust name, given in one pass over the model.
//!
//! A name that is taken in its scope gets a number, in the order of the model, so the same input
//! always gets the same names.

mod spec;

use std::{
    cmp::Ordering,
    collections::{BTreeMap, HashMap, HashSet},
};

use crate::model::{Action, Api, Kind, Plugin};

pub use spec::{ModelNames, OperationNames, ResponseNames, ServerNames, SpecNames};

/// The names of everything that is emitted.
#[derive(Debug, Default)]
pub struct Names {
    /// By plugin id.
    pub modules: BTreeMap<String, String>,
    /// By index of the definition.
    pub actions: BTreeMap<usize, ActionNames>,
    /// What a definition is called in a plugin that re-exports it, by plugin id and index.
    pub exports: BTreeMap<(String, usize), Export>,
    /// Of the models that actions answer.
    pub models: SpecNames,
    /// Of the spec.
    pub spec: SpecNames,
}

/// The names of one definition, in the module of its owner.
#[derive(Debug)]
pub struct ActionNames {
    /// The function that makes the call.
    pub function: String,
    /// The type of the call.
    pub call: String,
    /// The argument or setter of each parameter, in order.
    pub params: Vec<String>,
    /// The enumeration of each parameter that is a choice, with its variants.
    pub choices: BTreeMap<usize, ChoiceNames>,
}

/// The names of an enumeration.
#[derive(Debug)]
pub struct ChoiceNames {
    /// Its type.
    pub name: String,
    /// The variants of the declared words, in order.
    pub variants: Vec<String>,
    /// The variant for any other word.
    pub other: String,
}

/// The names of a definition in a module that re-exports it.
#[derive(Debug)]
pub struct Export {
    /// The function that makes the call.
    pub function: String,
    /// The type of the call.
    pub call: String,
    /// The enumerations of its parameters, by the index of the parameter.
    pub choices: BTreeMap<usize, String>,
}

impl Names {
    /// Names everything in `api`.
    pub fn assign(api: &Api) -> Self {
        let mut names = Self {
            models: SpecNames::of_models(&api.models),
            spec: SpecNames::assign(&api.spec),
            ..Self::default()
        };
        // The modules are in `v1`, beside a use of that crate, which one of its name would hide.
        let mut modules = Scope::of(&["models", "pydio_runtime", "v1"]);
        for plugin in api.plugins.iter().filter(|plugin| !plugin.actions.is_empty()) {
            names.modules.insert(plugin.id.clone(), modules.claim(&snake(&plugin.id)));
            names.name_plugin(api, plugin);
        }
        names
    }

    fn name_plugin(&mut self, api: &Api, plugin: &Plugin) {
        let mut functions = Scope::of(&[]);
        let mut types = Scope::of(&PRELUDE);
        for &index in &plugin.actions {
            let action = &api.actions[index];
            let function = functions.claim(&snake(&action.name));
            let call = types.claim(&pascal(&action.name));
            if action.owner == plugin.id {
                let params = name_params(action);
                let choices = name_choices(action, &mut types);
                self.actions.insert(index, ActionNames { function, call, params, choices });
            } else {
                let choices = choice_types(action, &mut types);
                let export = Export { function, call, choices };
                self.exports.insert((plugin.id.clone(), index), export);
            }
        }
    }
}

fn name_params(action: &Action) -> Vec<String> {
    let mut scope = Scope::of(&TRAIT_METHODS);
    // What the emitted function calls the request it fills.
    scope.reserve("call");
    action
        .params
        .iter()
        .map(|param| scope.claim(&snake(param_stem(&param.name, &param.kind))))
        .collect()
}

/// `user` of `user_[n]`.
fn param_stem<'p>(name: &'p str, kind: &'p Kind) -> &'p str {
    match kind {
        Kind::Numbered(prefix) => prefix,
        _ => name,
    }
}

fn name_choices(action: &Action, types: &mut Scope) -> BTreeMap<usize, ChoiceNames> {
    let named = choice_types(action, types).into_iter().map(|(index, name)| {
        let mut scope = Scope::of(&[]);
        let words = match &action.params[index].kind {
            Kind::Choice(words) => &words[..],
            _ => &[],
        };
        // First, so that it is called the same everywhere, whatever the words are.
        let other = scope.claim("Other");
        let variants = words.iter().map(|word| scope.claim(&pascal(word))).collect();
        (index, ChoiceNames { name, variants, other })
    });
    named.collect()
}

/// The types of the parameters that are choices.
fn choice_types(action: &Action, types: &mut Scope) -> BTreeMap<usize, String> {
    let choices = action.params.iter().enumerate();
    choices
        .filter(|(_, param)| matches!(param.kind, Kind::Choice(_)))
        .map(|(index, param)| (index, types.claim(&pascal(&param.name))))
        .collect()
}

/// Types that emitted modules use by their bare names.
const PRELUDE: [&str; 8] =
    ["Self", "String", "Into", "IntoIterator", "From", "Option", "Some", "None"];

/// Methods of well-known traits, which clippy wants on those traits only.
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

/// Names that are taken.
#[derive(Default)]
struct Scope {
    reserved: &'static [&'static str],
    taken: HashSet<String>,
    /// The next number to try, by the name that was wanted.
    next: HashMap<String, u32>,
}

impl Scope {
    fn of(reserved: &'static [&'static str]) -> Self {
        Self { reserved, ..Self::default() }
    }

    fn reserve(&mut self, name: &str) {
        self.taken.insert(name.to_owned());
    }

    /// `wanted`, or the first of `wanted_`, `wanted2`, `wanted3` … that is free.
    fn claim(&mut self, wanted: &str) -> String {
        let is_type = wanted.starts_with(|c: char| c.is_ascii_uppercase());
        let mut name = wanted.to_owned();
        if !is_type && !self.is_free(&name) {
            name.push('_');
        }
        while !self.is_free(&name) {
            let next = self.next.entry(wanted.to_owned()).or_insert(2);
            name = format!("{wanted}{next}");
            *next += 1;
        }
        self.taken.insert(name.clone());
        name
    }

    fn is_free(&self, name: &str) -> bool {
        !is_keyword(name) && !self.reserved.contains(&name) && !self.taken.contains(name)
    }
}

/// The longest name that is given, short of a number: a module's name has to fit a file's.
const MAX_NAME: usize = 120;

/// `createUser`, `create-user` and `create.user` as `create_user`.
pub fn snake(text: &str) -> String {
    let mut name = String::with_capacity(text.len() + 8);
    for word in words(text) {
        if !name.is_empty() {
            name.push('_');
        }
        name.extend(word.chars().map(|c| c.to_ascii_lowercase()));
    }
    valid(name, 'n', "unnamed")
}

/// `create_user` as `CreateUser`.
pub fn pascal(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    for word in words(text) {
        let (head, tail) = word.split_at(1);
        name.push_str(&head.to_ascii_uppercase());
        name.extend(tail.chars().map(|c| c.to_ascii_lowercase()));
    }
    valid(name, 'N', "Unnamed")
}

/// A word of an enumeration as the name of a variant: `+1` and `-1` are told apart, and so is what
/// has no letters at all.
pub(super) fn variant(word: &str) -> String {
    let sign = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit());
    if word.is_empty() {
        return "Empty".to_owned();
    }
    if let Some(rest) = word.strip_prefix('-').filter(|rest| sign(rest)) {
        return pascal(&format!("Minus{rest}"));
    }
    if let Some(rest) = word.strip_prefix('+').filter(|rest| sign(rest)) {
        return pascal(&format!("Plus{rest}"));
    }
    let symbols: String = word.chars().filter_map(symbol).collect();
    match words(word).next() {
        None if !symbols.is_empty() => valid(symbols, 'N', "Unnamed"),
        _ => pascal(word),
    }
}

/// What a symbol is called.
fn symbol(c: char) -> Option<&'static str> {
    Some(match c {
        ' ' => "Space",
        '!' => "Not",
        '"' => "Quote",
        '#' => "Hash",
        '$' => "Dollar",
        '%' => "Percent",
        '&' => "And",
        '\'' => "Apostrophe",
        '(' => "Open",
        ')' => "Close",
        '*' => "Star",
        '+' => "Plus",
        ',' => "Comma",
        '-' => "Minus",
        '.' => "Dot",
        '/' => "Slash",
        ':' => "Colon",
        ';' => "Semicolon",
        '<' => "Less",
        '=' => "Equal",
        '>' => "Greater",
        '?' => "Question",
        '@' => "At",
        '\\' => "Backslash",
        '^' => "Caret",
        '_' => "Underscore",
        '|' => "Or",
        '~' => "Tilde",
        _ => return None,
    })
}

/// A name that begins with a letter and is not too long.
fn valid(mut name: String, letter: char, unnamed: &str) -> String {
    match name.as_bytes().first() {
        Some(b'0'..=b'9') => name.insert(0, letter),
        Some(_) => {}
        None => name.push_str(unnamed),
    }
    name.truncate(MAX_NAME);
    name
}

/// The words of a name: ASCII letters and digits, up to where a capital begins the next.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let bytes = text.as_bytes();
    let begins = |at: usize| {
        let next_is_lower = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        bytes[at].is_ascii_uppercase()
            && match bytes[at - 1] {
                b'a'..=b'z' | b'0'..=b'9' => true,
                b'A'..=b'Z' => next_is_lower,
                _ => false,
            }
    };
    let mut rest = 0;
    std::iter::from_fn(move || {
        let is_part = |at: &usize| bytes[*at].is_ascii_alphanumeric();
        let start = (rest..bytes.len()).find(is_part)?;
        let end = (start + 1..bytes.len()).find(|at| !is_part(at) || begins(*at));
        rest = end.unwrap_or(bytes.len());
        Some(&text[start..rest])
    })
}

/// The order that rustfmt keeps imported names in: numbers in them by their value, `_` before the
/// rest.
pub(crate) fn version_order(a: &str, b: &str) -> Ordering {
    parts(a).cmp(parts(b)).then_with(|| a.cmp(b))
}

/// What is compared of a name: in the order of the kinds, `_`, numbers and letters.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Part<'t> {
    Underscore,
    Number(usize, &'t str),
    Letter(char),
}

fn parts(mut text: &str) -> impl Iterator<Item = Part<'_>> {
    std::iter::from_fn(move || {
        let first = text.chars().next()?;
        let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let (part, rest) = text.split_at(digits.max(first.len_utf8()));
        text = rest;
        let number = part.trim_start_matches('0');
        Some(match first {
            '_' => Part::Underscore,
            '0'..='9' => Part::Number(number.len(), number),
            letter => Part::Letter(letter),
        })
    })
}

/// Whether Rust has the word for itself, in any edition.
pub fn is_keyword(word: &str) -> bool {
    KEYWORDS.binary_search(&word).is_ok()
}

/// Strict, reserved and weak keywords, of all editions, in order.
const KEYWORDS: [&str; 55] = [
    "Self",
    "_",
    "abstract",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "macro_rules",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "pub",
    "ref",
    "return",
    "self",
    "static",
    "struct",
    "super",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "union",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

#[cfg(test)]
mod tests {
    use super::{KEYWORDS, Scope, pascal, snake, version_order};

    #[test]
    fn the_keywords_are_those_of_the_parser() {
        assert!(KEYWORDS.is_sorted());
        let own = ["gen", "macro_rules", "union"];
        for word in KEYWORDS {
            let is_identifier = syn::parse_str::<syn::Ident>(word).is_ok();
            assert_eq!(is_identifier, own.contains(&word), "{word}");
        }
    }

    #[test]
    fn names_are_cased_as_rust_wants_them() {
        let cases = [
            ("ls", "ls", "Ls"),
            ("scheduler_runAll", "scheduler_run_all", "SchedulerRunAll"),
            ("people-create-resource", "people_create_resource", "PeopleCreateResource"),
            ("encfs.cypher_folder", "encfs_cypher_folder", "EncfsCypherFolder"),
            ("HTTPServer2Go", "http_server2_go", "HttpServer2Go"),
            ("X-Pydio-WS-Info", "x_pydio_ws_info", "XPydioWsInfo"),
            ("3d", "n3d", "N3d"),
            ("\"; fn x() {}\n", "fn_x", "FnX"),
            ("../../x", "x", "X"),
            ("été", "t", "T"),
            ("漢字", "unnamed", "Unnamed"),
            ("", "unnamed", "Unnamed"),
        ];
        for (name, function, call) in cases {
            assert_eq!((snake(name), pascal(name)), (function.to_owned(), call.to_owned()));
        }
    }

    #[test]
    fn names_are_ordered_as_rustfmt_orders_them() {
        let sorted = [
            "a", "a_b", "a_c", "a1", "a01b2", "a1b2", "a01b10", "a1b10", "a002", "a02", "a2",
            "a10", "a10_b", "a10b", "ab", "b",
        ];
        let mut names = sorted;
        names.reverse();
        names.sort_by(|a, b| version_order(a, b));
        assert_eq!(names, sorted);
    }

    #[test]
    fn a_scope_gives_no_name_twice_and_no_keyword() {
        let mut scope = Scope::of(&["String"]);
        let wanted = ["move", "a", "a", "a", "a_", "String", "String", "type"];
        let given = wanted.map(|name| scope.claim(name));
        assert_eq!(given, ["move_", "a", "a_", "a2", "a__", "String2", "String3", "type_"]);
    }
}
