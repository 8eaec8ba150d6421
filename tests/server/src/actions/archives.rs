//! Archives other than those of `compress`, and files that the server fetches itself.

use super::{Answer, Call, Outcome, Refusal, error, html, tasks};
use crate::{
    envelope::Envelope,
    names::{base, join, parent},
    pack,
    reply::Reply,
    tasks::WorkKind,
};

/// Packs nodes into a tar. The task of an uncompressed one always fails.
pub(super) fn compression(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let kind = call.text("type_archive").unwrap_or_default();
    if !matches!(kind, "tar" | "tar.gz" | "tar.bz2") {
        return error("You can only compress in TAR, TAR.GZ or TAR.BZ2.");
    }
    let (action, label) = ("compression", "Compression");
    if kind != "tar.gz" {
        return tasks::start_in_vain(call, action, label);
    }
    let paths = selection.paths().to_vec();
    let named = format!("{}.tar.gz", base(selection.first()));
    let name = call.text("archive_name").unwrap_or(&named).to_owned();
    let archive = call.disk.free(parent(selection.first()), base(&name));
    tasks::start(call, action, label, WorkKind::Tar { paths, archive })
}

/// Unpacks a tar into a new folder next to it.
pub(super) fn extraction(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first().to_owned();
    let endings = [".tar", ".tar.gz", ".tar.bz2"];
    let Some(stem) = endings.iter().find_map(|ending| path.strip_suffix(ending)) else {
        return error("The selected file is neither a TAR  or a TAR.GZ or a TAR.BZ2 archive.");
    };
    let folder = call.disk.free(parent(&path), base(stem));
    tasks::start(call, "extraction", "Extraction", WorkKind::Untar { archive: path, folder })
}

/// Packs nodes into a zip outside the workspace, from where it is downloaded once.
pub(super) fn precompress(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let content = pack::zip(call.disk, selection.paths(), false);
    let id = call.world.ids.hex(10);
    call.world.prepared.insert(id, content.into());
    tasks::start_in_vain(call, "precompress", "Compress")
}

/// Sends a prepared zip, and deletes it.
pub(super) fn postcompress_download(call: Call<'_>) -> Answer {
    let id = call.parameters.text("ope_id").unwrap_or_default();
    let name = call.parameters.text("archive_name").map(base).unwrap_or_default();
    let Some(content) = call.world.prepared.remove(id) else {
        let script = "<script>alert('Cannot find corresponding archive for download!');</script>";
        return Ok(Outcome::Reply(Reply::new(200, "text/html;charset=UTF-8", script)));
    };
    Ok(Outcome::Reply(super::content::attachment(call.dialect(), name, content)))
}

/// Starts to fetch an address. This server never gets further than the beginning.
pub(super) fn external_download(call: Call<'_>) -> Answer {
    let name = download_name(&call)?;
    let folder = call.path("dir")?.unwrap_or_else(|| "/".to_owned());
    call.disk.write(&join(&folder, &format!("{name}.dlpart")), "");
    tasks::start_in_vain(call, "external_download", "Download")
}

/// Returns the name of the file that a call is about.
fn download_name(call: &Call<'_>) -> Result<String, Refusal> {
    match call.text("file").or(call.text("dlfile")) {
        Some(address) => Ok(base(address).to_owned()),
        None => error("Missing argument, either file or dlfile"),
    }
}

/// Returns how many bytes of a file have arrived, or that its download has ended.
pub(super) fn update_dl_data(call: Call<'_>) -> Answer {
    let name = download_name(&call)?;
    let folder = call.path("dir")?.unwrap_or_else(|| "/".to_owned());
    let content = call.disk.content(&join(&folder, &name));
    html(content.map_or("stop".to_owned(), |content| content.len().to_string()))
}

/// Ends a download; the response is empty if there is none.
pub(super) fn stop_dl(call: Call<'_>) -> Answer {
    let name = download_name(&call)?;
    let folder = call.path("dir")?.unwrap_or_else(|| "/".to_owned());
    match call.disk.remove(&join(&folder, &name)) {
        Some(_) => html("stop"),
        None => html(""),
    }
}

/// Joins the files `chunk_N` into one and deletes them, then fails. A missing one ends the file.
pub(super) fn upload_chunks_unify(call: Call<'_>) -> Answer {
    let folder = call.path("dir")?.unwrap_or_else(|| "/".to_owned());
    let name = call.text("file_name").map(base).unwrap_or_default().to_owned();
    let chunks = (0..).map_while(|n| call.text(&format!("chunk_{n}")));
    let chunks: Vec<_> = chunks.map(|chunk| join(&folder, base(chunk))).collect();
    let mut whole = Vec::new();
    for chunk in &chunks {
        let Some(content) = call.disk.content(chunk).map(<[u8]>::to_vec) else { break };
        whole.extend(content);
        call.disk.remove(chunk);
    }
    call.disk.write(&join(&folder, &name), whole);
    error("rtrim() expects parameter 1 to be string, resource given")
}

/// Writes a part of a file, and reports it as JSON-RPC.
pub(super) fn plupload(call: Call<'_>) -> Answer {
    let folder = call.path("dir")?.unwrap_or_else(|| "/".to_owned());
    let name = call.text("name").map(base).unwrap_or_default().to_owned();
    let sent = call.uploads.iter().find(|upload| upload.field == "file");
    let Some(upload) = sent else {
        return html(
            "{\"jsonrpc\" : \"2.0\", \"error\" : {\"code\": 103, \"message\": \"Failed to move \
             uploaded file.\"}, \"id\" : \"id\"}",
        );
    };
    let before = call.disk.content(&join(&folder, &name)).map(<[u8]>::to_vec);
    let is_first = call.text("chunk").unwrap_or("0") == "0";
    let before = before.filter(|_| !is_first).unwrap_or_default();
    call.disk.write(&join(&folder, &name), [&before[..], &upload.content].concat());
    html("{\"jsonrpc\" : \"2.0\", \"result\" : null, \"id\" : \"id\"}")
}

/// Encrypts a folder at the root of the workspace, or closes an encrypted one. Nothing is encrypted
/// here.
pub(super) fn cypher_folder(call: Call<'_>) -> Answer {
    let Some(path) = call.text("file").map(str::to_owned) else {
        return error("Please select a folder");
    };
    if parent(&path) != "/" || base(&path).is_empty() {
        return error("Please cypher only folders at the root of your repository");
    }
    Ok(Envelope { reload: vec![path], background: true, ..Envelope::default() }.into())
}

/// Opens an encrypted folder, and says so even if it does not exist.
pub(super) fn uncypher_folder(call: Call<'_>) -> Answer {
    let Some(path) = call.text("file").map(str::to_owned) else {
        return error("Please select a folder");
    };
    Ok(Envelope { reload: vec![path], ..Envelope::default() }.into())
}
