//! The static that says which actions transfers are made of.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    doc,
    feature::{Gate, Gates, only, unless},
    ident,
};
use crate::{
    model::{Api, Role, Transfer},
    name::Names,
};

/// What is emitted of it.
#[derive(Default)]
pub(super) struct Emitted {
    /// What is used of the runtime.
    pub(super) uses: TokenStream,
    /// What is set on the bindings.
    pub(super) setting: TokenStream,
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
    let only = only(gate.clone());
    let uses = quote! {
        #only
        use pydio_runtime::{self as rt, Call as _};
    };
    let otherwise = unless(gate).map(|unless| quote!(#unless const TRANSFERS: Transfers = None;));
    let item = quote! {
        #item
        type Transfers = Option<fn() -> &'static pydio_runtime::TransferActions>;
        #only const TRANSFERS: Transfers = Some(|| &TRANSFER);
        #otherwise
    };
    Emitted { uses, setting: quote!(.transfer(TRANSFERS)), item }
}

fn absent() -> Emitted {
    Emitted::default()
}

/// The static, and when it is there.
fn transfer(
    roles: &Transfer,
    api: &Api,
    names: &Names,
    gates: &Gates,
) -> Option<(TokenStream, Vec<Gate>)> {
    let action = |role: &Role| action(role, api, names, gates);
    let download = action(&roles.download)?;
    let stat = action(&roles.stat)?;
    let hash = action(&roles.hash);
    let create = action(&roles.create)?;
    let replace = &roles.replace;
    let limit = action(&roles.limit.role).map(|Part { value: action, gate }| {
        let (path, property) = (&roles.limit.path, &roles.limit.property);
        let value = quote!(rt::UploadLimit::new(#action, #path, #property));
        Part { value, gate }
    });
    let uploaded = action(&roles.upload.role)?;
    let upload = upload(roles, &uploaded.value);
    let raw = raw(roles, api, names, gates);
    let (is_part, size) = (&roles.parts.is_part, &roles.parts.size);
    let (append_to, suffix) = (&roles.parts.append_to, &roles.parts.suffix);
    let docs = doc::paragraph("What transfers of files are made of.");
    let gate = [&download, &stat, &create, &uploaded].map(|part| part.gate.clone());
    let only = only(gate.clone());
    let (download, stat, create) = (&download.value, &stat.value, &create.value);
    let endpoint = quote!(&'static rt::Endpoint);
    let (hash, hash_item) = optional(&quote!(HASH), &endpoint, &only, hash);
    let (limit, limit_item) = optional(&quote!(LIMIT), &quote!(rt::UploadLimit), &only, limit);
    let (raw, raw_item) = optional(&quote!(RAW), &quote!(rt::RawUpload), &only, raw);
    let item = quote! {
        #docs
        #only
        pub static TRANSFER: rt::TransferActions = rt::TransferActions::new(
            #download,
            #stat,
            #create,
            #replace,
            #upload,
            rt::FileParts::new(#is_part, #size, #append_to, #suffix),
        )
        .hash(#hash)
        .limit(#limit)
        .raw(#raw);
        #hash_item
        #limit_item
        #raw_item
    };
    Some((item, gate.to_vec()))
}

/// What is there where a gate is open: its expression, and the constant of that where it is
/// conditional.
fn optional(
    name: &TokenStream,
    kind: &TokenStream,
    outer: &TokenStream,
    part: Option<Part>,
) -> (TokenStream, TokenStream) {
    let Some(Part { value, gate }) = part else { return (quote!(None), TokenStream::new()) };
    let Some(unless) = unless([gate.clone()]) else {
        return (quote!(Some(#value)), TokenStream::new());
    };
    let only = only([gate]);
    let item = quote! {
        #outer #only const #name: Option<#kind> = Some(#value);
        #outer #unless const #name: Option<#kind> = None;
    };
    (quote!(#name), item)
}

/// The description of an action, as the type of its call has it.
fn action(role: &Role, api: &Api, names: &Names, gates: &Gates) -> Option<Part> {
    let index = api.index_of(role)?;
    let module = names.modules.get(&api.actions[index].owner)?;
    let gate = gates.module(module);
    let (module, call) = (ident(module), ident(&names.actions.get(&index)?.call));
    Some(Part { value: quote!(#module::#call::ENDPOINT), gate })
}

fn upload(roles: &Transfer, action: &TokenStream) -> TokenStream {
    let upload = &roles.upload;
    let (folder, name) = (&upload.folder, &upload.name);
    let (file, keep_both) = (&upload.file, &upload.keep_both);
    quote!(rt::FormUpload::new(#action, #folder, #name, #file, #keep_both))
}

fn raw(roles: &Transfer, api: &Api, names: &Names, gates: &Gates) -> Option<Part> {
    let raw = &roles.raw;
    let index = api.spec.operations.iter().position(|one| one.id == raw.operation)?;
    let module = ident(names.spec.modules.get(&api.spec.operations[index].tag)?);
    let call = ident(&names.spec.operations.get(index)?.call);
    let (workspace, node, keep_both) = (&raw.workspace, &raw.node, &raw.keep_both);
    let operation = quote!(super::v2::#module::#call::ENDPOINT);
    let value = quote!(rt::RawUpload::new(#operation, #workspace, #node, #keep_both));
    Some(Part { value, gate: gates.v2() })
}
