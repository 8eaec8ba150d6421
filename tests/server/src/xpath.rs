//! The small part of XPath that clients use to request parts of the registry.

use crate::element::Element;

/// Why nothing was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unanswered {
    /// The XPath is invalid.
    Invalid,
    /// No element matches.
    Nothing,
}

/// Returns the element at a path below the root: names or `*`, each with an optional condition on
/// an attribute, such as `plugins/*[@id='core.uploader']`.
pub(crate) fn find<'e>(root: &'e Element, path: &str) -> Result<&'e Element, Unanswered> {
    let mut element = root;
    for step in path.trim_start_matches('/').split('/').filter(|step| !step.is_empty()) {
        let (name, condition) = match step.split_once('[') {
            None => (step, None),
            Some((name, rest)) => (name, Some(condition(rest).ok_or(Unanswered::Invalid)?)),
        };
        let is_met = |child: &&Element| {
            (name == "*" || child.name == name)
                && condition.is_none_or(|(key, value)| child.get(key) == Some(value))
        };
        element = element.children.iter().find(is_met).ok_or(Unanswered::Nothing)?;
    }
    Ok(element)
}

/// Parses `@name='value']`.
fn condition(rest: &str) -> Option<(&str, &str)> {
    let (name, value) = rest.strip_suffix(']')?.strip_prefix('@')?.split_once('=')?;
    let quote = value.chars().next().filter(|first| matches!(first, '\'' | '"'))?;
    Some((name, value.strip_prefix(quote)?.strip_suffix(quote)?))
}

#[cfg(test)]
mod tests {
    use super::{Unanswered, find};
    use crate::element::Element;

    #[test]
    fn a_path_leads_to_an_element() {
        let plugin = |id| Element::new("plugin").attribute("id", id);
        let plugins = Element::new("plugins").child(plugin("a")).child(plugin("b"));
        let root = Element::new("registry").child(plugins);
        let id = |path| find(&root, path).map(|found| found.get("id").unwrap_or_default());
        assert_eq!(id("plugins/*[@id='b']"), Ok("b"));
        assert_eq!(id("plugins/plugin[@id=\"b\"]"), Ok("b"));
        assert_eq!((id("plugins/plugin"), id("")), (Ok("a"), Ok("")));
        assert_eq!(id("plugins/*[@id='c']"), Err(Unanswered::Nothing));
        assert_eq!(id("plugins["), Err(Unanswered::Invalid));
    }
}
