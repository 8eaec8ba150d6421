//! Downloads in parts: `prepare_chunk_dl` and `download_chunk`. The prepared download is stored in
//! the session, so it has no effect over REST.

use serde_json::json;

use super::{Answer, Call, Outcome, content::attachment, error, json};
use crate::{envelope::json_reply, names::base, reply::Reply, session::Download};

/// Prepares a file, and returns the size of its parts. The path is ignored; without `file` it is
/// the root.
pub(super) fn prepare_chunk_dl(call: Call<'_>) -> Answer {
    let parts: usize = call.text("chunk_count").and_then(|n| n.parse().ok()).unwrap_or(1);
    let parts = parts.max(1);
    let selection = call.selection()?;
    let path = selection.first().to_owned();
    let Some(node) = call.disk.get(&path) else { return error("Cannot find file!") };
    let size = node.bytes().map_or(4096, |bytes| bytes.len());
    let name = match base(&path) {
        "" => format!("{}@{}", call.user.login, call.workspace.id),
        name => name.to_owned(),
    };
    let id = format!("chunk_file_{}", call.world.ids.hex(32));
    if let Some(cookie) = &call.input.session {
        let session = call.world.sessions.get(cookie);
        session.downloads.insert(id.clone(), Download { path, parts });
    }
    let answer = json!({
        "localname": name,
        "chunk_count": parts,
        "chunk_size": size / parts,
        "total_size": size,
        "file_id": id,
    });
    Ok(Outcome::Reply(json_reply(answer.to_string())))
}

/// Sends a part; the last one includes the remainder.
pub(super) fn download_chunk(call: Call<'_>) -> Answer {
    let index: usize = call.text("chunk_index").and_then(|n| n.parse().ok()).unwrap_or(0);
    let id = call.parameters.text("file_id").unwrap_or_default();
    let session = call.input.session.as_ref().map(|cookie| call.world.sessions.get(cookie));
    let Some(download) = session.and_then(|session| session.downloads.get(id).cloned()) else {
        return match call.dialect().reports_missing_parts {
            true => error("File  not found!"),
            false => Ok(Outcome::Reply(Reply::empty())),
        };
    };
    let Some(content) = call.disk.get(&download.path).and_then(|node| node.bytes()) else {
        return json("[]");
    };
    let size = content.len() / download.parts;
    let start = (size * index).min(content.len());
    let end = if index + 1 >= download.parts { content.len() } else { start + size };
    let name = format!("{}.{:03}", base(&download.path), index + 1);
    Ok(Outcome::Reply(attachment(call.dialect(), &name, content.slice(start..end))))
}
