//! REST v1: `/api/{workspace}/{action}/…`.

use std::net::IpAddr;

use http::Method;

use super::{early, form_of, format_of};
use crate::{
    Seen,
    catalog::{self, Known},
    envelope::Format,
    login,
    parameters::Parameters,
    reply::Reply,
    routing::{self, Misrouted},
    world::{Input, World},
};

pub(super) const NO_ENDPOINT: &str = "Could not find any endpoint for this URI";

pub(super) fn enter(world: &mut World, seen: &Seen, peer: IpAddr) -> Reply {
    let version = world.settings.version;
    let is_taken = version.takes_any_method()
        || [Method::GET, Method::POST, Method::HEAD].contains(&seen.method);
    let address = match routing::locate(version, &world.settings.prefix, &seen.target) {
        Ok(address) if is_taken => address,
        Err(Misrouted::WebServer) => return Reply::web_server(404, "Not Found"),
        Ok(_) | Err(Misrouted::NoEndpoint) => return early(seen, NO_ENDPOINT),
    };
    // Query, then form, then path: later ones win.
    let form = form_of(seen);
    let mut parameters = Parameters::default();
    parameters.add_fields(&address.query);
    parameters.add(form.fields);
    let user = match login::authenticate(world, seen, &parameters, peer) {
        Ok(user) => user,
        Err(reply) => return reply,
    };
    let Some(workspace) = world.workspace(&user, &address.workspace) else {
        let name = &address.workspace;
        return early(seen, &format!("Could not find workspace with id/alias {name}"));
    };
    if !world.people.may_enter(&user, &workspace) {
        return login::unauthorized();
    }
    let Some(Known::Rest(declared)) =
        catalog::find(version, &workspace, &address.action, user.is_admin())
    else {
        return early(seen, &format!("Could not find action {}", address.action));
    };
    for (name, value) in address.parameters(version, declared) {
        parameters.set(name, value);
    }
    let asks_json = parameters.text("format") == Some("json");
    let format = if asks_json { Format::Json } else { format_of(seen) };
    let uploads = form.files;
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
