//! The meaning of a status, and of the pages that come with it.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{
    HeaderMap, Method, StatusCode,
    header::{RETRY_AFTER, WWW_AUTHENTICATE},
};

use super::{Response, bare, excerpt, reported};
use crate::types::{Endpoint, Error, ErrorKind, Server};

/// The realm of Pydio's challenge.
pub(crate) const PYDIO_REALM: &str = "Pydio API";

/// The longest realm in messages, in characters.
const LONGEST_REALM: usize = 100;

/// Returns the realm of a challenge.
pub(crate) fn realm(headers: &HeaderMap) -> Option<String> {
    let challenge = headers.get(WWW_AUTHENTICATE)?.to_str().ok()?;
    let realm = challenge.split_once("realm=\"")?.1.split('"').next()?;
    Some(realm.chars().take(LONGEST_REALM).collect())
}

/// Returns whether it is the page of a Pydio that has no route for a path.
pub(crate) fn is_own_404(page: &[u8]) -> bool {
    String::from_utf8_lossy(page).contains("Oops, cannot find this page")
}

/// Returns a success, unless its headers forbid reading it or it is the bare report of a failure.
pub(crate) async fn accepted(response: Response) -> Result<Response, Error> {
    bare::refuse(response.checked()?).await
}

/// Refuses a response of a media type that the type of the response does not read.
pub(crate) fn readable(endpoint: &Endpoint, response: Response) -> Result<Response, Error> {
    if !endpoint.unread.iter().any(|unread| response.is(unread)) {
        return Ok(response);
    }
    let media_type = response.media_type();
    let message = format!(
        "the response is `{media_type}`, which the spec declares and this call does not read; it \
         asked for `{}`",
        endpoint.accept.unwrap_or("application/json")
    );
    Err(Error::new(ErrorKind::Malformed, response.origin.failure(message)))
}

/// Returns whether an announced body exists: for these requests and statuses HTTP has none,
/// whatever the headers say.
pub(crate) fn has_body(method: &Method, status: StatusCode) -> bool {
    let is_bare = matches!(status, StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED);
    *method != Method::HEAD && !is_bare
}

/// Returns the error of a response that is not a success, by its status.
///
/// `refusal` says that Pydio does not accept the credentials, and `cause` is the likely one of a
/// status whose page does not explain it.
pub(crate) async fn failure_of(
    status: StatusCode,
    refusal: &str,
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
                false => "the server requires credentials, but the call had none",
            };
            let message = explained(message, text);
            Error::new(ErrorKind::BadCredentials, origin.failure(message).with_body(body))
        }
        StatusCode::UNAUTHORIZED if is_challenge => {
            let realm = realm(&response.headers).filter(|realm| realm != PYDIO_REALM);
            let message = match realm {
                Some(realm) => {
                    format!(
                        "a server in front of Pydio requires credentials for its realm {realm:?}"
                    )
                }
                None => refusal.to_owned(),
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

pub(crate) fn is_web_page(response: &Response) -> bool {
    response.is("text/html")
}
