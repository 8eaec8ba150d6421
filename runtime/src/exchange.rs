//! One call over REST v1: sending it, after redirects, and telling the statuses apart.

use bytes::Bytes;
use http::{
    HeaderMap, Method, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, LOCATION, WWW_AUTHENTICATE},
};
use url::Url;

use crate::{
    Accept, Error, Request, Response,
    answer::reported,
    client::Connection,
    error::causes,
    response::Origin,
    spell::{Spelled, spell},
};

/// A server that redirects more often than this goes round in circles.
const MOST_REDIRECTS: usize = 5;

pub(crate) async fn rest(
    connection: &Connection,
    workspace: &str,
    request: &Request,
    accept: Accept,
) -> Result<Response, Error> {
    let action = request.action();
    let origin = Origin {
        call: format!("{}/{}", action.plugin, action.name),
        workspace: workspace.to_owned(),
        status: None,
    };
    let unsendable = |message: String| Error::Unsendable(origin.failure(message));
    let spelled = spell(workspace, request).map_err(unsendable)?;
    let url = connection.base.join(&spelled.target);
    let url = url.map_err(|error| unsendable(format!("no address for the call: {error}")))?;
    send(connection, origin, url, spelled, accept).await
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
        if is_redirect(head.status) && head.headers.contains_key(LOCATION) {
            url = redirected(&origin, &url, &spelled, &head.headers)?;
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
    spelled: &Spelled,
    accept: Accept,
) -> http::Result<http::Request<Bytes>> {
    let mut request = http::Request::builder()
        .method(spelled.method.clone())
        .uri(url.as_str())
        .header(ACCEPT, accept.header());
    if let Some(credentials) = &connection.credentials
        && connection.is_at(url)
    {
        request = request.header(AUTHORIZATION, credentials.authorization()?);
    }
    match &spelled.form {
        Some(form) => request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            // HTTP libraries leave it out of an empty form, which some proxies answer with 411.
            .header(CONTENT_LENGTH, form.len())
            .body(Bytes::from(form.clone())),
        None => request.body(Bytes::new()),
    }
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
    spelled: &Spelled,
    headers: &HeaderMap,
) -> Result<Url, Error> {
    let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
    let to = location.and_then(|location| from.join(location).ok());
    let Some(to) = to.filter(is_plain) else {
        return Err(Error::Redirected(origin.failure("the redirect leads nowhere")));
    };
    if spelled.method != Method::GET {
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

#[cfg(test)]
mod tests;
