//! Builds a request from the command line, encoded like the requests of typed calls.

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
use secrecy::ExposeSecret as _;

use pydio_runtime::{
    FilePart, Json, Kind, NodePath, ParamEncoding, Request, SecretString, json::Object,
};

use super::{
    Entry, Failed, Field, Simple, args,
    input::Input,
    table::Documented,
    tree::{FIELD, FIELD_FILE, field_id, is_root_by_default, option_name, upload_name},
};

/// The arguments of a call.
pub(super) struct Said<'m> {
    matches: &'m ArgMatches,
    input: &'m mut Input,
    /// The ids that have been read.
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

    /// Checks that every argument was sent: a user who narrows down what an action does relies on
    /// it.
    fn all_seen(&self) -> Result<(), Failed> {
        let seen = self.seen.borrow();
        let is_lost = |id: &str| {
            let is_given = self.matches.value_source(id) == Some(ValueSource::CommandLine);
            is_given && !seen.contains(id) && !args::is_shared(id)
        };
        let mut ids = self.matches.ids().map(|id| id.as_str());
        ids.find(|id| is_lost(id)).map_or(Ok(()), |id| Err(unknown(id)))
    }

    /// Reads a secret; prompts for it if the call requires it.
    fn secret(&self, id: &str, name: &str, must: bool) -> Result<Option<SecretString>, Failed> {
        let path = self.one::<PathBuf>(id)?;
        if path.is_none() && !must {
            return Ok(None);
        }
        match self.input.secret(name, path.as_ref())? {
            Some(secret) => Ok(Some(secret)),
            None => {
                let option = option_name(name, true);
                Err(Failed::usage(format!("`{name}` is missing: pass `--{option} FILE`")))
            }
        }
    }

    /// Returns the fields without declared names.
    fn fields(&self, entry: &'static Entry) -> Result<Vec<(String, String)>, Failed> {
        let mut fields = self.many::<(String, String)>(FIELD)?.unwrap_or_default();
        for (name, path) in self.many::<(String, String)>(FIELD_FILE)?.unwrap_or_default() {
            let secret = self.input.secret(&name, Some(&path.into()))?;
            fields.extend(secret.map(|secret| (name, secret.expose_secret().to_owned())));
        }
        for (index, (name, _)) in fields.iter().enumerate() {
            // One of the two would be lost.
            if entry.params().any(|param| is_of(param, name)) {
                let message = format!("`{name}` has its own option: `--field` takes others");
                return Err(Failed::usage(message));
            }
            if fields[..index].iter().any(|(other, _)| other == name) {
                return Err(Failed::usage(format!("the field `{name}` is given twice")));
            }
        }
        Ok(fields)
    }

    /// Returns a document: the one given as a whole, merged with the fields that were given
    /// separately.
    fn document(&self, param: Documented) -> Result<Option<Json>, Failed> {
        let name = param.name();
        let whole = self.text(name)?;
        let whole = whole.map(|given| self.input.json(name, &given)).transpose()?;
        let mut parts = Object::new();
        let fields = param.doc.fields;
        for field in fields {
            if let Some(value) = self.field(param, field)? {
                parts.insert(field.name.to_owned(), value);
            }
        }
        let document = match whole {
            None if parts.is_empty() && !param.param.is_required() => return Ok(None),
            None => Json::Object(parts),
            Some(whole) if parts.is_empty() => whole,
            Some(Json::Object(mut whole)) => {
                whole.extend(parts);
                Json::Object(whole)
            }
            Some(_) => {
                let message = format!("`{name}` is not an object, so it cannot have fields");
                return Err(Failed::usage(message));
            }
        };
        let is_missing = |field: &&Field| field.required && document.get(field.name).is_none();
        if document.is_object()
            && let Some(missing) = fields.iter().find(is_missing)
        {
            let message = format!("`{name}` lacks the field `{}`", missing.name);
            return Err(Failed::usage(message));
        }
        Ok(Some(document))
    }

    fn field(&self, param: Documented, field: &Field) -> Result<Option<Json>, Failed> {
        let id = field_id(param.name(), field.name);
        if field.secret {
            let secret = self.secret(&id, field.name, false)?;
            return Ok(secret.map(|secret| Json::from(secret.expose_secret())));
        }
        Ok(match field.kind {
            None => None,
            Some(Simple::Text | Simple::Enum(_)) => self.text(&id)?.map(Json::from),
            Some(Simple::Integer) => self.one::<i64>(&id)?.map(Json::from),
            Some(Simple::Float) => self.one::<f64>(&id)?.map(Json::from),
            Some(Simple::Boolean) => self.one::<bool>(&id)?.map(Json::from),
        })
    }

    async fn file(&mut self, name: &str) -> Result<Option<FilePart>, Failed> {
        match self.one::<PathBuf>(name)? {
            Some(path) => self.part(name, &path).await.map(Some),
            None => Ok(None),
        }
    }

    async fn files(&mut self, name: &str) -> Result<Vec<FilePart>, Failed> {
        let mut files = Vec::new();
        for path in self.many::<PathBuf>(name)?.unwrap_or_default() {
            files.push(self.part(name, &path).await?);
        }
        Ok(files)
    }

    async fn part(&mut self, param: &str, path: &Path) -> Result<FilePart, Failed> {
        let name = path.file_name().and_then(OsStr::to_str).unwrap_or("file").to_owned();
        Ok(FilePart::new(name, self.input.body(param, path).await?))
    }
}

/// Builds the request: required parameters first, then the others.
pub(super) async fn of(entry: &'static Entry, said: &mut Said<'_>) -> Result<Request, Failed> {
    let mut request = Request::new(&entry.endpoint);
    let is_first = |param: &Documented| param.is_in_path() || param.param.is_required();
    let (first, others): (Vec<_>, Vec<_>) = entry.params().partition(is_first);
    for param in first.into_iter().chain(others) {
        request = argument(entry, param, request, said).await?;
    }
    said.all_seen()?;
    Ok(request)
}

async fn argument(
    entry: &'static Entry,
    param: Documented,
    request: Request,
    said: &mut Said<'_>,
) -> Result<Request, Failed> {
    let name = param.name();
    if matches!(param.param.encoding(), ParamEncoding::Constant(_)) {
        return Ok(request);
    }
    if param.param.is_secret() {
        let must = param.param.is_required() || param.is_in_path();
        let secret = said.secret(name, name, must)?;
        return Ok(or(request, secret, |request, text| request.secret(name, text)));
    }
    if param.param.encoding() == ParamEncoding::Indexed {
        return indexed(request, name, said.many(name)?.unwrap_or_default());
    }
    Ok(match param.param.kind() {
        Kind::Flag | Kind::On => request.flag(name, said.is_on(name)?),
        Kind::Boolean => or(request, said.one::<bool>(name)?, |r, on| r.number(name, on)),
        Kind::Integer => or(request, said.one::<i64>(name)?, |r, n| r.number(name, n)),
        Kind::Unsigned => or(request, said.one::<u64>(name)?, |r, n| r.number(name, n)),
        Kind::Float => or(request, said.one::<f64>(name)?, |r, n| r.number(name, n)),
        Kind::Page => or(request, said.one(name)?, Request::page),
        Kind::Text | Kind::Enum(_) => {
            let text = match said.text(name)? {
                None if upload_name(&entry.endpoint) == Some(name) => {
                    Some(name_of_file(entry, said)?)
                }
                text => text,
            };
            or(request, text, |request, text| request.text(name, text))
        }
        Kind::Node => match said.text(name)? {
            None if is_root_by_default(&entry.endpoint, param) => {
                request.node(name, NodePath::root())
            }
            node => or(request, node, |request, node| request.node(name, node)),
        },
        Kind::Nodes => or(request, said.many::<String>(name)?, |r, nodes| r.nodes(name, nodes)),
        // Of a list of lists, each list is given as it is sent.
        Kind::Texts | Kind::Lists => {
            or(request, said.many::<String>(name)?, |r, texts| r.texts(name, texts))
        }
        Kind::Json => or(request, said.document(param)?, |r, json| r.json(name, &json)),
        Kind::Fields => request.fields(name, said.fields(entry)?),
        Kind::File => or(request, said.file(name).await?, |r, file| r.file(name, file)),
        Kind::Files => request.files(name, said.files(name).await?),
        Kind::Bytes => match said.one::<PathBuf>(name)? {
            Some(path) => {
                let body = said.input.body(name, &path).await?;
                request.bytes(name, body)
            }
            None => request,
        },
        Kind::MediaType(_) => {
            or(request, said.text(name)?, |r, media_type| r.media_type(media_type))
        }
        Kind::FileFields => request,
        _ => return Err(unknown(name)),
    })
}

/// Returns whether a parameter is sent under this name, possibly with others.
fn is_of(param: Documented, name: &str) -> bool {
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    match (param.param.encoding(), name.strip_prefix(param.param.name())) {
        (_, Some("")) => param.param.kind() != Kind::Fields,
        (ParamEncoding::Indexed, Some(rest)) => is_number(rest),
        (ParamEncoding::Numbered | ParamEncoding::Series, Some(rest)) => {
            rest.strip_prefix('_').is_some_and(|rest| !rest.is_empty() && is_number(rest))
        }
        _ => false,
    }
}

fn or<T>(request: Request, value: Option<T>, set: impl FnOnce(Request, T) -> Request) -> Request {
    match value {
        Some(value) => set(request, value),
        None => request,
    }
}

/// The error for a parameter that cannot be sent; none is skipped silently.
fn unknown(name: &str) -> Failed {
    let message = format!("the command line cannot send `{name}`");
    Failed::usage(message).tip("this is a bug in the program: please report it")
}

fn indexed(
    request: Request,
    name: &'static str,
    values: Vec<(usize, String)>,
) -> Result<Request, Failed> {
    for (index, (number, _)) in values.iter().enumerate() {
        if values[..index].iter().any(|(other, _)| other == number) {
            return Err(Failed::usage(format!("`{name}{number}` is given twice")));
        }
    }
    let set = |request: Request, (number, value)| request.indexed(name, number, value);
    Ok(values.into_iter().fold(request, set))
}

/// Returns the local name of the file to upload.
fn name_of_file(entry: &'static Entry, said: &Said<'_>) -> Result<String, Failed> {
    let file = entry.params().find(|param| param.param.kind() == Kind::File);
    let path = file.map_or(Ok(None), |file| said.one::<PathBuf>(file.name()))?;
    let name = path.as_ref().and_then(|path| path.file_name()).and_then(OsStr::to_str);
    match name {
        Some(name) if name != "-" => Ok(name.to_owned()),
        _ => {
            let option = upload_name(&entry.endpoint).unwrap_or_default();
            let message = format!("no name for the file given; pass `--{option} NAME`");
            Err(Failed::usage(message))
        }
    }
}

#[cfg(test)]
mod tests;
