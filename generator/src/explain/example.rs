//! An example call: in Rust, and as sent.

use serde_json::Value as Json;

use super::{Message, Scene, form, wire};
use crate::{
    example::{self, Sent},
    ir::{Endpoint, Kind, Location, Method, Param, Style},
    shell,
};

/// The crate whose bindings the examples use.
const CRATE: &str = "pydio-client";

/// An example of a call.
pub(super) struct Example<'e> {
    endpoint: &'e Endpoint,
    /// The example; `None` where a value would contain itself without end.
    example: Option<example::Example>,
}

impl<'e> Example<'e> {
    /// Creates an example of an endpoint, as defined by `plugin` if one is requested.
    pub(super) fn new(scene: &Scene<'e>, index: usize, plugin: Option<&str>) -> Self {
        let Scene { api, names, .. } = *scene;
        let example = example::Example::new(api, names, index, plugin, CRATE);
        Self { endpoint: &api.endpoints[index], example }
    }

    /// Formats the call in Rust, as the documentation of the bindings shows it.
    pub(super) fn rust(&self) -> String {
        match &self.example {
            Some(example) => example.code().join("\n"),
            None => "no finite example of its types exists".to_owned(),
        }
    }

    fn sent(&self) -> impl Iterator<Item = (&'e Param, &Sent)> {
        let all = self.example.iter().flat_map(|example| &example.call.sent);
        all.map(|(index, sent)| (&self.endpoint.params[*index], sent))
    }

    /// Returns what is sent in some locations.
    fn pairs(&self, is_there: impl Fn(Location) -> bool) -> Vec<(String, String)> {
        let there = self.sent().filter(|(param, _)| is_there(param.location));
        there.flat_map(|(param, sent)| pairs(param, sent)).collect()
    }

    /// Returns the workspace that an action is called on.
    fn workspace(&self) -> &'e str {
        example::workspace(self.endpoint)
    }

    /// Returns the request over REST.
    pub(super) fn rest(&self) -> Option<Message> {
        let endpoint = self.endpoint;
        if !endpoint.rest {
            return None;
        }
        let url = if endpoint.is_action() { self.action_url() } else { self.operation_url() };
        let mut headers = self.pairs(|at| at == Location::Header);
        let cookies = self.pairs(|at| at == Location::Cookie);
        let cookies = cookies.iter().map(|(name, value)| format!("{name}={value}"));
        let cookies = cookies.collect::<Vec<_>>().join("; ");
        if !cookies.is_empty() {
            headers.push(("Cookie".to_owned(), cookies));
        }
        let is_sent = |param: &&Param| param.is_body() && param.required;
        let body = endpoint.params.iter().find(is_sent).map(|body| form::body(endpoint, body));
        let query = self.pairs(|at| at == Location::Query);
        let message = self.message(url, &query, &self.pairs(Location::is_form));
        Some(Message {
            headers: headers.iter().map(|(name, value)| format!("{name}: {value}")).collect(),
            body: body.or(message.body),
            ..message
        })
    }

    fn action_url(&self) -> String {
        let name = wire::segments(self.endpoint.sent_name(), false);
        let mut url = format!("/api/{}/{name}", self.workspace());
        let mut has_path = false;
        for (param, sent) in self.sent().filter(|(param, _)| param.location.is_path()) {
            url.push_str(&format!("/{}", segment(param, sent)));
            has_path = true;
        }
        if has_path { url } else { url + "/" }
    }

    fn operation_url(&self) -> String {
        let mut url = self.endpoint.full_path();
        for (param, sent) in self.sent().filter(|(param, _)| param.location.is_path()) {
            for name in [format!("{{{}+}}", param.name), format!("{{{}}}", param.name)] {
                url = url.replace(&name, &segment(param, sent));
            }
        }
        url
    }

    /// Creates a message with the fields in a form, or in the query of a GET. Files require a POST.
    fn message(
        &self,
        url: String,
        query: &[(String, String)],
        form: &[(String, String)],
    ) -> Message {
        let files: Vec<_> = self.sent().filter(|(param, _)| param.kind.is_file()).collect();
        let is_get = self.endpoint.is_action() && self.endpoint.method == Method::Get;
        let (query, form) = match is_get && files.is_empty() {
            true => ([query, form].concat(), String::new()),
            false => (query.to_vec(), wire::fields(form)),
        };
        let method = if is_get && !files.is_empty() { Method::Post } else { self.endpoint.method };
        let body = (!files.is_empty()).then(|| {
            let names: Vec<_> = files.iter().map(|(param, _)| &*param.name).collect();
            format!("multipart/form-data, with the file {}", names.join(", "))
        });
        Message {
            method: method.to_string(),
            url: match query.is_empty() {
                true => url,
                false => format!("{url}?{}", wire::fields(&query)),
            },
            headers: Vec::new(),
            form: Some(form).filter(|form| !form.is_empty()),
            body,
        }
    }

    /// Returns the request in a session.
    pub(super) fn session(&self) -> Message {
        let own = [
            ("get_action", self.endpoint.sent_name()),
            ("secure_token", "TOKEN"),
            ("tmp_repository_id", self.workspace()),
        ];
        let own = own.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let query = self.pairs(|at| at == Location::Query);
        let mut fields = self.pairs(|at| at != Location::Query);
        // The session sets these itself, and refuses a parameter of such a name.
        fields.retain(|(name, _)| own.iter().all(|(set, _)| set != name));
        let pairs = [own.to_vec(), fields].concat();
        self.message("/index.php".to_owned(), &query, &pairs)
    }

    /// Returns the call on the command line.
    pub(super) fn command_line(&self) -> String {
        if self.sent().any(|(param, _)| param.kind.is_file()) {
            return "not possible: the command line takes no files".to_owned();
        }
        let (name, workspace) = (self.endpoint.sent_name(), self.workspace());
        let mut line = format!("php cmd.php -u=alice -p=PASSWORD -r={workspace} -a={name}");
        for (name, value) in self.pairs(|_| true) {
            // The console reads lists only in the numbered form, and only of nodes.
            let name = match name.strip_suffix("[]") {
                Some("nodes") => "file",
                Some(_) => return "not possible: the command line takes no lists".to_owned(),
                None => &*name,
            };
            line.push_str(&format!(" {}", shell::option(name, &value)));
        }
        line
    }
}

/// Returns the fields that a parameter is sent as; a file has none.
fn pairs(param: &Param, sent: &Sent) -> Vec<(String, String)> {
    let name = param.wire_name();
    let value = match sent {
        Sent::Nothing | Sent::Files(_) | Sent::MediaType(_) => return Vec::new(),
        Sent::Fields(fields) => return fields.clone(),
        Sent::Value(_) if param.location == Location::Body => return Vec::new(),
        Sent::Value(value) => value,
    };
    let items: Vec<String> = match value {
        Json::Array(items) => items.iter().map(text).collect(),
        one => vec![text(one)],
    };
    let all = |name: &str| items.iter().map(|item| (name.to_owned(), item.clone())).collect();
    let one = |text: String| vec![(name.to_owned(), text)];
    match &param.style {
        Style::Json => one(value.to_string()),
        Style::EncodedTwice => one(wire::segments(&text(value), false)),
        Style::Brackets => all(&format!("{name}[]")),
        Style::Joined(separator) => one(items.join(&separator.to_string())),
        _ if param.kind == Kind::Nodes && param.style != Style::Numbered => {
            all(&format!("{name}[]"))
        }
        Style::Numbered if items.len() > 1 => {
            let item = |(index, item): (usize, &String)| (format!("{name}_{index}"), item.clone());
            items.iter().enumerate().map(item).collect()
        }
        _ => all(name),
    }
}

fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Formats the value of a path parameter in the URL.
fn segment(param: &Param, sent: &Sent) -> String {
    let pairs = pairs(param, sent);
    let value = pairs.first().map_or("", |(_, value)| value);
    wire::segments(value, param.location == Location::RestOfPath)
}
