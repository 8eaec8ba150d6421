//! Enumerations: values that are one of several strings.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    doc::{self, code},
    ident,
};
use crate::{
    ir::{Code, Endpoint},
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
    let other_docs = doc::paragraph("An undeclared value.");
    let text_docs = doc::paragraph("Returns the value as sent to the server.");
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

/// Emits an open enumeration of whole numbers.
pub(super) fn codes(docs: &TokenStream, codes: &[Code], names: &ChoiceNames) -> TokenStream {
    let name = ident(&names.name);
    let variants: Vec<_> = names.variants.iter().map(|variant| ident(variant)).collect();
    let numbers: Vec<_> =
        codes.iter().map(|one| proc_macro2::Literal::i64_unsuffixed(one.value)).collect();
    let variant_docs = codes.iter().map(|one| {
        let meaning = one.doc.as_ref().map(|doc| format!(": {}", doc::escape(&doc::one_line(doc))));
        doc::paragraph(&format!("`{}`{}.", one.value, meaning.unwrap_or_default()))
    });
    let other = ident(&names.other);
    let other_docs = doc::paragraph("A number that is not declared.");
    let number_docs = doc::paragraph("Returns the number as it is sent.");
    quote! {
        #docs
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum #name {
            #(#variant_docs #variants,)*
            #other_docs
            #other(i64),
        }
        impl #name {
            #number_docs
            pub const fn as_i64(self) -> i64 {
                match self {
                    #(Self::#variants => #numbers,)*
                    Self::#other(number) => number,
                }
            }
        }
        impl From<i64> for #name {
            fn from(number: i64) -> Self {
                match number {
                    #(#numbers => Self::#variants,)*
                    number => Self::#other(number),
                }
            }
        }
        impl From<#name> for i64 {
            fn from(code: #name) -> Self {
                code.as_i64()
            }
        }
    }
}
