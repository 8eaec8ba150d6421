//! Enumerations: parameters that take one of several words.

use proc_macro2::TokenStream;
use quote::quote;

use super::{doc, ident};
use crate::{
    model::{Action, Kind},
    name::ActionNames,
};

/// Emits the enumerations of an action's parameters.
pub(super) fn emit(action: &Action, names: &ActionNames) -> TokenStream {
    let choices = names.choices.iter().filter_map(|(&index, names)| {
        let param = &action.params[index];
        match &param.kind {
            Kind::Choice(words) => Some((param, words, names)),
            _ => None,
        }
    });
    let emitted = choices.map(|(param, words, choice)| {
        let function = doc::function_link(&names.function);
        let of = format!("What `{}` of {function} takes.", param.name.replace('`', "'"));
        let docs = doc::paragraph(&of);
        let name = ident(&choice.name);
        let variants: Vec<_> = choice.variants.iter().map(|variant| ident(variant)).collect();
        let variant_docs =
            words.iter().map(|word| doc::paragraph(&format!("`{}`.", word.replace('`', "'"))));
        let other = ident(&choice.other);
        let other_docs = doc::paragraph("A word that the manifest does not list.");
        let text_docs = doc::paragraph("The word as it is sent.");
        quote! {
            #docs
            #[derive(Clone, Debug, PartialEq, Eq)]
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
            impl From<#name> for String {
                fn from(word: #name) -> Self {
                    word.as_str().to_owned()
                }
            }
        }
    });
    quote!(#(#emitted)*)
}
