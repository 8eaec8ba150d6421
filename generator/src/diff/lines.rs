//! The lines of Rust that a change is about, as they are declared.

use super::{Subject, compare::Found};
use crate::surface::{Item, Part, Property, Surface};

/// Returns the line of a surface that a change is about, if it shows in Rust.
pub(super) fn line(
    surface: &Surface,
    subject: Subject,
    name: &str,
    item: &Item,
    found: &Found,
) -> Option<String> {
    match subject {
        Subject::Bindings => bindings(item, found),
        Subject::Module => item.get(Property::Module).map(|module| format!("pub mod {module};")),
        Subject::Action | Subject::Operation => call(surface, subject, name, item, found),
        Subject::Model => model(item, found),
    }
}

fn part<'i>(item: &'i Item, found: &Found) -> Option<&'i Item> {
    item.parts.get(&found.part?)?.get(found.member.as_ref()?)
}

fn bindings(item: &Item, found: &Found) -> Option<String> {
    let one = part(item, found)?;
    let function = one.get(Property::Function)?;
    Some(match found.part {
        Some(Part::Scheme) => {
            format!("pub fn {function}({}) -> Credentials", one.get(Property::Declared)?)
        }
        _ => {
            let arguments = one.list(Property::Arguments).iter();
            let arguments: Vec<_> = arguments.map(|name| format!("{name}: &str")).collect();
            format!("pub fn {function}({}) -> String", arguments.join(", "))
        }
    })
}

fn call(
    surface: &Surface,
    subject: Subject,
    name: &str,
    item: &Item,
    found: &Found,
) -> Option<String> {
    let one = part(item, found);
    if found.member.is_some() && one.is_none() {
        return None;
    }
    let call = item.get(Property::Call)?;
    match (found.part, one) {
        (Some(Part::Status), Some(one)) => {
            let (response, variant) = (item.get(Property::ResponseType)?, one.get(Property::Name)?);
            Some(format!("{response}::{variant}({})", one.get(Property::Declared)?))
        }
        (Some(Part::Param), Some(one)) if one.get(Property::Role) == Some("setter") => {
            let (setter, declared) = (one.get(Property::Name)?, one.get(Property::Declared)?);
            let named = if declared.contains(": ") { "" } else { "value: " };
            Some(format!("{call}::{setter}(self, {named}{declared}) -> {call}"))
        }
        (Some(Part::Param), Some(one)) if one.get(Property::Role) != Some("argument") => None,
        _ => function(surface, subject, name, item),
    }
}

/// Returns the declaration of the function of a call.
fn function(surface: &Surface, subject: Subject, name: &str, item: &Item) -> Option<String> {
    let group = match subject {
        Subject::Operation => format!("tag {}", item.get(Property::Home)?),
        _ => format!("plugin {}", name.split_once('/')?.0),
    };
    let module = surface.modules.get(&group)?.get(Property::Module)?;
    let params = item.parts.get(&Part::Param);
    let arguments = item.list(Property::Arguments).iter().filter_map(|name| {
        let one = params?.get(name)?;
        Some(format!("{}: {}", one.get(Property::Argument)?, one.get(Property::Declared)?))
    });
    let arguments: Vec<_> = arguments.collect();
    let (function, call) = (item.get(Property::Function)?, item.get(Property::Call)?);
    Some(format!("pub fn {module}::{function}({}) -> {call}", arguments.join(", ")))
}

fn model(item: &Item, found: &Found) -> Option<String> {
    let name = item.get(Property::Name)?;
    let Some(member) = &found.member else {
        let what = match item.get(Property::Shape)? {
            "choice" => format!("pub enum {name}"),
            "alias" => format!("pub type {name} = {};", item.get(Property::Declared)?),
            _ => format!("pub struct {name}"),
        };
        return Some(what);
    };
    let one = item.parts.get(&found.part?)?.get(member)?;
    let own = one.get(Property::Name)?;
    Some(match found.part? {
        Part::Value => format!("{name}::{own}"),
        _ => format!("pub {name}.{own}: {}", one.get(Property::Declared)?),
    })
}
