//! Everything a server remembers, and the way of a request through it.

use std::{
    collections::BTreeMap,
    net::{IpAddr, SocketAddr},
};

use http::{
    Method,
    header::{ACCEPT, CONTENT_TYPE},
};

use crate::{
    Seen, Version,
    actions::{self, Call, Outcome, Refusal},
    catalog::{self, Known},
    disk::Disk,
    envelope::{Envelope, Format},
    login::{self, Account, Failures},
    parameters::Parameters,
    reply::Reply,
    routing::{self, Address, Misrouted},
    workspaces::{self, Workspace},
};

/// The state of a server.
#[derive(Debug)]
pub(crate) struct World {
    version: Version,
    prefix: String,
    /// The address links begin with.
    url: String,
    /// Disks by the slug of their workspace, with the login where it is personal.
    disks: BTreeMap<String, Disk>,
    failures: Failures,
}

impl World {
    pub(crate) fn new(version: Version, prefix: String, address: SocketAddr) -> Self {
        let url = format!("http://{address}{prefix}");
        Self { version, prefix, url, disks: BTreeMap::new(), failures: Failures::default() }
    }

    /// The disk of a workspace, named by slug, and by login as well where it is personal.
    pub(crate) fn disk(&mut self, name: &str) -> &mut Disk {
        self.disks.entry(name.to_owned()).or_default()
    }

    /// Answers a request.
    pub(crate) fn answer(&mut self, seen: &Seen, peer: IpAddr) -> Reply {
        // Until the parameters are read, only the header tells the format.
        let wants_json = seen.header(ACCEPT.as_str()) == Some("application/json");
        let format = if wants_json { Format::Json } else { Format::Xml };
        let early = |message: &str| Envelope::error(message).reply(format);
        let no_endpoint = "Could not find any endpoint for this URI";
        let address = match routing::locate(self.version, &self.prefix, &seen.target) {
            Ok(address) if self.takes(&seen.method) => address,
            Err(Misrouted::WebServer) => return Reply::web_server(404, "Not Found"),
            Ok(_) | Err(Misrouted::NoEndpoint) => return early(no_endpoint),
        };
        let user = match login::authenticate(&seen.headers, peer, &mut self.failures) {
            Ok(user) => user,
            Err(reply) => return reply,
        };
        let Some(workspace) = workspaces::find(&address.workspace) else {
            let name = &address.workspace;
            return early(&format!("Could not find workspace with id/alias {name}"));
        };
        if !user.may_enter(workspace) {
            return login::unauthorized();
        }
        match catalog::find(workspace, &address.action) {
            Some(Known::Rest(declared)) => {
                self.run(seen, &address, declared, user, workspace, format)
            }
            Some(Known::Elsewhere) | None => {
                early(&format!("Could not find action {}", address.action))
            }
        }
    }

    fn takes(&self, method: &Method) -> bool {
        self.version.takes_any_method()
            || [Method::GET, Method::POST, Method::HEAD].contains(method)
    }

    fn run(
        &mut self,
        seen: &Seen,
        address: &Address,
        declared: &str,
        user: &'static Account,
        workspace: &'static Workspace,
        format: Format,
    ) -> Reply {
        let parameters = self.parameters(seen, address, declared);
        let asks_json = parameters.text("format") == Some("json");
        let format = if asks_json { Format::Json } else { format };
        let disk = match workspace.personal {
            true => format!("{}/{}", workspace.slug, user.login),
            false => workspace.slug.to_owned(),
        };
        let call = Call {
            user,
            workspace,
            parameters: &parameters,
            headers: &seen.headers,
            url: &self.url,
            disk: self.disks.entry(disk).or_default(),
            format,
        };
        match actions::run(&address.action, call) {
            Ok(Outcome::Envelope(envelope)) => envelope.reply(format),
            Ok(Outcome::Listing(listing)) => listing.reply(format),
            Ok(Outcome::Reply(reply)) => reply,
            Err(refusal) => refused(refusal, format),
        }
    }

    /// Query, then form, then path: the later wins.
    fn parameters(&self, seen: &Seen, address: &Address, declared: &str) -> Parameters {
        let mut parameters = Parameters::default();
        parameters.add_fields(&address.query);
        let is_form = |kind: &str| kind.starts_with("application/x-www-form-urlencoded");
        if seen.header(CONTENT_TYPE.as_str()).is_some_and(is_form) {
            parameters.add_fields(&seen.body);
        }
        for (name, value) in address.parameters(self.version, declared) {
            parameters.set(name, value);
        }
        parameters
    }
}

fn refused(refusal: Refusal, format: Format) -> Reply {
    match refusal {
        Refusal::Error(message) => Envelope::error(message).reply(format),
        Refusal::Hidden(name) => {
            let mut reply = Envelope::error(format!("{name} Forbidden")).reply(format);
            reply.status = 411;
            reply
        }
        Refusal::NoWriting => {
            let message = "You have no write permission on this folder";
            Envelope { require_auth: true, ..Envelope::error(message) }.reply(format)
        }
    }
}
