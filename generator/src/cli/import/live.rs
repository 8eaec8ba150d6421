//! `import --url`: a bundle of what is active on a running server.

use std::{
    borrow::Cow,
    collections::BTreeMap,
    env,
    io::{self, IsTerminal as _},
    path::Path,
};

use serde_json::json;

use super::super::{Failure, here, terminal::Terminal};
use crate::{
    diagnostic::Diagnostic,
    import::{Import, import, is_manifest},
    input::{
        Installation, Library,
        live::{ACTIVE, Listed, Server, manifest_of},
    },
    write::marked_json,
};

/// The environment variable that is read before prompting for the password.
const PASSWORD: &str = "PYDIO_PASSWORD";

/// A server's version and what is active there.
pub(crate) struct Learnt {
    pub(crate) version: String,
    pub(crate) import: Import,
}

/// Asks a server what is active, and takes whatever it does not report from the nearest bundle.
pub(crate) fn learn(
    url: &str,
    user: &str,
    given: Option<&str>,
    terminal: Terminal,
) -> Result<Learnt, Failure> {
    let server = Server::new(url, user, &password(user)?);
    let said = server.version()?;
    let Some(version) = given.map(str::to_owned).or(said) else {
        return Err(Diagnostic::error("version", "the server does not report its version")
            .help("pass `--version`, such as `--version 8.2.5`")
            .into());
    };
    let active = server.active()?;
    let library = Library::above(&here()?);
    let (nearest, bundle) = library.nearest(&version)?;
    let known = import(&bundle, false)?;
    let mut files: BTreeMap<String, Cow<'static, [u8]>> = BTreeMap::new();
    for (path, text) in &known.files {
        files.insert(path.clone(), text.clone().into_bytes().into());
    }
    let unknown = unknown(&server, &active, &known, &mut files)?;
    let installation = Installation::in_memory(url.to_owned(), files)?;
    let mut import = import(&installation, false)?;
    import.files.insert(ACTIVE.to_owned(), listed(&version, &nearest, &active)?);
    say((&version, &nearest), &active, (&known, &unknown), terminal);
    Ok(Learnt { version, import })
}

/// Adds the plugins that no bundle has. Returns those whose manifest the server does not provide.
fn unknown(
    server: &Server,
    active: &BTreeMap<String, Vec<Listed>>,
    known: &Import,
    files: &mut BTreeMap<String, Cow<'static, [u8]>>,
) -> Result<Vec<String>, Diagnostic> {
    let mut without_rest = Vec::new();
    for (plugin, actions) in active {
        let path = format!("plugins/{plugin}/manifest.xml");
        if known.files.contains_key(&path) || actions.is_empty() {
            continue;
        }
        let text = match server.manifest(plugin)?.filter(|text| is_manifest(text)) {
            Some(text) => text,
            None => {
                without_rest.push(plugin.clone());
                manifest_of(plugin, actions)
            }
        };
        files.insert(path, text.into_bytes().into());
    }
    Ok(without_rest)
}

/// Returns the file that lists what is active.
fn listed(
    version: &str,
    bundle: &str,
    active: &BTreeMap<String, Vec<Listed>>,
) -> Result<String, Failure> {
    let plugins: BTreeMap<_, Vec<_>> = active
        .iter()
        .map(|(plugin, actions)| (plugin, actions.iter().map(|action| &action.action).collect()))
        .collect();
    let text = serde_json::to_string_pretty(
        &json!({ "version": version, "bundle": bundle, "plugins": plugins }),
    )?;
    Ok(marked_json(&text, "what is active on a server"))
}

fn say(
    (version, nearest): (&str, &str),
    active: &BTreeMap<String, Vec<Listed>>,
    (known, unknown): (&Import, &[String]),
    terminal: Terminal,
) {
    let actions: usize = active.values().map(Vec::len).sum();
    terminal.say(&format!("{} plugins with {actions} actions are active", active.len()));
    let inactive = known.files.keys().filter(|path| {
        let plugin = path.strip_prefix("plugins/").and_then(|p| p.strip_suffix("/manifest.xml"));
        plugin.is_some_and(|plugin| !active.contains_key(plugin))
    });
    terminal.say(&format!(
        "{} plugins of the bundle {nearest} are not, or have no actions",
        inactive.count()
    ));
    if nearest != version {
        terminal.say(&format!(
            "the server is {version}: REST addresses, rights and answers are taken from {nearest}, \
             the nearest bundle"
        ));
    }
    if !known.files.contains_key("openapi.json") {
        terminal.say(&format!(
            "the bundle {nearest} has no spec: operations of a v2 API cannot be learnt"
        ));
    }
    for plugin in unknown {
        terminal.say(&format!(
            "`{plugin}` is in no bundle and its manifest is not given out: REST addresses, rights \
             and answers of its actions cannot be learnt, so they are for sessions and the command \
             line alone"
        ));
    }
}

fn password(user: &str) -> Result<String, Failure> {
    if let Ok(password) = env::var(PASSWORD) {
        return Ok(password);
    }
    if !io::stdin().is_terminal() {
        let message = format!("no password: set `{PASSWORD}`, or run this at a terminal");
        return Err(Diagnostic::error("password", message).into());
    }
    rpassword::prompt_password(format!("Password of {user}: ")).map_err(|error| {
        Diagnostic::error("password", format!("the password cannot be asked for: {error}"))
            .help(format!("set `{PASSWORD}`"))
            .into()
    })
}

/// Returns whether a path holds a bundle for one server, which must not be mixed with that of a
/// release.
pub(super) fn default_out(library: &Library, here: &Path, version: &str) -> std::path::PathBuf {
    library.project().unwrap_or(here).join("manifests").join(format!("live-{version}"))
}
