//! The responses of an operation that differ by status.

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

/// The type of a response.
pub(super) fn kind(
    response: &Response,
    own: &EndpointNames,
    scope: types::Scope<'_>,
) -> TokenStream {
    match (response, &own.response) {
        (Response::Json(kind), _) => types::owned(kind, scope),
        (Response::Envelope, _) => quote!(rt::answer::Envelope),
        (Response::Bytes, _) => quote!(rt::answer::Download),
        (Response::Text, _) => quote!(rt::answer::Text),
        (Response::Head, _) => quote!(rt::answer::Head),
        (Response::ByStatus(_), Some(response)) => {
            let name = ident(&response.name);
            quote!(#name)
        }
        (_, _) => quote!(()),
    }
}

/// The enumeration of an operation whose responses differ by status.
pub(super) fn by_status(
    operation: &Endpoint,
    own: &EndpointNames,
    scope: types::Scope<'_>,
) -> Option<TokenStream> {
    let Response::ByStatus(replies) = &operation.response else { return None };
    let response_names = own.response.as_ref()?;
    let link = doc::function_link(&own.function);
    let docs = doc::paragraph(&format!("What {link} returns, by the status of the response."));
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
                quote!(#pattern => rt::answer::decode_as(response, |()| Self::#variant),)
            }
            _ => quote!(#pattern => rt::answer::decode_as(response, Self::#variant),),
        }
    };
    let arms: Vec<_> = replies.iter().zip(&response.variants).map(arm).collect();
    let has_other = replies.iter().any(|one| one.status == "default");
    let other = (!has_other).then(|| quote!(_ => rt::answer::undeclared(response),));
    quote! {
        impl rt::Answer for #name {
            const ACCEPT: rt::Accept = rt::Accept::Json;
            fn decode(response: rt::Response) -> rt::answer::Decoding<Self> {
                match response.status() {
                    #(#arms)*
                    #other
                }
            }
        }
    }
}

/// What is said of the response.
pub(super) fn text(operation: &Endpoint) -> String {
    let kind = match &operation.response {
        Response::Json(Type::Nullable(_)) => "Answers JSON, or nothing.",
        Response::Json(_) => "Answers JSON.",
        Response::Envelope => "Answers the XML envelope.",
        Response::Bytes => "Answers bytes, as a stream.",
        Response::Text => "Answers text.",
        Response::Head if operation.returns_redirect() => {
            "Answers a redirect, which is not followed."
        }
        Response::Head => "Answers headers.",
        Response::ByStatus(_) => "Answers what depends on the status.",
        _ => "Answers nothing.",
    };
    match &operation.docs.response {
        Some(text) => format!("{kind} {text}"),
        None => kind.to_owned(),
    }
}

/// What is said of the bodies of errors.
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
        "The body of an error is JSON, which [`Failure::json`](super::Failure::json) reads: {}.",
        all.join("; ")
    ))
}

/// A type with a link to the model in it.
fn linked(kind: &Type, scope: types::Scope<'_>) -> String {
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
