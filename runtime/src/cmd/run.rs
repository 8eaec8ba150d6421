//! One run of the console: from a call to its responses and the kinds of failures.

use std::io;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header::CONTENT_TYPE};
use secrecy::SecretString;

use super::{
    CommandLine,
    output::{self, Place, Section},
    process::{self, Fault, Printed},
    target::{As, NO_ACTION, On, Target, arguments, probe_arguments},
};
use crate::{
    connection::InFlight,
    hook::{AccessMethod, Attempt, Ending},
    response::{Accept, Origin, Response, excerpt, server_error, too_large},
    types::{Error, ErrorKind, Request},
};

/// The result for one user on one workspace.
pub(crate) struct Found {
    pub(crate) user: String,
    /// Its label and its id.
    pub(crate) workspace: Option<(String, String)>,
    pub(crate) response: Result<Response, Error>,
}

/// Runs a call with one response.
pub(crate) fn one<'a>(
    line: &'a CommandLine,
    target: &'a Target,
    request: &'a Request,
    accept: Accept,
) -> InFlight<'a> {
    Box::pin(run_one(line, target, request, accept))
}

/// Runs a call with any number of responses.
pub(crate) fn many<'a>(
    line: &'a CommandLine,
    target: &'a Target,
    request: &'a Request,
    accept: Accept,
) -> InFlight<'a, Vec<Found>> {
    Box::pin(run_many(line, target, request, accept))
}

async fn run_one(
    line: &CommandLine,
    target: &Target,
    request: &Request,
    accept: Accept,
) -> Result<Response, Error> {
    let arguments = arguments(line, target, request, accept);
    let origin = Origin::of(request, &target.workspaces());
    let run = Run::of(line, target, request.endpoint().id, origin, arguments).await?;
    if is_bare(request) {
        return run.bare_response().await;
    }
    run.check_exit()?;
    let Some(found) = output::one(&run.stdout, run.action) else {
        return Err(run.no_banner());
    };
    match &found.sections[..] {
        [section] if found.is_whole => run.response(section),
        [] if found.is_whole => Err(run.malformed("the output names no workspace", b"")),
        sections => Err(run.cut_short(sections.last())),
    }
}

/// One run for each user and workspace. In a run for several, the console silently skips the one
/// after a failure, and prints a failure in place of every report after the first
/// (measured on 8.2.5).
async fn run_many(
    line: &CommandLine,
    target: &Target,
    request: &Request,
    accept: Accept,
) -> Result<Vec<Found>, Error> {
    let mut all = match is_bare(request) {
        true => named_places(line, target, request)?,
        false => places(line, target, request, accept).await?,
    };
    let mut refused = false;
    for found in &mut all {
        let Some((_, id)) = &found.workspace else { continue };
        // It ran as the caller, who is not an administrator.
        if found.response.is_err() {
            continue;
        }
        let users = match target.users {
            As::Caller => As::Caller,
            _ => As::Users(vec![found.user.clone()]),
        };
        let one = Target { users, on: On::Workspaces(vec![id.clone()]) };
        found.response = if refused {
            // Every further one would count as a failed login.
            let origin = Origin::of(request, id);
            Err(Error::new(
                ErrorKind::BadCredentials,
                origin.failure("not run: an earlier call was refused the login"),
            ))
        } else {
            run_one(line, &one, request, accept).await
        };
        refused |=
            found.response.as_ref().is_err_and(|error| error.kind() == ErrorKind::BadCredentials);
    }
    Ok(all)
}

/// Finds out for which users and workspaces the console would run an action, without running it; a
/// user who reaches no workspace has the reason.
async fn places(
    line: &CommandLine,
    target: &Target,
    request: &Request,
    accept: Accept,
) -> Result<Vec<Found>, Error> {
    let origin = Origin::of(request, &target.workspaces());
    // Refuses what cannot be sent before anything runs.
    let arguments =
        arguments(line, target, request, accept).and_then(|_| probe_arguments(line, target));
    let run = Run::of(line, target, NO_ACTION, origin, arguments).await?;
    run.check_exit()?;
    let Some(output) = output::places(&run.stdout, run.action) else {
        return Err(run.no_banner());
    };
    if !output.is_whole {
        return Err(run.cut_short(output.sections.last()));
    }
    Ok(output.sections.iter().map(|section| run.found(section)).collect())
}

/// Returns whether the call is made on the console of 6.0 to 6.4.
fn is_bare(request: &Request) -> bool {
    request.endpoint().bindings.dialect.has_bare_console
}

/// Returns the workspaces as they were named, since the console of 6.0 to 6.4 does not tell which
/// there are. None has been called yet.
fn named_places(
    line: &CommandLine,
    target: &Target,
    request: &Request,
) -> Result<Vec<Found>, Error> {
    let origin = Origin::of(request, &target.workspaces());
    let (As::Caller, On::Workspaces(ids)) = (&target.users, &target.on) else {
        let message = "the command line of 6.0 to 6.4 calls only as the user who logs in, and \
                       only on named workspaces";
        return Err(Error::new(ErrorKind::InvalidRequest, origin.failure(message)));
    };
    let mut found: Vec<Found> = Vec::new();
    for id in ids {
        let workspace = Some((id.clone(), id.clone()));
        if found.iter().any(|other| other.workspace == workspace) {
            continue;
        }
        let response = Response::without_body(origin.clone(), HeaderMap::new(), 0);
        let user = line.settings.login.user();
        found.push(Found { user, workspace, response: Ok(response) });
    }
    Ok(found)
}

/// A run that has ended.
pub(super) struct Run<'r> {
    pub(super) line: &'r CommandLine,
    target: &'r Target,
    action: &'static str,
    pub(super) origin: Origin,
    pub(super) exit: std::process::ExitStatus,
    pub(super) stdout: Bytes,
    pub(super) stderr: Vec<u8>,
}

impl<'r> Run<'r> {
    async fn of(
        line: &'r CommandLine,
        target: &'r Target,
        action: &'static str,
        origin: Origin,
        arguments: Result<Vec<SecretString>, String>,
    ) -> Result<Self, Error> {
        let unsendable =
            |message: String| Error::new(ErrorKind::InvalidRequest, origin.failure(message));
        if tokio::runtime::Handle::try_current().is_err() {
            let message = "commands need a tokio runtime, but there is none";
            return Err(Error::new(ErrorKind::Config, origin.failure(message)));
        }
        let settings = &*line.settings;
        let arguments = arguments.map_err(unsendable)?;
        let invocation = settings.launch.invocation(arguments).map_err(unsendable)?;
        let program = invocation.program.clone();
        let limit = settings.max_response_size;
        let watch = settings.hooks.before(&Attempt::next(&origin, AccessMethod::CommandLine), 0);
        let printed = process::run(invocation, settings.timeout, limit).await;
        match &printed {
            Ok(printed) => watch.printed(printed.stdout.len() as u64),
            Err(_) => watch.end(Ending::Failed),
        }
        let Printed { status: exit, stdout, stderr } = printed.map_err(|fault| match fault {
            Fault::NotStarted(error) => not_started(&origin, &program, error),
            Fault::Broken(error) => Error::new(
                ErrorKind::Transport,
                origin.failure(format!("`{program}`: {error}")).source(error),
            ),
            Fault::TooLong => too_large(&origin, limit),
            Fault::TimedOut => Error::new(
                ErrorKind::Transport,
                origin.failure(format!(
                    "`{program}` did not end within {:?} and was stopped; the action may be \
                     incomplete, or continue on the server",
                    settings.timeout
                )),
            ),
        })?;
        let stdout = Bytes::from(stdout);
        Ok(Self { line, target, action, origin, exit, stdout, stderr })
    }

    /// Refuses any exit status except success.
    fn check_exit(&self) -> Result<(), Error> {
        if self.exit.success() {
            return Ok(());
        }
        let streams = [&*self.stderr, &*self.stdout];
        Err(self.unsuccessful(streams.into_iter().find_map(first_words)))
    }

    /// Returns the error for any exit status except success.
    pub(super) fn unsuccessful(&self, said: Option<String>) -> Error {
        let said = said.unwrap_or_else(|| "without a message".to_owned());
        let message = format!("the command ended with {}: {said}", self.exit);
        Error::new(ErrorKind::Status, self.failure(&message))
    }

    /// Returns the error for output that is not the console's, apart from its response to a bad
    /// login.
    fn no_banner(&self) -> Error {
        let lines = String::from_utf8_lossy(&self.stdout);
        let last = lines.lines().map(str::trim).rfind(|line| !line.is_empty());
        match last {
            Some("Authentication Failed") => Error::new(
                ErrorKind::BadCredentials,
                self.origin.failure("the command line does not accept the login and password"),
            ),
            Some(_) => {
                let said = first_words(&self.stdout).unwrap_or_default();
                let message = format!("this is not the output of a Pydio command line: {said}");
                Error::new(ErrorKind::UnexpectedContentType, self.failure(&message))
            }
            None => {
                let said = first_words(&self.stderr).map(|said| format!(" but: {said}"));
                let message = format!("nothing was printed{}", said.unwrap_or_default());
                Error::new(ErrorKind::Empty, self.failure(&message))
            }
        }
    }

    fn cut_short(&self, last: Option<&Section<'_>>) -> Error {
        let what = "the output ends early; the action may have been done";
        self.malformed(what, last.map_or(b"", |section| section.content))
    }

    fn found(&self, section: &Section<'_>) -> Found {
        Found {
            user: text(section.user),
            workspace: section.place.map(|Place { label, id }| (text(label), text(id))),
            response: self.response(section),
        }
    }

    /// Returns what the console printed for one response.
    fn response(&self, section: &Section<'_>) -> Result<Response, Error> {
        let user = text(section.user);
        if self.target.logins().is_some_and(|logins| !logins.contains(&user)) {
            let who = format!("the action ran as `{user}` instead of the requested user: ");
            let why = "only an administrator may call as another user";
            return Err(Error::new(ErrorKind::Forbidden, self.failure(&(who + why))));
        }
        if let Some(message) = self.reported(section) {
            return Err(server_error(&self.origin, message.trim()));
        }
        Ok(self.response_of(section.content))
    }

    /// Returns a part of what was printed as a response.
    pub(super) fn response_of(&self, content: &[u8]) -> Response {
        let mut headers = HeaderMap::new();
        if let Some(kind) = media_type(content) {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        }
        let body = Ok(self.stdout.slice_ref(content));
        let body = Box::pin(futures_util::stream::iter([body]));
        let limit = self.line.settings.max_response_size;
        Response::new(self.origin.clone(), headers, body, limit)
    }

    /// Returns the message that the console printed in place of a response. It begins with the id
    /// of the task, which is usually empty.
    fn reported<'s>(&self, section: &Section<'s>) -> Option<std::borrow::Cow<'s, str>> {
        let task = self.line.task.as_deref().unwrap_or_default();
        let prefix = if section.place.is_none() { "USER" } else { task };
        let rest = section.content.strip_prefix(prefix.as_bytes())?;
        // The formatter may remove the space at the end of an empty message.
        let message = rest.strip_prefix(b":").filter(|m| m.is_empty() || m.starts_with(b" "))?;
        Some(String::from_utf8_lossy(message))
    }

    fn malformed(&self, what: &str, content: &[u8]) -> Error {
        let message = match excerpt("text/plain", content) {
            Some(said) => format!("{what}: {said}"),
            None => what.to_owned(),
        };
        Error::new(ErrorKind::Malformed, self.failure(&message))
    }

    pub(super) fn failure(&self, message: &str) -> crate::types::Failure {
        self.origin.failure(self.line.settings.login.redact(message))
    }
}

fn not_started(origin: &Origin, program: &str, error: io::Error) -> Error {
    if error.kind() == io::ErrorKind::ArgumentListTooLong {
        let message = "the call exceeds the maximum length of a command line; pass its arguments \
                       through standard input";
        return Error::new(ErrorKind::InvalidRequest, origin.failure(message).source(error));
    }
    let message = format!("`{program}` could not be started: {error}");
    Error::new(ErrorKind::Transport, origin.failure(message).source(error))
}

/// Guesses the media type of a response from how it begins, as over HTTP where PHP sets no type. An
/// empty response has none.
fn media_type(content: &[u8]) -> Option<&'static str> {
    match content.trim_ascii_start().first() {
        None => None,
        Some(b'<' | b'{' | b'[') => Some("text/html"),
        Some(_) => Some("text/plain"),
    }
}

/// Returns the first two lines that are not empty: a stack trace comes later.
pub(super) fn first_words(printed: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(printed);
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let words: Vec<_> = lines.take(2).collect();
    let words = words.join(" ");
    excerpt("text/plain", words.as_bytes()).or((!words.is_empty()).then_some(words))
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
