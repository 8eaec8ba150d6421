//! Builds the call of a recorded request, like the generated function and setters do.

use pydio_client::{ErrorKind, Json, Method, RestCall};
use pydio_codegen::ir::{self, Kind, Location, Param, Response, Style, Type};
use pydio_runtime::{Endpoint, Param as Declared, Request};
use pydio_tests::{Untyped, lasting, leaked};

use super::{
    asked::{Asked, Files, KeyPairs, form_of},
    reason::Reason,
};
use crate::replay::{targets, wire::Wire};

/// A request of an action that is ready to send.
pub(super) struct Made {
    request: Request,
    verb: Method,
    /// Whether the recording has `format=json`, which the client replaces by a header.
    is_format: bool,
    /// Whether the recording names nodes by `file`, and the request by `nodes[]`.
    is_file: bool,
    /// The constants of a form with files that were not recorded: one of several is sufficient.
    switches: Vec<String>,
}

impl Made {
    /// Returns whether the default method is the recorded one.
    pub(super) fn is_sent_as(&self, asked: &Asked) -> bool {
        self.verb == asked.verb
    }
}

/// Returns the bindings' request for a recorded one.
pub(super) fn made(
    action: &ir::Endpoint,
    before: &ir::Endpoint,
    asked: &Asked,
) -> Result<Made, Reason> {
    let described = described(action);
    let (fields, is_file) = named_as_nodes(action, &asked.fields);
    let mut left = fields.clone();
    let mut filling = Filling {
        request: Request::new(described),
        action,
        left: &mut left,
        files: asked.files.clone(),
        switches: Vec::new(),
    };
    let path = filling.path(before, asked)?;
    let missing = filling.fields(path, &fields)?;
    let Filling { request, files, switches, .. } = filling;
    if let Some((name, _)) = files.into_iter().next() {
        return Err(Reason::Unknown(name));
    }
    let is_json = |(name, value): &(String, String)| name == "format" && value == "json";
    let is_format = answers_json(&action.response) && left.iter().any(is_json);
    if is_format {
        left.retain(|pair| !is_json(pair));
    }
    match (left.first(), missing) {
        (None, None) => {
            Ok(Made { request, verb: described.method(), is_format, is_file, switches })
        }
        (None, Some(name)) => Err(Reason::Missing(name)),
        (Some((name, value)), _) => Err(Reason::field(name, value, action, before)),
    }
}

/// Returns the fields with `file` as `nodes[]`, if the action accepts both for its nodes and the
/// bindings send the second; and whether there was such a field.
fn named_as_nodes(action: &ir::Endpoint, fields: &KeyPairs) -> (KeyPairs, bool) {
    let is_by_path = action.path_params().next().is_some();
    let has = |name: &str| action.param(name).is_some();
    let is_either = !is_by_path && has("nodes") && !has("file");
    let is_file = |name: &str| is_either && (name == "file" || numbered(name, "file_"));
    let renamed = fields.iter().map(|(name, value)| match is_file(name) {
        true => ("nodes[]".to_owned(), value.clone()),
        false => (name.clone(), value.clone()),
    });
    (renamed.collect(), fields.iter().any(|(name, _)| is_file(name)))
}

/// Returns whether the client requests JSON with a header.
fn answers_json(response: &Response) -> bool {
    matches!(response, Response::Json(_) | Response::OneOrMany(_))
}

/// Returns the bindings' description of an action.
fn described(action: &ir::Endpoint) -> &'static Endpoint {
    let method = match action.method {
        ir::Method::Get => Method::Get,
        _ => Method::Post,
    };
    let (plugin, name) = (leaked(&action.group), leaked(action.sent_name()));
    let endpoint = Endpoint::action(&pydio_client::v1::BINDINGS, method, plugin, name);
    let endpoint = if action.rest { endpoint } else { endpoint.session_only() };
    let params: Vec<_> = action.params.iter().map(declared).collect();
    lasting(endpoint.params(params.leak()))
}

fn declared(param: &Param) -> Declared {
    let name = match &param.style {
        Style::Indexed(prefix) => leaked(prefix),
        _ => leaked(&param.name),
    };
    let declared = match param.location {
        Location::Path => Declared::path(name),
        Location::RestOfPath => Declared::rest_of_path(name),
        _ => Declared::form(name),
    };
    let declared = match &param.kind {
        Kind::Nodes => declared.nodes(),
        Kind::Value(Type::List(_)) => declared.texts(),
        Kind::On => declared.on(),
        Kind::Constant(value) => declared.constant(leaked(value)),
        Kind::Node => declared.node(),
        _ => declared,
    };
    match &param.style {
        Style::Brackets => declared.brackets(),
        Style::Numbered => declared.numbered(),
        Style::Series => declared.series(),
        Style::Sum => declared.sum(),
        Style::EncodedTwice => declared.encoded_twice(),
        Style::Indexed(_) => declared.indexed(),
        _ => declared,
    }
}

/// A request that is being filled.
struct Filling<'a> {
    request: Request,
    action: &'a ir::Endpoint,
    /// The fields that no parameter has used yet.
    left: &'a mut KeyPairs,
    /// The files that no parameter has used yet.
    files: Files,
    switches: Vec<String>,
}

impl Filling<'_> {
    /// Returns the path values by parameter. Those at the end of the path may be fields.
    fn path(&self, before: &ir::Endpoint, asked: &Asked) -> Result<Vec<String>, Reason> {
        if !self.action.rest {
            return Err(Reason::NotOverRest);
        }
        let own = self.action.path_params().count();
        let before = if before.rest { before } else { self.action };
        let declared: Vec<_> = before.path_params().map(|param| &param.name).collect();
        let rest = asked.rest.trim_end_matches('/');
        let count = declared.len().max(own).max(1);
        let parts: Vec<_> = rest.splitn(count, '/').map(str::to_owned).collect();
        let beyond = parts.get(own..).unwrap_or_default();
        let names = declared.get(own..).unwrap_or_default();
        if parts.len() > 1 && parts[0].is_empty() {
            return Err(Reason::Unsendable);
        }
        match (beyond.iter().all(String::is_empty), names.first()) {
            (true, _) => {}
            (false, Some(name)) if self.action.param(name).is_some() => {
                return Err(Reason::Moved(name.to_string()));
            }
            (false, _) => return Err(Reason::IgnoredPath),
        }
        let given = (0..own).map(|at| parts.get(at).cloned().unwrap_or_default());
        Ok(given.collect())
    }

    /// Sets the constants, the function's arguments, then the setters in recorded order; fails if a
    /// required parameter is missing.
    fn fields(&mut self, path: Vec<String>, fields: &KeyPairs) -> Result<Option<String>, Reason> {
        let mut missing = None;
        let mut setters = Vec::new();
        let is_constant = |param: &&Param| matches!(param.kind, Kind::Constant(_));
        let (constants, others): (Vec<_>, Vec<_>) =
            self.action.params.iter().partition(is_constant);
        for param in constants.into_iter().chain(others) {
            let in_path = self.index(param).map(|index| (index, path[index].clone()));
            match &param.kind {
                Kind::Constant(value) => self.constant(param, value, in_path)?,
                _ if param.is_argument() => {
                    if !self.argument(param, in_path)? && missing.is_none() {
                        missing = Some(param.name.clone());
                    }
                }
                _ => setters.push(param),
            }
        }
        let first = |param: &&Param| fields.iter().position(|(name, _)| is_of(param, name));
        setters.sort_by_key(first);
        for param in setters {
            self.field(param)?;
        }
        Ok(missing)
    }

    /// Returns the index among the path parameters.
    fn index(&self, param: &Param) -> Option<usize> {
        self.action.path_params().position(|own| own.name == param.name)
    }

    fn constant(
        &mut self,
        param: &Param,
        value: &String,
        in_path: Option<(usize, String)>,
    ) -> Result<(), Reason> {
        let given = in_path.map(|(_, value)| value).or_else(|| self.take(&param.name));
        let has_files = self.action.params.iter().any(|param| param.kind == Kind::File);
        if given.is_none() && has_files {
            self.switches.push(param.name.clone());
        } else if given.as_ref() != Some(value) {
            return Err(Reason::Constant(param.name.clone()));
        }
        Ok(())
    }

    /// Sets a function argument; returns false if it is missing.
    fn argument(
        &mut self,
        param: &Param,
        in_path: Option<(usize, String)>,
    ) -> Result<bool, Reason> {
        let value = match in_path {
            None => return self.field(param),
            // An omitted first argument is empty, which only a text or a path may be.
            Some((0, value)) if value.is_empty() && is_text(param) => Some(value),
            Some((_, value)) if value.is_empty() && param.location == Location::Path => {
                let may_be_elsewhere = self.index(param) != Some(0);
                if may_be_elsewhere { self.take(&param.name) } else { None }
            }
            Some((_, value)) => Some(value),
        };
        match value {
            Some(value) => self.one(param, value).map(|()| true),
            None => Ok(false),
        }
    }

    /// Sets a parameter from the fields; returns false if they do not contain it.
    fn field(&mut self, param: &Param) -> Result<bool, Reason> {
        if param.kind == Kind::File {
            return Ok(self.file(param));
        }
        let (own, others): (KeyPairs, KeyPairs) =
            self.left.drain(..).partition(|(name, _)| is_of(param, name));
        *self.left = others;
        if own.is_empty() {
            return Ok(false);
        }
        let name = leaked(&param.name);
        let values = || own.iter().map(|(_, value)| value.clone());
        match (&param.kind, &param.style) {
            (Kind::Nodes, _) => self.set(|request| request.nodes(name, values())),
            (Kind::Value(Type::List(_)), _) => self.set(|request| request.texts(name, values())),
            (Kind::Fields, _) => self.set(|request| request.fields(name, own.iter().cloned())),
            (_, Style::Indexed(prefix)) => {
                for (name, value) in &own {
                    let index = name[prefix.len()..].parse();
                    let index = index.map_err(|_| Reason::Value(name.clone()))?;
                    self.set(|request| request.indexed(leaked(prefix), index, value));
                }
            }
            _ if own.len() > 1 => return Err(Reason::Value(param.name.clone())),
            _ => self.one(param, own[0].1.clone())?,
        }
        Ok(true)
    }

    /// Sets a file; returns false if there is none of that name.
    fn file(&mut self, param: &Param) -> bool {
        let at = self.files.iter().position(|(name, _)| *name == param.name);
        let Some(at) = at else { return false };
        let (name, content) = self.files.remove(at);
        self.set(|request| request.file(leaked(&name), content));
        true
    }

    /// Sets a parameter that takes one value.
    fn one(&mut self, param: &Param, value: String) -> Result<(), Reason> {
        let name = leaked(&param.name);
        let odd = || Reason::Value(format!("{name}={value}"));
        let is = |word: &str| (value == word).then_some(()).ok_or_else(odd);
        match (&param.kind, &param.style) {
            (Kind::Value(Type::Text), Style::EncodedTwice) => {
                let text = targets::decode(&value);
                self.set(|request| request.text(name, text));
            }
            (Kind::Choice(_), Style::Sum) => self.set(|request| request.texts(name, [&*value])),
            (Kind::Value(Type::Text), Style::Plain) | (Kind::Choice(_), _) => {
                self.set(|request| request.text(name, &*value));
            }
            (Kind::Value(Type::Integer), _) => {
                let number: i64 = value.parse().map_err(|_| odd())?;
                self.set(|request| request.number(name, number));
            }
            (Kind::Flag, _) => {
                is("true")?;
                self.set(|request| request.flag(name, true));
            }
            (Kind::On, _) => {
                is("on")?;
                self.set(|request| request.flag(name, true));
            }
            (Kind::Value(Type::Boolean), _) => {
                let is_on = value == "true";
                if !is_on {
                    is("false")?;
                }
                self.set(|request| request.number(name, is_on));
            }
            (Kind::Node, _) => self.node(name, &value),
            (Kind::Value(_), Style::Json) => {
                let json: Json = serde_json::from_str(&value).map_err(|_| odd())?;
                self.set(|request| request.json(name, &json));
            }
            (Kind::Nodes, Style::Numbered) => self.set(|request| request.nodes(name, [&*value])),
            _ => return Err(odd()),
        }
        Ok(())
    }

    /// Sets the path of a node, and the page number at its end.
    fn node(&mut self, name: &'static str, value: &str) {
        let has_pages = self.action.params.iter().any(|param| param.kind == Kind::Page);
        let page = value.rsplit_once("%23").filter(|_| has_pages);
        match page.and_then(|(folder, number)| Some((folder, number.parse().ok()?))) {
            Some((folder, number)) => {
                self.set(|request| request.node(name, folder).page(number));
            }
            None => self.set(|request| request.node(name, value)),
        }
    }

    fn take(&mut self, name: &str) -> Option<String> {
        let at = self.left.iter().position(|(known, _)| known == name)?;
        Some(self.left.remove(at).1)
    }

    fn set(&mut self, set: impl FnOnce(Request) -> Request) {
        self.request = set(self.request.clone());
    }
}

/// Returns whether the parameter includes a field of that name.
pub(super) fn is_of(param: &Param, name: &str) -> bool {
    match (&param.kind, &param.style) {
        (Kind::Fields, _) => true,
        (_, Style::Brackets) => name.strip_suffix("[]") == Some(&*param.name),
        (_, Style::Numbered | Style::Series) => {
            name == param.name || numbered(name, &format!("{}_", param.name))
        }
        (_, Style::Indexed(prefix)) => numbered(name, prefix),
        _ => name == param.name,
    }
}

/// Returns whether the parameter takes text and sends it unchanged.
fn is_text(param: &Param) -> bool {
    param.kind == Kind::TEXT && param.style == Style::Plain
}

fn numbered(name: &str, prefix: &str) -> bool {
    let number = name.strip_prefix(prefix);
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

/// A request as it was sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sent {
    pub(super) path: String,
    pub(super) query: String,
    pub(super) body: Vec<u8>,
    pub(super) is_form: bool,
    pub(super) is_format: bool,
    pub(super) is_file: bool,
    /// The fields of a form with files.
    pub(super) parts: Option<KeyPairs>,
    pub(super) files: Files,
    pub(super) switches: Vec<String>,
}

/// Returns the request that the client sends, or `None` if it refuses.
pub(super) async fn sent(asked: &Asked, made: Made) -> Option<Sent> {
    let sent = wire(&asked.workspace, asked.verb, Untyped::new(made.request.clone())).await?;
    let Made { is_format, is_file, switches, .. } = made;
    Some(Sent { is_format, is_file, switches, ..sent })
}

/// Returns the request that the client sends for a call, or `None` if it refuses.
pub(super) async fn wire<C: RestCall>(workspace: &str, verb: Method, call: C) -> Option<Sent> {
    let wire = Wire::default();
    let result = wire.connect().workspace(workspace).method(verb).call(call).await;
    let sent = wire.take();
    assert_eq!(
        result.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidRequest),
        sent.is_none()
    );
    let request = sent?;
    let target = request.uri().path_and_query()?.as_str();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let kind = request.headers().get(http::header::CONTENT_TYPE);
    let kind = kind.map_or("", |kind| kind.to_str().unwrap());
    let (parts, files) = form_of(kind, request.body()).unzip();
    Some(Sent {
        path: path.to_owned(),
        query: query.to_owned(),
        // The multipart boundary is different each time.
        body: if parts.is_none() { request.body().to_vec() } else { Vec::new() },
        is_form: kind == "application/x-www-form-urlencoded" || parts.is_some(),
        is_format: false,
        is_file: false,
        files: files.unwrap_or_default(),
        parts,
        switches: Vec::new(),
    })
}
