//! One exchange with a server: what was sent, and what was returned.

use std::path::{Component, Path};

use serde::Deserialize;
use serde_json::Value;

use super::fields::{self, Sent};

/// An exchange with a server. It holds no headers: credentials do not get any further than this.
#[derive(Clone, Debug)]
pub(crate) struct Exchange {
    /// Its name, for evidence: the path of its file, with `#` and a number in a HAR file.
    pub(crate) name: String,
    /// The method; empty for a call of the console.
    pub(crate) method: String,
    /// The path of the URL as sent, without the query; empty for a call of the console.
    pub(crate) path: String,
    /// The fields of the query and the form, or the options of a call of the console.
    pub(crate) sent: Vec<Sent>,
    /// Whether it asks for JSON where the server has a choice.
    pub(crate) wants_json: bool,
    /// The login of the user, if known. Values that are logins are not learnt.
    pub(crate) user: Option<String>,
    /// The response.
    pub(crate) response: Answer,
}

/// A response.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    /// The status; 0 for a call of the console.
    pub(crate) status: u16,
    /// The media type, with its parameters.
    pub(crate) content_type: String,
    /// Whether a header says that it is a file to save.
    pub(crate) is_attachment: bool,
    /// The body; `None` if it was not recorded.
    pub(crate) body: Option<Vec<u8>>,
}

/// A request as it was sent over HTTP.
#[derive(Debug, Default)]
pub(super) struct Http {
    pub(super) method: String,
    pub(super) url: String,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// The fields of a form that was recorded as fields.
    pub(super) fields: Vec<Sent>,
}

impl Exchange {
    /// Returns whether it was made with the program on the server, not over HTTP.
    pub(crate) fn is_console(&self) -> bool {
        self.path.is_empty()
    }

    /// Returns the value of the first field of that name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.sent.iter().find(|sent| sent.name == name).map(|sent| &*sent.value)
    }

    /// Creates an exchange over HTTP.
    pub(super) fn over_http(name: String, request: Http, response: Answer) -> Self {
        let Http { method, url, headers, body, fields } = request;
        let target = url
            .split_once("://")
            .map_or(&*url, |(_, rest)| rest.find('/').map_or("/", |at| &rest[at..]));
        let target = target.split('#').next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut sent = fields::encoded(query.as_bytes());
        sent.extend(fields);
        let content_type = header(&headers, "content-type").unwrap_or_default();
        sent.extend(fields::form(content_type, &body));
        let user = header(&headers, "authorization").and_then(fields::login);
        let is_json = |sent: &Sent| sent.name == "format" && sent.value == "json";
        let wants_json =
            header(&headers, "accept") == Some("application/json") || sent.iter().any(is_json);
        let path = if path.is_empty() { "/" } else { path }.to_owned();
        let method = method.to_ascii_uppercase();
        Self { name, method, path, sent, wants_json, user, response }
    }
}

/// Returns the value of a header.
pub(super) fn header<'h>(headers: &'h [(String, String)], name: &str) -> Option<&'h str> {
    let mut all = headers.iter();
    all.find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
}

/// Returns whether the headers of a response say that it is a file to save.
pub(super) fn is_attachment(headers: &[(String, String)]) -> bool {
    header(headers, "content-disposition").is_some_and(|value| value.contains("filename"))
}

/// A recorded exchange, in the form of this project's own recordings.
#[derive(Debug, Deserialize)]
pub(super) struct Recording {
    request: RecordedRequest,
    response: RecordedResponse,
}

#[derive(Debug, Deserialize)]
struct RecordedRequest {
    #[serde(default)]
    argv: Option<Vec<String>>,
    #[serde(default)]
    method: String,
    #[serde(default)]
    url: String,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    auth_user: Option<String>,
    #[serde(flatten)]
    body: RecordedBody,
}

#[derive(Debug, Deserialize)]
struct RecordedResponse {
    #[serde(default)]
    status: u16,
    #[serde(default)]
    content_type: Option<String>,
    #[serde(default)]
    headers: Vec<(String, String)>,
    #[serde(default)]
    transport_error: Option<Value>,
    #[serde(flatten)]
    body: RecordedBody,
}

#[derive(Debug, Deserialize)]
struct RecordedBody {
    #[serde(default)]
    body: Option<String>,
    #[serde(default)]
    body_file: Option<String>,
    #[serde(default)]
    body_omitted: Option<Value>,
}

impl Recording {
    /// Returns the exchange that is recorded in `file`, under the name of the file.
    pub(super) fn exchange(self, name: &str, file: &Path) -> Exchange {
        let Self { request, response } = self;
        if let Some(argv) = request.argv {
            return console(name, &argv);
        }
        let is_cut = response.transport_error.is_some();
        let content_type = response.content_type.as_deref();
        let content_type = content_type.or_else(|| header(&response.headers, "content-type"));
        let answer = Answer {
            status: response.status,
            content_type: content_type.unwrap_or_default().to_owned(),
            is_attachment: is_attachment(&response.headers),
            body: response.body.bytes(file).filter(|_| !is_cut),
        };
        let http = Http {
            method: request.method,
            url: request.url,
            headers: request.headers,
            body: request.body.bytes(file).unwrap_or_default(),
            fields: Vec::new(),
        };
        let exchange = Exchange::over_http(name.to_owned(), http, answer);
        Exchange { user: request.auth_user.or(exchange.user), ..exchange }
    }
}

impl RecordedBody {
    /// Returns the body; `None` if it was not recorded.
    fn bytes(self, recording: &Path) -> Option<Vec<u8>> {
        match (self.body, self.body_file) {
            (Some(text), _) => Some(text.into_bytes()),
            (None, Some(file)) => of_recording(recording, Path::new(&file)),
            (None, None) => self.body_omitted.is_none().then(Vec::new),
        }
    }
}

/// Reads a file that a recording names, relative to one of the folders that the recording is in.
fn of_recording(recording: &Path, file: &Path) -> Option<Vec<u8>> {
    if !file.components().all(|part| matches!(part, Component::Normal(_))) {
        return None;
    }
    recording.ancestors().skip(1).take(6).find_map(|folder| std::fs::read(folder.join(file)).ok())
}

/// Creates the exchange of a call of the console: its options are the fields.
fn console(name: &str, argv: &[String]) -> Exchange {
    let option = |word: &String| {
        let (name, value) = word.strip_prefix('-')?.split_once('=')?;
        let name = match name.strip_prefix('-') {
            Some(long) => long,
            None if name == "a" => "get_action",
            None if name == "r" => "tmp_repository_id",
            // The user, the password and similar fields.
            None => return None,
        };
        Some(Sent::text(name.to_owned(), value.to_owned()))
    };
    Exchange {
        name: name.to_owned(),
        method: String::new(),
        path: String::new(),
        sent: argv.iter().filter_map(option).collect(),
        wants_json: false,
        user: argv.iter().find_map(|word| word.strip_prefix("-u=")).map(str::to_owned),
        response: Answer::default(),
    }
}
