//! Operations of the v2 API: which one a request calls, and what differs from its declaration.

use crate::ir::{Api, Endpoint};

/// Where the operations of a Pydio server are.
const BASE: &str = "/api/v2/";

/// Returns the part of a path that starts where operations are, whatever precedes it.
pub(super) fn target(path: &str) -> Option<&str> {
    path.find(BASE).map(|at| &path[at..])
}

/// Returns the operation that a request calls: the one whose path names the most segments.
pub(super) fn find(api: &Api, method: &str, target: &str) -> Option<usize> {
    let wanted = segments(target);
    let of_method = |(_, one): &(usize, &Endpoint)| one.method.as_str() == method;
    let all = api.of_kind(crate::ir::EndpointKind::Operation).filter(of_method);
    let scored = all.filter_map(|(index, one)| {
        let path = one.full_path();
        Some((fixed(&segments(&path), &wanted)?, index))
    });
    // The first of several with the same score.
    scored.max_by_key(|(score, index)| (*score, usize::MAX - *index)).map(|(_, index)| index)
}

/// Splits a path into its segments.
fn segments(path: &str) -> Vec<&str> {
    path.trim_matches('/').split('/').collect()
}

/// Returns how many segments of a template are those of the path; `None` if it does not fit.
fn fixed(template: &[&str], segments: &[&str]) -> Option<usize> {
    let mut score = 0;
    for (index, part) in template.iter().enumerate() {
        if part.starts_with('{') && part.ends_with("+}") && index + 1 == template.len() {
            return Some(score);
        }
        let segment = segments.get(index)?;
        match part.starts_with('{') {
            true => {}
            false if part == segment => score += 1,
            false => return None,
        }
    }
    (template.len() == segments.len()).then_some(score)
}

/// Returns the method and the first segment of a request that calls nothing known. The others may
/// be the names of files.
pub(super) fn shown(method: &str, target: &str) -> String {
    let first = target[BASE.len()..].split('/').next().unwrap_or_default();
    format!("{method} {BASE}{first}")
}

#[cfg(test)]
mod tests {
    use super::{fixed, segments, shown, target};

    #[test]
    fn a_path_fits_its_template() {
        let fits = |template, path| fixed(&segments(template), &segments(path));
        assert_eq!(fits("/api/v2/fs/{path+}", "/api/v2/fs/common/a/b"), Some(3));
        assert_eq!(fits("/api/v2/fs/{path+}", "/api/v2/io/common"), None);
        assert_eq!(fits("/api/v2/tasks/{id}", "/api/v2/tasks/7"), Some(3));
        assert_eq!(fits("/api/v2/tasks/{id}", "/api/v2/tasks"), None);
        assert_eq!(fits("/api/v2/tasks", "/api/v2/tasks/7"), None);
    }

    #[test]
    fn a_prefix_is_ignored_and_names_are_not_shown() {
        assert_eq!(target("/pydio/api/v2/fs/x"), Some("/api/v2/fs/x"));
        assert_eq!(target("/api/default/ls/"), None);
        assert_eq!(shown("GET", "/api/v2/nothing/mara.txt"), "GET /api/v2/nothing");
    }
}
