//! Sends one call over HTTP: redirects, key pairs, and the meaning of a status.

mod front;

use std::pin::Pin;

use http::{HeaderMap, Method, StatusCode, header::LOCATION};
use secrecy::SecretString;
use url::Url;

use super::Connection;
use crate::{
    auth::{ApiKey, RequestAuth, strip},
    encode::{Prepared, rest_v1, rest_v2},
    hook::{AccessMethod, Attempt, Ending, Watch},
    response::{
        Accept, Origin, Response, Sent, accepted, failure_of, has_body, is_web_page, readable,
    },
    transport::Address,
    types::{Body, BoxError, Error, ErrorKind, Request, causes},
};

use front::likely_cause;

/// A server that redirects more often than this is in a redirect loop.
const MOST_REDIRECTS: usize = 5;

/// How often a request is sent again at most when the server does not accept its pair.
const MOST_RENEWALS: usize = 2;

/// A call that is being sent. It is boxed here so that it is compiled here, and not again in every
/// crate that makes calls.
pub(crate) type InFlight<'a, T = Response> =
    Pin<Box<dyn Future<Output = Result<T, Error>> + Send + 'a>>;

pub(crate) fn rest<'a>(
    connection: &'a Connection,
    workspace: &'a str,
    request: Request,
    accept: Accept,
    sent: &Sent,
) -> InFlight<'a> {
    let sent = sent.clone();
    Box::pin(async move {
        let (origin, prepared) = prepare(connection, workspace, request)?;
        let origin = Origin { sent, ..origin };
        send(connection, origin, prepared, accept).await
    })
}

/// Sends the call with this login and password, whatever the connection's credentials are.
pub(crate) async fn rest_as(
    connection: &Connection,
    (login, password): (&str, &SecretString),
    workspace: &str,
    request: Request,
    accept: Accept,
) -> Result<Response, Error> {
    let (origin, prepared) = prepare(connection, workspace, request)?;
    let auth = RequestAuth::basic(&origin, login, password)?;
    deliver(connection, &auth, origin, prepared, accept.into()).await
}

fn prepare(
    connection: &Connection,
    workspace: &str,
    request: Request,
) -> Result<(Origin, Prepared), Error> {
    let origin = Origin::of(&request, workspace);
    let invalid = |message: String| Error::new(ErrorKind::InvalidRequest, origin.failure(message));
    request.check_for(connection.release.get()).map_err(invalid)?;
    let prepared = rest_v1(workspace, request).map_err(invalid)?;
    Ok((origin, prepared))
}

/// Sends the call of an operation.
pub(crate) fn operation<'a>(
    connection: &'a Connection,
    request: Request,
    accept: Accept,
    sent: &Sent,
) -> InFlight<'a> {
    Box::pin(send_operation(connection, request, accept, sent.clone()))
}

async fn send_operation(
    connection: &Connection,
    request: Request,
    accept: Accept,
    sent: Sent,
) -> Result<Response, Error> {
    let endpoint = request.endpoint();
    let origin = Origin { sent, ..Origin::of(&request, "") };
    let mut prepared = rest_v2(request)
        .map_err(|message| Error::new(ErrorKind::InvalidRequest, origin.failure(message)))?;
    let (connection, base) = connection.to(endpoint)?;
    if !base.is_empty() {
        prepared.target = format!("{}/{}", base.trim_start_matches('/'), prepared.target);
    }
    let wanted = Wanted { accept: endpoint.accept.unwrap_or(accept.header()) };
    readable(endpoint, send(&connection, origin, prepared, wanted).await?)
}

/// The response that a request asks for.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// The value of the `Accept` header.
    accept: &'static str,
}

impl From<Accept> for Wanted {
    fn from(accept: Accept) -> Self {
        Self { accept: accept.header() }
    }
}

/// Sends the call with the connection's credentials.
pub(crate) async fn send(
    connection: &Connection,
    origin: Origin,
    prepared: Prepared,
    wanted: impl Into<Wanted>,
) -> Result<Response, Error> {
    let wanted = wanted.into();
    let auth = connection.auth().await?;
    match auth {
        RequestAuth::KeptPair(_) => renewing(connection, auth, origin, prepared, wanted).await,
        auth => deliver(connection, &auth, origin, prepared, wanted).await,
    }
}

/// Sends the call again with a renewed pair if the server does not accept the stored one: it has
/// done nothing before that.
async fn renewing(
    connection: &Connection,
    mut auth: RequestAuth,
    origin: Origin,
    mut prepared: Prepared,
    wanted: Wanted,
) -> Result<Response, Error> {
    for _ in 0..MOST_RENEWALS {
        let again = prepared.again();
        let outcome = deliver(connection, &auth, origin.clone(), prepared, wanted).await;
        let refused = match outcome {
            Err(error) if error.kind() == ErrorKind::BadCredentials => error,
            outcome => return outcome,
        };
        let Some(renewed) = connection.renewed(&auth).await? else {
            return Err(refused);
        };
        let Some(again) = again else {
            let message = "the server did not accept the key pair, and there is a new one now, \
                           but the body is a stream, which can be sent only once; make the call \
                           again";
            let status = StatusCode::UNAUTHORIZED;
            return Err(Error::new(
                ErrorKind::BadCredentials,
                origin.failure(message).status(status),
            ));
        };
        (auth, prepared) = (renewed, again);
    }
    deliver(connection, &auth, origin, prepared, wanted).await
}

/// Sends the call, follows redirects as far as they are safe, and returns a response of the API.
/// Boxed, so that it is compiled once, and not into each function that waits for it.
fn deliver<'a>(
    connection: &'a Connection,
    auth: &'a RequestAuth,
    origin: Origin,
    prepared: Prepared,
    wanted: Wanted,
) -> InFlight<'a> {
    Box::pin(delivered(connection, auth, origin, prepared, wanted))
}

async fn delivered(
    connection: &Connection,
    auth: &RequestAuth,
    mut origin: Origin,
    mut prepared: Prepared,
    wanted: Wanted,
) -> Result<Response, Error> {
    // Below the base whatever the target begins with: otherwise `//host` and `scheme:` lead
    // elsewhere.
    let mut url = connection.base.join(&format!("./{}", prepared.target)).map_err(|error| {
        Error::new(
            ErrorKind::InvalidRequest,
            origin.failure(format!("no URL for the call: {error}")),
        )
    })?;
    let is_repeatable = prepared.method == Method::GET && prepared.body.length() == 0;
    origin.release = connection.release.get();
    let returns_redirect = origin.endpoint.returns_redirect;
    for redirects in 0..=MOST_REDIRECTS {
        // A failure on the way to another address does not have the status of the previous one.
        origin.status = None;
        // Only calls without a body are sent again here.
        let body = std::mem::replace(&mut prepared.body, Body::empty());
        let sent = body.length();
        let is_home = connection.is_at(&url);
        let (auth, keys) = match is_home {
            true => (auth, &*connection.keys),
            false => (&RequestAuth::Nothing, &[][..]),
        };
        let request = connection.http_request((auth, keys), &url, &prepared, body, wanted);
        let request = request.map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, origin.failure(error.to_string()).source(error))
        })?;
        let mut watch = connection.watch(&origin, &prepared.method, &url, sent);
        let answer = match connection.transport.send(request).await {
            Ok(answer) => answer,
            Err(error) => {
                watch.end(Ending::Failed);
                let message = unreached(causes(&*error), &url, redirects);
                return Err(Error::new(
                    ErrorKind::Transport,
                    origin.failure(message).source(error),
                ));
            }
        };
        origin.status = Some(answer.status());
        watch.responded(answer.status());
        let (head, body) = answer.into_parts();
        if let Some(cookies) = &connection.cookies {
            cookies.store(&url, &head.headers);
        }
        if is_redirect(head.status) && head.headers.contains_key(LOCATION) && !returns_redirect {
            watch.end(Ending::Complete);
            url = connection.redirected(&origin, &url, is_repeatable, &head.headers)?;
            continue;
        }
        if head.status == StatusCode::UNAUTHORIZED && !is_home {
            return Err(elsewhere(&origin, &url, "the login is not sent to another address"));
        }
        let mut response = match has_body(&prepared.method, head.status) {
            true => {
                let body = watch.body(body);
                Response::new(origin, head.headers, body, connection.max_response_size)
            }
            false => {
                watch.end(Ending::Complete);
                Response::without_body(origin, head.headers, connection.max_response_size)
            }
        };
        response.span = prepared.span;
        if head.status.is_success() || returns_redirect && head.status.is_redirection() {
            return accepted(response).await;
        }
        let has_credentials = !(matches!(auth, RequestAuth::Nothing) && keys.is_empty());
        let cause = likely_cause(head.status, &url, sent, is_web_page(&response));
        return Err(failure_of(head.status, auth.refusal(), has_credentials, cause, response).await);
    }
    Err(Error::new(ErrorKind::Redirected, origin.failure("the server redirects in circles")))
}

impl Connection {
    fn http_request(
        &self,
        (auth, keys): (&RequestAuth, &[ApiKey]),
        url: &Url,
        prepared: &Prepared,
        body: Body,
        wanted: Wanted,
    ) -> Result<http::Request<Body>, BoxError> {
        let mut headers = HeaderMap::with_capacity(8);
        let (mut address, body) = auth.attach(url, prepared, &mut headers, body)?;
        prepared.add_headers(&mut headers, wanted.accept, body.length())?;
        for key in keys {
            key.attach(&mut address, &mut headers)?;
        }
        if self.is_at(url) {
            for (name, value) in &self.options.headers {
                // The call's own header with that name wins.
                headers.entry(name).or_insert_with(|| value.clone());
            }
        }
        if let Some(cookies) = &self.cookies {
            cookies.attach(url, &mut headers);
        }
        let mut request = http::Request::new(body);
        *request.method_mut() = prepared.method.clone();
        *request.uri_mut() = address.as_str().try_into()?;
        *request.headers_mut() = headers;
        request.extensions_mut().insert(Address(address));
        Ok(request)
    }

    /// Calls the hooks before a call is sent.
    fn watch(&self, origin: &Origin, method: &Method, url: &Url, length: u64) -> Watch {
        if self.hooks.is_empty() {
            return Watch::unwatched();
        }
        let access_method = match (&self.cookies, origin.endpoint.is_operation()) {
            (Some(_), _) => AccessMethod::Session,
            (None, true) => AccessMethod::RestV2,
            (None, false) => AccessMethod::RestV1,
        };
        let attempt = Attempt::next(origin, access_method);
        self.hooks.before(&Attempt { method: Some(method), server: Some(url), ..attempt }, length)
    }

    /// Returns the target of a redirect, if the call may be repeated there.
    fn redirected(
        &self,
        origin: &Origin,
        from: &Url,
        is_repeatable: bool,
        headers: &HeaderMap,
    ) -> Result<Url, Error> {
        let location = headers.get(LOCATION).and_then(|value| value.to_str().ok());
        let to = location.and_then(|location| from.join(location).ok());
        let Some(mut to) = to.filter(is_plain) else {
            return Err(Error::new(
                ErrorKind::Redirected,
                origin.failure("the redirect has no valid target"),
            ));
        };
        strip(&mut to);
        if !is_repeatable {
            return Err(elsewhere(origin, &to, "a redirect would lose the posted data"));
        }
        self.keys.iter().for_each(|key| key.strip(&mut to));
        if self.cookies.is_some() && !self.is_at(&to) {
            return Err(elsewhere(origin, &to, "a session never leaves its server"));
        }
        Ok(to)
    }

    /// Returns whether the address is the server's own; only that may see the credentials.
    fn is_at(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Returns whether it is an HTTP address without credentials in it.
fn is_plain(url: &Url) -> bool {
    matches!(url.scheme(), "http" | "https")
        && url.username().is_empty()
        && url.password().is_none()
}

/// Returns why there was no response, and where a redirect had led.
fn unreached(why: String, url: &Url, redirects: usize) -> String {
    match redirects {
        0 => why,
        _ => format!("{why}; the server redirects to {}", url.origin().ascii_serialization()),
    }
}

fn elsewhere(origin: &Origin, to: &Url, why: &str) -> Error {
    let to = to.origin().ascii_serialization();
    Error::new(
        ErrorKind::Redirected,
        origin.failure(format!("to {to}; use that URL, because {why}")),
    )
}

#[cfg(test)]
mod tests;
