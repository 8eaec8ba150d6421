//! Files as viewers read them: pictures, sound, films and office documents.

use bytes::Bytes;
use http::header::RANGE;
use serde_json::{Value, json};

use super::{Answer, Call, Outcome, Refusal, error, html, json, not_writeable};
use crate::{
    envelope::{Envelope, json_reply},
    identifiers::md5_hex,
    names::{base, join},
    php::json_encode,
    reply::Reply,
};

/// Returns the content of the selected file.
fn file(call: &Call<'_>) -> Option<(String, Bytes)> {
    let path = call.path("file").ok()??;
    let content = call.disk.get(&path)?.bytes()?.clone();
    Some((path, content))
}

fn extension(path: &str) -> String {
    base(path).rsplit('.').next().unwrap_or_default().to_lowercase()
}

/// Sends a file to a browser, as the type that its name ends in: HTML as plain text.
pub(super) fn open_file(call: Call<'_>) -> Answer {
    let id = call.text("repository_id").unwrap_or_default();
    let workspace = call.world.workspace(&call.user, id);
    if !workspace.is_some_and(|other| call.world.people.may_enter(&call.user, &other)) {
        return Err(Refusal::NoLogin);
    }
    let Some((path, content)) = file(&call) else { return error("File does not exist") };
    let name = base(&path);
    let kind = match &*extension(&path) {
        "txt" => format!("text/plain; charset=us-ascii; name=\"{name}\""),
        "html" | "htm" => format!("text/plain; name=\"{name}\";charset=UTF-8"),
        "jpg" | "jpeg" => format!("image/jpeg; charset=binary; name=\"{name}\""),
        _ => format!("application/octet-stream; name=\"{name}\""),
    };
    let reply = Reply::new(200, &kind, content).header("Cache-Control", "public");
    let disposition = format!("inline; filename=\"{name}\"");
    Ok(Outcome::Reply(reply.header("Content-Disposition", disposition)))
}

/// Sends the whole of a sound file as a part, whatever range was asked for.
pub(super) fn audio_proxy(call: Call<'_>) -> Answer {
    let Some((path, content)) = file(&call) else {
        return error("Cannot find repository with this id!");
    };
    let kind = format!("audio/{}; name=\"{}\"", extension(&path), base(&path));
    let length = content.len();
    let range = format!("bytes 0-{}/{length}", length.saturating_sub(1));
    Ok(Outcome::Reply(Reply::new(206, &kind, content).header("Content-Range", range)))
}

/// Sends a film or a part of it; the end of the range is included.
pub(super) fn read_video_data(call: Call<'_>) -> Answer {
    let Some((path, content)) = file(&call) else { return error("Cannot find file!") };
    let kind = video_type(base(&path));
    let length = content.len();
    let range = call.headers.get(RANGE).and_then(|range| range.to_str().ok());
    let range = range.and_then(|range| range.strip_prefix("bytes=")?.split_once('-'));
    let Some((start, end)) = range else {
        let range = format!("bytes 0-{}/{length};", length.saturating_sub(1));
        let reply = Reply::new(200, &kind, content).header("Cache-Control", "public");
        return Ok(Outcome::Reply(reply.header("Content-Range", range)));
    };
    let start = start.parse().unwrap_or(0).min(length);
    let end = end.parse().map_or(length, |end: usize| end.saturating_add(1)).clamp(start, length);
    let range = format!("bytes {start}-{}/{length}", end.saturating_sub(1));
    let reply = Reply::new(206, &kind, content.slice(start..end));
    Ok(Outcome::Reply(reply.header("Accept-Ranges", "bytes").header("Content-Range", range)))
}

/// Returns the type of a film by the end of its name, in lower case only; that of PHP for others.
fn video_type(name: &str) -> String {
    let kind = match name.rsplit('.').next().unwrap_or_default() {
        "ogv" => "ogg",
        "mp4" => "mp4",
        "m4v" => "x-m4v",
        "webm" => "webm",
        _ => return "text/html; charset=UTF-8".to_owned(),
    };
    format!("video/{kind}; name=\"{name}\"")
}

/// The content of a picture of a page.
const PICTURE: &[u8] = b"\xff\xd8\xff\xd9";

fn picture(name: &str) -> Answer {
    let reply = Reply::new(200, &format!("image/jpeg; name=\"{name}\""), PICTURE);
    Ok(Outcome::Reply(reply.header("Cache-Control", "public")))
}

/// Sends the first page of a document as a picture, or with `all` the list of its pages: here one.
pub(super) fn imagick_data_proxy(call: Call<'_>) -> Answer {
    let Some((path, _)) = file(&call) else { return error("Cannot find file!") };
    if !call.parameters.has("all") {
        return picture(base(&path));
    }
    let page = format!("{}-0.jpg", md5_hex(path.as_bytes()));
    let rest = format!("/get_extracted_page/{page}{path}");
    json(json_encode(&json!([{"file": page, "width": 2066, "height": 2924, "rest": rest}])))
}

/// Sends a page of a document as a picture, whatever its name.
pub(super) fn get_extracted_page(call: Call<'_>) -> Answer {
    picture(call.text("file").map(base).unwrap_or_default())
}

/// The tags of a picture, by their section.
fn tags(path: &str, content: &Bytes) -> Vec<(&'static str, Vec<(&'static str, String)>)> {
    let file = vec![
        ("FileName", base(path).to_owned()),
        ("FileSize", content.len().to_string()),
        ("FileType", "2".to_owned()),
        ("MimeType", "image/jpeg".to_owned()),
    ];
    let computed = vec![("Height", "12".to_owned()), ("Width", "16".to_owned())];
    vec![("FILE", file), ("COMPUTED", computed)]
}

/// Returns the tags of a picture, empty for other files. `format` in the path is ignored.
pub(super) fn extract_exif(call: Call<'_>) -> Answer {
    let is_picture = |path: &String| matches!(&*extension(path), "jpg" | "jpeg");
    let Some((path, content)) = file(&call).filter(|(path, _)| is_picture(path)) else {
        return Ok(Outcome::Reply(Reply::empty()));
    };
    let sections = tags(&path, &content);
    if call.asks_json() {
        let sections = sections.into_iter().map(|(section, tags)| {
            let tags = tags.into_iter().map(|(name, value)| (name.to_owned(), value.into()));
            (section.to_owned(), Value::Object(tags.collect()))
        });
        return Ok(Outcome::Reply(json_reply(json_encode(&Value::Object(sections.collect())))));
    }
    let sections = sections.into_iter().map(|(section, tags)| {
        let tags = tags.into_iter();
        let tags = tags.map(|(n, v)| format!("<exifTag name=\"{n}\">{v}</exifTag>"));
        format!("<exifSection name='{section}'>{}</exifSection>", tags.collect::<String>())
    });
    let sections: String = sections.collect();
    Ok(Outcome::Reply(crate::envelope::xml_reply(&format!("<tree >{sections}</tree>"))))
}

/// The formats of empty documents, with their names.
const FORMATS: [(&str, &str); 10] = [
    ("xlsx", "Workbook"),
    ("xls", "Workbook of older versions"),
    ("pptx", "Slides"),
    ("docx", "Document"),
    ("doc", "Document of older versions"),
    ("odg", "Open drawing"),
    ("odp", "Open presentation"),
    ("ods", "Open spreadsheet"),
    ("odt", "Open text document"),
    ("rtf", "Rich text"),
];

pub(super) fn libreoffice_formats(_: Call<'_>) -> Answer {
    let formats = FORMATS.map(|(format, label)| (format.to_owned(), Value::from(label)));
    json(json_encode(&Value::Object(formats.into_iter().collect())))
}

/// Creates an empty document.
pub(super) fn libreoffice_make_empty(call: Call<'_>) -> Answer {
    let format = call.text("format").unwrap_or_default().to_owned();
    if !FORMATS.iter().any(|(known, _)| *known == format) {
        return error(format!("Cannot find template for format {format}"));
    }
    let folder = call.path("dir")?.unwrap_or_else(|| "/".to_owned());
    let path = call.disk.free(&folder, &format!("Untitled Document.{format}"));
    if !call.disk.write(&path, "empty") {
        return not_writeable(&join(&folder, ""));
    }
    let added = call.changed(&path, None);
    let message = format!("The file {} has been created in {folder}", base(&path));
    Ok(Envelope { added, ..Envelope::success(message) }.into())
}

/// Returns the address of a document for an office in the browser.
pub(super) fn libreoffice_file_url(call: Call<'_>) -> Answer {
    let Some((path, _)) = file(&call) else { return error("Cannot find file!") };
    let permission = if call.may_write() { "edit" } else { "readonly" };
    let answer = json!({
        "host": call.world.url,
        "uri": format!("/wopi/files/{}{path}", call.workspace.id),
        "jwt": call.world.ids.token(32),
        "permission": permission,
    });
    Ok(Outcome::Reply(json_reply(json_encode(&answer))))
}

/// Returns the address of a user's picture, by the digest of the mail address if there is one.
pub(super) fn get_avatar_url(call: Call<'_>) -> Answer {
    let user = call.text("userid").and_then(|login| call.world.people.users.get(login));
    let email = user.map(|user| user.own.parameter("email").unwrap_or(&user.login));
    let digest = email.map(|email| md5_hex(email.as_bytes())).unwrap_or_default();
    let url = format!("https://pictures.example.org/{digest}?s=80");
    html(url)
}

/// Asks a time stamp service, of which none is configured.
pub(super) fn get_timestamp(_: Call<'_>) -> Answer {
    error("The time stamp service is not configured")
}
