//! Exchanges recorded with a real server. They are stored outside the project: the tests that use
//! them are listed in the test target `shared`, and ignored if the recordings are missing.
//!
//! The newer ones are stored by release: `exchanges/8.2.5/v1/mail/send_mail`.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde_json::Value;

use crate::suite;

/// A recorded exchange over HTTP.
#[derive(Clone, Debug)]
pub struct Recording {
    /// Its file in the recordings folder, without `.json`: `v1/fs/ls_root_empty`.
    pub name: String,
    /// The user; `None` without credentials.
    pub user: Option<String>,
    /// The method.
    pub method: String,
    /// The target of the request line.
    pub target: String,
    /// The request headers, credentials masked.
    pub headers: Vec<(String, String)>,
    /// The request body; empty if it was too large to record.
    pub body: Vec<u8>,
    /// The response.
    pub response: Recorded,
}

/// A recorded response.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: Vec<(String, String)>,
    /// The body, credentials masked.
    pub body: Vec<u8>,
    /// The length of the body before credentials were masked; `None` if it was not recorded.
    pub length: Option<u64>,
    /// Whether the body broke off.
    pub is_cut: bool,
}

impl Recording {
    /// Returns the value of a request header.
    pub fn header(&self, name: &str) -> Option<&str> {
        value_of(&self.headers, name)
    }

    /// Returns whether it was sent to the access point of sessions rather than to an API.
    pub fn is_session(&self) -> bool {
        self.target.split('?').next() == Some("/index.php")
    }
}

impl Recorded {
    /// Returns an empty response of PHP's default type.
    pub fn empty() -> Self {
        let headers = vec![("Content-Type".to_owned(), "text/html".to_owned())];
        Self { status: 200, headers, body: Vec::new(), length: Some(0), is_cut: false }
    }

    /// Returns the value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        value_of(&self.headers, name)
    }
}

fn value_of<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    let header = headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    header.map(|(_, value)| &**value)
}

/// The folder of later exchanges, which are in the same form.
pub const EXCHANGES: &str = "exchanges/8.2.5/";

/// Returns the folder of the recordings, whether or not it exists.
pub fn root() -> PathBuf {
    suite::shared().join("recordings")
}

/// Returns the folder that bodies are relative to, and the rest of the name, which is below it.
fn folder(name: &str) -> (PathBuf, &str) {
    let of_release = name.strip_prefix("exchanges/").and_then(|rest| rest.split_once('/'));
    match of_release {
        Some((release, rest)) => (suite::shared().join("exchanges").join(release), rest),
        None => (root(), name),
    }
}

/// Reads the recording of that name.
///
/// # Errors
///
/// Returns an error if it does not exist or cannot be read.
pub fn read(name: &str) -> io::Result<Recording> {
    let (folder, rest) = folder(name);
    let path = folder.join(format!("{rest}.json"));
    let text = fs::read_to_string(&path)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    parse(name, &folder, &text)
        .map_err(|what| io::Error::new(io::ErrorKind::InvalidData, format!("{name}: {what}")))
}

/// Reads every recording below a folder, such as `v1`, `v1/encoding` or `exchanges/8.2.5/legacy`,
/// ordered by name.
///
/// # Errors
///
/// Returns an error if the folder does not exist or one cannot be read.
pub fn below(below: &str) -> io::Result<Vec<Recording>> {
    let (root, rest) = folder(below);
    let path = root.join(rest);
    let mut recordings = Vec::new();
    let entries = fs::read_dir(&path)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    for entry in entries {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{below}/{name}");
        if entry.file_type()?.is_dir() {
            recordings.extend(self::below(&path)?);
        } else if let Some(name) = path.strip_suffix(".json") {
            recordings.push(read(name)?);
        }
    }
    if recordings.is_empty() {
        let message = format!("{}: no recording", path.display());
        return Err(io::Error::new(io::ErrorKind::NotFound, message));
    }
    recordings.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(recordings)
}

/// Returns the releases before the newest one that exchanges were recorded with, in order.
///
/// # Errors
///
/// Returns an error if the folder of the exchanges does not exist.
pub fn releases() -> io::Result<Vec<String>> {
    let mut releases = Vec::new();
    for entry in fs::read_dir(suite::shared().join("exchanges"))? {
        let name = entry?.file_name().into_string().unwrap_or_default();
        let is_release =
            !name.is_empty() && name.split('.').all(|part| part.parse::<u32>().is_ok());
        if is_release && !EXCHANGES.contains(&name) {
            releases.push(name);
        }
    }
    releases.sort();
    Ok(releases)
}

fn parse(name: &str, folder: &Path, text: &str) -> Result<Recording, String> {
    let json: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let (request, response) = (&json["request"], &json["response"]);
    let text = |value: &Value, what: &str| {
        value.as_str().map(str::to_owned).ok_or_else(|| format!("no {what}"))
    };
    let url = text(&request["url"], "url")?;
    let (_, rest) = url.split_once("://").ok_or("no url")?;
    let target = rest.find('/').map_or("/", |at| &rest[at..]);
    let status = response["status"].as_u64().and_then(|status| status.try_into().ok());
    Ok(Recording {
        name: name.to_owned(),
        user: request["auth_user"].as_str().map(str::to_owned),
        method: text(&request["method"], "method")?,
        target: target.to_owned(),
        headers: headers(&request["headers"]),
        body: body(folder, request)?,
        response: Recorded {
            status: status.ok_or("no status")?,
            headers: headers(&response["headers"]),
            body: body(folder, response)?,
            length: response["body_length"].as_u64(),
            is_cut: response.get("transport_error").is_some(),
        },
    })
}

fn headers(json: &Value) -> Vec<(String, String)> {
    let pairs = json.as_array().into_iter().flatten();
    let pairs = pairs.filter_map(|pair| Some((pair[0].as_str()?, pair[1].as_str()?)));
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
}

fn body(folder: &Path, json: &Value) -> Result<Vec<u8>, String> {
    match (json["body"].as_str(), json["body_file"].as_str()) {
        (Some(body), _) => Ok(body.as_bytes().to_vec()),
        (None, Some(file)) => fs::read(folder.join(file)).map_err(|e| format!("{file}: {e}")),
        (None, None) => Ok(Vec::new()),
    }
}
