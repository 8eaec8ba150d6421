//! The Rust types of values.

use proc_macro2::TokenStream;
use quote::quote;

use super::ident;
use crate::{
    ir::{EndpointKind, Type},
    names::Names,
};

/// The module that a type is written in: models have other paths in their own module.
#[derive(Clone, Copy)]
pub(super) struct Scope<'n> {
    pub(super) names: &'n Names,
    /// Which endpoints exchange the models.
    pub(super) kind: EndpointKind,
    /// Whether this is the module of the models.
    pub(super) is_models: bool,
}

impl<'n> Scope<'n> {
    /// Returns the scope of the module of a plugin or a tag.
    pub(super) fn of_group(names: &'n Names, kind: EndpointKind) -> Self {
        Self { names, kind, is_models: false }
    }

    /// Returns the scope of the module of the models.
    pub(super) fn of_models(names: &'n Names, kind: EndpointKind) -> Self {
        Self { names, kind, is_models: true }
    }

    /// Returns the name of the model's type.
    pub(super) fn model_name(&self, name: &str) -> &'n str {
        self.names.model(self.kind, name).map_or("", |model| &model.name)
    }

    /// Returns the model's type.
    pub(super) fn model(&self, name: &str) -> TokenStream {
        let name = ident(self.model_name(name));
        if self.is_models { quote!(#name) } else { quote!(super::models::#name) }
    }
}

/// Returns the type of an owned value.
pub(super) fn owned(kind: &Type, scope: Scope<'_>) -> TokenStream {
    let inner = |kind: &Type| owned(kind, scope);
    match kind {
        Type::Text => quote!(String),
        Type::Integer => quote!(i64),
        Type::Unsigned => quote!(u64),
        Type::IntegerText => quote!(rt::json::Quoted<i64>),
        Type::UnsignedText => quote!(rt::json::Quoted<u64>),
        Type::Time => quote!(rt::Timestamp),
        Type::Rights => quote!(rt::Rights),
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
        // It is lenient anyway.
        Type::Lenient(value) if matches!(**value, Type::Time | Type::Rights) => inner(value),
        Type::Lenient(value) => {
            let value = inner(value);
            quote!(rt::json::Lenient<#value>)
        }
        Type::Model(name) => scope.model(name),
    }
}

/// Returns whether a type contains one of the runtime's types.
pub(super) fn is_of_runtime(kind: &Type) -> bool {
    match kind {
        Type::IntegerText | Type::UnsignedText | Type::Any | Type::Object => true,
        Type::Time | Type::Rights => true,
        Type::Map(_) | Type::Lenient(_) => true,
        Type::List(inner) | Type::Nullable(inner) => is_of_runtime(inner),
        Type::Text | Type::Integer | Type::Unsigned | Type::Float | Type::Boolean => false,
        Type::Model(_) => false,
    }
}

/// Returns the nesting depth of a type as written.
pub(super) fn depth(kind: &Type) -> usize {
    match kind {
        Type::IntegerText | Type::UnsignedText => 2,
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Lenient(inner) => {
            1 + depth(inner)
        }
        _ => 1,
    }
}
