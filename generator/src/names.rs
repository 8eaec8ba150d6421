//! Assigns every Rust name in one pass over the intermediate representation.
//!
//! Two types of one module that would have the same name are qualified with the name of their call.

mod case;
mod scope;

use std::collections::{BTreeMap, HashMap};

pub(crate) use self::case::version_order;
pub use self::case::{is_keyword, pascal, snake};
use self::{
    case::{MAX_NAME, variant},
    scope::Scope,
};
use crate::ir::{Api, Endpoint, EndpointKind, Group, Kind, Model, Param, Response, Server, Shape};

/// The names of everything that is emitted.
#[derive(Debug, Default)]
pub struct Names {
    /// The modules of plugins and tags, by id.
    modules: BTreeMap<EndpointKind, BTreeMap<String, String>>,
    /// By endpoint index, in the module of its group.
    pub endpoints: Vec<EndpointNames>,
    /// The names of a definition in a plugin that re-exports it, by the plugin's id and the index.
    pub exports: BTreeMap<(String, usize), Export>,
    models: BTreeMap<EndpointKind, BTreeMap<String, ModelNames>>,
    /// The module of the security schemes, if there are any.
    pub auth: Option<String>,
    /// The functions of the security schemes, in order.
    pub schemes: Vec<String>,
    /// The functions that build the URLs of servers, in their order; only servers with variables
    /// have one.
    pub servers: Vec<Option<ServerNames>>,
}

/// The names of one endpoint.
#[derive(Debug, Default)]
pub struct EndpointNames {
    /// The function that makes the call.
    pub function: String,
    /// The type of the call.
    pub call: String,
    /// The argument or setter of each parameter, in order.
    pub params: Vec<String>,
    /// The enumeration of each parameter that declares its values, with its variants.
    pub choices: BTreeMap<usize, ChoiceNames>,
    /// The names of the response, if it depends on the status.
    pub response: Option<ResponseNames>,
}

/// The names of an enumeration.
#[derive(Debug)]
pub struct ChoiceNames {
    /// Its type.
    pub name: String,
    /// The variants of the declared values, in order.
    pub variants: Vec<String>,
    /// The variant for any other value.
    pub other: String,
    /// Whether it is the enumeration of another endpoint, which emits it.
    pub is_shared: bool,
}

/// The names of a definition in a module that re-exports it.
#[derive(Debug)]
pub struct Export {
    /// The function that makes the call.
    pub function: String,
    /// The type of the call.
    pub call: String,
    /// The enumerations of its parameters, by the index of the parameter.
    pub choices: BTreeMap<usize, String>,
}

/// The names of a function that builds the URL of a server.
#[derive(Debug)]
pub struct ServerNames {
    /// The function.
    pub function: String,
    /// The argument of each variable, in order.
    pub variables: Vec<String>,
}

/// The names of a response that depends on the status.
#[derive(Debug)]
pub struct ResponseNames {
    /// Its type.
    pub name: String,
    /// The variant of each status, in order.
    pub variants: Vec<String>,
}

/// The names of a model.
#[derive(Debug)]
pub struct ModelNames {
    /// Its type.
    pub name: String,
    /// Its fields, in order.
    pub fields: Vec<String>,
    /// The field for undeclared fields.
    pub rest: String,
    /// Its variants, if it is an enumeration.
    pub choice: Option<ChoiceNames>,
}

/// Names of siblings of the tag modules, in the crate or in its directory.
const ROOT: [&str; 20] = [
    "pydio_runtime",
    "models",
    "v1",
    "v2",
    "response",
    "rt",
    "json",
    "transport",
    "blocking",
    "cmd",
    "hook",
    "keystore",
    "transfer",
    // Reserved file names on Windows.
    "aux",
    "con",
    "nul",
    "prn",
    // File names with a special meaning for cargo.
    "lib",
    "main",
    "build",
];

/// Types and variants that emitted modules use without a path.
const BARE: [&str; 18] = [
    "Self",
    "Box",
    "Err",
    "From",
    "FromJson",
    "Into",
    "IntoIterator",
    "Iterator",
    "None",
    "Ok",
    "Option",
    "P",
    "Result",
    "Some",
    "String",
    "ToJson",
    "ToString",
    "Vec",
];

/// Names of siblings of the plugin modules, and the crate that a module of its name would hide.
const V1: [&str; 4] = ["models", "pydio_runtime", "rt", "v1"];

impl Names {
    /// Assigns names to everything in `api`.
    pub fn assign(api: &Api) -> Self {
        let mut names = Self::default();
        names.endpoints.resize_with(api.endpoints.len(), EndpointNames::default);
        let mut modules = [Scope::of(&V1), Scope::of(&ROOT)];
        for group in api.groups.iter().filter(|group| !group.endpoints.is_empty()) {
            let module =
                modules[usize::from(group.kind != EndpointKind::Action)].claim(&snake(&group.id));
            names.modules.entry(group.kind).or_default().insert(group.id.clone(), module);
            names.name_group(api, group);
        }
        for kind in [EndpointKind::Action, EndpointKind::Operation] {
            let mut types = Scope::of(&BARE);
            let models = api
                .models_of(kind)
                .map(|model| (model.name.clone(), name_model(model, &mut types)));
            names.models.insert(kind, models.collect());
        }
        if !api.schemes.is_empty() {
            let [_, modules] = &mut modules;
            let mut free = ["auth", "security", "credentials"].into_iter();
            names.auth =
                Some(modules.claim(free.find(|name| modules.is_free(name)).unwrap_or("auth")));
            let mut functions = Scope::of(&[]);
            names.schemes =
                api.schemes.iter().map(|one| functions.claim(&snake(&one.name))).collect();
        }
        let mut functions = Scope::of(&[]);
        let servers = api.site.servers.iter();
        names.servers = servers.map(|server| name_server(server, &mut functions)).collect();
        names
    }

    /// Returns the module of a plugin or a tag that has something to call.
    pub fn module(&self, kind: EndpointKind, id: &str) -> Option<&str> {
        self.modules.get(&kind)?.get(id).map(String::as_str)
    }

    /// Returns the modules of plugins or tags, by their ids.
    pub fn modules(&self, kind: EndpointKind) -> impl Iterator<Item = (&str, &str)> {
        let modules = self.modules.get(&kind).into_iter().flatten();
        modules.map(|(id, module)| (&**id, &**module))
    }

    /// Returns the names of a model.
    pub fn model(&self, kind: EndpointKind, name: &str) -> Option<&ModelNames> {
        self.models.get(&kind)?.get(name)
    }

    /// Assigns names to the members of a group in its module.
    fn name_group(&mut self, api: &Api, group: &Group) {
        let mut functions = Scope::of(&[]);
        let mut types = Scope::of(&BARE);
        let members: Vec<_> = api.members(group).collect();
        let named: Vec<_> = members
            .iter()
            .map(|one| (functions.claim(&snake(one.stem())), types.claim(&pascal(one.stem()))))
            .collect();
        let own: Vec<Vec<_>> = members.iter().map(|one| own_choices(one, &members)).collect();
        let wanted = own.iter().flatten().map(|(_, param)| pascal(param.stem()));
        let mut times: HashMap<String, usize> = HashMap::new();
        wanted.for_each(|name| *times.entry(name).or_default() += 1);
        let claimed: Vec<BTreeMap<usize, String>> = own
            .iter()
            .zip(&named)
            .map(|(own, (_, call))| {
                let claim = |(index, param): &(usize, &Param)| {
                    let wanted = pascal(param.stem());
                    let is_clash = times.get(&wanted).is_some_and(|times| *times > 1);
                    match is_clash || !types.is_free(&wanted) {
                        true => (*index, types.claim(&qualified(call, &wanted))),
                        false => (*index, types.claim(&wanted)),
                    }
                };
                own.iter().map(claim).collect()
            })
            .collect();
        for (place, (function, call)) in named.into_iter().enumerate() {
            let (endpoint, index) = (members[place], group.endpoints[place]);
            if endpoint.group != group.id {
                let export = Export { function, call, choices: claimed[place].clone() };
                self.exports.insert((group.id.clone(), index), export);
                continue;
            }
            let choice = |(index, param): (usize, &Param)| {
                let (of, at) = original(endpoint, param, &members).unwrap_or((place, index));
                let name = claimed[of].get(&at).cloned().unwrap_or_default();
                let is_shared = of != place;
                (index, ChoiceNames { is_shared, ..name_choice(name, &words(param)) })
            };
            self.endpoints[index] = EndpointNames {
                response: name_response(endpoint, &call, &mut types),
                params: name_params(endpoint),
                choices: choices(endpoint).map(choice).collect(),
                function,
                call,
            };
        }
    }
}

/// Returns the parameters whose enumeration is that of the endpoint itself.
fn own_choices<'e>(endpoint: &'e Endpoint, members: &[&Endpoint]) -> Vec<(usize, &'e Param)> {
    choices(endpoint).filter(|(_, param)| original(endpoint, param, members).is_none()).collect()
}

/// Returns the member, and the index of its parameter, whose enumeration a command shares: that of
/// the action it is a command of, where the values are the same.
fn original(endpoint: &Endpoint, param: &Param, members: &[&Endpoint]) -> Option<(usize, usize)> {
    let action = endpoint.action.as_deref().filter(|_| endpoint.is_command)?;
    let place = members.iter().position(|one| one.id == action && one.group == endpoint.group)?;
    let is_same = |other: &Param| other.name == param.name && words(other) == words(param);
    let found = choices(members[place]).find(|(_, other)| is_same(other))?;
    Some((place, found.0))
}

/// Prefixes an enumeration's name with that of its call, without the verb of a read.
fn qualified(call: &str, name: &str) -> String {
    let is_noun = |noun: &&str| noun.starts_with(|c: char| c.is_ascii_uppercase());
    let call = call.strip_prefix("Get").filter(is_noun).unwrap_or(call);
    let mut qualified = format!("{call}{name}");
    qualified.truncate(MAX_NAME);
    qualified
}

/// Returns the parameters that declare their values, with their indices.
fn choices(endpoint: &Endpoint) -> impl Iterator<Item = (usize, &Param)> {
    let params = endpoint.params.iter().enumerate();
    params.filter(|(_, param)| matches!(param.kind, Kind::Choice(_)))
}

/// Returns the arguments and setters: `user` for `user_[n]`.
fn name_params(endpoint: &Endpoint) -> Vec<String> {
    Scope::of_params().claim_all(endpoint.params.iter().map(Param::stem))
}

/// Returns what the variants of an enumeration are named after: the names of the values, or the
/// values themselves.
fn words(param: &Param) -> Vec<String> {
    let values = param.choice().unwrap_or_default().iter();
    let named = |value: &String| {
        let declared = param.values.iter().find(|one| one.value == *value);
        declared.and_then(|one| one.name.clone()).unwrap_or_else(|| value.clone())
    };
    values.map(named).collect()
}

fn name_choice(name: String, values: &[String]) -> ChoiceNames {
    let mut scope = Scope::of(&[]);
    // Claimed first, so that it has the same name everywhere, whatever the values are.
    let other = scope.claim("Other");
    let variants = values.iter().map(|value| scope.claim(&variant(value))).collect();
    ChoiceNames { name, variants, other, is_shared: false }
}

fn name_response(endpoint: &Endpoint, call: &str, types: &mut Scope) -> Option<ResponseNames> {
    let Response::ByStatus(all) = &endpoint.response else { return None };
    let mut scope = Scope::of(&[]);
    let variants = all.iter().map(|one| scope.claim(&status_variant(&one.status))).collect();
    Some(ResponseNames { name: types.claim(&format!("{call}Response")), variants })
}

/// Returns the names of a function that builds a URL; `None` if it has no variables.
fn name_server(server: &Server, functions: &mut Scope) -> Option<ServerNames> {
    if server.variables.is_empty() || !server.has_host() {
        return None;
    }
    let mut scope = Scope::of(&[]);
    let variables = server.variables.iter().map(|one| scope.claim(&snake(&one.name))).collect();
    Some(ServerNames { function: functions.claim("server_url"), variables })
}

/// Returns the variant for a status.
fn status_variant(status: &str) -> String {
    let name = match status {
        "default" => "Other",
        "2XX" => "Success",
        "200" => "Ok",
        "201" => "Created",
        "202" => "Accepted",
        "203" => "NonAuthoritative",
        "204" => "NoContent",
        "205" => "ResetContent",
        "206" => "PartialContent",
        "207" => "MultiStatus",
        "208" => "AlreadyReported",
        _ => return pascal(&format!("Status{status}")),
    };
    name.to_owned()
}

fn name_model(model: &Model, types: &mut Scope) -> ModelNames {
    let name = types.claim(&pascal(&model.name));
    let mut scope = Scope::of(&[]);
    let fields = match &model.shape {
        Shape::Struct { fields, .. } => scope.claim_all(fields.iter().map(|field| &*field.name)),
        Shape::Choice(_) | Shape::Codes(_) | Shape::Alias(_) => Vec::new(),
    };
    let choice = match &model.shape {
        Shape::Choice(values) => Some(name_choice(name.clone(), values)),
        Shape::Codes(codes) => {
            let names: Vec<_> = codes.iter().map(|one| one.name.clone()).collect();
            Some(name_choice(name.clone(), &names))
        }
        Shape::Struct { .. } | Shape::Alias(_) => None,
    };
    ModelNames { name, fields, rest: scope.claim("other_fields"), choice }
}
