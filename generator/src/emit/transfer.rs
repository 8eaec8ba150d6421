//! The static that says which actions transfers are made of.

use proc_macro2::TokenStream;
use quote::quote;

use super::{doc, ident};
use crate::{
    model::{Api, Role, Transfer},
    name::Names,
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

/// Emits the static. A selection of plugins may lack an action that transfers cannot do without.
pub(super) fn emit(api: &Api, names: &Names) -> Emitted {
    let Some(roles) = &api.transfer else { return absent() };
    let Some(item) = transfer(roles, api, names) else { return absent() };
    let operation = raw(roles, api, names).map(|_| quote!(OperationCall as _,));
    let uses = quote!(
        use pydio_runtime::{Call as _, #operation transfer as rt};
    );
    Emitted { uses, field: quote!(Some(|| &TRANSFER)), item }
}

fn absent() -> Emitted {
    Emitted { field: quote!(None), ..Emitted::default() }
}

fn transfer(roles: &Transfer, api: &Api, names: &Names) -> Option<TokenStream> {
    let action = |role: &Role| action(role, api, names);
    let download = action(&roles.download)?;
    let stat = action(&roles.stat)?;
    let hash = option(action(&roles.hash));
    let create = action(&roles.create)?;
    let replace = &roles.replace;
    let limit = option(action(&roles.limit.role).map(|action| {
        let (path, property) = (&roles.limit.path, &roles.limit.property);
        quote!(rt::Limit { action: #action, path: #path, property: #property })
    }));
    let upload = upload(roles, &action(&roles.upload.role)?);
    let raw = option(raw(roles, api, names));
    let (is_part, size) = (&roles.parts.is_part, &roles.parts.size);
    let (append_to, suffix) = (&roles.parts.append_to, &roles.parts.suffix);
    let docs = doc::paragraph("What transfers of files are made of.");
    Some(quote! {
        #docs
        pub static TRANSFER: rt::Transfer = rt::Transfer {
            download: #download,
            stat: #stat,
            hash: #hash,
            create: #create,
            replace: #replace,
            limit: #limit,
            upload: #upload,
            raw: #raw,
            parts: rt::Parts {
                is_part: #is_part,
                size: #size,
                append_to: #append_to,
                suffix: #suffix,
            },
        };
    })
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(Some(#value)),
        None => quote!(None),
    }
}

/// The description of an action, as the type of its call has it.
fn action(role: &Role, api: &Api, names: &Names) -> Option<TokenStream> {
    let index = api.index_of(role)?;
    let module = ident(names.modules.get(&api.actions[index].owner)?);
    let call = ident(&names.actions.get(&index)?.call);
    Some(quote!(#module::#call::ACTION))
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

fn raw(roles: &Transfer, api: &Api, names: &Names) -> Option<TokenStream> {
    let raw = &roles.raw;
    let index = api.spec.operations.iter().position(|one| one.id == raw.operation)?;
    let module = ident(names.spec.modules.get(&api.spec.operations[index].tag)?);
    let call = ident(&names.spec.operations.get(index)?.call);
    let (workspace, node, keep_both) = (&raw.workspace, &raw.node, &raw.keep_both);
    Some(quote! {
        rt::RawUpload {
            operation: super::v2::#module::#call::OPERATION,
            workspace: #workspace,
            node: #node,
            keep_both: #keep_both,
        }
    })
}
