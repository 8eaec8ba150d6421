//! What was said on the command line as a request, spelt as the typed calls spell it.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    ffi::OsStr,
    path::{Path, PathBuf},
};

use clap::{
    ArgMatches,
    parser::{MatchesError, ValueSource},
};
use pydio_runtime::{
    FilePart, Json, NodePath, OperationRequest, Place, Request, hidden::is_of_family, json::Object,
};
use secrecy::ExposeSecret as _;

use super::{
    ActionEntry, At, Failed, Field, Kind, OperationEntry, Param, Simple, args,
    input::Input,
    tree::{FIELD, FIELD_FILE, field_id, is_name_of_upload, is_root_by_default, option_name},
};

/// What was said behind a call.
pub(super) struct Said<'m> {
    matches: &'m ArgMatches,
    input: &'m mut Input,
    /// The ids of what has been looked at.
    seen: RefCell<BTreeSet<String>>,
}

impl<'m> Said<'m> {
    pub(super) fn new(matches: &'m ArgMatches, input: &'m mut Input) -> Self {
        Self { matches, input, seen: RefCell::default() }
    }

    fn text(&self, id: &str) -> Result<Option<String>, Failed> {
        self.one::<String>(id)
    }

    fn one<T: Clone + Send + Sync + 'static>(&self, id: &str) -> Result<Option<T>, Failed> {
        self.seen.borrow_mut().insert(id.to_owned());
        match self.matches.try_get_one::<T>(id) {
            Ok(value) => Ok(value.cloned()),
            Err(MatchesError::UnknownArgument { .. }) => Ok(None),
            Err(_) => Err(unknown(id)),
        }
    }

    fn many<T: Clone + Send + Sync + 'static>(&self, id: &str) -> Result<Option<Vec<T>>, Failed> {
        self.seen.borrow_mut().insert(id.to_owned());
        match self.matches.try_get_many::<T>(id) {
            Ok(values) => Ok(values.map(|values| values.cloned().collect())),
            Err(MatchesError::UnknownArgument { .. }) => Ok(None),
            Err(_) => Err(unknown(id)),
        }
    }

    fn is_on(&self, id: &str) -> Result<bool, Failed> {
        Ok(self.one::<bool>(id)?.unwrap_or(false))
    }

    /// Nothing that was said may be missing in what is sent: whoever narrows down what an action
    /// does relies on it.
    fn all_seen(&self) -> Result<(), Failed> {
        let seen = self.seen.borrow();
        let is_lost = |id: &str| {
            let is_given = self.matches.value_source(id) == Some(ValueSource::CommandLine);
            is_given && !seen.contains(id) && !args::is_shared(id)
        };
        let mut ids = self.matches.ids().map(|id| id.as_str());
        ids.find(|id| is_lost(id)).map_or(Ok(()), |id| Err(unknown(id)))
    }

    /// A secret, which is asked for where the call cannot do without it.
    fn secret(&self, id: &str, name: &str, must: bool) -> Result<Option<String>, Failed> {
        let path = self.one::<PathBuf>(id)?;
        if path.is_none() && !must {
            return Ok(None);
        }
        match self.input.secret(name, path.as_ref())? {
            Some(secret) => Ok(Some(secret.expose_secret().to_owned())),
            None => {
                let option = option_name(name, true);
                Err(Failed::usage(format!("`{name}` is missing: give `--{option} FILE`")))
            }
        }
    }

    /// The fields without names of their own.
    fn fields(&self, params: &[Param]) -> Result<Vec<(String, String)>, Failed> {
        let mut fields = self.many::<(String, String)>(FIELD)?.unwrap_or_default();
        for (name, path) in self.many::<(String, String)>(FIELD_FILE)?.unwrap_or_default() {
            let secret = self.input.secret(&name, Some(&path.into()))?;
            fields.extend(secret.map(|secret| (name, secret.expose_secret().to_owned())));
        }
        for (index, (name, _)) in fields.iter().enumerate() {
            // One of the two would be lost.
            if params.iter().any(|param| is_of(param, name)) {
                let message = format!("`{name}` is a parameter of its own: `--field` takes others");
                return Err(Failed::usage(message));
            }
            if fields[..index].iter().any(|(other, _)| other == name) {
                return Err(Failed::usage(format!("the field `{name}` is there twice")));
            }
        }
        Ok(fields)
    }

    /// A document: what was given as a whole, with the fields that were given one by one.
    fn document(&self, param: &Param, fields: &[Field]) -> Result<Option<Json>, Failed> {
        let whole = self.text(param.name)?;
        let whole = whole.map(|given| self.input.json(param.name, &given)).transpose()?;
        let mut parts = Object::new();
        for field in fields {
            if let Some(value) = self.field(param, field)? {
                parts.insert(field.name.to_owned(), value);
            }
        }
        let document = match whole {
            None if parts.is_empty() && !param.required => return Ok(None),
            None => Json::Object(parts),
            Some(whole) if parts.is_empty() => whole,
            Some(Json::Object(mut whole)) => {
                whole.extend(parts);
                Json::Object(whole)
            }
            Some(_) => {
                let message = format!("`{}` is no object that fields could go into", param.name);
                return Err(Failed::usage(message));
            }
        };
        let is_missing = |field: &&Field| field.required && document.get(field.name).is_none();
        if document.is_object()
            && let Some(missing) = fields.iter().find(is_missing)
        {
            let message = format!("`{}` lacks the field `{}`", param.name, missing.name);
            return Err(Failed::usage(message));
        }
        Ok(Some(document))
    }

    fn field(&self, param: &Param, field: &Field) -> Result<Option<Json>, Failed> {
        let id = field_id(param.name, field.name);
        if field.secret {
            return Ok(self.secret(&id, field.name, false)?.map(Json::from));
        }
        Ok(match field.kind {
            None => None,
            Some(Simple::Text | Simple::Choice(_)) => self.text(&id)?.map(Json::from),
            Some(Simple::Integer) => self.one::<i64>(&id)?.map(Json::from),
            Some(Simple::Float) => self.one::<f64>(&id)?.map(Json::from),
            Some(Simple::Boolean) => self.one::<bool>(&id)?.map(Json::from),
        })
    }

    async fn file(&mut self, param: &Param) -> Result<Option<FilePart>, Failed> {
        match self.one::<PathBuf>(param.name)? {
            Some(path) => self.part(param, &path).await.map(Some),
            None => Ok(None),
        }
    }

    async fn files(&mut self, param: &Param) -> Result<Vec<FilePart>, Failed> {
        let mut files = Vec::new();
        for path in self.many::<PathBuf>(param.name)?.unwrap_or_default() {
            files.push(self.part(param, &path).await?);
        }
        Ok(files)
    }

    async fn part(&mut self, param: &Param, path: &Path) -> Result<FilePart, Failed> {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or("file").to_owned();
        Ok(FilePart::new(name, self.input.body(param.name, path).await?))
    }
}

/// The request for an action: what every call has, what it cannot do without, and the rest.
pub(super) async fn of_action(
    entry: &'static ActionEntry,
    said: &mut Said<'_>,
) -> Result<Request, Failed> {
    let mut request = Request::new(&entry.call);
    if let Some(note) = entry.retired {
        request = request.retired(note);
    }
    for param in entry.params {
        if let Kind::Constant(value) = param.kind {
            request = request.text(param.name, value);
        }
    }
    let is_argument = |param: &&&Param| param.at != At::Field || param.required;
    let (arguments, others): (Vec<_>, Vec<_>) =
        entry.params.iter().partition(|param| is_argument(&param));
    for param in arguments.into_iter().chain(others) {
        request = argument(entry, param, request, said).await?;
    }
    said.all_seen()?;
    Ok(request)
}

async fn argument(
    entry: &'static ActionEntry,
    param: &'static Param,
    request: Request,
    said: &mut Said<'_>,
) -> Result<Request, Failed> {
    let name = param.name;
    if param.secret {
        let must = param.required || param.at == At::Path;
        let secret = said.secret(name, name, must)?;
        return Ok(match (secret, &param.kind) {
            (Some(secret), Kind::Encoded) => request.encoded(name, secret),
            (Some(secret), _) => request.text(name, secret),
            (None, _) => request,
        });
    }
    let request = match &param.kind {
        Kind::Constant(_) => request,
        Kind::Flag => request.flag(name, said.is_on(name)?),
        Kind::On => request.on(name, said.is_on(name)?),
        Kind::Boolean => or(request, said.one(name)?, |request, on| request.switch(name, on)),
        Kind::Integer => or(request, said.one(name)?, |request, n| request.integer(name, n)),
        Kind::Page => or(request, said.one(name)?, Request::page),
        Kind::Encoded => {
            let value = match said.text(name)? {
                None if is_name_of_upload(&entry.call, name) => Some(name_of_file(entry, said)?),
                value => value,
            };
            or(request, value, |request, text| request.encoded(name, text))
        }
        Kind::Node => match said.text(name)? {
            None if is_root_by_default(entry, param) => request.node(name, NodePath::root()),
            node => or(request, node, |request, node| request.node(name, node)),
        },
        Kind::Nodes => or(request, said.many::<String>(name)?, |r, nodes| r.nodes(name, nodes)),
        Kind::Selection => {
            or(request, said.many::<String>(name)?, |r, nodes| r.selection(name, nodes))
        }
        Kind::Texts | Kind::Repeated(_) => {
            or(request, said.many::<String>(name)?, |r, texts| r.texts(name, texts))
        }
        Kind::Json | Kind::Document(_) => match said.text(name)? {
            None => request,
            Some(given) => request.json(name, &said.input.json(name, &given)?),
        },
        Kind::Fields => request.fields(said.fields(entry.params)?),
        Kind::Numbered(prefix) => numbered(request, prefix, said.many(name)?.unwrap_or_default())?,
        Kind::File => match said.file(param).await? {
            None => request,
            Some(file) => request.file(name, file),
        },
        Kind::Text | Kind::Choice(_) | Kind::Unsigned | Kind::Float => {
            or(request, said.text(name)?, |request, text| request.text(name, text))
        }
        Kind::Bytes
        | Kind::Joined(_)
        | Kind::Files
        | Kind::FileOf(_)
        | Kind::Word(_)
        | Kind::Items(_)
        | Kind::Styled(..)
        | Kind::MediaType(_) => return Err(unknown(name)),
    };
    Ok(request)
}

/// Whether a parameter is sent under that name, maybe among others.
fn is_of(param: &Param, name: &str) -> bool {
    match param.kind {
        Kind::Numbered(prefix) => {
            let number = name.strip_prefix(prefix);
            number.is_some_and(|number| number.bytes().all(|byte| byte.is_ascii_digit()))
        }
        Kind::Selection => is_of_family(name, param.name),
        _ => param.name == name,
    }
}

fn or<R, T>(request: R, value: Option<T>, set: impl FnOnce(R, T) -> R) -> R {
    match value {
        Some(value) => set(request, value),
        None => request,
    }
}

/// Nothing is left out without a word.
fn unknown(name: &str) -> Failed {
    let message = format!("the command line does not know how `{name}` is sent");
    Failed::usage(message).tip("this is a mistake of the program: please report it")
}

fn numbered(
    request: Request,
    prefix: &'static str,
    values: Vec<(usize, String)>,
) -> Result<Request, Failed> {
    for (index, (number, _)) in values.iter().enumerate() {
        if values[..index].iter().any(|(other, _)| other == number) {
            return Err(Failed::usage(format!("`{prefix}{number}` is there twice")));
        }
    }
    let set = |request: Request, (number, value)| request.numbered(prefix, number, value);
    Ok(values.into_iter().fold(request, set))
}

/// The name that the file to be uploaded has on this side.
fn name_of_file(entry: &ActionEntry, said: &Said<'_>) -> Result<String, Failed> {
    let file = entry.params.iter().find(|param| matches!(param.kind, Kind::File));
    let path = file.map_or(Ok(None), |file| said.one::<PathBuf>(file.name))?;
    let name = path.as_ref().and_then(|path| path.file_name()).and_then(OsStr::to_str);
    let option = entry.params.iter().find(|param| is_name_of_upload(&entry.call, param.name));
    let option = option.map_or("", |param| param.name);
    match name {
        Some(name) if name != "-" => Ok(name.to_owned()),
        _ => {
            let message = format!("what shall the file be called? Give `--{option} NAME`");
            Err(Failed::usage(message))
        }
    }
}

/// The request for an operation.
pub(super) async fn of_operation(
    entry: &'static OperationEntry,
    said: &mut Said<'_>,
) -> Result<OperationRequest, Failed> {
    let mut request = OperationRequest::new(&entry.call);
    let (arguments, others): (Vec<_>, Vec<_>) =
        entry.params.iter().partition(|param| param.required);
    for param in arguments.into_iter().chain(others) {
        request = parameter(entry, param, request, said).await?;
        if param.not_root {
            request = request.not_root(param.name);
        }
    }
    said.all_seen()?;
    Ok(request)
}

async fn parameter(
    entry: &'static OperationEntry,
    param: &'static Param,
    request: OperationRequest,
    said: &mut Said<'_>,
) -> Result<OperationRequest, Failed> {
    let name = param.name;
    let place = match param.at {
        At::Path | At::CatchAll => Place::Path,
        At::Query | At::Field => Place::Query,
        At::Header => Place::Header,
        At::Cookie => Place::Cookie,
        At::Form => Place::Form,
        At::Part => Place::Part,
        At::Body => return body(param, request, said).await,
    };
    let text = match &param.kind {
        Kind::Flag => return Ok(request.flag(place, name, said.is_on(name)?)),
        Kind::Node => {
            return Ok(or(request, said.text(name)?, |r, node| r.node(place, name, node)));
        }
        Kind::Document(fields) => {
            let document = said.document(param, fields)?;
            return Ok(or(request, document, |r, json| r.json(place, name, &json)));
        }
        Kind::Repeated(wire) => {
            let texts = said.many::<String>(name)?;
            return Ok(or(request, texts, |r, texts| r.list(place, wire, texts)));
        }
        Kind::Joined(between) => {
            let texts = said.many::<String>(name)?;
            return Ok(or(request, texts, |r, texts| r.joined(place, name, between, texts)));
        }
        Kind::Items(style) => {
            let texts = said.many::<String>(name)?;
            return Ok(or(request, texts, |r, texts| r.items(place, name, *style, texts)));
        }
        Kind::Word(style) if !param.secret => {
            let text = said.text(name)?;
            return Ok(or(request, text, |r, text| r.styled(place, name, *style, &text)));
        }
        Kind::Styled(style, fields) => {
            let document = said.document(param, fields)?;
            return Ok(or(request, document, |r, json| r.styled(place, name, *style, &json)));
        }
        Kind::Fields => {
            let add = |request: OperationRequest, (name, value)| request.field(place, name, value);
            return Ok(said.fields(entry.params)?.into_iter().fold(request, add));
        }
        Kind::File => {
            return Ok(or(request, said.file(param).await?, |r, file| r.file(name, file)));
        }
        Kind::FileOf(media_type) => {
            let file = said.file(param).await?;
            return Ok(or(request, file, |r, file| r.file(name, file).part_type(name, media_type)));
        }
        Kind::Files => return Ok(request.files(name, said.files(param).await?)),
        _ if param.secret => said.secret(name, name, param.required)?,
        Kind::Integer => said.one::<i64>(name)?.map(|value| value.to_string()),
        Kind::Unsigned => said.one::<u64>(name)?.map(|value| value.to_string()),
        Kind::Float => said.one::<f64>(name)?.map(|value| value.to_string()),
        Kind::Boolean => said.one::<bool>(name)?.map(|value| value.to_string()),
        Kind::Text | Kind::Choice(_) => said.text(name)?,
        _ => return Err(unknown(name)),
    };
    Ok(or(request, text, |request, text| request.set(place, name, text)))
}

async fn body(
    param: &'static Param,
    request: OperationRequest,
    said: &mut Said<'_>,
) -> Result<OperationRequest, Failed> {
    match &param.kind {
        Kind::Document(fields) => {
            let document = said.document(param, fields)?;
            Ok(or(request, document, |request, json| request.body(&json)))
        }
        Kind::Bytes => match said.one::<PathBuf>(param.name)? {
            Some(path) => Ok(request.upload(said.input.body(param.name, &path).await?)),
            None => Ok(request),
        },
        Kind::Text => Ok(or(request, said.text(param.name)?, |r, text| r.text_body(text))),
        Kind::Constant(media_type) => Ok(request.media_type(*media_type)),
        Kind::MediaType(_) => {
            Ok(or(request, said.text(param.name)?, |r, media_type| r.media_type(media_type)))
        }
        _ => Err(unknown(param.name)),
    }
}

#[cfg(test)]
mod tests;
