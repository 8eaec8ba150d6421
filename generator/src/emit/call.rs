//! One call, of an action or an operation: the function that makes it and its type with setters.

use proc_macro2::{Ident, TokenStream};
use quote::quote;

use super::doc::{self, Doc};

/// A call as it is emitted.
pub(super) struct Call {
    /// The documentation of the function.
    pub(super) docs: Doc,
    pub(super) function: Ident,
    pub(super) call: Ident,
    pub(super) arguments: Vec<Argument>,
    pub(super) setters: Vec<Argument>,
    /// Whether the call can be made twice from one value.
    pub(super) is_clone: bool,
    /// Why it should not be called.
    pub(super) deprecated: Option<String>,
    /// The implementations of the runtime's traits.
    pub(super) traits: TokenStream,
}

/// An argument of the function, or of a setter.
pub(super) struct Argument {
    /// The name of the argument, or of the setter.
    pub(super) name: Ident,
    /// What it means, for the list of arguments or the setter.
    pub(super) text: String,
    /// Its declaration: `name: Type`, and `value: Type` in a setter, which keeps lines short.
    pub(super) input: TokenStream,
    /// The methods of the request that take it in: `.text("name", value)`.
    pub(super) step: TokenStream,
}

/// What a setter calls the value it is given.
pub(super) const VALUE: &str = "value";

/// The most arguments that clippy takes without being told.
const FEW: usize = 7;

impl Call {
    /// Emits the function, the type, its setters and its traits.
    pub(super) fn emit(&self) -> TokenStream {
        let function = self.function();
        let call = self.call();
        let setters = self.setters();
        let traits = &self.traits;
        quote!(#function #call #setters #traits)
    }

    fn function(&self) -> TokenStream {
        let Self { function, call, arguments, .. } = self;
        let docs = self.function_docs();
        let deprecated = self.deprecated.as_ref().map(|note| quote!(#[deprecated(note = #note)]));
        let many = (arguments.len() > FEW).then(|| quote!(#[allow(clippy::too_many_arguments)]));
        let inputs = arguments.iter().map(|argument| &argument.input);
        let steps = arguments.iter().map(|argument| {
            let step = &argument.step;
            quote!(let call = call #step;)
        });
        quote! {
            #docs
            #deprecated
            #many
            pub fn #function(#(#inputs),*) -> #call {
                let call = rt::Request::new(#call::ENDPOINT);
                #(#steps)*
                #call(call)
            }
        }
    }

    fn function_docs(&self) -> TokenStream {
        let mut docs = self.docs.clone();
        if !self.setters.is_empty() {
            let call = doc::type_link(&self.call.to_string());
            docs.paragraph(&format!("Optional parameters are set on the {call} it returns."));
        }
        if !self.arguments.is_empty() {
            docs.paragraph("# Arguments");
            let items = self.arguments.iter().map(|a| format!("`{}`: {}", a.name, a.text));
            docs.list(items.collect::<Vec<_>>().iter().map(String::as_str));
        }
        docs.outer()
    }

    fn call(&self) -> TokenStream {
        let Self { function, call, .. } = self;
        let optional = if self.setters.is_empty() { "" } else { ", and its optional parameters" };
        let link = doc::function_link(&function.to_string());
        let docs = doc::paragraph(&format!("The call that {link} makes{optional}."));
        let derive = if self.is_clone { quote!(Clone, Debug) } else { quote!(Debug) };
        quote! {
            #docs
            #[derive(#derive)]
            #[must_use = "a call does nothing until it is sent on a connection"]
            pub struct #call(rt::Request);
        }
    }

    fn setters(&self) -> Option<TokenStream> {
        if self.setters.is_empty() {
            return None;
        }
        let call = &self.call;
        let setters = self.setters.iter().map(|Argument { name, text, input, step }| {
            let docs = doc::paragraph(text);
            quote! {
                #docs
                pub fn #name(self, #input) -> Self {
                    Self(self.0 #step)
                }
            }
        });
        Some(quote!(impl #call { #(#setters)* }))
    }
}

/// The implementation of the runtime's trait for a call, with its markers.
pub(super) fn traits(
    call: &Ident,
    endpoint: &str,
    response: &TokenStream,
    markers: &TokenStream,
) -> TokenStream {
    let endpoint: TokenStream = endpoint.parse().unwrap_or_default();
    quote! {
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
        #markers
    }
}

/// What a module of calls uses of the runtime.
pub(super) fn uses(has_params: bool) -> TokenStream {
    let params = has_params.then(|| quote!(, Param as P));
    quote!(use pydio_runtime::{self as rt, Call as _ #params};)
}
