//! The responses of an operation that differ by status.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    doc::{self, code},
    ident, types,
};
use crate::{
    docs::sentence,
    model::{ErrorBody, Operation, Reply, StatusReply, Type},
    name::{OperationNames, ResponseNames, SpecNames},
};

/// The type of a response.
pub(super) fn kind(reply: &Reply, own: &OperationNames, names: &SpecNames) -> TokenStream {
    match (reply, &own.response) {
        (Reply::Json(kind), _) => types::owned(kind, names, types::From::Tag),
        (Reply::Envelope, _) => quote!(rt::response::Envelope),
        (Reply::Stream, _) => quote!(rt::response::Download),
        (Reply::Text, _) => quote!(rt::response::Text),
        (Reply::Head, _) => quote!(rt::response::Head),
        (Reply::ByStatus(_), Some(response)) => {
            let name = ident(&response.name);
            quote!(#name)
        }
        (Reply::Nothing | Reply::ByStatus(_), _) => quote!(()),
    }
}

/// The enumeration of an operation whose responses differ by status.
pub(super) fn by_status(
    operation: &Operation,
    own: &OperationNames,
    names: &SpecNames,
) -> Option<TokenStream> {
    let Reply::ByStatus(replies) = &operation.answer else { return None };
    let response = own.response.as_ref()?;
    let link = doc::function_link(&own.function);
    let docs = doc::paragraph(&format!("What {link} returns, by the status of the response."));
    let is_value = !replies.iter().any(|one| one.reply == Reply::Stream);
    let derive = if is_value { quote!(Clone, Debug, PartialEq) } else { quote!(Debug) };
    let name = ident(&response.name);
    let variants = replies.iter().zip(&response.variants).map(|(one, variant)| {
        let docs = doc::paragraph(&variant_text(one));
        let variant = ident(variant);
        match &one.reply {
            Reply::Nothing => quote!(#docs #variant,),
            reply => {
                let kind = kind(reply, own, names);
                quote!(#docs #variant(#kind),)
            }
        }
    });
    let decode = decode(replies, response);
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

fn variant_text(one: &StatusReply) -> String {
    let status = match &*one.status {
        "default" => "Any other status".to_owned(),
        status => format!("Status {status}"),
    };
    match &one.doc {
        Some(text) => format!("{status}: {}", sentence(&doc::escape(&doc::one_line(text)))),
        None => format!("{status}."),
    }
}

fn decode(replies: &[StatusReply], response: &ResponseNames) -> TokenStream {
    let name = ident(&response.name);
    let arm = |(one, variant): (&StatusReply, &String)| {
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
        match one.reply {
            Reply::Nothing => {
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

/// What is said of the response.
pub(super) fn text(operation: &Operation) -> String {
    let kind = match &operation.answer {
        Reply::Json(Type::Nullable(_)) => "Answers JSON, or nothing.",
        Reply::Json(_) => "Answers JSON.",
        Reply::Envelope => "Answers the XML envelope.",
        Reply::Stream => "Answers bytes, as a stream.",
        Reply::Text => "Answers text.",
        Reply::Head if operation.returns_redirect() => "Answers a redirect, which is not followed.",
        Reply::Head => "Answers headers.",
        Reply::ByStatus(_) => "Answers what depends on the status.",
        Reply::Nothing => "Answers nothing.",
    };
    match &operation.docs.answer {
        Some(text) => format!("{kind} {text}"),
        None => kind.to_owned(),
    }
}

/// What is said of the bodies of errors.
pub(super) fn error_text(errors: &[ErrorBody], names: &SpecNames) -> Option<String> {
    if errors.is_empty() {
        return None;
    }
    let one = |error: &ErrorBody| {
        let statuses = error.statuses.iter().map(|status| match &**status {
            "default" => "any other status".to_owned(),
            status => status.to_owned(),
        });
        let statuses: Vec<_> = statuses.collect();
        format!("{} ({})", linked(&error.kind, names), statuses.join(", "))
    };
    let all: Vec<_> = errors.iter().map(one).collect();
    Some(format!(
        "The body of an error is JSON, which [`Failure::json`](super::Failure::json) reads: {}.",
        all.join("; ")
    ))
}

/// A type with a link to the model in it.
fn linked(kind: &Type, names: &SpecNames) -> String {
    match kind {
        Type::Model(name) => {
            let name = &names.models[name].name;
            format!("[`{name}`](super::models::{name})")
        }
        Type::List(inner) => format!("a list of {}", linked(inner, names)),
        Type::Map(inner) => format!("a map of {}", linked(inner, names)),
        Type::Nullable(inner) | Type::Lenient(inner) => linked(inner, names),
        Type::Text => "text".to_owned(),
        _ => code("Json"),
    }
}
