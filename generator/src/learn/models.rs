//! Gives names to the objects that were concluded, and writes them as schemas.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use super::{
    infer::{Field, Inferred, Kind},
    yaml::{key, quoted},
};
use crate::{
    ir::{Api, EndpointKind, Model, Shape},
    names::pascal,
};

/// The schemas of a proposal. Objects with the same fields share one.
#[derive(Debug, Default)]
pub(super) struct Models {
    /// The names that cannot be given any more, in lower case.
    taken: BTreeSet<String>,
    /// The existing models with fields, and the names of these.
    existing: Vec<(String, BTreeMap<String, bool>)>,
    /// The text of each schema, by name.
    schemas: BTreeMap<String, String>,
    /// The name of each schema, by what it consists of.
    by_content: BTreeMap<String, String>,
}

/// The most fields of an existing model that responses may lack, as a part of all: a fifth.
const MISSING: usize = 5;

impl Models {
    /// Starts with the models that exist.
    pub(super) fn starting_with(api: &Api) -> Self {
        let models = || api.models_of(EndpointKind::Action);
        Self {
            taken: models().map(|model| model.name.to_ascii_lowercase()).collect(),
            existing: models().filter_map(fields_of).collect(),
            ..Self::default()
        }
    }

    /// Returns an answer of the corrections format for a document, or `json` if nothing is known of
    /// it.
    pub(super) fn answer(&mut self, inferred: &Inferred, name: &str, about: &str) -> String {
        if !matches!(inferred.kind, Kind::Struct(_) | Kind::List(_) | Kind::Map(_)) {
            return "json".to_owned();
        }
        let named = self.named(inferred, name, about);
        match inferred.kind {
            _ if inferred.nullable => format!("{{ nullable: {named} }}"),
            Kind::Struct(_) => format!("{{ model: {named} }}"),
            _ => named,
        }
    }

    /// Returns an answer for an object of one node, and a map of them for several.
    pub(super) fn one_or_many(&mut self, inferred: &Inferred, name: &str, about: &str) -> String {
        match inferred.kind {
            Kind::Struct(_) => format!("{{ one_or_many: {} }}", self.named(inferred, name, about)),
            _ => "json".to_owned(),
        }
    }

    /// Returns the type of a part of an answer.
    fn named(&mut self, inferred: &Inferred, name: &str, about: &str) -> String {
        match &inferred.kind {
            Kind::Struct(fields) => match self.existing_with(fields) {
                Some(existing) => existing,
                None => self.schema(fields, name, about),
            },
            Kind::List(item) => format!("{{ list: {} }}", self.named(item, &item_of(name), about)),
            Kind::Map(value) => format!("{{ map: {} }}", self.named(value, &item_of(name), about)),
            Kind::Text | Kind::Choice(_) => "text".to_owned(),
            Kind::Integer => "integer".to_owned(),
            Kind::Number => "number".to_owned(),
            Kind::Boolean => "boolean".to_owned(),
            Kind::Any | Kind::Object => "json".to_owned(),
        }
    }

    /// Returns the existing model with the same fields.
    fn existing_with(&self, fields: &[Field]) -> Option<String> {
        let fits = |declared: &BTreeMap<String, bool>| {
            let found = |name: &String| fields.iter().find(|field| field.name == *name);
            let has_required = declared.iter().all(|(name, required)| {
                !required || found(name).is_some_and(|field| field.required)
            });
            let is_known = fields.iter().all(|field| declared.contains_key(&field.name));
            let lacks = declared.len().saturating_sub(fields.len());
            is_known && has_required && fields.len() >= 2 && lacks * MISSING <= declared.len()
        };
        self.existing.iter().find(|(_, declared)| fits(declared)).map(|(name, _)| name.clone())
    }

    /// Returns the name of the schema with these fields, which is written if there is none.
    fn schema(&mut self, fields: &[Field], name: &str, about: &str) -> String {
        let mut content = String::new();
        let required = fields.iter().filter(|field| field.required).map(|field| key(&field.name));
        let required: Vec<_> = required.collect();
        let _ = writeln!(content, "      type: object");
        if !required.is_empty() {
            let _ = writeln!(content, "      required: [{}]", required.join(", "));
        }
        let _ = writeln!(content, "      additionalProperties: true");
        let _ = writeln!(content, "      properties:");
        for field in fields {
            let inner = format!("{name}{}", pascal(&field.name));
            let schema = self.property(&field.inferred, &inner, about);
            let _ = writeln!(content, "        {}: {schema}", key(&field.name));
        }
        if let Some(known) = self.by_content.get(&content) {
            return known.clone();
        }
        let name = self.free(name);
        let description = quoted(&format!("Learnt from the responses of {about}."));
        let text = format!("    {name}:\n      description: {description}\n{content}");
        self.schemas.insert(name.clone(), text);
        self.by_content.insert(content, name.clone());
        name
    }

    /// Returns the schema of a value, on one line.
    fn property(&mut self, inferred: &Inferred, name: &str, about: &str) -> String {
        let Inferred { kind, lenient, nullable } = inferred;
        let mut parts = match kind {
            Kind::Any => return "{}".to_owned(),
            Kind::Text => vec!["type: string".to_owned()],
            Kind::Choice(values) => {
                let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
                vec!["type: string".to_owned(), format!("enum: [{}]", values.join(", "))]
            }
            Kind::Integer => vec!["type: integer".to_owned()],
            Kind::Number => vec!["type: number".to_owned()],
            Kind::Boolean => vec!["type: boolean".to_owned()],
            Kind::Object => {
                vec!["type: object".to_owned(), "additionalProperties: true".to_owned()]
            }
            Kind::List(item) => {
                let item = self.property(item, &item_of(name), about);
                vec!["type: array".to_owned(), format!("items: {item}")]
            }
            Kind::Map(value) => {
                let value = self.property(value, &item_of(name), about);
                vec!["type: object".to_owned(), format!("additionalProperties: {value}")]
            }
            Kind::Struct(fields) => {
                let reference =
                    format!("$ref: \"#/components/schemas/{}\"", self.schema(fields, name, about));
                match nullable {
                    true => vec![format!("allOf: [{{ {reference} }}]")],
                    false => vec![reference],
                }
            }
        };
        if *nullable {
            parts.push("nullable: true".to_owned());
        }
        let is_plain = matches!(kind, Kind::Struct(_) | Kind::Choice(_));
        if *lenient && !is_plain {
            parts.push("x-pydio-lenient: true".to_owned());
        }
        format!("{{ {} }}", parts.join(", "))
    }

    /// Returns a name that no other model has.
    fn free(&mut self, name: &str) -> String {
        let short: String = name.chars().take(80).collect();
        let numbered = (2..).map(|number| format!("{short}{number}"));
        let free = std::iter::once(short.clone())
            .chain(numbered)
            .find(|name| !self.taken.contains(&name.to_ascii_lowercase()))
            .unwrap_or(short);
        self.taken.insert(free.to_ascii_lowercase());
        free
    }

    /// Returns the document with all schemas; `None` if there are none.
    pub(super) fn document(&self, title: &str) -> Option<String> {
        if self.schemas.is_empty() {
            return None;
        }
        let mut text = format!(
            "# Models proposed by `pydio-codegen learn`: review them before you rely on them.\n\
             openapi: 3.0.3\ninfo:\n  title: {}\n  version: 1.0.0\npaths: {{}}\n\
             components:\n  schemas:\n",
            quoted(title)
        );
        let schemas: Vec<_> = self.schemas.values().map(String::as_str).collect();
        text.push_str(&schemas.join("\n"));
        Some(text)
    }

    /// Returns the number of schemas.
    pub(super) fn len(&self) -> usize {
        self.schemas.len()
    }
}

/// Returns the name of a model, and its fields with whether each is required.
fn fields_of(model: &Model) -> Option<(String, BTreeMap<String, bool>)> {
    let Shape::Struct { fields, .. } = &model.shape else { return None };
    let fields = fields.iter().map(|field| (field.name.clone(), field.required)).collect();
    Some((model.name.clone(), fields))
}

/// Returns the name for what is in a list or a map.
fn item_of(name: &str) -> String {
    let sibilant = ["xes", "ches", "shes", "sses"].iter().any(|end| name.ends_with(end));
    match name.strip_suffix('s') {
        Some(one) if sibilant => one[..one.len() - 1].to_owned(),
        Some(one) if one.ends_with("ie") => format!("{}y", &one[..one.len() - 2]),
        Some(one) if !one.ends_with('s') && one.len() > 2 => one.to_owned(),
        _ => format!("{name}Item"),
    }
}
