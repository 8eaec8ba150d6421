//! Saying which actions transfers are made of.

use crate::model::{Action, Api, Operation, Role, Transfer};

/// Takes the roles over, if all that they name is there. Unless it `is_release`, what is at hand
/// may lack an action: one that transfers can do without, or else they are not offered.
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
        if !action.route.as_ref().is_some_and(|route| route.catch_all) {
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
    // An installation may come without a spec, and a selection without this operation.
    let raw = &roles.raw;
    if let Some(operation) = api.spec.operations.iter().find(|one| one.id == raw.operation) {
        let params = [&raw.workspace, &raw.node, &raw.keep_both];
        for name in params.into_iter().chain(in_parts) {
            has_param(operation, name)?;
        }
    }
    if api.transfer.as_ref() == Some(roles) {
        return Err("the roles are assigned already".to_owned());
    }
    api.transfer = Some(roles.clone());
    Ok(())
}

fn missing(Role { plugin, action }: &Role) -> String {
    format!("`{plugin}` has no action `{action}`")
}

fn has_params(action: &Action, names: &[&String]) -> Result<(), String> {
    let missing = names.iter().find(|name| action.params.iter().all(|param| param.name != ***name));
    match missing {
        Some(name) => Err(format!("`{}` has no parameter `{name}`", action.name)),
        None => Ok(()),
    }
}

fn has_param(operation: &Operation, name: &str) -> Result<(), String> {
    match operation.params.iter().any(|param| param.name == name) {
        true => Ok(()),
        false => Err(format!("`{}` has no parameter `{name}`", operation.id)),
    }
}
