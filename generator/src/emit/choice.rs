//! Enumerations: values that are one of several strings.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    doc::{self, code},
    ident,
};
use crate::{
    ir::Endpoint,
    names::{ChoiceNames, EndpointNames},
};

/// Emits the enumerations of an action's parameters.
pub(super) fn emit(endpoint: &Endpoint, names: &EndpointNames) -> TokenStream {
    let own = names.choices.iter().filter(|(_, choice)| !choice.is_shared);
    let emitted = own.filter_map(|(&index, choice)| {
        let param = &endpoint.params[index];
        let words = param.choice()?;
        let function = doc::function_link(&names.function);
        let text = format!("Values of {} in {function}.", code(&param.name));
        Some(enumeration(&doc::paragraph(&text), words, choice))
    });
    quote!(#(#emitted)*)
}

/// Emits an open enumeration with its text.
pub(super) fn enumeration(
    docs: &TokenStream,
    words: &[String],
    names: &ChoiceNames,
) -> TokenStream {
    let name = ident(&names.name);
    let variants: Vec<_> = names.variants.iter().map(|variant| ident(variant)).collect();
    let variant_docs = words.iter().map(|word| doc::paragraph(&format!("{}.", code(word))));
    let other = ident(&names.other);
    let other_docs = doc::paragraph("A value that is not declared.");
    let text_docs = doc::paragraph("Returns the value as it is sent.");
    quote! {
        #docs
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variant_docs #variants,)*
            #other_docs
            #other(String),
        }
        impl #name {
            #text_docs
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #words,)*
                    Self::#other(word) => word,
                }
            }
        }
        impl From<&str> for #name {
            fn from(word: &str) -> Self {
                match word {
                    #(#words => Self::#variants,)*
                    word => Self::#other(word.to_owned()),
                }
            }
        }
        impl From<#name> for String {
            fn from(word: #name) -> Self {
                word.as_str().to_owned()
            }
        }
    }
}
