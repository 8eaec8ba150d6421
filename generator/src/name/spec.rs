//! The names of operations and models.

use std::collections::BTreeMap;

use super::{ChoiceNames, Scope, TRAIT_METHODS, pascal, snake, variant};
use crate::model::{Body, MediaType, Model, Operation, Reply, Server, Shape, SpecModel};

/// The names of everything that a spec makes.
#[derive(Debug, Default)]
pub struct SpecNames {
    /// Modules, by tag.
    pub modules: BTreeMap<String, String>,
    /// By index of the operation.
    pub operations: Vec<OperationNames>,
    /// By name of the model.
    pub models: BTreeMap<String, ModelNames>,
    /// The module of the security schemes, where there are some.
    pub auth: Option<String>,
    /// The functions of the security schemes, in order.
    pub schemes: Vec<String>,
    /// What puts the addresses of servers together, in their order, for those with variables.
    pub servers: Vec<Option<ServerNames>>,
}

/// The names of a function that puts the address of a server together.
#[derive(Debug)]
pub struct ServerNames {
    /// The function.
    pub function: String,
    /// The argument of each variable, in order.
    pub variables: Vec<String>,
}

/// The names of an operation.
#[derive(Debug)]
pub struct OperationNames {
    /// The function that makes the call.
    pub function: String,
    /// The type of the call.
    pub call: String,
    /// The argument or setter of each parameter, in order.
    pub params: Vec<String>,
    /// The argument or setter of the body.
    pub body: Option<String>,
    /// The argument or setter of the body's media type, where that is not always one.
    pub media_type: Option<String>,
    /// Of the response, where that depends on the status.
    pub response: Option<ResponseNames>,
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
    /// The field for what is not declared.
    pub rest: String,
    /// Its variants, where it is a choice.
    pub choice: Option<ChoiceNames>,
}

/// What is beside the modules of tags, in the crate or in its directory.
const ROOT: [&str; 17] = [
    "pydio_runtime",
    "models",
    "v1",
    "v2",
    "answer",
    "json",
    "transport",
    "cmd",
    "keystore",
    "transfer",
    // Files that Windows takes for something else.
    "aux",
    "con",
    "nul",
    "prn",
    // Files that cargo takes for something else.
    "lib",
    "main",
    "build",
];

/// Types and variants that the emitted modules of a spec use by their bare names.
const BARE: [&str; 18] = [
    "Self",
    "At",
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
    "Result",
    "Some",
    "String",
    "ToJson",
    "ToString",
    "Vec",
];

impl SpecNames {
    /// Names everything in a spec.
    pub fn assign(spec: &SpecModel) -> Self {
        let mut names = Self::default();
        let mut modules = Scope::of(&ROOT);
        let mut scopes: BTreeMap<&str, (Scope, Scope)> = BTreeMap::new();
        for operation in &spec.operations {
            let (functions, types) = scopes.entry(&operation.tag).or_insert_with(|| {
                names.modules.insert(operation.tag.clone(), modules.claim(&snake(&operation.tag)));
                (Scope::of(&[]), Scope::of(&BARE))
            });
            names.operations.push(name_operation(operation, functions, types));
        }
        names.models = Self::of_models(&spec.models).models;
        if !spec.schemes.is_empty() {
            let free = ["auth", "security", "credentials"].into_iter();
            let free = free.clone().find(|name| modules.is_free(name)).unwrap_or("auth");
            names.auth = Some(modules.claim(free));
            let mut functions = Scope::of(&[]);
            let schemes = spec.schemes.iter();
            names.schemes = schemes.map(|one| functions.claim(&snake(&one.name))).collect();
        }
        let mut functions = Scope::of(&[]);
        let servers = spec.site.servers.iter();
        names.servers = servers.map(|server| name_server(server, &mut functions)).collect();
        names
    }

    /// Names models by themselves.
    pub fn of_models(models: &[Model]) -> Self {
        let mut names = Self::default();
        let mut types = Scope::of(&BARE);
        for model in models {
            let name = types.claim(&pascal(&model.name));
            names.models.insert(model.name.clone(), name_model(name, &model.shape));
        }
        names
    }
}

fn name_operation(
    operation: &Operation,
    functions: &mut Scope,
    types: &mut Scope,
) -> OperationNames {
    let mut scope = Scope::of(&TRAIT_METHODS);
    // What the emitted function calls the request it fills.
    scope.reserve("call");
    let params = claim_all(&mut scope, operation.params.iter().map(|param| &*param.name));
    let body = operation.body.as_ref().map(|body| scope.claim(&snake(&body.name)));
    let is_said = |body: &Body| !matches!(body.media_type, MediaType::Fixed(_));
    let media_type = operation.body.as_ref().filter(|body| is_said(body));
    let media_type = media_type.map(|_| scope.claim("content_type"));
    let call = types.claim(&pascal(&operation.id));
    let response = match &operation.answer {
        Reply::ByStatus(all) => {
            let mut scope = Scope::of(&["Self"]);
            let variants = all.iter().map(|one| scope.claim(&status_variant(&one.status)));
            let variants = variants.collect();
            Some(ResponseNames { name: types.claim(&format!("{call}Response")), variants })
        }
        _ => None,
    };
    let function = functions.claim(&snake(&operation.id));
    OperationNames { function, call, params, body, media_type, response }
}

/// The names of what puts an address together; `None` where there is nothing to choose in it.
fn name_server(server: &Server, functions: &mut Scope) -> Option<ServerNames> {
    if server.variables.is_empty() || !server.has_host() {
        return None;
    }
    let mut scope = Scope::of(&[]);
    let variables = server.variables.iter().map(|one| scope.claim(&snake(&one.name))).collect();
    Some(ServerNames { function: functions.claim("server_url"), variables })
}

/// The variant that stands for a status.
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

fn name_model(name: String, shape: &Shape) -> ModelNames {
    let mut scope = Scope::of(&[]);
    let fields = match shape {
        Shape::Struct { fields, .. } => {
            claim_all(&mut scope, fields.iter().map(|field| &*field.name))
        }
        Shape::Choice(_) | Shape::Alias(_) => Vec::new(),
    };
    let choice = match shape {
        Shape::Choice(words) => {
            let mut scope = Scope::of(&["Self"]);
            // First, so that it is called the same everywhere, whatever the words are.
            let other = scope.claim("Other");
            let variants = words.iter().map(|word| scope.claim(&variant(word))).collect();
            Some(ChoiceNames { name: name.clone(), variants, other })
        }
        Shape::Struct { .. } | Shape::Alias(_) => None,
    };
    ModelNames { name, fields, rest: scope.claim("other_fields"), choice }
}

/// Names for all of `wire`, in their order. What can be called as it is called on the wire is: of
/// `@context` and `context` that is the second.
fn claim_all<'w>(scope: &mut Scope, wire: impl Iterator<Item = &'w str>) -> Vec<String> {
    let wire: Vec<_> = wire.map(|wire| (wire, snake(wire))).collect();
    let mut names = vec![String::new(); wire.len()];
    for is_first in [true, false] {
        for (name, (wire, wanted)) in names.iter_mut().zip(&wire) {
            if (wire == wanted) == is_first {
                *name = scope.claim(wanted);
            }
        }
    }
    names
}
