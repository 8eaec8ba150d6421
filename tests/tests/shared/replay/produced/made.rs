//! Builds the call of a recorded request, like the generated function and setters do.

use pydio_client::{Json, Method};
use pydio_codegen::ir::{self, Kind, Location, Param, Response, Style, Type};
use pydio_runtime::{Endpoint, NodePaths, Param as Declared, Request};
use pydio_tests::{lasting, leaked};

use super::{
    asked::{Asked, Files},
    reason::Reason,
};
use crate::replay::{
    address::Fields,
    declared::{includes, is_numbered},
    targets,
};

/// A request of an action that is ready to send.
pub(super) struct Made {
    pub(super) request: Request,
    verb: Method,
    /// The recorded fields as the client sends them: without `format=json`, which a header
    /// replaces, with the client's names of nodes, and with the root where other fields name them.
    pub(super) fields: Fields,
    /// Whether the recording has other names of nodes.
    pub(super) is_renamed: bool,
    /// The constants of a form with files that were not recorded: one of several is sufficient.
    pub(super) switches: Vec<String>,
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
    if action.unsupported.is_some() {
        return Err(Reason::Unsupported);
    }
    let described = described(action);
    let fields = match before.param("nodes").is_some() && action.param("nodes").is_none() {
        // A correction says that the server does not read it.
        true => asked.fields.clone(),
        false => named_as_sent(action, &asked.fields, asked.is_session()),
    };
    let mut left = fields.clone();
    let mut filling = Filling {
        request: Request::new(described),
        action,
        is_session: asked.is_session(),
        left: &mut left,
        files: asked.files.clone(),
        switches: Vec::new(),
        overridden: None,
    };
    let path = filling.path(before, asked)?;
    let missing = filling.fields(path, &fields)?;
    let Filling { request, files, switches, overridden, .. } = filling;
    if let Some((name, _)) = files.into_iter().next() {
        return Err(Reason::Unknown(name));
    }
    let is_json = |(name, value): &(String, String)| name == "format" && value == "json";
    let mut sent = fields.clone();
    if answers_json(&action.response) && left.iter().any(is_json) {
        left.retain(|pair| !is_json(pair));
        sent.retain(|pair| !is_json(pair));
    }
    sent.extend(overridden.map(|name| (name, "/".to_owned())));
    match (left.first(), missing) {
        (None, None) => {
            refusal(action, asked)?;
            let (verb, is_renamed) = (described.method(), fields != asked.fields);
            Ok(Made { request, verb, fields: sent, is_renamed, switches })
        }
        (None, Some(name)) => Err(Reason::Missing(name)),
        (Some((name, value)), _) => Err(Reason::field(name, value, action, before)),
    }
}

/// Fails if the client refuses the values, or lacks one of several parameters.
fn refusal(action: &ir::Endpoint, asked: &Asked) -> Result<(), Reason> {
    for (name, value) in &asked.fields {
        let params = action.params.iter().filter(|param| includes(param, name));
        let mut refused = params.flat_map(|param| &param.refused);
        if refused.any(|(known, _)| known == value) {
            return Err(Reason::Refused(format!("{name}={value}")));
        }
    }
    for needs in &action.needs {
        let is_given = |name: &String| {
            let param = action.param(name);
            param.is_some_and(|param| asked.fields.iter().any(|(name, _)| includes(param, name)))
        };
        if !needs.iter().any(is_given) {
            return Err(Reason::Needs(needs.join(", ")));
        }
    }
    Ok(())
}

/// Returns the fields with the client's names of nodes. The server reads a selection from `file`,
/// `file_0` and so on, or from `nodes[]`.
fn named_as_sent(action: &ir::Endpoint, fields: &Fields, is_session: bool) -> Fields {
    let is_by_path = !is_session && action.path_params().next().is_some();
    let has = |name: &str| action.param(name).is_some();
    let is_selection = |param: &Param| param.name == "file" && param.style == Style::Numbered;
    let is_file = |name: &str| name == "file" || is_numbered(name, "file_");
    let count = fields.iter().filter(|(name, _)| name == "nodes[]").count();
    if !is_by_path && has("nodes") && !has("file") {
        let name = |name: &str| if is_file(name) { "nodes[]".to_owned() } else { name.to_owned() };
        return fields.iter().map(|(known, value)| (name(known), value.clone())).collect();
    }
    if is_by_path
        || !action.params.iter().any(is_selection)
        || fields.iter().any(|(name, _)| is_file(name))
    {
        return fields.clone();
    }
    let mut index = 0;
    let mut name = |name: &str| match name {
        "nodes[]" if count == 1 => "file".to_owned(),
        "nodes[]" => {
            index += 1;
            format!("file_{}", index - 1)
        }
        other => other.to_owned(),
    };
    fields.iter().map(|(known, value)| (name(known), value.clone())).collect()
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
        Location::Query => Declared::query(name),
        _ => Declared::form(name),
    };
    let declared = match &param.kind {
        Kind::Nodes => declared.nodes(),
        Kind::Value(Type::List(_)) if param.style != Style::Json => declared.texts(),
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
    /// Whether the parameters of the path are fields like any other.
    is_session: bool,
    /// The fields that no parameter has used yet.
    left: &'a mut Fields,
    /// The files that no parameter has used yet.
    files: Files,
    switches: Vec<String>,
    /// The parameter that is the root since other fields name the nodes.
    overridden: Option<String>,
}

impl Filling<'_> {
    /// Returns the path values by parameter. Those at the end of the path may be fields.
    fn path(&self, before: &ir::Endpoint, asked: &Asked) -> Result<Vec<String>, Reason> {
        let Some(rest) = &asked.rest else { return Ok(Vec::new()) };
        if !self.action.rest {
            return Err(Reason::NotOverRest);
        }
        let own = self.action.path_params().count();
        let before = if before.rest { before } else { self.action };
        let declared: Vec<_> = before.path_params().map(|param| &param.name).collect();
        let rest = rest.trim_end_matches('/');
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
    fn fields(&mut self, path: Vec<String>, fields: &Fields) -> Result<Option<String>, Reason> {
        let mut missing = None;
        let mut setters = Vec::new();
        let is_constant = |param: &&Param| matches!(param.kind, Kind::Constant(_));
        let (constants, mut others): (Vec<_>, Vec<_>) =
            self.action.params.iter().partition(is_constant);
        // Fields of any name are those that are left.
        others.sort_by_key(|param| param.kind == Kind::Fields);
        for param in constants.into_iter().chain(others) {
            let in_path = self.index(param).map(|index| (index, path[index].clone()));
            match &param.kind {
                Kind::Constant(value) => self.constant(param, value, in_path)?,
                _ if param.is_argument() => {
                    if !self.argument(param, in_path, fields)? && missing.is_none() {
                        missing = Some(param.name.clone());
                    }
                }
                _ => setters.push(param),
            }
        }
        let first = |param: &&Param| {
            let first = fields.iter().position(|(name, _)| includes(param, name));
            (param.kind == Kind::Fields, first)
        };
        setters.sort_by_key(first);
        for param in setters {
            self.field(param)?;
        }
        Ok(missing)
    }

    /// Returns the index among the parameters of the path.
    fn index(&self, param: &Param) -> Option<usize> {
        let mut params = self.action.path_params().filter(|_| !self.is_session);
        params.position(|own| own.name == param.name)
    }

    /// Returns whether the path has a value for that name.
    fn is_in_path(&self, name: &str) -> bool {
        !self.is_session && self.action.path_params().any(|param| param.name == name)
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

    /// Sets a function argument; returns false if it is missing. What is not needed and stands in
    /// the path over REST is always sent on a session.
    fn argument(
        &mut self,
        param: &Param,
        in_path: Option<(usize, String)>,
        fields: &Fields,
    ) -> Result<bool, Reason> {
        let value = match in_path {
            None if self.field(param)? => return Ok(true),
            None if self.is_session && self.is_overridden(param, fields) => {
                self.overridden = Some(param.name.clone());
                Some(String::new())
            }
            None if self.is_session && param.location.is_path() && !param.required => {
                return Err(Reason::OnlyInPath(param.name.clone()));
            }
            None => return Ok(false),
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

    /// Returns whether the server reads the nodes from other fields than this one, which may then be
    /// the root.
    fn is_overridden(&self, param: &Param, fields: &Fields) -> bool {
        let names: Vec<_> = self.action.params.iter().map(|param| &*param.name).collect();
        let has = |name: &str| fields.iter().any(|(known, _)| known == name);
        param.location == Location::RestOfPath
            && (has("nodes[]") && names.contains(&"nodes")
                || has("filename") && names.contains(&"filename"))
    }

    /// Sets a parameter from the fields; returns false if they do not contain it.
    fn field(&mut self, param: &Param) -> Result<bool, Reason> {
        if param.kind == Kind::File {
            return Ok(self.file(param));
        }
        let (own, others): (Fields, Fields) =
            self.left.drain(..).partition(|(name, _)| includes(param, name));
        *self.left = others;
        if own.is_empty() {
            return Ok(false);
        }
        let name = leaked(&param.name);
        let values = || own.iter().map(|(_, value)| value.clone());
        match (&param.kind, &param.style) {
            (Kind::Nodes, _) => {
                self.set(|request| request.nodes(name, values().collect::<NodePaths>()))
            }
            (Kind::Value(Type::List(_)), style) if *style != Style::Json => {
                self.set(|request| request.texts(name, values()));
            }
            (Kind::Fields, _) if own.iter().any(|(name, _)| self.is_in_path(name)) => {
                return Err(Reason::Overridden(param.name.clone()));
            }
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
            (Kind::Value(_), Style::Json) => {
                let json: Json = serde_json::from_str(&value).map_err(|_| odd())?;
                self.set(|request| request.json(name, &json));
            }
            (Kind::Value(Type::Text), Style::Plain) | (Kind::Choice(_), _) => {
                self.set(|request| request.text(name, &*value));
            }
            (Kind::Value(Type::Integer | Type::Time), _) => {
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

/// Returns whether the parameter takes text and sends it unchanged.
fn is_text(param: &Param) -> bool {
    param.kind == Kind::TEXT && param.style == Style::Plain
}
