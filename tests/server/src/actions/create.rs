//! New nodes: `mkdir` and `mkfile`.

use super::{Answer, Call, Refusal, arrange, error, not_writeable};
use crate::{
    envelope::Envelope,
    names::{base, new_path, parent, visible},
    parameters::Parameters,
};

/// Longer names, in bytes, are refused.
const LONGEST_NAME: usize = 246;

/// REST v2: creates a folder, a file, or a copy of `copy_source`.
pub(super) fn fs_create_resource(call: Call<'_>) -> Answer {
    let path = call.parameters.raw("path").unwrap_or("/").to_owned();
    if path == "/" {
        return error(
            "No context found for hook node.before_change: please make sure to pass at list one \
             ContextInterface or Context Provider object",
        );
    }
    let mut parameters = call.parameters.clone();
    if let Some(source) = parameters.take("copy_source").filter(|source| !source.is_empty()) {
        return copy_source(call, &path, &source);
    }
    let does_override = parameters.is_true("override");
    if path.ends_with('/') {
        parameters.set("file".to_owned(), path);
        parameters.set("ignore_exists".to_owned(), does_override.to_string());
        return mkdir(Call { parameters: &parameters, ..call });
    }
    parameters.set("node".to_owned(), path);
    parameters.set("force".to_owned(), does_override.to_string());
    mkfile(Call { parameters: &parameters, ..call })
}

/// The source begins with the id of the workspace; with a slug the server finds another one.
fn copy_source(call: Call<'_>, path: &str, source: &str) -> Answer {
    let Some((id, source)) = source.trim_start_matches('/').split_once('/') else {
        return error("Cannot find file");
    };
    if id != call.workspace.id {
        return error("Cross Repository copy is not implemented on this api.");
    }
    let mut parameters = Parameters::default();
    parameters.set("file".to_owned(), format!("/{source}"));
    parameters.set("dest".to_owned(), parent(path).to_owned());
    parameters.set("targetBaseName".to_owned(), base(path).to_owned());
    let action = match call.parameters.is_true("delete_source") {
        true => arrange::move_nodes,
        false => arrange::copy,
    };
    action(Call { parameters: &parameters, ..call })
}

/// Creates the folder given by `dir` and `dirname`, then the selected ones. The message lists
/// failures, and is an `ERROR` only if no folder was created.
pub(super) fn mkdir(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let named = call.parameters.text("dirname").map(|name| {
        let folder = call.parameters.text("dir").unwrap_or("/");
        new_path(call.dialect(), folder, name).and_then(visible)
    });
    let paths: Vec<_> = named.transpose()?.into_iter().chain(selection.paths().to_vec()).collect();
    let (mut messages, mut made) = (Vec::new(), Vec::new());
    let mut is_partial = false;
    for path in paths {
        messages.push(match refuse_folder(&call, &path) {
            Some(problem) => {
                is_partial = true;
                problem
            }
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
    let message = messages.join("<br>");
    let report = match is_partial && call.dialect().reports_partial_mkdir {
        true => Envelope::error(message),
        false => Envelope::success(message),
    };
    Ok(Envelope { added, ..report }.into())
}

/// Returns why a folder cannot be created.
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

/// Creates the file given by `node`, or by `dir` and `filename`.
pub(super) fn mkfile(call: Call<'_>) -> Answer {
    let path = file_path(&call)?;
    if base(&path).is_empty() {
        return error("You must write a valid name");
    }
    if call.disk.get(&path).is_some() && !call.parameters.is_true("force") {
        return error("This file already exists (names are case insensitive)");
    }
    if base(&path).len() > LONGEST_NAME {
        return error("The name is too long for the file system");
    }
    let content = call.parameters.text("content").unwrap_or_default().to_owned();
    // The quota is not checked here.
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
            Ok(new_path(call.dialect(), folder, name).and_then(visible)?)
        }
        _ => Ok(node),
    }
}

fn created(what: &str, path: &str) -> String {
    format!("The {what} {} has been created in {}", base(path), parent(path))
}
