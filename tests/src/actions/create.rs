//! New nodes: `mkdir` and `mkfile`.

use super::{Answer, Call, Refusal, error, not_writeable};
use crate::{
    envelope::Envelope,
    names::{base, join, parent, secure, visible},
};

/// Makes the folder that `dir` and `dirname` name, then those that are selected. What cannot be
/// made is told in the message, which is an `ERROR` only when nothing could be.
pub(super) fn mkdir(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let named = call.parameters.text("dirname").map(|name| {
        let folder = call.parameters.text("dir").unwrap_or("/");
        secure(&join(folder, name)).and_then(visible)
    });
    let paths: Vec<_> = named.transpose()?.into_iter().chain(selection.paths().to_vec()).collect();
    let (mut messages, mut made) = (Vec::new(), Vec::new());
    for path in paths {
        messages.push(match refuse_folder(&call, &path) {
            Some(problem) => problem,
            None => {
                call.disk.seed(&path, None);
                let message = created("directory", &path);
                made.push(path);
                message
            }
        });
    }
    if made.is_empty() {
        return error(messages.join("<br>"));
    }
    let added = made.iter().flat_map(|path| call.changed(path, None)).collect();
    Ok(Envelope { added, ..Envelope::success(messages.join("<br>")) }.into())
}

/// Why a folder cannot be made.
fn refuse_folder(call: &Call<'_>, path: &str) -> Option<String> {
    if base(path).is_empty() {
        return Some("You must write a valid name".to_owned());
    }
    let is_parent_missing = !call.disk.is_folder(parent(path));
    if is_parent_missing && !call.parameters.is_true("recursive") {
        return Some(format!("Cannot find folder  {}", parent(path)));
    }
    let exists = call.disk.get(path).is_some();
    let message = "This directory already exists (names are case insensitive)";
    (exists && !call.parameters.is_true("ignore_exists")).then(|| message.to_owned())
}

/// Makes the file that `node` names, or `dir` and `filename`.
pub(super) fn mkfile(call: Call<'_>) -> Answer {
    let path = file_path(&call)?;
    if base(&path).is_empty() {
        return error("You must write a valid name");
    }
    if call.disk.get(&path).is_some() && !call.parameters.is_true("force") {
        return error("This file already exists (names are case insensitive)");
    }
    let content = call.parameters.text("content").unwrap_or_default().to_owned();
    if !call.disk.write(&path, content) {
        return not_writeable(parent(&path));
    }
    let added = call.changed(&path, None);
    Ok(Envelope { added, ..Envelope::success(created("file", &path)) }.into())
}

fn file_path(call: &Call<'_>) -> Result<String, Refusal> {
    let node = call.path("node")?.unwrap_or_else(|| "/".to_owned());
    match call.parameters.text("filename") {
        Some(name) if node == "/" => {
            let folder = call.parameters.text("dir").unwrap_or("/");
            Ok(secure(&join(folder, name)).and_then(visible)?)
        }
        _ => Ok(node),
    }
}

fn created(what: &str, path: &str) -> String {
    format!("The {what} {} has been created in {}", base(path), parent(path))
}
