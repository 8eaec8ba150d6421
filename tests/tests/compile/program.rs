//! A program that uses everything in a surface: one line for each call and each model.

use std::collections::BTreeSet;

use pydio_codegen::surface::{Item, Part, Property, Surface};

/// The head of the program: values of any type, and what asks for traits.
pub(crate) const HEAD: &str = "//! Uses everything.\n\
    #![allow(warnings)]\n\
    use pydio_runtime as rt;\n\
    fn any<T>() -> T { unimplemented!() }\n\
    fn is_rest<T: rt::RestCall>() {}\n\
    fn is_eq<T: Eq>() {}\n\
    fn is_default<T: Default>() {}\n\
    fn is_sent<T: rt::json::ToJson>() {}\n\
    fn is_received<T: rt::json::FromJson>() {}\n";

/// The names of one API of the bindings.
struct Scope<'s> {
    /// The module of the API, such as `new_8_2_5::v1`.
    root: String,
    /// The types of its models.
    models: BTreeSet<&'s str>,
}

/// Returns the lines of the program, each with what it uses.
pub(crate) fn lines(surface: &Surface, bindings: &str) -> Vec<(String, String)> {
    let is_of = |name: &str, is_spec: bool| name.starts_with("v2::") == is_spec;
    let scope = |is_spec: bool| Scope {
        root: format!("{bindings}::{}", if is_spec { "v2" } else { "v1" }),
        models: surface
            .models
            .iter()
            .filter(|(name, _)| is_of(name, is_spec))
            .filter_map(|(_, item)| item.get(Property::Name))
            .collect(),
    };
    let (v1, v2) = (scope(false), scope(true));
    let mut uses = Vec::new();
    for (name, item) in &surface.actions {
        let plugin = name.split_once('/').map_or("", |(plugin, _)| plugin);
        uses.push((format!("call {name}"), v1.call(surface, &format!("plugin {plugin}"), item)));
    }
    for (name, item) in &surface.operations {
        let tag = item.get(Property::Home).unwrap_or_default();
        uses.push((format!("call {name}"), v2.call(surface, &format!("tag {tag}"), item)));
    }
    for (name, item) in &surface.models {
        let scope = if is_of(name, true) { &v2 } else { &v1 };
        uses.push((format!("model {name}"), scope.model(item)));
    }
    let lines = uses.into_iter().enumerate();
    lines.map(|(index, (name, uses))| (name, format!("fn f{index}() {{ {uses} }}\n"))).collect()
}

impl Scope<'_> {
    /// Returns statements that use a call, its setters, its types and its values.
    fn call(&self, surface: &Surface, group: &str, item: &Item) -> String {
        let module = surface.modules.get(group).and_then(|module| module.get(Property::Module));
        let module = format!("{}::{}", self.root, module.unwrap_or_default());
        let get = |property| item.get(property).unwrap_or_default();
        let call = format!("{module}::{}", get(Property::Call));
        let params = item.parts.get(&Part::Param);
        let values = |param: &Item| self.values(param, &module);
        let arguments = item.list(Property::Arguments).iter();
        let arguments: Vec<_> =
            arguments.filter_map(|name| Some(values(params?.get(name)?))).collect();
        let function = format!("{module}::{}", get(Property::Function));
        let mut text = format!("let call: {call} = {function}({});", arguments.join(", "));
        for param in params.into_iter().flat_map(|params| params.values()) {
            if param.get(Property::Role) == Some("setter") {
                let setter = param.get(Property::Name).unwrap_or_default();
                text += &format!("let call = call.{setter}({});", values(param));
            }
            if let Some(name) = param.get(Property::Enumeration) {
                text += &variants(&format!("{module}::{name}"), param);
            }
        }
        let response = self.placed(get(Property::ResponseType), &module, None);
        text += &format!("let _: {response} = any::<<{call} as rt::Call>::Response>();");
        if item.is(Property::Rest) {
            text += &format!("is_rest::<{call}>();");
        }
        if let (Some(paged), Some(kind)) =
            (item.get(Property::PagedAs), item.get(Property::PageItem))
        {
            let name = if paged == "ChangesCall" { "Change" } else { "Item" };
            let kind = self.placed(kind, &module, None);
            text += &format!("let _: {kind} = any::<<{call} as rt::{paged}>::{name}>();");
        }
        text
    }

    /// Returns statements that use a model, its fields and its values.
    fn model(&self, item: &Item) -> String {
        let models = format!("{}::models", self.root);
        let name = format!("{models}::{}", item.get(Property::Name).unwrap_or_default());
        let mut text = variants(&name, item);
        for (flag, function) in [
            (Property::HasEq, "is_eq"),
            (Property::HasDefault, "is_default"),
            (Property::Sent, "is_sent"),
            (Property::Received, "is_received"),
        ] {
            if item.is(flag) && item.get(Property::Shape) != Some("alias") {
                text += &format!("{function}::<{name}>();");
            }
        }
        if let Some(declared) = item.get(Property::Declared) {
            text += &format!("let _: {} = any::<{name}>();", self.placed(declared, &models, None));
        }
        for (_, field) in item.all(Part::Field) {
            let get = |property| field.get(property).unwrap_or_default();
            let declared = self.placed(get(Property::Declared), &models, None);
            text += &format!("let _: {declared} = any::<{name}>().{};", get(Property::Name));
        }
        if let Some(rest) = item.get(Property::OtherFields) {
            text += &format!("let _: rt::json::Object = any::<{name}>().{rest};");
        }
        if let Some(inputs) = item.get(Property::Constructor) {
            let inputs = inputs.trim_start_matches("new(").trim_end_matches(')');
            let inputs: Vec<_> = split(inputs)
                .iter()
                .map(|input| value(&self.placed(unnamed(input), &models, None)))
                .collect();
            text += &format!("let _: {name} = {name}::new({});", inputs.join(", "));
        }
        text
    }

    /// Returns values for what an argument or a setter takes.
    fn values(&self, param: &Item, module: &str) -> String {
        let declared = param.get(Property::Declared).unwrap_or_default();
        let own = param.get(Property::Enumeration);
        let inputs = split(declared);
        let inputs = inputs.iter().map(|one| value(&self.placed(unnamed(one), module, own)));
        inputs.collect::<Vec<_>>().join(", ")
    }

    /// Returns a type with the paths of its models and of an enumeration of the module.
    fn placed(&self, kind: &str, module: &str, own: Option<&str>) -> String {
        let models = format!("{}::models", self.root);
        let kind = kind.replace("super::models::", "models::");
        let mut text = String::new();
        let mut rest = &*kind;
        while let Some(start) = rest.find(|c: char| c.is_ascii_alphabetic() || c == '_') {
            let (before, word) = rest.split_at(start);
            let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == ':';
            let end = word.find(|c| !is_part(c)).unwrap_or(word.len());
            let (word, after) = word.split_at(end);
            text.push_str(before);
            text.push_str(&match word.strip_prefix("models::") {
                Some(model) => format!("{models}::{model}"),
                None if own == Some(word) => format!("{module}::{word}"),
                None if module == models && self.models.contains(word) => {
                    format!("{models}::{word}")
                }
                None if word.ends_with("Response") && !word.contains(':') => {
                    format!("{module}::{word}")
                }
                None => word.to_owned(),
            });
            rest = after;
        }
        text + rest
    }
}

/// Returns statements that name every variant of an enumeration.
fn variants(name: &str, item: &Item) -> String {
    let values = item.all(Part::Value).filter_map(|(_, value)| value.get(Property::Name));
    values.map(|variant| format!("let _: {name} = {name}::{variant};")).collect()
}

/// Returns the type of `name: type`.
fn unnamed(input: &str) -> &str {
    let named = input.split_once(": ");
    let is_name = |name: &str| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    named.filter(|(name, _)| is_name(name)).map_or(input, |(_, kind)| kind)
}

/// Returns a value that the old declaration takes.
fn value(kind: &str) -> String {
    match kind.strip_prefix('&') {
        Some(kind) => format!("&any::<{kind}>()"),
        None => format!("any::<{}>()", owned(kind)),
    }
}

/// Returns a type that has the traits of a declaration.
fn owned(kind: &str) -> String {
    let inside = |before: &str| kind.strip_prefix(before)?.strip_suffix('>');
    if let Some(kind) = inside("impl Into<") {
        return kind.to_owned();
    }
    if let Some(kind) = inside("impl IntoIterator<Item = ") {
        return format!("Vec<{}>", owned(kind));
    }
    if let Some(pair) = kind.strip_prefix('(').and_then(|kind| kind.strip_suffix(')')) {
        let all: Vec<_> = split(pair).into_iter().map(owned).collect();
        return format!("({})", all.join(", "));
    }
    kind.to_owned()
}

/// Splits a list at the commas that are not inside of brackets.
fn split(list: &str) -> Vec<&str> {
    let (mut all, mut depth, mut start) = (Vec::new(), 0, 0);
    for (at, c) in list.char_indices() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' | ')' | ']' => depth -= 1,
            ',' if depth == 0 => {
                all.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    all.push(list[start..].trim());
    all.retain(|one| !one.is_empty());
    all
}
