//! Telling how far a transfer is.

use std::sync::{Arc, Mutex, PoisonError};

/// How far a transfer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How many bytes are through, those of an earlier try included. Of an upload, that is what
    /// was handed to the HTTP library; it goes back when a part has to be sent again.
    pub bytes: u64,
    /// How many there are in all, as far as that is known.
    pub total: Option<u64>,
}

/// The callback for progress, if any.
#[derive(Clone, Default)]
pub(super) struct Listener(Option<Arc<Mutex<Tell>>>);

type Tell = dyn FnMut(Progress) + Send;

impl Listener {
    pub(super) fn new(tell: impl FnMut(Progress) + Send + 'static) -> Self {
        Self(Some(Arc::new(Mutex::new(tell))))
    }

    pub(super) fn tell(&self, bytes: u64, total: Option<u64>) {
        if let Some(tell) = &self.0 {
            (tell.lock().unwrap_or_else(PoisonError::into_inner))(Progress { bytes, total });
        }
    }
}
