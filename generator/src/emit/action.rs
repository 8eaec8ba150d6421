//! One action: the function that makes the call, its type with setters, and its traits.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{doc, ident};
use crate::{
    model::{Action, Kind, Param, ParamPlace, ReturnKind, Route, Verb},
    name::ActionNames,
};

/// Emits everything that belongs to `action`.
pub(super) fn emit(action: &Action, names: &ActionNames) -> TokenStream {
    let function = function(action, names);
    let call = call(action, names);
    let setters = setters(action, names);
    let traits = traits(action, names);
    quote!(#function #call #setters #traits)
}

/// Whether the parameter is an argument of the function: the path has to be sent whole, and a
/// call without a required parameter makes no sense.
fn is_argument(param: &Param) -> bool {
    let fits = !matches!(param.kind, Kind::Numbered(_));
    fits && (param.place != ParamPlace::Field || param.required)
}

fn function(action: &Action, names: &ActionNames) -> TokenStream {
    let docs = function_docs(action, names).outer();
    let name = ident(&names.function);
    let call = ident(&names.call);
    let arguments: Vec<_> = indices(action, is_argument).collect();
    let inputs = arguments.iter().map(|&index| input(action, names, index));
    let steps = arguments.iter().map(|&index| {
        let step = step(action, names, index);
        quote!(let request = request #step;)
    });
    let many = (arguments.len() > 7).then(|| quote!(#[allow(clippy::too_many_arguments)]));
    quote! {
        #docs
        #many
        pub fn #name(#(#inputs),*) -> #call {
            let request = rt::Request::new(#call::ACTION);
            #(#steps)*
            #call(request)
        }
    }
}

fn function_docs(action: &Action, names: &ActionNames) -> doc::Doc {
    let mut docs = doc::Doc::default();
    docs.paragraph(&summary(action));
    if let Some(details) = &action.docs.details {
        docs.paragraph(details);
    }
    let items = [declared_by(action), reach(action), rights(action), answer(action)];
    docs.list(items.iter().map(String::as_str));
    if indices(action, |param| !is_argument(param)).next().is_some() {
        let call = doc::type_link(&names.call);
        docs.paragraph(&format!("Optional parameters are set on the {call} it returns."));
    }
    let arguments: Vec<_> = indices(action, is_argument)
        .map(|index| format!("`{}`: {}", names.params[index], param_text(action, index)))
        .collect();
    if !arguments.is_empty() {
        docs.paragraph("# Arguments");
        docs.list(arguments.iter().map(String::as_str));
    }
    docs
}

fn summary(action: &Action) -> String {
    match &action.docs.summary {
        Some(text) if action.docs.foreign => doc::escape(text),
        Some(text) => text.clone(),
        None => format!("Calls the action {}.", code(&action.name)),
    }
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
    let mut address = format!("{verb} /api/{{workspace}}/{}", action.name);
    for (index, name) in path.iter().enumerate() {
        let dots = if *catch_all && index + 1 == path.len() { "…" } else { "" };
        address.push_str(&format!("/{{{name}{dots}}}"));
    }
    format!("Works over REST v1 ({}), on a session and on the command line.", code(&address))
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
    let kind = match action.returns {
        ReturnKind::Listing => "Answers a list of nodes.",
        ReturnKind::Json => "Answers JSON.",
        ReturnKind::Xml => "Answers XML of its own.",
        ReturnKind::Text => "Answers text.",
        ReturnKind::Stream => "Answers bytes, as a stream.",
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
    let text = match &param.doc {
        Some(text) if param.foreign => doc::escape(text),
        Some(text) => text.clone(),
        None => format!("The parameter {}.", code(&param.name)),
    };
    match &param.default {
        Some(default) if !default.is_empty() => {
            format!("{text} Declared default: {}.", code(default))
        }
        _ => text,
    }
}

/// Inline code: with its white space folded, and with backticks that could end it replaced.
fn code(text: &str) -> String {
    let text = text.replace('`', "'");
    format!("`{}`", text.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn call(action: &Action, names: &ActionNames) -> TokenStream {
    let has_setters = indices(action, |param| !is_argument(param)).next().is_some();
    let optional = if has_setters { ", and its optional parameters" } else { "" };
    let function = doc::function_link(&names.function);
    let docs = doc::paragraph(&format!("The call that {function} makes{optional}."));
    let call = ident(&names.call);
    quote! {
        #docs
        #[derive(Clone, Debug)]
        #[must_use = "a call does nothing until it is sent on a connection"]
        pub struct #call(rt::Request);
    }
}

fn setters(action: &Action, names: &ActionNames) -> Option<TokenStream> {
    let optional: Vec<_> = indices(action, |param| !is_argument(param)).collect();
    if optional.is_empty() {
        return None;
    }
    let call = ident(&names.call);
    let setters = optional.into_iter().map(|index| {
        let docs = doc::paragraph(&param_text(action, index));
        let name = ident(&names.params[index]);
        let input = input(action, names, index);
        let step = step(action, names, index);
        quote! {
            #docs
            pub fn #name(self, #input) -> Self {
                Self(self.0 #step)
            }
        }
    });
    Some(quote!(impl #call { #(#setters)* }))
}

/// The argument of a function or setter.
fn input(action: &Action, names: &ActionNames, index: usize) -> TokenStream {
    let name = ident(&names.params[index]);
    match &action.params[index].kind {
        Kind::Text => quote!(#name: impl Into<String>),
        Kind::Integer => quote!(#name: i64),
        Kind::Flag | Kind::Switch => quote!(#name: bool),
        Kind::Node => quote!(#name: impl Into<rt::NodePath>),
        Kind::Nodes => quote!(#name: impl IntoIterator<Item = impl Into<rt::NodePath>>),
        Kind::Json => quote!(#name: &rt::Json),
        Kind::Choice(_) => {
            let choice = ident(&names.choices[&index].name);
            quote!(#name: #choice)
        }
        Kind::Fields => {
            quote!(#name: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>)
        }
        Kind::Numbered(_) => {
            let number = format_ident!(
                "{}",
                if names.params[index] == "index" { "number" } else { "index" }
            );
            quote!(#number: usize, #name: impl Into<String>)
        }
    }
}

/// The method call that puts the argument into the request.
fn step(action: &Action, names: &ActionNames, index: usize) -> TokenStream {
    let name = ident(&names.params[index]);
    let wire = &action.params[index].name;
    match &action.params[index].kind {
        Kind::Text | Kind::Choice(_) => quote!(.text(#wire, #name)),
        Kind::Integer => quote!(.integer(#wire, #name)),
        Kind::Flag => quote!(.flag(#wire, #name)),
        Kind::Switch => quote!(.switch(#wire, #name)),
        Kind::Node => quote!(.node(#wire, #name)),
        Kind::Nodes => quote!(.nodes(#wire, #name)),
        Kind::Json => quote!(.json(#wire, #name)),
        Kind::Fields => quote!(.fields(#name)),
        Kind::Numbered(prefix) => {
            let number = format_ident!(
                "{}",
                if names.params[index] == "index" { "number" } else { "index" }
            );
            quote!(.numbered(#prefix, #number, #name))
        }
    }
}

fn traits(action: &Action, names: &ActionNames) -> TokenStream {
    let call = ident(&names.call);
    let (plugin, name) = (&action.owner, &action.name);
    let verb = match action.route {
        Some(Route { verb: Verb::Get, .. }) => quote!(Get),
        _ => quote!(Post),
    };
    let rest_params = match &action.route {
        Some(route) => {
            let declared = route.declared();
            quote!(Some(#declared))
        }
        None => quote!(None),
    };
    let answer = match action.returns {
        ReturnKind::Listing => quote!(rt::answer::Listing),
        ReturnKind::Json => quote!(rt::Json),
        ReturnKind::Xml => quote!(rt::answer::Element),
        ReturnKind::Text => quote!(rt::answer::Text),
        ReturnKind::Stream => quote!(rt::answer::Download),
        ReturnKind::Any => quote!(rt::answer::AnyAnswer),
    };
    let rest_call = action.route.is_some().then(|| quote!(impl rt::RestCall for #call {}));
    quote! {
        impl rt::Call for #call {
            const ACTION: &'static rt::Action = &rt::Action {
                bindings: &super::BINDINGS,
                plugin: #plugin,
                name: #name,
                verb: rt::Verb::#verb,
                rest_params: #rest_params,
            };
            type Answer = #answer;
            fn into_request(self) -> rt::Request {
                self.0
            }
        }
        #rest_call
    }
}

fn indices(action: &Action, keep: impl Fn(&Param) -> bool) -> impl Iterator<Item = usize> {
    (0..action.params.len()).filter(move |&index| keep(&action.params[index]))
}
