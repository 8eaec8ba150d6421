//! `explain`: what is declared of one action or operation, what corrects it, and the call.

use clap::Args;

use super::{Failure, InputArgs, print};
use crate::{
    correct::{actions, overlay},
    diagnostic::Diagnostic,
    model::{
        Action, Api, Body, Kind, Operation, OperationPlace, Param, ParamPlace, Reply, ReturnKind,
        Verb,
    },
    source::Input,
};

/// Prints what is declared of an action or operation, which corrections apply and why, and what is
/// sent in the end.
#[derive(Args)]
pub(super) struct Explain {
    /// The name of an action, `plugin/action` for one plugin's, or the id of an operation.
    #[arg(value_name = "ACTION|OPERATION")]
    name: String,

    #[command(flatten)]
    input: InputArgs,
}

impl Explain {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let mut raw = self.input.clone();
        raw.no_corrections = true;
        let declared = raw.read(&[])?.api()?;
        let input = self.input.read(&[])?;
        let (api, applied) = input.corrected()?;
        let (plugin, name) = match self.name.split_once('/') {
            Some((plugin, name)) => (Some(plugin), name),
            None => (None, &*self.name),
        };
        let is_meant = |action: &&Action| {
            let has = |id: &str| action.owner == id || action.also.iter().any(|also| also == id);
            action.name == name && plugin.is_none_or(has)
        };
        let mut text = String::new();
        for action in api.actions.iter().filter(is_meant) {
            let before = declared
                .actions
                .iter()
                .find(|other| (&other.name, &other.owner) == (&action.name, &action.owner));
            text.push_str(&explain_action(action, before, &applied));
        }
        let operations = api.spec.operations.iter().filter(|operation| operation.id == self.name);
        for operation in operations {
            text.push_str(&explain_operation(operation, &declared, &input));
        }
        if text.is_empty() {
            return Err(self.unknown(&api).into());
        }
        print(text.trim_end())
    }

    fn unknown(&self, api: &Api) -> Diagnostic {
        let actions = api.actions.iter().map(|action| &action.name);
        let known = actions.chain(api.spec.operations.iter().map(|operation| &operation.id));
        let wanted = self.name.rsplit('/').next().unwrap_or_default();
        let nearest = known.min_by_key(|name| strsim::damerau_levenshtein(wanted, name));
        let message = format!("no action and no operation `{}` in {}", self.name, api.title);
        let error = Diagnostic::error("unknown-call", message);
        match nearest {
            Some(name) => error.help(format!("did you mean `{name}`? `inspect` lists them all")),
            None => error,
        }
    }
}

fn explain_action(
    action: &Action,
    before: Option<&Action>,
    applied: &[actions::Applied],
) -> String {
    let mut text = format!("action {} of {}\n", action.name, action.owner);
    if let Some(before) = before {
        text.push_str(&format!("  declared   {}\n", address(before)));
        before.params.iter().for_each(|param| text.push_str(&param_line(param)));
    }
    let corrections: Vec<_> = applied
        .iter()
        .filter(|one| one.action == (action.name.clone(), action.owner.clone()))
        .collect();
    for one in &corrections {
        text.push_str(&format!("  corrected  {}\n", one.description));
        text.push_str(&format!("             evidence: {}\n", one.evidence));
    }
    if !corrections.is_empty() {
        text.push_str(&format!("  really     {}\n", address(action)));
        action.params.iter().for_each(|param| text.push_str(&param_line(param)));
    }
    text.push_str(&format!("  answers    {}\n", answer(&action.returns)));
    text.push_str(&format!("  example    {}\n\n", example(action)));
    text
}

fn address(action: &Action) -> String {
    let Some(route) = &action.route else { return "not over REST".to_owned() };
    let path: String = route.path.iter().map(|name| format!("/{{{name}}}")).collect();
    let more = if route.catch_all { " (the last one spans slashes)" } else { "" };
    format!("{} /api/{{workspace}}/{}{path}{more}", verb(route.verb), action.name)
}

fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
    }
}

fn param_line(param: &Param) -> String {
    let place = match param.place {
        ParamPlace::Path | ParamPlace::CatchAll => "path",
        ParamPlace::Field => "field",
    };
    let required = if param.required { ", required" } else { "" };
    let default = param.default.as_ref().map(|value| format!(", default {value}"));
    let kind = format!("{:?}", param.kind).to_lowercase();
    format!(
        "             {} ({place}, {kind}{required}{})\n",
        param.name,
        default.unwrap_or_default()
    )
}

fn answer(returns: &ReturnKind) -> String {
    format!("{returns:?}").to_lowercase()
}

/// The address with made-up values, and the fields that are required.
fn example(action: &Action) -> String {
    let Some(route) = &action.route else {
        return format!("index.php?get_action={}, or cmd.php -a={}", action.name, action.name);
    };
    let mut address = format!("/api/my-files/{}", action.name);
    for param in action.params.iter().filter(|param| param.place != ParamPlace::Field) {
        address.push('/');
        address.push_str(match param.place {
            ParamPlace::CatchAll => "photos/caf%C3%A9.jpg",
            _ => "value",
        });
    }
    if route.path.is_empty() {
        address.push('/');
    }
    let fields = action.params.iter().filter(|p| p.place == ParamPlace::Field && p.required);
    let fields: Vec<_> = fields.map(example_field).collect();
    match (route.verb, fields.is_empty()) {
        (_, true) => format!("{} {address}", verb(route.verb)),
        (Verb::Get, false) => format!("GET {address}?{}", fields.join("&")),
        (Verb::Post, false) => format!("POST {address} with {}", fields.join("&")),
    }
}

fn example_field(param: &Param) -> String {
    let name = &param.name;
    match &param.kind {
        Kind::Nodes => format!("{name}[]=/a.txt&{name}[]=/b.txt"),
        Kind::Selection => format!("{name}=/a.txt"),
        Kind::Node => format!("{name}=/a.txt"),
        Kind::Integer => format!("{name}=1"),
        Kind::Flag | Kind::Switch => format!("{name}=true"),
        Kind::On => format!("{name}=on"),
        Kind::Constant(value) => format!("{name}={value}"),
        Kind::File => format!("{name}=@a.txt"),
        _ => format!("{name}=value"),
    }
}

fn explain_operation(operation: &Operation, declared: &Api, input: &Input) -> String {
    let mut text = format!("operation {}\n", operation.id);
    let before = declared.spec.operations.iter().find(|other| other.id == operation.id);
    if let Some(before) = before {
        text.push_str(&format!("  declared   {} {}\n", before.method, before.path));
        operation_params(before, &mut text);
        let path = before.path.strip_prefix("/api/v2").unwrap_or(&before.path);
        for one in concerning(&input.overlaid, path, before.method) {
            let description = one.description.as_deref().unwrap_or("no description");
            text.push_str(&format!("  corrected  {description}\n"));
            text.push_str(&format!("             evidence: {}\n", one.evidence));
        }
    }
    text.push_str(&format!("  really     {} {}\n", operation.method, operation.path));
    operation_params(operation, &mut text);
    if let Some(note) = &operation.retired {
        text.push_str(&format!("  cannot     {note}\n"));
    }
    let reply = match &operation.answer {
        Reply::Json(kind) => format!("json, {kind:?}"),
        other => format!("{other:?}"),
    };
    text.push_str(&format!("  answers    {}\n\n", reply.to_lowercase()));
    text
}

fn operation_params(operation: &Operation, text: &mut String) {
    for param in &operation.params {
        let place = match param.place {
            OperationPlace::Path => "path",
            OperationPlace::Query => "query",
            OperationPlace::Header => "header",
            OperationPlace::Form => "form",
        };
        let required = if param.required { ", required" } else { "" };
        text.push_str(&format!("             {} ({place}{required})\n", param.name));
    }
    match &operation.body {
        Some(Body::Json { name, .. }) => {
            text.push_str(&format!("             {name} (body, json)\n"))
        }
        Some(Body::Raw { name, .. }) => {
            text.push_str(&format!("             {name} (body, bytes)\n"))
        }
        None => {}
    }
}

/// The overlay's actions that touch an operation.
fn concerning<'a>(
    applied: &'a [overlay::Applied],
    path: &str,
    method: &str,
) -> impl Iterator<Item = &'a overlay::Applied> {
    let path = path.replace('~', "~0").replace('/', "~1");
    let prefix = format!("/paths/{path}/{}", method.to_lowercase());
    applied.iter().filter(move |one| {
        one.pointers.iter().any(|pointer| {
            pointer
                .strip_prefix(&prefix)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        })
    })
}
