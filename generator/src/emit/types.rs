//! Types of values as Rust has them.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::{model::Type, name::SpecNames};

/// Where a type is written: models are named differently inside of their own module.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// The module of the models.
    Models,
    /// The module of a tag.
    Tag,
}

/// The type as an owned value.
pub(super) fn owned(kind: &Type, names: &SpecNames, from: From) -> TokenStream {
    let inner = |kind: &Type| owned(kind, names, from);
    match kind {
        Type::Text => quote!(String),
        Type::Integer => quote!(i64),
        Type::Unsigned => quote!(u64),
        Type::IntegerText => quote!(rt::json::Quoted<i64>),
        Type::UnsignedText => quote!(rt::json::Quoted<u64>),
        Type::Float => quote!(f64),
        Type::Boolean => quote!(bool),
        Type::Any => quote!(rt::Json),
        Type::Object => quote!(rt::json::Object),
        Type::List(items) => {
            let items = inner(items);
            quote!(Vec<#items>)
        }
        Type::Map(values) => {
            let values = inner(values);
            quote!(rt::json::Map<#values>)
        }
        Type::Nullable(value) => {
            let value = inner(value);
            quote!(Option<#value>)
        }
        Type::Lenient(value) => {
            let value = inner(value);
            quote!(rt::json::Lenient<#value>)
        }
        Type::Model(name) => {
            let name = ident(&names.models[name].name);
            match from {
                From::Models => quote!(#name),
                From::Tag => quote!(super::models::#name),
            }
        }
    }
}

/// Whether a type has one of the runtime's in it.
pub(super) fn is_of_runtime(kind: &Type) -> bool {
    match kind {
        Type::IntegerText | Type::UnsignedText | Type::Any | Type::Object => true,
        Type::Map(_) | Type::Lenient(_) => true,
        Type::List(inner) | Type::Nullable(inner) => is_of_runtime(inner),
        Type::Text | Type::Integer | Type::Unsigned | Type::Float | Type::Boolean => false,
        Type::Model(_) => false,
    }
}

/// How many types deep a type is written.
pub(super) fn depth(kind: &Type) -> usize {
    match kind {
        Type::IntegerText | Type::UnsignedText => 2,
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Lenient(inner) => {
            1 + depth(inner)
        }
        _ => 1,
    }
}
