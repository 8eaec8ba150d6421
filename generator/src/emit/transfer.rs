//! The static that says which actions transfers are made of.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    doc,
    feature::{Gate, Gates, only, unless},
    ident,
};
use crate::{
    ir::{ActionRef, Api, EndpointKind, Transfer},
    names::Names,
};

/// What is emitted of it.
#[derive(Default)]
pub(super) struct Emitted {
    /// What is used of the runtime.
    pub(super) uses: TokenStream,
    /// What the bindings say of it.
    pub(super) field: TokenStream,
    /// The static itself.
    pub(super) item: TokenStream,
}

/// What a part of it is made of, and when that is there.
struct Part {
    value: TokenStream,
    gate: Gate,
}

/// Emits the static. A selection of plugins may lack an action that transfers cannot do without.
pub(super) fn emit(api: &Api, names: &Names, gates: &Gates) -> Emitted {
    let Some(roles) = &api.transfer else { return absent() };
    let Some((item, gate)) = transfer(roles, api, names, gates) else { return absent() };
    let operation = raw(roles, api, names, gates).map(|Part { gate: v2, .. }| {
        let only = only(gate.iter().cloned().chain([v2]));
        quote!(#only use pydio_runtime::OperationCall as _;)
    });
    let only = only(gate.clone());
    let uses = quote! {
        #operation
        #only
        use pydio_runtime::{Call as _, transfer as rt};
    };
    let field = optional(&quote!(transfer), &quote!(|| &TRANSFER), gate);
    Emitted { uses, field, item }
}

fn absent() -> Emitted {
    Emitted { field: quote!(transfer: None,), ..Emitted::default() }
}

/// The static, and when it is there.
fn transfer(
    roles: &Transfer,
    api: &Api,
    names: &Names,
    gates: &Gates,
) -> Option<(TokenStream, Vec<Gate>)> {
    let action = |role: &ActionRef| action(role, api, names, gates);
    let download = action(&roles.download)?;
    let stat = action(&roles.stat)?;
    let hash = field(&quote!(hash), action(&roles.hash));
    let create = action(&roles.create)?;
    let replace = &roles.replace;
    let limit = action(&roles.limit.role).map(|Part { value: action, gate }| {
        let (path, property) = (&roles.limit.path, &roles.limit.property);
        let value = quote!(rt::Limit { action: #action, path: #path, property: #property });
        Part { value, gate }
    });
    let limit = field(&quote!(limit), limit);
    let uploaded = action(&roles.upload.role)?;
    let upload = upload(roles, &uploaded.value);
    let raw = field(&quote!(raw), raw(roles, api, names, gates));
    let (is_part, size) = (&roles.parts.is_part, &roles.parts.size);
    let (append_to, suffix) = (&roles.parts.append_to, &roles.parts.suffix);
    let docs = doc::paragraph("What transfers of files are made of.");
    let gate = [&download, &stat, &create, &uploaded].map(|part| part.gate.clone());
    let only = only(gate.clone());
    let (download, stat, create) = (&download.value, &stat.value, &create.value);
    let item = quote! {
        #docs
        #only
        pub static TRANSFER: rt::Transfer = rt::Transfer {
            download: #download,
            stat: #stat,
            #hash
            create: #create,
            replace: #replace,
            #limit
            upload: #upload,
            #raw
            parts: rt::Parts {
                is_part: #is_part,
                size: #size,
                append_to: #append_to,
                suffix: #suffix,
            },
        };
    };
    Some((item, gate.to_vec()))
}

fn field(name: &TokenStream, part: Option<Part>) -> TokenStream {
    match part {
        Some(Part { value, gate }) => optional(name, &value, vec![gate]),
        None => quote!(#name: None,),
    }
}

/// A field with something in it where all of the gates are open.
fn optional(name: &TokenStream, value: &TokenStream, gates: Vec<Gate>) -> TokenStream {
    let only = only(gates.clone());
    let otherwise = unless(gates).map(|unless| quote!(#unless #name: None,));
    quote!(#only #name: Some(#value), #otherwise)
}

/// The description of an action, as the type of its call has it.
fn action(role: &ActionRef, api: &Api, names: &Names, gates: &Gates) -> Option<Part> {
    let index = api.index_of(role)?;
    let module = names.module(EndpointKind::Action, &api.endpoints[index].group)?;
    let gate = gates.module(module);
    let (module, call) = (ident(module), ident(&names.endpoints[index].call));
    Some(Part { value: quote!(#module::#call::ACTION), gate })
}

fn upload(roles: &Transfer, action: &TokenStream) -> TokenStream {
    let upload = &roles.upload;
    let (folder, name) = (&upload.folder, &upload.name);
    let (file, keep_both) = (&upload.file, &upload.keep_both);
    quote! {
        rt::Upload {
            action: #action,
            folder: #folder,
            name: #name,
            file: #file,
            keep_both: #keep_both,
        }
    }
}

fn raw(roles: &Transfer, api: &Api, names: &Names, gates: &Gates) -> Option<Part> {
    let raw = &roles.raw;
    let mut operations = api.of_kind(EndpointKind::Operation);
    let (index, operation) = operations.find(|(_, one)| one.id == raw.operation)?;
    let module = ident(names.module(EndpointKind::Operation, &operation.group)?);
    let call = ident(&names.endpoints[index].call);
    let (workspace, node, keep_both) = (&raw.workspace, &raw.node, &raw.keep_both);
    let value = quote! {
        rt::RawUpload {
            operation: super::v2::#module::#call::OPERATION,
            workspace: #workspace,
            node: #node,
            keep_both: #keep_both,
        }
    };
    Some(Part { value, gate: gates.v2() })
}
