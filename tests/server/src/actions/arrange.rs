//! Actions that change the name, location or mode of nodes: `rename`, `copy`, `move` and `chmod`.

use super::{
    Answer, Call, Refusal, error, not_writeable,
    tasks::{start, start_without_name},
};
use crate::{
    describe::Described,
    element::Element,
    envelope::Envelope,
    names::{base, join, parent, refuses_new_name},
    node::{Content, Node},
    tasks::WorkKind,
};

/// As many bytes are copied or moved before the response.
const AT_ONCE: usize = 10 << 20;

/// Renames a node in its folder (`filename_new`), or moves it to another path (`dest`).
pub(super) fn rename(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let from = selection.first();
    if let Some(name) = call.text("filename_new")
        && refuses_new_name(call.dialect(), name)
    {
        return error(format!("{name} contains forbidden characters"));
    }
    let to = match (call.path("filename_new")?, call.path("dest")?) {
        (_, Some(path)) => path,
        (Some(name), None) => join(parent(from), base(&name)),
        (None, None) => return error("You must write a valid name"),
    };
    if from == "/" || call.disk.get(from).is_none() {
        return error("Cannot find file!");
    }
    if call.disk.get(&to).is_some() {
        return error(format!("{to} already exists  (names are case insensitive)"));
    }
    call.unlocked(from)?;
    // Measured on 7.0.4 and 8.2.5, where both are paths on the disk of the server.
    if to.starts_with(&format!("{from}/")) {
        return error(format!("rename({from},{to}): Invalid argument"));
    }
    if !call.disk.rename(from, &to) {
        return error(format!("rename({from},{to}): No such file or directory"));
    }
    let message = format!("{} has been renamed to {}", base(from), base(&to));
    let updated = match call.text("dest").is_some() && call.dialect().loses_renamed {
        true => {
            let nowhere = Node { mode: 0, ..Node::folder(0) };
            vec![call.described_as(&format!("{to}/"), &nowhere)]
        }
        false => call.changed(&to, Some(from)),
    };
    Ok(Envelope { updated, background: true, ..Envelope::success(message) }.into())
}

/// Copies nodes into a folder. A copy into the same folder gets another name, which the diff does
/// not mention.
pub(super) fn copy(mut call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    if is_deferred(&call, selection.paths()) {
        return defer(call, "copy", selection.paths().to_vec());
    }
    let folder = destination(&call)?;
    let (mut messages, mut added) = (Vec::new(), Vec::new());
    for from in selection.paths() {
        if is_in_archive(from) {
            let (name, added_node) = unpack(&mut call, from, &folder, selection.paths().len())?;
            let archive = base(parent(from));
            messages.push(match selection.paths() {
                [_] => format!(
                    "Selection successfully extracted from archive {archive} to folder {folder}"
                ),
                _ => format!("The file {name} has been copied into the directory {folder}"),
            });
            added.extend(added_node);
            continue;
        }
        let Some(node) = call.disk.get(from) else {
            return error(format!("Cannot find file {from}"));
        };
        call.room_for(node.usage())?;
        let label = label(node);
        let files = match node.is_file() {
            true => String::new(),
            false => format!(" ({} files)", node.file_count()),
        };
        let name = target_name(&call).unwrap_or(base(from)).to_owned();
        let is_own_folder = parent(from) == folder && name == base(from);
        let (to, shown) = match is_own_folder {
            true => (call.disk.free(&folder, &name), call.internal_url(&folder)),
            false => (join(&folder, &name), folder.clone()),
        };
        call.disk.copy(from, &to);
        messages.push(format!(
            "The {label} {} has been copied into the directory {shown}{files}",
            base(&to)
        ));
        added.extend(call.changed(&join(&folder, &name), None));
    }
    Ok(Envelope { added, ..Envelope::success(messages.join("\n")) }.into())
}

/// Moves nodes into a folder. `force_copy_delete` requests a copy, but the server moves anyway.
pub(super) fn move_nodes(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    if is_deferred(&call, selection.paths()) {
        return defer(call, "move", selection.paths().to_vec());
    }
    let folder = destination(&call)?;
    let verb = if call.parameters.has("force_copy_delete") { "copied" } else { "moved" };
    let (mut messages, mut envelope) = (Vec::new(), Envelope::default());
    for from in selection.paths() {
        let Some(label) = call.disk.get(from).map(label) else {
            return error(format!("Cannot find file {from}"));
        };
        let is_below = folder == *from || folder.starts_with(&format!("{from}/"));
        let is_renamed = target_name(&call).is_some_and(|name| name != base(from));
        if is_below || (parent(from) == folder && !is_renamed) {
            return error("The origin and destination folders are the same!");
        }
        let to = join(&folder, target_name(&call).unwrap_or(base(from)));
        call.unlocked(from)?;
        call.disk.rename(from, &to);
        call.report_move(&mut envelope, from, &to);
        let name = base(from);
        messages.push(format!("The {label} {name} has been {verb} into the directory {folder}"));
    }
    let success = Some(messages.join("\n"));
    Ok(Envelope { success, background: true, ..envelope }.into())
}

/// Returns the new name of a node that is copied or moved.
fn target_name<'c>(call: &'c Call<'_>) -> Option<&'c str> {
    call.text("targetBaseName").filter(|_| call.dialect().takes_target_names)
}

/// Returns whether nodes are copied or moved after the response.
fn is_deferred(call: &Call<'_>, paths: &[String]) -> bool {
    let dialect = call.dialect();
    let size: usize = paths.iter().filter_map(|path| call.disk.get(path)).map(Node::usage).sum();
    let may_be = dialect.defers_copies_over_rest || !call.input.is_rest;
    dialect.works_in_background && may_be && size > AT_ONCE
}

/// Copies or moves nodes in the background, where it turns out whether that is possible. Over REST
/// v1 the path passes a parameter without a name, which the background console refuses.
fn defer(call: Call<'_>, action: &str, paths: Vec<String>) -> Answer {
    let label = if action == "move" { "Move" } else { "Copy" };
    if call.input.is_rest && !call.input.is_v2 {
        return start_without_name(call, action, label);
    }
    let folder = call.path("dest")?.unwrap_or_else(|| "/".to_owned());
    let name = target_name(&call).map(str::to_owned);
    let is_move = action == "move";
    start(call, action, label, WorkKind::Place { paths, folder, name, is_move })
}

/// Copies a node out of an archive, and returns its name and description. A single one keeps the
/// time that it has there. An empty folder is reported, but not created.
fn unpack(
    call: &mut Call<'_>,
    from: &str,
    folder: &str,
    count: usize,
) -> Result<(String, Vec<Described>), Refusal> {
    let archive = super::list::archive(call, from);
    let found = archive.as_ref().and_then(|(disk, inside)| disk.get(inside));
    let Some(mut node) = found.cloned() else {
        return error("Invalid argument supplied for foreach()");
    };
    let name = base(from).to_owned();
    let to = join(folder, &name);
    if !node.is_file() && node.children().is_empty() {
        let missing = Node { mode: 0, ..Node::folder(0) };
        return Ok((
            name,
            vec![call.missing(&to, &missing).without(|name| name == "original_path")],
        ));
    }
    if count > 1 {
        node.modified = call.world.clock.tick();
    }
    call.disk.remove(&to);
    call.disk.place(&to, node);
    Ok((name, call.changed(&to, None)))
}

/// Returns whether a path leads into an archive.
fn is_in_archive(path: &str) -> bool {
    parent(path).ends_with(".zip")
}

fn destination(call: &Call<'_>) -> Result<String, Refusal> {
    let folder = call.path("dest")?.unwrap_or_else(|| "/".to_owned());
    if call.disk.is_folder(&folder) { Ok(folder) } else { not_writeable(&folder) }
}

pub(super) fn label(node: &Node) -> &'static str {
    if node.is_file() { "file" } else { "folder" }
}

/// Changes the permissions of the selected nodes, and with `recursive=on` of those below.
pub(super) fn chmod(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let value = call.text("chmod_value").unwrap_or_default().to_owned();
    let Ok(mode) = u32::from_str_radix(&value, 8) else {
        return error("Invalid permissions");
    };
    let recursive = call.text("recursive") == Some("on");
    let mut count = 0;
    for path in selection.paths() {
        let Some(node) = call.disk.get_mut(path) else {
            return error(format!("Cannot find file {path}"));
        };
        count += set_mode(node, mode, recursive);
    }
    let updated = selection.paths().iter().flat_map(|path| call.changed(path, None)).collect();
    let message =
        format!("Successfully changed permission to {value} for {count} files or folders");
    if count == 0 && call.dialect().has_old_nodes {
        let elements = vec![Element::new("nodes_diff")];
        return Ok(Envelope { elements, ..Envelope::success(message) }.into());
    }
    Ok(Envelope { updated, ..Envelope::success(message) }.into())
}

fn set_mode(node: &mut Node, mode: u32, recursive: bool) -> usize {
    node.mode = mode & 0o7777;
    match &mut node.content {
        Content::Folder(children) if recursive => {
            1 + children.values_mut().map(|child| set_mode(child, mode, true)).sum::<usize>()
        }
        _ => 1,
    }
}
