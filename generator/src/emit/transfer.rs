//! The static that declares which actions file transfers use.

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

/// An expression, and the gates of what it names.
struct Part {
    value: TokenStream,
    gate: Gate,
}

/// Emits the static, and the constant by which the bindings refer to it. A selection of plugins may
/// lack an action that transfers require.
pub(super) fn emit(api: &Api, names: &Names, gates: &Gates) -> Option<TokenStream> {
    Emitter { api, names, gates }.emit(api.transfer.as_ref()?)
}

/// Returns whether the server has every action that transfers require.
pub(super) fn is_possible(api: &Api) -> bool {
    api.transfer.as_ref().is_some_and(|transfer| {
        let Transfer { download, stat, create, upload, .. } = transfer;
        let required = [download, stat, create, &upload.role];
        required.into_iter().all(|action| api.index_of(action).is_some())
    })
}

struct Emitter<'m> {
    api: &'m Api,
    names: &'m Names,
    gates: &'m Gates,
}

impl Emitter<'_> {
    fn emit(&self, transfer: &Transfer) -> Option<TokenStream> {
        let download = self.action(&transfer.download)?;
        let stat = self.action(&transfer.stat)?;
        let create = self.action(&transfer.create)?;
        let upload = self.action(&transfer.upload.role)?;
        let endpoint = quote!(Option<&rt::Endpoint>);
        let hash = optional("HASH", &endpoint, self.action(&transfer.hash));
        let limit = self.action(&transfer.limit.role).map(|Part { value, gate }| {
            let (path, property) = (&transfer.limit.path, &transfer.limit.property);
            Part { value: quote!(rt::UploadLimit::new(#value, #path, #property)), gate }
        });
        let limit = optional("LIMIT", &quote!(Option<rt::UploadLimit>), limit);
        let raw = optional("RAW", &quote!(Option<rt::RawUpload>), self.raw(transfer));
        let gate = [&download, &stat, &create, &upload].map(|part| part.gate.clone());
        let of_bindings = constant(
            "TRANSFERS",
            &quote!(Option<fn() -> &'static rt::TransferActions>),
            &quote!(|| &TRANSFER),
            &gate,
        );
        let only = only(gate);
        let docs = doc::paragraph("The actions that file transfers use.");
        let (download, stat, create) = (&download.value, &stat.value, &create.value);
        let (replace, upload) = (&transfer.replace, upload_of(transfer, &upload.value));
        let parts = &transfer.parts;
        let (is_part, size) = (&parts.is_part, &parts.size);
        let (append_to, suffix) = (&parts.append_to, &parts.suffix);
        Some(quote! {
            #of_bindings
            #docs
            #only
            pub static TRANSFER: rt::TransferActions = {
                #hash
                #limit
                #raw
                let parts = rt::FileParts::new(#is_part, #size, #append_to, #suffix);
                rt::TransferActions::new(#download, #stat, #create, #replace, #upload, parts)
                    .hash(HASH)
                    .limit(LIMIT)
                    .raw(RAW)
            };
        })
    }

    /// Returns the endpoint of an action, from the type of its call.
    fn action(&self, action: &ActionRef) -> Option<Part> {
        let index = self.api.index_of(action)?;
        let module = self.names.module(EndpointKind::Action, &self.api.endpoints[index].group)?;
        let gate = self.gates.module(module);
        let (module, call) = (ident(module), ident(&self.names.endpoints[index].call));
        Some(Part { value: quote!(<#module::#call as rt::Call>::ENDPOINT), gate })
    }

    /// Returns the operation that takes a file as the request body.
    fn raw(&self, transfer: &Transfer) -> Option<Part> {
        let raw = &transfer.raw;
        let (index, operation) = self.api.operation(&raw.operation)?;
        if operation.unsupported.is_some() {
            return None;
        }
        let module = ident(self.names.module(EndpointKind::Operation, &operation.group)?);
        let call = ident(&self.names.endpoints[index].call);
        let (workspace, node, keep_both) = (&raw.workspace, &raw.node, &raw.keep_both);
        let endpoint = quote!(<super::v2::#module::#call as rt::Call>::ENDPOINT);
        let value = quote!(rt::RawUpload::new(#endpoint, #workspace, #node, #keep_both));
        Some(Part { value, gate: self.gates.v2() })
    }
}

fn upload_of(transfer: &Transfer, endpoint: &TokenStream) -> TokenStream {
    let upload = &transfer.upload;
    let (folder, name) = (&upload.folder, &upload.name);
    let (file, keep_both) = (&upload.file, &upload.keep_both);
    quote!(rt::FormUpload::new(#endpoint, #folder, #name, #file, #keep_both))
}

/// Emits a constant that is `Some` where the part is compiled.
fn optional(name: &str, kind: &TokenStream, part: Option<Part>) -> TokenStream {
    match part {
        Some(Part { value, gate }) => constant(name, kind, &value, &[gate]),
        None => {
            let name = ident(name);
            quote!(const #name: #kind = None;)
        }
    }
}

/// Emits a constant that is `Some` where all of the gates are open.
fn constant(name: &str, kind: &TokenStream, value: &TokenStream, gates: &[Gate]) -> TokenStream {
    let name = ident(name);
    let only = only(gates.iter().cloned());
    let otherwise = unless(gates.iter().cloned());
    let otherwise = otherwise.map(|unless| quote!(#unless const #name: #kind = None;));
    quote!(#only const #name: #kind = Some(#value); #otherwise)
}
