//! Assigning the transfer actions.

use crate::ir::{ActionRef, Api, Endpoint, Location, Transfer};

/// Takes over the transfer actions, if everything they name exists. Unless it `is_release`, the
/// installation may lack an action: transfers either work without it, or are not offered.
pub(super) fn assign(roles: &Transfer, api: &mut Api, is_release: bool) -> Result<(), String> {
    for (role, params, is_needed) in [
        (&roles.download, &[][..], true),
        (&roles.stat, &[], true),
        (&roles.hash, &[], false),
        (&roles.create, &[&roles.replace], true),
        (&roles.limit.role, &[], false),
    ] {
        let action = match api.action(role) {
            Some(action) => action,
            None if is_release => return Err(missing(role)),
            None if is_needed => return Ok(()),
            None => continue,
        };
        if !action.path_params().any(|param| param.location == Location::RestOfPath) {
            return Err(format!("`{}` has no node in its path", role.action));
        }
        has_params(action, params)?;
    }
    let (upload, parts) = (&roles.upload, &roles.parts);
    let in_parts = [&parts.is_part, &parts.size, &parts.append_to];
    let action = match api.action(&upload.role) {
        Some(action) => action,
        None if is_release => return Err(missing(&upload.role)),
        None => return Ok(()),
    };
    has_params(action, &[&upload.folder, &upload.name, &upload.file, &upload.keep_both])?;
    has_params(action, &in_parts)?;
    // An installation may have no spec, and a selection may lack this operation. Where it cannot
    // work, uploads do not use it.
    let raw = &roles.raw;
    if let Some((_, operation)) = api.operation(&raw.operation)
        && operation.unsupported.is_none()
    {
        let params = [&raw.workspace, &raw.node, &raw.keep_both];
        has_params(operation, &params)?;
        has_params(operation, &in_parts)?;
    }
    if api.transfer.as_ref() == Some(roles) {
        return Err("the roles have already been assigned".to_owned());
    }
    api.transfer = Some(roles.clone());
    Ok(())
}

fn missing(ActionRef { plugin, action }: &ActionRef) -> String {
    format!("`{plugin}` has no action `{action}`")
}

fn has_params(endpoint: &Endpoint, names: &[&String]) -> Result<(), String> {
    match names.iter().find(|name| endpoint.param(name).is_none()) {
        Some(name) => Err(format!("`{}` has no parameter `{name}`", endpoint.id)),
        None => Ok(()),
    }
}
