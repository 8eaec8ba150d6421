//! One endpoint: the function that makes the call, its type with setters, and its traits.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::{
    allow_arguments, choice, description,
    doc::{self, code},
    facts, ident, response, types,
};
use crate::{
    ir::{Api, Dialect, Endpoint, Kind, PageItem, Paging, Param, Response, Style, Type},
    names::{EndpointNames, Names},
};

/// The name of a setter's argument.
const VALUE: &str = "value";

/// Emits an endpoint.
pub(super) struct Emitter<'m> {
    pub(super) endpoint: &'m Endpoint,
    pub(super) own: &'m EndpointNames,
    pub(super) names: &'m Names,
    pub(super) api: &'m Api,
    /// The index of the endpoint.
    pub(super) index: usize,
    pub(super) crate_name: &'m str,
}

/// An argument of the function, or of a setter.
pub(super) struct Argument {
    /// The name of the argument or of the setter.
    pub(super) name: String,
    /// The name that the server uses.
    wire: String,
    /// What it means.
    pub(super) text: String,
    /// Its declarations.
    input: TokenStream,
    /// The call of the request's method that sets it.
    step: TokenStream,
}

impl Emitter<'_> {
    /// Emits everything that belongs to the endpoint.
    pub(super) fn emit(&self) -> TokenStream {
        let params = &self.endpoint.params;
        let given = (0..params.len()).filter(|&index| !params[index].is_constant());
        let (arguments, setters): (Vec<_>, Vec<_>) =
            given.partition(|&index| params[index].is_argument());
        let arguments: Vec<_> = arguments.into_iter().map(|i| self.argument(i)).collect();
        let setters: Vec<_> = setters.into_iter().filter_map(|i| self.setter(i)).collect();
        let function = self.function(&arguments, !setters.is_empty());
        let request = self.request(!setters.is_empty());
        let setters = self.setters(&setters);
        let (traits, choices) = (self.traits(), choice::emit(self.endpoint, self.own));
        let by_status = response::by_status(self.endpoint, self.own, self.scope());
        quote!(#function #request #setters #traits #by_status #choices)
    }

    pub(super) fn scope(&self) -> types::Scope<'_> {
        types::Scope::of_group(self.names, self.endpoint.kind)
    }

    fn function(&self, arguments: &[Argument], has_setters: bool) -> TokenStream {
        let docs = self.docs(arguments, has_setters);
        // An argument cannot have an alias, so the function has those of its arguments.
        let given = arguments.iter().filter_map(|one| doc::alias(&one.name, &one.wire));
        let own = doc::alias(&self.own.function, self.endpoint.sent_name());
        let aliases = doc::aliases(own.into_iter().chain(given));
        let deprecated = self.deprecation().map(|note| quote!(#[deprecated(note = #note)]));
        let inputs = arguments.iter().map(|argument| &argument.input);
        let many = allow_arguments(arguments.len());
        let steps = arguments.iter().map(|argument| {
            let step = &argument.step;
            quote!(let call = call #step;)
        });
        let (function, call) = (ident(&self.own.function), ident(&self.own.call));
        quote! {
            #docs
            #aliases
            #deprecated
            #many
            pub fn #function(#(#inputs),*) -> #call {
                let call = rt::Request::new(#call::ENDPOINT);
                #(#steps)*
                #call(call)
            }
        }
    }

    /// Returns why it should not be called.
    fn deprecation(&self) -> Option<String> {
        let unsupported = self.endpoint.unsupported.as_ref().map(|note| match self.api.dialect {
            Dialect::Pydio => doc::one_line(note),
            // rustc shows it unchanged and rustdoc as Markdown: no escaping is right for both.
            Dialect::Other => "the server cannot do this".to_owned(),
        });
        let deprecated = || "the spec says that it is deprecated".to_owned();
        unsupported.or_else(|| self.endpoint.deprecated.then(deprecated))
    }

    fn request(&self, has_setters: bool) -> TokenStream {
        let call = ident(&self.own.call);
        let link = doc::function_link(&self.own.function);
        let optional = if has_setters { " Set its optional parameters, then send it." } else { "" };
        let id = code(&self.endpoint.id);
        let docs = doc::paragraph(&format!("A request to {id}, returned by {link}.{optional}"));
        quote! {
            #docs
            #[derive(Clone, Debug)]
            #[must_use = "a call does nothing until it is sent on a connection"]
            pub struct #call(rt::Request);
        }
    }

    fn setters(&self, setters: &[Argument]) -> Option<TokenStream> {
        let call = ident(&self.own.call);
        let methods = setters.iter().map(|Argument { name, wire, text, input, step }| {
            let aliases = doc::aliases(doc::alias(name, wire));
            let (docs, name) = (doc::paragraph(text), ident(name));
            quote! {
                #docs
                #aliases
                pub fn #name(self, #input) -> Self {
                    Self(self.0 #step)
                }
            }
        });
        (!setters.is_empty()).then(|| quote!(impl #call { #(#methods)* }))
    }

    fn argument(&self, index: usize) -> Argument {
        let name = &self.own.params[index];
        let (input, step) = self.given(index, &ident(name));
        let param = &self.endpoint.params[index];
        let (wire, text) = (param.wire_name().to_owned(), facts::param(param));
        Argument { name: name.clone(), wire, text, input, step }
    }

    /// Returns the declaration of what a caller passes for a parameter.
    pub(super) fn input(&self, index: usize) -> Option<TokenStream> {
        match self.endpoint.params[index].is_argument() {
            true => Some(self.given(index, &ident(VALUE)).0),
            false => self.setter(index).map(|setter| setter.input),
        }
    }

    /// Returns the setter of an optional parameter. A body that is not sent has no media type
    /// either: one setter sets both.
    fn setter(&self, index: usize) -> Option<Argument> {
        let param = &self.endpoint.params[index];
        let (input, step) = self.given(index, &ident(VALUE));
        let (name, wire) = (self.own.params[index].clone(), param.wire_name().to_owned());
        let argument = Argument { name, wire, text: facts::param(param), input, step };
        if is_free(param) {
            return None;
        }
        let media_type = self.endpoint.params.iter().position(is_free);
        let Some(other) = media_type.filter(|_| param.is_body()) else { return Some(argument) };
        let (input, step) = self.given(other, &ident(&self.own.params[other]));
        let (own_input, own_step) = (argument.input, argument.step);
        Some(Argument {
            input: quote!(#input, #own_input),
            step: quote!(#own_step #step),
            ..argument
        })
    }

    /// Returns the declaration of a value, and the method of the request that sets it.
    fn given(&self, index: usize, value: &Ident) -> (TokenStream, TokenStream) {
        let param = &self.endpoint.params[index];
        let key = description::key(self.endpoint, self.own, index);
        let text = || (quote!(#value: impl Into<String>), quote!(.text(#key, #value)));
        match (&param.kind, &param.style) {
            (_, Style::Indexed(_)) => {
                let input = quote!(index: usize, #value: impl Into<String>);
                (input, quote!(.indexed(#key, index, #value)))
            }
            (Kind::Value(kind), style) if style.is_json() => {
                let kind = types::owned(kind, self.scope());
                (quote!(#value: &#kind), quote!(.json(#key, #value)))
            }
            (Kind::Value(_), _) if param.is_secret() => {
                (quote!(#value: impl Into<rt::SecretString>), quote!(.secret(#key, #value)))
            }
            (Kind::Value(kind), _) => self.value(kind, key, value),
            (Kind::Choice(_), Style::Sum) => {
                let choice = ident(&self.own.choices[&index].name);
                (quote!(#value: impl IntoIterator<Item = #choice>), quote!(.texts(#key, #value)))
            }
            (Kind::Choice(_), _) => {
                let choice = ident(&self.own.choices[&index].name);
                (quote!(#value: #choice), quote!(.text(#key, #value)))
            }
            (Kind::Flag | Kind::On, _) => (quote!(#value: bool), quote!(.flag(#key, #value))),
            (Kind::Node, _) => {
                (quote!(#value: impl Into<rt::NodePath>), quote!(.node(#key, #value)))
            }
            (Kind::Nodes, _) => {
                (quote!(#value: impl Into<rt::NodePaths>), quote!(.nodes(#key, #value)))
            }
            (Kind::Page, _) => (quote!(#value: u32), quote!(.page(#value))),
            (Kind::File, _) => {
                (quote!(#value: impl Into<rt::FilePart>), quote!(.file(#key, #value)))
            }
            (Kind::Files, _) => {
                let input = quote!(#value: impl IntoIterator<Item = impl Into<rt::FilePart>>);
                (input, quote!(.files(#key, #value)))
            }
            (Kind::Bytes, _) => (quote!(#value: impl Into<rt::Body>), quote!(.bytes(#key, #value))),
            (Kind::Fields, _) if self.endpoint.is_action() => {
                let pair = quote!((impl Into<String>, impl Into<String>));
                (quote!(#value: impl IntoIterator<Item = #pair>), quote!(.fields(#key, #value)))
            }
            (Kind::Fields, _) => {
                let input = quote!(name: impl Into<String>, #value: impl Into<String>);
                (input, quote!(.field(#key, name, #value)))
            }
            (Kind::FileFields, _) => {
                let input = quote!(name: impl Into<String>, #value: impl Into<rt::FilePart>);
                (input, quote!(.file_field(#key, name, #value)))
            }
            (Kind::MediaType { choice, .. }, _) => {
                let kind = match choice {
                    Some(choice) => self.scope().model(choice),
                    None => quote!(impl Into<String>),
                };
                (quote!(#value: #kind), quote!(.media_type(#value)))
            }
            (Kind::Constant(_), _) => text(),
        }
    }

    /// Returns the same for a value that is one text, or a list of texts.
    fn value(&self, kind: &Type, key: &str, value: &Ident) -> (TokenStream, TokenStream) {
        let item = |kind: &Type| match kind {
            Type::Integer | Type::IntegerText | Type::Time => Some(quote!(i64)),
            Type::Unsigned | Type::UnsignedText => Some(quote!(u64)),
            Type::Float => Some(quote!(f64)),
            Type::Boolean => Some(quote!(bool)),
            _ => None,
        };
        match kind {
            Type::List(items) => match &**items {
                Type::List(items) => {
                    let list = |item| {
                        let list = quote!(impl IntoIterator<Item = #item>);
                        quote!(#value: impl IntoIterator<Item = #list>)
                    };
                    match item(items) {
                        Some(item) => (list(item), quote!(.number_lists(#key, #value))),
                        None => (list(quote!(impl Into<String>)), quote!(.lists(#key, #value))),
                    }
                }
                items => match item(items) {
                    Some(item) => {
                        let input = quote!(#value: impl IntoIterator<Item = #item>);
                        (input, quote!(.numbers(#key, #value)))
                    }
                    None => {
                        let input = quote!(#value: impl IntoIterator<Item = impl Into<String>>);
                        (input, quote!(.texts(#key, #value)))
                    }
                },
            },
            Type::Model(model) => {
                let model = self.scope().model(model);
                (quote!(#value: #model), quote!(.text(#key, #value)))
            }
            Type::Time => (quote!(#value: impl Into<rt::Timestamp>), quote!(.time(#key, #value))),
            Type::Rights => (quote!(#value: rt::Rights), quote!(.text(#key, #value))),
            kind => match item(kind) {
                Some(item) => (quote!(#value: #item), quote!(.number(#key, #value))),
                None => (quote!(#value: impl Into<String>), quote!(.text(#key, #value))),
            },
        }
    }

    fn traits(&self) -> TokenStream {
        let call = ident(&self.own.call);
        let text = description::endpoint(self.endpoint, self.own, self.api, "super::BINDINGS");
        let endpoint: TokenStream = text.parse().unwrap_or_default();
        let response = self.response();
        let markers: &[&str] = match (self.endpoint.is_action(), self.endpoint.rest) {
            (true, true) => &["ActionCall", "RestCall"],
            (true, false) => &["ActionCall"],
            (false, _) => &["OperationCall"],
        };
        let markers = markers.iter().map(|marker| ident(marker));
        let traits = quote! {
            impl rt::Call for #call {
                const ENDPOINT: &'static rt::Endpoint = &#endpoint;
                type Response = #response;
                fn request(&self) -> &rt::Request {
                    &self.0
                }
                fn into_request(self) -> rt::Request {
                    self.0
                }
            }
            #(impl rt::#markers for #call {})*
        };
        let paged = self.paged();
        quote!(#traits #paged)
    }

    /// Returns the type of the response.
    pub(super) fn response(&self) -> TokenStream {
        let response = match (&self.endpoint.response, self.endpoint.is_action()) {
            (Response::Nothing, true) => quote!(rt::response::Nothing),
            (response, _) => response::kind(response, self.own, self.scope()),
        };
        match self.endpoint.is_awaitable() {
            true => quote!(rt::response::Background<#response>),
            false => response,
        }
    }

    /// Returns the type of the items of a list or a feed, and the method that reads one.
    pub(super) fn page_item(&self) -> Option<(TokenStream, TokenStream)> {
        let paging = self.endpoint.paging.as_ref()?;
        Some(match self.endpoint.page_item(paging, self.api).ok()? {
            PageItem::Node => (quote!(rt::response::Node), quote!(node)),
            PageItem::Value(kind) => (types::owned(kind, self.scope()), quote!(value)),
            PageItem::Entry(kind) => {
                let kind = types::owned(kind, self.scope());
                (quote!((String, #kind)), quote!(entry))
            }
        })
    }

    /// Returns the implementation of the trait of lists, or of feeds.
    fn paged(&self) -> Option<TokenStream> {
        let (kind, read) = self.page_item()?;
        let is_feed = self.endpoint.paging.as_ref().is_some_and(Paging::is_feed);
        let (marker, name, function) = match is_feed {
            true => ("ChangesCall", "Change", "change"),
            false => ("PagedCall", "Item", "item"),
        };
        let (marker, name, function) = (ident(marker), ident(name), ident(function));
        let call = ident(&self.own.call);
        Some(quote! {
            impl rt::#marker for #call {
                type #name = #kind;
                fn #function(
                    item: rt::response::PageItem,
                ) -> Result<Self::#name, rt::json::JsonError> {
                    item.#read()
                }
            }
        })
    }
}

/// Returns whether a parameter is the media type of a body without a default.
fn is_free(param: &Param) -> bool {
    matches!(param.kind, Kind::MediaType { default: None, .. })
}
