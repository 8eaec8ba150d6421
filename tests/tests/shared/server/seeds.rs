//! Derives the files on the disk from a recorded response.

use pydio_tests::{
    Server, Version,
    recordings::{Recorded, Recording},
};
use quick_xml::{Reader, events::Event};
use serde_json::Value;

use super::comparison::decode;

/// A node in a response.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Shown {
    path: String,
    size: usize,
    is_file: bool,
    original: Option<String>,
    place: Place,
}

/// Where a response contains a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Listed,
    Added,
    Updated,
    Removed,
}

/// The size of the largest file that is created.
const LARGEST: usize = 20 << 20;

/// Creates the nodes of a recorded exchange on the disks of a server.
pub(crate) fn prepare(version: Version, server: &Server, recording: &Recording) {
    let disk = disk(recording);
    let seeds = Seeds { server, disk: &disk };
    let shown = shown(&recording.response);
    let sources = sources(version, recording);
    let mut added = 0;
    for node in &shown {
        match (node.place, &node.original) {
            (Place::Added, _) => {
                seeds.folder_above(&node.path);
                if let Some(source) = sources.get(added).filter(|_| is_copy(recording)) {
                    seeds.put(source, node);
                }
                added += 1;
            }
            // Only nodes deleted through Pydio can be restored.
            (Place::Updated, Some(original)) if original.starts_with("/recycle_bin/") => {}
            (Place::Updated, Some(original)) => {
                seeds.folder_above(&node.path);
                seeds.put(original, node);
            }
            _ => seeds.put(&node.path, node),
        }
    }
    stats(&seeds, recording, &sources);
    existing(&seeds, recording, &sources);
    downloads(&seeds, recording, &sources);
}

struct Seeds<'s> {
    server: &'s Server,
    disk: &'s str,
}

impl Seeds<'_> {
    fn put(&self, path: &str, node: &Shown) {
        match node.is_file {
            true if node.size <= LARGEST => {
                self.server.put(self.disk, path, "x".repeat(node.size));
            }
            true => {}
            false => self.server.folder(self.disk, path),
        }
    }

    fn folder_above(&self, path: &str) {
        let (folder, _) = path.rsplit_once('/').unwrap_or_default();
        self.server.folder(self.disk, folder);
    }
}

/// The slugs of the workspaces other than `common`, by their recorded ids.
const OTHERS: [(&str, &str); 4] = [
    ("7df44a7e68b9c0e4dc2ea69a396ed10b", "svnws"),
    ("aefa7f55bf8793bb59ff648f07f5e939", "mysqlws"),
    ("d953520bb1acf99e7d63bc64a80897f4", "gitws"),
    ("tmp_repository_id=inbox", "inbox"),
];

/// Returns the disk that a request uses.
fn disk(recording: &Recording) -> String {
    let path = recording.target.split('?').next().unwrap_or_default();
    let mut names = path.trim_start_matches('/').split('/');
    let body = String::from_utf8_lossy(&recording.body);
    let named = OTHERS.iter().find(|(id, _)| recording.target.contains(id) || body.contains(id));
    if let (Some((_, slug)), false) = (named, path.starts_with("/api/")) {
        return (*slug).to_owned();
    }
    let workspace = match (names.next(), names.next(), names.next(), names.next()) {
        (Some("api"), Some("v2"), Some("fs" | "io" | "workspaces"), Some(name)) => name,
        (Some("api"), Some("v2"), ..) => "common",
        (Some("api"), Some(name), ..) => name,
        _ if recording.target.contains("tmp_repository_id=1") => "my-files",
        _ if recording.body.windows(19).any(|w| w == b"tmp_repository_id=1") => "my-files",
        _ if recording.name.ends_with("11_upload") => "my-files",
        _ => "common",
    };
    match workspace {
        "my-files" => format!("my-files/{}", recording.user.as_deref().unwrap_or("alice")),
        "pydio" => "default".to_owned(),
        id if id.len() == 32 => "common".to_owned(),
        slug => slug.to_owned(),
    }
}

/// Returns the paths that a request names, in any parameter.
pub(crate) fn sources(version: Version, recording: &Recording) -> Vec<String> {
    let (path, query) = recording.target.split_once('?').unwrap_or((&recording.target, ""));
    let body = String::from_utf8_lossy(&recording.body).into_owned();
    let fields = url::form_urlencoded::parse(query.as_bytes());
    let fields = fields.chain(url::form_urlencoded::parse(body.as_bytes()));
    let mut found = Vec::new();
    for (name, value) in fields {
        match &*name {
            "copy_source" => found.extend(value.split_once('/').map(|(_, path)| path.to_owned())),
            "nodes[]" => found.push(value.into_owned()),
            name if name == "file" || name.starts_with("file_") => found.push(value.into_owned()),
            _ => {}
        }
    }
    let steps = if path.starts_with("/api/v2/") { 4 } else { 3 };
    let rest = path.trim_start_matches('/').splitn(steps + 1, '/').nth(steps);
    let rest = rest.map(|path| read(version, path));
    found.extend(rest.filter(|path| !path.is_empty()));
    let rooted = found.iter().map(|path| format!("/{}", path.trim_start_matches('/')));
    rooted.collect()
}

/// Returns the path that a generation reads in a target.
fn read(version: Version, path: &str) -> String {
    if version <= Version::V6_4 {
        return decode(&path.replace('+', " "));
    }
    // A `?` ends the path, even an encoded one.
    let path = decode(path);
    let path = path.split('?').next().unwrap_or_default();
    match version {
        Version::V6_5 | Version::V7_0_3 => decode(&path.replace('+', " ")),
        _ => path.to_owned(),
    }
}

fn is_copy(recording: &Recording) -> bool {
    recording.target.contains("/copy") || recording.target.contains("copy_source")
}

/// Creates the nodes with a `stat`.
fn stats(seeds: &Seeds<'_>, recording: &Recording, sources: &[String]) {
    let Ok(Value::Object(answer)) = serde_json::from_slice(&recording.response.body) else {
        return;
    };
    let is_stat = |value: &Value| value["nlink"].is_u64() && value["mode"].is_u64();
    let put = |path: &str, value: &Value| {
        let is_file = value["mode"].as_u64().unwrap_or(0) & 0o170_000 == 0o100_000;
        let size = value["size"].as_u64().and_then(|n| n.try_into().ok()).unwrap_or(0);
        let path = path.to_owned();
        let node = Shown { path, size, is_file, original: None, place: Place::Listed };
        seeds.put(&node.path, &node);
    };
    let one = Value::Object(answer.clone());
    match sources.first() {
        Some(path) if is_stat(&one) => put(path, &one),
        _ => {
            let several = answer.iter().filter(|(_, value)| is_stat(value));
            several.for_each(|(path, value)| put(path, value));
        }
    }
}

/// Creates nodes that block an action, or that were refused for a reason other than being missing.
fn existing(seeds: &Seeds<'_>, recording: &Recording, sources: &[String]) {
    let text = String::from_utf8_lossy(&recording.response.body).into_owned();
    let Some(path) = sources.first() else { return };
    match () {
        () if text.contains("This directory already exists")
            && !path.starts_with("/recycle_bin/") =>
        {
            seeds.server.folder(seeds.disk, path);
        }
        () if text.contains("This file already exists") => seeds.server.put(seeds.disk, path, ""),
        () if text.contains("already exists  (names") => {
            let (_, rest) = text.split_once(">/").unwrap_or_default();
            let taken = rest.split(" already").next().unwrap_or_default();
            seeds.server.put(seeds.disk, taken, "");
            seeds.server.put(seeds.disk, path, "");
        }
        () => {}
    }
}

/// Creates files that were downloaded or read as text.
fn downloads(seeds: &Seeds<'_>, recording: &Recording, sources: &[String]) {
    let answer = &recording.response;
    let Some(path) = sources.first() else { return };
    let kind = answer.header("content-type").unwrap_or_default();
    let range = answer.header("content-range").and_then(|range| range.rsplit('/').next());
    let size = range.and_then(|size| size.trim_end_matches(';').parse::<usize>().ok());
    let is_file = kind.starts_with("application/force-download")
        || (kind.starts_with("text/plain") && recording.target.contains("get_content"))
        || kind.starts_with("image/")
        || answer.status == 206;
    match size {
        _ if !is_file || kind.contains(".zip") => {}
        Some(size) if size <= LARGEST => {
            seeds.server.put(seeds.disk, path, "x".repeat(size));
        }
        Some(_) => {}
        None => seeds.server.put(seeds.disk, path, &answer.body),
    }
}

fn shown(answer: &Recorded) -> Vec<Shown> {
    let text = String::from_utf8_lossy(&answer.body);
    match serde_json::from_str::<Value>(&text) {
        Ok(json) => {
            let mut found = Vec::new();
            in_json(&json, Place::Listed, &mut found);
            found
        }
        Err(_) => in_xml(&text),
    }
}

fn in_json(json: &Value, place: Place, found: &mut Vec<Shown>) {
    match json {
        Value::Object(fields) => {
            let text = |name: &str| fields.get(name).and_then(Value::as_str).map(str::to_owned);
            if let (Some(path), Some(kind)) = (text("path"), text("type"))
                && fields.contains_key("ajxp_modiftime")
            {
                let size = fields.get("bytesize").and_then(Value::as_u64).unwrap_or(0);
                let size = size.try_into().unwrap_or(usize::MAX);
                let original = text("original_path");
                found.push(Shown { path, size, is_file: kind == "leaf", original, place });
            }
            for (name, value) in fields {
                let place = match &**name {
                    "add" => Place::Added,
                    "update" => Place::Updated,
                    "remove" => Place::Removed,
                    _ => place,
                };
                in_json(value, place, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| in_json(value, place, found)),
        _ => {}
    }
}

fn in_xml(text: &str) -> Vec<Shown> {
    let mut reader = Reader::from_str(text);
    let (mut found, mut place) = (Vec::new(), Place::Listed);
    while let Ok(event) = reader.read_event() {
        let (Event::Start(start) | Event::Empty(start)) = event else {
            if matches!(event, Event::Eof) {
                break;
            }
            continue;
        };
        match start.name().as_ref() {
            "add" => place = Place::Added,
            "update" => place = Place::Updated,
            "remove" => place = Place::Removed,
            "tree" => {
                let attribute = |name: &str| {
                    let mut all = start.html_attributes().filter_map(Result::ok);
                    let found = all.find(|attribute| attribute.key.as_ref() == name)?;
                    let value = found.value.into_owned();
                    Some(value.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">"))
                        .map(|value| value.replace("&amp;", "&"))
                };
                let (Some(path), Some(_)) = (attribute("filename"), attribute("ajxp_modiftime"))
                else {
                    continue;
                };
                let size = attribute("bytesize").and_then(|size| size.parse().ok()).unwrap_or(0);
                let is_file = attribute("is_file").as_deref() == Some("true");
                let original = attribute("original_path");
                found.push(Shown { path, size, is_file, original, place });
            }
            _ => {}
        }
    }
    found
}
