//! What an `external_file` includes, as the server reads its `include` and `exclude`.
//!
//! Both are lists of XPath expressions. The server splits them at every comma, even inside quotes
//! and brackets, and a part that is not XPath selects nothing. The selected elements go to the
//! section of the registry with the name of the parent of the first one.

use std::collections::{HashMap, HashSet};

use super::{
    Element,
    xpath::{Expression, Tree},
};
use crate::diagnostic::Diagnostic;

/// What an `external_file` includes and excludes.
#[derive(Debug)]
pub(super) struct Include {
    include: Vec<Expression>,
    exclude: Vec<Expression>,
}

impl Include {
    /// Reads both lists, and reports what cannot be used. Without `include`, nothing is selected.
    pub(super) fn of(external: &Element, findings: &mut Vec<Diagnostic>) -> Self {
        let mut list = |attribute: &str| {
            let text = external.attribute(attribute).unwrap_or_default();
            let pieces = text.split(',').filter(|piece| !piece.trim().is_empty());
            let parse = |piece: &str| match Expression::parse(piece) {
                Ok(expression) => Some(expression),
                Err(why) => {
                    findings.push(unusable(external, attribute, piece.trim(), &why));
                    None
                }
            };
            pieces.filter_map(parse).collect()
        };
        Self { include: list("include"), exclude: list("exclude") }
    }

    /// Returns whether it could select an action in some file.
    pub(super) fn is_about_actions(&self) -> bool {
        self.include.iter().any(Expression::is_about_actions)
    }

    /// Returns the actions that it selects in a file with this root.
    pub(super) fn actions<'e>(
        &self,
        external: &Element,
        root: &'e Element,
        findings: &mut Vec<Diagnostic>,
    ) -> Vec<&'e Element> {
        let tree = Tree::new(root);
        let mut select = |expression: &Expression| {
            tree.select(expression).unwrap_or_else(|why| {
                findings.push(unusable(external, "include", "", &why));
                Vec::new()
            })
        };
        let excluded = self.exclude.iter().flat_map(&mut select);
        let excluded = Excluded::of(excluded.map(|(element, _)| element));
        let mut known = HashSet::new();
        let mut actions = Vec::new();
        for expression in &self.include {
            let selected = select(expression);
            let is_section = selected
                .first()
                .is_some_and(|(_, parent)| parent.is_some_and(|parent| parent.name == "actions"));
            for (element, _) in selected {
                let is_action = is_section && element.is("action") && !excluded.cover(element);
                if is_action && known.insert(std::ptr::from_ref(element)) {
                    actions.push(element);
                }
            }
        }
        actions
    }
}

/// The elements that are excluded, by their first attribute.
struct Excluded<'e>(HashMap<Option<(&'e str, &'e str)>, Vec<&'e Element>>);

impl<'e> Excluded<'e> {
    fn of(elements: impl Iterator<Item = &'e Element>) -> Self {
        let mut excluded: HashMap<_, Vec<_>> = HashMap::new();
        for element in elements {
            let first = element.attributes.first();
            let first = first.map(|attribute| (&*attribute.name, &*attribute.value));
            excluded.entry(first).or_default().push(element);
        }
        Self(excluded)
    }

    /// Returns whether the server considers this element excluded: when an excluded one has the
    /// same name, and its attributes have the same values.
    fn cover(&self, element: &Element) -> bool {
        let attributes = element.attributes.iter();
        let attributes = attributes.map(|attribute| Some((&*attribute.name, &*attribute.value)));
        let candidates = attributes.chain([None]).filter_map(|first| self.0.get(&first)).flatten();
        candidates.into_iter().any(|excluded| {
            let mut attributes = excluded.attributes.iter();
            excluded.name == element.name
                && attributes.all(|one| element.attribute(&one.name) == Some(&*one.value))
        })
    }
}

fn unusable(external: &Element, attribute: &str, piece: &str, why: &str) -> Diagnostic {
    let message = match piece {
        "" => format!("an expression of `{attribute}` cannot be evaluated: {why}"),
        piece => format!("`{piece}` in `{attribute}` cannot be evaluated: {why}"),
    };
    let written = external.attribute(attribute).unwrap_or_default();
    let comma = match written.contains(',') {
        true => "; the server splits the list at every comma, even inside an expression",
        false => "",
    };
    external.warning("include-form", message).help(format!(
        "it selects nothing here; write it as a path such as `actions/action[@name='a' or \
         @name='b']`{comma}"
    ))
}
