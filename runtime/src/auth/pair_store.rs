//! Stores for key pairs.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use super::KeyPair;
use crate::types::BoxError;

/// The key of a stored key pair, which is valid on one server, for one user and one device.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyPairId {
    server: String,
    login: String,
    device: String,
}

impl KeyPairId {
    /// Creates the key of that user's pair for that device.
    pub fn new(
        server: impl Into<String>,
        login: impl Into<String>,
        device: impl Into<String>,
    ) -> Self {
        Self { server: server.into(), login: login.into(), device: device.into() }
    }

    /// Returns the address of the server, with a slash at its end.
    pub fn server(&self) -> &str {
        &self.server
    }

    /// Returns the user's login.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// Returns the name of the device.
    pub fn device(&self) -> &str {
        &self.device
    }
}

/// Stores key pairs: in memory, in a file, in the keyring of a desktop.
///
/// The methods are called rarely (before the first call and when a pair is created) and may wait
/// for a disk. An error makes the current call fail with
/// [`ErrorKind::KeyPairStore`](crate::ErrorKind::KeyPairStore), and becomes part of it: it must not
/// show a secret.
pub trait KeyPairStore: Send + Sync {
    /// Returns the pair that was last saved under the key; `None` if there is none.
    ///
    /// # Errors
    ///
    /// If the store cannot be read. A store that does not exist yet is empty.
    fn load(&self, key: &KeyPairId) -> Result<Option<KeyPair>, BoxError>;

    /// Saves a pair, in place of the previous one.
    ///
    /// # Errors
    ///
    /// If the store cannot be written; it is then unchanged.
    fn save(&self, key: &KeyPairId, pair: &KeyPair) -> Result<(), BoxError>;

    /// Removes the pair, if there is one.
    ///
    /// # Errors
    ///
    /// If the store cannot be written; it is then unchanged.
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

/// Keeps key pairs in memory until it is dropped.
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
