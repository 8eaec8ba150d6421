//! The module of the usual tasks, one method each: the values of `templates/tasks.rs.j2`.
//!
//! A task is emitted if every call it sends exists as the template sends it: over REST, with these
//! parameters, and with this response.

use std::collections::BTreeMap;

use minijinja::{Value, context};
use proc_macro2::TokenStream;

use super::{
    EmitError,
    feature::{Gate, Gates, only},
    template, transfer,
};
use crate::{
    ir::{ActionRef, Api, Endpoint, EndpointKind, Response, Type},
    names::{EndpointNames, Names},
};

/// The path of the module.
pub(super) const MODULE: &str = "src/tasks.rs";

/// A call as the template sends it, with parameters by their names on the wire.
struct Call {
    /// Its name in the template.
    name: &'static str,
    plugin: &'static str,
    action: &'static str,
    /// The arguments of the function, in order.
    arguments: &'static [&'static str],
    /// The parameters that are set by methods.
    setters: &'static [&'static str],
    response: Reply,
}

/// The response that the template expects.
enum Reply {
    Listing,
    Bytes,
    Text,
    /// A report, or nothing.
    Report,
    /// This model, in JSON.
    Model(&'static str),
}

#[rustfmt::skip]
const CALLS: [Call; 16] = [
    Call { name: "ls", plugin: "access.fs", action: "ls", arguments: &["dir"], setters: &["options", "nodes", "page"], response: Reply::Listing },
    Call { name: "upload", plugin: "access.fs", action: "upload", arguments: &["dir", "urlencoded_filename", "userfile_0"], setters: &[], response: Reply::Report },
    Call { name: "download", plugin: "access.fs", action: "download", arguments: &["file"], setters: &[], response: Reply::Bytes },
    Call { name: "mkdir", plugin: "access.fs", action: "mkdir", arguments: &["file"], setters: &["ignore_exists"], response: Reply::Report },
    Call { name: "rename", plugin: "access.fs", action: "rename", arguments: &["file", "filename_new"], setters: &[], response: Reply::Report },
    Call { name: "rename_to", plugin: "access.fs", action: "rename_to_path", arguments: &["dest", "file"], setters: &[], response: Reply::Report },
    Call { name: "move", plugin: "access.fs", action: "move", arguments: &["nodes", "dest"], setters: &[], response: Reply::Report },
    Call { name: "copy", plugin: "access.fs", action: "copy", arguments: &["nodes", "dest"], setters: &[], response: Reply::Report },
    Call { name: "delete", plugin: "access.fs", action: "delete", arguments: &["file"], setters: &[], response: Reply::Report },
    Call { name: "share", plugin: "action.share", action: "share", arguments: &["simple_share_type", "file"], setters: &["guest_user_pass", "expiration", "downloadlimit", "simple_right_read", "simple_right_download"], response: Reply::Text },
    Call { name: "shared", plugin: "action.share", action: "load_shared_element_data", arguments: &["file"], setters: &[], response: Reply::Model("Share") },
    Call { name: "unshare", plugin: "action.share", action: "unshare", arguments: &["file"], setters: &["element_id"], response: Reply::Report },
    Call { name: "create_user", plugin: "access.ajxp_conf", action: "edit_create_user", arguments: &["new_user_login", "new_user_pwd"], setters: &["group_path"], response: Reply::Report },
    Call { name: "people", plugin: "access.ajxp_conf", action: "ls", arguments: &["dir"], setters: &[], response: Reply::Listing },
    Call { name: "role", plugin: "access.ajxp_conf", action: "edit_role", arguments: &["role_id"], setters: &[], response: Reply::Model("RoleSheet") },
    Call { name: "save_role", plugin: "access.ajxp_conf", action: "post_json_role", arguments: &["role_id", "json_data"], setters: &[], response: Reply::Model("RoleSaved") },
];

/// A method, with the calls that it sends.
struct Task {
    name: &'static str,
    calls: &'static [&'static str],
    /// Its arguments, each with its type.
    arguments: &'static [(&'static str, &'static str)],
    /// What it returns; `None` for a builder.
    output: Option<&'static str>,
}

const FOLDER: (&str, &str) = ("folder", "impl Into<rt::NodePath>");
const PATH: (&str, &str) = ("path", "impl Into<rt::NodePath>");
const NODES: (&str, &str) = ("nodes", "impl Into<rt::NodePaths>");
const LOCAL: (&str, &str) = ("local", "impl AsRef<std::path::Path>");

#[rustfmt::skip]
const FILES: [Task; 13] = [
    Task { name: "list", calls: &["ls"], arguments: &[FOLDER], output: Some("Vec<rt::response::Node>") },
    Task { name: "list_page", calls: &["ls"], arguments: &[FOLDER, ("page", "u32")], output: Some("rt::tasks::NodePage") },
    Task { name: "exists", calls: &["ls"], arguments: &[PATH], output: Some("bool") },
    Task { name: "stat", calls: &["ls"], arguments: &[PATH], output: Some("Option<rt::response::Node>") },
    Task { name: "stat_many", calls: &["ls"], arguments: &[NODES], output: Some("Vec<Option<rt::response::Node>>") },
    Task { name: "upload_file", calls: &["upload"], arguments: &[LOCAL, PATH], output: Some("rt::transfer::Uploaded") },
    Task { name: "download_file", calls: &["download"], arguments: &[PATH, LOCAL], output: Some("rt::transfer::Downloaded") },
    Task { name: "create_folder", calls: &["mkdir", "ls"], arguments: &[PATH], output: Some("()") },
    Task { name: "rename", calls: &["rename", "ls"], arguments: &[PATH, ("new_name", "impl Into<String>")], output: Some("()") },
    Task { name: "move_to", calls: &["move", "ls"], arguments: &[NODES, FOLDER], output: Some("()") },
    Task { name: "copy_to", calls: &["copy", "ls"], arguments: &[NODES, FOLDER], output: Some("()") },
    Task { name: "delete", calls: &["delete", "ls"], arguments: &[NODES], output: Some("()") },
    Task { name: "share_link", calls: &["share", "shared", "unshare"], arguments: &[PATH], output: None },
];

const USERS: [Task; 1] = [Task {
    name: "create_user",
    calls: &["create_user", "people", "role", "save_role"],
    arguments: &[("login", "impl Into<String>"), ("password", "impl Into<rt::SecretString>")],
    output: None,
}];

/// The tasks that the calls of a server are enough for.
pub(super) struct Tasks {
    /// Each call by its name in the template, with its gate.
    calls: BTreeMap<&'static str, (Value, Gate)>,
}

impl Tasks {
    pub(super) fn of(api: &Api, names: &Names, gates: &Gates) -> Self {
        let calls =
            CALLS.iter().filter_map(|call| Some((call.name, found(call, api, names, gates)?)));
        Self { calls: calls.collect() }
    }

    /// Returns the traits that have a method.
    pub(super) fn traits(&self) -> Vec<&'static str> {
        let all = [("Files", &FILES[..]), ("Users", &USERS[..])];
        let has = |tasks: &[Task]| tasks.iter().any(|task| self.has(task));
        all.into_iter().filter(|(_, tasks)| has(tasks)).map(|(name, _)| name).collect()
    }

    fn has(&self, task: &Task) -> bool {
        task.calls.iter().all(|call| self.calls.contains_key(call))
    }

    /// Returns the methods, each with its trait.
    pub(super) fn methods(&self) -> Vec<String> {
        let all = [("Files", &FILES[..]), ("Users", &USERS[..])];
        let of = |(name, tasks): (&str, &[Task])| {
            let there = tasks.iter().filter(|task| self.has(task));
            there.map(|task| format!("{name}::{}", task.name)).collect::<Vec<_>>()
        };
        all.into_iter().flat_map(of).collect()
    }

    /// Returns the source of the module.
    pub(super) fn source(
        &self,
        crate_name: &str,
        with_blocking: bool,
    ) -> Result<String, EmitError> {
        let calls = self.calls.iter().map(|(name, (call, _))| (*name, call.clone()));
        let tasks = FILES.iter().chain(&USERS).filter(|task| self.has(task));
        let files = FILES.iter().filter(|task| self.has(task)).map(|task| task.name);
        let values = context! {
            krate => crate_name.replace('-', "_"),
            calls => calls.collect::<BTreeMap<_, _>>(),
            tasks => tasks.map(|task| (task.name, self.method(task))).collect::<BTreeMap<_, _>>(),
            files => files.collect::<Vec<_>>(),
            with_blocking,
        };
        let text = template::fill("tasks.rs", values);
        let text = text.map_err(|error| EmitError::new(MODULE, error))?;
        let tokens = text.parse::<TokenStream>();
        tokens.map_err(|error| EmitError::new(MODULE, error.to_string()))?;
        Ok(text)
    }

    fn method(&self, task: &Task) -> Value {
        let gates = task.calls.iter().filter_map(|call| Some(self.calls.get(call)?.1.clone()));
        let arguments = task.arguments.iter();
        let declared: Vec<_> =
            arguments.clone().map(|(name, kind)| format!("{name}: {kind}")).collect();
        let passed: Vec<_> = arguments.map(|(name, _)| *name).collect();
        context! {
            name => task.name,
            gate => only(gates).to_string(),
            arguments => declared.join(", "),
            passed => passed.join(", "),
            output => task.output,
        }
    }
}

/// Returns whether a method is emitted.
pub(super) fn has(api: &Api, names: &Names, method: &str) -> bool {
    let gates = Gates::default();
    let is_there = |name: &str| {
        let call = CALLS.iter().find(|call| call.name == name);
        call.is_some_and(|call| found(call, api, names, &gates).is_some())
    };
    let task = FILES.iter().chain(&USERS).find(|task| task.name == method);
    task.is_some_and(|task| task.calls.iter().all(|name| is_there(name)))
}

/// Returns a call as the template names it, if the server has it as the template sends it.
fn found(call: &Call, api: &Api, names: &Names, gates: &Gates) -> Option<(Value, Gate)> {
    let action = ActionRef { plugin: call.plugin.to_owned(), action: call.action.to_owned() };
    let index = api.index_of(&action)?;
    let (endpoint, own) = (&api.endpoints[index], &names.endpoints[index]);
    let arguments = endpoint.params.iter().filter(|param| param.is_argument());
    let is_transfer = matches!(call.name, "upload" | "download");
    let fits = endpoint.rest
        && endpoint.unsupported.is_none()
        && arguments.map(|param| &*param.name).eq(call.arguments.iter().copied())
        && call.response.is(&endpoint.response)
        && (!is_transfer || transfer::is_possible(api));
    let setters = call.setters.iter().map(|name| Some((*name, setter(endpoint, own, name)?)));
    let setters: Vec<_> = setters.collect::<Option<_>>().filter(|_| fits)?;
    let module = names.module(EndpointKind::Action, &endpoint.group)?;
    let value = context! {
        function => format!("super::v1::{module}::{}", own.function),
        models => "super::v1::models",
        background => endpoint.background,
        recursive => setter(endpoint, own, "recursive"),
        ..Value::from_pairs(setters)
    };
    Some((value, gates.module(module)))
}

/// Returns the method that sets a parameter.
fn setter<'n>(endpoint: &Endpoint, own: &'n EndpointNames, name: &str) -> Option<&'n str> {
    let index = endpoint.params.iter().position(|param| param.name == name)?;
    let is_setter = !endpoint.params[index].is_argument() && !endpoint.params[index].is_constant();
    own.params.get(index).filter(|_| is_setter).map(String::as_str)
}

impl Reply {
    fn is(&self, response: &Response) -> bool {
        match self {
            Self::Listing => *response == Response::Listing,
            Self::Bytes => *response == Response::Bytes,
            Self::Text => *response == Response::Text,
            Self::Report => matches!(response, Response::Envelope | Response::EnvelopeOrNothing),
            Self::Model(name) => {
                matches!(response, Response::Json(Type::Model(model)) if model == name)
            }
        }
    }
}
