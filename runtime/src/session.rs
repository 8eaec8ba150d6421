//! Calls in a session of the server: `index.php`, a cookie and a secure token.

mod actions;
mod builder;
mod challenge;
mod live;
mod login;
mod sending;
mod workspace;

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use secrecy::SecretString;
use tokio::time::Instant;

use crate::{
    call::ActionCall,
    connection::{CallOptions, Connection, Jar},
    encode::is_workspace,
    hook::AccessMethod,
    json::Json,
    response::{Begun, Called, Caller, FromResponse, Listing, Nothing},
    types::{Dialect, Element, Envelope, Error, ErrorKind, Request, ServerRelease},
};
use actions::LOGOUT;
use live::{
    Live, OwnWorkspaces, WORKSPACES, ids_and_slugs, origin, registry_request, switch_request,
};
use login::{LoginProof, logging_result};
use sending::{Renewal, Seen, Sending};

pub use builder::SessionBuilder;
pub use challenge::{Captcha, Challenge};
pub(crate) use login::is_login;
pub use login::{LoginError, LoginResult};
pub use workspace::SessionWorkspace;

/// A session of a user, which can call every action of the server. Cheap to clone; clones are the
/// same session.
///
/// The session manages its secure token. Unless told not to keep the password, it logs in again
/// when the server has ended it: once, however many calls notice this at the same time. The call is
/// then sent a second time. The server has not started it before, so nothing is done twice.
///
/// Dropping a session sends nothing, and the server lets it expire; [`Self::logout`] ends it
/// immediately.
///
/// ```no_run
/// # use pydio_runtime::{ActionCall, Error, Pydio};
/// # async fn demo(ls: impl ActionCall, get_xml_registry: impl ActionCall) -> Result<(), Error> {
/// let pydio = Pydio::builder("https://files.example.org").build()?;
/// let session = pydio.session().login("alice", "secret").await?;
/// session.workspace("my-files").call(ls).await?;
/// session.call(get_xml_registry).await?;
/// session.logout().await?;
/// # Ok(())
/// # }
/// ```
///
/// Operations of the v2 API are REST only, and do not compile here:
///
/// ```compile_fail,E0277
/// # use pydio_runtime::{OperationCall, Session};
/// # async fn demo(session: Session, operation: impl OperationCall) {
/// let _ = session.call(operation).await;
/// # }
/// ```
#[derive(Clone)]
pub struct Session {
    shared: Arc<Shared>,
    options: Arc<CallOptions>,
}

struct Shared {
    connection: Connection,
    user: String,
    settings: Settings,
    state: Mutex<State>,
    /// Held while the token or the login is renewed.
    renewal: tokio::sync::Mutex<()>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Settings {
    keeps_password: bool,
    is_remembered: bool,
}

struct State {
    live: Arc<Live>,
    /// The credentials for logging in again.
    kept: Option<LoginProof>,
    /// The current workspace, once one has been chosen.
    current: Option<String>,
    failures: u64,
    /// The user's workspaces, as far as [`Session::known_id`] has looked them up.
    ids: Workspaces,
}

/// The ids of a user's workspaces by slug and id, and when they were looked up.
#[derive(Default)]
struct Workspaces {
    ids: BTreeMap<String, String>,
    looked_up: Option<Instant>,
}

/// How long ids are used before they are looked up again: a workspace may be removed meanwhile, and
/// a server that ignores unknown ids would run the call in another workspace.
const IDS_LAST: Duration = Duration::from_secs(60);

impl Workspaces {
    fn get(&self, name: &str) -> Option<String> {
        let is_fresh = self.looked_up.is_some_and(|at| at.elapsed() < IDS_LAST);
        self.ids.get(name).filter(|_| is_fresh).cloned()
    }

    fn of(registry: &Element) -> Self {
        let mut ids = BTreeMap::new();
        for (id, slug) in ids_and_slugs(registry) {
            ids.extend(slug.map(|slug| (slug.to_owned(), id.to_owned())));
        }
        // An id that is the slug of another workspace means the workspace with that id.
        ids.extend(ids_and_slugs(registry).map(|(id, _)| (id.to_owned(), id.to_owned())));
        Self { ids, looked_up: Some(Instant::now()) }
    }
}

impl Session {
    fn new(connection: Connection, user: String, settings: Settings) -> Self {
        let live = Arc::new(Live::new(&connection, Jar::default()));
        let state =
            State { live, kept: None, current: None, failures: 0, ids: Workspaces::default() };
        let (state, renewal) = (Mutex::new(state), tokio::sync::Mutex::default());
        let options = Arc::clone(&connection.options);
        let shared = Arc::new(Shared { connection, user, settings, state, renewal });
        Self { shared, options }
    }

    /// Returns the login of the user.
    pub fn user(&self) -> &str {
        &self.shared.user
    }

    /// Returns the same session with other settings for the calls made on it.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        let options = Arc::new(self.options.overridden(options));
        Self { options, ..self.clone() }
    }

    /// Returns the workspace with this slug or id, which are case-sensitive.
    ///
    /// Each of its calls names the workspace (`tmp_repository_id`), so that calls on several
    /// workspaces do not interfere, regardless of the session's current workspace.
    pub fn workspace(&self, id: impl Into<String>) -> SessionWorkspace {
        SessionWorkspace { session: self.clone(), id: id.into() }
    }

    /// Sends a call that needs no workspace, or one on the session's current workspace: the one set
    /// by [`Self::switch_workspace`], otherwise the one that the server chooses, which is the
    /// user's last or first.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] before anything is sent when an argument cannot be encoded,
    /// [`ErrorKind::SessionExpired`] when the session has ended and cannot be renewed,
    /// [`ErrorKind::UnknownAction`] when there is no such action or no right to it, and any other
    /// [`Error`] of the exchange or of the new login.
    pub async fn call<C: ActionCall>(&self, call: C) -> Result<C::Response, Error> {
        self.ask(call.into_request()).await
    }

    pub(crate) async fn ask<A: FromResponse>(&self, request: Request) -> Result<A, Error> {
        let begun = self.begun("", &request);
        let mut sending = Sending::new(self, None, request)?;
        let answer = answered(&mut sending).await?;
        Ok(with_work(answer, begun))
    }

    /// Returns what waiting for the work of a call takes, if it can be waited for.
    fn begun(&self, workspace: &str, request: &Request) -> Option<Begun> {
        let is_awaitable = request.endpoint().is_awaitable();
        is_awaitable.then(|| Begun::new(Arc::new(self.clone()), workspace, request))
    }

    /// Makes the workspace with this id or slug the current one, for calls on the session itself; a
    /// new login keeps it.
    ///
    /// Servers switch by id only: until 7.0.1 they refuse a slug, and later ones report an error and
    /// switch anyway. This method looks the id up in the registry first.
    ///
    /// The current workspace is shared by all users of the session. Calls on [`Self::workspace`] do
    /// not depend on it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::UnknownWorkspace`] when the user has no such workspace, [`ErrorKind::Server`]
    /// when the server cannot switch to it, and those of [`Self::call`].
    /// [`Self::current_workspace`] is then the one that the server reports, or `None` if it cannot
    /// be found out.
    pub async fn switch_workspace(&self, id: impl Into<String>) -> Result<(), Error> {
        let name = id.into();
        let id = self.known_id(&name, &switch_request(&name)).await?;
        loop {
            let mut sending = Sending::own(self, None, switch_request(&id))?;
            let outcome = answered::<Nothing>(&mut sending).await;
            let live = Arc::clone(&sending.seen.live);
            let (current, outcome) = match outcome {
                Ok(Nothing) => (Some(id.clone()), Ok(())),
                Err(error) if error.kind() == ErrorKind::Server => {
                    self.found_current(&live, &id, error).await
                }
                Err(error) => return Err(error),
            };
            let mut state = self.state();
            // A login in the meantime would be on the previous workspace.
            if Arc::ptr_eq(&state.live, &live) {
                state.current = current;
                return outcome;
            }
        }
    }

    /// Finds out which workspace is the current one after the server refused to switch to another.
    async fn found_current(
        &self,
        live: &Live,
        asked: &str,
        refusal: Error,
    ) -> (Option<String>, Result<(), Error>) {
        let chosen = self.current_workspace();
        match live.current().await {
            Ok(id) if id.as_deref() == Some(asked) => (id, Ok(())),
            // If none was chosen, the server chooses one, also at the next login.
            Ok(id) => (chosen.and(id), Err(refusal)),
            Err(error) => (None, Err(error)),
        }
    }

    /// Returns the name for the workspace of a call that the server understands: the id, where it
    /// would silently run a call with a slug, or an unknown workspace, in the current workspace.
    async fn workspace_name(&self, name: &str, request: &Request) -> Result<String, Error> {
        let takes_ids_only = match self.release() {
            Some(release) => Dialect::of(release.oldest()).takes_ids_only,
            // All releases accept ids.
            None => true,
        };
        let is_looked_up = takes_ids_only || request.endpoint().bindings.dialect.takes_ids_only;
        match is_looked_up && is_workspace(name) {
            true => self.known_id(name, request).await,
            false => Ok(name.to_owned()),
        }
    }

    /// Returns the id of the user's workspace with that slug or id, for a call.
    async fn known_id(&self, name: &str, request: &Request) -> Result<String, Error> {
        let known = self.state().ids.get(name);
        if let Some(id) = known {
            return Ok(id);
        }
        let OwnWorkspaces(registry) = self.ask(registry_request(WORKSPACES)).await?;
        let workspaces = Workspaces::of(&registry);
        let id = workspaces.get(name);
        self.state().ids = workspaces;
        let unknown = "the user has no workspace with that slug or id";
        id.ok_or_else(|| {
            Error::new(ErrorKind::UnknownWorkspace, origin(request, Some(name)).failure(unknown))
        })
    }

    /// Returns the release of the server, as reported when the session was opened; `None` if it
    /// did not, as without its web interface.
    ///
    /// ```no_run
    /// # use pydio_runtime::{LoginError, Pydio, Release, ServerRelease};
    /// # async fn demo(pydio: Pydio) -> Result<(), LoginError> {
    /// let session = pydio.session().login("alice", "secret").await?;
    /// if session.release() == Some(ServerRelease::Exactly(Release::new(6, 4, 2))) {
    ///     println!("a session of 6.4.2");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn release(&self) -> Option<ServerRelease> {
        self.connection().release.get()
    }

    /// Returns the id of the current workspace, if one was chosen with [`Self::switch_workspace`].
    pub fn current_workspace(&self) -> Option<String> {
        self.state().current.clone()
    }

    /// Logs in again as the same user, after an [`ErrorKind::SessionExpired`] or
    /// [`ErrorKind::CaptchaRequired`], or earlier. Running calls are not affected.
    ///
    /// # Errors
    ///
    /// [`LoginError`], as for [`SessionBuilder::login`]. The session stays as it was.
    pub async fn log_in(&self, password: impl Into<SecretString>) -> Result<(), LoginError> {
        let _flight = self.renewal().await;
        self.enter(LoginProof::Password(password.into())).await
    }

    /// Ends the session on the server, and forgets the credentials to renew it. Later calls are
    /// [`ErrorKind::SessionExpired`], until [`Self::log_in`].
    ///
    /// # Errors
    ///
    /// Any [`Error`] of the request. The password is forgotten in any case.
    pub async fn logout(&self) -> Result<(), Error> {
        let flight = self.renewal().await;
        self.state().kept = None;
        drop(flight);
        let request = Request::new(&LOGOUT);
        let origin = origin(&request, None);
        let mut sending = Sending::own(self, None, request)?;
        let envelope: Envelope = match answered(&mut sending).await {
            // The session has already ended.
            Err(error) if error.kind() == ErrorKind::SessionExpired => return Ok(()),
            answer => answer?,
        };
        match logging_result(&origin, &envelope)? {
            (LoginResult::LoggedOut, _) => Ok(()),
            (other, _) => Err(Error::new(ErrorKind::Server, origin.failure(other.to_string()))),
        }
    }

    /// Returns the server that the session is on.
    pub(crate) fn connection(&self) -> &Connection {
        &self.shared.connection
    }

    fn is_remembered(&self) -> bool {
        self.shared.settings.is_remembered
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Locks the session for renewal.
    async fn renewal(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.shared.renewal.lock().await
    }

    fn live(&self) -> Arc<Live> {
        Arc::clone(&self.state().live)
    }

    fn seen(&self) -> Seen {
        let state = self.state();
        let live = Arc::clone(&state.live);
        Seen { token: live.token(), live, failures: state.failures }
    }

    /// Fetches another token, unless another call has in the meantime.
    async fn renew_token(&self, seen: &Seen) -> Result<Renewal, Error> {
        let _flight = self.renewal().await;
        let is_live = Arc::ptr_eq(&self.live(), &seen.live);
        if !is_live || seen.live.token().number != seen.token.number {
            return Ok(Renewal::Others);
        }
        seen.live.set_token(seen.live.fetch_token().await?);
        Ok(Renewal::Own)
    }

    /// Logs in again with the kept credentials, unless another call has in the meantime, or failed
    /// to.
    async fn renew_login(&self, seen: &Seen) -> Result<Renewal, Error> {
        let _flight = self.renewal().await;
        let proof = {
            let state = self.state();
            if !Arc::ptr_eq(&state.live, &seen.live) {
                return Ok(Renewal::Others);
            }
            match state.kept.clone().filter(|_| state.failures == seen.failures) {
                Some(proof) => proof,
                None => return Ok(Renewal::None),
            }
        };
        match self.enter(proof).await {
            Ok(()) => Ok(Renewal::Own),
            Err(error) => {
                let mut state = self.state();
                state.failures += 1;
                // Credentials that were refused once would be refused until the account is locked.
                if matches!(error, LoginError::Refused(..)) {
                    state.kept = None;
                }
                Err(error.into())
            }
        }
    }

    /// Switches to a session of the server on which the user is logged in.
    async fn settle(&self, live: Live, proof: LoginProof) -> Result<(), Error> {
        if let Some(id) = self.current_workspace() {
            live.switch(&id).await?;
        }
        let Settings { keeps_password, is_remembered } = self.shared.settings;
        let has_cookie = is_remembered && !live.cookies().lasting().is_empty();
        let mut state = self.state();
        state.kept = match proof {
            LoginProof::Password(password) if keeps_password => {
                Some(LoginProof::Password(password))
            }
            _ => has_cookie.then_some(LoginProof::Cookie),
        };
        state.live = Arc::new(live);
        state.ids = Workspaces::default();
        Ok(())
    }
}

/// Sends a call until it has a response, or an error that cannot be recovered.
async fn answered<A: FromResponse>(sending: &mut Sending<'_>) -> Result<A, Error> {
    let Some(timeout) = sending.timeout() else { return attempted(sending).await };
    match tokio::time::timeout(timeout, attempted(sending)).await {
        Ok(outcome) => outcome,
        Err(_) => Err(sending.timed_out(timeout)),
    }
}

async fn attempted<A: FromResponse>(sending: &mut Sending<'_>) -> Result<A, Error> {
    loop {
        let outcome = match sending.send(A::ACCEPT).await {
            Ok(response) => A::decode(response).await,
            Err(error) => Err(error),
        };
        match outcome {
            Ok(answer) => return Ok(answer),
            Err(error) => sending.recover(error, A::ACCEPT).await?,
        }
    }
}

fn with_work<A: FromResponse>(mut answer: A, begun: Option<Begun>) -> A {
    if let Some(begun) = begun {
        answer.begun(begun);
    }
    answer
}

impl Caller for Session {
    fn access_method(&self) -> AccessMethod {
        AccessMethod::Session
    }

    fn json<'a>(&'a self, workspace: &'a str, request: Request) -> Called<'a, Json> {
        match workspace {
            "" => Box::pin(self.ask(request)),
            id => Box::pin(async move { self.workspace(id).ask(request).await }),
        }
    }

    fn listing<'a>(&'a self, workspace: &'a str, request: Request) -> Called<'a, Listing> {
        match workspace {
            "" => Box::pin(self.ask(request)),
            id => Box::pin(async move { self.workspace(id).ask(request).await }),
        }
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("pydio", self.connection())
            .field("user", &self.user())
            .field("current_workspace", &self.current_workspace())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
