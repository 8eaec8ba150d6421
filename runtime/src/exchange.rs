//! One call over HTTP: sending it, after redirects, and telling the statuses apart.

use std::pin::Pin;

use http::{
    HeaderMap, Method, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, LOCATION, WWW_AUTHENTICATE},
};
use url::Url;

use crate::{
    Accept, Answer, Body, Error, OperationRequest, Request, Response, Server,
    answer::reported,
    client::Connection,
    error::causes,
    response::{Origin, excerpt},
    spell::{Prepared, spell, spell_operation},
};

/// A server that redirects more often than this goes round in circles.
const MOST_REDIRECTS: usize = 5;

/// A call on its way. It is boxed here so that it is compiled here, and not once more in every
/// crate that makes calls.
pub(crate) type Sending<'a> = Pin<Box<dyn Future<Output = Result<Response, Error>> + Send + 'a>>;

/// The answer of a call. This is all that is compiled for each type of answer.
pub(crate) async fn answered<A: Answer>(sending: Sending<'_>) -> Result<A, Error> {
    A::decode(sending.await?).await
}

pub(crate) fn rest<'a>(
    connection: &'a Connection,
    workspace: &'a str,
    request: Request,
    accept: Accept,
) -> Sending<'a> {
    Box::pin(send_rest(connection, workspace, request, accept))
}

pub(crate) fn operation(
    connection: &Connection,
    request: OperationRequest,
    accept: Accept,
) -> Sending<'_> {
    Box::pin(send_operation(connection, request, accept))
}

async fn send_rest(
    connection: &Connection,
    workspace: &str,
    request: Request,
    accept: Accept,
) -> Result<Response, Error> {
    let action = request.action();
    let origin = Origin {
        call: format!("{}/{}", action.plugin, action.name),
        workspace: workspace.to_owned(),
        status: None,
        server: Server::Pydio,
    };
    let spelled =
        spell(workspace, &request).map_err(|message| Error::Unsendable(origin.failure(message)))?;
    send(connection, origin, spelled.into(), accept).await
}

async fn send_operation(
    connection: &Connection,
    request: OperationRequest,
    accept: Accept,
) -> Result<Response, Error> {
    let operation = request.operation();
    let origin = Origin {
        call: operation.id.to_owned(),
        workspace: String::new(),
        status: None,
        server: operation.server,
    };
    let prepared =
        spell_operation(request).map_err(|message| Error::Unsendable(origin.failure(message)))?;
    send(connection, origin, prepared, accept).await
}

/// Sends the call, after redirects as far as they are safe, and hands on an answer of the API.
async fn send(
    connection: &Connection,
    mut origin: Origin,
    mut prepared: Prepared,
    accept: Accept,
) -> Result<Response, Error> {
    // Below the base whatever it begins with: `//host` and `scheme:` lead elsewhere otherwise.
    let mut url = connection.base.join(&format!("./{}", prepared.target)).map_err(|error| {
        Error::Unsendable(origin.failure(format!("no address for the call: {error}")))
    })?;
    let is_repeatable = prepared.method == Method::GET && prepared.body.length() == 0;
    for _ in 0..=MOST_REDIRECTS {
        // Only calls without a body come here again.
        let body = std::mem::replace(&mut prepared.body, Body::empty());
        let request = http_request(connection, &url, &prepared, body, accept);
        let request = request
            .map_err(|error| Error::Unsendable(origin.failure(error.to_string()).source(error)))?;
        let answer = connection.transport.send(request).await.map_err(|error| {
            let message = causes(&*error);
            Error::Transport(origin.failure(message).source(error))
        })?;
        origin.status = Some(answer.status());
        let (head, body) = answer.into_parts();
        if is_redirect(head.status) && head.headers.contains_key(LOCATION) {
            url = redirected(&origin, &url, is_repeatable, &head.headers)?;
            continue;
        }
        if head.status == StatusCode::UNAUTHORIZED && !connection.is_at(&url) {
            return Err(elsewhere(&origin, &url, "the login is not sent to another address"));
        }
        let response = Response::new(origin, head.headers, body, connection.answer_limit);
        return check_status(head.status, response).await;
    }
    Err(Error::Redirected(origin.failure("the server redirects in circles")))
}

fn http_request(
    connection: &Connection,
    url: &Url,
    prepared: &Prepared,
    body: Body,
    accept: Accept,
) -> http::Result<http::Request<Body>> {
    let mut request = http::Request::builder()
        .method(prepared.method.clone())
        .uri(url.as_str())
        .header(ACCEPT, accept.header());
    if let Some(credentials) = &connection.credentials
        && connection.is_at(url)
    {
        request = request.header(AUTHORIZATION, credentials.authorization()?);
    }
    for (name, value) in &prepared.headers {
        request = request.header(name, value);
    }
    if matches!(prepared.method, Method::POST | Method::PUT | Method::PATCH) {
        // HTTP libraries leave it out of an empty body, which some proxies answer with 411.
        request = request.header(CONTENT_LENGTH, body.length());
    }
    request.body(body)
}

impl Connection {
    /// Whether the address is the server's own, which alone may see the credentials.
    fn is_at(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Where a redirect leads, if the call may be repeated there.
fn redirected(
    origin: &Origin,
    from: &Url,
    is_repeatable: bool,
    headers: &HeaderMap,
) -> Result<Url, Error> {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let to = location.and_then(|location| from.join(location).ok());
    let Some(to) = to.filter(is_plain) else {
        return Err(Error::Redirected(origin.failure("the redirect leads nowhere")));
    };
    if !is_repeatable {
        return Err(elsewhere(origin, &to, "a redirect drops what is posted"));
    }
    Ok(to)
}

/// Whether it is an address of the web, without credentials of its own.
fn is_plain(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
}

fn elsewhere(origin: &Origin, to: &Url, why: &str) -> Error {
    let to = to.origin().ascii_serialization();
    Error::Redirected(origin.failure(format!("to {to}: use that address, since {why}")))
}

/// Errors that show in the status; nothing but a 2xx is ever a success.
async fn check_status(status: StatusCode, response: Response) -> Result<Response, Error> {
    if status.is_success() {
        return response.checked();
    }
    let origin = response.origin.clone();
    let is_challenge = response.headers.contains_key(WWW_AUTHENTICATE);
    Err(match status {
        StatusCode::UNAUTHORIZED if origin.server == Server::Other => {
            let said = said(response).await.1;
            let message = explained("the server does not accept the credentials", said);
            Error::BadCredentials(origin.failure(message))
        }
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
        _ => {
            let (reported, said) = said(response).await;
            reported.unwrap_or_else(|| {
                let reason = status.canonical_reason().unwrap_or("unknown");
                Error::Status(origin.failure(explained(reason, said)))
            })
        }
    })
}

/// What the body of a failure says: Pydio's own report, or a few words.
async fn said(response: Response) -> (Option<Error>, Option<String>) {
    let media_type = response.media_type();
    match response.held().await {
        Ok((response, bytes)) => (reported(response).await, excerpt(&media_type, &bytes)),
        Err(_) => (None, None),
    }
}

fn explained(message: &str, said: Option<String>) -> String {
    match said {
        Some(said) => format!("{message}: {said}"),
        None => message.to_owned(),
    }
}

fn is_web_page(response: &Response) -> bool {
    response.media_type() == "text/html"
}

#[cfg(test)]
mod tests;
