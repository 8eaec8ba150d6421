//! REST v2: operations, each of which maps to an action of a plugin.

use std::net::IpAddr;

use http::Method;

use super::{asked_format, early, no_workspace, parameters_of, query_of, rest};
use crate::{
    Seen, login,
    names::secure,
    parameters::Parameters,
    people::User,
    php::{lossy, raw_url_decode},
    reply::Reply,
    workspaces::Workspace,
    world::{Input, World, refused},
};

/// An operation.
struct Route {
    method: &'static str,
    /// The path below `/api/v2`; `{path}` spans slashes.
    template: &'static str,
    place: Place,
    action: &'static str,
}

/// The workspace that an operation runs in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The first name of `{path}`.
    InPath,
    /// The administration.
    Settings,
    /// `{workspaceId}`.
    Named,
    /// The parameter `workspaceId`, or the user's first workspace.
    Asked,
}

const fn route(
    method: &'static str,
    template: &'static str,
    place: Place,
    action: &'static str,
) -> Route {
    Route { method, template, place, action }
}

static ROUTES: &[Route] = &[
    route("GET", "/fs/{path}", Place::InPath, "ls"),
    route("POST", "/fs/{path}", Place::InPath, "fs_create_resource"),
    route("DELETE", "/fs/{path}", Place::InPath, "delete"),
    route("PATCH", "/fs/{path}", Place::InPath, "fs_update_metadata"),
    route("GET", "/io/{path}", Place::InPath, "download"),
    route("HEAD", "/io/{path}", Place::InPath, "download"),
    route("PUT", "/io/{path}", Place::InPath, "upload_stream"),
    route("GET", "/tasks", Place::Asked, "tasks_list"),
    route("GET", "/tasks/{taskId}", Place::Asked, "task_info"),
    route("POST", "/tasks/{taskId}", Place::Asked, "task_create"),
    route("PATCH", "/tasks/{taskId}", Place::Asked, "task_update"),
    route("DELETE", "/tasks/{taskId}", Place::Asked, "task_delete"),
    route("GET", "/user", Place::Asked, "user_state"),
    route("GET", "/user/{xPath}", Place::Asked, "user_state"),
    route("GET", "/workspaces/{workspaceId}", Place::Named, "load_repository_info"),
    route("GET", "/workspaces/{workspaceId}/changes/{sequenceId}", Place::Named, "changes"),
    route("GET", "/admin/roles", Place::Settings, "list_roles"),
    route("GET", "/admin/roles/{path}", Place::Settings, "edit_role"),
    route("POST", "/admin/roles/{path}", Place::Settings, "create_role"),
    route("PATCH", "/admin/roles/{path}", Place::Settings, "post_json_role"),
    route("DELETE", "/admin/roles/{path}", Place::Settings, "delete_role"),
    route("GET", "/admin/people/{path}", Place::Settings, "list_people"),
    route("POST", "/admin/people/{path}", Place::Settings, "people-create-resource"),
    route("PATCH", "/admin/people/{path}", Place::Settings, "people-patch-resource"),
    route("DELETE", "/admin/people/{path}", Place::Settings, "people-delete-resource"),
    route("GET", "/admin/workspaces", Place::Settings, "list_repositories"),
    route("POST", "/admin/workspaces", Place::Settings, "post_repository"),
    route("PATCH", "/admin/workspaces", Place::Settings, "patch_repository"),
    route("GET", "/admin/workspaces/{workspaceId}", Place::Settings, "edit_repository"),
    route("PATCH", "/admin/workspaces/{workspaceId}", Place::Settings, "patch_repository"),
    route("DELETE", "/admin/workspaces/{workspaceId}", Place::Settings, "delete_repository"),
    route(
        "POST",
        "/admin/workspaces/{workspaceId}/features/{metaId}",
        Place::Settings,
        "meta_source_add",
    ),
    route(
        "PATCH",
        "/admin/workspaces/{workspaceId}/features/{metaId}",
        Place::Settings,
        "meta_source_edit",
    ),
    route(
        "DELETE",
        "/admin/workspaces/{workspaceId}/features/{metaId}",
        Place::Settings,
        "meta_source_delete",
    ),
    // The spec names no action for these two, and so the server finds none.
    route("GET", "/admin/workspaces/{workspaceId}/sharelist-load", Place::Settings, ""),
    route(
        "POST",
        "/admin/workspaces/{workspaceId}/load-shared-element-data/{file}",
        Place::Settings,
        "",
    ),
];

pub(super) fn enter(world: &mut World, seen: &Seen, peer: IpAddr) -> Reply {
    if seen.method == Method::OPTIONS {
        return Reply::new(401, "text/html; charset=UTF-8", "");
    }
    let Some((route, variables)) = find(world, seen) else {
        return match seen.method {
            Method::GET | Method::POST | Method::HEAD => rest::enter(world, seen, peer),
            _ => early(seen, rest::NO_ENDPOINT),
        };
    };
    let (mut parameters, uploads) = parameters_of(seen, &query_of(seen));
    let user = match login::authenticate(world, seen, &parameters, peer) {
        Ok(user) => user,
        Err(reply) => return reply,
    };
    let dialect = world.settings.version.dialect();
    let format = asked_format(dialect, seen, &parameters);
    for (name, value) in &variables {
        parameters.set((*name).to_owned(), value.clone());
    }
    if route.place == Place::InPath
        && let Err(bad) = secure(dialect, parameters.raw("path").unwrap_or_default())
    {
        return refused(dialect, bad.into(), format);
    }
    let workspace = match place(world, &user, route, &mut parameters) {
        Ok(workspace) => workspace,
        Err(name) => {
            return early(seen, &no_workspace(&name));
        }
    };
    if !world.people.may_enter(&user, &workspace) {
        return login::unauthorized(dialect.forbidden_workspace);
    }
    prepare(route.action, &mut parameters);
    let input = Input {
        seen,
        peer,
        parameters,
        uploads,
        format,
        session: None,
        is_rest: true,
        is_v2: true,
    };
    world.run(route.action, user, workspace, input)
}

/// Returns the operation of a request, and the variables in its path.
fn find(world: &World, seen: &Seen) -> Option<(&'static Route, Vec<(&'static str, String)>)> {
    let path = seen.target.split('?').next().unwrap_or_default();
    let path = lossy(raw_url_decode(path.as_bytes()));
    let path = path.strip_prefix(&world.settings.prefix)?.strip_prefix("/api/v2")?;
    let is_method = |route: &&Route| route.method == seen.method.as_str();
    ROUTES.iter().filter(is_method).find_map(|route| Some((route, fit(route.template, path)?)))
}

/// Returns the variables of a path that matches a template.
fn fit<'t>(template: &'t str, path: &str) -> Option<Vec<(&'t str, String)>> {
    let mut variables = Vec::new();
    let mut rest = path.strip_prefix('/')?;
    let mut steps = template.trim_start_matches('/').split('/').peekable();
    while let Some(step) = steps.next() {
        if step == "{path}" {
            // An empty path does not match, but a single slash does.
            variables.push(("path", rest.to_owned()));
            return (!rest.is_empty()).then_some(variables);
        }
        let is_last = steps.peek().is_none();
        let (name, after) = match rest.split_once('/') {
            Some(_) if is_last => return None,
            Some(parts) => parts,
            None if is_last => (rest, ""),
            None => return None,
        };
        match step.strip_prefix('{').and_then(|step| step.strip_suffix('}')) {
            Some(variable) if !name.is_empty() => variables.push((variable, name.to_owned())),
            None if name == step => {}
            _ => return None,
        }
        rest = after;
    }
    Some(variables)
}

/// Returns the workspace of an operation, or the name that matches none.
fn place(
    world: &World,
    user: &User,
    route: &Route,
    parameters: &mut Parameters,
) -> Result<Workspace, String> {
    let name = match route.place {
        Place::Settings => "settings".to_owned(),
        Place::Named => parameters.raw("workspaceId").unwrap_or_default().to_owned(),
        Place::Asked => {
            let asked = parameters.text("workspaceId").unwrap_or("pydio");
            // Tasks without a workspace belong to no user.
            if world.workspace(user, asked).is_some() { asked } else { "pydio" }.to_owned()
        }
        Place::InPath => {
            let path = parameters.take("path").unwrap_or_default();
            // Without a slash, the name is not read as a workspace.
            let (workspace, path) = path.split_once('/').unwrap_or(("pydio", ""));
            parameters.set("path".to_owned(), format!("/{path}"));
            workspace.to_owned()
        }
    };
    world.workspace(user, &name).ok_or(name)
}

/// Converts the parameters of the operation to those of the action.
fn prepare(action: &str, parameters: &mut Parameters) {
    let path = parameters.raw("path").unwrap_or("/").to_owned();
    match action {
        "ls" => {
            let is_full = parameters.text("meta") != Some("minimal");
            let children = parameters.take("children").filter(|letters| !letters.is_empty());
            let letters = children.as_deref().unwrap_or("a").to_owned();
            let detail = if is_full { "l" } else { "" };
            parameters.set("options".to_owned(), format!("{letters}{detail}"));
            match children {
                Some(_) => parameters.set("dir".to_owned(), path),
                None => parameters.set_list("nodes", vec![path]),
            }
        }
        "delete" | "download" => parameters.set("file".to_owned(), path),
        "user_state" => {
            let part = match parameters.raw("xPath") {
                None => "user",
                Some("workspaces") => "user/repositories",
                Some(_) => "user/preferences",
            };
            parameters.set("xPath".to_owned(), part.to_owned());
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::{ROUTES, fit};

    #[test]
    fn paths_fit_templates_as_recorded() {
        let fits = |path: &str| {
            let found = ROUTES.iter().filter(|route| route.method == "GET").find_map(|route| {
                let variables = fit(route.template, path)?;
                let variables = variables.into_iter().map(|(_, value)| value);
                Some(format!("{} {}", route.action, variables.collect::<Vec<_>>().join(" ")))
            });
            found.unwrap_or_default()
        };
        assert_eq!(fits("/fs/common/a/b/"), "ls common/a/b/");
        assert_eq!(fits("/fs/common"), "ls common");
        assert_eq!(fits("/user"), "user_state ");
        assert_eq!(fits("/user/workspaces"), "user_state workspaces");
        assert_eq!(fits("/workspaces/common/changes/0"), "changes common 0");
        assert_eq!(fits("/admin/people//"), "list_people /");
        assert_eq!(fits("/admin/roles/AJXP_USR_/alice"), "edit_role AJXP_USR_/alice");
        for nowhere in ["", "/", "/user/", "/admin/roles/", "/admin/people", "/nothing/here"] {
            assert_eq!(fits(nowhere), "", "{nowhere}");
        }
    }
}
