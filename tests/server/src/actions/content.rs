//! The content of files: `download`, `get_content` and `put_content`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::header::RANGE;

use super::{Answer, Call, Outcome, Refusal, error, plain};
use crate::{
    dialect::Dialect,
    envelope::Envelope,
    names::{base, parent},
    pack,
    reply::Reply,
};

const LAST_MODIFIED: &str = "Mon, 23 Nov 2026 09:15:57 GMT";

/// Sends a file or a part of it; sends several nodes or a folder as a zip.
pub(super) fn download(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    if selection.paths().iter().any(|path| call.disk.get(path).is_none()) {
        return error("Cannot find file!");
    }
    let file = match selection.paths() {
        [one] => call.disk.get(one).and_then(|node| node.bytes()),
        _ => None,
    };
    let Some(content) = file else {
        // An archive of several nodes is named after their folder.
        let named = match selection.paths() {
            [one] => base(one),
            _ => base(parent(selection.first())),
        };
        let name = if named.is_empty() { "Files" } else { named };
        let name = call.text("archive_name").map_or(format!("{name}.zip"), str::to_owned);
        let content = pack::zip(call.disk, selection.paths(), false);
        return Ok(Outcome::Reply(attachment(call.dialect(), &name, content.into())));
    };
    // Send as much as the cached size: a file that grew outside the server is truncated.
    let cached = call.disk.get(selection.first());
    let cached = cached.and_then(|node| call.disk.cached(selection.first(), node).bytes());
    let announced = cached.map_or(content.len(), Bytes::len);
    let content = content.slice(..content.len().min(announced));
    let range = call.headers.get(RANGE).and_then(|range| range.to_str().ok());
    let range = range.and_then(|range| range.strip_prefix("bytes="));
    // A file that shrank is announced at its old size, and its body breaks off.
    let old = match announced - content.len() {
        0 => content.clone(),
        lost => [&content[..], &vec![0; lost]].concat().into(),
    };
    let (start, mut reply) = match range {
        Some(range) => {
            (bounds(call.dialect(), range, announced).0, part(call.dialect(), &old, range))
        }
        None => (0, attachment(call.dialect(), base(selection.first()), old)),
    };
    let length = reply.body.len();
    reply.body.truncate(content.len().saturating_sub(start));
    Ok(Outcome::Reply(reply.announce(length)))
}

/// Returns a whole file with the headers as recorded, including the stray `;`.
pub(super) fn attachment(dialect: &Dialect, name: &str, content: Bytes) -> Reply {
    let length = content.len();
    let reply = Reply::new(200, &format!("application/force-download; name=\"{name}\""), content);
    let reply = acceptance(dialect, reply, length).header("Content-Transfer-Encoding", "binary");
    let reply = match length.checked_sub(1) {
        Some(last) => reply.header("Content-Range", format!("bytes 0-{last}/{length};")),
        None => reply,
    };
    reply
        .header("Content-Disposition", format!("attachment; filename=\"{name}\""))
        .header("Expires", "0")
        .header("Cache-Control", "no-cache, must-revalidate")
        .header("Pragma", "no-cache")
}

/// Adds which ranges of a file of that length are accepted, and when it was changed.
fn acceptance(dialect: &Dialect, reply: Reply, length: usize) -> Reply {
    if dialect.has_old_downloads {
        return reply.header("Accept-Ranges", format!("0-{length}"));
    }
    reply.header("Accept-Ranges", "bytes").header("Last-Modified", LAST_MODIFIED)
}

/// Returns a part of a file: the end of the range is excluded, and an invalid range returns the
/// whole file.
fn part(dialect: &Dialect, content: &Bytes, range: &str) -> Reply {
    let length = content.len();
    let (start, end) = bounds(dialect, range, length);
    let part = content.slice(start.min(length)..end.clamp(start.min(length), length));
    let last = match (dialect.has_old_downloads, start < length) {
        (true, _) => end.min(length),
        (false, true) => start + part.len().max(1) - 1,
        (false, false) => length.saturating_sub(1),
    };
    let mut reply = Reply::new(206, "text/html; charset=UTF-8", part);
    if !dialect.has_old_downloads {
        reply = public(reply);
    }
    acceptance(dialect, reply, length)
        .header("Content-Range", format!("bytes {start}-{last}/{length}"))
}

/// Lets anybody keep a copy.
fn public(reply: Reply) -> Reply {
    let caching = "public, must-revalidate, post-check=0, pre-check=0";
    reply.header("Pragma", "public").header("Cache-Control", caching)
}

/// Returns the start and end of a range as the server computes them: one that ends before it begins
/// has no end.
fn bounds(dialect: &Dialect, range: &str, length: usize) -> (usize, usize) {
    let range = range.split(',').next().unwrap_or_default();
    let Some((start, end)) = range.split_once('-') else { return (0, length) };
    let start = start.parse().unwrap_or(0);
    match end.parse() {
        Ok(0) | Err(_) => (start, length),
        Ok(_) if start > length => (start, start),
        Ok(end) if end < start || (end == start && dialect.has_old_downloads) => (start, length),
        Ok(end) => (start, end),
    }
}

/// Sends the text of a file. The path is ignored; without `file` the server opens the root, and
/// announces bytes that it never sends.
pub(super) fn get_content(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let plain = |content: Bytes| public(Reply::new(200, "text/plain;charset=UTF-8", content));
    match call.disk.get(selection.first()) {
        None => error("Cannot access file!"),
        Some(node) => Ok(Outcome::Reply(match node.bytes() {
            Some(content) => plain(content.clone()),
            None => plain(Bytes::new()).announce(4096),
        })),
    }
}

/// Replaces the text of a file that exists.
pub(super) fn put_content(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    if !call.parameters.has("content") {
        return Ok(Outcome::Reply(Reply::empty()));
    }
    let text = call.text("content").unwrap_or_default();
    let content = match call.text("encode") {
        Some("base64") => STANDARD.decode(text).unwrap_or_default(),
        _ => text.replace("&lt;", "<").into_bytes(),
    };
    let path = selection.first();
    let as_text = call.dialect().reports_content_as_text;
    if call.disk.content(path).is_none() {
        return match (as_text, call.disk.get(path)) {
            (false, _) => error(format!("File {path} is not writeable")),
            (true, None) => plain("1001"),
            (true, Some(_)) => plain("1002"),
        };
    }
    match call.unlocked(path).and_then(|()| call.room_for(content.len())) {
        Err(Refusal::Error(message)) if as_text => return plain(message),
        permitted => permitted?,
    }
    call.disk.write(path, content);
    let updated = call.changed(path, None);
    let message = "The file has been saved successfully";
    if as_text {
        return plain(message);
    }
    Ok(Envelope { updated, background: true, ..Envelope::success(message) }.into())
}

/// Sends a picture; sends it unchanged if it cannot be scaled down.
pub(super) fn preview(call: Call<'_>) -> Answer {
    let selection = call.selection()?;
    let path = selection.first();
    let kind = match &*path.rsplit('.').next().unwrap_or_default().to_lowercase() {
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        "bmp" => "image/bmp",
        "gif" => "image/gif",
        // The header then has no type.
        _ => "",
    };
    let kind = format!("{kind}; name=\"{}\"", base(path));
    let Some(node) = call.disk.get(path) else {
        return Ok(Outcome::Reply(Reply::new(200, &kind, "")));
    };
    let content = node.bytes().cloned().unwrap_or_default();
    Ok(Outcome::Reply(Reply::new(200, &kind, content).header("Cache-Control", "public")))
}

#[cfg(test)]
mod tests {
    use super::bounds;
    use crate::Version;

    #[test]
    fn the_end_of_a_range_is_excluded() {
        let length = |version: Version, range| {
            let (start, end) = bounds(version.dialect(), range, 20_000);
            end.min(20_000).saturating_sub(start)
        };
        for (range, expected) in [
            ("0-99", 99),
            ("100-199", 99),
            ("0-0", 20_000),
            ("-500", 500),
            ("19000-", 1000),
            ("19990-19999", 9),
            ("30000-30010", 0),
            ("19000-18000", 1000),
            ("abc", 20_000),
            ("0-99,200-299", 99),
        ] {
            for version in [Version::V7_0, Version::V8_2] {
                assert_eq!(length(version, range), expected, "{version:?} {range}");
            }
        }
        assert_eq!(length(Version::V7_0, "19000-19000"), 1000);
        assert_eq!(length(Version::V8_2, "19000-19000"), 0);
    }
}
