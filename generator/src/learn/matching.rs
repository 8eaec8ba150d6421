//! Finds the definition that each exchange calls.

use std::collections::{BTreeMap, BTreeSet};

use percent_encoding::percent_decode_str;

use super::{exchange::Exchange, fields::Sent, operations, shown};
use crate::ir::{Api, Endpoint, EndpointKind, Kind, Location, Param, Style};

/// The exchanges of an input, by what they call.
#[derive(Debug, Default)]
pub(super) struct Matched<'e> {
    /// The calls of each endpoint, by its index.
    pub(super) calls: BTreeMap<usize, Vec<Call<'e>>>,
    /// The names of the exchanges that call something undeclared, by its name.
    pub(super) unknown: BTreeMap<String, Vec<String>>,
    /// The number of exchanges that call nothing: pages, other protocols.
    pub(super) ignored: usize,
}

/// A call of an endpoint.
#[derive(Debug)]
pub(super) struct Call<'e> {
    pub(super) exchange: &'e Exchange,
    /// Whether it was sent over REST, where the path holds parameters.
    pub(super) is_rest: bool,
    /// Whether it sends what the bindings always send.
    pub(super) has_constants: bool,
    /// The names of the parameters in the path.
    pub(super) in_path: Vec<String>,
    /// The other definitions that it may just as well call, as `plugin/action`.
    pub(super) others: Vec<String>,
}

/// The address of a call: the name of an action, and what else the path says.
struct Address {
    action: String,
    workspace: Option<String>,
    /// The segments after the name of the action, if it is sent over REST.
    rest: Option<Vec<String>>,
}

/// The workspace of administrators, as its slug and its id.
const ADMIN: [&str; 2] = ["settings", "ajxp_conf"];

/// The plugin whose actions that workspace has.
const ADMIN_PLUGIN: &str = "access.ajxp_conf";

/// Assigns each exchange to what it calls.
pub(super) fn assign<'e>(api: &Api, exchanges: &'e [Exchange]) -> Matched<'e> {
    let mut matched = Matched::default();
    for exchange in exchanges {
        if let Some(target) = operations::target(&exchange.path) {
            match operations::find(api, &exchange.method, target) {
                Some(index) => matched.add(index, Call::of(exchange, true)),
                None => matched.unknown(&operations::shown(&exchange.method, target), exchange),
            }
            continue;
        }
        let Some(address) = address(api, exchange) else {
            matched.ignored += 1;
            continue;
        };
        let candidates = candidates(api, exchange, &address);
        if candidates.is_empty() {
            matched.unknown(&address.action, exchange);
        }
        for &index in &candidates {
            let others = candidates.iter().filter(|other| **other != index);
            let others = others.map(|other| shown(&api.endpoints[*other])).collect();
            let endpoint = &api.endpoints[index];
            let in_path = in_path(endpoint, &address);
            let has_constants = commands(endpoint, exchange, &address) > 0;
            let call = Call::of(exchange, address.rest.is_some());
            matched.add(index, Call { in_path, has_constants, others, ..call });
        }
    }
    matched
}

impl<'e> Matched<'e> {
    fn add(&mut self, index: usize, call: Call<'e>) {
        self.calls.entry(index).or_default().push(call);
    }

    fn unknown(&mut self, name: &str, exchange: &Exchange) {
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_-./{} ".contains(c);
        let is_plain = name.len() <= 60 && name.chars().all(is_name);
        let name = if is_plain { name } else { "(a name that is not shown)" };
        self.unknown.entry(name.to_owned()).or_default().push(exchange.name.clone());
    }
}

impl<'e> Call<'e> {
    fn of(exchange: &'e Exchange, is_rest: bool) -> Self {
        Self { exchange, is_rest, has_constants: true, in_path: Vec::new(), others: Vec::new() }
    }

    /// Returns the fields that are parameters of the call, not of its transport.
    pub(super) fn params(&self) -> impl Iterator<Item = &'e Sent> {
        let is_rest = self.is_rest;
        self.exchange.sent.iter().filter(move |sent| !is_transport(&sent.name, is_rest))
    }
}

/// Returns whether a field is sent with every call, whatever it calls.
fn is_transport(name: &str, is_rest: bool) -> bool {
    const ANY: [&str; 13] = [
        "get_action",
        "login_seed",
        "secure_token",
        "tmp_repository_id",
        "auth_token",
        "auth_hash",
        "ajxp_sessid",
        "format",
        "XDEBUG_SESSION_START",
        "lang",
        "cli_username",
        "cli_task_uuid",
        "_",
    ];
    ANY.contains(&name) || !is_rest && name == "minisite_session"
}

/// Returns what the request addresses, if it is a call of an action.
fn address(api: &Api, exchange: &Exchange) -> Option<Address> {
    if let Some(action) = exchange.field("get_action") {
        let workspace = exchange.field("tmp_repository_id").map(str::to_owned);
        return Some(Address { action: action.to_owned(), workspace, rest: None });
    }
    // A prefix of the server may itself contain such a segment.
    let starts = exchange.path.match_indices("/api/").map(|(at, _)| &exchange.path[at + 5..]);
    let all: Vec<_> = starts.filter_map(rest_address).collect();
    let is_known = |one: &Address| api.actions().any(|action| action.sent_name() == one.action);
    let known = all.iter().position(is_known).unwrap_or(0);
    all.into_iter().nth(known)
}

/// Reads `workspace/action/parameters`.
fn rest_address(target: &str) -> Option<Address> {
    let mut segments = target.trim_end_matches('/').split('/').map(decoded);
    let workspace = segments.next().filter(|workspace| !workspace.is_empty())?;
    let action = segments.next()?;
    Some(Address { action, workspace: Some(workspace), rest: Some(segments.collect()) })
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

/// Returns the definitions that an exchange calls: one, unless nothing tells them apart.
fn candidates(api: &Api, exchange: &Exchange, address: &Address) -> Vec<usize> {
    let actions = api.of_kind(EndpointKind::Action);
    let mut all: Vec<_> = actions.filter(|(_, one)| one.sent_name() == address.action).collect();
    // A command of another action has constants that name it.
    best(&mut all, |one| commands(one, exchange, address));
    let is_reachable = |one: &Endpoint| one.rest || address.rest.is_none();
    best(&mut all, |one| usize::from(is_reachable(one)));
    let is_admin = address.workspace.as_deref().is_some_and(|name| ADMIN.contains(&name));
    best(&mut all, |one| usize::from(one.is_in(ADMIN_PLUGIN) == is_admin));
    let sent: BTreeSet<&str> = exchange.sent.iter().map(|sent| &*sent.name).collect();
    best(&mut all, |one| sent.iter().filter(|name| declares(one, name)).count());
    all.into_iter().map(|(index, _)| index).collect()
}

/// Keeps the definitions with the highest score.
fn best(all: &mut Vec<(usize, &Endpoint)>, score: impl Fn(&Endpoint) -> usize) {
    let most = all.iter().map(|(_, one)| score(one)).max().unwrap_or_default();
    all.retain(|(_, one)| score(one) == most);
}

/// Returns 2 for each constant that was sent, plus 1 if there is no other one.
fn commands(endpoint: &Endpoint, exchange: &Exchange, address: &Address) -> usize {
    let in_path: Vec<_> = endpoint.path_params().map(|param| &*param.name).collect();
    let value = |param: &Param| {
        let rest = address.rest.as_ref();
        let position = in_path.iter().position(|name| *name == param.name);
        let segment = rest.zip(position).and_then(|(rest, at)| rest.get(at).map(String::as_str));
        segment.or_else(|| exchange.field(&param.name))
    };
    let mut score = 1;
    for param in &endpoint.params {
        let Kind::Constant(constant) = &param.kind else { continue };
        if value(param) != Some(constant) {
            return 0;
        }
        score += 2;
    }
    score
}

/// Returns whether an endpoint declares a field, as its own name or as one of a family.
pub(super) fn declares(endpoint: &Endpoint, name: &str) -> bool {
    endpoint.params.iter().any(|param| covers(param, name))
}

/// Returns whether a field is a part of what a parameter sends.
pub(super) fn covers(param: &Param, name: &str) -> bool {
    if param.name == name {
        return true;
    }
    let numbered = |prefix: &str| {
        let number = name.strip_prefix(prefix).unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    };
    match (&param.kind, &param.style) {
        (Kind::Fields, _) | (Kind::FileFields, _) => true,
        (_, Style::Brackets) => name.strip_suffix("[]") == Some(&*param.name),
        (_, Style::Numbered | Style::Series) => numbered(&format!("{}_", param.name)),
        (_, Style::Indexed(prefix)) => numbered(prefix),
        _ => false,
    }
}

/// Returns the names of the parameters that the path of a call holds.
fn in_path(endpoint: &Endpoint, address: &Address) -> Vec<String> {
    let Some(rest) = &address.rest else { return Vec::new() };
    let is_sent = |(index, param): &(usize, &Param)| {
        *index < rest.len() || param.location == Location::RestOfPath
    };
    let params = endpoint.path_params().enumerate().filter(is_sent);
    params.map(|(_, param)| param.name.clone()).collect()
}
