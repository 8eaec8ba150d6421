//! What a running server reports about itself: the active plugins, with their actions.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde::Deserialize;

use super::Installation;
use crate::diagnostic::Diagnostic;

/// The list of all actions of a server has about 70 kB.
const MAX_ANSWER: u64 = 16 * 1024 * 1024;

/// A server with an administrator's login.
pub struct Server {
    url: String,
    authorization: String,
    agent: ureq::Agent,
}

/// An action as the server lists it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Listed {
    /// Its name on the wire.
    pub action: String,
    /// Whether the server implements it.
    #[serde(default)]
    server_processing: bool,
    #[serde(default)]
    parameters: Vec<ListedParameter>,
}

#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
struct ListedParameter {
    name: String,
    #[serde(default, rename = "type")]
    kind: String,
}

#[derive(Deserialize)]
struct List {
    #[serde(rename = "LIST")]
    list: BTreeMap<String, Vec<Listed>>,
}

#[derive(Deserialize)]
struct VersionInfo {
    version: String,
}

/// Refuses to send a password where anyone on the network path can read it, unless allowed.
///
/// # Errors
///
/// Returns an error when `url` is `http://` and leads to another machine.
pub fn refuse_plain(url: &str, is_allowed: bool) -> Result<(), Diagnostic> {
    let is_http = url.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    if !is_http || is_allowed || is_loopback(&url[7..]) {
        return Ok(());
    }
    let message =
        "the password would be sent over `http://`, where anyone on the network path can read it";
    Err(Diagnostic::error("plain-http", message)
        .help("use the server's `https://` URL, or pass `--allow-http`"))
}

/// Returns whether the part after the scheme of a URL leads to this machine.
fn is_loopback(rest: &str) -> bool {
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl Server {
    /// Creates a server for the `url` of its web interface.
    pub fn new(url: &str, login: &str, password: &str) -> Self {
        let pair = STANDARD.encode(format!("{login}:{password}"));
        let config = ureq::Agent::config_builder()
            .max_redirects(0)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(120)))
            .build();
        Self {
            url: url.trim_end_matches('/').trim_end_matches("/index.php").to_owned(),
            authorization: format!("Basic {pair}"),
            agent: config.into(),
        }
    }

    /// Asks the server for its version. Only its update plugin reports it.
    ///
    /// # Errors
    ///
    /// Returns an error when the server cannot be reached or does not accept the login.
    pub fn version(&self) -> Result<Option<String>, Diagnostic> {
        let text = self.get("get_version_info", "")?;
        Ok(serde_json::from_str::<VersionInfo>(&text).ok().map(|info| info.version))
    }

    /// Returns the active plugins with the actions that the server implements.
    ///
    /// # Errors
    ///
    /// Returns an error when the server cannot be reached, does not accept the login, or sends an
    /// unexpected response.
    pub fn active(&self) -> Result<BTreeMap<String, Vec<Listed>>, Diagnostic> {
        let text = self.get("list_all_plugins_actions", "")?;
        let mut list = serde_json::from_str::<List>(&text)
            .map_err(|error| {
                let message = format!("the list of actions is malformed: {error}");
                Diagnostic::error("live-answer", message)
                    .help("check that this is the login of an administrator")
            })?
            .list;
        list.values_mut().for_each(|actions| actions.retain(|action| action.server_processing));
        Ok(list)
    }

    /// Returns the manifest of a plugin, if the server provides one with actions.
    ///
    /// # Errors
    ///
    /// Returns an error when the server cannot be reached.
    pub fn manifest(&self, plugin: &str) -> Result<Option<String>, Diagnostic> {
        let text = self.get("get_plugin_manifest", plugin)?;
        let inner = text.trim().strip_prefix("<admin_data>");
        let inner = inner.and_then(|text| text.strip_suffix("</admin_data>"));
        Ok(inner.filter(|text| text.contains("<serverCallback")).map(str::to_owned))
    }

    fn get(&self, action: &str, parameter: &str) -> Result<String, Diagnostic> {
        let failed = |message: String| Diagnostic::error("live", format!("`{action}`: {message}"));
        let url = format!("{}/api/settings/{action}/{parameter}", self.url);
        let answer = self.agent.get(&url).header("Authorization", &self.authorization).call();
        let mut answer = answer.map_err(|error| {
            failed(error.to_string()).help(
                "check that the URL is that of the web interface, such as \
                 `https://files.example.org`, and that it is reachable from here",
            )
        })?;
        let status = answer.status().as_u16();
        let help = match status {
            200 => None,
            301 | 302 | 307 | 308 => Some("the server has another URL; pass that one"),
            401 => Some(
                "check that this is the login of an administrator; after three failures, \
                         wait a while",
            ),
            404 => Some("check that URL rewriting is on, and that the prefix of the URL is right"),
            _ => Some("see the log of the server"),
        };
        if let Some(help) = help {
            return Err(failed(format!("the server responds with {status}")).help(help));
        }
        let body = answer.body_mut().with_config().limit(MAX_ANSWER);
        body.read_to_string().map_err(|error| failed(error.to_string()))
    }
}

/// Creates a manifest from a listing: names and types of parameters, without REST.
pub fn manifest_of(plugin: &str, actions: &[Listed]) -> String {
    let mut text = format!("<ajxp_plugin id=\"{}\">\n", escape(plugin));
    text.push_str("<registry_contributions><actions>\n");
    for action in actions {
        text.push_str(&format!("<action name=\"{}\"><processing>", escape(&action.action)));
        text.push_str("<serverCallback methodName=\"listed\">");
        for ListedParameter { name, kind } in &action.parameters {
            let (name, kind) = (escape(name), escape(kind));
            text.push_str(&format!("<input_param name=\"{name}\" type=\"{kind}\"/>"));
        }
        text.push_str("</serverCallback></processing></action>\n");
    }
    text + "</actions></registry_contributions>\n</ajxp_plugin>\n"
}

fn escape(text: &str) -> String {
    quick_xml::escape::escape(text).into_owned()
}

/// The file of a bundle that lists which of its actions are active on a server.
pub const ACTIVE: &str = "active.json";

/// The content of [`ACTIVE`]: the names of the active actions by plugin.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Active {
    /// The version of the server.
    pub version: Option<String>,
    /// The release that the declarations are taken from.
    pub bundle: Option<String>,
    /// By plugin id.
    pub plugins: BTreeMap<String, BTreeSet<String>>,
}

/// Reads the list of active actions from the bundle of a running server, if possible.
pub(super) fn active(installation: &Installation) -> Option<Active> {
    let file = installation.has(ACTIVE).then(|| installation.source(ACTIVE).ok())??;
    serde_json::from_str(&file.text).ok()
}

#[cfg(test)]
mod tests {
    use super::refuse_plain;

    #[test]
    fn a_password_is_not_sent_over_plain_http() {
        for url in [
            "http://files.example.org",
            "HTTP://10.0.0.1:8080/pydio",
            "http://localhost@files.example.org/",
            "http://localhost.example.org",
            "http://files.example.org?localhost",
            "http://[2001:db8::1]/",
            "http://",
        ] {
            let refused = refuse_plain(url, false).unwrap_err();
            assert_eq!(refused.code, "plain-http", "{url}");
            assert!(refuse_plain(url, true).is_ok(), "{url}");
        }
        for url in [
            "https://files.example.org",
            "http://localhost:8080/pydio",
            "http://127.0.0.1",
            "http://127.8.9.1/",
            "http://[::1]:80/x",
            "files.example.org",
        ] {
            assert!(refuse_plain(url, false).is_ok(), "{url}");
        }
    }
}
