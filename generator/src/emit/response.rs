//! Responses of an operation that differ by status.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    doc::{self, code},
    ident, types,
};
use crate::{
    ir::{Endpoint, ErrorBody, Response, StatusResponse, Type, sentence},
    names::{EndpointNames, ResponseNames},
};

/// Emits the type of a response.
pub(super) fn kind(
    response: &Response,
    own: &EndpointNames,
    scope: types::Scope<'_>,
) -> TokenStream {
    match response {
        Response::Json(kind) => types::owned(kind, scope),
        Response::OneOrMany(kind) => {
            let kind = types::owned(kind, scope);
            quote!(rt::response::OneOrMany<#kind>)
        }
        Response::Listing => quote!(rt::response::Listing),
        Response::Xml => quote!(rt::response::Element),
        Response::Text => quote!(rt::response::Text),
        Response::Bytes => quote!(rt::response::Download),
        Response::Envelope => quote!(rt::response::Envelope),
        Response::EnvelopeOrNothing => quote!(Option<rt::response::Envelope>),
        Response::Head => quote!(rt::response::Head),
        Response::Undeclared => quote!(rt::response::AnyResponse),
        Response::Nothing => quote!(()),
        Response::ByStatus(_) => match &own.response {
            Some(response) => {
                let name = ident(&response.name);
                quote!(#name)
            }
            None => quote!(()),
        },
    }
}

/// Emits the enumeration of an operation whose responses differ by status.
pub(super) fn by_status(
    operation: &Endpoint,
    own: &EndpointNames,
    scope: types::Scope<'_>,
) -> Option<TokenStream> {
    let Response::ByStatus(replies) = &operation.response else { return None };
    let response_names = own.response.as_ref()?;
    let link = doc::function_link(&own.function);
    let docs = doc::paragraph(&format!("The response of {link}, by status."));
    let is_value = !replies.iter().any(|one| one.response == Response::Bytes);
    let derive = if is_value { quote!(Clone, Debug, PartialEq) } else { quote!(Debug) };
    let name = ident(&response_names.name);
    let variants = replies.iter().zip(&response_names.variants).map(|(one, variant)| {
        let docs = doc::paragraph(&variant_text(one));
        let variant = ident(variant);
        match &one.response {
            Response::Nothing => quote!(#docs #variant,),
            response => {
                let kind = kind(response, own, scope);
                quote!(#docs #variant(#kind),)
            }
        }
    });
    let decode = decode(replies, response_names);
    Some(quote! {
        #docs
        #[derive(#derive)]
        #[non_exhaustive]
        #[allow(clippy::large_enum_variant)]
        pub enum #name {
            #(#variants)*
        }
        #decode
    })
}

fn variant_text(one: &StatusResponse) -> String {
    let status = match &*one.status {
        "default" => "Any other status".to_owned(),
        status => format!("Status {status}"),
    };
    match &one.doc {
        Some(text) => format!("{status}: {}", sentence(&doc::escape(&doc::one_line(text)))),
        None => format!("{status}."),
    }
}

fn decode(replies: &[StatusResponse], response: &ResponseNames) -> TokenStream {
    let name = ident(&response.name);
    let arm = |(one, variant): (&StatusResponse, &String)| {
        let variant = ident(variant);
        let range = one.status.strip_suffix("XX").and_then(|class| class.parse::<u16>().ok());
        let pattern = match (one.status.parse::<u16>(), range) {
            (Ok(code), _) => {
                let code = proc_macro2::Literal::u16_unsuffixed(code);
                quote!(#code)
            }
            (_, Some(class)) => {
                let class = proc_macro2::Literal::u16_unsuffixed(class);
                quote!(_ if response.status() / 100 == #class)
            }
            _ => quote!(_),
        };
        match one.response {
            Response::Nothing => {
                quote!(#pattern => rt::response::decode_as(response, |()| Self::#variant),)
            }
            _ => quote!(#pattern => rt::response::decode_as(response, Self::#variant),),
        }
    };
    let arms: Vec<_> = replies.iter().zip(&response.variants).map(arm).collect();
    let has_other = replies.iter().any(|one| one.status == "default");
    let other = (!has_other).then(|| quote!(_ => rt::response::undeclared(response),));
    quote! {
        impl rt::FromResponse for #name {
            const ACCEPT: rt::Accept = rt::Accept::Json;
            fn decode(response: rt::Response) -> rt::response::Decoding<Self> {
                match response.status() {
                    #(#arms)*
                    #other
                }
            }
        }
    }
}

/// Documents the bodies of errors.
pub(super) fn error_text(errors: &[ErrorBody], scope: types::Scope<'_>) -> Option<String> {
    if errors.is_empty() {
        return None;
    }
    let one = |error: &ErrorBody| {
        let statuses = error.statuses.iter().map(|status| match &**status {
            "default" => "any other status".to_owned(),
            status => status.to_owned(),
        });
        let statuses: Vec<_> = statuses.collect();
        format!("{} ({})", linked(&error.kind, scope), statuses.join(", "))
    };
    let all: Vec<_> = errors.iter().map(one).collect();
    Some(format!(
        "The body of an error is JSON, which [`Error::json`](super::Error::json) decodes: {}.",
        all.join("; ")
    ))
}

/// Formats a type with a link to its model.
pub(super) fn linked(kind: &Type, scope: types::Scope<'_>) -> String {
    match kind {
        Type::Model(name) => {
            let name = scope.model_name(name);
            format!("[`{name}`](super::models::{name})")
        }
        Type::List(inner) => format!("a list of {}", linked(inner, scope)),
        Type::Map(inner) => format!("a map of {}", linked(inner, scope)),
        Type::Nullable(inner) | Type::Lenient(inner) => linked(inner, scope),
        Type::Text => "text".to_owned(),
        _ => code("Json"),
    }
}
