//! The tests of a crate: for each call one with its required parameters and one with all, as data for
//! the harness of `pydio-test-server`.
//!
//! What a test expects comes from the declaration alone, and not from the description that the
//! runtime encodes a request by: a mistake in one of the two fails the test.

mod answer;
mod request;
mod style;

use std::collections::BTreeSet;

use minijinja::context;
use proc_macro2::TokenStream;

use self::{
    answer::Answer,
    request::{Request, Transport},
};
use super::{
    EmitError, MARK, doc,
    feature::{Gates, only},
    render::{self, File, Part},
    root, template,
};
use crate::{
    example::{Given, Sent, Source, Values, is_refused},
    ir::{Api, Endpoint, EndpointKind, Group, KeyLocation, SchemeKind},
    names::Names,
    write::Files,
};

/// The directory of the tests.
const BELOW: &str = "tests/calls";

/// The workspaces that actions are called on: any, and that of administrators.
const WORKSPACES: [&str; 2] = ["my-files", "settings"];

/// Emits the tests of every call of a crate.
pub(super) fn files(
    api: &Api,
    names: &Names,
    crate_name: &str,
    gates: &Gates,
) -> Result<Files, EmitError> {
    let root = format!("::{}", crate_name.replace('-', "_"));
    let (api, root) = (api, &*root);
    let mut modules = Vec::new();
    let mut plan = Vec::new();
    for group in api.groups.iter().filter(|group| !group.endpoints.is_empty()) {
        let Some(module) = names.module(group.kind, &group.id) else { continue };
        let tests = Tests { api, names, root, group };
        let (prefix, gate) = match group.kind {
            EndpointKind::Action => ("v1", gates.module(module)),
            EndpointKind::Operation if api.is_external() => ("of", Default::default()),
            EndpointKind::Operation => ("v2", gates.v2()),
        };
        if tests.own().next().is_none() {
            continue;
        }
        let name = format!("{prefix}_{module}");
        plan.push(File {
            path: format!("{BELOW}/{name}.rs"),
            header: root::group_header(api, group),
            parts: vec![Box::new(move || tests.emit())],
        });
        modules.push((name, only([gate]).to_string()));
    }
    if !api.schemes.is_empty() && api.is_external() {
        let part: Part<'_> = Box::new(move || credentials(api, names, root));
        let header = root::version_header(api);
        plan.push(File { path: format!("{BELOW}/credentials.rs"), header, parts: vec![part] });
        modules.push(("credentials".to_owned(), String::new()));
    }
    let mut files = render::render(&plan)?;
    let main = format!("{BELOW}/main.rs");
    let text = harness(api, root, &modules).map_err(|error| EmitError::new(&main, error))?;
    files.insert(main, text);
    Ok(files)
}

/// Returns the root of the tests: their modules, and how a call is made.
fn harness(
    api: &Api,
    root: &str,
    modules: &[(String, String)],
) -> Result<String, minijinja::Error> {
    let servers: BTreeSet<_> = api.operations().filter_map(own_server).collect();
    // As literals of Rust.
    let quoted = |(declared, base)| context! { declared => format!("{declared:?}"), base => format!("{base:?}") };
    let servers: Vec<_> = servers.into_iter().map(|one: (String, String)| quoted(one)).collect();
    let modules = modules.iter().map(|(name, gate)| context! { name, gate });
    template::fill(
        "calls.rs",
        context! {
            mark => MARK,
            title => doc::one_line(&api.title),
            root,
            modules => modules.collect::<Vec<_>>(),
            external => api.is_external(),
            has_actions => api.actions().next().is_some(),
            has_operations => api.has_operations(),
            release => format!("{:?}", api.version),
            servers,
        },
    )
}

/// Returns the declared address of an operation's server on another host, and its path there.
fn own_server(operation: &Endpoint) -> Option<(String, String)> {
    let declared = operation.own_server.as_ref().filter(|own| own.contains("://"))?;
    Some((declared.trim_end_matches('/').to_owned(), operation.base.clone()))
}

/// The tests of the calls that a group defines.
struct Tests<'m> {
    api: &'m Api,
    names: &'m Names,
    root: &'m str,
    group: &'m Group,
}

impl<'m> Tests<'m> {
    fn own(&self) -> impl Iterator<Item = (usize, &'m Endpoint)> {
        let of = |&index: &usize| (index, &self.api.endpoints[index]);
        let id = &self.group.id;
        self.group.endpoints.iter().map(of).filter(move |(_, endpoint)| endpoint.group == *id)
    }

    fn emit(&self) -> TokenStream {
        let id = doc::code(&self.group.id);
        let kind = match self.group.kind {
            EndpointKind::Action => "the plugin",
            EndpointKind::Operation => "the operations of",
        };
        let mut text = format!("#![doc = {:?}]\n", format!(" Tests of {kind} {id}."));
        self.own().for_each(|(index, endpoint)| self.tests(index, endpoint, &mut text));
        // The renderer reports malformed Rust with the name of the file.
        text.parse().unwrap_or_else(|_| quote::quote!(compile_error!("malformed")))
    }

    fn given(&self, index: usize, is_full: bool) -> Given<'m> {
        let Self { api, names, root, group } = *self;
        let kind = group.kind;
        let module = names.module(kind, &group.id).unwrap_or_default();
        let module = match kind {
            EndpointKind::Action => format!("{root}::v1::{module}"),
            EndpointKind::Operation if api.is_external() => format!("{root}::{module}"),
            EndpointKind::Operation => format!("{root}::v2::{module}"),
        };
        Given {
            endpoint: &api.endpoints[index],
            own: &names.endpoints[index],
            values: Values { api, names, kind, root, models: self.models(), is_full },
            module,
            source: Source::Marks,
        }
    }

    /// Returns the path of the module of models.
    fn models(&self) -> String {
        let root = self.root;
        match self.group.kind {
            EndpointKind::Action => format!("{root}::v1::models"),
            EndpointKind::Operation if self.api.is_external() => format!("{root}::models"),
            EndpointKind::Operation => format!("{root}::v2::models"),
        }
    }

    /// Adds the tests of an endpoint.
    fn tests(&self, index: usize, endpoint: &Endpoint, text: &mut String) {
        let function = &self.names.endpoints[index].function;
        text.push_str(&format!("mod {function} {{ use crate::*;\n"));
        for (name, is_full) in [("required", false), ("everything", true)] {
            let given = self.given(index, is_full);
            let test = self.test(endpoint, &given);
            let Some(body) = test else {
                let why = "no finite example of its types exists";
                text.push_str(&format!("#[test]\n#[ignore = {why:?}]\nfn {name}() {{}}\n"));
                continue;
            };
            text.push_str(&format!("#[test]\nfn {name}() {{ {body} }}\n"));
        }
        let error = endpoint.errors.first().filter(|_| endpoint.unsupported.is_none());
        if let Some(body) = error.and_then(|error| self.failing(index, error)) {
            text.push_str(&format!("#[test]\nfn error() {{ {body} }}\n"));
        }
        text.push_str("}\n");
    }

    /// Returns the body of a test.
    fn test(&self, endpoint: &Endpoint, given: &Given<'_>) -> Option<String> {
        let call = given.call()?;
        let (call, sent) = (call.rust(), call.sent);
        if is_refused(endpoint) {
            let harness = format!("refused_{}", self.transport(endpoint).0);
            return Some(format!(
                "{harness}(|on| Box::pin(async move {{ debug(on.call({call}).await) }}));"
            ));
        }
        let folder = sent.iter().find_map(|(index, sent)| folder(&endpoint.params[*index], sent));
        let answer = Answer::of(endpoint, given.own, &given.values, folder.unwrap_or("/"))?;
        let case = self.case(endpoint, &sent) + &answer.steps();
        let reader = answer.reader;
        let is_async = if reader == "bytes" { ".await" } else { "" };
        let (transport, workspace) = self.transport(endpoint);
        let response = response_itself(endpoint, given.values.root);
        Some(format!(
            "static CASE: Case = {case};\n{transport}({workspace}&CASE, |on| Box::pin(async move {{ \
             {reader}(on.call({call}).await{response}){is_async} }}));"
        ))
    }

    /// Returns the body of the test of an error with a declared body.
    fn failing(&self, index: usize, error: &crate::ir::ErrorBody) -> Option<String> {
        let endpoint = &self.api.endpoints[index];
        let given = self.given(index, false);
        let call = given.call()?;
        let (call, sent) = (call.rust(), call.sent);
        let answer = Answer::of_error(error, &given.values)?;
        let case = self.case(endpoint, &sent) + &answer.steps();
        let kind = self.error_type(&error.kind)?;
        let (transport, workspace) = self.transport(endpoint);
        Some(format!(
            "static CASE: Case = {case};\n{transport}({workspace}&CASE, |on| Box::pin(async move {{ \
             error_body::<{kind}, _>(on.call({call}).await) }}));"
        ))
    }

    /// Returns the path of a type from the tests.
    fn error_type(&self, kind: &crate::ir::Type) -> Option<String> {
        let scope = super::types::Scope::of_models(self.names, self.group.kind);
        let name = |model: &str| format!("{}::{}", self.models(), scope.model_name(model));
        match kind {
            crate::ir::Type::Model(model) => Some(name(model)),
            crate::ir::Type::Any => Some(format!("{}::Json", self.root)),
            crate::ir::Type::Text => Some("String".to_owned()),
            crate::ir::Type::Object => Some(format!("{}::json::Object", self.root)),
            _ => None,
        }
    }

    /// Returns the function of the harness that makes a call, with its first argument.
    fn transport(&self, endpoint: &Endpoint) -> (&'static str, String) {
        let workspace = format!("{:?}, ", workspace(endpoint));
        let workspace = if is_refused(endpoint) { String::new() } else { workspace };
        match (endpoint.kind, endpoint.rest) {
            (EndpointKind::Operation, _) => ("operation", String::new()),
            (EndpointKind::Action, true) => ("rest", workspace),
            (EndpointKind::Action, false) => ("session", workspace),
        }
    }

    /// Returns the constructor of a case, without its response.
    fn case(&self, endpoint: &Endpoint, sent: &[(usize, Sent)]) -> String {
        let mut request = Request::default();
        let page = endpoint.params.iter().enumerate().find(|(index, param)| {
            param.kind == crate::ir::Kind::Page && sent.iter().any(|(one, _)| one == index)
        });
        for (index, sent) in sent {
            request.add(&endpoint.params[*index], sent, page.is_some());
        }
        match (endpoint.kind, endpoint.rest) {
            (EndpointKind::Operation, _) => request.of_operation(endpoint, self.api),
            (EndpointKind::Action, true) => {
                request.of_action(endpoint, Transport::Rest(workspace(endpoint)))
            }
            (EndpointKind::Action, false) => {
                request.of_action(endpoint, Transport::Session(workspace(endpoint)))
            }
        }
    }
}

/// Returns the folder that a listing has to be about, if the parameter names it.
fn folder<'s>(param: &crate::ir::Param, sent: &'s Sent) -> Option<&'s str> {
    let Sent::Value(value) = sent else { return None };
    let is_folder = param.location == crate::ir::Location::RestOfPath || param.name == "dir";
    value.as_str().filter(|_| is_folder)
}

/// Returns the workspace that an action is called on.
fn workspace(endpoint: &Endpoint) -> &'static str {
    WORKSPACES[usize::from(endpoint.group == "access.ajxp_conf")]
}

/// Emits a test of each security scheme: a request carries its credentials.
fn credentials(api: &Api, names: &Names, root: &str) -> TokenStream {
    let mut text =
        "#![doc = \" Tests of the security schemes: requests carry the credentials.\"]\nuse crate::*;\n"
            .to_owned();
    let is_plain = |endpoint: &&Endpoint| endpoint.unsupported.is_none();
    let first = api.operations().find(is_plain).map(|one| &one.group);
    let group = api.groups.iter().find(|group| Some(&group.id) == first);
    let auth = names.auth.as_deref().unwrap_or_default();
    for (index, (scheme, function)) in api.schemes.iter().zip(&names.schemes).enumerate() {
        let Some(group) = group else { break };
        let tests = Tests { api, names, root, group };
        let found = tests.own().find_map(|(index, endpoint)| {
            let given = tests.given(index, false);
            let call = given.call()?;
            let (call, sent) = (call.rust(), call.sent);
            let answer = Answer::of(endpoint, given.own, &given.values, "/")?;
            let is_usable = endpoint.unsupported.is_none();
            let case = tests.case(endpoint, &sent) + &answer.steps();
            is_usable.then(|| (case, call, answer.reader, response_itself(endpoint, root)))
        });
        let Some((case, call, reader, response)) = found else { break };
        let secret = format!("secret{index}");
        let arguments = match scheme.kind {
            SchemeKind::Basic => format!("\"alice\", {secret:?}"),
            SchemeKind::Key { .. } | SchemeKind::Bearer | SchemeKind::Http { .. } => {
                format!("{secret:?}")
            }
        };
        let carries = carried(&scheme.kind, &secret);
        let is_async = if reader == "bytes" { ".await" } else { "" };
        text.push_str(&format!(
            "#[test]\nfn {function}() {{ static CASE: Case = {case}{carries};\n\
             with_credentials({root}::{auth}::{}({arguments}), &CASE, |on| Box::pin(async move {{ \
             {reader}(on.call({call}).await{response}){is_async} }})); }}\n",
            names.schemes[index],
        ));
    }
    text.parse().unwrap_or_else(|_| quote::quote!(compile_error!("malformed")))
}

/// Returns the method of a case that expects credentials.
fn carried(kind: &SchemeKind, secret: &str) -> String {
    let authorization = |value| ("header", "authorization".to_owned(), value);
    let (place, name, value) = match kind {
        SchemeKind::Basic => authorization(format!("Basic {}", base64(&format!("alice:{secret}")))),
        SchemeKind::Bearer => authorization(format!("Bearer {secret}")),
        SchemeKind::Http { scheme } => authorization(format!("{scheme} {secret}")),
        SchemeKind::Key { location, name } => {
            let (place, name) = match location {
                KeyLocation::Header => ("header", name.clone()),
                KeyLocation::Query => ("query", request::escaped(name)),
                KeyLocation::Cookie => ("cookie", request::escaped(name)),
            };
            (place, name, secret.to_owned())
        }
    };
    format!(".carries_in_{place}({name:?}, {value:?})")
}

/// Encodes text as base64 (RFC 4648).
fn base64(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut encoded = String::new();
    for chunk in text.as_bytes().chunks(3) {
        let byte = |index: usize| u32::from(chunk.get(index).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for digit in 0..4 {
            let value = (bits >> (18 - 6 * digit) & 63) as usize;
            encoded.push(if digit <= chunk.len() { DIGITS[value].into() } else { '=' });
        }
    }
    encoded
}

/// Returns what takes the response itself from that of a call that can be waited for.
fn response_itself(endpoint: &Endpoint, root: &str) -> String {
    match endpoint.is_awaitable() {
        true => format!(".map({root}::response::Background::into_response)"),
        false => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::base64;

    /// The test vectors of RFC 4648.
    #[test]
    fn base64_is_that_of_the_standard() {
        for (text, encoded) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(text), encoded);
        }
    }
}
