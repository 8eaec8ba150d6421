//! The recycle bin: `delete` and `restore`.

use super::{
    Answer, Call, Outcome,
    arrange::label,
    error,
    tasks::{start, start_without_name},
};
use crate::{
    describe::Described,
    dialect::Restores,
    disk::{RECYCLE_BIN, is_recycled},
    envelope::Envelope,
    names::{base, parent},
    reply::Reply,
    tasks::WorkKind,
};

/// Permanent deletions above this size run in the background.
const BACKGROUND_ABOVE: usize = 10 * 1024 * 1024;

/// Moves nodes into the recycle bin; permanently deletes those already in it. The path is ignored:
/// only `file`, `file_0` and so on select nodes.
pub(super) fn delete(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    if selection.paths().is_empty() {
        return error("");
    }
    let (mut messages, mut envelope) = (Vec::new(), Envelope::default());
    let forces = call.parameters.has("force_deletion");
    for path in selection.paths() {
        if (is_recycled(path) || forces) && call.disk.get(path).is_none() {
            // It is reported as done.
            envelope.removed.push(Described::removed(path));
            messages.push(format!("Cannot find file  {path}"));
            continue;
        }
        // Earlier nodes of the selection stay deleted.
        let Some(node) = call.disk.get(path).filter(|_| path != "/") else {
            return error(format!("Cannot find file {path}"));
        };
        let (label, name) = (label(node), base(path));
        call.unlocked(path)?;
        if is_recycled(path) && call.dialect().deletes_in_bin_only && !is_in_bin(&call) {
            return error("The origin and destination folders are the same!");
        }
        let node = call.disk.get(path);
        let usage = node.map_or(0, |node| node.usage());
        if is_recycled(path) || forces {
            if usage > BACKGROUND_ABOVE && call.dialect().works_in_background {
                let path = path.clone();
                return start(call, "delete", "Delete", WorkKind::Delete { path });
            }
            envelope.removed.extend(call.removed(path));
            call.disk.remove(path);
            messages.push(format!("The {label} {name} has been deleted"));
        } else if let Some(to) = call.disk.recycle(path) {
            call.report_move(&mut envelope, path, &to);
            messages.push(format!("The {label} {name} has been moved to the  Recycle Bin"));
        }
    }
    envelope.success = Some(messages.join("\n"));
    // Nothing is notified of what was not there.
    envelope.background = messages.iter().any(|message| !message.starts_with("Cannot find file"));
    Ok(envelope.into())
}

/// Permanently deletes the content of the recycle bin, in the background. Over REST the task never
/// runs: the path passes a parameter without a name to the background console.
pub(super) fn empty_recycle(call: Call<'_>) -> Answer {
    if !call.disk.is_folder(RECYCLE_BIN) {
        return error("There is no recycle bin");
    }
    let (action, label) = ("empty_recycle", "Empty recycle bin");
    match call.input.is_rest {
        true => start_without_name(call, action, label),
        false => start(call, action, label, WorkKind::EmptyRecycleBin),
    }
}

/// Returns whether a call names the recycle bin as its folder.
fn is_in_bin(call: &Call<'_>) -> bool {
    call.text("dir") == Some(RECYCLE_BIN)
}

/// Moves a node back to its original location; returns nothing if none is selected.
pub(super) fn restore(call: Call<'_>) -> Answer {
    let restores = call.dialect().restores;
    if restores == Restores::InBinOnly && !is_in_bin(&call) {
        return Ok(Outcome::Reply(Reply::empty()));
    }
    let selection = call.selection()?;
    let path = selection.first();
    let Some(label) = call.disk.get(path).map(label) else {
        return match call.disk.origin(path) {
            // It was restored before.
            Some(_) => error(format!("Cannot find file {path}")),
            None => Ok(Outcome::Reply(Reply::empty())),
        };
    };
    let is_blocked = restores == Restores::WithoutFolder
        && call
            .disk
            .origin(path)
            .is_some_and(|to| parent(to) != "/" && call.disk.is_folder(parent(to)));
    if is_blocked {
        return error("This directory already exists (names are case insensitive)");
    }
    let Some(to) = call.disk.restore(path) else {
        return Ok(Outcome::Reply(Reply::empty()));
    };
    let folder = parent(&to);
    let message = format!("The {label} {} has been moved into the directory {folder}", base(&to));
    let mut envelope = Envelope { background: true, ..Envelope::success(message) };
    call.report_move(&mut envelope, path, &to);
    Ok(envelope.into())
}
