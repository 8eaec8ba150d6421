//! One action: the function that makes the call, its type with setters, and its traits.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    call::{self, Argument, Call, VALUE},
    doc::{self, Doc, code},
    endpoint, ident, types,
};
use crate::{
    model::{Action, Kind, Param, ParamPlace, ReturnKind, Route, Verb},
    name::{ActionNames, SpecNames},
};

/// Emits everything that belongs to `action`.
pub(super) fn emit(action: &Action, names: &ActionNames, models: &SpecNames) -> TokenStream {
    let (arguments, setters): (Vec<_>, Vec<_>) = (0..action.params.len())
        .filter(|&index| !matches!(action.params[index].kind, Kind::Constant(_)))
        .partition(|&index| is_argument(&action.params[index]));
    let argument = |index: usize, value: &str| Argument {
        name: ident(&names.params[index]),
        text: param_text(action, index),
        input: input(action, names, index, &ident(value)),
        step: step(action, index, &ident(value)),
    };
    let call = ident(&names.call);
    Call {
        docs: docs(action),
        function: ident(&names.function),
        arguments: arguments.into_iter().map(|i| argument(i, &names.params[i])).collect(),
        setters: setters.into_iter().map(|index| argument(index, VALUE)).collect(),
        is_clone: !has_file(action),
        deprecated: action.retired.clone(),
        traits: traits(action, names, models),
        call,
    }
    .emit()
}

/// Whether a file goes with the call, which may be a stream that is read once.
fn has_file(action: &Action) -> bool {
    action.params.iter().any(|param| param.kind == Kind::File)
}

/// Whether the parameter is an argument of the function: the path has to be sent whole, and a
/// call without a required parameter makes no sense.
pub(crate) fn is_argument(param: &Param) -> bool {
    let fits = !matches!(param.kind, Kind::Numbered(_));
    fits && (param.place != ParamPlace::Field || param.required)
}

fn docs(action: &Action) -> Doc {
    let mut docs = Doc::default();
    let plain = format!("Calls the action {}.", code(&action.name));
    docs.summary(&action.docs, &plain);
    if let Some(note) = &action.retired {
        docs.paragraph(&format!(
            "**The server cannot do this.** {note} The call fails before it is sent."
        ));
    }
    docs.list(facts(action).iter().map(String::as_str));
    docs
}

/// What else there is to know: where it works, for whom, and what it answers.
pub(super) fn facts(action: &Action) -> Vec<String> {
    let mut items = vec![declared_by(action), reach(action), rights(action), answer(action)];
    if action.background {
        items.push("The server may go on with the work after it has answered.".to_owned());
    }
    items
}

fn declared_by(action: &Action) -> String {
    let also: Vec<_> = action.also.iter().map(|plugin| code(plugin)).collect();
    let also = match also.is_empty() {
        true => String::new(),
        false => format!(", shared with {}", also.join(", ")),
    };
    format!("Action {} of {}{also}.", code(&action.name), code(&action.owner))
}

fn reach(action: &Action) -> String {
    let Some(Route { verb, path, catch_all }) = &action.route else {
        return "Works on a session and on the command line, not over REST.".to_owned();
    };
    let verb = match verb {
        Verb::Get => "GET",
        Verb::Post => "POST",
    };
    let mut address = format!("{verb} /api/{{workspace}}/{}", action.sent_name());
    for (index, name) in path.iter().enumerate() {
        let param = action.params.iter().find(|param| param.name == *name);
        if let Some(Param { kind: Kind::Constant(value), .. }) = param {
            address.push_str(&format!("/{value}"));
            continue;
        }
        let dots = if *catch_all && index + 1 == path.len() { "…" } else { "" };
        address.push_str(&format!("/{{{name}{dots}}}"));
    }
    let address = code(&address);
    match has_file(action) {
        true => format!("Works over REST v1 ({address}) and on a session."),
        false => format!("Works over REST v1 ({address}), on a session and on the command line."),
    }
}

fn rights(action: &Action) -> String {
    let Some(rights) = &action.rights else {
        return "The manifest asks for no rights.".to_owned();
    };
    if rights.has("adminOnly") {
        return "Needs an administrator.".to_owned();
    }
    let access = match (rights.has("read"), rights.has("write")) {
        (true, true) => "the rights to read and to write the workspace",
        (true, false) => "the right to read the workspace",
        (false, true) => "the right to write to the workspace",
        (false, false) => "no right to the workspace",
    };
    let login = match rights.needs_login() {
        true => ", and a logged-in user when the server has users",
        false => "",
    };
    format!("Needs {access}{login}.")
}

fn answer(action: &Action) -> String {
    let kind = match &action.returns {
        ReturnKind::Listing => "Answers a list of nodes.",
        ReturnKind::Json => "Answers JSON.",
        ReturnKind::Xml => "Answers XML of its own.",
        ReturnKind::Text => "Answers text.",
        ReturnKind::Stream => "Answers bytes, as a stream.",
        ReturnKind::Envelope => "Answers a report of what was done.",
        ReturnKind::Report => "Answers a report of what was done, or nothing.",
        ReturnKind::Nothing => "Answers nothing.",
        ReturnKind::Typed(_) | ReturnKind::OneOrMany(_) => "Answers JSON.",
        ReturnKind::Any => "The manifest does not declare what it answers.",
    };
    match &action.docs.answer {
        Some(text) => format!("{kind} {text}"),
        None => kind.to_owned(),
    }
}

/// What a parameter means, with the default that is declared for it.
fn param_text(action: &Action, index: usize) -> String {
    let param = &action.params[index];
    let member = doc::Member {
        name: &param.name,
        text: param.doc.as_deref(),
        foreign: param.foreign,
        default: param.default.as_deref(),
        values: &[],
        deprecated: false,
    };
    member.docs()
}

/// The declaration of an argument, called `value` in the function it belongs to.
fn input(action: &Action, names: &ActionNames, index: usize, value: &Ident) -> TokenStream {
    match &action.params[index].kind {
        Kind::Text | Kind::Encoded => quote!(#value: impl Into<String>),
        Kind::File => quote!(#value: impl Into<rt::FilePart>),
        Kind::Integer => quote!(#value: i64),
        Kind::Page => quote!(#value: u32),
        Kind::Flag | Kind::Switch | Kind::On => quote!(#value: bool),
        Kind::Node => quote!(#value: impl Into<rt::NodePath>),
        Kind::Nodes | Kind::Selection => {
            quote!(#value: impl IntoIterator<Item = impl Into<rt::NodePath>>)
        }
        Kind::Texts => quote!(#value: impl IntoIterator<Item = impl Into<String>>),
        Kind::Json => quote!(#value: &rt::Json),
        Kind::Choice(_) => {
            let choice = ident(&names.choices[&index].name);
            quote!(#value: #choice)
        }
        Kind::Fields => {
            quote!(#value: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>)
        }
        // Always a setter, so that its name does not meet another argument's.
        Kind::Numbered(_) => quote!(index: usize, #value: impl Into<String>),
        Kind::Constant(_) => TokenStream::new(),
    }
}

/// The method call that puts the value into the request.
fn step(action: &Action, index: usize, value: &Ident) -> TokenStream {
    let wire = endpoint::action_key(&action.params[index]);
    match &action.params[index].kind {
        Kind::Text | Kind::Choice(_) | Kind::Encoded => quote!(.text(#wire, #value)),
        Kind::File => quote!(.file(#wire, #value)),
        Kind::Integer | Kind::Switch => quote!(.number(#wire, #value)),
        Kind::Flag | Kind::On => quote!(.flag(#wire, #value)),
        Kind::Page => quote!(.page(#value)),
        Kind::Node => quote!(.node(#wire, #value)),
        Kind::Nodes | Kind::Selection => quote!(.nodes(#wire, #value)),
        Kind::Texts => quote!(.texts(#wire, #value)),
        Kind::Json => quote!(.json(#wire, #value)),
        Kind::Fields => quote!(.fields(#wire, #value)),
        Kind::Numbered(_) => quote!(.indexed(#wire, index, #value)),
        // In every call, by its endpoint.
        Kind::Constant(_) => TokenStream::new(),
    }
}

fn traits(action: &Action, names: &ActionNames, models: &SpecNames) -> TokenStream {
    let call = ident(&names.call);
    let answer = match &action.returns {
        ReturnKind::Listing => quote!(rt::response::Listing),
        ReturnKind::Json => quote!(rt::Json),
        ReturnKind::Xml => quote!(rt::response::Element),
        ReturnKind::Text => quote!(rt::response::Text),
        ReturnKind::Stream => quote!(rt::response::Download),
        ReturnKind::Envelope => quote!(rt::response::Envelope),
        ReturnKind::Report => quote!(Option<rt::response::Envelope>),
        ReturnKind::Nothing => quote!(rt::response::Nothing),
        ReturnKind::Typed(kind) => types::owned(kind, models, types::From::Tag),
        ReturnKind::OneOrMany(kind) => {
            let kind = types::owned(kind, models, types::From::Tag);
            quote!(rt::response::OneOrMany<#kind>)
        }
        ReturnKind::Any => quote!(rt::response::AnyResponse),
    };
    let rest_call = action.route.is_some().then(|| quote!(impl rt::RestCall for #call {}));
    let endpoint = endpoint::action(action, "super::BINDINGS");
    call::traits(&call, &endpoint, &answer, &quote!(impl rt::ActionCall for #call {} #rest_call))
}
