//! One call over REST v1: spelling it, sending it, and telling the statuses apart.

use bytes::Bytes;
use http::{
    HeaderMap, Method, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE},
};
use url::{Url, form_urlencoded};

use crate::{
    Accept, Error, Request, Response, Route, Verb,
    answer::reported,
    client::Connection,
    path::{PathRules, Position, encode_segment},
    request::{Argument, Value},
    response::Origin,
};

/// Past this many bytes a query goes into a form body, which every action takes as well.
const LONGEST_QUERY: usize = 4096;

/// A server that redirects more often than this goes round in circles.
const MOST_REDIRECTS: usize = 5;

/// A call as HTTP has it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Spelled {
    pub(crate) method: Method,
    /// Below the server's address, percent-encoded, with its query.
    pub(crate) target: String,
    pub(crate) form: Option<String>,
}

pub(crate) async fn rest(
    connection: &Connection,
    workspace: &str,
    request: &Request,
    accept: Accept,
) -> Result<Response, Error> {
    let action = request.action();
    let origin = Origin {
        call: format!("{}/{}", action.plugin(), action.name()),
        workspace: workspace.to_owned(),
        status: None,
    };
    let unsendable = |message: String| Error::Unsendable(origin.failure(message));
    let spelled = spell(workspace, request).map_err(unsendable)?;
    let url = connection.base.join(&spelled.target);
    let url = url.map_err(|error| unsendable(format!("no address for the call: {error}")))?;
    send(connection, origin, url, spelled, accept).await
}

/// Splits the arguments into path, query and form.
pub(crate) fn spell(workspace: &str, request: &Request) -> Result<Spelled, String> {
    let action = request.action();
    let rules = action.bindings().paths;
    let route = action.route().ok_or("the action is not reachable over REST")?;
    if workspace.is_empty() || workspace.contains('/') {
        return Err(format!("`{workspace}` is no slug or id of a workspace"));
    }
    let workspace = rules.encode(workspace, Position::Inner).map_err(String::from)?;
    let name = encode_segment(action.name());
    let (path, in_path) = spell_path(route, rules, request.arguments())?;
    let rest: Vec<_> =
        request.arguments().iter().filter(|a| !in_path.contains(&&*a.name)).collect();
    let mut target = format!("api/{workspace}/{name}/{path}");
    let fields = spell_fields(&rest);
    if route.verb() == Verb::Get && fields.len() <= LONGEST_QUERY {
        if !fields.is_empty() {
            target.push('?');
            target.push_str(&fields);
        }
        return Ok(Spelled { method: Method::GET, target, form: None });
    }
    Ok(Spelled { method: Method::POST, target, form: Some(fields) })
}

/// The path parameters, and the names of those that are in it.
///
/// The server lets a path parameter override the same name elsewhere, even an empty one, and
/// takes the first and a catch-all for empty when they are left out: those have to be in the
/// path. The others may go with the rest, and do when the path cannot carry them.
fn spell_path<'r>(
    route: &'r Route,
    rules: PathRules,
    arguments: &[Argument],
) -> Result<(String, Vec<&'r str>), String> {
    let names = route.path();
    let mut path = String::new();
    let mut used = Vec::new();
    for (index, name) in names.iter().enumerate() {
        let position = match index + 1 == names.len() {
            true if route.is_catch_all() => Position::CatchAll,
            true => Position::Last,
            false => Position::Inner,
        };
        let required = index == 0 || route.is_catch_all();
        let value = match arguments.iter().find(|argument| argument.name == *name) {
            Some(Argument { value: Value::Text(value), .. }) => &**value,
            Some(_) => return Err(format!("`{name}` is a path parameter and takes one value")),
            None => "",
        };
        let encoded = match rules.encode(value, position) {
            Ok(encoded) => encoded,
            Err(_) if !required => break,
            Err(why) => return Err(format!("`{name}` cannot be sent: {why}")),
        };
        if encoded.is_empty() && position == Position::Inner && route.is_catch_all() {
            return Err(format!("`{name}` cannot be empty: a path parameter follows it"));
        }
        used.push(*name);
        if encoded.is_empty() {
            break;
        }
        if index > 0 {
            path.push('/');
        }
        path.push_str(&encoded);
    }
    Ok((path, used))
}

/// `name=value` pairs as both a query and a form take them.
fn spell_fields(arguments: &[&Argument]) -> String {
    let mut fields = form_urlencoded::Serializer::new(String::new());
    for Argument { name, value } in arguments {
        match value {
            Value::Text(value) => {
                fields.append_pair(name, value);
            }
            Value::List(values) => {
                let name = format!("{name}[]");
                fields.extend_pairs(values.iter().map(|value| (&name, value)));
            }
        }
    }
    fields.finish()
}

/// Sends the call, after redirects as far as they are safe, and hands on an answer of the API.
async fn send(
    connection: &Connection,
    mut origin: Origin,
    mut url: Url,
    spelled: Spelled,
    accept: Accept,
) -> Result<Response, Error> {
    for _ in 0..=MOST_REDIRECTS {
        let request = http_request(connection, &url, &spelled, accept);
        let request = request
            .map_err(|error| Error::Unsendable(origin.failure(error.to_string()).source(error)))?;
        let answer = connection.transport.send(request).await.map_err(|error| {
            let message = causes(&*error);
            Error::Transport(origin.failure(message).source(error))
        })?;
        origin.status = Some(answer.status());
        let (head, body) = answer.into_parts();
        if head.status.is_redirection() && head.headers.contains_key(LOCATION) {
            url = redirected(&origin, &url, &spelled, &head.headers)?;
            continue;
        }
        let limit = connection.answer_limit;
        let response = Response { origin, headers: head.headers, body, limit };
        return check_status(head.status, response).await;
    }
    Err(Error::Redirected(origin.failure("the server redirects in circles")))
}

fn http_request(
    connection: &Connection,
    url: &Url,
    spelled: &Spelled,
    accept: Accept,
) -> http::Result<http::Request<Bytes>> {
    let mut request = http::Request::builder()
        .method(spelled.method.clone())
        .uri(url.as_str())
        .header(ACCEPT, accept.header());
    if let Some(credentials) = &connection.credentials
        && url.origin() == connection.base.origin()
    {
        request = request.header(AUTHORIZATION, credentials.authorization());
    }
    match &spelled.form {
        Some(form) => request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(form.clone())),
        None => request.body(Bytes::new()),
    }
}

/// Where a redirect leads, if the call may be repeated there.
fn redirected(
    origin: &Origin,
    from: &Url,
    spelled: &Spelled,
    headers: &HeaderMap,
) -> Result<Url, Error> {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let to = location.and_then(|location| from.join(location).ok());
    let Some(to) = to.filter(|to| matches!(to.scheme(), "http" | "https")) else {
        return Err(Error::Redirected(origin.failure("the redirect leads nowhere")));
    };
    if spelled.method != Method::GET {
        let (scheme, host) = (to.scheme(), to.host_str().unwrap_or_default());
        return Err(Error::Redirected(origin.failure(format!(
            "to {scheme}://{host}: use that address, since a redirect drops what is posted"
        ))));
    }
    Ok(to)
}

/// Errors that show in the status; nothing but a 2xx is ever a success.
async fn check_status(status: StatusCode, response: Response) -> Result<Response, Error> {
    if status.is_success() {
        return Ok(response);
    }
    let origin = response.origin.clone();
    let is_challenge = response.headers.contains_key(WWW_AUTHENTICATE);
    Err(match status {
        StatusCode::UNAUTHORIZED if is_challenge => Error::BadCredentials(
            origin.failure("the server does not accept the login and password"),
        ),
        StatusCode::UNAUTHORIZED => Error::Refused(origin.failure(
            "no right to this workspace or action, or locked out after three failed logins",
        )),
        StatusCode::NOT_FOUND if is_web_page(&response) => Error::NotApi(origin.failure(
            "the web server knows no such address: is URL rewriting on, and the prefix right?",
        )),
        // Hidden names are refused with 411 and the usual envelope; PHP's failures come with one
        // at times.
        _ => reported(response).await.unwrap_or_else(|| {
            Error::Status(origin.failure(status.canonical_reason().unwrap_or("unknown")))
        }),
    })
}

fn is_web_page(response: &Response) -> bool {
    response.media_type() == "text/html"
}

/// An error with what caused it, since the outermost one says little.
fn causes(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !text.contains(&cause_text) {
            text.push_str(": ");
            text.push_str(&cause_text);
        }
        next = cause.source();
    }
    text
}
