//! Where key pairs are kept.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::KeyPair;
use crate::types::BoxError;

/// What a key pair is kept under: it is good on one server, for one user and one device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyPairId {
    server: String,
    login: String,
    device: String,
}

impl KeyPairId {
    /// The key of that user's pair for that device.
    pub fn new(
        server: impl Into<String>,
        login: impl Into<String>,
        device: impl Into<String>,
    ) -> Self {
        Self { server: server.into(), login: login.into(), device: device.into() }
    }

    /// The address of the server, with a slash at its end.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The user's login.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// The name of the device.
    pub fn device(&self) -> &str {
        &self.device
    }
}

/// Keeps key pairs, for as long as it is made to last: in memory, in a file, in the keyring of a
/// desktop.
///
/// The methods are called rarely (before the first call and around the making of a pair) and may
/// wait for a disk. An error fails the call that was being made with
/// [`ErrorKind::KeyPairStore`](crate::ErrorKind::KeyPairStore), and becomes part of it: it must not show a secret.
pub trait KeyPairStore: Send + Sync {
    /// The pair that was last saved under the key; `None` when there is none.
    ///
    /// # Errors
    ///
    /// When the store cannot be read. A store that is not there yet is empty.
    fn load(&self, key: &KeyPairId) -> Result<Option<KeyPair>, BoxError>;

    /// Keeps a pair, in place of the one that was there.
    ///
    /// # Errors
    ///
    /// When the store cannot be written, and is as it was before.
    fn save(&self, key: &KeyPairId, pair: &KeyPair) -> Result<(), BoxError>;

    /// Forgets the pair, if there is one.
    ///
    /// # Errors
    ///
    /// When the store cannot be written, and is as it was before.
    fn remove(&self, key: &KeyPairId) -> Result<(), BoxError>;
}

impl<S: KeyPairStore + ?Sized> KeyPairStore for Arc<S> {
    fn load(&self, key: &KeyPairId) -> Result<Option<KeyPair>, BoxError> {
        (**self).load(key)
    }

    fn save(&self, key: &KeyPairId, pair: &KeyPair) -> Result<(), BoxError> {
        (**self).save(key, pair)
    }

    fn remove(&self, key: &KeyPairId) -> Result<(), BoxError> {
        (**self).remove(key)
    }
}

/// Keeps key pairs until it is dropped.
#[derive(Debug, Default)]
pub struct MemoryStore(Mutex<BTreeMap<KeyPairId, KeyPair>>);

impl KeyPairStore for MemoryStore {
    fn load(&self, key: &KeyPairId) -> Result<Option<KeyPair>, BoxError> {
        Ok(self.0.lock().unwrap_or_else(PoisonError::into_inner).get(key).cloned())
    }

    fn save(&self, key: &KeyPairId, pair: &KeyPair) -> Result<(), BoxError> {
        let mut pairs = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        pairs.insert(key.clone(), pair.clone());
        Ok(())
    }

    fn remove(&self, key: &KeyPairId) -> Result<(), BoxError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(key);
        Ok(())
    }
}
