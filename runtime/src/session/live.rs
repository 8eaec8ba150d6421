//! One login on the server: its cookies, its secure token, and what is sent with them.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use secrecy::{ExposeSecret, SecretString};

use super::actions::{GET_BOOT_CONF, GET_SECURE_TOKEN, GET_XML_REGISTRY, SWITCH_REPOSITORY};
use crate::{
    connection::{self, Connection, Jar},
    encode::{self, Attached, Prepared, SessionCall},
    json::Json,
    response::{
        Accept, Decoding, Download, FromResponse, Nothing, Origin, Response, Text, unknown_action,
    },
    types::{Element, Error, ErrorKind, Request},
};

/// Keeps the server from responding as to a guest when the session has ended.
const FORCE_LOGIN: HeaderName = HeaderName::from_static("ajxp-force-login");

/// A session on the server. A login creates a new one, with separate cookies, so that responses to
/// earlier requests cannot affect it.
pub(super) struct Live {
    connection: Connection,
    cookies: Arc<Jar>,
    token: Mutex<Token>,
}

/// A secure token and its sequence number in the session.
#[derive(Clone, Default)]
pub(super) struct Token {
    pub(super) number: u64,
    value: Option<SecretString>,
}

impl Live {
    /// Creates a session of no user, and without a token.
    pub(super) fn new(connection: &Connection, cookies: Jar) -> Self {
        let cookies = Arc::new(cookies);
        let connection = connection.with_cookies(Arc::clone(&cookies));
        Self { connection, cookies, token: Mutex::default() }
    }

    /// Opens a session on the server, for logging in.
    pub(super) async fn open(connection: &Connection, cookies: Jar) -> Result<Self, Error> {
        let live = Self::new(connection, cookies);
        let token = match live.ask::<Json>(Request::new(&GET_BOOT_CONF)).await {
            Ok(settings) => {
                live.connection.release.learn(&settings);
                settings["SECURE_TOKEN"].as_str().and_then(token)
            }
            // Without the web interface there is no such action, and without a login the server
            // reports it like this.
            Err(error)
                if matches!(
                    error.kind(),
                    ErrorKind::UnknownAction
                        | ErrorKind::AuthenticationRequired
                        | ErrorKind::Empty
                        | ErrorKind::Malformed
                        | ErrorKind::Server
                ) =>
            {
                None
            }
            Err(error) => return Err(error),
        };
        live.set_token(match token {
            Some(token) => token,
            None => live.fetch_token().await?,
        });
        Ok(live)
    }

    pub(super) fn cookies(&self) -> &Jar {
        &self.cookies
    }

    pub(super) fn token(&self) -> Token {
        self.lock_token().clone()
    }

    pub(super) fn set_token(&self, value: SecretString) {
        let mut token = self.lock_token();
        *token = Token { number: token.number + 1, value: Some(value) };
    }

    fn lock_token(&self) -> MutexGuard<'_, Token> {
        self.token.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends a call with that token, and returns what may be its response.
    pub(super) async fn send(
        &self,
        (call, headers): (&SessionCall, &HeaderMap),
        origin: Origin,
        token: &Token,
        attached: Attached,
        accept: Accept,
    ) -> Result<Response, Error> {
        let token = token.value.as_ref().map(ExposeSecret::expose_secret);
        let prepared = Prepared::new(call.with_token(token), attached);
        let mut prepared =
            prepared.map_err(|why| Error::new(ErrorKind::InvalidRequest, origin.failure(why)))?;
        prepared.headers.push((FORCE_LOGIN, HeaderValue::from_static("true")));
        prepared.headers.extend(headers.iter().map(|(name, value)| (name.clone(), value.clone())));
        let response = connection::send(&self.connection, origin, prepared, accept).await?;
        if response.origin.status == Some(StatusCode::NO_CONTENT) {
            let message = "the action does not exist here, or the user has no right to it";
            return Err(unknown_action(&response.origin, message));
        }
        if accept == Accept::Any { refuse_silence(response).await } else { Ok(response) }
    }

    /// Makes a call of the session itself.
    pub(super) async fn ask<A: FromResponse>(&self, request: Request) -> Result<A, Error> {
        A::decode(self.respond(request, A::ACCEPT).await?).await
    }

    /// Makes a call of the session itself, and leaves its response unread.
    pub(super) async fn respond(
        &self,
        request: Request,
        accept: Accept,
    ) -> Result<Response, Error> {
        self.respond_with(request, &self.token(), accept).await
    }

    async fn respond_with(
        &self,
        request: Request,
        token: &Token,
        accept: Accept,
    ) -> Result<Response, Error> {
        let origin = origin(&request, None);
        let (call, attached) = encoded(&origin, None, request)?;
        self.send((&call, &HeaderMap::new()), origin, token, attached, accept).await
    }

    /// Makes a call that changes nothing, with that token.
    pub(super) async fn probe(&self, token: &Token) -> Result<(), Error> {
        let request = registry_request("user/active_repo");
        let response = self.respond_with(request, token, Accept::Xml).await?;
        Element::decode(response).await.map(drop)
    }

    /// Requests another token.
    pub(super) async fn fetch_token(&self) -> Result<SecretString, Error> {
        let request = Request::new(&GET_SECURE_TOKEN);
        let origin = origin(&request, None);
        let Text(text) = self.ask(request).await?;
        let not_one = "the response is not a secure token";
        token(text.trim()).ok_or_else(|| Error::new(ErrorKind::Malformed, origin.failure(not_one)))
    }

    /// Makes another workspace the current one.
    pub(super) async fn switch(&self, id: &str) -> Result<(), Error> {
        let Nothing = self.ask(switch_request(id)).await?;
        Ok(())
    }

    /// Asks the registry which workspace is the current one, by id.
    pub(super) async fn current(&self) -> Result<Option<String>, Error> {
        let Element { children, .. } = self.ask(registry_request("user/active_repo")).await?;
        let id = children.first().and_then(|active| active.attributes.get("id"));
        Ok(id.map(str::to_owned))
    }
}

/// The part of the registry that lists the user's workspaces.
pub(super) const WORKSPACES: &str = "user/repositories";

/// That part, as a user has it. Servers of 6.0 to 6.4 respond as to a guest when the session has
/// ended, and a guest has no list of workspaces.
pub(super) struct OwnWorkspaces(pub(super) Element);

impl FromResponse for OwnWorkspaces {
    const ACCEPT: Accept = Element::ACCEPT;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let origin = response.origin.clone();
            let registry = Element::decode(response).await?;
            match registry.child("repositories") {
                Some(_) => Ok(Self(registry)),
                None => Err(Error::new(ErrorKind::AuthenticationRequired, origin.failure(""))),
            }
        })
    }
}

/// Returns the id and the slug of each workspace in that part of the registry.
pub(super) fn ids_and_slugs(registry: &Element) -> impl Iterator<Item = (&str, Option<&str>)> {
    let workspaces = registry.children.iter().flat_map(|list| &list.children);
    workspaces.filter_map(|workspace| {
        let attributes = &workspace.attributes;
        Some((attributes.get("id")?, attributes.get("repositorySlug")))
    })
}

/// Returns a request for a part of the registry.
pub(super) fn registry_request(x_path: &str) -> Request {
    Request::new(&GET_XML_REGISTRY).text("xPath", x_path)
}

pub(super) fn switch_request(id: &str) -> Request {
    Request::new(&SWITCH_REPOSITORY).text("repository_id", id)
}

/// Returns the origin of a call, for errors.
pub(super) fn origin(request: &Request, workspace: Option<&str>) -> Origin {
    Origin::of(request, workspace.unwrap_or_default())
}

pub(super) fn encoded(
    origin: &Origin,
    workspace: Option<&str>,
    request: Request,
) -> Result<(SessionCall, Attached), Error> {
    encode::session(workspace, request)
        .map_err(|why| Error::new(ErrorKind::InvalidRequest, origin.failure(why)))
}

/// Returns the text as a secure token, if it can be one.
fn token(text: &str) -> Option<SecretString> {
    let is_one = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_one.then(|| text.into())
}

/// Refuses an empty response of no certain type, unless it is declared as an empty file: the server
/// responds to a download like this when the session has expired.
async fn refuse_silence(mut response: Response) -> Result<Response, Error> {
    let is_typed =
        !matches!(&*response.media_type(), "" | "text/html" | "application/octet-stream");
    // A redirect comes here only as the response of a call whose purpose it is.
    let is_redirect = response.status() / 100 == 3;
    if is_typed || is_redirect || Download::is_announced(&response) {
        return Ok(response);
    }
    let chunk = response.first_chunk().await?;
    response.put_back(chunk);
    Ok(response)
}
