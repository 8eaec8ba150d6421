//! The endpoints of a server: REST v1 and v2, the session behind `index.php`, and public links.

mod index_php;
mod link;
mod rest;
mod rest_v2;

use std::net::IpAddr;

use bytes::Bytes;
use http::{
    Method,
    header::{ACCEPT, CONTENT_TYPE},
};

use crate::{
    Seen, console,
    dialect::Dialect,
    envelope::{Envelope, Format},
    front,
    multipart::{self, Form, Upload},
    parameters::Parameters,
    php::raw_url_decode,
    reply::Reply,
    settings::Settings,
    world::World,
};

/// Routes a request to the endpoint of its path.
pub(crate) fn enter(world: &mut World, seen: &Seen, peer: IpAddr) -> Reply {
    let mut seen = seen.clone();
    let Settings { fronts, prefix, .. } = &world.settings;
    if let Some(reply) = front::pass(fronts, prefix, &mut seen) {
        return reply;
    }
    let path = seen.target.split('?').next().unwrap_or_default();
    let decoded = raw_url_decode(path.as_bytes());
    let below = decoded.strip_prefix(world.settings.prefix.as_bytes());
    let is_below = |folder: &[u8]| {
        let rest = below.and_then(|below| below.strip_prefix(folder));
        rest.is_some_and(|rest| matches!(rest.first(), None | Some(b'/')))
    };
    match below {
        Some(b"" | b"/" | b"/index.php") => index_php::enter(world, &seen, peer),
        Some(path) if path == console::run::PATH.as_bytes() => {
            console::run::enter(world, &seen, peer)
        }
        _ if is_below(b"/public") => link::enter(world, &seen),
        _ if is_below(b"/api/v2") && world.settings.version.dialect().has_v2 => {
            rest_v2::enter(world, &seen, peer)
        }
        _ => rest::enter(world, &seen, peer),
    }
}

/// Returns the format in the `Accept` header, the only one known until parameters are read.
fn format_of(seen: &Seen) -> Format {
    let wants_json = seen.header(ACCEPT.as_str()) == Some("application/json");
    if wants_json { Format::Json } else { Format::Xml }
}

/// Returns an error before the parameters are read.
pub(crate) fn early(seen: &Seen, message: &str) -> Reply {
    Envelope::error(message).reply(format_of(seen))
}

/// Returns the message for a workspace that a user does not have; `pydio` stands for any.
fn no_workspace(name: &str) -> String {
    match name {
        "pydio" => "No active workspace found for user!".to_owned(),
        name => format!("Could not find workspace with id/alias {name}"),
    }
}

/// Returns the format that the parameter `format` or else the `Accept` header asks for.
fn asked_format(dialect: &Dialect, seen: &Seen, parameters: &Parameters) -> Format {
    if !dialect.lists_in_json {
        return Format::Xml;
    }
    let asks_json = parameters.text("format") == Some("json");
    if asks_json { Format::Json } else { format_of(seen) }
}

/// Returns the parameters of the query and the form, of which the later ones win, and the files.
fn parameters_of(seen: &Seen, query: &[u8]) -> (Parameters, Vec<Upload>) {
    let form = form_of(seen);
    let mut parameters = Parameters::default();
    parameters.add_fields(query);
    parameters.add(form.fields);
    (parameters, form.files)
}

/// Parses a body like PHP: fields and files of a POST, nothing of other methods.
fn form_of(seen: &Seen) -> Form {
    let kind = seen.header(CONTENT_TYPE.as_str()).unwrap_or_default();
    if seen.method != Method::POST {
        return Form::default();
    }
    match multipart::boundary(kind) {
        Some(boundary) => multipart::parse(&seen.body, boundary),
        None if kind.starts_with("application/x-www-form-urlencoded") => {
            Form { fields: crate::php::parse_str(&seen.body), files: Vec::new() }
        }
        None => Form::default(),
    }
}

/// Returns the query of a target.
fn query_of(seen: &Seen) -> Bytes {
    let query = seen.target.split_once('?').map_or("", |(_, query)| query);
    Bytes::copy_from_slice(query.as_bytes())
}
