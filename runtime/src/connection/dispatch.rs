//! Sends one call over HTTP: redirects, key pairs, and the meaning of a status.

mod bare;
mod front;

use std::{
    pin::Pin,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, StatusCode,
    header::{ACCEPT, CONTENT_LENGTH, COOKIE, LOCATION, RETRY_AFTER, WWW_AUTHENTICATE},
};
use secrecy::SecretString;
use url::Url;

use super::{Connection, add_cookies};
use crate::{
    auth::{ApiKey, RequestAuth, strip},
    encode::{Prepared, rest_v1, rest_v2},
    hook::{AccessMethod, Attempt, Ending, Watch},
    response::{Accept, Origin, Response, Sent, excerpt, reported},
    transport::Address,
    types::{Body, BoxError, Endpoint, Error, ErrorKind, Request, Server, causes},
};

use front::likely_cause;
pub(crate) use front::{PYDIO_REALM, is_own_404, realm};

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
    let wanted = Wanted {
        accept: endpoint.accept.unwrap_or(accept.header()),
        redirect: endpoint.returns_redirect,
    };
    readable(endpoint, send(&connection, origin, prepared, wanted).await?)
}

/// Refuses a response of a media type that the type of the response does not read.
fn readable(endpoint: &Endpoint, response: Response) -> Result<Response, Error> {
    let media_type = response.media_type();
    if !endpoint.unread.contains(&&*media_type) {
        return Ok(response);
    }
    let message = format!(
        "the response is `{media_type}`, which the spec declares and this call does not read; it \
         asked for `{}`",
        endpoint.accept.unwrap_or("application/json")
    );
    Err(Error::new(ErrorKind::Malformed, response.origin.failure(message)))
}

/// The response that a request asks for.
#[derive(Clone, Copy)]
pub(crate) struct Wanted {
    /// The value of the `Accept` header.
    accept: &'static str,
    /// Whether a redirect is the response.
    redirect: bool,
}

impl From<Accept> for Wanted {
    fn from(accept: Accept) -> Self {
        Self { accept: accept.header(), redirect: false }
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
            let message = "the server did not accept the key pair, and there is a new one now; \
                           but the body is a stream, which is sent once: make the call again";
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
async fn deliver(
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
            origin.failure(format!("no address for the call: {error}")),
        )
    })?;
    let is_repeatable = prepared.method == Method::GET && prepared.body.length() == 0;
    origin.release = connection.release.get();
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
        let request = http_request((auth, keys), &url, &prepared, body, wanted);
        let mut request = request.map_err(|error| {
            Error::new(ErrorKind::InvalidRequest, origin.failure(error.to_string()).source(error))
        })?;
        if is_home {
            for (name, value) in &connection.options.headers {
                // The call's own header with that name wins.
                request.headers_mut().entry(name).or_insert_with(|| value.clone());
            }
        }
        if let Some(cookies) = &connection.cookies {
            cookies.attach(&url, request.headers_mut());
        }
        let mut watch = connection.watch(&origin, &prepared.method, &url, sent);
        let answer = match connection.transport.send(request).await {
            Ok(answer) => answer,
            Err(error) => {
                watch.end(Ending::Failed);
                let message = unreached(causes(&*error), &url, redirects);
                let failure = origin.failure(message).source(error);
                return Err(Error::new(ErrorKind::Transport, failure));
            }
        };
        origin.status = Some(answer.status());
        watch.responded(answer.status());
        let (head, body) = answer.into_parts();
        if let Some(cookies) = &connection.cookies {
            cookies.store(&url, &head.headers);
        }
        if is_redirect(head.status) && head.headers.contains_key(LOCATION) && !wanted.redirect {
            url = redirected(&origin, &url, is_repeatable, &head.headers)?;
            watch.end(Ending::Complete);
            connection.keys.iter().for_each(|key| key.strip(&mut url));
            if connection.cookies.is_some() && !connection.is_at(&url) {
                return Err(elsewhere(&origin, &url, "a session stays on its server"));
            }
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
        if head.status.is_success() || wanted.redirect && head.status.is_redirection() {
            return bare::refuse(response.checked()?).await;
        }
        let has_credentials = !(matches!(auth, RequestAuth::Nothing) && keys.is_empty());
        let cause = likely_cause(head.status, &url, sent, is_web_page(&response));
        return Err(error_of(head.status, auth, has_credentials, cause, response).await);
    }
    Err(Error::new(ErrorKind::Redirected, origin.failure("the server redirects in circles")))
}

/// Returns whether an announced body exists: for these requests and statuses HTTP has none,
/// whatever the headers say.
fn has_body(method: &Method, status: StatusCode) -> bool {
    let is_bare = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    *method != Method::HEAD && !is_bare
}

fn http_request(
    (auth, keys): (&RequestAuth, &[ApiKey]),
    url: &Url,
    prepared: &Prepared,
    body: Body,
    wanted: Wanted,
) -> Result<http::Request<Body>, BoxError> {
    let mut headers = HeaderMap::with_capacity(8);
    let (mut url, body) = auth.attach(url, prepared, &mut headers, body)?;
    headers.append(ACCEPT, HeaderValue::try_from(wanted.accept)?);
    for (name, value) in &prepared.headers {
        match *name == COOKIE {
            true => add_cookies(&mut headers, value.clone()),
            false => drop(headers.append(name, value.clone())),
        }
    }
    for key in keys {
        key.attach(&mut url, &mut headers)?;
    }
    if matches!(prepared.method, Method::POST | Method::PUT | Method::PATCH) {
        // HTTP libraries omit it for an empty body, which some proxies answer with 411.
        headers.append(CONTENT_LENGTH, body.length().into());
    }
    let mut request = http::Request::new(body);
    *request.method_mut() = prepared.method.clone();
    *request.uri_mut() = url.as_str().try_into()?;
    *request.headers_mut() = headers;
    request.extensions_mut().insert(Address(url));
    Ok(request)
}

impl Connection {
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
        let attempt = origin.next_attempt(access_method);
        self.hooks.before(&Attempt { method: Some(method), server: Some(url), ..attempt }, length)
    }

    /// Returns whether the address is the server's own; only that may see the credentials.
    fn is_at(&self, url: &Url) -> bool {
        url.origin() == self.base.origin()
    }
}

fn is_redirect(status: StatusCode) -> bool {
    matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308)
}

/// Returns the target of a redirect, if the call may be repeated there.
fn redirected(
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
            origin.failure("the redirect leads nowhere"),
        ));
    };
    strip(&mut to);
    if !is_repeatable {
        return Err(elsewhere(origin, &to, "a redirect drops what is posted"));
    }
    Ok(to)
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
        origin.failure(format!("to {to}: use that address, since {why}")),
    )
}

/// Returns the error of a response that is not a success, by its status.
async fn error_of(
    status: StatusCode,
    auth: &RequestAuth,
    has_credentials: bool,
    cause: Option<String>,
    response: Response,
) -> Error {
    let origin = response.origin.clone();
    let is_challenge = response.headers.contains_key(WWW_AUTHENTICATE);
    let wait = retry_after(&response.headers);
    match status {
        StatusCode::UNAUTHORIZED if origin.server() == Server::Other => {
            let Said { text, body, .. } = said(response).await;
            let message = match has_credentials {
                true => "the server does not accept the credentials",
                false => "the server wants credentials, and the call had none",
            };
            let message = explained(message, text);
            Error::new(ErrorKind::BadCredentials, origin.failure(message).with_body(body))
        }
        StatusCode::UNAUTHORIZED if is_challenge => {
            let realm = realm(&response.headers).filter(|realm| realm != PYDIO_REALM);
            let message = match realm {
                Some(realm) => {
                    format!("a server in front of Pydio wants credentials for its realm {realm:?}")
                }
                None => auth.refusal().to_owned(),
            };
            Error::new(ErrorKind::BadCredentials, origin.failure(message))
        }
        StatusCode::UNAUTHORIZED => Error::new(
            ErrorKind::Forbidden,
            origin.failure(
                "no right to this workspace or action, or locked out after three failed logins",
            ),
        ),
        StatusCode::NOT_FOUND if is_web_page(&response) => {
            let Said { body, .. } = said(response).await;
            let message = match is_own_404(&body) {
                true => "Pydio keeps the routes of another prefix, and knows no such address",
                false => cause.as_deref().unwrap_or(
                    "the web server knows no such address: is URL rewriting on, and the prefix right?",
                ),
            };
            Error::new(ErrorKind::UnexpectedContentType, origin.failure(message))
        }
        // Hidden names are refused with 411 and the usual envelope; failures of PHP sometimes have
        // one too.
        _ => {
            let Said { reported, text, body } = said(response).await;
            reported.unwrap_or_else(|| {
                let reason = status.canonical_reason().unwrap_or("unknown");
                let message = explained(reason, text.or(cause));
                let failure = origin.failure(message).with_body(body).retry_after(wait);
                Error::new(ErrorKind::Status, failure)
            })
        }
    }
}

/// Returns how long the server asks to wait: in seconds, or until a date.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(SystemTime::now()).unwrap_or_default())
}

/// The content of the body of a failure.
#[derive(Default)]
struct Said {
    /// Pydio's own report.
    reported: Option<Error>,
    /// A short text.
    text: Option<String>,
    body: Bytes,
}

async fn said(response: Response) -> Said {
    let media_type = response.media_type();
    match response.held().await {
        Ok((response, body)) => {
            let text = excerpt(&media_type, &body);
            Said { reported: reported(response).await, text, body }
        }
        Err(_) => Said::default(),
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
