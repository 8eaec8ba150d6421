//! The pair of a connection: found, made, and renewed by one call at a time.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use tokio::{runtime::Handle, sync::Mutex};

use super::{KeyPair, Keystore, PairKey, PairStore, pairs};
use crate::{
    Accept, Answer as _, BoxError, Error, Pydio,
    client::Connection,
    credentials::Proof,
    error::causes,
    exchange::{self, InFlight},
};

/// What a connection with a [`Keystore`] has at the moment.
#[derive(Default)]
pub(crate) struct Managed {
    /// Whoever changes it holds the lock until it is done, so that the others find the result.
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
    /// Nobody has asked yet.
    #[default]
    Unknown,
    Pair(KeyPair),
    /// The server gives out no pairs.
    Password,
}

impl Managed {
    /// A pair other than the one that was refused.
    ///
    /// A call that waited for the failing attempt of another one fails with it, and does not try
    /// for itself: ten calls with a wrong password are one failed login, where the server locks
    /// out after three.
    pub(crate) async fn pair(
        &self,
        connection: &Connection,
        keystore: &Keystore,
        refused: Option<&KeyPair>,
    ) -> Result<Proof, Error> {
        let failures = self.failures.load(Ordering::Acquire);
        let mut state = self.state.lock().await;
        if self.failures.load(Ordering::Acquire) != failures
            && let Some(error) = &state.failure
        {
            return Err(error.clone());
        }
        match &state.held {
            Held::Pair(pair) if refused.is_none_or(|refused| !pair.is(refused)) => {
                return Ok(Proof::KeptPair(pair.clone()));
            }
            Held::Password => return password(keystore),
            Held::Pair(_) | Held::Unknown => {}
        }
        match renew(connection, keystore, refused).await {
            Ok((held, proof)) => {
                *state = State { held, failure: None };
                Ok(proof)
            }
            Err(error) => {
                state.failure = Some(error.clone());
                self.failures.fetch_add(1, Ordering::Release);
                Err(error)
            }
        }
    }

    /// Whether calls are signed, rather than sent with the password.
    pub(crate) async fn holds_pair(&self) -> bool {
        matches!(self.state.lock().await.held, Held::Pair(_))
    }

    /// Forgets the pair of that token, or whatever pair there is, once it has been revoked.
    pub(crate) async fn forget(
        &self,
        connection: &Connection,
        keystore: &Keystore,
        token: Option<&str>,
    ) -> Result<(), Error> {
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

/// The pair of the store, where another program may have put a newer one than was refused, or a
/// new pair of the server.
async fn renew(
    connection: &Connection,
    keystore: &Keystore,
    refused: Option<&KeyPair>,
) -> Result<(Held, Proof), Error> {
    let key = keystore.key(&connection.base);
    let kept = keystore.load(&key).await?;
    let is_kept = kept.is_some();
    if let Some(pair) = kept.filter(|pair| refused.is_none_or(|refused| !pair.is(refused))) {
        return Ok((Held::Pair(pair.clone()), Proof::KeptPair(pair)));
    }
    match make(connection, keystore).await? {
        Some(pair) => {
            keystore.save(key, pair.clone()).await?;
            Ok((Held::Pair(pair.clone()), Proof::Pair(pair)))
        }
        None => {
            if is_kept {
                keystore.remove(key).await?;
            }
            Ok((Held::Password, password(keystore)?))
        }
    }
}

/// Asks the server for a pair, with login and password.
async fn make(connection: &Connection, keystore: &Keystore) -> Result<Option<KeyPair>, Error> {
    if keystore.is_on_session {
        return make_on_session(connection, keystore).await;
    }
    let request = pairs::generate(&keystore.device);
    let login = (&*keystore.login, &keystore.password);
    let response = exchange::rest_as(connection, login, pairs::OWN, request, Accept::Json).await;
    match response {
        Ok(response) => pairs::given(Option::decode(response).await),
        Err(error) => Err(error),
    }
}

/// The same on a session. Boxed, since a session sends its calls by what has come here for a pair.
fn make_on_session<'a>(
    connection: &'a Connection,
    keystore: &'a Keystore,
) -> InFlight<'a, Option<KeyPair>> {
    Box::pin(async move {
        let begin = Pydio::of(connection.clone()).session().keep_password(false);
        let session = begin.login(&*keystore.login, keystore.password.clone()).await?;
        let pair = session.generate_pair(&keystore.device).await;
        // The server ends a session that stays.
        let _ = session.logout().await;
        pair
    })
}

fn password(keystore: &Keystore) -> Result<Proof, Error> {
    Proof::basic(&pairs::origin(), &keystore.login, &keystore.password)
}

/// A store may wait for a disk, which no thread of the runtime is to do.
impl Keystore {
    async fn load(&self, key: &PairKey) -> Result<Option<KeyPair>, Error> {
        let key = key.clone();
        let loaded = self.on_store(move |store| store.load(&key)).await;
        loaded.map_err(|error| store("could not be read", error))
    }

    async fn save(&self, key: PairKey, pair: KeyPair) -> Result<(), Error> {
        let saved = self.on_store(move |store| store.save(&key, &pair)).await;
        saved.map_err(|error| store("could not be written", error))
    }

    async fn remove(&self, key: PairKey) -> Result<(), Error> {
        let removed = self.on_store(move |store| store.remove(&key)).await;
        removed.map_err(|error| store("could not be written", error))
    }

    async fn on_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&dyn PairStore) -> Result<T, BoxError> + Send + 'static,
    ) -> Result<T, BoxError> {
        let Ok(runtime) = Handle::try_current() else { return work(&*self.store) };
        let store = Arc::clone(&self.store);
        runtime.spawn_blocking(move || work(&*store)).await?
    }
}

fn store(what: &str, error: BoxError) -> Error {
    let message = format!("{what}: {}", causes(&*error));
    Error::Store(pairs::origin().failure(message).source(error))
}
