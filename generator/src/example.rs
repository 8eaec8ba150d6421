//! Example calls: what the documentation of every call shows, what `explain` prints, and what the
//! tests of calls send.

mod call;
mod given;
mod usual;
mod value;

pub(crate) use self::{
    call::Call,
    given::{CONTENT, FILE, Given, Sent, Source},
    usual::{SETTINGS, WORKSPACE},
    value::Values,
};
use crate::{
    ir::{Api, Endpoint, EndpointKind, Response},
    names::Names,
};

/// The width of the code.
const WIDTH: usize = 84;

/// An example call of one endpoint.
#[derive(Debug)]
pub struct Example {
    /// The name of the endpoint: `plugin/action`, or the id of an operation.
    pub name: String,
    /// The login of the user who calls it.
    pub user: &'static str,
    /// The variable that the code leaves the result in, and whether it is an error; `None` if the
    /// call returns nothing.
    pub result: Option<&'static str>,
    /// The name of the crate in code.
    root: String,
    /// The modules that it imports, below the root of the crate.
    modules: Vec<String>,
    /// The API of the modules.
    version: Option<&'static str>,
    /// What makes the connection that it is called on.
    connect: Vec<String>,
    /// The variable of that connection.
    on: &'static str,
    /// What follows the call.
    end: &'static str,
    pub(crate) call: Call,
}

/// The variable of an error.
pub const ERROR: &str = "error";

/// The actions that change a session, which makes them itself and refuses them as calls.
const OF_SESSIONS: [&str; 3] = ["login", "logout", "switch_repository"];

/// Returns whether a call fails before anything is sent.
pub(crate) fn is_refused(endpoint: &Endpoint) -> bool {
    let is_of_session = || !endpoint.rest && OF_SESSIONS.contains(&endpoint.sent_name());
    endpoint.unsupported.is_some() || endpoint.is_action() && is_of_session()
}

/// Returns the examples of all endpoints of bindings with this name that have one.
pub fn all(api: &Api, crate_name: &str) -> Vec<Example> {
    let names = Names::assign(api);
    let indices = 0..api.endpoints.len();
    indices.filter_map(|index| Example::new(api, &names, index, None, crate_name)).collect()
}

impl Example {
    /// Returns the example of an endpoint, as defined by its own plugin or by another one; `None`
    /// if a value that it needs would contain itself without end.
    pub(crate) fn new(
        api: &Api,
        names: &Names,
        index: usize,
        plugin: Option<&str>,
        crate_name: &str,
    ) -> Option<Self> {
        let (endpoint, own) = (&api.endpoints[index], &names.endpoints[index]);
        let root = crate_name.replace('-', "_");
        let exported =
            plugin.and_then(|id| Some((id, &names.exports.get(&(id.to_owned(), index))?.function)));
        let (group, function) = exported.unwrap_or((&endpoint.group, &own.function));
        let module = names.module(endpoint.kind, group)?.to_owned();
        let given = Given {
            endpoint,
            own,
            values: Values {
                api,
                names,
                kind: endpoint.kind,
                root: &root,
                models: "models".to_owned(),
                is_full: false,
            },
            module: module.clone(),
            source: Source::Docs(&endpoint.docs.example.values),
        };
        let mut call = given.call()?;
        call.function = format!("{module}::{function}");
        let (connect, on) = connection(endpoint);
        let (result, end) = result(endpoint);
        let uses_models =
            call.before.iter().chain([&call.rust()]).any(|line| line.contains("models::"));
        let modules = [module].into_iter().chain(uses_models.then(|| "models".to_owned()));
        Some(Self {
            name: endpoint.name(),
            user: user(endpoint),
            result,
            modules: modules.collect(),
            version: match endpoint.kind {
                EndpointKind::Action => Some("v1"),
                EndpointKind::Operation => (!api.is_external()).then_some("v2"),
            },
            root,
            connect,
            on,
            end,
            call,
        })
    }

    /// Returns the lines of the code, with `pydio` as the connection to the server.
    pub fn code(&self) -> Vec<String> {
        let mut modules = self.modules.clone();
        modules.sort();
        let modules = match &modules[..] {
            [one] => one.clone(),
            several => format!("{{{}}}", several.join(", ")),
        };
        let path = [Some(&*self.root), self.version, Some(&*modules)];
        let path: Vec<_> = path.into_iter().flatten().collect();
        let mut lines = vec![format!("use {};", path.join("::")), String::new()];
        lines.extend(self.connect.iter().chain(&self.call.before).cloned());
        let bound = self.result.map(|name| format!("let {name} = ")).unwrap_or_default();
        let around = |call: &str| format!("{bound}{}.call({call}){};", self.on, self.end);
        let whole = around(&self.call.rust());
        if whole.len() <= WIDTH {
            lines.push(whole);
        } else {
            lines.extend(self.statement());
            lines.push(around("call"));
        }
        lines
    }

    /// Returns the call as a statement of its own, with one setter a line unless all fit on one.
    fn statement(&self) -> Vec<String> {
        let whole = format!("let call = {};", self.call.rust());
        if whole.len() <= WIDTH {
            return vec![whole];
        }
        let Call { function, arguments, setters, .. } = &self.call;
        let first = format!("let call = {function}({})", arguments.join(", "));
        let mut lines = match first.len() <= WIDTH {
            true => vec![first],
            false => {
                let arguments = arguments.iter().map(|one| format!("    {one},"));
                let open = format!("let call = {function}(");
                [open].into_iter().chain(arguments).chain([")".to_owned()]).collect()
            }
        };
        lines.extend(setters.iter().map(|setter| format!("    {setter}")));
        if let Some(last) = lines.last_mut() {
            last.push(';');
        }
        lines
    }
}

/// Returns the workspace that an action is called on.
pub(crate) fn workspace(endpoint: &Endpoint) -> &str {
    let usual = if endpoint.group == "access.ajxp_conf" { SETTINGS } else { WORKSPACE };
    endpoint.docs.example.workspace.as_deref().unwrap_or(usual)
}

/// Returns the login of the user who calls it.
fn user(endpoint: &Endpoint) -> &'static str {
    let needs_administrator =
        endpoint.rights.as_ref().is_some_and(|rights| rights.has("adminOnly"));
    let is_of_user = endpoint.is_action() && !needs_administrator;
    if is_of_user && workspace(endpoint) != SETTINGS { "alice" } else { "admin" }
}

/// Returns the statements that make the connection of a call, and its variable.
fn connection(endpoint: &Endpoint) -> (Vec<String>, &'static str) {
    if !endpoint.is_action() {
        return (Vec::new(), "pydio");
    }
    let workspace = workspace(endpoint);
    let on = match workspace {
        SETTINGS => "settings",
        "my-files" | "common" => "files",
        _ => "workspace",
    };
    if endpoint.rest {
        return (vec![format!("let {on} = pydio.workspace({workspace:?});")], on);
    }
    let login =
        format!("let session = pydio.session().login({:?}, \"secret\").await?;", user(endpoint));
    (vec![login, format!("let {on} = session.workspace({workspace:?});")], on)
}

/// Returns the variable of the result, and what follows the call.
fn result(endpoint: &Endpoint) -> (Option<&'static str>, &'static str) {
    if is_refused(endpoint) {
        return (Some(ERROR), ".await.unwrap_err()");
    }
    let name = match &endpoint.response {
        Response::Listing => Some("listing"),
        Response::Bytes => Some("download"),
        Response::Text => Some("text"),
        Response::Envelope | Response::EnvelopeOrNothing => Some("report"),
        Response::Nothing => None,
        _ => Some("response"),
    };
    // Other work of the server may go on for longer than a reader of the result waits.
    match (endpoint.background, &endpoint.outcome) {
        (true, Some(_)) => (Some("finished"), ".await?.wait().await?"),
        (true, None) => (Some("started"), ".await?"),
        (false, _) => (name, ".await?"),
    }
}
