//! One call, of an action or an operation: the function that makes it and its type with setters.

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::quote;

use super::doc::{self, Doc};

/// A call as it is emitted.
pub(super) struct Call {
    /// The documentation of the function.
    pub(super) docs: Doc,
    pub(super) function: Ident,
    pub(super) call: Ident,
    /// The type of what the call holds.
    pub(super) request: TokenStream,
    /// What a new request is made from.
    pub(super) made_from: TokenStream,
    pub(super) arguments: Vec<Argument>,
    pub(super) setters: Vec<Argument>,
    /// Whether the call can be made twice from one value.
    pub(super) is_clone: bool,
    /// Why it should not be called.
    pub(super) deprecated: Option<String>,
    /// What is done to the request before anything else.
    pub(super) begin: TokenStream,
    /// The methods of the request that take in what every call has.
    pub(super) constants: Vec<TokenStream>,
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
    /// The statement that makes of it what is taken in, where that is something else.
    pub(super) first: TokenStream,
    /// The methods of the request that take it in: `.text("name", value)`.
    pub(super) step: TokenStream,
}

/// What a setter calls the value it is given.
pub(super) const VALUE: &str = "value";

/// The most arguments that clippy takes without being told.
const FEW: usize = 7;

/// The longest line on which a call of a method stands.
const LONGEST: usize = 87;

/// How long calls of methods are when printed on one line.
fn width(step: &TokenStream) -> usize {
    let text = step.to_string();
    text.chars().filter(|&c| c != ' ').count() + text.matches(',').count()
}

/// The methods that are called one after the other, with their arguments.
fn methods(step: &TokenStream) -> Vec<(Ident, TokenStream)> {
    let mut methods = Vec::new();
    let mut name = None;
    for token in step.clone() {
        match token {
            TokenTree::Ident(ident) => name = Some(ident),
            TokenTree::Group(group) => {
                methods.extend(name.take().map(|name| (name, group.stream())));
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
    methods
}

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
        let Self { function, call, request, made_from, begin, arguments, .. } = self;
        let docs = self.function_docs();
        let deprecated = self.deprecated.as_ref().map(|note| quote!(#[deprecated(note = #note)]));
        let many = (arguments.len() > FEW).then(|| quote!(#[allow(clippy::too_many_arguments)]));
        let constants = self.constants.iter().map(|step| self.taken(step, 4));
        let inputs = arguments.iter().map(|argument| &argument.input);
        let steps = arguments.iter().map(|argument| {
            let (first, taken) = (&argument.first, self.taken(&argument.step, 4));
            quote!(#first #taken)
        });
        quote! {
            #docs
            #deprecated
            #many
            pub fn #function(#(#inputs),*) -> #call {
                let call = #request::new(#made_from) #begin;
                #(#constants)*
                #(#steps)*
                #call(call)
            }
        }
    }

    /// The statements by which a call takes something in, `indent` from the left.
    fn taken(&self, step: &TokenStream, indent: usize) -> TokenStream {
        let request = &self.request;
        let fits = |step: &TokenStream| indent + "let call = call;".len() + width(step) <= LONGEST;
        if fits(step) {
            return quote!(let call = call #step;);
        }
        let each = methods(step).into_iter().map(|(method, arguments)| {
            let step = quote!(.#method(#arguments));
            match fits(&step) {
                true => quote!(let call = call #step;),
                // Printer and rustfmt do not agree on how a method's arguments are broken.
                false => quote!(let call = #request::#method(call, #arguments);),
            }
        });
        each.collect()
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
        let Self { function, call, request, .. } = self;
        let optional = if self.setters.is_empty() { "" } else { ", and its optional parameters" };
        let link = doc::function_link(&function.to_string());
        let docs = doc::paragraph(&format!("The call that {link} makes{optional}."));
        let derive = if self.is_clone { quote!(Clone, Debug) } else { quote!(Debug) };
        quote! {
            #docs
            #[derive(#derive)]
            #[must_use = "a call does nothing until it is sent on a connection"]
            pub struct #call(#request);
        }
    }

    fn setters(&self) -> Option<TokenStream> {
        if self.setters.is_empty() {
            return None;
        }
        let call = &self.call;
        let setters = self.setters.iter().map(|Argument { name, text, input, first, step }| {
            let docs = doc::paragraph(text);
            let fits = "        Self(self.0)".len() + width(step) <= LONGEST;
            let body = match fits {
                true => quote!(#first Self(self.0 #step)),
                false => {
                    let taken = self.taken(step, 8);
                    quote!(#first let call = self.0; #taken Self(call))
                }
            };
            quote! {
                #docs
                pub fn #name(self, #input) -> Self {
                    #body
                }
            }
        });
        Some(quote!(impl #call { #(#setters)* }))
    }
}
