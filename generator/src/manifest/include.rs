//! The XPath expressions of `external_file`, as far as any release uses them.

use super::Element;

/// A union of paths: `include` and `exclude` of an `external_file`.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Selection(Vec<Path>);

/// One path, from the root element of the included file.
#[derive(Debug, PartialEq, Eq)]
struct Path {
    /// Whether it goes through `registry_contributions` first.
    nested: bool,
    section: String,
    step: Step,
}

/// What a path selects in its section.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// `section/*`
    All,
    /// `section/action[@name='x']`
    Named { element: String, name: String },
    /// `section[id='x']`: a test for a child element `id`, which no section has, so it selects
    /// nothing. One plugin was published with it.
    Nothing,
}

impl Selection {
    /// Parses a list separated by `,` or `|`; an empty text selects nothing.
    ///
    /// The error is the part that is of no known form.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let parts = text.split([',', '|']).map(str::trim).filter(|part| !part.is_empty());
        parts
            .map(|part| Path::parse(part).ok_or_else(|| part.to_owned()))
            .collect::<Result<_, _>>()
            .map(Self)
    }

    /// The actions below `root` that it selects and `excluded` does not, each once.
    pub(super) fn actions<'e>(&self, root: &'e Element, excluded: &Self) -> Vec<&'e Element> {
        let direct = descend(&[root], "actions");
        let nested = descend(&descend(&[root], "registry_contributions"), "actions");
        let sections = direct.iter().map(|s| (false, *s)).chain(nested.iter().map(|s| (true, *s)));
        sections
            .flat_map(|(nested, section)| section.children.iter().map(move |e| (nested, e)))
            .filter(|(_, element)| element.name == "action")
            .filter(|(nested, e)| self.selects(*nested, e) && !excluded.selects(*nested, e))
            .map(|(_, element)| element)
            .collect()
    }

    /// Whether it selects an element of a section of actions.
    fn selects(&self, nested: bool, element: &Element) -> bool {
        self.0.iter().any(|path| {
            path.section == "actions" && path.nested == nested && path.step.selects(element)
        })
    }

    /// Whether it could select an action in any file.
    pub(super) fn is_about_actions(&self) -> bool {
        self.0.iter().any(|path| path.section == "actions")
    }
}

impl Path {
    fn parse(text: &str) -> Option<Self> {
        let (nested, rest) = match text.strip_prefix("registry_contributions/") {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let end = rest.find(|c: char| !is_name(c)).unwrap_or(rest.len());
        let (section, step) = rest.split_at(end);
        if section.is_empty() {
            return None;
        }
        Some(Self { nested, section: section.to_owned(), step: Step::parse(step)? })
    }
}

/// The children called `name` of all `parents`.
fn descend<'e>(parents: &[&'e Element], name: &str) -> Vec<&'e Element> {
    let children = parents.iter().flat_map(|parent| &parent.children);
    children.filter(|child| child.name == name).collect()
}

impl Step {
    fn parse(text: &str) -> Option<Self> {
        if text == "/*" {
            return Some(Self::All);
        }
        if let Some(test) = text.strip_prefix("[id=") {
            return quoted(test).map(|_| Self::Nothing);
        }
        let (element, test) = text.strip_prefix('/')?.split_once("[@name=")?;
        let is_element = !element.is_empty() && element.chars().all(is_name);
        let name = quoted(test).filter(|_| is_element)?;
        Some(Self::Named { element: element.to_owned(), name: name.to_owned() })
    }

    fn selects(&self, candidate: &Element) -> bool {
        match self {
            Self::All => true,
            Self::Named { element, name } => {
                candidate.name == *element && candidate.attribute("name") == Some(name)
            }
            Self::Nothing => false,
        }
    }
}

/// The text between quotes, up to the closing bracket.
fn quoted(test: &str) -> Option<&str> {
    let inner = test.strip_suffix(']')?;
    let quote = inner.chars().next().filter(|c| matches!(c, '\'' | '"'))?;
    let text = inner.strip_prefix(quote)?.strip_suffix(quote)?;
    (!text.contains(quote)).then_some(text)
}

fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::{Path, Selection, Step};

    fn path(nested: bool, section: &str, step: Step) -> Path {
        Path { nested, section: section.to_owned(), step }
    }

    #[test]
    fn every_published_form_is_understood() {
        let named =
            |name: &str| Step::Named { element: "action".to_owned(), name: name.to_owned() };
        let cases = [
            ("", vec![]),
            ("actions/*", vec![path(false, "actions", Step::All)]),
            (
                "actions/*,client_configs/*",
                vec![path(false, "actions", Step::All), path(false, "client_configs", Step::All)],
            ),
            ("registry_contributions/hooks/*", vec![path(true, "hooks", Step::All)]),
            (
                "actions/action[@name='ls'] | actions/action[@name='get-x']",
                vec![path(false, "actions", named("ls")), path(false, "actions", named("get-x"))],
            ),
            (
                "actions/action[@name='a']|actions/action[@name=\"b\"]",
                vec![path(false, "actions", named("a")), path(false, "actions", named("b"))],
            ),
            (
                "registry_contributions/actions[id='audio_proxy']",
                vec![path(true, "actions", Step::Nothing)],
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(Selection::parse(text), Ok(Selection(expected)), "{text}");
        }
    }

    #[test]
    fn any_other_form_is_refused_by_name() {
        for text in [
            "//action",
            "actions",
            "actions/action[1]",
            "actions/action[@name='a' or @name='b']",
            "actions/action[@name='a]",
            "../actions/*",
            "/actions/*",
            "[id='x']",
        ] {
            assert_eq!(Selection::parse(&format!("actions/*,{text}")), Err(text.to_owned()));
        }
    }
}
