//! Failures that a Pydio reports with status 200 and neither XML nor JSON.

use super::{Download, Response, unknown_action};
use crate::types::{Error, ErrorKind, Server};

/// The response of 6.0–6.4 to a call of REST v1 on a workspace that does not exist; the id or slug
/// follows.
const NO_WORKSPACE: &[u8] = b"Cannot find repository with ID ";

/// Refuses a response that is the bare report of a failure, or nothing at all where the server
/// responds so to an unknown action.
pub(super) async fn refuse(mut response: Response) -> Result<Response, Error> {
    let is_untyped = response.is("text/html") && !Download::is_announced(&response);
    if !is_untyped || response.origin.server() == Server::Other {
        return Ok(response);
    }
    let Some(chunk) = response.next_chunk().await? else {
        return silent(response);
    };
    let is_report = chunk.starts_with(NO_WORKSPACE);
    response.put_back(chunk);
    if !is_report {
        return Ok(response);
    }
    let (Response { origin, .. }, text) = response.held().await?;
    let text = String::from_utf8_lossy(text.trim_ascii());
    // Where there is no v2, the server takes its path for one of REST v1.
    match origin.endpoint.is_operation() && text.ends_with(" v2") {
        true => Err(unknown_action(&origin, &text)),
        false => Err(Error::new(ErrorKind::UnknownWorkspace, origin.failure(text))),
    }
}

/// Refuses a response without a body if the call returns something, and the server responds so to
/// an action that it does not have.
fn silent(response: Response) -> Result<Response, Error> {
    let Response { origin, .. } = &response;
    if origin.dialect().ignores_unknown_actions && origin.endpoint.response.is_never_empty() {
        let text = "the server returned nothing, as it does for an action that does not exist, is \
                    switched off, or is not reachable over this transport";
        return Err(unknown_action(origin, text));
    }
    Ok(response)
}
