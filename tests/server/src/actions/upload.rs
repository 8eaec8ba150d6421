//! Uploads: the form of v1, the raw body of v2, and the check before an upload.

use bytes::Bytes;
use http::Method;

use super::{Answer, Call, Outcome, Refusal, error, html};
use crate::{
    dialect::Dialect,
    envelope::{Envelope, Format, xml_reply},
    names::{base, join, parent, uploaded, visible},
    php::{lossy, raw_url_decode},
    reply::Reply,
};

/// The properties of a file before it is stored.
struct Incoming {
    folder: String,
    name: String,
    content: Bytes,
    /// Whether to choose another name if the name is taken.
    renames: bool,
}

/// Why a file is refused: a message and a number, as text. Failures of PHP itself have no number,
/// and come in an envelope.
struct Refused(String, u16);

impl Refused {
    fn reply(self, dialect: &Dialect) -> Answer {
        if self.1 == 0 {
            return error(self.0);
        }
        let text = format!("{} ({})", self.0, self.1);
        match dialect.reports_uploads_as_html {
            true => html(text),
            false => Ok(Outcome::Reply(Reply::new(200, "text/plain; charset=UTF-8", text))),
        }
    }
}

/// Stores the files of a form. Without any of the fields that mark it as one, the server looks for
/// a raw body, and fails.
pub(super) fn upload(mut call: Call<'_>) -> Answer {
    let has = |name: &str| call.parameters.has(name);
    // Over REST, only the first of them marks a form.
    let marks = ["force_post", "xhr_uploader", "simple_uploader"];
    let marks = if call.input.is_rest { &marks[..1] } else { &marks };
    if !marks.iter().any(|name| has(name)) {
        if call.dialect().reports_uploads_as_html {
            let is_named = call.input.seen.method == Method::PUT && has("urlencoded_filename");
            return html(if is_named { "" } else { "Warning, missing headers!" });
        }
        return match call.headers.get("x-file-name") {
            Some(_) => error("Call to a member function getStream() on null"),
            None => error("Warning, missing either 'path' parameter or X-File-Name header."),
        };
    }
    let as_html = call.dialect().reports_uploads_as_html;
    let Some(file) = call.uploads.first() else {
        if as_html {
            return Ok(Outcome::Reply(xml_reply("<tree ></tree>")));
        }
        return Refused("Could not find any uploaded file".to_owned(), 411).reply(call.dialect());
    };
    if file.content.is_empty() {
        return Refused("You must select a file".to_owned(), 410).reply(call.dialect());
    }
    let folder = call.secure(call.text("dir").unwrap_or("/"))?;
    let encoded = call.text("urlencoded_filename");
    let name = encoded.map_or_else(|| file.name.clone(), decode);
    let Ok(name) = uploaded(call.dialect(), &name) else {
        let message = format!("{name} contains forbidden characters");
        return Refused(message, 411).reply(call.dialect());
    };
    let renames = has("auto_rename");
    let incoming = Incoming { folder, name, content: file.content.clone(), renames };
    if has("simple_uploader") {
        let page = "<html><script>parent.pydio.getController();</script></html>";
        return match store(&mut call, incoming) {
            Ok(_) => html(page),
            Err(refused) => refused.reply(call.dialect()),
        };
    }
    respond(call, incoming)
}

/// Stores the body as a file. Ignores the headers of the spec except for the presence of
/// `X-Rename-If-Exists`.
pub(super) fn upload_stream(call: Call<'_>) -> Answer {
    let seen = call.input.seen;
    if seen.header("content-type") == Some("application/json") {
        // PHP has already read the body, and waits for it until it is stopped.
        let path = call.parameters.raw("path").unwrap_or("/").to_owned();
        call.disk.write(&path, "");
        return Ok(Outcome::Reply(Reply::new(500, "text/html; charset=UTF-8", "")));
    }
    let path = call.path("path")?.unwrap_or_else(|| "/".to_owned());
    if seen.body.is_empty() {
        return Refused("You must select a file".to_owned(), 410).reply(call.dialect());
    }
    let is_partial = |name: &str| call.parameters.is_true(name);
    let header = |name: &str| seen.header(name).map(str::to_owned);
    let renames = seen.headers.contains_key("x-rename-if-exists");
    let incoming = Incoming {
        folder: parent(&path).to_owned(),
        name: base(&path).to_owned(),
        content: seen.body.clone(),
        renames,
    };
    let starts_by_header = header("x-partial-upload").as_deref() == Some("true");
    if starts_by_header && !is_partial("partial_upload") {
        let mut parameters = call.parameters.clone();
        parameters.set("partial_upload".to_owned(), "true".to_owned());
        let size = header("x-partial-target-bytesize").unwrap_or_default();
        parameters.set("partial_target_bytesize".to_owned(), size);
        return respond(Call { parameters: &parameters, ..call }, incoming);
    }
    respond(call, incoming)
}

fn decode(name: &str) -> String {
    let name = lossy(raw_url_decode(name.as_bytes()));
    base(&name).to_owned()
}

/// Stores a file and returns what changed, always in XML.
fn respond(mut call: Call<'_>, incoming: Incoming) -> Answer {
    let mut envelope = Envelope::default();
    match store(&mut call, incoming) {
        Ok(Some((path, true))) => envelope.added = call.changed(&path, None),
        Ok(Some((path, false))) => {
            let original = (!call.dialect().has_old_nodes).then_some(&*path);
            envelope.updated = call.changed(&path, original);
        }
        Ok(None) => return Ok(Outcome::Reply(xml_reply("<tree ></tree>"))),
        Err(refused) => return refused.reply(call.dialect()),
    }
    Ok(Outcome::Reply(envelope.reply(Format::Xml)))
}

/// Stores a file or a part of one; returns its final path, and whether it is new.
fn store(call: &mut Call<'_>, incoming: Incoming) -> Result<Option<(String, bool)>, Refused> {
    let Incoming { folder, name, content, renames } = incoming;
    if content.len() > call.world.settings.upload_limit {
        return Err(Refused("The file is larger than the server takes".to_owned(), 409));
    }
    if let Err(Refusal::Error(message)) = call.room_for(content.len()) {
        return Err(Refused(message, 507));
    }
    if !call.disk.is_folder(&folder) {
        let message = format!(
            "The directory {folder} is not writeable. There might be a permission problem, please \
             check with your administrator.."
        );
        return Err(Refused(message, 412));
    }
    let wanted = call.secure(&join(&folder, &name)).and_then(visible);
    let path = match wanted {
        Ok(path) => path,
        Err(bad) => {
            return Err(match Refusal::from(bad) {
                Refusal::Hidden(name) => Refused(format!("{name} Forbidden"), 411),
                Refusal::Error(message) => Refused(message, 411),
                Refusal::NoWriting | Refusal::NoLogin | Refusal::Never => {
                    Refused("Forbidden".to_owned(), 412)
                }
            });
        }
    };
    if let Err(Refusal::Error(message)) = call.unlocked(&path) {
        return Err(Refused(message, 412));
    }
    let target = call.text("appendto_urlencoded_part").map(|name| join(&folder, &decode(name)));
    let is_partial = call.parameters.is_true("partial_upload");
    let size: Option<usize> =
        call.text("partial_target_bytesize").and_then(|size| size.parse().ok());
    match (is_partial, target) {
        (true, target) => part(call, target, path, &content, size),
        (false, Some(target)) => {
            writable(call, &target)?;
            Ok(append(call, &target, &content).map(|()| (target, false)))
        }
        (false, None) => {
            let path = if renames { call.disk.free(&folder, &name) } else { path };
            writable(call, &path)?;
            let is_new = call.disk.get(&path).is_none();
            call.disk.write(&path, content);
            hashed(call, &path);
            Ok(Some((path, is_new)))
        }
    }
}

/// Returns an error if a folder, or a file that the server may not write, has that path.
fn writable(call: &Call<'_>, path: &str) -> Result<(), Refused> {
    let why = match call.disk.get(path) {
        Some(_) if call.disk.is_folder(path) => "Is a directory",
        Some(node) if node.mode & 0o200 == 0 => "Permission denied",
        _ => return Ok(()),
    };
    let disk = call.disk_name;
    let message = format!("fopen(/srv/pydio/data/{disk}{path}): failed to open stream: {why}");
    Err(Refused(message, 0))
}

/// Appends a part to `name.dlpart`, which is renamed when it is complete. A part for a missing file
/// is silently discarded, or begins a file if the cache still knows one.
fn part(
    call: &mut Call<'_>,
    target: Option<String>,
    path: String,
    content: &Bytes,
    size: Option<usize>,
) -> Result<Option<(String, bool)>, Refused> {
    let path = target.clone().unwrap_or(path);
    let partial = format!("{path}.dlpart");
    writable(call, &partial)?;
    let stale = call.disk.stale(&partial).map(|stale| stale.is_broken);
    call.disk.forget_stat(&partial);
    match (&target, stale) {
        (None, _) | (_, Some(false)) => {
            call.disk.write(&partial, content.clone());
        }
        (Some(_), Some(true)) => return Err(Refused(call.stat_failed(&partial), 0)),
        (Some(_), None) => {
            if append(call, &partial, content).is_none() {
                return Ok(None);
            }
        }
    }
    let length = call.disk.content(&partial).map(<[u8]>::len);
    if length.is_none() || length != size {
        return Ok(None);
    }
    let is_new = call.disk.get(&path).is_none();
    call.disk.remove(&path);
    call.disk.rename(&partial, &path);
    hashed(call, &path);
    if call.world.settings.caches_stats {
        call.disk.keep_stat(&partial, &path);
    }
    Ok(Some((path, is_new)))
}

fn append(call: &mut Call<'_>, path: &str, content: &Bytes) -> Option<()> {
    let whole = [call.disk.content(path)?, content].concat();
    call.disk.write(path, whole);
    hashed(call, path);
    Some(())
}

/// Notes that the hash of a stored file is known.
fn hashed(call: &mut Call<'_>, path: &str) {
    if let Some(node) = call.disk.get_mut(path) {
        node.notes.is_hashed = true;
    }
}

/// Returns whether an operation is possible, for instance storing that many bytes.
pub(super) fn apply_check_hook(call: Call<'_>) -> Answer {
    let more: usize = call.text("hook_arg").and_then(|size| size.parse().ok()).unwrap_or(0);
    call.room_for(more)?;
    Ok(Outcome::Reply(Reply::empty()))
}
