//! Calls without a connection: their HTTP request, and a response that is in memory.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, Uri, header::LOCATION, uri::Scheme};

use crate::{
    encode::{Prepared, rest_v1, rest_v2},
    response::{Accept, Decoding, Origin, Response, accepted, failure_of, has_body, readable},
    types::{Body, Endpoint, Error, ErrorKind, Failure, Request, ServerAddress},
};

/// What the error of a call says when the server does not accept its credentials.
const REFUSAL: &str = "the server requires credentials, or does not accept those of the request";

/// Returns the HTTP request of an action on a workspace.
pub(super) fn of_action(
    request: Request,
    accept: Accept,
    server: &str,
    workspace: &str,
) -> Result<http::Request<Body>, Error> {
    let origin = Origin::of(&request, workspace);
    let base = Base::parse(server)?;
    let prepared = rest_v1(workspace, request);
    let prepared = prepared.map_err(|message| invalid(&origin, message))?;
    base.request(&origin, base.path(), prepared, accept.header())
}

/// Returns the HTTP request of an operation.
pub(super) fn of_operation(
    request: Request,
    accept: Accept,
    server: &str,
) -> Result<http::Request<Body>, Error> {
    let origin = Origin::of(&request, "");
    let base = Base::parse(server)?;
    let prepared = rest_v2(request).map_err(|message| invalid(&origin, message))?;
    let path = base.path_of(origin.endpoint);
    let accept = origin.endpoint.accept.unwrap_or(accept.header());
    base.request(&origin, &path, prepared, accept)
}

fn invalid(origin: &Origin, message: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidRequest, origin.failure(message))
}

/// The address of a server.
struct Base(Uri);

impl Base {
    fn parse(server: &str) -> Result<Self, Error> {
        let config = |message: String| Error::new(ErrorKind::Config, Failure::new(message));
        let uri: Uri = server
            .parse()
            .map_err(|error| config(format!("the server URL is invalid: {error}")))?;
        if !uri.scheme().is_some_and(|scheme| [Scheme::HTTP, Scheme::HTTPS].contains(scheme)) {
            let message = "the server URL begins with neither http:// nor https://";
            return Err(config(message.to_owned()));
        }
        if uri.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            let message = "the server URL contains credentials; pass them in a header of the \
                           request";
            return Err(config(message.to_owned()));
        }
        Ok(Self(uri))
    }

    /// Returns its path, without a slash at the end.
    fn path(&self) -> &str {
        self.0.path().trim_end_matches('/').trim_end_matches("/index.php")
    }

    /// Returns the path below which an operation is.
    fn path_of(&self, operation: &Endpoint) -> String {
        let (site, path) = (operation.bindings.site, self.path());
        let address = ServerAddress {
            scheme: self.0.scheme_str().unwrap_or_default(),
            host: self.0.host().unwrap_or_default(),
            port: self.0.port_u16(),
            path,
        };
        match operation.own_server {
            None if site.has(address) || site.root(path).is_some() => path.to_owned(),
            None => format!("{path}{}", site.base),
            Some(own) if own.is_empty() || own.starts_with('/') => {
                format!("{}{own}", site.root(path).unwrap_or(path))
            }
            Some(_) => path.to_owned(),
        }
    }

    /// Returns the request of a call below `path`.
    fn request(
        &self,
        origin: &Origin,
        path: &str,
        prepared: Prepared,
        accept: &str,
    ) -> Result<http::Request<Body>, Error> {
        let mut headers = HeaderMap::new();
        let added = prepared.add_headers(&mut headers, accept, prepared.body.length());
        added.map_err(|error| invalid(origin, error.to_string()))?;
        let target = format!("{}/{}", path.trim_end_matches('/'), prepared.target);
        let mut parts = self.0.clone().into_parts();
        let target = target.parse().map_err(|_| invalid(origin, "no address for the call"))?;
        parts.path_and_query = Some(target);
        let uri = Uri::from_parts(parts);
        let mut request = http::Request::new(prepared.body);
        *request.method_mut() = prepared.method;
        *request.uri_mut() = uri.map_err(|error| invalid(origin, error.to_string()))?;
        *request.headers_mut() = headers;
        Ok(request)
    }
}

/// Returns the response to a call, unless its head is that of a failure.
pub(super) fn received(
    request: &Request,
    response: http::Response<Bytes>,
) -> Result<Response, Error> {
    let (head, bytes) = response.into_parts();
    let (endpoint, status) = (request.endpoint(), head.status);
    let origin = Origin { status: Some(status), ..Origin::of(request, "") };
    let is_redirect = status.is_redirection() && head.headers.contains_key(LOCATION);
    if is_redirect && !endpoint.returns_redirect {
        let message = "the server redirects the call: see the `Location` of the response";
        return Err(Error::new(ErrorKind::Redirected, origin.failure(message)));
    }
    let mut response = match has_body(&request.sent_method().http(), status) {
        true => {
            let body = Box::pin(stream::iter([Ok(bytes)]));
            Response::new(origin, head.headers, body, u64::MAX)
        }
        false => Response::without_body(origin, head.headers, u64::MAX),
    };
    response.span = request.span;
    if !status.is_success() && !is_redirect {
        let failure = failure_of(status, REFUSAL, true, None, response);
        return Err(completed(Box::pin(async { Ok(failure.await) })).unwrap_or_else(|error| error));
    }
    let response = completed(Box::pin(accepted(response)))?;
    match endpoint.is_operation() {
        true => readable(endpoint, response),
        false => Ok(response),
    }
}

/// Runs what waits for nothing, since the response is in memory.
pub(super) fn completed<T>(reading: Decoding<T>) -> Result<T, Error> {
    match pin!(reading).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => {
            let message = "decoding this type needs further requests, which only a connection \
                           can send";
            Err(Error::new(ErrorKind::InvalidRequest, Failure::new(message)))
        }
    }
}

#[cfg(test)]
mod tests;
