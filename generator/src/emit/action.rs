//! One action: the function that makes the call, its type with setters, and its traits.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    call::{Argument, Call, VALUE},
    doc::{self, Doc, code},
    ident, types,
};
use crate::{
    ir::{Endpoint, EndpointKind, Kind, Method, Response, Style, Type},
    names::{EndpointNames, Names},
};

/// Emits everything that belongs to `action`.
pub(super) fn emit(action: &Endpoint, names: &EndpointNames, models: &Names) -> TokenStream {
    let (arguments, setters): (Vec<_>, Vec<_>) = (0..action.params.len())
        .filter(|&index| !action.params[index].is_constant())
        .partition(|&index| action.params[index].is_argument());
    let argument = |index: usize, value: &str| Argument {
        name: ident(&names.params[index]),
        text: param_text(action, index),
        input: input(action, names, index, &ident(value)),
        first: TokenStream::new(),
        step: step(action, index, &ident(value)),
    };
    let call = ident(&names.call);
    Call {
        docs: docs(action),
        function: ident(&names.function),
        request: quote!(rt::Request),
        made_from: quote!(#call::ACTION),
        arguments: arguments.into_iter().map(|i| argument(i, &names.params[i])).collect(),
        setters: setters.into_iter().map(|index| argument(index, VALUE)).collect(),
        is_clone: !action.has_file(),
        deprecated: action.unsupported.clone(),
        begin: match &action.unsupported {
            Some(note) => quote!(.retired(#note)),
            None => TokenStream::new(),
        },
        constants: constants(action),
        traits: traits(action, names, models),
        call,
    }
    .emit()
}

/// The methods by which every call of the action gets what it always has.
fn constants(action: &Endpoint) -> Vec<TokenStream> {
    let constant = |param: &crate::ir::Param| match &param.kind {
        Kind::Constant(value) => {
            let name = &param.name;
            Some(quote!(.text(#name, #value)))
        }
        _ => None,
    };
    action.params.iter().filter_map(constant).collect()
}

fn docs(action: &Endpoint) -> Doc {
    let mut docs = Doc::default();
    let plain = format!("Calls the action {}.", code(&action.id));
    docs.summary(&action.docs, &plain);
    if let Some(note) = &action.unsupported {
        docs.paragraph(&format!(
            "**The server cannot do this.** {note} The call fails before it is sent."
        ));
    }
    docs.list(facts(action).iter().map(String::as_str));
    docs
}

/// What else there is to know: where it works, for whom, and what it answers.
pub(super) fn facts(action: &Endpoint) -> Vec<String> {
    let mut items = vec![declared_by(action), reach(action), rights(action), answer(action)];
    if action.background {
        items.push("The server may go on with the work after it has answered.".to_owned());
    }
    items
}

fn declared_by(action: &Endpoint) -> String {
    let also: Vec<_> = action.shared_with.iter().map(|plugin| code(plugin)).collect();
    let also = match also.is_empty() {
        true => String::new(),
        false => format!(", shared with {}", also.join(", ")),
    };
    format!("Action {} of {}{also}.", code(&action.id), code(&action.group))
}

fn reach(action: &Endpoint) -> String {
    let Some(address) = action.address() else {
        return "Works on a session and on the command line, not over REST.".to_owned();
    };
    let address = code(&address);
    match action.has_file() {
        true => format!("Works over REST v1 ({address}) and on a session."),
        false => format!("Works over REST v1 ({address}), on a session and on the command line."),
    }
}

fn rights(action: &Endpoint) -> String {
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

fn answer(action: &Endpoint) -> String {
    let kind = match &action.response {
        Response::Listing => "Answers a list of nodes.",
        Response::Json(_) | Response::OneOrMany(_) => "Answers JSON.",
        Response::Xml => "Answers XML of its own.",
        Response::Text => "Answers text.",
        Response::Bytes => "Answers bytes, as a stream.",
        Response::Envelope => "Answers a report of what was done.",
        Response::EnvelopeOrNothing => "Answers a report of what was done, or nothing.",
        Response::Nothing => "Answers nothing.",
        Response::Head | Response::ByStatus(_) | Response::Undeclared => {
            "The manifest does not declare what it answers."
        }
    };
    match &action.docs.response {
        Some(text) => format!("{kind} {text}"),
        None => kind.to_owned(),
    }
}

/// What a parameter means, with the default that is declared for it.
fn param_text(action: &Endpoint, index: usize) -> String {
    let param = &action.params[index];
    let member = doc::Member {
        name: &param.name,
        text: param.doc.as_ref(),
        default: param.default.as_deref(),
        values: &[],
        deprecated: false,
    };
    member.docs()
}

/// The declaration of an argument, called `value` in the function it belongs to.
fn input(action: &Endpoint, names: &EndpointNames, index: usize, value: &Ident) -> TokenStream {
    let param = &action.params[index];
    match (&param.kind, &param.style) {
        (_, Style::EncodedTwice) => quote!(#value: impl AsRef<str>),
        // Always a setter, so that its name does not meet another argument's.
        (_, Style::Indexed(_)) => quote!(index: usize, #value: impl Into<String>),
        (_, Style::Json) => quote!(#value: &rt::Json),
        (Kind::Value(Type::Integer), _) => quote!(#value: i64),
        (Kind::Value(Type::List(_)), _) => {
            quote!(#value: impl IntoIterator<Item = impl Into<String>>)
        }
        (Kind::File, _) => quote!(#value: impl Into<rt::FilePart>),
        (Kind::Page, _) => quote!(#value: u32),
        (Kind::Flag | Kind::On | Kind::Value(Type::Boolean), _) => quote!(#value: bool),
        (Kind::Node, _) => quote!(#value: impl Into<rt::NodePath>),
        (Kind::Nodes, _) => quote!(#value: impl IntoIterator<Item = impl Into<rt::NodePath>>),
        (Kind::Choice(_), _) => {
            let choice = ident(&names.choices[&index].name);
            quote!(#value: #choice)
        }
        (Kind::Fields, _) => {
            quote!(#value: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>)
        }
        (Kind::Constant(_), _) => TokenStream::new(),
        _ => quote!(#value: impl Into<String>),
    }
}

/// The method call that puts the value into the request.
fn step(action: &Endpoint, index: usize, value: &Ident) -> TokenStream {
    let param = &action.params[index];
    let wire = &param.name;
    match (&param.kind, &param.style) {
        (_, Style::EncodedTwice) => quote!(.encoded(#wire, #value)),
        (_, Style::Indexed(prefix)) => quote!(.numbered(#prefix, index, #value)),
        (_, Style::Json) => quote!(.json(#wire, #value)),
        (Kind::Value(Type::Integer), _) => quote!(.integer(#wire, #value)),
        (Kind::Value(Type::Boolean), _) => quote!(.switch(#wire, #value)),
        (Kind::Value(Type::List(_)), _) => quote!(.texts(#wire, #value)),
        (Kind::File, _) => quote!(.file(#wire, #value)),
        (Kind::Flag, _) => quote!(.flag(#wire, #value)),
        (Kind::On, _) => quote!(.on(#wire, #value)),
        (Kind::Page, _) => quote!(.page(#value)),
        (Kind::Nodes, Style::Numbered) => quote!(.selection(#wire, #value)),
        (Kind::Nodes, _) => quote!(.nodes(#wire, #value)),
        (Kind::Node, _) => quote!(.node(#wire, #value)),
        (Kind::Fields, _) => quote!(.fields(#value)),
        // In every call from the beginning.
        (Kind::Constant(_), _) => TokenStream::new(),
        _ => quote!(.text(#wire, #value)),
    }
}

fn traits(action: &Endpoint, names: &EndpointNames, models: &Names) -> TokenStream {
    let call = ident(&names.call);
    let (plugin, name) = (&action.group, action.sent_name());
    let verb = match action.method {
        Method::Get => quote!(Get),
        _ => quote!(Post),
    };
    let rest_params = match action.rest_params() {
        Some(declared) => quote!(Some(#declared)),
        None => quote!(None),
    };
    let scope = types::Scope::of_group(models, EndpointKind::Action);
    let answer = match &action.response {
        Response::Listing => quote!(rt::answer::Listing),
        Response::Xml => quote!(rt::answer::Element),
        Response::Text => quote!(rt::answer::Text),
        Response::Bytes => quote!(rt::answer::Download),
        Response::Envelope => quote!(rt::answer::Envelope),
        Response::EnvelopeOrNothing => quote!(Option<rt::answer::Envelope>),
        Response::Nothing => quote!(rt::answer::Nothing),
        Response::Json(kind) => types::owned(kind, scope),
        Response::OneOrMany(kind) => {
            let kind = types::owned(kind, scope);
            quote!(rt::answer::OneOrMany<#kind>)
        }
        _ => quote!(rt::answer::AnyAnswer),
    };
    let rest_call = action.rest.then(|| quote!(impl rt::RestCall for #call {}));
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
