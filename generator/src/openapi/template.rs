//! Normalises paths that use templates in several notations.
//!
//! * `{name=projects/*}` and `{+name}` are the variable `name`, whose value may have slashes.
//! * `?name={name}` and `{?name}` at the end are parameters of the query.

/// A normalised path.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Template {
    /// The path: `{name}` is one segment or a part of it, `{name+}` may contain slashes.
    pub(super) path: String,
    /// The constants in the query, with their values.
    pub(super) constants: Vec<(String, String)>,
    /// The variables in the query, with the names that they are sent by.
    pub(super) fields: Vec<(String, String)>,
}

impl Template {
    /// Normalises a path; `None` if it is plain already, or cannot be made so.
    pub(super) fn of(declared: &str) -> Option<Self> {
        let mut template = Self::default();
        let (path, query) = query_of(declared);
        let mut rest = path;
        while let Some((before, after)) = rest.split_once('{') {
            let (expression, after) = after.split_once('}')?;
            template.path.push_str(before);
            match expression.strip_prefix('?') {
                Some(names) if after.is_empty() && query.is_none() => {
                    let names = names.split(',').map(|name| (name.to_owned(), name.to_owned()));
                    template.fields.extend(names);
                }
                Some(_) => return None,
                None => template.path.push_str(&variable(expression)?),
            }
            rest = after;
        }
        template.path.push_str(rest);
        for pair in query.into_iter().flat_map(|query| query.split('&')) {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            match value.strip_prefix('{').and_then(|value| value.strip_suffix('}')) {
                Some(variable) if is_name(variable) => {
                    template.fields.push((variable.to_owned(), decoded(name)));
                }
                _ if pair.contains(['{', '}']) => return None,
                _ if pair.is_empty() => {}
                _ => template.constants.push((decoded(name), decoded(value))),
            }
        }
        (template.path != declared).then_some(template)
    }
}

/// Splits off a query with variables. One without variables is left for the model.
fn query_of(declared: &str) -> (&str, Option<&str>) {
    match declared.split_once('?') {
        Some((path, query)) if !path.ends_with('{') && query.contains(['{', '}']) => {
            (path, Some(query))
        }
        _ => (declared, None),
    }
}

/// Returns the variable of an expression in braces.
fn variable(expression: &str) -> Option<String> {
    let (name, spans) = match expression.split_once('=') {
        Some((name, pattern)) => (name, pattern.contains('/') || pattern.contains("**")),
        None => match expression.strip_prefix('+') {
            Some(name) => (name, true),
            None => return Some(format!("{{{expression}}}")),
        },
    };
    let end = if spans { "+" } else { "" };
    is_name(name).then(|| format!("{{{name}{end}}}"))
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(['{', '}', '=', '?', '&', '+', '*', ','])
}

fn decoded(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_encoding::percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::Template;

    fn said(path: &str) -> Option<String> {
        let Template { path, constants, fields } = Template::of(path)?;
        Some(format!("{path} {constants:?} {fields:?}"))
    }

    #[test]
    fn templates_are_normalised() {
        for (declared, expected) in [
            ("/v1/{name=projects/*}:cancel", "/v1/{name+}:cancel [] []"),
            ("/v1/{a.b=**}/c", "/v1/{a.b+}/c [] []"),
            ("/v1/{a=*}", "/v1/{a} [] []"),
            ("/{+a}/b", "/{a+}/b [] []"),
            ("/a?action=x+y&b={b}", r#"/a [("action", "x y")] [("b", "b")]"#),
            ("/{a=*}?c={d}&", r#"/{a} [] [("d", "c")]"#),
            ("/a{?b,c}", r#"/a [] [("b", "b"), ("c", "c")]"#),
        ] {
            assert_eq!(said(declared).as_deref(), Some(expected), "{declared}");
        }
    }

    #[test]
    fn plain_and_invalid_templates_stay() {
        for declared in [
            "/a",
            "/a/{b}.{c}",
            "/a/{b+}",
            "/x;v={v}",
            "/a?b=c",
            "/a?b=x{c}",
            "/a?b={c",
            "/{?a}/b",
            "/{=*}",
            "/{a",
        ] {
            assert_eq!(said(declared), None, "{declared}");
        }
    }
}
