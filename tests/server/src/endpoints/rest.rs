//! REST v1: `/api/{workspace}/{action}/…`.

use std::net::IpAddr;

use http::Method;

use super::{asked_format, early, no_workspace, parameters_of};
use crate::{
    Seen,
    catalog::{self, Known},
    login,
    reply::Reply,
    routing::{self, Misrouted},
    world::{Input, World},
};

pub(super) const NO_ENDPOINT: &str = "Could not find any endpoint for this URI";

pub(super) fn enter(world: &mut World, seen: &Seen, peer: IpAddr) -> Reply {
    let version = world.settings.version;
    let dialect = version.dialect();
    let is_taken = dialect.takes_any_method
        || [Method::GET, Method::POST, Method::HEAD].contains(&seen.method);
    let address = match routing::locate(dialect, &world.settings.prefix, &seen.target) {
        Ok(address) if is_taken => address,
        Err(Misrouted::WebServer) => return Reply::web_server(404, "Not Found"),
        Ok(_) | Err(Misrouted::NoEndpoint) if !dialect.ignores_missing_actions => {
            return early(seen, NO_ENDPOINT);
        }
        Err(Misrouted::NoEndpoint) if seen.target.ends_with("/api") => {
            return login::unauthorized(dialect.forbidden_workspace);
        }
        Ok(_) | Err(Misrouted::NoEndpoint) => return Reply::empty(),
    };
    // Query, then form, then path: later ones win.
    let (mut parameters, uploads) = parameters_of(seen, &address.query);
    let user = match login::authenticate(world, seen, &parameters, peer) {
        Ok(user) => user,
        Err(reply) => return reply,
    };
    let Some(workspace) = world.workspace(&user, &address.workspace) else {
        let name = &address.workspace;
        return match dialect.ignores_missing_actions {
            true => Reply::html(format!("Cannot find repository with ID {name}")),
            false => early(seen, &no_workspace(name)),
        };
    };
    if !world.people.may_enter(&user, &workspace) {
        return login::unauthorized(dialect.forbidden_workspace);
    }
    let Some(Known::Rest(declared)) =
        catalog::find(version, &workspace, &address.action, user.is_admin())
    else {
        return match dialect.ignores_missing_actions {
            true => Reply::empty(),
            false => early(seen, &format!("Could not find action {}", address.action)),
        };
    };
    for (name, value) in address.parameters(dialect, declared) {
        parameters.set(name, value);
    }
    let format = asked_format(dialect, seen, &parameters);
    let input = Input {
        seen,
        peer,
        parameters,
        uploads,
        format,
        session: None,
        is_rest: true,
        is_v2: false,
    };
    world.run(&address.action, user, workspace, input)
}
