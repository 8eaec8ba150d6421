//! A model of how 8.2.5 parses a v2 request: the routes of its spec, matched like FastRoute does.
//! Written from the server's steps, not from the encoder.

use std::sync::LazyLock;

use percent_encoding::percent_decode_str;
use url::{Url, form_urlencoded};

use crate::{
    testing::BINDINGS,
    types::{Endpoint, Method, Param},
};

/// The routes of the spec. Parameters named `path` or `roleId` span slashes.
static ROUTES: [(Method, &str); 36] = [
    (Method::Delete, "/admin/people/{path}"),
    (Method::Get, "/admin/people/{path}"),
    (Method::Patch, "/admin/people/{path}"),
    (Method::Post, "/admin/people/{path}"),
    (Method::Get, "/admin/roles"),
    (Method::Delete, "/admin/roles/{roleId}"),
    (Method::Get, "/admin/roles/{roleId}"),
    (Method::Patch, "/admin/roles/{roleId}"),
    (Method::Post, "/admin/roles/{roleId}"),
    (Method::Get, "/admin/workspaces"),
    (Method::Patch, "/admin/workspaces"),
    (Method::Post, "/admin/workspaces"),
    (Method::Delete, "/admin/workspaces/{workspaceId}"),
    (Method::Get, "/admin/workspaces/{workspaceId}"),
    (Method::Patch, "/admin/workspaces/{workspaceId}"),
    (Method::Delete, "/admin/workspaces/{workspaceId}/features/{metaId}"),
    (Method::Patch, "/admin/workspaces/{workspaceId}/features/{metaId}"),
    (Method::Post, "/admin/workspaces/{workspaceId}/features/{metaId}"),
    (Method::Post, "/admin/workspaces/{workspaceId}/load-shared-element-data/{file}"),
    (Method::Get, "/admin/workspaces/{workspaceId}/sharelist-load"),
    (Method::Delete, "/fs/{path}"),
    (Method::Get, "/fs/{path}"),
    (Method::Patch, "/fs/{path}"),
    (Method::Post, "/fs/{path}"),
    (Method::Get, "/io/{path}"),
    (Method::Put, "/io/{path}"),
    (Method::Get, "/tasks"),
    (Method::Delete, "/tasks/{taskId}"),
    (Method::Get, "/tasks/{taskId}"),
    (Method::Patch, "/tasks/{taskId}"),
    (Method::Post, "/tasks/{taskId}"),
    (Method::Get, "/user"),
    (Method::Get, "/user/preferences"),
    (Method::Get, "/user/workspaces"),
    (Method::Get, "/workspaces/{workspaceId}"),
    (Method::Get, "/workspaces/{workspaceId}/changes/{sequenceId}"),
];

/// Returns every operation of the bindings, with its route.
pub(super) fn operations() -> &'static [(&'static Endpoint, &'static str)] {
    static ALL: LazyLock<Vec<(&'static Endpoint, &'static str)>> = LazyLock::new(|| {
        let own = |(method, route): &'static (Method, &'static str)| {
            let path = match *route {
                "/fs/{path}" => "/fs/{workspaceId}/{path+}".to_owned(),
                "/io/{path}" => "/io/{workspaceId}/{path+}".to_owned(),
                route => route.replace("{path}", "{path+}").replace("{roleId}", "{roleId+}"),
            };
            let path = Box::leak(format!("/api/v2{path}").into_boxed_str());
            let params: Vec<_> = names(path)
                .map(|name| match name == "path" && !path.contains("people") {
                    true => Param::rest_of_path(name),
                    false => Param::path(name),
                })
                .collect();
            let operation =
                Endpoint::operation(&BINDINGS, *method, "test", path).params(params.leak());
            (&*Box::leak(Box::new(operation)), *route)
        };
        ROUTES.iter().map(own).collect()
    });
    &ALL
}

/// Returns the parameters of a path, in order.
pub(super) fn names(path: &'static str) -> impl Iterator<Item = &'static str> {
    let parts = path.split('{').skip(1);
    parts.filter_map(|part| part.split('}').next()).map(|name| name.trim_end_matches('+'))
}

/// Returns the route that matches a request, its variables and its query.
pub(super) fn read(
    method: Method,
    target: &str,
) -> (&'static str, Vec<String>, Vec<(String, String)>) {
    // As the connection builds the URL.
    let url = Url::parse("http://pydio.test/").unwrap().join(&format!("./{target}")).unwrap();
    assert_eq!((url.fragment(), url.host_str()), (None, Some("pydio.test")));
    let uri: http::Uri = url.as_str().parse().unwrap();
    // `REQUEST_URI` up to the first `?`, `rawurldecode`d as a whole.
    let path = percent_decode_str(uri.path()).decode_utf8().unwrap().into_owned();
    let path = path.strip_prefix("/api/v2").unwrap();
    let found = ROUTES.iter().filter(|(of, _)| *of == method);
    let mut found = found.filter_map(|(_, route)| Some((*route, matched(route, path)?)));
    let (route, variables) = found.next().unwrap_or(("none", Vec::new()));
    assert!(found.next().is_none(), "two routes for {path}");
    let query = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    (route, variables, query.into_owned().collect())
}

/// Returns the workspace of a path: its first segment that is not empty.
pub(super) fn workspace(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap()
}

/// Matches a route as a regular expression of PCRE does, between `^` and `$`.
fn matched(route: &str, path: &str) -> Option<Vec<String>> {
    // `$` also matches before a last line feed.
    let path = path.strip_suffix('\n').unwrap_or(path);
    let Some((before, rest)) = route.split_once('{') else {
        return (route == path).then(Vec::new);
    };
    let (name, route) = rest.split_once('}')?;
    let path = path.strip_prefix(before)?;
    // `.+` stops at a line feed, and is last in its route; `[^/]+` stops at a slash.
    let end = match name {
        "path" | "roleId" => path.find('\n'),
        _ => path.find('/'),
    };
    let (value, path) = path.split_at(end.unwrap_or(path.len()));
    let mut variables = vec![value.to_owned()];
    variables.extend(matched(route, path)?);
    (!value.is_empty()).then_some(variables)
}
