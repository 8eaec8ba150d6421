//! The key pair of a connection: loaded, created, and renewed by one call at a time.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::{runtime::Handle, sync::Mutex};

use crate::{
    auth::{KeyPair, KeyPairId, KeyPairStore, Keystore, RequestAuth},
    connection::{Connection, InFlight, KeyPairSource, rest_as},
    response::{Accept, FromResponse as _, Origin},
    session::SessionBuilder,
    types::{ANY_RELEASE, BoxError, Endpoint, Error, ErrorKind, Method, Param, Request, causes},
};

/// The user's first workspace, which exists for every user who can log in.
pub(crate) const OWN: &str = "pydio";

/// These actions are the same in all releases.
pub(crate) static GENERATE: Endpoint = Endpoint::action(
    &ANY_RELEASE,
    Method::Post,
    "authfront.keystore",
    "keystore_generate_auth_token",
)
.params(&[Param::path("device")]);

/// The current key pair of a connection with a [`Keystore`].
pub(crate) struct ManagedPair {
    keystore: Keystore,
    /// Locked until a change is complete, so that other calls see the result.
    state: Mutex<State>,
    /// How many attempts have failed.
    failures: AtomicU64,
}

#[derive(Default)]
struct State {
    held: Held,
    /// Why the last attempt failed.
    failure: Option<Error>,
}

#[derive(Default)]
enum Held {
    /// No call has needed a pair yet.
    #[default]
    Unknown,
    Pair(KeyPair),
    /// The server provides no key pairs.
    Password,
}

impl ManagedPair {
    /// Manages the pair that `keystore` describes.
    pub(crate) fn new(keystore: Keystore) -> Self {
        Self { keystore, state: Mutex::default(), failures: AtomicU64::new(0) }
    }

    /// Returns a pair other than the one that was refused.
    ///
    /// A call that waited for a failed attempt of another call fails with it, without an attempt of
    /// its own: ten calls with a wrong password count as one failed login, where the server locks
    /// out after three.
    async fn pair(
        &self,
        connection: &Connection,
        refused: Option<&KeyPair>,
    ) -> Result<RequestAuth, Error> {
        let keystore = &self.keystore;
        let failures = self.failures.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if self.failures.load(Ordering::Acquire) != failures
            && let Some(error) = &state.failure
        {
            return Err(error.clone());
        }
        match &state.held {
            Held::Pair(pair) if refused.is_none_or(|refused| !pair.is(refused)) => {
                return Ok(RequestAuth::KeptPair(pair.clone()));
            }
            Held::Password => return password(keystore),
            Held::Pair(_) | Held::Unknown => {}
        }
        match renew(connection, keystore, refused).await {
            Ok((held, auth)) => {
                *state = State { held, failure: None };
                Ok(auth)
            }
            Err(error) => {
                state.failure = Some(error.clone());
                self.failures.fetch_add(1, Ordering::Release);
                Err(error)
            }
        }
    }

    async fn forget_pair(&self, connection: &Connection, token: Option<&str>) -> Result<(), Error> {
        let keystore = &self.keystore;
        let is_it = |pair: &KeyPair| token.is_none_or(|token| pair.token() == token);
        let mut state = self.state.lock().await;
        let key = keystore.key(&connection.base);
        if keystore.load(&key).await?.is_some_and(|pair| is_it(&pair)) {
            keystore.remove(key).await?;
        }
        if matches!(&state.held, Held::Pair(pair) if is_it(pair)) {
            state.held = Held::Unknown;
        }
        Ok(())
    }
}

impl KeyPairSource for ManagedPair {
    fn current<'a>(
        &'a self,
        connection: &'a Connection,
        refused: Option<&'a KeyPair>,
    ) -> InFlight<'a, RequestAuth> {
        Box::pin(self.pair(connection, refused))
    }

    fn has_pair(&self) -> InFlight<'_, bool> {
        Box::pin(async { Ok(matches!(self.state.lock().await.held, Held::Pair(_))) })
    }

    fn forget<'a>(
        &'a self,
        connection: &'a Connection,
        token: Option<&'a str>,
    ) -> InFlight<'a, ()> {
        Box::pin(self.forget_pair(connection, token))
    }
}

/// Returns the pair of the store, which another program may have replaced by a newer one than was
/// refused, or a new pair from the server.
async fn renew(
    connection: &Connection,
    keystore: &Keystore,
    refused: Option<&KeyPair>,
) -> Result<(Held, RequestAuth), Error> {
    let key = keystore.key(&connection.base);
    let kept = keystore.load(&key).await?;
    let is_kept = kept.is_some();
    if let Some(pair) = kept.filter(|pair| refused.is_none_or(|refused| !pair.is(refused))) {
        return Ok((Held::Pair(pair.clone()), RequestAuth::KeptPair(pair)));
    }
    match make(connection, keystore).await? {
        Some(pair) => {
            keystore.save(key, pair.clone()).await?;
            Ok((Held::Pair(pair.clone()), RequestAuth::Pair(pair)))
        }
        None => {
            if is_kept {
                keystore.remove(key).await?;
            }
            Ok((Held::Password, password(keystore)?))
        }
    }
}

/// Requests a pair from the server, with login and password.
async fn make(connection: &Connection, keystore: &Keystore) -> Result<Option<KeyPair>, Error> {
    if keystore.is_on_session {
        return make_on_session(connection, keystore).await;
    }
    let request = generate(&keystore.device);
    let login = (&*keystore.login, &keystore.password);
    match rest_as(connection, login, OWN, request, Accept::Json).await {
        Ok(response) => given(Option::decode(response).await),
        Err(error) => Err(error),
    }
}

/// Requests a pair in a session.
async fn make_on_session(
    connection: &Connection,
    keystore: &Keystore,
) -> Result<Option<KeyPair>, Error> {
    let begin = SessionBuilder::new(connection.clone()).keep_password(false);
    let session = begin.login(&*keystore.login, keystore.password.clone()).await?;
    let pair = given(session.ask(generate(&keystore.device)).await);
    // The server expires a session that stays open.
    let _ = session.logout().await;
    pair
}

/// Returns the call that creates a pair.
pub(crate) fn generate(device: &str) -> Request {
    Request::new(&GENERATE).text("device", device)
}

/// Returns the origin of that call, for errors about its pair.
fn origin() -> Origin {
    Origin::new(&GENERATE, OWN)
}

/// Returns whether it was that call that failed.
pub(crate) fn asks_for_pair(error: &Error) -> bool {
    error.call_name() == origin().call()
}

/// Returns the pair in the response; none if the plugin for pairs is off.
pub(crate) fn given(response: Result<Option<KeyPair>, Error>) -> Result<Option<KeyPair>, Error> {
    match response {
        Err(error) if error.kind() == ErrorKind::UnknownAction => Ok(None),
        response => response,
    }
}
fn password(keystore: &Keystore) -> Result<RequestAuth, Error> {
    RequestAuth::basic(&origin(), &keystore.login, &keystore.password)
}

/// A store may wait for a disk, which must not block a thread of the runtime.
impl Keystore {
    async fn load(&self, key: &KeyPairId) -> Result<Option<KeyPair>, Error> {
        let key = key.clone();
        let loaded = self.on_store(move |store| store.load(&key)).await;
        loaded.map_err(|error| store("could not be read", error))
    }

    async fn save(&self, key: KeyPairId, pair: KeyPair) -> Result<(), Error> {
        let saved = self.on_store(move |store| store.save(&key, &pair)).await;
        saved.map_err(|error| store("could not be written", error))
    }

    async fn remove(&self, key: KeyPairId) -> Result<(), Error> {
        let removed = self.on_store(move |store| store.remove(&key)).await;
        removed.map_err(|error| store("could not be written", error))
    }

    async fn on_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn KeyPairStore) -> Result<T, BoxError> + Send + 'static,
    ) -> Result<T, BoxError> {
        let Ok(runtime) = Handle::try_current() else { return work(&*self.store) };
        let store = Arc::clone(&self.store);
        runtime.spawn_blocking(move || work(&*store)).await?
    }
}

fn store(what: &str, error: BoxError) -> Error {
    let message = format!("{what}: {}", causes(&*error));
    Error::new(ErrorKind::KeyPairStore, origin().failure(message).source(error))
}
